# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds of object that an application consists of: how each is read, and what it says of others."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ..aws import Aws, tags_to_map
from ..model import option_name
from ..qbusiness import bucket
from ..qbusiness.chat_response_configuration import CHAT_RESPONSE_CONFIGURATION
from ..qbusiness.data_accessor import DATA_ACCESSOR
from ..qbusiness.datasource import DATA_SOURCE
from ..qbusiness.index import INDEX
from ..qbusiness.plugin import AUTHENTICATION, PLUGIN
from ..qbusiness.plugin import Plugin as PluginResource
from ..qbusiness.retriever import RETRIEVER
from ..qbusiness.table import SERVICE, ServiceResource, Spec
from ..qbusiness.web_experience import WEB_EXPERIENCE
from ..qbusiness.web_experience import WebExperience as WebExperienceResource
from .detail import Part
from .model import (
    ChatResponseConfiguration,
    DataAccessor,
    DataSource,
    Index,
    Plugin,
    Resource,
    Retriever,
    WebExperience,
)

#: URLs of files in S3, with the bucket in the host or in the path.
#: Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/VirtualHosting.html
_IN_HOST = re.compile(r"https?://(?P<bucket>[a-z0-9][a-z0-9.-]+)\.s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?/.+")
_IN_PATH = re.compile(r"https?://s3[.-](?:[a-z0-9-]+\.)?amazonaws\.com(?:\.cn)?/(?P<bucket>[a-z0-9.-]+)/.+")


@dataclass(frozen=True)
class Found:
    """An object as the service answers it. ``settings``: as the module that writes it answers it, without tags."""

    ids: Mapping[str, Any]
    state: Mapping[str, Any]
    settings: Mapping[str, Any]


def find(aws: Aws, spec: Spec, kind: type[ServiceResource], parents: Mapping[str, str], object_id: str) -> Found | None:
    """One object as it is, without waiting; ``None`` where there is none.

    :raises ServiceError: the service refuses
    """
    resource = kind(spec, aws, parents=parents, options={}, given_id=object_id, present=False)
    state = resource.find()
    return None if state is None else Found(resource.identity(state), state, resource.view(state))


def tags_of(aws: Aws, arn: str) -> dict[str, str]:
    """The tags of an object; empty where it was deleted meanwhile."""
    answer = aws.get(SERVICE, "ListTagsForResource", resourceARN=arn) or {}
    return tags_to_map(answer.get("tags"))


Common = Mapping[str, Any]


def common(spec: Spec, found: Found, tags: Mapping[str, str] | None) -> dict[str, Any]:
    """The members that all objects have."""
    return {
        "id": str(found.ids[option_name(spec.id_member)]),
        "arn": str(found.ids[option_name(spec.arn_member)]),
        "name": str(found.state.get(spec.name_member or "title") or ""),
        "status": str(found.state.get("status") or ""),
        "settings": found.settings,
        "tags": tags,
    }


def _index(members: Common, found: Found) -> Index:
    units = (found.state.get("capacityConfiguration") or {}).get("units")
    return Index(**members, type=str(found.state.get("type") or ""), units=units)


def _retriever(members: Common, found: Found) -> Retriever:
    arm: Mapping[str, Any] = next(iter((found.state.get("configuration") or {}).values()), {})
    return Retriever(
        **members,
        type=str(found.state.get("type") or ""),
        index_id=str(arm.get("indexId") or ""),
        role_arn=str(found.state.get("roleArn") or ""),
    )


def _data_source(members: Common, found: Found) -> DataSource:
    configuration = found.state.get("configuration") or {}
    crawled = bucket.crawled(configuration)
    return DataSource(
        **members,
        index_id=str(found.ids["index_id"]),
        type=str(found.state.get("type") or ""),
        role_arn=str(found.state.get("roleArn") or ""),
        buckets=(crawled.bucket,) if crawled else (),
        secrets=tuple(sorted(set(_secrets(configuration)))),
    )


