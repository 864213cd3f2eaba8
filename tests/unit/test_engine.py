# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The engine with a small resource that lives in a dictionary, and the host around a function."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.aws import Aws
from ansible_collections.qbusiness.federation.plugins.module_utils.compare import same_unordered
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import (
    FederationError,
    ImmutableError,
    InputError,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, Function, execute, run
from ansible_collections.qbusiness.federation.plugins.module_utils.placeholder import (
    ACCOUNT,
    holding,
    is_placeholder,
    okta_id,
    uuid_like,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.resource import (
    Call,
    Resource,
    State,
    differing,
    ensure,
    merged,
    refuse_immutable,
)


class Lamp(Resource):
    """A lamp in a house: ``colour`` may change, ``socket`` may not."""

    noun = "lamp"

    def __init__(self, house: dict[str, dict[str, Any]], name: str, **wanted: Any) -> None:
        self.house = house
        self.name = name
        self.wanted = wanted
        self.steps: list[str] = []

    def find(self) -> State | None:
        self.steps.append("find")
        return dict(self.house[self.name]) if self.name in self.house else None

    def check(self, current: State | None) -> None:
        self.steps.append("check")
        if self.wanted.get("colour") == "octarine":
            raise InputError(["colour: 'octarine' cannot be seen"])

    def creation(self) -> Sequence[Call]:
        return [Call("CreateLamp", self._create)]

    def _create(self) -> None:
        self.house[self.name] = {"name": self.name, "socket": "E27", "lit": True, **self.wanted}

    def changes(self, current: State) -> Sequence[Call]:
        different = differing(self.wanted, current, {"tags": same_unordered})
        refuse_immutable("lamp", self.name, different, current, {"socket": "The bulb would be lost."})
        return [Call("UpdateLamp", lambda: self.house[self.name].update(different))] if different else []

    def removal(self, current: State) -> Sequence[Call]:
        return [Call("DeleteLamp", self._remove)]

    def _remove(self) -> None:
        del self.house[self.name]

    def predicted(self, current: State | None) -> State:
        return {"name": self.name, **(current or {}), **self.wanted}

    def read(self) -> State:
        self.steps.append("read")
        return dict(self.house[self.name])

    def view(self, state: State) -> dict[str, Any]:
        return dict(state)

    def comparable(self, view: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in view.items() if key != "lit"}

    def identity(self, state: State) -> dict[str, Any]:
        return {"lamp_id": f"lamp-{state['name']}"}

    def loss(self, current: State) -> Sequence[str]:
        return [f"the light of {current['name']}"]


def ask(house: dict[str, dict[str, Any]], state: str = "present", check_mode: bool = False, **wanted: Any) -> Any:
    return ensure(Lamp(house, "desk", **wanted), state=state, check_mode=check_mode).answer()


def test_creates_and_answers() -> None:
    house: dict[str, dict[str, Any]] = {}
    answer = ask(house, colour="red")
    assert house["desk"]["colour"] == "red"
    assert answer == {
        "changed": True,
        "operations": ["CreateLamp"],
        "differences": [],
        "lamp": house["desk"],
        "lamp_id": "lamp-desk",
        "diff": {"before": {}, "after": {"name": "desk", "socket": "E27", "colour": "red"}},
    }


def test_changes_nothing_when_all_is_so() -> None:
    house = {"desk": {"name": "desk", "socket": "E27", "colour": "red", "tags": ["a", "b"], "lit": False}}
    before = {"desk": dict(house["desk"])}
    answer = ask(house, colour="red", tags=["b", "a"])
    assert (answer["changed"], answer["operations"]) == (False, [])
    assert answer["diff"]["before"] == answer["diff"]["after"]
    assert house == before


def test_changes_only_what_differs() -> None:
    house = {"desk": {"name": "desk", "socket": "E27", "colour": "red", "size": 3}}
    answer = ask(house, colour="blue")
    assert house["desk"] == {"name": "desk", "socket": "E27", "colour": "blue", "size": 3}
    assert answer["diff"]["before"]["colour"] == "red"
    assert answer["diff"]["after"]["colour"] == "blue"


def test_check_mode_writes_nothing_and_predicts() -> None:
    house: dict[str, dict[str, Any]] = {}
    answer = ask(house, check_mode=True, colour="red")
    assert (answer["changed"], answer["operations"], answer["lamp"]["colour"]) == (True, ["CreateLamp"], "red")
    assert house == {}
    house["desk"] = {"name": "desk", "socket": "E27", "colour": "red"}
    assert ask(house, check_mode=True, colour="blue")["operations"] == ["UpdateLamp"]
    assert ask(house, "absent", check_mode=True)["operations"] == ["DeleteLamp"]
    assert house == {"desk": {"name": "desk", "socket": "E27", "colour": "red"}}


def test_absent_says_what_is_lost() -> None:
    house = {"desk": {"name": "desk", "socket": "E27"}}
    answer = ask(house, "absent")
    assert (answer["changed"], answer["lost"], answer["lamp_id"]) == (True, ["the light of desk"], "lamp-desk")
    assert "lamp" not in answer
    assert house == {}
    again = ask(house, "absent")
    assert again == {"changed": False, "operations": [], "differences": [], "diff": {"before": {}, "after": {}}}


def test_immutable_names_field_values_and_loss() -> None:
    house = {"desk": {"name": "desk", "socket": "E27", "colour": "red"}}
    with pytest.raises(ImmutableError) as caught:
        ask(house, socket="E14", colour="blue")
    assert caught.value.message == (
        "socket of lamp desk is 'E27' and cannot become 'E14': it is fixed at creation. The bulb would be lost."
    )
    assert caught.value.facts["immutable"] == ["socket"]
    assert house["desk"]["colour"] == "red"


def test_input_is_checked_before_anything_is_written() -> None:
    houses: list[dict[str, dict[str, Any]]] = [{}, {"desk": {"name": "desk", "socket": "E27"}}]
    for house in houses:
        before = dict(house)
        with pytest.raises(InputError, match="octarine"):
            ask(house, colour="octarine")
        assert house == before


def test_nothing_is_checked_for_what_is_to_go() -> None:
    assert ask({}, "absent", colour="octarine")["changed"] is False


def test_merged_keeps_what_was_not_given() -> None:
    assert merged({"a": {"b": 1, "c": [1]}, "d": 1}, {"a": {"c": [2]}}) == {"a": {"b": 1, "c": [2]}, "d": 1}
    assert merged(None, {"a": 1}) == {"a": 1}


# -- faults ---------------------------------------------------------------------------------------------------------


def test_one_fault_is_the_message_several_are_a_list() -> None:
    assert InputError(["a: is wrong"]).message == "a: is wrong"
    several = InputError(["a: is wrong", "b: is wrong"])
    assert several.message == "2 faults in the options:\n- a: is wrong\n- b: is wrong"
    assert several.facts["faults"] == ["a: is wrong", "b: is wrong"]


# -- placeholders ---------------------------------------------------------------------------------------------------


def test_placeholders_fit_the_patterns_and_are_told_apart() -> None:
    made = uuid_like("index", "a")
    assert len(made) == 36
    assert made == uuid_like("index", "a") != uuid_like("index", "b")
    assert len(okta_id("0oa", "a")) == 20
    arn = f"arn:aws:iam::{ACCOUNT}:role/x"
    assert all(is_placeholder(value) for value in (made, okta_id("0oa"), arn, f"https://x/{made}"))
    assert not any(is_placeholder(value) for value in ("", None, 5, "1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c"))
    assert holding({"a": [{"b": made}], "c": "x", "d": arn}) == ["a[0].b", "d"]


def context(check_mode: bool = False, **parameters: Any) -> Context:
    return Context(parameters=parameters, check_mode=check_mode, aws=Aws({}))


def test_placeholders_are_refused_outside_check_mode() -> None:
    reached: list[bool] = []

    def function(_context: Context) -> dict[str, Any]:
        reached.append(True)
        return {}

    options: dict[str, Any] = {"index_id": uuid_like("index"), "buckets": ["a", f"arn:aws:s3:::{uuid_like('b')}"]}
    with pytest.raises(InputError) as caught:
        execute(function, context(**options))
    assert [fault.partition(":")[0] for fault in caught.value.faults] == ["index_id", "buckets[1]"]
    assert not reached
    assert execute(function, context(check_mode=True, **options)) == {}


# -- the host -------------------------------------------------------------------------------------------------------


class Left(Exception):
    """A module's exit."""


class FakeModule:
    """What the host uses of an AnsibleModule."""

    def __init__(self, **params: Any) -> None:
        self.params = params
        self.argument_spec: Mapping[str, Any] = {}
        self.check_mode = False
        self.no_log_values: set[str] = set()
        self.option_errors: Sequence[Any] = ()
        self.secret_faults: Sequence[str] = ()
        self._name = "fake"
        self.result: dict[str, Any] = {}
        self.warnings: list[str] = []

    def exit_json(self, **kwargs: Any) -> NoReturn:
        self.result = kwargs
        raise Left

    def fail_json(self, msg: str, **kwargs: Any) -> NoReturn:
        self.result = {"failed": True, "msg": msg, **kwargs}
        raise Left

    def warn(self, warning: str) -> None:
        self.warnings.append(warning)


def host(function: Function) -> FakeModule:
    module = FakeModule(name="x")
    with pytest.raises(Left):
        run(module, function)
    return module


def test_host_answers_warns_and_hides() -> None:
    def function(given: Context) -> dict[str, Any]:
        given.warn("look out")
        given.secrets.add("s3cr3t")
        return {"changed": True}

    module = host(function)
    assert module.result == {"changed": True}
    assert module.warnings == ["look out"]
    assert module.no_log_values == {"s3cr3t"}


def test_host_fails_with_the_facts_of_the_error() -> None:
    def function(given: Context) -> dict[str, Any]:
        given.secrets.add("s3cr3t")
        raise FederationError("It went wrong.", ids=["a"])

    module = host(function)
    assert module.result == {"failed": True, "msg": "It went wrong.", "ids": ["a"]}
    assert module.no_log_values == {"s3cr3t"}


def test_host_catches_what_nobody_expected() -> None:
    def function(given: Context) -> dict[str, Any]:
        given.secrets.add("s3cr3t")
        raise KeyError("surprise")

    module = host(function)
    assert "Unexpected KeyError" in module.result["msg"]
    assert "defect" in module.result["msg"]
    assert module.no_log_values == {"s3cr3t"}
