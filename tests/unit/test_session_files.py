# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Editing of credentials files and writing of private files. configparser, botocore and a shell are the witnesses."""

from __future__ import annotations

import configparser
import os
import stat
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import botocore.configloader
import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils import session_files
from ansible_collections.qbusiness.federation.plugins.module_utils.session_files import FileError, SessionKeys

KEYS = SessionKeys("ASIAEXAMPLE", "secret/with+signs=", "token==", "2026-01-31T13:00:00+00:00", "us-east-1")
WRITTEN = {
    "aws_access_key_id": "ASIAEXAMPLE",
    "aws_secret_access_key": "secret/with+signs=",
    "aws_session_token": "token==",
    "x_security_token_expires": "2026-01-31T13:00:00+00:00",
    "region": "us-east-1",
}
PATH = "~/.aws/credentials"


def read(text: str) -> dict[str, dict[str, str]]:
    """The witness: configparser, set up as botocore does."""
    parser = configparser.RawConfigParser()
    parser.read_string(text)
    return {name: dict(parser.items(name)) for name in parser.sections()}


def edited(text: str, name: str = "assistant", **options: Any) -> str:
    return session_files.with_profile(text, PATH, name, options.pop("keys", KEYS), **options)


def without(text: str, *names: str) -> list[str]:
    """The lines of a text but those of some options."""
    return [line for line in text.splitlines() if not line.startswith(names)]


OLD = """# my accounts

[default]
aws_access_key_id = AKIAEXAMPLE
# keep this one secret
aws_secret_access_key=abc

[assistant]
; made by a tool
AWS_ACCESS_KEY_ID : ASIAOLD
aws_secret_access_key = old
aws_session_token = old
 continued
aws_security_token = older
output = json
# the end of it
s3 =
    addressing_style = path

[other profile]
credential_process = /bin/true
"""


def test_a_new_file() -> None:
    text = edited("")
    assert read(text) == {"assistant": WRITTEN}
    assert text.startswith("[assistant]\n")


@pytest.mark.parametrize(
    "text", ["[default]\nregion = x\n", "[default]\nregion = x", "[default]\n\n", "# only a comment"]
)
def test_a_new_profile_at_the_end(text: str) -> None:
    after = edited(text)
    assert after.startswith(text)
    assert read(after) == {**read(text), "assistant": WRITTEN}


def test_only_the_keys_of_the_profile_change() -> None:
    after = edited(OLD)
    assert read(after) == {
        **read(OLD),
        "assistant": {"output": "json", "s3": "\naddressing_style = path", **WRITTEN},
    }
    managed = ("aws_", "AWS_", " continued", "x_security", "region")
    assert without(after, *managed) == without(OLD, *managed)
    # where the keys were, after the comment that was before them
    lines = after.splitlines()
    assert lines[lines.index("[assistant]") + 1 : lines.index("[assistant]") + 3] == [
        "; made by a tool",
        "aws_access_key_id = ASIAEXAMPLE",
    ]
    assert edited(after) == after


def test_the_last_profile_without_an_end_of_line() -> None:
    assert read(edited("[a]\nx = 1\n[assistant]")) == {"a": {"x": "1"}, "assistant": WRITTEN}
    assert read(edited("[assistant]\noutput = json"))["assistant"] == {"output": "json", **WRITTEN}
    assert read(edited("[assistant]\noutput = json\naws_session_token = x\naws_access_key_id = y"))["assistant"] == {
        "output": "json",
        **WRITTEN,
    }


def test_lines_of_windows_stay() -> None:
    text = OLD.replace("\n", "\r\n")
    after = edited(text)
    assert after.count("\n") == after.count("\r\n")
    assert read(after) == read(edited(OLD))


