# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Temporary credentials for a person who has signed in: taken at STS, and kept in files where that is asked for."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .. import model, session_files
from ..cause_rows.aws import STS
from ..errors import InputError
from ..host import Context
from ..placeholder import is_placeholder
from ..session_files import SessionKeys
from . import arns, id_token
from .policies import compact
from .session import RoleSession, assume_with_saml, assume_with_web_identity

OPTIONS: dict[str, Any] = {
    "id_token": {"type": "str", "no_log": True},
    "saml_response": {"type": "str", "no_log": True},
    "provider_arn": {"type": "str"},
    "role_arn": {"type": "str", "required": True},
    "session_name": {"type": "str"},
    "duration_seconds": {"type": "int"},
    "policy": {"type": "dict"},
    "profile_name": {"type": "str"},
    "credentials_file": {"type": "path"},
    "env_file": {"type": "path"},
    "force": {"type": "bool", "default": False},
    "return_credentials": {"type": "bool", "default": False},
    "wait_timeout": {"type": "int", "default": 30},
}
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/\S+")
#: What a section's name may be without quotes and without a doubt.
_PROFILE = re.compile(r"[\w.@:/+=,-]{1,128}", re.ASCII)


class Order:
    """What a task asks for, with what was not given left out."""

    def __init__(self, context: Context) -> None:
        given = context.parameters
        self.context = context
        self.id_token = str(given.get("id_token") or "")
        self.saml_response = str(given.get("saml_response") or "")
        self.provider_arn = str(given.get("provider_arn") or "")
        self.role_arn = str(given["role_arn"])
        self.session_name = str(given.get("session_name") or "")
        self.duration: int | None = given.get("duration_seconds")
        self.policy: dict[str, Any] | None = given.get("policy")
        self.patience = float(given.get("wait_timeout") or 0)
        self.profile = str(given.get("profile_name") or "")
        named = str(given.get("credentials_file") or "")
        self.file_without_profile = bool(named) and not self.profile
        shared = os.environ.get(session_files.SHARED_FILE_VARIABLE) or session_files.SHARED_FILE
        self.credentials_file = (named or str(Path(shared).expanduser())) if self.profile else ""
        self.env_file = str(given.get("env_file") or "")
        self.force = bool(given.get("force"))

    @property
    def writes(self) -> bool:
        return bool(self.profile or self.env_file)

    @property
    def claims(self) -> Mapping[str, Any]:
        """What the ID token says; nothing of one that check mode could not know.

        :raises LayerError: it is none
        """
        planned = not self.id_token or is_placeholder(self.id_token)
        return {} if planned else id_token.claims(self.id_token)

    # -- checking --

    def check(self) -> None:
        """:raises InputError: naming every fault"""
        found = [*self._source_faults(), *self._role_faults(), *self._file_faults()]
        if found:
            raise InputError(found)

    def _source_faults(self) -> Iterator[str]:
        if self.id_token and self.saml_response:
            yield "id_token, saml_response: only one of them can open the session"
        elif not (self.id_token or self.saml_response) and not self.context.check_mode:
            yield "id_token, saml_response: one of them is needed; it says who the person is"
        if self.saml_response and not self.provider_arn:
            yield "provider_arn: is required with saml_response; it is the ARN of the SAML provider in IAM"
        if self.saml_response and self.session_name:
            yield "session_name: goes with id_token; with saml_response the assertion's RoleSessionName is the name"
        provider = arns.provider(self.provider_arn) if self.provider_arn else None
        if self.provider_arn and provider is None:
            yield (
                f"provider_arn: {self.provider_arn!r} is not of the form arn:aws:iam::123456789012:saml-provider/NAME, "
                "or …:oidc-provider/ISSUER"
            )
        elif provider and self.saml_response and provider.kind != "saml-provider":
            yield f"provider_arn: {self.provider_arn!r} is no saml-provider, which saml_response needs"
        elif provider and self.id_token and not self.saml_response:
            issuer = str(self.claims.get("iss") or "")
            if provider.kind != "oidc-provider" or (issuer and issuer.removeprefix("https://") != provider.name):
                yield f"provider_arn: {self.provider_arn!r} is not the provider of the token's issuer {issuer}"

    def _role_faults(self) -> Iterator[str]:
        if not _ROLE.fullmatch(self.role_arn):
            yield f"role_arn: {self.role_arn!r} is not of the form arn:aws:iam::123456789012:role/NAME"
        members = self.context.aws.unsigned().input_shape(STS, "AssumeRoleWithWebIdentity").members
        if self.session_name:
            found = list(model.faults(members["RoleSessionName"], self.session_name, "session_name"))
            yield from found
            # The model's pattern is the same, but for letters of other alphabets.
            if not found and not re.fullmatch(r"[\w+=,.@-]*", self.session_name, re.ASCII):
                yield f"session_name: {self.session_name!r} may hold only letters, digits and +=,.@-_"
        if self.duration is not None:
            yield from model.faults(members["DurationSeconds"], self.duration, "duration_seconds")
        if self.policy is not None:
            yield from model.faults(members["Policy"], compact(self.policy), "policy")
        if self.patience < 0:
            yield "wait_timeout: is below 0"

    def _file_faults(self) -> Iterator[str]:
        if self.file_without_profile:
            yield "profile_name: is required with credentials_file"
        if self.profile and not _PROFILE.fullmatch(self.profile):
            yield f"profile_name: {self.profile!r} may hold only letters, digits and _.@:/+=,-, 128 at most"
        if self.env_file and self.env_file == self.credentials_file:
            yield "env_file: is the same file as credentials_file"

    def check_files(self) -> None:
        """Look at the files before a session is opened in vain.

        :raises FileError: one of them is not to be written over, or cannot be read
        """
        if self.profile:
            there = session_files.profiles(session_files.read(self.credentials_file), self.credentials_file)
            session_files.check_profile(there, self.credentials_file, self.profile, force=self.force)
        if self.env_file:
            session_files.check_shell_file(self.env_file, force=self.force)

    # -- doing --

    def open(self, secrets: set[str]) -> RoleSession:
        """:raises LayerError: STS refuses"""
        aws = self.context.aws
        if self.saml_response:
            return assume_with_saml(
                aws,
                self.role_arn,
                self.provider_arn,
                self.saml_response,
                secrets,
                duration_seconds=self.duration,
                policy=self.policy,
                patience=self.patience,
            )
        return assume_with_web_identity(
            aws,
            self.role_arn,
            self.id_token,
            secrets,
            session_name=self.session_name,
            duration_seconds=self.duration,
            policy=self.policy,
            patience=self.patience,
        )

    def region(self) -> str:
        """The region of the task, from its options, the environment or the SDK's configuration; ``""`` for none."""
        found = str(self.context.aws.unsigned().client(STS).meta.region_name or "")
        # What botocore says where it knows no region.
        return "" if found == "aws-global" else found

    def keep(self, keys: SessionKeys) -> bool:
        """Write the files; whether any of them is another than before.

        :raises FileError: one cannot be written
        """
        changed = False
        if self.profile:
            path = self.credentials_file
            with session_files.locked(path):
                before = session_files.read(path)
                after = session_files.with_profile(before, path, self.profile, keys, force=self.force)
                changed |= _put(path, before, after)
        if self.env_file:
            with session_files.locked(self.env_file):
                session_files.check_shell_file(self.env_file, force=self.force)
                changed |= _put(self.env_file, session_files.read(self.env_file), session_files.shell_text(keys))
        return changed


