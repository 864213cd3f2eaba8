# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is special about each kind of Q Business object. The witness is boto3."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
import trustme
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import ImmutableError, InputError
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_app import function as app
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_datasource import function as datasource
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_index import function as index
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_retriever import function as retriever
from ansible_collections.qbusiness.federation.plugins.modules.qbusiness_web_experience import function as web_experience
from conftest import Call
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from qbusiness_sandbox.cloud import Cloud, Fault
from resource_world import World, confluence_document, s3_document

pytestmark = pytest.mark.usefixtures("instant")

KENDRA_ID = "0a1b2c3d-1e2f-4a5b-9c8d-7e6f5a4b3c2d"
THEME = "https://theme.example.com/site"


# -- application ----------------------------------------------------------------------------------------------------


def test_app_makes_the_second_call_for_auto_subscription(world: World, call: Call) -> None:
    subscription = {"auto_subscribe": "ENABLED", "default_subscription_type": "Q_BUSINESS"}
    options = {"display_name": "assistant", "auto_subscription_configuration": subscription}
    world.cloud.settings.polls = {"*": 2}
    answer = call(app, **options)
    assert answer["operations"] == ["CreateApplication", "UpdateApplication"]
    found = world.q.get_application(applicationId=answer["application_id"])
    assert found["autoSubscriptionConfiguration"]["defaultSubscriptionType"] == "Q_BUSINESS"
    assert call(app, **options)["changed"] is False


def test_app_cut_between_its_two_calls_is_finished_by_the_next_run(world: World, call: Call) -> None:
    subscription = {"auto_subscribe": "ENABLED", "default_subscription_type": "Q_LITE"}
    options = {"display_name": "assistant", "auto_subscription_configuration": subscription}
    world.cloud.faults.add(Fault("cut_before", "qbusiness", "UpdateApplication", count=20))
    with pytest.raises(Exception, match="UpdateApplication"):
        call(app, **options)
    world.cloud.faults.clear()
    answer = call(app, **options)
    assert answer["operations"] == ["UpdateApplication"]
    assert call(app, **options)["changed"] is False


def test_a_creation_that_was_carried_out_and_answered_with_an_error_is_not_made_twice(
    world: World, call: Call, cloud: Cloud
) -> None:
    """More often than botocore itself asks again."""
    cloud.faults.add(Fault("error_after", "qbusiness", "CreateApplication", count=7))
    answer = call(app, display_name="assistant")
    assert [entry.status for entry in cloud.log.writes() if entry.operation == "CreateApplication"] == [500] * 7 + [200]
    made = [item for item in world.q.list_applications()["applications"] if item["displayName"] == "assistant"]
    assert [item["applicationId"] for item in made] == [answer["application_id"]]


def test_app_in_an_account_that_may_not_create(world: World, call: Call) -> None:
    world.cloud.settings.options["closed_to_new_customers"] = True
    with pytest.raises(Exception, match="no new customers since 31 July 2026"):
        call(app, display_name="assistant")


# -- index ----------------------------------------------------------------------------------------------------------


def attributes(world: World, index_id: str) -> dict[str, tuple[str, str]]:
    found = world.q.get_index(applicationId=world.application_id, indexId=index_id)
    return {item["name"]: (item["type"], item["search"]) for item in found["documentAttributeConfigurations"]}


def test_index_attributes_are_merged_and_never_purged(world: World, call: Call) -> None:
    where = {"application_id": world.application_id, "display_name": "knowledge"}
    made = call(
        index, **where, document_attribute_configurations=[{"name": "team", "type": "STRING", "search": "ENABLED"}]
    )
    assert made["operations"] == ["CreateIndex", "UpdateIndex"]
    changed = call(
        index,
        **where,
        document_attribute_configurations=[
            {"name": "_category", "search": "ENABLED"},
            {"name": "year", "type": "NUMBER"},
        ],
    )
    assert changed["operations"] == ["UpdateIndex"]
    seen = attributes(world, made["index_id"])
    assert seen["team"] == ("STRING", "ENABLED")
    assert seen["year"] == ("NUMBER", "DISABLED")
    assert seen["_category"] == ("STRING", "ENABLED")
    assert len(seen) == 13
    world.cloud.log.clear()
    assert call(index, **where, document_attribute_configurations=[{"name": "team"}])["changed"] is False
    assert world.writes() == []


