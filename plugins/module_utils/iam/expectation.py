# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A SAML response compared with what somebody expects of it, and with the clock.

The proof of a login leaves the times to STS and knows by itself what AWS wants (``assertion.check``); here nothing but
the times is compared unless it was asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from .. import causes
from .assertion import LAYER, UNEXPECTED, Assertion, Differences, email_differences, role_differences

#: By which two clocks may differ.
SKEW = timedelta(minutes=5)


def compare(assertion: Assertion, expect: Mapping[str, Any], *, action: str = "", request_id: str = "") -> None:
    """Name everything that differs at once.

    :param expect: ``destination``, ``recipient``, ``audience``, ``role_pairs``, ``attributes``, ``email``; what is
        missing is not compared
    :param action: where the form would be posted to, when it came from a form
    :param request_id: of the request that was sent, when one was
    :raises LayerError: layer ``assertion``; the next step is that of the first difference
    """
    found: Differences = []
    for name, value in (("the form's action", action), ("Destination", assertion.destination)):
        if expect.get("destination") and value and value != expect["destination"]:
            found.append(
                causes.difference("assertion.destination", name=name, found=value, wanted=expect["destination"])
            )
    if request_id and assertion.in_response_to != request_id:
        found.append(
            causes.difference(
                "assertion.answer_to", found=assertion.in_response_to or "missing", wanted="the id of the request"
            )
        )
    if not assertion.encrypted:
        found += [*_times(assertion), *_content(assertion, expect)]
    if found:
        raise causes.several(UNEXPECTED, LAYER, found)


def _content(assertion: Assertion, expect: Mapping[str, Any]) -> Differences:
    found: Differences = []
    recipient, audience = expect.get("recipient"), expect.get("audience")
    if recipient and assertion.recipient != recipient:
        found.append(causes.difference("assertion.recipient", found=assertion.recipient or "missing", wanted=recipient))
    if audience and audience not in assertion.audiences:
        names = ", ".join(assertion.audiences) or "missing"
        found.append(causes.difference("assertion.audience", found=names, wanted=audience))
    for pair in expect.get("role_pairs") or []:
        role_arn, _comma, provider_arn = str(pair).partition(",")
        found += role_differences(assertion, role_arn, provider_arn)
    if expect.get("email"):
        found += email_differences(assertion, expect["email"])
    for name, wanted in (expect.get("attributes") or {}).items():
        values = (
            [str(item) for item in wanted] if isinstance(wanted, Sequence) and not isinstance(wanted, str) else None
        )
        values = [str(wanted)] if values is None else values
        have = assertion.values(name)
        if sorted(have) != sorted(values):
            found.append(
                causes.difference(
                    "assertion.attribute", name=name, found=", ".join(have) or "missing", wanted=", ".join(values)
                )
            )
    return found


def _times(assertion: Assertion) -> Differences:
    now = datetime.now(UTC)
    until, since = _moment(assertion.not_on_or_after), _moment(assertion.not_before)
    if until is None or until <= now - SKEW:
        said = assertion.not_on_or_after or "a time that it does not say"
        return [causes.difference("assertion.expired", until=said)]
    if since is not None and since > now + SKEW:
        return [causes.difference("assertion.early", since=assertion.not_before)]
    return []


def _moment(text: str) -> datetime | None:
    """A time of SAML, which is in UTC; ``None`` when it is none."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
