# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles for Q Business: trust and permissions by kind, on the engine.

The trust policy and one inline policy are this collection's; other inline policies and attached policies stay.
Source: the IAM service model; https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .. import model
from ..aws import Aws, tolerating, wait_for
from ..compare import given_tags, same_or_both_empty, same_policy
from ..errors import InputError, ServiceError, WaitError
from ..host import Context
from ..placeholder import ACCOUNT
from ..resource import Call, Resource, State, differing, ensure, refuse_immutable
from . import arns, tagging, trusts
from .policies import compact, policy
from .role_kinds import KIND_OPTIONS, KINDS, application_arns, policy_faults

SERVICE = "iam"
#: Characters without white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
TRUST_LIMIT = 2048
INLINE_LIMIT = 10240
#: Options of the role itself, with their members of CreateRole.
MEMBERS = {
    "name": "RoleName",
    "path": "Path",
    "description": "Description",
    "max_session_duration": "MaxSessionDuration",
    "permissions_boundary": "PermissionsBoundary",
}
#: How long a new role is waited for before it is given its policy, in seconds.
APPEARANCE_SECONDS = 60.0
#: What IAM says to the creation of what is there (service model, ``CreateRole``).
EXISTS = "EntityAlreadyExists"
DOCUMENTS = ("AssumeRolePolicyDocument", "PolicyDocument")

PATH_LOSS = (
    "A role at another path is another role with another ARN: the Role attribute in Okta, the web experience or data "
    "sources that use this one, and policies that others put on it would be lost. To go on, remove it with "
    "state=absent first, or give the new one another name."
)

OPTIONS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
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
    "force": {"type": "bool", "default": False},
}


def size(document: Any) -> int:
    """Characters of a policy that count against a quota: white space does not."""
    return len(re.sub(r"\s", "", document if isinstance(document, str) else compact(document)))


