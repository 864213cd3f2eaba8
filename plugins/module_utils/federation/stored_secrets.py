# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets of Secrets Manager for a reader: what is said of them, never what is in them."""

from __future__ import annotations

from ..aws import Aws
from ..okta import client_secret_info
from .model import Secret


def region_of(named: str) -> str:
    """The region in the ARN of a secret; ``""`` for a name."""
    parts = named.split(":")
    return parts[3] if len(parts) > 6 and parts[2] == "secretsmanager" else ""


def read(aws: Aws, named: str, region: str) -> Secret | None:
    """A secret by its ARN or name; ``None`` where there is none.

    :raises ServiceError: Secrets Manager refuses
    """
    shown = client_secret_info.shown(aws, named)
    if shown is None:
        return None
    return Secret(
        arn=shown["arn"],
        name=shown["name"],
        region=region,
        description=shown["description"],
        kms_key_id=shown["kms_key_id"],
        tags=shown["tags"],
        created=shown["created_date"],
        last_changed=shown["last_changed_date"],
        last_accessed=shown["last_accessed_date"],
        deleted=shown["deletion_date"],
        rotation_pending=shown["rotation_pending"],
    )
