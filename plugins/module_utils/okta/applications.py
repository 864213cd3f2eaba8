# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Apps of an Okta org on the engine: found by id or exact label, compared by what is named, read, then written.

What is particular to a protocol stands in its settings (:mod:`.protocols`), how the app's JSON is put together in
:mod:`.app_document`; here is the order of things.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from ..errors import AmbiguousError, ImmutableError, InputError, NotFoundError, ServiceError
from ..host import Context
from ..placeholder import MARK, is_placeholder, okta_id, uuid_like
from ..resource import Call, Resource, State, SupersededError, ensure, merged
from . import (
    app_document,
    assignments,
    creation,
    federated_claims,
    keys,
    metadata,
    protocols,
    saml_settings,
    sign_in_policy,
)
from .app_document import Wanted
from .errors import ACTIVE_APP
from .protocols import PROTOCOLS
from .session import OktaSession, eventually

#: Reported not to stick in a PUT (okta-sdk-dotnet issue 888): worth a warning, no failure.
RELUCTANT = frozenset({"authn_context_class_ref"})

OPTIONS: dict[str, Any] = {
    "app_id": {"type": "str"},
    "label": {"type": "str"},
    "sign_on_mode": {"type": "str", "choices": list(PROTOCOLS), "default": saml_settings.MODE},
    "status": {"type": "str", "choices": ["ACTIVE", "INACTIVE"], "default": "ACTIVE"},
    **protocols.OPTIONS,
    "initially": {"type": "list", "elements": "str", "choices": protocols.INITIALLY, "default": []},
    **federated_claims.OPTIONS,
    **app_document.OPTIONS,
    **assignments.OPTIONS,
    "access_policy": {"type": "str"},
}


