# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The JSON of an app: what is wanted of it, what differs, what is sent, how it is answered. Pure functions.

Okta's PUT replaces the app, keeps some members that are left out and resets others (recorded). So the app as it is goes
back with what is wanted laid over it, and only what the user named is compared.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ..compare import same_or_both_empty
from ..resource import differing, merged
from . import sign_in_policy
from .names import Members, member_name, option_of
from .protocols import Protocol

#: Ignored when sent, or Okta's own (recorded; Apps API).
READ_ONLY = frozenset(
    {
        "id",
        "orn",
        "status",
        "created",
        "lastUpdated",
        "features",
        "licensing",
        "expressConfiguration",
        "_links",
        "_embedded",
    }
)
#: Maps whose keys belong to the user or to a template.
_KEPT_KEYS = frozenset({"appLinks", "profile", "jwks"})
#: In answers to POST and PUT only (recorded); never handed on.
_SECRETS = frozenset({"client_secret"})

_TEXT = {"type": "str"}
_FLAG = {"type": "bool"}
OPTIONS: dict[str, Any] = {
    "visibility": {
        "type": "dict",
        "options": {
            "auto_launch": _FLAG,
            "auto_submit_toolbar": _FLAG,
            "hide": {"type": "dict", "options": {"ios": _FLAG, "web": _FLAG}},
            "app_links": {"type": "dict"},
        },
    },
    "accessibility": {
        "type": "dict",
        "options": {"self_service": _FLAG, "error_redirect_url": _TEXT, "login_redirect_url": _TEXT},
    },
    "notes": {"type": "dict", "options": {"admin": _TEXT, "enduser": _TEXT}},
    "user_name_template": {
        "type": "dict",
        "options": {
            "template": _TEXT,
            "type": {"type": "str", "choices": ["NONE", "BUILT_IN", "CUSTOM"]},
            "user_suffix": _TEXT,
            "push_status": {"type": "str", "choices": ["PUSH", "DONT_PUSH"]},
        },
    },
}


@dataclass(frozen=True)
class Wanted:
    """What the user named: ``general`` as the app's JSON has it, ``settings`` as their protocol has its members."""

    protocol: Protocol
    general: Members
    settings: Members


def wanted_of(protocol: Protocol, options: Mapping[str, Any], current: Mapping[str, Any] | None) -> Wanted:
    """What is wanted of an app; shared lists are merged with those that ``current`` has."""
    general: Members = {}
    if options.get("label"):
        general["label"] = options["label"]
    for option in ("visibility", "accessibility"):
        if options.get(option) is not None:
            general[option] = _members(options[option])
    if options.get("notes") is not None:
        general["settings"] = {"notes": _members(options["notes"])}
    if options.get("user_name_template") is not None:
        general["credentials"] = {"userNameTemplate": _members(options["user_name_template"])}
    there = protocol.current_of(current) if current else {}
    return Wanted(protocol, general, protocol.wanted_members(options, there))


def _members(value: Any) -> Any:
    """Options as members; null ones are left out, empty texts become null, as Okta answers them."""
    if isinstance(value, Mapping):
        names = {"ios": "iOS"}
        return {
            names.get(key) or member_name(key): dict(item) if key == "app_links" else _members(item)
            for key, item in value.items()
            if item is not None
        }
    return None if value == "" else value


def differences(wanted: Wanted, app: Mapping[str, Any]) -> list[str]:
    """The options that are not so yet."""
    return _general_differences(wanted.general, app, "") + [option_of(member) for member in _settings(wanted, app)]


def _settings(wanted: Wanted, app: Mapping[str, Any]) -> Members:
    """The wanted settings that are not so yet."""
    protocol = wanted.protocol
    return differing(wanted.settings, protocol.current_of(app), protocol.COMPARATORS, same_or_both_empty)


def _general_differences(wanted: Mapping[str, Any], current: Any, path: str) -> list[str]:
    found: list[str] = []
    there = current if isinstance(current, Mapping) else {}
    for member, value in wanted.items():
        name = member if path.endswith("app_links.") else option_of(member)
        inner = path if member in ("settings", "credentials") else f"{path}{name}."
        if isinstance(value, Mapping):
            found += _general_differences(value, there.get(member), inner)
        elif not same_or_both_empty(value, there.get(member)):
            found.append(inner.rstrip("."))
    return found


def replacement(app: Mapping[str, Any], wanted: Wanted, kid: str = "") -> Members:
    """The body of a PUT: the app as it is, with what is wanted laid over it.

    :param kid: the signing key to change to
    """
    body: Members = copy.deepcopy({key: value for key, value in app.items() if key not in READ_ONLY})
    body = merged(body, wanted.general)
    if kid:
        body = merged(body, {"credentials": {"signing": {"kid": kid}}})
    # What means the same already stays as Okta spells it.
    wanted.protocol.lay(body, _settings(wanted, app))
    return body


def replaced(app: Mapping[str, Any], wanted: Wanted, kid: str = "") -> Members:
    """The app as it will be answered after :func:`replacement`: a map that is sent without a member loses it, and
    what is sent empty stays absent, or null, where it was."""
    body = _as_answered(replacement(app, wanted, kid), app)
    # Okta's own, which some protocols are not sent.
    body["credentials"] = {**app.get("credentials", {}), **body.get("credentials", {})}
    return {**copy.deepcopy(dict(app)), **body}


def _as_answered(sent: Mapping[str, Any], there: Mapping[str, Any]) -> Members:
    answer: Members = {}
    for name, value in sent.items():
        before = there.get(name)
        if isinstance(value, Mapping) and isinstance(before, Mapping):
            answer[name] = _as_answered(value, before)
        elif same_or_both_empty(value, before):
            if name in there:
                answer[name] = copy.deepcopy(before)
        else:
            answer[name] = value
    return answer


def new_app(wanted: Wanted) -> Members:
    """The body of a POST."""
    body: Members = {"signOnMode": wanted.protocol.MODE, **wanted.protocol.new_app(wanted.settings)}
    return dict(merged(body, wanted.general))


def without_secrets(value: Any, secrets: set[str]) -> Any:
    """An answer of Okta without the secrets in it, which are added to ``secrets``."""
    if isinstance(value, Mapping):
        secrets.update(str(item) for key, item in value.items() if key in _SECRETS and item)
        return {key: without_secrets(item, secrets) for key, item in value.items() if key not in _SECRETS}
    if isinstance(value, list):
        return [without_secrets(item, secrets) for item in value]
    return value


def view(app: Mapping[str, Any]) -> Members:
    """How an app is answered: snake_case, without links and secrets; nor ``settings.app``, which may hold some."""
    shown = {key: value for key, value in app.items() if key not in ("_links", "_embedded")}
    if isinstance(shown.get("settings"), Mapping):
        shown["settings"] = {key: value for key, value in shown["settings"].items() if key != "app"}
    answer: Members = _snake(without_secrets(shown, set()))
    answer["access_policy_id"] = sign_in_policy.of_app(app)
    return answer


def _snake(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {
            option_of(key): dict(item) if key in _KEPT_KEYS and isinstance(item, Mapping) else _snake(item)
            for key, item in value.items()
            # empty overrides are sent for Okta's sake, and answered by catalog apps only (recorded)
            if key != "_links" and not (key.endswith("Override") and not item)
        }
    if isinstance(value, list):
        return [_snake(item) for item in value]
    return value
