# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWX's own code from PyPI, in environments of its own: its injectors, and its modules for Ansible."""

from __future__ import annotations

from pathlib import Path

import witnesses

#: What AWX has split out of itself. Alpha, with private names: exact versions only.
INJECTORS = ("awx-plugins-core==0.2.0a0", "awx-plugins-interfaces==0.0.1a5", "jinja2", "pyyaml")
#: The last bundle that holds awx.awx (24.6.1).
BUNDLE = ("ansible==13.8.0",)


def injectors() -> Path:
    """A Python that has AWX's injectors."""
    return witnesses.environment("awx-injectors", *INJECTORS) / "bin" / "python"


def collections(folder: Path, *names: str) -> Path:
    """Fill ``folder`` with awx.awx, also under other names, and answer it as a path of collections."""
    (there,) = (witnesses.environment("awx-modules", *BUNDLE) / "lib").glob(
        "python3*/site-packages/ansible_collections/awx/awx"
    )
    for name in ("awx.awx", *names):
        namespace, _dot, collection = name.partition(".")
        place = folder / "ansible_collections" / namespace / collection
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(there)
    return folder
