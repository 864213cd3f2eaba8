# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Issuers of ID tokens: how their URLs look, which ones Q Business does not take, and why AWS cannot reach one."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from ..errors import ServiceError
from ..okta.browser import is_admin_console

DISCOVERY = "/.well-known/openid-configuration"
#: Whose sign-in AWS does not support for Q Business by OpenID Connect; the issuers' hosts, and what to use instead.
#: Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/create-application-iam.html
UNSUPPORTED = {
    "accounts.google.com": ("Google", "Use SAML, or an identity provider like Okta in front of it."),
    **dict.fromkeys(
        (
            "login.microsoftonline.com",
            "login.microsoftonline.us",
            "login.partner.microsoftonline.cn",
            "sts.windows.net",
        ),
        ("Microsoft Entra ID", "Use SAML with it."),
    ),
}
#: Code of IAM when it cannot read an issuer's discovery document (service model ``iam``).
UNREACHABLE = "OpenIdIdpCommunicationError"


def unsupported(issuer: str) -> str:
    """Why Q Business takes no people of this issuer, in one sentence or two; ``""`` when nothing is known against it.

    :param issuer: with or without ``https://``
    """
    host = urlsplit(issuer if "//" in issuer else f"//{issuer}").hostname or ""
    if host not in UNSUPPORTED:
        return ""
    name, instead = UNSUPPORTED[host]
    return f"AWS does not support {name} for Amazon Q Business by OpenID Connect. {instead}"


def faults(url: str) -> Iterator[str]:
    """What is wrong with an issuer's URL; each sentence begins with ``url``.

    It has to equal ``iss`` of the ID tokens letter for letter:
    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
    """
    parts = urlsplit(url)
    if parts.scheme != "https" or not parts.hostname:
        yield f"url: {url!r} is no issuer; it begins with https:// and a host"
        return
    if ":" in parts.netloc or "@" in parts.netloc:
        yield f"url: {url!r} has a port or a user in it; an issuer in IAM has neither"
    if parts.query or parts.fragment:
        yield f"url: {url!r} has a query or a fragment; an issuer has neither"
    if parts.path.endswith(DISCOVERY):
        yield f"url: {url!r} is the address of a discovery document; the issuer is what is before {DISCOVERY}"
    elif parts.path.endswith("/"):
        yield (
            f"url: {url!r} ends with a slash; it has to equal iss in the ID tokens letter for letter, and Okta's "
            "issuers have no slash at the end"
        )
    if is_admin_console(parts.hostname):
        yield f"url: {url!r} is the host of Okta's admin console; issuers are at the same host without -admin"


def unreachable(error: ServiceError, url: str) -> ServiceError:
    """IAM's refusal of an issuer that it cannot reach, in words."""
    facts = {name: value for name, value in error.facts.items() if name != "error_code"}
    return ServiceError(
        f"IAM cannot read {url}{DISCOVERY} ({error.message}). See that the issuer is spelled as Okta shows it, that "
        "the authorization server is active, and that its address is open to the internet with a certificate of a "
        "public authority; AWS fetches it from there.",
        error.code,
        **facts,
    )
