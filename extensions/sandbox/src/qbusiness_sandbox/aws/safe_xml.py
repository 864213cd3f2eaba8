# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""XML from strangers, parsed without a document type, entities or the network."""

from __future__ import annotations

from lxml import etree

SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
METADATA = "urn:oasis:names:tc:SAML:2.0:metadata"
DS = "http://www.w3.org/2000/09/xmldsig#"
NAMES = {"saml": SAML, "samlp": SAMLP, "md": METADATA, "ds": DS}

Element = etree._Element


class DoctypeError(ValueError):
    """The document declares a type; such a document is never read."""


def parse(data: bytes, *, allow_doctype: bool = False) -> Element:
    """The root of a document.

    Raises :class:`DoctypeError` for a DOCTYPE (``allow_doctype`` lets it pass, for the test that shows why it must
    not) and ``ValueError`` for what is no XML.
    """
    parser = etree.XMLParser(
        resolve_entities=allow_doctype, no_network=True, load_dtd=False, dtd_validation=False, huge_tree=False
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise ValueError("not well-formed XML") from error
    document = root.getroottree().docinfo
    if not allow_doctype and document.internalDTD is not None:
        raise DoctypeError("a document type is not allowed")
    return root


def canonical_bytes(element: Element) -> bytes:
    """The element in exclusive canonical form, without comments and without its own signature."""
    copy = etree.fromstring(
        etree.tostring(element, method="c14n", exclusive=True, with_comments=False),
        etree.XMLParser(resolve_entities=False),
    )
    for signature in copy.findall("ds:Signature", NAMES):
        copy.remove(signature)
    return bytes(etree.tostring(copy, method="c14n", exclusive=True, with_comments=False))


def canonical(element: Element) -> Element:
    """The element alone, parsed again from its canonical form: no comments, so that a text is one node and whole."""
    return etree.fromstring(canonical_bytes(element), etree.XMLParser(resolve_entities=False))


def text(element: Element | None) -> str:
    """The text of an element up to its first child, stripped of nothing."""
    return (element.text or "") if element is not None else ""