class Role(Resource):
    """One role with its trust policy and its one inline policy."""

    noun = "role"

    def __init__(self, context: Context) -> None:
        parameters = context.parameters
        self.context = context
        self.tell = context.tell
        self.aws: Aws = context.aws
        self.present = parameters["state"] == "present"
        self.name = str(parameters["name"])
        self.kind = str(parameters.get("kind") or "")
        self.options = {name: parameters.get(name) for name in (*KIND_OPTIONS, "additional_statements")}
        self.wanted = {
            member: parameters[option] for option, member in MEMBERS.items() if parameters.get(option) is not None
        }
        self.tags = given_tags(parameters.get("tags"))
        self.purge_tags = bool(parameters.get("purge_tags", True))
        self.force = bool(parameters.get("force"))
        given = parameters.get("policy_name")
        self.policy_name = str(given or KINDS[self.kind or next(iter(KINDS))].policy_name)
        #: The inline policies that are this collection's, by its own names: the role may have been of another kind.
        self.policy_names = [given] if given else [spec.policy_name for spec in KINDS.values()]

    @property
    def shared_key(self) -> str:
        return f"{SERVICE} role {self.name}"

    @property
    def described(self) -> str:
        return f"role {self.name}"

    # -- reading --

    def find(self) -> State | None:
        if model_faults := list(self._name_faults()):
            raise InputError([*model_faults, *(self._option_faults() if self.present else ())])
        role = self._role()
        if role is None or not self.present:
            return role
        answer = self.aws.get(SERVICE, "GetRolePolicy", RoleName=self.name, PolicyName=self.policy_name)
        return {**role, **self._policy_members((answer or {}).get("PolicyDocument"))}

    def _role(self) -> State | None:
        answer = self.aws.get(SERVICE, "GetRole", RoleName=self.name)
        if answer is None:
            return None
        role: dict[str, Any] = dict(answer["Role"])
        return {
            **role,
            "Description": role.get("Description", ""),
            "PermissionsBoundary": (role.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn", ""),
            "Tags": {item["Key"]: item["Value"] for item in role.get("Tags") or []},
        }

    def _policy_members(self, document: Any) -> dict[str, Any]:
        return {"PolicyName": self.policy_name, "PolicyDocument": document}

    def read(self) -> State:
        state = self.find()
        if state is None:
            raise WaitError(f"role {self.name} was written, and cannot be read; somebody removed it meanwhile.")
        return state

    def missing(self, state: State) -> Sequence[str]:
        return [call.operation for call in self.changes(state)]

    # -- checking --

    def _name_faults(self) -> Iterator[str]:
        yield from model.faults(self.aws.input_shape(SERVICE, "CreateRole").members["RoleName"], self.name, "name")

    def check(self, current: State | None) -> None:
        found = list(self._option_faults())
        if found:
            raise InputError(found)
        if current is not None and not self.force:
            self._refuse_another_region(current)
            self._refuse_to_open(current)

    def _refuse_another_region(self, current: State) -> None:
        """Roles are the account's, applications a region's: two of one name would take the role from each other.

        :raises InUseError: the role is that of an application of another region
        """
        there = arns.applications_in(compact(current.get("PolicyDocument") or {}))
        wanted = {item.region for arn in application_arns(self.options) if (item := arns.application(arn))}
        if there and wanted and wanted.isdisjoint(item.region for item in there):
            self.context.refuse_in_use(
                f"role {self.name} ({current['Arn']}) is that of {there[0].arn}, which could not use it any more. The "
                f"names of roles are the account's, whatever the region: give the one for {', '.join(sorted(wanted))} "
                "another name, or force=true.",
                [item.arn for item in there],
            )

    def _refuse_to_open(self, current: State) -> None:
        """Whom a new trust policy lets in may do all that the role may, not only what is ours.

        :raises InUseError: naming what others put there
        """
        lets_in = trusts.principals(self.trust)
        carried = [] if lets_in <= trusts.principals(current["AssumeRolePolicyDocument"]) else self._carried()
        if carried:
            self.context.refuse_in_use(
                f"role {self.name} ({current['Arn']}) carries what others put on it: {', '.join(carried)}. So far it "
                f"does not trust {', '.join(sorted(lets_in))}, who could do all of that, too. It is not changed; give "
                "another name, or force=true.",
                carried,
            )

    def _carried(self) -> list[str]:
        """The permissions of others."""
        return [
            *(f"inline policy {name}" for name in self._inline() if name not in self.policy_names),
            *(f"attached policy {item['PolicyArn']}" for item in self._attached()),
        ]

    def _attached(self) -> list[dict[str, Any]]:
        return list(self.aws.pages(SERVICE, "ListAttachedRolePolicies", "AttachedPolicies", RoleName=self.name))

    def _option_faults(self) -> Iterator[str]:
        shape = self.aws.input_shape(SERVICE, "CreateRole")
        for option, member in MEMBERS.items():
            # An empty boundary takes the boundary away.
            if (
                member in self.wanted
                and option != "name"
                and not (option == "permissions_boundary" and self.wanted[member] == "")
            ):
                yield from model.faults(shape.members[member], self.wanted[member], option)
        policy_shape = self.aws.input_shape(SERVICE, "PutRolePolicy").members["PolicyName"]
        yield from model.faults(policy_shape, self.policy_name, "policy_name")
        yield from tagging.faults(self.aws, "CreateRole", self.tags)
        if not self.kind:
            yield f"kind: is required with state=present; one of {', '.join(KINDS)}"
            return
        found = list(policy_faults(self.kind, self.options))
        yield from found
        if not found:
            yield from self._size_faults()

    def _size_faults(self) -> Iterator[str]:
        options = KINDS[self.kind].taken
        trust = size(self.trust)
        if trust > TRUST_LIMIT and trust > (limit := self._trust_limit()):
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

    def _trust_limit(self) -> int:
        """The account's own quota, which can be raised; asked for only where the default would not do."""
        try:
            quotas = self.aws.call(SERVICE, "GetAccountSummary")["SummaryMap"]
        except ServiceError:  # not everybody may read it
            return TRUST_LIMIT
        return int(quotas.get("AssumeRolePolicySizeQuota", TRUST_LIMIT))

    @property
    def trust(self) -> dict[str, Any]:
        """The trust policy that is wanted."""
        return KINDS[self.kind].trust(self.options)

    @property
    def permissions(self) -> dict[str, Any]:
        """The inline policy that is wanted."""
        return policy([*KINDS[self.kind].statements(self.options), *(self.options["additional_statements"] or [])])

    # -- planning --

    def creation(self) -> Sequence[Call]:
        members = {member: value for member, value in self.wanted.items() if value != ""}
        if self.tags:
            members["Tags"] = tagging.as_list(self.tags)
        return [Call("CreateRole", lambda: self._create(members)), self._put_policy()]

    def _create(self, members: Mapping[str, Any]) -> None:
        try:
            self.aws.call(SERVICE, "CreateRole", AssumeRolePolicyDocument=compact(self.trust), **members)
        except ServiceError as error:
            if error.code != EXISTS:
                raise
            # The first answer was lost and botocore asked again, or another run was quicker.
            for call in self.changes(self.find() or {}):
                call.act()
        # IAM carries a new role to all of its hosts in a moment; the next call may meet another host.
        wait_for(
            self._role, lambda state: state is not None, lambda _state: "", f"role {self.name}", APPEARANCE_SECONDS
        )

    def _put_policy(self) -> Call:
        document = compact(self.permissions)
        return Call(
            "PutRolePolicy", lambda: self._write("PutRolePolicy", PolicyName=self.policy_name, PolicyDocument=document)
        )

    def _write(self, operation: str, **parameters: Any) -> None:
        self.aws.call(SERVICE, operation, RoleName=self.name, **parameters)

    def changes(self, current: State) -> Sequence[Call]:
        wanted = {
            **self.wanted,
            "AssumeRolePolicyDocument": self.trust,
            "PolicyDocument": self.permissions,
        }
        comparators = {**dict.fromkeys(DOCUMENTS, same_policy), "RoleName": lambda _wanted, _current: True}
        differences = differing(wanted, current, comparators, same_or_both_empty)
        refuse_immutable(self.noun, self.name, differences, current, {"Path": PATH_LOSS}, lambda member: member.lower())
        calls: list[Call] = []
        if "PermissionsBoundary" in differences:
            calls.append(self._boundary(str(differences["PermissionsBoundary"])))
        if "AssumeRolePolicyDocument" in differences:
            document = compact(self.trust)
            calls.append(
                Call("UpdateAssumeRolePolicy", lambda: self._write("UpdateAssumeRolePolicy", PolicyDocument=document))
            )
        if "PolicyDocument" in differences:
            others = [name for name in self._inline() if name != self.policy_name]
            self._check_total(others)
            self._tell_of_other_kinds(others)
            calls.append(self._put_policy())
        plain = {name: differences[name] for name in ("Description", "MaxSessionDuration") if name in differences}
        if plain:
            # Both at once: UpdateRole takes a member that is left out for one that is to be emptied.
            # guess: the model does not say what an absent Description means; sending both is right either way.
            complete = {name: plain.get(name, current.get(name)) for name in ("Description", "MaxSessionDuration")}
            sent = {name: value for name, value in complete.items() if value is not None}
            calls.append(Call("UpdateRole", lambda: self._write("UpdateRole", **sent)))
        return [
            *calls,
            *tagging.calls(self.aws, "Role", {"RoleName": self.name}, current["Tags"], self.tags, self.purge_tags),
        ]

    def _boundary(self, arn: str) -> Call:
        if arn:
            return Call(
                "PutRolePermissionsBoundary", lambda: self._write("PutRolePermissionsBoundary", PermissionsBoundary=arn)
            )
        return Call("DeleteRolePermissionsBoundary", lambda: self._write("DeleteRolePermissionsBoundary"))

    def _tell_of_other_kinds(self, others: Sequence[str]) -> None:
        """They stay, as a role may be of two kinds on purpose; but not in silence."""
        kinds = {spec.policy_name: kind for kind, spec in KINDS.items()}
        for name in others:
            if name in kinds and name in self.policy_names:
                self.context.warn(
                    f"role {self.name} also has the inline policy {name}, of the kind {kinds[name]}. It stays; where "
                    "the role is of that kind no more, take it away (aws iam delete-role-policy)."
                )

    def _check_total(self, others: Sequence[str]) -> None:
        """The quota is for all inline policies of a role; the others are read only when ours is about to be written."""
        documents = [
            self.aws.call(SERVICE, "GetRolePolicy", RoleName=self.name, PolicyName=name)["PolicyDocument"]
            for name in others
        ]
        total = size(self.permissions) + sum(size(document) for document in documents)
        if total > INLINE_LIMIT:
            fault = (
                f"name: role {self.name} also has the inline policies {', '.join(others)}; together they would have "
                f"{total} characters, and IAM takes {INLINE_LIMIT} for all of a role, white space apart"
            )
            raise InputError([fault])

    def _inline(self) -> list[str]:
        return [str(name) for name in self.aws.pages(SERVICE, "ListRolePolicies", "PolicyNames", RoleName=self.name)]

    # -- removing --

    def removal(self, current: State) -> Sequence[Call]:
        path = self.wanted.get("Path")
        if path and path != current["Path"] and not self.force:
            self.context.refuse_in_use(
                f"path: {path} is not that of role {self.name} ({current['Arn']}), so another one may be meant. It is "
                "not removed; leave path out, or give force=true.",
                [],
            )
        inline = self._inline()
        attached = self._attached()
        profiles = list(self.aws.pages(SERVICE, "ListInstanceProfilesForRole", "InstanceProfiles", RoleName=self.name))
        self.foreign = [
            *(f"inline policy {name}" for name in inline if name not in self.policy_names),
            *(f"attached policy {item['PolicyArn']}" for item in attached),
            *(f"instance profile {item['InstanceProfileName']}" for item in profiles),
        ]
        self.own = [name for name in inline if name in self.policy_names]
        if self.foreign and not self.force:
            self.context.refuse_in_use(
                f"role {self.name} carries what others put on it: {', '.join(self.foreign)}. It is not removed; "
                "remove these first, or give force=true.",
                self.foreign,
            )
        return [
            *(self._gone("DeleteRolePolicy", PolicyName=name) for name in inline),
            *(self._gone("DetachRolePolicy", PolicyArn=item["PolicyArn"]) for item in attached),
            *(
                self._gone("RemoveRoleFromInstanceProfile", InstanceProfileName=item["InstanceProfileName"])
                for item in profiles
            ),
            self._gone("DeleteRole"),
        ]

    def _gone(self, operation: str, **parameters: Any) -> Call:
        def act() -> None:
            with tolerating("NoSuchEntity"):
                self._write(operation, **parameters)

        return Call(operation, act)

    def loss(self, current: State) -> Sequence[str]:
        return [
            f"role {self.name} ({current['Arn']}) with its trust policy",
            *(f"inline policy {name}" for name in self.own),
            *self.foreign,
            "the access of everybody and every service that assumes this role",
        ]

    # -- answering --

    def predicted(self, current: State | None) -> State:
        base: dict[str, Any] = dict(current or {})
        if current is None:
            application = arns.application(next(iter(application_arns(self.options)), ""))
            partition = application.partition if application else "aws"
            path = str(self.wanted.get("Path") or "/")
            base = {
                "Arn": f"arn:{partition}:iam::{ACCOUNT}:role{path}{self.name}",
                "Path": path,
                "Description": "",
                # What IAM takes where none is given: service model, CreateRole.
                "MaxSessionDuration": 3600,
                "PermissionsBoundary": "",
            }
        base.update(self.wanted)
        base["AssumeRolePolicyDocument"] = self.trust
        base.update(self._policy_members(self.permissions))
        base["Tags"] = tagging.predicted(base.get("Tags") or {}, self.tags, self.purge_tags)
        return base

    def view(self, state: State) -> dict[str, Any]:
        shape = self.aws.output_shape(SERVICE, "GetRole").members["Role"]
        members = ("RoleName", "Arn", "RoleId", "Path", "CreateDate", "Description", "MaxSessionDuration")
        view: dict[str, Any] = dict(model.to_options(shape, {name: state[name] for name in members if name in state}))
        view["permissions_boundary"] = state["PermissionsBoundary"]
        view["assume_role_policy_document"] = state["AssumeRolePolicyDocument"]
        if "PolicyDocument" in state:
            view["policy_name"] = state["PolicyName"]
            view["policy_document"] = state["PolicyDocument"] or {}
        view["tags"] = dict(state["Tags"])
        return view

    def comparable(self, view: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in view.items() if key not in ("role_id", "create_date")}

    def identity(self, state: State) -> dict[str, Any]:
        return {"role_arn": state["Arn"], "role_name": self.name}


def manage(context: Context) -> dict[str, Any]:
    """What the module ``iam_federation_role`` does.

    :raises FederationError: see :mod:`..errors`
    """
    return ensure(Role(context), state=context.parameters["state"], check_mode=context.check_mode).answer()
