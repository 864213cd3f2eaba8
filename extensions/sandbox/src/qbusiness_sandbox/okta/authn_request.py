# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AuthnRequests of service providers: decoding, and the answer's target (SAML 2.0 bindings 3.4, 3.5)."""

from __future__ import annotations

import base64
import binascii
import zlib
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from lxml import etree

from qbusiness_sandbox.okta.saml import SAML, SAMLP, Target, default_target, requested_target
from qbusiness_sandbox.okta.state import App

#: A deflated request may not grow beyond this many bytes.
LIMIT = 64 * 1024
_ALGORITHMS: dict[str, hashes.HashAlgorithm] = {
    "http://www.w3.org/2001/04/xmldsig-more#rsa-sha256": hashes.SHA256(),
    "http://www.w3.org/2000/09/xmldsig#rsa-sha1": hashes.SHA1(),  # noqa: S303 - Okta verifies requests signed with it
}


class BadRequest(Exception):
    """The request is refused; Okta shows a 400 page."""


@dataclass(frozen=True)
class AuthnRequest:
    id: str
    issuer: str
    acs_url: str
    acs_index: int | None
    force: bool


def decode(text: str, deflated: bool) -> AuthnRequest:
    """Read a ``SAMLRequest``. Raises :class:`BadRequest`."""
    try:
        raw = base64.b64decode(text, validate=True)
        if deflated:
            inflater = zlib.decompressobj(-15)
            raw = inflater.decompress(raw, LIMIT)
            if inflater.unconsumed_tail:
                raise BadRequest("The request is too large")
        parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
        root = etree.fromstring(raw, parser)
    except (binascii.Error, ValueError, zlib.error, etree.XMLSyntaxError) as error:
        raise BadRequest("The request cannot be read") from error
    if (
        root.getroottree().docinfo.internalDTD is not None
        or root.tag != f"{{{SAMLP}}}AuthnRequest"
        or not root.get("ID")
    ):
        raise BadRequest("The request is no AuthnRequest")
    index = root.get("AssertionConsumerServiceIndex")
    issuer = root.findtext(f"{{{SAML}}}Issuer") or ""
    if index is not None and not index.isdigit():
        raise BadRequest("The index is no number")
    return AuthnRequest(
        str(root.get("ID")),
        issuer.strip(),
        root.get("AssertionConsumerServiceURL") or "",
        None if index is None else int(index),
        root.get("ForceAuthn") in ("true", "1"),
    )


def check_signature(app: App, query: str) -> None:
    """The redirect binding's signature, where the application asks for one. Raises :class:`BadRequest`."""
    parts = dict(part.partition("=")[::2] for part in query.split("&"))
    if "Signature" not in parts or "SigAlg" not in parts:
        raise BadRequest("The request is not signed")
    algorithm = _ALGORITHMS.get(unquote_to_bytes(parts["SigAlg"]).decode())
    chain = app.settings["signOn"].get("spCertificate", {}).get("x5c") or []
    if algorithm is None or not chain:
        raise BadRequest("The signature cannot be checked")
    content = "&".join(f"{name}={parts[name]}" for name in ("SAMLRequest", "RelayState", "SigAlg") if name in parts)
    key = x509.load_der_x509_certificate(base64.b64decode("".join(chain[0].split()))).public_key()
    try:
        if not isinstance(key, rsa.RSAPublicKey):
            raise BadRequest("The certificate is no RSA certificate")
        key.verify(
            base64.b64decode(unquote_to_bytes(parts["Signature"])), content.encode(), padding.PKCS1v15(), algorithm
        )
    except (InvalidSignature, binascii.Error) as error:
        raise BadRequest("The signature is wrong") from error


def target_of(app: App, request: AuthnRequest) -> Target:
    """Which assertion consumer service the request asks for: by URL, by index, or the default one."""
    settings = app.settings["signOn"]
    plain = default_target(app, request.id)
    if request.acs_url and request.acs_index is not None:
        raise BadRequest("The request names a URL and an index")
    if settings["allowMultipleAcsEndpoints"]:
        for endpoint in settings["acsEndpoints"]:
            if request.acs_index == endpoint["index"] or (request.acs_url and request.acs_url == endpoint["url"]):
                return requested_target(app, endpoint["url"], request.id)
    if request.acs_index is not None:
        raise BadRequest("The index is not configured")
    if request.acs_url in ("", plain.acs):
        return plain
    raise BadRequest("The assertion consumer service is not configured")
