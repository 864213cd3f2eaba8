# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Data sources of any connector. Source: the service model; the connectors' pages of the user guide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..aws import Aws
from ..compare import same_unordered, within
from ..errors import ServiceError
from ..resource import State
from . import losses, s3_source
from .many import STATE_AND_TAGS, argument
from .table import SERVICE, ServiceResource, Spec

CUSTOM = "CUSTOM"
KENDRA = "KENDRA_INDEX"
#: Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/connector-concepts.html
SCHEDULE = re.compile(r"cron\(\S+( \S+){4,5}\)")
#: Lists of structures in connectors' documents, whose order has no meaning → what names an item.
#: Source: the connectors' pages, ``web-crawler-api.html`` and its like.
KEYS = {"fieldMappings": "indexFieldName", "seedUrlConnections": "seedUrl"}
#: What switches the crawling of access control lists in a document's ``additionalProperties``.
#: guess: the names that connectors' templates use; not every connector has one.
ACL_SWITCHES = ("crawlAcl", "isCrawlAcl")


def same_document(wanted: Any, current: Any) -> bool:
    """A connector document as a tolerant subset; the items of lists of structures are found by a key."""
    return within(wanted, current, KEYS)


def laid_over(current: Any, wanted: Any) -> Any:
    """Return the current document with the wanted members laid over it: maps are merged, lists replaced, and what means
    the same stays as the service spells it."""
    if isinstance(current, Mapping) and isinstance(wanted, Mapping):
        over = {
            key: laid_over(current.get(key), value)
            for key, value in wanted.items()
            if key not in current or not within(value, current[key], KEYS, key)
        }
        return {**current, **over}
    return wanted


def same_vpc(wanted: Any, current: Any) -> bool:
    """Subnets and security groups are sets."""
    return all(same_unordered(value, (current or {}).get(key)) for key, value in (wanted or {}).items())


def _document(wanted: Mapping[str, Any], current: State | None) -> tuple[Any, Mapping[str, Any]]:
    return wanted.get("configuration"), (current or {}).get("configuration") or {}


def _checks(wanted: Mapping[str, Any], current: State | None) -> Iterator[str]:
    document, there = _document(wanted, current)
    if document is not None and not isinstance(document, Mapping):
        yield f"configuration: {document!r} is no dictionary; it is the connector's own document"
        return
    kind = str((document or there).get("type") or (current or {}).get("type") or "")
    if document is not None and not kind:
        yield "configuration.type: is required; it names the connector, as in S3, WEBCRAWLERV2 or CUSTOM"
    schedule = wanted.get("syncSchedule")
    if kind == CUSTOM and schedule:
        yield f"sync_schedule: {schedule!r} is not for a CUSTOM data source, whose documents your own program puts"
    elif schedule and not SCHEDULE.fullmatch(schedule):
        yield (
            f"sync_schedule: {schedule!r} is no schedule; right would be 'cron(0 12 * * ? *)', in UTC, or an empty "
            "text for syncs on demand"
        )
    if kind and kind != CUSTOM and not (wanted.get("roleArn") or (current or {}).get("roleArn")):
        yield f"role_arn: is required for a data source of the connector {kind}; it is the role that reads for it"
    # Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/s3-v2-connector.html
    for member, option in (
        ("vpcConfiguration", "vpc_configuration"),
        ("documentEnrichmentConfiguration", "document_enrichment_configuration"),
    ):
        if kind == "S3V2" and wanted.get(member):
            yield f"{option}: the connector S3V2 supports none; S3 does"
    yield from _acl(document or {}, there)


def _acl(document: Mapping[str, Any], there: Mapping[str, Any]) -> Iterator[str]:
    """Crawling of access control lists cannot be switched off where it is on.

    Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/connector-concepts.html
    """
    for switch in ACL_SWITCHES:
        wanted = (document.get("additionalProperties") or {}).get(switch)
        current = (there.get("additionalProperties") or {}).get(switch)
        if wanted is not None and within(wanted, False) and current is not None and within(current, True):
            yield (
                f"configuration.additionalProperties.{switch}: access control lists are crawled, and that cannot be "
                "switched off again; it takes a new data source, made by someone who may "
                "qbusiness:DisableAclOnDataSource"
            )


def _fixed(wanted: Mapping[str, Any], current: State) -> Iterator[tuple[str, Any, Any]]:
    """The connector, and its generation: a document of another one is a document of another data source."""
    document, there = _document(wanted, current)
    for member, was in (("type", current.get("type") or there.get("type")), ("version", there.get("version"))):
        becomes = (document or {}).get(member)
        if becomes is not None and not within(becomes, was):
            yield f"configuration.{member}", was, becomes


