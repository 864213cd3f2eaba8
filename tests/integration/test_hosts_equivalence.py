# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every module on both hosts of the collection: the same results, diffs, warnings, deprecations, types and errors.

Each host gets the same tasks in a cloud of its own making. What is random (ids, certificates, times) differs between
the two, and only in one way throughout: a name for a name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hosts_cases import CASES, WRONG, Scene, scene
from hosts_world import AS_MODULE, HERE, Run, Stage, Task
from proof_world import PASSWORD
from qbusiness_sandbox.testing import Running

COLLECTION = "qbusiness.federation"
#: They need the variables of all hosts, so they run in the controller alone.
CONTROLLER_ALONE = {"federation_resolve", "federation_summary"}
FOLDER = Path(__file__).resolve().parents[2] / "plugins/modules"
MODULES = sorted({path.stem for path in FOLDER.glob("[a-z]*.py")} - CONTROLLER_ALONE)
#: Two parts that take about as long: pytest-xdist gives a class to one process.
HALVES = MODULES[::2], MODULES[1::2]
#: What `make test` compares.
SOME = [
    "federation_info",
    "okta_client_secret",
    "qbusiness_app_info",
    "qbusiness_datasource",
    "s3_bucket_statement",
]
#: What differs for other reasons: moments, certificates (their lines break where they like), how long something took.
MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")
CERTIFICATE = re.compile(r"MII[A-Za-z0-9+/=\s]{200,}")
MEASURED = ("milliseconds",)
TOKEN = re.compile(r"[A-Za-z0-9+/_-]+")
#: A short word is no random name.
WORD = re.compile(r"[A-Za-z_]{1,12}")
FAULTS: tuple[tuple[Callable[[dict[str, Any]], bool], str], ...] = (
    (lambda option: option.get("type") == "bool", "maybe"),
    (lambda option: option.get("type") == "int", "many"),
    (lambda option: "choices" in option, "none_of_them"),
)


def faulty(name: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """The options, and faults in them: an unknown one, and wherever the module has such an option no boolean, no
    number, and none of the choices."""
    spec = import_module(f"ansible_collections.{COLLECTION}.plugins.modules.{name}").ARGUMENTS["argument_spec"]
    free = [option for option in sorted(spec) if not spec[option].get("required")]
    wrong: dict[str, Any] = {"unknown_option": 1}
    for fits, value in FAULTS:
        wrong.update(dict.fromkeys([option for option in free if fits(spec[option])][:1], value))
    return {**options, **wrong}


def tasks(name: str, made: Scene) -> list[Task]:
    """A module's tasks, in order."""
    case = CASES[name]
    options = case.options(made)
    module = f"{COLLECTION}.{name}"
    found: list[Task] = [
        {"name": f"{name} faulty", module: faulty(name, options)},
        {"name": f"{name} refused", module: {**options, **case.refused}},
    ]
    if case.writes:
        found.append({"name": f"{name} planned", module: options, "check_mode": True})
    found.append({"name": f"{name} done", module: options})
    if case.writes:
        found.append({"name": f"{name} again", module: options})
    return found


class Pair:
    """What both hosts answered, and which random name of the one is which of the other's."""

    def __init__(self, here: Run, module: Run) -> None:
        self.here, self.module = here, module
        self.names: dict[str, str] = {}
        self.back: dict[str, str] = {}

    def same(self, left: Any, right: Any, place: str = "") -> None:
        """Fail where two values differ in more than random names."""
        assert type(left) is type(right), (place, left, right)
        if isinstance(left, dict):
            assert sorted(str(self.names.get(key, key)) for key in left) == sorted(right), (place, left, right)
            for key, item in left.items():
                if key not in MEASURED:
                    self.same(item, right[self.names.get(key, key)], f"{place}.{key}")
        elif isinstance(left, list):
            assert len(left) == len(right), (place, left, right)
            for number, (one, other) in enumerate(zip(left, right, strict=True)):
                self.same(one, other, f"{place}[{number}]")
        elif isinstance(left, str):
            self.same_text(_steady(left), _steady(right), place)
        else:
            assert left == right, place

    def same_text(self, left: str, right: str, place: str) -> None:
        assert TOKEN.sub("", left) == TOKEN.sub("", right), (place, left, right)
        for one, other in zip(TOKEN.findall(left), TOKEN.findall(right), strict=True):
            if one != other:
                assert not WORD.fullmatch(one) and len(one) == len(other), (place, left, right)
            known = self.names.setdefault(one, other), self.back.setdefault(other, one)
            assert known == (other, one), (place, left, right)


def _steady(text: str) -> str:
    return CERTIFICATE.sub("<certificate>", MOMENT.sub("<moment>", text))


def play(running: Running, folder: Path, modules: list[str], variables: dict[str, Any]) -> Run:
    """All tasks of these modules on one host."""
    made = scene(running)
    book = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": {**HERE, **variables},
        "diff": True,
        "ignore_errors": True,
        "tasks": [task for name in modules for task in tasks(name, made)],
    }
    return Stage(folder, running).plays([book], ANSIBLE_PIPELINING="true")


def check(pair: Pair, name: str) -> None:
    """All tasks of a module, on both hosts."""
    listed = [event["task"] for event in pair.here.events if event["event"] == "task"]
    mine = [task for task in listed if task.split()[0] == name]
    assert len(mine) == (5 if CASES[name].writes else 3), pair.here.text[-3000:]
    for task in mine:
        (one,), (other,) = pair.here.records(task), pair.module.records(task)
        wanted = "failed" if task.endswith(("faulty", "refused")) else "ok"
        assert (one["event"], other["event"]) == (wanted, wanted), (task, one, other)
        pair.same(one["result"], other["result"], task)
        assert (pair.here.count(task, "start"), pair.module.count(task, "start") > 0) == (0, True), task
        for text in (WRONG, PASSWORD):
            assert text not in json.dumps([one, other]), task
        if task.endswith("planned") or (task.endswith("again") and CASES[name].settles):
            assert one["result"]["changed"] is task.endswith("planned"), one


def test_every_module_has_a_case() -> None:
    assert sorted(CASES) == MODULES


@pytest.fixture(scope="class")
def pair(request: pytest.FixtureRequest, running: Running, tmp_path_factory: pytest.TempPathFactory) -> Pair:
    """Both runs of the class's modules."""
    folder, modules = tmp_path_factory.mktemp("hosts"), request.cls.MODULES
    return Pair(play(running, folder / "controller", modules, {}), play(running, folder / "module", modules, AS_MODULE))


class TestSome:
    """Some of each kind: what reads, what writes to several services, what has a list, what holds secrets."""

    MODULES = SOME

    @pytest.mark.parametrize("name", MODULES)
    def test_same_on_both(self, pair: Pair, name: str) -> None:
        check(pair, name)


@pytest.mark.hosts
class TestOneHalf:
    MODULES = HALVES[0]

    @pytest.mark.parametrize("name", MODULES)
    def test_same_on_both(self, pair: Pair, name: str) -> None:
        check(pair, name)


@pytest.mark.hosts
class TestOtherHalf:
    MODULES = HALVES[1]

    @pytest.mark.parametrize("name", MODULES)
    def test_same_on_both(self, pair: Pair, name: str) -> None:
        check(pair, name)
