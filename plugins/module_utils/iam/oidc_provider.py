# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""OpenID Connect providers of an account: one for each issuer, with the client ids of the apps that use it.

Client ids are added and removed one by one, never written as a whole, so that runs side by side keep each other's.
Source: the IAM service model (``CreateOpenIDConnectProvider`` and its kin);
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from .. import model
from ..errors import ServiceError
from ..host import Context
from ..placeholder import is_placeholder
from ..resource import Call, State
from . import issuers
from .provider import SERVICE, Provider

OPTIONS: dict[str, Any] = {
    "url": {"type": "str"},
    "client_ids": {"type": "list", "elements": "str"},
    "purge_client_ids": {"type": "bool", "default": False},
    "thumbprints": {"type": "list", "elements": "str"},
}
FOREIGN = ("name", "saml_metadata_document", "okta_app_id")
#: Client ids of one provider: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
CLIENT_IDS = 100
#: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
THUMBPRINTS = 5
_THUMBPRINT = re.compile(r"[0-9a-fA-F]{40}")


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
        given = context.parameters.get("thumbprints")
        #: ``None``: not managed; AWS looks after them.
        self.thumbprints = None if given is None else sorted({str(item).lower() for item in given})

    @property
    def names_clients(self) -> bool:
        """Whether the task is about these client ids; without any it is about the provider as a whole."""
        return self.context.parameters.get("client_ids") is not None

    @property
    def name(self) -> str:
        return self.url.removeprefix("https://")

    def name_faults(self) -> Iterator[str]:
        if not self.url:
            yield "url: is required with type=oidc; it is the issuer, like https://example.okta.com/oauth2/default"
            return
        yield from issuers.faults(self.url)
        if self.present and (reason := issuers.unsupported(self.url)):
            yield f"url: {reason}"
        shape = self.aws.input_shape(SERVICE, "CreateOpenIDConnectProvider")
        yield from model.faults(shape.members["Url"], self.url, "url")
        if not self.present:
            yield from model.faults(shape.members["ClientIDList"], self.client_ids, "client_ids")

    def faults(self, current: State | None) -> Iterator[str]:
        for name in FOREIGN:
            if self.context.parameters.get(name):
                yield f"{name}: goes with type=saml, not with type=oidc"
        if current is None and not self.client_ids:
            yield "client_ids: is required to create the provider; without one no ID token would be accepted"
        shape = self.aws.input_shape(SERVICE, "CreateOpenIDConnectProvider").members["ClientIDList"]
        yield from model.faults(shape, self.client_ids, "client_ids")
        together = {*self.client_ids, *(() if self.purge else client_ids(current))}
        if len(together) > CLIENT_IDS:
            yield f"client_ids: with those that are there {len(together)}; a provider takes {CLIENT_IDS}"
        if self.thumbprints is not None:
            yield from self._thumbprint_faults(self.thumbprints)

    @staticmethod
    def _thumbprint_faults(thumbprints: Sequence[str]) -> Iterator[str]:
        if not 0 < len(thumbprints) <= THUMBPRINTS:
            yield (
                f"thumbprints: {len(thumbprints)} given, allowed are 1 to {THUMBPRINTS}; leave the option out to let "
                "AWS look after them"
            )
        for value in thumbprints:
            if not _THUMBPRINT.fullmatch(value):
                yield f"thumbprints: {value!r} is no SHA-1 of a certificate in 40 hexadecimal digits, without colons"

    # -- reading --

    def find(self) -> State | None:
        if is_placeholder(self.url) and not list(self.name_faults()):
            return None
        return super().find()

    def read(self) -> State:
        # Another run may have taken the provider away with its last client id.
        return self.get() or {"Arn": self.arn, "Tags": {}}

    def missing(self, state: State) -> Sequence[str]:
        there = client_ids(state)
        lacking = [f"client id {client}" for client in self.client_ids if client not in there]
        managed = self.thumbprints is not None and self.thumbprints != thumbprints(state)
        return [*lacking, *(["thumbprints"] if managed else [])]

    # -- planning --

    def creation(self) -> Sequence[Call]:
        thumbprints = {"ThumbprintList": self.thumbprints} if self.thumbprints else {}
        return [self.create(Url=self.url, ClientIDList=self.client_ids, **thumbprints)]

    def creation_error(self, error: ServiceError) -> ServiceError:
        return issuers.unreachable(error, self.url) if error.code == issuers.UNREACHABLE else error

    def changes(self, current: State) -> Sequence[Call]:
        there = client_ids(current)
        added = [client for client in self.client_ids if client not in there]
        removed = (
            [client for client in there if client not in self.client_ids] if self.purge and self.client_ids else []
        )
        if removed:
            self.refuse_used(removed)
        calls = [*(self._addition(client) for client in added), *(self.removing(client) for client in removed)]
        if self.thumbprints is not None and self.thumbprints != thumbprints(current):
            calls.append(self.write("UpdateOpenIDConnectProviderThumbprint", ThumbprintList=self.thumbprints))
        return [*calls, *self.tag_calls(current)]

    def _addition(self, client: str) -> Call:
        call = self.write("AddClientIDToOpenIDConnectProvider", ClientID=client)

        def act() -> None:
            try:
                call.act()
            except ServiceError as error:
                if error.code != "NoSuchEntity":
                    raise
                # Another run removed the provider with its last client id since this one looked.
                for creation in self.creation():
                    creation.act()

        return Call(call.operation, act)

    def removing(self, client: str) -> Call:
        """The call that takes one client id out; IAM takes the removal of one that is not there."""
        return self.write("RemoveClientIDFromOpenIDConnectProvider", ClientID=client)

    def refuse_used(self, clients: Sequence[str]) -> list[str]:
        """Stop before the removal of client ids that somebody uses. Answers who does, where it is forced.

        :raises InUseError: saying which are used by whom
        """
        found = self.uses()
        phrases = [f"{client} by {use.name}" for client in clients for use in found if use.accepts(client)]
        if phrases:
            self.refuse(
                f"client ids of provider {self.name} are in use: {'; '.join(phrases)}. They are not removed; remove or "
                "change these first, or give force=true.",
                phrases,
            )
        return phrases

    # -- answering --

    def predicted(self, current: State | None) -> State:
        kept = [] if self.purge and self.client_ids else client_ids(current)
        state = {**super().predicted(current), "ClientIDList": list(dict.fromkeys([*kept, *self.client_ids]))}
        if self.thumbprints is not None:
            state["ThumbprintList"] = self.thumbprints
        return state

    def view(self, state: State) -> dict[str, Any]:
        created = state.get("CreateDate")
        return {
            "arn": state["Arn"],
            "type": "oidc",
            "url": f"https://{self.name}",
            "client_ids": sorted(client_ids(state)),
            "thumbprints": thumbprints(state),
            "create_date": created.isoformat() if created else None,
            "tags": dict(state["Tags"]),
        }

    def identity(self, state: State) -> dict[str, Any]:
        return {**super().identity(state), "client_ids": sorted(client_ids(state))}


def client_ids(state: State | None) -> list[str]:
    """The client ids of a state, in IAM's order."""
    return list((state or {}).get("ClientIDList") or [])


def thumbprints(state: State | None) -> list[str]:
    """The thumbprints of a state, in small letters and in order."""
    return sorted(str(item).lower() for item in (state or {}).get("ThumbprintList") or [])
