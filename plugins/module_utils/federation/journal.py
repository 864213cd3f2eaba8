# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tasks of a run did, or in check mode would do: one line of JSON for each object, in a file of the run."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from .differences import fields

#: How people call what a module writes.
NOUNS = {
    "iam_federation_provider": "identity provider",
    "iam_federation_role": "role",
    "okta_app": "Okta app",
    "okta_authorization_server": "authorization server",
    "okta_client_secret": "client secret",
    "qbusiness_app": "application",
    "qbusiness_datasource": "data source",
    "qbusiness_datasource_sync": "sync of data source",
    "qbusiness_index": "index",
    "qbusiness_retriever": "retriever",
    "qbusiness_web_experience": "web experience",
    "s3_bucket_statement": "statement of bucket policy",
}
#: The keys by which an object is named, the first that it has.
NAMES = ("display_name", "label", "name", "sid", "secret_name", "url", "default_endpoint", "data_source_id")
#: What is worth a line although nothing changed.
NOTABLE = ("foreign_principals", "kept_rights", "insufficient")
#: Results with several objects: the key of their list.
LISTS = ("data_sources", "results")
Record = dict[str, Any]


class Journal:
    """The journal of a run. Want of a file is no error."""

    def __init__(self, path: Path) -> None:
        self._path = path

    @property
    def exists(self) -> bool:
        """Whether the run keeps one."""
        return self._path.exists()

    def begin(self) -> None:
        """Forget what an earlier play wrote.

        :raises OSError: the file cannot be written
        """
        self._path.write_text("", encoding="utf-8")

    def write(self, host: str, action: str, arguments: Mapping[str, Any], result: Mapping[str, Any]) -> None:
        """Note what a task did.

        :param result: without secrets
        """
        if self.exists:
            lines = (json.dumps(record, default=str) for record in _records(host, action, arguments, result))
            # In one piece, since workers write at the same time.
            with contextlib.suppress(OSError, TypeError), self._path.open("ab", buffering=0) as file:
                file.write("".join(f"{line}\n" for line in lines).encode())

    def read(self) -> list[Record]:
        """Return what was noted, in order; a line that was not written to its end is left out."""
        found: list[Record] = []
        with contextlib.suppress(OSError):
            for line in self._path.read_text(encoding="utf-8", errors="replace").splitlines():
                with contextlib.suppress(ValueError):
                    found.append(json.loads(line))
        return found


def _records(host: str, action: str, arguments: Mapping[str, Any], result: Mapping[str, Any]) -> Iterator[Record]:
    module = action.rpartition(".")[2]
    items = next((result[key] for key in LISTS if isinstance(result.get(key), list)), None)
    for item in [result] if items is None else (item for item in items if isinstance(item, Mapping)):
        notable = {key: item[key] for key in NOTABLE if item.get(key)}
        if item.get("changed") or notable:
            yield {"host": host, "noun": NOUNS.get(module, module), **_described(arguments, item), **notable}


def _described(arguments: Mapping[str, Any], result: Mapping[str, Any]) -> Record:
    diff = result.get("diff")
    before, after = ((diff.get(side) if isinstance(diff, Mapping) else None) or {} for side in ("before", "after"))
    operations = [str(name) for name in result.get("operations") or []]
    return {
        "name": _name(after, before, result, result.get("data_source"), arguments),
        "action": _action(bool(result.get("changed")), before, after),
        "operations": operations,
        "before": before,
        "after": after,
        "differences": fields(before, after) if _both(before, after) and result.get("changed") else [],
        "lost": list(result.get("lost") or []),
    }


def _both(*sides: Any) -> bool:
    """Return whether an object exists on both sides, with fields to compare."""
    return all(side and isinstance(side, Mapping) for side in sides)


def _action(changed: bool, before: Any, after: Any) -> str:
    """Return what happened to an object."""
    if not changed:
        return "kept"
    if not before and after:
        return "created"
    return "deleted" if before and not after else "changed"


def _name(*sources: Any) -> str:
    for source in sources:
        if isinstance(source, Mapping):
            for name in NAMES:
                if source.get(name):
                    return str(source[name])
    return ""
