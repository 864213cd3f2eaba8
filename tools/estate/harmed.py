# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Harm: what was there before a run and is not after it, although the inventory does not ask for that."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

from changes import Change, Field, canonical
from inventory import Inventory
from sign_ins import SignIn
from things import Thing, Things
from verdict import Fault

#: Members whose value is not in the inventory literally, by the end of their path: the variables that set them.
_SET_BY = {
    "attachmentsControlMode": "qbusiness_application_attachments",
    "qAppsControlMode": "qbusiness_application_q_apps",
    "autoSubscribe": "qbusiness_application_subscription_tier",
    "defaultSubscriptionType": "qbusiness_application_subscription_tier",
    "samplePromptsControlMode": "qbusiness_web_experience_sample_prompts",
    "origins": "qbusiness_web_experience_origins",
    "logoUrl": "qbusiness_web_experience_theme",
    "customCSSUrl": "qbusiness_web_experience_theme",
    "fontUrl": "qbusiness_web_experience_theme",
    "faviconUrl": "qbusiness_web_experience_theme",
    "application_type": "okta_oidc_app_application_type",
    "grant_types": "okta_oidc_app_grant_types",
    "search": "qbusiness_knowledge_document_attributes",
    "value": "okta_authorization_server_principal_tags",
    "client_secret": "okta_client_secret_rotate",
}
#: What stands in an Okta app as long as it has no real address.
_PLACEHOLDER = "http://sampleurl.com"
#: Members of an object that narrow or widen what it does when they come, too.
_RULES = ("inclusionP", "exclusionP", "inclusionPatterns", "fieldMappings", "accessConfiguration", "blockedPhrases")
_POLICIES = ("trust_policy", "inline_policies", "policy", "document")


def sign_ins_lost(before: Mapping[str, SignIn], after: Mapping[str, SignIn], removed: Iterable[str]) -> Iterator[Fault]:
    """A sign-in that worked and no longer does, or that found documents and finds none."""
    gone = tuple(removed)
    for name, was in before.items():
        if was.problem or any(text in name for text in gone):
            continue
        now = after.get(name, SignIn("there is no such sign-in any more"))
        if now.problem:
            yield Fault("harmed", f"sign-in broken: {name}: {now.problem}")
        elif was.sources and not now.sources:
            yield Fault("harmed", f"answers without documents now: {name}")


def members_lost(before: Things, found: Iterable[Change], inventory: Inventory) -> Iterator[Fault]:
    """Objects and members that were lost or changed, and documents that can be found now and could not before."""
    listed = list(found)
    judge = _Judge(before, inventory, [change.thing for change in listed if change.after is None])
    for change in listed:
        if change.before is None:
            yield from judge.document(change)
        elif change.after is None:
            yield from judge.deletion(change)
        else:
            yield from judge.members(change)


