# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``settings.signOn`` of SAML applications: what is checked, kept, reset and filled in (recorded, unless marked)."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Any

from cryptography import x509

from qbusiness_sandbox.okta.errors import OktaError, invalid
from qbusiness_sandbox.okta.values import Json, as_object, clone

OVERRIDES = ("ssoAcsUrlOverride", "audienceOverride", "recipientOverride", "destinationOverride")
#: The attribute statements are changed only where all of these are sent (okta-sdk-golang PR #222).
SIX = ("defaultRelayState", *OVERRIDES, "attributeStatements")
ISSUER = "http://www.okta.com/${org.externalKey}"

REQUIRED_TEXTS = ("ssoAcsUrl", "audience", "recipient", "destination", "subjectNameIdTemplate", "subjectNameIdFormat")
REQUIRED_MORE = ("signatureAlgorithm", "digestAlgorithm", "authnContextClassRef")
FLAGS = (
    "responseSigned",
    "assertionSigned",
    "honorForceAuthn",
    "requestCompressed",
    "allowMultipleAcsEndpoints",
    "samlSignedRequestEnabled",
)
NAME_ID_FORMATS = frozenset(
    {f"urn:oasis:names:tc:SAML:1.1:nameid-format:{name}" for name in ("unspecified", "emailAddress", "x509SubjectName")}
    | {f"urn:oasis:names:tc:SAML:2.0:nameid-format:{name}" for name in ("persistent", "transient")}
)
CHOICES = {
    "signatureAlgorithm": frozenset({"RSA_SHA256", "RSA_SHA1"}),
    "digestAlgorithm": frozenset({"SHA256", "SHA1"}),
    "subjectNameIdFormat": NAME_ID_FORMATS,
}
ATTRIBUTE_FORMAT = "urn:oasis:names:tc:SAML:2.0:attrname-format:"
FILTERS = frozenset({"STARTS_WITH", "EQUALS", "CONTAINS", "REGEX"})
#: Written as sent, and kept where left out.
EXTRAS = ("participateSlo", "samlAssertionLifetimeSeconds", "configuredAttributeStatements", "spCertificate")


def _url(text: Any) -> bool:
    return isinstance(text, str) and re.match(r"https?://[^\s/?#]+", text) is not None


def statements(sent: Any) -> list[Json]:
    """Attribute statements as they are answered: only the members that fit the type."""
    causes: list[str] = []
    answer: list[Json] = []
    names: set[str] = set()
    for item in sent or []:
        entry = as_object(item)
        kind = str(entry.get("type") or "EXPRESSION")
        name = entry.get("name")
        if not name:
            causes.append("attributeStatements: The field cannot be left blank")
            continue
        if name in names:
            # guess: the text; that names are unique is documented
            causes.append(f"Attribute statement names must be unique: {name}")
        names.add(name)
        namespace = entry.get("namespace") or f"{ATTRIBUTE_FORMAT}unspecified"
        if not str(namespace).startswith(ATTRIBUTE_FORMAT):
            causes.append(f"attributeStatements: invalid namespace {namespace}")
        common: Json = {"type": kind, "name": name, "namespace": namespace}
        if kind == "GROUP":
            if entry.get("filterType") not in FILTERS:
                causes.append("attributeStatements: invalid filterType")
            common |= {"filterType": entry.get("filterType"), "filterValue": entry.get("filterValue")}
        elif kind == "EXPRESSION":
            common["values"] = list(entry.get("values") or [])
        else:
            causes.append(f"attributeStatements: invalid type {kind}")
        answer.append(common)
    if causes:
        raise invalid("settings.signOn.attributeStatements", *causes)
    return answer


def _certificate(sent: Any) -> Json:
    """An SP certificate with its base64 in lines of 76 characters, whatever form it had."""
    chain = []
    for text in as_object(sent).get("x5c") or []:
        try:
            der = base64.b64decode("".join(str(text).split()), validate=True)
            x509.load_der_x509_certificate(der)
        except (binascii.Error, ValueError):
            raise invalid("settings.signOn.spCertificate", "Invalid certificate") from None
        plain = base64.b64encode(der).decode()
        chain.append("".join(plain[start : start + 76] + "\r\n" for start in range(0, len(plain), 76)))
    return {"x5c": chain}


