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
from proof_world import ACS, ANN, ATTRIBUTE, DOCUMENT, PASSWORD, PROVIDER_NAME, ROLE_NAME, World, world

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


def user(made: World) -> Any:
    return made.org.state.users[made.user_id]


def set_policy(policy: str) -> Callable[[World], None]:
    """The sign-on policies that reach the user (the org's own switch; Okta's rules have no API for test purposes)."""

    def happen(made: World) -> None:
        user(made).policy = policy

    return happen


def set_status(status: str, **options: Any) -> Callable[[World], None]:
    def happen(made: World) -> None:
        user(made).status = status
        made.cloud.settings.options.update(options)

    return happen


def unassign(made: World) -> None:
    made.okta("DELETE", f"/api/v1/apps/{made.app['id']}/users/{made.user_id}")


def deactivate(made: World) -> None:
    made.okta("POST", f"/api/v1/apps/{made.app['id']}/lifecycle/deactivate")


def app(**changes: Any) -> Callable[[World], None]:
    return lambda made: made.change_app(**changes)


def statement(name: str, values: list[str] | None = None, new_name: str = "") -> Callable[[World], None]:
    """An attribute statement with other values or another name, or none."""

    def happen(made: World) -> None:
        statements = []
        for entry in made.statements():
            if entry["name"] != ATTRIBUTE + name:
                statements.append(entry)
            elif values is not None or new_name:
                statements.append(
                    {**entry, "name": ATTRIBUTE + (new_name or name), "values": values or entry["values"]}
                )
        made.change_app(attributeStatements=statements)

    return happen


def trust(**changes: Any) -> Callable[[World], None]:
    def happen(made: World) -> None:
        document = made.trust(**changes)
        made.aws("iam").update_assume_role_policy(RoleName=ROLE_NAME, PolicyDocument=document)

    return happen


def rotate_key(made: World) -> None:
    """The app signs with a new key that IAM has not been told of."""
    key = made.okta("POST", f"/api/v1/apps/{made.app['id']}/credentials/keys/generate?validityYears=2")
    body = {**made.app_body(), "credentials": {"signing": {"kid": key["kid"]}}}
    made.okta("PUT", f"/api/v1/apps/{made.app['id']}", body)


def remove_role(made: World) -> None:
    made.aws("iam").delete_role_policy(RoleName=ROLE_NAME, PolicyName="chat")
    made.aws("iam").delete_role(RoleName=ROLE_NAME)


def remove_provider(made: World) -> None:
    made.aws("iam").delete_saml_provider(SAMLProviderArn=made.provider_arn)


def allow(*actions: str) -> Callable[[World], None]:
    return lambda made: made.allow(*actions)


def remove_application(made: World) -> None:
    made.aws("qbusiness").delete_application(applicationId=made.application_id)
    for _count in range(20):
        if not made.aws("qbusiness").list_applications().get("applications"):
            return
    raise AssertionError("the application is still there")


def no_subscription(made: World) -> None:
    made.auto_subscribe("DISABLED")


FAULTS = [
    Fault("wrong password", "okta_sign_in", "Okta refuses the password", options={"password": "wrong-wrong"}),
    Fault("unknown user", "okta_sign_in", "Okta refuses the password", options={"username": "bob@example.com"}),
    Fault("second factor", "okta_sign_in", "second factor (okta:token:software:totp)", set_policy("mfa_at_global")),
    Fault("enrolment", "okta_sign_in", "enrol a second factor", set_policy("mfa_enroll")),
    Fault("expired password", "okta_sign_in", "password has expired", set_status("PASSWORD_EXPIRED")),
    Fault("locked out", "okta_sign_in", "is locked out", set_status("LOCKED_OUT", okta_show_lockout=True)),
    Fault(
        "no org",
        "okta_sign_in",
        "No answer from http://127.0.0.1:9/",
        options={"okta_org_url": "http://127.0.0.1:9", "sso_url": "http://127.0.0.1:9/app/a/exk/sso/saml"},
    ),
    Fault("unassigned", "okta_assignment", "not assigned to the app", unassign),
    Fault("denied by the app", "okta_assignment", "policy denies this user", set_policy("deny_at_app")),
    Fault("second factor at the app", "saml_form", "shows its sign-in page", set_policy("mfa_at_app")),
    Fault("inactive app", "saml_form", "no active app", deactivate),
    Fault(
        "placeholder URL",
        "assertion",
        "the form's action is http://sampleurl.com, not " + ACS,
        app(ssoAcsUrl="http://sampleurl.com", destination="http://sampleurl.com"),
    ),
    Fault("other destination", "assertion", "Destination is https://x.example", app(destination="https://x.example")),
    Fault("wrong recipient", "assertion", f"Recipient is {ACS}", app(recipient=ACS)),
    Fault("wrong audience", "assertion", "Audience is https://other.example", app(audience="https://other.example")),
    Fault("role pair missing", "assertion", "it has no Role attribute", statement("Role")),
    Fault("another role", "assertion", "no Role value is", statement("Role", ["arn:a:role/x,arn:b"])),
    Fault("white space in a name", "assertion", "white space around it", statement("Role", new_name="Role ")),
    Fault("no email", "assertion", "no PrincipalTag:Email", statement("PrincipalTag:Email")),
    Fault("no session name", "assertion", "RoleSessionName is missing", statement("RoleSessionName")),
    Fault("somebody else", "assertion", f"PrincipalTag:Email is {ANN}", options={"expected_email": "bob@example.com"}),
    Fault("no TagSession", "sts", "(sts:TagSession)", trust(actions=("sts:AssumeRoleWithSAML",))),
    Fault("other audience trusted", "sts", "does not trust this assertion", trust(audience=ACS)),
    Fault("role gone", "sts", "does not trust this assertion", remove_role),
    Fault("provider gone", "sts", "does not accept the assertion", remove_provider),
    Fault("rotated key", "sts", "does not accept the assertion", rotate_key),
    Fault("too long", "sts", "longer than the role allows", options={"duration_seconds": 43200}),
    Fault("no auto-subscription", "subscription", "no subscription to the application, after 2 tries", no_subscription),
    Fault("chat denied", "chat", "may not chat", allow("qbusiness:GetApplication", "user-subscriptions:CreateClaim")),
    Fault("application gone", "chat", "There is no application", remove_application),
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
