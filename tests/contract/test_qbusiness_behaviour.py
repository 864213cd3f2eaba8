# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""How the resources of the embedded Q Business behave: what they need, keep, refuse and take with them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from qbusiness_stage import Stage, staged, statuses
from qbusiness_world import INSTANCE, KENDRA_INDEX, OIDC_PROVIDER, ROLE, SAML_PROVIDER, s3_configuration


@pytest.fixture
def s() -> Iterator[Stage]:
    with staged() as stage:
        yield stage


# -- applications ---------------------------------------------------------------------------------------------------


def test_what_an_application_shows(s: Stage) -> None:
    a = s.q.create_application(
        displayName="app", identityType="AWS_IAM_IDC", identityCenterInstanceArn=INSTANCE, roleArn=ROLE
    )["applicationId"]
    shown = s.q.get_application(applicationId=a)
    assert "identityCenterInstanceArn" not in shown
    assert "/ssoins-0123456789abcdef/apl-" in shown["identityCenterApplicationArn"]
    assert "description" not in shown
    assert shown["autoSubscriptionConfiguration"] == {}
    assert shown["attachmentsConfiguration"] == {"attachmentsControlMode": "ENABLED"}
    assert shown["createdAt"] == shown["updatedAt"]
    anonymous = s.q.get_application(applicationId=s.application())
    assert anonymous["attachmentsConfiguration"] == {"attachmentsControlMode": "DISABLED"}


def test_an_update_keeps_what_it_does_not_name(s: Stage) -> None:
    a = s.application(description="old", qAppsConfiguration={"qAppsControlMode": "DISABLED"})
    s.cloud.clock.advance(5)
    s.q.update_application(applicationId=a, displayName="renamed")
    shown = s.q.get_application(applicationId=a)
    assert (shown["displayName"], shown["description"]) == ("renamed", "old")
    assert shown["updatedAt"] > shown["createdAt"]
    s.q.update_application(applicationId=a, description="")
    assert s.q.get_application(applicationId=a)["description"] == ""


@pytest.mark.parametrize(
    ("values", "word"),
    [
        ({"identityType": "AWS_IAM_IDP_SAML"}, "iamIdentityProviderArn"),
        ({"identityType": "AWS_IAM_IDP_SAML", "iamIdentityProviderArn": OIDC_PROVIDER}, "no identity provider"),
        ({"identityType": "AWS_IAM_IDP_OIDC", "iamIdentityProviderArn": OIDC_PROVIDER}, "clientIdsForOIDC"),
        ({"identityType": "ANONYMOUS", "iamIdentityProviderArn": SAML_PROVIDER}, "iamIdentityProviderArn"),
        ({"identityType": "AWS_IAM_IDC"}, "identityCenterInstanceArn"),
        ({"identityType": "AWS_QUICKSIGHT_IDP"}, "quickSightConfiguration"),
    ],
)
def test_identity_types_and_their_members(s: Stage, values: dict[str, Any], word: str) -> None:
    with s.refused("ValidationException", word) as seen:
        s.q.create_application(displayName="app", **values)
    assert seen["reason"] == "FIELD_VALIDATION_FAILED"


def test_the_provider_must_exist(s: Stage) -> None:
    asked: list[str] = []

    def exists(arn: str) -> bool:
        asked.append(arn)
        return False

    s.room.provider_exists = exists
    with s.refused("ValidationException", SAML_PROVIDER, "does not exist"):
        s.application("AWS_IAM_IDP_SAML")
    assert asked == [SAML_PROVIDER]


def test_auto_subscription_needs_a_type(s: Stage) -> None:
    a = s.application("AWS_IAM_IDP_SAML")
    with s.refused("ValidationException", "defaultSubscriptionType"):
        s.q.update_application(applicationId=a, autoSubscriptionConfiguration={"autoSubscribe": "ENABLED"})
    s.q.update_application(applicationId=a, autoSubscriptionConfiguration={"autoSubscribe": "DISABLED"})


def test_closed_to_new_customers(s: Stage) -> None:
    s.cloud.settings.options["closed_to_new_customers"] = True
    with s.refused("AccessDeniedException"):
        s.application()


def test_names_may_be_taken_twice_and_tokens_may_not(s: Stage) -> None:
    assert s.application() != s.application()
    token = {"clientToken": "once"}
    assert s.application(**token) == s.application(**token)
    with s.refused("ConflictException"):
        s.application(displayName="other", **token)


