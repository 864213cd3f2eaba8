# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Options of modules out of the inventory's variables: what is not set, surveys' texts, both protocols."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.plugin_utils import role_inputs as inputs
from hypothesis import given
from hypothesis import strategies as st

ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes/"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        *((value, "ENABLED") for value in (True, "yes", "On", 1, "ENABLED")),
        *((value, "DISABLED") for value in (False, "no", "OFF", 0, "DISABLED")),
        ("", "default"),
        (None, "default"),
        ("sometimes", "sometimes"),
    ],
)
def test_switches_are_what_the_service_calls_them(value: Any, expected: str) -> None:
    assert inputs.switch(value, "default") == expected


def test_options_that_are_not_set_are_named() -> None:
    assert inputs.not_set({"a": "", "b": None, "c": False, "d": 0, "e": [], "f": "x"}) == ["a", "b"]


@pytest.mark.parametrize(
    ("tier", "expected"),
    [
        ("", {"auto_subscribe": "ENABLED", "default_subscription_type": "Q_LITE"}),
        (None, {"auto_subscribe": "ENABLED", "default_subscription_type": "Q_LITE"}),
        ("Q_BUSINESS", {"auto_subscribe": "ENABLED", "default_subscription_type": "Q_BUSINESS"}),
        ("DISABLED", {"auto_subscribe": "DISABLED"}),
    ],
)
def test_tiers(tier: Any, expected: dict[str, str]) -> None:
    assert inputs.auto_subscription(tier) == expected


def test_statements_whose_expression_is_not_set_count_for_new_ones_alone() -> None:
    found = inputs.saml_statements({"team": "user.department", "empty": ""}, "", "user.login", [], [])
    assert [(item["name"].removeprefix(ATTRIBUTES), item["values"], item["initially"]) for item in found] == [
        ("PrincipalTag:Email", ["user.email"], True),
        ("RoleSessionName", ["user.login"], False),
        ("PrincipalTag:team", ["user.department"], False),
        ("PrincipalTag:empty", ["user.email"], True),
    ]


@pytest.mark.parametrize(("values", "absent"), [(["r,p"], []), ([], ["r,p"]), (["a,p"], ["b,p"])])
def test_role_values_of_others_stay(values: list[str], absent: list[str]) -> None:
    role = inputs.saml_statements({}, "user.email", "user.email", values, absent)[-1]
    assert role == {"name": f"{ATTRIBUTES}Role", "values": values, "values_absent": absent, "exact": False}


def test_recipients_and_endpoints() -> None:
    aws = "https://signin.aws.amazon.com/saml"
    assert inputs.saml_audiences("") == inputs.saml_audiences(None) == [aws]
    assert inputs.saml_audiences("https://docs.example.com/") == [aws, "https://docs.example.com/saml"]
    assert inputs.acs_endpoints(iter(["https://a", "https://b"])) == [{"url": "https://a"}, {"url": "https://b"}]


def test_sign_in_by_either_protocol_or_not_known() -> None:
    saml = {"saml_configuration": {"authentication_url": "https://okta/sso"}}
    oidc = {"open_id_connect_configuration": {"secrets_arn": "arn:secret", "secrets_role": "arn:role"}}
    assert inputs.sign_in("https://okta/sso", "", "") == saml
    assert inputs.sign_in("", "arn:secret", "arn:role") == oidc
    assert inputs.sign_in("https://okta/sso", "arn:secret", "arn:role") == oidc
    assert inputs.sign_in("", "", "") == inputs.sign_in(None, None, None) == {}


def test_retrievers_of_either_index() -> None:
    assert inputs.retriever_configuration("k", "i") == {"kendra_index_configuration": {"index_id": "k"}}
    assert inputs.retriever_configuration("", "i") == {"native_index_configuration": {"index_id": "i"}}


def test_a_rule_is_empty_where_nothing_is_set() -> None:
    assert inputs.server_rule("", []) == inputs.server_rule(None, []) == {}
    assert inputs.server_rule("r", []) == {"name": "r"}
    assert inputs.server_rule("", ["implicit"]) == {"grant_types": ["implicit"]}


def test_files_of_a_theme() -> None:
    theme = {"css": "a/b.css", "logo": "https://elsewhere/logo.svg", "font": "", "unknown": "x"}
    assert inputs.theme_urls(theme, "bucket") == {
        "custom_css_url": "https://bucket.s3.amazonaws.com/a/b.css",
        "logo_url": "https://elsewhere/logo.svg",
        "font_url": "",
    }
    assert inputs.theme_urls({"css": "a.css"}, "") == {"custom_css_url": "a.css"}
    assert inputs.theme_urls({}, "bucket") == {}


KEYS = st.dictionaries(st.sampled_from(["css", "logo", "font", "favicon"]), st.text("abc/.-", min_size=1))


@given(KEYS)
def test_the_web_experience_may_read_each_file_of_the_bucket_and_no_other(theme: dict[str, str]) -> None:
    urls = {**inputs.theme_urls(theme, "bucket"), "other_url": "https://bucket2.s3.amazonaws.com/secret"}
    found = inputs.theme_objects(urls, "bucket", "arn:aws-us-gov:qbusiness:r:1:application/a")
    of_bucket = [key for key in theme.values() if "://" not in key]
    assert sorted(found) == sorted(f"arn:aws-us-gov:s3:::bucket/{key}" for key in of_bucket)


def test_a_web_experience_without_a_theme_reads_nothing() -> None:
    assert inputs.theme_objects(None, "bucket", "arn:aws:x") == inputs.theme_objects({}, "bucket", "arn:aws:x") == []
