# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""moto behind the front: its dispatcher app, called in-process, with a state of its own for each cloud.

moto keeps its state in module globals, keyed by account. Two clouds in one process (tests do that) must not see each
other's, so every call installs the state of the cloud that is calling.
"""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request, Response

from qbusiness_sandbox.cloud import Cloud

for _name in ("moto", "werkzeug", "flask", "flask_cors"):
    logging.getLogger(_name).setLevel(logging.CRITICAL)

_LOCK = threading.RLock()
_SERVICES = ("iam", "sts", "s3", "secretsmanager", "kms")


def _backends() -> dict[str, Any]:
    from moto.backends import get_backend

    return {service: get_backend(service) for service in _SERVICES}  # type: ignore[call-overload]  # a str, not a literal


class Moto:
    """moto's state of one cloud, and calls into moto."""

    _owner: Moto | None = None
    _app: Any = None

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud
        self._state: dict[str, Any] = {}

    @contextmanager
    def entered(self) -> Iterator[dict[str, Any]]:
        """Make this cloud's state the current one; gives the backends by service (``iam``, ``s3`` …)."""
        account = self._cloud.account_id
        with _LOCK:
            backends = _backends()
            if Moto._owner is not self:
                if Moto._owner is not None:
                    Moto._owner.keep_state(backends)
                for service, backend in backends.items():
                    backend.pop(account, None)
                    if service in self._state:
                        dict.__setitem__(backend, account, self._state[service])
                # S3 keeps the names of all accounts' buckets beside the backends.
                backends["s3"].bucket_accounts.clear()
                backends["s3"].bucket_accounts.update(self._state.get("bucket_accounts", {}))
                Moto._owner = self
            region = self._cloud.region
            yield {
                service: backend[account]["aws" if service in ("iam", "sts", "s3") else region]
                for service, backend in backends.items()
            }

    def keep_state(self, backends: dict[str, Any]) -> None:
        """Remember moto's present state as this cloud's, before another's is installed."""
        account = self._cloud.account_id
        self._state = {service: backend[account] for service, backend in backends.items() if account in list(backend)}
        self._state["bucket_accounts"] = dict(backends["s3"].bucket_accounts)

    def reset(self) -> None:
        """Forget everything."""
        with self.entered() as backends:
            for bucket in backends["s3"].buckets.values():
                for key in bucket.keys.values():
                    key.dispose()  # closes its temporary file
            self._state = {}
            # The next call installs the empty state.
            Moto._owner = None

    def call(self, request: Request, service: str, region: str, body: bytes | None = None) -> Response:
        """Let moto carry a request out that the front has accepted. ``body`` replaces the request's own.

        moto finds the service in a SigV4 scope and the account in a header; it gets both from here and never sees the
        caller's signature.
        """
        data = request.get_data(cache=True) if body is None else body
        environ = {
            key: value
            for key, value in request.environ.items()
            if not key.startswith("werkzeug.") and key not in ("HTTP_X_AMZ_SECURITY_TOKEN",)
        }
        environ["HTTP_AUTHORIZATION"] = (
            f"AWS4-HMAC-SHA256 Credential=sandbox/20200101/{region}/{service}/aws4_request, "
            "SignedHeaders=host, Signature=0"
        )
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = self._cloud.account_id
        environ["wsgi.input"] = io.BytesIO(data)
        environ["CONTENT_LENGTH"] = str(len(data))
        with self.entered():
            if Moto._app is None:
                from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

                Moto._app = DomainDispatcherApplication(create_backend_app)
            chunks, status, headers = run_wsgi_app(Moto._app, environ, buffered=True)
            response = Response(b"".join(chunks), status)
            # Set afterwards: the length that moto names for a HEAD is not that of the (empty) body.
            response.headers = headers
            return response
