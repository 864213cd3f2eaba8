# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ARNs that IAM policies are made of: taken apart, and put together in the partition of the ones that were given."""

from __future__ import annotations

import re
from dataclasses import dataclass

_APPLICATION = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):qbusiness:(?P<region>[a-z0-9-]+):(?P<account>\d{12}):application/(?P<id>[a-zA-Z0-9-]{36})"
)
_PROVIDER = re.compile(
    r"arn:(?P<partition>aws[a-z-]*):iam::(?P<account>\d{12}):(?P<kind>saml-provider|oidc-provider)/(?P<name>\S+)"
)
_KEY = re.compile(r"arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key/[\w-]+")
_SECRET = re.compile(r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:\S+")
_INDEX = re.compile(rf"{re.sub('[?]P<[a-z]+>', '?:', _APPLICATION.pattern)}/index/[a-zA-Z0-9-]{{36}}")
_DATA_SOURCE = re.compile(rf"{_INDEX.pattern}/data-source/[a-zA-Z0-9*-]+")
#: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html; a pattern is none of one bucket.
_BUCKET = re.compile(r"arn:aws[a-z-]*:s3:::(?P<name>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?=[/\"])")
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::\d{12}:role/(?:[\x21-\x7e]*/)?(?P<name>[\w+=,.@-]+)")


@dataclass(frozen=True)
class Application:
    """The ARN of a Q Business application, in parts."""

    arn: str
    partition: str
    region: str
    account: str
    id: str

    def arn_of(self, service: str, resource: str) -> str:
        """The ARN of another resource in the application's partition, region and account."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{resource}"


@dataclass(frozen=True)
class Provider:
    """The ARN of an identity provider, in parts. ``kind``: ``saml-provider`` or ``oidc-provider``."""

    arn: str
    partition: str
    account: str
    kind: str
    name: str


def application(arn: str) -> Application | None:
    """The parts of an application's ARN; ``None`` when it is none."""
    match = _APPLICATION.fullmatch(arn)
    return Application(arn, *match.group("partition", "region", "account", "id")) if match else None


def applications_in(text: str) -> list[Application]:
    """The applications that a policy's text names, each once."""
    found = (application(match[0]) for match in _APPLICATION.finditer(text))
    return list(dict.fromkeys(item for item in found if item))


def indices_in(text: str) -> list[str]:
    """Return the ARNs of the indices that a policy's text names, each once."""
    return list(dict.fromkeys(_INDEX.findall(text)))


def data_sources_in(text: str) -> list[str]:
    """Return the ARNs of the data sources that a policy's text names, each once; ``*`` for all of an index."""
    return list(dict.fromkeys(_DATA_SOURCE.findall(text)))


def buckets_in(text: str) -> list[str]:
    """Return the names of the buckets that a policy's text names, each once."""
    return list(dict.fromkeys(_BUCKET.findall(text)))


def provider(arn: str) -> Provider | None:
    """The parts of a provider's ARN; ``None`` when it is none."""
    match = _PROVIDER.fullmatch(arn)
    return Provider(arn, *match.group("partition", "account", "kind", "name")) if match else None


def role_name(arn: str) -> str:
    """Return the name of a role from its ARN; ``""`` when it is none."""
    match = _ROLE.fullmatch(arn)
    return match["name"] if match else ""


def is_key(arn: str) -> bool:
    """Whether it is the ARN of a KMS key (an alias cannot stand in a policy's ``Resource``)."""
    return bool(_KEY.fullmatch(arn))


def is_secret(arn: str) -> bool:
    """Whether it is the full ARN of a secret."""
    return bool(_SECRET.fullmatch(arn))
