# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a reader reads: parts of applications and identities, each of which costs calls. And which objects it reads."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

CONCURRENCY = 8


class Part(StrEnum):
    """A part of an application or of an identity that may be left out."""

    # of an application
    TAGS = "tags"
    INDICES = "indices"
    RETRIEVERS = "retrievers"
    DATA_SOURCES = "data_sources"
    SYNCS = "syncs"
    WEB_EXPERIENCES = "web_experiences"
    ROLES = "roles"
    #: All policies of a role, in the place of the one that this collection writes.
    POLICIES = "policies"
    THEMES = "themes"
    PLUGINS = "plugins"
    CHAT_CONTROLS = "chat_controls"
    CHAT_RESPONSE_CONFIGURATIONS = "chat_response_configurations"
    DATA_ACCESSORS = "data_accessors"
    PERMISSIONS = "permissions"
    SUBSCRIPTIONS = "subscriptions"
    INDEX_GROUPS = "index_groups"
    # of an identity
    METADATA = "metadata"
    APP_GROUPS = "app_groups"
    APP_USERS = "app_users"
    FEDERATED_CLAIMS = "federated_claims"
    AUTHORIZATION_SERVERS = "authorization_servers"
    CLIENT_SECRETS = "client_secrets"
    #: Who else uses the provider: roles that trust it.
    USES = "uses"


OF_APPLICATIONS = frozenset(tuple(Part)[: tuple(Part).index(Part.METADATA)])


@dataclass(frozen=True)
class Detail:
    """The parts to read."""

    parts: frozenset[Part]

    def __contains__(self, part: Part) -> bool:
        return part in self.parts

    def without(self, *parts: Part) -> Detail:
        """The same without some parts."""
        return Detail(self.parts.difference(parts))

    def and_also(self, *parts: Part) -> Detail:
        """The same with more parts."""
        return Detail(self.parts.union(parts))


FULL = Detail(frozenset(Part))
#: What the modules of the roles read in a run that changes nothing, by the same operations and parameters.
ROLES = Detail(
    frozenset(
        {
            Part.TAGS,
            Part.INDICES,
            Part.RETRIEVERS,
            Part.DATA_SOURCES,
            Part.SYNCS,
            Part.WEB_EXPERIENCES,
            Part.ROLES,
            Part.THEMES,
            Part.METADATA,
            Part.APP_GROUPS,
            Part.AUTHORIZATION_SERVERS,
            Part.CLIENT_SECRETS,
            Part.USES,
        }
    )
)
#: The object alone.
BARE = Detail(frozenset())


@dataclass(frozen=True)
class Selection:
    """The objects to read; without applications and identities all of the account in these regions.

    ``applications``: names, ids or ARNs. ``identities``: ARNs or names of providers, ids or labels of Okta apps.
    ``regions``: without any, the connection's own.
    """

    applications: tuple[str, ...] = ()
    identities: tuple[str, ...] = ()
    regions: tuple[str, ...] = ()
    detail: Detail = FULL

    @property
    def everything(self) -> bool:
        """Whether no object is named."""
        return not self.applications and not self.identities
