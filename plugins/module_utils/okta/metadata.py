# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metadata document of a SAML app, and what others need of it: issuer, URLs, certificates."""

from __future__ import annotations

import base64
import hashlib
import textwrap
import typing as t
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..compare import certificate_der
from ..errors import NotFoundError, ServiceError
from ..placeholder import MARK, is_placeholder
from ..safe_xml import UnsafeXmlError, parse
from .session import OktaSession, eventually

try:
    from cryptography import x509

    HAS_CRYPTOGRAPHY = True
except ImportError:  # then it is not said when a certificate expires
    HAS_CRYPTOGRAPHY = False

if t.TYPE_CHECKING:
    from .session import OktaSession

_MD = "{urn:oasis:names:tc:SAML:2.0:metadata}"
_DS = "{http://www.w3.org/2000/09/xmldsig#}"
_POST = "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST"


@dataclass(frozen=True)
class Metadata:
    """``document`` as Okta wrote it."""

    document: str
    entity_id: str
    sso_url: str
    slo_url: str = ""
    certificates: list[dict[str, Any]] = field(default_factory=list)


def of_app(session: OktaSession, app_id: str, kid: str = "") -> Metadata:
    """The metadata of an app.

    :param kid: the key whose certificate the document is to hold; without it the app's active one is looked up
    :raises NotFoundError: there is no such app
    :raises ServiceError: there is no document, or it cannot be read
    """
    if not kid:
        app = session.find("apps", app_id)
        if app is None:
            raise NotFoundError(f"The Okta org has no app {app_id}.")
        kid = str(app.get("credentials", {}).get("signing", {}).get("kid") or "")
    params = {"kid": kid} if kid else {}
    return read(eventually(lambda: session.document("apps", app_id, "sso", "saml", "metadata", **params)))


def read_metadata(session: OktaSession, app_id: str) -> str:
    """The metadata document of an app, with the certificate of its active key; raises as :func:`of_app` does."""
    return of_app(session, app_id).document


def read(data: bytes) -> Metadata:
    """:raises ServiceError: it is no metadata document of an identity provider"""
    try:
        root = parse(data)
    except UnsafeXmlError as error:
        raise ServiceError(f"The app's metadata cannot be read: {error}.") from None
    sso_url = _location(root, "SingleSignOnService")
    entity_id = root.get("entityID", "")
    if root.tag != f"{_MD}EntityDescriptor" or not entity_id or not sso_url:
        raise ServiceError("The app's metadata cannot be read: it names no entity id and no SingleSignOnService.")
    certificates = [
        _certificate(element.text or "")
        for element in root.iterfind(f"{_MD}IDPSSODescriptor/{_MD}KeyDescriptor//{_DS}X509Certificate")
    ]
    # Okta's header says ISO-8859-1, the document itself UTF-8, which it is (recorded).
    return Metadata(data.decode("utf-8"), entity_id, sso_url, _location(root, "SingleLogoutService"), certificates)


def _location(root: Any, service: str) -> str:
    """The URL of a service; the same for both bindings (recorded)."""
    found = {e.get("Binding"): e.get("Location", "") for e in root.iterfind(f"{_MD}IDPSSODescriptor/{_MD}{service}")}
    return str(found.get(_POST) or next(iter(found.values()), ""))


def _certificate(text: str) -> dict[str, Any]:
    try:
        der = certificate_der(text)
    except ValueError:
        raise ServiceError("The app's metadata cannot be read: a certificate in it is no base64.") from None
    body = "\n".join(textwrap.wrap(base64.b64encode(der).decode(), 64))
    answer: dict[str, Any] = {
        "pem": f"-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n",
        "fingerprint_sha256": hashlib.sha256(der).hexdigest(),
    }
    if HAS_CRYPTOGRAPHY:
        try:
            answer["not_after"] = x509.load_der_x509_certificate(der).not_valid_after_utc.isoformat()
        except ValueError:
            raise ServiceError("The app's metadata cannot be read: a certificate in it is none.") from None
    return answer


def planned(origin: str, app_id: str, entity_id: str = "", sso_url: str = "") -> Metadata:
    """What check mode answers in place of a document that only Okta can write; it holds the mark.

    :param app_id: the app's id, itself a placeholder where ``entity_id`` and ``sso_url`` are not known
    """
    key = f"exk{app_id[3:]}"
    entity_id = entity_id or f"http://www.okta.com/{key}"
    sso_url = sso_url or f"{origin}/app/{MARK}/{key}/sso/saml"
    document = (
        f'<md:EntityDescriptor xmlns:md="{_MD[1:-1]}" entityID="{entity_id}"><!-- {MARK}: Okta writes the rest when '
        "the task runs --></md:EntityDescriptor>"
    )
    return Metadata(document, entity_id, sso_url)


def answer(session: OktaSession, app: Mapping[str, Any], warn: Callable[[str], None]) -> dict[str, Any]:
    """The metadata of an app, and what others need of it; placeholders where only Okta can know it.

    :param app: the app as it is, or in check mode would be
    :raises ServiceError: an active app's metadata is not to be had
    """
    kid = str(app.get("credentials", {}).get("signing", {}).get("kid") or "")
    app_id, origin = str(app["id"]), session.origin
    if is_placeholder(app_id):
        found = planned(origin, app_id)
    else:
        try:
            found = of_app(session, app_id, "" if is_placeholder(kid) else kid)
        except ServiceError as error:
            if app["status"] == "ACTIVE":
                raise
            warn(f"The metadata of an inactive app is not to be had: {error.message}")
            return {}
        if is_placeholder(kid):
            found = planned(origin, app_id, found.entity_id, found.sso_url)
    facts = {
        "metadata": found.document,
        "entity_id": found.entity_id,
        "sso_url": found.sso_url,
        "certificates": found.certificates,
    }
    return {**facts, "slo_url": found.slo_url} if found.slo_url else facts
