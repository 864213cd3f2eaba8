# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page that shows people the table of causes: ``python tests/unit/errors_page.py`` writes it anew."""

from __future__ import annotations

import re
from pathlib import Path

from ansible_collections.qbusiness.federation.plugins.module_utils.cause_rows.row import Cause
from ansible_collections.qbusiness.federation.plugins.module_utils.causes import CAUSES

PAGE = Path(__file__).resolve().parent.parent.parent / "docs" / "errors.md"
INTRODUCTION = """\
<!--
Copyright: the qbusiness.federation contributors
GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
SPDX-License-Identifier: GPL-3.0-or-later
-->

# When a sign-in fails

A person comes from Okta over AWS's token service to an answer of Amazon Q Business, and each layer on the way has its
own words for a refusal, where it has any. `okta_login`, `federation_session`, `qbusiness_chat` and `federation_proof`
say which layer refused, the cause in one sentence, and the next thing to look at (`layer`, `cause`, `next_step`, and
`cause_key` for programs). These are all of them, in the order in which they are met. `federation_proof` goes through
all layers and stops at the first that refuses, so it is the thing to run first.

Words like `role_arn` stand for what the message names. Where several things differ at once, all are named, with the
next step of the first.
"""
HEADING = "| What is seen | Cause | Next thing to look at |\n| --- | --- | --- |"
#: The layers in order, and what they are.
LAYERS = {
    "okta_sign_in": "Okta takes the test user's password, or does not.",
    "okta_assignment": "The user may use the app.",
    "saml_form": "SAML: the app's page holds the response.",
    "assertion": "SAML: what the response says is what AWS and the application expect.",
    "client_secret": "OpenID Connect: the client secret is where it should be.",
    "oidc_authorize": "OpenID Connect: the authorization server gives a code.",
    "oidc_token": "OpenID Connect: the app gets the token for the code.",
    "id_token": "OpenID Connect: what the ID token says is what AWS and the application expect.",
    "sts": "AWS's token service gives out a session: trust, tags, session policy.",
    "session": "The session's credentials work.",
    "subscription": "The person has a subscription to the application.",
    "chat": "The application answers, from documents that the person may read.",
}


def shown(text: str) -> str:
    """A text of a row as Markdown in a table."""
    text = text.replace("{trace}", "")
    text = re.sub(r"(?<!\{)\{(\w+)\}(?!\})", r"`\1`", text).replace("{{", "{").replace("}}", "}")
    return text.replace("|", "\\|").replace("<", "&lt;")


def line(row: Cause) -> str:
    return f"| {shown(row.seen)} | {shown(row.cause)} | {shown(row.next_step)} |"


def render() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    for layer, meaning in LAYERS.items():
        rows = "\n".join(line(row) for row in CAUSES if row.layer == layer)
        parts.append(f"## `{layer}`\n\n{meaning}\n\n{HEADING}\n{rows}\n")
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.write_text(render(), encoding="utf-8")
