# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Properties of the engine, for any states of Q Business resources, on a service that lives in a dictionary."""

from __future__ import annotations

import copy
import sys
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.resource import Result, ensure
from botocore import xform_name
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parent))

from engine_states import KINDS, Kind, options
from memory_service import MODEL, MemoryService, is_nothing, without_nothing

bounded = settings(
    max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=[HealthCheck.too_slow]
)
#: The first property meets the most that can go wrong.
thorough = settings(bounded, max_examples=150)
every_kind = pytest.mark.parametrize("name", sorted(KINDS))
TAGS = st.dictionaries(st.sampled_from("abc"), st.sampled_from(("", "x", "y")), max_size=3)
#: Lists that are sets.
SETS = frozenset({"origins", "subnetIds", "securityGroupIds", "inclusionPatterns", "clientIdsForOIDC"})
#: What an empty dictionary clears; an empty one of anything else asks for nothing.
CLEARED = frozenset({"boostingOverride", "documentEnrichmentConfiguration", "mediaExtractionConfiguration"})
#: What is not known before it is there.
UNKNOWN = frozenset({"default_endpoint"})


def run(
    kind: Kind,
    service: MemoryService,
    asked: Mapping[str, Any],
    *,
    check: bool = False,
    tags: Mapping[str, str] | None = None,
    purge: bool = True,
    state: str = "present",
) -> Result:
    """One task."""
    resource = kind.resource_class(
        kind.spec,
        service.aws,
        parents=kind.parents,
        options=asked,
        tags=tags,
        purge_tags=purge,
        present=state == "present",
    )
    return ensure(resource, state=state, check_mode=check)


def service_of(data: st.DataObject, kind: Kind) -> MemoryService:
    """A service that shows empty members and fills in members, or not."""
    fills_in = kind.fills_in if data.draw(st.booleans(), label="fills in") else {}
    keeps = data.draw(st.booleans(), label="keeps empty")
    return MemoryService(kind.spec, keeps_empty=keeps, fills_in=fills_in, merges=kind.merges)


def drawn(data: st.DataObject, kind: Kind, *, new: bool) -> tuple[dict[str, Any], dict[str, Any]]:
    """A state, and the options that ask for it."""
    state = data.draw(kind.states(new=new), label="new state" if new else "state")
    return state, data.draw(options(kind, state), label="options")


def shows(wanted: Any, there: Any, name: str = "") -> bool:
    """Whether what is there has all that is wanted; a reading that shares nothing with the engine's own."""
    if wanted == {} and name not in CLEARED:
        return True
    if is_nothing(wanted):
        return is_nothing(there)
    if isinstance(wanted, dict):
        inside = there if isinstance(there, dict) else {}  # a structure of which nothing is asked may be absent
        return all(shows(item, inside.get(key), key) for key, item in wanted.items())
    if isinstance(wanted, list) and name in SETS:
        return sorted(map(_plain, wanted)) == sorted(map(_plain, there or []))
    if name == "documentAttributeConfigurations":
        by_name = {item["name"]: item for item in there or []}
        return all(shows(item, by_name.get(item["name"])) for item in wanted)
    if isinstance(wanted, list):
        return isinstance(there, list) and len(wanted) == len(there) and all(map(shows, wanted, there))
    return _plain(wanted) == _plain(there)


def _plain(value: Any) -> str:
    """Texts, numbers and switches as connectors mix them, and times."""
    if hasattr(value, "timestamp"):
        return str(value.timestamp())
    if isinstance(value, str) and value.startswith("2026-0"):
        return str(datetime.fromisoformat(value).timestamp())
    return str(value).lower() if isinstance(value, bool) else str(value)


def shape_of(kind: Kind, member: str) -> Any:
    """The shape of a member of the update, if it has it."""
    return MODEL.operation_model(kind.spec.operation("Update")).input_shape.members.get(member)


