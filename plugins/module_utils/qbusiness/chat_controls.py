# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Chat controls (guardrails): one set for each application, always there, changed by deltas.

Each run reads all of them, works out what differs from what was given, and sends just that in one call.
Source: the service model; https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/guardrails.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from .. import model
from ..aws import Aws
from ..errors import InputError, NotFoundError
from ..host import Context
from ..placeholder import is_placeholder
from ..resource import Call, Resource, State, ensure
from . import topics
from .shapes import completed, given_is_so
from .table import SERVICE

UPDATE = "UpdateChatControlsConfiguration"
DELETE = "DeleteChatControlsConfiguration"
GET = "GetChatControlsConfiguration"
TOPICS = "topicConfigurations"
PHRASES = "blockedPhrases"
MESSAGE = "systemMessageOverride"
SWITCHES = (
    "responseScope",
    "orchestrationConfiguration",
    "creatorModeConfiguration",
    "hallucinationReductionConfiguration",
)
PAGE = 50
#: Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/guardrails-concepts.html
MOST_PHRASES = 20


def read_controls(aws: Aws, application_id: str) -> State | None:
    """All chat controls of an application, its topics from all pages; ``None`` when there is no such application."""
    first = aws.get(SERVICE, GET, applicationId=application_id, maxResults=PAGE)
    if first is None:
        return None
    found = list(first.get(TOPICS) or [])
    token = first.pop("nextToken", None)
    while token:
        page = aws.call(SERVICE, GET, applicationId=application_id, maxResults=PAGE, nextToken=token)
        found += page.get(TOPICS) or []
        token = page.get("nextToken")
    return {**first, TOPICS: found}


def shown_controls(aws: Aws, state: State) -> dict[str, Any]:
    """Chat controls as the modules answer them."""
    return dict(model.to_options(aws.output_shape(SERVICE, GET), state))


def phrases_of(state: State) -> list[str]:
    return [str(phrase) for phrase in (state.get(PHRASES) or {}).get(PHRASES) or []]


def message_of(state: State) -> str:
    return str((state.get(PHRASES) or {}).get(MESSAGE) or "")


def is_set(state: State) -> bool:
    """Whether there is something that a removal takes. The switches always exist and cannot be deleted.

    Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/guardrails-global-controls.html
    """
    return bool(phrases_of(state) or message_of(state) or state.get(TOPICS))


