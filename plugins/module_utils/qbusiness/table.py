# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What every kind of Q Business resource has in common, driven by a table and the service model.

Which members are immutable or update-only is not written down anywhere: a member of the create input that the update
input lacks is fixed at creation, one of the update input that the create input lacks needs a second call.
Source: the service model ``qbusiness`` 2023-11-27.
"""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .. import model
from ..aws import MISSING, Aws, tags_to_list, tags_to_map, wait_for
from ..compare import Comparator, given_tags, tag_changes, tags_after
from ..errors import AmbiguousError, FailedStateError, InputError, NotFoundError
from ..placeholder import ACCOUNT, is_placeholder, uuid_like
from ..resource import Call, Resource, State, SupersededError, refuse_immutable
from ..turns import now, turn
from . import creations
from .shapes import completed, given_is_so, with_required
from .siblings import LEAVING, Siblings

if t.TYPE_CHECKING:
    from botocore.model import Shape

SERVICE = "qbusiness"
#: How long, in seconds, a resource may take to be shown once it was made.
APPEARANCE_SECONDS = 30.0
#: Members that move by themselves: never compared, never in a diff. ``error`` is an empty structure when all is well.
VOLATILE = frozenset({"status", "error", "created_at", "updated_at", "index_statistics"})
#: Statuses that pass.
MOVING = frozenset({"PENDING_CREATION", "CREATING", "UPDATING"})


def _is_active(state: State) -> bool:
    return state.get("status") == "ACTIVE"


@dataclass(frozen=True)
class Spec:
    """One kind of resource."""

    noun: str
    #: As in ``CreateApplication``.
    kind: str
    id_member: str
    arn_member: str
    #: The last part of the ARN, by the ids: ``application/{applicationId}``.
    arn_path: str
    parents: tuple[str, ...]
    list_operation: str
    list_key: str
    page_size: int
    #: The member by which it is found; ``""`` where lists carry no name (then the only one of the parent is meant).
    name_member: str = "displayName"
    #: Whether a state is one in which it rests.
    ready: Callable[[State], bool] = _is_active
    failed: frozenset[str] = frozenset({"FAILED"})
    comparators: Mapping[str, Comparator] = field(default_factory=dict)
    #: What a replacement would lose, said where an immutable member differs.
    loss: str = ""
    #: Members whose update must carry what is there: current, wanted → member to send.
    carry: Mapping[str, Callable[[Any, Any], Any]] = field(default_factory=dict)
    #: Members that end as something else than what is sent: current, wanted → member.
    becomes: Mapping[str, Callable[[Any, Any], Any]] = field(default_factory=dict)
    #: Members that are sent in another form than they are compared in.
    sent: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    #: Structures that ``{}`` clears.
    clearable: frozenset[str] = frozenset()
    #: Input checks that the model cannot state, or says unclearly: wanted members, current state → faults.
    checks: Callable[[Mapping[str, Any], State | None], Iterator[str]] | None = None
    #: Input checks that have to ask the service. Not called where a parent is a placeholder.
    service_checks: Callable[[ServiceResource, State | None], Iterator[str]] | None = None
    #: Nested values that are fixed at creation: wanted members, current state → path, value there, value wanted.
    fixed: Callable[[Mapping[str, Any], State], Iterator[tuple[str, Any, Any]]] | None = None
    #: What the user should know of a change: wanted members, current state → sentences.
    notices: Callable[[Mapping[str, Any], State], Iterator[str]] | None = None
    #: More members of a planned object: ids → members.
    predict: Callable[[Mapping[str, str], Mapping[str, Any]], dict[str, Any]] | None = None
    #: What goes with it when it is removed.
    removal_loss: Callable[[ServiceResource, State], Sequence[str]] | None = None
    #: Further facts at the top of the answer.
    facts: Callable[[State], Mapping[str, Any]] | None = None
    #: Members whose option is not their name in snake_case: member → option.
    spelled: Mapping[str, str] = field(default_factory=dict)
    #: What Get answers (or a list, of one) with members, ``status`` and ``error`` where the table looks for them.
    seen: Callable[[State], State] | None = None
    #: Members that are there for the table alone: not answered.
    hidden: frozenset[str] = frozenset()
    #: Further options that move by themselves.
    volatile: frozenset[str] = frozenset()
    #: Failed states out of which an update may lead.
    mends: Callable[[State], bool] | None = None
    #: Statuses in which a removal has failed; those of ``failed`` where nothing is said.
    failed_removal: frozenset[str] = frozenset()
    #: How a member is answered that is not answered as it is (long, or sensitive): member → value to show.
    shown: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)

    def operation(self, verb: str) -> str:
        return f"{verb}{self.kind}"

    def option(self, member: str) -> str:
        """The option of a member."""
        return self.spelled.get(member) or model.option_name(member)


class ServiceResource(Resource):
    """A resource of Q Business that its :class:`Spec` describes."""

    def __init__(
        self,
        spec: Spec,
        aws: Aws,
        *,
        parents: Mapping[str, str],
        options: Mapping[str, Any],
        given_id: str | None = None,
        tags: Mapping[str, Any] | None = None,
        purge_tags: bool = True,
        wait: bool = True,
        wait_timeout: float = 1800,
        present: bool = True,
    ) -> None:
        """:param parents: parent ids by member (``{"applicationId": …}``)
        :param options: the resource's own options, in snake_case, nulls for what is not given
        :param wait_timeout: in seconds
        """
        self.spec = spec
        self.noun = spec.noun
        self.aws = aws
        self.parents = dict(parents)
        self.id = self._given_id = given_id or ""
        self.tags = given_tags(tags)
        self.purge_tags = purge_tags
        self.wait = wait
        self.timeout = wait_timeout
        self.present = present
        self.create_shape = aws.input_shape(SERVICE, spec.operation("Create"))
        self.update_shape = aws.input_shape(SERVICE, spec.operation("Update"))
        self.get_shape = aws.output_shape(SERVICE, spec.operation("Get"))
        self.wanted = self._members(options)
        #: What the user should know, gathered on the way.
        self.notices: list[str] = []
        #: Whether the only one of the parent is meant where none has the name.
        self.adopt_single = present and bool(options.get("adopt_single"))
        #: Why an object of another name is meant; empty where none is.
        self.adoption = ""
        #: What the other items of the task mean, where it has a list.
        self.siblings = Siblings()
        #: When it was looked up.
        self.looked = now()
        #: When it was made, as long as nobody looked for one that another run made.
        self.doubtful: float | None = None
        #: Makes the token of its creation a new one.
        self.salt = ""
        #: Whether whoever makes it looks again by himself (:meth:`look_again`).
        self.deferring = False

    # -- options and members --

    def _shape_of(self, member: str) -> Shape | None:
        for shape in (self.create_shape, self.update_shape):
            if member in shape.members:
                return t.cast("Shape", shape.members[member])
        return None

    def _members(self, options: Mapping[str, Any]) -> dict[str, Any]:
        names = {
            self.spec.option(name): name for shape in (self.create_shape, self.update_shape) for name in shape.members
        }
        apart = {model.option_name(member) for member in (*self.parents, self.spec.id_member, "tags")}
        members: dict[str, Any] = {}
        for option, value in options.items():
            if value is not None and option in names and option not in apart:
                shape = self._shape_of(names[option])
                members[names[option]] = model.to_members(shape, value) if shape is not None else value
        return members

    @property
    def name(self) -> str:
        return str(self.wanted.get(self.spec.name_member) or "") if self.spec.name_member else ""

    @property
    def label(self) -> str:
        """How messages call it."""
        return f"{self.noun} {self.name or self.id or 'of ' + next(iter(self.parents.values()), '')}".strip()

    # -- reading --

    def _ids(self) -> dict[str, str]:
        return {**self.parents, self.spec.id_member: self.id}

    def _get(self) -> State | None:
        state = self._seen(self.aws.get(SERVICE, self.spec.operation("Get"), **self._ids()))
        return None if state is None or state.get("status") == "DELETED" else state

    def _seen(self, state: State | None) -> State | None:
        return self.spec.seen(state) if state is not None and self.spec.seen else state

    @property
    def planned(self) -> bool:
        """Whether it, or what it is part of, only exists in the plan of check mode."""
        return any(is_placeholder(value) for value in (*self.parents.values(), self.id))

    def find(self) -> State | None:
        if self.planned:
            return None
        self.looked = now()
        self._refuse_ids()
        if self.id:
            state = self._get()
            if state is None and self.present:
                raise NotFoundError(f"There is no {self.noun} with the id {self.id} ({self.spec.id_member}).")
        else:
            self.id = self._lookup() or self._single()
            state = self._get() if self.id else None
        if state is None or not self.present:
            return state
        self._keep_name(state)
        settled = self._with_tags(self._settled(state))
        self.wanted = {
            member: with_required(self._shape_of(member), value, settled.get(member))
            for member, value in self.wanted.items()
        }
        return settled

    def _lookup(self) -> str:
        """The id behind the name, over all pages; or of the only one, where lists carry no name."""
        try:
            hits = [str(item[self.spec.id_member]) for item in self.alike()]
        except Exception as error:
            if getattr(error, "code", "") in MISSING and not self.present:
                return ""
            raise
        if len(hits) > 1:
            which = f"are named {self.name!r}" if self.spec.name_member else "exist"
            raise self._ambiguous(f"Several objects of the kind {self.noun} {which}", hits)
        return hits[0] if hits else ""

    def listed(self) -> list[dict[str, Any]]:
        """Return what the service lists of the kind in the parent, without what is being deleted."""
        items = self.aws.listing(
            SERVICE, self.spec.list_operation, self.spec.list_key, maxResults=self.spec.page_size, **self.parents
        )
        return [item for item in items if (self._seen(item) or {}).get("status") not in LEAVING]

    def _ambiguous(self, problem: str, ids: Iterable[str]) -> AmbiguousError:
        """Return the error of several objects, with what tells them apart and the option that decides."""
        option, chosen = model.option_name(self.spec.id_member), frozenset(ids)
        found = [
            {
                "id": str(item[self.spec.id_member]),
                "name": str(item.get(self.spec.name_member) or item.get("defaultEndpoint") or ""),
                "status": str(item.get("status") or ""),
            }
            for item in self.listed()
            if item[self.spec.id_member] in chosen
        ]
        found.sort(key=lambda item: (item["name"], item["id"]))
        told = ", ".join(f"{item['name']} ({item['id']})" if item["name"] else item["id"] for item in found)
        return AmbiguousError(
            f"{problem}: {told}. Say which one with {option}, for example {option}: {found[0]['id']}.",
            ids=sorted(chosen),
            option=option,
            candidates=found,
        )

    def _single(self) -> str:
        """Return the id of the only one of the parent, where none has the name and that one is meant then.

        :raises AmbiguousError: there are several
        """
        if not self.adopt_single or not self.spec.name_member:
            return ""
        ids = [str(item[self.spec.id_member]) for item in self.listed()]
        if len(ids) > 1:
            raise self._ambiguous(f"No {self.noun} is named {self.name!r}, and {len(ids)} of other names exist", ids)
        return ids[0] if ids else ""

    def _keep_name(self, state: State) -> None:
        """Leave an object that was found without its id or name as it is called."""
        if not self.adopt_single or self._given_id:
            return
        if not self.spec.name_member:
            self.adoption = f"The {self.noun} {self.id} is used, the only one that exists."
        elif state.get(self.spec.name_member) != self.name:
            self.adoption = (
                f"The {self.noun} {state.get(self.spec.name_member)} ({self.id}) is used, the only one that exists; "
                f"none is named {self.name!r}."
            )
            self.wanted.pop(self.spec.name_member, None)

    def alike(self) -> list[dict[str, Any]]:
        """All of the name, as they are listed."""
        name = self.spec.name_member
        return [item for item in self.listed() if not name or item.get(name) == self.name]

    def _settled(self, state: State) -> State:
        """Wait out a transition that another run began."""
        if state.get("status") in self.spec.failed:
            if self.spec.mends and self.spec.mends(state):
                return state
            updated = state.get("updatedAt") != state.get("createdAt")
            way_out = "Correct it by hand, or remove it" if updated else "Remove it"
            raise FailedStateError(
                f"The {self.label} exists in the state {state['status']}: "
                f"{_error_text(state) or 'no reason is given.'} {way_out} (state=absent), and run again."
            )
        if self.spec.ready(state) or not state.get("status"):
            return state
        return self._until_ready()

    def rest(self, timeout: float) -> None:
        """Wait for what calls that did not wait have begun.

        :param timeout: in seconds
        """
        self.timeout = timeout
        if self.present:
            self._until_ready()
        else:
            self._until_gone()

    def _until_ready(self) -> State:
        settled = wait_for(
            self._get,
            lambda state: state is not None and self.spec.ready(state),
            self._failure,
            self.label,
            self.timeout,
        )
        return settled or {}

    def _failure(self, state: State | None) -> str:
        """The reason of a final failure. A transitional status with an error set is one, too: seen at data sources
        (aws-cloudformation/aws-cloudformation-resource-provider-qbusiness, change 77)."""
        if state is None:
            return ""
        if state.get("status") in self.spec.failed:
            return _error_text(state) or f"it is {state.get('status')}"
        return _error_text(state)

    def _with_tags(self, state: State) -> State:
        if self.tags is None:
            return state
        answer = self.aws.call(SERVICE, "ListTagsForResource", resourceARN=state[self.spec.arn_member])
        return {**state, "tags": tags_to_map(answer.get("tags"))}

    def read(self) -> State:
        # What was made a moment ago, and not waited for, may not be shown yet.
        found = wait_for(self._get, lambda state: state is not None, lambda _state: "", self.label, APPEARANCE_SECONDS)
        return self._with_tags(found or {})

    # -- checking and planning --

    def _refuse_ids(self) -> None:
        """Stop before a read that cannot be right.

        :raises InputError: an id cannot be one; names all else that the model says of the input, too
        """
        ids = {member: value for member, value in self._ids().items() if value or member in self.parents}
        found = list(self._faults_of(ids))
        if found or self.aws.silent:
            if self.present:
                # What is required may be there already: of that, nothing is known.
                checks = self.spec.checks(self.wanted, {}) if self.spec.checks else ()
                found += _first_told([fault for fault in checks if ": is required" not in fault], self._model_faults())
                found += [] if self.id else self._missing()
            raise InputError(found)

    def _faults_of(self, members: Mapping[str, Any]) -> Iterator[str]:
        for member, value in members.items():
            shape = self._shape_of(member)
            if shape is not None:
                yield from model.faults(shape, value, self.spec.option(member))

    def _model_faults(self) -> Iterator[str]:
        """What the model says of what is wanted."""
        yield from self._faults_of(self._sent(self.wanted))
        if self.tags is not None:
            yield from model.faults(self.create_shape.members["tags"], tags_to_list(self.tags), "tags")

    def _missing(self) -> Iterator[str]:
        for member in self.create_shape.required_members:
            if member not in self.wanted and member not in self.parents:
                yield f"{self.spec.option(member)}: is required to create the {self.noun}"

    def check(self, current: State | None) -> None:
        found = list(self.spec.checks(self.wanted, current)) if self.spec.checks else []
        ids = self._faults_of(self._ids() if self.id else self.parents)
        found = _first_told(found, [*ids, *self._model_faults()])
        if current is None:
            found += self._missing()
        if self.spec.service_checks and not self.planned:
            found.extend(self.spec.service_checks(self, current))
        found.extend(self._taken_name(current))
        if found:
            raise InputError(found)

    def _taken_name(self, current: State | None) -> Iterator[str]:
        """Yield a fault where a rename would make a second object of one name: neither could be found by it again."""
        name = self.spec.name_member
        if current is None or not self.name or current.get(name) == self.name:
            return
        for item in self.listed():
            other = str(item[self.spec.id_member])
            if other != self.id and item.get(name) == self.name and not self.siblings.mean(item, self.spec.id_member):
                yield (
                    f"{self.spec.option(name)}: {self.name!r} already is the name of {self.noun} {other}, so "
                    f"{self.noun} {current.get(name)} ({self.id}) cannot take it. Choose another name, or remove the "
                    "other one first"
                )

    def _sent(self, members: Mapping[str, Any]) -> dict[str, Any]:
        """Members in the form in which they are sent."""
        return {
            member: self.spec.sent[member](value) if member in self.spec.sent else value
            for member, value in members.items()
        }

    def creation(self) -> Sequence[Call]:
        sent = self._sent(self.wanted)
        first = {member: value for member, value in sent.items() if member in self.create_shape.members}
        later = {member: value for member, value in sent.items() if member not in self.create_shape.members}
        if self.tags:
            first["tags"] = tags_to_list(self.tags)
        calls = [Call(self.spec.operation("Create"), lambda: self._create(first, bool(later)))]
        if later:
            calls.append(Call(self.spec.operation("Update"), lambda: self._update(later)))
        return calls

    def _create(self, members: Mapping[str, Any], must_wait: bool) -> None:
        operation = self.spec.operation("Create")
        with turn(creations.key(self), self.label, self.tell) as mine:
            if mine.changed_since(self.looked):
                self.aws.forget_listings()
                self.id = self._lookup()
                if self.id:
                    raise SupersededError(made=False)
            token = creations.token(self, members, self.salt or mine.made)
            answer = self.aws.call(SERVICE, operation, **self.parents, **members, **token)
            self.id = str(answer[self.spec.id_member])
            mine.note(self.id)
            self.doubtful = now()
        if must_wait or not self.deferring:
            self.look_again()
        if self.wait or must_wait:
            self._until_ready()

    def look_again(self) -> None:
        """Look whether another run made one of this name at the same time, once for what was made.

        :raises SupersededError: it did, and its is the older one; what this task had made is deleted
        """
        since, self.doubtful = self.doubtful, None
        if since is not None:
            creations.look_again(self, since)

    def age(self, object_id: str) -> tuple[str, str]:
        """What orders objects of one name by their age, the same for all who look; what is gone comes last."""
        ids = {**self._ids(), self.spec.id_member: object_id}
        state = self.aws.get(SERVICE, self.spec.operation("Get"), **ids)
        return (state["createdAt"].isoformat() if state else "~", object_id)

    def is_gone(self) -> bool:
        state = self._get()
        return state is None or state.get("status") == "DELETING"

    def give_way(self, other: str) -> None:
        """Delete what this task made, and go on with another one."""
        wait, self.wait = self.wait, False
        self._delete()
        self.wait, self.id = wait, other

    def _update(self, members: Mapping[str, Any]) -> None:
        self.aws.call(SERVICE, self.spec.operation("Update"), **self._ids(), **members)
        if self.wait:
            self._until_ready()

    def changes(self, current: State) -> Sequence[Call]:
        differences = {
            member: value for member, value in self.wanted.items() if not self._same(member, value, current.get(member))
        }
        fixed = {member: self.spec.loss for member in self.wanted if member not in self.update_shape.members}
        there: dict[str, Any] = dict(current)
        for path, was, becomes in self.spec.fixed(self.wanted, current) if self.spec.fixed else ():
            there[path], differences[path], fixed[path] = was, becomes, self.spec.loss
        refuse_immutable(self.noun, self.name or self.id, differences, there, fixed, self.spec.option)
        calls: list[Call] = []
        if differences and self.spec.notices:
            self.notices.extend(self.spec.notices(self.wanted, current))
        if differences:
            update = self._sent(
                {member: self._complete(member, value, current.get(member)) for member, value in differences.items()}
            )
            # What each update has to carry, changed or not.
            for member in self.update_shape.required_members:
                if member not in update and member in current and member not in self._ids():
                    update[member] = current[member]
            calls.append(Call(self.spec.operation("Update"), lambda: self._update(update)))
        arn = current.get(self.spec.arn_member, "")
        to_set, to_remove = tag_changes(current.get("tags") or {}, self.tags, self.purge_tags)
        if to_remove:  # first: an object has room for a limited number
            calls.append(Call("UntagResource", lambda: self._tag("UntagResource", arn, tagKeys=to_remove)))
        if to_set:
            tags = tags_to_list(to_set)
            calls.append(Call("TagResource", lambda: self._tag("TagResource", arn, tags=tags)))
        return calls

    def _tag(self, operation: str, arn: str, **parameters: Any) -> None:
        self.aws.call(SERVICE, operation, resourceARN=arn, **parameters)

    def _same(self, member: str, wanted: Any, current: Any) -> bool:
        if member in self.spec.clearable and not wanted:
            return not current
        comparator = self.spec.comparators.get(member)
        return comparator(wanted, current) if comparator else given_is_so(self._shape_of(member), wanted, current)

    def _complete(self, member: str, wanted: Any, current: Any) -> Any:
        """What to send for a changed member: a structure is replaced whole, so its other members are filled in."""
        if member in self.spec.clearable and not wanted:
            return wanted
        if member in self.spec.carry:
            return self.spec.carry[member](current, wanted)
        return completed(self._shape_of(member), wanted, current)

    def removal(self, current: State) -> Sequence[Call]:
        if current.get("status") == "DELETING":
            return [Call(self.spec.operation("Delete"), self._until_gone)] if self.wait else []
        return [Call(self.spec.operation("Delete"), self._delete)]

    def _delete(self) -> None:
        state = self._get()
        if state is not None and state.get("status") in MOVING:
            # A resource in transition refuses: let it come to rest, whatever rest that is. One that shows an error in
            # a transitional status has come to rest, too (see _failure).
            wait_for(
                self._get,
                lambda seen: seen is None or seen.get("status") not in MOVING or bool(_error_text(seen)),
                lambda _seen: "",
                self.label,
                self.timeout,
            )
        self.aws.get(SERVICE, self.spec.operation("Delete"), **self._ids())
        if self.wait:
            self._until_gone()

    def _until_gone(self) -> None:
        # ACTIVE may be read once more just after the delete was accepted: only absence counts.
        wait_for(self._get, lambda state: state is None, self._delete_failure, self.label, self.timeout)

    def _delete_failure(self, state: State | None) -> str:
        failed = self.spec.failed_removal or self.spec.failed
        return _error_text(state) if state is not None and state.get("status") in failed else ""

    def loss(self, current: State) -> Sequence[str]:
        return self.spec.removal_loss(self, current) if self.spec.removal_loss else ()

    # -- answering --

    def predicted(self, current: State | None) -> State:
        base: dict[str, Any] = dict(current or {})
        if current is None:
            self.id = self.id or uuid_like(self.noun, self.name, *self.parents.values())
            ids = self._ids()
            path = self.spec.arn_path.format(**ids)
            base = {
                **{member: value for member, value in ids.items() if member in self.get_shape.members},
                self.spec.arn_member: f"arn:aws:{SERVICE}:{self.aws.region}:{ACCOUNT}:{path}",
                "status": "ACTIVE",
            }
            if self.spec.predict:
                base.update(self.spec.predict(ids, self.wanted))
        for member, value in self.wanted.items():
            there = base.get(member)
            if member in self.spec.becomes:
                base[member] = self.spec.becomes[member](there, value)
            elif current is None:
                base.update(self._sent({member: value}))
            elif not self._same(member, value, there):
                base.update(self._sent({member: self._complete(member, value, there)}))
        if self.tags is not None:
            base["tags"] = tags_after(base.get("tags") or {}, self.tags, self.purge_tags)
        return base

    def view(self, state: State) -> dict[str, Any]:
        tags = state.get("tags")
        view: dict[str, Any] = {}
        for key, value in state.items():
            if key == "tags" or key in self.spec.hidden or (key == "error" and not value):
                continue
            shape = self.get_shape.members.get(key) or self._shape_of(key)
            told = self.spec.shown[key](value) if key in self.spec.shown else value
            view[model.option_name(key)] = told if shape is None else model.to_options(shape, told)
        if tags is not None:
            view["tags"] = dict(tags)
        return view

    def comparable(self, view: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in view.items() if key not in VOLATILE | self.spec.volatile}

    def identity(self, state: State) -> dict[str, Any]:
        ids = {member: state.get(member) or value for member, value in self._ids().items()}
        ids[self.spec.arn_member] = state.get(self.spec.arn_member, "")
        facts = dict(self.spec.facts(state)) if self.spec.facts else {}
        if self.adoption:
            facts |= {"adopted": True, "note": self.adoption}
        return {**{model.option_name(member): value for member, value in ids.items()}, **facts}


def _first_told(told: Sequence[str], more: Iterable[str]) -> list[str]:
    """Faults, and those of ``more`` that are of other options."""
    options = {fault.partition(": ")[0] for fault in told}
    return [*told, *(fault for fault in more if fault.partition(": ")[0] not in options)]


def _error_text(state: State | None) -> str:
    error = (state or {}).get("error") or {}
    return str(error.get("errorMessage") or "")
