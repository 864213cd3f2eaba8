# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Data sources of any connector. Source: the service model; the connectors' pages of the user guide."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..compare import same_unordered, within
from ..errors import InputError
from ..resource import State
from .table import SERVICE, ServiceResource, Spec


def same_document(wanted: Any, current: Any) -> bool:
    """A connector document as a tolerant subset; field mappings are found by the index field."""
    return within(wanted, current, {"fieldMappings": "indexFieldName"})


def same_vpc(wanted: Any, current: Any) -> bool:
    """Subnets and security groups are sets."""
    return all(same_unordered(value, (current or {}).get(key)) for key, value in (wanted or {}).items())


def _checks(wanted: Mapping[str, Any], current: State | None) -> Iterator[str]:
    document = wanted.get("configuration")
    if document is not None and not isinstance(document, Mapping):
        yield f"configuration: {document!r} is no dictionary; it is the connector's own document"
        return
    there = (current or {}).get("configuration") or {}
    kind = str((document or there).get("type") or "")
    if document is not None and not kind:
        yield "configuration.type: is required; it names the connector, as in S3, WEBCRAWLERV2 or CUSTOM"
    if document is not None and there and kind != there.get("type"):
        yield (
            f"configuration.type: {kind!r} cannot take the place of {there.get('type')!r}: another connector means a new data "
            "source, and the documents of this one would be lost. Give the new one another display_name."
        )
    if kind == "CUSTOM" and wanted.get("syncSchedule"):
        yield "sync_schedule: a CUSTOM data source has none; documents are put by your own program"
    if kind and kind != "CUSTOM" and not (wanted.get("roleArn") or (current or {}).get("roleArn")):
        yield f"role_arn: is required for a data source of the connector {kind}; it is the role that reads the documents"
    if kind == "S3V2" and wanted.get("vpcConfiguration"):
        yield "vpc_configuration: the connector S3V2 supports none; use S3"
    if kind == "S3V2" and wanted.get("documentEnrichmentConfiguration"):
        yield "document_enrichment_configuration: the connector S3V2 supports none; use S3"


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
    carry={"configuration": lambda _current, wanted: wanted},
    loss="Another value means a new data source: the documents of this one would be lost.",
    checks=_checks,
    predict=lambda _ids, wanted: {"type": (wanted.get("configuration") or {}).get("type", "")},
    removal_loss=lambda current: [
        f"data source {current.get('displayName')} ({current.get('dataSourceId')}) with all documents that it brought"
    ],
)


class DataSource(ServiceResource):
    """A data source knows one thing more: a Kendra retriever leaves no room for it."""

    def check(self, current: State | None) -> None:
        super().check(current)
        if current is None and not any("planned0" in value for value in self.parents.values()):
            retrievers = self.aws.pages(
                SERVICE, "ListRetrievers", "retrievers", maxResults=50, applicationId=self.parents["applicationId"]
            )
            if any(item.get("type") == "KENDRA_INDEX" for item in retrievers):
                raise InputError(
                    [
                        f"application_id: application {self.parents['applicationId']} answers from an Amazon Kendra index; "
                        "it can have no data sources of its own, its documents come from Kendra's"
                    ]
                )


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
    "document_enrichment_configuration": {"type": "dict"},
    "media_extraction_configuration": {"type": "dict"},
}
