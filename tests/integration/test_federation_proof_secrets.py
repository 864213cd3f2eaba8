# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Real ansible runs of ``federation_proof``: what they leave behind holds no secret, failing runs included."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import login_canaries
import pytest
from login_canaries import leaked
from proof_world import ANN, PASSWORD, World, world

FAILING = "wrong-canary-password-3"


@pytest.fixture
def made() -> Iterator[World]:
    with world() as running:
        yield running


@pytest.fixture
def canaries(made: World, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything secret that the cloud hands out from now on, taken from the cloud itself."""
    found = login_canaries.watch(made.cloud, monkeypatch)
    found += [PASSWORD, FAILING]
    return found


def run(made: World, folder: Path, *arguments: str, **changes: Any) -> tuple[int, dict[str, Any], str]:
    """``federation_proof`` in a playbook; the password comes from the environment."""
    options = made.options(**changes)
    environment = {"OKTA_TEST_PASSWORD": options.pop("password")}
    return login_canaries.run("federation_proof", options, folder, environment, *arguments)


def test_a_good_run_leaves_no_secret(made: World, canaries: list[str], tmp_path: Path) -> None:
    code, result, written = run(made, tmp_path)
    assert code == 0, written
    assert result["changed"] is False and result["proved"] is True
    assert result["evidence"]["who"] == ANN
    assert len(canaries) >= 2 + 2 + 2 + 4  # password, session token and cookie, assertion, credentials
    assert leaked(canaries, written) == []


@pytest.mark.parametrize("layer", ["okta_sign_in", "second factor", "saml_form", "assertion", "sts", "chat"])
def test_a_failing_run_leaves_no_secret(made: World, canaries: list[str], tmp_path: Path, layer: str) -> None:
    changes: dict[str, Any] = {}
    users = made.org.state.users
    if layer == "okta_sign_in":
        changes["password"] = FAILING
    elif layer == "second factor":
        users[made.user_id].policy, layer = "mfa_at_global", "okta_sign_in"
    elif layer == "saml_form":
        users[made.user_id].policy = "mfa_at_app"
    elif layer == "assertion":
        changes["expected_email"] = "bob@example.com"
    elif layer == "sts":
        made.aws("iam").delete_saml_provider(SAMLProviderArn=made.provider_arn)
    else:
        made.allow("qbusiness:GetApplication")
    code, result, written = run(made, tmp_path, **changes)
    assert code == 2, written
    assert result["evidence"]["failed_layer"] == layer
    assert result["msg"].startswith(f"The proof failed at {layer}: ")
    assert leaked(canaries, written) == []


def test_the_search_would_find_a_leak(made: World, canaries: list[str], tmp_path: Path) -> None:
    """A canary put into what a run wrote is seen, plain and as a URL would carry it."""
    _code, _result, written = run(made, tmp_path)
    assert leaked(canaries, written + canaries[2]) == [2]
    assert leaked(canaries, written + quote_plus(canaries[-1])) == [len(canaries) - 1]


def test_check_mode_says_that_it_only_looked_at_the_options(made: World, tmp_path: Path) -> None:
    before = len(made.cloud.log.since())
    code, result, written = run(made, tmp_path, "--check")
    assert code == 0, written
    assert result["proved"] is False and result["changed"] is False
    assert "only the options were checked" in written
    assert len(made.cloud.log.since()) == before
