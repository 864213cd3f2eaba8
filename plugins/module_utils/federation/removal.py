# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a removal takes along, and who else uses an identity: said before anything is removed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from ..aws import Aws
from ..iam import role_trust
from ..iam.provider_uses import uses
from ..iam.role_kinds import KINDS
from ..qbusiness import losses
from .application_decision import text
from .host_variables import is_on
from .inventory import Inventory
from .live import Live
from .model import Application, Role
from .reader import Reader
from .resolution import Host

#: Roles that go with an application: the variable of the name, and that of the path.
ROLES = (
    "qbusiness_application_role",
    "qbusiness_knowledge_role",
    "qbusiness_web_experience_secrets_role",
    "qbusiness_api_client_role",
)
WITHOUT_IDENTITY = "qbusiness_remove_without_identity"


@dataclass
class Removal:
    """Names the losses of each host. ``names``: of new roles, by variable and display name."""

    aws: Aws
    reader: Reader
    inventory: Inventory
    live: Live
    hosts: dict[str, Host]
    new_names: dict[str, str] = field(default_factory=dict)
    _going: dict[str, set[str]] = field(default_factory=dict)

    def application(self, name: str) -> list[str]:
        """Return what goes with the application of a host; empty where there is none.

        :raises ServiceError: a role cannot be read, so its loss would not be said
        """
        application = self.live.applications.get(name)
        found: list[str] = []
        if application is not None:
            found.append(f'application "{application.name}" ({application.id}) with all its conversations')
            region = self.inventory.region(name)
            found += losses.application(self.aws.in_region(region) if region else self.aws, application.id)
        roles = list(self._roles(name))
        stays = {role.arn: others for _prefix, role in roles if (others := others_on(role))}
        going = self._going.setdefault(self.inventory.identity_of(name), set())
        going.update(f"role {role.arn}" for _prefix, role in roles if role.arn not in stays)
        for prefix, role in roles:
            if role.arn in stays:  # looked up by its task, and left as it is
                self.hosts[name].variables[f"{prefix}_manage"] = False
                self.hosts[name].notes.append(f"role {role.arn} stays: it has {', '.join(stays[role.arn])} of others.")
        if application is not None:
            going.add(f"({application.id})")
        bucket = self.inventory.text(name, "qbusiness_web_experience_theme_bucket")
        if application is not None and bucket:
            found.append(f"the statement of the policy of bucket {bucket} by which its theme is read")
        return [*found, *(f"role {role.arn} with its policies" for _prefix, role in roles if role.arn not in stays)]

    def _roles(self, name: str) -> Iterable[tuple[str, Role]]:
        """Yield the roles that belong to an application, each with the prefix of its variables."""
        given = self.inventory.text(name, "qbusiness_knowledge_role_arn").rpartition("/")[2]
        variables = self.inventory.over(self.hosts[name].variables, name)
        for prefix in ROLES:
            display_name = self.inventory.text(name, "qbusiness_application_display_name")
            role_name = text(variables, f"{prefix}_name") or self.new_names[f"{prefix}_name"].format(display_name)
            managed = is_on(self.inventory.over({f"{prefix}_manage": True}, name)[f"{prefix}_manage"])
            role = self.reader.role(role_name) if managed and role_name and role_name != given else None
            if role is not None:
                yield prefix, role

    def identity(self, name: str, regions: Iterable[str]) -> list[str]:
        """Return what goes with the identity of a host, and note who else uses it.

        :param regions: where applications are looked for
        :raises ServiceError: who uses the provider cannot be known
        """
        facts = self.hosts[name].facts
        arn, client = str(facts.get("provider_arn") or ""), str(facts.get("client_id") or "")
        others: list[str] = []
        if arn:
            going = self._going.get(name, set())
            others = [
                use.name
                for use in uses(self.aws, arn, [region for region in regions if region])
                if (not client or use.accepts(client)) and not _goes(use.name, going)
            ]
        facts["used_by"] = others
        provider = self.live.providers.get(name)
        if provider is not None and provider.client_ids and not client:
            facts["kept"] = (
                f"identity provider {arn} stays: it has the client IDs "
                f"{', '.join(provider.client_ids)}, of which none is known "
                "to be of this identity"
            )
            arn = ""
        facts["removes"] = "" if others else self.inventory.protocol(name)
        if others:
            facts["identity"] = self.inventory.protocol(name)
            return []
        return [
            *(
                [f'Okta app "{facts["app_label"]}" ({facts["app_id"]}) with its assignments and keys']
                if facts.get("app_id")
                else []
            ),
            *(
                [f"client ID {client} at the identity provider {arn}" if client else f"identity provider {arn}"]
                if arn
                else []
            ),
            *([f"secret {facts['client_secret_arn']}"] if facts.get("client_secret_arn") else []),
            *(["the place of the app in the policy of the authorization server"] if client else []),
        ]

    def left_out(self) -> list[str]:
        """Return the identities that a limit leaves out: they would keep what their applications have put on them."""
        inventory = self.inventory
        users = [name for name in inventory.applications if name in inventory.in_run]
        if any(inventory.flag(name, WITHOUT_IDENTITY) for name in users):
            return []
        named = (inventory.identity_of(name) for name in users)
        return list(
            dict.fromkeys(name for name in named if name in inventory.identities and name not in inventory.in_run)
        )


def _goes(user: str, going: set[str]) -> bool:
    """Return whether a user of a provider is among what is removed: a role, or an application by its ID."""
    return user in going or any(item in user for item in going if item.startswith("("))


def others_on(role: Role) -> list[str]:
    """Return what others put on a role: trust statements, inline policies and attached policies."""
    ours = {spec.policy_name for spec in KINDS.values()}
    return [
        *role_trust.names_of_others(role.trust),
        *(f"inline policy {name}" for name in role.inline if name not in ours),
        *(f"attached policy {policy.arn}" for policy in role.attached),
    ]


def kept(application: Application) -> str:
    """Return that an application stays although the inventory says absent."""
    return (
        f'application "{application.name}" ({application.id}) is to be removed '
        "(qbusiness_application_state: absent). It stays "
        "until a run with -e qbusiness_remove_confirm=yes."
    )
