# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""URLs and role values of applications on their identity: what the run did goes before what it read, and nothing that
is in use leaves because a task failed, was skipped or has not run."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.plugin_utils.application_values import (
    application_values,
    identity_values,
    outcome_of,
)
from hypothesis import given
from hypothesis import strategies as st

Host = dict[str, Any]
PROVIDER = "arn:aws:iam::111122223333:saml-provider/okta"
ROLE, CLIENT_ROLE = "arn:aws:iam::111122223333:role/docs", "arn:aws:iam::111122223333:role/client"
ACS, REDIRECT = "https://a.chat.example.com/saml", "https://a.chat.example.com/authorization-code/callback"
VALUE, CLIENT_VALUE = f"{ROLE},{PROVIDER}", f"{CLIENT_ROLE},{PROVIDER}"
LABELS = {"saml": {"okta_saml_app_label": "Docs"}, "oidc": {"okta_oidc_app_label": "Docs"}}
#: An application as federation_resolve has read it.
READ = {"exists": True, "role_arns": [ROLE], "saml_acs_url": ACS, "oidc_redirect_uri": REDIRECT}
#: Results of tasks that were carried out.
KEPT = {"operations": [], "changed": False}
APPLICATION = {**KEPT, "application": {"status": "ACTIVE"}}
EXPERIENCE = {**KEPT, "web_experience": {}, "saml_acs_url": ACS, "oidc_redirect_uri": REDIRECT}
ROLE_RESULT = {**KEPT, "role": {}, "role_arn": ROLE}
#: Results of tasks that did nothing.
IDLE = [
    {"failed": True, "msg": "throttled"},
    {"failed": True, "msg": "throttled", "operations": ["UpdateWebExperience"]},
    {"skipped": True, "changed": False},
    {"unreachable": True},
    {},
    None,
    "",
]
LISTS = ("acs_urls", "redirect_uris", "role_values")


def values(
    host: Host, read: Host | None = None, *, protocol: str = "saml", identity: Host | None = None, app: Any = None
) -> dict[str, Any]:
    """Return what one application puts on its identity, without empty lists and texts."""
    hosts = {"docs": {"qbusiness_identity": "okta", **host}, "okta": {**LABELS[protocol], **(identity or {})}}
    facts = {"docs": read or {}, "okta": {"provider_arn": PROVIDER, **({"app": app} if app else {})}}
    found = application_values(["docs"], hosts, "okta", {"hosts": facts})
    return {key: value for key, value in found.items() if value or key == "complete"}


def saml_app(acs_url: str = "", role_values: Any = (), requestable: Any = ()) -> Host:
    """Return an Okta SAML app as the run has read it."""
    statement = {"name": "https://aws.amazon.com/SAML/Attributes/Role", "values": list(role_values)}
    settings = {"sign_on": {"sso_acs_url": acs_url, "attribute_statements": [statement]}}
    return {"app": {"settings": settings}, "acs_endpoints": [{"url": url} for url in requestable]}


def test_a_live_application_has_what_was_read() -> None:
    assert values({}, READ) == {"acs_url": ACS, "acs_urls": [ACS], "role_values": [VALUE], "complete": False}
    assert values({}, READ, protocol="oidc") == {"redirect_uris": [REDIRECT], "complete": False}


def test_what_the_run_wrote_goes_before_what_it_read() -> None:
    role = {**KEPT, "role": {}, "role_arn": CLIENT_ROLE}
    host = {
        "qbusiness_application_result": APPLICATION,
        "qbusiness_application_role_result": role,
        "qbusiness_web_experience_result": {**EXPERIENCE, "saml_acs_url": "https://new/saml"},
    }
    found = values(host, READ)
    assert (found["acs_urls"], found["role_values"]) == (["https://new/saml"], [CLIENT_VALUE])
    assert not any(key.endswith("_absent") for key in found)


