# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A federation, read only: what the module ``federation_info`` does."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..errors import InputError
from ..host import Context
from ..okta.scopes import session_with
from ..qbusiness.survey import REGIONS
from .detail import CONCURRENCY, FULL, Detail, Part, Selection
from .reader import Reader

_NAMES = {"type": "list", "elements": "str"}
#: Requests under way at once: more than these would only wait for each other's rate limits.
MOST = 32
OPTIONS: dict[str, Any] = {
    "applications": _NAMES,
    "identities": _NAMES,
    "regions": _NAMES,
    "leave_out": {**_NAMES, "choices": sorted(part.value for part in Part)},
    "concurrency": {"type": "int", "default": CONCURRENCY},
}
#: What says that Okta is to be asked at all.
OKTA = ("okta_org_url", "okta_api_token", "okta_client_id", "okta_private_key")


def federation(context: Context) -> dict[str, Any]:
    """What the module ``federation_info`` does.

    :raises InputError: an option cannot be right
    :raises ServiceError: the AWS credentials are nobody's
    """
    parameters = context.parameters
    concurrency = int(parameters["concurrency"])
    if not 1 <= concurrency <= MOST:
        raise InputError([f"concurrency: {concurrency} is not allowed. It is a number from 1 to {MOST}, like 8."])
    detail = FULL.without(*(Part(name) for name in parameters.get("leave_out") or ()))
    okta = None
    if any(parameters.get(name) for name in OKTA):
        okta = session_with(context, *_scopes(detail))
    reader = Reader(context.aws, okta, concurrency, context.secrets)
    selection = Selection(
        applications=tuple(parameters.get("applications") or ()),
        identities=tuple(parameters.get("identities") or ()),
        regions=_regions(parameters),
        detail=detail,
    )
    return {"changed": False, "federation": reader.federation(selection).to_dict()}


def _regions(parameters: Mapping[str, Any]) -> tuple[str, ...]:
    """The regions to read; ``all`` stands for those in which the service is."""
    named = parameters.get("regions") or ()
    return tuple(dict.fromkeys(region for name in named for region in (REGIONS if name == "all" else (str(name),))))


def _scopes(detail: Detail) -> list[str]:
    """The fewest scopes for a service app: one that is not granted makes Okta refuse all of them."""
    servers = ["okta.authorizationServers.read"] if Part.AUTHORIZATION_SERVERS in detail else []
    return ["okta.apps.read", *servers]