def _put(path: str, before: str, after: str) -> bool:
    if before == after and session_files.is_private(path):
        return False
    session_files.write_private(path, after)
    return True


def open_session(context: Context) -> dict[str, Any]:
    """What the module ``federation_session`` does.

    :raises FederationError: see :mod:`..errors`
    """
    order = Order(context)
    order.check()
    order.check_files()
    if order.id_token and order.claims and not id_token.email_tag(order.claims):
        context.warn(
            "The ID token has no session tag Email (claim https://aws.amazon.com/tags). STS may take it, but Amazon Q "
            "Business knows a person by that tag."
        )
    if context.check_mode:
        context.warn("Check mode: only the options and the files were checked. No session was opened.")
        return {"changed": order.writes, "session": None, **_places(order)}
    learnt: set[str] = set()
    try:
        session = order.open(learnt)
    finally:
        context.secrets |= learnt
    keys = _keys(session, order.region())
    answer: dict[str, Any] = {
        "changed": order.keep(keys),
        "session": {**session.evidence(), "session_name": session.arn.rpartition("/")[2], "region": keys.region},
        **_places(order),
    }
    if context.parameters.get("return_credentials"):
        # What was asked for must not be censored in the answer; what opened the session still is.
        context.secrets -= {keys.access_key_id, keys.secret_access_key, keys.session_token}
        answer["credentials"] = {
            "access_key_id": keys.access_key_id,
            "secret_access_key": keys.secret_access_key,
            "session_token": keys.session_token,
            "expiration": keys.expiration,
        }
    return answer


def _keys(session: RoleSession, region: str) -> SessionKeys:
    found = session.credentials
    return SessionKeys(
        access_key_id=str(found["AccessKeyId"]),
        secret_access_key=str(found["SecretAccessKey"]),
        session_token=str(found["SessionToken"]),
        expiration=session.expires,
        region=region,
    )


def _places(order: Order) -> dict[str, Any]:
    """Where the credentials are, or would be."""
    places: dict[str, Any] = {}
    if order.profile:
        places |= {"profile_name": order.profile, "credentials_file": order.credentials_file}
    if order.env_file:
        places["env_file"] = order.env_file
    return places
