# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM's quotas: the default values, which an account may have raised.

Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html (white space of policies is not
counted).

``options.iam_quotas``: true (the default values), false (none are held), or other values by name, as after a request
for an increase: ``{"trust_policy": 4096}``.
"""

from __future__ import annotations

from qbusiness_sandbox.aws.errors import AwsError
from qbusiness_sandbox.cloud import Cloud

#: Name -> (default value, IAM's own name of it in the refusal).
DEFAULTS: dict[str, tuple[int, str]] = {
    "trust_policy": (2048, "ACLSizePerRole"),
    "inline_policies": (10240, "InlinePolicySize"),
    "managed_policy": (6144, "PolicySize"),
    "attached_policies": (10, "PoliciesPerRole"),
    "saml_providers": (100, "SamlProvidersPerAccount"),
    "oidc_providers": (100, "OpenIdConnectProvidersPerAccount"),
    "client_ids": (100, "ClientIdsPerOpenIdConnectProvider"),
}


class Quotas:
    """Reads the cloud's settings anew each time."""

    def __init__(self, cloud: Cloud) -> None:
        self._cloud = cloud

    def limit(self, name: str) -> int | None:
        """The quota; None when none are held."""
        option = self._cloud.settings.options.get("iam_quotas", True)
        if option is False:
            return None
        default = DEFAULTS[name][0]
        return int(option.get(name, default)) if isinstance(option, dict) else default

    def check(self, name: str, size: int) -> None:
        """Raise LimitExceeded (in :class:`AwsError`) when ``size`` is beyond the quota."""
        limit = self.limit(name)
        if limit is not None and size > limit:
            raise AwsError("LimitExceeded", f"Cannot exceed quota for {DEFAULTS[name][1]}: {limit}", 409)