def test_index_attribute_type_is_immutable(world: World, call: Call) -> None:
    where = {"application_id": world.application_id, "index_id": world.index_id}
    with pytest.raises(ImmutableError, match=r"_category.*'STRING'.*'NUMBER'") as caught:
        call(index, **where, document_attribute_configurations=[{"name": "_category", "type": "NUMBER"}])
    assert "all documents" in caught.value.message
    assert world.writes() == []


def test_index_attribute_that_is_listed_twice(world: World, call: Call) -> None:
    twice = [{"name": "a", "type": "STRING"}, {"name": "a", "type": "DATE"}]
    with pytest.raises(InputError, match="listed twice"):
        call(
            index, application_id=world.application_id, index_id=world.index_id, document_attribute_configurations=twice
        )


def test_index_removal_names_the_retrievers(world: World, call: Call) -> None:
    world.q.create_retriever(
        applicationId=world.application_id,
        displayName="finder",
        type="NATIVE_INDEX",
        configuration={"nativeIndexConfiguration": {"indexId": world.index_id}},
    )
    answer = call(index, application_id=world.application_id, index_id=world.index_id, state="absent")
    assert any("retriever finder" in sentence for sentence in answer["lost"])


def test_index_update_waits_out_maintenance(world: World, call: Call) -> None:
    world.cloud.faults.add(Fault("maintenance", "qbusiness", "UpdateIndex", count=3))
    answer = call(index, application_id=world.application_id, index_id=world.index_id, description="new")
    assert answer["index"]["description"] == "new"


# -- retriever ------------------------------------------------------------------------------------------------------


def native(index_id: str, **more: Any) -> dict[str, Any]:
    return {"native_index_configuration": {"index_id": index_id, **more}}


def boosts(level: str = "HIGH") -> dict[str, Any]:
    return {"_document_title": {"string_configuration": {"boosting_level": level}}}


def configuration(world: World, retriever_id: str) -> dict[str, Any]:
    found = world.q.get_retriever(applicationId=world.application_id, retrieverId=retriever_id)
    native_configuration: dict[str, Any] = found["configuration"]["nativeIndexConfiguration"]
    return native_configuration


def test_retriever_keeps_boosts_that_it_does_not_manage(world: World, call: Call) -> None:
    options = {"application_id": world.application_id, "display_name": "finder", "type": "NATIVE_INDEX"}
    first = call(retriever, **options, configuration=native(world.index_id, boosting_override=boosts()))
    object_id = first["retriever_id"]
    expected = {"_document_title": {"stringConfiguration": {"boostingLevel": "HIGH"}}}
    assert configuration(world, object_id)["boostingOverride"] == expected
    # The same without boosts: nothing to do.
    assert call(retriever, **options, configuration=native(world.index_id))["changed"] is False
    # A rename sends no configuration.
    call(retriever, application_id=world.application_id, retriever_id=object_id, display_name="other")
    assert configuration(world, object_id)["boostingOverride"] == expected
    # Another index: the boosts go along, and the user is told.
    second = world.index("second")
    world.cloud.log.clear()
    moved = call(retriever, **{**options, "display_name": "other"}, configuration=native(second))
    assert moved["operations"] == ["UpdateRetriever"]
    assert configuration(world, object_id) == {"indexId": second, "boostingOverride": expected}
    assert world.index_id in moved["warnings"][0] and second in moved["warnings"][0]


def test_retriever_boosts_are_changed_and_cleared(world: World, call: Call) -> None:
    options = {"application_id": world.application_id, "display_name": "finder", "type": "NATIVE_INDEX"}
    made = call(retriever, **options, configuration=native(world.index_id, boosting_override=boosts()))
    changed = call(retriever, **options, configuration=native(world.index_id, boosting_override=boosts("LOW")))
    assert changed["operations"] == ["UpdateRetriever"]
    planned = call(retriever, True, **options, configuration=native(world.index_id, boosting_override={}))
    cleared = call(retriever, **options, configuration=native(world.index_id, boosting_override={}))
    assert planned["operations"] == cleared["operations"] == ["UpdateRetriever"]
    assert planned["diff"] == cleared["diff"]
    assert "boostingOverride" not in configuration(world, made["retriever_id"])
    assert call(retriever, **options, configuration=native(world.index_id, boosting_override={}))["changed"] is False