class ChatControls(Resource):
    """The chat controls of one application."""

    noun = "chat_controls"

    def __init__(self, aws: Aws, options: Mapping[str, Any]) -> None:
        """:param options: the module's own"""
        self.aws = aws
        self.application_id = str(options["application_id"])
        self.present = options["state"] == "present"
        self.shape = aws.input_shape(SERVICE, UPDATE)
        given = {name: options.get(model.option_name(name)) for name in SWITCHES}
        self.switches: dict[str, Any] = {
            name: model.to_members(self.shape.members[name], value)
            for name, value in given.items()
            if value is not None
        }
        self.topic_list = self.shape.members["topicConfigurationsToCreateOrUpdate"]
        listed = options.get(topics.OPTION)
        self.topics: list[dict[str, Any]] | None = None if listed is None else model.to_members(self.topic_list, listed)
        self.topics_absent: list[str] = list(options.get(topics.ABSENT) or [])
        self.purge_topics = bool(options["purge_topics"])
        phrases = options.get("blocked_phrases")
        self.phrases: list[str] | None = None if phrases is None else list(dict.fromkeys(phrases))
        self.phrases_absent: list[str] = list(options.get("blocked_phrases_absent") or [])
        self.purge_phrases = bool(options["purge_blocked_phrases"])
        self.message: str | None = options.get("system_message_override")

    # -- reading --

    def find(self) -> State | None:
        if is_placeholder(self.application_id):
            return None
        unfit = self._id_faults()
        if self.present and (unfit or self.aws.silent):
            return None  # said with all other faults
        if unfit:
            raise InputError(unfit)
        state = read_controls(self.aws, self.application_id)
        if state is None and self.present:
            raise NotFoundError(f"There is no application with the id {self.application_id} (application_id).")
        return None if state is None or not (self.present or is_set(state)) else state

    def _id_faults(self) -> list[str]:
        return list(model.faults(self.shape.members["applicationId"], self.application_id, "application_id"))

    def read(self) -> State:
        return read_controls(self.aws, self.application_id) or {}

    # -- checking --

    def check(self, current: State | None) -> None:
        state = current or {}
        found = self._id_faults()
        for member, value in self.switches.items():
            found += model.faults(self.shape.members[member], value, model.option_name(member))
        found += self._phrase_faults(state)
        found += topics.faults(
            self.topic_list, self.topics, self.topics_absent, state.get(TOPICS) or [], self.purge_topics
        )
        found += self._exclusions(state)
        if current is not None:
            found += self._anonymous(current)
        if found:
            raise InputError(found)

    def _phrase_faults(self, state: State) -> Iterator[str]:
        update = self.shape.members["blockedPhrasesConfigurationUpdate"].members
        shape = update["blockedPhrasesToCreateOrUpdate"]
        for option, phrases in (("blocked_phrases", self.phrases), ("blocked_phrases_absent", self.phrases_absent)):
            yield from model.faults(shape, phrases or [], option)
            for number, phrase in enumerate(phrases or []):
                if phrase == "":
                    yield f"{option}[{number}]: is empty; a phrase has 1 to 36 characters"
        for phrase in set(self.phrases or []) & set(self.phrases_absent):
            yield f"blocked_phrases: {phrase!r} is in blocked_phrases_absent, too"
        count = len(self._phrases_after(state))
        if self.phrases and count > MOST_PHRASES:
            yield f"blocked_phrases: there would be {count}; an application may have {MOST_PHRASES}"
        if self.message is not None:
            yield from model.faults(update[MESSAGE], self.message, "system_message_override")

    def _exclusions(self, state: State) -> Iterator[str]:
        """Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/guardrails-global-controls.html"""
        control = {name: {**(state.get(name) or {}), **self.switches.get(name, {})} for name in SWITCHES[1:]}
        orchestration = control["orchestrationConfiguration"].get("control")
        reduction = control["hallucinationReductionConfiguration"].get("hallucinationReductionControl")
        given = {"orchestrationConfiguration", "hallucinationReductionConfiguration"} & set(self.switches)
        if given and orchestration == reduction == "ENABLED":
            yield (
                "hallucination_reduction_configuration: excludes orchestration, and both would be ENABLED; give "
                "orchestration_configuration, or this one, with DISABLED"
            )

    def _anonymous(self, current: State) -> Iterator[str]:
        """An anonymous application takes blocked phrases only. Asked just where something else would be sent.

        Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/create-anonymous-application.html
        """
        others = [member for member in self._delta(current) if member != "blockedPhrasesConfigurationUpdate"]
        if others:
            application = self.aws.get(SERVICE, "GetApplication", applicationId=self.application_id) or {}
            if application.get("identityType") == "ANONYMOUS":
                names = {member: model.option_name(member) for member in SWITCHES}
                for option in dict.fromkeys(names.get(member, topics.OPTION) for member in others):
                    yield f"{option}: an application without sign-in (ANONYMOUS) takes blocked phrases only"

    # -- planning --

    def _phrases_after(self, state: State) -> list[str]:
        there = phrases_of(state)
        kept = [] if self.phrases is not None and self.purge_phrases else there
        wanted = [*(phrase for phrase in there if phrase in (self.phrases or [])), *kept, *(self.phrases or [])]
        return [phrase for phrase in dict.fromkeys(wanted) if phrase not in self.phrases_absent]

    def _delta(self, current: State) -> dict[str, Any]:
        """The members of the one call; empty when all is as wanted."""
        delta: dict[str, Any] = {}
        for member, value in self.switches.items():
            shape, there = self.shape.members[member], current.get(member)
            if not given_is_so(shape, value, there):
                delta[member] = completed(shape, value, there)
        there, phrases = phrases_of(current), self._phrases_after(current)
        update: dict[str, Any] = {
            "blockedPhrasesToCreateOrUpdate": [phrase for phrase in phrases if phrase not in there],
            "blockedPhrasesToDelete": [phrase for phrase in there if phrase not in phrases],
        }
        update = {name: value for name, value in update.items() if value}
        if self.message is not None and self.message != message_of(current):
            update[MESSAGE] = self.message
        if update:
            delta["blockedPhrasesConfigurationUpdate"] = update
        write, delete = topics.delta(current.get(TOPICS) or [], self.topics, self.topics_absent, self.purge_topics)
        if write:
            delta["topicConfigurationsToCreateOrUpdate"] = write
        if delete:
            delta["topicConfigurationsToDelete"] = delete
        return delta

    def creation(self) -> Sequence[Call]:
        return self.changes({})

    def changes(self, current: State) -> Sequence[Call]:
        delta = self._delta(current)
        return [Call(UPDATE, lambda: self._update(delta))] if delta else []

    def _update(self, delta: Mapping[str, Any]) -> None:
        self.aws.call(SERVICE, UPDATE, applicationId=self.application_id, **delta)

    def removal(self, current: State) -> Sequence[Call]:
        return [Call(DELETE, self._delete)]

    def _delete(self) -> None:
        self.aws.get(SERVICE, DELETE, applicationId=self.application_id)

    def loss(self, current: State) -> Sequence[str]:
        lost = [f"topic {topic.get('name')}: {len(topic.get('rules') or [])} rule(s)" for topic in current[TOPICS]]
        lost += [f"blocked phrase {phrase!r}" for phrase in phrases_of(current)]
        if message_of(current):
            lost.append(f"the answer to blocked phrases: {message_of(current)!r}")
        view = self.view(current)
        told = [f"{name} {view[name]}" for name in map(model.option_name, SWITCHES) if view.get(name)]
        # guess: the documentation says both that the switches cannot be deleted and that this call deletes the controls
        return [*lost, f"perhaps the switches, which the service may set back: {', '.join(told)}"]

    # -- answering --

    def predicted(self, current: State | None) -> State:
        base: dict[str, Any] = dict(current or {})
        delta = self._delta(base)
        base.update({member: value for member, value in delta.items() if member in SWITCHES})
        if "blockedPhrasesConfigurationUpdate" in delta:
            message = message_of(base) if self.message is None else self.message
            base[PHRASES] = {PHRASES: self._phrases_after(base), **({MESSAGE: message} if message else {})}
        write = delta.get("topicConfigurationsToCreateOrUpdate", [])
        delete = delta.get("topicConfigurationsToDelete", [])
        if write or delete:
            base[TOPICS] = topics.after(base.get(TOPICS) or [], write, delete)
        return base

    def view(self, state: State) -> dict[str, Any]:
        return shown_controls(self.aws, state)

    def identity(self, state: State) -> dict[str, Any]:
        return {"application_id": self.application_id}


def chat_controls(context: Context) -> dict[str, Any]:
    """What the module does, for any host.

    :raises FederationError: see :mod:`..errors`
    """
    resource = ChatControls(context.aws, context.parameters)
    return ensure(resource, state=str(context.parameters["state"]), check_mode=context.check_mode).answer()


def _switch(name: str) -> dict[str, Any]:
    """A structure with one switch in it."""
    return {"type": "dict", "options": {name: {"type": "str", "choices": ["ENABLED", "DISABLED"], "required": True}}}


OPTIONS: dict[str, Any] = {
    "application_id": {"type": "str", "required": True},
    "response_scope": {"type": "str", "choices": ["ENTERPRISE_CONTENT_ONLY", "EXTENDED_KNOWLEDGE_ENABLED"]},
    "orchestration_configuration": _switch("control"),
    "creator_mode_configuration": _switch("creator_mode_control"),
    "hallucination_reduction_configuration": _switch("hallucination_reduction_control"),
    "blocked_phrases": {"type": "list", "elements": "str"},
    "blocked_phrases_absent": {"type": "list", "elements": "str"},
    "purge_blocked_phrases": {"type": "bool", "default": True},
    "system_message_override": {"type": "str"},
    **topics.OPTIONS,
}
