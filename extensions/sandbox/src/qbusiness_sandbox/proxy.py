# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The second way in: real host names. One port is a CONNECT proxy and the TLS end point in one.

A client that is told of the proxy by ``HTTPS_PROXY`` asks for ``host:443``; a name that the cloud emulates gets its
tunnel, and the TLS handshake is done right here with a certificate of the cloud's own authority. Every other name is
refused. A connection that begins with TLS at once (a browser with ``--host-resolver-rules``) is told apart by its first
byte and led by its SNI.
"""

from __future__ import annotations

import json
import socket
import ssl
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler
from typing import Any

from qbusiness_sandbox.cloud import Cloud
from qbusiness_sandbox.names import Names
from qbusiness_sandbox.server import Handler, Server
from qbusiness_sandbox.tls import Authority, HostContext

#: The first byte of a TLS record that carries a handshake (RFC 8446, 5.1).
HANDSHAKE = b"\x16"
#: Seconds that a peer may take for the proxy's request line and for the handshake.
PATIENCE = 60.0


class HostHandler(Handler):
    """A TLS connection to one host name."""

    scheme = "https"
    server: Front
    connection: ssl.SSLSocket

    def setup(self) -> None:
        super().setup()
        context = self.connection.context
        self.host = context.host if isinstance(context, HostContext) else ""

    def room(self) -> str:
        return self.server.names.room(self.host) or ""

    def server_address(self) -> tuple[str, int]:
        return self.host, 443

    def serve(self) -> None:
        asked = self.headers.get("Host", "").lower().removesuffix(":443").rstrip(".")
        if asked != self.host:
            # RFC 9110, 15.5.20: the connection is not the one for this name.
            self.close_connection = True
            self.send_error(421, "Misdirected Request", f"This connection is for {self.host}")
            return
        super().serve()

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = serve  # noqa: N815 - the base's names


class ProxyHandler(BaseHTTPRequestHandler):
    """The proxy's own side of a connection, until the tunnel stands."""

    protocol_version = "HTTP/1.1"
    # Nothing may be read ahead: what follows the head belongs to TLS.
    rbufsize = 0
    timeout = PATIENCE
    server: Front
    tunnel = ""

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def do_CONNECT(self) -> None:
        host, _unused, port = self.path.rpartition(":")
        host = host.lower().rstrip(".")
        self.close_connection = True
        if port != "443" or self.server.names.room(host) is None:
            self._refuse(host or self.path, f" (port {port})" if port != "443" else "")
            return
        self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        self.tunnel = host

    def refuse(self) -> None:
        """Plain HTTP through the proxy, or to it."""
        self.close_connection = True
        scheme, separator, rest = self.path.partition("://")
        if not separator:
            self._answer(400, "Bad Request", "This is the embedded cloud's proxy; it takes CONNECT and TLS only")
            return
        self._refuse(rest.partition("/")[0].rpartition("@")[2].partition(":")[0], f" (plain {scheme[:10]})")

    def _refuse(self, host: str, how: str) -> None:
        names = self.server.names
        self._answer(403, f"Forbidden: the embedded cloud refuses {ascii(host)[1:-1][:100]}", names.refusal(host) + how)

    def _answer(self, status: int, reason: str, message: str) -> None:
        body = json.dumps({"error": message}).encode() + b"\n"
        self.send_response_only(status, reason)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = refuse  # noqa: N815 - the base's names


class Front(Server):
    """The listener for real host names."""

    def __init__(self, cloud: Cloud, names: Names, authority: Authority, port: int = 0) -> None:
        self.names = names
        self.authority = authority
        super().__init__(cloud, "", port, HostHandler)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Runs in the connection's own thread: a peer that connects and says nothing keeps nobody else waiting."""
        plain: socket.socket = request
        plain.settimeout(PATIENCE)
        if plain.recv(1, socket.MSG_PEEK) == HANDSHAKE:
            self._serve(plain, client_address, self._by_sni())
            return
        handler = ProxyHandler(plain, client_address, self)
        if handler.tunnel:
            self._serve(plain, client_address, self.authority.context(handler.tunnel))

    def _by_sni(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.sni_callback = self._choose()
        return context

    def _choose(self) -> Callable[[ssl.SSLObject | ssl.SSLSocket, str | None, ssl.SSLContext], int | None]:
        def choose(connection: ssl.SSLObject | ssl.SSLSocket, name: str | None, _context: ssl.SSLContext) -> int | None:
            if name is None or self.names.room(name) is None:
                return int(ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME)
            connection.context = self.authority.context(name)
            return None

        return choose

    def _serve(self, plain: socket.socket, client_address: Any, context: ssl.SSLContext) -> None:
        try:
            tls = context.wrap_socket(plain, server_side=True)
        except (ssl.SSLError, OSError):
            return  # a peer that does not trust the authority, or left
        try:
            tls.settimeout(None)
            HostHandler(tls, client_address, self)
        finally:
            try:
                tls.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            tls.close()
