# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests to an Okta org as a browser makes them: cookies, no API token, redirects by hand, never off its host."""

from __future__ import annotations

import random
import time
import typing as t
from typing import Any
from urllib.parse import urljoin, urlsplit

from .. import causes
from ..errors import InputError, LayerError
from .transport import NoAnswerError, Transport

if t.TYPE_CHECKING:
    from requests import Response

REDIRECTS = 10
#: At most so many seconds are waited for Okta's rate limit, once.
RATE_LIMIT_SECONDS = 60
#: Shorter cookie values (flags, languages) are no secrets, and hiding them would blank harmless texts.
SECRET_LENGTH = 8
#: Below these Okta has an org's admin console at ``ORG-admin``. An org's own domain is as it was given.
OKTA_DOMAINS = ("okta.com", "oktapreview.com", "okta-emea.com", "okta-gov.com", "okta.mil")
_LIKE = "It should be the org's URL, like https://example.okta.com."
_LOOPBACK = frozenset({"127.0.0.1", "localhost"})


def org_origin(org_url: str) -> str:
    """``https://host[:port]`` of an org, which is at the same host as its admin console without ``-admin``.

    :raises InputError: no HTTPS URL of a host (plain HTTP is taken on the loopback only)
    """
    try:
        parts = urlsplit(org_url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise InputError([f"okta_org_url: is not a URL. {_LIKE}"]) from None
    if any(not "!" <= character <= "~" for character in org_url):
        raise InputError([f"okta_org_url: holds white space, a control character or a letter beyond ASCII. {_LIKE}"])
    if parts.scheme not in ("http", "https") or not host:
        # It may be the API token, and is not shown.
        text = f"okta_org_url: is not a URL of HTTPS. {_LIKE} If it is the API token, exchange it with okta_api_token"
        raise InputError([f"{text} (OKTA_CLIENT_ORGURL and OKTA_CLIENT_TOKEN in the environment)."])
    if parts.scheme == "http" and not is_loopback(host):
        raise InputError([f"okta_org_url: begins with http://, and should begin with https://. {_LIKE}"])
    if parts.username is not None or parts.query or parts.fragment or parts.path not in ("", "/"):
        raise InputError([f"okta_org_url: https://{host} is followed or preceded by more than a host. {_LIKE}"])
    if is_admin_console(host):
        host = host.replace("-admin.", ".", 1)
    return f"{parts.scheme}://{host}" + (f":{port}" if port else "")


def is_admin_console(host: str) -> bool:
    """Whether a host is that of the admin console of an org at Okta's own domains."""
    return any(host.endswith(f"-admin.{domain}") for domain in OKTA_DOMAINS)


def is_loopback(host: str) -> bool:
    """Whether a host is this machine, where plain HTTP harms nobody."""
    return host in _LOOPBACK


class Browser:
    """One person's browser at one org, with a fresh cookie jar."""

    def __init__(self, origin: str, secrets: set[str]) -> None:
        """:param origin: from :func:`org_origin`
        :param secrets: gets every cookie's value
        :raises DependencyError: requests is absent
        """
        self.origin = origin
        self._secrets = secrets
        self._http = Transport(origin)

    def send(self, layer: str, method: str, path: str, **more: Any) -> Response:
        """One request, redirects not followed.

        :param layer: named in the error
        :param path: below the origin
        :raises LayerError: no answer came
        """
        try:
            answer = self._http.send(method, path, **more)
        except NoAnswerError as error:
            raise causes.error("okta.no_answer", layer=layer, url=f"{self.origin}{path}", kind=error.kind) from None
        self._secrets.update(
            cookie.value for cookie in self._http.cookies if cookie.value and len(cookie.value) >= SECRET_LENGTH
        )
        return answer

    def read(self, layer: str, path: str, method: str = "GET", **more: Any) -> Response:
        """A page or document; when Okta says 429, its clock is waited for once.

        :param method: POST only where a refusal by the rate limit changed nothing at Okta
        """
        answer = self.send(layer, method, path, **more)
        if answer.status_code == 429:
            # Not all at the same moment: hosts of a run are limited together.
            time.sleep(_until_reset(answer) + random.uniform(0, 1))
            answer = self.send(layer, method, path, **more)
        if answer.status_code == 429:
            raise rate_limited(layer)
        return answer

    def visit(self, layer: str, url: str, params: dict[str, str], data: dict[str, str] | None = None) -> Response:
        """A page, by way of at most ten redirects on this host.

        :param url: absolute, on the org's host
        :param data: a form to post; otherwise the page is got
        :raises LayerError: a redirect leads off the host, or there are too many
        """
        method = "GET" if data is None else "POST"
        answer = self.read(layer, self.path(url), method, params=params, data=data, headers={"Accept": "text/html"})
        for _count in range(REDIRECTS):
            if not answer.is_redirect:
                return answer
            target = urljoin(f"{self.origin}{self.path(url)}", answer.headers["Location"])
            if not self.owns(target):
                host = urlsplit(target).netloc or "nowhere"
                raise causes.error("page.off_the_org", layer=layer, host=host)
            url = target
            # The query is given apart, so that no error shows it.
            answer = self.read(layer, self.path(url), params=urlsplit(url).query, headers={"Accept": "text/html"})
        raise causes.error("page.redirects", layer=layer, count=REDIRECTS)

    def owns(self, url: str) -> bool:
        """Whether a URL is on the org's host and port. Requests go to the org's own scheme in any case."""
        return urlsplit(url).netloc == urlsplit(self.origin).netloc

    def path(self, url: str) -> str:
        """The path of a URL of the org."""
        return urlsplit(url).path or "/"

    def cookie(self, *names: str) -> bool:
        """Whether one of these cookies is there."""
        return any(cookie.name in names and cookie.value for cookie in self._http.cookies)

    def close(self) -> None:
        """Forget the cookies and end the connections."""
        self._http.close()


def _until_reset(answer: Response) -> float:
    """Seconds until Okta's limit is lifted: ``X-Rate-Limit-Reset`` is an epoch, by Okta's clock (``Date``)."""
    from email.utils import parsedate_to_datetime

    try:
        now = parsedate_to_datetime(answer.headers["Date"]).timestamp()
        seconds = int(answer.headers["X-Rate-Limit-Reset"]) - now
    except (KeyError, ValueError, TypeError, OverflowError):
        seconds = 1.0
    return min(max(seconds, 0.0) + 0.5, RATE_LIMIT_SECONDS)


def rate_limited(layer: str) -> LayerError:
    return causes.error("okta.rate_limited", layer=layer)
