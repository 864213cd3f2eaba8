# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes with a removed application or index, each thing by its name, as the service lists it.

Documents, conversations and subscriptions cannot be brought back, so who is asked for a yes has to see them. A list
that cannot be read is said to be so, and stops nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..aws import Aws
from ..errors import ServiceError
from .table import SERVICE

#: List operations: the key of their items, and the longest page that the service model allows.
LISTS = {
    "ListIndices": ("indices", 100),
    "ListDataSources": ("dataSources", 10),
    "ListRetrievers": ("retrievers", 50),
    "ListWebExperiences": ("webExperiences", 100),
    "ListSubscriptions": ("subscriptions", 100),
}


@dataclass
class _Lists:
    """Reads lists; notes which could not be read."""

    aws: Aws
    application_id: str
    unread: list[str] = field(default_factory=list)

    def items(self, operation: str, **ids: str) -> list[dict[str, Any]]:
        key, page = LISTS[operation]
        given = {"applicationId": self.application_id, **ids}
        try:
            return list(self.aws.pages(SERVICE, operation, key, maxResults=page, **given))
        except ServiceError as error:
            self.unread.append(f"what {operation} would have shown, had it not failed ({error.message})")
            return []


def retriever(state: Mapping[str, Any]) -> str:
    return f"retriever {state.get('displayName')} ({state.get('retrieverId')}) with its relevance tuning"


def web_experience(state: Mapping[str, Any]) -> str:
    return f"web experience {state.get('webExperienceId')} with its URL {state.get('defaultEndpoint')}"


def data_source(state: Mapping[str, Any]) -> str:
    source = f"data source {state.get('displayName')} ({state.get('dataSourceId')})"
    return f"{source}; the documents that it synced are deleted from the index"


def index(aws: Aws, application_id: str, state: Mapping[str, Any]) -> list[str]:
    """An index, with its data sources.

    :param state: what ``GetIndex`` answers
    """
    lists = _Lists(aws, application_id)
    return [*_index(lists, state), *lists.unread]


def _index(lists: _Lists, state: Mapping[str, Any]) -> list[str]:
    text = (state.get("indexStatistics") or {}).get("textDocumentStatistics") or {}
    count = text.get("indexedTextDocumentCount") or 0
    return [
        f"index {state.get('displayName')} ({state.get('indexId')}) with all documents in it: {count} at last count",
        *(data_source(item) for item in lists.items("ListDataSources", indexId=str(state.get("indexId")))),
    ]


def application(aws: Aws, application_id: str) -> list[str]:
    """What is in an application: one call for each list, and two for each index."""
    lists = _Lists(aws, application_id)
    found: list[str] = []
    for item in lists.items("ListIndices"):
        state = aws.get(SERVICE, "GetIndex", applicationId=application_id, indexId=item["indexId"])
        found += _index(lists, state or item)
    found += [retriever(item) for item in lists.items("ListRetrievers")]
    found += [web_experience(item) for item in lists.items("ListWebExperiences")]
    tiers = Counter(
        str((item.get("currentSubscription") or {}).get("type") or "without a tier")
        for item in lists.items("ListSubscriptions")
    )
    found += [f"{number} subscription(s) {tier}" for tier, number in sorted(tiers.items())]
    return [*found, *lists.unread]
