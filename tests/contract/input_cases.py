# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Violations of the service model as tasks: which application they are about, and what has to go with them."""

from __future__ import annotations

import copy
import itertools
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from input_options import Path_
from qbusiness_cases import KEY, Sampler, _walk, baselines, changed
from qbusiness_sandbox.qbusiness import model
from qbusiness_world import INSTANCE, OIDC_PROVIDER, ROLE, SAML_PROVIDER, World, s3_configuration

OPEN_API = '{"openapi": "3.0.1", "info": {"title": "A", "version": "1"}, "paths": {"/a": {"get": {"responses": {}}}}}'


_OFF = "DISABLED"
#: Values that are not so yet in the world, so that an update sends them.
OTHER: dict[str, dict[str, Any]] = {
    "UpdateApplication": {
        "attachmentsConfiguration": {"attachmentsControlMode": _OFF},
        "identityCenterInstanceArn": INSTANCE.replace("0123", "3210"),
        "personalizationConfiguration": {"personalizationControlMode": _OFF},
        "qAppsConfiguration": {"qAppsControlMode": _OFF},
    },
    "UpdateChatControlsConfiguration": {
        "hallucinationReductionConfiguration": {"hallucinationReductionControl": "ENABLED"},
        "orchestrationConfiguration": {"control": _OFF},
    },
    "CreateDataSource": {"configuration": s3_configuration("third")},
    "UpdateDataSource": {"configuration": s3_configuration("others"), "roleArn": f"{ROLE}-2"},
    "UpdateIndex": {"capacityConfiguration": {"units": 2}},
    "UpdatePlugin": {"state": _OFF},
    "UpdateSubscription": {"type": "Q_BUSINESS"},
    "UpdateWebExperience": {"samplePromptsControlMode": _OFF},
}


@dataclass(frozen=True)
class Fault:
    """One wrong value at a path of members."""

    kind: str
    path: Path_
    value: Any


@dataclass(frozen=True)
class Case:
    """An input of an operation with faults in it."""

    operation: str
    faults: tuple[Fault, ...]
    values: dict[str, Any]

    def __str__(self) -> str:
        told = " + ".join(f"{fault.kind} {'.'.join(map(str, fault.path))}" for fault in self.faults)
        return f"{self.operation} {told}"


def _texts(value: Any, shape: Any) -> Any:
    """Times as the options have them: ISO 8601."""
    kind = shape.type_name
    if kind == "timestamp" and isinstance(value, float):
        return datetime.fromtimestamp(value, UTC).isoformat()
    if kind == "structure" and not shape.is_document_type and isinstance(value, dict):
        return {name: _texts(item, shape.members[name]) for name, item in value.items()}
    if kind == "list" and isinstance(value, list):
        return [_texts(item, shape.member) for item in value]
    if kind == "map" and isinstance(value, dict):
        return {key: _texts(item, shape.value) for key, item in value.items()}
    return value


def _application(values: dict[str, Any], about: str) -> None:
    """One identity type has the member that it is about."""
    kind = {
        "clientIdsForOIDC": "AWS_IAM_IDP_OIDC",
        "identityCenterInstanceArn": "AWS_IAM_IDC",
        "quickSightConfiguration": "AWS_QUICKSIGHT_IDP",
    }.get(about, "AWS_IAM_IDP_SAML")
    for name in ("iamIdentityProviderArn", "clientIdsForOIDC", "identityCenterInstanceArn", "quickSightConfiguration"):
        values.pop(name, None)
    values["identityType"] = kind
    more: dict[str, dict[str, Any]] = {
        "AWS_IAM_IDP_SAML": {"iamIdentityProviderArn": SAML_PROVIDER},
        "AWS_IAM_IDP_OIDC": {"iamIdentityProviderArn": OIDC_PROVIDER, "clientIdsForOIDC": ["client"]},
        "AWS_IAM_IDC": {"identityCenterInstanceArn": INSTANCE},
        "AWS_QUICKSIGHT_IDP": {"quickSightConfiguration": {"clientNamespace": "default"}},
    }
    values.update(more[kind])


def fitting(world: World, name: str, values: dict[str, Any], about: tuple[str, ...] = ()) -> dict[str, Any]:
    """A valid input whose values also belong together as the documentation says.

    :param about: the members at the top that have to stay in it
    """
    made: dict[str, Any] = _texts(copy.deepcopy(values), model.operation(name).input_shape)
    if name == "CreateApplication":
        _application(made, next((member for member in about if member in made), ""))
    if name == "UpdateApplication" and "identityCenterInstanceArn" in made:
        made["applicationId"] = world.ids["center"]["applicationId"]
    if "Plugin" in name and "payload" in made["customPluginConfiguration"].get("apiSchema", {}):
        made["customPluginConfiguration"]["apiSchema"]["payload"] = OPEN_API
    if name == "CreateWebExperience":
        made["applicationId"] = world.ids["kendra"]["applicationId"]
    if "WebExperience" in name:
        if (
            "samlConfiguration" in made["identityProviderConfiguration"]
            and "browserExtensionConfiguration" not in about
        ):
            del made["browserExtensionConfiguration"]
        elif "browserExtensionConfiguration" in about:
            made["identityProviderConfiguration"] = baselines(world, name)[1]["identityProviderConfiguration"]
    if name == "PutGroup":
        _group(made, about)
    if name == "UpdateChatControlsConfiguration":
        _controls(made)
    made.update({member: value for member, value in OTHER.get(name, {}).items() if member in made})
    return made


