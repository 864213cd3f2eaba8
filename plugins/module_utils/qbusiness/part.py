# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What belongs to an application or an index and has no id, ARN or tags of its own: no :class:`~.table.Spec` fits.

Source: the service model; aws-qbusiness reference, "Overview matrix".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .. import model
from ..errors import InputError
from ..host import Context
from ..placeholder import is_placeholder
from ..resource import Resource, ensure
from .table import SERVICE


class Part(Resource):
    """One of them. ``parents``: the ids of what it belongs to, by member."""

    parent_members: tuple[str, ...] = ("applicationId",)

    def __init__(self, context: Context) -> None:
        parameters = context.parameters
        self.context = context
        self.aws = context.aws
        self.parents = {member: str(parameters[model.option_name(member)]) for member in self.parent_members}
        self.present = parameters.get("state", "present") == "present"
        self.wait = bool(parameters.get("wait", True))
        self.timeout = float(parameters.get("wait_timeout") or 1800)

    @property
    def planned(self) -> bool:
        """Whether what it belongs to only exists in the plan of check mode."""
        return any(is_placeholder(value) for value in self.parents.values())

    def shape_faults(
        self, operation: str, members: Mapping[str, Any], named: Mapping[str, str] | None = None
    ) -> Iterator[str]:
        """What is wrong with members of an operation's input.

        :param named: option name by member, where it is not the usual one
        """
        shape = self.aws.input_shape(SERVICE, operation)
        for member, value in members.items():
            yield from model.faults(
                shape.members[member], value, (named or {}).get(member) or model.option_name(member)
            )

    def refuse(self, faults: Iterator[str]) -> None:
        """:raises InputError: there are any"""
        found = list(faults)
        if found:
            raise InputError(found)

    def parent_options(self) -> dict[str, str]:
        return {model.option_name(member): value for member, value in self.parents.items()}


def converge_part(context: Context, kind: type[Part]) -> dict[str, Any]:
    """Read, compare, plan, apply, answer.

    :raises FederationError: see :mod:`..errors`
    """
    return ensure(kind(context), state=context.parameters["state"], check_mode=context.check_mode).answer()
