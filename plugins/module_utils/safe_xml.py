# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""XML from the network, read without a document type and so without entities, by the standard library."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat


class UnsafeXmlError(ValueError):
    """The text is no well-formed XML, or has a document type. The text itself is not in the message."""


def _name(name: str) -> str:
    """Expat's ``namespace}local`` as ElementTree writes it."""
    return f"{{{name}" if "}" in name else name


def parse(data: bytes) -> Element:
    """The root element, names as ElementTree writes them (``{namespace}local``).

    Comments and processing instructions are dropped; the text around them stays one text.

    :raises UnsafeXmlError: malformed, or a ``<!DOCTYPE`` is there
    """
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    parser.buffer_text = True

    def refuse(*_arguments: Any) -> None:
        raise UnsafeXmlError("it has a document type, which is not accepted")

    def start(name: str, attributes: Mapping[str, str]) -> None:
        builder.start(_name(name), {_name(key): value for key, value in attributes.items()})

    def end(name: str) -> None:
        builder.end(_name(name))

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise UnsafeXmlError(f"it is no well-formed XML (line {error.lineno})") from None
    return builder.close()
