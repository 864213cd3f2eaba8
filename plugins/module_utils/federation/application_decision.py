# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide which live objects the variables of an application mean. Pure functions of the model.

A live object is adopted as it is: by its ID, by its name, or because it is the only one of its kind. What cannot be
decided without a person is refused before anything is written, with the variable that decides.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .host_variables import items_of
from .matching import RefusedError, T, Wording, match
from .model import Application, DataSource, Listed, WebExperience

Variables = Mapping[str, Any]

#: Kinds of parts of which an application has one as a rule: messages, and the variables that decide.
INDEX = Wording("index", "qbusiness_knowledge_index_id", "qbusiness_knowledge_index_name")
RETRIEVER = Wording("retriever", "qbusiness_knowledge_retriever_id", "qbusiness_knowledge_retriever_name")
EXPERIENCE = Wording("web experience", "qbusiness_web_experience_id")
SOURCES = "qbusiness_knowledge_data_sources"


@dataclass
class Decision:
    """What is meant: values for variables that are not set, refusals, and what a person should know."""

    variables: dict[str, Any] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    web_experience: WebExperience | None = None


def text(variables: Variables, name: str) -> str:
    """Return a variable as text; empty where it is not set."""
    value = variables.get(name)
    return "" if value is None else str(value)


def find_application(variables: Variables, listed: Sequence[Listed], region: str) -> Listed | None:
    """Return the application that a host means; ``None``: a new one.

    :raises RefusedError: see :func:`.matching.match`; or the new name belongs to another application
    """
    where = f" in {region}"
    wording = Wording("application", "qbusiness_application_id", "qbusiness_application_display_name", where)
    pinned, name = text(variables, "qbusiness_application_id"), text(variables, "qbusiness_application_display_name")
    found = match(listed, wording, object_id=pinned, name=name)
    # One of several that have the name already may be pinned.
    others = [item for item in listed if item.name == name] if found is not None and found.name != name else []
    if found is not None and others:
        raise RefusedError(
            f'qbusiness_application_display_name: application "{name}" ({others[0].id}) already exists{where}, so '
            f'"{found.name}" ({pinned}) cannot be renamed to it. Choose another name.'
        )
    return found


def refuse_rename(name: str, region: str, beside: Sequence[Application]) -> str:
    """Return the refusal of a new application on an identity by which others sign in that no host has."""
    other = beside[0]
    more = f" (and {len(beside) - 1} more)" if len(beside) > 1 else ""
    return (
        f'qbusiness_application_display_name: application "{name}" not found in {region}, and '
        f'"{other.name}" ({other.id}){more}, '
        f"which no host of the inventory has, signs in by the same identity. If that application is now called "
        f'"{name}", set qbusiness_application_id: {other.id}. If "{name}" is a new application, set '
        "qbusiness_application_create: true."
    )


def decide(variables: Variables, application: Application) -> Decision:
    """Return which parts of an existing application the variables mean."""
    decision = Decision({"qbusiness_application_id": application.id})
    for part in (_knowledge, _web_experience, _roles):
        try:
            part(decision, variables, application)
        except RefusedError as error:
            decision.refused.append(str(error))
    return decision


def _part(variables: Variables, live: Sequence[T], wording: Wording) -> T | None:
    """Return the part that the variables mean of a kind of which an application has one as a rule.

    :raises RefusedError: see :func:`.matching.match`
    """
    name = text(variables, wording.name_variable) if wording.name_variable else ""
    return match(live, wording, object_id=text(variables, wording.id_variable), name=name, single=True)


def _knowledge(decision: Decision, variables: Variables, application: Application) -> None:
    kendra = text(variables, "qbusiness_knowledge_kendra_index_id")
    retriever = _part(variables, application.retrievers, RETRIEVER)
    if retriever is not None:
        decision.variables[RETRIEVER.id_variable] = retriever.id
        decision.variables[RETRIEVER.name_variable] = retriever.name
        wanted = "KENDRA_INDEX" if kendra else "NATIVE_INDEX"
        if retriever.type != wanted:
            raise RefusedError(
                f'qbusiness_knowledge_kendra_index_id: retriever "{retriever.name}" ({retriever.id}) is of type '
                f"{retriever.type}, which is fixed at its creation. "
                + (
                    "Remove the variable to keep it."
                    if kendra
                    else f"Set qbusiness_knowledge_kendra_index_id: {retriever.index_id} to keep it."
                )
            )
        if kendra and retriever.role_arn:
            decision.variables.setdefault("qbusiness_knowledge_role_name", retriever.role_arn.rpartition("/")[2])
            decision.variables.setdefault("qbusiness_knowledge_role_path", path_of(retriever.role_arn))
    if kendra:
        return
    index = _part(variables, application.indices, INDEX)
    if index is None:
        return
    decision.variables[INDEX.id_variable] = index.id
    decision.variables[INDEX.name_variable] = index.name
    _data_sources(decision, variables, [item for item in application.data_sources if item.index_id == index.id])


