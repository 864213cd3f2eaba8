# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles of IAM for a reader, read as :mod:`..iam.role` reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..aws import Aws
from ..compare import parse_json
from ..host import Context
from ..iam import role
from ..iam.provider_uses import ROLES_PAGE
from ..iam.role_options import SERVICE
from .model import AttachedPolicy, Role
from .unread import Notes


def name_of(arn_or_name: str) -> str:
    """A role's name, which is the last part of its ARN."""
    return arn_or_name.rpartition("/")[2]


def read(aws: Aws, arn_or_name: str, policy_name: str = "") -> Role | None:
    """A role; ``None`` where there is none of this name, or the one of this name has another ARN.

    :param policy_name: read only this policy, and the others only where the role has none of this name; ``""``: all
    :raises ServiceError: the role cannot be read; policies that cannot be read are entries of it
    """
    name = name_of(arn_or_name)
    resource = role.Role(Context({"state": "absent", "name": name}, True, aws))
    state = resource.find()
    if state is None or (arn_or_name.startswith("arn:") and state["Arn"] != arn_or_name):
        return None
    view = resource.view(state)
    notes = Notes()
    inline: dict[str, Any] = {}
    attached: tuple[AttachedPolicy, ...] = ()
    if policy_name:
        document = notes.tried(f"policy {policy_name} of role {name}", lambda: _document(aws, name, policy_name), None)
        if document is not None:
            inline[policy_name] = document
    complete = not inline and not notes.entries
    if complete:
        inline = notes.tried(f"inline policies of role {name}", lambda: _inline(aws, name), {})
        attached = notes.tried(f"attached policies of role {name}", lambda: _attached(aws, name), ())
    return Role(
        arn=str(state["Arn"]),
        name=name,
        path=str(state["Path"]),
        trust=view["assume_role_policy_document"],
        inline=inline,
        attached=attached,
        policies_read=complete and not notes.entries,
        description=view["description"],
        max_session_duration=view.get("max_session_duration"),
        permissions_boundary=view["permissions_boundary"],
        tags=view["tags"],
        unread=tuple(notes.entries),
    )


def _document(aws: Aws, name: str, policy: str) -> Mapping[str, Any] | None:
    answer = aws.get(SERVICE, "GetRolePolicy", RoleName=name, PolicyName=policy)
    return None if answer is None else parse_json(answer["PolicyDocument"])


def _inline(aws: Aws, name: str) -> dict[str, Any]:
    names = sorted(str(item) for item in aws.pages(SERVICE, "ListRolePolicies", "PolicyNames", RoleName=name))
    found = {policy: _document(aws, name, policy) for policy in names}
    return {policy: document for policy, document in found.items() if document is not None}


def _attached(aws: Aws, name: str) -> tuple[AttachedPolicy, ...]:
    listed = aws.pages(SERVICE, "ListAttachedRolePolicies", "AttachedPolicies", RoleName=name)
    return tuple(sorted((AttachedPolicy(item["PolicyArn"], item["PolicyName"]) for item in listed), key=_by_arn))


def _by_arn(item: AttachedPolicy) -> str:
    return item.arn


def listed(aws: Aws) -> Iterator[Role]:
    """All roles of the account with their trust policies, which is what the list says of them.

    :raises ServiceError: IAM refuses
    """
    for item in aws.pages(SERVICE, "ListRoles", "Roles", MaxItems=ROLES_PAGE):
        yield Role(
            arn=str(item["Arn"]),
            name=str(item["RoleName"]),
            path=str(item["Path"]),
            trust=parse_json(item.get("AssumeRolePolicyDocument")) or {},
            description=str(item.get("Description") or ""),
            max_session_duration=item.get("MaxSessionDuration"),
        )
