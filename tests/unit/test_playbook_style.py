# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles and playbooks hold no programs: a decision is a filter or a module, with unit tests."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = [path for folder in ("roles", "playbooks") for path in sorted((ROOT / folder).rglob("*.yml"))]
LONGEST = 2


def faults(text: str) -> Iterator[str]:
    """Yield what a file of a role or playbook must not have."""
    if "{%" in text:
        yield "a Jinja statement"
    for found in re.finditer(r"\{\{.*?\}\}", text, re.DOTALL):
        if found.group().count("\n") >= LONGEST:
            yield f"line {text[: found.start()].count(chr(10)) + 1}: an expression over {LONGEST} lines"
    if "meta: end_role" in text:
        yield "meta: end_role"


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_holds_no_program(path: Path) -> None:
    assert list(faults(path.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a: '{% if b %}c{% endif %}'\n", "a Jinja statement"),
        ("a: >-\n  {{ b\n     | c\n     | d }}\n", "line 2: an expression over 2 lines"),
        ("- ansible.builtin.meta: end_role\n", "meta: end_role"),
    ],
)
def test_a_program_is_seen(text: str, fault: str) -> None:
    assert list(faults(text)) == [fault]


def test_two_lines_are_allowed() -> None:
    assert list(faults("a: >-\n  {{ b\n     | c }}\n")) == []
