# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reader over an estate that others made. The witnesses are boto3, plain HTTP and the cloud's log of requests."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.aws import Aws
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import ServiceError
from ansible_collections.qbusiness.federation.plugins.module_utils.federation import reader as reader_module
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.detail import (
    FULL,
    ROLES,
    Part,
    Selection,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.model import Federation, to_dict
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.session import connect
from federation_estate import ANN, BOB, CANARY, STAFF, Estate, Made, allow
from oidc_world import running
from qbusiness_sandbox import sample
from qbusiness_sandbox.cloud import Fault
from qbusiness_sandbox.launch import Sandbox

REGION = "us-east-1"
PAGE = Path(__file__).parents[2] / "docs" / "calls.md"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running() as started:
        yield started


@pytest.fixture
def estate(sandbox: Sandbox) -> Estate:
    made = Estate(sandbox)
    made.people()
    return made


def new_reader(estate: Estate, *, okta: bool = True, **more: Any) -> reader_module.Reader:
    """A reader with the environment's credentials; ``secrets`` takes what it learns."""
    connection = {"okta_org_url": estate.org, "okta_api_token": estate.cloud.administrator.okta_api_token}
    return reader_module.Reader(more.pop("aws", None) or Aws({}), connect(connection) if okta else None, **more)


def read(estate: Estate, **selected: Any) -> Federation:
    estate.cloud.log.clear()
    return new_reader(estate).federation(Selection(**selected))


def calls(estate: Estate) -> list[str]:
    return [entry.operation for entry in estate.cloud.log.since()]


def restricted(estate: Estate, *actions: str) -> Aws:
    """A connection with a session that may do these things alone."""
    trust = {"Effect": "Allow", "Principal": {"AWS": estate.cloud.account_id}, "Action": "sts:AssumeRole"}
    role = estate.role(
        "auditor", {"Version": "2012-10-17", "Statement": [trust]}, *(allow(action, "*") for action in actions)
    )
    session = estate.aws("sts").assume_role(RoleArn=role, RoleSessionName="audit")
    return Aws({}).with_credentials(session["Credentials"])


# -- one application ------------------------------------------------------------------------------------------------


def test_an_application_with_everything_that_is_its_own(estate: Estate) -> None:
    made, _app, provider = estate.saml()
    found = new_reader(estate).application(REGION, made.id, FULL)
    assert found is not None
    shown = estate.q.get_application(applicationId=made.id)
    assert (found.id, found.arn, found.name, found.region) == (made.id, made.arn, shown["displayName"], REGION)
    assert (found.provider_arn, found.tags, found.status) == (provider, {"team": "a"}, "ACTIVE")
    assert [index.id for index in found.indices] == [made.index_id]
    assert (found.indices[0].type, found.indices[0].units, found.indices[0].groups) == ("STARTER", 1, 0)
    assert [(item.id, item.index_id) for item in found.retrievers] == [(made.retriever_id, made.index_id)]
    assert [item.id for item in found.data_sources] == made.sources
    assert [item.tags for item in found.data_sources] == [{"number": "0"}, {"number": "1"}]
    assert {item.role_arn for item in found.data_sources} == {made.source_role_arn}
    [web] = found.web_experiences
    assert (web.id, web.url, web.role_arn) == (made.web_id, made.url, made.role_arn)
    assert web.saml_acs_url == f"{made.url}saml"
    assert {role.arn for role in found.roles} == {made.role_arn, made.source_role_arn}
    [sign_in] = found.sign_in_roles
    assert sign_in.inline == {
        "by-hand": estate.iam.get_role_policy(RoleName=sign_in.name, PolicyName="by-hand")["PolicyDocument"]
    }
    assert sign_in.trust == estate.iam.get_role(RoleName=sign_in.name)["Role"]["AssumeRolePolicyDocument"]
    assert (sign_in.path, sign_in.policies_read, found.unread) == ("/people/", True, ())
    assert found.chat_controls is not None


def test_no_application_of_this_id(estate: Estate) -> None:
    made, *_others = estate.saml()
    estate.q.delete_application(applicationId=made.id)
    assert new_reader(estate).application(REGION, made.id) is None


def test_last_sync_is_the_newest(estate: Estate) -> None:
    made, *_others = estate.saml(sources=1)
    estate.aws("s3").create_bucket(Bucket="handbook-documents")
    ids = {"applicationId": made.id, "indexId": made.index_id, "dataSourceId": made.sources[0]}
    for _number in range(2):
        estate.q.start_data_source_sync_job(**ids)
    history = estate.q.list_data_source_sync_jobs(**ids)["history"]
    newest = max(history, key=lambda job: job["startTime"])
    found = new_reader(estate).application(REGION, made.id)
    assert found is not None
    assert found.data_sources[0].last_sync is not None
    assert found.data_sources[0].last_sync["execution_id"] == newest["executionId"]


def test_roles_read_by_their_kind_and_by_hand(estate: Estate) -> None:
    """The collection's own policy is read by its name; a role by hand does not have it, so all are read."""
    made, _app, provider = estate.saml()
    own = json.dumps({"Version": "2012-10-17", "Statement": [allow("qbusiness:Chat", made.arn)]})
    estate.iam.put_role_policy(RoleName="Handbook-people", PolicyName="QBusinessWebExperience", PolicyDocument=own)
    estate.cloud.log.clear()
    found = new_reader(estate).application(REGION, made.id, ROLES)
    assert found is not None
    people, reads = found.role(made.role_arn), found.role(made.source_role_arn)
    assert people is not None and reads is not None
    assert (list(people.inline), people.policies_read) == (["QBusinessWebExperience"], False)
    assert (list(reads.inline), reads.policies_read) == (["by-hand"], True)
    assert calls(estate).count("ListRolePolicies") == 1
    assert provider in people.principals


def test_role_of_another_path_is_another_role(estate: Estate) -> None:
    made, *_others = estate.saml()
    reader = new_reader(estate)
    other = made.role_arn.replace("role/people/", "role/")
    assert reader.role(made.role_arn) is not None
    assert reader.role(other) is None
    assert reader.role("Handbook-people") is not None


def test_theme_buckets(estate: Estate) -> None:
    made, *_others = estate.saml(sources=0)
    s3 = estate.aws("s3")
    s3.create_bucket(Bucket="acme-theme")
    s3.put_object(Bucket="acme-theme", Key="logo.svg", Body=b"<svg/>", ContentType="image/svg+xml")
    statement = allow("s3:GetObject", "arn:aws:s3:::acme-theme/*", Sid="Theme", Principal="*")
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    s3.put_bucket_policy(Bucket="acme-theme", Policy=policy)
    estate.q.update_web_experience(
        applicationId=made.id,
        webExperienceId=made.web_id,
        customizationConfiguration={"logoUrl": "https://acme-theme.s3.amazonaws.com/logo.svg"},
    )
    found = new_reader(estate).application(REGION, made.id)
    assert found is not None
    assert [(bucket.name, list(bucket.statements)) for bucket in found.theme_buckets] == [("acme-theme", [statement])]


# -- identities -----------------------------------------------------------------------------------------------------


def test_from_an_application_to_its_okta_app_and_back(estate: Estate) -> None:
    made, app, provider = estate.saml()
    estate.assign(app)
    federation = read(estate)
    [identity] = federation.identities
    assert identity.protocol == "saml"
    assert identity.provider is not None and identity.app is not None
    assert (identity.provider.arn, identity.app.id) == (provider, app["id"])
    assert identity.provider.entity_id == identity.app.entity_id != ""
    assert identity.app.certificates == identity.provider.certificates != ()
    assert (identity.app.groups, identity.app.users) == ((STAFF,), (BOB,))
    assert ANN not in (identity.app.users or ())
    assert identity.app.sign_in_urls == (f"{made.url}saml",)
    assert [role.arn for role in identity.roles] == [made.role_arn]
    assert identity.applications == (made.arn,)
    assert federation.identity_of(federation.applications[0]) == identity
    assert federation.unread == ()


def test_okta_app_is_found_without_asking_all_others(estate: Estate) -> None:
    """The SSO URL in the provider's document names the app."""
    for number in range(5):
        estate.saml_app(f"Other {number}")
    made, app, provider = estate.saml()
    reader = new_reader(estate)
    found = reader.provider(provider)
    assert found is not None
    estate.cloud.log.clear()
    by_entity = reader.okta_app_by_entity_id(found.entity_id, found.sso_urls)
    assert by_entity is not None and by_entity.id == app["id"]
    assert sum("metadata" in operation for operation in calls(estate)) == 1
    assert reader.okta_app_by_entity_id(found.entity_id) == by_entity
    assert reader.okta_app_by_entity_id("http://www.okta.com/exkNobody") is None
    assert made.id


def test_an_inactive_app_is_found_by_its_sso_url(estate: Estate) -> None:
    """Okta has no metadata of it."""
    _made, app, provider = estate.saml(sources=0)
    estate.okta("POST", f"/api/v1/apps/{app['id']}/lifecycle/deactivate")
    reader = new_reader(estate)
    found = reader.provider(provider)
    assert found is not None
    by_entity = reader.okta_app_by_entity_id(found.entity_id, found.sso_urls)
    assert by_entity is not None
    assert (by_entity.id, by_entity.status, by_entity.metadata) == (app["id"], "INACTIVE", "")


@pytest.fixture
def shared(estate: Estate) -> tuple[Made, Made, list[dict[str, Any]], str]:
    """Two applications and two Okta apps behind one OpenID Connect provider."""
    apps = [estate.oidc_app("First"), estate.oidc_app("Second")]
    provider = estate.oidc_provider(estate.issuer, *(app["id"] for app in apps))
    first, second = (estate.oidc(name, app, provider) for name, app in zip(("first", "second"), apps, strict=True))
    return first, second, apps, provider


def test_provider_that_two_apps_share(estate: Estate, shared: tuple[Made, Made, list[dict[str, Any]], str]) -> None:
    first, second, apps, provider = shared
    federation = read(estate)
    assert len(federation.identities) == 2
    by_app = {identity.app.id: identity for identity in federation.identities if identity.app}
    for app, made in zip(apps, (first, second), strict=True):
        identity = by_app[app["id"]]
        assert identity.provider is not None
        assert (identity.provider.arn, identity.client_id) == (provider, app["id"])
        assert identity.applications == (made.arn,)
        assert [role.arn for role in identity.roles] == [made.role_arn]
        assert identity.authorization_server is not None
        assert identity.authorization_server.issuer == estate.issuer
        assert [secret.name for secret in identity.secrets] == [f"{'first' if made is first else 'second'}/secret"]
        assert [secret.status for secret in identity.client_secrets] == ["ACTIVE"]
    assert federation.unread == ()


def test_only_the_selected_application_of_a_shared_provider(
    estate: Estate, shared: tuple[Made, Made, list[dict[str, Any]], str]
) -> None:
    first, second, apps, _provider = shared
    for named in ("first", first.id, first.arn):
        federation = read(estate, applications=(named,))
        assert [item.id for item in federation.applications] == [first.id]
        assert [item.client_id for item in federation.identities] == [apps[0]["id"]]
    for named in ("Second", apps[1]["id"]):
        federation = read(estate, identities=(named,))
        assert [item.id for item in federation.applications] == [second.id]
        assert [item.client_id for item in federation.identities] == [apps[1]["id"]]


def test_selected_by_provider(estate: Estate, shared: tuple[Made, Made, list[dict[str, Any]], str]) -> None:
    first, second, _apps, provider = shared
    saml, _app, saml_provider = estate.saml(sources=0)
    federation = read(estate, identities=(provider,))
    assert {item.id for item in federation.applications} == {first.id, second.id}
    federation = read(estate, identities=(saml_provider.rpartition("/")[2],))
    assert [item.id for item in federation.applications] == [saml.id]
    assert [item.protocol for item in federation.identities] == ["saml"]


def test_app_of_another_org(estate: Estate) -> None:
    """Its metadata is that of another org: the application stays, and the app is an entry."""
    app, metadata = estate.saml_app("Ours")
    foreign = metadata.replace("http://www.okta.com/exk", "http://www.okta.com/abc").replace(app["name"], "other_app_1")
    provider = estate.saml_provider("foreign", foreign)
    made = estate.application("foreign", identityType="AWS_IAM_IDP_SAML", iamIdentityProviderArn=provider)
    federation = read(estate)
    [identity] = federation.identities
    assert (identity.app, identity.applications) == (None, (made.arn,))
    [entry] = federation.unread
    assert (entry.code, entry.object) == ("NotFound", f"Okta app of provider {provider}")
    assert estate.org in entry.reason


def test_issuer_of_another_org(estate: Estate) -> None:
    """Every org has a server called default: the issuer decides."""
    estate.cloud.settings.options["oidc_discovery"] = False
    reader = new_reader(estate)
    assert reader.authorization_server_of(estate.issuer) is not None
    assert reader.authorization_server_of("https://other.okta.com/oauth2/default") is None
    assert reader.authorization_server_of(estate.org) is None


def test_roles_of_others_that_trust_the_provider(estate: Estate) -> None:
    made, _app, provider = estate.saml(sources=0)
    foreign = estate.role("console", sample.trust_policy(provider), allow("s3:*", "*"))
    client = estate.role("programs", sample.trust_policy(provider), allow("qbusiness:ChatSync", f"{made.arn}/*"))
    federation = read(estate)
    assert {role.arn for role in federation.identities[0].roles} == {made.role_arn, foreign, client}
    [application] = federation.applications
    assert [role.arn for role in application.sign_in_roles] == [made.role_arn, client]
    users = new_reader(estate).users_of_provider(provider)
    assert {role.arn for role in users.roles} == {made.role_arn, foreign, client}
    assert [item.id for item in users.applications] == [made.id]


def test_provider_that_nobody_uses(estate: Estate) -> None:
    """One of Okta is an identity; another company's is not."""
    _app, metadata = estate.saml_app("Unused")
    unused = estate.saml_provider("unused", metadata)
    estate.saml_provider("elsewhere", metadata.replace("http://www.okta.com/", "https://elsewhere.example.com/"))
    federation = read(estate)
    assert [identity.provider.arn for identity in federation.identities if identity.provider] == [unused]


# -- who names what -------------------------------------------------------------------------------------------------


def test_who_names_what(estate: Estate, shared: tuple[Made, Made, list[dict[str, Any]], str]) -> None:
    saml, app, provider = estate.saml()
    second = estate.oidc_app("Curious")
    estate.okta(
        "PUT",
        f"/api/v1/apps/{second['id']}",
        {**sample.client_body([f"{saml.url}authorization-code/callback"]), "label": "Curious"},
    )
    federation = read(estate)
    okta_app = f"Okta app {app['label']} ({app['id']})"
    whole = f"application Handbook ({saml.id}) in {REGION}"
    assert federation.named_by("url", saml.url) == (f"Okta app Curious ({second['id']})", okta_app)
    assert federation.named_by("role", saml.role_arn) == (okta_app, f"web experience {saml.web_id} of {whole}")
    assert federation.named_by("bucket", "handbook-documents") == tuple(
        f"data source Handbook-source-{number} of {whole}" for number in range(2)
    )
    assert federation.named_by("provider", provider) == (okta_app, whole, f"role {saml.role_arn}")
    [secret] = [item.value for item in federation.references if item.kind == "secret" and "first/" in item.value]
    assert federation.named_by("secret", secret) == (
        f"web experience {shared[0].web_id} of application first ({shared[0].id}) in {REGION}",
    )


# -- what cannot be read --------------------------------------------------------------------------------------------


def test_denied_parts_are_entries(estate: Estate) -> None:
    made, *_others = estate.saml()
    allowed = ("sts:*", "qbusiness:ListApplications", "qbusiness:GetApplication", "qbusiness:ListWebExperiences")
    aws = restricted(estate, *allowed, "qbusiness:GetWebExperience")
    federation = new_reader(estate, aws=aws).federation()
    [application] = federation.applications
    assert application.id == made.id
    assert (application.tags, application.indices) == (None, ())
    assert [web.id for web in application.web_experiences] == [made.web_id]
    assert (
        not application.has(Part.INDICES) and not application.has(Part.TAGS) and application.has(Part.WEB_EXPERIENCES)
    )
    codes = {entry.code for entry in federation.unread}
    assert codes == {"AccessDenied"}
    objects = {entry.object for entry in federation.unread}
    assert f"indices of application Handbook ({made.id})" in objects
    assert "identity providers of the account" in objects
    assert all("not authorized" in entry.reason for entry in federation.unread)
    assert {entry.region for entry in federation.unread if entry.application_id} == {REGION}
    assert set(application.unread) <= set(federation.unread)


def test_a_broken_application_hides_no_other(estate: Estate) -> None:
    broken, *_others = estate.saml("broken", sources=0)
    whole, *_others = estate.saml("whole", sources=0)
    listed = [item["applicationId"] for item in estate.q.list_applications()["applications"]]
    estate.cloud.faults.add(
        Fault("error", operation="GetApplication", status=403, code="AccessDeniedException", message="Not yours")
    )
    federation = new_reader(estate, concurrency=1).federation()
    assert [item.id for item in federation.applications] == [listed[1]]
    [entry] = [item for item in federation.unread if item.application_id == listed[0]]
    assert (entry.code, "Not yours" in entry.reason) == ("AccessDenied", True)
    assert {broken.id, whole.id} == set(listed)


def test_an_application_that_is_deleted_meanwhile(estate: Estate) -> None:
    made, *_others = estate.saml(sources=0)
    gone, *_others = estate.saml("gone", sources=0)
    reader = new_reader(estate)
    assert {item.id for item in reader.applications()} == {made.id, gone.id}
    estate.q.delete_application(applicationId=gone.id)
    federation = reader.federation()
    assert [item.id for item in federation.applications] == [made.id]
    [entry] = [item for item in federation.unread if item.application_id]
    assert (entry.code, entry.application_id) == ("NotFound", gone.id)


def test_an_answer_that_is_none_of_the_service(estate: Estate) -> None:
    """A page without its list, as a proxy sends one."""
    made, *_others = estate.saml(sources=0)
    answer = {"body": '{"webExperiences": [{}]}', "content_type": "application/json"}
    estate.cloud.faults.add(Fault("answer", operation="ListWebExperiences", status=200, options=answer))
    federation = new_reader(estate).federation()
    assert [item.id for item in federation.applications] == [made.id]
    [entry] = federation.unread
    assert (entry.code, entry.object) == ("Malformed", f"web experiences of application Handbook ({made.id})")


def test_missing_role_and_secret(estate: Estate) -> None:
    app = estate.oidc_app("App")
    provider = estate.oidc_provider(estate.issuer, app["id"])
    made = estate.oidc("assistant", app, provider)
    estate.iam.delete_role_policy(RoleName="assistant-secret", PolicyName="by-hand")
    estate.iam.delete_role(RoleName="assistant-secret")
    estate.aws("secretsmanager").delete_secret(SecretId="assistant/secret", ForceDeleteWithoutRecovery=True)
    federation = read(estate)
    assert {(entry.code, entry.object.split()[0]) for entry in federation.unread} == {
        ("NotFound", "role"),
        ("NotFound", "secret"),
    }
    assert any(made.secrets_role_arn in entry.object for entry in federation.unread)


def test_a_region_that_cannot_be_read(estate: Estate) -> None:
    made, *_others = estate.saml(sources=0)
    federation = read(estate, regions=(REGION, "eu-west-1"))
    assert [item.id for item in federation.applications] == [made.id]
    assert federation.regions == ("eu-west-1", REGION)
    [entry] = [item for item in federation.unread if "eu-west-1" in item.object]
    assert entry.object == "applications of eu-west-1"


def test_names_that_nobody_has(estate: Estate) -> None:
    estate.saml(sources=0)
    federation = read(estate, applications=("nobody",), identities=("nothing",))
    assert (federation.applications, federation.identities) == ((), ())
    assert {(item.object, item.code) for item in federation.unread} == {
        ("application nobody", "NotFound"),
        ("identity nothing", "NotFound"),
    }


def test_without_okta(estate: Estate) -> None:
    made, _app, provider = estate.saml(sources=0)
    reader = new_reader(estate, okta=False)
    federation = reader.federation()
    [identity] = federation.identities
    assert (identity.app, identity.applications, federation.org, federation.unread) == (None, (made.arn,), "", ())
    assert identity.provider is not None and identity.provider.arn == provider
    with pytest.raises(ServiceError) as caught:
        reader.okta_apps()
    assert caught.value.code == "NoOkta"


# -- one look -------------------------------------------------------------------------------------------------------


def test_nothing_is_asked_twice(estate: Estate, shared: tuple[Made, Made, list[dict[str, Any]], str]) -> None:
    saml, _app, provider = estate.saml()
    estate.cloud.log.clear()
    reader = new_reader(estate)
    reader.federation()
    before = len(calls(estate))
    assert before > 50
    reader.application(REGION, saml.id, FULL.without(Part.INDEX_GROUPS))
    reader.users_of_provider(provider)
    reader.provider(shared[3])
    assert len(estate.cloud.log.since()) == before
    reader.forget()
    reader.provider(provider)
    assert len(estate.cloud.log.since()) == before + 1


def asked_for(name: str) -> list[str]:
    """The operations that the page names for an object."""
    [line] = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith(f"| {name} |")]
    _start, _name, number, operations, _end = (cell.strip() for cell in line.split("|"))
    found = re.findall(r"`([^`]+)`", operations)
    assert len(found) == int(number), name
    return found


