# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Settings of a SAML 2.0 app: options to members of the Apps API, comparison, and what can be seen to be wrong.

Source of members and values: the Apps API (schema ``SamlApplicationSettingsSignOn``) and recorded traffic.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..compare import (
    Comparator,
    certificate_der,
    is_empty,
    same_certificate,
    same_or_both_empty,
    same_unordered_by,
)
from ..placeholder import is_placeholder
from ..resource import merged
from . import entries, keys, statements
from .addresses import url_faults
from .names import Members, member_name

MODE = "SAML_2_0"
NAME_ID = "urn:oasis:names:tc:SAML:{0}:nameid-format:{1}"
NAME_ID_FORMATS = [
    *(NAME_ID.format("1.1", name) for name in ("unspecified", "emailAddress", "x509SubjectName")),
    *(NAME_ID.format("2.0", name) for name in ("persistent", "transient")),
]
CONTEXT = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
CONTEXTS = [
    *(CONTEXT + name for name in ("unspecified", "Password", "PasswordProtectedTransport", "X509", "TLSClient")),
    "urn:federation:authentication:windows",
    "oasis:names:tc:SAML:2.0:ac:classes:Kerberos",
]
#: Okta changes the attribute statements only where all of these are sent (okta-sdk-golang pull request 222).
SIX = (
    "defaultRelayState",
    "ssoAcsUrlOverride",
    "audienceOverride",
    "recipientOverride",
    "destinationOverride",
    "attributeStatements",
)
ENDPOINTS_LIMIT = 100
_URLS = ("sso_acs_url", "destination", "recipient")
#: What is needed to make an app; recipient and destination are the ACS URL unless they are given, as in the console.
_NEEDED = ("sso_acs_url", "audience")

#: What a new custom app gets for what is not named. Source: the console's own defaults, as recorded.
DEFAULTS: Members = {
    "defaultRelayState": "",
    "idpIssuer": "http://www.okta.com/${org.externalKey}",
    "subjectNameIdTemplate": "${user.userName}",
    "subjectNameIdFormat": NAME_ID_FORMATS[0],
    "responseSigned": True,
    "assertionSigned": True,
    "signatureAlgorithm": "RSA_SHA256",
    "digestAlgorithm": "SHA256",
    "honorForceAuthn": True,
    "requestCompressed": False,
    "authnContextClassRef": f"{CONTEXT}PasswordProtectedTransport",
    "allowMultipleAcsEndpoints": False,
    "attributeStatements": [],
    **dict.fromkeys(SIX[1:5], ""),
}

