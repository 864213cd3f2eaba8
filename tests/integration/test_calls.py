# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tables of ``docs/calls.md`` are read from the page, and each of their rows is held to the cloud's request log."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils import aws as aws_module
from ansible_collections.qbusiness.federation.plugins.module_utils.threads import MOST
from conftest import Call, module_arguments
from hosts_cases import CASES, Scene, scene
from life_cases import LIVES
from okta_world import GIVEN, OIDC
from proof_world import ANN
from qbusiness_sandbox.testing import Running
from resource_world import BUCKET, s3_document
from test_every_module import WRITERS, module

Options = dict[str, Any]
PAGE = Path(__file__).parents[2] / "docs" / "calls.md"
TAGS = {"a": "b"}
SYNC = "qbusiness_datasource_sync"
#: What an id is called where it is not called as the module.
NOUNS = {"qbusiness_app": "application", "qbusiness_datasource": "data_source", SYNC: "data_source", "okta_app": "app"}
ITEMS = [f"item-{number:02}" for number in range(23)]


@dataclass(frozen=True)
class Row:
    """One row of the table of single objects. ``tagged``: further operations where ``tags`` is given, ``None`` where
    the module has no tags."""

    module: str
    asked: str
    found: str
    state: str
    operations: list[str]
    tagged: list[str] | None


def rows(heading: str) -> Iterator[list[str]]:
    """The cells of the first table under a heading, without its head."""
    text = PAGE.read_text(encoding="utf-8").partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    for line in text.splitlines():
        if line.startswith("|") and not line.startswith(("| Module", "|---", "| ---")):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def named(text: str) -> list[str]:
    """What stands between backticks, as often as a number before it says."""
    found = re.findall(r"(?:(\d+) × )?`([^`]+)`", text)
    return [name for times, name in found for _unused in range(int(times or 1))]


def read(cells: list[str]) -> Row:
    """A row, whose numbers have to be those of its operations."""
    name, asked, found, state, calls, with_tags, operations = cells
    plain, _between, more = operations.partition("with tags:")
    row = Row(named(name)[0], asked, named(found)[0], state, named(plain), None if with_tags == "–" else named(more))
    assert int(calls) == len(row.operations), row
    assert with_tags == ("–" if row.tagged is None else str(len(row.operations) + len(row.tagged))), row
    return row


ROWS = [read(cells) for cells in rows("One object")]


# -- situations -------------------------------------------------------------------------------------------------------


def _usual(name: str) -> Callable[[Scene], Options]:
    return lambda made: {**CASES[name].options(made), **LIVES[name].made(made)}


def _known(name: str, **more: Any) -> Callable[[Scene], Options]:
    return lambda made: {**_usual(name)(made), **more}


def _metadata(made: Scene) -> Options:
    """The document that a task before has read."""
    iam = made.aws("iam")
    document = iam.get_saml_provider(SAMLProviderArn=made.provider_arn)["SAMLMetadataDocument"]
    return {"name": "second", "type": "saml", "saml_metadata_document": document}


def _oidc_provider(made: Scene) -> Options:
    issuer = f"https://{made.cloud.okta_host}/oauth2/default"
    return {"type": "oidc", "url": issuer, "client_ids": [made.oidc_id]}


def _bucket_sync(made: Scene) -> Options:
    """A data source over a bucket, synced by somebody."""
    reading = {"Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"], "Resource": "*"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [reading]})
    made.aws("iam").put_role_policy(RoleName="reader", PolicyName="p", PolicyDocument=document)
    made.aws("s3").put_object(Bucket=BUCKET, Key="leave.txt", Body=b"27 days")
    q = made.aws("qbusiness")
    where = {"applicationId": made.application_id, "indexId": made.index_id}
    source = q.create_data_source(**where, displayName="bucket", configuration=s3_document(), roleArn=made.reader_arn)[
        "dataSourceId"
    ]
    q.start_data_source_sync_job(**where, dataSourceId=source)
    q.list_data_source_sync_jobs(**where, dataSourceId=source)
    return {**made.indexed, "data_source_id": source, "start": "due"}


