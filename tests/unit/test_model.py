# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The service model, read for options, answers and checks."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import botocore.session
import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils import model
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.shapes import completed, given_is_so

SERVICE = botocore.session.get_session().get_service_model("qbusiness")
ID = "1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c"


def shape(operation: str) -> Any:
    return SERVICE.operation_model(operation).input_shape


def member(operation: str, name: str) -> Any:
    return shape(operation).members[name]


def found(operation: str, value: Any) -> list[str]:
    return list(model.faults(shape(operation), value, ""))


def test_names_are_those_of_boto3() -> None:
    assert model.option_name("clientIdsForOIDC") == "client_ids_for_oidc"
    assert model.option_name("customCSSUrl") == "custom_css_url"
    assert model.option_name("qAppsConfiguration") == "q_apps_configuration"


def test_options_become_members_and_back() -> None:
    options: dict[str, Any] = {
        "application_id": ID,
        "display_name": "finder",
        "type": "NATIVE_INDEX",
        "role_arn": None,
        "configuration": {
            "native_index_configuration": {
                "index_id": ID,
                "boosting_override": {
                    "My_Key": {
                        "string_configuration": {"boosting_level": "LOW", "attribute_value_boosting": {"A_b": "LOW"}}
                    }
                },
            },
            "kendra_index_configuration": None,
        },
    }
    members = model.to_members(shape("CreateRetriever"), options)
    assert members == {
        "applicationId": ID,
        "displayName": "finder",
        "type": "NATIVE_INDEX",
        "configuration": {
            "nativeIndexConfiguration": {
                "indexId": ID,
                "boostingOverride": {
                    "My_Key": {
                        "stringConfiguration": {"boostingLevel": "LOW", "attributeValueBoosting": {"A_b": "LOW"}}
                    }
                },
            }
        },
    }
    back = model.to_options(shape("CreateRetriever"), members)
    assert back["configuration"]["native_index_configuration"] == options["configuration"]["native_index_configuration"]


def test_documents_keep_their_keys_and_their_nulls() -> None:
    document = {"someKey": {"snake_case": None, "camelCase": [True, "true"]}}
    assert model.to_members(shape("CreateDataSource"), {"configuration": document}) == {"configuration": document}
    assert model.to_options(shape("CreateDataSource"), {"configuration": document}) == {"configuration": document}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("2026-01-01T01:00:00+01:00", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-01-01T00:00:00Z", datetime(2026, 1, 1, tzinfo=UTC)),
        ("2026-01-01", datetime(2026, 1, 1, tzinfo=UTC)),
        (1767225600, datetime(2026, 1, 1, tzinfo=UTC)),
        ("soon", "soon"),
        (True, True),
    ],
    ids=repr,
)
def test_times(given: Any, expected: Any) -> None:
    condition = member("CreateDataSource", "documentEnrichmentConfiguration").members["inlineConfigurations"].member
    value = condition.members["condition"].members["value"]
    assert model.to_members(value, {"date_value": given}) == {"dateValue": expected}
    faults = list(model.faults(value, {"dateValue": expected}, "value"))
    assert bool(faults) is not isinstance(expected, datetime)
    if not faults:
        assert model.to_options(value, {"dateValue": expected}) == {"date_value": "2026-01-01T00:00:00+00:00"}


def test_nothing_wrong() -> None:
    assert found("CreateIndex", {"applicationId": ID, "displayName": "a", "capacityConfiguration": {"units": 1}}) == []


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"displayName": "x"}, "application_id: is required"),
        ({"applicationId": "short", "displayName": "x"}, "application_id: 5 characters given, allowed are 36 to 36"),
        ({"applicationId": ID, "displayName": "a b"}, "display_name: 'a b' does not match"),
        ({"applicationId": ID, "displayName": "a\n"}, "display_name: 'a\\n' does not match"),
        ({"applicationId": ID, "displayName": 5}, "display_name: 5 is no text"),
        ({"applicationId": ID, "displayName": "x", "type": "BIG"}, "type: 'BIG' is none of ENTERPRISE, STARTER"),
        (
            {"applicationId": ID, "displayName": "x", "capacityConfiguration": {"units": 0}},
            "capacity_configuration.units: 0 given, allowed are at least 1",
        ),
        (
            {"applicationId": ID, "displayName": "x", "capacityConfiguration": {"units": True}},
            "capacity_configuration.units: True is no number",
        ),
        ({"applicationId": ID, "displayName": "x", "capacityConfiguration": 5}, "capacity_configuration: 5 is no dict"),
        ({"applicationId": ID, "displayName": "x", "colour": "red"}, "colour: is unknown to the service; known are"),
        ({"applicationId": ID, "displayName": "x", "tags": "a"}, "tags: 'a' is no list"),
        ({"applicationId": ID, "displayName": "x", "tags": [{"key": "a"}]}, "tags[0].value: is required"),
    ],
    ids=lambda value: value.partition(" ")[0] if isinstance(value, str) else "",
)
def test_each_fault_names_the_option(value: dict[str, Any], expected: str) -> None:
    (fault,) = found("CreateIndex", value)
    assert fault.startswith(expected)


