# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a company has before it federates anything: a person in a group in Okta, documents and a logo in buckets.

Put straight into a started cloud, by its control endpoint and boto3 over plain HTTP.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3

from qbusiness_sandbox.testing import Process

LOGIN = "ada@acme.example"
GROUP = "Knowledge workers"
DOCUMENTS_BUCKET = "acme-policies"
THEME_BUCKET = "acme-theme"
LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="32" height="32"><circle cx="16" cy="16" r="14" fill="#0a6"/></svg>'
)


def client(cloud: Process, service: str) -> Any:
    """boto3 as the cloud's administrator, with nothing of a collection in between."""
    environment = cloud.environment
    return boto3.client(
        service,
        endpoint_url=environment["QBUSINESS_SANDBOX_AWS_URL"],
        region_name=environment["AWS_REGION"],
        aws_access_key_id=environment["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environment["AWS_SECRET_ACCESS_KEY"],
    )


def move_in(cloud: Process, password: str, documents: Path) -> None:
    """Put everything there: :data:`LOGIN` with ``password`` in :data:`GROUP`, the files of the folder ``documents`` in
    :data:`DOCUMENTS_BUCKET`, ``logo.svg`` in :data:`THEME_BUCKET`."""
    person = {"login": LOGIN, "email": LOGIN, "firstName": "Ada", "lastName": "Acme", "password": password}
    cloud.control.seed({"okta": {"users": [person], "groups": [{"name": GROUP, "members": [LOGIN]}]}})
    s3 = client(cloud, "s3")
    s3.create_bucket(Bucket=DOCUMENTS_BUCKET)
    for document in sorted(documents.iterdir()):
        s3.put_object(Bucket=DOCUMENTS_BUCKET, Key=document.name, Body=document.read_bytes())
    s3.create_bucket(Bucket=THEME_BUCKET)
    s3.put_object(Bucket=THEME_BUCKET, Key="logo.svg", Body=LOGO, ContentType="image/svg+xml")
