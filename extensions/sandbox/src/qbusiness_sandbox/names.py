# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which real host names the embedded cloud answers for, and which room each of them leads to."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

OKTA_HOST = "acme.okta.com"

_HOST_NAME = re.compile(r"(?=.{1,253}\Z)[a-z0-9](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9](?:[a-z0-9_-]{0,62}))+")
# One label of a bucket's name, as far as a certificate can name it (no hyphens in the third and fourth place).
_LABEL = r"(?!..--)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"


def _patterns(region: str) -> tuple[re.Pattern[str], ...]:
    """Endpoints of the services, from the endpoint rules that botocore ships (standard, FIPS and dual-stack forms)."""
    r = re.escape(region)
    return tuple(
        re.compile(text)
        for text in (
            rf"sts(?:-fips)?(?:\.{r})?\.amazonaws\.com",
            rf"sts(?:-fips)?\.{r}\.api\.aws",
            r"iam(?:-fips)?(?:\.us-east-1)?\.amazonaws\.com",
            r"iam\.global\.api\.aws",
            rf"(?:{_LABEL}\.)*s3(?:-fips)?(?:\.dualstack)?(?:[.-]{r})?\.amazonaws\.com",
            rf"(?:secretsmanager|kms)(?:-fips)?\.{r}\.(?:amazonaws\.com|api\.aws)",
            rf"qbusiness(?:-fips)?\.{r}\.api\.aws",
        )
    )


@dataclass(frozen=True)
class Names:
    """The host names of one cloud. ``okta_host``: the org's; ``region``: the one region that is emulated."""

    region: str
    okta_host: str = OKTA_HOST
    _aws: tuple[re.Pattern[str], ...] = field(init=False, repr=False, compare=False)
    _web: re.Pattern[str] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "okta_host", self.okta_host.lower().rstrip("."))
        object.__setattr__(self, "_aws", _patterns(self.region))
        web = rf"[a-z0-9]{{8}}\.chat\.qbusiness\.{re.escape(self.region)}\.on\.aws"
        object.__setattr__(self, "_web", re.compile(web))

    def room(self, host: str) -> str | None:
        """The room (``aws``, ``okta``, ``web``) that answers for a host name, or None when the name is not emulated."""
        name = host.lower().rstrip(".")
        if name == self.okta_host:
            return "okta"
        if self._web.fullmatch(name):
            return "web"
        return "aws" if any(pattern.fullmatch(name) for pattern in self._aws) else None

    def refusal(self, host: str) -> str:
        """One sentence that says why a name is refused."""
        shown = host if _HOST_NAME.fullmatch(host.lower()) else ascii(host)[:100]
        return (
            f"The embedded cloud refuses {shown}: it answers only for the AWS services sts, iam, s3, secretsmanager,"
            f" kms and qbusiness in {self.region}, for the Okta org {self.okta_host} and for web experiences"
        )


def valid_host(name: str) -> bool:
    """Whether a text is a host name with at least two labels."""
    return _HOST_NAME.fullmatch(name.lower()) is not None
