# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The listeners: plain HTTP, one port per room, on the loopback interface."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Request, Response

from qbusiness_sandbox.cloud import Cloud, Cut, drop

LOOPBACK = "127.0.0.1"
WSGIApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Handler(WSGIRequestHandler):
    """Keep-alive, and silent: the cloud has its own log."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: Any) -> None:
        """Say nothing."""


def application(cloud: Cloud, room: str) -> WSGIApplication:
    """The WSGI application of one room."""

    def run(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        connection = f"{environ.get('REMOTE_ADDR')}:{environ.get('REMOTE_PORT')}"
        try:
            # Read the body before anything else: an unread one would be taken for the next request.
            request.get_data(cache=True)
            response = cloud.answer(room, request, connection)
        except Cut:
            drop(request)
            response = Response(status=500)
        return response(environ, start_response)

    return run


class Listener:
    """One plain HTTP port for one room."""

    def __init__(self, cloud: Cloud, room: str, port: int = 0) -> None:
        self._server = ThreadedWSGIServer(LOOPBACK, port, application(cloud, room), handler=Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self._server.server_port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
