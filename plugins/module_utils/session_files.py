# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Temporary credentials in files: a profile for the AWS CLI and SDKs, or variables for a shell. Mode 0600 always.

``configparser``, which the SDKs read these files with, loses comments and order when it writes. The libraries that keep
them (configupdater, configobj) are not on the hosts where modules run, and botocore has only a reader. So the lines of
the one profile are edited here, and ``configparser`` is the judge of it: what it reads of every other profile must be
the same as before.
Format: https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
"""

from __future__ import annotations

import configparser
import contextlib
import fcntl
import os
import re
import shlex
import stat
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .errors import FederationError

#: The file that the SDKs read unless they are told another: its variable, and its place.
SHARED_FILE_VARIABLE = "AWS_SHARED_CREDENTIALS_FILE"
SHARED_FILE = "~/.aws/credentials"
#: The first words of an env file of ours; a file without them is somebody else's.
MARK = "# Temporary AWS credentials of federation_session"
#: Members of a profile that hold its keys. ``aws_security_token`` is the older name of the session token, which
#: botocore reads first (``botocore.credentials.SharedCredentialProvider``).
KEYS = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_security_token")
#: When the session ends, as several sign-in tools write it; no SDK reads it.
EXPIRES = "x_security_token_expires"
#: Other ways by which a profile may get its keys, which would go before the ones written, or be lost with them.
OTHER_WAYS = (
    "role_arn",
    "source_profile",
    "credential_source",
    "credential_process",
    "web_identity_token_file",
    "login_session",
    "sso_session",
    "sso_start_url",
    "sso_account_id",
    "sso_role_name",
)
_HEADER = re.compile(r"\[(.+)\]")
_OPTION = re.compile(r"([^=:\s][^=:]*?)\s*(?:[=:]|$)")


class FileError(FederationError):
    """A file cannot be read, edited or written. No content is in the message."""


@dataclass(frozen=True)
class SessionKeys:
    """Temporary credentials as files hold them."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    #: ISO 8601 with its zone.
    expiration: str
    #: ``""`` where it is not known; then none is written.
    region: str = ""


Profiles = dict[str, dict[str, str]]


def profiles(text: str, path: str) -> Profiles:
    """What the SDKs read of a credentials file.

    :raises FileError: they could not; the message names the line, and nothing of it
    """
    return _parsed(text, path)[0]


def _parsed(text: str, path: str) -> tuple[Profiles, dict[str, str]]:
    """The profiles, and the members that every profile has. As ``botocore.configloader`` reads the file."""
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text)
    except configparser.Error as error:
        # The error's own text shows lines of the file. Its line number, where it has one, is enough.
        number = getattr(error, "lineno", None) or next((line for line, _text in getattr(error, "errors", [])), None)
        where = f"line {number}" if number else "a line"
        raise FileError(
            f"{path} is no credentials file that the AWS SDKs can read: {where} is wrong ({type(error).__name__}). "
            "Nothing was written."
        ) from None
    return {name: dict(parser.items(name)) for name in parser.sections()}, dict(parser.defaults())


def refusal(profile: Mapping[str, str]) -> str:
    """Why a profile that is there should not be written over, as an end of a sentence; ``""`` when it may be."""
    others = [name for name in OTHER_WAYS if name in profile]
    if others:
        return f"gets its keys in another way ({', '.join(others)})"
    if "aws_access_key_id" in profile and not any(name in profile for name in KEYS[2:]):
        return "holds keys without an end, which would be lost"
    return ""


def with_profile(text: str, path: str, name: str, keys: SessionKeys, *, force: bool = False) -> str:
    """A credentials file with these keys in one profile; everything else in it stays as it is.

    :param force: whether a profile with other keys is written over
    :raises FileError: it cannot be read, or the profile is not to be written over
    """
    before, everywhere = _parsed(text, path)
    check_profile(before, path, name, force=force)
    values = {
        "aws_access_key_id": keys.access_key_id,
        "aws_secret_access_key": keys.secret_access_key,
        "aws_session_token": keys.session_token,
        EXPIRES: keys.expiration,
        **({"region": keys.region} if keys.region else {}),
    }
    gone = {*KEYS, *values, *OTHER_WAYS}
    edited = _edited(text, name, values, gone)
    kept = {option: value for option, value in before.get(name, everywhere).items() if option not in gone}
    try:
        unharmed = profiles(edited, path) == {**before, name: {**kept, **values}}
    except FileError:
        unharmed = False
    if not unharmed:
        raise FileError(
            f"{path} is written in a way that this module does not edit. Nothing was written; give another "
            "credentials_file."
        )
    return edited


def check_profile(there: Profiles, path: str, name: str, *, force: bool) -> None:
    """:raises FileError: the profile is not to be written over"""
    reason = refusal(there.get(name, {}))
    if reason and not force:
        raise FileError(
            f"The profile {name} of {path} {reason}. It is not written over; give another profile_name, or force=true."
        )