def test_a_new_application_has_what_the_run_made() -> None:
    host = {
        "qbusiness_application_result": APPLICATION,
        "qbusiness_application_role_result": ROLE_RESULT,
        "qbusiness_api_client_role_result": {**KEPT, "role": {}, "role_arn": CLIENT_ROLE},
        "qbusiness_web_experience_result": EXPERIENCE,
    }
    found = values(host)
    assert found == {
        "acs_url": ACS,
        "acs_urls": [ACS],
        "role_values": [VALUE, CLIENT_VALUE],
        "complete": False,
    }


@pytest.mark.parametrize("protocol", ["saml", "oidc"])
@pytest.mark.parametrize("idle", IDLE)
@pytest.mark.parametrize(
    "result",
    [
        "qbusiness_application_result",
        "qbusiness_application_role_result",
        "qbusiness_api_client_role_result",
        "qbusiness_web_experience_result",
    ],
)
def test_a_task_that_did_nothing_takes_nothing_away(protocol: str, idle: Any, result: str) -> None:
    """A throttled update of a web experience must not take its redirect URI from the Okta app."""
    assert values({result: idle}, READ, protocol=protocol) == values({}, READ, protocol=protocol)


@pytest.mark.parametrize("protocol", ["saml", "oidc"])
@pytest.mark.parametrize("url", ["", "https://docs.example.com"])
def test_an_application_that_does_not_exist_yet_takes_nothing_away(protocol: str, url: str) -> None:
    host = {"qbusiness_application_url": url, "qbusiness_application_result": {"failed": True, "msg": "no"}}
    assert values(host, {"exists": False}, protocol=protocol) == {"complete": True}


@pytest.mark.parametrize("protocol", ["saml", "oidc"])
def test_a_removed_application_takes_its_own_away(protocol: str) -> None:
    host = {"qbusiness_application_result": KEPT, "qbusiness_application_role_result": {**KEPT, "role_arn": ROLE}}
    expected: dict[str, Any] = {"acs_urls_absent": [ACS], "role_values_absent": [VALUE], "complete": True}
    if protocol == "oidc":
        expected = {"redirect_uris_absent": [REDIRECT], "complete": False}
    assert values(host, READ, protocol=protocol, app={"redirect_uris": [REDIRECT]}) == expected


def test_a_removed_web_experience_takes_its_url_away_and_leaves_the_role_value() -> None:
    host = {"qbusiness_application_result": APPLICATION, "qbusiness_web_experience_result": KEPT}
    found = values(host, READ)
    assert found == {"acs_urls_absent": [ACS], "role_values": [VALUE], "complete": False}


def test_a_deleted_role_takes_its_value_away() -> None:
    host = {
        "qbusiness_application_result": APPLICATION,
        "qbusiness_api_client_role_result": {**KEPT, "role_arn": CLIENT_ROLE},
        "qbusiness_application_role_result": ROLE_RESULT,
    }
    found = values(host, READ)
    assert (found["role_values"], found["role_values_absent"]) == ([VALUE], [CLIENT_VALUE])


def test_a_refused_host_brings_nothing() -> None:
    host = {"qbusiness_application_url": "https://docs.example.com"}
    assert values(host, {**READ, "refused": True}) == {"complete": True}


def test_own_urls_are_requestable_beside_the_sign_on_url() -> None:
    own = "https://docs.example.com"
    hosts: dict[str, Host] = {
        "docs": {"qbusiness_identity": "okta", "qbusiness_application_url": f"{own}/"},
        "chat": {"qbusiness_identity": "okta"},
        "alien": {"qbusiness_identity": "other"},
        "okta": LABELS["saml"],
        "other": LABELS["saml"],
    }
    facts: dict[str, Any] = {
        "docs": {"exists": True, "role_arns": []},
        "chat": READ,
        "alien": {**READ, "saml_acs_url": "https://alien"},
        "okta": {"provider_arn": PROVIDER},
    }
    found = application_values(["docs", "chat", "alien"], hosts, "okta", {"hosts": facts})
    assert (found["acs_url"], found["requestable_urls"]) == (ACS, [f"{own}/saml"])
    # One of ours that is the sign-on URL already stays it.
    facts["okta"]["app"] = saml_app(f"{own}/saml")
    found = application_values(["docs", "chat"], hosts, "okta", {"hosts": facts})
    assert (found["acs_url"], found["requestable_urls"]) == (f"{own}/saml", [])
    hosts["okta"] = LABELS["oidc"]
    found = application_values(["docs", "chat"], hosts, "okta", {"hosts": facts})
    assert found["redirect_uris"] == [f"{own}/authorization-code/callback", REDIRECT]


