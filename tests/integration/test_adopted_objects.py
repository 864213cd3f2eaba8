# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Objects that boto3 made under names of their own: adopted as they are, or asked for. The witness is boto3."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import (
    AmbiguousError,
    FailedStateError,
    ImmutableError,
    InputError,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Function
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_app import function as app
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_index import function as index
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_retriever import function as retriever
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_web_experience import function as web_experience
from conftest import Call
from qbusiness_sandbox.cloud import Fault
from resource_world import KINDS, PROVIDER, Kind, World, camel
from test_qbusiness_resources import saml_metadata

pytestmark = pytest.mark.usefixtures("instant")

THEME = "https://theme.example.com/site"
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:okta-client-AbCdEf"


@dataclass(frozen=True)
class Adoptable:
    """A kind of which the only one of an application can be adopted."""

    noun: str
    function: Function
    #: Makes one by boto3, by its name.
    make: Callable[[World, str], str]
    #: What a task says of it.
    options: dict[str, Any]

    @property
    def id(self) -> str:
        return f"{self.noun}_id"

    @property
    def creation(self) -> str:
        return "Create" + "".join(part.capitalize() for part in self.noun.split("_"))


def _index(world: World, name: str) -> str:
    made = world.q.create_index(applicationId=world.application_id, displayName=name, type="ENTERPRISE")
    return str(made["indexId"])


def _retriever(world: World, name: str) -> str:
    documents = world.q.list_indices(applicationId=world.application_id)["indices"]
    world.index_id = documents[0]["indexId"] if documents else world.index("documents")
    native = {"nativeIndexConfiguration": {"indexId": world.index_id}}
    made = world.q.create_retriever(
        applicationId=world.application_id, displayName=name, type="NATIVE_INDEX", configuration=native
    )
    return str(made["retrieverId"])


def _web_experience(world: World, name: str) -> str:
    return str(world.q.create_web_experience(applicationId=world.application_id, title=name)["webExperienceId"])


INDEX = Adoptable("index", index, _index, {"display_name": "assistant-index", "description": "Ours"})
RETRIEVER = Adoptable("retriever", retriever, _retriever, {"display_name": "assistant-retriever"})
WEB_EXPERIENCE = Adoptable("web_experience", web_experience, _web_experience, {"subtitle": "Ours"})
ADOPTABLE = pytest.mark.parametrize("it", [INDEX, RETRIEVER, WEB_EXPERIENCE], ids=lambda it: it.noun)
NAMED = pytest.mark.parametrize("it", [INDEX, RETRIEVER], ids=lambda it: it.noun)


@pytest.fixture
def where(world: World) -> dict[str, Any]:
    """An application without an index of its own; what is made in it has the name that it is given."""
    world.application_id = world.application("hand-made")
    world.cloud.log.clear()
    return {"application_id": world.application_id, "adopt_single": True}


def names(it: Adoptable, world: World) -> list[str]:
    """The names of all of the kind, by boto3."""
    where = {"applicationId": world.application_id}
    found = world.q.list_indices(**where)["indices"] if it is INDEX else world.q.list_retrievers(**where)["retrievers"]
    return sorted(item["displayName"] for item in found)


@ADOPTABLE
def test_the_only_one_is_adopted_under_its_own_name(
    it: Adoptable, world: World, call: Call, where: dict[str, Any]
) -> None:
    object_id = it.make(world, "by-hand")
    world.cloud.log.clear()
    planned = call(it.function, True, **where, **it.options)
    answer = call(it.function, **where, **it.options)
    for told in (planned, answer):
        assert (told[it.id], told["adopted"]) == (object_id, True)
        assert object_id in told["note"] and "warnings" not in told
        assert it.creation not in told["operations"]
    assert it.creation not in world.writes()
    if it.noun != "web_experience":
        assert names(it, world) == ["by-hand"]
        assert "by-hand" in answer["note"] and it.options["display_name"] in answer["note"]
    again = call(it.function, **where, **it.options)
    assert (again["changed"], again["adopted"]) == (False, True)
    # By its id it is not adopted but meant, and a name is a rename.
    by_id = call(it.function, **{**where, **it.options, it.id: object_id})
    assert "adopted" not in by_id and by_id[it.id] == object_id
    if it.noun != "web_experience":
        assert names(it, world) == [it.options["display_name"]]