class _Judge:
    """What the inventory allows."""

    def __init__(self, before: Things, inventory: Inventory, deleted: Iterable[Thing]) -> None:
        self._before, self._inventory = before, inventory
        self._scalars = {value.casefold() for value in inventory.scalars()}
        self._absent = {text for host in inventory.hosts.values() for text in _absent(host)}
        removed = [thing for thing in deleted if self._gone(thing)]
        #: Ids and addresses of what the inventory removes: what others have of it goes with it.
        self._traces = {text for thing in removed for text in (thing.id, thing.members.get("defaultEndpoint")) if text}

    def document(self, change: Change) -> Iterator[Fault]:
        """A new document of an index and of a data source that were there: its source opened it only now.

        A source whose rules are the same reads what they allow, as its own schedule would do."""
        thing = change.thing
        if thing.kind != "document" or thing.parent not in self._before:
            return
        source = self._before.get(f"data source {thing.members['dataSourceId']}")
        if source is not None and not _in_scope(source, thing.names[-1]):
            yield Fault("harmed", f"{thing.title} can be found now; data source {source.names[-1]} left it out before")

    def deletion(self, change: Change) -> Iterator[Fault]:
        thing = change.thing
        if thing.kind == "sync jobs" or self._gone(thing):
            return
        yield Fault("harmed", str(change))

    def members(self, change: Change) -> Iterator[Fault]:
        for field in change.fields:
            if change.thing.kind != "sync jobs" and self._is_harm(change, field):
                yield Fault("harmed", f"{change.thing.title}: {field}")

    def _is_harm(self, change: Change, field: Field) -> bool:
        path, thing = field.path, change.thing
        if any(fnmatchcase(f"{thing.title} {path}", pattern) for pattern in self._inventory.expects.changes):
            return False
        if thing.kind == "SAML provider" and path.startswith(("metadata_sha256", "certificates")):
            return "entity_id" in [item.path for item in change.fields]  # a renewed certificate of the same app
        if path.endswith("fingerprint") or _empty(field.old):
            return any(rule in path for rule in _RULES) and not self._set(path, field.new)
        if isinstance(field.old, str) and field.old.startswith(_PLACEHOLDER):
            return False
        if any(trace in canonical(field.old) for trace in self._traces):
            return False
        if path.split(".")[0] in _POLICIES:
            return not self._still_allowed(change)
        return not self._set(path, field.new) and not self._named_absent(field.old)

    def _still_allowed(self, change: Change) -> bool:
        """Whether each statement of the object's documents is still there, as it was or wider."""
        assert change.before is not None and change.after is not None
        now = [item for root in _POLICIES for item in _statements(change.after.members.get(root))]
        was = [item for root in _POLICIES for item in _statements(change.before.members.get(root))]
        lost = [item for item in was if not any(_covers(other, item) for other in now)]
        return all(any(trace in canonical(item) for trace in self._traces) for item in lost)

    def _set(self, path: str, value: Any) -> bool:
        """Whether the inventory says this value, or sets the variable of this member."""
        last = path.split("[", maxsplit=1)[0].rpartition(".")[2]
        variable = _SET_BY.get(last)
        if variable and self._inventory.values(variable):
            return True
        values = value if isinstance(value, list) else [value]
        return (
            bool(values)
            and all(str(item).casefold() in self._scalars for item in values if item is not None)
            and (value is not None)
        )

    def _named_absent(self, value: Any) -> bool:
        return str(value) in self._absent

    def _gone(self, thing: Thing | None) -> bool:
        """Whether the inventory removes the object, or what it belongs to."""
        allowed = {*self._absent, *self._inventory.expects.removed}
        while thing is not None:
            if allowed & set(thing.names) or any(
                name in text for text in self._document_parents(thing) for name in allowed
            ):
                return True
            thing = self._before.get(thing.parent)
        return False

    def _document_parents(self, thing: Thing) -> list[str]:
        """The names of the data source of a document."""
        source = (
            self._before.get(f"data source {thing.members.get('dataSourceId')}") if thing.kind == "document" else None
        )
        return list(source.names) if source else []


def _absent(value: Any) -> Iterator[str]:
    """Names beside ``state: absent``, and values of variables that end in ``_absent``."""
    if isinstance(value, Mapping):
        if any(str(key).endswith("state") and item == "absent" for key, item in value.items()):
            yield from (str(item) for item in value.values() if isinstance(item, str))
        for key, item in value.items():
            if str(key).endswith("_absent") and isinstance(item, list):
                yield from map(str, item)
            yield from _absent(item)
    elif isinstance(value, list):
        for item in value:
            yield from _absent(item)


def _empty(value: Any) -> bool:
    return value in (None, "", [], {})


def _in_scope(source: Thing, key: str) -> bool:
    """Whether an S3 data source, as it was before, takes a document with this key by its prefixes."""
    settings = source.members.get("configuration") or {}
    filters = settings.get("filterConfiguration") or settings.get("additionalProperties") or {}
    included = tuple(filters.get("inclusionPrefixes") or [])
    excluded = tuple(filters.get("exclusionPrefixes") or [])
    key = re.sub(r"^s3://[^/]+/", "", key)  # a document of the S3 connector is called by its address
    return (not included or key.startswith(included)) and not (excluded and key.startswith(excluded))


# -- policies ---------------------------------------------------------------------------------------------------


def _statements(document: Any) -> list[Mapping[str, Any]]:
    """The statements of one document, or of a map of documents by name."""
    if not isinstance(document, Mapping):
        return []
    if "Statement" in document:
        listed = document["Statement"]
        return [listed] if isinstance(listed, Mapping) else list(listed)
    return [item for each in document.values() for item in _statements(each)]


def _covers(new: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    """Whether a statement says all that another one said: the same people and conditions, no action and no resource
    less."""
    same = ("Effect", "Principal", "NotPrincipal", "NotAction", "NotResource")
    if any(canonical(new.get(name)) != canonical(old.get(name)) for name in same):
        return False
    if not all(_set_of(old.get(name)) <= _set_of(new.get(name)) for name in ("Action", "Resource")):
        return False
    return _condition_covers(new.get("Condition") or {}, old.get("Condition") or {})


def _condition_covers(new: Mapping[str, Any], old: Mapping[str, Any]) -> bool:
    """Whether a condition has the same keys, and no value less."""
    keys = [{(test, key) for test in each for key in each[test]} for each in (new, old)]
    return keys[0] == keys[1] and all(_set_of(old[test][key]) <= _set_of(new[test][key]) for test, key in keys[1])


def _set_of(value: Any) -> set[str]:
    values = value if isinstance(value, list) else [] if value is None else [value]
    return {str(item) for item in values}