#: What is asked for, by the words of the page; a dash where one is enough.
SITUATIONS: dict[tuple[str, str], Callable[[Scene], Options]] = {
    **{(name, "–"): _usual(name) for name in WRITERS},
    ("iam_federation_provider", "SAML, a document"): _metadata,
    ("iam_federation_provider", "SAML, an app's document"): _usual("iam_federation_provider"),
    ("iam_federation_provider", "OpenID Connect"): _oidc_provider,
    ("okta_app", "SAML"): lambda _made: {**GIVEN, "label": "Second", "sign_on_mode": "SAML_2_0"},
    ("okta_app", "SAML, groups and users"): lambda _made: {
        **GIVEN,
        "label": "Second",
        "sign_on_mode": "SAML_2_0",
        "groups": ["Everyone"],
        "users": [ANN],
    },
    ("okta_app", "OpenID Connect"): lambda _made: {**OIDC, "label": "Second"},
    ("okta_app", "OpenID Connect, groups and claims"): lambda _made: {
        **OIDC,
        "label": "Second",
        "groups": ["Everyone"],
        "federated_claims": [{"name": "email", "expression": "user.profile.email"}],
    },
    (SYNC, "due, a bucket"): _bucket_sync,
    (SYNC, "never"): lambda made: {**made.sourced, "start": "never"},
    ("qbusiness_document", "missing ones"): _known("qbusiness_document", update="missing"),
    ("qbusiness_group", "a missing one"): _known("qbusiness_group", update="missing"),
}


@dataclass
class Bench:
    """Runs a situation's module, and says what that asked of the cloud."""

    made: Scene
    call: Call
    #: The modules' clients.
    clients: Callable[[str], Any]

    def run(self, name: str, options: Options) -> tuple[Options, list[str]]:
        """The answer and the operations; each service is asked over one connection."""
        log = self.made.cloud.log
        log.clear()
        answer = self.call(module(name).function, **options)
        entries = log.since()
        connections = {(entry.service, entry.connection) for entry in entries}
        assert len(connections) == len({entry.service for entry in entries}), (name, options, connections)
        return answer, [entry.operation for entry in entries]

    def unchanged(self, name: str, options: Options) -> list[str]:
        answer, operations = self.run(name, options)
        assert (answer["changed"], self.made.cloud.log.writes()) == (False, []), (name, options, answer)
        return operations

    def measure(self, name: str, asked: str, wanted: list[Row]) -> list[Row]:
        """The rows of one situation, as they are: absent before it is made, present after."""
        spec = module_arguments(module(name).function)["argument_spec"]
        options = SITUATIONS[name, asked](self.made)
        plain = {key: value for key, value in options.items() if key != "tags"}
        tags = {"tags": TAGS} if "tags" in spec else {}
        removal = self._removal(name, plain) if "state" in spec or name == "qbusiness_document" else plain

        def measured(row: Row, given: Options) -> Row:
            without = self.unchanged(name, given)
            with_tags = self.unchanged(name, {**given, **tags})
            assert with_tags[: len(without)] == without
            more = with_tags[len(without) :] if tags else None
            return Row(name, asked, row.found, row.state, without, more)

        found = [
            measured(row, _by(row.found, _nobody(row.found, plain), removal)) for row in wanted if row.state == "absent"
        ]
        answer, _operations = self.run(name, {**plain, **tags})
        known = {row.found: answer[row.found] for row in wanted if row.found not in plain and row.state == "present"}
        found += [
            measured(row, _by(row.found, known.get(row.found, plain.get(row.found)), plain))
            for row in wanted
            if row.state == "present"
        ]
        if removal is not plain:
            self.run(name, removal)
        return found

    def _removal(self, name: str, plain: Options) -> Options:
        life = LIVES[name]
        named = {key: value for key, value in plain.items() if key in (*life.named, "url")}
        options = {**named, "state": "absent", **life.gone(self.made)}
        return {key: value for key, value in options.items() if value is not None}


def _by(option: str, value: Any, options: Options) -> Options:
    """The options with this one to find the object by."""
    others = {key: item for key, item in options.items() if not (option == "subscription_id" and key == "user")}
    return {**others, option: value}


def _nobody(option: str, plain: Options) -> Any:
    """What nobody has: an id, a name or an ARN."""
    if option == "display_name":
        return "nobody"
    if option in plain:
        return plain[option]
    if option == "provider_arn":
        kind = f"saml-provider/{plain['name']}" if "name" in plain else f"oidc-provider/{plain['url'][8:]}"
        return f"arn:aws:iam::123456789012:{kind}"
    return "0oaNobodyNobodyNob5d7" if option == "app_id" else "11111111-2222-4333-8444-555555555555"


