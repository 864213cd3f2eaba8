# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""OpenAPI documents by their meaning, and what a plugin does where the service keeps one to itself."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness import openapi, plugin

DOCUMENT: dict[str, Any] = {
    "openapi": "3.0.1",
    "info": {"title": "Leave", "version": "1.0"},
    "paths": {"/days": {"get": {"responses": {"200": {"description": "Days"}}}, "parameters": []}},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("200: a\ntrue: b\nnull: c\n1.5: d", {"200": "a", "true": "b", "null": "c", "1.5": "d"}),
        ("since: 2026-01-01", {"since": "2026-01-01"}),
        ("at: 2026-01-01T00:00:00Z", {"at": "2026-01-01T00:00:00Z"}),
        ("most: 10.0", {"most": 10}),
        ('{"most": 10.0, "on": true, "none": null}', {"most": 10, "on": True, "none": None}),
        ("a: &x [1]\nb: *x", {"a": [1], "b": [1]}),
    ],
    ids=["keys", "date", "time", "float", "json", "alias"],
)
def test_a_text_is_read_as_json_has_it(text: str, value: Any) -> None:
    assert openapi.parse(text) == value


def test_a_text_of_another_class_is_read() -> None:
    """ansible-core marks texts by classes of its own; libyaml takes plain ones only."""

    class Marked(str):
        __slots__ = ()

    assert openapi.parse(Marked("a: 1")) == openapi.parse(Marked('{"a": 1}')) == {"a": 1}
    assert not isinstance(openapi.text_of(Marked("a: 1")), Marked)


def test_data_is_what_its_text_is() -> None:
    data = {200: "a", True: ["x", 1.0, None]}
    assert json.loads(openapi.text_of(data)) == openapi.parse(data) == {"200": "a", "true": ["x", 1, None]}
    assert openapi.text_of("openapi: 3.0.1") == "openapi: 3.0.1"


@pytest.mark.parametrize("text", ["{", "a: [", "a: !!python/object/apply:os.system [x]", "a: b: c", "\x00"])
def test_what_is_no_document_says_nothing_of_it(text: str) -> None:
    with pytest.raises(openapi.NoDocumentError) as caught:
        openapi.parse(f"# secret\n{text}")
    assert "secret" not in str(caught.value)
    assert "neither JSON nor YAML" in str(caught.value)
    assert openapi.summary(text) == "a document that is neither JSON nor YAML"


def test_without_pyyaml_json_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(openapi, "yaml", None)
    assert openapi.parse(json.dumps(DOCUMENT)) == DOCUMENT
    with pytest.raises(openapi.NoDocumentError, match="PyYAML is not there"):
        openapi.parse("openapi: 3.0.1")
    assert openapi.same_document("openapi: 3.0.1", "openapi: 3.0.1")
    assert not openapi.same_document("openapi: 3.0.1", "openapi:  3.0.1")


def test_types_are_part_of_the_meaning() -> None:
    assert openapi.same_document("a: 1", '{"a": 1.0}')
    assert not openapi.same_document("a: 1", "a: '1'")
    assert not openapi.same_document("a: [1, 2]", "a: [2, 1]")


def test_operations_are_counted_by_their_methods() -> None:
    assert openapi.operations(DOCUMENT) == ["GET /days"]
    assert openapi.operations({"paths": {"/a": None, "/b": {"x-note": 1, "PUT": {}}}}) == ["PUT /b"]
    assert openapi.operations({"paths": []}) == []


def test_a_summary_is_the_same_for_the_same_meaning() -> None:
    assert openapi.summary(DOCUMENT) == openapi.summary(json.dumps(DOCUMENT, indent=7))
    assert openapi.summary(DOCUMENT) != openapi.summary({**DOCUMENT, "tags": []})
    assert openapi.summary("[]") == "no OpenAPI document"
    assert list(openapi.faults(DOCUMENT, "payload")) == []


def settings(schema: Any, **more: Any) -> dict[str, Any]:
    return {"description": "d", "apiSchemaType": "OPEN_API_V3", **({"apiSchema": schema} if schema else {}), **more}


def test_a_schema_that_is_not_shown_is_no_difference() -> None:
    wanted = settings({"payload": json.dumps(DOCUMENT)})
    assert plugin.same_settings(wanted, settings(None))
    assert not plugin.same_settings(wanted, settings(None, description="other"))
    assert not plugin.same_settings(wanted, None)
    assert not plugin.same_settings(wanted, settings({"s3": {"bucket": "b", "key": "k"}}))
    assert plugin.same_settings(settings(None), wanted)


@pytest.mark.parametrize(
    ("build", "kind", "text"),
    [
        ("CREATE_FAILED", "CUSTOM", "CREATE_FAILED; the service gives no reason. Look at the OpenAPI schema"),
        ("UPDATE_FAILED", "ASANA", "UPDATE_FAILED; the service gives no reason. Look at the secret"),
    ],
)
def test_a_failed_build_says_what_to_look_at(build: str, kind: str, text: str) -> None:
    told = plugin.seen({"buildStatus": build, "type": kind})
    assert told["status"] == build
    assert text in told["error"]["errorMessage"]
    assert "error" not in plugin.seen({"buildStatus": "READY", "type": kind})
