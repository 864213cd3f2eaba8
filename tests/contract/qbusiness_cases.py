# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Valid requests and single violations of them, made by walking the service model.

:func:`baselines` gives for an operation the fewest requests with every member set that together have every arm of every
union; :func:`violations` gives everything that the model forbids, each as one change of one of them.
"""

from __future__ import annotations

import base64
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import regex
from botocore.model import OperationModel
from qbusiness_sandbox.qbusiness import model
from qbusiness_wire import location
from qbusiness_world import (
    IDENTITY,
    INSTANCE,
    KENDRA_INDEX,
    ROLE,
    SAML_PROVIDER,
    SCHEDULE,
    USER,
    World,
    s3_configuration,
)

VERBS = ("Create", "Update", "Put", "Associate", "List", "Get", "Delete")
OPERATIONS = tuple(sorted(name for name in model.names() if name.startswith(VERBS)))
#: The application that an operation's request is about, when it is not ``main``.
WHERE = {
    "CreateDataAccessor": "center",
    "GetDataAccessor": "center",
    "UpdateDataAccessor": "center",
    "DeleteDataAccessor": "center",
    "ListDataAccessors": "center",
    "CreateAnonymousWebExperienceUrl": "anonymous",
    "GetMedia": "anonymous",
}
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:client-AbCdEf"
CENTER = "arn:aws:sso::123456789012"
#: A value for each shape whose pattern (or meaning) wants a certain one.
SAMPLES: dict[str, Any] = {
    "AmazonResourceName": "",  # set by the world
    "ApplicationName": "name",
    "AttachmentName": "note.txt",
    "ClientNamespace": "default",
    "CustomCSSUrl": "https://theme.example.com/a.css",
    "DataAccessorExternalId": "external",
    "DataAccessorName": "name",
    "DataSourceName": "name",
    "DisplayName": "name",
    "DocumentAttributeKey": "_category",
    "DocumentMetadataConfigurationName": "department",
    "FaviconUrl": "https://theme.example.com/a.ico",
    "FontUrl": "https://theme.example.com/a.woff2",
    "GroupIdentifier": "0a1b2c3d-0000-4000-8000-0000000000cc",
    "GroupName": "staff",
    "IAMIdentityProviderArn": SAML_PROVIDER,
    "IdcApplicationArn": f"{CENTER}:application/ssoins-0123456789abcdef/apl-0123456789abcdef",
    "IdcTrustedTokenIssuerArn": f"{CENTER}:trustedTokenIssuer/ssoins-0123456789abcdef/tti-{IDENTITY}",
    "IndexName": "name",
    "InstanceArn": INSTANCE,
    "KendraIndexId": KENDRA_INDEX,
    "LambdaArn": "arn:aws:lambda:us-east-1:123456789012:function:enrich",
    "LogoUrl": "https://theme.example.com/a.svg",
    "Origin": "https://portal.example.com",
    "PermissionConditionKey": "aws:PrincipalTag/team",
    "PermissionConditionValue": "red",
    "PluginName": "name",
    "PrincipalRoleArn": ROLE,
    "QIamAction": "qbusiness:SearchRelevantContent",
    "RetrieverName": "name",
    "RoleArn": ROLE,
    "S3BucketName": "documents",
    "S3ObjectKey": "docs/holidays.txt",
    "SamlAuthenticationUrl": "https://example.okta.com/app/sso/saml",
    "SamlMetadataXML": "<" + "x" * 1000 + ">",
    "SecretArn": SECRET,
    "StatementId": "another",
    "SyncSchedule": SCHEDULE,
    "TopicConfigurationName": "topic",
    "Url": "https://api.example.com/v1",
    "UserId": USER,
    "UserIdentifier": "0a1b2c3d-0000-4000-8000-0000000000dd",
}
#: Shapes of ids, and the world's name for them.
IDS = {
    "ApplicationId": "applicationId",
    "AttachmentId": "attachmentId",
    "ChatResponseConfigurationId": "chatResponseConfigurationId",
    "ConversationId": "conversationId",
    "DataAccessorId": "dataAccessorId",
    "DataSourceId": "dataSourceId",
    "DocumentId": "documentId",
    "ExecutionId": "executionId",
    "IndexId": "indexId",
    "MediaId": "mediaId",
    "MessageId": "messageId",
    "PluginId": "pluginId",
    "RetrieverId": "retrieverId",
    "SubscriptionId": "subscriptionId",
    "SystemMessageId": "messageId",
    "WebExperienceId": "webExperienceId",
}
NOW = 1_770_000_000.0
#: The attribute of the world's index that fits each arm of a boost.
BOOSTED = {
    "numberConfiguration": "_view_count",
    "stringConfiguration": "_document_title",
    "dateConfiguration": "_created_at",
    "stringListConfiguration": "_authors",
}


# -- valid requests -------------------------------------------------------------------------------------------------


class Sampler:
    """Makes values of shapes for one operation."""

    def __init__(self, world: World, operation: OperationModel) -> None:
        self._ids = world.ids[WHERE.get(operation.name, "main")]
        self._operation = operation

    def all(self, shape: Any, seen: frozenset[str] = frozenset()) -> list[Any]:
        """Values that together have every arm of every union below ``shape``, each as full as can be."""
        kind = shape.type_name
        if kind == "structure":
            return self._structures(shape, seen)
        if kind == "list":
            return [[item] * max(1, shape.metadata.get("min", 1)) for item in self.all(shape.member, seen)]
        if kind == "map":
            key = self.simple(shape.key)
            return [{key: item} for item in self.all(shape.value, seen)]
        return [self.simple(shape)]

    def _structures(self, shape: Any, seen: frozenset[str]) -> list[Any]:
        if shape.is_document_type:
            return [s3_configuration()]
        inside = seen | {shape.name}
        # One level of recursion is enough to have every member once.
        members = {name: item for name, item in shape.members.items() if not self._recurs(item, seen)}
        values = {name: self.all(item, inside) for name, item in members.items()}
        if shape.is_tagged_union:
            return [{name: value} for name, choices in values.items() for value in choices]
        count = max([len(choices) for choices in values.values()], default=1)
        return [
            {name: copy.deepcopy(choices[number % len(choices)]) for name, choices in values.items()}
            for number in range(count)
        ]

    @staticmethod
    def _recurs(shape: Any, seen: frozenset[str]) -> bool:
        return shape.name in seen or (shape.type_name == "list" and shape.member.name in seen)

    def simple(self, shape: Any) -> Any:
        name, kind, limits = shape.name, shape.type_name, shape.metadata
        if name in IDS and IDS[name] in self._ids:
            return self._ids[IDS[name]]
        if name.startswith("NextToken"):
            return base64.urlsafe_b64encode(f"{self._operation.name}:0".encode()).decode()
        if name == "AmazonResourceName":
            return f"arn:aws:qbusiness:us-east-1:123456789012:application/{self._ids['applicationId']}"
        if name in SAMPLES:
            return SAMPLES[name]
        if limits.get("enum"):
            return limits["enum"][0]
        if kind == "string":
            return "x" * max(1, limits.get("min", 1))
        if kind in ("integer", "long"):
            return limits.get("min", 1)
        return {"timestamp": NOW, "boolean": True, "blob": "aGVsbG8="}[kind]


def _adjusted(world: World, name: str, values: dict[str, Any]) -> dict[str, Any]:
    """What the model cannot know: values that belong together."""
    if "userId" in values:
        values["userId"] = "new@example.com" if name == "CreateUser" else USER
    if name == "DisassociatePermission":
        values["statementId"] = "statement"
    if name == "CreateApplication":
        values["identityType"] = "AWS_IAM_IDP_SAML"
    if name in ("CreatePlugin",):
        values["type"] = "CUSTOM"
    if name == "UpdatePlugin":
        # The world's plugin is built in: a custom one takes this member.
        values["pluginId"] = world.ids["main"]["customPluginId"]
    if name == "UpdateChatControlsConfiguration":
        values["hallucinationReductionConfiguration"] = {"hallucinationReductionControl": "DISABLED"}
    if "Retriever" in name and "configuration" in values:
        configuration = values["configuration"]
        native = configuration.get("nativeIndexConfiguration")
        if native is not None:
            native["boostingOverride"] = {BOOSTED[next(iter(b))]: b for b in native["boostingOverride"].values()}
        elif name == "UpdateRetriever":
            values.update(world.ids["kendra"])
        if "type" in values:
            values["type"] = "NATIVE_INDEX" if native is not None else "KENDRA_INDEX"
    return values


def baselines(world: World, name: str) -> list[dict[str, Any]]:
    """Valid inputs of an operation."""
    operation = model.operation(name)
    made: list[dict[str, Any]] = Sampler(world, operation).all(operation.input_shape)
    return [_adjusted(world, name, copy.deepcopy(values)) for values in made]


# -- violations -----------------------------------------------------------------------------------------------------

Path = tuple[Any, ...]
REMOVED = object()


class _Key:
    """The last step of a path to the key of a map."""

    def __str__(self) -> str:
        return "key"


KEY = _Key()


@dataclass(frozen=True)
class Violation:
    """One change of a valid input that the model forbids."""

    operation: str
    kind: str
    path: Path
    values: dict[str, Any]

    def __str__(self) -> str:
        return f"{self.operation} {self.kind} {'.'.join(map(str, self.path))}"


def changed(values: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """A copy of ``values`` with another value (or none) at ``path``."""
    made = copy.deepcopy(values)
    place: Any = made
    for step in path[:-1]:
        place = place[step]
    if value is REMOVED:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return made


def _unfit(pattern: str, value: str) -> str | None:
    """A string of the same length that the pattern refuses; None when it takes everything."""
    compiled = regex.compile(pattern)
    for bad in ("\x01", "\n", " ", "!", "}"):
        for candidate in (bad + value[1:], value[:-1] + bad):
            if candidate and len(candidate) == max(1, len(value)) and not compiled.fullmatch(candidate):
                return str(candidate)
    return None


def _longer(value: str, length: int) -> str:
    return value + (value[-1:] or "x") * (length - len(value))


WRONG_TYPE = {
    "string": 5,
    "integer": "five",
    "long": "five",
    "boolean": "yes",
    "timestamp": "soon",
    "blob": 5,
    "list": "list",
    "map": "map",
    "structure": "structure",
}


def _of_string(shape: Any, value: str, where: str) -> Iterator[tuple[str, Any]]:
    limits = shape.metadata
    low, high = limits.get("min", 0), limits.get("max")
    if low > 1 or (low == 1 and where != "uri"):  # an empty label is another path: see qbusiness_paths.py
        yield "too short", value[: low - 1] if len(value) >= low - 1 else _longer(value, low - 1)
    if high is not None:
        yield "too long", _longer(value, high + 1)
    if limits.get("enum"):
        yield "enum", "NOT_A_VALUE"
    if limits.get("pattern") and (bad := _unfit(limits["pattern"], value)) is not None:
        yield "pattern", bad


def _of_number(shape: Any) -> Iterator[tuple[str, Any]]:
    limits = shape.metadata
    if "min" in limits:
        yield "below minimum", limits["min"] - 1
    if "max" in limits:
        yield "above maximum", limits["max"] + 1


def _of_many(shape: Any, value: Any) -> Iterator[tuple[str, Any]]:
    limits = shape.metadata
    if limits.get("min", 0) > 0:
        yield "too short", {} if isinstance(value, dict) else value[: limits["min"] - 1]
    if "max" not in limits:
        return
    if isinstance(value, dict):
        key, item = list(value.items())[0]  # noqa: RUF015 - next() in a generator ends it when it finds none
        more = {f"{key}{number}": item for number in range(limits["max"])}
        yield "too long", {**value, **more}
    else:
        yield "too long", [value[0]] * (limits["max"] + 1)


def _at(shape: Any, value: Any, where: str, arms: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """What may be wrong with the value itself."""
    kind = shape.type_name
    document = kind == "structure" and shape.is_document_type
    textual = where != "body" and kind in ("string", "list")
    if not document and not textual and where != "uri":
        yield "type", WRONG_TYPE[kind]
    if kind == "string":
        yield from _of_string(shape, value, where)
    elif kind in ("integer", "long"):
        yield from _of_number(shape)
    elif kind in ("list", "map"):
        # An empty list in a query is an absent one.
        yield from ((what, bad) for what, bad in _of_many(shape, value) if bad or not textual)
    elif kind == "structure" and not document and shape.is_tagged_union:
        yield "no arm", {}
        others = {name: item for name, item in arms.items() if name not in value}
        if others:
            yield "two arms", {**value, **dict(list(others.items())[:1])}


def _walk(shape: Any, value: Any, path: Path, where: str, sampler: Sampler) -> Iterator[tuple[str, Path, Any]]:
    kind = shape.type_name
    if path:
        arms: dict[str, Any] = {}
        if kind == "structure" and not shape.is_document_type and shape.is_tagged_union:
            arms = {name: item for one in sampler.all(shape) for name, item in one.items()}
        for what, bad in _at(shape, value, where, arms):
            yield what, path, bad
    if kind == "structure" and not shape.is_document_type:
        for name, item in value.items():
            member = shape.members[name]
            here = where if path else location(member)
            if name in shape.required_members and here != "uri":
                yield "required", (*path, name), REMOVED
            yield from _walk(member, item, (*path, name), here, sampler)
    elif kind == "list" and value:
        yield from _walk(shape.member, value[0], (*path, 0), where, sampler)
    elif kind == "map":
        for key, item in value.items():
            yield from _of_key(shape, value, key, path)
            yield from _walk(shape.value, item, (*path, key), where, sampler)


def _of_key(shape: Any, value: dict[str, Any], key: str, path: Path) -> Iterator[tuple[str, Path, Any]]:
    rest = {name: item for name, item in value.items() if name != key}
    for what, bad in _of_string(shape.key, key, "body"):
        yield what, (*path, KEY), {**rest, bad: value[key]}


def violations(world: World, name: str) -> list[Violation]:
    """Everything that the model forbids in an operation's input, each place and kind once."""
    operation = model.operation(name)
    sampler = Sampler(world, operation)
    found: dict[tuple[str, Path], Violation] = {}
    for values in baselines(world, name):
        for kind, path, bad in _walk(operation.input_shape, values, (), "body", sampler):
            place = path[:-1] if path[-1] is KEY else path
            if (kind, path) not in found:
                found[kind, path] = Violation(name, kind, path, changed(values, place, bad))
    return list(found.values())
