# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Single sign-on: the application's SSO URL and its embed link, begun by either side.

Checks in this order: the app exists, a session, assigned, active, policy.
"""

from __future__ import annotations

from urllib.parse import urlencode

from qbusiness_sandbox.okta import pages
from qbusiness_sandbox.okta.authn_request import BadRequest, check_signature, decode, target_of
from qbusiness_sandbox.okta.routes import Answer, Call, route
from qbusiness_sandbox.okta.saml import Target, build_response, default_target, encoded
from qbusiness_sandbox.okta.signin import TOKENS, session_of, set_cookies, sign_in_page
from qbusiness_sandbox.okta.state import App


def _here(call: Call, request: str, relay: str) -> str:
    """The path that the sign-in page goes on to, without a spent token; a posted request moves to the query."""
    pairs = [(name, value) for name, value in call.pairs() if name not in TOKENS]
    if call.request.method == "POST" and request:
        pairs = [("SAMLRequest", request), ("RelayState", relay), ("binding", "post")]
    return call.request.path + (f"?{urlencode(pairs)}" if pairs else "")


def _answer(call: Call, app: App | None) -> Answer:
    if app is None:
        return pages.not_found()
    values = call.request.values
    text, relay = values.get("SAMLRequest", ""), values.get("RelayState", "")
    target: Target | None = None
    if app.mode == "SAML_2_0" and app.custom:
        target = default_target(app)
        if text:
            posted = call.request.method == "POST" or values.get("binding") == "post"
            try:
                request = decode(text, deflated=not posted)
                if app.settings["signOn"]["samlSignedRequestEnabled"]:
                    check_signature(app, call.request.query_string.decode("latin-1"))
                target = target_of(app, request)
            except BadRequest as error:
                return pages.bad_saml_request(str(error))
    session, fresh = session_of(call)
    if session is None:
        return sign_in_page(call, _here(call, text, relay))
    user = call.org.state.users[session.user]
    if not call.org.assigned(app, user):
        response = pages.not_assigned(app.label)
    elif not app.active:
        response = pages.not_found()  # guess: the page of an inactive app
    elif user.policy == "deny_at_app":
        response = pages.locked_access(app.label)
    elif user.policy in ("mfa_at_app", "reauth_every_time"):
        response = sign_in_page(call, _here(call, text, relay), user.login)
    elif target is None:
        response = pages.error_page(400, "Bad Request", "This application has no SAML sign-on on the embedded cloud.")
    else:
        xml = build_response(call.org, app, user, target, session.created)
        fields = {"SAMLResponse": encoded(xml)}
        if not relay and not text:
            relay = str(app.settings["signOn"].get("defaultRelayState") or "")
        fields["RelayState"] = relay
        response = pages.form_page(target.acs, fields)
    if fresh:
        set_cookies(call, response, session)
    return response


@route("GET", "/app/{appName}/{externalKey}/sso/saml", public=True, write=False)
def get_sso(call: Call) -> Answer:
    return _answer(call, call.org.app_by_key(call.params["externalKey"], call.params["appName"]))


@route("POST", "/app/{appName}/{externalKey}/sso/saml", public=True, write=False)
def post_sso(call: Call) -> Answer:
    return _answer(call, call.org.app_by_key(call.params["externalKey"], call.params["appName"]))


@route("GET", "/home/{appName}/{appId}/{embed}", public=True, write=False)
def embed_link(call: Call) -> Answer:
    app = call.org.state.apps.get(call.params["appId"])
    fits = app is not None and (app.name, app.embed) == (call.params["appName"], call.params["embed"])
    return _answer(call, app if fits else None)
