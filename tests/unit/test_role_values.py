# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What roles and plays are given: options from variables, values of applications, data sources, hosts, proofs."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.host_variables import text_list
from ansible_collections.qbusiness.federation.plugins.plugin_utils import (
    data_sources,
    play_hosts,
    proofs,
    resolved,
    role_inputs,
    summarizing,
)
from ansible_collections.qbusiness.federation.plugins.plugin_utils.application_values import (
    application_values,
    identity_values,
)

PROVIDER = "arn:aws:iam::111122223333:saml-provider/okta"
ROLE, OTHER = "arn:aws:iam::111122223333:role/a", "arn:aws:iam::111122223333:role/b"
IDP = {"okta_saml_app_label": "Chat"}
WEB, WEB2 = "https://web.example/saml", "https://web2.example/saml"
ROLE_NAME = "https://aws.amazon.com/SAML/Attributes/Role"


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (None, []),
        ("", []),
        (["a", 1], ["a", 1]),
        (("a",), ["a"]),
        ("a, b,,", ["a", "b"]),
        ("a, b\n c \n\n", ["a, b", "c"]),
    ],
)
def test_lists_of_surveys(value: Any, found: list[Any]) -> None:
    assert text_list(value) == found


@pytest.mark.parametrize(
    ("value", "found"),
    [(None, "D"), ("", "D"), (True, "ENABLED"), ("Yes", "ENABLED"), (False, "DISABLED"), (0, "DISABLED"), ("x", "x")],
)
def test_switches(value: Any, found: str) -> None:
    assert role_inputs.switch(value, "D") == found


def test_options_from_variables() -> None:
    assert role_inputs.not_set({"a": None, "b": "", "c": False, "d": 0}) == ["a", "b"]
    assert role_inputs.auto_subscription("") == {"auto_subscribe": "ENABLED", "default_subscription_type": "Q_LITE"}
    assert role_inputs.auto_subscription("DISABLED") == {"auto_subscribe": "DISABLED"}
    assert role_inputs.sign_in("", "", "") == {}
    assert set(role_inputs.sign_in("https://s", "arn:s", "arn:r")) == {"open_id_connect_configuration"}
    assert role_inputs.saml_audiences("https://x//")[1] == "https://x/saml" and len(role_inputs.saml_audiences("")) == 1
    assert role_inputs.retriever_configuration("", "i") == {"native_index_configuration": {"index_id": "i"}}
    assert role_inputs.retriever_configuration("k", "i") == {"kendra_index_configuration": {"index_id": "k"}}
    assert role_inputs.server_rule("", []) == {} and role_inputs.server_rule(None, ["a"]) == {"grant_types": ["a"]}


def test_themes_of_a_bucket() -> None:
    urls = role_inputs.theme_urls({"css": "a.css", "logo": "https://x/l.svg", "font": ""}, "b")
    base = "https://b.s3.amazonaws.com/"
    assert urls == {"custom_css_url": f"{base}a.css", "logo_url": "https://x/l.svg", "font_url": ""}
    assert role_inputs.theme_objects(urls, "b", "arn:aws-us-gov:x") == ["arn:aws-us-gov:s3:::b/a.css"]
    assert role_inputs.theme_objects(None, "b", "arn:aws:x") == []


def test_statements_that_are_not_set_count_for_new_ones_alone() -> None:
    found = role_inputs.saml_statements({"team": "user.team"}, "", "user.login", ["r"], [])
    assert [(item["name"].rpartition("/")[2], item.get("initially")) for item in found] == [
        ("PrincipalTag:Email", True),
        ("RoleSessionName", False),
        ("PrincipalTag:team", False),
        ("Role", None),
    ]
    assert found[-1]["exact"] is False and len(role_inputs.saml_statements({}, "", "", [], [])) == 2


# -- data sources ---------------------------------------------------------------------------------------------------

LIVE = {"wiki": {"data_source_id": "ds-1", "role_arn": f"{OTHER}"}}


def test_a_live_data_source_keeps_its_role_and_what_is_not_set() -> None:
    wiki, new, custom, gone = data_sources.data_sources(
        [
            {"name": "wiki", "description": None, "configuration": {}},
            {"name": "new", "bucket": "b", "inclusion_prefixes": []},
            {"name": "custom", "configuration": {"type": "CUSTOM"}},
            {"name": "gone", "state": "absent"},
        ],
        ROLE,
        LIVE,
        ["subnet-1"],
        [],
    )
    vpc = {"subnet_ids": ["subnet-1"], "security_group_ids": []}
    assert wiki == {"display_name": "wiki", "data_source_id": "ds-1", "vpc_configuration": vpc}
    assert new == {
        "display_name": "new",
        "bucket": "b",
        "inclusion_prefixes": [],
        "role_arn": ROLE,
        "vpc_configuration": vpc,
    }
    assert custom == {"display_name": "custom", "configuration": {"type": "CUSTOM"}}
    assert gone == {"display_name": "gone", "state": "absent"}


