# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The judges of `make estate`: what is harm, what is one too many, what was not said; and what is none of them."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

TOOL = Path(__file__).parents[2] / "tools" / "estate"
AUDIENCE = "https://signin.aws.amazon.com/saml"
STATEMENT = {
    "Effect": "Allow",
    "Principal": {"Federated": "arn:aws:iam::123456789012:saml-provider/corp"},
    "Action": ["sts:AssumeRoleWithSAML"],
    "Condition": {"StringEquals": {"SAML:aud": AUDIENCE}},
}
SOURCE = {"configuration": {"additionalProperties": {"inclusionPrefixes": ["policies/"]}}, "applicationId": "a"}


class Judges:
    """The modules of the tool, with shorthands."""

    def __init__(self) -> None:
        names = ("things", "changes", "inventory", "harmed", "doubled", "unsaid", "sign_ins")
        self.modules: dict[str, ModuleType] = {name: importlib.import_module(name) for name in names}

    def __getattr__(self, name: str) -> ModuleType:
        return self.modules[name]

    def thing(self, kind: str, name: str, parent: str = "", **members: Any) -> Any:
        return self.things.Thing(kind, f"id-of-{name}", (f"id-of-{name}", name), parent, members)

    def look(self, *found: Any) -> Any:
        return {item.key: item for item in found}

    def says(self, **hosts: Mapping[str, Any]) -> Any:
        return self.inventory.Inventory(Path("i.yml"), hosts, {}, self.inventory.Expectations())

    def harm(self, before: Any, after: Any, **hosts: Mapping[str, Any]) -> list[str]:
        found = self.changes.changes(before, after)
        return [fault.text for fault in self.harmed.members_lost(before, found, self.says(**hosts))]

    def twice(self, before: Any, after: Any, **hosts: Mapping[str, Any]) -> list[str]:
        found = self.changes.changes(before, after)
        return [fault.text for fault in self.doubled.doubled(before, after, found, self.says(**hosts))]


@pytest.fixture
def judges(monkeypatch: pytest.MonkeyPatch) -> Judges:
    monkeypatch.syspath_prepend(str(TOOL))
    return Judges()


def _role(judges: Judges, *statements: Mapping[str, Any], **more: Any) -> Any:
    return judges.thing("role", "people", trust_policy={"Statement": list(statements)}, **more)


@pytest.mark.parametrize(
    ("change", "harmful"),
    [
        (lambda it: [it], False),
        (lambda it: [it, {**it, "Sid": "More"}], False),
        (lambda it: [{**it, "Sid": "Renamed", "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"]}], False),
        (
            lambda it: [
                {**it, "Condition": {"StringEquals": {"SAML:aud": ["https://signin.aws.amazon.com/saml", "x"]}}}
            ],
            False,
        ),
        (lambda it: [], True),
        (lambda it: [{**it, "Action": ["sts:TagSession"]}], True),
        (lambda it: [{**it, "Effect": "Deny"}], True),
        (lambda it: [{**it, "Principal": {"Federated": "arn:aws:iam::123456789012:saml-provider/x"}}], True),
        (lambda it: [{**it, "Condition": {"StringEquals": {"SAML:aud": "https://x"}}}], True),
        (lambda it: [{key: value for key, value in it.items() if key != "Condition"}], True),
    ],
)
def test_statements(judges: Judges, change: Callable[[Any], list[Any]], harmful: bool) -> None:
    before, after = judges.look(_role(judges, STATEMENT)), judges.look(_role(judges, *change(STATEMENT)))
    assert bool(judges.harm(before, after)) == harmful


def test_members(judges: Judges) -> None:
    def app(**members: Any) -> Any:
        return judges.look(judges.thing("web experience", "w", **members))

    assert judges.harm(app(title="A"), app(title="B"))
    assert not judges.harm(app(title="A"), app(title="B"), host={"qbusiness_web_experience_title": "B"})
    assert not judges.harm(app(title="", tags={}), app(title="B", tags={"team": "x"}))
    assert judges.harm(app(tags={"team": "x", "owner": "y"}), app(tags={"team": "x"}))
    assert judges.harm(app(origins=["https://a"]), app(origins=[]))
    assert not judges.harm(app(origins=["https://a"]), app(origins=[]), host={"qbusiness_web_experience_origins": []})
    assert judges.harm(app(uris=["https://a", "https://b"]), app(uris=["https://b"]))
    assert not judges.harm(app(uris=["https://a"]), app(uris=["https://b", "https://a"]))
    assert not judges.harm(app(acs="http://sampleurl.com"), app(acs="https://real.example/saml"))


def test_a_source_that_opens(judges: Judges) -> None:
    source = judges.thing("data source", "s", "index id-of-i", **SOURCE)
    index = judges.thing("index", "i")

    def document(key: str) -> Any:
        return judges.thing("document", key, "index id-of-i", dataSourceId=source.id)

    before = judges.look(source, index)
    assert not judges.harm(before, judges.look(source, index, document("s3://corp/policies/new.txt")))
    assert judges.harm(before, judges.look(source, index, document("s3://corp/drafts/new.txt")))
    narrowed = judges.thing("data source", "s", "index id-of-i", configuration={"additionalProperties": {}})
    assert judges.harm(before, judges.look(narrowed, index))


