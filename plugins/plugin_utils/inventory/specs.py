# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The argument specs that the collection declares: those of its roles, and the one of its playbooks' own variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from ansible.parsing.dataloader import DataLoader

ROOT = Path(__file__).resolve().parents[3]
PLAYBOOK_VARIABLES = Path(__file__).with_name("playbook_variables.yml")
#: Roles that no playbook of the collection runs: their variables are known, and not checked here.
APART = ("sandbox",)
#: The roles that a host of each group runs.
SAML_ROLES = ("okta_saml_app", "iam_identity_provider")
OIDC_ROLES = ("okta_oidc_app", "okta_authorization_server", "iam_identity_provider", "okta_client_secret")
APPLICATION_ROLES = (
    "qbusiness_application",
    "qbusiness_knowledge",
    "qbusiness_web_experience",
    "qbusiness_api_client",
    "federation_evidence",
)

Spec = dict[str, Any]


@dataclass(frozen=True)
class Specs:
    """All that is declared."""

    #: Role → variable → its argument spec.
    roles: Mapping[str, Mapping[str, Spec]]
    #: Role → variable → default.
    defaults: Mapping[str, Mapping[str, Any]]
    #: The playbooks' own variables; what a role declares is the role's.
    playbooks: Mapping[str, Spec]

    def options(self) -> Iterator[tuple[str, Spec]]:
        """Return every variable with its argument spec; one of several roles once for each."""
        for options in self.roles.values():
            yield from options.items()
        yield from self.playbooks.items()

    def of(self, variable: str) -> Spec:
        """Return the argument spec of a known variable."""
        return next(spec for name, spec in self.options() if name == variable)


def plain(value: Any) -> Any:
    """Return a YAML document without the tags that Ansible puts on its values."""
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, str):
        return "".join(value)
    return value


def document(path: Path) -> Any:
    """Return what a YAML file of the collection holds; nothing where it does not exist."""
    return plain(DataLoader().load_from_file(str(path), cache="none")) if path.is_file() else {}


@cache
def load() -> Specs:
    """Return what the files of this collection declare, read once for a process."""
    folders = sorted(path for path in (ROOT / "roles").iterdir() if (path / "meta" / "argument_specs.yml").is_file())
    roles = {
        folder.name: document(folder / "meta" / "argument_specs.yml")["argument_specs"]["main"].get("options") or {}
        for folder in folders
    }
    defaults = {folder.name: document(folder / "defaults" / "main.yml") or {} for folder in folders}
    declared = {name for options in roles.values() for name in options}
    own = document(PLAYBOOK_VARIABLES)["options"]
    return Specs(roles, defaults, {name: spec for name, spec in own.items() if name not in declared})
