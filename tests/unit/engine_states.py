# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""States that may be wanted of Q Business resources, drawn from the shapes of the service model."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.application import APPLICATION
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.datasource import DATA_SOURCE
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.index import INDEX
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.retriever import RETRIEVER
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.table import ServiceResource, Spec
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.web_experience import (
    WEB_EXPERIENCE,
    WebExperience,
)
from botocore import xform_name
from hypothesis import strategies as st
from memory_service import MODEL, Merge

Strategy = st.SearchStrategy[Any]
IDS = ("1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c", "2a0b3c4d-1e2f-4a5b-9c8d-7e6f5a4b3c2d")
ROLES = ("arn:aws:iam::123456789012:role/a", "arn:aws:iam::123456789012:role/b")
#: Values for each shape whose pattern wants certain ones.
SAMPLES: dict[str, tuple[Any, ...]] = {
    "RoleArn": ROLES,
    "IndexId": IDS,
    "SecretArn": tuple(f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{name}-AbCdEf" for name in "ab"),
    "SamlAuthenticationUrl": ("https://a.okta.com/app/sso/saml", "https://b.okta.com/app/sso/saml"),
    "Origin": ("https://a.example.com", "https://b.example.com:8443", "http://c.example.com"),
    "DocumentAttributeKey": ("_category", "team", "year"),
    "DocumentMetadataConfigurationName": ("team", "year"),
    "LambdaArn": tuple(f"arn:aws:lambda:us-east-1:123456789012:function:{name}" for name in "ab"),
    "S3BucketName": ("bucket-a", "bucket-b"),
    "CustomCSSUrl": ("", "https://example.com/a.css", "https://example.com/b.css"),
    "LogoUrl": ("", "https://example.com/a.svg"),
    "FontUrl": ("", "https://example.com/a.woff2"),
    "FaviconUrl": ("", "https://example.com/a.ico"),
    "SyncSchedule": ("", "cron(0 1 * * ? *)", "cron(0 2 * * ? *)"),
}
#: Maps that an empty one clears, though the service takes no empty one.
CLEARED_BY_EMPTY = frozenset({"DocumentAttributeBoostingOverrideMap"})
#: Members that no option gives.
READ_ONLY = frozenset({"version"})


def values(shape: Any) -> Strategy:
    """Values of a shape, in members."""
    kind, limits = shape.type_name, shape.metadata
    if shape.name in SAMPLES:
        return st.sampled_from(SAMPLES[shape.name])
    if kind == "structure":
        return _structures(shape)
    if kind == "list":
        return st.lists(values(shape.member), min_size=limits.get("min", 0), max_size=3, unique_by=repr)
    if kind == "map":
        return st.dictionaries(
            values(shape.key),
            values(shape.value),
            min_size=0 if shape.name in CLEARED_BY_EMPTY else limits.get("min", 0),
            max_size=3,
        )
    if kind == "string":
        texts = ("some", "other") if limits.get("min") else ("", "some", "other")
        return st.sampled_from(shape.enum or texts)
    if kind in ("integer", "long"):
        return st.integers(limits.get("min", 0), limits.get("min", 0) + 3)
    # Times are ISO 8601 where they are options.
    return st.sampled_from(("2026-01-01T00:00:00Z", "2026-01-02T01:00:00+01:00"))


def _structures(shape: Any) -> Strategy:
    members = {name: values(member) for name, member in shape.members.items() if name not in READ_ONLY}
    if shape.is_tagged_union:
        return st.one_of([st.fixed_dictionaries({name: value}) for name, value in members.items()])
    needed = {name: members.pop(name) for name in list(members) if name in shape.required_members}
    return st.fixed_dictionaries(needed, optional=members)


def member(operation: str, name: str) -> Any:
    """The shape of a member of an operation's input."""
    return MODEL.operation_model(operation).input_shape.members[name]


@st.composite
def as_options(draw: st.DrawFn, shape: Any, value: Any) -> Any:
    """Members as options; what is not given is absent or null, as it falls."""
    kind = shape.type_name
    if kind == "structure" and not shape.is_document_type:
        made = {str(xform_name(name)): draw(as_options(shape.members[name], item)) for name, item in value.items()}
        absent = [str(xform_name(name)) for name in shape.members if name not in value]
        return {**made, **{name: None for name in absent if draw(st.booleans())}}
    if kind == "list":
        return [draw(as_options(shape.member, item)) for item in value]
    if kind == "map":
        return {key: draw(as_options(shape.value, item)) for key, item in value.items()}
    return value


@dataclass(frozen=True)
class Kind:
    """One kind of resource. ``fixed``: what every state of one object has; ``drawn``: what its states differ in."""

    spec: Spec
    fixed: Mapping[str, Any]
    drawn: Mapping[str, Strategy]
    #: What creation needs besides.
    needed: tuple[str, ...] = ()
    resource_class: type[ServiceResource] = ServiceResource
    fills_in: Mapping[str, Any] = field(default_factory=dict)
    merges: Mapping[str, Merge] = field(default_factory=dict)

    @property
    def parents(self) -> dict[str, str]:
        return dict(zip(self.spec.parents, IDS, strict=False))

    def states(self, *, new: bool) -> Strategy:
        """States in members. ``new``: such as an object may be made with."""
        needed = {name: self.drawn[name] for name in self.needed} if new else {}
        rest = {name: value for name, value in self.drawn.items() if name not in needed}
        fixed = {name: st.just(value) for name, value in self.fixed.items()}
        return st.fixed_dictionaries({**fixed, **needed}, optional=rest)


def _shaped(operation: str, *names: str) -> dict[str, Strategy]:
    return {name: values(member(operation, name)) for name in names}


#: A type is fixed once an attribute is there.
_TYPES = {"team": "STRING_LIST", "year": "NUMBER", "_category": "STRING"}
_ATTRIBUTES = st.lists(
    st.builds(
        lambda name, search: {"name": name, "type": _TYPES[name], **search},
        st.sampled_from(sorted(_TYPES)),
        st.fixed_dictionaries({}, optional={"search": st.sampled_from(("ENABLED", "DISABLED"))}),
    ),
    min_size=1,
    max_size=3,
    unique_by=lambda item: item["name"],
)


def merged_attributes(current: Any, sent: Any) -> list[dict[str, Any]]:
    """The service merges document attributes by name."""
    there = {item["name"]: item for item in current or []}
    for item in sent:
        there[item["name"]] = {"search": "DISABLED", **there.get(item["name"], {}), **item}
    return list(there.values())


_SUBSCRIPTIONS = st.one_of(
    st.just({"autoSubscribe": "DISABLED"}),
    st.builds(
        lambda tier: {"autoSubscribe": "ENABLED", "defaultSubscriptionType": tier},
        st.sampled_from(("Q_LITE", "Q_BUSINESS")),
    ),
)
#: A connector's document: switches that may be texts, filters, nested settings.
_DOCUMENTS = st.fixed_dictionaries(
    {"type": st.just("WEBCRAWLERV2")},
    optional={
        "crawlDepth": st.sampled_from((1, 2, "1", "2")),
        "deep": st.sampled_from((True, False, "true", "false")),
        "inclusionPatterns": st.lists(st.sampled_from("abc"), unique=True, max_size=3),
        "connection": st.fixed_dictionaries({}, optional={"host": st.sampled_from("xy"), "port": st.integers(1, 3)}),
    },
)
_NETWORKS = st.fixed_dictionaries(
    {name: st.lists(st.sampled_from("abc"), min_size=1, unique=True) for name in ("subnetIds", "securityGroupIds")}
)


def _switch(mode: str) -> Mapping[str, str]:
    return {mode: "ENABLED"}


KINDS: dict[str, Kind] = {
    "application": Kind(
        APPLICATION,
        {
            "displayName": "thing",
            "identityType": "AWS_IAM_IDP_SAML",
            "iamIdentityProviderArn": "arn:aws:iam::123456789012:saml-provider/okta",
        },
        {
            **_shaped(
                "UpdateApplication",
                "description",
                "roleArn",
                "attachmentsConfiguration",
                "qAppsConfiguration",
                "personalizationConfiguration",
            ),
            "autoSubscriptionConfiguration": _SUBSCRIPTIONS,
        },
        fills_in={"attachmentsConfiguration": _switch("attachmentsControlMode"), "autoSubscriptionConfiguration": {}},
    ),
    "index": Kind(
        INDEX,
        {"displayName": "thing", "type": "ENTERPRISE"},
        {
            **_shaped("UpdateIndex", "description", "capacityConfiguration"),
            "documentAttributeConfigurations": _ATTRIBUTES,
        },
        fills_in={
            "capacityConfiguration": {"units": 1},
            "documentAttributeConfigurations": [{"name": "_category", "type": "STRING", "search": "DISABLED"}],
        },
        merges={"documentAttributeConfigurations": merged_attributes},
    ),
    "retriever": Kind(
        RETRIEVER,
        {"displayName": "thing", "type": "NATIVE_INDEX"},
        {
            **_shaped("UpdateRetriever", "roleArn"),
            "configuration": st.builds(
                lambda value: {"nativeIndexConfiguration": value},
                values(member("UpdateRetriever", "configuration").members["nativeIndexConfiguration"]),
            ),
        },
        needed=("configuration",),
    ),
    "data_source": Kind(
        DATA_SOURCE,
        {"displayName": "thing"},
        {
            **_shaped(
                "UpdateDataSource",
                "description",
                "roleArn",
                "syncSchedule",
                "documentEnrichmentConfiguration",
                "mediaExtractionConfiguration",
            ),
            "configuration": _DOCUMENTS,
            "vpcConfiguration": _NETWORKS,
        },
        needed=("configuration", "roleArn"),
    ),
    "web_experience": Kind(
        WEB_EXPERIENCE,
        {},
        _shaped(
            "UpdateWebExperience",
            "title",
            "subtitle",
            "welcomeMessage",
            "samplePromptsControlMode",
            "roleArn",
            "origins",
            "identityProviderConfiguration",
            "customizationConfiguration",
        ),
        resource_class=WebExperience,
        fills_in={"defaultEndpoint": "https://abc12345.chat.qbusiness.us-east-1.on.aws/"},
    ),
}

Options = Callable[..., Any]


@st.composite
def options(draw: st.DrawFn, kind: Kind, state: Mapping[str, Any]) -> dict[str, Any]:
    """The options that ask for a state."""
    made: dict[str, Any] = {}
    for name, value in state.items():
        for verb in ("Create", "Update"):
            shape = MODEL.operation_model(kind.spec.operation(verb)).input_shape
            if name in shape.members:
                made[str(xform_name(name))] = draw(as_options(shape.members[name], value))
    return made
