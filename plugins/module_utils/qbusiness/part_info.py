# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What there is of the parts of an application or an index that no :class:`~.table.Spec` describes, read only.

Each is read and shown as its own module does. What has no list (users) is read one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from .. import model
from ..aws import MISSING, Aws
from ..errors import ServiceError
from ..host import Context
from ..placeholder import holding
from . import document_list, group, permission, subscription, user
from .chat_controls import GET, read_controls, shown_controls
from .info import check_ids

_APPLICATION: dict[str, Any] = {"application_id": {"type": "str", "required": True}}
_INDEX: dict[str, Any] = {**_APPLICATION, "index_id": {"type": "str", "required": True}}
_TEXT = {"type": "str"}
#: Statuses of documents. Source: the service model, ``DocumentStatus``.
STATUSES = [
    "RECEIVED",
    "PROCESSING",
    "INDEXED",
    "UPDATED",
    "FAILED",
    "DELETING",
    "DOCUMENT_FAILED_TO_INDEX",
]

CHAT_CONTROLS_OPTIONS = _APPLICATION
SUBSCRIPTION_OPTIONS: dict[str, Any] = {**_APPLICATION, "subscription_id": _TEXT, "user": _TEXT, "group": _TEXT}
USER_OPTIONS: dict[str, Any] = {
    **_APPLICATION,
    "user_ids": {"type": "list", "elements": "str", "required": True, "aliases": ["user_id"]},
}
GROUP_OPTIONS: dict[str, Any] = {**_INDEX, "data_source_id": _TEXT, "group_name": _TEXT}
PERMISSION_OPTIONS: dict[str, Any] = {**_APPLICATION, "statement_id": _TEXT}
DOCUMENT_OPTIONS: dict[str, Any] = {
    **_INDEX,
    "data_source_id": _TEXT,
    "document_ids": {"type": "list", "elements": "str"},
    "statuses": {"type": "list", "elements": "str", "choices": STATUSES},
}

Found = Iterable[dict[str, Any]]


def _answer(
    context: Context, key: str, operation: str, parents: tuple[str, ...], read: Callable[[Aws, dict[str, str]], Found]
) -> dict[str, Any]:
    """The answer of one of these modules; nothing is asked about what check mode only plans.

    :param operation: one that takes the parents' ids
    :param read: connection, ids by member → what was found
    :raises InputError: an id cannot be one
    """
    ids = {member: str(context.parameters[model.option_name(member)]) for member in parents}
    check_ids(context.aws, operation, ids)
    planned = holding({name: value for name, value in context.parameters.items() if name.endswith(("_id", "_ids"))})
    found: list[dict[str, Any]] = []
    if not planned:
        try:
            found = list(read(context.aws, ids))
        except ServiceError as error:
            if error.code not in MISSING:
                raise
    return {"changed": False, key: found}


def chat_controls(context: Context) -> dict[str, Any]:
    """What the module ``qbusiness_chat_controls_info`` does."""

    def read(aws: Aws, ids: dict[str, str]) -> Found:
        state = read_controls(aws, ids["applicationId"])
        if state is not None:
            yield {"application_id": ids["applicationId"], **shown_controls(aws, state)}

    return _answer(context, "chat_controls", GET, ("applicationId",), read)


def subscriptions(context: Context) -> dict[str, Any]:
    """What the module ``qbusiness_subscription_info`` does."""
    parameters = context.parameters
    principal = {kind: str(parameters[kind]) for kind in ("user", "group") if parameters.get(kind)}
    wanted = parameters.get("subscription_id")

    def read(aws: Aws, ids: dict[str, str]) -> Found:
        for item in subscription.read_subscriptions(aws, ids["applicationId"]):
            if wanted and item["subscriptionId"] != wanted:
                continue
            if not principal or subscription.same_principal(principal, item.get("principal") or {}):
                yield {"application_id": ids["applicationId"], **subscription.view_of(item)}

    return _answer(context, "subscriptions", "ListSubscriptions", ("applicationId",), read)


def users(context: Context) -> dict[str, Any]:
    """What the module ``qbusiness_user_info`` does."""

    def read(aws: Aws, ids: dict[str, str]) -> Found:
        for name in dict.fromkeys(context.parameters["user_ids"]):
            state = user.read_user(aws, ids["applicationId"], str(name))
            if state is not None:
                yield {"application_id": ids["applicationId"], **user.view_of(state)}

    return _answer(context, "users", "GetUser", ("applicationId",), read)


def groups(context: Context) -> dict[str, Any]:
    """What the module ``qbusiness_group_info`` does."""
    source = str(context.parameters.get("data_source_id") or "")
    named = str(context.parameters.get("group_name") or "")

    def read(aws: Aws, ids: dict[str, str]) -> Found:
        names = [named] if named else _group_names(aws, ids, source)
        for name in names:
            own = {**ids, "groupName": name, **({"dataSourceId": source} if source else {})}
            state = group.read_group(aws, own)
            if state is None and named:
                return
            # The list names groups of data sources, too, which are read with their data source only.
            shown = group.view_of(state or {"groupName": name})
            yield {**{model.option_name(member): value for member, value in ids.items()}, **shown}

    return _answer(context, "groups", "ListGroups", ("applicationId", "indexId"), read)


def _group_names(aws: Aws, ids: Mapping[str, str], source: str) -> Iterator[str]:
    """All of them; the list wants to be told a moment, and this machine's clock may be slow."""
    yield from dict.fromkeys(group.group_names(aws, ids, datetime.now(UTC) + timedelta(days=1), source))


def permissions(context: Context) -> dict[str, Any]:
    """What the module ``qbusiness_permission_info`` does."""
    wanted = context.parameters.get("statement_id")

    def read(_aws: Aws, ids: dict[str, str]) -> Found:
        for statement in permission.statements(context, ids["applicationId"]):
            if not wanted or statement["statement_id"] == wanted:
                yield {"application_id": ids["applicationId"], **statement}

    return _answer(context, "permissions", "GetPolicy", ("applicationId",), read)


def documents(context: Context) -> dict[str, Any]:
    """What the module ``qbusiness_document_info`` does."""
    parameters = context.parameters
    source = str(parameters.get("data_source_id") or "")
    named, statuses = parameters.get("document_ids"), parameters.get("statuses")

    def read(aws: Aws, ids: dict[str, str]) -> Found:
        for item in document_list.read_documents(aws, ids, source):
            if named is not None and item.get("documentId") not in named:
                continue
            if not statuses or item.get("status") in statuses:
                yield document_list.view_of(aws, item)

    return _answer(context, "documents", "ListDocuments", ("applicationId", "indexId"), read)