def test_no_region_leaves_the_region() -> None:
    nowhere = SessionKeys("ASIA", "s", "t", "2026-01-31T13:00:00+00:00")
    text = "[assistant]\nregion = eu-west-1\n"
    assert read(edited(text, keys=nowhere))["assistant"]["region"] == "eu-west-1"
    assert "region" not in read(edited("", keys=nowhere))["assistant"]


def test_values_of_every_profile_stay() -> None:
    text = "[DEFAULT]\noutput = json\n[a]\nx = 1\n"
    assert read(edited(text)) == {"a": {"x": "1", "output": "json"}, "assistant": {"output": "json", **WRITTEN}}


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("aws_access_key_id = AKIAEXAMPLE\naws_secret_access_key = abc", "keys without an end"),
        ("role_arn = arn:aws:iam::123456789012:role/x\nsource_profile = default", "role_arn, source_profile"),
        ("credential_process = /bin/true", "credential_process"),
        ("sso_session = work", "sso_session"),
    ],
)
def test_a_profile_of_somebody_else(body: str, says: str) -> None:
    text = f"[assistant]\noutput = json\n{body}\n"
    with pytest.raises(FileError, match=says) as caught:
        edited(text)
    assert "AKIAEXAMPLE" not in caught.value.message
    assert read(edited(text, force=True)) == {"assistant": {"output": "json", **WRITTEN}}
    assert "AKIAEXAMPLE" not in edited(text, force=True)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("aws_secret_access_key = canary\n[a]\n", "line 1"),
        ("[a]\nx = 1\ncanary\n", "line 3"),
        ("[a]\nx = 1\n[a]\ny = canary\n", "line 3"),
        ("[a]\nx = canary\nx = 2\n", "line 3"),
    ],
)
def test_a_file_that_the_sdks_cannot_read(text: str, line: str) -> None:
    """The message shows nothing of it."""
    with pytest.raises(FileError, match=line) as caught:
        edited(text)
    assert "canary" not in caught.value.message
    assert caught.value.__cause__ is None and caught.value.__suppress_context__


@pytest.mark.parametrize(
    "text",
    [
        "  [assistant]\n  aws_access_key_id = a\n  aws_session_token = b\n",
        "[assistant]\naws_session_token = a\n\n  b\noutput = json\n",
        "[DEFAULT]\naws_security_token = a\n",
    ],
    ids=["indented", "blank line in a value", "a token for every profile"],
)
def test_what_cannot_be_edited_is_refused(text: str) -> None:
    """Rather no file than one in which something else is lost."""
    with pytest.raises(FileError, match="does not edit"):
        edited(text)


def test_botocore_reads_it(tmp_path: Path) -> None:
    file = tmp_path / "credentials"
    session_files.write_private(str(file), edited(OLD))
    found = botocore.configloader.load_config(str(file))["profiles"]
    assert "assistant" not in found  # a credentials file names profiles plainly, a config file with "profile"
    raw = botocore.configloader.raw_config_parse(str(file))
    assert raw["assistant"] == {"output": "json", "s3": {"addressing_style": "path"}, **WRITTEN}
    assert set(raw) == {"default", "assistant", "other profile"}


def test_a_shell_reads_it(tmp_path: Path) -> None:
    odd = SessionKeys("ASIA", "a'b\"c$(touch canary)`x`\\", "t k;&|\n#", "2026-01-31T13:00:00+00:00", "us-east-1")
    file = tmp_path / "env"
    session_files.write_private(str(file), session_files.shell_text(odd))
    run = subprocess.run(
        ["sh", "-c", f". {file}; env -0"],
        capture_output=True,
        check=True,
        env={"PATH": os.environ["PATH"]},
        cwd=tmp_path,
    )
    found = dict(item.split("=", 1) for item in run.stdout.decode().split("\0") if "=" in item)
    assert found["AWS_ACCESS_KEY_ID"] == "ASIA"
    assert found["AWS_SECRET_ACCESS_KEY"] == odd.secret_access_key
    assert found["AWS_SESSION_TOKEN"] == odd.session_token
    assert found["AWS_CREDENTIAL_EXPIRATION"] == odd.expiration
    assert found["AWS_REGION"] == found["AWS_DEFAULT_REGION"] == "us-east-1"
    assert not (tmp_path / "canary").exists()


