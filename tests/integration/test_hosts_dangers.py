# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The dangers of running a module's function in the controller: each task on both hosts, by a module made for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.vault import VaultLib, VaultSecret
from ansible_collections.qbusiness.federation.plugins.plugin_utils import shared
from conftest import OktaHttp
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hosts_world import AS_MODULE, HERE, Run, Stage, as_module, both, odd
from qbusiness_sandbox.cloud import Cloud
from qbusiness_sandbox.testing import Running
from service_world import service_app

TOLD, LEARNT, FALLBACK = "Canary-told-7", "Canary-learnt-8", "Canary-environment-9"
VAULTED, FILED, KEY = "Canary-vaulted-1", "Canary-filed-2", "Canary-nested-3"
CANARIES = (TOLD, LEARNT, FALLBACK, VAULTED, FILED, KEY)
#: In variables of a file: Ansible quotes the playbook's own lines beside an error.
GIVEN = {"told": TOLD, "learnt": LEARNT, "nested": KEY}
SECRETS = {"secret": "{{ told }}", "learnt": "{{ learnt }}"}
HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
INFO = "qbusiness.federation.qbusiness_app_info"
ORG = "qbusiness.federation.okta_app_info"
GROUPS = "qbusiness.federation.okta_group_info"

#: Compared on both hosts, one for one.
TASKS = [
    *(odd(what, what, SECRETS) for what in ("leak", "fail", "raise")),
    *(odd(what, what, {"secret": "{{ told }}"}) for what in ("types", "exit", "object", "noise")),
    odd("fallback", "leak", {"learnt": "{{ learnt }}"}),
    odd("place", "place", {"file": "~/here", "any": 1}),
    odd("deprecated alias", options={"number": "3"}),
    odd("both aliases", options={"count": 1, "amount": 2}),
    odd("deprecated option", options={"old": "x"}),
    odd(
        "five faults",
        options={"flag": "maybe", "kind": "c", "count": "x", "unknown": 1, "things": [{"key": "{{ nested }}"}]},
    ),
    odd("excluding", options={"flag": True, "file": "x", "any": 1}),
    odd("wanting", "kinds"),
    odd("together", options={"kind": "a"}),
    odd("required by", options={"file": "x"}),
    odd(
        "coerced",
        options={
            "flag": "yes",
            "count": "12",
            "kind": "a",
            "things": [{"name": 7, "key": "{{ nested }}"}],
            "any": {"list": [1, {"none": None, "text": "{{ '{{' }} 1 {{ '}}' }}"}]},
        },
    ),
    odd("checked", check_mode=True),
    odd("loop", "leak", SECRETS, loop=[1, 2]),
    odd("censored", "leak", SECRETS, no_log=True),
    odd(
        "vaulted", "leak", {"secret": "{{ vaulted }}", "learnt": "{{ lookup('ansible.builtin.file', 'vaulted.txt') }}"}
    ),
]
NAMES = [task["name"] for task in TASKS]


@pytest.fixture(scope="module")
def stage(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    running.cloud.reset()
    return Stage(tmp_path_factory.mktemp("dangers"), running)


@pytest.fixture(scope="module")
def odds(stage: Stage) -> Run:
    """All tasks on both hosts; Ansible writes a log of all that it can get."""
    password = stage.folder / "password"
    password.write_text("sesame", encoding="utf-8")
    vault = VaultLib([("default", VaultSecret(b"sesame"))])
    (stage.book / "vaulted.txt").write_bytes(vault.encrypt(FILED))
    text = vault.encrypt(VAULTED).decode()
    variables = "vaulted: !vault |\n" + "".join(f"  {line}\n" for line in text.splitlines())
    (stage.book / "secrets.yml").write_text(variables, encoding="utf-8")
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": HERE,
        "vars_files": ["secrets.yml", "given.yml"],
        "ignore_errors": True,
        "tasks": both(TASKS),
    }
    (stage.book / "given.yml").write_text(yaml.safe_dump(GIVEN), encoding="utf-8")
    log = str(stage.folder / "ansible.log")
    return stage.plays([play], "-vv", "--vault-password-file", str(password), ANSIBLE_LOG_PATH=log, ODD_SECRET=FALLBACK)


@pytest.mark.parametrize("name", NAMES)
def test_same_on_both(odds: Run, name: str) -> None:
    (one,), (other,) = odds.records(name), odds.records(f"{name} as module")
    assert (one["event"], one["result"]) == (other["event"], other["result"])
    assert odds.count(name, "start") == 0 < odds.count(f"{name} as module", "start")


