# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The sign-in to a web experience by OpenID Connect: what happens, and whose word a refusal is."""

from __future__ import annotations

import hashlib
import json
import ssl
from collections.abc import Iterator
from pathlib import Path

import jwt
import pytest
from oidc_site import ANN, Details, OidcSite, changed, member, oidc_site
from qbusiness_sandbox.cloud import Fault
from qbusiness_sandbox.launch import Sandbox
from qbusiness_sandbox.testing import full_cloud

ROLE, SECRETS = "sample-web-experience", "sample-secrets"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with full_cloud() as running:
        yield running


@pytest.fixture
def site(sandbox: Sandbox) -> Iterator[OidcSite]:
    with oidc_site(sandbox) as made:
        yield made


def _refusal(site: OidcSite) -> tuple[str, str]:
    """Layer and code of a sign-in that is refused; nothing secret is on the page, and no session is open."""
    browser = site.browser()
    url = browser.callback_url()
    answer = browser.get(url)
    assert answer.status_code >= 400
    details = Details(answer.text).values
    assert set(details) == {"Layer", "Code", "Message"}
    secret = site.clients.aws("secretsmanager").get_secret_value(SecretId=site.sample.secret_arn)["SecretString"]
    hidden = [member(url, "code"), member(url, "state"), "eyJ"]
    if "client_secret" in secret and not secret.startswith("{["):
        hidden.append(str(json.loads(secret)["client_secret"]))
    assert not [text for text in hidden if text in answer.text]
    assert browser.chat().status_code == 401
    return details["Layer"], details["Code"]


def test_to_the_provider(site: OidcSite) -> None:
    browser = site.browser()
    answer = browser.get("sign-in")
    url = answer.headers["Location"]
    assert url.startswith(f"{site.sample.issuer}/v1/authorize?")
    assert member(url, "client_id") == site.sample.client_id
    assert member(url, "redirect_uri") == f"{site.sample.url}authorization-code/callback"
    assert (member(url, "response_type"), member(url, "code_challenge_method")) == ("code", "S256")
    assert set(member(url, "scope").split()) == {"openid", "email", "profile"}
    assert min(len(member(url, name)) for name in ("state", "nonce", "code_challenge")) >= 43
    for part in ("__Host-qbusiness-sign-in=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"):
        assert part in answer.headers["Set-Cookie"]
    second = browser.begin()
    assert not {member(url, name) for name in ("state", "nonce")} & {member(second, n) for n in ("state", "nonce")}


def test_sign_in_and_chat(site: OidcSite) -> None:
    browser = site.browser()
    answer = browser.sign_in()
    assert (answer.status_code, answer.headers["Location"]) == (303, "/#/chat")
    assert "__Host-qbusiness-session=" in answer.headers["Set-Cookie"]
    assert ANN in browser.get("").text
    reply = browser.chat().json()
    assert "second class" in reply["answer"]
    assert [source["title"] for source in reply["sources"]] == ["Travel policy"]
    inner = [
        (entry.service, entry.operation, entry.status)
        for entry in site.sandbox.cloud.log.since()
        if entry.connection in ("web", "sts")
    ]
    configuration = ("okta", "GET /oauth2/{serverId}/.well-known/openid-configuration", 200)
    assert inner == [
        configuration,
        configuration,
        ("secretsmanager", "GetSecretValue", 200),
        ("okta", "POST /oauth2/{serverId}/v1/token", 200),
        configuration,
        ("okta", "GET /oauth2/{serverId}/v1/keys", 200),
        ("sts", "AssumeRoleWithWebIdentity", 200),
        ("qbusiness", "ChatSync", 403),
        ("qbusiness", "ChatSync", 200),
    ]
    who = {entry.operation: entry.principal for entry in site.sandbox.cloud.log.since()}
    assert who["GetSecretValue"].startswith(f"arn:aws:sts::123456789012:assumed-role/{SECRETS}/")
    assert who["ChatSync"] == f"arn:aws:sts::123456789012:assumed-role/{ROLE}/{ANN}"
    (application,) = site.sandbox.cloud.dump()["aws"]["qbusiness"]["applications"]
    assert [item["user"] for item in application["conversations"]] == [ANN]


def test_two_tabs_of_one_browser(site: OidcSite) -> None:
    browser = site.browser()
    first, second = browser.begin(), browser.begin()
    urls = [browser.callback_url(url) for url in (first, second)]
    assert [browser.get(url).status_code for url in urls] == [303, 303]


