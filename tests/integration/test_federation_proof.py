# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``federation_proof`` against the embedded cloud: it succeeds, and each fault is found in its layer, in its words."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.authn_request import build
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.sign_in import saml_response, sign_in
from ansible_collections.qbusiness.federation.plugins.module_utils.proof import ProofError, prove
from proof_world import ACS, ANN, DOCUMENT, PASSWORD, PROVIDER_NAME, ROLE_NAME, World, world

LAYERS = [
    "okta_sign_in",
    "okta_assignment",
    "saml_form",
    "assertion",
    "sts",
    "session",
    "subscription",
    "chat",
]


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    for name in ("OKTA_TEST_USERNAME", "OKTA_TEST_PASSWORD", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)
    with world() as running:
        yield running


def authentications(made: World) -> int:
    """How often a password was sent, by the cloud's own log."""
    return sum(entry.operation == "POST /api/v1/authn" for entry in made.cloud.log.since())


def assertion_of(made: World) -> str:
    """A SAML response from outside, by requests alone."""
    browser = requests.Session()
    url = made.urls["okta"]
    token = browser.post(f"{url}/api/v1/authn", json={"username": ANN, "password": PASSWORD}, timeout=30).json()
    page = browser.get(made.sso_url, params={"sessionToken": token["sessionToken"]}, timeout=30).text
    found = re.search(r'name="SAMLResponse" type="hidden" value="([^"]+)"', page)
    assert found
    return html.unescape(found[1])


def test_everything_works(made: World) -> None:
    evidence = made.prove(require_sources=True)
    assert evidence["failed_layer"] is None, evidence
    assert evidence["proved"] is True
    assert [entry["layer"] for entry in evidence["layers"]] == LAYERS
    assert all(entry["ok"] and entry["milliseconds"] >= 0 for entry in evidence["layers"])
    assert evidence["who"] == ANN
    assert DOCUMENT in evidence["answer"]
    assert [source["title"] for source in evidence["sources"]] == ["Leave policy"]
    # Witnesses: the conversation is Ann's, no session of hers is left at Okta, the password was sent once.
    assert evidence["conversation_id"]
    assert evidence["session_closed"] is True
    assert made.org.state.sessions == {}
    assert authentications(made) == 1
    chats = [entry for entry in made.cloud.log.since() if entry.operation == "ChatSync"]
    assert f"assumed-role/{ROLE_NAME}/{ANN}" in evidence["session"]["arn"]
    assert len(chats) == 2  # the first one subscribes


def test_response_from_outside_needs_no_sign_in(made: World, monkeypatch: pytest.MonkeyPatch) -> None:
    response = assertion_of(made)
    monkeypatch.setenv("OKTA_TEST_PASSWORD", "of somebody else")
    before = authentications(made)
    evidence = made.prove(saml_response=response, username=None, password=None, sso_url=None, okta_org_url=None)
    assert evidence["proved"] is True, evidence
    assert [entry["layer"] for entry in evidence["layers"]] == LAYERS[3:]
    assert authentications(made) == before
    with pytest.raises(InputError, match="password: cannot be given together with saml_response"):
        made.prove(saml_response=response)


