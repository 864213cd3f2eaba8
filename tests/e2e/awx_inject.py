# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Inject credentials with AWX's own code. Run by a Python that has awx-plugins-core; JSON in, JSON out.

In: a list of ``{"type": a credential type's definition or null for the built-in one of AWS, "inputs": {...}}``.
Out: the environment of the job, and the one that AWX keeps and shows.
"""

from __future__ import annotations

import json
import sys
import tempfile
from typing import Any

from awx_plugins.credentials.plugins import aws
from awx_plugins.interfaces._temporary_private_api import ManagedCredentialType
from awx_plugins.interfaces._temporary_private_credential_api import Credential
from awx_plugins.interfaces._temporary_private_inject_api import inject_credential


def main() -> None:
    environment: dict[str, Any] = {}
    shown: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="qb") as folder:
        for item in json.load(sys.stdin):
            kind = item["type"]
            made = aws
            if kind is not None:
                made = ManagedCredentialType(
                    namespace="custom",
                    name=kind["name"],
                    kind=kind["kind"],
                    inputs=kind["inputs"],
                    injectors=kind["injectors"],
                )
            inject_credential(made, Credential(item["inputs"]), environment, shown, [], folder)
    json.dump({"environment": environment, "shown": shown}, sys.stdout)


main()
