# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the service shows of the documents of an index: ids, statuses, times, and why one failed.

Source: API_ListDocuments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .. import model
from ..aws import Aws
from .table import SERVICE

DONE = frozenset({"INDEXED", "UPDATED"})
FAILED = frozenset({"FAILED", "DOCUMENT_FAILED_TO_INDEX"})
#: Taken, not indexed yet.
UNDER_WAY = frozenset({"RECEIVED", "PROCESSING"})

Details = Mapping[str, Any]


def read_documents(aws: Aws, index: Mapping[str, str], source_id: str = "") -> Iterator[dict[str, Any]]:
    """What the service lists of the documents of an index, or of one of its data sources.

    :param index: ``applicationId``, ``indexId``
    """
    source = {"dataSourceIds": [source_id]} if source_id else {}
    for item in aws.pages(SERVICE, "ListDocuments", "documentDetailList", **index, **source, maxResults=100):
        if item.get("status") != "DELETED":
            yield item


def view_of(aws: Aws, details: Details) -> dict[str, Any]:
    """A listed document as the module answers it."""
    shape = aws.output_shape(SERVICE, "ListDocuments").members["documentDetailList"].member
    plain = {name: value for name, value in details.items() if not (name == "error" and not value)}
    return dict(model.to_options(shape, plain))


@dataclass(frozen=True)
class Failure:
    """A document that the service did not take, or could not index."""

    id: str
    text: str
    code: str = ""

    @classmethod
    def of(cls, document_id: str, error: Mapping[str, Any] | None) -> Failure:
        detail = error or {}
        text = str(detail.get("errorMessage") or "the service gives no reason")
        return cls(document_id, text, str(detail.get("errorCode") or ""))
