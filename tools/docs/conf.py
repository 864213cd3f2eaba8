# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sphinx's configuration of the documentation site; ``tools/docs.py`` runs it."""

from __future__ import annotations

import os
from typing import Any

from sphinx.application import Sphinx

project = "qbusiness.federation"
author = "the qbusiness.federation contributors"
project_copyright = author
version = release = os.environ.get("QBUSINESS_VERSION", "")
title = html_title = html_short_title = project

extensions = ["myst_parser", "sphinx_antsibull_ext"]
# links to pages of Ansible itself would need its inventory from the network: they stay texts
intersphinx_mapping: dict[str, tuple[str, None]] = {}
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence"]
highlight_language = "YAML+Jinja"
exclude_patterns: list[str] = []
# the reference writes dates and versions as they are
smartquotes = False

html_theme = "sphinx_ansible_theme"
html_static_path = ["style.css"]
html_css_files = ["style.css"]
html_show_sphinx = False
html_show_sourcelink = False
html_copy_source = False
html_use_modindex = False
html_theme_options = {
    "documentation_home_url": "#",
    "topbar_links": {},
    "vcs_pageview_mode": "",
    "navigation_depth": 2,
    "titles_only": True,
}
html_context = {"display_github": False, "theme_edit_uri": ""}


def setup(app: Sphinx) -> None:
    app.connect("html-page-context", with_levels, priority=900)


def with_levels(_app: Sphinx, _page: str, _template: str, context: dict[str, Any], _doctree: object) -> None:
    """Sphinx calls the captions of the navigation headings without saying of which level, which WAI-ARIA asks for."""

    def levelled(text: str) -> str:
        return text.replace('role="heading"', 'role="heading" aria-level="2"')

    toctree = context.get("toctree")
    if toctree:
        context["toctree"] = lambda **options: levelled(toctree(**options))
    context["body"] = levelled(context.get("body") or "")