def unasked_is_kept(shape: Any, wanted: Any, before: Any, there: Any) -> bool:
    """Whether what was not given is as before, at any depth. Unions, lists and maps are given whole; a document is
    given in part, as a structure is."""
    if wanted is None:
        return bool(without_nothing(before) == without_nothing(there)) or (is_nothing(before) and is_nothing(there))
    if not isinstance(wanted, dict) or not isinstance(before, dict) or not isinstance(there, dict) or not wanted:
        return True
    plain = shape is not None and shape.type_name == "structure"
    if not plain or shape.is_tagged_union:
        return True
    members = {} if shape.is_document_type else shape.members
    inner = {name: shape if shape.is_document_type else members.get(name) for name in before}
    return all(unasked_is_kept(inner[name], wanted.get(name), value, there.get(name)) for name, value in before.items())


def stored(service: MemoryService) -> dict[str, Any]:
    """The one object that is there."""
    (found,) = service.objects.values()
    return copy.deepcopy(found)


@every_kind
@thorough
@given(data=st.data())
def test_any_state_is_reached_from_any_other(name: str, data: st.DataObject) -> None:
    kind = KINDS[name]
    service = service_of(data, kind)
    first, asked = drawn(data, kind, new=True)
    run(kind, service, asked)
    assert shows(first, stored(service)), (first, stored(service))
    before = stored(service)
    second, asked = drawn(data, kind, new=False)
    run(kind, service, asked)
    there = stored(service)
    assert shows(second, there), (second, there)
    for member, value in before.items():
        shape = shape_of(kind, member)
        assert unasked_is_kept(shape, second.get(member), value, there[member]), f"{member}: {value} {there[member]}"
    assert len(service.objects) == 1


@every_kind
@bounded
@given(data=st.data())
def test_planning_again_is_empty(name: str, data: st.DataObject) -> None:
    kind = KINDS[name]
    service = service_of(data, kind)
    run(kind, service, drawn(data, kind, new=True)[1])
    _second, asked = drawn(data, kind, new=False)
    run(kind, service, asked)
    writes, there = len(service.writes), stored(service)
    for check in (True, False):
        again = run(kind, service, asked, check=check)
        assert (again.changed, again.operations) == (False, [])
        assert again.resource.view(again.before or {}) == again.resource.view(again.after or {})
    assert (len(service.writes), stored(service)) == (writes, there)


@every_kind
@bounded
@given(data=st.data())
def test_check_mode_predicts_what_apply_does(name: str, data: st.DataObject) -> None:
    kind = KINDS[name]
    service = service_of(data, kind)
    tags = data.draw(st.none() | TAGS, label="tags")
    new, asked = drawn(data, kind, new=True)
    plan = run(kind, service, asked, check=True, tags=tags)
    assert (service.objects, service.writes) == ({}, [])
    result = run(kind, service, asked, tags=tags)
    assert (plan.changed, plan.operations) == (result.changed, result.operations)
    promised, kept = comparable(plan), comparable(result)
    for option in asked:
        if not is_nothing(new.get(member_of(new, option))):
            assert shows(promised[option], kept[option], member_of(new, option)), option
    assert promised.get("tags") == kept.get("tags")

    other = data.draw(st.none() | TAGS, label="other tags")
    purge = data.draw(st.booleans(), label="purge")
    _second, asked = drawn(data, kind, new=False)
    before = stored(service)
    plan = run(kind, service, asked, check=True, tags=other, purge=purge)
    assert stored(service) == before
    writes = len(service.writes)
    result = run(kind, service, asked, tags=other, purge=purge)
    assert (plan.changed, plan.operations) == (result.changed, result.operations)
    assert [operation for operation, _sent in service.writes[writes:]] == plan.operations
    promised, kept = comparable(plan), comparable(result)
    assert nothing_left_out(promised) == nothing_left_out(kept)


def comparable(result: Result) -> dict[str, Any]:
    """What the answer's diff shows."""
    view = result.resource.view(result.after or {})
    return {key: value for key, value in result.resource.comparable(view).items() if key not in UNKNOWN}