def _edited(text: str, name: str, values: Mapping[str, str], gone: set[str]) -> str:
    """The text with ``values`` in a section, without its other ``gone`` options."""
    newline = "\r\n" if "\r\n" in text else "\n"
    fresh = [f"{option} = {value}{newline}" for option, value in values.items()]
    lines = re.findall(r"[^\n]*\n|[^\n]+", text)
    headers = [number for number, line in enumerate(lines) if _header(line) is not None]
    start = next((number for number in headers if _header(lines[number]) == name), None)
    if start is None:
        if lines and not lines[-1].endswith("\n"):
            lines[-1] += newline
        gap = [newline] if lines and lines[-1].strip() else []
        return "".join([*lines, *gap, f"[{name}]{newline}", *fresh])
    end = next((number for number in headers if number > start), len(lines))
    body, place = _without(lines[start + 1 : end], gone)
    if not lines[start].endswith("\n"):
        lines[start] += newline
    if body[:place] and not body[place - 1].endswith("\n"):
        body[place - 1] += newline
    return "".join([*lines[: start + 1], *body[:place], *fresh, *body[place:], *lines[end:]])


def _header(line: str) -> str | None:
    match = _HEADER.match(line) if line[:1] == "[" else None
    return match[1] if match else None


def _without(lines: list[str], gone: set[str]) -> tuple[list[str], int]:
    """The lines of a section without some options and what continues them, and where the first of these was."""
    kept: list[str] = []
    place = 0
    dropping = False
    for line in lines:
        plain = line.strip()
        if dropping and plain and line[0].isspace():
            continue
        dropping = False
        match = _OPTION.match(plain) if plain and plain[0] not in "#;" and not line[0].isspace() else None
        if match and match[1].lower() in gone:
            place = place or len(kept) + 1
            dropping = True
        else:
            kept.append(line)
    return kept, max(place - 1, 0)


def shell_text(keys: SessionKeys) -> str:
    """The lines that give a POSIX shell these credentials. ``AWS_CREDENTIAL_EXPIRATION`` is read by the SDKs too."""
    variables = {
        "AWS_ACCESS_KEY_ID": keys.access_key_id,
        "AWS_SECRET_ACCESS_KEY": keys.secret_access_key,
        "AWS_SESSION_TOKEN": keys.session_token,
        "AWS_CREDENTIAL_EXPIRATION": keys.expiration,
    }
    if keys.region:
        variables |= {"AWS_REGION": keys.region, "AWS_DEFAULT_REGION": keys.region}
    lines = [f"{MARK}, until {keys.expiration}."]
    lines += [f"export {name}={shlex.quote(value)}" for name, value in variables.items()]
    return "\n".join(lines) + "\n"


def check_shell_file(path: str, *, force: bool) -> None:
    """:raises FileError: there is a file of somebody else's"""
    text = read(path)
    if text.strip() and not text.startswith(MARK) and not force:
        raise FileError(
            f"{path} is there and was not written by this module. It is not written over; give another env_file, or "
            "force=true."
        )


# -- files -------------------------------------------------------------------------------------------------------------


def read(path: str) -> str:
    """The text of a file; ``""`` when there is none.

    :raises FileError: it cannot be read as text
    """
    try:
        with Path(path).open(encoding="utf-8", newline="") as file:
            return file.read()
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"{path} cannot be read: {_reason(error)}.") from None


@contextlib.contextmanager
def locked(path: str) -> Iterator[None]:
    """Keep other runs from the file until the block ends, so that none writes over what another has just written.

    The lock is on the folder, which is made (0700) when it is not there: nothing is left behind.

    :raises FileError: the folder cannot be made or opened
    """
    folder = Path(path).resolve().parent
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError as error:
        raise FileError(f"The folder {folder} cannot be used: {_reason(error)}.") from None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def write_private(path: str, text: str) -> None:
    """Put a text into a file at once and whole; nobody but its owner may read it at any moment.

    A link is followed. An owner who is there stays, where the folder is that owner's alone, too; in a folder for
    everybody anybody could have made the file, to read what root writes.

    :raises FileError: it cannot be written, or is another's; what was there before is still there
    """
    target = Path(path).resolve()
    temporary: Path | None = None
    try:
        _refuse_stranger(path, target)
        # mkstemp makes it with mode 0600
        descriptor, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        temporary = Path(name)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            with contextlib.suppress(FileNotFoundError):
                there = target.stat()
                if (there.st_uid, there.st_gid) != (os.geteuid(), os.getegid()):
                    os.fchown(file.fileno(), there.st_uid, there.st_gid)
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except OSError as error:
        if temporary:
            temporary.unlink(missing_ok=True)
        raise FileError(f"{path} cannot be written: {_reason(error)}.") from None


def _refuse_stranger(path: str, target: Path) -> None:
    """:raises FileError: the file is another's, and not in a folder of that owner alone"""
    if not target.exists():
        return
    owner, folder = target.stat().st_uid, target.parent.stat()
    if owner != os.geteuid() and (folder.st_uid != owner or stat.S_IMODE(folder.st_mode) & 0o022):
        raise FileError(
            f"{path} belongs to the user with the id {owner}, in a folder where others may write too. Credentials are "
            "not given to who made it first; take it away, or give another place."
        )


def is_private(path: str) -> bool:
    """Whether the file is there and nobody but its owner may use it."""
    try:
        return stat.S_IMODE(Path(path).stat().st_mode) == 0o600
    except OSError:
        return False


def _reason(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or type(error).__name__) if isinstance(error, OSError) else "it is no UTF-8 text"
