# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``/v1/authorize``: from a request of a client to a code, over the sign-in page where one is needed.

Checks in this order: client, redirect URI, parameters, session, assignment, sign-in policy of the application, access
policy of the server, consent. Errors go to the redirect URI, apart from those of the first two, which are HTML pages
with status 400 (Okta support, "Why am I redirected back to my app …").
"""

from __future__ import annotations

import secrets
from urllib.parse import urlencode, urlsplit

from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from qbusiness_sandbox.okta import pages
from qbusiness_sandbox.okta.oidc_checks import on
from qbusiness_sandbox.okta.oidc_clients import find_client
from qbusiness_sandbox.okta.oidc_consent import consent_page
from qbusiness_sandbox.okta.oidc_errors import OAuthError
from qbusiness_sandbox.okta.oidc_policy import evaluate
from qbusiness_sandbox.okta.oidc_request import Authorization, Target, checked, redirect_allowed, target_of
from qbusiness_sandbox.okta.oidc_scopes import api_scope, granted_to, needing_consent
from qbusiness_sandbox.okta.oidc_servers import both, server_of
from qbusiness_sandbox.okta.oidc_state import CODE_LIFE, Code
from qbusiness_sandbox.okta.oidc_tokens import build_access_token, build_id_token, client_id_of
from qbusiness_sandbox.okta.org import Org
from qbusiness_sandbox.okta.routes import Answer, Call
from qbusiness_sandbox.okta.signin import COOKIES, TOKENS, session_of, set_cookies, sign_in_page
from qbusiness_sandbox.okta.state import AuthorizationServer, Session, User


def _page(error: OAuthError) -> Response:
    return pages.error_page(400, "Bad Request", f"Your request resulted in an error. {error.description}")


def delivered(target: Target, values: dict[str, str]) -> Response:
    """An answer at the redirect URI, in the way that was asked for."""
    fields = values | ({"state": target.state} if target.state else {})
    if target.mode == "form_post":
        return pages.form_page(target.redirect_uri, fields)
    mark = "#" if target.mode == "fragment" else "&" if urlsplit(target.redirect_uri).query else "?"
    response = redirect(f"{target.redirect_uri}{mark}{urlencode(fields)}", 302)
    response.headers["Cache-Control"] = "no-cache, no-store"
    return response


def _refused(target: Target, error: OAuthError) -> Response:
    return delivered(target, {"error": error.code, "error_description": error.description})


def here(call: Call, *without: str) -> str:
    """The path that the sign-in page goes on to: this request, without a spent token and what is done by then."""
    values = call.request.values
    pairs = [(name, value) for name, value in values.items() if name not in (*TOKENS, *without)]
    return f"{call.request.path}?{urlencode(pairs)}"


def _signed_in(call: Call, request: Authorization, session: Session | None, fresh: bool) -> Response | Session:
    """The session that the request may use, or the page that makes one. Raises :class:`OAuthError`."""
    if session is None:
        if request.silent:
            # guess: which of the two texts; the second for a cookie whose session is over
            stale = any(call.request.cookies.get(name) for name in COOKIES)
            raise OAuthError("no_existing_session" if stale else "login_required")
        return sign_in_page(call, here(call), request.login_hint)
    age = call.org.now - session.created
    again = not fresh and ("login" in request.prompts or request.max_age == 0)
    if again:
        return sign_in_page(call, here(call, "prompt", "max_age"), request.login_hint)
    if request.max_age and age > request.max_age:
        if request.silent:
            raise OAuthError("login_required")
        return sign_in_page(call, here(call), request.login_hint)
    return session


def _check_user(call: Call, request: Authorization, user: User) -> Response | None:
    """Assignment and the application's own sign-in policy. Raises :class:`OAuthError`."""
    if not call.org.assigned(request.app, user) and on(call.org, "oidc_assignment"):
        raise OAuthError("user_not_assigned")
    if user.policy == "deny_at_app":
        raise OAuthError("access_denied")  # guess: which error
    if user.policy in ("mfa_at_app", "reauth_every_time"):
        if request.silent:
            raise OAuthError("app_sign_on_required")
        return sign_in_page(call, here(call), user.login)
    return None


