# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""OpenID Connect providers of an account: one for each issuer, with the client ids of the apps that use it.

Source: the IAM service model (``CreateOpenIDConnectProvider`` and its kin);
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from .. import model
from ..host import Context
from ..resource import Call, State
from .provider import SERVICE, Provider

OPTIONS: dict[str, Any] = {
    "url": {"type": "str"},
    "client_ids": {"type": "list", "elements": "str"},
    "purge_client_ids": {"type": "bool", "default": False},
}
FOREIGN = ("name", "saml_metadata_document", "okta_app_id")
#: Client ids of one provider: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
CLIENT_IDS = 100


class OidcProvider(Provider):
    """An OpenID Connect provider. Client ids of others are kept unless they are to be purged."""

    kind = "OpenIDConnectProvider"
    arn_kind = "oidc-provider"
    list_key = "OpenIDConnectProviderList"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.url = str(context.parameters.get("url") or "")
        self.client_ids: list[str] = list(dict.fromkeys(context.parameters.get("client_ids") or []))
        self.purge = bool(context.parameters.get("purge_client_ids"))

    @property
    def name(self) -> str:
        return self.url.removeprefix("https://")

    def name_faults(self) -> Iterator[str]:
        if not self.url:
            yield "url: is required with type=oidc; it is the issuer, like https://example.okta.com/oauth2/default"
            return
        parts = urlsplit(self.url)
        if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or ":" in parts.netloc:
            yield f"url: {self.url!r} is no issuer: it begins with https:// and has no port, query or fragment"
        yield from model.faults(
            self.aws.input_shape(SERVICE, "CreateOpenIDConnectProvider").members["Url"], self.url, "url"
        )

    def faults(self, current: State | None) -> Iterator[str]:
        for name in FOREIGN:
            if self.context.parameters.get(name):
                yield f"{name}: goes with type=saml, not with type=oidc"
        if current is None and not self.client_ids:
            yield "client_ids: is required to create the provider; without one no ID token would be accepted"
        shape = self.aws.input_shape(SERVICE, "CreateOpenIDConnectProvider").members["ClientIDList"]
        yield from model.faults(shape, self.client_ids, "client_ids")
        together = {*self.client_ids, *(() if self.purge else self._ids(current))}
        if len(together) > CLIENT_IDS:
            yield f"client_ids: with those that are there {len(together)}; a provider takes {CLIENT_IDS}"

    @staticmethod
    def _ids(current: State | None) -> list[str]:
        return list((current or {}).get("ClientIDList") or [])

    # -- planning --

    def creation(self) -> Sequence[Call]:
        return [self.create(Url=self.url, ClientIDList=self.client_ids)]

    def changes(self, current: State) -> Sequence[Call]:
        there = self._ids(current)
        added = [client for client in self.client_ids if client not in there]
        removed = (
            [client for client in there if client not in self.client_ids] if self.purge and self.client_ids else []
        )
        return [
            *(self.write("AddClientIDToOpenIDConnectProvider", ClientID=client) for client in added),
            *(self.write("RemoveClientIDFromOpenIDConnectProvider", ClientID=client) for client in removed),
            *self.tag_calls(current),
        ]

    # -- answering --

    def predicted(self, current: State | None) -> State:
        kept = [] if self.purge and self.client_ids else self._ids(current)
        return {**super().predicted(current), "ClientIDList": list(dict.fromkeys([*kept, *self.client_ids]))}

    def view(self, state: State) -> dict[str, Any]:
        created = state.get("CreateDate")
        return {
            "arn": state["Arn"],
            "type": "oidc",
            "url": f"https://{self.name}",
            "client_ids": sorted(self._ids(state)),
            "create_date": created.isoformat() if created else None,
            "tags": dict(state["Tags"]),
        }

    def identity(self, state: State) -> dict[str, Any]:
        return {**super().identity(state), "client_ids": sorted(self._ids(state))}