def test_quotas(s: Stage) -> None:
    applications = [s.application() for _unused in range(50)]
    with s.refused("ServiceQuotaExceededException") as seen:
        s.application()
    assert seen["ResponseMetadata"]["HTTPStatusCode"] == 402
    assert seen["resourceId"] == "123456789012"
    a = applications[0]
    one, other = s.index(a), s.index(a)
    for number in range(50):
        s.custom(one if number % 2 else other)
    with s.refused("ServiceQuotaExceededException"):
        s.custom(one)
    plugin: dict[str, Any] = {"displayName": "p", "type": "ASANA", "authConfiguration": {"noAuthConfiguration": {}}}
    for _unused in range(25):
        s.q.create_plugin(applicationId=a, **plugin)
    with s.refused("ServiceQuotaExceededException"):
        s.q.create_plugin(applicationId=a, **plugin)
    s.q.delete_application(applicationId=applications[1])
    center = s.application("AWS_IAM_IDC", identityCenterInstanceArn=INSTANCE)
    accessor = {
        "displayName": "d",
        "principal": ROLE,
        "actionConfigurations": [{"action": "qbusiness:SearchRelevantContent"}],
    }
    for _unused in range(10):
        s.q.create_data_accessor(applicationId=center, **accessor)
    with s.refused("ServiceQuotaExceededException"):
        s.q.create_data_accessor(applicationId=center, **accessor)


def test_an_application_takes_everything_with_it(s: Stage) -> None:
    a = s.application()
    index = s.index(a)
    s.retriever(index)
    s.source(index)
    s.q.create_web_experience(applicationId=a)
    s.q.delete_application(applicationId=a)
    assert all(value == [] for value in s.room.dump().values())


def test_an_index_takes_its_data_sources_and_leaves_the_retriever(s: Stage) -> None:
    index = s.index(s.application())
    source, retriever = s.source(index), s.retriever(index)
    s.q.delete_index(**index)
    with s.refused("ResourceNotFoundException"):
        s.q.get_data_source(**source)
    assert s.q.get_retriever(**retriever)["status"] == "ACTIVE"


def test_a_child_of_another_application_is_not_found(s: Stage) -> None:
    index = s.index(s.application())
    other = s.application()
    with s.refused("ResourceNotFoundException") as seen:
        s.q.get_index(applicationId=other, indexId=index["indexId"])
    assert (seen["resourceId"], seen["resourceType"]) == (index["indexId"], "Index")


# -- indices and retrievers -----------------------------------------------------------------------------------------


def test_index_defaults_and_units(s: Stage) -> None:
    a = s.application()
    shown = s.q.get_index(**s.index(a))
    assert (shown["type"], shown["capacityConfiguration"]) == ("ENTERPRISE", {"units": 1})
    assert len(shown["documentAttributeConfigurations"]) == 11
    assert shown["indexStatistics"]["textDocumentStatistics"]["indexedTextDocumentCount"] == 0
    with s.refused("ValidationException", "at most 5"):
        s.index(a, type="STARTER", capacityConfiguration={"units": 6})
    with s.refused("ValidationException", "at most 50"):
        s.index(a, capacityConfiguration={"units": 51})


def test_attributes_merge_by_name(s: Stage) -> None:
    index = s.index(s.application())

    def attributes() -> dict[str, dict[str, str]]:
        found = s.q.get_index(**index)["documentAttributeConfigurations"]
        return {item["name"]: item for item in found}

    one = {"name": "department", "type": "STRING", "search": "ENABLED"}
    s.q.update_index(**index, documentAttributeConfigurations=[one])
    s.q.update_index(**index, documentAttributeConfigurations=[{"name": "_category", "search": "ENABLED"}])
    assert attributes()["department"] == one
    assert attributes()["_category"] == {"name": "_category", "type": "STRING", "search": "ENABLED"}
    assert len(attributes()) == 12
    with s.refused("ValidationException", "department"):
        s.q.update_index(**index, documentAttributeConfigurations=[{"name": "department", "type": "DATE"}])
    many = [{"name": f"a{number}", "type": "STRING"} for number in range(50)]
    with s.refused("ValidationException", "at most 50"):
        s.q.update_index(**index, documentAttributeConfigurations=many)


def test_retriever_types_arms_and_boosts(s: Stage) -> None:
    a = s.application()
    index = s.index(a)
    native = {"nativeIndexConfiguration": {"indexId": index["indexId"]}}
    with s.refused("ValidationException", "KENDRA_INDEX"):
        s.q.create_retriever(applicationId=a, type="KENDRA_INDEX", displayName="r", configuration=native, roleArn=ROLE)
    with s.refused("ResourceNotFoundException"):
        unknown = {"nativeIndexConfiguration": {"indexId": "0" * 36}}
        s.q.create_retriever(applicationId=a, type="NATIVE_INDEX", displayName="r", configuration=unknown)
    retriever = s.retriever(index)
    boost = {"_category": {"stringConfiguration": {"boostingLevel": "HIGH"}}}
    boosted = {"nativeIndexConfiguration": {"indexId": index["indexId"], "boostingOverride": boost, "version": 2}}
    with s.refused("ValidationException", "not searchable"):
        s.q.update_retriever(**retriever, configuration=boosted)
    s.q.update_index(**index, documentAttributeConfigurations=[{"name": "_category", "search": "ENABLED"}])
    s.q.update_retriever(**retriever, configuration=boosted)
    s.q.update_retriever(**retriever, displayName="renamed")
    shown = s.q.get_retriever(**retriever)["configuration"]["nativeIndexConfiguration"]
    assert shown == {"indexId": index["indexId"], "boostingOverride": boost}, "version is read-only"
    s.q.update_retriever(**retriever, configuration=native)
    assert s.q.get_retriever(**retriever)["configuration"] == native, "the configuration is replaced whole"


