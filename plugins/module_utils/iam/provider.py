# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What identity providers of both types have in common: found by their ARN's end, tagged, not removed while in use."""

from __future__ import annotations

import re
from abc import abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..aws import Aws, tolerating
from ..compare import given_tags
from ..errors import InputError, ServiceError
from ..host import Context
from ..placeholder import ACCOUNT, is_placeholder
from ..resource import Call, Resource, State
from . import tagging
from .provider_uses import Use, uses

SERVICE = "iam"
#: How the ARN of a provider begins.
_ARN = r"arn:[a-z0-9-]+:iam::\d{12}"


class Provider(Resource):
    """One identity provider in the account. Its state is what the Get operation answers, with ``Arn`` and a tag map."""

    noun = "provider"
    #: As in ``TagSAMLProvider``.
    kind: str
    #: The part of the ARN before the name.
    arn_kind: str
    #: The list's key in the answer of ``List…s``.
    list_key: str

    def __init__(self, context: Context) -> None:
        parameters = context.parameters
        self.context = context
        self.tell = context.tell
        self.aws: Aws = context.aws
        self.present = parameters["state"] == "present"
        self.force = bool(parameters.get("force"))
        self.tags = given_tags(parameters.get("tags"))
        self.purge_tags = bool(parameters.get("purge_tags", True))
        #: Where applications are looked for beside the task's own region.
        self.regions: list[str] = list(parameters.get("regions") or [])
        #: As the task names it; a placeholder names none.
        given = str(parameters.get("provider_arn") or "")
        self.given_arn = "" if is_placeholder(given) else given
        self.arn = ""
        self.users: list[str] = []
        #: Who would keep it, in the words of the answer: a phrase each.
        self.used_by: list[str] = []

    @property
    @abstractmethod
    def name(self) -> str:
        """The end of the ARN."""

    @abstractmethod
    def name_faults(self) -> Iterator[str]:
        """What is wrong with the options by which it is found."""

    @abstractmethod
    def faults(self, current: State | None) -> Iterator[str]:
        """What is wrong with the other options."""

    @property
    def shared_key(self) -> str:
        # Without the account, whose number is known only once a provider exists: writers of two accounts with one name
        # take turns for nothing.
        return f"{SERVICE} {self.arn_kind} {self.name}"

    @property
    def described(self) -> str:
        return f"provider {self.name}"

    def forget(self) -> None:
        self.aws.forget_listings()

    @property
    def target(self) -> dict[str, str]:
        """How the operations name it."""
        return {f"{self.kind}Arn": self.arn}

    # -- reading --

    def find(self) -> State | None:
        end = f":{self.arn_kind}/{self.name}"
        found = list(self.name_faults())
        if not found and self.given_arn and not re.fullmatch(_ARN + re.escape(end), self.given_arn):
            found.append(
                f"provider_arn: {self.given_arn!r} is not that of {self.name}; right would be "
                f"arn:aws:iam::123456789012{end}"
            )
        if found:
            raise InputError([*found, *(self._other_faults(None) if self.present else ())])
        if self.given_arn:
            self.arn = self.given_arn
            return self.get()
        # One list (it has no pages) knows the ARN; the account id would cost as many calls, and two when it is absent.
        items = self.aws.listing(SERVICE, f"List{self.kind}s", self.list_key)
        self.arn = next((str(item["Arn"]) for item in items if str(item["Arn"]).endswith(end)), "")
        return self.get() if self.arn else None

    def get(self) -> State | None:
        """What it is now, once its ARN is known."""
        answer = self.aws.get(SERVICE, f"Get{self.kind}", **self.target)
        if answer is None:
            return None
        tags = {item["Key"]: item["Value"] for item in answer.get("Tags") or []}
        return {**answer, "Arn": self.arn, "Tags": tags}

    def read(self) -> State:
        return self.get() or self.predicted(None)

    # -- checking --

    def check(self, current: State | None) -> None:
        found = list(self._other_faults(current))
        if found:
            raise InputError(found)

    def _other_faults(self, current: State | None) -> Iterator[str]:
        yield from self.faults(current)
        yield from tagging.faults(self.aws, f"Create{self.kind}", self.tags)

    # -- planning --

    def create(self, **members: Any) -> Call:
        """The call that makes it, with its tags."""
        if self.tags:
            members["Tags"] = tagging.as_list(self.tags)

        def act() -> None:
            try:
                self.arn = str(self.aws.call(SERVICE, f"Create{self.kind}", **members)[f"{self.kind}Arn"])
            except ServiceError as error:
                current = self.find() if error.code == "EntityAlreadyExists" else None
                if current is None:
                    raise self.creation_error(error) from None
                # The first answer was lost and botocore asked again, or another run was quicker.
                for call in self.changes(current):
                    call.act()

        return Call(f"Create{self.kind}", act)

    def creation_error(self, error: ServiceError) -> ServiceError:
        """Why it could not be made, in words where there are better ones than the service's."""
        return error

    def write(self, operation: str, **parameters: Any) -> Call:
        """A call about this provider."""

        def act() -> None:
            self.aws.call(SERVICE, operation, **self.target, **parameters)

        return Call(operation, act)

    def tag_calls(self, current: State) -> list[Call]:
        return tagging.calls(self.aws, self.kind, self.target, current["Tags"], self.tags, self.purge_tags)

    def removal(self, current: State) -> Sequence[Call]:
        self.users = [use.name for use in self.uses()]
        if self.users:
            self.refuse(
                f"provider {self.name} ({self.arn}) is in use by {', '.join(self.users)}. It is not removed; remove or "
                "change these first, or give force=true.",
                self.users,
            )
        return [self.deletion()]

    def deletion(self) -> Call:
        """The call that takes it away; that it is gone already is right."""

        def act() -> None:
            with tolerating("NoSuchEntity"):
                self.aws.call(SERVICE, f"Delete{self.kind}", **self.target)

        return Call(f"Delete{self.kind}", act)

    def refuse(self, text: str, used_by: Sequence[str]) -> None:
        """Stop before something that others use, unless it is forced.

        :raises InUseError: saying what uses it
        """
        self.used_by = list(used_by)
        if not self.force:
            self.context.refuse_in_use(text, used_by)

    def uses(self) -> list[Use]:
        """Who uses it.

        :raises ServiceError: that cannot be known, and the removal is not forced
        """
        try:
            return uses(self.aws, self.arn, self.regions)
        except ServiceError as error:
            if not self.force:
                raise
            return [Use(f"roles and applications that could not be looked for ({error.message})")]

    def loss(self, current: State) -> Sequence[str]:
        return [
            f"provider {self.name} ({self.arn}) with the keys and names that the account trusts",
            *(f"the sign-in through it of {user}" for user in self.users),
        ]

    # -- answering --

    def predicted(self, current: State | None) -> State:
        base: dict[str, Any] = dict(
            current or {"Arn": self.arn or f"arn:aws:iam::{ACCOUNT}:{self.arn_kind}/{self.name}"}
        )
        base["Tags"] = tagging.predicted(base.get("Tags") or {}, self.tags, self.purge_tags)
        return base

    def comparable(self, view: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in view.items() if key not in ("create_date", "valid_until")}

    def identity(self, state: State) -> dict[str, Any]:
        arn: dict[str, Any] = {"provider_arn": state["Arn"]}
        return arn if self.present else {**arn, "used_by": self.used_by}
