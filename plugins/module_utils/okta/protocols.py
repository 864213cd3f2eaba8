# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The protocols that an app may speak: the settings of each, behind one shape."""

from __future__ import annotations

import typing as t
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..compare import Comparator
from . import oidc_settings, public_keys, saml_settings
from .names import Members

_Map = Mapping[str, Any]


class Protocol(t.Protocol):
    """What :mod:`.saml_settings` and :mod:`.oidc_settings` have in common. Members are as that file has them."""

    MODE: str
    OPTIONS: dict[str, Any]
    SETTINGS: tuple[str, ...]
    CATALOG: frozenset[str]
    COMPARATORS: Mapping[str, Comparator]

    def current_of(self, app: Mapping[str, Any], /) -> Mapping[str, Any]: ...
    def own_definition(self, app: Mapping[str, Any], /) -> bool: ...
    def changed_while_inactive(self, app: Mapping[str, Any], /) -> bool: ...
    def wanted_members(self, options: Mapping[str, Any], current: Mapping[str, Any], /) -> Members: ...
    def new_app(self, wanted: Members, /) -> Members: ...
    def lay(self, body: Members, wanted: Members, /) -> None: ...
    def refuse(self, wanted: Mapping[str, Any], app: Mapping[str, Any], /) -> None: ...
    def lost_by(self, wanted: Mapping[str, Any], app: Mapping[str, Any], /) -> Sequence[str]: ...
    def faults(self, options: _Map, current: _Map | None, making: bool, /) -> Iterator[str]: ...
    def answer(self, app: Mapping[str, Any], /) -> Members: ...
    def loss(self, app: Mapping[str, Any], /) -> Sequence[str]: ...


_ALL: tuple[Protocol, ...] = (saml_settings, oidc_settings)
PROTOCOLS: Mapping[str, Protocol] = {protocol.MODE: protocol for protocol in _ALL}
OPTIONS: dict[str, Any] = {name: option for protocol in PROTOCOLS.values() for name, option in protocol.OPTIONS.items()}
#: What ``initially`` may name.
INITIALLY = [name for protocol in PROTOCOLS.values() for name in protocol.SETTINGS]


def _given(options: Mapping[str, Any], spec: Mapping[str, Any], name: str) -> bool:
    """Whether an option was given, as far as that can be told: a default may have been written out."""
    return options.get(name) is not None and options[name] != spec[name].get("default")


def foreign_faults(options: Mapping[str, Any], mode: str) -> Iterator[str]:
    """Options that belong to the other protocol."""
    for protocol in (other for name, other in PROTOCOLS.items() if name != mode):
        for name in protocol.OPTIONS:
            if _given(options, protocol.OPTIONS, name):
                yield f"{name}: belongs to apps of sign_on_mode {protocol.MODE}; this one is {mode}"
        for name in options.get("initially") or ():
            if name in protocol.SETTINGS:
                yield f"initially: {name} belongs to apps of sign_on_mode {protocol.MODE}; this one is {mode}"


def private_parts(options: Mapping[str, Any]) -> set[str]:
    """Values among the options that no output may hold."""
    return public_keys.private_parts((options.get("jwks") or {}).get("keys") or ())


def catalog_faults(options: Mapping[str, Any], app: Mapping[str, Any], protocol: Protocol) -> Iterator[str]:
    """Settings of an app from Okta's catalog that are its template's."""
    few = " and ".join(sorted(protocol.CATALOG))
    settings = (*protocol.SETTINGS, *(name for name in protocol.OPTIONS if name.endswith("_absent")))
    for name in settings:
        if name not in protocol.CATALOG and _given(options, protocol.OPTIONS, name):
            yield (
                f"{name}: the app {app.get('name')} comes from Okta's catalog, whose template sets it; "
                + (f"only {few} can be set" if few else "no setting of it can be set here")
            )
