# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""SAML providers of an account. Source: the IAM service model (``CreateSAMLProvider`` and its kin)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from .. import model
from ..host import Context
from ..placeholder import is_placeholder
from ..resource import Call, State
from . import saml_metadata
from .provider import SERVICE, Provider
from .saml_metadata import Metadata, MetadataError

OPTIONS: dict[str, Any] = {
    "name": {"type": "str"},
    "saml_metadata_document": {"type": "str"},
    "okta_app_id": {"type": "str"},
}
#: Options that only the other type of provider has.
FOREIGN = ("url", "client_ids", "thumbprints")


class SamlProvider(Provider):
    """A SAML provider. Its metadata is compared by meaning, not by text."""

    kind = "SAMLProvider"
    arn_kind = "saml-provider"
    list_key = "SAMLProviderList"

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        self.document = str(context.parameters.get("saml_metadata_document") or "").strip()
        self.app_id = str(context.parameters.get("okta_app_id") or "")

    @property
    def name(self) -> str:
        return str(self.context.parameters.get("name") or "")

    @property
    def planned(self) -> bool:
        """Whether the metadata is one that check mode could not know yet."""
        return is_placeholder(self.document) or is_placeholder(self.app_id)

    def name_faults(self) -> Iterator[str]:
        shape = self.aws.input_shape(SERVICE, "CreateSAMLProvider").members["Name"]
        if not self.name:
            yield "name: is required with type=saml"
        else:
            yield from model.faults(shape, self.name, "name")

    def find(self) -> State | None:
        current = super().find()
        if self.present and self.app_id and not self.document and not self.planned:
            # Imported here: a document needs no session with Okta, nor the library for one.
            from ..okta.metadata import read_metadata

            self.document = read_metadata(self.context.okta, self.app_id).strip()
        return current

    def faults(self, current: State | None) -> Iterator[str]:
        parameters = self.context.parameters
        for name in FOREIGN:
            if parameters.get(name):
                yield f"{name}: goes with type=oidc, not with type=saml"
        if parameters.get("saml_metadata_document") and self.app_id:
            yield "saml_metadata_document, okta_app_id: only one of them can say what the metadata is"
        if self.planned:
            return
        if not self.document:
            if current is None and not self.app_id:
                yield "saml_metadata_document: is required to create the provider; or give okta_app_id"
            return
        shape = self.aws.input_shape(SERVICE, "CreateSAMLProvider").members["SAMLMetadataDocument"]
        option = "saml_metadata_document" if parameters.get("saml_metadata_document") else "okta_app_id"
        yield from model.faults(shape, self.document, option)
        try:
            metadata = saml_metadata.read(self.document)
        except MetadataError as error:
            yield from (f"{option}: the metadata {fault}" for fault in error.faults)
        else:
            self._warn(metadata)

    def _warn(self, metadata: Metadata) -> None:
        ends = [saml_metadata.not_after(certificate) for certificate in metadata.certificates]
        known = [end for end in ends if end is not None]
        if known and max(known) < datetime.now(UTC):
            self.context.warn(
                f"Every signing certificate in the metadata of provider {self.name} has expired, the last on "
                f"{max(known).date().isoformat()}."
            )

    def missing(self, state: State) -> Sequence[str]:
        return [f"Update{self.kind}"] if self._differs(state) else []

    # -- planning --

    def creation(self) -> Sequence[Call]:
        return [self.create(Name=self.name, SAMLMetadataDocument=self.document)]

    def changes(self, current: State) -> Sequence[Call]:
        calls: list[Call] = []
        if self._differs(current):
            self._refuse_another(current)
            calls.append(self.write("UpdateSAMLProvider", SAMLMetadataDocument=self.document))
        return [*calls, *self.tag_calls(current)]

    def _refuse_another(self, current: State) -> None:
        """Rolled keys are of the same identity provider; another one would take the place of it for all who rely on it.

        :raises InUseError: saying who does, unless it is forced
        """
        metadata = _read(current), _read({"SAMLMetadataDocument": self.document})
        there, wanted = (item.entity_id if item else "" for item in metadata)
        if there and there == wanted:
            return
        users = [use.name for use in self.uses()]
        if users:
            self.refuse(
                f"provider {self.name} ({self.arn}) is of the identity provider {there or '(unknown)'} and in use by "
                f"{', '.join(users)}. With the metadata of {wanted or 'an app that is still to be made'} nobody could "
                "sign in there by the former one any more, and those roles would trust the new one. Give this provider "
                "another name, or force=true.",
                users,
            )

    def _differs(self, current: State) -> bool:
        if self.planned:
            return True
        if not self.document:
            return False
        try:
            there = saml_metadata.read(str(current.get("SAMLMetadataDocument") or ""))
        except MetadataError:
            return True
        wanted = saml_metadata.read(self.document)
        # A document that is about to end, or has, is replaced by one that ends later.
        until = current.get("ValidUntil")
        ended = until is not None and until < datetime.now(UTC) and wanted.valid_until != there.valid_until
        return ended or not wanted.same(there)

    # -- answering --

    def predicted(self, current: State | None) -> State:
        base = {**super().predicted(current)}
        if self.document or self.planned:
            base["SAMLMetadataDocument"] = self.document
        return base

    def view(self, state: State) -> dict[str, Any]:
        metadata = _read(state)
        dates = {
            option: state[member].isoformat() if state.get(member) else None
            for option, member in (("create_date", "CreateDate"), ("valid_until", "ValidUntil"))
        }
        return {
            "arn": state["Arn"],
            "name": self.name,
            "type": "saml",
            "entity_id": metadata.entity_id if metadata else "",
            "certificates": _certificates(metadata),
            "endpoints": [
                {"service": service, "binding": binding, "location": location}
                for service, binding, location in sorted(metadata.endpoints if metadata else ())
            ],
            **dates,
            "tags": dict(state["Tags"]),
        }

    def identity(self, state: State) -> dict[str, Any]:
        return {**super().identity(state), "certificates": _certificates(_read(state))}


def _read(state: Mapping[str, Any]) -> Metadata | None:
    """What the state's document says; ``None`` for one that cannot be read (a placeholder, or another's)."""
    try:
        return saml_metadata.read(str(state.get("SAMLMetadataDocument") or ""))
    except MetadataError:
        return None


def _certificates(metadata: Metadata | None) -> list[dict[str, Any]]:
    found = [saml_metadata.describe(certificate) for certificate in (metadata.certificates if metadata else ())]
    return sorted(found, key=lambda item: str(item["fingerprint_sha256"]))