def test_an_env_file_of_somebody_else(tmp_path: Path) -> None:
    file = tmp_path / "profile"
    session_files.check_shell_file(str(file), force=False)
    file.write_text("export PATH=/bin\n", encoding="utf-8")
    with pytest.raises(FileError, match="was not written by this module"):
        session_files.check_shell_file(str(file), force=False)
    session_files.check_shell_file(str(file), force=True)
    file.write_text(session_files.shell_text(KEYS), encoding="utf-8")
    session_files.check_shell_file(str(file), force=False)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_private_from_the_first_byte(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Seen while the text is being written, with the most open umask, over a file that everybody could read."""
    file = tmp_path / "credentials"
    file.write_text("old", encoding="utf-8")
    file.chmod(0o644)
    seen: list[tuple[int, str]] = []

    def fsync(descriptor: int) -> None:
        others = [path for path in tmp_path.iterdir() if path != file]
        seen.append((stat.S_IMODE(os.fstat(descriptor).st_mode), file.read_text(encoding="utf-8")))
        assert [mode(path) for path in others] == [0o600]

    monkeypatch.setattr(os, "fsync", fsync)
    before = os.umask(0)
    try:
        session_files.write_private(str(file), "new")
    finally:
        os.umask(before)
    assert seen == [(0o600, "old")]
    assert (file.read_text(encoding="utf-8"), mode(file)) == ("new", 0o600)
    assert session_files.is_private(str(file))
    assert list(tmp_path.iterdir()) == [file]


def test_who_made_the_file_first_gets_no_credentials(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Root writes for the owner of a home, and not for whoever was quicker in a folder for everybody."""
    file = tmp_path / "assistant.env"
    file.touch()
    owner = os.geteuid()
    monkeypatch.setattr(os, "geteuid", lambda: owner + 1)
    tmp_path.chmod(0o1777)
    with pytest.raises(FileError, match=f"belongs to the user with the id {owner}, in a folder where others may write"):
        session_files.write_private(str(file), "secret")
    assert [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()] == [""]
    tmp_path.chmod(0o755)
    session_files.write_private(str(file), "theirs")
    assert (file.read_text(encoding="utf-8"), file.stat().st_uid, mode(file)) == ("theirs", owner, 0o600)


def test_a_failure_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "credentials"
    file.write_text("old", encoding="utf-8")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="No space left"):
        session_files.write_private(str(file), "new")
    assert file.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [file]


def test_links_are_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "real" / "credentials")
    session_files.write_private(str(link), "text")
    assert link.is_symlink()
    assert (tmp_path / "real" / "credentials").read_text(encoding="utf-8") == "text"


def test_what_cannot_be_read(tmp_path: Path) -> None:
    assert session_files.read(str(tmp_path / "none")) == ""
    with pytest.raises(FileError, match="cannot be read"):
        session_files.read(str(tmp_path))
    (tmp_path / "latin").write_bytes(b"\xff\xfe\xe9")
    with pytest.raises(FileError, match="no UTF-8"):
        session_files.read(str(tmp_path / "latin"))


def test_many_at_the_same_time(tmp_path: Path) -> None:
    """Each adds a profile; nobody's is lost, and nothing is left in the folder."""
    file = tmp_path / "new" / "credentials"

    def add(number: int) -> None:
        with session_files.locked(str(file)):
            before = session_files.read(str(file))
            session_files.write_private(str(file), edited(before, f"person{number}"))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(24)))
    assert set(read(file.read_text(encoding="utf-8"))) == {f"person{number}" for number in range(24)}
    assert list(file.parent.iterdir()) == [file]
    assert mode(file.parent) == 0o700