_FLAG = {"type": "bool"}
_TEXT = {"type": "str"}
OPTIONS: dict[str, Any] = {
    "sso_acs_url": _TEXT,
    "destination": _TEXT,
    "recipient": _TEXT,
    "audience": _TEXT,
    "idp_issuer": _TEXT,
    "subject_name_id_template": _TEXT,
    "subject_name_id_format": {"type": "str", "choices": NAME_ID_FORMATS},
    "response_signed": _FLAG,
    "assertion_signed": _FLAG,
    "signature_algorithm": {"type": "str", "choices": ["RSA_SHA256", "RSA_SHA1"]},
    "digest_algorithm": {"type": "str", "choices": ["SHA256", "SHA1"]},
    "honor_force_authn": _FLAG,
    "request_compressed": _FLAG,
    "authn_context_class_ref": {"type": "str", "choices": CONTEXTS},
    "default_relay_state": _TEXT,
    "allow_multiple_acs_endpoints": _FLAG,
    "acs_endpoints": {
        "type": "list",
        "elements": "dict",
        "options": {"url": {"type": "str", "required": True}, "index": {"type": "int"}},
    },
    "acs_endpoints_absent": {"type": "list", "elements": "str"},
    "purge_acs_endpoints": {"type": "bool", "default": True},
    "slo": {
        "type": "dict",
        "options": {"enabled": {"type": "bool", "required": True}, "issuer": _TEXT, "logout_url": _TEXT},
    },
    "sp_certificate": _TEXT,
    "saml_signed_request_enabled": _FLAG,
    "participate_slo": {
        "type": "dict",
        "options": {
            "enabled": {"type": "bool", "required": True},
            "binding_type": {"type": "str", "choices": ["POST", "REDIRECT"]},
            "logout_request_url": _TEXT,
            "session_index_required": _FLAG,
        },
    },
    "assertion_encryption": {
        "type": "dict",
        "options": {
            "enabled": {"type": "bool", "required": True},
            "encryption_algorithm": {"type": "str", "choices": ["AES128_CBC", "AES256_CBC", "AES256_GCM"]},
            "key_transport_algorithm": {"type": "str", "choices": ["RSA_OAEP", "RSA_15"], "no_log": False},
            "certificate": _TEXT,
        },
    },
    "saml_assertion_lifetime_seconds": {"type": "int"},
    "inline_hooks": {"type": "list", "elements": "str"},
    "attribute_statements": {"type": "list", "elements": "dict", "options": statements.OPTIONS},
    "purge_attribute_statements": {"type": "bool", "default": False},
    "signing_key": {"type": "dict", "options": keys.OPTIONS, "no_log": False},
}
#: The options that are settings: all but how to treat those that are not named, what is not to be there, and the key.
SETTINGS = tuple(
    name for name in OPTIONS if not name.startswith("purge_") and not name.endswith("_absent") and name != "signing_key"
)
#: The options that are merged with what is there.
_MERGED = ("attribute_statements", "acs_endpoints")
#: What an app from Okta's catalog has of them.
CATALOG: frozenset[str] = frozenset({"default_relay_state", "attribute_statements"})


def current_of(app: Mapping[str, Any]) -> Mapping[str, Any]:
    """``settings.signOn`` of an app."""
    return app.get("settings", {}).get("signOn") or {}


def own_definition(app: Mapping[str, Any]) -> bool:
    """Whether the org itself defined the app; one from Okta's catalog has no ACS URL of its own (recorded)."""
    return "ssoAcsUrl" in current_of(app)


def changed_while_inactive(app: Mapping[str, Any]) -> bool:
    """Whether Okta takes changes of the app while it is inactive; of an own app not (recorded; salto-io/salto 4223)."""
    return not own_definition(app)


def _chain(text: str) -> Members | None:
    """A certificate as Okta takes it: base64 without PEM's first and last line. An empty text clears it."""
    # guess: that null clears a certificate
    return {"x5c": ["".join(re.sub(r"-----[A-Z ]+-----", "", text).split())]} if text.strip() else None


def _member(option: str, value: Any) -> Any:
    if option == "sp_certificate":
        return _chain(value)
    if option == "inline_hooks":
        return [{"id": hook} for hook in value]
    if option == "assertion_encryption":
        members = {member_name(key): item for key, item in value.items() if item is not None and key != "certificate"}
        return {**members, **(_chain(value["certificate"]) or {})} if value.get("certificate") else members
    if isinstance(value, Mapping):
        return {member_name(key): item for key, item in value.items() if item is not None}
    return copy.deepcopy(value)


def wanted_members(options: Mapping[str, Any], current: Mapping[str, Any]) -> Members:
    """The named settings as members of ``settings.signOn``; lists that others share are merged with theirs.

    :param current: ``settings.signOn`` of the app; empty when it is not there
    """
    members = {
        member_name(option): _member(option, options[option])
        for option in SETTINGS
        if option not in _MERGED and options.get(option) is not None
    }
    named = options.get("attribute_statements")
    if named is not None:
        there = current.get("attributeStatements") or []
        members["attributeStatements"] = statements.merge(named, there, bool(options.get("purge_attribute_statements")))
    return {**members, **_endpoint_members(options, current)}


