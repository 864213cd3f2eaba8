# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each row of the table of causes up to the assertion: its fault is made, its text seen, and not without the fault."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests
from cause_cases import SSO, Case, check, clock, document, fault, page, policy, proof, status, unassign
from proof_world import ACS, ANN, ATTRIBUTE, PASSWORD, World, world

SIGN_IN = "POST /api/v1/authn"


@pytest.fixture(scope="module")
def started() -> Iterator[World]:
    with world() as running:
        yield running


@pytest.fixture
def made(started: World, monkeypatch: pytest.MonkeyPatch) -> World:
    for name in ("OKTA_TEST_USERNAME", "OKTA_TEST_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    started.cloud.reset()
    fresh = World(started.cloud, started.urls)
    fresh.make()
    return fresh


def deactivate(made: World) -> None:
    made.okta("POST", f"/api/v1/apps/{made.app['id']}/lifecycle/deactivate")


def app(**changes: Any) -> Callable[[World], None]:
    return lambda made: made.change_app(**changes)


def statement(name: str, values: list[str] | None = None, new_name: str = "") -> Callable[[World], None]:
    """An attribute statement with other values or another name, or none."""

    def happen(made: World) -> None:
        kept = [entry for entry in made.statements() if entry["name"] != ATTRIBUTE + name]
        changed = [entry for entry in made.statements() if entry["name"] == ATTRIBUTE + name]
        for entry in changed if values is not None or new_name else []:
            other = {"name": ATTRIBUTE + (new_name or name), "values": values or entry["values"]}
            kept.append({**entry, **other})
        made.change_app(attributeStatements=kept)

    return happen


def role_with_space(made: World) -> None:
    statement("Role", [f"{made.role_arn}, {made.provider_arn}"])(made)


def form_of_another(made: World) -> None:
    """The page that answers no request, fetched by requests alone, comes in place of the right one."""
    browser = requests.Session()
    given = {"username": ANN, "password": PASSWORD}
    token = browser.post(f"{made.urls['okta']}/api/v1/authn", json=given, timeout=30).json()["sessionToken"]
    text = browser.get(made.sso_url, params={"sessionToken": token}, timeout=30).text
    browser.delete(f"{made.urls['okta']}/api/v1/sessions/me", timeout=30)
    page(SSO, text)(made)


def around(made: World) -> None:
    """The page leads to itself for ever."""
    page(SSO, status=302, count=-1, Location=made.sso_url)(made)


NOWHERE = {"okta_org_url": "http://127.0.0.1:9", "sso_url": "http://127.0.0.1:9/app/a/exk/sso/saml"}
OTHER_PROVIDER = {"links": [{"properties": {"okta:idp:type": "SAML2"}}]}
TWO = '<form action="x"><input name="SAMLResponse" value="a"><input name="SAMLResponse" value="b"></form>'

CASES = [
    Case("okta.no_answer", options=NOWHERE),
    Case("okta.rate_limited", fault(SIGN_IN, 429, "E0000047", count=2)),
    Case(
        "sign_in.foreign_provider",
        document("GET /.well-known/webfinger", OTHER_PROVIDER),
        {"password": "wrong-wrong"},
    ),
    Case("sign_in.password", options={"password": "wrong-wrong"}, name="wrong"),
    Case("sign_in.password", options={"username": "bob@example.com"}, name="unknown user"),
    Case("sign_in.password", status("LOCKED_OUT"), name="hidden lockout"),
    Case("sign_in.denied", fault(SIGN_IN, 403, "E0000006")),
    Case("sign_in.other", fault(SIGN_IN, 500, "E0000009")),
    Case("sign_in.mfa_required", policy("mfa_at_global")),
    Case("sign_in.mfa_enroll", policy("mfa_enroll")),
    Case("sign_in.password_expired", status("PASSWORD_EXPIRED")),
    Case("sign_in.locked_out", status("LOCKED_OUT", okta_show_lockout=True)),
    Case("sign_in.unfinished", document(SIGN_IN, {"status": "RECOVERY", "stateToken": "00x"})),
    Case("page.not_assigned", unassign),
    Case("page.denied", policy("deny_at_app")),
    Case("page.off_the_org", page(SSO, status=302, Location="https://elsewhere.example/login")),
    Case("page.redirects", around),
    Case("page.other_provider", page(SSO, '<form action="x"><input name="SAMLRequest" value="y"></form>')),
    Case("page.password_again", page(SSO, '<div id="password-verification-challenge"></div>')),
    Case("page.extra_verification", page(SSO, "<title>Acme - Extra Verification</title>")),
    Case("page.sign_in", policy("mfa_at_app")),
    Case("page.not_found", deactivate),
    Case("page.bad_request", options={"saml_request": {"acs_url": "https://not.configured.example"}}, name="url"),
    Case("page.bad_request", options={"saml_request": {"acs_index": 7}}, name="index"),
    Case("page.two_responses", page(SSO, TWO)),
    Case("page.other", page(SSO, "<title>Under maintenance</title>", status=503)),
    Case(
        "assertion.broken",
        options={
            "saml_response": "bm90aGluZw==",
            **dict.fromkeys(("username", "password", "sso_url", "okta_org_url")),
        },
    ),
    Case(
        "assertion.destination",
        app(ssoAcsUrl="http://sampleurl.com", destination="http://sampleurl.com"),
        run=proof,
    ),
    Case("assertion.destination", options={"expect": {"destination": "https://x.example"}}, name="expected"),
    Case("assertion.recipient", app(recipient=ACS), run=proof),
    Case("assertion.recipient", options={"expect": {"recipient": ACS}}, name="expected"),
    Case("assertion.audience", app(audience="https://other.example"), run=proof),
    Case("assertion.audience", options={"expect": {"audience": "urn:x"}}, name="expected"),
    Case("assertion.role_space", role_with_space, run=proof, name="in the value"),
    Case("assertion.role_space", statement("Role", new_name="Role "), run=proof, name="around the name"),
    Case("assertion.role_missing", statement("Role"), run=proof),
    Case("assertion.role", statement("Role", ["arn:a:role/x,arn:b"]), run=proof),
    Case("assertion.no_email", statement("PrincipalTag:Email"), run=proof),
    Case("assertion.email", options={"expected_email": "bob@example.com"}, run=proof),
    Case("assertion.session_name", statement("RoleSessionName"), run=proof),
    Case("assertion.attribute", options={"expect": {"attributes": {"Team": ["red"]}}}),
    Case("assertion.answer_to", form_of_another, {"saml_request": "default"}),
    Case("assertion.expired", clock(-3600)),
    Case("assertion.early", clock(3600)),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_cause_is_named_with_its_fault_and_not_without(made: World, case: Case) -> None:
    check(case, made)