def test_a_token_for_the_command_line_opens_the_same_session(site: OidcSite) -> None:
    """The API path: the ID token of an ordinary client at STS, unsigned; and PyJWT agrees with STS on it."""
    browser = site.browser()
    url = browser.callback_url()
    secret = site.clients.aws("secretsmanager").get_secret_value(SecretId=site.sample.secret_arn)["SecretString"]
    site.without("oidc_pkce")
    answer = browser.session.post(
        f"{site.sample.issuer}/v1/token",
        data={
            "grant_type": "authorization_code",
            "code": member(url, "code"),
            "redirect_uri": f"{site.sample.url}authorization-code/callback",
        },
        auth=(site.sample.client_id, json.loads(secret)["client_secret"]),
        timeout=60,
    )
    token = answer.json()["id_token"]
    keys = jwt.PyJWKSet.from_dict(browser.get(f"{site.sample.issuer}/v1/keys").json())
    claims = jwt.decode(
        token,
        keys[jwt.get_unverified_header(token)["kid"]],
        algorithms=["RS256"],
        audience=site.sample.client_id,
        issuer=site.sample.issuer,
    )
    assert claims["https://aws.amazon.com/tags"] == {"principal_tags": {"Email": [ANN]}}
    session = site.clients.aws("sts").assume_role_with_web_identity(
        RoleArn=site.sample.role_arn, RoleSessionName="cli", WebIdentityToken=token
    )
    assert session["SubjectFromWebIdentityToken"] == claims["sub"]
    assert (session["Audience"], session["Provider"]) == (site.sample.client_id, site.sample.provider_arn)
    assert 0 < session["PackedPolicySize"] < 100
    assert session["AssumedRoleUser"]["Arn"].endswith(f":assumed-role/{ROLE}/cli")


def test_iam_retrieves_the_thumbprint_of_the_authority(site: OidcSite) -> None:
    got = site.clients.aws("iam").get_open_id_connect_provider(OpenIDConnectProviderArn=site.sample.provider_arn)
    der = ssl.PEM_cert_to_DER_cert(Path(site.sandbox.ca_file).read_text(encoding="ascii"))
    assert got["ThumbprintList"] == [hashlib.sha1(der, usedforsecurity=False).hexdigest()]
    site.sandbox.cloud.settings.options["oidc_untrusted_ca"] = True
    assert site.browser().sign_in().status_code == 303


def test_the_providers_refusal_comes_through(site: OidcSite) -> None:
    site.clients.okta.delete(
        f"{site.clients.org}/api/v1/apps/{site.sample.okta_app_id}/users/{_user_id(site)}", timeout=60
    ).raise_for_status()
    browser = site.browser()
    answer = browser.sign_in()
    details = Details(answer.text).values
    assert (answer.status_code, details["Layer"], details["Code"]) == (403, "Identity provider", "access_denied")
    assert "not assigned" in details["Message"]


def _user_id(site: OidcSite) -> str:
    return str(site.clients.call_okta("GET", f"/api/v1/users/{ANN}")["id"])


def test_a_refusal_needs_a_state_as_well(site: OidcSite) -> None:
    browser = site.browser()
    answer = browser.get("authorization-code/callback?error=access_denied&error_description=You+owe+us+money")
    assert Details(answer.text).values["Code"] == "StateMismatch"
    assert "money" not in answer.text


def test_a_callback_without_a_code(site: OidcSite) -> None:
    browser = site.browser()
    answer = browser.get(changed(browser.callback_url(), code=None))
    assert Details(answer.text).values["Code"] == "MissingCode"


def _secret(site: OidcSite, text: str) -> None:
    site.clients.aws("secretsmanager").put_secret_value(SecretId=site.sample.secret_arn, SecretString=text)


def test_the_secrets_role_is_for_another_application(site: OidcSite) -> None:
    site.trust(SECRETS, lambda text: text.replace(site.sample.application_id, "0" * 8 + site.sample.application_id[8:]))
    assert _refusal(site) == ("AWS STS", "AccessDenied")


def test_the_secrets_role_is_for_another_account(site: OidcSite) -> None:
    site.trust(SECRETS, lambda text: text.replace('"aws:SourceAccount": "123456789012"', '"aws:SourceAccount": "1"'))
    assert _refusal(site) == ("AWS STS", "AccessDenied")


def test_the_secrets_role_is_for_another_service(site: OidcSite) -> None:
    site.trust(SECRETS, lambda text: text.replace("application.qbusiness", "qbusiness"))
    assert _refusal(site) == ("AWS STS", "AccessDenied")


def test_the_secrets_role_may_not_read_the_secret(site: OidcSite) -> None:
    site.policy(SECRETS, lambda item: "kms:Decrypt" in item["Action"])
    assert _refusal(site) == ("AWS Secrets Manager", "AccessDeniedException")


def test_the_secrets_role_may_not_decrypt_it(site: OidcSite) -> None:
    site.policy(SECRETS, lambda item: "kms:Decrypt" not in item["Action"])
    assert _refusal(site) == ("AWS Secrets Manager", "AccessDeniedException")


