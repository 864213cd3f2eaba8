# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What OpenID Connect remembers: codes, tokens, consents, proofs that were used."""

from __future__ import annotations

from dataclasses import dataclass, field

#: Seconds a code is good for (documented).
CODE_LIFE = 300


@dataclass
class Code:
    """An authorization code: spent once, for one client, redirect URI, server and PKCE challenge."""

    client: str
    server: str
    user: str
    redirect_uri: str
    scopes: tuple[str, ...]
    nonce: str
    challenge: str
    authenticated: float
    expires: float
    spent: bool = False
    #: The access tokens and the refresh family that came of it: they end when the code is used again.
    issued: list[str] = field(default_factory=list)
    family: str = ""


@dataclass
class Refresh:
    """A refresh token. ``family``: what all tokens that rotated out of one another share."""

    client: str
    server: str
    user: str
    scopes: tuple[str, ...]
    authenticated: float
    created: float
    #: Seconds since the epoch; 0: never.
    expires: float
    #: Seconds that it may lie unused, and when it was used last.
    idle: float
    used: float
    family: str
    #: Thumbprint of the key that it is bound to by DPoP.
    thumbprint: str = ""
    #: When another one took its place; 0: not yet.
    replaced: float = 0.0


@dataclass
class Access:
    """An access token, known by its ``jti``."""

    client: str
    server: str
    user: str
    scopes: tuple[str, ...]
    created: float
    expires: float
    family: str = ""
    thumbprint: str = ""
    revoked: bool = False


@dataclass
class OidcState:
    codes: dict[str, Code] = field(default_factory=dict)
    refresh: dict[str, Refresh] = field(default_factory=dict)
    access: dict[str, Access] = field(default_factory=dict)
    #: ``(client, jti)`` of client assertions that were seen.
    assertions: set[tuple[str, str]] = field(default_factory=set)
    #: ``(thumbprint, jti)`` of DPoP proofs that were seen.
    proofs: set[tuple[str, str]] = field(default_factory=set)
    #: DPoP nonces and when they were made, the newest last.
    nonces: list[tuple[str, float]] = field(default_factory=list)
    #: ``(client, user, scope)``.
    consents: set[tuple[str, str, str]] = field(default_factory=set)

    def end_family(self, family: str) -> None:
        """Refuse every refresh token and access token of a family from now on."""
        if not family:
            return
        self.refresh = {value: token for value, token in self.refresh.items() if token.family != family}
        for access in self.access.values():
            access.revoked = access.revoked or access.family == family
