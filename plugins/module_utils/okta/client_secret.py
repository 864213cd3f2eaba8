# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client secret of an OpenID Connect app, from Okta into Secrets Manager, on the engine.

The secret itself never leaves this module: it goes from one service to the other, and into ``context.secrets``. Which
steps a run takes, also after one that was cut off anywhere, is decided in :mod:`.client_secret_decision`.
"""

from __future__ import annotations

import secrets as random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ..errors import FederationError, InputError, InUseError, NotFoundError, ServiceError, WaitError
from ..host import Context
from ..placeholder import is_placeholder, okta_id
from ..resource import Call, Resource, State, ensure
from . import client_secret_decision as decision_of
from . import creation
from .client_secret_decision import ClientSecret, Decision, Situation
from .client_secret_proof import GRANT, METHODS, client_of, prove
from .client_secret_store import KEY, PENDING, Store, Stored
from .client_secret_store import OPTIONS as STORE_OPTIONS
from .client_secret_uses import users
from .scopes import session_with
from .session import OktaSession

OPTIONS: dict[str, Any] = {
    "app_id": {"type": "str", "required": True},
    **STORE_OPTIONS,
    "rotate": {"type": "str", "choices": ["never", "always"], "default": "never"},
    "rotate_after_days": {"type": "int"},
    "delete_inactive_after_days": {"type": "int", "default": 7},
    "force": {"type": "bool", "default": False},
}
NO_SECRET = (
    "app_id: {app} proves itself by {method}, so there is no client secret that Amazon Q Business could send; set its "
    f"token_endpoint_auth_method to {' or '.join(METHODS)} (okta_app)"
)


@dataclass
class Plan:
    """The calls, and what is there after them. ``new``: the value that a rotation, or a first secret, brings."""

    calls: list[Call] = field(default_factory=list)
    secrets: list[ClientSecret] = field(default_factory=list)
    stored_id: str = ""
    new: str = field(default="", repr=False)
    new_id: str = ""
    pending_version: str = ""


class StoredClientSecret(Resource):
    """A secret in Secrets Manager and the client secrets of its app. A state holds no value of either."""

    noun = "secret"

    def __init__(self, context: Context) -> None:
        self._context = context
        self.tell = context.tell
        self._options = context.parameters
        self._app_id = str(self._options["app_id"])
        self._present = self._options["state"] == "present"
        self._store = Store(context.aws, self._options, context.secrets)
        self._app: Mapping[str, Any] = {}
        self._listed: list[ClientSecret] = []
        self._stored: Stored | None = None
        self._plan: Plan | None = None
        self._after: Stored | None = None
        #: Whether this run rotates, or finishes a rotation.
        self.rotated = False

    @property
    def shared_key(self) -> str:
        return f"client secret of {self._app_id} in {self._store.name}"

    @property
    def described(self) -> str:
        return f"the secret {self._store.name}"

    @property
    def _okta(self) -> OktaSession:
        return session_with(self._context, "okta.apps.manage")

    # -- reading ----------------------------------------------------------------------------------------------------

    def find(self) -> State | None:
        found = [*self._store.faults(), *self._faults()]
        if found:
            raise InputError(found)
        if self._present and is_placeholder(self._app_id):
            return None
        if self._present:
            self._look_at_secrets()
        self._stored = self._store.read(values=self._present)
        return None if self._stored is None else self._state(self._stored, self._listed, self._current_id())

    def _faults(self) -> Iterator[str]:
        if not self._app_id.strip():
            yield "app_id: is empty; it should be the id of an OpenID Connect app, like 0oa1abcd2EFGH3ijk4l5"
        for option, least in (("rotate_after_days", 1), ("delete_inactive_after_days", 0)):
            value = self._options.get(option)
            if value is not None and value < least:
                yield f"{option}: {value} … should be a number of days from {least}"

    def _look_at_secrets(self) -> None:
        try:
            listed = self._okta.items("apps", self._app_id, "credentials", "secrets")
        except ServiceError:
            self._look_at_app()  # which may know better why
            raise
        self._listed = decision_of.listed(listed)
        self._context.secrets.update(secret.value for secret in self._listed)

    def _look_at_app(self) -> None:
        """Read the app itself, which is needed only where something is to be written.

        :raises NotFoundError: there is no such app
        :raises InputError: it has no client secret that could be stored
        """
        if self._app:
            return
        app = self._okta.find("apps", self._app_id)
        if app is None:
            raise NotFoundError(f"app_id: the org has no app {self._app_id}.")
        named = f"{app.get('label')} ({self._app_id})"
        if app.get("signOnMode") != "OPENID_CONNECT":
            mode = app.get("signOnMode")
            raise InputError([f"app_id: {named} is a {mode} app; only those of OPENID_CONNECT have client secrets"])
        client = (app.get("credentials") or {}).get("oauthClient") or {}
        method = str(client.get("token_endpoint_auth_method"))
        if method not in METHODS:
            raise InputError([NO_SECRET.format(app=named, method=method)])
        self._app = app

    def _current_id(self) -> str:
        found = decision_of.with_value(self._listed, self._stored.value if self._stored else "")
        return found.id if found else ""

    def _state(self, stored: Stored, listed: Sequence[ClientSecret], current_id: str) -> State:
        return {"stored": stored.view(), "secrets": list(listed), "client_secret_id": current_id}

    def read(self) -> State:
        state = self.find()
        if state is None:
            raise WaitError(f"The secret {self._store.name} was written, and cannot be read; somebody removed it.")
        return state

    def check(self, current: State | None) -> None:
        """All input is checked before anything is read."""

    # -- planning ---------------------------------------------------------------------------------------------------

    def creation(self) -> Sequence[Call]:
        plan = self._plan = Plan(secrets=list(self._listed))
        self._after = self._store.planned()
        if is_placeholder(self._app_id):
            plan.stored_id = okta_id("ocs", self._app_id)
            plan.calls.append(Call("CreateSecret", _nothing))
            return plan.calls
        self._look_at_app()
        decision = decision_of.decide(Situation(self._listed), due=False)
        self._drop(plan, decision)
        if decision.store is not None:
            plan.new, plan.stored_id = decision.store.value, decision.store.id
        else:
            self._make(plan)
        plan.calls.append(Call("CreateSecret", lambda: self._store.create(plan.new)))
        return plan.calls

    def changes(self, current: State) -> Sequence[Call]:
        stored = self._stored
        if stored is None:
            raise AssertionError("changes of a secret that is not there")
        plan = self._plan = Plan(secrets=list(self._listed), stored_id=self._current_id())
        if stored.deleted:
            self._look_at_app()
            self._after = Stored(**{**vars(stored), "deleted": ""})
            plan.calls.append(Call("RestoreSecret", self._store.restore))
            return plan.calls
        calls, self._after = self._store.setting_calls(stored)
        plan.calls += calls
        situation = self._situation(stored)
        decision = decision_of.decide(situation, self._due(situation))
        self._refuse_unprovable(decision)
        self._warn_of(decision)
        if (decision.make or decision.store) and stored.value and not self._current_id():
            self._context.warn(
                f"The secret {self._store.name} held a {KEY} that is none of the app's; it was written over, and is "
                "its version AWSPREVIOUS."
            )
        self.rotated = decision.rotates
        self._drop(plan, decision)
        if decision.abandon:
            plan.calls.append(Call("UpdateSecretVersionStage", lambda: self._store.unlabel(stored.pending_version)))
        if decision.make:
            self._make(plan)
            self._put(plan, stored)
        elif decision.store is not None:
            plan.new, plan.stored_id = decision.store.value, decision.store.id
            self._put(plan, stored)
        elif decision.rotates:
            self._rotate(plan, decision, stored)
        if not decision.rotates:
            self._tidy(plan)
        if plan.calls:
            self._look_at_app()
        return plan.calls

    def _situation(self, stored: Stored) -> Situation:
        pending = None if stored.pending is None else str(stored.pending.get(KEY) or "")
        if pending == "":
            raise ServiceError(
                f"The secret {self._store.name} has a version {PENDING} without a {KEY}, which is not of this module: "
                "something else is about to change the secret. Take the label away when nothing is."
            )
        return Situation(self._listed, stored.value, pending)

    def _due(self, situation: Situation) -> bool:
        rotate, days = str(self._options["rotate"]), self._options.get("rotate_after_days")
        stored = decision_of.stored_one(situation)
        due = decision_of.is_due(stored, rotate, days, datetime.now(UTC))
        if stored is None or not due or rotate == "always":
            return due
        reason = self._unprovable() or self._taken(situation, stored)
        if reason:
            self._context.warn(f"The client secret is older than rotate_after_days, and is not rotated: {reason}.")
        return not reason

    def _taken(self, situation: Situation, stored: ClientSecret) -> str:
        """Why there is no place for a new secret unless somebody says so; empty when there is one."""
        room = decision_of.room(situation, stored)
        foreign = [item.id for item in room if item.active and item.value != situation.pending]
        if not foreign:
            return ""
        return (
            f"the app {self._app_id} has another active client secret, {foreign[0]}, whose place a new one would take; "
            "whoever uses it would be locked out. Deactivate it at Okta, or give rotate=always"
        )

    def _unprovable(self) -> str:
        """Why a new secret could not be proved; empty when it could."""
        self._look_at_app()
        if self._app.get("status") != "ACTIVE":
            return f"the app {self._app_id} is inactive, so that Okta takes no secret of it"
        if GRANT not in (self._app["settings"]["oauthClient"].get("grant_types") or []):
            return f"the app {self._app_id} does not have the grant {GRANT}, by which a new secret is proved"
        return ""

    def _refuse_unprovable(self, decision: Decision) -> None:
        if decision.begin or decision.finish is not None:
            reason = self._unprovable()
            if reason:
                raise InputError([f"rotate: {reason}"])

    def _warn_of(self, decision: Decision) -> None:
        for secret in decision.foreign:
            self._context.warn(
                f"The Okta app {self._app_id} has a second active client secret, {secret.id}, which is not the stored "
                "one. It is left alone; a rotation would take its place."
            )
        for secret in decision.drop:
            if secret.active and not decision.abandon:
                self._context.warn(
                    f"The active client secret {secret.id} of the Okta app {self._app_id}, which is not the stored "
                    "one, makes room for a new one: whoever uses it is locked out."
                )

    def _drop(self, plan: Plan, decision: Decision) -> None:
        for secret in decision.drop:
            self._delete(plan, secret)

    def _delete(self, plan: Plan, secret: ClientSecret) -> None:
        if secret.active:
            plan.calls.append(Call("deactivateOAuth2ClientSecret", lambda: self._turn_off(secret.id)))
        plan.calls.append(Call("deleteOAuth2ClientSecret", lambda: self._remove(secret.id)))
        plan.secrets = [item for item in plan.secrets if item.id != secret.id]

    def _tidy(self, plan: Plan) -> None:
        days = int(self._options["delete_inactive_after_days"])
        for secret in decision_of.outdated(plan.secrets, days, datetime.now(UTC)):
            if secret.id != plan.stored_id:
                self._delete(plan, secret)

    def _make(self, plan: Plan, value: str = "") -> None:
        """Plan a new client secret at Okta, of a value that is known before Okta knows it."""
        plan.new = value or random.token_urlsafe(48)
        self._context.secrets.add(plan.new)
        now = datetime.now(UTC)
        placeholder = ClientSecret(okta_id("ocs", self._app_id, "new"), plan.new, True, now, now)
        plan.new_id = plan.stored_id = placeholder.id
        plan.secrets.insert(0, placeholder)
        plan.calls.append(Call("createOAuth2ClientSecret", lambda: self._create_at_okta(plan)))

    def _put(self, plan: Plan, stored: Stored) -> None:
        plan.calls.append(Call("PutSecretValue", lambda: _discard(self._store.put({**stored.document, KEY: plan.new}))))

    def _rotate(self, plan: Plan, decision: Decision, stored: Stored) -> None:
        plan.pending_version = stored.pending_version
        pending = stored.pending or {}
        if decision.begin:
            value = str(pending.get(KEY) or random.token_urlsafe(48))
            self._context.secrets.add(value)
            if not pending:
                plan.calls.append(Call("PutSecretValue", lambda: self._put_pending(plan, stored)))
            self._make(plan, value)
        elif decision.finish is not None:
            plan.new, plan.new_id = decision.finish.value, decision.finish.id
        if not decision.settle:
            plan.stored_id = plan.new_id
            plan.calls.append(Call("PutSecretValue", lambda: self._prove_and_store(plan, stored)))
        else:
            plan.new = stored.value
        for secret in [item for item in plan.secrets if item.active and item.value != plan.new]:
            self._deactivate(plan, secret)
        plan.calls.append(
            Call(
                "UpdateSecretVersionStage", lambda: self._store.unlabel(plan.pending_version or stored.pending_version)
            )
        )

    def _deactivate(self, plan: Plan, secret: ClientSecret) -> None:
        plan.calls.append(Call("deactivateOAuth2ClientSecret", lambda: self._turn_off(secret.id)))
        after = ClientSecret(secret.id, secret.value, False, secret.created, datetime.now(UTC))
        plan.secrets = [after if item.id == secret.id else item for item in plan.secrets]

    # -- writing ----------------------------------------------------------------------------------------------------

    def _path(self, *parts: str) -> tuple[str, ...]:
        return ("apps", self._app_id, "credentials", "secrets", *parts)

    def _turn_off(self, secret_id: str) -> None:
        creation.turn(self._okta, "deactivate", *self._path(secret_id))

    def _remove(self, secret_id: str) -> None:
        self._okta.delete(*self._path(secret_id))

    def _create_at_okta(self, plan: Plan) -> None:
        def look() -> dict[str, Any] | None:  # nobody else knows the value
            listed = self._okta.items(*self._path())
            return next((item for item in listed if item.get("client_secret") == plan.new), None)

        made = creation.send(lambda: self._okta.post(*self._path(), body={"client_secret": plan.new}), look)
        plan.new_id = str(made["id"])

    def _put_pending(self, plan: Plan, stored: Stored) -> None:
        plan.pending_version = self._store.put({**stored.document, KEY: plan.new}, PENDING)

    def _prove_and_store(self, plan: Plan, stored: Stored) -> None:
        """Prove the new value as it was stored, and only then make it the current one.

        :raises FederationError: Okta does not take it; the new secret is gone again, the old one is as it was
        """
        value = self._store.read_pending(plan.pending_version)
        proof = prove(self._okta.origin, client_of(self._app, value))
        if not proof.ok:
            left = self._take_back(plan)
            raise FederationError(
                f"Okta does not take the new client secret {plan.new_id} of the app {self._app_id}: {proof.seen}. The "
                f"secret {self._store.name} and the client secret that is in it are as they were; {left}",
                proof=proof.seen,
            )
        self._store.put({**stored.document, KEY: value})

    def _take_back(self, plan: Plan) -> str:
        """Remove the new secret; what is left of it, in words."""
        try:
            self._turn_off(plan.new_id)
            self._remove(plan.new_id)
            self._store.unlabel(plan.pending_version)
        except ServiceError as error:
            return f"the new one could not be removed ({error.message}), which the next run will do."
        return "the new one was removed."

    # -- removal ----------------------------------------------------------------------------------------------------

    def removal(self, current: State) -> Sequence[Call]:
        stored = current["stored"]
        if stored["deletion_date"] and not self._options["force_delete"]:
            return []
        if not self._options["force"]:
            self._refuse_used(stored)
        return [Call("DeleteSecret", self._store.delete)]

    def _refuse_used(self, stored: Mapping[str, Any]) -> None:
        """:raises InUseError: a web experience reads it; in check mode a warning, since earlier tasks may remove it"""
        found = users(self._context.aws, str(stored["arn"]), str(stored["name"]))
        if not found:
            return
        text = f"The secret {stored['name']} is read by {', '.join(found)}, where nobody could sign in without it."
        if not self._context.check_mode:
            raise InUseError(f"{text} Remove or change that first, or set force=true.", used_by=found)
        self._context.warn(f"{text} It is removed only when that is gone, or with force=true.")

    def loss(self, current: State) -> Sequence[str]:
        stored = current["stored"]
        days = self._options.get("recovery_window_days") or 30
        when = "at once" if self._options["force_delete"] else f"in {days} days, until when it can be restored"
        return (
            f"secret {stored['name']} ({stored['arn']}) with all its versions, {when}",
            "the client secret itself stays: it belongs to the Okta app, and goes with it",
        )

    # -- answering --------------------------------------------------------------------------------------------------

    def predicted(self, current: State | None) -> State:
        if self._plan is None or self._after is None:
            raise AssertionError("predicted before it was planned")
        return self._state(self._after, self._plan.secrets, self._plan.stored_id)

    def view(self, state: State) -> dict[str, Any]:
        return {
            **state["stored"],
            "app_id": self._app_id,
            "client_secret_id": state["client_secret_id"] or None,
            "client_secrets": [client_secret_view(secret) for secret in state["secrets"]],
        }

    def comparable(self, view: Mapping[str, Any]) -> dict[str, Any]:
        shown = dict(view)
        shown["client_secrets"] = {item["id"]: item["status"] for item in view["client_secrets"]}
        return shown

    def identity(self, state: State) -> dict[str, Any]:
        answer = {"secret_arn": state["stored"]["arn"], "secret_name": state["stored"]["name"]}
        if self._present:
            answer["client_secret_id"] = state["client_secret_id"] or None
        return answer


def client_secret_view(secret: ClientSecret) -> dict[str, str]:
    """One client secret of the app, without its value."""
    return {
        "id": secret.id,
        "status": "ACTIVE" if secret.active else "INACTIVE",
        "created": secret.created.isoformat(),
        "last_updated": secret.updated.isoformat(),
    }


def _discard(value: Any) -> None:
    del value


def _nothing() -> None:
    """Nothing is written for an app that is only planned."""


def apply(context: Context) -> dict[str, Any]:
    """What the module ``okta_client_secret`` does.

    :raises FederationError: see :mod:`..errors`
    """
    first = _ensured(context)
    if first["operations"] != ["RestoreSecret"]:
        return first
    if context.check_mode:
        context.warn(
            f"The secret {context.parameters['secret_name']} is scheduled for deletion and would be restored; what "
            "else there is to do can be told only when it can be read again."
        )
        return first
    second = _ensured(context)
    diff = {"before": first["diff"]["before"], "after": second["diff"]["after"]}
    both = {key: [*first[key], *second[key]] for key in ("operations", "differences")}
    return {**second, **both, "changed": True, "diff": diff}


def _ensured(context: Context) -> dict[str, Any]:
    resource, state = StoredClientSecret(context), context.parameters["state"]
    answer = ensure(resource, state=state, check_mode=context.check_mode).answer()
    return {**answer, "rotated": resource.rotated} if state == "present" else answer
