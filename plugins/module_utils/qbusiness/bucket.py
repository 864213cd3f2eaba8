# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""When the documents behind an S3 connector were changed last.

Source of the documents' members: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/s3-api.html and
s3-v2-api.html.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..aws import Aws
from ..errors import ServiceError
from ..host import Context


@dataclass(frozen=True)
class Crawled:
    """What an S3 connector reads. ``prefixes``: no prefix means the whole bucket; ``files``: read besides."""

    bucket: str
    prefixes: tuple[str, ...]
    exclusions: tuple[str, ...]
    files: tuple[str, ...]

    def selects(self, key: str) -> bool:
        return not (self.exclusions and key.startswith(self.exclusions))


def crawled(configuration: Mapping[str, Any]) -> Crawled | None:
    """What a connector document says of its bucket; ``None`` for another connector."""
    connection = configuration.get("connectionConfiguration") or {}
    if configuration.get("type") == "S3":
        bucket = (connection.get("repositoryEndpointMetadata") or {}).get("BucketName")
        filters = configuration.get("additionalProperties") or {}
        access, metadata = filters, filters
    elif configuration.get("type") == "S3V2":
        bucket = connection.get("bucketName")
        filters = configuration.get("filterConfiguration") or {}
        access, metadata = configuration.get("accessControlConfiguration") or {}, configuration
    else:
        return None
    if not bucket:
        return None
    # The pages print prefixes and paths with a leading slash, which S3 keys do not have. guess: both are meant alike.
    return Crawled(
        str(bucket),
        tuple(str(prefix).lstrip("/") for prefix in filters.get("inclusionPrefixes") or []),
        tuple(str(prefix).lstrip("/") for prefix in filters.get("exclusionPrefixes") or [] if str(prefix).strip("/")),
        tuple(
            str(name).lstrip("/")
            for name in (access.get("aclConfigurationFilePath"), metadata.get("metadataFilesPrefix"))
            if name
        ),
    )


def objects(aws: Aws, bucket: str, prefix: str) -> Iterator[Mapping[str, Any]]:
    """All objects under a prefix, over all pages."""
    parameters: dict[str, Any] = {"Bucket": bucket, "Prefix": prefix}
    while True:
        page = aws.call("s3", "ListObjectsV2", **parameters)
        yield from page.get("Contents", [])
        if not page.get("IsTruncated"):
            return
        parameters["ContinuationToken"] = page["NextContinuationToken"]


def newest_change(context: Context, configuration: Mapping[str, Any]) -> datetime | None:
    """When the newest of the documents was changed; ``None`` where it cannot be known. Deletions leave no trace.

    A bucket that the caller may not list is a warning, not an error: only this reading needs it.
    """
    what = crawled(configuration)
    if what is None:
        return None
    newest: datetime | None = None
    try:
        for prefix in (*(what.prefixes or ("",)), *(what.files if what.prefixes else ())):
            for item in objects(context.aws, what.bucket, prefix):
                moment = item["LastModified"]
                if what.selects(str(item["Key"])) and (newest is None or moment > newest):
                    newest = moment
    except ServiceError as error:
        context.warn(
            f"Whether documents changed cannot be seen in bucket {what.bucket}: {error.message} Say it with "
            "documents_changed."
        )
        return None
    return newest
