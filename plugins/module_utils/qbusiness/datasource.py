# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Data sources of any connector. Source: the service model; the connectors' pages of the user guide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from ..compare import same_unordered, within
from ..resource import State, merged
from . import losses
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
    if document is not None and not document.get("type"):
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


def _removal_loss(_resource: ServiceResource, current: State) -> list[str]:
    return [losses.data_source(current)]


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
    carry={"configuration": merged},
    # guess: an empty structure clears; nothing says how else.
    clearable=frozenset({"documentEnrichmentConfiguration", "mediaExtractionConfiguration"}),
    loss=(
        "Another value means a new data source: the documents that this one brought would be lost. To go on, remove it "
        "with state=absent first, or give the new one another display_name."
    ),
    checks=_checks,
    service_checks=_service_checks,
    fixed=_fixed,
    predict=lambda _ids, wanted: {"type": (wanted.get("configuration") or {}).get("type", "")},
    removal_loss=_removal_loss,
)

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