def test_the_calls_that_the_page_names(estate: Estate, shared: tuple[Made, Made, list[dict[str, Any]], str]) -> None:
    estate.saml(sources=3)
    federation = read(estate)
    assert len(federation.applications) == 3
    assert shared
    objects = {
        **dict.fromkeys(("account", "region", "org", "index", "retriever", "SAML provider", "SAML app"), 1),
        **dict.fromkeys(("OpenID Connect provider", "authorization server"), 1),
        "application": 3,
        "data source": 3,
        "web experience": 3,
        "OpenID Connect app": 2,
        "secret": 2,
        "role with an inline policy": 6,
    }
    wanted = Counter(operation for name, number in objects.items() for operation in asked_for(name) * number)
    assert Counter(calls(estate)) == wanted


def test_the_same_whatever_the_number_of_threads(estate: Estate, shared: Any) -> None:
    estate.saml()
    one, many = (new_reader(estate, concurrency=number).federation() for number in (1, 16))
    assert one == many
    assert shared


def test_what_is_left_out_is_not_asked_for(estate: Estate) -> None:
    estate.saml()
    left = tuple(part for part in Part if part not in (Part.WEB_EXPERIENCES, Part.METADATA))
    federation = read(estate, detail=FULL.without(*left))
    assert sorted(set(calls(estate))) == [
        "GET /api/v1/apps",
        "GET /api/v1/apps/{appId}/sso/saml/metadata",
        "GetApplication",
        "GetCallerIdentity",
        "GetSAMLProvider",
        "GetWebExperience",
        "ListApplications",
        "ListOpenIDConnectProviders",
        "ListSAMLProviders",
        "ListWebExperiences",
    ]
    [application] = federation.applications
    assert (application.read, application.tags, application.indices) == (("web_experiences",), None, ())