def test_what_one_application_loses_and_another_has_stays() -> None:
    gone = {"qbusiness_identity": "okta", "qbusiness_application_result": KEPT}
    role = {"qbusiness_application_role_result": {**KEPT, "role_arn": ROLE}}
    hosts: dict[str, Any] = {"gone": {**gone, **role}, "docs": {"qbusiness_identity": "okta"}, "okta": LABELS["saml"]}
    facts = {"gone": READ, "docs": READ, "okta": {"provider_arn": PROVIDER}}
    found = application_values(["gone", "docs"], hosts, "okta", {"hosts": facts})
    assert (found["acs_urls"], found["acs_urls_absent"]) == ([ACS], [])
    assert (found["role_values"], found["role_values_absent"]) == ([VALUE], [])


def test_without_a_provider_there_is_no_role_value() -> None:
    hosts = {"docs": {"qbusiness_identity": "okta"}, "okta": LABELS["saml"]}
    found = application_values(["docs"], hosts, "okta", {"hosts": {"docs": READ}})
    assert found["role_values"] == [] and found["acs_urls"] == [ACS]


@pytest.mark.parametrize(
    ("app", "complete"),
    [
        ({}, False),
        (saml_app(), False),
        (saml_app(ACS), False),
        (saml_app("https://other/saml", [VALUE]), False),
        (saml_app(ACS, [VALUE]), True),
        (saml_app(ACS, [f"{PROVIDER},{ROLE}"]), True),
        (saml_app(ACS, [f'"{PROVIDER}, {ROLE}"', "arn:other,arn:provider"]), True),
        (saml_app(ACS, [f"{ROLE},{PROVIDER}x"]), False),
    ],
)
def test_an_app_that_has_all_is_not_written(app: Host, complete: bool) -> None:
    assert values({}, READ, app=app)["complete"] is complete


@pytest.mark.parametrize(
    ("app", "complete"),
    [
        ({"redirect_uris": [REDIRECT, "https://other"]}, True),
        ({"redirect_uris": ["https://other"]}, False),
        ({"redirect_uris": None}, False),
    ],
)
def test_an_oidc_app_that_has_all_is_not_written(app: Host, complete: bool) -> None:
    assert values({}, READ, protocol="oidc", app=app)["complete"] is complete


def test_an_app_with_what_is_to_leave_is_written() -> None:
    own = "https://docs.example.com"
    host = {"qbusiness_application_url": own, "qbusiness_application_result": KEPT}
    host["qbusiness_application_role_result"] = {**KEPT, "role_arn": ROLE}
    assert values(host, READ, app=saml_app(ACS, [], [f"{own}/saml"]))["complete"] is False
    assert values(host, READ, app=saml_app(ACS, [VALUE]))["complete"] is False
    assert values(host, READ, app=saml_app(ACS))["complete"] is True


def test_an_app_that_lacks_a_requestable_url_is_written() -> None:
    host = {"qbusiness_application_url": "https://docs.example.com"}
    url = "https://docs.example.com/saml"
    assert values(host, READ, app=saml_app(url, [VALUE]))["complete"] is True
    other = {"qbusiness_identity": "okta"}
    hosts = {"chat": other, "docs": {**other, **host}, "okta": LABELS["saml"]}
    facts: dict[str, Any] = {"docs": {**READ, "role_arns": []}, "chat": READ, "okta": {"provider_arn": PROVIDER}}
    facts["okta"]["app"] = saml_app(ACS, [VALUE])
    assert application_values(["chat", "docs"], hosts, "okta", {"hosts": facts})["complete"] is False
    facts["okta"]["app"] = saml_app(ACS, [VALUE], [url])
    assert application_values(["chat", "docs"], hosts, "okta", {"hosts": facts})["complete"] is True