@ADOPTABLE
def test_of_several_the_task_has_to_say_which(it: Adoptable, world: World, call: Call, where: dict[str, Any]) -> None:
    ids = sorted(it.make(world, name) for name in ("first", "second"))
    world.cloud.log.clear()
    with pytest.raises(AmbiguousError) as caught:
        call(it.function, **where, **it.options)
    assert caught.value.facts["option"] == it.id
    assert sorted(item["id"] for item in caught.value.facts["candidates"]) == ids == caught.value.facts["ids"]
    told = [*ids, f"{it.id}: "]
    told += ["first", "second", it.options["display_name"]] if it is not WEB_EXPERIENCE else ["https://"]
    assert all(text in caught.value.message for text in told)
    assert world.writes() == []
    assert call(it.function, **where, **it.options, **{it.id: ids[0]})[it.id] == ids[0]


@NAMED
def test_none_is_created_and_one_of_the_name_is_found(
    it: Adoptable, world: World, call: Call, where: dict[str, Any]
) -> None:
    made = call(index, **where, display_name="first")
    world.index_id = made["index_id"]
    assert made["operations"] == ["CreateIndex"] and "adopted" not in made
    if it is RETRIEVER:
        it.make(world, "first")
    ours = it.make(world, it.options["display_name"])
    found = call(it.function, **where, **it.options)
    assert found[it.id] == ours and "adopted" not in found


@NAMED
def test_a_removal_never_adopts(it: Adoptable, world: World, call: Call, where: dict[str, Any]) -> None:
    it.make(world, "by-hand")
    answer = call(it.function, **where, display_name=it.options["display_name"], state="absent")
    assert answer["changed"] is False and names(it, world) == ["by-hand"]


@NAMED
def test_without_the_option_a_new_one_is_created(
    it: Adoptable, world: World, call: Call, where: dict[str, Any]
) -> None:
    it.make(world, "by-hand")
    more = {"type": "NATIVE_INDEX", "configuration": {"native_index_configuration": {"index_id": world.index_id}}}
    options = {**it.options, **(more if it is RETRIEVER else {}), "application_id": where["application_id"]}
    assert call(it.function, **options)["operations"] == [it.creation]


def test_an_index_in_creation_and_a_failed_one_count(world: World, call: Call, where: dict[str, Any]) -> None:
    world.cloud.settings.polls = {"*": 3}
    object_id = _index(world, "by-hand")
    assert call(index, **where, **INDEX.options)["index_id"] == object_id
    world.q.delete_index(applicationId=world.application_id, indexId=object_id)
    world.cloud.settings.polls = {"*": 0}
    # What is being deleted does not count.
    world.cloud.faults.add(Fault("failed_end", "qbusiness", "CreateIndex", count=1))
    failed = _index(world, "failed")
    world.cloud.log.clear()
    with pytest.raises(FailedStateError, match="FAILED"):
        call(index, **where, **INDEX.options)
    assert world.writes() == []
    assert failed in [item["indexId"] for item in world.q.list_indices(applicationId=world.application_id)["indices"]]


def test_an_adopted_index_of_another_type_is_refused(world: World, call: Call, where: dict[str, Any]) -> None:
    _index(world, "by-hand")
    world.cloud.log.clear()
    with pytest.raises(ImmutableError, match="type"):
        call(index, **where, **INDEX.options, type="STARTER")
    assert world.writes() == []


# -- names and ids ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind.named], ids=lambda kind: kind.name)
def test_a_rename_to_the_name_of_another_one_is_refused(kind: Kind, world: World, call: Call) -> None:
    options = {name: value for name, value in kind.options(world).items() if value is not None}
    one = call(kind.function, **kind.where(world), **options)[kind.id]
    other = call(kind.function, **kind.where(world), **{**options, "display_name": "other"})[kind.id]
    world.cloud.log.clear()
    with pytest.raises(InputError, match=f"display_name: 'other' already is the name of {kind.noun} {other}"):
        call(kind.function, **kind.where(world), **{kind.id: one, "display_name": "other"})
    assert world.writes() == []
    # By its id alone its name is not compared.
    assert call(kind.function, **kind.where(world), **{kind.id: one})["changed"] is False
    renamed = call(kind.function, **kind.where(world), **{kind.id: one, "display_name": "third"})
    first = options["display_name"]
    assert renamed["differences"] == [{"field": "display_name", "before": first, "after": "third"}]
    assert kind.get(world, one)["displayName"] == "third"
    assert sorted(
        item[camel(kind.id)] for item in kind.all(world) if item["displayName"] in ("third", "other")
    ) == sorted([one, other])


