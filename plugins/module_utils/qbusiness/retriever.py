# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Retrievers, native and Kendra. Source: the service model; API_UpdateRetriever."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..compare import same_or_both_empty
from ..resource import State
from .table import Spec

ARM_OF = {"NATIVE_INDEX": "nativeIndexConfiguration", "KENDRA_INDEX": "kendraIndexConfiguration"}


def same_configuration(wanted: Any, current: Any) -> bool:
    """The arm that was given, member by member. ``version`` is the service's own and never compared; a boost that was
    not given is no difference."""
    for arm, value in (wanted or {}).items():
        there = (current or {}).get(arm)
        if there is None or not all(
            same_or_both_empty(item, there.get(key)) for key, item in value.items() if key != "version"
        ):
            return False
    return True


def carry_configuration(current: Any, wanted: Any) -> Any:
    """An update replaces the configuration whole: without this, a changed index id would wipe the boosts.

    Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/configuring-boosting.html
    """
    return {
        arm: {**{k: v for k, v in ((current or {}).get(arm) or {}).items() if k != "version"}, **value}
        for arm, value in wanted.items()
    }


def _checks(wanted: Mapping[str, Any], current: State | None) -> Iterator[str]:
    kind = str(wanted.get("type") or (current or {}).get("type") or "")
    arms = list(wanted.get("configuration") or {})
    expected = ARM_OF.get(kind)
    if expected and arms and arms != [expected]:
        yield f"configuration: a retriever of type {kind} needs just {'kendra' if 'KENDRA' in kind else 'native'}_index_configuration"
    if kind == "KENDRA_INDEX" and not (wanted.get("roleArn") or (current or {}).get("roleArn")):
        yield "role_arn: is required with type KENDRA_INDEX; it is the role that may query the Kendra index"


RETRIEVER = Spec(
    noun="retriever",
    kind="Retriever",
    id_member="retrieverId",
    arn_member="retrieverArn",
    arn_path="application/{applicationId}/retriever/{retrieverId}",
    parents=("applicationId",),
    list_operation="ListRetrievers",
    list_key="retrievers",
    page_size=50,
    comparators={"configuration": same_configuration},
    carry={"configuration": carry_configuration},
    loss="Another value means a new retriever: the relevance tuning of this one would be lost.",
    checks=_checks,
    removal_loss=lambda current: [
        f"retriever {current.get('displayName')} ({current.get('retrieverId')}) with its relevance tuning"
    ],
)

OPTIONS: dict[str, Any] = {
    "application_id": {"type": "str", "required": True},
    "retriever_id": {"type": "str"},
    "display_name": {"type": "str"},
    "type": {"type": "str", "choices": list(ARM_OF)},
    "role_arn": {"type": "str"},
    "configuration": {
        "type": "dict",
        "options": {
            "native_index_configuration": {
                "type": "dict",
                "options": {"index_id": {"type": "str", "required": True}, "boosting_override": {"type": "dict"}},
            },
            "kendra_index_configuration": {
                "type": "dict",
                "options": {"index_id": {"type": "str", "required": True}},
            },
        },
        "mutually_exclusive": [("native_index_configuration", "kendra_index_configuration")],
    },
}