def test_kendra(s: Stage) -> None:
    a = s.application()
    index = s.index(a)
    kendra = {"kendraIndexConfiguration": {"indexId": KENDRA_INDEX}}
    values = {"applicationId": a, "type": "KENDRA_INDEX", "displayName": "r", "configuration": kendra}
    with s.refused("ValidationException", "roleArn"):
        s.q.create_retriever(**values)
    s.room.seed({"kendra_indices": ["1" * 36]})
    with s.refused("ResourceNotFoundException"):
        s.q.create_retriever(**values, roleArn=ROLE)
    s.room.seed({"kendra_indices": [KENDRA_INDEX]})
    s.q.create_retriever(**values, roleArn=ROLE)
    with s.refused("ValidationException", "Kendra"):
        s.source(index)


# -- data sources ---------------------------------------------------------------------------------------------------


def test_what_a_data_source_needs(s: Stage) -> None:
    index = s.index(s.application())
    with s.refused("ValidationException", "roleArn"):
        s.q.create_data_source(**index, displayName="d", configuration=s3_configuration())
    with s.refused("ValidationException", "syncSchedule"):
        s.q.create_data_source(
            **index, displayName="d", configuration={"type": "CUSTOM"}, syncSchedule="cron(0 1 * * ? *)"
        )
    with s.refused("ValidationException", "cron"):
        s.source(index, syncSchedule="rate(1 day)")
    with s.refused("ValidationException", "type"):
        s.source(index, configuration={"version": "1.0.0"})
    source = s.source(index)
    shown = s.q.get_data_source(**source)
    assert (shown["type"], shown["description"], shown["syncSchedule"]) == ("S3", "", "")
    assert shown["configuration"] == s3_configuration()
    with s.refused("ValidationException", "type"):
        s.q.update_data_source(**source, configuration={"type": "CUSTOM"})


@pytest.mark.parametrize(
    "change",
    [
        {"syncMode": "CHANGE_LOG"},
        {"connectionConfiguration": {}},
        {"connectionConfiguration": {"repositoryEndpointMetadata": {}}},
        {"repositoryConfigurations": {"document": {}}},
        {"repositoryConfigurations": {"document": {"fieldMappings": [{"indexFieldName": "x"}]}}},
        {"additionalProperties": {"maxFileSizeInMegaBytes": 50}},
        {"additionalProperties": {"inclusionPrefixes": "docs/"}},
        {"type": "S3V2", "connectionConfiguration": {"bucketName": "documents"}},
        {"type": "S3V2", "connectionConfiguration": {"bucketName": "documents", "bucketOwnerAccountId": "1"}},
    ],
)
def test_the_skeleton_of_s3(s: Stage, change: dict[str, Any]) -> None:
    index = s.index(s.application())
    s.source(index)  # the unchanged one is fine
    with s.refused("ValidationException"):
        s.source(index, configuration=s3_configuration(**change))


def test_enrichment_is_cleared_by_an_empty_structure(s: Stage) -> None:
    index = s.index(s.application())
    media = {"imageExtractionConfiguration": {"imageExtractionStatus": "ENABLED"}}
    source = s.source(index, mediaExtractionConfiguration=media)
    s.q.update_data_source(**source, mediaExtractionConfiguration={}, description="x")
    shown = s.q.get_data_source(**source)
    assert "mediaExtractionConfiguration" not in shown
    assert shown["description"] == "x"


# -- roles ----------------------------------------------------------------------------------------------------------


