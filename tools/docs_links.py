# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Links of a built site that lead nowhere: files that are not there, anchors that no element has."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html


def broken(site: Path) -> list[str]:
    """A sentence for each internal link, image, style or script that is not there."""
    found: set[str] = set()
    trees = {path: html.parse(str(path)) for path in site.rglob("*.html")}
    anchors = {path: {*tree.xpath("//@id"), *tree.xpath("//a/@name")} for path, tree in trees.items()}
    for path, tree in trees.items():
        for link in [*tree.xpath("//@href"), *tree.xpath("//@src")]:
            parts = urlsplit(str(link))
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            anchor = unquote(parts.fragment)
            if not target.exists():
                found.add(f"{path.relative_to(site)}: nothing at {link}")
            elif anchor and target in anchors and anchor not in anchors[target]:
                found.add(f"{path.relative_to(site)}: no #{anchor} at {link}")
    return sorted(found)
