# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of ``iam_federation_role``, the policies that they ask for, and what is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .. import model
from ..aws import Aws
from ..compare import given_tags
from ..errors import ServiceError
from . import arns, tagging
from .policies import Policy, compact, policy
from .role_kinds import KIND_OPTIONS, KINDS, policy_faults

SERVICE = "iam"
#: Characters without white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
TRUST_LIMIT = 2048
INLINE_LIMIT = 10240
#: Options of the role itself, with their members of CreateRole.
MEMBERS = {
    "path": "Path",
    "description": "Description",
    "max_session_duration": "MaxSessionDuration",
    "permissions_boundary": "PermissionsBoundary",
}

OPTIONS: dict[str, Any] = {
    "name": {"type": "str"},
    "role_arn": {"type": "str"},
    "manage": {"type": "bool", "default": True},
    "path": {"type": "str"},
    "description": {"type": "str"},
    "permissions_boundary": {"type": "str"},
    "max_session_duration": {"type": "int"},
    "kind": {"type": "str", "choices": list(KINDS)},
    "provider_arn": {"type": "str"},
    "saml_audiences": {"type": "list", "elements": "str"},
    "oidc_audiences": {"type": "list", "elements": "str"},
    "application_arn": {"type": "str"},
    "application_arns": {"type": "list", "elements": "str"},
    "index_id": {"type": "str"},
    "q_apps": {"type": "bool", "default": False},
    "citations": {"type": "bool", "default": False},
    "search": {"type": "bool"},
    "kms_key_arn": {"type": "str", "no_log": False},
    "buckets": {"type": "list", "elements": "str"},
    "bucket_account": {"type": "str"},
    "kendra_index_id": {"type": "str"},
    "secret_arn": {"type": "str", "no_log": False},
    "vpc_subnet_ids": {"type": "list", "elements": "str"},
    "vpc_security_group_ids": {"type": "list", "elements": "str"},
    "policy_name": {"type": "str"},
    "additional_statements": {"type": "list", "elements": "dict"},
    "purge_rights": {"type": "bool", "default": True},
    "force": {"type": "bool", "default": False},
}


def size(document: Any) -> int:
    """Return how many characters of a policy count against a quota: white space does not."""
    return len(re.sub(r"\s", "", document if isinstance(document, str) else compact(document)))


class RoleOptions:
    """What a task asks of one role."""

    def __init__(self, parameters: Mapping[str, Any], aws: Aws) -> None:
        self.aws = aws
        self.present = parameters["state"] == "present"
        self.managed = bool(parameters.get("manage", True))
        self.arn = str(parameters.get("role_arn") or "")
        self._given_name = str(parameters.get("name") or "")
        self.name = self._given_name or arns.role_name(self.arn)
        self.kind = str(parameters.get("kind") or "")
        self.of_kind = {name: parameters.get(name) for name in (*KIND_OPTIONS, "additional_statements")}
        #: The members of the role itself that are set.
        self.members = {
            member: parameters[option] for option, member in MEMBERS.items() if parameters.get(option) is not None
        }
        self.tags = given_tags(parameters.get("tags"))
        self.purge_tags = bool(parameters.get("purge_tags", True))
        self.purge_rights = bool(parameters.get("purge_rights", True))
        self.force = bool(parameters.get("force"))
        given = parameters.get("policy_name")
        self.policy_name = str(given or KINDS[self.kind or next(iter(KINDS))].policy_name)
        #: The inline policies that are this collection's, by its own names: the role may have been of another kind.
        self.policy_names = [given] if given else [spec.policy_name for spec in KINDS.values()]

    @property
    def trust(self) -> Policy:
        """The statements that the trust policy has to give."""
        return KINDS[self.kind].trust(self.of_kind)

    @property
    def permissions(self) -> Policy:
        """The inline policy by itself."""
        return policy([*KINDS[self.kind].statements(self.of_kind), *(self.of_kind["additional_statements"] or [])])

    # -- faults --

    def name_faults(self) -> Iterator[str]:
        """What is wrong with what names the role."""
        if self.arn and not arns.role_name(self.arn):
            yield f"role_arn: {self.arn!r} is not of the form arn:aws:iam::123456789012:role/NAME"
        elif self.arn and self._given_name not in ("", arns.role_name(self.arn)):
            yield f"name: {self._given_name!r} is not the name in role_arn {self.arn!r}. Leave one of the two out"
        shape = self.aws.input_shape(SERVICE, "CreateRole")
        if self.name:
            yield from model.faults(shape.members["RoleName"], self.name, "name")

    def faults(self) -> Iterator[str]:
        """What is wrong with all the others."""
        shape = self.aws.input_shape(SERVICE, "CreateRole")
        for option, member in MEMBERS.items():
            # An empty boundary takes the boundary away.
            if member in self.members and not (option == "permissions_boundary" and self.members[member] == ""):
                yield from model.faults(shape.members[member], self.members[member], option)
        policy_shape = self.aws.input_shape(SERVICE, "PutRolePolicy").members["PolicyName"]
        yield from model.faults(policy_shape, self.policy_name, "policy_name")
        yield from tagging.faults(self.aws, "CreateRole", self.tags)
        if not self.kind:
            if self.managed:
                yield f"kind: is required with state=present; one of {', '.join(KINDS)}"
            return
        found = list(policy_faults(self.kind, self.of_kind))
        yield from found
        if not found and self.managed:
            yield from self._size_faults()

    def _size_faults(self) -> Iterator[str]:
        options = KINDS[self.kind].taken
        trust = size(self.trust)
        if trust > TRUST_LIMIT and trust > (limit := self.trust_limit()):
            several = self.kind == "secrets"
            what = "application_arns" if several else "saml_audiences, oidc_audiences"
            yield f"{what}: they make a trust policy of {trust} characters; IAM takes {limit}, white space apart. " + (
                "Give some of the applications a role of their own, or ask AWS to raise the quota"
                if several
                else "Use fewer, or ask AWS to raise the quota"
            )
        inline = size(self.permissions)
        if inline > INLINE_LIMIT:
            causes = [name for name in ("application_arns", "buckets") if name in options]
            yield (
                f"{', '.join([*causes, 'additional_statements'])}: they make an inline policy of {inline} characters; "
                f"IAM takes {INLINE_LIMIT}, white space apart"
                + (". Give some of the applications a role of their own" if "application_arns" in causes else "")
            )

    def trust_limit(self) -> int:
        """Return the account's own quota, which can be raised; asked for only where the default would not do."""
        try:
            quotas = self.aws.call(SERVICE, "GetAccountSummary")["SummaryMap"]
        except ServiceError:  # not everybody may read it
            return TRUST_LIMIT
        return int(quotas.get("AssumeRolePolicySizeQuota", TRUST_LIMIT))