def test_which_principal_must_be_trusted_for_what(s: Stage) -> None:
    a = s.application("AWS_IAM_IDP_OIDC", iamIdentityProviderArn=OIDC_PROVIDER, clientIdsForOIDC=["client"])
    arn = f"arn:aws:qbusiness:us-east-1:123456789012:application/{a}"
    index = s.index(a)
    asked: list[tuple[str, ...]] = []

    def trusts(role: str, principal: str, source: str) -> str:
        asked.append((role, principal, source))
        return "" if len(asked) % 2 else "it does not exist"

    def federates(role: str, provider: str) -> str:
        asked.append((role, provider))
        return ""

    s.room.role_trusts, s.room.role_federates = trusts, federates
    s.source(index)
    with s.refused("ValidationException", "it does not exist"):
        s.source(index)
    assert asked == [(ROLE, "qbusiness.amazonaws.com", arn)] * 2
    asked.clear()
    secret = "arn:aws:secretsmanager:us-east-1:123456789012:secret:x"
    provider = {"openIDConnectConfiguration": {"secretsArn": secret, "secretsRole": ROLE}}
    s.q.create_web_experience(applicationId=a, roleArn=ROLE, identityProviderConfiguration=provider)
    assert asked == [(ROLE, "application.qbusiness.amazonaws.com", arn), (ROLE, OIDC_PROVIDER)]
    asked.clear()
    made = s.q.create_application(displayName="x", roleArn=ROLE)
    assert asked == [(ROLE, "qbusiness.amazonaws.com", made["applicationArn"])]


# -- web experiences ------------------------------------------------------------------------------------------------

SAML_BLOCK = {"samlConfiguration": {"authenticationUrl": "https://example.okta.com/sso"}}


def test_an_experience_waits_for_role_and_provider(s: Stage) -> None:
    a = s.application("AWS_IAM_IDP_SAML")
    s.polls(web_experience=1)
    w = s.q.create_web_experience(applicationId=a)["webExperienceId"]
    ids = {"applicationId": a, "webExperienceId": w}
    assert statuses(s.q.get_web_experience, 3, **ids) == ["CREATING", "PENDING_AUTH_CONFIG", "PENDING_AUTH_CONFIG"]
    s.q.update_web_experience(**ids, roleArn=ROLE)
    assert s.q.get_web_experience(**ids)["status"] == "PENDING_AUTH_CONFIG"
    s.q.update_web_experience(**ids, identityProviderConfiguration=SAML_BLOCK)
    shown = s.q.get_web_experience(**ids)
    assert shown["status"] == "ACTIVE"
    assert shown["defaultEndpoint"].endswith(".chat.qbusiness.us-east-1.on.aws/")
    s.q.delete_web_experience(**ids)
    assert statuses(s.q.get_web_experience, 2, **ids) == ["DELETING", "404"]


def test_the_provider_block_must_fit_the_identity_type(s: Stage) -> None:
    openid = {"openIDConnectConfiguration": {"secretsArn": ROLE, "secretsRole": ROLE}}
    saml = s.application("AWS_IAM_IDP_SAML")
    with s.refused("ValidationException", "samlConfiguration"):
        s.q.create_web_experience(applicationId=saml, identityProviderConfiguration=openid)
    with s.refused("ValidationException", "ANONYMOUS"):
        s.q.create_web_experience(applicationId=s.application(), identityProviderConfiguration=SAML_BLOCK)
    oidc = s.application("AWS_IAM_IDP_OIDC", iamIdentityProviderArn=OIDC_PROVIDER, clientIdsForOIDC=["client"])
    with s.refused("ValidationException", "openIDConnectConfiguration"):
        s.q.create_web_experience(applicationId=oidc, identityProviderConfiguration=SAML_BLOCK)


def test_the_browser_extension_is_not_for_saml(s: Stage) -> None:
    chrome = {"enabledBrowserExtensions": ["CHROME"]}
    saml = s.application("AWS_IAM_IDP_SAML")
    with s.refused("ValidationException", "browser extension"):
        s.q.create_web_experience(applicationId=saml, browserExtensionConfiguration=chrome)
    s.q.create_web_experience(applicationId=saml, browserExtensionConfiguration={"enabledBrowserExtensions": []})
    s.q.create_web_experience(applicationId=s.application(), browserExtensionConfiguration=chrome)


@pytest.mark.parametrize("merge", [True, False])
def test_customization_and_origins(s: Stage, merge: bool) -> None:
    s.cloud.settings.options["customization_merge"] = merge
    a = s.application()
    logo, font = "https://t.example.com/a.svg", "https://t.example.com/a.woff"
    made = s.q.create_web_experience(
        applicationId=a, customizationConfiguration={"logoUrl": logo}, origins=["https://a.example.com"]
    )
    ids = {"applicationId": a, "webExperienceId": made["webExperienceId"]}
    s.q.update_web_experience(**ids, customizationConfiguration={"fontUrl": font})
    shown = s.q.get_web_experience(**ids)
    assert shown["customizationConfiguration"] == ({"logoUrl": logo} if merge else {}) | {"fontUrl": font}
    assert shown["origins"] == ["https://a.example.com"]
    s.q.update_web_experience(**ids, origins=[])
    assert s.q.get_web_experience(**ids)["origins"] == []