def test_a_role_is_for_the_data_sources_that_have_it_and_new_ones() -> None:
    items = [
        {"name": "wiki", "bucket": "w"},
        {"name": "new", "bucket": "n"},
        {"name": "own", "role_arn": "x", "bucket": "o"},
    ]
    assert data_sources.buckets_of_role(items, LIVE, "a") == ["n"]
    assert data_sources.buckets_of_role(items, LIVE, "b") == ["w", "n"]
    assert not data_sources.needs_role(items[:1], LIVE, "a") and data_sources.needs_role(items[:1], None, "a")
    results = [
        {"data_source_id": "1", "data_source": {"type": "S3"}},
        {"data_source_id": "2", "data_source": {"type": "CUSTOM"}},
    ]
    assert [item["data_source_id"] for item in data_sources.syncable([*results, {"data_source_id": "3"}])] == ["1"]


# -- values of applications -----------------------------------------------------------------------------------------


def federation(sign_on: dict[str, Any] | None = None, **read: Any) -> dict[str, Any]:
    app = {"app": {"settings": {"sign_on": sign_on}}} if sign_on is not None else {}
    idp = {"provider_arn": PROVIDER, "app": app, "identity": "saml", "application": ""}
    return {"hosts": {"idp": idp, **read}}


def live(url: str = WEB, arn: str = ROLE, **other: Any) -> dict[str, Any]:
    return {"exists": True, "saml_acs_url": url, "role_arns": [arn], "identity": "", "application": "present", **other}


def values(read: dict[str, Any], **apps: dict[str, Any]) -> dict[str, Any]:
    every: dict[str, Any] = {"idp": IDP, **{name: {"qbusiness_identity": "idp", **host} for name, host in apps.items()}}
    return application_values(list(apps), every, "idp", read)


@pytest.mark.parametrize("pair", [f"{ROLE},{PROVIDER}", f"{PROVIDER},{ROLE}", f'"{PROVIDER}, {ROLE}"'])
def test_values_that_are_there_in_whichever_order_are_complete(pair: str) -> None:
    sign_on = {"sso_acs_url": WEB, "attribute_statements": [{"name": ROLE_NAME, "values": [pair]}]}
    found = values(federation(sign_on, docs=live()), docs={})
    assert found["complete"] is True and found["role_values"] == [f"{ROLE},{PROVIDER}"] and found["acs_url"] == WEB


@pytest.mark.parametrize(
    "sign_on",
    [
        None,
        {"sso_acs_url": WEB},
        {"sso_acs_url": WEB2, "attribute_statements": [{"name": ROLE_NAME, "values": [f"{ROLE},{PROVIDER}"]}]},
        {"sso_acs_url": WEB, "attribute_statements": [{"name": "x", "values": [f"{ROLE},{PROVIDER}"]}]},
    ],
)
def test_values_that_are_not_there_are_incomplete(sign_on: Any) -> None:
    assert values(federation(sign_on, docs=live()), docs={})["complete"] is False


def test_the_sign_on_url_of_ours_stays_whichever_is_first() -> None:
    found = values(federation({"sso_acs_url": WEB2}, one=live(), two=live(WEB2, OTHER)), one={}, two={})
    assert (found["acs_url"], found["acs_urls"]) == (WEB2, [WEB, WEB2])


def test_what_one_loses_and_another_has_stays() -> None:
    gone = {"qbusiness_application_result": {"operations": ["DeleteApplication"]}}
    found = values(federation({}, one=live(), two=live(WEB2)), one={}, two=gone)
    assert found["acs_urls_absent"] == [WEB2] and found["role_values_absent"] == []
    role_gone = {**gone, "qbusiness_application_role_result": {"role_arn": OTHER, "operations": ["DeleteRole"]}}
    assert values(federation({}, one=live(), two=live(WEB2)), one={}, two=role_gone)["role_values_absent"] == [
        f"{OTHER},{PROVIDER}"
    ]


def test_a_refused_application_puts_and_takes_nothing() -> None:
    found = values(federation({}, docs=live(refused=True)), docs={})
    assert found["complete"] is True and not any(value for name, value in found.items() if name != "complete")


def test_own_urls_are_requestable() -> None:
    own = {"qbusiness_application_url": "https://own.example/"}
    found = values(federation({"sso_acs_url": WEB}, docs=live(), own=live("")), docs={}, own=own)
    assert (found["acs_url"], found["requestable_urls"]) == (WEB, ["https://own.example/saml"]) and not found[
        "complete"
    ]


