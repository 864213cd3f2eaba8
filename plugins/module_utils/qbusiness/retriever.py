# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Retrievers, native and Kendra. Source: the service model; API_UpdateRetriever."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..resource import State
from . import losses
from .initially import ADOPT_SINGLE
from .table import ServiceResource, Spec

#: The arm of the configuration that fits each type.
ARM_OF = {"NATIVE_INDEX": "nativeIndexConfiguration", "KENDRA_INDEX": "kendraIndexConfiguration"}
_OPTION_OF = {"NATIVE_INDEX": "native_index_configuration", "KENDRA_INDEX": "kendra_index_configuration"}
BOOSTS = "boostingOverride"


def _arm(configuration: Any) -> tuple[str, dict[str, Any]]:
    """The one arm of a configuration and what is in it."""
    for name, value in (configuration or {}).items():
        return str(name), dict(value or {})
    return "", {}


def carry_configuration(current: Any, wanted: Any) -> Any:
    """An update replaces the configuration whole: without this, a changed index id would wipe the boosts.

    Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/configuring-boosting.html
    """
    name, value = _arm(wanted)
    there, kept = _arm(current)
    return {name: {**kept, **value} if there == name else value}


def sent_configuration(configuration: Any) -> Any:
    """``version`` is read-only (API_NativeIndexConfiguration), and no boosts are said by leaving the map out."""
    name, value = _arm(configuration)
    if not name:
        return configuration
    return {name: {key: item for key, item in value.items() if key != "version" and not (key == BOOSTS and not item)}}


def _checks(wanted: Mapping[str, Any], current: State | None) -> Iterator[str]:
    kind = str((current or {}).get("type") or wanted.get("type") or "")
    arm = _arm(wanted.get("configuration"))[0]
    expected = ARM_OF.get(kind)
    if expected and arm and arm != expected:
        yield f"configuration: a retriever of type {kind} needs {_OPTION_OF[kind]}, and only that"
    if kind == "KENDRA_INDEX" and not (wanted.get("roleArn") or (current or {}).get("roleArn")):
        yield "role_arn: is required with type KENDRA_INDEX; it is the role that may query the Kendra index"


def _fixed(wanted: Mapping[str, Any], current: State) -> Iterator[tuple[str, Any, Any]]:
    if wanted.get("type", current.get("type")) != current.get("type"):
        yield "type", current.get("type"), wanted["type"]


def _notices(wanted: Mapping[str, Any], current: State) -> Iterator[str]:
    was = _arm(current.get("configuration"))[1].get("indexId")
    becomes = _arm(wanted.get("configuration"))[1].get("indexId")
    if was and becomes and was != becomes:
        yield (
            f"The retriever {current.get('displayName')} answers from index {becomes} instead of {was}; its relevance "
            "tuning is kept."
        )


def _removal_loss(_resource: ServiceResource, current: State) -> list[str]:
    return [
        losses.retriever(current),
        "answers from its index, until the application has another retriever",
    ]


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
    carry={"configuration": carry_configuration},
    sent={"configuration": sent_configuration},
    loss=(
        "Another value means a new retriever: the relevance tuning of this one would be lost. AWS advises a new "
        "application for another kind of retriever."
    ),
    checks=_checks,
    fixed=_fixed,
    notices=_notices,
    removal_loss=_removal_loss,
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
OPTIONS |= ADOPT_SINGLE
