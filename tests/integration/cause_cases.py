# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the test of a row of the table of causes goes, whatever makes its fault happen."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.cause_rows.row import Cause
from ansible_collections.qbusiness.federation.plugins.module_utils.causes import CAUSES
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import FederationError
from ansible_collections.qbusiness.federation.plugins.module_utils.proof import OPTIONS, prove
from proof_world import World, made_context
from qbusiness_sandbox.cloud import Fault

ROWS: dict[str, Cause] = {row.key: row for row in CAUSES}
SSO = "GET /app/{appName}/{externalKey}/sso/saml"
Options = Mapping[str, Any]


def login(made: Any, options: Options) -> Any:
    """``okta_login``."""
    return made.login(**options)


def proof(made: Any, options: Options) -> Any:
    """``federation_proof``."""
    return prove(made_context(OPTIONS, made.options(**options)))


def nothing(_made: Any) -> None:
    """The fault is in the options."""


@dataclass(frozen=True)
class Case:
    """A fault and the row that it has to be translated to.

    ``options``: of the run that fails, made when the fault has happened. ``heal``: the fault is there first and is
    taken away before the good run, where a good run before would hide it. ``layer``: where it is met, when a row can be
    met in several.
    """

    key: str
    happen: Callable[[Any], Any] = nothing
    options: Options | Callable[[Any], Options] = field(default_factory=dict)
    run: Callable[[Any, Options], Any] = login
    heal: Callable[[Any], Any] | None = None
    layer: str = ""
    name: str = ""

    def __str__(self) -> str:
        return f"{self.key} {self.name}".strip()


def pattern(template: str) -> re.Pattern[str]:
    """A text of a row, whatever stands in its places."""
    text = template.format_map(_Places())
    return re.compile(re.sub("\x00", ".*", re.escape(text)), re.DOTALL)


class _Places(dict[str, str]):
    def __missing__(self, _name: str) -> str:
        return "\x00"


def check(case: Case, made: World) -> None:
    """The text appears with the fault, and not without it."""
    row = ROWS[case.key]
    cause, step = pattern(row.cause), pattern(row.next_step)
    if case.heal is None:
        _good(case, made, cause, step)
    case.happen(made)
    options = case.options(made) if callable(case.options) else case.options
    with pytest.raises(FederationError) as refused:
        case.run(made, options)
    facts = refused.value.facts.get("evidence") or refused.value.facts
    assert [entry["ok"] for entry in facts.get("layers", [])].count(False) <= 1
    assert all(entry["ok"] for entry in facts.get("layers", [])[:-1])
    layer = facts.get("failed_layer") or facts.get("layer")
    assert cause.search(facts["cause"]), facts["cause"]
    assert step.search(facts["next_step"]), facts["next_step"]
    assert layer == (case.layer or row.layer)
    assert facts["cause_key"] == case.key
    assert "{" not in facts["cause"] and made.org.state.sessions == {}
    if case.heal is not None:
        case.heal(made)
        _good(case, made, cause, step)


def _good(case: Case, made: World, cause: re.Pattern[str], step: re.Pattern[str]) -> None:
    shown = json.dumps(case.run(made, {}), default=str)
    assert not cause.search(shown) and not step.search(shown)


# -- faults at the cloud ----------------------------------------------------------------------------------------------


def fault(
    operation: str, status: int, code: str, message: str = "Refused", service: str = "okta", count: int = 1
) -> Any:
    """An error of a service."""

    def happen(made: World) -> None:
        made.cloud.faults.add(
            Fault("error", service, operation, status=status, code=code, message=message, count=count)
        )

    return happen


def page(operation: str, body: str = "", status: int = 200, count: int = 1, **headers: str) -> Any:
    """A page in place of the real one."""

    def happen(made: World) -> None:
        options = {"body": body, "headers": headers}
        made.cloud.faults.add(
            Fault("answer", service="okta", operation=operation, status=status, count=count, options=options)
        )

    return happen


def document(operation: str, body: Any, status: int = 200, skip: int = 0) -> Any:
    """JSON in place of the real one; ``body`` may be a function of the world."""

    def happen(made: World) -> None:
        content = body(made) if callable(body) else body
        options = {"body": json.dumps(content), "content_type": "application/json"}
        made.cloud.faults.add(
            Fault("answer", service="okta", operation=operation, status=status, skip=skip, options=options)
        )

    return happen


def policy(name: str) -> Any:
    """The sign-on policies that reach the user (the org's own switch; Okta's rules have no API for test purposes)."""

    def happen(made: World) -> None:
        made.org.state.users[made.user_id].policy = name

    return happen


def status(name: str, **options: Any) -> Any:
    """The user's status, and switches of the org."""

    def happen(made: World) -> None:
        made.org.state.users[made.user_id].status = name
        made.cloud.settings.options.update(options)

    return happen


def unassign(made: World) -> None:
    made.okta("DELETE", f"/api/v1/apps/{made.app['id']}/users/{made.user_id}")


def clock(seconds: float) -> Any:
    """The cloud's clock goes wrong by so much."""
    return lambda made: made.cloud.clock.advance(seconds)