def _service_checks(resource: ServiceResource, current: State | None) -> Iterator[str]:
    """A Kendra retriever leaves no room for data sources.

    Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/select-retriever.html
    """
    application = resource.parents["applicationId"]
    if current is None and isinstance(resource, DataSource):
        yield from resource.same_bucket()
    if current is None:
        retrievers = resource.aws.listing(
            SERVICE, "ListRetrievers", "retrievers", maxResults=50, applicationId=application
        )
        for item in retrievers:
            if item.get("type") == KENDRA:
                yield (
                    f"application_id: application {application} answers from an Amazon Kendra index, by its retriever "
                    f"{item.get('displayName')}; it can have no data sources of its own. Connect the documents to the "
                    "Kendra index, or use an application with a native retriever"
                )


def _removal_loss(resource: ServiceResource, current: State) -> list[str]:
    return [losses.data_source(current) + _documents(resource, current)]


def _documents(resource: ServiceResource, current: State) -> str:
    """Return how many documents the newest sync that ended saw, where that is known."""
    ids = {**resource.parents, "dataSourceId": str(current.get("dataSourceId"))}
    try:
        page = resource.aws.get(SERVICE, "ListDataSourceSyncJobs", **ids, maxResults=10) or {}
    except ServiceError:  # whoever may delete it need not be allowed to read its history
        return ""
    ended = [job for job in page.get("history", []) if job.get("status") in ("SUCCEEDED", "INCOMPLETE")]
    newest: Mapping[str, Any] = max(ended, key=lambda job: job["startTime"].timestamp(), default={})
    scanned = (newest.get("metrics") or {}).get("documentsScanned")
    return f": {scanned} at its last sync" if scanned else ""


def _bucket(state: State) -> str:
    return s3_source.bucket_of({"type": state.get("type"), **(state.get("configuration") or {})})


def _notices(wanted: Mapping[str, Any], current: State) -> Iterator[str]:
    was = _bucket(current)
    becomes = _bucket({**current, "configuration": laid_over(*reversed(_document(wanted, current)))})
    if was and "configuration" in wanted and was != becomes:
        source = f"{current.get('displayName')} ({current.get('dataSourceId')})"
        yield (
            f"Data source {source} reads bucket {becomes} instead of {was}: the documents of bucket {was} are removed "
            "from the index at the next sync."
        )


DATA_SOURCE = Spec(
    noun="data_source",
    kind="DataSource",
    id_member="dataSourceId",
    arn_member="dataSourceArn",
    arn_path="application/{applicationId}/index/{indexId}/data-source/{dataSourceId}",
    parents=("applicationId", "indexId"),
    list_operation="ListDataSources",
    list_key="dataSources",
    page_size=10,
    comparators={"configuration": same_document, "vpcConfiguration": same_vpc},
    # What was not given is unmanaged, so it is sent as it is there.
    carry={"configuration": laid_over},
    # guess: an empty structure clears; nothing says how else.
    clearable=frozenset({"documentEnrichmentConfiguration", "mediaExtractionConfiguration"}),
    loss=(
        "Another value means a new data source: the documents that this one brought would be lost. To go on, remove it "
        "with state=absent first, or give the new one another display_name."
    ),
    checks=_checks,
    service_checks=_service_checks,
    fixed=_fixed,
    notices=_notices,
    predict=lambda _ids, wanted: {"type": (wanted.get("configuration") or {}).get("type", "")},
    removal_loss=_removal_loss,
)


class DataSource(ServiceResource):
    """A data source, whose document may be said by the short options of a bucket."""

    def __init__(self, spec: Spec, aws: Aws, *, options: Mapping[str, Any], **others: Any) -> None:
        """As :class:`ServiceResource`."""
        super().__init__(spec, aws, options=options, **others)
        self._configured = options.get("configuration") is not None
        self._exact = self._configured and bool(options.get("configuration_exact"))
        self._second = bool(options.get("create"))
        self._short = s3_source.short_options(options)
        self._connector = ""
        #: The buckets of data sources that were read on the way, by id.
        self.buckets: dict[str, str] = {}
        if self._short.get("bucket") and not self._configured:
            self.wanted["configuration"] = s3_source.new_document(self._short)

    def find(self) -> State | None:
        current = super().find()
        if current is not None:
            self._connector = str(current.get("type") or "")
            self.buckets[self.id] = _bucket(current)
            if self._short and not self._configured:
                known = self._connector in s3_source.PLACES
                self.wanted["configuration"] = s3_source.members(self._short, self._connector) if known else {}
        return current

    def same_bucket(self) -> Iterator[str]:
        """Yield a fault where a data source of another name, which no item means, reads the bucket of a new one."""
        bucket = s3_source.bucket_of(self.wanted.get("configuration"))
        if not bucket or self._second:
            return
        for item in self.listed():
            other, name = str(item[self.spec.id_member]), item.get(self.spec.name_member)
            if item.get("type") not in s3_source.PLACES or self.siblings.mean(item, self.spec.id_member):
                continue
            ids = {**self.parents, self.spec.id_member: other}
            self.buckets[other] = _bucket(self.aws.get(SERVICE, self.spec.operation("Get"), **ids) or {})
            if self.buckets[other] == bucket:
                yield (
                    f"display_name: no data source is named {self.name!r}, and data source {name} ({other}) reads the "
                    f"same bucket {bucket}. To rename that one, set data_source_id: {other}. For a second data source "
                    "over the bucket, set create: true"
                )

    def _model_faults(self) -> Iterator[str]:
        yield from super()._model_faults()
        yield from s3_source.faults(self._short, configured=self._configured, connector=self._connector)

    def _missing(self) -> Iterator[str]:
        for fault in super()._missing():
            if not fault.startswith("configuration: "):
                yield fault
            elif self._short and self._short.get("bucket") != "":
                yield "bucket: is required to create the data source, for example bucket: acme-handbook"
            elif not self._short:
                yield f"{fault}; for documents in a bucket, set bucket instead, for example bucket: acme-handbook"

    def _same(self, member: str, wanted: Any, current: Any) -> bool:
        same = super()._same(member, wanted, current)
        return same and (member != "configuration" or not self._exact or same_document(wanted=current, current=wanted))

    def _complete(self, member: str, wanted: Any, current: Any) -> Any:
        return wanted if member == "configuration" and self._exact else super()._complete(member, wanted, current)


