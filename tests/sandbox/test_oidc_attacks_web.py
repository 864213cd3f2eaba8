# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attacks on the web experience's code flow: each is a mutation of a sign-in that succeeds in the same test, is
refused, and succeeds as soon as the checks that stop it are removed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
import requests
from oidc_site import ANN, MALLORY, Details, OidcSite, changed, member, oidc_site
from qbusiness_sandbox.launch import Sandbox
from qbusiness_sandbox.testing import full_cloud

SECRETS = "sample-secrets"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with full_cloud() as running:
        yield running


@pytest.fixture
def site(sandbox: Sandbox) -> Iterator[OidcSite]:
    with oidc_site(sandbox) as made:
        yield made


@dataclass(frozen=True)
class Attack:
    """``run`` answers the last response, and whom the attacker wanted the browser to be signed in as.

    ``layer``, ``code``: how it is refused; ``checks``: what stops it.
    """

    run: Callable[[OidcSite], tuple[requests.Response, str]]
    layer: str
    code: str
    checks: frozenset[str] = field(default_factory=frozenset)

    @property
    def name(self) -> str:
        return self.run.__name__.lstrip("_")


def _state_missing(site: OidcSite) -> tuple[requests.Response, str]:
    """The attacker's code in the victim's browser, without a state: the victim asks in the attacker's name."""
    code = member(site.browser(MALLORY).callback_url(), "code")
    victim = site.browser()
    victim.begin()
    return victim.get(f"authorization-code/callback?code={code}"), MALLORY


def _state_foreign(site: OidcSite) -> tuple[requests.Response, str]:
    """The attacker's whole callback in the victim's browser."""
    url = site.browser(MALLORY).callback_url()
    victim = site.browser()
    victim.begin()
    return victim.get(url), MALLORY


def _state_made_up(site: OidcSite) -> tuple[requests.Response, str]:
    browser = site.browser()
    return browser.get(changed(browser.callback_url(), state="A" * 43)), ANN


def _state_replayed(site: OidcSite) -> tuple[requests.Response, str]:
    """A callback that was used before, say from the browser's history."""
    browser = site.browser()
    url = browser.callback_url()
    assert browser.get(url).status_code == 303
    return browser.get(url), ANN


def _state_expired(site: OidcSite) -> tuple[requests.Response, str]:
    browser = site.browser()
    url = browser.callback_url()
    site.sandbox.cloud.clock.advance(601)
    return browser.get(url), ANN


def _nonce_changed(site: OidcSite) -> tuple[requests.Response, str]:
    """The ID token belongs to another request than the one that was begun."""
    browser = site.browser()
    return browser.get(browser.callback_url(changed(browser.begin(), nonce="other"))), ANN


def _nonce_stripped(site: OidcSite) -> tuple[requests.Response, str]:
    browser = site.browser()
    return browser.get(browser.callback_url(changed(browser.begin(), nonce=None))), ANN


def _pkce_stripped(site: OidcSite) -> tuple[requests.Response, str]:
    """The challenge is taken out on the way to the provider, so that nothing would bind the code."""
    browser = site.browser()
    url = changed(browser.begin(), code_challenge=None, code_challenge_method=None)
    return browser.get(browser.callback_url(url)), ANN


def _pkce_replaced(site: OidcSite) -> tuple[requests.Response, str]:
    browser = site.browser()
    return browser.get(browser.callback_url(changed(browser.begin(), code_challenge="B" * 43))), ANN


def _code_injected(site: OidcSite) -> tuple[requests.Response, str]:
    """A code that was stolen from the victim, in a sign-in of the attacker's own."""
    stolen = member(site.browser().callback_url(), "code")
    attacker = site.browser(MALLORY)
    return attacker.get(changed(attacker.callback_url(), code=stolen)), ANN


def _code_used(site: OidcSite) -> tuple[requests.Response, str]:
    """A code that the victim's web experience has traded, in a sign-in of the attacker's own."""
    victim = site.browser()
    url = victim.callback_url()
    assert victim.get(url).status_code == 303
    attacker = site.browser(MALLORY)
    return attacker.get(changed(attacker.callback_url(), code=member(url, "code"))), ANN


