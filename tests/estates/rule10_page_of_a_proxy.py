#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 10: a proxy's page in place of a list is an error that names the proxy, and makes no second application."""

from __future__ import annotations

import os

from consoles import Consoles, application_host, identity_host, publish
from qbusiness_sandbox.control_client import Control

consoles = Consoles()
identity = consoles.saml()
live = consoles.application(identity, sources=consoles.policies())
page = {"body": "<html>Sign in to the network</html>", "content_type": "text/html"}
Control(os.environ["QBUSINESS_SANDBOX_CONTROL"]).fault(
    "answer", service="qbusiness", operation="ListApplications", status=200, options=page, count=-1
)
publish(
    {"corp": identity_host(identity)},
    {"assistant": application_host(live)},
    fails=True,
    message=["proxy"],
    unchanged=True,
)