#: A value of a document attribute: exactly one of them.
_VALUE: dict[str, Any] = {
    "type": "dict",
    "options": {
        "string_value": {"type": "str"},
        "string_list_value": {"type": "list", "elements": "str"},
        "long_value": {"type": "int"},
        "date_value": {"type": "str"},
    },
}
_OPERATORS = [
    "GREATER_THAN",
    "GREATER_THAN_OR_EQUALS",
    "LESS_THAN",
    "LESS_THAN_OR_EQUALS",
    "EQUALS",
    "NOT_EQUALS",
    "CONTAINS",
    "NOT_CONTAINS",
    "EXISTS",
    "NOT_EXISTS",
    "BEGINS_WITH",
]
_CONDITION: dict[str, Any] = {
    "type": "dict",
    "options": {
        "key": {"type": "str", "required": True, "no_log": False},
        "operator": {"type": "str", "required": True, "choices": _OPERATORS},
        "value": _VALUE,
    },
}
_HOOK: dict[str, Any] = {
    "type": "dict",
    "options": {
        "invocation_condition": _CONDITION,
        "lambda_arn": {"type": "str"},
        "s3_bucket_name": {"type": "str"},
        "role_arn": {"type": "str"},
    },
}
_INLINE: dict[str, Any] = {
    "type": "list",
    "elements": "dict",
    "options": {
        "condition": _CONDITION,
        "target": {
            "type": "dict",
            "options": {
                "key": {"type": "str", "required": True, "no_log": False},
                "value": _VALUE,
                "attribute_value_operator": {"type": "str", "choices": ["DELETE"]},
            },
        },
        "document_content_operator": {"type": "str", "choices": ["DELETE"]},
    },
}


def _extraction(medium: str) -> dict[str, Any]:
    """The switch of one medium."""
    switch = {"type": "str", "choices": ["ENABLED", "DISABLED"], "required": True}
    return {"type": "dict", "options": {f"{medium}_extraction_status": switch}}


OPTIONS: dict[str, Any] = {
    "application_id": {"type": "str", "required": True},
    "index_id": {"type": "str", "required": True},
    "data_source_id": {"type": "str"},
    "display_name": {"type": "str"},
    "description": {"type": "str"},
    "configuration": {"type": "dict"},
    "configuration_exact": {"type": "bool", "default": False},
    **s3_source.OPTIONS,
    "create": {"type": "bool", "default": False},
    "role_arn": {"type": "str"},
    "sync_schedule": {"type": "str"},
    "vpc_configuration": {
        "type": "dict",
        "options": {
            "subnet_ids": {"type": "list", "elements": "str", "required": True},
            "security_group_ids": {"type": "list", "elements": "str", "required": True},
        },
    },
    "document_enrichment_configuration": {
        "type": "dict",
        "options": {
            "inline_configurations": _INLINE,
            "pre_extraction_hook_configuration": _HOOK,
            "post_extraction_hook_configuration": _HOOK,
        },
    },
    "media_extraction_configuration": {
        "type": "dict",
        "options": {
            "image_extraction_configuration": _extraction("image"),
            "audio_extraction_configuration": _extraction("audio"),
            "video_extraction_configuration": _extraction("video"),
        },
    },
}
#: The option that holds a list of data sources.
MANY = "data_sources"
OF_MANY: dict[str, Any] = {
    MANY: argument(OPTIONS, ("application_id", "index_id"), ("data_source_id", "display_name"), **STATE_AND_TAGS)
}
