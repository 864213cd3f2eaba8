# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applications for a reader: one with all its parts, each part a piece of work of its own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

from ..aws import Aws
from ..iam import arns, bucket_statement
from ..iam.role_kinds import KINDS as ROLE_KINDS
from ..qbusiness import chat_controls, group, permission, subscription, sync
from ..qbusiness.application import APPLICATION
from ..qbusiness.table import SERVICE, ServiceResource
from . import kinds, roles
from .crew import Group
from .detail import OF_APPLICATIONS, Detail, Part
from .kinds import Found, Kind
from .model import Application, BucketPolicy, DataSource, Index, Listed, Resource, Role, Settings
from .unread import Notes, in_order

#: Statuses of objects that are on their way out.
GOING = ("DELETING", "DELETED")
PAGE = 100


def listed(aws: Aws, region: str) -> tuple[Listed, ...]:
    """The applications of a region as the list names them, without those that are being deleted.

    :raises ServiceError: the service refuses
    """
    found = [
        Listed(
            id=str(item["applicationId"]),
            name=str(item.get("displayName") or ""),
            region=region,
            status=str(item.get("status") or ""),
            identity_type=str(item.get("identityType") or ""),
        )
        for item in aws.pages(SERVICE, APPLICATION.list_operation, APPLICATION.list_key, maxResults=PAGE)
        if item.get("status") not in GOING
    ]
    return tuple(sorted(found, key=lambda item: (item.region, item.name, item.id)))


def find(aws: Aws, application_id: str) -> Found | None:
    """An application alone; ``None`` where there is none.

    :raises ServiceError: the service refuses
    """
    return kinds.find(aws, APPLICATION, ServiceResource, {}, application_id)


