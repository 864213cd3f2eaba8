# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The life of each module's object, stage by stage: bad input, plan, creation, nothing to do, each change, removal.

The witnesses are the cloud's log of requests and its own account of its state. What one module alone has is in its own
file of tests; ``life_cases.py`` names the test of each option that is not changed here.
"""

from __future__ import annotations

import json
import re
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import FederationError, InputError
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Function
from conftest import Call
from hosts_cases import CASES, Scene, scene
from life_cases import HOW, LIVES, Life
from qbusiness_sandbox.testing import Running

WRITERS = sorted(name for name, case in CASES.items() if case.writes)
UPDATES = [(name, option) for name in WRITERS for option in LIVES[name].updates]
FIXED = [(name, option) for name in WRITERS for option in LIVES[name].fixed]
HERE = Path(__file__).parent
#: When something was last read.
READ = re.compile(r'"last_?[uU]sed\w*": [^,}]*')


def module(name: str) -> Any:
    return import_module(f"ansible_collections.qbusiness.federation.plugins.modules.{name}")


class Object:
    """One module's object in a filled account."""

    def __init__(self, name: str, made: Scene, call: Call) -> None:
        self.name, self.scene, self.call = name, made, call
        self.life: Life = LIVES[name]
        self.function: Function = module(name).function
        self.options = {**CASES[name].options(made), **self.life.made(made)}

    def run(self, check_mode: bool = False, **options: Any) -> dict[str, Any]:
        """Run the module with these options and its connection; what is None is not said."""
        self.scene.cloud.log.clear()
        given = {key: value for key, value in options.items() if value is not None}
        return self.call(self.function, check_mode, **given)

    def writes(self) -> list[str]:
        """The writes that the cloud saw in the last run."""
        return [entry.operation for entry in self.scene.cloud.log.writes()]

    def state(self) -> str:
        """The state of the whole cloud, without what reading changes."""
        secrets = self.scene.aws("secretsmanager").list_secrets(IncludePlannedDeletion=True)["SecretList"]
        whole = [self.scene.cloud.dump(), [{**secret, "LastAccessedDate": ""} for secret in secrets]]
        return READ.sub("", json.dumps(whole, default=str, sort_keys=True))

    def changed(self, option: str) -> dict[str, Any]:
        return {**self.options, **self.life.updates[option](self.scene)}

    @property
    def removal(self) -> dict[str, Any]:
        named = {key: value for key, value in self.options.items() if key in self.life.named}
        return {**named, "state": "absent", **self.life.gone(self.scene)}


@pytest.fixture
def it(request: pytest.FixtureRequest, running: Running, call: Call) -> Object:
    """The object of the module that is the test's first parameter, not made yet."""
    name = request.node.callspec.params["name"]
    return Object(name, scene(running), call)


@pytest.mark.parametrize("name", WRITERS)
def test_bad_input(name: str, it: Object) -> None:
    before = it.state()
    with pytest.raises(InputError) as caught:
        it.run(**{**it.options, **it.life.wrong})
    for option in it.life.wrong:
        assert option in str(caught.value)
    assert (it.writes(), it.state() == before) == ([], True)


@pytest.mark.parametrize("name", WRITERS)
def test_check_diff_then_create(name: str, it: Object) -> None:
    """Check mode says what is done, and does nothing of it; what is made is in the diff: after, and not before."""
    before = it.state()
    planned = it.run(True, **it.options)
    assert (planned["changed"], it.writes(), it.state() == before) == (True, [], True)
    made = it.run(**it.options)
    assert made["changed"] is True
    assert made["operations"] == planned["operations"] != []
    assert set(made) - {"changed", "diff", "warnings"} <= set(yaml.safe_load(module(name).RETURN))
    assert len(it.writes()) >= len(made["operations"])
    assert it.state() != before
    diff = made["diff"]
    assert diff["after"] != diff["before"]
    assert {name: diff["after"][name] for name in it.life.named if name in diff["after"]}.items() <= it.options.items()


@pytest.mark.parametrize("name", WRITERS)
def test_no_change(name: str, it: Object) -> None:
    it.run(**it.options)
    before = it.state()
    again = it.run(**it.options)
    settles = CASES[name].settles
    assert again["changed"] is not settles
    if settles:
        assert (again["operations"], it.writes(), it.state() == before) == ([], [], True)
        assert again["diff"]["before"] == again["diff"]["after"]
        assert again.get("differences", []) == []


@pytest.mark.parametrize(("name", "option"), UPDATES, ids=[f"{name}-{option}" for name, option in UPDATES])
def test_update(name: str, option: str, it: Object) -> None:
    """One option is changed, and only what it says; the plan says so; afterwards there is nothing to do."""
    it.run(**it.options)
    wanted = it.changed(option)
    before = it.state()
    planned = it.run(True, **wanted)
    assert (planned["changed"], it.writes(), it.state() == before) == (True, [], True)
    changed = it.run(**wanted)
    assert changed["changed"] is True
    assert changed["operations"] == planned["operations"] != []
    assert it.writes() != []
    assert it.state() != before
    diff = changed["diff"]
    assert diff["before"] != diff["after"]
    differing = {
        key for key in {**diff["before"], **diff["after"]} if diff["before"].get(key) != diff["after"].get(key)
    }
    named = {re.split(r"[.\[]", difference["field"])[0] for difference in changed["differences"]}
    assert named and named <= differing
    again = it.run(**{**wanted, "rotate": None})
    assert (again["changed"], it.writes()) == (False, [])


@pytest.mark.parametrize(("name", "option"), FIXED, ids=[f"{name}-{option}" for name, option in FIXED])
def test_immutable(name: str, option: str, it: Object) -> None:
    it.run(**it.options)
    before = it.state()
    with pytest.raises(FederationError) as caught:
        it.run(**{**it.options, **it.life.fixed[option](it.scene)})
    assert option in str(caught.value)
    assert (it.writes(), it.state() == before) == ([], True)


@pytest.mark.parametrize("name", WRITERS)
def test_absent(name: str, it: Object) -> None:
    it.run(**it.options)
    there = it.state()
    planned = it.run(True, **it.removal)
    assert (planned["changed"], it.writes(), it.state() == there) == (True, [], True)
    gone = it.run(**it.removal)
    assert gone["changed"] is True
    assert gone["operations"] == planned["operations"] != []
    assert it.state() != there
    again = it.run(**it.removal)
    assert again["changed"] is False
    assert (it.writes() == []) is not bool(it.life.still)


@pytest.mark.parametrize("name", WRITERS)
def test_every_option_is_told(name: str) -> None:
    """Each option is changed here, refused here, or named with a test that there is."""
    spec = set(module(name).ARGUMENTS["argument_spec"]) - set(aws_arguments({})) - HOW
    life = LIVES[name]
    told = set(life.named) | set(life.updates) | set(life.fixed) | set(life.told)
    assert spec - told == set()
    assert set(life.told) - spec == set()
    for test in life.told.values():
        file, _between, function = test.partition("::")
        assert re.search(rf"^def {function or 'test_'}", (HERE / file).read_text(), re.MULTILINE), test


def test_every_writing_module_has_a_life() -> None:
    assert set(WRITERS) == set(LIVES)
