# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every kind of resource has in common: create, read, update, delete, list, tags, tokens and pages.

A handler is a function from a :class:`Call` to the members of the answer, registered under the operation's name.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from qbusiness_sandbox.qbusiness import model
from qbusiness_sandbox.qbusiness.errors import conflict, exceeded, invalid, missing
from qbusiness_sandbox.qbusiness.kinds import BY_NAME, TABLE, Kind
from qbusiness_sandbox.qbusiness.service import Call
from qbusiness_sandbox.qbusiness.store import Progress, Resource

T = TypeVar("T")
Answer = dict[str, Any]
Handler = Callable[[Call], Answer | None]
#: What a read shows of a resource beyond its table: (call, resource, status) -> members.
View = Callable[[Call, Resource, str], Answer]

HANDLERS: dict[str, Handler] = {}
VIEWS: dict[str, View] = {}

#: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/tagging.html
TAG_LIMIT = 50
#: The largest page of a list whose model names none.
PAGE = 50


def handles(name: str) -> Callable[[Handler], Handler]:
    """Register a handler for an operation."""

    def register(handler: Handler) -> Handler:
        HANDLERS[name] = handler
        return handler

    return register


def views(kind: Kind) -> Callable[[View], View]:
    """Register what a read shows of a kind beyond the table."""

    def register(view: View) -> View:
        VIEWS[kind.name] = view
        return view

    return register


# -- finding what the path names ------------------------------------------------------------------------------------


def resolve(call: Call) -> Answer | None:
    """Find the resources of the path. Raises ResourceNotFound; answers a stale read when one is injected."""
    shape = model.operation(call.name).input_shape
    labels = [name for name, member in shape.members.items() if member.serialization.get("location") == "uri"]
    own = own_kind(call.name)
    ids: dict[str, str] = {}
    for kind in TABLE:
        if kind.id not in labels:
            continue
        ids[kind.id] = call.params[kind.id]
        ancestors = {name: value for name, value in ids.items() if name != kind.id}
        found = call.store.get(kind, call.params[kind.id], **ancestors)
        if own is kind and (stale := _stale(call, kind, found)) is not None:
            return stale
        if found is None:
            raise missing(kind.noun, call.params[kind.id])
        call.resources[kind.name] = found
    return None


def _stale(call: Call, kind: Kind, found: Resource | None) -> Answer | None:
    if not call.name.startswith("Get"):
        return None
    resource_id = call.params[kind.id]
    past = found.before if found is not None else call.store.deleted.get(resource_id)
    if (found is None and past is None) or call.fault("stale_read") is None:
        return None
    if past is None:
        raise missing(kind.noun, resource_id)
    return past


def own_kind(name: str) -> Kind | None:
    """The kind that an operation of the form verb + noun is about."""
    for verb in ("Create", "Get", "Update", "Delete", "Cancel"):
        if name.startswith(verb):
            for kind in TABLE:
                if kind.noun == name[len(verb) :]:
                    return kind
    return None


# -- tokens ---------------------------------------------------------------------------------------------------------


def fingerprint(params: Mapping[str, Any]) -> str:
    """What makes two requests the same, the token apart."""
    rest = {name: value for name, value in params.items() if name != "clientToken"}
    return hashlib.sha256(json.dumps(rest, sort_keys=True, default=repr).encode()).hexdigest()


def replay(call: Call) -> Answer | None:
    """The answer that this client token had before. Raises Conflict for another request with it. guess: 25"""
    token = call.params.get("clientToken")
    if token is None or not call.name.startswith("Create"):
        return None
    known = call.store.tokens.get((call.name, token))
    if known is None:
        return None
    if known[0] != fingerprint(call.params):
        noun = call.name.removeprefix("Create")
        raise conflict(
            "The client token was used with other parameters", noun, str(call.params.get("applicationId", noun))
        )
    return known[1]


def remember(call: Call, answer: Answer) -> None:
    token = call.params.get("clientToken")
    if token is not None and call.name.startswith("Create"):
        call.store.tokens[(call.name, token)] = (fingerprint(call.params), answer)


# -- create, update, delete -----------------------------------------------------------------------------------------


def ids_of(call: Call, kind: Kind, resource_id: str) -> dict[str, str]:
    """The ids of a new resource: its own and its ancestors'."""
    ids: dict[str, str] = {}
    if kind.parent:
        ids = dict(call.resource(BY_NAME[kind.parent]).ids)
    return {**ids, kind.id: resource_id}


