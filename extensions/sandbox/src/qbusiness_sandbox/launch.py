# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A whole cloud with every listener: plain ports, real host names, control endpoint; and the environment that leads
clients to it."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from qbusiness_sandbox.build import build
from qbusiness_sandbox.cloud import ACCOUNT_ID, REGION, Cloud
from qbusiness_sandbox.control import ControlServer
from qbusiness_sandbox.names import OKTA_HOST, Names
from qbusiness_sandbox.proxy import Front
from qbusiness_sandbox.server import LOOPBACK, Listener, Server
from qbusiness_sandbox.tls import Authority


class LaunchError(Exception):
    """The cloud cannot be started; the text says why in one line."""


@dataclass(frozen=True)
class Options:
    """What may be chosen. A port of 0 is a free one."""

    okta_host: str = OKTA_HOST
    region: str = REGION
    account_id: str = ACCOUNT_ID
    proxy_port: int = 0
    aws_port: int = 0
    okta_port: int = 0
    control_port: int = 0


class Sandbox:
    """Everything is bound when it is made, served from :meth:`start`, gone after :meth:`stop`.

    Raises :class:`LaunchError` when a port is taken.
    """

    def __init__(self, options: Options | None = None, make: Callable[[str, str], Cloud] = build) -> None:
        self.options = options or Options()
        self.cloud = make(self.options.account_id, self.options.region)
        self.names = Names(self.options.region, self.options.okta_host)
        self.folder = Path(tempfile.mkdtemp(prefix="qbusiness-sandbox-"))  # mode 0700
        self._listeners: list[Listener] = []
        try:
            self.authority = Authority(self.folder)
            self.ca_file = self.folder / "ca.pem"
            self.ca_file.write_bytes(self.authority.pem)
            self.cloud.okta_host = self.names.okta_host
            self.cloud.ca_thumbprint = self.authority.thumbprint
            self.proxy = self._bind("proxy", self.options.proxy_port, self._front)
            self.aws = self._bind("AWS", self.options.aws_port, lambda port: Server(self.cloud, "aws", port))
            self.okta = self._bind("Okta", self.options.okta_port, lambda port: Server(self.cloud, "okta", port))
            self.control = self._bind("control", self.options.control_port, self._control)
        except BaseException:
            self.stop()
            raise

    def _front(self, port: int) -> Server:
        return Front(self.cloud, self.names, self.authority, port)

    def _control(self, port: int) -> Server:
        return ControlServer(self.cloud, port)

    def _bind(self, name: str, port: int, make: Callable[[int], Server]) -> Listener:
        try:
            listener = Listener(make(port))
        except (OSError, OverflowError) as error:
            reason = getattr(error, "strerror", None) or str(error)
            raise LaunchError(f"the {name} port {port} on {LOOPBACK} cannot be used: {reason}") from error
        self._listeners.append(listener)
        return listener

    def start(self) -> None:
        for listener in self._listeners:
            listener.start()

    def stop(self) -> None:
        """Close every listener and remove the folder; may be called twice."""
        for listener in self._listeners:
            listener.stop()
        self._listeners.clear()
        shutil.rmtree(self.folder, ignore_errors=True)

    def environment(self) -> dict[str, str]:
        """The variables by which clients find the cloud and trust it."""
        administrator = self.cloud.administrator
        region = self.options.region
        organization = f"https://{self.names.okta_host}"
        ca, proxy, local = str(self.ca_file), self.proxy.url, f"{LOOPBACK},localhost"
        return {
            "AWS_ACCESS_KEY_ID": administrator.access_key_id,
            "AWS_SECRET_ACCESS_KEY": administrator.secret_access_key,
            "AWS_REGION": region,
            "AWS_DEFAULT_REGION": region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "AWS_CA_BUNDLE": ca,
            "REQUESTS_CA_BUNDLE": ca,
            "CURL_CA_BUNDLE": ca,
            "SSL_CERT_FILE": ca,
            "HTTPS_PROXY": proxy,
            "https_proxy": proxy,
            "HTTP_PROXY": proxy,
            "http_proxy": proxy,
            "NO_PROXY": local,
            "no_proxy": local,
            # The names that Okta's own SDKs read, and shorter ones.
            "OKTA_CLIENT_ORGURL": organization,
            "OKTA_CLIENT_TOKEN": administrator.okta_api_token,
            "OKTA_ORG_URL": organization,
            "OKTA_API_TOKEN": administrator.okta_api_token,
            "QBUSINESS_SANDBOX_CONTROL": self.control.url,
            "QBUSINESS_SANDBOX_PROXY": proxy,
            "QBUSINESS_SANDBOX_AWS_URL": self.aws.url,
            "QBUSINESS_SANDBOX_OKTA_URL": self.okta.url,
            "QBUSINESS_SANDBOX_CA": ca,
            "QBUSINESS_SANDBOX_CA_SPKI": self.authority.spki,
            "QBUSINESS_SANDBOX_PID": str(os.getpid()),
        }
