# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All permissions of a role: its inline policies and the managed policies that are attached to it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from ..aws import Aws
from ..errors import ServiceError
from . import coverage

SERVICE = "iam"


class RolePolicies:
    """The policies of one role, each read when it is asked for, and once."""

    def __init__(self, aws: Aws, role_name: str, known: Mapping[str, Any] | None = None) -> None:
        """:param known: documents of inline policies that were read already"""
        self._aws = aws
        self._role_name = role_name
        self._known = dict(known or {})

    @classmethod
    def none(cls, aws: Aws, role_name: str) -> RolePolicies:
        """Return the policies of a role that does not exist yet."""
        policies = cls(aws, role_name)
        policies.inline_names, policies.attached = [], []
        return policies

    @cached_property
    def inline_names(self) -> list[str]:
        """The names of all inline policies."""
        return [str(name) for name in self._pages("ListRolePolicies", "PolicyNames")]

    @cached_property
    def attached(self) -> list[str]:
        """The ARNs of the attached policies."""
        return [str(item["PolicyArn"]) for item in self._pages("ListAttachedRolePolicies", "AttachedPolicies")]

    def _pages(self, operation: str, key: str) -> list[Any]:
        return list(self._aws.pages(SERVICE, operation, key, RoleName=self._role_name))

    @cached_property
    def inline(self) -> dict[str, Any]:
        """The documents of all inline policies, by name."""
        return {name: document for name in sorted(self.inline_names) if (document := self._document(name))}

    def _document(self, name: str) -> Any:
        if name not in self._known:
            answer = self._aws.get(SERVICE, "GetRolePolicy", RoleName=self._role_name, PolicyName=name)
            self._known[name] = (answer or {}).get("PolicyDocument")
        return self._known[name]

    @cached_property
    def managed(self) -> dict[str, Any]:
        """The documents of the attached policies by ARN; ``None`` for one that the caller may not read."""
        return {arn: self._managed(arn) for arn in self.attached}

    def _managed(self, arn: str) -> Any:
        try:
            policy = self._aws.call(SERVICE, "GetPolicy", PolicyArn=arn)["Policy"]
            version = {"PolicyArn": arn, "VersionId": policy["DefaultVersionId"]}
            return self._aws.call(SERVICE, "GetPolicyVersion", **version)["PolicyVersion"]["Document"]
        except ServiceError as error:
            if error.code not in ("AccessDenied", "NoSuchEntity"):
                raise
            return None

    @property
    def unreadable(self) -> list[str]:
        """The ARNs of attached policies that the caller may not read."""
        return [arn for arn, document in self.managed.items() if document is None]

    def lacks(self, desired: Any) -> list[coverage.Lack]:
        """Return what a policy asks for and the role's policies together do not allow.

        Without the policies that cannot be read: whether they suffice is then not known.
        """
        existing = [
            grant
            for kind, documents in (("inline policy", self.inline), ("attached policy", self.managed))
            for name, document in documents.items()
            if document is not None
            for grant in coverage.grants(document, f"{kind} {name}")
        ]
        return coverage.lacks(coverage.grants(desired), existing)

    def suffice_for(self, desired: Any) -> bool:
        """Return whether the role's policies together allow all that a policy asks for. Never true by mistake."""
        return not self.lacks(desired) and not self.unreadable
