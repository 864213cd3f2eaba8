# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Say what a run did and where people go now, in lines for people. Pure functions."""

from __future__ import annotations

import difflib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from ..placeholder import MARK
from .journal import Record

Facts = Mapping[str, Any]
#: Words for what happened, in a run and in check mode.
WORDS = {
    "created": ("created", "would be created"),
    "changed": ("changed", "would be changed"),
    "deleted": ("deleted", "would be deleted"),
}
#: Longer values are cut in a line; the task's own diff shows them whole.
LONGEST = 80


def summary(federation: Facts, results: Mapping[str, Facts], records: Sequence[Record], *, checks: bool) -> list[str]:
    """Return the lines.

    :param federation: the answer of ``federation_resolve``
    :param results: by host, the application, its status and URL, and the identity's app and provider after the run
    :param records: what the tasks noted
    :param checks: whether this was check mode
    """
    return [
        *_section("Applications", _applications(results)),
        *_section("Identities", _identities(results)),
        *_section("Would change" if checks else "Changed", changes(records, checks=checks)),
        *_section("Needs attention", attention(federation, records)),
        *_section("Next", _next(records, results, str(federation.get("purpose") or ""), checks=checks)),
    ]


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = [f"  {line}" for line in lines]
    if found:
        yield f"{title}:"
        yield from found


def _applications(results: Mapping[str, Facts]) -> Iterator[str]:
    for host, facts in results.items():
        if facts.get("application"):
            url = str(facts.get("url") or "")
            planned = MARK in url
            status = "planned" if facts.get("planned") else facts.get("status") or "planned"
            where = "(URL known after the run)" if planned else url or "(no web experience)"
            yield f'{host}: application "{facts["application"]}", {status}, {where}'


def _identities(results: Mapping[str, Facts]) -> Iterator[str]:
    for host, facts in results.items():
        if facts.get("app_label"):
            known = facts.get("app_id") if MARK not in str(facts.get("app_id")) else "planned"
            yield (
                f'{host}: Okta app "{facts["app_label"]}" ({known}), {facts.get("provider_arn") or "provider planned"}'
            )


def changes(records: Sequence[Record], *, checks: bool) -> Iterator[str]:
    """Yield a line for each object that changed, and one for each field; creations and deletions first."""
    order = {"deleted": 0, "created": 1, "changed": 2}
    made: set[tuple[str, ...]] = set()
    for record in sorted((item for item in records if item["action"] in order), key=lambda item: order[item["action"]]):
        # A plan creates an object twice where two plays write it.
        key = tuple(str(record[name]) for name in ("host", "noun", "name"))
        if record["action"] == "created" and key in made:
            continue
        made.add(key)
        word = WORDS[record["action"]][checks]
        # A placeholder of check mode is no name.
        name = "" if MARK in record["name"] else f' "{record["name"]}"'
        yield f"{record['host']}: {record['noun']}{name} {word}"
        for difference in record["differences"]:
            yield f"    {difference['field']}: {_shown(difference['before'])} -> {_shown(difference['after'])}"


def _shown(value: Any) -> str:
    text = "(not set)" if value in (None, "") else str(value)
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 3]}..."


def attention(federation: Facts, records: Sequence[Record]) -> Iterator[str]:
    """Yield what a person should look at: trust of foreign accounts first."""
    for record in records:
        for principal in record.get("foreign_principals") or []:
            yield (
                f'{record["host"]}: {record["noun"]} "{record["name"]}" trusts {principal}, which is of another account'
            )
    for host, facts in (federation.get("hosts") or {}).items():
        for note in facts.get("notes") or []:
            yield f"{host}: {note}"
    for text in federation.get("beside") or []:
        yield f"{text} is not in the inventory. It stays; the playbook remove takes away only what the inventory names."
    for text in federation.get("unread") or []:
        yield f"could not be read: {text}"
    for record in records:
        for right in record.get("kept_rights") or []:
            yield (
                f'{record["host"]}: {record["noun"]} "{record["name"]}" keeps {right}, which the '
                "inventory does not ask for"
            )
        for text in record.get("insufficient") or []:
            yield f'{record["host"]}: {record["noun"]} "{record["name"]}": {text}'


def _next(records: Sequence[Record], results: Mapping[str, Facts], purpose: str, *, checks: bool) -> Iterator[str]:
    changed = any(record["action"] != "kept" for record in records)
    if purpose == "remove":
        if not changed:
            yield "Nothing was removed. To remove what is named above, run again with -e qbusiness_remove_confirm=yes."
    elif checks:
        yield (
            "Run again without --check to make these changes."
            if changed
            else "Nothing to do: the live estate is as desired."
        )
    elif changed and any(facts.get("application") for facts in results.values()):
        yield "Prove the sign-in with a test user: ansible-playbook qbusiness.federation.prove_login"
    elif not changed:
        yield "Nothing changed: the live estate is as desired."


def diffs(records: Sequence[Record]) -> Iterator[str]:
    """Yield what would change in each object, line by line."""
    for record in records:
        if record["action"] != "kept":
            name = f'{record["host"]}: {record["noun"]} "{record["name"]}"'
            now, then = (
                json.dumps(record[side], indent=2, sort_keys=True).splitlines() for side in ("before", "after")
            )
            yield from difflib.unified_diff(now, then, f"{name} now", f"{name} after the run", lineterm="", n=1)


def differences(records: Sequence[Record]) -> list[Record]:
    """Return the fields that differ: the trust of foreign accounts first, then by host and object."""
    found = [
        {
            "host": record["host"],
            "object": f'{record["noun"]} "{record["name"]}"',
            "field": difference["field"],
            "inventory": difference["after"],
            "live": difference["before"],
        }
        for record in records
        if record["action"] != "kept"
        for difference in record["differences"] or [_whole(record)]
    ]
    foreign = [
        {
            "host": record["host"],
            "object": f'{record["noun"]} "{record["name"]}"',
            "field": "trust policy",
            "inventory": "trusts principals of this account",
            "live": f"trusts {principal}",
        }
        for record in records
        for principal in record.get("foreign_principals") or []
    ]
    return [*foreign, *found]


def _whole(record: Record) -> Record:
    """Return the difference of an object that only one side has."""
    exists = "exists", "does not exist"
    before, after = exists if record["action"] == "deleted" else reversed(exists)
    if record["action"] == "changed":
        before, after = "differs", ", ".join(record["operations"])
    return {"field": "(object)", "before": before, "after": after}