def test_no_secret_is_shown(odds: Run, stage: Stage) -> None:
    """Neither in what Ansible shows, nor in results, nor in the log."""
    log = (stage.folder / "ansible.log").read_text(encoding="utf-8")
    results = json.dumps([event for event in odds.events if "result" in event])
    assert "TASK [noise]" in log
    for text in (odds.text, log, results):
        assert [canary for canary in CANARIES if canary in text] == []
    assert "logged" not in log and "errantly" not in odds.text + log


def test_secrets_are_hidden_in_every_place(odds: Run) -> None:
    found = odds.result("leak")
    assert "warned of ******** and ********" in json.dumps(found["warnings"])
    assert (found["text"], found["alone"], found["deep"]) == (
        "******** ********",
        HIDDEN,
        [{"list": ["******** ********", HIDDEN]}],
    )
    assert found["diff"] == {"before": {"value": HIDDEN}, "after": {"value": HIDDEN}}
    assert (found["changed"], found["flag"], found["nothing"]) == (True, True, None)
    assert odds.result("fail")["msg"] == "refused ******** and ********"
    assert "KeyError" in odds.result("raise")["msg"] and "********" in odds.result("raise")["msg"]
    assert odds.result("vaulted")["text"] == odds.result("fallback")["text"] == "******** ********"
    # ansible-core 2.21 shows warnings with each item, earlier ones with the task.
    assert "warned of ********" in json.dumps(odds.result("loop"))


def test_results_are_json(odds: Run) -> None:
    rest = ("changed", "invocation", "_ansible_no_log")
    found = {key: value for key, value in odds.result("types").items() if key not in rest}
    assert found == {
        "moment": "2026-11-24T08:00:00+00:00",
        "day": "2026-11-24",
        "bytes": "café",
        "tuple": [1, 2],
        "set": ["only"],
        "keys": {"7": "seven", "true": "yes", "null": "none", "1.5": "half"},
        "big": 2**70,
        "umlaut": "ä\u2028",
        "template": "{{ 1 + 1 }}",
    }
    assert "holds a object" in odds.result("object")["msg"]


def test_options_are_validated_as_a_modules(odds: Run, stage: Stage) -> None:
    faults = odds.result("five faults")["msg"]
    for text in ("'maybe' is not a valid boolean", "one of: a, b, got: c", "count", "missing required arguments: name"):
        assert text in faults
    assert "Unsupported parameters for (tests.hosts.odd) module: unknown." in faults
    assert "mutually exclusive: flag|file" in odds.result("excluding")["msg"]
    assert "following are missing: kind" in odds.result("wanting")["msg"]
    assert "required together: kind, things" in odds.result("together")["msg"]
    assert "required by 'file': any" in odds.result("required by")["msg"]
    given = odds.result("coerced")["given"]
    assert (given["flag"], given["count"], given["things"][0]["name"]) == (True, 12, "7")
    assert given["any"] == {"list": [1, {"none": None, "text": "{{ 1 }}"}]}
    assert odds.result("deprecated alias")["given"]["count"] == 3
    assert odds.result("deprecated alias")["deprecations"] and odds.result("deprecated option")["deprecations"]
    assert "alias amount" in json.dumps(odds.result("both aliases")["warnings"])
    assert odds.result("checked")["check_mode"] is True and odds.result("coerced")["check_mode"] is False
    assert odds.result("place") == odds.result("place") | {"folder": str(stage.book), "file": f"{stage.folder}/here"}


def test_nothing_of_the_process_is_changed(odds: Run) -> None:
    """No environment variable is set in a worker, in the controller no process started."""
    workers = {event["pid"] for name in NAMES for event in odds.during(name) if event["event"] == "environment"}
    assert workers == set()


def test_an_exit_ends_no_other_hosts_run(stage: Stage) -> None:
    """Under the strategy free, where each host goes its own way."""
    play = {
        "hosts": "all",
        "strategy": "ansible.builtin.free",
        "gather_facts": False,
        "vars": HERE,
        "tasks": [
            odd("first", "{{ 'exit' if inventory_hostname == 'one' else 'echo' }}"),
            odd("second"),
            odd(
                "retried",
                "twice",
                {"count": 3, "any": "{{ playbook_dir }}/{{ inventory_hostname }}"},
                until="tried is success",
                retries=5,
                delay=0,
                register="tried",
            ),
        ],
    }
    run = stage.plays([play], "-i", "one,two,three")
    first = {event["host"]: event["event"] for event in run.events if event.get("task") == "first" and "host" in event}
    assert first == {"one": "failed", "two": "ok", "three": "ok"}
    tried = {
        event["host"]: event["result"] for event in run.events if event.get("task") == "retried" and "host" in event
    }
    assert {host: result["tries"] for host, result in tried.items()} == {"two": 3, "three": 3}
    assert [event for event in run.events if event["event"] == "start" and event["detail"] != "/sbin/ldconfig"] == []


