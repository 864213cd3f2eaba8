# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the reader of a federation stands on: its threads, its memory, its entries, and what is named in texts."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import DependencyError, ServiceError
from ansible_collections.qbusiness.federation.plugins.module_utils.federation import kinds, model, okta_org
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.crew import Crew
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.detail import BARE, FULL, ROLES, Part
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.remembering import Memory
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.unread import Notes, in_order


class Watched:
    """Work that takes a moment, and how much of it was under way at once."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.now = self.most = self.done = 0

    def work(self) -> None:
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        time.sleep(0.005)
        with self.lock:
            self.now -= 1
            self.done += 1


# -- threads ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("threads", [1, 4])
def test_never_more_than_the_threads_and_all_of_them(threads: int) -> None:
    watched = Watched()
    group = Crew(threads).group()
    for _number in range(20):
        group.add(watched.work)
    group.wait()
    assert (watched.done, watched.most) == (20, threads)


def test_work_adds_work() -> None:
    watched = Watched()
    group = Crew(2).group()

    def grow(depth: int) -> None:
        watched.work()
        if depth:
            for _number in range(2):
                group.add(partial(grow, depth - 1))

    group.add(partial(grow, 4))
    group.wait()
    assert watched.done == 2**5 - 1


def test_groups_of_several_threads_share_the_crew() -> None:
    watched, crew = Watched(), Crew(3)

    def ask() -> None:
        group = crew.group()
        for _number in range(10):
            group.add(watched.work)
        group.wait()

    askers = [threading.Thread(target=ask) for _number in range(4)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert (watched.done, watched.most) == (40, 3)


def test_a_group_is_waited_for_again() -> None:
    watched = Watched()
    group = Crew(2).group()
    group.wait()
    for wanted in (1, 2):
        group.add(watched.work)
        group.wait()
        assert watched.done == wanted


def test_the_first_error_when_all_is_over() -> None:
    watched = Watched()
    group = Crew(1).group()

    def fail() -> None:
        raise LookupError("first")

    group.add(fail)
    group.add(watched.work)
    with pytest.raises(LookupError, match="first"):
        group.wait()
    assert watched.done == 1


def test_no_thread_is_left() -> None:
    watched = Watched()
    before = threading.active_count()
    group = Crew(8).group()
    for _number in range(8):
        group.add(watched.work)
    group.wait()
    for _look in range(100):
        if threading.active_count() == before:
            return
        time.sleep(0.01)
    pytest.fail("threads are left")


# -- memory -----------------------------------------------------------------------------------------------------------


def test_two_who_ask_at_once_ask_once() -> None:
    memory, asked = Memory(), Watched()

    def ask() -> int:
        asked.work()
        return 7

    found: list[int] = []
    group = Crew(4).group()
    for _number in range(8):
        group.add(lambda: found.append(memory.once("a", ask)))
    group.wait()
    assert (found, asked.done) == ([7] * 8, 1)
    memory.forget()
    assert (memory.once("a", ask), asked.done) == (7, 2)


def test_a_refusal_is_remembered_and_a_defect_is_not() -> None:
    memory, tries = Memory(), []

    def refuse(error: Exception) -> Callable[[], Any]:
        def ask() -> Any:
            tries.append(error)
            raise error

        return ask

    for _number in range(2):
        with pytest.raises(ServiceError, match="no"):
            memory.once("a", refuse(ServiceError("no")))
    assert len(tries) == 1
    for _number in range(2):
        with pytest.raises(ZeroDivisionError):
            memory.once("b", refuse(ZeroDivisionError()))
    assert len(tries) == 3


# -- entries ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ServiceError("x", "AccessDeniedException"), "AccessDenied"),
        (ServiceError("x", "E0000006", http_status=403), "AccessDenied"),
        (ServiceError("x", "SomethingElse", http_status=403), "AccessDenied"),
        (ServiceError("x", "NoSuchEntity"), "NotFound"),
        (ServiceError("x", "E0000007", http_status=404), "NotFound"),
        (ServiceError("x", "ThrottlingException", http_status=429), "ThrottlingException"),
        (ServiceError("x"), "ServiceError"),
        (KeyError("canary"), "Malformed"),
    ],
)
def test_the_code_of_an_entry(error: Exception, code: str) -> None:
    notes = Notes("us-east-1", "id")

    def read() -> str:
        raise error

    assert notes.tried("it", read, "nothing") == "nothing"
    assert [(item.object, item.code, item.region, item.application_id) for item in notes.entries] == [
        ("it", code, "us-east-1", "id")
    ]
    assert "canary" not in notes.entries[0].reason


def test_what_is_demanded_and_missing() -> None:
    notes = Notes()
    assert notes.demanded("it", lambda: None, "There is none.") is None
    assert [(item.reason, item.code) for item in notes.entries] == [("There is none.", "NotFound")]
    assert in_order([*notes.entries, *notes.entries]) == tuple(notes.entries)


def test_a_library_that_is_absent_is_no_entry() -> None:
    def read() -> str:
        raise DependencyError("install it")

    with pytest.raises(DependencyError):
        Notes().tried("it", read, "")


# -- what is named ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "bucket"),
    [
        ("https://acme-theme.s3.amazonaws.com/a/logo.svg", "acme-theme"),
        ("https://acme.theme.s3.eu-west-1.amazonaws.com/logo.svg", "acme.theme"),
        ("https://acme-theme.s3-eu-west-1.amazonaws.com/logo.svg", "acme-theme"),
        ("https://s3.eu-west-1.amazonaws.com/acme-theme/logo.svg", "acme-theme"),
        ("https://s3.amazonaws.com/acme-theme/logo.svg", "acme-theme"),
        ("https://cdn.example.com/logo.svg", ""),
        ("https://acme.s3.amazonaws.com.example.com/logo.svg", ""),
        ("", ""),
    ],
)
def test_the_bucket_of_a_url(url: str, bucket: str) -> None:
    assert kinds.bucket_of(url) == bucket


def test_the_app_in_a_sso_url() -> None:
    assert okta_org.name_in("https://acme.okta.com/app/acme_handbook_1/exk123/sso/saml") == "acme_handbook_1"
    assert okta_org.name_in("https://login.microsoftonline.com/tenant/saml2") == ""


def test_details() -> None:
    assert Part.PLUGINS in FULL and Part.PLUGINS not in ROLES and not BARE.parts
    assert Part.TAGS not in FULL.without(Part.TAGS)
    assert Part.APP_USERS in ROLES.and_also(Part.APP_USERS)


def test_roles_by_what_their_policies_name() -> None:
    arn = "arn:aws:qbusiness:us-east-1:123456789012:application/11111111-2222-4333-8444-555555555555"
    allowed = {"Effect": "Allow", "Action": "qbusiness:Chat", "Resource": f"{arn}/retriever/*"}
    role = model.Role("arn:aws:iam::123456789012:role/a", "a", "/", {}, {"p": {"Statement": [allowed]}})
    assert role.names_application(arn)
    assert not role.names_application(arn.replace("11111111", "99999999"))
    assert not role.trusts(arn)
