# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is to be done about a client secret, for every state that there can be, and that it always comes to an end."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.client_secret_decision import (
    ClientSecret,
    Decision,
    Situation,
    decide,
    is_due,
    listed,
    outdated,
    stored_one,
)
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def secret(value: str, active: bool = True, days: int = 1) -> ClientSecret:
    then = NOW - timedelta(days=days)
    return ClientSecret(f"ocs-{value}", value, active, then, then)


OLD, NEW = secret("old", days=9), secret("new", days=1)
OFF_OLD, OFF_NEW = secret("old", False, 9), secret("new", False, 1)


@pytest.mark.parametrize(
    ("situation", "due", "decision"),
    [
        # nothing stored, or none that Okta takes
        (Situation([NEW, OLD]), False, Decision(store=NEW)),
        (Situation([OFF_NEW, OLD]), True, Decision(store=OLD)),
        (Situation([NEW], "gone"), False, Decision(store=NEW)),
        (Situation([NEW, OFF_OLD], "old"), False, Decision(store=NEW)),
        (Situation([]), False, Decision(make=True)),
        (Situation([OFF_OLD], "old"), False, Decision(make=True)),
        (Situation([OFF_NEW, OFF_OLD]), False, Decision(make=True, drop=(OFF_OLD,))),
        # the stored one is good
        (Situation([OLD], "old"), False, Decision()),
        (Situation([OFF_NEW, OLD], "old"), False, Decision()),
        (Situation([NEW, OLD], "old"), False, Decision(foreign=(NEW,))),
        (Situation([NEW, OLD], "new"), False, Decision(foreign=(OLD,))),
        # a rotation
        (Situation([OLD], "old"), True, Decision(begin=True)),
        (Situation([OFF_NEW, OLD], "old"), True, Decision(begin=True, drop=(OFF_NEW,))),
        (Situation([NEW, OLD], "old"), True, Decision(begin=True, drop=(NEW,))),
        (Situation([NEW, OLD], "new"), True, Decision(begin=True, drop=(OLD,))),
        # cut off after AWSPENDING was put
        (Situation([OLD], "old", "new"), True, Decision(begin=True)),
        (Situation([OLD], "old", "new"), False, Decision(abandon=True)),
        (Situation([OFF_OLD], "old", "new"), True, Decision(abandon=True, make=True)),
        # after the new one was made
        (Situation([NEW, OLD], "old", "new"), False, Decision(finish=NEW)),
        (Situation([NEW, OLD], "old", "new"), True, Decision(finish=NEW)),
        # after it was made the current one
        (Situation([NEW, OLD], "new", "new"), True, Decision(settle=True)),
        (Situation([NEW, OFF_OLD], "new", "new"), False, Decision(settle=True)),
        # while it was taken back
        (Situation([OFF_NEW, OLD], "old", "new"), True, Decision(drop=(OFF_NEW,), abandon=True)),
        (Situation([OFF_NEW, OLD], "new", "new"), False, Decision(drop=(OFF_NEW,), abandon=True, store=OLD)),
    ],
)
def test_every_state(situation: Situation, due: bool, decision: Decision) -> None:
    assert decide(situation, due) == decision


def after(situation: Situation, decision: Decision) -> Situation:
    """The state when everything was done."""
    left = [item for item in situation.listed if item not in decision.drop]
    current, pending = situation.current, situation.pending
    if decision.abandon:
        pending = None
    if decision.make or decision.begin:
        value = pending or "made"
        left.insert(0, ClientSecret("ocs-made", value, True, NOW, NOW))
        current = value
    elif decision.store is not None:
        current = decision.store.value
    elif decision.finish is not None:
        current = decision.finish.value
    if decision.rotates:
        left = [item if item.value == current else replace(item, active=False) for item in left]
        pending = None
    return Situation(left, current, pending)


values = st.sampled_from(["old", "new", "other"])
secrets = st.lists(st.builds(secret, values, st.booleans(), st.integers(1, 9)), max_size=2, unique_by=lambda s: s.value)


@given(
    secrets, st.sampled_from(["", "old", "new", "gone"]), st.sampled_from([None, "old", "new", "gone"]), st.booleans()
)
def test_whatever_there_is_one_run_puts_it_right(
    found: list[ClientSecret], current: str, pending: str | None, due: bool
) -> None:
    """Okta never has more than two, never deactivates its last active one, and the stored one that was good is never
    deactivated before another is stored."""
    before = Situation(found, current, pending)
    good = stored_one(before)
    decision = decide(before, due and good is not None)
    assert good is None or good not in decision.drop
    reached = after(before, decision)
    assert len(reached.listed) <= 2
    assert stored_one(reached) is not None
    assert reached.pending is None
    assert decide(reached, due=False) in (Decision(), Decision(foreign=decide(reached, due=False).foreign))


def test_okta_s_list_is_read_the_newest_first() -> None:
    answer = [
        {"id": "ocs1", "client_secret": "a", "status": "INACTIVE", "created": "2026-01-01T00:00:00.000Z"},
        {
            "id": "ocs2",
            "client_secret": "b",
            "status": "ACTIVE",
            "created": "2026-02-01T00:00:00.000Z",
            "lastUpdated": "2026-03-01T00:00:00.000Z",
        },
    ]
    first, second = listed(answer)
    assert (first.id, first.active, second.active) == ("ocs2", True, False)
    assert first.updated == datetime(2026, 3, 1, tzinfo=UTC) and second.updated == second.created


def test_no_value_is_shown_by_accident() -> None:
    shown = repr(Situation([secret("a-canary")], "a-canary-too", "a-canary-three"))
    assert "a-canary" not in shown.replace("ocs-a-canary", "")


@pytest.mark.parametrize(
    ("rotate", "days", "due"),
    [("never", None, False), ("always", None, True), ("never", 9, True), ("never", 10, False), ("always", 10, True)],
)
def test_when_it_is_due(rotate: str, days: int | None, due: bool) -> None:
    assert is_due(OLD, rotate, days, NOW) is due
    assert is_due(None, rotate, days, NOW) is False


def test_only_inactive_ones_become_outdated() -> None:
    assert outdated([NEW, OFF_OLD], 9, NOW) == [OFF_OLD]
    assert outdated([NEW, OFF_OLD], 10, NOW) == []
    assert outdated([OLD], 0, NOW) == []