def test_a_crash_ends_the_run_at_once_and_is_said(stage: Stage) -> None:
    """A fault in C code takes the worker along, not a process of the module: Ansible ends the run. It does not hang,
    and says it; nothing that came before is lost. As a module it is the failure of that task alone."""
    tasks = [odd("before"), odd("crash", "crash"), odd("after")]
    run = stage.tasks(tasks)
    assert run.returncode != 0, run.text
    assert "A worker was found in a dead state" in run.text
    assert run.records("before")[0]["event"] == "ok"
    assert [event for event in run.events if event.get("task") == "after"] == []
    ended = stage.tasks([as_module(task) for task in tasks])
    assert ended.records("crash as module")[0]["event"] == "failed"
    assert ended.records("after as module")[0]["event"] == "ok"


def test_a_tasks_time_may_run_out(stage: Stage) -> None:
    run = stage.tasks(both([odd("slow", "sleep", {"count": 60}, timeout=1), odd("next")]))
    for name in ("slow", "slow as module"):
        assert run.records(name)[0]["event"] == "failed" and "1 second" in run.result(name)["msg"]
    assert run.records("next")[0]["event"] == "ok"


def test_items_share_a_connection_and_no_credentials(stage: Stage, cloud: Cloud) -> None:
    """A loop in which the second item's credentials are wrong."""
    right = cloud.administrator
    keys = [right.secret_access_key, "Canary-wrong", right.secret_access_key]
    tokens = [right.okta_api_token, "Canary-wrong", right.okta_api_token]
    run = stage.tasks(
        [
            {"name": "aws", INFO: {"secret_key": "{{ item }}"}, "loop": keys},
            {"name": "okta", ORG: {"okta_api_token": "{{ item }}"}, "loop": tokens},
        ]
    )
    for name in ("aws", "okta"):
        failed = ["error_code" in item for item in run.result(name)["results"]]
        assert failed == [False, True, False], run.text[-2000:]
        # The two right ones share theirs.
        assert run.count(name, "connect") == 2
        assert "Canary-wrong" not in json.dumps(run.result(name)["results"][1]["msg"])


def _key() -> str:
    key = ec.generate_private_key(ec.SECP256R1())
    form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key.private_bytes(*form).decode()


def test_a_service_apps_token_is_for_one_items_scopes() -> None:
    """Okta refuses a token whose scopes lack what an item needs."""
    shared.forget()
    options = {
        "okta_org_url": "https://example.okta.com",
        "okta_api_token": None,
        "okta_client_id": "0oa1",
        "okta_private_key": _key(),
        "sign_on_mode": "SAML_2_0",
    }
    made: Any = shared.okta(options)
    assert shared.okta({**options, "label": "x"}) is made
    assert shared.okta({**options, "groups": ["a"]}) is not made
    assert shared.okta({**options, "okta_private_key": _key()}) is not made
    shared.forget()
    assert shared.okta(options) is not made
    shared.forget()


def test_the_scopes_that_a_module_names(stage: Stage, okta_http: OktaHttp) -> None:
    """On both hosts a service app needs to be granted these alone."""
    connection = service_app(okta_http, "okta.groups.read")
    run = stage.tasks(both([{"name": "groups", GROUPS: {**connection, "name": "Everyone"}}]))
    for name in ("groups", "groups as module"):
        assert [group["name"] for group in run.result(name).get("groups", [])] == ["Everyone"], run.text[-2000:]