def _endpoint_members(options: Mapping[str, Any], current: Mapping[str, Any]) -> Members:
    """The requestable URLs, and the switch without which Okta drops them: it follows, unless it is named."""
    there = current.get("acsEndpoints") or []
    wanted = entries.endpoints(
        options.get("acs_endpoints"),
        options.get("acs_endpoints_absent"),
        there,
        bool(options.get("purge_acs_endpoints", True)),
    )
    if wanted is None:
        return {}
    follows = options.get("allow_multiple_acs_endpoints") is None and (wanted or there)
    return {"acsEndpoints": wanted, **({"allowMultipleAcsEndpoints": bool(wanted)} if follows else {})}


# -- comparison ---------------------------------------------------------------------------------------------------


def _first(chain: Any) -> str:
    certificates = chain.get("x5c") if isinstance(chain, Mapping) else None
    return str(certificates[0]) if certificates else ""


def _same_switch(wanted: Any, current: Any) -> bool:
    """A structure with ``enabled``: what is off has no other members (recorded)."""
    there = current if isinstance(current, Mapping) else {}
    if not wanted.get("enabled"):
        return not there.get("enabled")
    return all(
        same_certificate(_first(wanted), _first(there)) if key == "x5c" else same_or_both_empty(item, there.get(key))
        for key, item in wanted.items()
    )


def _same_endpoints(wanted: Any, current: Any) -> bool:
    def plain(items: Any) -> list[tuple[Any, Any]]:
        return [(item.get("url"), item.get("index")) for item in items or []]

    return plain(wanted) == plain(current)


COMPARATORS: Mapping[str, Comparator] = {
    "attributeStatements": statements.same_statements,
    "spCertificate": lambda wanted, current: same_certificate(_first(wanted), _first(current)),
    "slo": _same_switch,
    "participateSlo": _same_switch,
    "assertionEncryption": _same_switch,
    "acsEndpoints": _same_endpoints,
    "inlineHooks": same_unordered_by(lambda hook: hook.get("id")),
}


def refuse(wanted: Mapping[str, Any], app: Mapping[str, Any]) -> None:
    """No setting of SAML is fixed at creation."""


def lost_by(wanted: Mapping[str, Any], app: Mapping[str, Any]) -> Sequence[str]:
    """What a change takes away that nobody named. Okta drops requestable URLs when they are switched off (recorded)."""
    there = current_of(app).get("acsEndpoints") or []
    if there and wanted.get("allowMultipleAcsEndpoints") is False and "acsEndpoints" not in wanted:
        return ("the requestable URLs " + ", ".join(str(item.get("url")) for item in there),)
    return ()


def complete(sign_on: Members) -> Members:
    """The six members that have to be there, and hooks by their ids alone."""
    sent = {**sign_on, **{member: sign_on.get(member) or "" for member in SIX[:5]}}
    sent["attributeStatements"] = sign_on.get("attributeStatements") or []
    if sent.get("inlineHooks"):
        sent["inlineHooks"] = [{"id": hook.get("id")} for hook in sent["inlineHooks"]]
    return sent


def new_app(wanted: Members) -> Members:
    """What an app of this kind has from the start. No ``name``: that is what makes it a custom app."""
    acs = wanted.get("ssoAcsUrl")
    sign_on = complete({**DEFAULTS, "recipient": acs, "destination": acs, **wanted})
    return {
        "visibility": {"autoSubmitToolbar": False, "hide": {"iOS": False, "web": False}},
        "settings": {"signOn": sign_on},
    }


def lay(body: Members, wanted: Members) -> None:
    """Put what is wanted over the app as it is, in the body of a PUT."""
    sign_on = dict(current_of(body))
    for member, value in wanted.items():
        switched_off = isinstance(value, Mapping) and value.get("enabled") is False
        sign_on[member] = {"enabled": False} if switched_off else merged(sign_on.get(member), value)
    body.setdefault("settings", {})["signOn"] = complete(sign_on)


def answer(app: Mapping[str, Any]) -> Members:
    """What others need of the app, besides its metadata."""
    endpoints = current_of(app).get("acsEndpoints") or []
    return {
        "signing_key_id": str(app.get("credentials", {}).get("signing", {}).get("kid") or ""),
        "acs_endpoints": [{"url": item.get("url"), "index": item.get("index")} for item in endpoints],
    }