class ApplicationWork:
    """Reads one application into :attr:`result`, which is ``None`` where there is none, or :attr:`error` is set."""

    def __init__(self, group_: Group, aws: Aws, region: str, application_id: str, detail: Detail) -> None:
        self._group = group_
        self._aws = aws
        self._region = region
        self._ids = {"applicationId": application_id}
        self._detail = detail
        self._notes = Notes(region, application_id)
        self._root: Found | None = None
        self.error: Exception | None = None
        #: What was found, by part; and the parts that are not complete.
        self._found: dict[Part, list[Resource]] = {}
        self._tags: dict[str, str] | None = None
        self._last_syncs: dict[str, Settings] = {}
        self._groups: dict[str, int] = {}
        self._roles: dict[str, Role | None] = {}
        self._buckets: dict[str, BucketPolicy | None] = {}
        self._others: dict[Part, Any] = {}
        self._incomplete: set[Part] = set()

    @property
    def name(self) -> str:
        """How entries call the application."""
        named = str(self._root.state.get("displayName") or "") if self._root else ""
        return f"application {named} ({self._ids['applicationId']})".replace("  ", " ")

    def start(self) -> None:
        """Begin; the group knows when all is read."""
        self._group.add(self._read)

    # -- pieces of work ---------------------------------------------------------------------------------------------

    def _read(self) -> None:
        try:
            self._root = find(self._aws, self._ids["applicationId"])
        except Exception as error:
            self.error = error
            return
        if self._root is None or self._root.state.get("status") in GOING:
            self._root = None
            return
        if Part.TAGS in self._detail:
            self._do(Part.TAGS, "tags", self._read_tags)
        for kind in kinds.KINDS:
            if kind.part in self._detail or (kind.part is Part.INDICES and Part.DATA_SOURCES in self._detail):
                self._do(kind.part, kind.part.replace("_", " "), partial(self._list, kind, self._ids))
        for part, read in (
            (Part.CHAT_CONTROLS, self._chat_controls),
            (Part.PERMISSIONS, self._permissions),
            (Part.SUBSCRIPTIONS, self._subscriptions),
        ):
            if part in self._detail:
                self._do(part, part.replace("_", " "), partial(self._other, part, read))

    def _do(self, part: Part, what: str, read: Any) -> None:
        """Have a part read; an entry, where it cannot be."""

        def work() -> None:
            own = Notes(self._region, self._ids["applicationId"])
            own.tried(f"{what} of {self.name}", read, None)
            if own.entries:
                self._incomplete.add(part)
                self._notes.entries.extend(own.entries)

        self._group.add(work)

    def _read_tags(self) -> None:
        if self._root is not None:
            self._tags = kinds.tags_of(self._aws, str(self._root.ids["application_arn"]))

    def _list(self, kind: Kind, parents: Mapping[str, str]) -> None:
        spec = kind.spec
        for item in self._aws.pages(SERVICE, spec.list_operation, spec.list_key, maxResults=spec.page_size, **parents):
            object_id = str(item[spec.id_member])
            named = str(item.get(spec.name_member) or "") if spec.name_member else ""
            what = f"{kind.noun} {named} ({object_id})".replace("  ", " ")
            self._do(kind.part, what, partial(self._one, kind, parents, object_id, what))

    def _one(self, kind: Kind, parents: Mapping[str, str], object_id: str, what: str) -> None:
        found = kinds.find(self._aws, kind.spec, kind.resource, parents, object_id)
        if found is None:  # it was deleted since the list was read
            return
        members = kinds.common(kind.spec, found, None)
        if Part.TAGS in self._detail:
            of = f"tags of {what} of {self.name}"
            members["tags"] = self._notes.tried(of, lambda: kinds.tags_of(self._aws, str(members["arn"])), None)
            if members["tags"] is None:
                self._incomplete.add(Part.TAGS)
        made = kind.build(members, found)
        self._found.setdefault(kind.part, []).append(made)
        if Part.ROLES in self._detail or Part.POLICIES in self._detail:
            for arn, role_kind in kind.roles(made):
                self._role(arn, role_kind)
        self._follow(kind, made, {**parents, kind.spec.id_member: object_id}, what)

    def _follow(self, kind: Kind, made: Resource, ids: Mapping[str, str], what: str) -> None:
        """What is below an object."""
        if kind.part is Part.INDICES:
            if Part.DATA_SOURCES in self._detail:
                self._do(Part.DATA_SOURCES, f"data sources of {what}", partial(self._list, kinds.SOURCES, ids))
            if Part.INDEX_GROUPS in self._detail:
                self._do(Part.INDEX_GROUPS, f"groups of {what}", partial(self._count_groups, made.id, ids))
        elif kind.part is Part.DATA_SOURCES and Part.SYNCS in self._detail:
            self._do(Part.SYNCS, f"sync jobs of {what}", partial(self._last_sync, made.id, ids))
        elif kind.part is Part.WEB_EXPERIENCES and Part.THEMES in self._detail:
            for name in getattr(made, "theme_buckets", ()):
                if name not in self._buckets:
                    self._buckets[name] = None
                    self._do(Part.THEMES, f"policy of bucket {name} for {what}", partial(self._bucket, name))

    def _last_sync(self, source_id: str, ids: Mapping[str, str]) -> None:
        page = self._aws.get(SERVICE, "ListDataSourceSyncJobs", **ids, maxResults=sync.PAGE) or {}
        for job in sync.newest_first(page.get("history") or [])[:1]:
            self._last_syncs[source_id] = sync.shown(self._aws, job)

    def _count_groups(self, index_id: str, ids: Mapping[str, str]) -> None:
        # The list wants to be told a moment, and this machine's clock may be slow.
        moment = datetime.now(UTC) + timedelta(days=1)
        self._groups[index_id] = len(set(group.group_names(self._aws, ids, moment)))

    def _bucket(self, name: str) -> None:
        self._buckets[name] = BucketPolicy(
            name, tuple(bucket_statement.statements_of(bucket_statement.read_policy(self._aws, name)))
        )

    def _role(self, arn: str, role_kind: str) -> None:
        if not arn or arn in self._roles:
            return
        self._roles[arn] = None
        own = arns.application(str(self._root.ids["application_arn"])) if self._root else None
        account = arn.split(":")[4] if arn.count(":") >= 5 else ""
        if own and account != own.account:
            self._notes.missing(f"role {arn} of {self.name}", f"It is of the account {account}, which is not read.")
            self._incomplete.add(Part.ROLES)
            return
        self._do(Part.ROLES, f"role {arn}", partial(self._read_role, arn, role_kind))

    def _read_role(self, arn: str, role_kind: str) -> None:
        policy = "" if Part.POLICIES in self._detail else ROLE_KINDS[role_kind].policy_name
        role = roles.read(self._aws, arn, policy)
        if role is None:
            self._notes.missing(f"role {arn} of {self.name}", f"There is no role {arn}.")
            return
        self._roles[arn] = role
        if role.unread:
            self._incomplete.add(Part.POLICIES)
        for item in role.unread:
            self._notes.entries.append(replace(item, region=self._region, application_id=self._ids["applicationId"]))

    def _other(self, part: Part, read: Any) -> None:
        self._others[part] = read()

    def _chat_controls(self) -> Settings | None:
        state = chat_controls.read_controls(self._aws, self._ids["applicationId"])
        return None if state is None else chat_controls.shown_controls(self._aws, state)

    def _permissions(self) -> tuple[Settings, ...]:
        statements = permission.read_statements(self._aws, self._ids["applicationId"])
        found = (permission.view_of(permission.to_members(item)) for item in statements)
        return tuple(sorted(found, key=lambda item: str(item["statement_id"])))

    def _subscriptions(self) -> tuple[Settings, ...]:
        listed_ = self._aws.pages(SERVICE, "ListSubscriptions", "subscriptions", **self._ids, maxResults=PAGE)
        return tuple(sorted((subscription.view_of(item) for item in listed_), key=lambda item: item["subscription_id"]))

    # -- the result -------------------------------------------------------------------------------------------------

    @property
    def result(self) -> Application | None:
        """The application, once all is read."""
        root = self._root
        if root is None:
            return None
        members = kinds.common(APPLICATION, root, self._tags)
        return Application(
            **members,
            region=self._region,
            identity_type=str(root.state.get("identityType") or ""),
            provider_arn=str(root.state.get("iamIdentityProviderArn") or ""),
            client_ids=tuple(sorted(root.state.get("clientIdsForOIDC") or [])),
            indices=tuple(self._indices()),
            retrievers=self._of(Part.RETRIEVERS),
            data_sources=tuple(self._data_sources()),
            web_experiences=self._of(Part.WEB_EXPERIENCES),
            roles=tuple(sorted((role for role in self._roles.values() if role), key=lambda role: role.arn)),
            theme_buckets=tuple(policy for _name, policy in sorted(self._buckets.items()) if policy),
            plugins=self._of(Part.PLUGINS),
            chat_controls=self._others.get(Part.CHAT_CONTROLS),
            chat_response_configurations=self._of(Part.CHAT_RESPONSE_CONFIGURATIONS),
            data_accessors=self._of(Part.DATA_ACCESSORS),
            permissions=self._others.get(Part.PERMISSIONS) or (),
            subscriptions=self._others.get(Part.SUBSCRIPTIONS) or (),
            read=tuple(sorted(part.value for part in (self._detail.parts & OF_APPLICATIONS) - self._incomplete)),
            unread=in_order(self._notes.entries),
        )

    def _of(self, part: Part) -> tuple[Any, ...]:
        return tuple(sorted(self._found.get(part, ()), key=lambda item: (item.name, item.id)))

    def _indices(self) -> Iterator[Index]:
        for index in self._of(Part.INDICES):
            yield replace(index, groups=self._groups.get(index.id))

    def _data_sources(self) -> Iterator[DataSource]:
        for source in self._of(Part.DATA_SOURCES):
            yield replace(source, last_sync=self._last_syncs.get(source.id))
