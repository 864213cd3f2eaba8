# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One document as a task gives it: where its content is, what is wrong with it, and how it is sent.

Source: API_Document, API_DocumentContent (50 MB for a document), custom-connector.html (title and ``_source_uri``).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
import typing as t
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from .. import model

if t.TYPE_CHECKING:
    from botocore.model import Shape

#: Bytes. https://docs.aws.amazon.com/amazonq/latest/api-reference/API_DocumentContent.html (50 MB)
SIZE_LIMIT = 50 * 1024 * 1024
#: Documents of one request. Source: the service model (``Documents``); for deletions a guess.
BATCH = 10
SOURCE_URI = "_source_uri"
ARMS = ("text", "base64", "path", "s3")
#: The type of a file by its ending. https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/doc-types.html
TYPE_OF = {
    ".csv": "CSV",
    ".doc": "MS_WORD",
    ".docx": "MS_WORD",
    ".htm": "HTML",
    ".html": "HTML",
    ".json": "JSON",
    ".md": "MD",
    ".pdf": "PDF",
    ".ppt": "PPT",
    ".pptx": "PPT",
    ".rtf": "RTF",
    ".txt": "PLAIN_TEXT",
    ".xls": "MS_EXCEL",
    ".xlsx": "MS_EXCEL",
    ".xml": "XML",
    ".xslt": "XSLT",
}

OPTIONS: dict[str, Any] = {
    "id": {"type": "str", "required": True},
    "title": {"type": "str"},
    "source_uri": {"type": "str"},
    "content": {
        "type": "dict",
        "required": True,
        "options": {
            "text": {"type": "str"},
            "base64": {"type": "str"},
            "path": {"type": "path"},
            "s3": {
                "type": "dict",
                "options": {
                    "bucket": {"type": "str", "required": True},
                    "key": {"type": "str", "required": True, "no_log": False},
                },
            },
        },
    },
    "content_type": {"type": "str", "choices": sorted(set(TYPE_OF.values()))},
    "attributes": {
        "type": "list",
        "elements": "dict",
        "options": {
            "name": {"type": "str", "required": True},
            "value": {
                "type": "dict",
                "required": True,
                "options": {
                    "string_value": {"type": "str"},
                    "string_list_value": {"type": "list", "elements": "str"},
                    "long_value": {"type": "int"},
                    "date_value": {"type": "str"},
                },
            },
        },
    },
    "access_configuration": {"type": "dict"},
    "document_enrichment_configuration": {"type": "dict"},
    "media_extraction_configuration": {"type": "dict"},
}


