# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Bring one Q Business resource to the state that a task asks for: what every module of the service calls."""

from __future__ import annotations

from typing import Any

from ..host import Context
from ..model import option_name
from ..resource import ensure
from .table import ServiceResource, Spec


def converge(context: Context, spec: Spec, resource_class: type[ServiceResource] = ServiceResource) -> dict[str, Any]:
    """Read, compare, plan, apply, answer.

    :raises FederationError: see :mod:`..errors`
    """
    parameters = context.parameters
    resource = resource_class(
        spec,
        context.aws,
        parents={member: str(parameters.get(option_name(member)) or "") for member in spec.parents},
        options=parameters,
        given_id=parameters.get(option_name(spec.id_member)),
        tags=parameters.get("tags"),
        purge_tags=parameters.get("purge_tags", True),
        wait=parameters.get("wait", True),
        wait_timeout=parameters.get("wait_timeout", 1800),
        present=parameters["state"] == "present",
    )
    answer = ensure(resource, state=parameters["state"], check_mode=context.check_mode).answer()
    for notice in resource.notices:
        context.warn(notice)
    return answer