def _check(sign_on: Json) -> None:
    causes = [
        f"{name}: The field cannot be left blank" for name in (*REQUIRED_TEXTS, *REQUIRED_MORE) if not sign_on.get(name)
    ]
    if causes:
        raise invalid(causes[0].partition(":")[0], *causes)
    for name in ("ssoAcsUrl", "recipient", "destination"):
        if not _url(sign_on[name]):
            raise invalid(f"settings.signOn.{name}", f"{name}: Invalid URL")  # guess: the text
    for name, choices in CHOICES.items():
        if sign_on[name] not in choices:
            raise invalid(f"settings.signOn.{name}", f"{name}: Invalid value")  # guess: the text
    if not sign_on["responseSigned"] and not sign_on["assertionSigned"]:
        raise invalid(
            "settings.signOn", "At least one of responseSigned and assertionSigned must be true"
        )  # guess: text
    endpoints = sign_on["acsEndpoints"]
    if endpoints and len({entry.get("index") for entry in endpoints}) != len(endpoints):
        raise invalid("settings.signOn.acsEndpoints", "acsEndpoints: index must be unique")  # guess: the text
    if len(endpoints) > 100 or any(not _url(e.get("url")) or len(e["url"]) > 1024 for e in endpoints):
        raise invalid("settings.signOn.acsEndpoints", "acsEndpoints: Invalid URL")  # guess: the text
    needs = sign_on["samlSignedRequestEnabled"] or as_object(sign_on["slo"]).get("enabled")
    if needs and not as_object(sign_on.get("spCertificate")).get("x5c"):
        raise invalid(
            "settings.signOn.spCertificate", "spCertificate: The field cannot be left blank"
        )  # guess: the text


def custom_sign_on(sent: Json, before: Json | None, hooks: dict[str, Json]) -> Json:
    """``settings.signOn`` of a custom SAML 2.0 app after a POST (``before`` is None) or PUT with ``sent``.

    guess: members left out of a PUT that are in no recording are kept."""
    old = before or {}

    def value(name: str, default: Any) -> Any:
        return clone(sent[name]) if name in sent else clone(old.get(name, default))

    answer: Json = {"defaultRelayState": value("defaultRelayState", None), "ssoAcsUrl": value("ssoAcsUrl", None)}
    answer["idpIssuer"] = value("idpIssuer", None) or ISSUER
    for name in REQUIRED_TEXTS[1:] + REQUIRED_MORE:
        answer[name] = value(name, None)
    for name in FLAGS:
        flag = value(name, False)
        if not isinstance(flag, bool):
            raise invalid(f"settings.signOn.{name}", f"{name}: must be true or false")  # guess: the text
        answer[name] = flag
    if before is None or all(name in sent for name in SIX):
        answer["attributeStatements"] = statements(sent.get("attributeStatements"))
    else:
        answer["attributeStatements"] = clone(old.get("attributeStatements", []))
    slo = as_object(value("slo", None)) or {"enabled": False}
    answer["slo"] = slo if slo.get("enabled") else {"enabled": False}
    answer["spIssuer"] = slo.get("issuer") if slo.get("enabled") else None
    answer["assertionEncryption"] = as_object(value("assertionEncryption", None)) or {"enabled": False}
    endpoints = [as_object(entry) for entry in value("acsEndpoints", None) or []]
    answer["acsEndpoints"] = (
        [{"url": entry.get("url"), "index": entry.get("index")} for entry in endpoints]
        if answer["allowMultipleAcsEndpoints"]
        else []
    )
    answer["inlineHooks"] = []
    for hook in value("inlineHooks", None) or []:
        if as_object(hook).get("id") not in hooks:
            raise invalid("settings.signOn.inlineHooks", f"Inline hook {as_object(hook).get('id')} not found")  # guess
        answer["inlineHooks"].append({"id": hook["id"]})
    for name in EXTRAS:
        if name in sent or name in old:
            answer[name] = value(name, None)
    if answer.get("spCertificate"):
        answer["spCertificate"] = _certificate(answer["spCertificate"])
    else:
        answer.pop("spCertificate", None)
    _check(answer)
    return answer


def catalog_sign_on(sent: Json, before: Json | None, mode: str) -> Json:
    """``settings.signOn`` of a SAML app from a template: relay state, overrides and (2.0) statements only."""
    old = before or {}
    names = ["defaultRelayState", *OVERRIDES[:3]] + ([OVERRIDES[3]] if mode == "SAML_2_0" else [])
    answer: Json = {name: (sent[name] if name in sent else old.get(name)) or None for name in names}
    if mode == "SAML_2_0":
        if before is None or all(name in sent for name in SIX):
            answer["attributeStatements"] = statements(sent.get("attributeStatements"))
        else:
            answer["attributeStatements"] = clone(old.get("attributeStatements", []))
    for name in ("configuredAttributeStatements",):
        if name in sent or name in old:
            answer[name] = clone(sent.get(name, old.get(name)))
    return answer


def inactive_custom() -> OktaError:
    """A PUT on a custom app whose only instance is inactive (recorded)."""
    return OktaError("E0000024", "This operation on app metadata is not yet supported: No active instances.")
