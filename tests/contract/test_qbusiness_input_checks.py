# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the service model forbids, given to the modules as options: each is refused before any write, by its name.

A violation is expressible when options can say it and it would reach the service. What Ansible turns into something
right on its way (a number into a text), what an option's default fills in, and what is no option, is not.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import botocore
import pytest
from input_cases import Case, combined, inputs, violations_of
from input_options import OPERATIONS, NotExpressibleError, as_sent, dotted, left_out, module_of, option_path, options_of
from input_runner import Outcome, Runner
from qbusiness_cases import KEY
from qbusiness_sandbox.testing import serving
from qbusiness_wire import Wire
from qbusiness_world import World, build, new_room
from test_qbusiness_contract import client_of

#: What was counted with this botocore; another model has other numbers (as another option has).
BOTOCORE = "1.44.5"
EXPRESSIBLE = 2189
NOT_EXPRESSIBLE = 299
#: What a refusal says of what would be right.
RIGHT = re.compile(
    r"right (would be|is)|allowed are|is none of|is required|exactly one of|must be one|one or more of|must end in"
    r"|does not match the service's pattern|is no \w+|unable to convert|mutually exclusive|missing required arguments"
    r"|known are|may have"
)
#: Values that are a way to say something else than the service would read in them, with what they say.
#: (member, kind) as in ``CreateRetriever.configuration``.
MEANT = {
    ("AssociatePermission.conditions", "too short"): "no conditions: the member is left out",
    ("CreatePlugin.auth_configuration.o_auth2_client_credential_configuration.authorization_url", "too short"): (
        "no URL: the member is left out"
    ),
    ("CreatePlugin.auth_configuration.o_auth2_client_credential_configuration.token_url", "too short"): (
        "no URL: the member is left out"
    ),
    ("CreateRetriever.configuration.native_index_configuration.boosting_override", "too short"): (
        "no relevance tuning: the member is left out"
    ),
    ("UpdateChatControlsConfiguration.topic_configurations_to_delete", "too long"): (
        "names of topics that are not there: nothing is sent of them"
    ),
    ("UpdatePlugin.auth_configuration.o_auth2_client_credential_configuration.authorization_url", "too short"): (
        "the URL is taken away: the member is left out"
    ),
    ("UpdatePlugin.auth_configuration.o_auth2_client_credential_configuration.token_url", "too short"): (
        "the URL is taken away: the member is left out"
    ),
    ("UpdateRetriever.configuration.native_index_configuration.boosting_override", "too short"): (
        "the relevance tuning is taken away: the member is left out"
    ),
}
#: Combinations drawn for each input of an operation, by their size.
DRAWN = {2: 6, 3: 3}


@pytest.fixture(scope="module")
def runner() -> Iterator[Runner]:
    cloud, room = new_room()
    with serving(cloud, {"qbusiness": room}) as run:
        wire = Wire(run.urls["qbusiness"])
        yield Runner(build(room, wire), client_of(run.urls["qbusiness"]))
        wire.close()


@dataclass
class Tally:
    """What came of all violations."""

    refused: list[Case] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)
    unclear: list[str] = field(default_factory=list)
    #: Not expressible, by the reason.
    reasons: Counter[str] = field(default_factory=Counter)


def named(case: Case, outcome: Outcome) -> list[str]:
    """The faults of a case that the refusal does not name with what would be right."""
    missing: list[str] = []
    for fault in case.faults:
        path = option_path(case.operation, tuple(step for step in fault.path if step is not KEY))
        last = re.sub(r"\[\d+\]", "", path).rpartition(".")[2]
        found = [
            text
            for text in outcome.faults
            if re.match(rf"{re.escape(path)}(?![\w])", text) or re.search(rf"\b{re.escape(last)}\b", text)
        ]
        if not any(RIGHT.search(text) for text in found):
            missing.append(f"{fault.kind} {path}")
    return missing


def why_not_expressible(case: Case, outcome: Outcome) -> str:
    """Why a violation that was not refused came to nothing; ``""`` when it should have been refused."""
    (fault,) = case.faults
    path = tuple(step for step in fault.path if step is not KEY)
    meant = MEANT.get((dotted(case.operation, path), fault.kind), "")
    if meant and not outcome.by:
        return f"the value is meant otherwise ({meant})"
    if not outcome.by and fault.kind == "type":
        return "Ansible makes a value of the right type of it"
    if not outcome.by and fault.kind == "required":
        return "the option's default fills it in, or what is there goes along"
    return ""


