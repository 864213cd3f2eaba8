# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The listeners: plain HTTP with keep-alive, one port per room, on the loopback interface.

Built on the standard library's HTTP server: the ready WSGI servers either close every connection (werkzeug's) or hand
out no socket to cut (cheroot's).
"""

from __future__ import annotations

import io
import logging
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote_to_bytes

from werkzeug.wrappers import Request, Response

from qbusiness_sandbox.cloud import Cloud, Cut

LOG = logging.getLogger(__name__)
LOOPBACK = "127.0.0.1"
#: A request body may not be larger than this many bytes.
BODY_LIMIT = 64 * 1024 * 1024


class Handler(BaseHTTPRequestHandler):
    """One connection: reads requests, lets the cloud answer them, and is silent (the cloud has its own log)."""

    protocol_version = "HTTP/1.1"
    # Headers and body leave in two writes; without this the second waits for the peer's delayed ACK.
    disable_nagle_algorithm = True
    scheme = "http"
    server: Server

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The ``Date`` of answers, by the cloud's clock: clients reckon by it when a limit of the cloud resets."""
        return super().date_time_string(self.server.cloud.clock.now() if timestamp is None else timestamp)

    def room(self) -> str:
        """The room that this request is for."""
        return self.server.room

    def server_address(self) -> tuple[str, int]:
        """The name and port that the client believes to talk to, where it does not say so."""
        return LOOPBACK, int(self.server.server_address[1])

    def answer(self, request: Request, connection: str) -> Response:
        """Let the cloud answer. Raises :class:`Cut`."""
        return self.server.cloud.answer(self.room(), request, connection)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            parts: list[bytes] = []
            while size := int(self.rfile.readline().split(b";")[0] or b"0", 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            while self.rfile.readline().strip():
                pass  # trailers
            return b"".join(parts)
        length = int(self.headers.get("Content-Length") or 0)
        if length > BODY_LIMIT:
            raise ValueError("The request body is too large")
        return self.rfile.read(length)

    def _request(self) -> Request:
        path, _unused, query = self.path.partition("?")
        body = self._body()
        name, port = self.server_address()
        environ: dict[str, Any] = {
            "REQUEST_METHOD": self.command,
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            # The raw target: a router of encoded segments needs it.
            "REQUEST_URI": self.path,
            "RAW_URI": self.path,
            "SERVER_NAME": name,
            "SERVER_PORT": str(port),
            "SERVER_PROTOCOL": self.request_version,
            "REMOTE_ADDR": str(self.client_address[0]),
            "REMOTE_PORT": str(self.client_address[1]),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": self.scheme,
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        for name, value in self.headers.items():
            key = name.upper().replace("-", "_")
            if key in ("CONTENT_TYPE",):
                environ[key] = value
            elif key not in ("CONTENT_LENGTH", "TRANSFER_ENCODING"):
                key = f"HTTP_{key}"
                environ[key] = f"{environ[key]},{value}" if key in environ else value
        return Request(environ)

    def serve(self) -> None:
        """Answer one request."""
        try:
            request = self._request()
        except ValueError:
            self.close_connection = True
            self.send_error(400)
            return
        connection = f"{self.client_address[0]}:{self.client_address[1]}"
        try:
            response = self.answer(request, connection)
        except Cut:
            self.close_connection = True
            # Shut both ways down, so that the client sees the end and not a reset timing out.
            try:
                self.connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                pass
            return
        except Exception:
            # A fault of the embedded cloud itself: say so here, and answer as a server in trouble does.
            LOG.exception("%s %s failed inside the embedded cloud", request.method, request.path)
            response = Response("The embedded cloud failed; its own log says why\n", 500, content_type="text/plain")
        self._send(response)

    def _send(self, response: Response) -> None:
        body = response.get_data()
        self.send_response(response.status_code)
        for name, value in response.headers:
            if name.lower() not in ("content-length", "connection", "transfer-encoding", "server", "date"):
                self.send_header(name, value)
        if response.status_code != 204:
            length = response.headers.get("Content-Length") if self.command == "HEAD" else None
            self.send_header("Content-Length", length or str(len(body)))
        self.end_headers()
        if self.command != "HEAD" and response.status_code != 204:
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = serve  # noqa: N815 - the base's names


class Server(ThreadingHTTPServer):
    """One listening socket, a thread per connection."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self, cloud: Cloud, room: str, port: int = 0, handler: type[Handler] = Handler) -> None:
        self.cloud = cloud
        self.room = room
        super().__init__((LOOPBACK, port), handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of ours; anything else is shown by the default."""
        import sys

        if not isinstance(sys.exc_info()[1], (ConnectionError, TimeoutError)):
            super().handle_error(request, client_address)


class Listener:
    """A server with its thread."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def port(self) -> int:
        return int(self.server.server_address[1])

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        if self._thread.ident is not None:  # else nothing serves, and shutdown() would wait for it forever
            self.server.shutdown()
        self.server.server_close()