def missing_consent(org: Org, server: AuthorizationServer, request: Authorization, user: User) -> list[str]:
    """The scopes that the user has yet to agree to (Okta's table of ``prompt``, ``consent_method`` and ``consent``)."""
    asked = "consent" in request.prompts
    if request.app.settings["oauthClient"]["consent_method"] != "REQUIRED" and not asked:
        return []
    client = client_id_of(request.app)
    return [
        name
        for name in needing_consent(server, request.scopes)
        if asked or (client, user.id, name) not in org.state.oidc.consents
    ]


def _issued(
    call: Call, server: AuthorizationServer, request: Authorization, user: User, session: Session
) -> dict[str, str]:
    """Code and tokens, as the response type asks. Raises :class:`OAuthError`."""
    org, app = call.org, request.app
    client = client_id_of(app)
    lifetimes = evaluate(org, server, client, user, request.grant, request.scopes)
    values: dict[str, str] = {}
    if "code" in request.response_types:
        code = secrets.token_urlsafe(32)
        org.state.oidc.codes[code] = Code(
            client,
            server.id,
            user.id,
            request.target.redirect_uri,
            request.scopes,
            request.nonce,
            request.challenge,
            session.created,
            org.now + CODE_LIFE,
        )
        values["code"] = code
    token = ""
    if "token" in request.response_types:
        token, _jti = build_access_token(
            org,
            server,
            app,
            user,
            base=call.base,
            scopes=request.scopes,
            lifetime=lifetimes.access,
            authenticated=session.created,
        )
        values |= {"access_token": token, "token_type": "Bearer", "expires_in": str(lifetimes.access)}
        values["scope"] = " ".join(request.scopes)
    if "id_token" in request.response_types:
        values["id_token"] = build_id_token(
            org,
            server,
            app,
            user,
            base=call.base,
            nonce=request.nonce,
            scopes=request.scopes,
            authenticated=session.created,
            access_token=token,
            code=values.get("code", ""),
            thin=request.response_types != {"id_token"},
        )
    return values


def _answer(call: Call) -> Response:
    org, values = call.org, call.request.values
    server = server_of(call)
    app = find_client(org, values.get("client_id", ""))
    if app is None:
        return _page(OAuthError("invalid_client_id"))
    if not redirect_allowed(org, app, values.get("redirect_uri", "")):
        return _page(OAuthError("illegal_redirect_uri", pages.settings_url(call.base, app.id)))
    fresh, session = False, None
    try:
        request = checked(org, server, app, values)
        session, fresh = session_of(call)
        response = _decided(call, server, request, session, fresh)
    except OAuthError as error:
        response = _refused(target_of(values), error)
    if fresh and session is not None:
        set_cookies(call, response, session)
    return response


def _decided(
    call: Call, server: AuthorizationServer, request: Authorization, session: Session | None, fresh: bool
) -> Response:
    signed_in = _signed_in(call, request, session, fresh)
    if isinstance(signed_in, Response):
        return signed_in
    user = call.org.state.users[signed_in.user]
    page = _check_user(call, request, user)
    if page is not None:
        return page
    api = [name for name in request.scopes if api_scope(name)]
    if api:
        granted_to(request.app, api)
    needed = missing_consent(call.org, server, request, user)
    if needed:
        if request.silent:
            raise OAuthError("consent_required", ", ".join(needed))
        # The policy comes first: nobody is asked for what they cannot have.
        evaluate(call.org, server, client_id_of(request.app), user, request.grant, request.scopes)
        return consent_page(call, request.app, user, needed, here(call, "prompt"), request.target)
    return delivered(request.target, _issued(call, server, request, user, signed_in))


@both("GET", "authorize")
def get_authorize(call: Call) -> Answer:
    return _answer(call)


@both("POST", "authorize")
def post_authorize(call: Call) -> Answer:
    return _answer(call)
