# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lead an unchanged playbook to the embedded cloud. For tests."""

from __future__ import annotations

DOCUMENTATION = r"""
name: sandbox
type: notification
short_description: Lead an unchanged playbook to the embedded cloud, for tests
version_added: 1.0.0
author: the qbusiness.federation contributors (@qbusiness-federation)
description:
  - For tests only. Puts the environment of the embedded cloud, which the role P(qbusiness.federation.sandbox#role)
    starts, into that of the run when a playbook begins. Modules and lookups then reach this cloud instead of AWS and
    Okta, under their real names.
  - So the playbook under test needs no C(environment), no endpoint and no word about tests.
  - While no cloud runs, every request ends at once with an error. A test never reaches a real account because its cloud
    did not start.
options:
  export:
    description:
      - The file that the embedded cloud wrote as JSON.
      - A relative path counts from the working folder.
      - While none is named, every request ends with an error too.
    type: path
    env:
      - name: QBUSINESS_SANDBOX_EXPORT
    ini:
      - section: callback_sandbox
        key: export
requirements:
  - enabled in C(callbacks_enabled), which molecule does in C(ansible.cfg) of C(molecule.yml)
"""

import json
import os
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.callback import CallbackBase

#: A port of the loopback interface at which nothing answers (RFC 863's "discard", which no system serves today).
NOWHERE = "http://127.0.0.1:9"
#: What leads clients elsewhere, or brings other credentials: AWS's, Okta's, and the proxy exceptions.
FOREIGN = ("AWS_", "OKTA_")
#: Tests' own: what signs in the person that the test made.
KEPT = ("OKTA_TEST_",)
LOOPBACK = "127.0.0.1,localhost"


def nowhere() -> dict[str, str]:
    """An environment in which no request leaves the machine."""
    found = {"AWS_EC2_METADATA_DISABLED": "true"}
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        found[name] = found[name.upper()] = NOWHERE
    found["no_proxy"] = found["NO_PROXY"] = LOOPBACK
    return found


def environment(export: str) -> dict[str, str]:
    """What the file says, or :func:`nowhere`."""
    file = Path(export)
    if not export or not file.exists():
        return nowhere()
    content = json.loads(file.read_text(encoding="utf-8"))
    if not isinstance(content, dict) or "HTTPS_PROXY" not in content:
        raise ValueError("it is not what the embedded cloud writes with --format json")
    return {str(name): str(value) for name, value in content.items()}


def lead(export: str) -> None:
    """Make it this process's environment; its workers and modules inherit it.

    :raises OSError: the file cannot be read; the environment then leads nowhere
    :raises ValueError: it is not the embedded cloud's; the environment then leads nowhere
    """
    for name in list(os.environ):
        if name.startswith(FOREIGN) and not name.startswith(KEPT):
            del os.environ[name]
    os.environ.update(nowhere())
    found = environment(export)
    for name in ("all_proxy", "ALL_PROXY"):
        if name not in found:
            del os.environ[name]
    os.environ.update(found)


class CallbackModule(CallbackBase):
    """Does it when a playbook starts."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "notification"
    CALLBACK_NAME = "qbusiness.federation.sandbox"
    CALLBACK_NEEDS_ENABLED = True

    def v2_playbook_on_start(self, playbook: Any) -> None:
        """Before the first task."""
        export = str(self.get_option("export") or "")
        try:
            lead(export)
        except (OSError, ValueError) as error:
            raise AnsibleError(f"{export}: {error}. Nothing can be reached in this run.") from error