def check_quota(call: Call, kind: Kind) -> None:
    """Raises ServiceQuotaExceeded when there may be no more of a kind. An account's own quotas are the option
    ``qbusiness_quotas``, by the kind's name (``{"application": 100}``)."""
    quota = call.service.cloud.settings.options.get("qbusiness_quotas", {}).get(kind.name, kind.quota)
    if not quota:
        return
    scope = {kind.quota_scope: call.application.ids[kind.quota_scope]} if kind.quota_scope else {}
    if len(call.store.all(kind, **scope)) >= quota:
        raise exceeded(
            f"The limit of {quota} {kind.plural} is reached",
            kind.noun,
            scope.get(kind.quota_scope, call.service.cloud.account_id),
        )


def create(
    call: Call,
    kind: Kind,
    values: Answer,
    *,
    hidden: Answer | None = None,
    resource_id: str = "",
    parts: Any = None,
    arrive: Callable[[Resource], None] | None = None,
) -> Answer:
    """Make a resource and begin its life; answers id and ARN. ``arrive`` runs when the creation has succeeded."""
    resource_id = resource_id or call.service.new_id()
    tags = tags_of(call.params.get("tags", []))
    ids = ids_of(call, kind, resource_id)
    arn = call.service.arn(kind.arn.format(**ids)) if kind.arn else ""
    now = call.now
    resource = Resource(
        kind,
        ids,
        arn,
        {**json.loads(json.dumps(dict(kind.defaults))), **values},
        now,
        now,
        Progress(kind.life.steady if kind.life else ""),
        tags,
        hidden=hidden or {},
        parts=parts,
    )
    call.store.add(resource)
    if kind.life is not None:
        begin(call, resource, "create", (lambda: arrive(resource)) if arrive else None)
    elif arrive is not None:
        arrive(resource)
    call.resources[kind.name] = resource
    answer: Answer = {kind.id: resource_id}
    if kind.arn_member:
        answer[kind.arn_member] = arn
    return answer


def begin(call: Call, resource: Resource, step: str, arrive: Callable[[], None] | None = None) -> None:
    """Begin a step of a resource's life, with the faults that are injected into it."""
    failed = call.fault("failed_end")
    stuck = call.fault("stays_with_error")
    fault = stuck or failed
    call.store.begin(
        resource,
        step,
        call.service.polls(resource.kind.name),
        failure=fault.message if fault else "",
        stuck=stuck is not None,
        arrive=arrive,
    )


def settled(call: Call, resource: Resource) -> None:
    """Raises Conflict while a resource is on its way; the refusal counts as a look. guess: 22, 36

    One that is stuck with an error may be changed or deleted, or nobody could ever get rid of it.
    """
    if resource.progress.moving and not resource.progress.stuck:
        status = resource.progress.look()
        raise conflict(f"{resource.kind.noun} {resource.id} is in state {status}", resource.kind.noun, resource.id)


def update(
    call: Call,
    resource: Resource,
    values: Answer,
    *,
    arrive: Callable[[], None] | None = None,
    drop: Iterable[str] = (),
) -> None:
    """Replace the given members, keep the others (reference 6.4), and begin the update. guess: 9"""
    call.store.snapshot(resource, view(call, resource, look=False))
    resource.values.update(values)
    for name in drop:
        resource.values.pop(name, None)
    resource.updated = call.now
    life = resource.kind.life
    if life is None:
        return
    if life.update:
        begin(call, resource, "update", arrive)
        return
    if (fault := call.fault("failed_end")) is not None:
        resource.progress.final = life.failed["update"]
        resource.error = {"errorMessage": fault.message, "errorCode": "InternalError"}
    else:
        resource.progress.final = life.steady
        resource.error = {}
    if arrive is not None:
        arrive()


def delete(call: Call, resource: Resource) -> None:
    """Begin a resource's end."""
    kind = resource.kind
    # guess: 7
    if resource.progress.moving and call.service.option("strict_delete", True):
        settled(call, resource)
    past = view(call, resource, look=False)
    call.store.snapshot(resource, past)
    call.store.deleted[resource.id] = past
    lingers = call.fault("active_after_delete")
    if kind.life is None or not (kind.life.delete or lingers):
        call.store.remove(resource)
        return
    steady = resource.progress.final
    begin(call, resource, "delete")
    if lingers is not None:
        resource.progress.pending.insert(0, steady)
        if len(resource.progress.pending) == 1:  # it was gone already: bring it back for that one look
            call.store.add(resource)
            resource.progress.arrive = lambda: call.store.remove(resource)


