# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/v1/token``: the client is proved first, then its grant is looked at."""

from __future__ import annotations

from qbusiness_sandbox.okta.oidc_clients import authenticate, check_browser, check_zone
from qbusiness_sandbox.okta.oidc_dpop import check_proof, nonce_of
from qbusiness_sandbox.okta.oidc_errors import OAuthError
from qbusiness_sandbox.okta.oidc_grants import GRANTS, Asking
from qbusiness_sandbox.okta.oidc_servers import both, endpoint, server_of
from qbusiness_sandbox.okta.routes import Answer, Call

_HEADERS = {"Cache-Control": "no-cache, no-store", "Pragma": "no-cache"}


@both("POST", "token")
def token(call: Call) -> Answer:
    server = server_of(call)
    app = authenticate(call, server, endpoint(server, call.base, "token"))
    grant = call.request.form.get("grant_type", "")
    if not grant:
        raise OAuthError("token_request_missing_grant_type", ", ".join(GRANTS))
    check_browser(call, app)
    check_zone(call, app)
    allowed = app.settings["oauthClient"]["grant_types"]
    if grant not in GRANTS:
        raise OAuthError("unsupported_grant_type", ", ".join(GRANTS))
    if grant not in allowed:
        raise OAuthError("unauthorized_client", ", ".join(allowed))
    bound = bool(app.settings["oauthClient"]["dpop_bound_access_tokens"])
    if bound and "DPoP" not in call.request.headers:
        raise OAuthError("invalid_dpop_proof_missing_header")
    # guess: a proof that nobody asked for binds the token all the same
    thumbprint = check_proof(call, nonce=True)
    body = GRANTS[grant](Asking(call, server, app, thumbprint))
    body = {"token_type": "DPoP" if thumbprint else "Bearer", **body}
    return 200, body, _HEADERS | ({"dpop-nonce": nonce_of(call.org)} if thumbprint else {})