def test_retriever_over_kendra(world: World, call: Call) -> None:
    options = {
        "application_id": world.application_id,
        "display_name": "finder",
        "type": "KENDRA_INDEX",
        "configuration": {"kendra_index_configuration": {"index_id": KENDRA_ID}},
    }
    with pytest.raises(InputError, match="role_arn"):
        call(retriever, **options)
    role = world.role("kendra")
    made = call(retriever, **options, role_arn=role)
    found = world.q.get_retriever(applicationId=world.application_id, retrieverId=made["retriever_id"])
    assert found["configuration"] == {"kendraIndexConfiguration": {"indexId": KENDRA_ID}}
    assert found["roleArn"] == role
    assert call(retriever, **options)["changed"] is False
    other = KENDRA_ID.replace("0a", "1b")
    assert call(retriever, **{**options, "configuration": {"kendra_index_configuration": {"index_id": other}}})[
        "operations"
    ] == ["UpdateRetriever"]


# -- data source ----------------------------------------------------------------------------------------------------


@pytest.fixture
def source(world: World) -> dict[str, Any]:
    """Options of an S3 data source."""
    return {
        "application_id": world.application_id,
        "index_id": world.index_id,
        "display_name": "handbook",
        "role_arn": world.role("reader"),
        "configuration": s3_document(),
    }


def seen_source(world: World, data_source_id: str) -> dict[str, Any]:
    found: dict[str, Any] = world.q.get_data_source(
        applicationId=world.application_id, indexId=world.index_id, dataSourceId=data_source_id
    )
    return found


def test_datasource_document_is_a_tolerant_subset(world: World, call: Call, source: dict[str, Any]) -> None:
    made = call(datasource, **source)
    assert seen_source(world, made["data_source_id"])["configuration"] == s3_document()
    world.cloud.log.clear()
    same = s3_document(
        additionalProperties={"maxFileSizeInMegaBytes": 50, "exclusionPatterns": []},
        repositoryConfigurations={
            "document": {
                "fieldMappings": list(reversed(s3_document()["repositoryConfigurations"]["document"]["fieldMappings"]))
            }
        },
    )
    assert call(datasource, **{**source, "configuration": same})["changed"] is False
    other = s3_document(syncMode="FORCED_FULL_CRAWL", additionalProperties={})
    changed = call(datasource, **{**source, "configuration": other})
    assert changed["operations"] == ["UpdateDataSource"]
    # What was not given is unmanaged: it is still there.
    assert seen_source(world, made["data_source_id"])["configuration"] == s3_document(syncMode="FORCED_FULL_CRAWL")


def test_datasource_version_is_immutable(world: World, call: Call, source: dict[str, Any]) -> None:
    call(datasource, **source)
    with pytest.raises(ImmutableError, match=r"configuration\.version.*'1\.0\.0'.*'2\.0\.0'"):
        call(datasource, **{**source, "configuration": s3_document(version="2.0.0")})


def test_datasource_type_is_immutable(world: World, call: Call, source: dict[str, Any]) -> None:
    call(datasource, **source)
    with pytest.raises(ImmutableError, match=r"configuration\.type.*'S3'.*'CUSTOM'"):
        call(datasource, **{**source, "configuration": {"type": "CUSTOM", "version": "1.0.0"}})


def test_datasource_schedule_is_set_and_taken_away(world: World, call: Call, source: dict[str, Any]) -> None:
    made = call(datasource, **source, sync_schedule="cron(0 12 * * ? *)")
    assert seen_source(world, made["data_source_id"])["syncSchedule"] == "cron(0 12 * * ? *)"
    assert call(datasource, **source, sync_schedule="")["operations"] == ["UpdateDataSource"]
    assert seen_source(world, made["data_source_id"])["syncSchedule"] == ""
    assert call(datasource, **source, sync_schedule="")["changed"] is False


def test_datasource_custom_takes_no_schedule(world: World, call: Call, source: dict[str, Any]) -> None:
    document = {"type": "CUSTOM", "version": "1.0.0"}
    with pytest.raises(InputError, match="CUSTOM"):
        call(datasource, **{**source, "configuration": document}, sync_schedule="cron(0 12 * * ? *)")
    assert call(datasource, **{**source, "configuration": document}, sync_schedule="")["changed"] is True


def test_datasource_vpc_is_a_set(world: World, call: Call, source: dict[str, Any]) -> None:
    vpc = {"subnet_ids": ["subnet-a", "subnet-b"], "security_group_ids": ["sg-1", "sg-2"]}
    call(datasource, **source, vpc_configuration=vpc)
    turned = {name: list(reversed(values)) for name, values in vpc.items()}
    assert call(datasource, **source, vpc_configuration=turned)["changed"] is False


