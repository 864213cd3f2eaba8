# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Forks that ask an Okta org, as Ansible's workers do: a program for tests, which writes as JSON what each was told.

Its argument is JSON: ``workers``, ``requests`` of each, ``app_id``, and ``options``, a module's for the org.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
from typing import Any

from ansible_collections.qbusiness.federation.plugins.module_utils.errors import FederationError
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.session import connect


def work(task: dict[str, Any]) -> list[str]:
    """One worker: what it was told, and what went wrong."""
    told: list[str] = []
    session = connect(task["options"])
    session.tell = told.append
    try:
        for _number in range(task["requests"]):
            session.items("apps", task["app_id"], "groups")
    except FederationError as error:
        told.append(f"failed: {error.message}")
    return told


if __name__ == "__main__":
    given = json.loads(sys.argv[1])
    with multiprocessing.get_context("fork").Pool(given["workers"]) as pool:
        print(json.dumps(pool.map(work, [given] * given["workers"], 1)))
