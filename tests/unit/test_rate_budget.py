# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rate budget: whose turn it is, what answers teach, and the file that processes share. No clock is waited for."""

from __future__ import annotations

import contextlib
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import budget as budget_module
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import budget_store
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.buckets import (
    FLIGHT,
    LOOK,
    MARGIN,
    MEMORY,
    PRESENCE,
    Bucket,
    bucket_of,
    kept,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.budget import Budget
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.budget_store import Store, name_of
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.pacing import PATIENCE
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.session import connect

ORG, TOKEN = "https://example.okta.com", "00canary-token-that-nobody-may-see"
EPOCH = 1795500000
#: Of the machine's own clock, which has nothing to do with Okta's.
NOW = 5000.0


def headers(remaining: int, *, limit: int = 10, left: int = 30, at: int = EPOCH) -> dict[str, str]:
    """What Okta states ``left`` seconds before a reset."""
    return {
        "Date": formatdate(at, usegmt=True),
        "X-Rate-Limit-Limit": str(limit),
        "X-Rate-Limit-Remaining": str(remaining),
        "X-Rate-Limit-Reset": str(at + left),
    }


def known(remaining: int, *, now: float = NOW, **more: int) -> Bucket:
    """A bucket of which one answer told."""
    bucket = Bucket()
    assert bucket.turn("first", now, 0).go
    bucket.settle("first", now, headers(remaining, **more))
    return bucket


def gone(bucket: Bucket, count: int, now: float = NOW, percent: int = 0) -> list[bool]:
    """Which of so many new requests may be sent at once."""
    return [bucket.turn(f"new{number}", now, percent).go for number in range(count)]


# -- whose turn it is -------------------------------------------------------------------------------------------------


def test_of_an_unknown_bucket_one_request_tells() -> None:
    bucket = Bucket()
    assert gone(bucket, 3) == [True, False, False]
    bucket.settle("new0", NOW, headers(9))
    assert gone(bucket, 3)[1:] == [True, True]


def test_requests_on_their_way_count() -> None:
    """Okta's number does not hold them yet, or does: never is one too many sent."""
    bucket = known(3)
    assert gone(bucket, 5) == [True, True, True, False, False]
    bucket.settle("new0", NOW, headers(2))
    assert not bucket.turn("new3", NOW, 0).go


def test_answers_come_in_any_order() -> None:
    bucket = known(5)
    assert gone(bucket, 2) == [True, True]
    bucket.settle("new1", NOW, headers(3))
    bucket.settle("new0", NOW, headers(4))
    assert bucket.remaining == 3


@pytest.mark.parametrize(
    ("limit", "percent", "others"), [(100, 10, 10), (10, 10, 1), (5, 10, 1), (1, 10, 0), (2, 90, 1), (10, 0, 0)]
)
def test_a_part_is_left_to_others(limit: int, percent: int, others: int) -> None:
    """Rounded up; but one request may always be sent."""
    assert kept(limit, percent) == others
    bucket = known(limit, limit=limit)
    assert sum(gone(bucket, limit, percent=percent)) == limit - others


def test_the_queue_is_in_order() -> None:
    bucket = known(0)
    assert gone(bucket, 3) == [False] * 3
    later = NOW + 30 + MARGIN
    for look in range(1, 31):
        for number in (2, 0, 1):
            assert bucket.turn(f"new{number}", NOW + look, 0).place == number
    bucket.limit = 2
    assert [bucket.turn(name, later, 0).go for name in ("newer", "new2", "new0", "new1")] == [False, False, True, True]


def test_the_reset_is_waited_for_with_looks_between() -> None:
    """By Okta's clock, and one second more, since both of its times are rounded."""
    bucket = known(0)
    assert bucket.turn("a", NOW + 29, 0).pause == LOOK
    assert bucket.turn("a", NOW + 30.5, 0).pause == pytest.approx(0.5)
    assert bucket.turn("a", NOW + 30 + MARGIN, 0).go


def test_who_died_holds_nobody_up() -> None:
    bucket = known(1)
    assert gone(bucket, 3) == [True, False, False]
    assert not bucket.turn("new2", NOW + PRESENCE, 0).go  # new1 has been seen then
    assert bucket.turn("new2", NOW + PRESENCE + 1, 0).place == 0
    assert not bucket.turn("new2", NOW + 29, 0).go
    bucket = Bucket()
    assert bucket.turn("scout", NOW, 0).go
    assert not bucket.turn("next", NOW + FLIGHT, 0).go
    assert bucket.turn("next", NOW + FLIGHT + 1, 0).go


def test_who_took_the_time_before_the_lock_drops_nobody() -> None:
    bucket = known(1)
    assert gone(bucket, 2, now=NOW + 0.01) == [True, False]
    assert not bucket.turn("early", NOW, 0).go and len(bucket.flights) == len(bucket.queue) - 1 == 1


def test_another_boot_of_the_machine() -> None:
    """Its clock starts anew: what is in the file lies in the future."""
    bucket = known(0, now=90000.0)
    bucket.queue["ghost"] = 90000.0
    assert gone(bucket, 2, now=100.0) == [True, False]


# -- what answers teach -----------------------------------------------------------------------------------------------


def test_a_new_window() -> None:
    """Until an answer tells of it, it is taken for full; what others sent meanwhile, the answer tells."""
    bucket = known(0)
    later = NOW + 40
    assert sum(gone(bucket, 12, now=later)) == 10
    bucket.settle("new0", later, headers(6, at=EPOCH + 40, left=60))
    assert (bucket.remaining, bucket.ends) == (6, later + 60 + MARGIN)
    bucket.settle("new1", later, headers(0, at=EPOCH + 29, left=1))
    assert bucket.remaining == 6  # a late answer, of the window before


def test_a_window_that_was_thought_over() -> None:
    bucket = known(0)
    assert gone(bucket, 1, now=NOW + 31) == [True]
    bucket.settle("new0", NOW + 31, headers(0, at=EPOCH + 28, left=2))
    assert not bucket.turn("a", NOW + 31, 0).go and bucket.turn("a", NOW + 34, 0).go


def test_a_limit_that_changed_and_one_that_is_old() -> None:
    bucket = known(9)
    bucket.settle("x", NOW, headers(3, limit=4))
    assert sum(gone(bucket, 10, percent=25)) == 2
    bucket = known(9)
    assert gone(bucket, 3, now=NOW + 31 + MEMORY) == [True, True, True]
    assert gone(known(9), 3, now=NOW + 32 + MEMORY) == [True, False, False]


@pytest.mark.parametrize("said", [{}, {"Date": "x", "X-Rate-Limit-Limit": "5"}, {"X-Rate-Limit-Reset": "7"}])
def test_answers_that_state_nothing(said: dict[str, str]) -> None:
    bucket = Bucket()
    assert bucket.turn("a", NOW, 0).go
    bucket.settle("a", NOW, said)
    assert gone(bucket, 200) == [True] * 200 and not bucket.flights
    bucket.settle("new0", NOW, headers(1))
    assert gone(bucket, 2) == [True, False]


def test_the_limit_of_requests_at_once_teaches_nothing() -> None:
    """It is stated as 0 (documented)."""
    bucket = known(5)
    bucket.settle("x", NOW, headers(0, limit=0))
    assert (bucket.limit, bucket.remaining) == (10, 5)


def test_no_answer_may_have_been_counted() -> None:
    bucket = known(2)
    assert gone(bucket, 1) == [True]
    bucket.settle("new0", NOW, None)
    assert gone(bucket, 2) == [True, False]


@pytest.mark.parametrize(
    ("method", "path", "bucket"),
    [
        ("GET", "/api/v1/apps", "/api/v1/apps"),
        ("POST", "/api/v1/apps", "/api/v1/apps"),
        ("GET", "/api/v1/apps?after=x&limit=200", "/api/v1/apps"),
        ("POST", "/api/v1/apps/0oa1/lifecycle/activate", "/api/v1/apps"),
        ("GET", "/api/v1/apps/0oa1/groups/00g1", "/api/v1/apps"),
        ("GET", "/api/v1/apps/0oa1", "GET /api/v1/apps/ID"),
        ("PUT", "/api/v1/apps/0oa1", "PUT, DELETE /api/v1/apps/ID"),
        ("DELETE", "/api/v1/apps/0oa1", "PUT, DELETE /api/v1/apps/ID"),
        ("GET", "/api/v1/authorizationServers/aus1/claims", "/api/v1/authorizationServers"),
        ("POST", "/oauth2/v1/token", "/oauth2"),
        ("GET", "/.well-known/okta-organization", "/.well-known"),
    ],
)
def test_buckets_by_method_and_path(method: str, path: str, bucket: str) -> None:
    """As recorded answers of four orgs show them."""
    assert bucket_of(method, path) == bucket


# -- waiting ----------------------------------------------------------------------------------------------------------


@dataclass
class Clock:
    """In place of ``time``."""

    now: float = NOW
    pauses: list[float] = field(default_factory=list)

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.now += seconds


@pytest.fixture
def place(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """The folder of the files."""
    monkeypatch.setattr(budget_store, "folder", lambda: tmp_path / "budget")
    monkeypatch.setattr(budget_store, "_memory", {})
    return tmp_path / "budget"


@pytest.fixture
def clock(place: Path, monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(budget_module, "time", made)
    return made


def sent(budget: Budget, said: dict[str, str] | None) -> tuple[float, list[str]]:
    """Send one request: what it was stuck for, and what was told meanwhile."""
    told: list[str] = []
    with budget.permit("GET", "/api/v1/apps", told.append) as permit:
        permit.headers = said
    return permit.stuck, told


def test_a_long_wait_is_told_once_and_a_short_one_is_not(clock: Clock) -> None:
    budget = Budget(ORG, TOKEN)
    assert sent(budget, headers(1)) == (0.0, [])
    (stuck, (text,)) = sent(budget, headers(9, at=EPOCH + 31, left=60))
    assert stuck == 0.0 and sum(clock.pauses) == pytest.approx(30 + MARGIN)
    assert text.startswith("Okta's rate limit at example.okta.com for /api/v1/apps (10 requests in a window, 1 of them")
    assert "until 06:00:30 UTC" in text and TOKEN not in text
    sent(budget, headers(1, at=EPOCH + 90, left=1))
    clock.now += 60
    assert sent(budget, headers(9, at=EPOCH + 91, left=60)) == (0.0, [])
    assert sum(clock.pauses) == pytest.approx(30 + MARGIN + 1)


def test_nobody_waits_forever(clock: Clock) -> None:
    """Others take all that there is, window after window, as they do where they share no file with us."""
    budget = Budget(ORG, TOKEN)
    sent(budget, headers(0))
    sleep = clock.sleep

    def taken(seconds: float) -> None:
        sleep(seconds)
        with Store(name_of(ORG, TOKEN)).buckets() as buckets:
            buckets["/api/v1/apps"].settle("other", clock.now, headers(0, at=EPOCH + int(clock.now - NOW)))

    clock.sleep = taken  # type: ignore[method-assign] # others' requests come while we sleep
    stuck, told = sent(budget, None)
    assert stuck == pytest.approx(PATIENCE, abs=2) and len(told) == 1
    with Store(name_of(ORG, TOKEN)).buckets() as buckets:
        assert buckets["/api/v1/apps"].queue == {}


def test_nothing_is_locked_during_a_request(clock: Clock) -> None:
    """Two at once, the second begun and ended within the first."""
    budget = Budget(ORG, TOKEN)
    sent(budget, headers(5))
    with budget.permit("GET", "/api/v1/apps", print):
        assert sent(Budget(ORG, TOKEN), headers(4)) == (0.0, [])
    assert clock.pauses == []


def test_a_request_that_fails_gives_its_permit_back(clock: Clock) -> None:
    budget = Budget(ORG, TOKEN)
    sent(budget, headers(5))
    with pytest.raises(OSError, match="gone"), budget.permit("GET", "/api/v1/apps", print):
        raise OSError("gone")
    with Store(name_of(ORG, TOKEN)).buckets() as buckets:
        assert (buckets["/api/v1/apps"].flights, buckets["/api/v1/apps"].remaining) == ({}, 4)


@pytest.mark.parametrize("reserve", [-1, 91])
def test_a_reserve_that_is_no_percentage(reserve: int) -> None:
    with pytest.raises(InputError, match=f"okta_rate_reserve: {reserve} … should be a percentage from 0 to 90"):
        connect({"okta_org_url": ORG, "okta_api_token": TOKEN, "okta_rate_reserve": reserve})


# -- the file ---------------------------------------------------------------------------------------------------------


def test_the_file_is_the_users_alone_and_says_nothing_of_the_account(place: Path, clock: Clock) -> None:
    sent(Budget(ORG, TOKEN), headers(5))
    (path,) = place.iterdir()
    assert stat.S_IMODE(place.stat().st_mode) == 0o700 and stat.S_IMODE(path.stat().st_mode) == 0o600
    for text in (TOKEN, TOKEN[:8], "example"):
        assert text not in path.name + path.read_text(encoding="utf-8")
    sent(Budget(ORG, "another"), headers(5))
    sent(Budget("https://other.okta.com", TOKEN), headers(5))
    assert len(list(place.iterdir())) == 3


@contextlib.contextmanager
def _unreadable(place: Path) -> Iterator[None]:
    place.mkdir(mode=0o700)
    path = place / f"okta-{budget_store.FORM}-{name_of(ORG, TOKEN)}.json"
    path.symlink_to(place.parent / "elsewhere")
    yield
    assert not (place.parent / "elsewhere").exists()


@contextlib.contextmanager
def _everybodys(place: Path) -> Iterator[None]:
    place.mkdir()
    place.chmod(0o777)
    yield
    assert list(place.iterdir()) == []


@contextlib.contextmanager
def _a_link(place: Path) -> Iterator[None]:
    (place.parent / "theirs").mkdir(mode=0o700)
    place.symlink_to(place.parent / "theirs")
    yield
    assert list((place.parent / "theirs").iterdir()) == []


@contextlib.contextmanager
def _everybodys_with_a_file(place: Path) -> Iterator[None]:
    """Somebody was quicker: what is in such a file is not read, and nothing is written there."""
    place.mkdir()
    place.chmod(0o777)
    path = place / f"okta-{budget_store.FORM}-{name_of(ORG, TOKEN)}.json"
    path.write_text('{"x": 1}', encoding="utf-8")
    yield
    assert path.read_text(encoding="utf-8") == '{"x": 1}'


@contextlib.contextmanager
def _another_name(place: Path) -> Iterator[None]:
    """A file that is also another one, by a hard link."""
    place.mkdir(mode=0o700)
    other = place.parent / "other"
    other.write_text("kept", encoding="utf-8")
    os.link(other, place / f"okta-{budget_store.FORM}-{name_of(ORG, TOKEN)}.json")
    yield
    assert other.read_text(encoding="utf-8") == "kept"


@contextlib.contextmanager
def _no_folder(place: Path) -> Iterator[None]:
    place.write_text("a file", encoding="utf-8")
    yield
    assert place.read_text(encoding="utf-8") == "a file"


@pytest.mark.parametrize(
    "trap", [_unreadable, _everybodys, _everybodys_with_a_file, _a_link, _another_name, _no_folder]
)
def test_without_a_file_the_process_has_its_own(trap: object, place: Path, clock: Clock) -> None:
    """Sessions of one process share it, and no error comes of it."""
    with trap(place):  # type: ignore[operator] # one of the context managers above
        sent(Budget(ORG, TOKEN), headers(1))
        _stuck, told = sent(Budget(ORG, TOKEN), headers(9, at=EPOCH + 31))
        assert len(told) == 1


def test_a_lock_that_is_never_given_back(place: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that was stopped while it held it: this one goes on with a budget of its own."""
    monkeypatch.setattr(budget_store, "LOCKED", 0.01)
    sent(Budget(ORG, TOKEN), headers(5))
    with Store(name_of(ORG, TOKEN)).buckets():
        assert sent(Budget(ORG, TOKEN), headers(5)) == (0.0, [])


STRANGE = ('{"a": {"unknown": 1}}', '{"a": 1}', '{"a": {"limit": "x"}}', '{"a": {"queue": {"t": "x"}}}')


@pytest.mark.parametrize("text", ["", "{", "[1]", *STRANGE, "\0\0"])
def test_a_file_that_was_cut_off(text: str, place: Path, clock: Clock) -> None:
    budget = Budget(ORG, TOKEN)
    sent(budget, headers(5))
    (path,) = place.iterdir()
    path.write_text(text, encoding="utf-8")
    assert sent(budget, headers(5)) == (0.0, [])
    assert '"limit":10' in path.read_text(encoding="utf-8")


def test_files_that_nobody_uses_are_taken_away(place: Path, clock: Clock) -> None:
    sent(Budget(ORG, "old"), headers(5))
    (old,) = place.iterdir()
    os.utime(old, (1, 1))
    sent(Budget(ORG, TOKEN), headers(5))
    assert old not in list(place.iterdir()) and len(list(place.iterdir())) == 1