# -- reading --------------------------------------------------------------------------------------------------------


def view(call: Call, resource: Resource, *, look: bool = True) -> Answer:
    """What a Get shows; with ``look`` the life cycle goes one step on."""
    kind = resource.kind
    status = resource.progress.look() if look else resource.progress.status
    moved_on = resource.progress.moving or status == resource.progress.final
    shown: Answer = {**resource.ids, **resource.values, "createdAt": resource.created, "updatedAt": resource.updated}
    if kind.arn_member:
        shown[kind.arn_member] = resource.arn
    if kind.life is not None:
        shown[kind.life.member] = status
    if kind.error:
        shown["error"] = dict(resource.error) if moved_on else {}
    extra = VIEWS.get(kind.name)
    if extra is not None:
        shown.update(extra(call, resource, status))
    return shown


def only(shown: Answer, members: Iterable[str]) -> Answer:
    """Those members that the answer has room for."""
    return {name: shown[name] for name in members if name in shown}


def get(call: Call, kind: Kind) -> Answer:
    return only(view(call, call.resource(kind)), model.output_members(call.name))


def list_all(call: Call, kind: Kind) -> Answer:
    """One page of a kind under the path's parent."""
    parent = {}
    if kind.parent:
        above = BY_NAME[kind.parent]
        parent = {above.id: call.resource(above).id}
    shape: Any = model.operation(call.name).output_shape
    members = shape.members[kind.items].member.members
    chosen, token = page(call, call.store.all(kind, **parent))
    return {kind.items: [only(view(call, item), members) for item in chosen], "nextToken": token}


def page(call: Call, items: list[T]) -> tuple[list[T], str | None]:
    """One page of ``items`` and the token of the next. Raises ValidationException for a token that is not ours."""
    shape = model.operation(call.name).input_shape
    size = int(call.params.get("maxResults") or shape.members["maxResults"].metadata.get("max", PAGE))
    if size < 1:
        raise invalid("maxResults must be greater than 0", "maxResults")
    if call.service.cloud.settings.page_size > 0:
        size = min(size, call.service.cloud.settings.page_size)
    start = 0
    if "nextToken" in call.params:
        start = _offset(call.name, call.params["nextToken"])
    rest = items[start + size :]
    return items[start : start + size], _token(call.name, start + size) if rest else None


def _token(name: str, offset: int) -> str:
    return base64.urlsafe_b64encode(f"{name}:{offset}".encode()).decode()


def _offset(name: str, token: str) -> int:
    try:
        of, _unused, offset = base64.urlsafe_b64decode(token.encode()).decode().partition(":")
        if of == name and offset.isdigit():
            return int(offset)
    except (binascii.Error, ValueError):
        pass
    raise invalid("The nextToken is not valid", "nextToken")


# -- tags -----------------------------------------------------------------------------------------------------------


def tags_of(pairs: Iterable[Mapping[str, str]], present: Mapping[str, str] | None = None) -> dict[str, str]:
    """Tags as a map, added to those present. Raises ValidationException for too many or a reserved key. guess: 24"""
    tags = dict(present or {})
    for pair in pairs:
        if pair["key"].lower().startswith("aws:"):
            raise invalid("Tag keys may not start with aws:", "tags")
        tags[pair["key"]] = pair["value"]
    if len(tags) > TAG_LIMIT:
        raise invalid(f"A resource may have at most {TAG_LIMIT} tags", "tags")
    return tags


def _register(kind: Kind) -> None:
    def get_one(call: Call) -> Answer:
        return get(call, kind)

    def delete_one(call: Call) -> Answer:
        delete(call, call.resource(kind))
        return {}

    def list_page(call: Call) -> Answer:
        return list_all(call, kind)

    made: dict[str, Handler] = {
        f"Get{kind.noun}": get_one,
        f"Delete{kind.noun}": delete_one,
        f"List{kind.plural}": list_page,
    }
    HANDLERS.update({name: handler for name, handler in made.items() if name in model.names()})


for _kind in TABLE:
    _register(_kind)
