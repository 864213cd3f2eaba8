# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers to reads that a run has made already, in files of the run.

A run reads its federations once, in parallel (``federation_resolve``), and keeps what was answered. A task then decides
by these answers whether it has anything to do. Where it has, it reads everything anew before it writes, so an answer
that is out of date can only make a change wait for the next run, never write over somebody else's.

What the run itself wrote to is not answered from here any more: each write forgets every answer whose question names
one of the written object's IDs, names or ARNs. Secrets are never kept.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import re
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

#: Seconds for which an answer counts.
LIFETIME = 900.0
#: Where the names of what was written are kept.
WRITTEN = "written"
#: Operations and paths whose answers hold secrets.
SECRET = ("GetSecretValue", "/credentials/secrets", "/oauth2/v1/")
#: Members of answers whose values are secrets, wherever a service answers them.
SECRET_MEMBERS = frozenset({"client_secret", "SecretString", "SecretBinary"})
#: Members that say in which state an object is, and states that pass by themselves.
STATUS, MOVING = frozenset({"status", "buildStatus"}), re.compile(r"[A-Z_]*(ING|PENDING[A-Z_]*|PROGRESS)")
#: Shorter texts are a part of anything, so they count only where a question has them alone.
SHORTEST = 4
#: Longer ones are documents.
LONGEST = 512
#: How values that JSON does not know are marked.
TIME, BYTES = "__time__", "__bytes__"


class Answers:
    """The answers of one run. Want of a file is no error: then the service is asked."""

    def __init__(self, folder: Path, *, answers: bool = True) -> None:
        """:param folder: the run's own, which nobody else can read
        :param answers: whether questions are answered; what is written is forgotten in any case
        """
        self._folder = folder
        self._answers = answers
        self._records = False
        self._written: list[str] = []
        self._read_to = 0
        self._reading = threading.Lock()  # two threads that read the same lines would count them twice

    @property
    def exist(self) -> bool:
        """Whether the run has kept any."""
        return self._folder.is_dir()

    def begin(self) -> None:
        """Forget every answer of an earlier play, and keep those to come.

        :raises OSError: the folder cannot be made
        """
        self._folder.mkdir(mode=0o700, exist_ok=True)
        for path in self._folder.iterdir():
            path.unlink(missing_ok=True)
        self._written, self._read_to = [], 0
        self._records = True

    def get(self, question: str) -> Any:
        """Return a copy of the answer to a question, ``None`` where there is none."""
        if not self._answers:
            return None
        try:
            path = self._path(question)
            if time.time() - path.stat().st_mtime > LIFETIME:
                return None
            kept = json.loads(path.read_text(encoding="utf-8"), object_hook=_decoded)
            if kept["question"] != question or any(name in question for name in self._names()):
                return None
            return kept["answer"]
        except (OSError, ValueError, TypeError, KeyError):  # no file, or a broken one: the service knows
            return None

    def keep(self, question: str, answer: Any) -> None:
        """Keep an answer, unless it may hold a secret, or an object that is on its way: who waits for it asks again."""
        if not self._records or any(part in question for part in SECRET) or any(map(_passes, _members(answer))):
            return
        with contextlib.suppress(OSError, TypeError):
            text = json.dumps({"question": question, "answer": answer}, default=_encoded)
            place = self._path(question)
            # Threads ask the same: one that wrote the file of another would put a half into the place of the whole.
            partial = place.with_suffix(f".{os.getpid()}-{threading.get_ident()}")
            partial.write_text(text, encoding="utf-8")
            partial.replace(place)

    def forget(self, written: Any) -> None:
        """Answer no question any more that names something of what is written.

        :param written: the parameters of a write
        """
        names = sorted({text for text in _texts(written) if text})
        if names and self.exist:
            # In one piece, since workers write at the same time.
            with contextlib.suppress(OSError), (self._folder / WRITTEN).open("ab", buffering=0) as file:
                file.write("".join(json.dumps(name) + "\n" for name in names).encode())

    def _names(self) -> list[str]:
        """Return the names of all that was written by any process of the run, as they stand in questions.

        :raises ValueError: a line is broken, so what was written is not known
        """
        with self._reading, contextlib.suppress(FileNotFoundError), (self._folder / WRITTEN).open("rb") as file:
            file.seek(self._read_to)
            # A line without its end is being written, and is read the next time.
            lines = file.read().rpartition(b"\n")[0].splitlines(keepends=True)
            names = [str(json.loads(line)) for line in lines]
            self._read_to += sum(map(len, lines)) + bool(lines)
            self._written += [text for name in names for text in _spellings(name)]
        return self._written

    def _path(self, question: str) -> Path:
        return self._folder / f"{hashlib.sha256(question.encode()).hexdigest()}.json"


def question(service: str, place: str, operation: str, parameters: Mapping[str, Any]) -> str:
    """Return a read in words.

    :param place: the account and region, or the org
    """
    return f"{service} {place} {operation} {json.dumps(parameters, sort_keys=True, default=str)}"


def _spellings(name: str) -> set[str]:
    """Return how a name stands in questions: in JSON, and in the path of a URL."""
    if len(name) < SHORTEST:
        return {json.dumps(name)}
    return {name, json.dumps(name)[1:-1], quote(name, safe="")}


def _texts(value: Any) -> Iterator[str]:
    """Return all texts of a write, without documents: only IDs, names and ARNs stand in a question."""
    if isinstance(value, str):
        if len(value) <= LONGEST:
            yield value
    elif isinstance(value, Mapping):
        yield from _texts(list(value.values()))
    elif isinstance(value, Iterable) and not isinstance(value, bytes):
        for item in value:
            yield from _texts(item)


def _members(value: Any) -> Iterator[tuple[str, Any]]:
    """Yield every member of an answer, at any depth."""
    if isinstance(value, Mapping):
        yield from value.items()
        value = list(value.values())
    if isinstance(value, (list, tuple)):
        for item in value:
            yield from _members(item)


def _passes(member: tuple[str, Any]) -> bool:
    """Return whether a member is a secret, or a state that passes."""
    name, value = member
    moving = name in STATUS and isinstance(value, str) and MOVING.fullmatch(value)
    return bool(moving or (name in SECRET_MEMBERS and value))


def _encoded(value: Any) -> Any:
    """:raises TypeError: the value is of no type that an answer has"""
    if isinstance(value, datetime):
        return {TIME: value.isoformat()}
    if isinstance(value, bytes):
        return {BYTES: base64.b64encode(value).decode()}
    raise TypeError(type(value).__name__)


def _decoded(value: dict[str, Any]) -> Any:
    if TIME in value and len(value) == 1:
        return datetime.fromisoformat(value[TIME])
    if BYTES in value and len(value) == 1:
        return base64.b64decode(value[BYTES])
    return value
