# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""DPoP proofs (RFC 9449), at the token endpoint with a nonce and at the management API with the token's hash.

Source: https://developer.okta.com/docs/guides/dpop/ and recorded answers (``use_dpop_nonce`` with the header
``dpop-nonce``, which also comes with a token). Nonces renew every 24 hours, old ones stay good for three days.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from urllib.parse import unquote

from qbusiness_sandbox.okta.oidc_checks import on
from qbusiness_sandbox.okta.oidc_errors import OAuthError
from qbusiness_sandbox.okta.oidc_jwt import BadJwt, taken_apart, thumbprint, verify
from qbusiness_sandbox.okta.oidc_servers import SIGNATURES
from qbusiness_sandbox.okta.org import Org
from qbusiness_sandbox.okta.routes import Call
from qbusiness_sandbox.okta.values import Json, as_object

DAY = 86400
#: Seconds that a proof may be old (the catalogue says five minutes).
OLDEST = 300


def nonce_of(org: Org) -> str:
    """The nonce that is given out now."""
    nonces = org.state.oidc.nonces
    if not nonces or org.now - nonces[-1][1] >= DAY:
        nonces.append((secrets.token_urlsafe(24), org.now))
    return nonces[-1][0]


def _check_nonce(org: Org, claims: Json) -> None:
    given = str(claims.get("nonce", ""))
    good = [value for value, made in org.state.oidc.nonces if org.now - made < 3 * DAY]
    if True not in [hmac.compare_digest(value.encode(), given.encode()) for value in good]:
        raise OAuthError("use_dpop_nonce", headers={"dpop-nonce": nonce_of(org)})


def _check_signed(header: Json, proof: str) -> str:
    """The thumbprint of the key that signed the proof."""
    if header.get("typ") != "dpop+jwt":
        raise OAuthError("invalid_dpop_proof_invalid_type")
    if header.get("alg") not in SIGNATURES:
        raise OAuthError("invalid_dpop_proof_invalid_signature_algorithm")
    key = as_object(header.get("jwk"))
    if not key or "d" in key:
        raise OAuthError("invalid_dpop_proof")
    try:
        verify(proof, key, SIGNATURES)
        return thumbprint(key)
    except BadJwt:
        raise OAuthError("invalid_dpop_proof_invalid_signature") from None


def _check_claims(call: Call, claims: Json, print_of_key: str) -> None:
    org = call.org
    if claims.get("htm") != call.request.method:
        raise OAuthError("invalid_dpop_proof_invalid_htm")
    address = str(claims.get("htu", "")).partition("?")[0]
    # The target as it was sent, or its escapes taken back (guess: real servers normalise, RFC 9449, 4.3).
    target = call.base + str(call.request.environ.get("REQUEST_URI") or call.request.path).partition("?")[0]
    if unquote(address) != unquote(target) and on(org, "oidc_dpop_url"):
        raise OAuthError("invalid_dpop_proof_invalid_htu")
    issued = claims.get("iat")
    if isinstance(issued, bool) or not isinstance(issued, int | float):
        raise OAuthError("invalid_dpop_proof_invalid_iat")
    if issued > org.now + OLDEST:
        raise OAuthError("invalid_dpop_proof_jwt_issued_in_future")
    if issued < org.now - OLDEST:
        raise OAuthError("invalid_dpop_proof_jwt_too_old")
    jti = claims.get("jti")
    if not isinstance(jti, str) or not jti:
        raise OAuthError("invalid_dpop_proof_invalid_jti")
    if (print_of_key, jti) in org.state.oidc.proofs and on(org, "oidc_dpop_once"):
        raise OAuthError("dpop_proof_already_used")


def check_proof(call: Call, *, access_token: str = "", nonce: bool = False) -> str:
    """The thumbprint of the key that a request's ``DPoP`` header proves; "" where there is no such header.

    ``access_token``: what ``ath`` must be the hash of. ``nonce``: whether one of the server's is demanded.
    Raises :class:`OAuthError`."""
    proofs = call.request.headers.getlist("DPoP")
    if not proofs:
        return ""
    if len(proofs) > 1 or "," in proofs[0]:
        raise OAuthError("invalid_dpop_proof_multiple_headers_not_allowed")
    try:
        header, claims = taken_apart(proofs[0])
    except BadJwt:
        raise OAuthError("invalid_dpop_proof_invalid_jwt") from None
    print_of_key = _check_signed(header, proofs[0])
    _check_claims(call, claims, print_of_key)
    if access_token:
        digest = hashlib.sha256(access_token.encode()).digest()
        if claims.get("ath") != base64.urlsafe_b64encode(digest).rstrip(b"=").decode():
            raise OAuthError("dpop_proof_invalid_ath")
    if nonce:
        _check_nonce(call.org, claims)
    call.org.state.oidc.proofs.add((print_of_key, str(claims["jti"])))
    return print_of_key
