# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page that asks a user to agree to scopes. Its markup and its path are this project's own (guess)."""

from __future__ import annotations

import html
import secrets

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from qbusiness_sandbox.okta import pages
from qbusiness_sandbox.okta.oidc_errors import OAuthError
from qbusiness_sandbox.okta.oidc_request import Target
from qbusiness_sandbox.okta.oidc_tokens import client_id_of
from qbusiness_sandbox.okta.routes import Answer, Call, route
from qbusiness_sandbox.okta.signin import current
from qbusiness_sandbox.okta.state import App, Ticket, User

PATH = "/oauth2/consent"
LIFE = 300


def consent_page(call: Call, app: App, user: User, scopes: list[str], onward: str, target: Target) -> Response:
    """``onward``: the path of the authorize request; ``target``: where a refusal goes."""
    ticket = "consent." + secrets.token_urlsafe(24)
    call.org.state.state_tokens[ticket] = Ticket(
        user.id,
        call.org.now + LIFE,
        {
            "client": client_id_of(app),
            "scopes": scopes,
            "onward": onward,
            "target": (target.redirect_uri, target.mode, target.state),
        },
    )
    items = "".join(f"<li>{html.escape(scope)}</li>" for scope in scopes)
    return pages.consent_page(app.label, items, f"{call.base}{PATH}", ticket)


@route("POST", PATH, public=True, write=False)
def decide(call: Call) -> Answer:
    from qbusiness_sandbox.okta.oidc_authorize import delivered

    ticket = call.org.state.state_tokens.pop(call.request.form.get("ticket", ""), None)
    session = current(call)
    if ticket is None or "onward" not in ticket.data or ticket.expires < call.org.now:
        return pages.error_page(400, "Bad Request", "Your request resulted in an error. It has expired.")
    if session is None or session.user != ticket.user:
        return pages.error_page(403, "Access Forbidden", "This question was put to somebody else.")
    if call.request.form.get("decision") != "allow":
        error = OAuthError("access_denied")
        return delivered(Target(*ticket.data["target"]), {"error": error.code, "error_description": error.description})
    for scope in ticket.data["scopes"]:
        call.org.state.oidc.consents.add((ticket.data["client"], ticket.user, scope))
    return redirect(ticket.data["onward"], 302)
