# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The table of causes by itself: its form, its page, and which row takes which answer of a service."""

from __future__ import annotations

import re
import string
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils import causes
from ansible_collections.qbusiness.federation.plugins.module_utils.cause_rows.row import ANY, Cause

sys.path.insert(0, str(Path(__file__).parent))

from errors_page import LAYERS, PAGE, line, render

#: Groups that a service's answer is looked up in, and the places that the callers fill.
GROUPS = {
    ("secret",): {"secret"},
    ("authorize",): {"client_id", "scopes"},
    ("token",): {"client_id"},
    ("saml_trust", "sts"): {"role_arn", "provider_arn", "issuer", "bare_issuer", "audience", "document"},
    ("oidc_trust", "sts"): {"role_arn", "provider_arn", "issuer", "bare_issuer", "audience", "document"},
    ("session",): set(),
    ("chat",): {"application_id", "tries"},
}


def places(row: Cause) -> set[str]:
    """What a row's texts name in braces."""
    found = string.Formatter()
    return {name for text in (row.cause, row.next_step) for _text, name, _spec, _kind in found.parse(text) if name}


def test_the_page_shows_the_table() -> None:
    """``python tests/unit/errors_page.py`` writes the page anew."""
    assert PAGE.read_text(encoding="utf-8") == render()
    assert all(line(row) in render() for row in causes.CAUSES)


def test_every_row_belongs_to_a_layer_and_has_a_name_of_its_own() -> None:
    assert {row.layer for row in causes.CAUSES} == set(LAYERS)
    keys = [row.key for row in causes.CAUSES]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[a-z_]+\.[a-z_]+", key) for key in keys)


@pytest.mark.parametrize("row", causes.CAUSES, ids=lambda row: row.key)
def test_a_row_reads_well(row: Cause) -> None:
    # A difference is a part of a sentence; whoever names several puts the full stop.
    part = row.key.split(".")[0] in ("assertion", "id_token") and not row.cause.endswith(".")
    assert part or row.cause.endswith(".")
    assert row.next_step.endswith((".", "}"))
    assert row.next_step[0].isupper() and row.seen
    assert "  " not in row.cause + row.next_step + row.seen
    values: dict[str, Any] = dict.fromkeys(places(row), "X")
    filled = row.error(**values)
    assert filled.layer == row.layer and "{X" not in filled.message


@pytest.mark.parametrize("groups", GROUPS, ids=" and ".join)
def test_every_answer_of_a_service_has_a_row(groups: tuple[str, ...]) -> None:
    values: dict[str, Any] = dict.fromkeys(GROUPS[groups], "X")
    rows = [row for row in causes.CAUSES if row.key.partition(".")[0] in groups and row.codes]
    assert rows[-1].codes == ANY
    assert sum(row.codes == ANY for row in rows) == 1
    for row in rows:
        assert places(row) <= GROUPS[groups] | {"message", "said"}, row.key
    assert causes.translated(groups, "NobodyKnowsThis", "Nothing", **values).facts["cause_key"] == rows[-1].key


@pytest.mark.parametrize(
    "row", [row for row in causes.CAUSES if row.codes and row.codes != ANY], ids=lambda row: row.key
)
def test_no_row_hides_behind_another(row: Cause) -> None:
    """An answer that a row is meant for reaches it: the rows before do not take it."""
    groups = next(names for names in GROUPS if row.key.partition(".")[0] in names)
    message = {"access_denied": "x"}.get(row.text, row.text.partition("|")[0].replace("\\b", ""))
    values: dict[str, Any] = dict.fromkeys(GROUPS[groups], "X")
    for code in row.codes:
        error = causes.translated(groups, code, message, **values)
        assert error.facts["cause_key"] == row.key


def test_several_differences_are_one_error() -> None:
    differences = [
        causes.difference("id_token.nonce"),
        causes.difference("id_token.email", found="a", wanted="b"),
    ]
    error = causes.several("The token is not what is expected", "id_token", differences)
    assert error.cause == (
        "The token is not what is expected: its nonce is not the one that was sent; the tag Email is a, not b."
    )
    assert error.next_step == differences[0].next_step
    assert error.facts["differences"] == [item.cause for item in differences]
    assert error.facts["cause_key"] == differences[0].key
