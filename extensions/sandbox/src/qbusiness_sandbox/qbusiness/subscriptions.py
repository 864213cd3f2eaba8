# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Subscriptions (reference section 4.7). Downgrades and cancellations take effect when the month is over."""

from __future__ import annotations

from datetime import UTC, datetime

from qbusiness_sandbox.qbusiness.applications import IDC
from qbusiness_sandbox.qbusiness.engine import Answer, create, handles, page
from qbusiness_sandbox.qbusiness.errors import conflict, invalid
from qbusiness_sandbox.qbusiness.kinds import APPLICATION, SUBSCRIPTION
from qbusiness_sandbox.qbusiness.service import Call
from qbusiness_sandbox.qbusiness.store import Resource

RANK = {"Q_LITE": 1, "Q_BUSINESS": 2}
CURRENT, NEXT = "currentSubscription", "nextSubscription"


def _month(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m")


def _present(call: Call) -> list[Resource]:
    """The application's subscriptions, after the turn of the month was applied."""
    for item in call.store.all(SUBSCRIPTION, applicationId=call.application.id):
        if _month(item.updated) == _month(call.now):
            continue
        if NEXT in item.values:
            item.values[CURRENT] = item.values[NEXT]
        else:
            call.store.remove(item)
    return call.store.all(SUBSCRIPTION, applicationId=call.application.id)


def _same(one: Answer, other: Answer) -> bool:
    return {key: value.lower() for key, value in one.items()} == {key: value.lower() for key, value in other.items()}


def subscription_of(call: Call, user: str) -> Resource | None:
    """The subscription of a user id, if the user has one now."""
    for item in _present(call):
        if _same(item.values["principal"], {"user": user}):
            return item
    return None


def _terms(item: Resource) -> Answer:
    return {name: item.values[name] for name in (CURRENT, NEXT) if name in item.values} | {"subscriptionArn": item.arn}


def subscribe(call: Call, principal: Answer, kind: str) -> Answer:
    """Make a subscription. guess: 16 (that ``next`` equals ``current`` while nothing changes)"""
    values = {"principal": principal, CURRENT: {"type": kind}, NEXT: {"type": kind}}
    return create(call, SUBSCRIPTION, values)


@handles("CreateSubscription")
def create_subscription(call: Call) -> Answer:
    if call.identity_type not in ("", IDC):
        # manage-user-subscriptions-iam.html: the others subscribe automatically; guess: 47 (the class)
        raise invalid("Subscriptions are made for applications with IAM Identity Center only")
    call.active(APPLICATION)
    for item in _present(call):
        if not _same(item.values["principal"], call.params["principal"]):
            continue
        if NEXT in item.values:
            raise conflict("The principal is subscribed already", SUBSCRIPTION.noun, item.id)  # guess: 2
        item.values[NEXT] = {"type": call.params["type"]}  # guess: 16
        return {"subscriptionId": item.id, **_terms(item)}
    made = subscribe(call, call.params["principal"], call.params["type"])
    return {**made, **_terms(call.resource(SUBSCRIPTION))}


@handles("UpdateSubscription")
def update_subscription(call: Call) -> Answer:
    _present(call)
    item = call.other(SUBSCRIPTION, call.params["subscriptionId"], applicationId=call.application.id)
    wanted = call.params["type"]
    if RANK[wanted] > RANK[item.values[CURRENT]["type"]]:
        item.values[CURRENT] = {"type": wanted}  # API_UpdateSubscription: an upgrade is immediate
    item.values[NEXT] = {"type": wanted}
    item.updated = call.now
    return _terms(item)


@handles("CancelSubscription")
def cancel_subscription(call: Call) -> Answer:
    _present(call)
    item = call.other(SUBSCRIPTION, call.params["subscriptionId"], applicationId=call.application.id)
    if item.values.pop(NEXT, None) is not None:
        item.updated = call.now
    return _terms(item)


@handles("ListSubscriptions")
def list_subscriptions(call: Call) -> Answer:
    chosen, token = page(call, _present(call))
    shown = [{"subscriptionId": item.id, "principal": item.values["principal"], **_terms(item)} for item in chosen]
    return {"subscriptions": shown, "nextToken": token}
