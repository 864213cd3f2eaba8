# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists that several applications share: whole or only ours, numbers that stay."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import entries


def at(**numbers: int | None) -> list[dict[str, Any]]:
    """Endpoints: url → number."""
    return [{"url": url, "index": index} for url, index in numbers.items()]


@pytest.mark.parametrize(
    ("named", "absent", "current", "purge", "expected"),
    [
        (None, None, ["a"], True, None),
        (None, [], ["a"], True, None),
        (["b", "a", "b"], None, ["a"], True, ["b", "a"]),
        ([], None, ["a"], True, []),
        (["b"], None, ["x", "a"], False, ["x", "a", "b"]),
        (["a"], ["x"], ["x", "a"], False, ["a"]),
        (None, ["x"], ["x", "a"], True, ["a"]),
        (None, ["x"], [], True, []),
        ([], ["x"], ["x", "a"], False, ["a"]),
    ],
)
def test_addresses(named: Any, absent: Any, current: list[str], purge: bool, expected: Any) -> None:
    assert entries.addresses(named, absent, current, purge) == expected
    if expected is not None:
        assert entries.addresses(named, absent, expected, purge) == expected


@pytest.mark.parametrize(
    ("named", "absent", "current", "expected"),
    [
        (None, None, [], ["p"]),
        ([], [], [], ["p"]),
        ([], [], ["a"], ["a"]),
        # beside a real one only where somebody put it there
        ([], [], ["p", "a"], ["p", "a"]),
        (["b"], [], ["p", "a"], ["a", "b"]),
        ([], ["a"], ["a", "x"], ["x"]),
        (None, ["a"], ["a"], ["p"]),
        (["b"], ["a"], ["a"], ["b"]),
    ],
)
def test_a_placeholder_stands_alone(named: Any, absent: Any, current: list[str], expected: list[str]) -> None:
    assert entries.addresses(named, absent, current, False, "p") == expected
    assert entries.addresses(named, absent, expected, False, "p") == expected


@pytest.mark.parametrize(
    ("named", "absent", "current", "purge", "expected"),
    [
        (None, None, at(a=0), True, None),
        (at(a=None, b=None), None, [], True, at(a=0, b=1)),
        (at(a=None, b=None), None, at(b=0), True, at(a=1, b=0)),
        (at(b=None), None, at(a=0, b=7), True, at(b=7)),
        (at(c=None), None, at(a=0, b=2), False, at(a=0, b=2, c=1)),
        (at(c=None, d=None), None, at(a=0, b=2), False, at(a=0, b=2, c=1, d=3)),
        (at(c=1, d=None), None, at(a=0), False, at(a=0, c=1, d=2)),
        (at(a=5), None, at(a=0, b=1), False, at(a=5, b=1)),
        (None, ["a"], at(a=0, b=1), True, at(b=1)),
        (at(c=None), ["a"], at(a=0, b=1), False, at(b=1, c=0)),
        (at(c=None), ["a"], at(a=0, b=1), True, at(c=0)),
        ([], None, at(a=0), True, []),
        # an address that somebody entered twice keeps both of its numbers
        (at(c=None), None, [*at(a=0), *at(a=1)], False, [*at(a=0), *at(a=1), *at(c=2)]),
    ],
)
def test_endpoints(named: Any, absent: Any, current: Any, purge: bool, expected: Any) -> None:
    merged = entries.endpoints(named, absent, current, purge)
    assert merged == expected
    if merged is not None:
        assert entries.endpoints(named, absent, merged, purge) == merged


def test_numbers_that_cannot_be() -> None:
    def places(named: Any, current: Any, purge: bool, absent: Any = None) -> list[str]:
        return [fault.partition(":")[0] for fault in entries.number_faults("e", named, absent, current, purge)]

    assert places(at(a=1, b=1, c=-1), [], True) == ["e[1].index", "e[2].index"]
    assert places(at(a=0), at(z=0), False) == ["e[0].index"]
    assert places(at(a=0), at(z=0), True) == []
    assert places(at(a=0), at(z=0), False, ["z"]) == []
    assert places(at(a=0, b=None), at(b=0), True) == ["e[0].index"]
    assert places(at(a=0, b=1), at(a=1, b=0), False) == []
    assert places([*at(a=None), *at(a=None)], [], True) == ["e[1].url"]
    assert list(entries.clashes("e", ["a"], ["b", "a"])) == ["e_absent[1]: 'a' stands in e too"]
