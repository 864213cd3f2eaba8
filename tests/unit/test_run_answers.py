# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a run has read already: how AWS, Okta and tasks answer by it, and that what is written is decided anew."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from ansible import constants
from ansible.plugins.action import ActionBase
from ansible_collections.qbusiness.federation.plugins.module_utils.answers import Answers
from ansible_collections.qbusiness.federation.plugins.module_utils.aws import Aws, wait_for
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import ServiceError
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import budget_store
from ansible_collections.qbusiness.federation.plugins.plugin_utils import controller, shared
from ansible_collections.qbusiness.federation.plugins.plugin_utils.controller import Controller
from test_okta_session import ORG, opened

KEY = {"access_key": "AKIA1", "secret_key": "canary", "region": "us-east-1"}
APP = {"id": "0oa1", "label": "Chat"}


@pytest.fixture(autouse=True)
def a_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A run with a folder of its own, in a process of its own as far as anybody can see."""
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    monkeypatch.setattr(budget_store, "folder", lambda: tmp_path / "budget")
    shared.forget()
    yield
    shared.forget()


@pytest.fixture
def answers() -> Answers:
    """Return the answers of a run that federation_resolve has begun."""
    begun = shared.answers()
    begun.begin()
    return begun


class Service(Aws):
    """A connection whose service answers what it is asked, and counts."""

    asked: list[str]

    def _ask(self, service: str, operation: str, parameters: dict[str, Any], conflict_seconds: float) -> dict[str, Any]:
        self.asked.append(operation)
        if operation.startswith("Refused") or parameters.get("Name") == "refused":
            raise ServiceError("no", "AccessDenied")
        return {"place": str(self._parameters.get("region")), "number": len(self.asked), **parameters}


def service(answers: Answers | None, **parameters: Any) -> Service:
    made = Service({**KEY, **parameters})
    made.asked, made.answers = [], answers
    return made


# -- AWS ------------------------------------------------------------------------------------------------------------


def test_a_read_is_answered_once_and_by_a_copy(answers: Answers) -> None:
    aws = service(answers)
    first = aws.call("qbusiness", "GetIndex", indexId="index-1")
    first["number"] = "changed by its taker"
    other = service(Answers(Path(answers._folder)))
    assert other.call("qbusiness", "GetIndex", indexId="index-1")["number"] == 1
    assert (aws.asked, other.asked) == (["GetIndex"], [])


@pytest.mark.parametrize("operation", ["UpdateIndex", "RefusedUpdate"])
def test_a_write_is_made_each_time_and_its_object_is_asked_anew(answers: Answers, operation: str) -> None:
    aws = service(answers)
    aws.call("qbusiness", "GetIndex", indexId="index-1")
    aws.call("qbusiness", "GetIndex", indexId="index-2")
    for _time in range(2):
        try:
            aws.call("qbusiness", operation, indexId="index-1")
        except ServiceError:
            assert operation == "RefusedUpdate"  # it may have been carried out all the same
    aws.call("qbusiness", "GetIndex", indexId="index-1")
    aws.call("qbusiness", "GetIndex", indexId="index-2")
    assert aws.asked == ["GetIndex", "GetIndex", operation, operation, "GetIndex"]


@pytest.mark.parametrize(
    ("service_name", "operation", "parameters"),
    [
        ("secretsmanager", "GetSecretValue", {"SecretId": "s"}),
        ("iam", "GetRole", {"Name": "refused"}),
    ],
)
def test_secrets_and_refusals_are_asked_for_each_time(
    answers: Answers, service_name: str, operation: str, parameters: dict[str, Any]
) -> None:
    aws = service(answers)
    for _time in range(2):
        with contextlib.suppress(ServiceError):
            aws.call(service_name, operation, **parameters)
    assert aws.asked == [operation] * 2


@pytest.mark.parametrize(
    ("name", "other", "same"),
    [
        ("qbusiness", {"region": "eu-west-1"}, False),
        ("iam", {"region": "eu-west-1"}, True),
        ("iam", {"access_key": "AKIA2"}, False),
        ("qbusiness", {"profile": ""}, True),
        ("qbusiness", {"endpoint_url": "http://127.0.0.1:1"}, False),
    ],
)
def test_an_answer_counts_for_its_account_and_region(
    answers: Answers, name: str, other: dict[str, Any], same: bool
) -> None:
    service(answers).call(name, "ListThings")
    second = service(answers, **other)
    second.call(name, "ListThings")
    assert second.asked == ([] if same else ["ListThings"])


def test_an_object_on_its_way_is_waited_for(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index that an earlier run began: the answer of the first look must not be that of the next."""
    aws, states = service(answers), ["CREATING", "CREATING", "ACTIVE", "UPDATING"]
    monkeypatch.setattr(aws, "_ask", lambda *_call: {"indexId": "index-1", "status": states.pop(0)})

    def index() -> dict[str, Any]:
        return aws.call("qbusiness", "GetIndex", indexId="index-1")

    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    assert wait_for(index, lambda state: (state or {})["status"] == "ACTIVE", lambda _state: "", "index", 60)
    assert index()["status"] == "ACTIVE" and states == ["UPDATING"]