def test_many_hosts_at_once(stage: Stage, cloud: Cloud) -> None:
    """Forks 50, all strategies, in batches: every worker has connections of its own, no process is started."""
    plays = [
        {
            "hosts": "all",
            "strategy": f"ansible.builtin.{strategy}",
            "gather_facts": False,
            "vars": HERE,
            "serial": serial,
            "tasks": [{"name": strategy, INFO: {}}],
        }
        for strategy, serial in (("free", "100%"), ("linear", 6), ("host_pinned", "100%"))
    ]
    hosts = [f"h{number}" for number in range(12)]
    run = stage.plays(plays, "-i", ",".join(hosts), "--forks", "50")
    assert run.returncode == 0, run.text[-3000:]
    assert sum(event["event"] == "ok" for event in run.events) == 36
    connected = [event["pid"] for event in run.events if event["event"] == "connect"]
    assert len(connected) == len(set(connected)) == 36
    assert len(cloud.log.since()) == 36
    assert [event["event"] for event in run.events].count("import") == 1


def test_defaults_of_action_groups(stage: Stage, cloud: Cloud, running: Running) -> None:
    """On both hosts, with nothing in the environment."""
    right = cloud.administrator
    defaults = {
        "group/qbusiness.federation.aws": {
            "access_key": right.access_key_id,
            "secret_key": right.secret_access_key,
            "region": cloud.region,
            "endpoint_url": running.urls["aws"],
        },
        "group/qbusiness.federation.okta": {
            "okta_org_url": running.urls["okta"],
            "okta_api_token": right.okta_api_token,
        },
    }
    play = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": HERE,
        "module_defaults": defaults,
        "tasks": both([{"name": "aws", INFO: {}}, {"name": "okta", ORG: {}}]),
    }
    gone = {name: None for name in stage.environment if name.startswith(("AWS_", "OKTA_"))}
    run = stage.plays([play], **gone)
    assert run.returncode == 0, run.text[-3000:]
    assert run.result("aws") == run.result("aws as module") and run.result("okta") == run.result("okta as module")


def test_results_are_no_templates(stage: Stage) -> None:
    """A text that a service answers is never run as a template, whichever host answered it."""
    tasks = [
        odd("answer", "types", register="answer"),
        {"name": "shown", "ansible.builtin.debug": {"msg": "{{ answer.template }}"}},
    ]
    modules = [{**task, "name": f"{task['name']} as module", "vars": AS_MODULE} for task in tasks]
    run = stage.tasks([*tasks, *modules])
    assert run.result("shown")["msg"] == run.result("shown as module")["msg"] == "{{ 1 + 1 }}"


def test_as_awx_runs_it(stage: Stage, running: Running, cloud: Cloud) -> None:
    """By ansible-runner, with the variables that AWX sets and its AWS credential type brings."""
    folder = stage.folder / "runner"
    (folder / "project").mkdir(parents=True)
    (folder / "inventory").mkdir()
    (folder / "env").mkdir()
    # AWX's own default inventory.
    host = "localhost ansible_connection=local ansible_python_interpreter='{{ ansible_playbook_python }}'\n"
    (folder / "inventory/hosts").write_text(host, encoding="utf-8")
    tasks = [{"name": "aws", INFO: {}}, {"name": "okta", ORG: {}}, odd("leak", "leak", SECRETS, vars=GIVEN)]
    play = [{"hosts": "all", "gather_facts": False, "tasks": tasks}]
    (folder / "project/run.yml").write_text(yaml.safe_dump(play, sort_keys=False), encoding="utf-8")
    settings = {
        "ANSIBLE_FORCE_COLOR": "True",
        "ANSIBLE_HOST_KEY_CHECKING": "False",
        "ANSIBLE_INVENTORY_UNPARSED_FAILED": "True",
        "ANSIBLE_RETRY_FILES_ENABLED": "False",
        "ANSIBLE_PARAMIKO_RECORD_HOST_KEYS": "False",
        "MAX_EVENT_RES": "700000",
        "PROJECT_REVISION": "1",
        "JOB_ID": "7",
        "INVENTORY_ID": "1",
        "AWS_SECURITY_TOKEN": "",
        "AWS_SESSION_TOKEN": "",
    }
    run = stage.runner(folder, "run.yml", settings)
    assert run.returncode == 0, run.text[-3000:]
    assert [run.count(name, "start") for name in ("aws", "okta", "leak")] == [0, 0, 0]
    assert run.result("leak")["text"] == "******** ********"
    administrator = cloud.administrator
    secrets = (TOLD, administrator.secret_access_key, administrator.okta_api_token)
    # "command" is the runner's own record of the environment that it was started with.
    kept = [path for path in (folder / "artifacts").rglob("*") if path.is_file() and path.name != "command"]
    assert kept and [path for path in kept if any(secret in _text(path) for secret in secrets)] == []


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8", errors="replace")
