# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Ways to wrap a signature, and other tricks on the XML of a signed response.

The numbers of the wrappings are those of "On Breaking SAML: Be Whoever You Want to Be" (USENIX Security 2012) and of
the tools that follow it. In each, the signed original stays in the document and still verifies; what a careless reader
takes is the attacker's.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from typing import Any

from lxml import etree
from saml_maker import DS, NAMES, SAML, SAMLP

VICTIM = "boss@example.com"


def _evil(assertion: Any) -> Any:
    """A copy that speaks for the victim, under another ID and without a signature."""
    evil = copy.deepcopy(assertion)
    evil.set("ID", "id-evil")
    for signature in evil.findall("ds:Signature", NAMES):
        evil.remove(signature)
    for node in evil.iter(f"{{{SAML}}}NameID", f"{{{SAML}}}AttributeValue"):
        if "@example.com" in (node.text or ""):
            node.text = VICTIM
    return evil


def _take_signature(element: Any) -> Any:
    signature = element.find("ds:Signature", NAMES)
    element.remove(signature)
    return signature


def _object(signature: Any, content: Any) -> None:
    etree.SubElement(signature, f"{{{DS}}}Object").append(content)


def _wrap_response(xml: bytes, place: Callable[[Any, Any, Any], None]) -> bytes:
    """``place(evil response, signature, original)`` for a response that is signed as a whole."""
    original: Any = etree.fromstring(xml)
    signature = _take_signature(original)
    evil = copy.deepcopy(original)
    evil.set("ID", "id-evil-response")
    assertion = evil.find("saml:Assertion", NAMES)
    evil.replace(assertion, _evil(assertion))
    place(evil, signature, original)
    return bytes(etree.tostring(evil))


def _wrap_assertion(xml: bytes, place: Callable[[Any, Any, Any], None]) -> bytes:
    """``place(response, original assertion, evil assertion)`` for a response whose assertion is signed."""
    root: Any = etree.fromstring(xml)
    original = root.find("saml:Assertion", NAMES)
    place(root, original, _evil(original))
    return bytes(etree.tostring(root))


def xsw1(xml: bytes) -> bytes:
    """The original response lies inside the signature of the evil one."""

    def place(evil: Any, signature: Any, original: Any) -> None:
        evil.insert(1, signature)
        _object(signature, original)

    return _wrap_response(xml, place)


def xsw2(xml: bytes) -> bytes:
    """The signature is detached: the original response lies beside it in the evil one."""

    def place(evil: Any, signature: Any, original: Any) -> None:
        evil.insert(1, signature)
        evil.append(original)

    return _wrap_response(xml, place)


def xsw3(xml: bytes) -> bytes:
    """An evil assertion before the signed one."""

    def place(_root: Any, original: Any, evil: Any) -> None:
        original.addprevious(evil)

    return _wrap_assertion(xml, place)


def xsw4(xml: bytes) -> bytes:
    """The signed assertion is a child of the evil one."""

    def place(root: Any, original: Any, evil: Any) -> None:
        root.replace(original, evil)
        evil.append(original)

    return _wrap_assertion(xml, place)


def xsw5(xml: bytes) -> bytes:
    """The evil assertion carries the signature; the original, without it, comes last."""

    def place(root: Any, original: Any, evil: Any) -> None:
        signature = _take_signature(original)
        evil.insert(1, signature)
        original.addprevious(evil)

    return _wrap_assertion(xml, place)


def xsw6(xml: bytes) -> bytes:
    """The evil assertion carries the signature, and that the original."""

    def place(root: Any, original: Any, evil: Any) -> None:
        signature = _take_signature(original)
        evil.insert(1, signature)
        root.replace(original, evil)
        _object(signature, original)

    return _wrap_assertion(xml, place)


def xsw7(xml: bytes) -> bytes:
    """The evil assertion hides in ``Extensions``, before the signed one."""

    def place(root: Any, _original: Any, evil: Any) -> None:
        extensions = etree.Element(f"{{{SAMLP}}}Extensions")
        extensions.append(evil)
        root.insert(1, extensions)

    return _wrap_assertion(xml, place)


def comment(xml: bytes) -> bytes:
    """A comment after the victim's name, in an assertion that is signed for a longer one."""
    return xml.replace(f"{VICTIM}.evil".encode(), f"{VICTIM}<!-- -->.evil".encode())


def doctype(xml: bytes) -> bytes:
    """A document type that does nothing yet."""
    return b"<!DOCTYPE r [<!ELEMENT r ANY>]>" + xml


def entity(xml: bytes) -> bytes:
    """A text of the signed assertion, brought in by an entity."""
    return b'<!DOCTYPE r [<!ENTITY who "ann">]>' + xml.replace(b">ann@", b">&who;@")


def replace_text(old: str, new: str) -> Callable[[bytes], bytes]:
    def change(xml: bytes) -> bytes:
        changed = xml.replace(old.encode(), new.encode())
        assert changed != xml
        return changed

    return change


def strip_signature(xml: bytes) -> bytes:
    root: Any = etree.fromstring(xml)
    _take_signature(root.find("saml:Assertion", NAMES))
    return bytes(etree.tostring(root))


def flip_signature(xml: bytes) -> bytes:
    """Another SignatureValue of the same length."""

    def flip(found: re.Match[bytes]) -> bytes:
        first = b"B" if found.group(2)[:1] == b"A" else b"A"
        return found.group(1) + first + found.group(2)[1:]

    return re.sub(rb"(<ds:SignatureValue>\s*)(\S+)", flip, xml, count=1)