def test_pages(estate: Estate, shared: Any) -> None:
    estate.saml(sources=3)
    whole = read(estate)
    estate.cloud.settings.page_size = 1
    assert read(estate) == whole
    assert shared


# -- plain and without secrets --------------------------------------------------------------------------------------


def values(item: Any) -> Iterator[Any]:
    """All values of a model, however deep."""
    if is_dataclass(item):
        for field in fields(item):
            yield from values(getattr(item, field.name))
    elif isinstance(item, dict):
        for key, value in item.items():
            yield key
            yield from values(value)
    elif isinstance(item, (list, tuple, set, frozenset)):
        for value in item:
            yield from values(value)
    else:
        yield item


def test_plain_and_without_secrets(estate: Estate, shared: tuple[Made, Made, list[dict[str, Any]], str]) -> None:
    estate.saml()
    learnt: set[str] = set()
    federation = new_reader(estate, secrets=learnt).federation()
    assert {type(value) for value in values(federation)} <= {str, int, float, bool, type(None)}
    text = json.dumps(federation.to_dict())
    assert json.loads(text)["applications"][0]["region"] == REGION
    listed = [estate.okta("GET", f"/api/v1/apps/{app['id']}/credentials/secrets") for app in shared[2]]
    at_okta = {item["client_secret"] for items in listed for item in items}
    assert len(at_okta) == 2
    assert at_okta <= learnt
    for secret in (*at_okta, CANARY, estate.cloud.administrator.okta_api_token):
        assert secret not in text
        assert secret not in repr(federation)
    assert "GetSecretValue" not in calls(estate)
    assert to_dict(federation)["identities"]
