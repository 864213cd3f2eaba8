# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Finding documents by their words: crude, and the same every time (reference section 6.5)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import regex

from qbusiness_sandbox.qbusiness.access import may_see
from qbusiness_sandbox.qbusiness.groups import groups_of
from qbusiness_sandbox.qbusiness.kinds import INDEX, RETRIEVER
from qbusiness_sandbox.qbusiness.parts import Document
from qbusiness_sandbox.qbusiness.service import Call, index_parts
from qbusiness_sandbox.qbusiness.store import Resource

#: Words that say nothing about a subject.
STOP_WORDS = frozenset(
    """
    a about all an and any are as at be by can do does for from has have how i if in is it its me my no not of on or
    our please so tell than that the their them then there these they this to us was we were what when where which who
    why will with you your
    """.split()  # noqa: SIM905 - a list of words reads better than a list of strings
)
_TAGS = regex.compile(r"<(script|style)\b.*?</\1\s*>|<[^>]+>", regex.DOTALL | regex.IGNORECASE)
_SENTENCES = regex.compile(r"(?<=[.!?])\s+|\n\s*\n")


@lru_cache(maxsize=512)
def text_of(data: bytes) -> str:
    """The text of a document: UTF-8, tags of markup left out."""
    text = data.decode("utf-8", "replace")
    return _TAGS.sub(" ", text) if text.lstrip().startswith("<") else text


def terms(text: str) -> list[str]:
    """The distinct words that matter, in their order."""
    words = regex.findall(r"[\p{L}\p{N}]+", text.lower())
    return list(dict.fromkeys(word for word in words if word not in STOP_WORDS))


@dataclass(frozen=True)
class Hit:
    """A document that shares words with a question. ``share``: which part of the question's words it has."""

    document: Document
    index_id: str
    share: float
    sentence: str


def _sentence(text: str, wanted: set[str]) -> str:
    sentences = [" ".join(part.split()) for part in _SENTENCES.split(text)]
    best = max(sentences, key=lambda part: len(wanted & set(terms(part))), default="")
    return best[:1000]


def find(call: Call, question: str, retrievers: Iterable[Resource], user: str, filters: Any = None) -> list[Hit]:
    """The documents that answer a question, best first, of those that the user may see."""
    wanted = set(terms(question))
    hits = []
    for index_id in _indices(retrievers):
        index = call.store.get(INDEX, index_id)
        if index is None or not wanted:
            continue
        groups = groups_of_index(call, index, user)
        for document in index_parts(index).documents.values():
            if not document.searchable or not may_see(document, user, groups) or not fits(document, filters):
                continue
            text = f"{document.title}\n\n{text_of(document.data)}"
            common = wanted & set(terms(text))
            if common:
                sentence = _sentence(text_of(document.data) or document.title, wanted)
                hits.append(Hit(document, index_id, len(common) / len(wanted), sentence))
    return sorted(hits, key=lambda hit: (-hit.share, hit.document.id))


def _indices(retrievers: Iterable[Resource]) -> list[str]:
    found = [item.values["configuration"].get("nativeIndexConfiguration", {}).get("indexId") for item in retrievers]
    return list(dict.fromkeys(index_id for index_id in found if index_id))


def groups_of_index(call: Call, index: Resource, user: str) -> set[str]:
    """The groups of an index that the path does not name."""
    there = {**call.resources, INDEX.name: index}
    return groups_of(Call(call.service, call.operation, call.params, call.principal, there), user)


def retrievers_of(call: Call) -> list[Resource]:
    """The retrievers of the path's application that are ready."""
    found = call.store.all(RETRIEVER, applicationId=call.application.id)
    return [item for item in found if item.progress.status == "ACTIVE"]


# -- attribute filters ----------------------------------------------------------------------------------------------


def _values(document: Document, name: str) -> list[Any]:
    if name == "_data_source_id":
        return [document.sync_source]
    if name == "_source_uri":
        return [document.uri]
    if name == "_document_title":
        return [document.title]
    for attribute in document.attributes:
        if attribute["name"] == name:
            value = next(iter(attribute["value"].values()))
            return list(value) if isinstance(value, list) else [value]
    return []


def _compare(operator: str, present: list[Any], wanted: list[Any]) -> bool:
    if operator == "equalsTo":
        return present == wanted
    if operator == "containsAll":
        return all(item in present for item in wanted)
    if operator == "containsAny":
        return any(item in present for item in wanted)
    if len(present) != 1 or len(wanted) != 1 or isinstance(present[0], str) != isinstance(wanted[0], str):
        return False
    one, other = present[0], wanted[0]
    return bool(
        {
            "greaterThan": one > other,
            "greaterThanOrEquals": one >= other,
            "lessThan": one < other,
            "lessThanOrEquals": one <= other,
        }[operator]
    )


def fits(document: Document, filters: dict[str, Any] | None) -> bool:
    """Whether a document fits an attribute filter; several members of one filter must all hold. guess: 53"""
    for name, value in (filters or {}).items():
        if name == "andAllFilters":
            good = all(fits(document, item) for item in value)
        elif name == "orAllFilters":
            good = any(fits(document, item) for item in value)
        elif name == "notFilter":
            good = not fits(document, value)
        else:
            wanted = next(iter(value["value"].values()))
            good = _compare(name, _values(document, value["name"]), wanted if isinstance(wanted, list) else [wanted])
        if not good:
            return False
    return True
