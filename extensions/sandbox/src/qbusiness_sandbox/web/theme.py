# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The theme of a web experience: logo, icon, font and style sheet, read from S3 as the service reads them.

Rules: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/customizing-web-experience-themes.html; the variables:
https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/theme-reference.html (both as of September 2026).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from qbusiness_sandbox.cloud import Cloud
from qbusiness_sandbox.web.directory import Experience

#: A logo may have one megabyte.
LOGO_LIMIT = 1024 * 1024
_TYPES = {
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".ttf": "font/ttf",
    ".otf": "font/otf",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".css": "text/css; charset=utf-8",
}
_COLOURS = [
    "black",
    "white",
    "foreground",
    "primary",
    "primary-foreground",
    "secondary",
    "secondary-foreground",
    "card",
    "card-foreground",
    "popover",
    "popover-foreground",
    "tooltip",
    "tooltip-foreground",
    "muted",
    "muted-foreground",
    "accent",
    "accent-foreground",
    "info",
    "info-foreground",
    "success",
    "success-foreground",
    "warning",
    "warning-foreground",
    "error",
    "error-foreground",
    "destructive",
    "destructive-foreground",
    "border",
    "input",
    "ring",
    "radius",
    "background",
]
_OWN = [
    "title-color",
    "font-typeface",
    "chat-user-background-color",
    "chat-user-text-color",
    "chat-agent-background-color",
    "chat-agent-text-color",
    "chat-logo-visibility",
]
#: The variables that a style sheet may set; everything else in it is left out.
VARIABLES = frozenset([f"--{name}" for name in _COLOURS] + [f"--qbusiness-webexperience-{name}" for name in _OWN])
_VARIABLE = re.compile(r"(--[a-z-]+)\s*:\s*([^;{}]+)")
#: Values that could load something or leave the declaration.
_UNSAFE = re.compile(r"[<>\\@]|url\s*\(|/\*|expression\s*\(", re.IGNORECASE)


@dataclass(frozen=True)
class Artefact:
    """One file of a theme."""

    data: bytes
    content_type: str


@dataclass(frozen=True)
class Theme:
    """What could be read; None for what is not set or not readable."""

    logo: Artefact | None = None
    favicon: Artefact | None = None
    font: Artefact | None = None
    style: Artefact | None = None


def load(cloud: Cloud, experience: Experience) -> Theme:
    """The theme as the service sees it now."""
    chosen = experience.customization
    logo = _read(cloud, experience, chosen.get("logoUrl"))
    css = _read(cloud, experience, chosen.get("customCSSUrl"))
    font = _read(cloud, experience, chosen.get("fontUrl"))
    text = style_sheet(css.data.decode("utf-8", "replace") if css else "", font is not None)
    return Theme(
        logo=logo if logo and len(logo.data) <= LOGO_LIMIT else None,
        favicon=_read(cloud, experience, chosen.get("faviconUrl")),
        font=font,
        style=Artefact(text.encode(), _TYPES[".css"]) if text else None,
    )


def style_sheet(css: str, font: bool) -> str:
    """The root variables that the web experience honours, and nothing else of a style sheet."""
    lines = [
        f"  {name}: {value.strip()};"
        for name, value in _VARIABLE.findall(css)
        if name in VARIABLES and not _UNSAFE.search(value)
    ]
    text = ":root {\n" + "\n".join(lines) + "\n}\n" if lines else ""
    if font:
        text += '@font-face { font-family: "theme"; src: url("/theme/font"); }\n'
        text += 'body { font-family: "theme", sans-serif; }\n'
    return text


def address(url: str, region: str) -> tuple[str, str] | None:
    """Bucket and key of an S3 URL of this cloud; None for any other URL: nothing else can be reached."""
    parts = urlsplit(url)
    host, key = parts.hostname or "", unquote(parts.path.lstrip("/"))
    for suffix in (f"s3.{region}.amazonaws.com", f"s3-{region}.amazonaws.com", "s3.amazonaws.com"):
        if host == suffix:
            bucket, _unused, rest = key.partition("/")
            return (bucket, rest) if rest else None
        if host.endswith("." + suffix):
            return host.removesuffix("." + suffix), key
    return None


def _read(cloud: Cloud, experience: Experience, url: str | None) -> Artefact | None:
    found = address(url or "", cloud.region)
    reader = getattr(getattr(cloud.rooms.get("aws"), "hooks", None), "theme_file", None)
    if found is None or reader is None:
        return None
    kind = _TYPES.get("." + found[1].rpartition(".")[2].lower())
    data = reader(*found, experience.arn, experience.host)
    return Artefact(data, kind) if data is not None and kind is not None else None