def test_the_secret_is_gone(site: OidcSite) -> None:
    browser = site.browser()
    url = browser.callback_url()
    site.clients.aws("secretsmanager").delete_secret(SecretId=site.sample.secret_arn, ForceDeleteWithoutRecovery=True)
    details = Details(browser.get(url).text).values
    assert (details["Layer"], details["Code"]) == ("AWS Secrets Manager", "ResourceNotFoundException")


@pytest.mark.parametrize("text", ["plain", '{"secret": "x"}', '["client_secret"]', '{"client_secret": ""}'])
def test_the_secret_has_no_client_secret(site: OidcSite, text: str) -> None:
    _secret(site, text)
    browser = site.browser()
    details = Details(browser.sign_in().text).values
    assert (details["Layer"], details["Code"]) == ("AWS Secrets Manager", "NoClientSecret")


def test_the_secret_is_an_old_one(site: OidcSite) -> None:
    _secret(site, json.dumps({"client_secret": "this-was-the-secret-once"}))
    assert _refusal(site) == ("Identity provider", "invalid_client")


def test_the_client_authenticates_in_another_way(site: OidcSite) -> None:
    app = site.clients.call_okta("GET", f"/api/v1/apps/{site.sample.okta_app_id}")
    app["credentials"]["oauthClient"]["token_endpoint_auth_method"] = "client_secret_post"
    site.clients.call_okta("PUT", f"/api/v1/apps/{site.sample.okta_app_id}", app)
    assert _refusal(site) == ("Identity provider", "invalid_client")


def test_the_role_is_for_another_client(site: OidcSite) -> None:
    site.trust(ROLE, lambda text: text.replace(site.sample.client_id, "0oaSomebodyElse"))
    assert _refusal(site) == ("AWS STS", "AccessDenied")


def test_the_client_id_is_not_registered_with_iam(site: OidcSite) -> None:
    site.clients.aws("iam").remove_client_id_from_open_id_connect_provider(
        OpenIDConnectProviderArn=site.sample.provider_arn, ClientID=site.sample.client_id
    )
    assert _refusal(site) == ("AWS STS", "InvalidIdentityToken")


def test_a_user_without_an_email_tag_gets_no_answer(site: OidcSite) -> None:
    """STS opens a session without tags; Q Business does not know whose it is."""
    path = "/api/v1/authorizationServers/default/claims"
    for claim in site.clients.call_okta("GET", path):
        if claim["name"] == "https://aws.amazon.com/tags":
            site.clients.call_okta("DELETE", f"{path}/{claim['id']}")
    browser = site.browser()
    assert browser.sign_in().status_code == 303
    error = browser.chat().json()["error"]
    assert (error["layer"], error["code"]) == ("Amazon Q Business", "AccessDeniedException")


@pytest.mark.parametrize(
    ("service", "operation", "layer"),
    [
        ("okta", "POST /oauth2/{serverId}/v1/token", "Identity provider"),
        ("secretsmanager", "GetSecretValue", "AWS Secrets Manager"),
        ("sts", "AssumeRoleWithWebIdentity", "AWS STS"),
        ("okta", "GET /oauth2/{serverId}/v1/keys", "AWS STS"),
    ],
)
def test_a_layer_that_hangs_up(site: OidcSite, service: str, operation: str, layer: str) -> None:
    browser = site.browser()
    url = browser.callback_url()
    site.sandbox.cloud.faults.add(Fault("cut_before", service=service, operation=operation))
    details = Details(browser.get(url).text).values
    assert details["Layer"] == layer
    assert browser.sign_in().status_code == 303


def test_an_issuer_that_is_not_there(site: OidcSite) -> None:
    site.sandbox.cloud.faults.add(
        Fault("error", operation="GET /oauth2/{serverId}/.well-known/openid-configuration", status=503)
    )
    answer = site.browser().get("sign-in")
    assert (answer.status_code, Details(answer.text).values["Layer"]) == (502, "Identity provider")


def test_rotated_keys_are_fetched_anew(site: OidcSite) -> None:
    browser = site.browser()
    assert browser.sign_in().status_code == 303
    site.clients.call_okta(
        "POST", "/api/v1/authorizationServers/default/credentials/lifecycle/keyRotate", {"use": "sig"}
    )
    assert browser.sign_in().status_code == 303
    fetched = [entry for entry in site.operations() if entry[1].endswith("/v1/keys")]
    assert len(fetched) == 2


def test_signing_out_and_saml_addresses(site: OidcSite) -> None:
    browser = site.browser()
    browser.sign_in()
    browser.session.post(f"{site.sample.url}sign-out", timeout=60)
    assert browser.chat().status_code == 401
    assert browser.session.post(f"{site.sample.url}saml", data={"SAMLResponse": "AAAA"}, timeout=60).status_code == 403
