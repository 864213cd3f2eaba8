# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Subscriptions of users and groups of IAM Identity Center: the tier that is paid for.

An upgrade holds at once; a downgrade and a cancellation hold from the next month on, and until then ``current`` stays
what it is. So the tier of the next month is the one that is compared. Nothing says whether a steady subscription shows
``next`` at all; where it is absent, only the answer of a write tells whether something changed.
Source: API_UpdateSubscription, tiers.html; aws-qbusiness reference, "Subscription".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .. import model
from ..aws import Aws
from ..errors import NotFoundError
from ..host import Context
from ..placeholder import ACCOUNT, uuid_like
from ..resource import Call, Result, State, ensure
from .part import Part
from .table import SERVICE

TIERS = ["Q_LITE", "Q_BUSINESS"]
CURRENT, NEXT = "currentSubscription", "nextSubscription"

OPTIONS: dict[str, Any] = {
    "application_id": {"type": "str", "required": True},
    "user": {"type": "str"},
    "group": {"type": "str"},
    "subscription_id": {"type": "str"},
    "type": {"type": "str", "choices": TIERS},
}
NAMES = ("user", "group", "subscription_id")


def read_subscriptions(aws: Aws, application_id: str) -> Iterator[dict[str, Any]]:
    """All subscriptions of an application, read once for the items of a loop. No operation reads one."""
    yield from aws.listing(SERVICE, "ListSubscriptions", "subscriptions", applicationId=application_id, maxResults=100)


def view_of(state: State) -> dict[str, Any]:
    """A subscription as the module answers it."""
    principal = state.get("principal") or {}
    return {
        "subscription_id": state["subscriptionId"],
        "subscription_arn": state.get("subscriptionArn"),
        "principal": dict(principal),
        "current_type": (state.get(CURRENT) or {}).get("type"),
        "next_type": (state.get(NEXT) or {}).get("type"),
    }


def same_principal(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Ids of the identity store are UUIDs, whose letters have no case."""
    return {key: value.lower() for key, value in one.items()} == {key: value.lower() for key, value in other.items()}


def _pair(state: State | None) -> tuple[Any, Any]:
    """The tiers of this month and of the next."""
    return ((state or {}).get(CURRENT) or {}).get("type"), ((state or {}).get(NEXT) or {}).get("type")


class Subscription(Part):
    """One subscription. States are items of ``ListSubscriptions``."""

    noun = "subscription"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        parameters = context.parameters
        self.principal = {name: str(parameters[name]) for name in ("user", "group") if parameters.get(name)}
        self.id = str(parameters.get("subscription_id") or "")
        self.type = str(parameters.get("type") or "")
        #: Whether only the answer of the write says if something changed.
        self.uncertain = False

    # -- reading --

    def find(self) -> State | None:
        self.refuse(self._faults())
        if self.planned:
            return None
        found = self._listed()
        if found is None and self.present and not self.principal:
            raise NotFoundError(f"There is no subscription with the id {self.id} (subscription_id).")
        return found

    def _listed(self) -> State | None:
        for item in read_subscriptions(self.aws, self.parents["applicationId"]):
            by_id = item.get("subscriptionId") == self.id
            if by_id if self.id else same_principal(item.get("principal") or {}, self.principal):
                return item
        return None

    def _faults(self) -> Iterator[str]:
        yield from self.shape_faults("CreateSubscription", self.parents)
        if self.id:
            yield from self.shape_faults("UpdateSubscription", {"subscriptionId": self.id})
        shape = self.aws.input_shape(SERVICE, "CreateSubscription").members["principal"]
        for name, value in self.principal.items():
            yield from model.faults(shape.members[name], value, name)
        given = [name for name in NAMES if self.context.parameters.get(name)]
        if len(given) != 1:
            yield f"user: exactly one of {', '.join(NAMES)} is needed, {', '.join(given) if given else 'none'} given"
        if self.present and not self.type:
            yield f"type: is required with state=present; {' or '.join(TIERS)}"

    def check(self, current: State | None) -> None:
        """All of it was checked before the first read."""

    # -- planning --

    def creation(self) -> Sequence[Call]:
        return [Call("CreateSubscription", self._create)]

    def _create(self) -> None:
        principal = dict(self.principal)
        answer = self.aws.call(SERVICE, "CreateSubscription", **self.parents, principal=principal, type=self.type)
        self.id = str(answer["subscriptionId"])

    def changes(self, current: State) -> Sequence[Call]:
        now, coming = _pair(current)
        if coming == self.type:
            return []
        if coming is None and now == self.type:
            # Steady without a next, or cancelled: an update to the same tier is right for both.
            # guess: it takes a cancellation back, and is nothing for a steady one.
            self.uncertain = True
        return [Call("UpdateSubscription", lambda: self._update(current))]

    def _update(self, current: State) -> None:
        identity = str(current["subscriptionId"])
        self.aws.call(SERVICE, "UpdateSubscription", **self.parents, subscriptionId=identity, type=self.type)

    def removal(self, current: State) -> Sequence[Call]:
        self.uncertain = _pair(current)[1] is None
        return [Call("CancelSubscription", lambda: self._cancel(current))]

    def _cancel(self, current: State) -> None:
        self.aws.get(SERVICE, "CancelSubscription", **self.parents, subscriptionId=str(current["subscriptionId"]))

    def loss(self, current: State) -> Sequence[str]:
        now = _pair(current)[0]
        return [f"subscription {current['subscriptionId']}: its tier {now} ends with this month"]

    # -- answering --

    def predicted(self, current: State | None) -> State:
        if current is None:
            self.id = self.id or uuid_like("subscription", *self.principal.values(), *self.parents.values())
            path = f"application/{self.parents['applicationId']}/subscription/{self.id}"
            return {
                "subscriptionId": self.id,
                "subscriptionArn": f"arn:aws:{SERVICE}:{self.aws.region}:{ACCOUNT}:{path}",
                "principal": self.principal,
                CURRENT: {"type": self.type},
                NEXT: {"type": self.type},
            }
        now = _pair(current)[0]
        upgrade = now is None or TIERS.index(self.type) > TIERS.index(now)
        return {**current, CURRENT: {"type": self.type if upgrade else now}, NEXT: {"type": self.type}}

    def read(self) -> State:
        return self._listed() or self.predicted(None)

    def view(self, state: State) -> dict[str, Any]:
        return view_of(state)

    def identity(self, state: State) -> dict[str, Any]:
        ids = {"subscription_id": state["subscriptionId"], "subscription_arn": state.get("subscriptionArn")}
        return {**self.parent_options(), **ids}


def _judge(task: Subscription, result: Result, check_mode: bool) -> None:
    """Where the list shows no next month, the list after the write tells whether something changed.

    In check mode there is none: then it is taken for cancelled, which is said.
    """
    if not task.uncertain:
        return
    if check_mode:
        result.changed = task.present
        task.context.warn(
            "The list shows no tier for the next month: the subscription is cancelled, or steady. It is taken for "
            "cancelled here; a run outside check mode sees it by the answer of the service."
        )
    else:
        after = result.after if result.after is not None else task.find()
        result.changed = _pair(after) != _pair(result.before)
    if not result.changed:
        result.losses = []


def manage(context: Context) -> dict[str, Any]:
    """What the module ``qbusiness_subscription`` does.

    :raises FederationError: see :mod:`..errors`
    """
    task = Subscription(context)
    result = ensure(task, state=context.parameters["state"], check_mode=context.check_mode)
    _judge(task, result, context.check_mode)
    return result.answer()
