# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles for Q Business: trust and permissions by kind, on the engine.

Of the trust policy the statements with this collection's mark are its own, of the permissions one inline policy.
Everything else on the role is kept.
Source: the IAM service model; https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .. import model
from ..aws import Aws, tolerating, wait_for
from ..compare import same_or_both_empty, same_policy
from ..errors import InputError, NotFoundError, ServiceError, WaitError
from ..host import Context
from ..placeholder import ACCOUNT
from ..resource import Call, Resource, State, differing, ensure, refuse_immutable
from . import arns, kept_rights, role_lookup, role_trust, tagging, trusts
from .policies import compact
from .role_kinds import KINDS, application_arns
from .role_options import INLINE_LIMIT, SERVICE, TRUST_LIMIT, RoleOptions, size
from .role_policies import RolePolicies

#: How long a new role is waited for before it is given its policy, in seconds.
APPEARANCE_SECONDS = 60.0
#: What IAM says to the creation of what exists (service model, ``CreateRole``).
EXISTS = "EntityAlreadyExists"

PATH_LOSS = (
    "A role at another path is another role with another ARN: the Role attribute in Okta, the web experience or data "
    "sources that use this one, and policies that others put on it would be lost. Leave path out to keep this role, or "
    "set name to another name for a new one."
)