def _data_sources(decision: Decision, variables: Variables, live: Sequence[DataSource]) -> None:
    items = [(place, item) for place, item in items_of(variables, SOURCES) if item.get("name")]
    found: dict[str, DataSource] = {}
    for place, item in items:
        wording = Wording("data source", f"{SOURCES}[{place}].data_source_id", f"{SOURCES}[{place}].name")
        source = match(live, wording, object_id=text(item, "data_source_id"), name=str(item["name"]))
        if source is not None:
            other = next((name for name, one in found.items() if one is source), "")
            if other:
                raise RefusedError(
                    f'{SOURCES}[{place}].name: data source "{source.name}" ({source.id}) is also '
                    f'that of the item "{other}". '
                    "One item has one data source; remove one of the two."
                )
            found[str(item["name"])] = source
    beside = [source for source in live if source not in found.values()]
    for place, item in items:
        if str(item["name"]) not in found:
            _refuse_renamed(place, item, beside)
    decision.variables["qbusiness_knowledge_live"] = {
        name: {"data_source_id": source.id, "role_arn": "" if _gives_role(variables) else source.role_arn}
        for name, source in found.items()
    }
    decision.notes += [
        f'data source "{source.name}" ({source.id}) is not in {SOURCES}. It stays; to remove it '
        "with the documents that it "
        "brought, add an item with its name and state: absent."
        for source in beside
    ]
    roles = {source.role_arn for source in found.values() if source.role_arn}
    if len(roles) == 1 and not _gives_role(variables):
        arn = next(iter(roles))
        decision.variables["qbusiness_knowledge_role_name"] = arn.rpartition("/")[2]
        decision.variables["qbusiness_knowledge_role_path"] = path_of(arn)


def _gives_role(variables: Variables) -> bool:
    """Return whether the inventory says by which role documents are read."""
    return bool(text(variables, "qbusiness_knowledge_role_arn") or text(variables, "qbusiness_knowledge_role_name"))


def _refuse_renamed(place: int, item: Mapping[str, Any], beside: Sequence[DataSource]) -> None:
    """:raises RefusedError: a live data source that no item names has the same bucket"""
    bucket = text(item, "bucket")
    for source in beside:
        if bucket and bucket in source.buckets and not item.get("create") and item.get("state") != "absent":
            raise RefusedError(
                f'{SOURCES}[{place}].name: data source "{item["name"]}" not found, and '
                f'"{source.name}" ({source.id}), which '
                f'no item names, reads the same bucket "{bucket}". If it is now called "{item["name"]}", set '
                f"{SOURCES}[{place}].data_source_id: {source.id}. For a second data source over the bucket, set "
                f"{SOURCES}[{place}].create: true."
            )


def _web_experience(decision: Decision, variables: Variables, application: Application) -> None:
    if text(variables, "qbusiness_application_url"):
        decision.notes += [
            f"web experience {item.url or item.id} exists beside qbusiness_application_url. It stays."
            for item in application.web_experiences
        ]
        return
    found = _part(variables, application.web_experiences, EXPERIENCE)
    if found is None:
        return
    decision.web_experience = found
    decision.variables[EXPERIENCE.id_variable] = found.id


def _roles(decision: Decision, variables: Variables, application: Application) -> None:
    """Adopt the roles that the application's people and web experience use."""
    experience = decision.web_experience
    arn = experience.role_arn if experience else ""
    if not arn and text(variables, "qbusiness_application_url"):
        roles = application.sign_in_roles
        if len(roles) == 1:
            arn = roles[0].arn
        elif len(roles) > 1 and not text(variables, "qbusiness_application_role_name"):
            raise RefusedError(
                f"qbusiness_application_role_name: {len(roles)} roles let people into the application: "
                f"{', '.join(role.arn for role in roles)}. Set qbusiness_application_role_name to the name of one."
            )
    adopt_role(decision, variables, "qbusiness_application_role", arn)
    adopt_role(
        decision,
        variables,
        "qbusiness_web_experience_secrets_role",
        experience.secrets_role_arn if experience else "",
    )


def adopt_role(decision: Decision, variables: Variables, prefix: str, arn: str) -> None:
    """Use a live role, unless the inventory names one."""
    if arn and not text(variables, f"{prefix}_name"):
        decision.variables[f"{prefix}_name"] = arn.rpartition("/")[2]
        decision.variables[f"{prefix}_path"] = path_of(arn)


def path_of(role_arn: str) -> str:
    """Return the path of a role."""
    path = role_arn.partition(":role")[2].rpartition("/")[0]
    return f"{path}/" if path else "/"
