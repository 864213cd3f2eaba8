# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be seen to be wrong with an address before it is sent. Placeholders of check mode are no fault."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from ..placeholder import is_placeholder

#: Source: the Apps API, ``acsEndpoints`` and the URLs of ``oauthClient``.
URL_LIMIT = 1024
_HTTP_URL = re.compile(r"https?://[^\s/?#]+[^\s]*")
#: Native apps take their own schemes too (recorded: ``myapp://callback``; RFC 8252 section 7.1).
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s]+")


def url_faults(option: str, url: Any, like: str = "https://example.com/saml") -> Iterator[str]:
    """A URL of http or https. An address that is not given, or cleared, is no fault of this kind."""
    if url is None or is_placeholder(url):
        return
    if not _HTTP_URL.fullmatch(url):
        yield f"{option}: {url!r} … should be a URL, like {like}"
    elif len(url) > URL_LIMIT:
        yield f"{option}: has {len(url)} characters; it should have at most {URL_LIMIT}"


def redirect_faults(option: str, uri: str, wildcards: bool) -> Iterator[str]:
    """An address that a browser is sent to after sign-in or sign-out.

    http is not refused: Okta takes it of any host (recorded), and AWS's own placeholder is one.
    Source: https://developer.okta.com/docs/reference/api/oauth-clients/ (absolute, and without a fragment).

    :param wildcards: whether the app allows a wildcard in the first label of a host (recorded with ``SUBDOMAIN``)
    """
    if is_placeholder(uri):
        return
    if not _ABSOLUTE.fullmatch(uri) or (uri.lower().startswith(("http:", "https:")) and not _HTTP_URL.fullmatch(uri)):
        yield f"{option}: {uri!r} … should be an absolute URI, like https://example.com/authorization-code/callback"
        return
    if "#" in uri:
        yield f"{option}: {uri!r} … should have no fragment (#)"
    if "*" in uri:
        # guess: one wildcard, and only there; recorded is https://*.example.com/callback
        label, _dot, rest = urlsplit(uri).netloc.partition(".")
        if not wildcards:
            yield f"{option}: {uri!r} … a wildcard goes only with wildcard_redirect SUBDOMAIN"
        elif label.count("*") != 1 or uri.count("*") != 1 or "." not in rest:
            yield f"{option}: {uri!r} … should have one wildcard, in the first label of a host, like https://*.example.com"