def test_no_file_of_a_run_holds_a_credential(answers: Answers, tmp_path: Path) -> None:
    aws = service(answers)
    aws.call("qbusiness", "ListApplications")
    aws.call("qbusiness", "DeleteIndex", indexId="index-1")
    texts = [path.read_text(encoding="utf-8") for path in tmp_path.rglob("*") if path.is_file()]
    assert len(texts) == 2 and not any("canary" in text or "AKIA1" in text for text in texts)


def test_a_connection_in_another_region_has_the_answers_and_one_of_another_person_has_none(answers: Answers) -> None:
    aws = service(answers)
    assert aws.in_region("eu-west-1").answers is answers
    temporary = {"AccessKeyId": "a", "SecretAccessKey": "b", "SessionToken": "c"}
    assert aws.with_credentials(temporary).answers is None and aws.unsigned().answers is None


def test_without_a_run_everything_is_asked() -> None:
    aws = service(None)
    aws.call("iam", "GetRole", RoleName="r")
    aws.call("iam", "GetRole", RoleName="r")
    assert aws.asked == ["GetRole"] * 2


# -- Okta -----------------------------------------------------------------------------------------------------------


def test_objects_of_okta_are_read_once(answers: Answers) -> None:
    session, script = opened((200, {}, APP), (200, {}, {**APP, "label": "with claims"}))
    session.answers = answers
    assert session.get("apps", "0oa1") == session.find("apps", "0oa1") == APP
    assert session.get("apps", "0oa1", expand="claims")["label"] == "with claims"
    other, nothing = opened()
    other.answers = shared.answers()
    assert other.get("apps", "0oa1") == APP
    assert (len(script.seen), len(nothing.seen)) == (2, 0)


def test_lists_are_kept_whole(answers: Answers) -> None:
    link = {"Link": f'<{ORG}/api/v1/apps?after=1>; rel="next"'}
    session, script = opened((200, link, [{"id": "a"}]), (200, {}, [{"id": "b"}]), (200, {}, []))
    session.answers = answers
    # Whoever takes the first item only does not cut the list of the next one.
    assert next(iter(session.pages("apps"))) == {"id": "a"}
    assert session.items("apps") == session.items("apps") == [{"id": "a"}, {"id": "b"}]
    assert session.items("apps") and session.items("groups") == session.items("groups") == []
    assert len(script.seen) == 3


def test_a_list_that_breaks_off_is_not_kept(answers: Answers) -> None:
    link = {"Link": f'<{ORG}/api/v1/apps?after=1>; rel="next"'}
    forbidden = {"errorCode": "E0000006", "errorSummary": "No", "errorId": "oae1", "errorCauses": []}
    session, _script = opened((200, link, [{"id": "a"}]), (403, {}, forbidden), (200, {}, [{"id": "c"}]))
    session.answers = answers
    with pytest.raises(ServiceError):
        session.items("apps")
    assert session.items("apps") == [{"id": "c"}]


def test_documents_are_kept_as_they_are(answers: Answers) -> None:
    document = b"<?xml version='1.0'?><EntityDescriptor xmlns='urn:oasis:names:tc:SAML:2.0:metadata'/>"
    xml = {"Content-Type": "application/xml", "X-Okta-Request-Id": "r0"}
    session, script = opened((200, xml, document))
    session.answers = answers
    assert session.document("apps", "0oa1", "sso", "saml") == session.document("apps", "0oa1", "sso", "saml")
    assert len(script.seen) == 1


@pytest.mark.parametrize("write", ["put", "post", "delete"])
def test_what_is_written_at_okta_is_read_anew(answers: Answers, write: str) -> None:
    session, script = opened((200, {}, APP), (200, {}, APP), (200, {}, {**APP, "label": "New"}))
    session.answers = answers
    assert session.get("apps", "0oa1") == APP
    if write == "delete":
        session.delete("apps", "0oa1")
    else:
        getattr(session, write)("apps", "0oa1", body={"label": "New"})
    assert session.get("apps", "0oa1")["label"] == "New"
    assert len(script.seen) == 3


