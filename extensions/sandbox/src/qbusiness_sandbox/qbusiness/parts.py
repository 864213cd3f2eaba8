# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What belongs to an application, an index or a data source without being a resource with an id and an ARN."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from qbusiness_sandbox.qbusiness.store import Progress


@dataclass
class Document:
    """A document in an index. ``data`` is its content, ``sync_source`` the data source that brought it, or empty."""

    id: str
    title: str
    data: bytes
    uri: str
    created: float
    updated: float
    progress: Progress
    sync_source: str = ""
    sha256: str = ""
    media_type: str = ""
    media_id: str = ""
    attributes: list[dict[str, Any]] = field(default_factory=list)
    access: dict[str, Any] | None = None
    error: dict[str, str] = field(default_factory=dict)

    @property
    def searchable(self) -> bool:
        return self.progress.status in ("INDEXED", "UPDATED")


@dataclass
class Group:
    """A group of an index, with the members that no operation gives back."""

    name: str
    data_source_id: str
    type: str
    members: dict[str, Any]
    updated: float
    progress: Progress
    error: dict[str, str] = field(default_factory=dict)
    history: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class SyncJob:
    """One run of a data source. ``counts``: the metrics by their names; ``end``: 0 while it has not ended."""

    id: str
    start: float
    progress: Progress
    end: float = 0.0
    counts: dict[str, int] = field(default_factory=dict)
    error: dict[str, str] = field(default_factory=dict)
    error_code: str = ""

    @property
    def running(self) -> bool:
        return self.progress.status in ("SYNCING", "SYNCING_INDEXING", "STOPPING")


@dataclass
class Conversation:
    """What one user and the service said to each other, oldest first."""

    id: str
    user: str
    title: str
    start: float
    messages: list[dict[str, Any]] = field(default_factory=list)
    media: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    feedback: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Attachment:
    """A file that a user gave in a conversation."""

    id: str
    conversation_id: str
    user: str
    name: str
    data: bytes
    created: float


@dataclass
class ApplicationParts:
    """``users``: aliases by normalised e-mail; ``statements``: the resource policy by statement id."""

    controls: dict[str, Any]
    users: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    statements: dict[str, dict[str, Any]] = field(default_factory=dict)
    conversations: dict[str, Conversation] = field(default_factory=dict)
    attachments: dict[str, Attachment] = field(default_factory=dict)


@dataclass
class IndexParts:
    """``groups`` by data source (or empty) and name."""

    documents: dict[str, Document] = field(default_factory=dict)
    groups: dict[tuple[str, str], Group] = field(default_factory=dict)


@dataclass
class DataSourceParts:
    """``jobs``: oldest first."""

    jobs: list[SyncJob] = field(default_factory=list)