def member_of(state: Mapping[str, Any], option: str) -> str:
    return next((name for name in state if xform_name(name) == option), option)


def nothing_left_out(view: Mapping[str, Any]) -> dict[str, Any]:
    """Without members that are empty: one service shows them, another does not."""
    return dict(without_nothing(dict(view)))


@every_kind
@bounded
@given(data=st.data())
def test_absent_and_null_ask_for_nothing(name: str, data: st.DataObject) -> None:
    kind = KINDS[name]
    service = service_of(data, kind)
    state, asked = drawn(data, kind, new=True)
    run(kind, service, asked)
    writes = len(service.writes)
    identity = {option: asked[option] for option in asked if member_of(state, option) in kind.fixed}
    nulls = {option: None for option in asked if option not in identity}
    for same in (identity, {**identity, **nulls}):
        assert not run(kind, service, same).changed
    assert len(service.writes) == writes


@bounded
@given(data=st.data(), text=st.sampled_from(("", "some", None)), was=st.sampled_from(("", "some", "other", None)))
def test_empty_clears_and_null_does_not(data: st.DataObject, text: str | None, was: str | None) -> None:
    kind = KINDS["application"]
    service = service_of(data, kind)
    base = {
        "display_name": "thing",
        "identity_type": "AWS_IAM_IDP_SAML",
        "iam_identity_provider_arn": kind.fixed["iamIdentityProviderArn"],
    }
    run(kind, service, {**base, "description": was})
    result = run(kind, service, {**base, "description": text})
    there = stored(service).get("description")
    assert (there or "") == ((was if text is None else text) or "")
    assert result.changed == (text is not None and text != (was or ""))


@bounded
@given(data=st.data(), first=TAGS, second=st.none() | TAGS, purge=st.booleans(), others=st.booleans())
def test_tags(data: st.DataObject, first: dict[str, str], second: Any, purge: bool, others: bool) -> None:
    kind = KINDS["index"]
    service = service_of(data, kind)
    asked = {"display_name": "thing"}
    run(kind, service, asked, tags=first)
    arn = next(iter(service.tags))
    system = {"aws:cloudformation:stack": "other"} if others else {}
    service.tags[arn].update(system)
    result = run(kind, service, asked, tags=second, purge=purge)
    expected = first if second is None else {**({} if purge else first), **second}
    assert service.tags[arn] == {**expected, **system}
    assert result.changed == (expected != first)
    assert not run(kind, service, asked, tags=second, purge=purge).changed


@every_kind
@bounded
@given(data=st.data())
def test_the_order_of_sets_says_nothing(name: str, data: st.DataObject) -> None:
    kind = KINDS[name]
    service = service_of(data, kind)
    state, asked = drawn(data, kind, new=True)
    run(kind, service, asked)
    shuffled = data.draw(options(kind, turned(state)), label="turned")
    assert not run(kind, service, shuffled).changed


def turned(value: Any, name: str = "") -> Any:
    """Lists that are sets, the other way round."""
    if isinstance(value, dict):
        return {key: turned(item, key) for key, item in value.items()}
    if isinstance(value, list) and (name in SETS or name == "documentAttributeConfigurations"):
        return value[::-1]
    return value


@every_kind
@bounded
@given(data=st.data())
def test_absent_is_reached_and_stays(name: str, data: st.DataObject) -> None:
    kind = KINDS[name]
    service = service_of(data, kind)
    _state, asked = drawn(data, kind, new=True)
    assert not run(kind, service, asked, state="absent").changed
    run(kind, service, asked)
    assert run(kind, service, asked, state="absent", check=True).operations == [kind.spec.operation("Delete")]
    assert len(service.objects) == 1
    assert run(kind, service, asked, state="absent").operations == [kind.spec.operation("Delete")]
    assert service.objects == {}
    assert not run(kind, service, asked, state="absent").changed