def test_a_label_that_is_given_is_looked_for_anew(answers: Answers) -> None:
    """A list by a label does not name the ID of the app that is renamed to it."""
    session, script = opened((200, {}, []), (200, {}, APP), (200, {}, [APP]))
    session.answers = answers
    assert session.items("users") == []
    answers.keep("okta other question about Grüße", [1])
    session.put("apps", "0oa1", body={"label": "Grüße", "profile": {"list": ["users"]}})
    assert answers.get("okta other question about Grüße") is None
    assert session.items("users") == [APP] and len(script.seen) == 3


@pytest.mark.parametrize("path", [("apps", "0oa1", "credentials", "secrets")])
def test_client_secrets_are_asked_for_each_time_and_kept_nowhere(
    answers: Answers, tmp_path: Path, path: tuple[str, ...]
) -> None:
    secrets = [{"id": "s", "client_secret": "canary-secret"}]
    session, script = opened((200, {}, secrets), (200, {}, secrets))
    session.answers = answers
    assert session.items(*path) == session.items(*path) == secrets
    assert len(script.seen) == 2
    assert not any(b"canary-secret" in item.read_bytes() for item in tmp_path.rglob("*") if item.is_file())


# -- connections of a worker ------------------------------------------------------------------------------------------


def test_connections_answer_where_the_run_has_begun() -> None:
    assert shared.aws(KEY).answers is None and not shared.answered()
    shared.answers().begin()
    assert shared.aws(KEY).answers is not None and shared.answered()
    assert shared.aws(KEY) is shared.aws(dict(KEY))


def test_a_connection_that_is_made_after_a_decision_to_write_asks_the_services(answers: Answers) -> None:
    answers.keep("q", 1)
    before = shared.aws(KEY)
    assert before.answers is not None and before.answers.get("q") == 1
    shared.ask_anew()
    later = shared.aws({**KEY, "region": "eu-west-1"})
    okta = shared.okta({"okta_org_url": ORG, "okta_api_token": "t"})
    for made in (before, later, okta):
        assert made.answers is not None and made.answers.get("q") is None
    assert not shared.answered()
    # They still tell other workers what they write.
    assert later.answers is not None
    later.answers.forget({"id": "index-1"})
    answers.keep("index-1?", 1)
    assert answers.get("index-1?") is None


def test_another_process_decides_for_itself(answers: Answers, monkeypatch: pytest.MonkeyPatch) -> None:
    shared.ask_anew()
    mine = os.getpid()
    monkeypatch.setattr(os, "getpid", lambda: mine + 1)
    assert shared.answered() and shared.aws(KEY).answers is not None


# -- tasks ------------------------------------------------------------------------------------------------------------


class Task(Controller):
    """A task of a module, without Ansible around it."""

    def __init__(self, folder: Path, *, check_mode: bool = False, diff: bool = False, **spec: Any) -> None:
        self.module = SimpleNamespace(ARGUMENTS={"argument_spec": spec})  # type: ignore[assignment]  # what is used of it
        self._task: Any = SimpleNamespace(
            args={"name": "docs"}, check_mode=check_mode, diff=diff, action="qbusiness.federation.qbusiness_app"
        )
        self._templar: Any = SimpleNamespace(template=lambda value: value)
        self._loader: Any = SimpleNamespace(get_basedir=lambda: str(folder))

    def lines(self, host: str, result: Mapping[str, Any]) -> list[str]:
        return [f"{host}: line"]


PRESENT = {"state": "present", "name": "docs"}


def looks(task: Task, parameters: dict[str, Any], *results: dict[str, Any]) -> list[bool]:
    """Return in which modes the module's function ran, check mode or not; the last answer is the task's."""
    modes: list[bool] = []

    def function(context: Context) -> dict[str, Any]:
        modes.append(context.check_mode)
        if context.check_mode is False:
            assert context.aws.answers is None or context.aws.answers.get("known") is None
        return dict(results[len(modes) - 1])

    answer = task._perform(function, parameters, set())
    assert answer["last"] is True
    return modes


LAST: dict[str, Any] = {"last": True}


@pytest.mark.parametrize(
    ("begun", "parameters", "results", "modes"),
    [
        (True, PRESENT, [{"changed": False, **LAST}], [True]),
        (True, PRESENT, [{"changed": True}, {"changed": True, **LAST}], [True, False]),
        (True, PRESENT, [{"failed": True, "msg": "no"}, {"changed": False, **LAST}], [True, False]),
        # A module without a state reads for a person, or waits: what is so by now counts.
        (True, {"name": "docs"}, [{"changed": False, **LAST}], [False]),
        (False, PRESENT, [{"changed": True, **LAST}], [False]),
    ],
)
def test_what_the_run_knows_says_only_that_nothing_is_to_do(
    tmp_path: Path, begun: bool, parameters: dict[str, Any], results: list[dict[str, Any]], modes: list[bool]
) -> None:
    if begun:
        kept = shared.answers()
        kept.begin()
        kept.keep("known", 1)
    assert looks(Task(tmp_path), parameters, *results) == modes


