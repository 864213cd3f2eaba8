# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connector documents: what a data source's ``configuration`` must look like, and which objects it selects.

The skeletons are those of the connector pages (s3-api.html, s3-v2-api.html, custom-connector.html); those of three more
connectors stand in :mod:`connector_schemas`. Others are only asked for their type.
"""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from typing import Any

import regex

from qbusiness_sandbox.qbusiness import connector_schemas
from qbusiness_sandbox.qbusiness.errors import invalid

CUSTOM = "CUSTOM"
S3 = "S3"
S3V2 = "S3V2"
#: The default of ``maxFileSizeInMegaBytes`` (s3-api.html).
DEFAULT_MEGABYTES = 50.0
METADATA_SUFFIX = ".metadata.json"
#: Members of ``additionalProperties`` of S3 that are strings, and those that are lists.
_STRINGS = ("aclConfigurationFilePath", "metadataFilesPrefix", "maxFileSizeInMegaBytes")
_LISTS = ("inclusionPatterns", "exclusionPatterns", "inclusionPrefixes", "exclusionPrefixes")


def connector_type(configuration: Any) -> str:
    """The connector's type. Raises ValidationException for a document without one."""
    if not isinstance(configuration, dict):
        raise invalid("The configuration must be a JSON object", "configuration")
    kind = configuration.get("type")
    if not isinstance(kind, str) or not kind:
        raise invalid("The configuration needs a type", "configuration.type")
    return kind


def _need(document: dict[str, Any], path: str, wanted: type) -> Any:
    """The value under a dotted path, of a type. Raises ValidationException."""
    value: Any = document
    for name in path.split("."):
        if not isinstance(value, dict) or name not in value:
            raise invalid(f"The configuration needs {path}", f"configuration.{path}")
        value = value[name]
    if not isinstance(value, wanted):
        raise invalid(f"The configuration's {path} has the wrong type", f"configuration.{path}")
    return value


def _check_filters(filters: Any, where: str) -> None:
    if not isinstance(filters, dict):
        raise invalid(f"The configuration's {where} must be an object", f"configuration.{where}")
    for name in _LISTS:
        if not isinstance(filters.get(name, []), list):
            raise invalid(f"The configuration's {where}.{name} must be a list", f"configuration.{where}.{name}")


def _check_s3(configuration: dict[str, Any]) -> None:
    if configuration.get("syncMode") not in ("FULL_CRAWL", "FORCED_FULL_CRAWL"):
        raise invalid("syncMode must be FULL_CRAWL or FORCED_FULL_CRAWL", "configuration.syncMode")
    _need(configuration, "connectionConfiguration.repositoryEndpointMetadata.BucketName", str)
    mappings = _need(configuration, "repositoryConfigurations.document.fieldMappings", list)
    for mapping in mappings:
        for name in ("indexFieldName", "indexFieldType", "dataSourceFieldName"):
            if not isinstance(mapping, dict) or not isinstance(mapping.get(name), str):
                raise invalid(f"A field mapping needs {name}", "configuration.repositoryConfigurations")
    filters = configuration.get("additionalProperties", {})
    _check_filters(filters, "additionalProperties")
    for name in _STRINGS:
        if not isinstance(filters.get(name, ""), str):
            raise invalid(f"{name} must be a string", f"configuration.additionalProperties.{name}")


def _check_s3v2(configuration: dict[str, Any]) -> None:
    _need(configuration, "connectionConfiguration.bucketName", str)
    owner = _need(configuration, "connectionConfiguration.bucketOwnerAccountId", str)
    if not regex.fullmatch(r"\d{12}", owner):
        raise invalid("bucketOwnerAccountId must be twelve digits", "configuration.connectionConfiguration")
    _check_filters(configuration.get("filterConfiguration", {}), "filterConfiguration")


def check(configuration: Any, *, lenient: bool = False) -> str:
    """Check a document against its connector's skeleton; answers the type. Raises ValidationException.

    :param lenient: numbers and booleans may be texts where the connector has real ones
    """
    kind = connector_type(configuration)
    if kind == S3:
        _check_s3(configuration)
    elif kind == S3V2:
        _check_s3v2(configuration)
    connector_schemas.check(kind, configuration, lenient=lenient)
    return kind


@dataclass(frozen=True)
class Crawl:
    """What a run over a bucket takes. ``forced``: everything counts as new content, changed or not."""

    bucket: str
    include_prefixes: tuple[str, ...] = ()
    exclude_prefixes: tuple[str, ...] = ()
    include_patterns: tuple[str, ...] = ()
    exclude_patterns: tuple[str, ...] = ()
    max_bytes: int = 0
    forced: bool = False
    acl_path: str = ""

    @classmethod
    def of(cls, configuration: dict[str, Any]) -> Crawl | None:
        """The crawl of an S3 connector's document; None for other connectors."""
        kind = configuration.get("type")
        if kind == S3:
            bucket = configuration["connectionConfiguration"]["repositoryEndpointMetadata"]["BucketName"]
            filters = configuration.get("additionalProperties", {})
        elif kind == S3V2:
            bucket = configuration["connectionConfiguration"]["bucketName"]
            filters = configuration.get("filterConfiguration", {})
        else:
            return None
        # The second spelling is that of a page's table; both are taken.
        size = filters.get("maxFileSizeInMegaBytes", filters.get("maxFileSizeInMegabytes")) or DEFAULT_MEGABYTES
        try:
            limit = int(float(size) * 1024 * 1024)
        except (TypeError, ValueError):
            limit = int(DEFAULT_MEGABYTES * 1024 * 1024)
        return cls(
            bucket,
            tuple(map(str, filters.get("inclusionPrefixes", []))),
            tuple(map(str, filters.get("exclusionPrefixes", []))),
            tuple(map(str, filters.get("inclusionPatterns", []))),
            tuple(map(str, filters.get("exclusionPatterns", []))),
            limit,
            configuration.get("syncMode") == "FORCED_FULL_CRAWL",
            str(filters.get("aclConfigurationFilePath", "")),
        )

    def selects(self, key: str) -> bool:
        """Whether an object is a document of this data source. Exclusion wins over inclusion (s3-connector.html)."""
        if key.endswith(("/", METADATA_SUFFIX)) or key == self.acl_path:
            return False
        if key.startswith(self.exclude_prefixes) and self.exclude_prefixes:
            return False
        if any(_fits(key, pattern) for pattern in self.exclude_patterns):
            return False
        if self.include_prefixes and not key.startswith(self.include_prefixes):
            return False
        return not self.include_patterns or any(_fits(key, pattern) for pattern in self.include_patterns)


def _fits(key: str, pattern: str) -> bool:
    """Whether a key fits a pattern, read as a glob or as a regular expression of the whole key. guess: 41"""
    if fnmatch.fnmatchcase(key, pattern):
        return True
    try:
        return regex.fullmatch(pattern, key) is not None
    except regex.error:
        return False
