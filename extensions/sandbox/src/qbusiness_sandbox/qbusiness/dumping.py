# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state as JSON, for tests and for comparing two clouds."""

from __future__ import annotations

from typing import Any

from qbusiness_sandbox.qbusiness.kinds import TABLE
from qbusiness_sandbox.qbusiness.parts import ApplicationParts, DataSourceParts, IndexParts
from qbusiness_sandbox.qbusiness.service import Service
from qbusiness_sandbox.qbusiness.store import Resource


def _application(parts: ApplicationParts) -> dict[str, Any]:
    return {
        "chatControls": parts.controls,
        "users": parts.users,
        "statements": parts.statements,
        "conversations": [
            {"conversationId": item.id, "user": item.user, "title": item.title, "messages": len(item.messages)}
            for item in parts.conversations.values()
        ],
        "attachments": [
            {"attachmentId": item.id, "conversationId": item.conversation_id, "name": item.name, "size": len(item.data)}
            for item in parts.attachments.values()
        ],
    }


def _index(parts: IndexParts) -> dict[str, Any]:
    return {
        "documents": [
            {
                "documentId": item.id,
                "title": item.title,
                "uri": item.uri,
                "status": item.progress.status,
                "dataSourceId": item.sync_source,
                "sha256": item.sha256,
                "size": len(item.data),
                "attributes": item.attributes,
                "accessConfiguration": item.access,
            }
            for item in parts.documents.values()
        ],
        "groups": [
            {
                "groupName": item.name,
                "dataSourceId": item.data_source_id,
                "type": item.type,
                "status": item.progress.status,
                "members": item.members,
            }
            for item in parts.groups.values()
        ],
    }


def _data_source(parts: DataSourceParts) -> dict[str, Any]:
    return {
        "syncJobs": [
            {"executionId": item.id, "status": item.progress.status, "metrics": item.counts, "error": item.error}
            for item in parts.jobs
        ]
    }


def _resource(resource: Resource) -> dict[str, Any]:
    shown: dict[str, Any] = {
        **resource.ids,
        **resource.values,
        **{name: resource.hidden[name] for name in sorted(resource.kind.write_only & set(resource.hidden))},
        "createdAt": resource.created,
        "updatedAt": resource.updated,
        "tags": dict(resource.tags),
    }
    if resource.kind.arn_member:
        shown[resource.kind.arn_member] = resource.arn
    if resource.kind.life is not None:
        shown[resource.kind.life.member] = resource.progress.status
    if resource.error:
        shown["error"] = dict(resource.error)
    if isinstance(resource.parts, ApplicationParts):
        shown.update(_application(resource.parts))
    elif isinstance(resource.parts, IndexParts):
        shown.update(_index(resource.parts))
    elif isinstance(resource.parts, DataSourceParts):
        shown.update(_data_source(resource.parts))
    return shown


def dump(service: Service) -> dict[str, Any]:
    """``{"applications": [..], "indices": [..], "retrievers": [..], "dataSources": [..], "webExperiences": [..],
    "plugins": [..], "chatResponseConfigurations": [..], "dataAccessors": [..], "subscriptions": [..],
    "kendraIndices": [ids]}``. An item has the members of the API under their names, its ancestors' ids, its tags as a
    map, and what belongs to it (documents without their text, groups, sync jobs, users, statements). A dump is no look:
    it moves no life cycle on."""
    return {
        **{kind.items: [_resource(item) for item in service.store.all(kind)] for kind in TABLE},
        "kendraIndices": sorted(service.kendra_indices),
    }
