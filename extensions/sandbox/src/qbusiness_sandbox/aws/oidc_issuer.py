# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an issuer publishes: its discovery document and its keys, fetched from the org that this cloud emulates.

Source: https://openid.net/specs/openid-connect-discovery-1_0.html; what IAM wants of them:
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html.

``options.oidc_untrusted_ca``: hosts (a list, or true for all) whose certificate authority AWS does not know. There, and
only there, the thumbprints of the provider count ("If your OIDC IdP relies on a certificate that is not signed by one
of these trusted CAs, only then we secure communication using the thumbprints": the IAM model's text).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from qbusiness_sandbox.cloud import Cloud, Cut

WELL_KNOWN = "/.well-known/openid-configuration"
#: guess: seconds for which an issuer's keys are kept before they are asked for again.
KEPT = 3600.0

Json = Mapping[str, Any]


class Unreachable(Exception):
    """Nothing answers there: the host is not emulated, the connection was dropped, or the server failed."""


class NoDocument(Exception):
    """Something answers, and it is not the document that has to be there."""


def send(cloud: Cloud, request: Request, connection: str) -> Response:
    """Let the org that this cloud emulates answer a request; raises :class:`Unreachable` for any other host."""
    if "okta" not in cloud.rooms or request.host.lower() != cloud.okta_host:
        raise Unreachable(f"{request.host} does not answer")
    try:
        response = cloud.answer("okta", request, connection)
    except Cut:
        raise Unreachable(f"{request.host} closed the connection") from None
    if response.status_code >= 500:
        raise Unreachable(f"{request.host} answers {response.status_code}")
    return response


def build(method: str, url: str, data: bytes = b"", headers: Mapping[str, str] | None = None) -> Request:
    """A request to an absolute https URL; raises :class:`Unreachable` for another scheme or a port."""
    parts = urlsplit(url)
    try:
        port = parts.port
    except ValueError:
        port = -1
    if parts.scheme != "https" or not parts.hostname or port not in (None, 443):
        raise Unreachable(f"{url[:255]} is no address on https")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    builder = EnvironBuilder(
        path=parts.path or "/",
        query_string=parts.query,
        base_url=f"https://{parts.hostname}/",
        method=method,
        data=data,
        headers=Headers(headers or {}),
        environ_overrides={"REQUEST_URI": target, "RAW_URI": target, "REMOTE_ADDR": "127.0.0.1"},
    )
    try:
        return Request(builder.get_environ())
    finally:
        builder.close()


def document(cloud: Cloud, url: str, connection: str = "sts") -> Json:
    """The JSON object at an address. Raises :class:`Unreachable` or :class:`NoDocument`."""
    response = send(cloud, build("GET", url, headers={"Accept": "application/json"}), connection)
    try:
        found = json.loads(response.get_data()) if response.status_code == 200 else None
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise NoDocument(f"{url[:255]} is no JSON object")
    return found


@dataclass(frozen=True)
class Discovery:
    """What an issuer says of itself."""

    issuer: str
    jwks_uri: str
    authorization_endpoint: str = ""
    token_endpoint: str = ""
    methods: tuple[str, ...] = ()


def discover(cloud: Cloud, issuer: str, connection: str = "sts") -> Discovery:
    """The discovery document of an issuer. Raises :class:`Unreachable` or :class:`NoDocument`."""
    found = document(cloud, issuer.rstrip("/") + WELL_KNOWN, connection)
    # "MUST exactly match the value of issuer" (OpenID Connect Discovery, 4.3).
    if found.get("issuer") != issuer or not isinstance(found.get("jwks_uri"), str):
        raise NoDocument(f"The configuration of {issuer} is for another issuer, or it has no jwks_uri")
    return Discovery(
        issuer=issuer,
        jwks_uri=found["jwks_uri"],
        authorization_endpoint=str(found.get("authorization_endpoint") or ""),
        token_endpoint=str(found.get("token_endpoint") or ""),
        methods=tuple(found.get("token_endpoint_auth_methods_supported") or ()),
    )


def keys_at(cloud: Cloud, url: str) -> list[Json]:
    """The keys of a key set. Raises :class:`Unreachable` or :class:`NoDocument`."""
    found = document(cloud, url).get("keys")
    if not isinstance(found, list):
        raise NoDocument(f"{url[:255]} is no key set")
    return [key for key in found if isinstance(key, dict)]


@dataclass
class _Kept:
    keys: list[Json]
    since: float


@dataclass
class KeyStore:
    """The keys of issuers as STS knows them: fetched when first needed, and again for a ``kid`` it has not seen."""

    cloud: Cloud
    _kept: dict[str, _Kept] = field(default_factory=dict)

    def reset(self) -> None:
        self._kept.clear()

    def forget(self, issuer: str) -> None:
        self._kept.pop(issuer, None)

    def find(self, issuer: str, kid: str) -> Json | None:
        """The signing key with this id; None when the issuer has none. Raises :class:`Unreachable`."""
        kept = self._kept.get(issuer)
        if kept is not None and self.cloud.clock.now() < kept.since + KEPT:
            key = _pick(kept.keys, kid)
            if key is not None:
                return key
        try:
            keys = keys_at(self.cloud, discover(self.cloud, issuer).jwks_uri)
        except NoDocument:
            return None
        self._kept[issuer] = _Kept(keys, self.cloud.clock.now())
        return _pick(keys, kid)


def _pick(keys: list[Json], kid: str) -> Json | None:
    return next((key for key in keys if key.get("kid") == kid and key.get("use", "sig") == "sig"), None)


def thumbprint(cloud: Cloud) -> str:
    """SHA-1 of the certificate authority that issues the org's certificate, 40 hexadecimal digits."""
    return cloud.ca_thumbprint


def trusted_by_aws(cloud: Cloud, issuer: str) -> bool:
    """Whether AWS's own library of certificate authorities knows the one of the issuer's host."""
    hosts = cloud.settings.options.get("oidc_untrusted_ca", [])
    if isinstance(hosts, bool):
        return not hosts
    return (urlsplit(issuer).hostname or "") not in hosts
