# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The objects of an embedded cloud's dump, each with its name, its parent and its members."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qbusiness_sandbox.company import client
from qbusiness_sandbox.testing import Process

#: Members that belong to a moment, to a person's use, or to the object's place, and not to its settings.
_PASSING = frozenset(
    ("createdAt", "updatedAt", "created", "lastUpdated", "conversations", "attachments", "documents", "syncJobs")
)


@dataclass(frozen=True)
class Thing:
    """One object. ``names``: what a person may call it by, its id first; ``parent``: the key of what it belongs to."""

    kind: str
    id: str
    names: tuple[str, ...]
    parent: str
    members: Mapping[str, Any]

    @property
    def key(self) -> str:
        return f"{self.kind} {self.id}"

    @property
    def title(self) -> str:
        """Its kind with the name that says most."""
        return f"{self.kind} {self.names[-1]}"


Things = dict[str, Thing]


def look(cloud: Process) -> Things:
    """Return all objects of the cloud by their keys, with fingerprints of what its secrets hold."""
    found = list(_all(cloud.control.state()))
    return {thing.key: thing for thing in (*found, *_secret_values(cloud, found))}


def _all(state: Mapping[str, Any]) -> Iterator[Thing]:
    aws, okta = state["aws"], state["okta"]
    yield from _business(aws["qbusiness"])
    for kind, table in (
        ("SAML provider", "saml_providers"),
        ("OIDC provider", "oidc_providers"),
        ("role", "roles"),
        ("managed policy", "policies"),
    ):
        for arn, members in aws[table].items():
            yield _thing(kind, arn, arn.rpartition("/")[2], "", members)
    for name, members in aws["buckets"].items():
        yield _thing("bucket", name, name, "", members)
    for name, members in aws["secrets"].items():
        yield _thing("secret", members["arn"], name, "", members)
    yield from _okta(okta)


#: Tables of Q Business: the kind, the member with its id, that with its name, the kind and the id member of its parent.
_TABLES = {
    "applications": ("application", "applicationId", "displayName", "", ""),
    "indices": ("index", "indexId", "displayName", "application", "applicationId"),
    "retrievers": ("retriever", "retrieverId", "displayName", "application", "applicationId"),
    "dataSources": ("data source", "dataSourceId", "displayName", "index", "indexId"),
    "webExperiences": ("web experience", "webExperienceId", "title", "application", "applicationId"),
    "plugins": ("plugin", "pluginId", "displayName", "application", "applicationId"),
    "dataAccessors": ("data accessor", "dataAccessorId", "displayName", "application", "applicationId"),
}


def _business(tables: Mapping[str, Any]) -> Iterator[Thing]:
    for table, (kind, id_member, name_member, parent_kind, parent_member) in _TABLES.items():
        for item in tables[table]:
            parent = f"{parent_kind} {item[parent_member]}" if parent_kind else ""
            yield _thing(kind, item[id_member], str(item.get(name_member) or ""), parent, item)
    for index in tables["indices"]:
        for document in index["documents"]:
            source = document["dataSourceId"]
            key = f"{index['indexId']}/{source}/{document['documentId']}"
            yield _thing("document", key, document["documentId"], f"index {index['indexId']}", document)
    for source in tables["dataSources"]:
        jobs = {"jobs": len(source["syncJobs"])}
        yield _thing("sync jobs", source["dataSourceId"], str(source["displayName"]), "", jobs)


def _okta(okta: Mapping[str, Any]) -> Iterator[Thing]:
    for app in okta["apps"]:
        if not app["built_in"]:
            yield _thing("Okta app", app["id"], app["label"], "", app)
    for group in okta["groups"]:
        yield _thing("Okta group", group["id"], group["name"], "", group)
    for server in okta["authorization_servers"]:
        parts = ("claims", "policies", "rules")
        own = {name: value for name, value in server.items() if name not in parts}
        yield _thing("authorization server", server["id"], server["name"], "", own)
        parent = f"authorization server {server['id']}"
        for claim in server["claims"]:
            yield _thing("claim", claim["id"], claim["name"], parent, claim)
        for policy in server["policies"]:
            yield _thing("access policy", policy["id"], policy["name"], parent, policy)
            for rule in server["rules"].get(policy["id"], []):
                yield _thing("policy rule", rule["id"], rule["name"], f"access policy {policy['id']}", rule)


def _thing(kind: str, identifier: str, name: str, parent: str, members: Mapping[str, Any]) -> Thing:
    kept = {key: value for key, value in members.items() if key not in _PASSING}
    return Thing(kind, identifier, (identifier, name) if name else (identifier,), parent, kept)


def _secret_values(cloud: Process, found: list[Thing]) -> Iterator[Thing]:
    """The secrets again, with a fingerprint of each member of their values: a lost one is a loss, too."""
    manager = client(cloud, "secretsmanager")
    for thing in found:
        if thing.kind == "secret":
            text = str(manager.get_secret_value(SecretId=thing.id)["SecretString"])
            try:
                value = json.loads(text)
            except ValueError:
                value = text
            parts = value if isinstance(value, dict) else {"": value}
            prints = {name: hashlib.sha256(repr(part).encode()).hexdigest()[:12] for name, part in parts.items()}
            yield Thing(thing.kind, thing.id, thing.names, "", {**thing.members, "value": prints})
