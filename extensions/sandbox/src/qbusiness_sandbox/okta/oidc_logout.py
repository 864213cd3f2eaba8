# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/v1/logout``: ends the browser's session and leads back to the application."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from qbusiness_sandbox.okta import pages
from qbusiness_sandbox.okta.oidc_checks import on
from qbusiness_sandbox.okta.oidc_clients import find_client
from qbusiness_sandbox.okta.oidc_errors import OAuthError
from qbusiness_sandbox.okta.oidc_servers import both, server_of
from qbusiness_sandbox.okta.oidc_tokens import verified
from qbusiness_sandbox.okta.routes import Answer, Call
from qbusiness_sandbox.okta.signin import COOKIES, current


def _page(error: OAuthError) -> Response:
    return pages.error_page(400, "Bad Request", f"Your request resulted in an error. {error.description}")


def _logout(call: Call) -> Response:
    values, org = call.request.values, call.org
    server = server_of(call)
    hint = verified(org, server, values.get("id_token_hint", ""))
    client = values.get("client_id") or (str(hint["aud"]) if hint else "")
    app = find_client(org, client)
    if app is None or (values.get("id_token_hint") and hint is None):
        return _page(OAuthError("id_token_invalid" if "id_token_hint" in values else "invalid_client_id"))
    target = values.get("post_logout_redirect_uri", "")
    allowed = app.settings["oauthClient"].get("post_logout_redirect_uris") or []
    if target and target not in allowed and on(org, "oidc_post_logout_redirect_uri"):
        return _page(OAuthError("illegal_post_logout_redirect_uri", pages.settings_url(call.base, app.id)))
    session = current(call)
    if session is not None and hint is not None and hint["sub"] != session.user:
        return _page(OAuthError("id_token_invalid"))  # guess: which error for somebody else's token
    if session is not None:
        org.state.sessions.pop(session.id, None)
    if not target:
        response = redirect("/login/login.htm", 302)
    else:
        state = {"state": values["state"]} if values.get("state") else {}
        mark = "&" if urlsplit(target).query else "?"
        response = redirect(target + (mark + urlencode(state) if state else ""), 302)
    for name in COOKIES:
        response.delete_cookie(name, path="/")
    return response


@both("GET", "logout")
def get_logout(call: Call) -> Answer:
    return _logout(call)


@both("POST", "logout")
def post_logout(call: Call) -> Answer:
    return _logout(call)
