# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTML pages that people and proof clients meet, with the marks of the real ones."""

from __future__ import annotations

import html

from werkzeug.wrappers import Response

ORGANIZATION = "Sandbox"
_TYPE = "text/html;charset=utf-8"
#: For people; no client looks at it.
_STYLE = (
    '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="data:,"><style>'
    "body{margin:0;min-height:100vh;display:grid;place-items:center;background:#f4f4f4;color:#1d1d21;"
    'font:16px/1.5 system-ui,"Segoe UI",Roboto,"Helvetica Neue","DejaVu Sans",sans-serif}'
    ".auth-container,.error-content{box-sizing:border-box;width:min(25rem,92vw);padding:2.25rem 2.5rem;background:#fff;"
    "border:1px solid #d7d7dc;border-radius:6px;box-shadow:0 2px 10px rgb(0 0 0/6%)}"
    "h1,h2{margin:0 0 1.25rem;font-size:1.35rem;text-align:center}label{display:block;font-weight:600;font-size:.9rem}"
    "input[type=text],input[type=password]{box-sizing:border-box;width:100%;margin:.3rem 0 1.1rem;padding:.6rem .75rem;"
    "border:1px solid #8c8c96;border-radius:4px;font:inherit}"
    ".button{width:100%;margin-top:.4rem;padding:.7rem;border:0;border-radius:4px;background:#1662dd;color:#fff;"
    "font:inherit;font-weight:600;cursor:pointer}:focus-visible{outline:3px solid #9db9ee;outline-offset:1px}"
    ".okta-form-infobox-error{margin-bottom:1.1rem;padding:.6rem .9rem;border-left:4px solid #da372c;"
    "background:#fdecea}"
    ".okta-form-infobox-error p{margin:0}.http-code{display:block;text-align:center;color:#6e6e78}</style>"
)


def settings_url(base: str, app_id: str) -> str:
    """The address of an OIDC application's settings in the console, as error pages name it. ``base``: of the org."""
    scheme, _mark, host = base.partition("://")
    first, _dot, rest = host.partition(".")
    admin = f"{first}-admin.{rest}" if rest and not first.isdigit() else host
    return f"{scheme}://{admin}/admin/app/oidc_client/instance/{app_id}#tab-general"


def attribute(text: str) -> str:
    """An attribute's value with every character that is no letter or digit as a hex entity, as Okta writes them."""
    return "".join(c if c.isascii() and (c.isalnum() or c in "_-.") else f"&#x{ord(c):x};" for c in text)


def form_page(action: str, fields: dict[str, str]) -> Response:
    """The page that posts itself to the service provider."""
    inputs = "".join(
        f'<input name="{name}" type="hidden" value="{attribute(value)}"/>' for name, value in fields.items()
    )
    text = (
        f"<!DOCTYPE html><html><head><title>{ORGANIZATION} - Signing in...</title></head><body>"
        f'<form id="appForm" action="{attribute(action)}" method="POST">{inputs}'
        '<noscript><input type="submit" value="Continue"/></noscript></form>'
        "<script>document.getElementById('appForm').submit();</script></body></html>"
    )
    return _page(text, 200)


def sign_in_page(state: str, action: str, target: str, user: str = "", error: str = "") -> Response:
    """The hosted sign-in page: a form that works without a script. ``state`` is the state token, ``target`` the
    path to go on to."""
    dashed = state.replace("-", r"\x2D")
    message = f'<div class="okta-form-infobox-error" role="alert"><p>{html.escape(error)}</p></div>' if error else ""
    text = (
        f"<!DOCTYPE html><html><head><title>{ORGANIZATION} - Sign In</title>{_STYLE}</head><body>"
        '<div id="okta-sign-in" class="auth-container">'
        f'<h2 class="okta-form-title">Sign In</h2>{message}'
        f'<form id="form-sign-in" method="POST" action="{attribute(action)}">'
        f'<input type="hidden" name="fromURI" value="{attribute(target)}"/>'
        '<label for="okta-signin-username">Username</label>'
        f'<input id="okta-signin-username" name="identifier" type="text" autocomplete="username"'
        f' value="{attribute(user)}"/>'
        '<label for="okta-signin-password">Password</label>'
        '<input id="okta-signin-password" name="passcode" type="password" autocomplete="current-password"/>'
        '<input id="okta-signin-submit" class="button button-primary" type="submit" value="Sign in"/></form></div>'
        "<noscript><h2>Javascript is required</h2></noscript>"
        f"<script>var stateToken = '{dashed}';</script>"
        f'<script>var oktaData = {{"signIn":{{"stateToken":"{dashed.replace(chr(92), chr(92) * 2)}"}}}};</script>'
        "</body></html>"
    )
    return _page(text, 200)


def consent_page(label: str, items: str, action: str, ticket: str) -> Response:
    """What an application asks a user to agree to. ``items``: HTML list items."""
    text = (
        f"<!DOCTYPE html><html><head><title>{ORGANIZATION} - Consent</title>{_STYLE}</head><body>"
        f'<div class="auth-container"><h2 class="okta-form-title">{html.escape(label)} would like to:</h2>'
        f'<ul>{items}</ul><form id="form-consent" method="POST" action="{attribute(action)}">'
        f'<input type="hidden" name="ticket" value="{attribute(ticket)}"/>'
        '<button class="button" name="decision" value="allow">Allow access</button>'
        '<button class="button" name="decision" value="deny">Don\'t allow</button></form></div></body></html>'
    )
    return _page(text, 200)


def error_page(status: int, title: str, message: str) -> Response:
    text = (
        f"<!DOCTYPE html><html><head><title>{ORGANIZATION} - Error</title>{_STYLE}</head><body>"
        f'<div class="error-content"><span class="http-code">{status}</span><h1>{html.escape(title)}</h1>'
        f"<p>{html.escape(message)}</p></div></body></html>"
    )
    return _page(text, status)


def not_assigned(label: str) -> Response:
    return error_page(
        403,
        "App Not Assigned",
        f"Sorry, you can't access {label} because you are not assigned this app in Okta. If you're wondering why this"
        " is happening, please contact your administrator.",
    )


def locked_access(label: str) -> Response:
    return error_page(
        403, "App Access Locked", f"You are not allowed to access {label}. Please contact your administrator."
    )


def not_found() -> Response:
    return error_page(404, "Page Not Found", "Sorry, we cannot find that page.")


def bad_saml_request(reason: str) -> Response:
    return error_page(400, "Bad SAML request", f"Your request resulted in an error. {reason}")


def dashboard(user: str) -> Response:
    return _page(
        f"<!DOCTYPE html><html><head><title>{ORGANIZATION} - My Apps</title></head><body>"
        f"<h1>My Apps</h1><p>Signed in as {html.escape(user)}</p></body></html>",
        200,
    )


def _page(text: str, status: int) -> Response:
    response = Response(text, status, content_type=_TYPE)
    response.headers["Cache-Control"] = "no-cache, no-store"
    return response