def test_deletion(judges: Judges) -> None:
    source = judges.thing("data source", "manuals", "index id-of-i", **SOURCE)
    listed = {"qbusiness_knowledge_data_sources": [{"name": "manuals", "state": "absent"}]}
    assert judges.harm(judges.look(source), {})
    assert not judges.harm(judges.look(source), {}, host=listed)
    assert judges.harm(judges.look(source), {}, host={"qbusiness_knowledge_data_sources": [{"name": "other"}]})


def test_what_goes_with_an_application(judges: Judges) -> None:
    """Its address in Okta and its statements elsewhere are no loss; those of others beside them are."""
    experience = judges.thing("web experience", "w", "application id-of-canteen", defaultEndpoint="https://w.example/")
    application = judges.thing("application", "canteen")

    def app(*uris: str) -> Any:
        return judges.thing("Okta app", "Ask", redirect_uris=list(uris))

    def bucket(*applications: str) -> Any:
        statements = [{"Effect": "Allow", "Resource": name} for name in applications]
        return judges.thing("bucket", "b", policy={"Statement": statements})

    host = {"qbusiness_application_display_name": "canteen", "qbusiness_application_state": "absent"}
    own, other = ("https://w.example/callback", "https://wiki.example/callback")
    before = judges.look(application, experience, app(own, other), bucket("id-of-canteen", "others"))
    assert not judges.harm(before, judges.look(app(other), bucket("others")), host=host)
    assert len(judges.harm(before, judges.look(app(own), bucket("id-of-canteen")), host=host)) == 2
    assert len(judges.harm(before, judges.look(app(other), bucket("others")))) == 4


def test_one_too_many(judges: Judges) -> None:
    application = judges.thing("application", "live", iamIdentityProviderArn="arn:p", displayName="live")
    index = judges.thing("index", "documents", application.key, applicationId=application.id)
    second = judges.thing("index", "live-index", application.key, applicationId=application.id)
    before = judges.look(application, index)
    assert judges.twice(before, judges.look(application, index, second), host={"name": "live-index"})
    assert not judges.twice(judges.look(application), judges.look(application, second))
    other = judges.thing("application", "new", iamIdentityProviderArn="arn:p", displayName="new")
    after = judges.look(application, index, other)
    host = {"qbusiness_application_display_name": "new"}
    assert judges.twice(before, after, host=host)
    assert not judges.twice(before, after, host={**host, "qbusiness_application_create": True})
    assert not judges.twice(before, after, host=host, known={"qbusiness_application_display_name": "live"})
    assert judges.twice(before, after), "no host names it"


def test_a_role_for_the_same_purpose(judges: Judges) -> None:
    application = judges.thing("application", "live")
    old = _role(judges, STATEMENT)
    experience = judges.thing("web experience", "w", application.key, applicationId=application.id, roleArn=old.id)
    policy = {"chat": {"Statement": [{"Resource": application.id}]}}
    new = judges.thing("role", "live-web-experience", trust_policy={"Statement": [STATEMENT]}, inline_policies=policy)
    before = judges.look(application, old, experience)
    assert judges.twice(before, judges.look(application, old, experience, new))
    assert not judges.twice(
        before, judges.look(application, old, experience, new), host={"role": "live-web-experience"}
    )
    reader = judges.thing("role", "live-knowledge", trust_policy={"Principal": "x"}, inline_policies=policy)
    assert not judges.twice(before, judges.look(application, old, experience, reader))


def test_what_is_not_said(judges: Judges) -> None:
    application = judges.thing("application", "live", displayName="live", iamIdentityProviderArn="arn:p")
    lost = judges.thing("application", "canteen", displayName="canteen", iamIdentityProviderArn="arn:p")
    source = judges.thing("data source", "manuals", "index id-of-i", applicationId=application.id)
    app = judges.thing("Okta app", "Ask", groups={"Staff": 0, "Night shift": 1})
    before = judges.look(application, lost, source, app)
    inventory = judges.says(
        identity={"okta_saml_app_label": "Ask", "okta_saml_app_groups": ["Staff"]},
        host={"qbusiness_application_display_name": "live", "qbusiness_knowledge_data_sources": [{"name": "policies"}]},
    )

    def unsaid(output: str) -> str:
        return " ".join(fault.text for fault in judges.unsaid.beside_inventory(before, inventory, output))

    assert [name in unsaid("") for name in ("canteen", "manuals", "Night shift", "Staff")] == [True, True, True, False]
    assert unsaid("canteen, id-of-manuals and 'Night shift' stay") == ""
    assert "canteen" in unsaid("canteen-2, manuals, Night shift")
    after = judges.look(lost, source, app, judges.thing("application", "live", displayName="renamed"))
    found = judges.changes.changes(before, after)
    assert list(judges.unsaid.not_in_plan(before, after, found, "nothing"))
    assert not list(judges.unsaid.not_in_plan(before, after, found, "live: displayName"))


def test_sign_ins(judges: Judges) -> None:
    works, fails, dry = (judges.sign_ins.SignIn(*values) for values in (("", 2), ("refused", 0), ("", 0)))

    def lost(before: Any, after: Any, removed: tuple[str, ...] = ()) -> int:
        return len(list(judges.harmed.sign_ins_lost(before, after, removed)))

    assert lost({"w1": works}, {"w1": works}) == lost({"w1": fails}, {"w1": works}) == lost({"w1": fails}, {}) == 0
    assert lost({"w1": works}, {"w1": fails}) == lost({"w1": works}, {}) == lost({"w1": works}, {"w1": dry}) == 1
    assert lost({"w1": works}, {}, ("w1",)) == 0
