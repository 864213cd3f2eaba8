# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The OpenID Connect providers of the account.

Codes and limits: the IAM service model (``CreateOpenIDConnectProvider`` and its kin) and
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from qbusiness_sandbox.aws import oidc_issuer
from qbusiness_sandbox.aws.errors import AwsError
from qbusiness_sandbox.aws.quotas import Quotas
from qbusiness_sandbox.aws.saml_providers import merge_tags, tag_list
from qbusiness_sandbox.cloud import Cloud

THUMBPRINTS = 5
_THUMBPRINT = re.compile(r"[0-9a-fA-F]{40}")


@dataclass
class OidcProvider:
    """One provider. ``url``: without ``https://``, as IAM answers it; ``created``: seconds since the epoch."""

    arn: str
    url: str
    client_ids: list[str]
    thumbprints: list[str]
    created: float
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def issuer(self) -> str:
        return f"https://{self.url}"


class OidcProviders:
    """All of them, by ARN; one method for each IAM operation, taking and giving the model's members."""

    def __init__(self, cloud: Cloud, quotas: Quotas) -> None:
        self._cloud = cloud
        self._quotas = quotas
        self._by_arn: dict[str, OidcProvider] = {}
        self.keys = oidc_issuer.KeyStore(cloud)

    def reset(self) -> None:
        self._by_arn.clear()
        self.keys.reset()

    def find(self, arn: str) -> OidcProvider | None:
        return self._by_arn.get(arn)

    def of_issuer(self, issuer: str, *, exact: bool = True) -> OidcProvider | None:
        """The provider whose URL is the token's ``iss``, character for character.

        ``exact=False`` is the careless way: case, scheme and a slash at the end do not matter, and an issuer that is
        not known at all is taken for the first provider.
        """
        for provider in self._by_arn.values():
            if provider.issuer == issuer:
                return provider
        if exact:
            return None

        def bare(url: str) -> str:
            return url.lower().partition("://")[2].rstrip("/")

        alike = [provider for provider in self._by_arn.values() if bare(provider.issuer) == bare(issuer)]
        return next(iter(alike or self._by_arn.values()), None)

    def _get(self, params: Mapping[str, Any]) -> OidcProvider:
        arn = params["OpenIDConnectProviderArn"]
        provider = self._by_arn.get(arn)
        if provider is None:
            raise AwsError("NoSuchEntity", f"OpenIDConnect Provider not found for arn {arn}", 404)
        return provider

    # -- making and removing --------------------------------------------------------------------------------------

    def create_open_id_connect_provider(self, params: Mapping[str, Any]) -> dict[str, Any]:
        url = _url(params["Url"])
        arn = f"arn:aws:iam::{self._cloud.account_id}:oidc-provider/{url}"
        if arn in self._by_arn:
            raise AwsError("EntityAlreadyExists", f"Provider with url https://{url} already exists.", 409)
        self._quotas.check("oidc_providers", len(self._by_arn) + 1)
        client_ids = list(dict.fromkeys(params.get("ClientIDList", [])))
        self._quotas.check("client_ids", len(client_ids))
        tags = merge_tags({}, params.get("Tags", []))
        # Without a list "IAM will retrieve and use the top intermediate certificate authority (CA) thumbprint" (the
        # model). guess: with one, the provider is not asked for anything.
        given = params.get("ThumbprintList") or []
        thumbprints = _thumbprints(given) if given else [self._retrieved(f"https://{url}")]
        self._by_arn[arn] = OidcProvider(arn, url, client_ids, thumbprints, self._cloud.clock.now(), tags)
        return {"OpenIDConnectProviderArn": arn, "Tags": tag_list(tags) if tags else None}

    def _retrieved(self, issuer: str) -> str:
        try:
            oidc_issuer.discover(self._cloud, issuer, "iam")
        except (oidc_issuer.Unreachable, oidc_issuer.NoDocument) as error:
            raise AwsError(
                "OpenIdIdpCommunicationError",
                f"Please check .well-known/openid-configuration of provider: {issuer} is valid.",
                400,
            ) from error
        return oidc_issuer.thumbprint(self._cloud)

    def delete_open_id_connect_provider(self, params: Mapping[str, Any]) -> dict[str, Any]:
        # "it does not fail or return an error if you call the operation for a provider that does not exist" (the model)
        provider = self._by_arn.pop(params["OpenIDConnectProviderArn"], None)
        if provider is not None:
            self.keys.forget(provider.issuer)
        return {}

    # -- reading --------------------------------------------------------------------------------------------------

    def get_open_id_connect_provider(self, params: Mapping[str, Any]) -> dict[str, Any]:
        provider = self._get(params)
        return {
            "Url": provider.url,
            "ClientIDList": provider.client_ids,
            "ThumbprintList": provider.thumbprints,
            "CreateDate": provider.created,
            "Tags": tag_list(provider.tags) if provider.tags else None,
        }

    def list_open_id_connect_providers(self, _params: Mapping[str, Any]) -> dict[str, Any]:
        return {"OpenIDConnectProviderList": [{"Arn": arn} for arn in self._by_arn]}

    def list_open_id_connect_provider_tags(self, params: Mapping[str, Any]) -> dict[str, Any]:
        tags = tag_list(self._get(params).tags)
        start = int(params.get("Marker") or 0)
        end = start + int(params.get("MaxItems") or 100)
        more = end < len(tags)
        return {"Tags": tags[start:end], "IsTruncated": more, "Marker": str(end) if more else None}

    # -- changing -------------------------------------------------------------------------------------------------

    def add_client_id_to_open_id_connect_provider(self, params: Mapping[str, Any]) -> dict[str, Any]:
        ids = self._get(params).client_ids
        # Idempotent: "it does not fail or return an error if you add an existing client ID" (the model's text).
        if params["ClientID"] not in ids:
            self._quotas.check("client_ids", len(ids) + 1)
            ids.append(params["ClientID"])
        return {}

    def remove_client_id_from_open_id_connect_provider(self, params: Mapping[str, Any]) -> dict[str, Any]:
        ids = self._get(params).client_ids
        # Idempotent as well, says the model.
        if params["ClientID"] in ids:
            ids.remove(params["ClientID"])
        return {}

    def update_open_id_connect_provider_thumbprint(self, params: Mapping[str, Any]) -> dict[str, Any]:
        self._get(params).thumbprints = _thumbprints(params["ThumbprintList"])
        return {}

    def tag_open_id_connect_provider(self, params: Mapping[str, Any]) -> dict[str, Any]:
        provider = self._get(params)
        provider.tags = merge_tags(provider.tags, params["Tags"])
        return {}

    def untag_open_id_connect_provider(self, params: Mapping[str, Any]) -> dict[str, Any]:
        provider = self._get(params)
        gone = {key.lower() for key in params["TagKeys"]}
        provider.tags = {key: value for key, value in provider.tags.items() if key.lower() not in gone}
        return {}

    def dump(self) -> dict[str, Any]:
        return {
            provider.arn: {
                "url": provider.url,
                "client_ids": sorted(provider.client_ids),
                "thumbprints": sorted(provider.thumbprints),
                "tags": dict(sorted(provider.tags.items())),
            }
            for provider in sorted(self._by_arn.values(), key=lambda item: item.arn)
        }


def _url(text: str) -> str:
    """The URL without its scheme. "The URL must begin with https://… path components are allowed but query parameters
    are not… should not contain a port number" (the model's text of Url)."""
    parts = urlsplit(text)
    try:
        port = parts.port
    except ValueError:
        port = -1
    wrong = port is not None or parts.query or parts.fragment or "@" in parts.netloc or text.endswith(("?", "#"))
    if parts.scheme != "https" or not parts.hostname or wrong or re.search(r"\s", text):
        raise AwsError("ValidationError", "Invalid Open ID Connect Provider URL", 400)
    return parts.netloc + parts.path


def _thumbprints(given: list[str]) -> list[str]:
    """ "IAM lets you have up to five thumbprints"; each is 40 hexadecimal digits (the model's texts)."""
    if not given or len(given) > THUMBPRINTS:
        # guess: an empty list in an update is refused; the text for too many is IAM's.
        raise AwsError("InvalidInput", "Thumbprint list must contain fewer than 5 entries.", 400)
    for item in given:
        if not _THUMBPRINT.fullmatch(item):
            raise AwsError("InvalidInput", "A thumbprint must be 40 hexadecimal digits.", 400)  # guess: the text
    return [item.lower() for item in given]
