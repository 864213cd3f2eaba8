# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Identity providers of IAM for a reader, read as ``iam_federation_provider`` reads them."""

from __future__ import annotations

from typing import Any

from ..aws import Aws
from ..host import Context
from ..iam import provider_info
from ..iam.provider import SERVICE
from ..iam.providers import TYPES
from .model import Certificate, Provider


def arns(aws: Aws) -> tuple[str, ...]:
    """The ARNs of all providers of the account; the lists have no pages.

    :raises ServiceError: IAM refuses
    """
    found = (
        str(item["Arn"]) for kind in TYPES.values() for item in aws.pages(SERVICE, f"List{kind.kind}s", kind.list_key)
    )
    return tuple(sorted(found))


def read(aws: Aws, arn: str) -> Provider | None:
    """A provider; ``None`` where there is none.

    :raises ServiceError: IAM refuses
    """
    resource = provider_info.of_arn(Context({}, True, aws), arn)
    state = resource.get()
    if state is None:
        return None
    view = resource.view(state)
    settings = {key: value for key, value in view.items() if key != "tags"}
    return Provider(
        arn=arn,
        type=view["type"],
        name=resource.name,
        settings=settings,
        tags=view["tags"],
        entity_id=view.get("entity_id", ""),
        url=view.get("url", ""),
        client_ids=tuple(view.get("client_ids", ())),
        certificates=certificates(view.get("certificates", ())),
        thumbprints=tuple(view.get("thumbprints", ())),
        endpoints=tuple(view.get("endpoints", ())),
    )


def certificates(described: Any) -> tuple[Certificate, ...]:
    """Certificates as modules answer them, in order."""
    found = (Certificate(item["fingerprint_sha256"], item.get("not_after")) for item in described)
    return tuple(sorted(found, key=lambda item: item.fingerprint_sha256))