# -- what is not set stays --------------------------------------------------------------------------------------------


def test_of_a_sign_in_the_part_that_is_not_set_stays(world: World, call: Call) -> None:
    principal = "application.qbusiness.amazonaws.com"
    reading, other = world.role("secret-reader", principal), world.role("other-reader", principal)
    oidc = {"secretsArn": SECRET, "secretsRole": reading}
    made = world.q.create_web_experience(
        applicationId=world.application_id,
        title="Ask",
        roleArn=world.role("sign-in", principal),
        identityProviderConfiguration={"openIDConnectConfiguration": oidc},
        origins=["https://intranet.example.com"],
        customizationConfiguration={"logoUrl": f"{THEME}/logo.svg", "fontUrl": f"{THEME}/font.woff"},
    )["webExperienceId"]
    where = {"applicationId": world.application_id, "webExperienceId": made}
    before = world.q.get_web_experience(**where)
    given: dict[str, Any] = {"application_id": world.application_id, "web_experience_id": made}
    assert call(web_experience, **given)["changed"] is False
    world.cloud.log.clear()
    partly = {"open_id_connect_configuration": {"secrets_arn": SECRET}}
    assert call(web_experience, **given, identity_provider_configuration=partly)["changed"] is False
    assert world.writes() == []
    partly = {"open_id_connect_configuration": {"secrets_role": other}}
    call(web_experience, **given, identity_provider_configuration=partly)
    call(web_experience, **given, customization_configuration={"logo_url": f"{THEME}/new.svg"}, title="Ask us")
    after = world.q.get_web_experience(**where)
    assert after["identityProviderConfiguration"] == {
        "openIDConnectConfiguration": {"secretsArn": SECRET, "secretsRole": other}
    }
    assert after["customizationConfiguration"]["fontUrl"] == f"{THEME}/font.woff"
    assert after["customizationConfiguration"]["logoUrl"] == f"{THEME}/new.svg"
    for member in ("roleArn", "origins", "samplePromptsControlMode", "defaultEndpoint"):
        assert after[member] == before[member]


def test_of_auto_subscription_the_part_that_is_not_set_stays(world: World, call: Call) -> None:
    enabled = {"autoSubscribe": "ENABLED", "defaultSubscriptionType": "Q_BUSINESS"}
    world.aws("iam").create_saml_provider(Name="okta", SAMLMetadataDocument=saml_metadata())
    made = world.application(
        "hand-made-too", identityType="AWS_IAM_IDP_SAML", iamIdentityProviderArn=PROVIDER, description="By hand"
    )
    world.q.update_application(applicationId=made, autoSubscriptionConfiguration=enabled)
    before = world.q.get_application(applicationId=made)
    world.cloud.log.clear()
    for part in ({}, {"auto_subscribe": "ENABLED"}, {"default_subscription_type": "Q_BUSINESS"}):
        assert call(app, application_id=made, auto_subscription_configuration=part or None)["changed"] is False
    assert world.writes() == []
    call(app, application_id=made, auto_subscription_configuration={"default_subscription_type": "Q_LITE"})
    after = world.q.get_application(applicationId=made)
    assert after["autoSubscriptionConfiguration"] == {**enabled, "defaultSubscriptionType": "Q_LITE"}
    for member in ("displayName", "description", "identityType", "iamIdentityProviderArn", "attachmentsConfiguration"):
        assert after.get(member) == before.get(member)
    with pytest.raises(InputError, match=r"auto_subscription_configuration\.auto_subscribe: is required"):
        call(app, display_name="new", auto_subscription_configuration={"default_subscription_type": "Q_LITE"})
