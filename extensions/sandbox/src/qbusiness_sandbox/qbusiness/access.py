# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which user may see which document (reference section 4.16; API_AccessConfiguration)."""

from __future__ import annotations

from typing import Any

from qbusiness_sandbox.qbusiness.engine import Answer
from qbusiness_sandbox.qbusiness.parts import Document


def _is(principal: dict[str, Any], user: str, groups: set[str]) -> bool:
    if "user" in principal:
        return str(principal["user"].get("id", "")).lower() == user
    return principal["group"].get("name") in groups


def _access(principal: dict[str, Any]) -> str:
    return str(next(iter(principal.values()))["access"])


def may_see(document: Document, user: str, groups: set[str]) -> bool:
    """Whether a user may see a document: one without access control is everybody's, a denial wins, and the relations
    (``OR`` unless given) combine the rest. guess: 51"""
    if document.access is None:
        return True
    controls = document.access["accessControls"]
    for control in controls:
        for principal in control["principals"]:
            if _access(principal) == "DENY" and _is(principal, user, groups):
                return False
    allowed = [
        _all_or_any(
            control.get("memberRelation", "OR"),
            [_is(item, user, groups) for item in control["principals"] if _access(item) == "ALLOW"],
        )
        for control in controls
    ]
    return _all_or_any(document.access.get("memberRelation", "OR"), allowed)


def _all_or_any(relation: str, parts: list[bool]) -> bool:
    return bool(parts) and (all(parts) if relation == "AND" else any(parts))


def as_acl(document: Document) -> Answer:
    """The access control in the shape of CheckDocumentAccess."""
    lists: dict[str, list[Answer]] = {"ALLOW": [], "DENY": []}
    configuration = document.access or {"accessControls": []}
    for control in configuration["accessControls"]:
        for access, conditions in lists.items():
            chosen = [item for item in control["principals"] if _access(item) == access]
            if chosen:
                conditions.append(_condition(control.get("memberRelation", "OR"), chosen))
    relation = configuration.get("memberRelation", "OR")
    return {
        "allowlist": {"memberRelation": relation, "conditions": lists["ALLOW"]},
        "denyList": {"memberRelation": relation, "conditions": lists["DENY"]},
    }


def _condition(relation: str, principals: list[dict[str, Any]]) -> Answer:
    users = [item["user"] for item in principals if "user" in item]
    groups = [item["group"] for item in principals if "group" in item]
    return {
        "memberRelation": relation,
        "users": [_named(item, "id") for item in users],
        "groups": [_named(item, "name") for item in groups],
    }


def _named(principal: dict[str, Any], name: str) -> Answer:
    shown = {name: principal[name]} if name in principal else {}
    return shown | ({"type": principal["membershipType"]} if "membershipType" in principal else {})
