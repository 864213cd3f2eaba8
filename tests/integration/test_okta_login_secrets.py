# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real ansible runs by OpenID Connect: what ``okta_login`` and ``federation_proof`` leave behind holds no secret."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import login_canaries
import pytest
from login_canaries import leaked
from oidc_world import OidcWorld, oidc_world, running
from proof_world import ANN, PASSWORD
from qbusiness_sandbox.launch import Sandbox

FAILING = "wrong-canary-password-3"


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with running() as started:
        yield started


@pytest.fixture
def made(sandbox: Sandbox) -> OidcWorld:
    return oidc_world(sandbox, aws=True)


@pytest.fixture
def canaries(made: OidcWorld, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found = login_canaries.watch(made.cloud, monkeypatch)
    found += [PASSWORD, FAILING, made.client_secret, made.client_secret[5:35]]
    return found


def run(
    sandbox: Sandbox, module: str, options: dict[str, Any], folder: Path, *arguments: str, no_log: bool = False
) -> tuple[int, dict[str, Any], str]:
    environment = {**sandbox.environment(), "OKTA_TEST_PASSWORD": options.pop("password", PASSWORD)}
    return login_canaries.run(module, options, folder, environment, *arguments, no_log=no_log)


@pytest.mark.parametrize("way", ["arn", "given", "post"])
def test_a_login_leaves_no_secret(
    sandbox: Sandbox, made: OidcWorld, canaries: list[str], tmp_path: Path, way: str
) -> None:
    options = made.login_options()
    if way != "arn":
        options |= {"client_secret": made.client_secret}
        del options["client_secret_arn"]
    if way == "post":
        made.change_client(token_endpoint_auth_method="client_secret_post")
        options["token_endpoint_auth_method"] = "client_secret_post"
    code, result, written = run(sandbox, "okta_login", options, tmp_path)
    assert code == 0, written
    assert result["checked"] is True and result["who"] == ANN and "id_token" not in result
    assert len(canaries) >= 4 + 2 + 1 + 6  # ours, session token and cookie, code, two tokens
    assert leaked(canaries, written) == []


def test_a_token_is_answered_only_where_it_was_asked_for(
    sandbox: Sandbox, made: OidcWorld, canaries: list[str], tmp_path: Path
) -> None:
    """With ``no_log`` the token is in the registered variable and in nothing that the run wrote."""
    options = made.login_options(return_credentials=True)
    code, result, written = run(sandbox, "okta_login", options, tmp_path, no_log=True)
    assert code == 0, written
    assert result["who"] == ANN
    assert leaked(canaries, written) == []


@pytest.mark.parametrize(
    ("layer", "cause"),
    [
        ("okta_sign_in", "refuses the password"),
        ("client_secret", "holds no client secret"),
        ("oidc_authorize", "none of the app's sign-in redirect URIs"),
        ("oidc_token", "refuses the client secret"),
        ("id_token", "the tag Email is"),
    ],
)
def test_a_failing_login_leaves_no_secret(
    sandbox: Sandbox, made: OidcWorld, canaries: list[str], tmp_path: Path, layer: str, cause: str
) -> None:
    options = made.login_options()
    store = made.aws("secretsmanager")
    if layer == "okta_sign_in":
        options["password"] = FAILING
    elif layer == "client_secret":
        canaries.append("a whole value that is a canary")
        store.put_secret_value(SecretId=made.secret_arn, SecretString=canaries[-1])
    elif layer == "oidc_authorize":
        options["redirect_uri"] = "https://elsewhere.example.com/authorization-code/callback"
    elif layer == "oidc_token":
        canaries.append("rotated-away-canary-4711")
        store.put_secret_value(SecretId=made.secret_arn, SecretString=f'{{"client_secret": "{canaries[-1]}"}}')
    else:
        options["expect"] = {"email": "bob@example.com"}
    code, result, written = run(sandbox, "okta_login", options, tmp_path)
    assert code == 2, written
    assert result["layer"] == layer and cause in result["cause"]
    assert leaked(canaries, written) == []


def test_a_token_from_outside_is_not_shown(
    sandbox: Sandbox, made: OidcWorld, canaries: list[str], tmp_path: Path
) -> None:
    token = made.login(return_credentials=True)["id_token"]
    nothing = dict.fromkeys(("username", "password", "client_secret_arn", "redirect_uri"))
    for number, nonce in enumerate(("", "of another sign-in")):
        folder = tmp_path / str(number)
        folder.mkdir()
        options = made.login_options(id_token=token, nonce=nonce, **nothing)
        code, result, written = run(sandbox, "okta_login", options, folder)
        assert (code == 0) == (not nonce), written
        assert ("layer" in result) == bool(nonce)
        assert leaked([*canaries, token], written) == []


@pytest.mark.parametrize("layer", ["", "sts", "chat"])
def test_a_proof_leaves_no_secret(
    sandbox: Sandbox, made: OidcWorld, canaries: list[str], tmp_path: Path, layer: str
) -> None:
    if layer == "sts":
        made.aws("iam").delete_open_id_connect_provider(OpenIDConnectProviderArn=made.provider_arn)
    elif layer == "chat":
        made.allow("qbusiness:GetApplication")
    code, result, written = run(sandbox, "federation_proof", made.options(), tmp_path)
    assert (code == 0) == (not layer), written
    assert (result["evidence"]["failed_layer"] or "") == layer
    assert leaked(canaries, written) == []
    assert leaked(canaries, written + FAILING) == [canaries.index(FAILING)]  # the search would find one


def test_check_mode_says_that_it_only_looked_at_the_options(sandbox: Sandbox, made: OidcWorld, tmp_path: Path) -> None:
    before = len(made.cloud.log.since())
    code, result, written = run(sandbox, "okta_login", made.login_options(), tmp_path, "--check")
    assert code == 0, written
    assert result["checked"] is False and result["changed"] is False
    assert "only the options were checked" in written
    assert len(made.cloud.log.since()) == before