def test_all_faults_at_once() -> None:
    value = {"displayName": "a b", "type": "BIG", "capacityConfiguration": {"units": 0}, "description": "x" * 1001}
    names = {fault.partition(":")[0] for fault in found("CreateIndex", value)}
    assert names == {"application_id", "display_name", "type", "capacity_configuration.units", "description"}


@pytest.mark.parametrize(
    "arms", [{}, {"nativeIndexConfiguration": {"indexId": ID}, "kendraIndexConfiguration": {"indexId": ID}}]
)
def test_a_union_takes_exactly_one_arm(arms: dict[str, Any]) -> None:
    (fault,) = model.faults(member("CreateRetriever", "configuration"), arms, "configuration")
    assert fault.startswith("configuration: exactly one of kendra_index_configuration, native_index_configuration")


def test_sensitive_values_are_not_shown() -> None:
    faults = found("CreateApplication", {"displayName": "x", "encryptionConfiguration": {"kmsKeyId": 12345678}})
    assert faults == ["encryption_configuration.kms_key_id: the value is no text"]


def test_long_values_are_cut() -> None:
    (fault,) = found("CreateIndex", {"applicationId": ID, "displayName": "a " * 400})
    assert len(fault) < 250


def test_every_pattern_of_the_service_is_understood_or_left_to_it() -> None:
    """Patterns that Python cannot read are left out, and it is known which."""
    left: set[str] = set()
    for name in SERVICE.shape_names:
        pattern = str(SERVICE.shape_for(name).metadata.get("pattern") or "")
        if pattern and model.compiled(pattern) is None:
            left.add(pattern)
    assert left == set()


# -- shapes ---------------------------------------------------------------------------------------------------------


def test_given_is_so_looks_at_what_was_given() -> None:
    media = member("CreateDataSource", "mediaExtractionConfiguration")
    there = {
        "imageExtractionConfiguration": {"imageExtractionStatus": "ENABLED"},
        "audioExtractionConfiguration": {"audioExtractionStatus": "DISABLED"},
    }
    assert given_is_so(media, {"imageExtractionConfiguration": {"imageExtractionStatus": "ENABLED"}}, there)
    assert not given_is_so(media, {"imageExtractionConfiguration": {"imageExtractionStatus": "DISABLED"}}, there)
    assert not given_is_so(media, {"videoExtractionConfiguration": {"videoExtractionStatus": "DISABLED"}}, there)
    assert given_is_so(media, {}, there)


def test_given_is_so_in_unions_maps_and_lists() -> None:
    configuration = member("CreateRetriever", "configuration")
    boosts = {"a": {"numberConfiguration": {"boostingLevel": "LOW", "boostingType": "PRIORITIZE_LARGER_VALUES"}}}
    there = {"nativeIndexConfiguration": {"indexId": ID, "version": 3, "boostingOverride": boosts}}

    def so(**native: Any) -> bool:
        return given_is_so(configuration, {"nativeIndexConfiguration": native}, there)

    assert so(indexId=ID)
    assert so(boostingOverride={"a": {"numberConfiguration": {"boostingLevel": "LOW"}}})
    assert not so(boostingOverride={})
    assert not so(boostingOverride={**boosts, "b": boosts["a"]})
    assert not so(boostingOverride={"a": {"stringConfiguration": {"boostingLevel": "LOW"}}})
    assert not given_is_so(configuration, {"kendraIndexConfiguration": {"indexId": ID}}, there)
    tags = member("CreateIndex", "tags")
    assert given_is_so(tags, [{"key": "a"}], [{"key": "a", "value": "b"}])
    assert not given_is_so(tags, [], [{"key": "a", "value": "b"}])


def test_completed_fills_structures_and_nothing_else() -> None:
    media = member("UpdateDataSource", "mediaExtractionConfiguration")
    image = {"imageExtractionConfiguration": {"imageExtractionStatus": "ENABLED"}}
    audio = {"audioExtractionConfiguration": {"audioExtractionStatus": "DISABLED"}}
    assert completed(media, image, {**audio, "readOnly": 1}) == {**image, **audio}
    assert completed(media, image, None) == image
    union = member("UpdateRetriever", "configuration")
    native, kendra = {"nativeIndexConfiguration": {"indexId": ID}}, {"kendraIndexConfiguration": {"indexId": ID}}
    assert completed(union, kendra, native) == kendra
    assert completed(member("UpdateDataSource", "configuration"), {"a": 1}, {"b": 2}) == {"a": 1}