def _group(values: dict[str, Any], about: tuple[str, ...]) -> None:
    """Members come from the task or from S3."""
    members = values["groupMembers"]
    if "s3PathForGroupMembers" in about:
        del members["memberGroups"], members["memberUsers"]
    else:
        del members["s3PathForGroupMembers"]
        members["memberGroups"][0]["groupName"] = "another"


def _controls(values: dict[str, Any]) -> None:
    """What is added is not what is taken away, and a rule is for some people or not for others."""
    values["blockedPhrasesConfigurationUpdate"]["blockedPhrasesToDelete"] = ["gone"]
    values["topicConfigurationsToDelete"][0]["name"] = "gone"
    for rule in values["topicConfigurationsToCreateOrUpdate"][0]["rules"]:
        blocks = "contentBlockerRule" in rule["ruleConfiguration"]
        rule["ruleType"] = "CONTENT_BLOCKER_RULE" if blocks else "CONTENT_RETRIEVAL_RULE"
        del rule["includedUsersAndGroups" if blocks else "excludedUsersAndGroups"]


def _about(path: Path_) -> tuple[str, ...]:
    return tuple(step for step in path if isinstance(step, str))


def inputs(world: World, name: str) -> Iterator[dict[str, Any]]:
    """Valid inputs that together have every member of an operation, and every arm of every union."""
    every = {member for values in baselines(world, name) for member in _members(values)}
    made: list[dict[str, Any]] = []
    for values in baselines(world, name):
        for member in sorted(every):
            candidate = fitting(world, name, values, (member,))
            if candidate not in made:
                made.append(candidate)
    yield from made


def _members(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, item in value.items():
            yield name
            yield from _members(item)
    elif isinstance(value, list):
        for item in value:
            yield from _members(item)


def faults_of(world: World, name: str, values: dict[str, Any]) -> list[Fault]:
    """Everything that the model forbids of one valid input, each as one change of it."""
    operation = model.operation(name)
    return [
        Fault(kind, path, bad)
        for kind, path, bad in _walk(operation.input_shape, values, (), "body", Sampler(world, operation))
    ]


def with_faults(name: str, values: dict[str, Any], faults: tuple[Fault, ...]) -> Case:
    """An input with these faults in it."""
    made = values
    for fault in map(_numbered, faults):
        made = changed(made, fault.path[:-1] if fault.path[-1] is KEY else fault.path, fault.value)
    return Case(name, faults, made)


def _numbered(fault: Fault) -> Fault:
    """Too many objects of one name would be another fault."""
    if fault.kind != "too long" or not isinstance(fault.value, list):
        return fault
    items = [
        {**item, "name": f"{item['name']}{number}"} if isinstance(item, dict) and "name" in item else item
        for number, item in enumerate(fault.value)
    ]
    return Fault(fault.kind, fault.path, items)


def violations_of(world: World, name: str) -> list[Case]:
    """Everything that the model forbids in an operation's input, each place and kind once."""
    found: dict[tuple[str, Path_], Case] = {}
    for values in inputs(world, name):
        for fault in faults_of(world, name, values):
            if (fault.kind, fault.path) not in found:
                found[fault.kind, fault.path] = with_faults(name, values, (fault,))
    return list(found.values())


def _apart(one: Fault, other: Fault) -> bool:
    """Whether two faults are at places of which neither holds the other."""
    left, right = (tuple(step for step in fault.path if step is not KEY) for fault in (one, other))
    short = min(len(left), len(right))
    return left[:short] != right[:short]


def combined(world: World, name: str, size: int, count: int, good: set[tuple[str, Path_]]) -> list[Case]:
    """Inputs with several faults at once, drawn by a fixed seed.

    :param good: kind and path of the faults to draw from
    """
    dice = random.Random(f"{name} {size}")
    made: list[Case] = []
    for values in inputs(world, name):
        faults = [fault for fault in faults_of(world, name, values) if (fault.kind, fault.path) in good]
        for _number in range(count if len(faults) >= size else 0):
            drawn = tuple(dice.sample(faults, size))
            if all(_apart(*pair) for pair in itertools.combinations(drawn, 2)):
                made.append(with_faults(name, values, drawn))
    return made
