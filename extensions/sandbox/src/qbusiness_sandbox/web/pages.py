# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The web experience's pages. Every text from outside is escaped; scripts and styles are files of this host."""

from __future__ import annotations

from html import escape
from typing import Any

from werkzeug.wrappers import Response

from qbusiness_sandbox.web.directory import Experience
from qbusiness_sandbox.web.theme import Theme

DEFAULT_TITLE = "Amazon Q Business"
DEFAULT_SUBTITLE = "Your assistant for everything your company knows"
SAMPLE_PROMPTS = (
    "What documents do you know?",
    "Summarise the travel policy",
    "Who do I ask about my laptop?",
)
_NOTE = "This is the embedded cloud, a stand-in for tests. Nothing leaves this machine."


def policy(experience: Experience | None) -> str:
    """The content security policy: this host only, framed only by the origins that the web experience allows."""
    frames = " ".join(experience.origins) if experience and experience.origins else "'none'"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self';"
        f" form-action 'self'; base-uri 'none'; frame-ancestors {frames}"
    )


def html_response(text: str, status: int = 200, experience: Experience | None = None) -> Response:
    response = Response(text, status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = policy(experience)
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response


def _document(title: str, body: str, theme: Theme, script: bool = False) -> str:
    themed = '<link rel="stylesheet" href="/theme/style.css">' if theme.style else ""
    icon = "/theme/favicon" if theme.favicon else "/assets/favicon.svg"
    code = '<script src="/assets/app.js" defer></script>' if script else ""
    return (
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)}</title><link rel="icon" href="{icon}">'
        f'<link rel="stylesheet" href="/assets/style.css">{themed}{code}</head>{body}</html>'
    )


def _logo(theme: Theme) -> str:
    source = "/theme/logo" if theme.logo else "/assets/favicon.svg"
    return f'<img class="logo" src="{source}" alt="">'


def _texts(experience: Experience) -> tuple[str, str, str]:
    return (
        escape(experience.title or DEFAULT_TITLE),
        escape(experience.subtitle or DEFAULT_SUBTITLE),
        escape(experience.welcome),
    )


def landing(experience: Experience, theme: Theme) -> Response:
    """The page before the sign-in."""
    title, subtitle, welcome = _texts(experience)
    body = (
        '<body class="centred"><main class="card">'
        f'{_logo(theme)}<h1>{title}</h1><p class="subtitle">{subtitle}</p>'
        + (f'<p class="welcome">{welcome}</p>' if welcome else "")
        + f'<a id="sign-in" class="button" href="/sign-in">Sign in</a></main><footer>{_NOTE}</footer></body>'
    )
    return html_response(_document(experience.title or DEFAULT_TITLE, body, theme), 200, experience)


def chat(experience: Experience, theme: Theme, user: str) -> Response:
    """The page after it."""
    title, subtitle, welcome = _texts(experience)
    prompts = "".join(
        f'<button type="button" class="prompt">{escape(text)}</button>'
        for text in (SAMPLE_PROMPTS if experience.sample_prompts else ())
    )
    body = (
        '<body class="app"><header>'
        f'{_logo(theme)}<span class="name">{title}</span><span class="user" id="user">{escape(user)}</span>'
        '<form method="post" action="/sign-out"><button class="quiet">Sign out</button></form></header>'
        '<main><section id="hero" class="hero">'
        f'<h1>{title}</h1><p class="subtitle">{subtitle}</p>'
        + (f'<p class="welcome">{welcome}</p>' if welcome else "")
        + (f'<div class="prompts" aria-label="Sample prompts">{prompts}</div>' if prompts else "")
        + '</section><div id="conversation" role="log" aria-live="polite" aria-label="Conversation"></div></main>'
        '<form id="composer" class="composer"><label class="hidden" for="message">Your question</label>'
        '<textarea id="message" rows="1" maxlength="7000" placeholder="Ask a question" autofocus required></textarea>'
        '<button id="send" class="button">Send</button></form>'
        f"<footer>{_NOTE}</footer></body>"
    )
    return html_response(_document(experience.title or DEFAULT_TITLE, body, theme, script=True), 200, experience)


def problem(
    status: int, heading: str, message: str, *, details: dict[str, Any] | None = None, again: bool = False
) -> Response:
    """A page that says what went wrong and whose word it is."""
    rows = "".join(f"<dt>{escape(name)}</dt><dd>{escape(str(value))}</dd>" for name, value in (details or {}).items())
    body = (
        f'<body class="centred"><main class="card problem" role="alert"><p class="status">{status}</p>'
        f"<h1>{escape(heading)}</h1><p>{escape(message)}</p>"
        + (f'<dl id="details">{rows}</dl>' if rows else "")
        + ('<a class="button" href="/sign-in">Try again</a>' if again else "")
        + f"</main><footer>{_NOTE}</footer></body>"
    )
    return html_response(_document(heading, body, Theme()), status)
