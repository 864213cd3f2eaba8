# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an inventory says of the applications of one account and region. Plain data, JSON alone, nothing secret."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from .. import model
from ..aws import Aws
from ..errors import ServiceError
from ..federation.crew import Crew
from ..federation.detail import CONCURRENCY
from ..iam import arns
from . import sync, sync_info
from .application import APPLICATION
from .datasource import DATA_SOURCE
from .index import INDEX
from .info import Reader
from .retriever import RETRIEVER
from .table import SERVICE, ServiceResource, Spec
from .web_experience import WEB_EXPERIENCE, WebExperience

#: Where the service is. botocore's own list names 34 regions, most of them without an endpoint.
#: Source: https://docs.aws.amazon.com/general/latest/gr/amazonq.html
REGIONS = ("us-east-1", "us-west-2", "eu-west-1", "ap-southeast-2")
#: Applications that go away are no hosts.
GOING = frozenset({"DELETING", "DELETED"})
#: The caller may not.
DENIED = frozenset({"AccessDeniedException", "AccessDenied"})
#: The caller may not, the account has not switched the region on, or the service is not there (botocore's names).
OUT_OF_REACH = DENIED | {
    "UnrecognizedClientException",
    "InvalidClientTokenId",
    "OptInRequired",
    "SubscriptionRequiredException",
    "EndpointConnectionError",
    "ConnectTimeoutError",
    # What a proxy refuses, as the embedded cloud's does for hosts of other regions.
    "ProxyConnectionError",
}

Record = dict[str, Any]
#: The keys that records can have: host variables of the inventory plugin, after its prefix.
VARIABLES = (
    "application",
    "application_id",
    "application_arn",
    "application_name",
    "application_status",
    "application_tags",
    "account_id",
    "region",
    "identity_type",
    "identity_provider_arn",
    "auto_subscribe",
    "subscription_tier",
    "web_experiences",
    "web_experience_id",
    "web_experience_url",
    "indices",
    "index_id",
    "index_type",
    "retrievers",
    "retriever_id",
    "retriever_type",
    "data_sources",
)


@dataclass(frozen=True)
class Wanted:
    """What is asked for. Each part costs calls."""

    #: Empty: all.
    identity_types: frozenset[str] = frozenset()
    tags: bool = True
    web_experiences: bool = True
    indices: bool = False
    retrievers: bool = False
    data_sources: bool = False
    last_syncs: bool = False