def test_datasource_enrichment_is_cleared(world: World, call: Call, source: dict[str, Any]) -> None:
    condition = {"key": "_created_at", "operator": "LESS_THAN", "value": {"date_value": "2026-01-01"}}
    block = {"inline_configurations": [{"condition": condition, "document_content_operator": "DELETE"}]}
    made = call(datasource, **source, document_enrichment_configuration=block)
    assert call(datasource, **source, document_enrichment_configuration=block)["changed"] is False
    planned = call(datasource, True, **source, document_enrichment_configuration={})
    cleared = call(datasource, **source, document_enrichment_configuration={})
    assert planned["operations"] == cleared["operations"] == ["UpdateDataSource"]
    assert not seen_source(world, made["data_source_id"]).get("documentEnrichmentConfiguration")
    assert call(datasource, **source, document_enrichment_configuration={})["changed"] is False


def test_datasource_beside_kendra_is_refused(world: World, call: Call, source: dict[str, Any]) -> None:
    world.q.create_retriever(
        applicationId=world.application_id,
        displayName="kendra-finder",
        type="KENDRA_INDEX",
        roleArn=world.role("kendra"),
        configuration={"kendraIndexConfiguration": {"indexId": KENDRA_ID}},
    )
    world.cloud.log.clear()
    for check_mode in (True, False):
        with pytest.raises(InputError, match="Amazon Kendra index, by its retriever kendra-finder"):
            call(datasource, check_mode, **source)
    assert world.writes() == []


def test_datasource_access_lists_stay_on(world: World, call: Call, source: dict[str, Any]) -> None:
    on = confluence_document(isCrawlAcl="true")
    call(datasource, **{**source, "configuration": on})
    off = confluence_document(isCrawlAcl=False)
    with pytest.raises(InputError, match="DisableAclOnDataSource"):
        call(datasource, **{**source, "configuration": off})


def test_datasource_that_stays_creating_with_an_error_can_be_removed(
    world: World, call: Call, source: dict[str, Any]
) -> None:
    world.cloud.settings.polls = {"*": 2}
    world.cloud.settings.options["strict_delete"] = False
    world.cloud.faults.add(Fault("stays_with_error", "qbusiness", "CreateDataSource", message="No such bucket"))
    with pytest.raises(Exception, match="No such bucket"):
        call(datasource, **source)
    assert call(datasource, state="absent", wait_timeout=60, **source)["changed"] is True
    assert world.q.list_data_sources(applicationId=world.application_id, indexId=world.index_id)["dataSources"] == []


# -- web experience -------------------------------------------------------------------------------------------------


@pytest.fixture
def federated(world: World) -> dict[str, Any]:
    """Options of a web experience with sign-in by SAML."""
    iam = world.aws("iam")
    iam.create_saml_provider(Name="okta", SAMLMetadataDocument=saml_metadata())
    provider = "arn:aws:iam::123456789012:saml-provider/okta"
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": provider},
        "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession"],
        "Condition": {"StringEquals": {"SAML:aud": "https://signin.aws.amazon.com/saml"}},
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    role = iam.create_role(RoleName="people", AssumeRolePolicyDocument=document)["Role"]["Arn"]
    application = world.application("federated", identityType="AWS_IAM_IDP_SAML", iamIdentityProviderArn=provider)
    world.cloud.log.clear()
    url = "https://acme.okta.com/app/acme_q_1/exk1a2b3c4d5e6f7g8h9/sso/saml"
    return {
        "application_id": application,
        "role_arn": role,
        "identity_provider_configuration": {"saml_configuration": {"authentication_url": url}},
    }


def saml_metadata() -> str:
    """Metadata of an identity provider with a certificate of its own."""
    pem = trustme.CA().cert_pem.bytes()
    der = x509.load_pem_x509_certificate(pem).public_bytes(Encoding.DER)
    return (
        '<md:EntityDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" '
        'entityID="http://www.okta.com/exk1a2b3c4d5e6f7g8h9"><md:IDPSSODescriptor WantAuthnRequestsSigned="false" '
        'protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing">'
        '<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>'
        f"{base64.b64encode(der).decode()}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        "<md:NameIDFormat>urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified</md:NameIDFormat>"
        '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST" '
        'Location="https://acme.okta.com/app/acme_q_1/exk1a2b3c4d5e6f7g8h9/sso/saml"/>'
        '<md:SingleSignOnService Binding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-Redirect" '
        'Location="https://acme.okta.com/app/acme_q_1/exk1a2b3c4d5e6f7g8h9/sso/saml"/>'
        "</md:IDPSSODescriptor></md:EntityDescriptor>"
    )


