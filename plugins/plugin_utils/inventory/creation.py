# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What only matters of a variable where an object is created: an existing one is adopted without it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from ...module_utils.federation.host_variables import is_set, items_of
from .rows.limits import shape
from .values import shown

SOURCES = "qbusiness_knowledge_data_sources"
#: Variable of a role's name → what the name ends with where the variable is not set.
ROLE_NAMES = {
    "qbusiness_application_role_name": "-web-experience",
    "qbusiness_knowledge_role_name": "-knowledge",
    "qbusiness_web_experience_secrets_role_name": "-client-secret",
    "qbusiness_api_client_role_name": "-api-client",
}


def creation_errors(
    variables: Mapping[str, Any], role_names: Collection[str] = (), data_sources: Collection[str] = ()
) -> list[str]:
    """Return a sentence for each thing that keeps an object from being created.

    :param role_names: variables of ``ROLE_NAMES`` whose roles would be created
    :param data_sources: names of the data sources that would be created
    """
    return [*_role_names(variables, role_names), *_sources(variables, data_sources)]


def _role_names(variables: Mapping[str, Any], names: Collection[str]) -> Iterator[str]:
    """Names that are made of the display name: IAM takes shorter ones than Amazon Q Business."""
    name = variables.get("qbusiness_application_display_name")
    most = shape("iam", "CreateRole.RoleName").metadata["max"]
    for variable, end in ROLE_NAMES.items():
        derived = f"{name}{end}"
        if variable in names and is_set(name) and len(derived) > most and not is_set(variables.get(variable)):
            yield (
                f"{variable}: is required, as {shown(derived)}, which is made of qbusiness_application_display_name, "
                f"has {len(derived)} characters. Allowed are names of roles of 1 to {most} characters, such as "
                f"assistant{end}."
            )


def _sources(variables: Mapping[str, Any], names: Collection[str]) -> Iterator[str]:
    for number, item in items_of(variables, SOURCES):
        if item.get("name") in names and needs_existing(item):
            yield (
                f"{SOURCES}[{number}]: {shown(item['name'])} has neither a bucket nor a configuration, and no data "
                "source of this name exists. Allowed is one of them for a new data source, such as bucket: "
                "example-documents."
            )


def needs_existing(item: Mapping[str, Any]) -> bool:
    """Return whether an item of the data sources does not say what it reads, so that one has to exist."""
    absent = item.get("state") == "absent"
    return not absent and not is_set(item.get("bucket")) and not item.get("configuration")