@dataclass
class Survey:
    """One account and region."""

    aws: Aws
    wanted: Wanted
    #: Whether a part that the caller may not read is an error.
    strict: bool = False
    #: What could not be read, in sentences, each once.
    notices: list[str] = field(default_factory=list)

    def records(self) -> list[Record]:
        """A record for each application: host variables by name.

        :raises ServiceError: applications cannot be read
        """
        found: dict[str, Record | None] = {}
        group = Crew(CONCURRENCY).group()
        for item in Reader(self.aws, APPLICATION, {}).listed():
            types = self.wanted.identity_types
            if item.get("status") in GOING or (types and item.get("identityType") not in types):
                continue
            found[str(item["applicationId"])] = None
            group.add(partial(self._read, str(item["applicationId"]), found))
        group.wait()
        self.notices.sort()
        return [record for record in found.values() if record is not None]

    def _read(self, application_id: str, found: dict[str, Record | None]) -> None:
        application = Reader(self.aws, APPLICATION, {}).read(application_id, tags=False)
        if application is not None and application.get("status") not in GOING:
            found[application_id] = self._record(application)

    def _record(self, application: Record) -> Record:
        record = _own(application)
        application_id = record["application_id"]
        parts: list[tuple[bool, Callable[[str], Record]]] = [
            (self.wanted.web_experiences, self._web_experiences),
            (self.wanted.indices, self._indices),
            (self.wanted.retrievers, self._retrievers),
            (self.wanted.data_sources or self.wanted.last_syncs, self._data_sources),
        ]
        if self.wanted.tags:
            record.update(self._allowed(lambda: {"application_tags": self._tags(record["application_arn"])}))
        for asked, read in parts:
            if asked:
                record.update(self._allowed(partial(read, application_id)))
        return record

    def _allowed(self, read: Callable[[], Record]) -> Record:
        """What ``read`` answers; nothing, and a notice, when the caller may not read it.

        :raises ServiceError: it cannot be read for another reason, or the survey is strict
        """
        try:
            return read()
        except ServiceError as error:
            if error.code not in DENIED or self.strict:
                raise
            if error.message not in self.notices:
                self.notices.append(error.message)
            return {}

    def _tags(self, arn: str) -> dict[str, str]:
        answer = self.aws.get(SERVICE, "ListTagsForResource", resourceARN=arn) or {}
        return {item["key"]: item["value"] for item in answer.get("tags") or []}

    def _all(self, spec: Spec, application_id: str, kind: type[ServiceResource] = ServiceResource) -> list[Record]:
        return Reader(self.aws, spec, {"applicationId": application_id}, kind).all(tags=False)

    def _web_experiences(self, application_id: str) -> Record:
        found = self._all(WEB_EXPERIENCE, application_id, WebExperience)
        first = _first(found)
        return {
            "web_experiences": found,
            "web_experience_id": first.get("web_experience_id"),
            "web_experience_url": first.get("default_endpoint"),
        }

    def _indices(self, application_id: str) -> Record:
        found = self._all(INDEX, application_id)
        first = _first(found)
        return {"indices": found, "index_id": first.get("index_id"), "index_type": first.get("type")}

    def _retrievers(self, application_id: str) -> Record:
        found = self._all(RETRIEVER, application_id)
        first = _first(found)
        return {
            "retrievers": found,
            "retriever_id": first.get("retriever_id"),
            "retriever_type": first.get("type"),
        }

    def _data_sources(self, application_id: str) -> Record:
        return {"data_sources": list(self._sources(application_id))}

    def _sources(self, application_id: str) -> Iterator[Record]:
        """As the lists say, which spares a call for each, and the connectors' documents."""
        output = self.aws.output_shape(SERVICE, DATA_SOURCE.list_operation)
        shape: Any = output.members[DATA_SOURCE.list_key]
        for index in Reader(self.aws, INDEX, {"applicationId": application_id}).listed():
            ids = {"applicationId": application_id, "indexId": str(index["indexId"])}
            for item in Reader(self.aws, DATA_SOURCE, ids).listed():
                source = {"index_id": ids["indexId"], **model.to_options(shape.member, item)}
                if self.wanted.last_syncs:
                    ids["dataSourceId"] = str(item["dataSourceId"])
                    source["last_sync"] = self._last_sync(ids)
                yield source

    def _last_sync(self, ids: Mapping[str, str]) -> Record | None:
        """The newest job; ``None`` when there never was one."""
        job = next(sync_info.history(self.aws, ids), None)
        return None if job is None else sync.shown(self.aws, job)


def _first(found: list[Record]) -> Record:
    """The first that rests; the first of all where none does."""
    resting = [item for item in found if item.get("status") not in ("CREATING", "FAILED", *GOING)]
    return next(iter([*resting, *found]), {})


def _own(application: Record) -> Record:
    """What the application itself says, and what groups are made by."""
    arn = arns.application(str(application.get("application_arn")))
    subscription = application.get("auto_subscription_configuration") or {}
    subscribes = subscription.get("auto_subscribe") == "ENABLED"
    return {
        "application": application,
        "application_id": application["application_id"],
        "application_arn": application.get("application_arn"),
        "application_name": application.get("display_name"),
        "application_status": application.get("status"),
        "account_id": arn.account if arn else None,
        "region": arn.region if arn else None,
        "identity_type": application.get("identity_type"),
        "identity_provider_arn": application.get("iam_identity_provider_arn"),
        "auto_subscribe": subscribes,
        "subscription_tier": subscription.get("default_subscription_type") if subscribes else None,
    }
