# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The access keys that the account knows: the administrator's and those of open sessions."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from qbusiness_sandbox.aws.principal import ADMINISTRATOR, SESSION, Principal
from qbusiness_sandbox.cloud import Cloud

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"


def unique_id(prefix: str) -> str:
    """An id as IAM makes them: a four-letter kind and 16 letters or digits (``AROA…``, ``ASIA…``)."""
    return prefix + "".join(secrets.choice(_ALPHABET) for _unused in range(16))


@dataclass(frozen=True)
class Credential:
    """One access key with its owner. ``expires``: seconds since the epoch, 0 for never. ``session_policies``: inline
    documents and managed policies' documents that narrow the session; None when none were passed."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    principal: Principal
    expires: float = 0.0
    session_policies: Sequence[str] | None = None
    context: Mapping[str, Any] = field(default_factory=dict)

    def token_matches(self, token: str) -> bool:
        return hmac.compare_digest(self.session_token.encode(), token.encode())


class Credentials:
    """All of them, by access key id."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._sessions: dict[str, Credential] = {}
        # The role session name as an IAM user's name would be: the administrator is an ordinary IAM user.
        administrator = cloud.administrator
        self.administrator = Principal(
            arn=f"arn:aws:iam::{cloud.account_id}:user/administrator",
            account_id=cloud.account_id,
            access_key_id=administrator.access_key_id,
            kind=ADMINISTRATOR,
        )

    def reset(self) -> None:
        self._sessions.clear()

    def find(self, access_key_id: str) -> Credential | None:
        administrator = self._cloud.administrator
        if access_key_id == administrator.access_key_id:
            return Credential(access_key_id, administrator.secret_access_key, "", self.administrator)
        return self._sessions.get(access_key_id)

    def open_session(
        self,
        *,
        role_arn: str,
        session_name: str,
        seconds: int,
        tags: Mapping[str, str],
        provider: str = "",
        session_policies: Sequence[str] | None = None,
        context: Mapping[str, Any] | None = None,
    ) -> Credential:
        """Credentials of an assumed role that expire in ``seconds``."""
        role_name = role_arn.rpartition("/")[2]
        key = unique_id("ASIA")
        principal = Principal(
            arn=f"arn:aws:sts::{self._cloud.account_id}:assumed-role/{role_name}/{session_name}",
            account_id=self._cloud.account_id,
            access_key_id=key,
            kind=SESSION,
            role_arn=role_arn,
            session_name=session_name,
            tags=dict(tags),
            federated_provider=provider,
        )
        return self._keep(key, principal, seconds, session_policies, context or {})

    def open_token(self, principal: Principal, seconds: int) -> Credential:
        """Temporary credentials of the same identity (``GetSessionToken``)."""
        key = unique_id("ASIA")
        same = Principal(principal.arn, principal.account_id, key, principal.kind)
        return self._keep(key, same, seconds, None, {})

    def _keep(
        self,
        key: str,
        principal: Principal,
        seconds: int,
        session_policies: Sequence[str] | None,
        context: Mapping[str, Any],
    ) -> Credential:
        credential = Credential(
            key,
            secrets.token_urlsafe(30)[:40],
            "FwoGZXIvYXdzE" + secrets.token_urlsafe(150),
            principal,
            self._cloud.clock.now() + seconds,
            session_policies,
            context,
        )
        self._sessions[key] = credential
        return credential

    def open_sessions(self) -> list[Credential]:
        """The sessions that have not expired."""
        now = self._cloud.clock.now()
        return [credential for credential in self._sessions.values() if credential.expires > now]
