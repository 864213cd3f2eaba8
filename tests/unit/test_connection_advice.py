# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a person reads when boto3 has not what it needs to connect."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.aws import Aws
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import ServiceError


@pytest.mark.parametrize(
    ("given", "advice"),
    [
        ({"region": "us-east-1"}, "Unable to locate credentials. Set AWS_PROFILE, or AWS_ACCESS_KEY_ID"),
        ({}, "You must specify a region. Give the option region, or set AWS_REGION"),
    ],
)
def test_what_is_missing_to_connect_is_said(
    given: dict[str, str], advice: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    nowhere = {"AWS_CONFIG_FILE": str(tmp_path / "a"), "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "b")}
    for name, value in {**nowhere, "AWS_EC2_METADATA_DISABLED": "true"}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ServiceError, match=advice):
        Aws(given).call("qbusiness", "ListApplications")
