# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cloud with only its AWS room, and boto3 clients for it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
from botocore import UNSIGNED
from botocore.config import Config
from qbusiness_sandbox.aws.front import AwsRoom
from qbusiness_sandbox.cloud import Cloud
from qbusiness_sandbox.testing import serving

ACCOUNT = "123456789012"


@dataclass
class Aws:
    """A running AWS room."""

    cloud: Cloud
    room: AwsRoom
    url: str

    def client(self, service: str, credentials: Mapping[str, str] | None = None, *, unsigned: bool = False) -> Any:
        """A boto3 client: the administrator's, a session's (``Credentials`` of an STS answer), or an unsigned one."""
        administrator = self.cloud.administrator
        keys = credentials or {
            "AccessKeyId": administrator.access_key_id,
            "SecretAccessKey": administrator.secret_access_key,
        }
        config = Config(
            retries={"max_attempts": 1, "mode": "standard"},
            parameter_validation=False,
            **({"signature_version": UNSIGNED} if unsigned else {}),
        )
        return boto3.client(
            service,
            endpoint_url=self.url,
            region_name=self.cloud.region,
            aws_access_key_id=keys["AccessKeyId"],
            aws_secret_access_key=keys["SecretAccessKey"],
            aws_session_token=keys.get("SessionToken"),
            config=config,
        )


@contextmanager
def aws() -> Iterator[Aws]:
    """Serve one until the block ends."""
    cloud = Cloud()
    room = AwsRoom(cloud)
    with serving(cloud, {"aws": room}) as run:
        yield Aws(cloud, room, run.urls["aws"])


def document(*statements: Mapping[str, Any]) -> str:
    """A policy document of these statements."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def service_trust(service: str = "qbusiness.amazonaws.com", **condition: Any) -> str:
    """A trust policy for an AWS service."""
    statement: dict[str, Any] = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return document({**statement, "Condition": condition} if condition else statement)


def account_trust() -> str:
    """A trust policy for the account's own principals."""
    return document(
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": ["sts:AssumeRole", "sts:TagSession"],
        }
    )


def allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def deny(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    return {**allow(action, resource, **more), "Effect": "Deny"}
