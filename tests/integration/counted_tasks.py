# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tasks of ``qbusiness_datasource``, each in a fork, as Ansible has workers: a program to be run by callgrind.

Its argument is JSON: the options that all tasks have in common. It writes ``ready`` when everything is there that a
worker inherits; then each line of standard input is a list of items, as JSON, and each line of its output the id of the
worker's process and whether its task changed something.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from typing import Any

from ansible_collections.qbusiness.federation.plugins.module_utils import boto_clients
from ansible_collections.qbusiness.federation.plugins.module_utils.aws import Aws
from ansible_collections.qbusiness.federation.plugins.module_utils.host import CONNECTION, Context, outcome
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness import many
from ansible_collections.qbusiness.federation.plugins.modules import qbusiness_datasource


def task(options: dict[str, Any], items: list[dict[str, Any]]) -> str:
    """One task, with clients and connections of its own: whether it changed something, or what went wrong."""
    parameters = {**options, "data_sources": items}
    aws = Aws({key: value for key, value in parameters.items() if key in CONNECTION})
    answer = outcome(qbusiness_datasource.function, Context(parameters, check_mode=False, aws=aws))
    return str(answer.get("msg") or answer["changed"])


def main(options: dict[str, Any]) -> None:
    # No threads: which of them waits for which is a matter of time, and of no two runs the same.
    vars(many)["in_threads"] = lambda work: [act() for act in work]
    boto_clients.warm()
    gc.collect()
    gc.freeze()
    print("ready", flush=True)
    for line in sys.stdin:
        worker = os.fork()
        if not worker:
            said = task(options, json.loads(line))
            os.write(1, f"{os.getpid()} {said}".encode())
            os._exit(0)
        os.waitpid(worker, 0)  # callgrind has written by then
        print(flush=True)


if __name__ == "__main__":
    main(json.loads(sys.argv[1]))
