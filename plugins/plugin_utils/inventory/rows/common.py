# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows of values that several kinds of object have: ARNs, bucket names, URLs, roles."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from ....module_utils.iam import arns
from ....module_utils.okta.addresses import redirect_faults, url_faults
from ....module_utils.placeholder import is_placeholder
from ..values import shown
from .limits import of_service, tags
from .row import Row, matching

#: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
BUCKET = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
#: IDs in Amazon Q Business and Amazon Kendra (service models ``qbusiness``, ``kendra``).
ID = r"[a-zA-Z0-9][a-zA-Z0-9-]{35}"
ROLE_ARN = r"arn:aws[a-z-]*:iam::\d{12}:role/\S+"
#: IDs of apps and authorization servers in Okta: https://developer.okta.com/docs/api/
OKTA_APP_ID = r"0oa[0-9A-Za-z]{17}"


def bucket(path: str) -> Row:
    """Return the row of the name of an S3 bucket."""
    return Row(
        path,
        matching(BUCKET, "is not a bucket name"),
        "Allowed are 3 to 63 lower-case letters, digits, dots and hyphens, such as example-documents.",
        {"pattern": f"^{BUCKET}$"},
    )


def key_arn(path: str) -> Row:
    """Return the row of the ARN of a KMS key."""

    def check(value: Any) -> Iterator[tuple[str, str]]:
        if not arns.is_key(str(value)):
            yield "", f"{shown(value)} is not the ARN of a KMS key"

    return Row(
        path,
        check,
        "Allowed is the ARN of a key, not of an alias, such as "
        "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555.",
    )


def secret_arn(path: str) -> Row:
    """Return the row of the ARN of a secret."""

    def check(value: Any) -> Iterator[tuple[str, str]]:
        if not arns.is_secret(str(value)) and not is_placeholder(value):
            yield "", f"{shown(value)} is not the ARN of a secret"

    return Row(
        path,
        check,
        "Allowed is the full ARN of a secret in Secrets Manager, such as "
        "arn:aws:secretsmanager:us-east-1:123456789012:secret:connector-AbCdEf.",
    )


def role_arn(path: str) -> Row:
    """Return the row of the ARN of a role."""
    return Row(
        path,
        matching(ROLE_ARN, "is not the ARN of a role"),
        "Allowed is the ARN of an IAM role, such as arn:aws:iam::123456789012:role/documents.",
    )


def service_id(path: str, noun: str) -> Row:
    """Return the row of an ID of Amazon Q Business or Amazon Kendra."""
    return Row(
        path,
        matching(ID, f"is not the ID of {noun}"),
        "Allowed are 36 letters, digits and hyphens, such as 11111111-2222-4333-8444-555555555555.",
        {"pattern": f"^{ID}$"},
    )


def role(prefix: str) -> list[Row]:
    """Return the rows of the name and the path of a role."""
    return [
        of_service(f"{prefix}_name", "iam", "CreateRole.RoleName", "documents", "letters, digits and + = , . @ _ -"),
        of_service(f"{prefix}_path", "iam", "CreateRole.Path", "/federation/", "characters between slashes"),
    ]


def boundary(variable: str) -> Row:
    """Return the row of a permissions boundary."""
    return Row(
        variable,
        matching(r"arn:aws[a-z-]*:iam::(\d{12}|aws):policy/\S+", "is not the ARN of a managed policy"),
        "Allowed is the ARN of a managed policy, such as arn:aws:iam::123456789012:policy/boundary.",
    )


def url(path: str, example: str) -> Row:
    """Return the row of a URL of http or https."""

    def check(value: Any) -> Iterator[tuple[str, str]]:
        if any(url_faults("url", str(value))):
            yield "", f"{shown(value)} is not a URL"

    return Row(path, check, f"Allowed is a URL of up to 1024 characters, such as {example}.")


def redirect_uri(path: str) -> Row:
    """Return the row of an address that Okta sends people to."""

    def check(value: Any) -> Iterator[tuple[str, str]]:
        if any(redirect_faults("uri", str(value), True)):
            yield "", f"{shown(value)} is not a redirect URI"

    return Row(
        path,
        check,
        "Allowed is an absolute URI without a fragment, such as https://app.example.com/authorization-code/callback.",
    )


def is_https(value: Any) -> bool:
    """Return whether a value is a URL of https with a host, without user, query and fragment."""
    try:
        parts = urlsplit(str(value))
        return bool(
            parts.scheme == "https"
            and parts.hostname
            and parts.port != 0
            and not (parts.username or parts.query or parts.fragment or "?" in str(value) or "#" in str(value))
            and not any(character.isspace() for character in str(value))
        )
    except ValueError:
        return False


def switch(variable: str) -> Row:
    """Return the row of a switch that is a boolean, or a survey's text."""
    return Row(
        variable,
        matching(r"(?i:true|false|yes|no|on|off|1|0)|ENABLED|DISABLED", "is not a boolean"),
        f"Allowed are true and false, such as {variable}: true.",
        {"enum": [True, False, "", "yes", "no", "on", "off", "true", "false", "ENABLED", "DISABLED"]},
    )


def aws_tags(variable: str) -> Row:
    """Return the row of tags. Objects of Amazon Q Business share them with their roles, and IAM takes the fewest."""
    return tags(variable, "iam", "CreateRole")
