# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""OpenAPI documents of custom plugins: what is given, as JSON, as YAML or as data, by its meaning.

Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/custom-plugin-prereqs.html (JSON or YAML, 1 MB),
https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/custom-plugin.html (20 operations)
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from ..compare import fingerprint

try:
    import yaml
except ImportError:  # ansible-core brings it; where a module runs elsewhere, JSON is understood without it
    yaml = None  # type: ignore[assignment]  # a module that may be absent

#: Most bytes of a document, and most operations in it.
MOST_BYTES = 1_000_000
MOST_OPERATIONS = 20
#: The keys of a path that are operations. Source: OpenAPI 3.0.3, "Path Item Object".
METHODS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace"})
_TIME = "tag:yaml.org,2002:timestamp"


class NoDocumentError(ValueError):
    """A text is no JSON and no YAML. Holds nothing of the text."""


def text_of(document: Any) -> str:
    """The document as it is sent: a text as it was given, data as JSON."""
    return str(document) if isinstance(document, str) else json.dumps(_json_like(document), ensure_ascii=False)


def parse(document: Any) -> Any:
    """The document as JSON data, whatever way it is given.

    :raises NoDocumentError: it is neither
    """
    if not isinstance(document, str):
        return _json_like(document)
    try:
        return _json_like(json.loads(document))
    except ValueError:
        pass
    if yaml is None:
        raise NoDocumentError("it is no JSON, and PyYAML is not there to read it as YAML")
    try:
        return _json_like(yaml.load(str(document), Loader=_loader()))
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise NoDocumentError(f"it is neither JSON nor YAML{where}") from None


def _loader() -> Any:
    """YAML as JSON has it: no dates."""
    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    resolvers = {
        first: [(tag, pattern) for tag, pattern in items if tag != _TIME]
        for first, items in base.yaml_implicit_resolvers.items()
    }
    return type("JsonLoader", (base,), {"yaml_implicit_resolvers": resolvers})


def _json_like(value: Any) -> Any:
    """Keys as texts (a status ``200`` is ``"200"`` in JSON), ``1.0`` as ``1``, and nothing that JSON does not have."""
    if isinstance(value, Mapping):
        return {_key(key): _json_like(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json_like(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if value is None or isinstance(value, (bool, int, float)):
        return value
    return str(value)


def _key(key: Any) -> str:
    return json.dumps(key) if key is None or isinstance(key, (bool, int, float)) else str(key)


def same_document(wanted: Any, current: Any) -> bool:
    """Whether two documents mean the same: layout, order of keys and language do not count."""
    if wanted == current:
        return True
    try:
        return fingerprint(parse(wanted)) == fingerprint(parse(current))
    except NoDocumentError:
        return False


def operations(document: Mapping[str, Any]) -> list[str]:
    """The operations of a parsed document, as ``GET /orders``."""
    paths = document.get("paths")
    found: list[str] = []
    for path, item in paths.items() if isinstance(paths, Mapping) else ():
        methods = item if isinstance(item, Mapping) else {}
        found += [f"{method.upper()} {path}" for method in methods if str(method).lower() in METHODS]
    return found


def faults(document: Any, path: str) -> Iterator[str]:
    """What the service would refuse, and what no plugin could work with. Shows nothing of the document's contents."""
    if len(text_of(document).encode()) > MOST_BYTES:
        yield f"{path}: is longer than 1 MB, which is the most that the service takes"
        return
    try:
        parsed = parse(document)
    except NoDocumentError as error:
        yield f"{path}: {error}; an OpenAPI document is needed"
        return
    if not isinstance(parsed, Mapping):
        yield f"{path}: is no OpenAPI document (no dictionary); for a file use lookup('file', …)"
        return
    version = str(parsed.get("openapi") or "")
    if not version.startswith("3."):
        told = (
            "it says swagger 2"
            if "swagger" in parsed
            else f"openapi is {version!r}"
            if version
            else "openapi is absent"
        )
        yield f"{path}: {told}; OpenAPI 3 is needed (openapi: 3.0.1)"
    count = len(operations(parsed))
    if not count:
        yield f"{path}: has no operation in paths; a plugin needs at least one"
    if count > MOST_OPERATIONS:
        yield f"{path}: has {count} operations, a plugin may have {MOST_OPERATIONS}"


def summary(document: Any) -> str:
    """A document in a few words, for answers and diffs: the same for the same meaning. The model calls it sensitive."""
    try:
        parsed = parse(document)
    except NoDocumentError:
        return "a document that is neither JSON nor YAML"
    if not isinstance(parsed, Mapping):
        return "no OpenAPI document"
    info = parsed.get("info")
    title = info if isinstance(info, Mapping) else {}
    named = " ".join(str(title[key]) for key in ("title", "version") if title.get(key))
    count = len(operations(parsed))
    return f"OpenAPI {parsed.get('openapi')} {named!r}, {count} operation(s), sha256 {fingerprint(parsed)[:16]}"