def seen_experience(world: World, options: dict[str, Any], answer: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = world.q.get_web_experience(
        applicationId=options["application_id"], webExperienceId=answer["web_experience_id"]
    )
    return found


def test_web_experience_answers_its_urls(world: World, call: Call, federated: dict[str, Any]) -> None:
    planned = call(web_experience, True, **federated)
    assert planned["default_endpoint"] == "https://planned0.chat.qbusiness.us-east-1.on.aws/"
    assert planned["saml_acs_url"] == "https://planned0.chat.qbusiness.us-east-1.on.aws/saml"
    world.cloud.settings.polls = {"*": 2}
    made = call(web_experience, **federated)
    found = seen_experience(world, federated, made)
    assert made["web_experience"]["status"] == planned["web_experience"]["status"] == found["status"] == "ACTIVE"
    assert made["default_endpoint"] == found["defaultEndpoint"]
    assert made["saml_acs_url"] == found["defaultEndpoint"] + "saml"


def test_web_experience_without_a_role_rests(world: World, call: Call, federated: dict[str, Any]) -> None:
    made = call(web_experience, application_id=federated["application_id"])
    assert made["web_experience"]["status"] == "PENDING_AUTH_CONFIG"
    completed = call(web_experience, **federated)
    assert completed["operations"] == ["UpdateWebExperience"]
    assert completed["web_experience"]["status"] == "ACTIVE"
    assert completed["web_experience_id"] == made["web_experience_id"]


def test_web_experience_sign_in_is_changed(world: World, call: Call, federated: dict[str, Any]) -> None:
    made = call(web_experience, **federated)
    other = {"saml_configuration": {"authentication_url": "https://acme.okta.com/other"}}
    changed = call(web_experience, **{**federated, "identity_provider_configuration": other})
    assert changed["operations"] == ["UpdateWebExperience"]
    found = seen_experience(world, federated, made)
    assert found["identityProviderConfiguration"]["samlConfiguration"]["authenticationUrl"].endswith("/other")


def test_web_experience_browser_extension_is_refused_for_saml(
    world: World, call: Call, federated: dict[str, Any]
) -> None:
    call(web_experience, **federated)
    world.cloud.log.clear()
    with pytest.raises(InputError, match=r"does not support people who sign in by SAML.*OIDC"):
        call(
            web_experience,
            application_id=federated["application_id"],
            browser_extension_configuration={"enabled_browser_extensions": ["CHROME"]},
        )
    empty: dict[str, Any] = {"enabled_browser_extensions": []}
    assert call(web_experience, **federated, browser_extension_configuration=empty)["changed"] is False
    assert world.writes() == []


@pytest.mark.parametrize("merges", [True, False])
def test_web_experience_customization_sends_all_four(merges: bool, world: World, call: Call) -> None:
    """Whether the service keeps an omitted sibling or not."""
    world.cloud.settings.options["customization_merge"] = merges
    where = {"application_id": world.application_id}
    first = {"logo_url": f"{THEME}/logo.png", "font_url": f"{THEME}/a.woff2", "custom_css_url": f"{THEME}/a.css"}
    made = call(web_experience, **where, customization_configuration=first)
    planned = call(web_experience, True, **where, customization_configuration={"logo_url": f"{THEME}/b.svg"})
    changed = call(web_experience, **where, customization_configuration={"logo_url": f"{THEME}/b.svg"})
    assert planned["diff"] == changed["diff"]
    seen = seen_experience(world, where, made)["customizationConfiguration"]
    assert (seen["logoUrl"], seen["fontUrl"], seen["customCSSUrl"]) == (
        f"{THEME}/b.svg",
        f"{THEME}/a.woff2",
        f"{THEME}/a.css",
    )
    call(web_experience, **where, customization_configuration={"font_url": ""})
    seen = seen_experience(world, where, made)["customizationConfiguration"]
    assert (seen["fontUrl"], seen["logoUrl"]) == ("", f"{THEME}/b.svg")
    assert call(web_experience, **where, customization_configuration={"font_url": ""})["changed"] is False


def test_web_experience_origins_are_a_set(world: World, call: Call) -> None:
    where = {"application_id": world.application_id}
    made = call(web_experience, **where, origins=["https://a.example.com/", "https://b.example.com:8443"])
    assert seen_experience(world, where, made)["origins"] == ["https://a.example.com", "https://b.example.com:8443"]
    turned = ["https://b.example.com:8443/", "https://a.example.com"]
    assert call(web_experience, **where, origins=turned)["changed"] is False
    assert call(web_experience, **where, origins=[])["operations"] == ["UpdateWebExperience"]
    assert seen_experience(world, where, made).get("origins", []) == []
    assert call(web_experience, **where, origins=[])["changed"] is False
