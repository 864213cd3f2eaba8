# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The signing keys of an authorization server: ACTIVE, NEXT and EXPIRED, rotated by itself or by hand.

Source: Okta's Authorization Server Keys API reference. The order is NEXT → ACTIVE → EXPIRED; one expired key is kept.
"""

from __future__ import annotations

from qbusiness_sandbox.okta.keys import SigningKey
from qbusiness_sandbox.okta.org import Org
from qbusiness_sandbox.okta.state import AuthorizationServer
from qbusiness_sandbox.okta.values import Json

#: Seconds between two automatic rotations (recorded: 90 days).
ROTATION = 90 * 86400


def rotate(org: Org, server: AuthorizationServer) -> None:
    """The next key becomes the active one, the active one expires."""
    server.expired_key = server.key
    server.key = server.next_key or SigningKey(org.now)
    server.key.created = org.now
    server.next_key = SigningKey(org.now)
    if not server.id:
        org.state.keys[server.key.kid] = server.key


def active(org: Org, server: AuthorizationServer) -> SigningKey:
    """The key that signs now. A server whose ``rotationMode`` is AUTO rotates by itself when its time has come."""
    if server.body["rotationMode"] == "AUTO" and org.now >= server.key.created + ROTATION:
        rotate(org, server)
    return server.key


def all_keys(org: Org, server: AuthorizationServer) -> list[tuple[str, SigningKey]]:
    """Status and key, the active one first. A NEXT key that was not needed yet is not there (documented)."""
    found = [("ACTIVE", active(org, server))]
    found += [("NEXT", server.next_key)] if server.next_key else []
    found += [("EXPIRED", server.expired_key)] if server.expired_key else []
    return found


def public(key: SigningKey) -> Json:
    """As the JWKS has it."""
    jwk = key.jwk(key.created)
    return {"kty": "RSA", "alg": "RS256", "kid": key.kid, "use": "sig", "e": jwk["e"], "n": jwk["n"]}