def loss(app: Mapping[str, Any]) -> Sequence[str]:
    """What goes with the app besides itself."""
    return ("its signing keys, its SSO URL and its issuer: a new app of the same label has others",)


# -- what can be seen to be wrong ---------------------------------------------------------------------------------


def faults(options: Mapping[str, Any], current: Mapping[str, Any] | None, making: bool) -> Iterator[str]:
    """Every fault of the settings.

    :param current: ``settings.signOn`` of the app, ``None`` when it is not there
    :param making: whether this task is to make it
    """
    if making:
        for option in _NEEDED:
            if not options.get(option):
                yield f"{option}: is required to make the app"
    for option in _URLS:
        yield from url_faults(option, options.get(option))
    members = {**(DEFAULTS if current is None else current), **wanted_members(options, current or {})}
    if not members.get("responseSigned") and not members.get("assertionSigned"):
        yield "assertion_signed: at least one of response_signed and assertion_signed should be true"
    yield from _endpoint_faults(options, current or {}, members)
    yield from _certificate_faults(options, members)
    for option in ("slo", "participate_slo"):
        needed = {"slo": ("issuer", "logout_url"), "participate_slo": ("binding_type", "logout_request_url")}[option]
        switch = options.get(option) or {}
        before = (current or {}).get(member_name(option)) or {}
        if switch.get("enabled"):
            for name in needed:
                if not switch.get(name) and not before.get(member_name(name)):
                    yield f"{option}.{name}: is required when {option}.enabled is true"
            for name in ("logout_url", "logout_request_url"):
                yield from url_faults(f"{option}.{name}", switch.get(name))
    lifetime = options.get("saml_assertion_lifetime_seconds")
    if lifetime is not None and lifetime <= 0:
        yield f"saml_assertion_lifetime_seconds: is {lifetime}; it should be a positive number of seconds"
    yield from statements.faults(options.get("attribute_statements") or [])


def _endpoint_faults(options: Mapping[str, Any], current: Mapping[str, Any], members: Members) -> Iterator[str]:
    named, absent = options.get("acs_endpoints"), options.get("acs_endpoints_absent")
    if named is None and not absent:
        return
    wanted = members.get("acsEndpoints") or []
    if wanted and not members.get("allowMultipleAcsEndpoints"):
        yield "acs_endpoints: goes only with allow_multiple_acs_endpoints true, or without that option"
    if len(wanted) > ENDPOINTS_LIMIT:
        yield f"acs_endpoints: would have {len(wanted)} entries; it should have at most {ENDPOINTS_LIMIT}"
    for number, item in enumerate(named or []):
        yield from url_faults(f"acs_endpoints[{number}].url", item["url"])
    there, purge = current.get("acsEndpoints") or [], bool(options.get("purge_acs_endpoints", True))
    yield from entries.number_faults("acs_endpoints", named or [], absent, there, purge)
    yield from entries.clashes("acs_endpoints", [item["url"] for item in named or []], absent)


def _certificate_faults(options: Mapping[str, Any], members: Members) -> Iterator[str]:
    encryption = options.get("assertion_encryption") or {}
    for option, text in (
        ("sp_certificate", options.get("sp_certificate")),
        ("assertion_encryption.certificate", encryption.get("certificate")),
    ):
        if not is_empty(text) and not is_placeholder(text):
            try:
                good = certificate_der(text)[:1] == b"\x30"
            except ValueError:
                good = False
            if not good or str(text).count("BEGIN") > 1:
                yield f"{option}: should be one certificate, as PEM or as its base64"
    if not _first(members.get("spCertificate")):
        for option, on in (
            ("slo", (members.get("slo") or {}).get("enabled")),
            ("saml_signed_request_enabled", members.get("samlSignedRequestEnabled")),
        ):
            if on:
                yield f"sp_certificate: is required when {option} is on"
    if encryption.get("enabled") and not _first(members.get("assertionEncryption")):
        yield "assertion_encryption.certificate: is required when assertion_encryption.enabled is true"