def test_names_from_the_environment_and_sso_url_from_metadata(made: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OKTA_TEST_USERNAME", ANN)
    monkeypatch.setenv("OKTA_TEST_PASSWORD", PASSWORD)
    metadata = made.okta("GET", f"/api/v1/apps/{made.app['id']}/sso/saml/metadata")
    evidence = made.prove(username=None, password=None, sso_url=None, saml_metadata_document=metadata)
    assert evidence["proved"] is True, evidence


def test_check_mode_checks_the_options_and_sends_nothing(made: World) -> None:
    before = len(made.cloud.log.since())
    context = made.context(check_mode=True)
    answer = prove(context)
    assert answer["changed"] is False and answer["proved"] is False
    assert answer["evidence"]["layers"] == []
    assert any("Check mode" in text for text in context.warnings)
    with pytest.raises(InputError) as refused:
        prove(made.context(check_mode=True, role_arn="assistant", duration_seconds=5, sso_url="https://evil.example/x"))
    assert [fault.partition(":")[0] for fault in refused.value.faults] == ["sso_url", "role_arn", "duration_seconds"]
    assert len(made.cloud.log.since()) == before


def test_a_failed_layer_fails_the_task_unless_told_otherwise(made: World) -> None:
    with pytest.raises(ProofError, match="failed at okta_sign_in: Okta refuses the password") as failed:
        prove(made.context(password="wrong-wrong"))
    assert failed.value.facts["evidence"]["failed_layer"] == "okta_sign_in"
    assert failed.value.facts["changed"] is False
    assert authentications(made) == 1  # never a second try


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong, where the proof should find it, and in which words."""

    name: str
    layer: str
    text: str
    happen: Callable[[World], None] = lambda made: None
    options: dict[str, Any] = field(default_factory=dict)


def set_policy(policy: str) -> Callable[[World], None]:
    """The sign-on policies that reach the user (the org's own switch; Okta's rules have no API for test purposes)."""

    def happen(made: World) -> None:
        made.org.state.users[made.user_id].policy = policy

    return happen


def unassign(made: World) -> None:
    made.okta("DELETE", f"/api/v1/apps/{made.app['id']}/users/{made.user_id}")


def deactivate(made: World) -> None:
    made.okta("POST", f"/api/v1/apps/{made.app['id']}/lifecycle/deactivate")


def app(**changes: Any) -> Callable[[World], None]:
    return lambda made: made.change_app(**changes)


def trust(**changes: Any) -> Callable[[World], None]:
    def happen(made: World) -> None:
        document = made.trust(**changes)
        made.aws("iam").update_assume_role_policy(RoleName=ROLE_NAME, PolicyDocument=document)

    return happen


def remove_provider(made: World) -> None:
    made.aws("iam").delete_saml_provider(SAMLProviderArn=made.provider_arn)


def allow(*actions: str) -> Callable[[World], None]:
    return lambda made: made.allow(*actions)


def no_subscription(made: World) -> None:
    made.auto_subscribe("DISABLED")


#: One for each layer; all the others are in ``test_causes_*.py``.
FAULTS = [
    Fault("wrong password", "okta_sign_in", "Okta refuses the password", options={"password": "wrong-wrong"}),
    Fault("second factor", "okta_sign_in", "second factor (okta:token:software:totp)", set_policy("mfa_at_global")),
    Fault("unassigned", "okta_assignment", "not assigned to the app", unassign),
    Fault("inactive app", "saml_form", "no active app", deactivate),
    Fault(
        "placeholder URL",
        "assertion",
        "the form's action is http://sampleurl.com, not " + ACS,
        app(ssoAcsUrl="http://sampleurl.com", destination="http://sampleurl.com"),
    ),
    Fault("no TagSession", "sts", "(sts:TagSession)", trust(actions=("sts:AssumeRoleWithSAML",))),
    Fault("provider gone", "sts", "does not accept the assertion", remove_provider),
    Fault("no auto-subscription", "subscription", "no subscription to the application, after 2 tries", no_subscription),
    Fault("chat denied", "chat", "may not chat", allow("qbusiness:GetApplication", "user-subscriptions:CreateClaim")),
]


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_fault_is_found_in_its_layer(made: World, fault: Fault) -> None:
    # Without the fault nothing of it is said. (A proof of its own, so that no subscription exists before the fault.)
    if fault.layer != "subscription":
        good = made.prove()
        assert good["failed_layer"] is None, good
        assert fault.text not in str(good)
    fault.happen(made)
    evidence = made.prove(**fault.options)
    assert evidence["failed_layer"] == fault.layer, evidence
    assert fault.text in evidence["cause"]
    assert evidence["next_step"].endswith(".")
    assert evidence["proved"] is False
    assert [entry["ok"] for entry in evidence["layers"]][-1] is False
    assert all(entry["ok"] for entry in evidence["layers"][:-1])
    assert made.org.state.sessions == {}


def test_subscription_is_found_missing_only_while_it_is(made: World) -> None:
    made.auto_subscribe("DISABLED")
    assert made.prove()["failed_layer"] == "subscription"
    made.auto_subscribe("ENABLED")
    assert made.prove()["proved"] is True


def test_a_denial_is_not_repeated(made: World) -> None:
    """The text of a denial names the caller's assumed role; it is not taken for a role that is not known yet."""
    made.allow("qbusiness:GetApplication")
    assert made.prove(wait_timeout=60)["failed_layer"] == "chat"
    assert sum(entry.operation == "ChatSync" for entry in made.cloud.log.since()) == 1


def test_a_refusal_that_passes_is_waited_for(made: World) -> None:
    """The role lets the provider in only a moment later, as IAM's changes are seen."""
    iam = made.aws("iam")
    iam.update_assume_role_policy(RoleName=ROLE_NAME, PolicyDocument=made.trust(audience=ACS))
    later = threading.Timer(
        1.0, iam.update_assume_role_policy, kwargs={"RoleName": ROLE_NAME, "PolicyDocument": made.trust()}
    )
    later.start()
    try:
        assert made.prove(wait_timeout=30)["proved"] is True
    finally:
        later.join()
    assert sum(entry.operation == "AssumeRoleWithSAML" for entry in made.cloud.log.since()) > 1


def test_expired_response_is_found_at_sts(made: World) -> None:
    outside = {"username": None, "password": None, "sso_url": None, "okta_org_url": None}
    response = assertion_of(made)
    assert made.prove(saml_response=response, **outside)["proved"] is True
    made.cloud.clock.advance(400)
    evidence = made.prove(saml_response=response, **outside)
    assert (evidence["failed_layer"], evidence["cause"]) == ("sts", "The assertion is too old.")


def test_answer_without_documents_fails_only_when_documents_are_asked_for(made: World) -> None:
    question = "zebra quantum"
    assert made.prove(question=question)["sources"] == []
    assert made.prove(question=question)["proved"] is True
    evidence = made.prove(question=question, require_sources=True)
    assert (evidence["failed_layer"], evidence["cause"]) == ("chat", "The answer rests on no document.")


def test_response_by_index_of_a_requestable_url(made: World) -> None:
    """What comes next needs it: an AuthnRequest handed through, and the relay state."""
    other = "https://second.example.com/saml"
    made.change_app(allowMultipleAcsEndpoints=True, acsEndpoints=[{"url": other, "index": 0}])
    secrets: set[str] = set()
    session = sign_in(made.urls["okta"], ANN, PASSWORD, secrets)
    form = saml_response(session, made.sso_url, relay_state="here", request=build(made.sso_url, acs_index=0))
    assert (form.action, form.relay_state) == (other, "here")
    assert saml_response(session, made.sso_url).action == ACS
    assert {PASSWORD, form.saml_response} <= secrets
    assert not any(secret in f"{session!r} {form!r}" for secret in secrets)
    assert PROVIDER_NAME not in secrets