@dataclass
class Document:
    """One document of the task. ``path`` is where it stands in the options."""

    shape: Shape
    options: Mapping[str, Any]
    path: str
    #: Whether this is check mode, where an earlier task may still have to make the file.
    planned: bool = False
    #: What S3 says of its object, once that was asked: ``ContentLength``, ``LastModified``, ``ETag``.
    head: Mapping[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.options["id"])

    @property
    def content(self) -> dict[str, Any]:
        """What was given of the content, without nulls."""
        return {name: value for name, value in self.options["content"].items() if value is not None}

    @property
    def s3(self) -> Mapping[str, Any] | None:
        found: Mapping[str, Any] | None = self.content.get("s3")
        return found

    @property
    def file(self) -> Path | None:
        return Path(self.content["path"]) if "path" in self.content else None

    @property
    def file_to_come(self) -> bool:
        """Whether the file is not there, and need not be."""
        return self.planned and self.file is not None and not self.file.exists()

    # -- checking --

    def faults(self, *, of_data_source: bool) -> Iterator[str]:
        """Everything that is wrong with it, without asking any service.

        :param of_data_source: whether it is put in the name of a custom data source
        """
        yield from model.faults(self.shape, self.members(), self.path)
        yield from self._content_faults()
        names = [item["name"] for item in self.options.get("attributes") or []]
        for number, name in enumerate(names):
            if name in names[:number]:
                yield f"{self.path}.attributes[{number}].name: {name} is given twice; once is right"
        if self.options.get("source_uri") is not None and SOURCE_URI in names:
            yield f"{self.path}.source_uri: {SOURCE_URI} is given in attributes, too; once is right"
        if of_data_source:
            if not self.options.get("title"):
                yield f"{self.path}.title: is required for a document of a data source; answers cite it"
            if self.options.get("source_uri") is None and SOURCE_URI not in names:
                yield f"{self.path}.source_uri: is required for a document of a data source; answers lead there"

    def _content_faults(self) -> Iterator[str]:
        where = f"{self.path}.content"
        given = list(self.content)
        if len(given) != 1:
            shown = ", ".join(given) if given else "none"
            yield f"{where}: exactly one of {', '.join(ARMS)} is needed, {shown} given"
            return
        if self.file_to_come:
            return
        if "base64" in given and self._decoded() is None:
            yield f"{where}.base64: is no base64"
        elif self.file is not None and not self.file.is_file():
            yield f"{where}.path: {self.file} is no file"
        elif self.file is not None and not os.access(self.file, os.R_OK):
            yield f"{where}.path: {self.file} may not be read"
        elif self.s3 is None:
            yield from self.size_faults(self.size)

    def size_faults(self, size: int) -> Iterator[str]:
        """:param size: in bytes"""
        [kind] = self.content
        where = f"{self.path}.content.{kind}"
        if size == 0:
            yield f"{where}: is empty"
        elif size > SIZE_LIMIT:
            yield f"{where}: {size} bytes given, a document may have {SIZE_LIMIT}"

    def _decoded(self) -> bytes | None:
        try:
            return base64.b64decode("".join(self.content["base64"].split()), validate=True)
        except (binascii.Error, ValueError):
            return None

    # -- content --

    @property
    def size(self) -> int:
        """Bytes that a request carries for it: none for an object in S3."""
        if self.file_to_come:
            return 0
        if self.file is not None:
            return self.file.stat().st_size
        return 0 if self.s3 is not None else len(self.data())

    def data(self) -> bytes:
        """The content, read now."""
        if self.file is not None:
            return self.file.read_bytes()
        if "text" in self.content:
            return str(self.content["text"]).encode()
        return self._decoded() or b""

    def modified(self) -> datetime | None:
        """When its source was changed last; ``None`` for content that stands in the task."""
        if self.file is not None and not self.file_to_come:
            return datetime.fromtimestamp(self.file.stat().st_mtime, tz=UTC)
        return self.head.get("LastModified")

    # -- sending --

    def members(self) -> dict[str, Any]:
        """Its members without the content."""
        names = ("id", "title", "attributes", "access_configuration", "content_type")
        more = ("document_enrichment_configuration", "media_extraction_configuration")
        options = {name: self.options[name] for name in (*names, *more) if self.options.get(name) is not None}
        if "content_type" not in options and self.file is not None and self.file.suffix.lower() in TYPE_OF:
            options["content_type"] = TYPE_OF[self.file.suffix.lower()]
        if self.options.get("source_uri") is not None:
            uri = {"name": SOURCE_URI, "value": {"string_value": self.options["source_uri"]}}
            options["attributes"] = [*options.get("attributes", []), uri]
        if self.s3 is not None:
            options["content"] = {"s3": self.s3}
        members: dict[str, Any] = model.to_members(self.shape, options)
        return members

    def request(self) -> dict[str, Any]:
        """Its members with the content."""
        return {**self.members(), **({} if self.s3 is not None else {"content": {"blob": self.data()}})}

    def shown(self) -> dict[str, Any]:
        """What a diff shows of it: never the content itself."""
        shown: dict[str, Any] = {
            model.option_name(name): value for name, value in self.members().items() if name in ("title", "contentType")
        }
        if self.s3 is not None:
            shown["s3"] = dict(self.s3)
        elif not self.file_to_come:
            shown["sha256"] = hashlib.sha256(self.data()).hexdigest()
        return shown


def batches(documents: Sequence[Document]) -> Iterator[list[Document]]:
    """Requests of at most ten documents, and of no more content than one document may have.

    guess: no page says how large a request may be; one document of the full size has to fit.
    """
    batch: list[Document] = []
    size = 0
    for item in documents:
        if batch and (len(batch) == BATCH or size + item.size > SIZE_LIMIT):
            yield batch
            batch, size = [], 0
        batch.append(item)
        size += item.size
    if batch:
        yield batch
