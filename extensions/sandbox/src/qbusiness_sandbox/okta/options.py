# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every switch of the Okta room, in one place. They live in ``cloud.settings.options``.

``okta_pipeline``: ``"idx"`` (Identity Engine, the default) or ``"v1"`` (Classic Engine).
``okta_subdomain``: the org's subdomain, which generated application names begin with. Default: the first label of a
    host that ends in an Okta domain, else ``sandbox``.
``okta_rate_limits``: requests a minute by bucket (``{"apps": 10, "app": 250, "authn": 4, "*": 600}``); none by default.
``okta_rate_window``: the seconds in place of that minute (60; whole ones, as headers state them).
``okta_list_lag``: a new application is missing from this many of the following list reads (0).
``okta_read_to_write_delay``: seconds that the answer of a GET of one application is held back after it was read, so
    that two clients' read-modify-write cycles overlap (0). The cloud's lock is not held meanwhile: others may write.
``okta_app_limit``: how many applications the org may have (0: any number), as Integrator Free orgs have.
``okta_dpop_api_nonce``: whether the management API, too, demands a nonce of its own in DPoP proofs (false).
``okta_more_members``: dotted paths of applications' members that the org's release knows besides (none), see
    ``more_members.py``.
``okta_api_access_management``: whether custom authorization servers are licensed (true).
``okta_default_server_policy``: whether the server ``default`` comes with an access policy for every client (false: as
    in Integrator Free orgs, where nothing is issued before a policy and a rule are made).
``okta_features``: what the org's release answers, see :data:`FEATURES`.
``okta_network_zones``: ids of the network zones that every request comes from (none), for applications that are limited
    to some.
``okta_lockout_attempts``: wrong passwords after which a user is locked (10).
``okta_show_lockout``: whether ``/authn`` says ``LOCKED_OUT`` (false: E0000004, Okta's default).
``okta_cell``: the ``cell`` of that document (``sandbox``).
``okta_org_settings``: the ``settings`` of ``/.well-known/okta-organization``.
"""

from __future__ import annotations

from typing import Any

from qbusiness_sandbox.cloud import Cloud

#: Members that come and go with an org's release (recorded at different dates and in different orgs).
#: ``universal_logout``: ``absent``, ``null`` or ``object``; ``em_opt_in``: ``settings.emOptInStatus``;
#: ``front_channel_logout``: ``participate_slo`` of OIDC clients; ``embedded_policies``: policies carry ``_embedded``.
FEATURES: dict[str, Any] = {
    "universal_logout": "null",
    "em_opt_in": True,
    "front_channel_logout": True,
    "embedded_policies": True,
}

ORG_SETTINGS: dict[str, bool] = {
    "analyticsCollectionEnabled": False,
    "bugReportingEnabled": True,
    "omEnabled": False,
    "pssoEnabled": False,
    "desktopMFAEnabled": False,
    "itpEnabled": False,
}


class Options:
    """Typed access to the switches; reads the cloud's settings anew each time."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def get(self, name: str, default: Any) -> Any:
        return self._cloud.settings.options.get(name, default)

    @property
    def pipeline(self) -> str:
        return str(self.get("okta_pipeline", "idx"))

    @property
    def identity_engine(self) -> bool:
        return self.pipeline == "idx"

    @property
    def list_lag(self) -> int:
        return int(self.get("okta_list_lag", 0))

    @property
    def app_limit(self) -> int:
        return int(self.get("okta_app_limit", 0))

    @property
    def api_nonce(self) -> bool:
        return bool(self.get("okta_dpop_api_nonce", False))

    @property
    def more_members(self) -> list[str]:
        return list(self.get("okta_more_members", []))

    @property
    def lockout_attempts(self) -> int:
        return int(self.get("okta_lockout_attempts", 10))

    def feature(self, name: str) -> Any:
        return {**FEATURES, **self.get("okta_features", {})}[name]

    def org_settings(self) -> dict[str, Any]:
        return dict(self.get("okta_org_settings", ORG_SETTINGS))