class Role(Resource):
    """One role with its trust policy and its policies."""

    noun = "role"

    def __init__(self, context: Context) -> None:
        self.context = context
        self.tell = context.tell
        self.aws: Aws = context.aws
        self.options = RoleOptions(context.parameters, context.aws)
        self.name = self.options.name
        #: Rights of the current inline policy that the options do not ask for and that stay.
        self.kept_rights: list[str] = []
        #: The policies of the role beside ours; ``None`` where nothing changes, so that they are not read.
        self.others: RolePolicies | None = None
        #: What the two policies are to be; as the options say until the current ones are known.
        self._trust: dict[str, Any] | None = None
        self._inline: Any = None

    @property
    def shared_key(self) -> str:
        return f"{SERVICE} role {self.name}"

    @property
    def described(self) -> str:
        return f"role {self.name}"

    # -- reading --

    def find(self) -> State | None:
        options = self.options
        if faults := list(options.name_faults()):
            raise InputError([*faults, *(options.faults() if options.present else ())])
        role = self._role()
        if role is None or not options.present:
            return role
        answer = self.aws.get(SERVICE, "GetRolePolicy", RoleName=self.name, PolicyName=options.policy_name)
        return {**role, **self._policy_members((answer or {}).get("PolicyDocument"))}

    def _role(self) -> State | None:
        answer = self.aws.get(SERVICE, "GetRole", RoleName=self.name)
        if answer is None:
            if self.options.arn and self.options.present:
                raise NotFoundError(f"role_arn: role {self.options.arn} not found.")
            return None
        role: dict[str, Any] = dict(answer["Role"])
        if self.options.arn not in ("", role["Arn"]):
            raise NotFoundError(f"role_arn: role {self.options.arn} not found. The role of this name is {role['Arn']}.")
        return {
            **role,
            "Description": role.get("Description", ""),
            "PermissionsBoundary": (role.get("PermissionsBoundary") or {}).get("PermissionsBoundaryArn", ""),
            "Tags": {item["Key"]: item["Value"] for item in role.get("Tags") or []},
        }

    def _policy_members(self, document: Any) -> dict[str, Any]:
        return {"PolicyName": self.options.policy_name, "PolicyDocument": document}

    def policies(self, current: State | None) -> RolePolicies:
        """Return the policies of the role, as far as they are read."""
        if self.others is None:
            known = {current["PolicyName"]: current["PolicyDocument"]} if current and "PolicyName" in current else {}
            self.others = RolePolicies(self.aws, self.name, known)
        return self.others

    def read(self) -> State:
        state = self.find()
        if state is None:
            raise WaitError(f"role {self.name} was written, and cannot be read; somebody removed it meanwhile.")
        return state

    def missing(self, state: State) -> Sequence[str]:
        others = self.others  # that the plan has read, and an answer shows
        try:
            return [call.operation for call in self.changes(state)]
        finally:
            self.others = others

    # -- checking --

    def check(self, current: State | None) -> None:
        found = list(self.options.faults())
        if found:
            raise InputError(found)
        if current is not None and not self.options.force:
            self._refuse_another_region(current)
            self._refuse_to_open(current)

    def _refuse_another_region(self, current: State) -> None:
        """Roles are the account's, applications a region's: two of one name would take the role from each other.

        :raises InUseError: the role is that of an application of another region
        """
        named = arns.applications_in(compact(current.get("PolicyDocument") or {}))
        arns_of_options = application_arns(self.options.of_kind)
        regions = {item.region for arn in arns_of_options if (item := arns.application(arn))}
        if named and regions and regions.isdisjoint(item.region for item in named):
            self.context.refuse_in_use(
                f"name: role {self.name} ({current['Arn']}) is in use by {named[0].arn}, which could not use it any "
                "more. Names of roles are unique in an account, whatever the region. Set name to another name, such as "
                f"{self.name}-{min(regions)}, or set force=true.",
                [item.arn for item in named],
            )

    def _refuse_to_open(self, current: State) -> None:
        """Whom a new trust policy lets in may do all that the role may, not only what is ours.

        :raises InUseError: naming what others put there
        """
        principals = trusts.principals(self.options.trust)
        new = principals - trusts.principals(current["AssumeRolePolicyDocument"])
        carried = self._carried(self.policies(current)) if new else []
        if carried:
            self.context.refuse_in_use(
                f"name: role {self.name} ({current['Arn']}) has policies of others: {', '.join(carried)}. It does not "
                f"trust {', '.join(sorted(principals))}, who could then do all that these policies allow. Set name to "
                "another name, or set force=true.",
                carried,
            )

    def _carried(self, policies: RolePolicies) -> list[str]:
        """Return the permissions of others."""
        return [
            *(f"inline policy {name}" for name in policies.inline_names if name not in self.options.policy_names),
            *(f"attached policy {arn}" for arn in policies.attached),
        ]

    # -- planning --

    @property
    def trust(self) -> dict[str, Any]:
        """The desired trust policy."""
        return self.options.trust if self._trust is None else self._trust

    def creation(self) -> Sequence[Call]:
        options = self.options
        members = {member: value for member, value in options.members.items() if value != ""}
        if options.tags:
            members["Tags"] = tagging.as_list(options.tags)
        self._inline = options.permissions
        self.others = RolePolicies.none(self.aws, self.name)
        return [Call("CreateRole", lambda: self._create(members)), self._put_policy(self._inline)]

    def _create(self, members: Mapping[str, Any]) -> None:
        try:
            self.aws.call(
                SERVICE, "CreateRole", RoleName=self.name, AssumeRolePolicyDocument=compact(self.trust), **members
            )
        except ServiceError as error:
            if error.code != EXISTS:
                raise
            # The first answer was lost and botocore asked again, or another run was quicker.
            self.others = None
            for call in self.changes(self.find() or {}):
                call.act()
        # IAM carries a new role to all of its hosts in a moment; the next call may meet another host.
        wait_for(
            self._role, lambda state: state is not None, lambda _state: "", f"role {self.name}", APPEARANCE_SECONDS
        )

    def _put_policy(self, document: Any) -> Call:
        members = {"PolicyName": self.options.policy_name, "PolicyDocument": compact(document)}
        return Call("PutRolePolicy", lambda: self._write("PutRolePolicy", **members))

    def _write(self, operation: str, **parameters: Any) -> None:
        self.aws.call(SERVICE, operation, RoleName=self.name, **parameters)

    def changes(self, current: State) -> Sequence[Call]:
        options = self.options
        differences = differing(options.members, current, {}, same_or_both_empty)
        refuse_immutable(self.noun, self.name, differences, current, {"Path": PATH_LOSS}, lambda member: member.lower())
        calls = [
            *self._boundary_calls(differences),
            *self._trust_calls(current),
            *self._policy_calls(current),
            *self._plain_calls(differences, current),
            *tagging.calls(
                self.aws, "Role", {"RoleName": self.name}, current["Tags"], options.tags, options.purge_tags
            ),
        ]
        if calls:
            self._read_others(current)
        else:
            self.others = None
        return calls

    def _read_others(self, current: State) -> None:
        """Read all policies of the role before anything changes: a plan shows them."""
        policies = self.policies(current)
        _ = policies.inline, policies.attached

    def _boundary_calls(self, differences: Mapping[str, Any]) -> list[Call]:
        if "PermissionsBoundary" not in differences:
            return []
        arn = str(differences["PermissionsBoundary"])
        name = "PutRolePermissionsBoundary" if arn else "DeleteRolePermissionsBoundary"
        members = {"PermissionsBoundary": arn} if arn else {}
        return [Call(name, lambda: self._write(name, **members))]

    def _trust_calls(self, current: State) -> list[Call]:
        self._trust = role_trust.merged(current["AssumeRolePolicyDocument"], self.options.trust)
        if same_policy(self._trust, current["AssumeRolePolicyDocument"]):
            return []
        length = size(self._trust)
        if length > TRUST_LIMIT and length > (limit := self.options.trust_limit()):
            others = ", ".join(role_trust.names_of_others(self._trust))
            fault = (
                f"name: role {self.name} also has {others}; with them the trust policy would have {length} characters, "
                f"and IAM takes {limit}, white space apart. Set name to another name, or ask AWS to raise the quota"
            )
            raise InputError([fault])
        document = compact(self._trust)
        return [Call("UpdateAssumeRolePolicy", lambda: self._write("UpdateAssumeRolePolicy", PolicyDocument=document))]

    def _policy_calls(self, current: State) -> list[Call]:
        desired, own = self.options.permissions, current["PolicyDocument"]
        self._inline = desired
        if not self.options.purge_rights:
            self._inline, self.kept_rights = kept_rights.union(own, desired)
        if same_policy(self._inline, own):
            return []
        if not own and self.policies(current).suffice_for(desired):
            self._inline = None
            return []
        others = {name: item for name, item in self.policies(current).inline.items() if name != current["PolicyName"]}
        self._check_total(others)
        self._tell_of_other_kinds(others)
        return [self._put_policy(self._inline)]

    def _check_total(self, others: Mapping[str, Any]) -> None:
        """Hold all inline policies of the role together to their quota.

        :raises InputError: they would be too long
        """
        total = size(self._inline) + sum(size(document) for document in others.values())
        if total > INLINE_LIMIT:
            kept = f" It keeps {'; '.join(self.kept_rights)}." if self.kept_rights else ""
            among = (
                f" also has the inline policies {', '.join(others)}; together they" if others else "'s inline policy"
            )
            fault = (
                f"name: role {self.name}{among} would have {total} characters, and IAM takes {INLINE_LIMIT} for all of "
                f"a role, white space apart.{kept} Set name to another name, or remove what is not needed"
            )
            raise InputError([fault])

    def _tell_of_other_kinds(self, others: Mapping[str, Any]) -> None:
        """Warn of policies of other kinds: they stay, as a role may be of two kinds on purpose."""
        kinds = {spec.policy_name: kind for kind, spec in KINDS.items()}
        for name in others:
            if name in kinds and name in self.options.policy_names:
                self.context.warn(
                    f"role {self.name} also has the inline policy {name}, of the kind {kinds[name]}. It stays; where "
                    "the role is of that kind no more, delete it (aws iam delete-role-policy)."
                )

    def _plain_calls(self, differences: Mapping[str, Any], current: State) -> list[Call]:
        plain = {name: differences[name] for name in ("Description", "MaxSessionDuration") if name in differences}
        if not plain:
            return []
        # Both at once: UpdateRole takes a member that is left out for one that is to be emptied.
        # guess: the model does not say what an absent Description means; sending both is right either way.
        complete = {name: plain.get(name, current.get(name)) for name in ("Description", "MaxSessionDuration")}
        sent = {name: value for name, value in complete.items() if value is not None}
        return [Call("UpdateRole", lambda: self._write("UpdateRole", **sent))]

    # -- removing --

    def removal(self, current: State) -> Sequence[Call]:
        path = self.options.members.get("Path")
        if path and path != current["Path"] and not self.options.force:
            self.context.refuse_in_use(
                f"path: {path} is not that of role {self.name} ({current['Arn']}), so another one may be meant. It is "
                "not removed. Leave path out, or set force=true.",
                [],
            )
        policies = self.policies(current)
        profiles = list(self.aws.pages(SERVICE, "ListInstanceProfilesForRole", "InstanceProfiles", RoleName=self.name))
        self.foreign = [
            *role_trust.names_of_others(current["AssumeRolePolicyDocument"]),
            *self._carried(policies),
            *(f"instance profile {item['InstanceProfileName']}" for item in profiles),
        ]
        self.own = [name for name in policies.inline_names if name in self.options.policy_names]
        if self.foreign and not self.options.force:
            self.context.refuse_in_use(
                f"name: role {self.name} ({current['Arn']}) has what others put on it: {', '.join(self.foreign)}. It "
                "is not removed and stays as it is, with all of its policies. Remove these first, or set force=true.",
                self.foreign,
            )
        self._read_others(current)
        return [
            *(self._gone("DeleteRolePolicy", PolicyName=name) for name in policies.inline_names),
            *(self._gone("DetachRolePolicy", PolicyArn=arn) for arn in policies.attached),
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
        options = self.options
        base: dict[str, Any] = dict(current or {})
        if current is None:
            application = arns.application(next(iter(application_arns(options.of_kind)), ""))
            partition = application.partition if application else "aws"
            path = str(options.members.get("Path") or "/")
            base = {
                "RoleName": self.name,
                "Arn": f"arn:{partition}:iam::{ACCOUNT}:role{path}{self.name}",
                "Path": path,
                "Description": "",
                # What IAM takes where none is given: service model, CreateRole.
                "MaxSessionDuration": 3600,
                "PermissionsBoundary": "",
            }
        base.update(options.members)
        base["AssumeRolePolicyDocument"] = self.trust
        base.update(self._policy_members(self._inline))
        base["Tags"] = tagging.predicted(base.get("Tags") or {}, options.tags, options.purge_tags)
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
        if self.others is not None:
            documents = dict(self.others.inline)
            if "PolicyDocument" in state:
                documents[state["PolicyName"]] = state["PolicyDocument"]
            view["inline_policies"] = {name: documents[name] for name in sorted(documents) if documents[name]}
            view["attached_policies"] = list(self.others.attached)
        view["tags"] = dict(state["Tags"])
        return view

    def comparable(self, view: Mapping[str, Any]) -> dict[str, Any]:
        moving = ["role_id", "create_date"]
        # All inline policies are shown by name, and ours among them.
        moving += ["policy_name", "policy_document"] if "inline_policies" in view else []
        return {key: value for key, value in view.items() if key not in moving}

    def identity(self, state: State) -> dict[str, Any]:
        return {"role_arn": state["Arn"], "role_name": self.name}


def manage(context: Context) -> dict[str, Any]:
    """Do what the module ``iam_federation_role`` does.

    :raises FederationError: see :mod:`..errors`
    """
    role = Role(context)
    if not role.options.managed:
        return role_lookup.look_up(role)
    answer = ensure(role, state=context.parameters["state"], check_mode=context.check_mode).answer()
    if role.noun in answer:
        answer["kept_rights"] = role.kept_rights
        answer["foreign_principals"] = role_lookup.foreign_principals(answer[role.noun])
    return answer
