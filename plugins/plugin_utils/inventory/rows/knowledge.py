# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows of the variables of what an application knows: index, retriever, data sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ....module_utils.federation.host_variables import is_set
from ....module_utils.qbusiness.datasource import CUSTOM, SCHEDULE
from ..values import shown
from .common import aws_tags, bucket, key_arn, role, role_arn, secret_arn, service_id
from .limits import NAME, of_service, shape
from .row import Row, matching

SOURCES = "qbusiness_knowledge_data_sources"
_KINDS = ("STRING", "STRING_LIST", "NUMBER", "DATE")


def rows() -> list[Row]:
    """Return the rows."""
    return [*_index(), *_access(), *_sources()]


def _index() -> list[Row]:
    return [
        service_id("qbusiness_knowledge_kendra_index_id", "an Amazon Kendra index"),
        service_id("qbusiness_knowledge_index_id", "an index"),
        service_id("qbusiness_knowledge_retriever_id", "a retriever"),
        of_service("qbusiness_knowledge_index_name", "qbusiness", "CreateIndex.displayName", "assistant-index", NAME),
        of_service(
            "qbusiness_knowledge_retriever_name",
            "qbusiness",
            "CreateRetriever.displayName",
            "assistant-retriever",
            NAME,
        ),
        of_service("qbusiness_knowledge_index_units", "qbusiness", "CreateIndex.capacityConfiguration.units", "1"),
        Row(
            "qbusiness_knowledge_document_attributes",
            _attributes,
            f"Allowed are attributes with a name, a type out of {', '.join(_KINDS)} and search, ENABLED or DISABLED, "
            "such as {name: department, type: STRING, search: ENABLED}.",
        ),
        aws_tags("qbusiness_knowledge_tags"),
    ]


def _attributes(value: Any) -> Iterator[tuple[str, str]]:
    names: set[str] = set()
    limits = shape("qbusiness", "UpdateIndex.documentAttributeConfigurations[].name").metadata
    for number, item in enumerate(value):
        name, place = str(item.get("name") or ""), f"[{number}]"
        for key in item:
            if key not in ("name", "type", "search"):
                yield f"{place}.{key}", "is not a key of a document attribute"
        if not name:
            yield f"{place}.name", "is required"
        elif len(name) > limits["max"]:
            yield f"{place}.name", f"{shown(name)} has {len(name)} characters"
        elif name in names:
            yield f"{place}.name", f"{shown(name)} is listed twice"
        names.add(name)
        for key, choices in (("type", _KINDS), ("search", ("ENABLED", "DISABLED"))):
            if is_set(item.get(key)) and item[key] not in choices:
                yield f"{place}.{key}", f"{shown(item[key])} is not supported"


def _access() -> list[Row]:
    return [
        *role("qbusiness_knowledge_role"),
        role_arn("qbusiness_knowledge_role_arn"),
        secret_arn("qbusiness_knowledge_secret_arn"),
        key_arn("qbusiness_knowledge_kms_key_arn"),
        Row(
            "qbusiness_knowledge_vpc_subnet_ids[]",
            matching(r"subnet-[0-9a-zA-Z]+", "is not the ID of a subnet"),
            "Allowed is an ID such as subnet-0a1b2c3d4e5f67890.",
        ),
        Row(
            "qbusiness_knowledge_vpc_security_group_ids[]",
            matching(r"sg-[0-9a-zA-Z]+", "is not the ID of a security group"),
            "Allowed is an ID such as sg-0a1b2c3d4e5f67890.",
        ),
    ]


def _sources() -> list[Row]:
    create = "CreateDataSource."
    return [
        of_service(f"{SOURCES}[].name", "qbusiness", create + "displayName", "policies", NAME),
        of_service(f"{SOURCES}[].description", "qbusiness", create + "description", "Our policies"),
        bucket(f"{SOURCES}[].bucket"),
        role_arn(f"{SOURCES}[].role_arn"),
        service_id(f"{SOURCES}[].data_source_id", "a data source"),
        Row(
            f"{SOURCES}[].sync_schedule",
            matching(SCHEDULE.pattern, "is not a schedule"),
            'Allowed is a cron expression in UTC, or "" for syncs on demand, such as cron(0 12 * * ? *).',
        ),
        Row(
            f"{SOURCES}[].configuration",
            _configuration,
            "Allowed is the document of a connector, whose type names it, such as {type: CUSTOM}.",
        ),
        Row(
            f"{SOURCES}[]",
            _custom,
            "Allowed is a schedule for the other connectors, whose documents Amazon Q Business reads, such as S3.",
        ),
    ]


def _configuration(value: Any) -> Iterator[tuple[str, str]]:
    if value and not is_set(value.get("type")):
        yield ".type", "is required"


def _custom(item: Any) -> Iterator[tuple[str, str]]:
    if (item.get("configuration") or {}).get("type") == CUSTOM and is_set(item.get("sync_schedule")):
        yield ".sync_schedule", f"{shown(item['sync_schedule'])} is not for a CUSTOM data source"