def test_a_sync_is_decided_by_the_jobs_that_the_run_has_read(tmp_path: Path, answers: Answers) -> None:
    class Sync(Task):
        answered = True

    answers.keep("known", {"history": [{"status": "SUCCEEDED"}]})
    seen: list[Any] = []

    def function(context: Context) -> dict[str, Any]:
        kept = context.aws.answers
        seen.append((context.check_mode, kept is not None and kept.get("known") is not None))
        return {"changed": True}

    Sync(tmp_path)._perform(function, {"data_source_id": "ds-1"}, set())
    Task(tmp_path)._perform(function, {"data_source_id": "ds-1"}, set())
    assert seen == [(False, True), (False, False)]


@pytest.mark.parametrize("result", [{"changed": True, **LAST}, {"changed": False, **LAST}])
def test_check_mode_looks_once_and_never_writes(tmp_path: Path, answers: Answers, result: dict[str, Any]) -> None:
    assert looks(Task(tmp_path, check_mode=True), PRESENT, result) == [True]


def test_items_after_one_that_was_written_are_looked_at_once(tmp_path: Path, answers: Answers) -> None:
    task = Task(tmp_path)
    assert looks(task, PRESENT, {"changed": True}, {"changed": True, **LAST}) == [True, False]
    assert looks(task, PRESENT, {"changed": True, **LAST}) == [False]


def test_another_try_of_a_task_asks_the_services(
    tmp_path: Path, answers: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers.keep("known", 1)
    task = Task(tmp_path)
    task._task.until, task._task.retries = ["result.status == 'ACTIVE'"], None
    monkeypatch.setattr(ActionBase, "run", lambda *_arguments: {})
    monkeypatch.setattr(task, "reason_to_hand_over", lambda _variables: "")
    seen: list[Any] = []

    def here(*_call: Any) -> dict[str, Any]:
        seen.append(shared.answered())
        return {}

    monkeypatch.setattr(task, "_here", here)
    task.run(None, {"inventory_hostname": "h"})
    task._task.until = []
    shared.forget()
    task.run(None, {"inventory_hostname": "h"})
    assert seen == [False, True]


def test_what_breaks_in_between_leaves_no_connection(tmp_path: Path) -> None:
    made = shared.aws(KEY)

    def over(_context: Context) -> dict[str, Any]:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        Task(tmp_path)._perform(over, dict(PRESENT), set())
    assert shared.aws(KEY) is not made


@pytest.mark.parametrize(
    ("args", "variables", "region"),
    [
        ({}, {}, None),
        ({}, {"qbusiness_region": "eu-west-1"}, "eu-west-1"),
        ({}, {"federation_region": "us-west-2", "qbusiness_region": "eu-west-1"}, "us-west-2"),
        ({}, {"federation_region": "", "qbusiness_region": "eu-west-1"}, "eu-west-1"),
        ({"region": ""}, {"qbusiness_region": "eu-west-1"}, "eu-west-1"),
        ({"region": "us-east-1"}, {"qbusiness_region": "eu-west-1"}, "us-east-1"),
    ],
)
def test_the_region_is_the_hosts_where_the_task_names_none(
    tmp_path: Path, args: dict[str, Any], variables: dict[str, Any], region: str | None
) -> None:
    task = Task(tmp_path, region={"type": "str"})
    task._task.args = args
    assert task.arguments(variables).get("region") == region
    other = Task(tmp_path)
    other._task.args = dict(args)
    assert other.arguments(variables) == args


@pytest.mark.parametrize(
    ("begun", "check_mode", "diff", "shown"),
    [
        (True, True, True, False),
        (True, True, False, True),
        (True, False, True, True),
        (False, True, True, True),
    ],
)
def test_a_plan_of_a_run_is_shown_by_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, begun: bool, check_mode: bool, diff: bool, shown: bool
) -> None:
    told: list[str] = []
    monkeypatch.setattr(controller, "tell", told.extend)
    if begun:
        shared.journal().begin()
    result = {"changed": True, "diff": {"before": {}, "after": {"display_name": "docs"}}}
    task = Task(tmp_path, check_mode=check_mode, diff=diff)
    noted = task._noted({}, result, {"inventory_hostname": "h"})
    assert ("diff" in noted) is shown and noted["changed"] is True
    records = [(item["host"], item["noun"], item["name"], item["action"]) for item in shared.journal().read()]
    assert records == ([("h", "application", "docs", "created")] if begun else [])
    assert told == ["h: line"]