class OktaApp(Resource):
    """One app. A state is ``{"app": its JSON, "groups": id → name, "users": id → login, "federated_claims": name →
    expression}``; all but the first only where the user named them."""

    noun = "app"

    def __init__(
        self,
        session: OktaSession,
        options: Mapping[str, Any],
        warn: Callable[[str], None],
        secrets: set[str],
    ) -> None:
        """:param secrets: takes up what Okta answers and nobody may see"""
        self._session = session
        self._options = options
        self._warn = warn
        self._secrets = secrets
        self._protocol = PROTOCOLS[options["sign_on_mode"]]
        #: What a change takes away that nobody named.
        self.lost: list[str] = []
        self._given_id = str(options.get("app_id") or "")
        self._label = str(options.get("label") or "")
        #: The app that this task made, or goes on with in its place.
        self._made_id = ""
        #: What find answered; the check adds the assignments.
        self._state: dict[str, Any] = {}
        self._app: dict[str, Any] = {}
        self._groups: assignments.Difference | None = None
        self._users: assignments.Difference | None = None
        self._claims: federated_claims.Difference | None = None
        self._policy = ""
        self._rotation: keys.Rotation | None = None
        self._new_kid = ""
        #: The app's keys before a new one was made.
        self._kids: set[str] = set()
        #: The options that count in this run: all when the app is made.
        self._looked_for: Mapping[str, Any] = options

    @property
    def shared_key(self) -> str:
        known = str(self._state["app"]["id"]) if self._state.get("app") else self._given_id
        return f"{self._session.origin} app {known or self._label}"

    @property
    def described(self) -> str:
        known = self._state.get("app") or {}
        return f"the Okta app {known.get('label') or self._label} ({known.get('id') or 'new'})"

    # -- reading ----------------------------------------------------------------------------------------------------

    def find(self) -> State | None:
        self._state = {}
        app = self._look_up()
        if app is None:
            return None
        if app.get("signOnMode") != self._options["sign_on_mode"]:
            raise ImmutableError(
                f"sign_on_mode: the Okta app {app.get('label')} ({app.get('id')}) is {app.get('signOnMode')}, not "
                f"{self._options['sign_on_mode']}; that is fixed at creation. Give another label, or another app_id."
            )
        self._state = {"app": self._seen(app)}
        return self._state

    def _look_up(self) -> dict[str, Any] | None:
        if is_placeholder(self._given_id):
            return None
        if self._made_id:
            return dict(eventually(lambda: self._session.get("apps", self._made_id)))
        if self._given_id:
            app: dict[str, Any] | None = self._session.find("apps", self._given_id)
            if app is None and self._options["state"] == "present":
                raise NotFoundError(
                    f"app_id: the org has no app {self._given_id}; leave it out to make one by its label."
                )
            return app
        hits = self._labelled()
        if len(hits) > 1:
            raise self._ambiguous(hits)
        # A list may lag behind the app itself.
        return self._session.find("apps", str(hits[0]["id"])) if hits else None

    def _ambiguous(self, hits: Sequence[Mapping[str, Any]]) -> AmbiguousError:
        ids = ", ".join(f"{app['id']} ({app['signOnMode']}, {app['status']})" for app in hits)
        return AmbiguousError(f"label: {self._label!r} is the label of {len(hits)} apps: {ids}. Give app_id.")

    def _labelled(self) -> list[dict[str, Any]]:
        """The apps of exactly this label; Okta itself only knows how labels begin."""
        return [app for app in self._session.pages("apps", q=self._label, limit=200) if app["label"] == self._label]

    def _named(self, current: State | None) -> dict[str, Any]:
        """The options, without those that matter only when the app is made."""
        initially = set(self._options.get("initially") or []) if current is not None else set()
        return {name: None if name in initially else value for name, value in self._options.items()}

    def check(self, current: State | None) -> None:
        faults = list(self._faults(current))
        if faults:
            raise InputError(faults)
        app_id = str(current["app"]["id"]) if current else ""
        options = self._options
        if options.get("groups") is not None:
            self._groups = assignments.group_difference(
                self._session, app_id, options["groups"], options["purge_groups"]
            )
        if options.get("users") is not None:
            self._users = assignments.user_difference(self._session, app_id, options["users"], options["purge_users"])
        if options.get("federated_claims") is not None:
            self._claims = federated_claims.difference(
                self._session,
                app_id or self._given_id,
                options["federated_claims"],
                options["purge_federated_claims"],
            )
        if options.get("access_policy"):
            app = current["app"] if current else None
            self._policy = sign_in_policy.named(self._session, str(options["access_policy"]), app)
        if options.get("signing_key") and current:
            active = _key_id(current["app"])
            listed = self._session.items("apps", app_id, "credentials", "keys")
            self._kids = {str(key["kid"]) for key in listed}
            self._rotation = keys.rotation(listed, active, options["signing_key"], datetime.now(UTC))
        self._state.update(self._asked(after=False))

    def _faults(self, current: State | None) -> Iterator[str]:
        options = self._named(current)
        making = current is None and not self._given_id  # an id here is a placeholder: another task makes the app
        if making and not self._label:
            yield "label: is required to make the app"
        app = current["app"] if current else None
        yield from protocols.foreign_faults(self._options, self._protocol.MODE)
        if app is not None and not self._protocol.own_definition(app):
            yield from protocols.catalog_faults(options, app, self._protocol)
        else:
            there = self._protocol.current_of(app) if app is not None else None
            yield from self._protocol.faults(options, there, making)
        yield from federated_claims.faults(options)
        if app is not None and app.get("settings", {}).get("implicitAssignment"):
            for option in ("groups", "users"):
                if options.get(option):
                    yield f"{option}: the app is in federation broker mode, in which nobody is assigned"
        for name, note in (options.get("notes") or {}).items():
            if note and len(note) > 250:
                yield f"notes.{name}: has {len(note)} characters; it should have at most 250"
        if options.get("signing_key"):
            yield from keys.faults(options["signing_key"])

    def read(self) -> State:
        """As it is after the calls; others may write there too, and Okta's PUT knows no precondition."""
        app = self._seen(eventually(lambda: self._session.get("apps", str(self._app["id"]))))
        return {"app": app, **self._asked(after=True)}

    def missing(self, state: State) -> Sequence[str]:
        app = state["app"]
        return self._untaken(app_document.wanted_of(self._protocol, self._looked_for, app), app)

    def _seen(self, app: Mapping[str, Any]) -> dict[str, Any]:
        """What Okta answered, without secrets."""
        return dict(app_document.without_secrets(app, self._secrets))

    def _asked(self, *, after: bool) -> dict[str, Any]:
        """The assignments and claims that the user named, as they are or will be."""
        found = {"groups": self._groups, "users": self._users, "federated_claims": self._claims}
        return {
            kind: dict(difference.after if after else difference.before)
            for kind, difference in found.items()
            if difference is not None
        }

    # -- planning ---------------------------------------------------------------------------------------------------

    def creation(self) -> Sequence[Call]:
        wanted = app_document.wanted_of(self._protocol, self._options, None)
        active = self._options["status"] == "ACTIVE"
        assigning = bool(self._groups or self._users)
        calls = [Call("createApplication", lambda: self._create(wanted, active or assigning))]
        calls += self._asked_calls()
        if self._policy:
            calls.append(Call("assignApplicationPolicy", self._assign_policy))
        if assigning and not active:
            calls.append(Call("deactivateApplication", lambda: self._turn("deactivate")))
        return calls

    def changes(self, current: State) -> Sequence[Call]:
        app = current["app"]
        self._app = dict(app)
        self._looked_for = self._named(current)
        wanted = app_document.wanted_of(self._protocol, self._looked_for, app)
        self._protocol.refuse(wanted.settings, app)
        self.lost = list(self._protocol.lost_by(wanted.settings, app))
        for text in self.lost:
            self._warn(f"This change takes away {text}.")
        replacing = bool(app_document.differences(wanted, app)) or self._rotation is not None
        assigning = bool(self._groups or self._users)
        to_be, active = self._options["status"], app["status"] == "ACTIVE"
        calls: list[Call] = []
        stuck = replacing and not self._protocol.changed_while_inactive(app)
        # Okta assigns any app only while it is active (terraform-provider-okta issue 1502).
        if not active and (to_be == "ACTIVE" or assigning or stuck):
            calls.append(Call("activateApplication", lambda: self._turn("activate")))
            active = True
        if self._rotation is not None and not self._rotation.kid:
            calls.append(Call("generateApplicationKey", self._generate_key))
        if replacing:
            calls.append(Call("replaceApplication", lambda: self._replace(wanted)))
        calls += self._asked_calls()
        if self._policy and self._policy != sign_in_policy.of_app(app):
            calls.append(Call("assignApplicationPolicy", self._assign_policy))
        if active and to_be == "INACTIVE":
            calls.append(Call("deactivateApplication", lambda: self._turn("deactivate")))
            if app["status"] != "ACTIVE":
                self._warn(f"The Okta app {app['label']} is active for a moment: Okta changes it only then.")
        return calls

    def _asked_calls(self) -> list[Call]:
        def app_id() -> str:
            return str(self._app["id"])

        claims = federated_claims.calls(self._session, app_id, self._claims)
        return claims + assignments.calls(self._session, app_id, self._groups, self._users)

    def removal(self, current: State) -> Sequence[Call]:
        self._app = dict(current["app"])
        calls = [Call("deleteApplication", self._delete)]
        if self._app["status"] == "ACTIVE":
            calls.insert(0, Call("deactivateApplication", lambda: self._turn("deactivate")))
        return calls

    # -- writing ----------------------------------------------------------------------------------------------------

    def _create(self, wanted: Wanted, active: bool) -> None:
        def post() -> dict[str, Any]:
            body, activate = app_document.new_app(wanted), str(active).lower()
            return dict(self._session.post("apps", body=body, activate=activate))

        def look() -> dict[str, Any] | None:
            """The one of this label, of which there was none a moment ago: this task's, or that of another run."""
            hits = self._alike()
            if len(hits) > 1:
                raise self._ambiguous(hits)
            if hits:
                self._made_id = str(hits[0]["id"])
                raise SupersededError(made=True)
            return None

        self._app = self._seen(creation.send(post, look))
        self._made_id = str(self._app["id"])
        self._look_again(time.monotonic())
        self._verify(wanted)

    def _alike(self) -> list[dict[str, Any]]:
        """The apps of this label and protocol, the oldest first."""
        mode = self._options["sign_on_mode"]
        return sorted((app for app in self._labelled() if app.get("signOnMode") == mode), key=creation.age)

    def _look_again(self, since: float) -> None:
        """Look whether another run made an app of this label at the same time: of two the later one goes, so that both
        runs go on with the same.

        :raises SupersededError: this task's was the later one, and is deleted
        """
        first = creation.shown(self._alike, self._app, since)
        if creation.age(first) < creation.age(self._app):
            self._warn(
                f"Another run made the Okta app {first['label']} ({first['id']}) at the same time; the one that this "
                f"task had made ({self._made_id}) was deleted again."
            )
            self._delete()
            self._made_id = str(first["id"])
            raise SupersededError(made=True)

    def _replace(self, wanted: Wanted) -> None:
        kid = self._new_kid or (self._rotation.kid if self._rotation else "")
        answer = self._session.put("apps", str(self._app["id"]), body=app_document.replacement(self._app, wanted, kid))
        self._app = {**self._app, **self._seen(answer)}
        self._verify(wanted)
        if kid and _key_id(self._app) != kid:
            raise ServiceError(f"Okta took the change of {self._app['label']}, but not its new signing key {kid}.")

    def _untaken(self, wanted: Wanted, app: Mapping[str, Any]) -> list[str]:
        return [option for option in app_document.differences(wanted, app) if option not in RELUCTANT]

    def _verify(self, wanted: Wanted) -> None:
        """Okta answers 200 also when it left something as it was."""
        for option in sorted(RELUCTANT.intersection(app_document.differences(wanted, self._app))):
            self._warn(
                f"{option}: Okta accepted the change of {self._app.get('label')} and left it as it was (known of this "
                "setting); set it in the Admin Console."
            )
        rest = self._untaken(wanted, self._app)
        if rest:
            raise ServiceError(
                f"Okta answered with success for the app {self._app.get('label')} ({self._app.get('id')}), but did not "
                f"take: {', '.join(rest)}.",
                untaken=rest,
            )

    def _generate_key(self) -> None:
        years = self._options["signing_key"]["validity_years"]
        path = ("apps", str(self._app["id"]), "credentials", "keys")

        def look() -> dict[str, Any] | None:
            new = [key for key in self._session.items(*path) if str(key["kid"]) not in self._kids]
            return dict(new[0]) if new else None

        key = creation.send(lambda: dict(self._session.post(*path, "generate", validityYears=years)), look)
        self._new_kid = str(key["kid"])

    def _assign_policy(self) -> None:
        sign_in_policy.assign(self._session, str(self._app["id"]), self._policy)

    def _turn(self, turn: str) -> None:
        creation.turn(self._session, turn, "apps", str(self._app["id"]))

    def _delete(self) -> None:
        app_id = str(self._app["id"])
        try:
            self._session.delete("apps", app_id)
        except ServiceError as error:
            if error.code != ACTIVE_APP:
                raise
            self._turn("deactivate")
            self._session.delete("apps", app_id)

    # -- answering --------------------------------------------------------------------------------------------------

    def predicted(self, current: State | None) -> State:
        app: dict[str, Any]
        if current is None:
            app = app_document.new_app(app_document.wanted_of(self._protocol, self._options, None))
            kid = uuid_like(self._session.origin, self._label)
            app |= {"id": self._given_id or okta_id("0oa", self._session.origin, self._label)}
            app = {"name": MARK, **merged(app, {"credentials": {"signing": {"kid": kid}}})}
        else:
            kid = ""
            if self._rotation is not None:
                kid = self._rotation.kid or uuid_like(self._session.origin, str(current["app"]["id"]), "key")
            wanted = app_document.wanted_of(self._protocol, self._named(current), current["app"])
            app = app_document.replaced(current["app"], wanted, kid)
        app["status"] = self._options["status"]
        if self._policy:
            app = merged(app, {"_links": {"accessPolicy": {"href": f"/{self._policy}"}}})
        return {"app": app, **self._asked(after=True)}

    def view(self, state: State) -> dict[str, Any]:
        shown = app_document.view(state["app"])
        for kind in ("groups", "users"):
            if kind in state:
                shown[kind] = sorted(state[kind].values())
        if "federated_claims" in state:
            claims = sorted(state["federated_claims"].items())
            shown["federated_claims"] = [{"name": name, "expression": text} for name, text in claims]
        return shown

    def comparable(self, view: Mapping[str, Any]) -> dict[str, Any]:
        return {key: value for key, value in view.items() if key not in ("created", "last_updated")}

    def identity(self, state: State) -> dict[str, Any]:
        app = state["app"]
        return {
            "app_id": app["id"],
            "app_name": app["name"],
            **self._protocol.answer(app),
            "assignments": {kind: sorted(state[kind].values()) for kind in ("groups", "users") if kind in state},
        }

    def loss(self, current: State) -> Sequence[str]:
        app = current["app"]
        return (
            f"Okta app {app['label']} ({app['id']}), through which people sign in",
            "its assignments to groups and users",
            *self._protocol.loss(app),
        )


def _key_id(app: Mapping[str, Any]) -> str:
    return str(app.get("credentials", {}).get("signing", {}).get("kid") or "")


def apply(context: Context) -> dict[str, Any]:
    """What the module ``okta_app`` does.

    :raises FederationError: see :mod:`..errors`
    """
    # A private key that was given by mistake is refused, and must not be shown for that.
    context.secrets.update(protocols.private_parts(context.parameters))
    resource = OktaApp(context.okta, context.parameters, context.warn, context.secrets)
    resource.tell = context.tell
    result = ensure(resource, state=context.parameters["state"], check_mode=context.check_mode)
    answer = result.answer()
    if resource.lost:
        answer["lost"] = resource.lost
    if result.after is not None and context.parameters["sign_on_mode"] == saml_settings.MODE:
        answer.update(metadata.answer(context.okta, result.after["app"], context.warn))
    return answer
