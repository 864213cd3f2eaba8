# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every member of every Create, Update, Put and Associate input is an option, or stands in the reviewed list."""

from __future__ import annotations

import copy
import sys
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from botocore.model import ServiceModel

sys.path.insert(0, str(Path(__file__).parent))

from model_walk import (
    LEFT_OUT,
    MODULE_OF,
    MODULES,
    OPERATIONS,
    SERVICE,
    SPELLED,
    ModuleOptions,
    all_members,
    held,
    options_of,
)

MEMBERS = all_members()
#: A reason says something: it is no word or two.
SHORTEST_REASON = 25

options = cache(options_of)


def how(member: str) -> str:
    """How a member is taken: ``option``, ``described``, ``spelled``, ``left out``, or ``""``."""
    if member in LEFT_OUT:
        return "left out"
    operation, _dot, path = member.partition(".")
    if operation not in MODULE_OF:
        return ""
    if member in SPELLED:
        return "spelled" if held(options(MODULE_OF[operation]), SPELLED[member][0]) else ""
    for start, (option, _why) in SPELLED.items():
        if member.startswith((f"{start}.", f"{start}[].")):
            return held(options(MODULE_OF[operation]), option + member.removeprefix(start))
    return held(options(MODULE_OF[operation]), path)


def test_every_member_is_an_option_or_listed(capsys: pytest.CaptureFixture[str]) -> None:
    ways = {member: how(member) for member in MEMBERS}
    counts = Counter(ways.values())
    with capsys.disabled():
        told = ", ".join(f"{way or 'neither'} {count}" for way, count in sorted(counts.items()))
        print(f"\nmembers of {len(OPERATIONS)} inputs: {len(MEMBERS)}; {told}")
    assert [member for member, way in ways.items() if not way] == []


def test_no_listed_member_has_vanished() -> None:
    assert sorted((set(LEFT_OUT) | set(SPELLED)) - set(MEMBERS)) == []
    assert set(LEFT_OUT) & set(SPELLED) == set()


def test_no_member_that_is_left_out_has_become_an_option() -> None:
    became = []
    for member in LEFT_OUT:
        operation, _dot, path = member.partition(".")
        if operation in MODULE_OF and held(options(MODULE_OF[operation]), path) == "option":
            became.append(member)
    assert became == []


def test_no_member_that_is_spelled_otherwise_is_an_option_of_its_own_name() -> None:
    same = []
    for member, (option, _why) in SPELLED.items():
        operation, _dot, path = member.partition(".")
        assert option != path
        # ``state`` is an option of every module, and another thing.
        if held(options(MODULE_OF[operation]), path) and path != "state":
            same.append(member)
    assert same == []


def test_every_listed_member_has_a_reason_of_its_own() -> None:
    reasons = [*LEFT_OUT.items(), *((member, why) for member, (_option, why) in SPELLED.items())]
    assert [member for member, why in reasons if len(why) < SHORTEST_REASON] == []
    assert [member for member, _why in reasons if "*" in member] == []


def test_every_operation_has_a_module_or_is_left_out_whole() -> None:
    without = {operation for operation in OPERATIONS if operation not in MODULE_OF}
    assert {member.partition(".")[0] for member in LEFT_OUT} >= without
    assert set(MODULE_OF) <= set(OPERATIONS)


# -- that the walk can fail -----------------------------------------------------------------------------------------


def with_member(shape: str, name: str) -> ServiceModel:
    """The service model with one more member."""
    description: dict[str, Any] = copy.deepcopy(SERVICE._service_description)
    description["shapes"][shape]["members"][name] = {"shape": "String"}
    description["shapes"].setdefault("String", {"type": "string"})
    return ServiceModel(description, "qbusiness")


@pytest.mark.parametrize(
    ("shape", "member"),
    [
        ("CreateApplicationRequest", "CreateApplication.brand_new"),
        ("NativeIndexConfiguration", "UpdateRetriever.configuration.native_index_configuration.brand_new"),
        (
            "StringAttributeBoostingConfiguration",
            "CreateRetriever.configuration.native_index_configuration.boosting_override{}.string_configuration.brand_new",
        ),
        (
            "DocumentAttributeTarget",
            "CreateDataSource.document_enrichment_configuration.inline_configurations[].target.brand_new",
        ),
        ("Tag", "CreateIndex.tags[].brand_new"),
    ],
)
def test_a_new_member_is_found(shape: str, member: str) -> None:
    new = set(all_members(with_member(shape, "brandNew"))) - set(MEMBERS)
    assert member in new
    assert {how(name) for name in new} == {""}


def test_an_option_must_be_documented_and_in_the_argument_spec() -> None:
    whole = options("qbusiness_app")
    assert held(whole, "display_name") == "option"
    assert held(ModuleOptions(whole.spec, {}), "display_name") == ""
    assert held(ModuleOptions({}, whole.documented), "display_name") == ""
    assert held(whole, "attachments_configuration.attachments_control_mode") == "option"
    assert held(whole, "attachments_configuration.colour") == ""


def test_modules_are_found_by_their_name() -> None:
    with pytest.raises(ModuleNotFoundError):
        options_of("qbusiness_nothing")
    assert MODULES.endswith(".modules")