def test_redirect_uris_of_openid_connect() -> None:
    every: dict[str, Any] = {"idp": {"okta_oidc_app_label": "Chat"}, "docs": {"qbusiness_identity": "idp"}}
    read = {
        "hosts": {
            "idp": {"app": {"app": {}, "redirect_uris": ["https://w/cb"]}},
            "docs": live(oidc_redirect_uri="https://w/cb"),
        }
    }
    assert application_values(["docs"], every, "idp", read) == {
        "redirect_uris": ["https://w/cb"],
        "redirect_uris_absent": [],
        "complete": True,
    }
    read["hosts"]["idp"]["app"]["redirect_uris"] = []
    assert application_values(["docs"], every, "idp", read)["complete"] is False


def test_what_this_run_wrote_says_it_before_what_it_read() -> None:
    host = {
        **IDP,
        "okta_saml_app_result": {"sso_url": "https://new"},
        "iam_identity_provider_result": {"provider_arn": "arn:n"},
    }
    read = {
        "hosts": {"idp": {"sso_url": "https://old", "provider_arn": "arn:o", "issuer": "https://i", "client_id": "c"}}
    }
    found = identity_values({"idp": host}, "idp", read)
    assert (found["sso_url"], found["provider_arn"], found["issuer"]) == ("https://new", "arn:n", "https://i")
    assert found["client_ids"] == ["c"] and identity_values({}, "none", {})["protocol"] == ""


# -- plays, proofs, names -------------------------------------------------------------------------------------------


def test_hosts_of_plays() -> None:
    groups = {"identities": ["idp"], "applications": ["docs", "gone"]}
    answer = federation(None, docs=live(), gone=live(application="absent"))
    every: dict[str, Any] = {"idp": {**IDP, "federation": answer}, "docs": {"qbusiness_identity": "idp"}, "gone": {}}
    expected = {
        "saml_identities": ["idp"],
        "oidc_identities": play_hosts.NOBODY,
        "saml_values": ["idp"],
        "applications": ["docs"],
        "removals": ["gone"],
        "sessions": ["docs"],
        "saml_removals": play_hosts.NOBODY,
        "refused": play_hosts.NOBODY,
    }
    assert {play: play_hosts.play_hosts(groups, every, play) for play in expected} == expected
    answer |= {"check_mode": True, "refused": {"docs": "why"}}
    assert play_hosts.play_hosts(groups, every, "sessions") == play_hosts.NOBODY
    assert play_hosts.play_hosts(groups, every, "refused") == ["docs"]
    sign_on = {"sso_acs_url": WEB, "attribute_statements": [{"name": ROLE_NAME, "values": [f"{ROLE},{PROVIDER}"]}]}
    answer["hosts"] = federation(sign_on, docs=live())["hosts"]
    assert play_hosts.play_hosts(groups, every, "saml_values") == play_hosts.NOBODY


def test_a_variable_that_is_not_set_stands_for_the_live_object_or_a_new_name() -> None:
    answer = {
        "hosts": {
            "docs": {"variables": {"qbusiness_knowledge_index_name": "live", "qbusiness_api_client_role_manage": False}}
        }
    }
    assert resolved.resolved(answer, "docs", "qbusiness_knowledge_index_name", "docs") == "live"
    assert resolved.resolved({}, "docs", "qbusiness_knowledge_index_name", "docs") == "docs-index"
    assert resolved.resolved(answer, "docs", "qbusiness_api_client_role_manage") is False
    assert resolved.resolved({}, "docs", "qbusiness_api_client_role_manage") is True


def test_a_refused_test_user_is_not_tried_on_the_next_host() -> None:
    evidence = {"evidence": {"cause_key": "sign_in.password"}}
    assert proofs.unless_refused("q", ["a"], {"a": {}}) == "q"
    with pytest.raises(AnsibleFilterError, match="refused the test user on a"):
        proofs.unless_refused("q", ["a"], {"a": {proofs.RESULT: evidence}})
    layers = {"layers": [{"ok": True, "layer": "okta"}, {"ok": False, "layer": "sts", "detail": "no"}]}
    found = list(proofs.lines("h", {**layers, "failed_layer": "sts", "cause": "C.", "next_step": "N."}))
    assert found == ["h: ok   okta", "h: FAIL sts: no", "h: failed at sts: C. N."]


def test_what_a_host_is_after_the_run() -> None:
    read = federation(
        None, docs=live(application_id="app-1", web_experience_url="https://w", application_status="ACTIVE")
    )
    found = summarizing.facts_of({"qbusiness_application_display_name": "docs"}, read, "docs")
    assert (found["application"], found["status"], found["url"]) == ("docs", "ACTIVE", "https://w")
    gone = {"qbusiness_application_result": {"operations": ["DeleteApplication"], "changed": True}}
    assert "application" not in summarizing.facts_of(gone, read, "docs")
