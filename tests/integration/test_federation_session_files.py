# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of ``federation_session``. boto3, which reads them as the AWS CLI does, and a shell are the witnesses."""

from __future__ import annotations

import json
import os
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.session_files import FileError
from ansible_collections.qbusiness.federation.plugins.modules.federation_session import function
from botocore.credentials import Credentials
from conftest import Call, Play
from proof_world import ANN, ROLE_NAME
from qbusiness_sandbox.cloud import Cloud
from qbusiness_sandbox.testing import Running
from session_world import TokenWorld, saml_response, saml_world, token_world, who_is

OTHERS = "# mine\n[default]\naws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = abc\n\n"


@pytest.fixture
def tokens(cloud: Cloud, running: Running) -> TokenWorld:
    return token_world(cloud, running)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The credentials file of the process, which boto3 reads too."""
    path = tmp_path / "aws" / "credentials"
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    for name in (
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "AWS_PROFILE",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
    ):
        monkeypatch.delenv(name, raising=False)
    return path


def arn(made: TokenWorld, name: str = ANN) -> str:
    return f"arn:aws:sts::{made.cloud.account_id}:assumed-role/{ROLE_NAME}/{name}"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def by_profile(name: str) -> Credentials:
    found = boto3.Session(profile_name=name).get_credentials()
    assert isinstance(found, Credentials)
    return found


def test_a_profile(call: Call, tokens: TokenWorld, file: Path) -> None:
    given = {"id_token": tokens.token(), "role_arn": tokens.role_arn, "profile_name": "assistant"}
    planned = call(function, check_mode=True, **given)
    assert (planned["changed"], planned["session"]) == (True, None)
    assert not file.parent.exists()
    file.parent.mkdir()
    file.write_text(OTHERS, encoding="utf-8")
    done = call(function, **given)
    assert done["changed"] is True
    assert (done["profile_name"], done["credentials_file"]) == ("assistant", str(file))
    assert who_is(tokens, by_profile("assistant")) == arn(tokens)
    assert boto3.Session(profile_name="assistant").region_name == tokens.cloud.region
    assert file.read_text(encoding="utf-8").startswith(OTHERS)
    assert by_profile("default").access_key == "AKIAEXAMPLE"
    assert mode(file) == 0o600
    # A new session, and a new text of the same profile.
    first = by_profile("assistant").token
    assert call(function, **given, session_name="again")["changed"] is True
    assert by_profile("assistant").token != first
    assert who_is(tokens, by_profile("assistant")) == arn(tokens, "again")
    assert file.read_text(encoding="utf-8").count("[assistant]") == 1


def test_no_region_is_written_where_none_is_known(call: Call, tokens: TokenWorld, file: Path, tmp_path: Path) -> None:
    env = tmp_path / "env"
    given = {"id_token": tokens.token(), "role_arn": tokens.role_arn, "profile_name": "assistant"}
    assert call(function, **given, env_file=str(env), region=None)["session"]["region"] == ""
    assert "REGION" not in env.read_text(encoding="utf-8")
    assert "region" not in file.read_text(encoding="utf-8")
    assert who_is(tokens, by_profile("assistant")) == arn(tokens)


def test_a_file_of_its_own_by_saml(call: Call, cloud: Cloud, running: Running, tmp_path: Path) -> None:
    saml = saml_world(cloud, running)
    target, env = tmp_path / "a" / "b" / "keys", tmp_path / "env"
    done = call(
        function,
        saml_response=saml_response(saml),
        provider_arn=saml.provider_arn,
        role_arn=saml.role_arn,
        profile_name="assistant",
        credentials_file=str(target),
        env_file=str(env),
    )
    assert (done["credentials_file"], done["env_file"]) == (str(target), str(env))
    assert mode(target) == mode(env) == 0o600
    assert "aws_session_token" in target.read_text(encoding="utf-8")


def test_variables_for_a_shell(call: Call, tokens: TokenWorld, tmp_path: Path) -> None:
    file = tmp_path / "it's mine.env"
    given = {"id_token": tokens.token(), "role_arn": tokens.role_arn, "env_file": str(file)}
    assert call(function, check_mode=True, **given)["changed"] is True
    assert not file.exists()
    done = call(function, **given)
    assert (done["changed"], done["env_file"]) == (True, str(file))
    assert mode(file) == 0o600
    shown = 'import json, os; print(json.dumps({k: v for k, v in os.environ.items() if k.startswith("AWS_")}))'
    run = subprocess.run(
        ["sh", "-c", f". \"$1\"; python3 -c '{shown}'", "sh", str(file)],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        check=True,
    )
    found = json.loads(run.stdout)
    assert found["AWS_REGION"] == found["AWS_DEFAULT_REGION"] == tokens.cloud.region
    credentials = Credentials(found["AWS_ACCESS_KEY_ID"], found["AWS_SECRET_ACCESS_KEY"], found["AWS_SESSION_TOKEN"])
    assert who_is(tokens, credentials) == arn(tokens)
    assert found["AWS_CREDENTIAL_EXPIRATION"] == done["session"]["expires"]
    assert call(function, **given)["changed"] is True


def test_files_of_others_are_looked_at_first(call: Call, tokens: TokenWorld, file: Path, tmp_path: Path) -> None:
    """No session is opened in vain, and in check mode the same is said."""
    file.parent.mkdir()
    file.write_text(OTHERS, encoding="utf-8")
    env = tmp_path / "bashrc"
    env.write_text("alias ll='ls -l'\n", encoding="utf-8")
    given = {"id_token": tokens.token(), "role_arn": tokens.role_arn}
    tokens.cloud.log.clear()
    for check_mode in (True, False):
        with pytest.raises(FileError, match="keys without an end"):
            call(function, check_mode=check_mode, **given, profile_name="default")
        with pytest.raises(FileError, match="was not written by this module"):
            call(function, check_mode=check_mode, **given, env_file=str(env))
        with pytest.raises(FileError, match="cannot be read"):
            call(function, check_mode=check_mode, **given, env_file=str(tmp_path))
    assert tokens.cloud.log.since() == []
    assert (file.read_text(encoding="utf-8"), env.read_text(encoding="utf-8")) == (OTHERS, "alias ll='ls -l'\n")
    assert call(function, **given, profile_name="default", env_file=str(env), force=True)["changed"] is True
    assert who_is(tokens, by_profile("default")) == arn(tokens)
    assert "# mine" in file.read_text(encoding="utf-8")


def test_a_refused_session_writes_nothing(call: Call, tokens: TokenWorld, file: Path, tmp_path: Path) -> None:
    env = tmp_path / "env"
    with pytest.raises(Exception, match="sts"):
        call(
            function,
            id_token=tokens.token(),
            role_arn=f"{tokens.role_arn}-other",
            profile_name="assistant",
            env_file=str(env),
            wait_timeout=0,
        )
    assert not file.exists() and not env.exists()


def test_several_people_at_the_same_time(call: Call, tokens: TokenWorld, file: Path) -> None:
    names = [f"person{number}" for number in range(8)]
    token = tokens.token()

    def one(name: str) -> None:
        call(function, id_token=token, role_arn=tokens.role_arn, profile_name=name, session_name=name)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, names))
    assert [who_is(tokens, by_profile(name)) for name in names] == [arn(tokens, name) for name in names]


def test_a_real_playbook(play: Play, tokens: TokenWorld, file: Path, tmp_path: Path) -> None:
    """The path may be written with a tilde; HOME is the test's."""
    task = {
        "qbusiness.federation.federation_session": {
            "id_token": tokens.token(),
            "role_arn": tokens.role_arn,
            "env_file": "~/assistant.env",
            "profile_name": "assistant",
            "credentials_file": "~/keys",
        }
    }
    played = play([task, task], "--diff", "-vvv")
    assert [result["changed"] for result in played.results] == [True, True]
    text = (tmp_path / "assistant.env").read_text(encoding="utf-8")
    secrets = [line.split("=", 1)[1].strip("'") for line in text.splitlines() if "SECRET" in line or "TOKEN" in line]
    assert len(secrets) == 2
    assert not [secret for secret in secrets if secret in played.text]
    assert mode(tmp_path / "keys") == 0o600