def _secrets_role_of_another_application(site: OidcSite) -> tuple[requests.Response, str]:
    """The role that reads the secret was made for another application: this one may not borrow it."""
    other = site.sample.application_id[:-4] + "0000"
    site.trust(SECRETS, lambda text: text.replace(site.sample.application_id, other))
    return site.browser().sign_in(), ANN


def _secret_of_another_application(site: OidcSite) -> tuple[requests.Response, str]:
    """The role may read some other secret only."""
    site.policy(SECRETS, lambda item: "secretsmanager:GetSecretValue" not in item["Action"])
    return site.browser().sign_in(), ANN


def _secret_guessed(site: OidcSite) -> tuple[requests.Response, str]:
    secret = '{"client_secret": "guessed-guessed-guessed"}'
    site.clients.aws("secretsmanager").put_secret_value(SecretId=site.sample.secret_arn, SecretString=secret)
    return site.browser().sign_in(), ANN


def _not_assigned(site: OidcSite) -> tuple[requests.Response, str]:
    user = site.clients.call_okta("GET", f"/api/v1/users/{MALLORY}")["id"]
    site.clients.call_okta("DELETE", f"/api/v1/apps/{site.sample.okta_app_id}/users/{user}")
    return site.browser(MALLORY).sign_in(), MALLORY


_HERE, _PROVIDER = "Web experience", "Identity provider"

ATTACKS = (
    Attack(_state_missing, _HERE, "StateMismatch", frozenset({"web_state", "web_nonce", "oidc_pkce"})),
    Attack(_state_foreign, _HERE, "StateMismatch", frozenset({"web_state"})),
    Attack(_state_made_up, _HERE, "StateMismatch", frozenset({"web_state", "web_nonce", "oidc_pkce"})),
    Attack(_state_replayed, _HERE, "StateMismatch", frozenset({"web_state", "oidc_code_once"})),
    Attack(_state_expired, _HERE, "StateMismatch", frozenset({"web_state", "oidc_code_expiry"})),
    Attack(_nonce_changed, _HERE, "NonceMismatch", frozenset({"web_nonce"})),
    Attack(_nonce_stripped, _HERE, "NonceMismatch", frozenset({"web_nonce"})),
    Attack(_pkce_stripped, _PROVIDER, "invalid_request", frozenset({"oidc_pkce"})),
    Attack(_pkce_replaced, _PROVIDER, "invalid_grant", frozenset({"oidc_pkce"})),
    Attack(_code_injected, _PROVIDER, "invalid_grant", frozenset({"oidc_pkce", "web_nonce"})),
    Attack(_code_used, _PROVIDER, "invalid_grant", frozenset({"oidc_code_once", "oidc_pkce", "web_nonce"})),
    Attack(_secrets_role_of_another_application, "AWS STS", "AccessDenied", frozenset({"service_trust"})),
    Attack(
        _secret_of_another_application,
        "AWS Secrets Manager",
        "AccessDeniedException",
        frozenset({"identity_policy"}),
    ),
    Attack(_secret_guessed, _PROVIDER, "invalid_client", frozenset({"oidc_client_secret"})),
    Attack(_not_assigned, _PROVIDER, "access_denied", frozenset({"oidc_assignment"})),
)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack_is_refused(site: OidcSite, attack: Attack) -> None:
    site.add_user(MALLORY)
    for user in (ANN, MALLORY):
        assert site.browser(user).sign_in().status_code == 303
    answer, _victim = attack.run(site)
    assert answer.status_code in (400, 403), answer.text
    details = Details(answer.text).values
    assert (details["Layer"], details["Code"]) == (attack.layer, attack.code), details
    assert "__Host-qbusiness-session" not in answer.headers.get("Set-Cookie", "")


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack_succeeds_without_its_checks(site: OidcSite, attack: Attack) -> None:
    site.add_user(MALLORY)
    site.without(*attack.checks)
    answer, whom = attack.run(site)
    assert answer.status_code == 303, Details(answer.text).values
    cookie = answer.headers["Set-Cookie"].partition(";")[0]
    page = requests.Session()
    page.trust_env, page.verify = False, str(site.sandbox.ca_file)
    page.proxies = {"https": site.sandbox.proxy.url}
    with page:
        assert whom in page.get(site.sample.url, headers={"Cookie": cookie}, timeout=60).text
