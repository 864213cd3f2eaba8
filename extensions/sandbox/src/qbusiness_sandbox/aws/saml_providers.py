# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SAML providers of the account: what moto's IAM lacks of them (tags, duplicates, parsed metadata).

Codes and limits: the IAM service model (``CreateSAMLProvider`` and its kin).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from qbusiness_sandbox.aws import saml_metadata
from qbusiness_sandbox.aws.credentials import unique_id
from qbusiness_sandbox.aws.errors import AwsError
from qbusiness_sandbox.aws.quotas import Quotas
from qbusiness_sandbox.aws.saml_metadata import Metadata
from qbusiness_sandbox.cloud import Cloud

TAG_LIMIT = 50
#: guess: what IAM answers as ValidUntil when the metadata names no end (about a hundred years later).
HUNDRED_YEARS = 100 * 365.25 * 86400


def merge_tags(old: Mapping[str, str], new: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """Tags after an addition. IAM compares keys without case and keeps the last spelling
    (https://docs.aws.amazon.com/IAM/latest/UserGuide/id_tags.html).

    Raises :class:`AwsError` for more than 50, duplicates within ``new``, or a reserved key.
    """
    result = dict(old)
    seen: set[str] = set()
    for tag in new:
        key = tag["Key"]
        if key.lower() in seen:
            raise AwsError(
                "InvalidInput", "Duplicate tag keys found. Please note that Tag keys are case insensitive.", 400
            )
        if key.lower().startswith("aws:"):
            raise AwsError("ValidationError", "System tags cannot be added/updated by requester", 400)
        seen.add(key.lower())
        for existing in [name for name in result if name.lower() == key.lower()]:
            del result[existing]
        result[key] = tag["Value"]
    if len(result) > TAG_LIMIT:
        raise AwsError("LimitExceeded", f"The number of tags has reached the maximum limit of {TAG_LIMIT}.", 409)
    return result


def tag_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": tags[key]} for key in sorted(tags)]


@dataclass
class SamlProvider:
    """One provider. Times in seconds since the epoch."""

    arn: str
    name: str
    document: str
    metadata: Metadata
    created: float
    uuid: str
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def valid_until(self) -> float:
        return self.metadata.valid_until if self.metadata.valid_until is not None else self.created + HUNDRED_YEARS


class SamlProviders:
    """All of them, by ARN; one method for each IAM operation, taking and giving the model's members."""

    def __init__(self, cloud: Cloud, quotas: Quotas) -> None:
        self._cloud = cloud
        self._quotas = quotas
        self._by_arn: dict[str, SamlProvider] = {}

    def reset(self) -> None:
        self._by_arn.clear()

    def find(self, arn: str) -> SamlProvider | None:
        return self._by_arn.get(arn)

    def _get(self, arn: str) -> SamlProvider:
        provider = self._by_arn.get(arn)
        if provider is None:
            raise AwsError("NoSuchEntity", f"Manifest not found for arn {arn}", 404)
        return provider

    def create_saml_provider(self, params: Mapping[str, Any]) -> dict[str, Any]:
        name = params["Name"]
        arn = f"arn:aws:iam::{self._cloud.account_id}:saml-provider/{name}"
        if arn in self._by_arn:
            raise AwsError("EntityAlreadyExists", f"SAML provider with name {name} already exists.", 409)
        self._quotas.check("saml_providers", len(self._by_arn) + 1)
        metadata = saml_metadata.read(params["SAMLMetadataDocument"])
        tags = merge_tags({}, params.get("Tags", []))
        self._by_arn[arn] = SamlProvider(
            arn, name, params["SAMLMetadataDocument"], metadata, self._cloud.clock.now(), unique_id("AISAML"), tags
        )
        return {"SAMLProviderArn": arn, "Tags": tag_list(tags) if tags else None}

    def update_saml_provider(self, params: Mapping[str, Any]) -> dict[str, Any]:
        provider = self._get(params["SAMLProviderArn"])
        if "SAMLMetadataDocument" in params:
            provider.metadata = saml_metadata.read(params["SAMLMetadataDocument"])
            provider.document = params["SAMLMetadataDocument"]
        elif not {"AssertionEncryptionMode", "AddPrivateKey", "RemovePrivateKey"} & set(params):
            # The heading on https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html.
            raise AwsError(
                "InvalidInput",
                "Unable to update identity provider. No updates are defined for metadata or encryption assertion.",
                400,
            )
        return {"SAMLProviderArn": provider.arn}

    def get_saml_provider(self, params: Mapping[str, Any]) -> dict[str, Any]:
        provider = self._get(params["SAMLProviderArn"])
        return {
            "SAMLProviderUUID": provider.uuid,
            "SAMLMetadataDocument": provider.document,
            "CreateDate": provider.created,
            "ValidUntil": provider.valid_until,
            "Tags": tag_list(provider.tags) if provider.tags else None,
        }

    def list_saml_providers(self, _params: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "SAMLProviderList": [
                {"Arn": provider.arn, "ValidUntil": provider.valid_until, "CreateDate": provider.created}
                for provider in self._by_arn.values()
            ]
        }

    def delete_saml_provider(self, params: Mapping[str, Any]) -> dict[str, Any]:
        del self._by_arn[self._get(params["SAMLProviderArn"]).arn]
        return {}

    def tag_saml_provider(self, params: Mapping[str, Any]) -> dict[str, Any]:
        provider = self._get(params["SAMLProviderArn"])
        provider.tags = merge_tags(provider.tags, params["Tags"])
        return {}

    def untag_saml_provider(self, params: Mapping[str, Any]) -> dict[str, Any]:
        provider = self._get(params["SAMLProviderArn"])
        gone = {key.lower() for key in params["TagKeys"]}
        provider.tags = {key: value for key, value in provider.tags.items() if key.lower() not in gone}
        return {}

    def list_saml_provider_tags(self, params: Mapping[str, Any]) -> dict[str, Any]:
        tags = tag_list(self._get(params["SAMLProviderArn"]).tags)
        start = int(params.get("Marker") or 0)
        end = start + int(params.get("MaxItems") or 100)
        more = end < len(tags)
        return {"Tags": tags[start:end], "IsTruncated": more, "Marker": str(end) if more else None}

    def dump(self) -> dict[str, Any]:
        return {
            provider.arn: {
                "entity_id": provider.metadata.entity_id,
                "metadata_sha256": hashlib.sha256(provider.document.encode()).hexdigest(),
                "certificates": provider.metadata.fingerprints(),
                "tags": dict(sorted(provider.tags.items())),
            }
            for provider in sorted(self._by_arn.values(), key=lambda item: item.arn)
        }