@pytest.fixture
def bench(running: Running, call: Call, module_clients: Callable[[str], Any]) -> Bench:
    return Bench(scene(running), call, module_clients)


def test_each_row_is_so(bench: Bench) -> None:
    measured: list[Row] = []
    for name, asked in dict.fromkeys((row.module, row.asked) for row in ROWS):
        measured += bench.measure(name, asked, [row for row in ROWS if (row.module, row.asked) == (name, asked)])
    order = {(row.module, row.asked, row.found, row.state): number for number, row in enumerate(ROWS)}
    assert len(order) == len(ROWS)
    measured.sort(key=lambda row: order[row.module, row.asked, row.found, row.state])
    assert measured == ROWS


# -- many objects -----------------------------------------------------------------------------------------------------


Many = tuple[Options, list[Options], str]


def _named_items() -> list[Options]:
    return [{"display_name": item} for item in ITEMS]


def _sources(made: Scene) -> Many:
    common = {**made.indexed, "configuration": s3_document(), "role_arn": made.reader_arn, "create": True}
    return common, _named_items(), "data_sources"


def _plugins(made: Scene) -> Many:
    common = _usual("qbusiness_plugin")(made)
    del common["display_name"]
    return common, _named_items(), "plugins"


def _subscriptions(made: Scene) -> Many:
    users = [f"a1b2c3d4-0123-4567-89ab-0123456789{number:02}" for number in range(len(ITEMS))]
    return {"application_id": made.center_id, "type": "Q_LITE"}, [{"user": user} for user in users], ""


def _providers(made: Scene) -> Many:
    return {**_metadata(made), "name": None}, [{"name": item} for item in ITEMS], ""


#: What many objects have in common, what each has, and the option that takes many where there is one.
MANY: dict[str, Callable[[Scene], Many]] = {
    "iam_federation_provider": _providers,
    "qbusiness_datasource": _sources,
    "qbusiness_plugin": _plugins,
    "qbusiness_subscription": _subscriptions,
}


ROWS_OF_MANY = list(rows("Many objects"))


@pytest.mark.parametrize("cells", ROWS_OF_MANY, ids=[f"{named(cells[0])[0]}-{cells[2]}" for cells in ROWS_OF_MANY])
def test_each_row_of_many_is_so(bench: Bench, monkeypatch: pytest.MonkeyPatch, cells: list[str]) -> None:
    (name,), how, operations = named(cells[0]), cells[2], named(cells[4])
    assert (int(cells[1]), int(cells[3])) == (len(ITEMS), len(operations))
    common, items, plural = MANY[name](bench.made)
    each = [{**common, **item} for item in items]
    tasks = [{**common, plural: items}] if how == "one task" else each
    for task in tasks:
        bench.call(module(name).function, **task)
    bench.made.cloud.log.clear()
    # As in the worker of a loop: one connection for all items.
    shared = aws_module.Aws({}, bench.clients)
    monkeypatch.setattr(aws_module, "Aws", lambda *_arguments: shared)
    answers = [bench.call(module(name).function, **task) for task in tasks]
    assert not any(answer["changed"] for answer in answers)
    entries = bench.made.cloud.log.since()
    assert sorted(entry.operation for entry in entries) == sorted(operations)
    assert len({entry.connection for entry in entries}) <= (MOST if how == "one task" else 1)


def test_each_module_of_many_has_its_rows() -> None:
    assert {named(cells[0])[0] for cells in ROWS_OF_MANY} == set(MANY)


@pytest.mark.parametrize("name", [*WRITERS, SYNC])
def test_each_module_has_its_rows(name: str) -> None:
    """Both states, and each option that names the object."""
    mine = [row for row in ROWS if row.module == name]
    assert {row.state for row in mine} == ({"present"} if name == SYNC else {"present", "absent"})
    spec = module_arguments(module(name).function)["argument_spec"]
    noun = NOUNS.get(name) or name.removeprefix("qbusiness_")
    keys = {key for key in ("display_name", "label", "provider_arn", f"{noun}_id") if key in spec}
    assert keys - {"provider_arn" if name == "iam_federation_role" else ""} <= {row.found for row in mine}
