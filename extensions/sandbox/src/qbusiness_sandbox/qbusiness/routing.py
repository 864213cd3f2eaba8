# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which operation a request is, by method and raw path.

The path is matched as it came, and each segment decoded afterwards: clients encode ``/`` and ``:`` inside a label
(measured; reference section 2.2). ``ChatSync`` differs from ``Chat`` by a ``sync`` key in the query.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from urllib.parse import unquote

from werkzeug.wrappers import Request

from qbusiness_sandbox.qbusiness import model

#: Operations that change nothing although they are sent with POST.
READS = frozenset({"SearchRelevantContent"})


@dataclass(frozen=True)
class Route:
    """One operation's address. ``segments``: literal text, or ``{name}`` for a label."""

    name: str
    method: str
    segments: tuple[str, ...]
    query_key: str

    def match(self, segments: list[str]) -> dict[str, str] | None:
        """The labels, decoded; None when the path is another's. An empty segment is no label (guess 32)."""
        if len(segments) != len(self.segments):
            return None
        found: dict[str, str] = {}
        for mine, theirs in zip(self.segments, segments, strict=True):
            if mine.startswith("{"):
                # guess: 32, an empty label is an unknown path
                if not theirs:
                    return None
                found[mine[1:-1]] = unquote(theirs)
            elif mine != theirs:
                return None
        return found


@cache
def routes() -> Mapping[str, tuple[Route, ...]]:
    """All routes by method; those with a query key first."""
    made: dict[str, list[Route]] = {}
    for name in model.names():
        http = model.operation(name).http
        path, _unused, key = http["requestUri"].partition("?")
        made.setdefault(http["method"], []).append(Route(name, http["method"], tuple(path[1:].split("/")), key))
    return {
        method: tuple(sorted(found, key=lambda route: (not route.query_key, sum(s[0] == "{" for s in route.segments))))
        for method, found in made.items()
    }


def raw_target(request: Request) -> tuple[str, str]:
    """Path and query as they came over the wire."""
    target = str(request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI") or request.path)
    if "://" in target.partition("?")[0]:
        target = "/" + target.split("://", 1)[1].partition("/")[2]
    path, _unused, query = target.partition("?")
    return path, query


def find(request: Request) -> tuple[Route, dict[str, str]] | None:
    """The route of a request with its labels; None for an unknown path."""
    path, query = raw_target(request)
    keys = {part.partition("=")[0] for part in query.split("&")}
    segments = path[1:].split("/")
    for route in routes().get(request.method, ()):
        if route.query_key and route.query_key not in keys:
            continue
        labels = route.match(segments)
        if labels is not None:
            return route, labels
    return None


def writes(name: str) -> bool:
    """Whether an operation may change something."""
    return model.operation(name).http["method"] != "GET" and name not in READS
