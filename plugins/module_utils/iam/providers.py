# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Identity providers, by type: what the module ``iam_federation_provider`` does."""

from __future__ import annotations

from typing import Any

from ..host import Context
from ..resource import ensure
from ..turns import turn
from . import oidc_provider, saml_provider
from .oidc_provider import OidcProvider
from .oidc_release import release
from .provider import Provider
from .saml_provider import SamlProvider

TYPES: dict[str, type[Provider]] = {"saml": SamlProvider, "oidc": OidcProvider}

OPTIONS: dict[str, Any] = {
    "type": {"type": "str", "choices": list(TYPES), "default": "saml"},
    "provider_arn": {"type": "str"},
    **saml_provider.OPTIONS,
    **oidc_provider.OPTIONS,
    "regions": {"type": "list", "elements": "str"},
    "force": {"type": "bool", "default": False},
}


def manage(context: Context) -> dict[str, Any]:
    """Bring the provider to the state that is asked for.

    :raises FederationError: see :mod:`..errors`
    """
    resource = TYPES[context.parameters["type"]](context)
    if isinstance(resource, OidcProvider) and not resource.present and resource.names_clients:
        if context.check_mode:
            return release(resource, check_mode=True).answer()
        with turn(resource.shared_key, resource.described, context.tell) as mine:
            resource.forget()
            result = release(resource, check_mode=False)
            if result.changed:
                mine.note()
        return result.answer()
    return ensure(resource, state=context.parameters["state"], check_mode=context.check_mode).answer()