def _secrets(value: Any, key: str = "") -> Iterator[str]:
    """The secrets that a connector's document names, wherever that stands."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            yield from _secrets(item, str(name))
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _secrets(item, key)
    elif isinstance(value, str) and value and (key.lower() == "secretarn" or ":secretsmanager:" in value):
        yield value


def _web_experience(members: Common, found: Found) -> WebExperience:
    provider = found.state.get("identityProviderConfiguration") or {}
    saml, oidc = provider.get("samlConfiguration") or {}, provider.get("openIDConnectConfiguration") or {}
    files = (found.state.get("customizationConfiguration") or {}).values()
    return WebExperience(
        **members,
        url=str(found.ids["default_endpoint"]),
        saml_acs_url=str(found.ids["saml_acs_url"]),
        oidc_redirect_uri=str(found.ids["oidc_redirect_uri"]),
        role_arn=str(found.state.get("roleArn") or ""),
        authentication_url=str(saml.get("authenticationUrl") or ""),
        secret_arn=str(oidc.get("secretsArn") or ""),
        secrets_role_arn=str(oidc.get("secretsRole") or ""),
        theme_buckets=tuple(sorted({name for url in files if (name := bucket_of(str(url)))})),
    )


def bucket_of(url: str) -> str:
    """The bucket of a file's URL; ``""`` where it is not in S3."""
    match = _IN_PATH.fullmatch(url) or _IN_HOST.fullmatch(url)
    return match["bucket"] if match else ""


def _plugin(members: Common, found: Found) -> Plugin:
    arm: Mapping[str, Any] = next(iter((found.state.get(AUTHENTICATION) or {}).values()), {}) or {}
    return Plugin(
        **members,
        type=str(found.state.get("type") or ""),
        role_arn=str(arm.get("roleArn") or ""),
        secret_arn=str(arm.get("secretArn") or ""),
    )


def _roles_of_retriever(item: Any) -> Iterator[tuple[str, str]]:
    yield item.role_arn, "kendra_retriever"


def _roles_of_source(item: Any) -> Iterator[tuple[str, str]]:
    yield item.role_arn, "data_source"


def _roles_of_experience(item: Any) -> Iterator[tuple[str, str]]:
    yield item.role_arn, "web_experience"
    yield item.secrets_role_arn, "secrets"


def _roles_of_plugin(item: Any) -> Iterator[tuple[str, str]]:
    yield item.role_arn, "plugin"


def _no_roles(_item: Any) -> Iterator[tuple[str, str]]:
    yield from ()


@dataclass(frozen=True)
class Kind:
    """One kind of object of an application, or of an index. ``roles``: an object → ARNs, each with a kind of role."""

    part: Part
    spec: Spec
    build: Callable[[Common, Found], Resource]
    resource: type[ServiceResource] = ServiceResource
    roles: Callable[[Any], Iterator[tuple[str, str]]] = _no_roles

    @property
    def noun(self) -> str:
        """How entries call one."""
        return self.spec.noun.replace("_", " ")


def _plain(kind: type[Resource]) -> Callable[[Common, Found], Resource]:
    return lambda members, _found: kind(**members)


#: The objects below an application; data sources are below its indices.
KINDS = (
    Kind(Part.INDICES, INDEX, _index),
    Kind(Part.RETRIEVERS, RETRIEVER, _retriever, roles=_roles_of_retriever),
    Kind(Part.WEB_EXPERIENCES, WEB_EXPERIENCE, _web_experience, WebExperienceResource, _roles_of_experience),
    Kind(Part.PLUGINS, PLUGIN, _plugin, PluginResource, _roles_of_plugin),
    Kind(
        Part.CHAT_RESPONSE_CONFIGURATIONS,
        CHAT_RESPONSE_CONFIGURATION,
        _plain(ChatResponseConfiguration),
    ),
    Kind(Part.DATA_ACCESSORS, DATA_ACCESSOR, _plain(DataAccessor)),
)
SOURCES = Kind(Part.DATA_SOURCES, DATA_SOURCE, _data_source, roles=_roles_of_source)
