# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which web experience a host name belongs to, read from the Q Business room's own dump."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from qbusiness_sandbox.cloud import Cloud


@dataclass(frozen=True)
class Experience:
    """A web experience and what it needs of its application. Members are named as Q Business's API names them."""

    application_id: str
    arn: str
    host: str
    status: str
    title: str = ""
    subtitle: str = ""
    welcome: str = ""
    sample_prompts: bool = False
    authentication_url: str = ""
    open_id_connect: bool = False
    application_arn: str = ""
    client_ids: tuple[str, ...] = ()
    secrets_arn: str = ""
    secrets_role: str = ""
    role_arn: str = ""
    provider_arn: str = ""
    origins: tuple[str, ...] = ()
    customization: Mapping[str, str] = field(default_factory=dict)


def find(cloud: Cloud, host: str) -> Experience | None:
    """The web experience whose ``defaultEndpoint`` has this host name; None when there is none."""
    room = getattr(cloud.rooms.get("aws"), "qbusiness", None)
    if room is None:
        return None
    state = room.dump()
    for item in state["webExperiences"]:
        if urlsplit(item["defaultEndpoint"]).hostname == host.lower():
            owner = next(app for app in state["applications"] if app["applicationId"] == item["applicationId"])
            return _experience(item, host, owner)
    return None


def _experience(item: Mapping[str, Any], host: str, application: Mapping[str, Any]) -> Experience:
    identity = item.get("identityProviderConfiguration") or {}
    open_id_connect = identity.get("openIDConnectConfiguration") or {}
    return Experience(
        application_id=item["applicationId"],
        arn=item["webExperienceArn"],
        host=host.lower(),
        status=item["status"],
        title=str(item.get("title") or ""),
        subtitle=str(item.get("subtitle") or ""),
        welcome=str(item.get("welcomeMessage") or ""),
        sample_prompts=item.get("samplePromptsControlMode") != "DISABLED",
        authentication_url=str((identity.get("samlConfiguration") or {}).get("authenticationUrl", "")),
        open_id_connect="openIDConnectConfiguration" in identity,
        application_arn=str(application.get("applicationArn") or ""),
        client_ids=tuple(application.get("clientIdsForOIDC") or ()),
        secrets_arn=str(open_id_connect.get("secretsArn") or ""),
        secrets_role=str(open_id_connect.get("secretsRole") or ""),
        role_arn=str(item.get("roleArn") or ""),
        provider_arn=str(application.get("iamIdentityProviderArn") or ""),
        origins=tuple(item.get("origins") or ()),
        customization=dict(item.get("customizationConfiguration") or {}),
    )