@pytest.fixture(scope="module")
def tally(runner: Runner) -> Tally:
    """Every violation, given to the module that has it."""
    found = Tally()
    for name in OPERATIONS:
        for case in violations_of(runner.world, name):
            _judge(case, runner, found)
    return found


def _judge(case: Case, runner: Runner, found: Tally) -> None:
    (fault,) = case.faults
    if left_out(case.operation, tuple(step for step in fault.path if step is not KEY)):
        found.reasons["the member is no option (the reviewed list has its reason)"] += 1
        return
    try:
        options = options_of(case.operation, case.values)
    except NotExpressibleError as error:
        found.reasons[str(error)] += 1
        return
    outcome = runner.run(module_of(case.operation), options)
    if outcome.refused:
        found.refused.append(case)
        found.unclear += [f"{case}: {outcome.faults}" for _missing in named(case, outcome)]
        return
    reason = why_not_expressible(case, outcome)
    if reason:
        found.reasons[reason] += 1
    else:
        found.passed.append(f"{case}: {outcome.by or 'went through'} {outcome.faults} {outcome.sent}"[:600])


def test_right_inputs_reach_the_service_whole(runner: Runner) -> None:
    """Each member that is an option arrives where the model has it: what is walked is no mere name."""
    unsent: dict[str, set[str]] = {}
    for name in OPERATIONS:
        wanted, arrived = set(), set()
        for values in inputs(runner.world, name):
            outcome = runner.run(module_of(name), options_of(name, values))
            assert (outcome.by, [operation for operation, _sent in outcome.sent][:1]) == ("", [name]), outcome
            sent, given = as_sent(name, outcome.sent[0][1]), as_sent(name, values)
            kept = {member: given[member] for member in given if member not in sent}
            assert {**sent, **kept} == given, name
            wanted |= set(given)
            arrived |= set(sent)
        if wanted - arrived:
            unsent[name] = wanted - arrived
    assert unsent == {}


def test_no_expressible_violation_passes(tally: Tally, capsys: pytest.CaptureFixture[str]) -> None:
    refused, passed = len(tally.refused), len(tally.passed)
    with capsys.disabled():
        print(
            f"\nviolations: expressible {refused + passed}, refused before any write {refused}, "
            f"not expressible {tally.reasons.total()}"
        )
        for reason, count in tally.reasons.most_common():
            print(f"  not expressible {count}: {reason}")
    assert tally.passed == []
    assert botocore.__version__ == BOTOCORE, "Another service model: look at the counts, then change them"
    assert (refused, tally.reasons.total()) == (EXPRESSIBLE, NOT_EXPRESSIBLE)


def test_every_refusal_names_the_option_and_what_would_be_right(tally: Tally) -> None:
    assert tally.unclear == []


@pytest.mark.parametrize("size", sorted(DRAWN))
def test_faults_that_come_together_are_named_together(
    size: int, tally: Tally, runner: Runner, capsys: pytest.CaptureFixture[str]
) -> None:
    count, unnamed = 0, []
    for name in OPERATIONS:
        good = {(case.faults[0].kind, case.faults[0].path) for case in tally.refused if case.operation == name}
        for case in combined(runner.world, name, size, DRAWN[size], good):
            try:
                options = options_of(name, case.values)
            except NotExpressibleError:
                continue
            outcome = runner.run(module_of(name), options)
            count += 1
            if not outcome.refused or named(case, outcome):
                unnamed.append(f"{case}: unnamed {named(case, outcome)}; {outcome.by}: {outcome.faults}"[:900])
    with capsys.disabled():
        print(f"\n{count} tasks with {size} faults each, of which {count - len(unnamed)} named all of them at once")
    assert unnamed == []
    assert count > 0


def test_a_violation_that_passes_would_be_seen(runner: Runner, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the input check switched off the service is asked, and the tally shows it."""
    module: Any = "ansible_collections.qbusiness.federation.plugins.module_utils.model"
    monkeypatch.setattr(f"{module}.faults", lambda *_arguments: iter(()))
    found = Tally()
    for case in violations_of(runner.world, "CreateIndex"):
        _judge(case, runner, found)
    assert any("pattern displayName" in text for text in found.passed)
    assert any("too long description" in text for text in found.passed)


def test_the_world_is_as_before(runner: Runner) -> None:
    world: World = runner.world
    names = [item["displayName"] for item in runner.client.list_applications()["applications"]]
    assert sorted(names) == sorted(world.ids)
