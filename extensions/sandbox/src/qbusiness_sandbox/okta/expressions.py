# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small evaluator of Okta's expressions, as attribute statements and NameID templates use them.

Knows ``user.x`` (a profile attribute), ``source.login``, ``appuser.userName``, string literals in double quotes, and
templates ``${…}``. What is no valid expression passes as the text it is (Okta
support: static values of attribute statements).
"""

from __future__ import annotations

import re

from qbusiness_sandbox.okta.state import App, User

_ATTRIBUTE = re.compile(r"\s*(user|source|appuser|app)\.([A-Za-z_][A-Za-z0-9_]*)\s*")
_LITERAL = re.compile(r'\s*"([^"]*)"\s*')
_TEMPLATE = re.compile(r"\$\{\s*([^}]*?)\s*\}")


def user_name(app: App, user: User) -> str:
    """The user's name in the application: set at the assignment, else by the application's template."""
    assignment = app.users.get(user.id)
    if assignment is not None and assignment.credentials.get("userName"):
        return str(assignment.credentials["userName"])
    template = str(app.credentials.get("userNameTemplate", {}).get("template") or "${source.login}")
    return _fill(template, user, user.login) if "${" in template else _attribute(template, user, user.login) or ""


def _attribute(text: str, user: User, name: str) -> str | None:
    """The value of one attribute expression; None where ``text`` is none."""
    match = _ATTRIBUTE.fullmatch(text)
    if not match:
        return None
    scope, attribute = match.groups()
    if attribute == "userName":
        return name
    if scope == "app":
        return None
    value = user.profile.get(attribute)
    return "" if value is None else str(value)


def _fill(template: str, user: User, name: str) -> str:
    return _TEMPLATE.sub(lambda match: _attribute(match[1], user, name) or "", template)


def evaluate(text: str, app: App, user: User) -> str:
    """The value of an expression for a user."""
    name = user_name(app, user)
    if "${" in text:
        return _fill(text, user, name)
    value = _attribute(text, user, name)
    if value is not None:
        return value
    literal = _LITERAL.fullmatch(text)
    return literal[1] if literal else text


def group_matches(filter_type: str, value: str, name: str) -> bool:
    """Whether a group's name passes the filter of a GROUP statement. A broken expression passes nothing."""
    if filter_type == "REGEX":
        try:
            return re.fullmatch(value, name) is not None
        except re.error:
            return False
    tests = {"STARTS_WITH": name.startswith(value), "EQUALS": name == value, "CONTAINS": value in name}
    return tests.get(filter_type, False)