def test_the_app_that_this_run_wrote_is_asked_first() -> None:
    written = {"okta_saml_app_result": saml_app(ACS, [VALUE])}
    assert values({}, READ, identity=written, app=saml_app())["complete"] is True
    failed = {"okta_saml_app_result": {"failed": True}}
    assert values({}, READ, identity=failed, app=saml_app(ACS, [VALUE]))["complete"] is True


STATES = st.sampled_from(["live", "new", "removed", "failed", "refused", "absent"])


@given(st.lists(STATES, max_size=5), st.sampled_from(["saml", "oidc"]))
def test_nothing_comes_and_goes_at_once_and_only_removed_ones_lose(states: list[str], protocol: str) -> None:
    hosts: dict[str, Host] = {"okta": dict(LABELS[protocol])}
    facts: dict[str, Host] = {"okta": {"provider_arn": PROVIDER}}
    for number, state in enumerate(states):
        name, url = f"a{number}", f"https://a{number}"
        live = {"exists": True, "role_arns": [f"{ROLE}{number}"], "saml_acs_url": url, "oidc_redirect_uri": url}
        result = {"new": APPLICATION, "removed": KEPT, "failed": {"failed": True}}.get(state)
        hosts[name] = {"qbusiness_identity": "okta", **({"qbusiness_application_result": result} if result else {})}
        facts[name] = {"exists": False} if state in ("new", "absent") else {**live, "refused": state == "refused"}
    found = application_values([name for name in hosts if name != "okta"], hosts, "okta", {"hosts": facts})
    losing = {f"https://a{number}" for number, state in enumerate(states) if state == "removed"}
    having = {f"https://a{number}" for number, state in enumerate(states) if state in ("live", "failed")}
    kind = "acs_urls" if protocol == "saml" else "redirect_uris"
    assert (set(found[kind]), set(found[f"{kind}_absent"])) == (having, losing)
    for kind in LISTS:
        assert not set(found.get(kind, ())) & set(found.get(f"{kind}_absent", ()))


def test_what_an_identity_gives_to_its_applications() -> None:
    read = {
        "provider_arn": PROVIDER,
        "sso_url": "https://okta/sso",
        "client_id": "0oa1",
        "issuer": "https://okta/oauth2/default",
        "client_secret_arn": "arn:secret",
    }
    expected = {**read, "protocol": "oidc", "client_ids": ["0oa1"], "client_secret_kms_key_arn": ""}
    del expected["client_id"]
    assert identity_values({"okta": LABELS["oidc"]}, "okta", {"hosts": {"okta": read}}) == expected
    host = {
        **LABELS["oidc"],
        "iam_identity_provider_result": {"provider_arn": "arn:new"},
        "okta_oidc_app_result": {"client_id": "0oa2"},
        "okta_authorization_server_result": {"issuer": "https://new"},
        "okta_client_secret_result": {"failed": True},
        "okta_client_secret_kms_key_arn": "arn:key",
    }
    assert identity_values({"okta": host}, "okta", {"hosts": {"okta": read}}) == {
        **expected,
        "provider_arn": "arn:new",
        "client_ids": ["0oa2"],
        "issuer": "https://new",
        "client_secret_kms_key_arn": "arn:key",
    }
    nothing = identity_values({}, "okta", {})
    assert not any(nothing.values()) and nothing["client_ids"] == []


@pytest.mark.parametrize("idle", IDLE)
def test_only_what_was_carried_out_is_an_outcome(idle: Any) -> None:
    assert outcome_of({"result": idle}, "result") == outcome_of({}, "result") == {}
    assert outcome_of({"result": KEPT}, "result") == KEPT
