# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The short options of a data source over a bucket, as members of the document of its connector.

Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/s3-api.html and ``s3-v2-api.html``
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

S3, S3V2 = "S3", "S3V2"
_BUCKET = ("connectionConfiguration", "repositoryEndpointMetadata", "BucketName")
_FILTERS = {
    "inclusion_prefixes": "inclusionPrefixes",
    "exclusion_prefixes": "exclusionPrefixes",
    "inclusion_patterns": "inclusionPatterns",
    "exclusion_patterns": "exclusionPatterns",
}
#: Where each option stands in the document of a connector.
PLACES: dict[str, dict[str, tuple[str, ...]]] = {
    S3: {
        "bucket": _BUCKET,
        **{option: ("additionalProperties", member) for option, member in _FILTERS.items()},
        "metadata_files_prefix": ("additionalProperties", "metadataFilesPrefix"),
        "acl_configuration_file_path": ("additionalProperties", "aclConfigurationFilePath"),
    },
    S3V2: {
        "bucket": ("connectionConfiguration", "bucketName"),
        **{option: ("filterConfiguration", member) for option, member in _FILTERS.items()},
        "metadata_files_prefix": ("metadataFilesPrefix",),
        "acl_configuration_file_path": ("accessControlConfiguration", "aclConfigurationFilePath"),
    },
}
OPTIONS: dict[str, Any] = {
    "bucket": {"type": "str"},
    **{option: {"type": "list", "elements": "str"} for option in _FILTERS},
    "metadata_files_prefix": {"type": "str"},
    "acl_configuration_file_path": {"type": "str"},
}


def short_options(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return those of the options that are set."""
    return {name: options[name] for name in OPTIONS if options.get(name) is not None}


def members(short: Mapping[str, Any], connector: str) -> dict[str, Any]:
    """Return the members of the connector's document that the short options set."""
    document: dict[str, Any] = {}
    for option, value in short.items():
        *parents, last = PLACES[connector][option]
        place = document
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    return document


def new_document(short: Mapping[str, Any]) -> dict[str, Any]:
    """Return the whole document of a new data source of the connector S3."""
    given = members({"inclusion_prefixes": [], **short}, S3)
    return {
        "type": S3,
        "syncMode": "FULL_CRAWL",
        "repositoryConfigurations": {"document": {"fieldMappings": []}},
        **given,
    }


def bucket_of(document: Any) -> str:
    """Return the bucket that a connector's document names, or an empty text."""
    place: Any = document
    kind = document.get("type") if isinstance(document, Mapping) else None
    for key in PLACES.get(str(kind), {}).get("bucket", ("",)):
        place = place.get(key) if isinstance(place, Mapping) else None
    return str(place or "")


def faults(short: Mapping[str, Any], *, configured: bool, connector: str) -> Iterator[str]:
    """Yield what is wrong with the short options.

    :param configured: whether ``configuration`` is set, too
    :param connector: that of the existing data source, empty where none is known
    """
    first = next(iter(short), "")
    if short and configured:
        yield (
            f"{first}: is not allowed with configuration. Set either, for example bucket: acme-handbook, or the "
            "connector's whole document"
        )
    elif short and connector and connector not in PLACES:
        yield (
            f"{first}: the data source is of the connector {connector}, which reads no bucket. Set its members in "
            "configuration"
        )
    elif short.get("bucket") == "":
        yield "bucket: '' is no bucket. Set a name, for example bucket: acme-handbook"
