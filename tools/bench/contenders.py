# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks that are compared. They are written as JSON, which is YAML too."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import world
from measure import Contender

OURS = "qbusiness.federation.qbusiness_app"
SOURCE = "qbusiness.federation.qbusiness_datasource"
PEER = "amazon.aws.iam_role"
Task = dict[str, Any]


def role_options(number: int | str) -> Task:
    """A role of :meth:`world.Company.roles`, as it is."""
    name = number if isinstance(number, str) else world.role(number)
    return {"name": name, "description": world.DESCRIPTION, "assume_role_policy_document": json.dumps(world.TRUST)}


def source_options(application_id: str, index_id: str) -> Task:
    """A data source of :class:`world.Company`, as it is; its name is the loop's item."""
    return {
        "application_id": application_id,
        "index_id": index_id,
        "display_name": "{{ item }}",
        "description": world.DESCRIPTION,
        "configuration": {"type": "CUSTOM"},
    }


def app_tasks(number: int) -> list[Task]:
    return [
        {
            "name": world.application(index),
            OURS: {"display_name": world.application(index), "description": world.DESCRIPTION},
        }
        for index in range(number)
    ]


def role_tasks(number: int) -> list[Task]:
    return [{"name": world.role(index), PEER: role_options(index)} for index in range(number)]


def source_loop(company: world.Company, number: int) -> list[Task]:
    options = source_options(company.applications[0], company.indexes[0])
    return [{"name": "Data sources", SOURCE: options, "loop": [world.source(index) for index in range(number)]}]


def source_list(company: world.Company, number: int) -> list[Task]:
    """The same data sources in one task that takes a list."""
    options = source_options(company.applications[0], company.indexes[0])
    own = {name: options.pop(name) for name in ("display_name", "description", "configuration")}
    options["data_sources"] = [{**own, "display_name": world.source(index)} for index in range(number)]
    return [{"name": "Data sources", SOURCE: options}]


def role_loop(number: int) -> list[Task]:
    return [{"name": "Roles", PEER: role_options("{{ item }}"), "loop": [world.role(i) for i in range(number)]}]


def playbook(
    name: str, tasks: list[Task], folder: Path, cloud_environment: dict[str, str], *arguments: str
) -> Contender:
    """A playbook of these tasks for one local host."""
    return over_hosts(name, {"localhost": {}}, tasks, folder, cloud_environment, *arguments)


def over_hosts(
    name: str,
    hosts: dict[str, Task],
    tasks: list[Task],
    folder: Path,
    cloud_environment: dict[str, str],
    *arguments: str,
) -> Contender:
    """A playbook of these tasks for these hosts, which all are this machine."""
    play = [{"name": name, "hosts": "all", "gather_facts": False, "tasks": tasks}]
    variables = {"ansible_connection": "local", "ansible_python_interpreter": sys.executable}
    stem = name.replace(" ", "_")
    (folder / f"{stem}.yml").write_text(json.dumps(play), encoding="utf-8")
    inventory = {"all": {"hosts": hosts, "vars": variables}}
    (folder / f"{stem}.inventory.json").write_text(json.dumps(inventory), encoding="utf-8")
    command = [world.PLAYBOOK, "-i", str(folder / f"{stem}.inventory.json"), str(folder / f"{stem}.yml"), *arguments]
    return Contender(name, command, cloud_environment)
