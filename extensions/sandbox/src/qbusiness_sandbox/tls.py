# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The cloud's own certificate authority: made anew in every process, its key never leaves the memory for longer than
OpenSSL needs a file to read it from."""

from __future__ import annotations

import base64
import hashlib
import os
import ssl
import tempfile
import threading
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat


class HostContext(ssl.SSLContext):
    """A server's TLS context that remembers which host it stands for."""

    host: str = ""


class Authority:
    """Issues one certificate for each host name and keeps it.

    ``folder``: a private folder (mode 0700) for the files that OpenSSL wants to read.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._ca = trustme.CA(organization_name="qbusiness-sandbox", organization_unit_name="Embedded cloud")
        self._contexts: dict[str, HostContext] = {}
        self._lock = threading.Lock()

    @property
    def pem(self) -> bytes:
        """The authority's certificate."""
        return self._ca.cert_pem.bytes()

    @property
    def spki(self) -> str:
        """SHA-256 of the authority's public key in base64, as Chromium's
        ``--ignore-certificate-errors-spki-list`` takes it."""
        key = x509.load_pem_x509_certificate(self.pem).public_key()
        return base64.b64encode(
            hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).digest()
        ).decode()

    @property
    def thumbprint(self) -> str:
        """SHA-1 of the authority's certificate, as IAM wants it of an OpenID Connect provider's."""
        certificate = x509.load_pem_x509_certificate(self.pem)
        return certificate.fingerprint(hashes.SHA1()).hex()  # noqa: S303 - what IAM defines as the thumbprint

    def context(self, host: str) -> HostContext:
        """The context that proves to be ``host``."""
        name = host.lower()
        with self._lock:
            found = self._contexts.get(name)
            if found is None:
                found = self._contexts[name] = self._issue(name)
            return found

    def _issue(self, host: str) -> HostContext:
        leaf = self._ca.issue_cert(host, organization_name="qbusiness-sandbox")
        context = HostContext(ssl.PROTOCOL_TLS_SERVER)
        context.host = host
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.set_alpn_protocols(["http/1.1"])
        # The root goes along, so that a browser can be told to trust it by the hash of its key.
        chain = leaf.private_key_and_cert_chain_pem.bytes() + self.pem
        handle, path = tempfile.mkstemp(dir=self._folder, suffix=".pem")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(chain)
            context.load_cert_chain(path)
        finally:
            Path(path).unlink()
        return context
