# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""HTTP to one Okta org, as both sessions need it: the management API's and a signed-in person's.

Proxies and certificates come from the environment, ``.netrc`` does not; nothing is followed by itself. No exception of
requests leaves this file: their texts hold URLs with queries, and a query may hold a session token.
"""

from __future__ import annotations

import logging
import typing as t
from typing import Any

from ..errors import DependencyError

try:
    import requests
    from requests.adapters import HTTPAdapter

    HAS_REQUESTS = True
except ImportError:  # reported by Transport, in one sentence
    HAS_REQUESTS = False

if t.TYPE_CHECKING:
    from requests import PreparedRequest, Response
    from requests.cookies import RequestsCookieJar

USER_AGENT = "ansible-collection-qbusiness.federation"
#: Connections that are kept, for several threads.
CONNECTIONS = 32
#: Seconds to connect, and between two pieces of an answer.
TIMEOUT = (10, 30)


class NoAnswerError(Exception):
    """No answer came. ``kind``: the class of requests' exception, whose text may hold a whole URL and is left out."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Transport:
    """Connections to one origin, with a cookie jar of their own."""

    def __init__(self, origin: str) -> None:
        """:param origin: scheme and host, like ``https://example.okta.com``
        :raises DependencyError: requests is absent
        """
        if not HAS_REQUESTS:
            raise DependencyError("The Python library requests is needed; install requests.")
        # urllib3 writes every path with its query at DEBUG, and Ansible's log takes that up.
        logging.getLogger("urllib3.connectionpool").setLevel(logging.WARNING)
        self.origin = origin
        self._session = requests.Session()
        self._session.headers["User-Agent"] = USER_AGENT
        self._session.auth = _no_authorization
        self._session.mount(f"{origin}/", HTTPAdapter(pool_maxsize=CONNECTIONS))

    def send(self, method: str, path: str, **more: Any) -> Response:
        """One request; redirects are not followed.

        :param path: below the origin
        :param more: as requests takes it (``params``, ``headers``, ``json``, ``data``)
        :raises NoAnswerError: no answer came
        """
        try:
            return self._session.request(method, f"{self.origin}{path}", allow_redirects=False, timeout=TIMEOUT, **more)
        except requests.RequestException as error:
            raise NoAnswerError(type(error).__name__) from None

    @property
    def cookies(self) -> RequestsCookieJar:
        return self._session.cookies

    def close(self) -> None:
        """Forget the cookies and end the connections."""
        self._session.cookies.clear()
        self._session.close()


def _no_authorization(request: PreparedRequest) -> PreparedRequest:
    """In place of ``.netrc``, whose Authorization header would go out in place of ours; Okta answers it with 401."""
    return request
