# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resolve an inventory against the live estate: per host the objects that it means, or why it is refused.

What is decided here is decided before the first write of a run. See :mod:`.application_decision` and
:mod:`.identity_decision` for the rules, :mod:`.live` for what is read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from ..errors import ServiceError
from . import application_decision, identity_decision
from .application_decision import Decision, text
from .detail import Detail, Part
from .identity_decision import provider_arn
from .inventory import Inventory
from .live import Live
from .matching import RefusedError
from .model import Application, OktaApp, Provider, Secret
from .names import new_name
from .reader import Reader

#: What a run is for, with what it configures.
PURPOSES = {
    "configure": ("identities", "applications"),
    "identities": ("identities",),
    "applications": ("applications",),
    "api_client": ("identities",),
    "prove": (),
    "remove": (),
}
#: Purposes that need applications which exist.
NEEDS_APPLICATIONS = frozenset({"api_client", "prove"})


#: Of an application beside the inventory, what says which client secret its web experiences read.
EXPERIENCES = Detail(frozenset({Part.WEB_EXPERIENCES}))


@dataclass
class Host:
    """What was resolved for one host."""

    variables: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)


@dataclass
class Resolver:
    """Resolves all hosts. ``confirmed``: whether a removal was confirmed; ``checks``: whether this is check mode."""

    reader: Reader
    inventory: Inventory
    live: Live
    #: Hosts of the identities that count, also those of which a limit leaves only applications.
    identities: list[str]
    purpose: str
    #: Of hosts that set none.
    region: str
    confirmed: bool = False
    checks: bool = False
    removals: bool = True
    hosts: dict[str, Host] = field(default_factory=dict)
    _decisions: dict[str, Decision] = field(default_factory=dict)

    def resolve(self) -> None:
        """Decide for every host; refusals, and what cannot be read, are noted in ``live``."""
        names = dict.fromkeys([*self.inventory.identities, *self.inventory.applications])
        self.hosts = {name: Host(facts={"identity": "", "application": "", "exists": False}) for name in names}
        self._decide_applications()
        identities = {name: self.inventory.protocol(name) for name in self.identities}
        for name, protocol in identities.items():
            try:
                self._identity(name, protocol)
            except (RefusedError, ServiceError) as error:
                self.live.refuse(name, str(getattr(error, "message", error)))
        for name in self.inventory.applications:
            if self.inventory.identity_of(name) in identities:
                self._application(name)
        for name, protocol in identities.items():
            if protocol == "saml":
                self._acs_url(name)
        self._cascade(identities)
        self._flags(identities)

    # -- applications -----------------------------------------------------------------------------------------------

    def _decide_applications(self) -> None:
        for name, application in self.live.applications.items():
            decision = application_decision.decide(self.inventory.host(name), application)
            self._decisions[name] = decision
            for reason in decision.refused:
                self.live.refuse(name, reason)

    def _application(self, name: str) -> None:
        host, identity = self.hosts[name], self.inventory.identity_of(name)
        application, decision = self.live.applications.get(name), self._decisions.get(name)
        if application is None or decision is None:
            self._new_application(name, identity)
            return
        host.variables.update(decision.variables)
        host.notes += decision.notes
        experience = decision.web_experience
        roles = [experience.role_arn] if experience else self._roles_without_experience(name, application)
        host.facts.update(
            exists=True,
            application_id=application.id,
            application_arn=application.arn,
            application_status=application.status,
            role_arns=[arn for arn in roles if arn],
            saml_acs_url=experience.saml_acs_url if experience else "",
            oidc_redirect_uri=experience.oidc_redirect_uri if experience else "",
            web_experience_url=experience.url if experience else "",
        )
        facts = self.hosts[identity].facts
        arn = str(facts.get("provider_arn") or facts.get("expected_provider_arn") or "")
        provider = self.live.providers.get(identity)
        for reason in identity_decision.refuse_other_provider(arn, provider, [application]):
            self.live.refuse(name, reason)
        host.variables["qbusiness_web_experience_keeps"] = self._keeps(name, identity, decision)
        host.variables["sign_in"] = self._sign_in(name, identity, application, decision)

    def _roles_without_experience(self, name: str, application: Application) -> list[str]:
        """Return the ARN of the role that people assume who come by the application's own URL."""
        variable = "qbusiness_application_role_name"
        host = self.inventory.over(self.hosts[name].variables, name)
        role = self.reader.role(text(host, variable) or new_name(variable, application.name))
        return [role.arn] if role else [item.arn for item in application.sign_in_roles[:1]]

    def _keeps(self, name: str, identity: str, decision: Decision) -> list[str]:
        """Return what of a live web experience stays: its role, and how people sign in, where they work."""
        experience, keeps = decision.web_experience, []
        if experience is None:
            return []
        if experience.role_arn and not self.inventory.text(name, "qbusiness_application_role_name"):
            keeps.append("role_arn")
        secret = self.live.secrets.get(identity)
        moved = self.inventory.text(name, "qbusiness_web_experience_sso_url") not in ("", experience.authentication_url)
        saml = experience.authentication_url and self._is_of_app(experience.authentication_url, identity) and not moved
        named = self.inventory.text(name, "qbusiness_web_experience_secrets_role_name")
        oidc = experience.secret_arn and secret and experience.secret_arn == secret.arn and not named
        if saml or oidc:
            keeps.append("identity_provider_configuration")
        elif experience.authentication_url and identity in self.live.apps and not moved:
            app = self.live.apps[identity]
            self.live.refuse(
                name,
                f"qbusiness_identity: web experience {experience.url} sends people to {experience.authentication_url}, "
                f'which is not the Okta app "{app.label}" ({app.id}) of {identity}. Name the identity whose app '
                "that is; or set qbusiness_web_experience_sso_url to move the web experience.",
            )
        return keeps

    def _is_of_app(self, url: str, identity: str) -> bool:
        """Return whether a URL starts a sign-in through the identity's app, in whichever of Okta's spellings."""
        app = self.live.apps.get(identity)
        if app is None:
            return False
        # Apps of one catalog entry share the name, so their own key decides where it is known.
        keys = {*app.sso_url.split("/")[5:6], app.entity_id.rpartition("/")[2]} - {""}
        parts = {app.id, *(keys or {app.name})} - {""}
        return url == app.sso_url or not parts.isdisjoint(url.partition("?")[0].split("/"))

    def _new_application(self, name: str, identity: str) -> None:
        inventory, region = self.inventory, self.inventory.region(name) or self.region
        display_name = inventory.text(name, "qbusiness_application_display_name")
        if self.purpose in NEEDS_APPLICATIONS and name in inventory.in_run and not inventory.is_removed(name):
            self.live.refuse(
                name,
                f'qbusiness_application_display_name: application "{display_name}" not found in {region}. Run '
                f"qbusiness.federation.{inventory.protocol(identity) or 'saml'} first, which creates it.",
            )
        makes = "applications" in PURPOSES[self.purpose] and not inventory.is_removed(name)
        if not makes or inventory.flag(name, "qbusiness_application_create"):
            return
        arn = self.hosts[identity].facts.get("provider_arn")
        client = self.hosts[identity].facts.get("client_id")
        beside = [
            item
            for item in self.live.beside
            if arn and item.provider_arn == arn and (not client or client in item.client_ids)
        ]
        if beside:
            self.live.refuse(name, application_decision.refuse_rename(display_name, region, beside))

    def _sign_in(self, name: str, identity: str, application: Application, decision: Decision) -> dict[str, Any]:
        """Return how a person signs in to an application, for a proof or a session."""
        facts, inventory, experience = self.hosts[identity].facts, self.inventory, decision.web_experience
        own = inventory.text(name, "qbusiness_application_url").rstrip("/")
        oidc = ":oidc-provider/" in application.provider_arn
        roles = self.hosts[name].facts.get("role_arns") or [""]
        settings: dict[str, Any] = {
            "application_id": application.id,
            "provider_arn": application.provider_arn,
            "role_arn": roles[0],
        }
        if oidc:
            settings["issuer"] = f"https://{application.provider_arn.partition(':oidc-provider/')[2]}"
            settings["client_id"] = str(facts.get("client_id") or next(iter(application.client_ids), ""))
            known = experience.secret_arn if experience else ""
            settings["client_secret_arn"] = known or str(facts.get("client_secret_arn") or "")
            settings["redirect_uri"] = (
                experience.oidc_redirect_uri if experience else f"{own}/authorization-code/callback"
            )
            return settings
        settings["sso_url"] = (experience.authentication_url if experience else "") or str(facts.get("sso_url") or "")
        settings["acs_url"] = experience.saml_acs_url if experience else f"{own}/saml"
        if own:
            # By its index among the app's URLs, where it has one.
            endpoints = (facts.get("app") or {}).get("acs_endpoints") or []
            index = next((item["index"] for item in endpoints if item.get("url") == settings["acs_url"]), None)
            settings["saml_request"] = {"acs_url": settings["acs_url"]} if index is None else {"acs_index": int(index)}
        return settings

    # -- identities -------------------------------------------------------------------------------------------------

    def _identity(self, name: str, protocol: str) -> None:
        if not protocol:
            return
        host, app, inventory = self.hosts[name], self.live.apps.get(name), self.inventory
        variables = dict(inventory.host(name))
        applications = [
            item for user in inventory.applications_of(name) if (item := self.live.applications.get(user)) is not None
        ]
        server = self.live.servers.get(name)
        issuer = server.issuer if server else ""
        if server and not inventory.text(name, "okta_authorization_server_name"):
            host.variables["okta_authorization_server_name"] = server.id
        if protocol == "saml" and not inventory.text(name, "iam_identity_provider_name"):
            variables["iam_identity_provider_name"] = self._provider_name(name, applications)
            host.variables["iam_identity_provider_name"] = variables["iam_identity_provider_name"]
        arn = provider_arn(variables, protocol, self.live.caller.account, self.live.caller.partition, issuer)
        provider = self.reader.provider(arn) if arn else None
        host.facts["expected_provider_arn"] = arn
        if provider is not None:
            self.live.providers[name] = provider
            host.facts["provider_arn"] = arn
            host.variables["iam_identity_provider_arn"] = arn
        if app is not None:
            self._app_facts(host, app)
            host.variables["okta_app_id"] = app.id
            host.notes += identity_decision.unassigned_notes(variables, protocol, app)
        else:
            clients = {client for application in applications for client in application.client_ids}
            host.facts["client_id"] = clients.pop() if protocol == "oidc" and len(clients) == 1 else ""
        if app is None and "identities" in PURPOSES[self.purpose] and not inventory.flag(name, "okta_app_create"):
            self._refuse_second_app(name, protocol, provider, applications)
        if protocol == "oidc":
            host.facts["issuer"] = issuer
            self._secret(name, host, applications)
        host.notes += identity_decision.expiry_notes(provider, self.live.secrets.get(name), datetime.now(UTC))

    @staticmethod
    def _app_facts(host: Host, app: OktaApp) -> None:
        host.facts.update(
            app_id=app.id,
            app_label=app.label,
            sso_url=app.sso_url,
            client_id=app.client_id,
            app={
                "app": dict(app.settings),
                "acs_endpoints": list(app.settings.get("acs_endpoints") or []),
                "redirect_uris": list(app.settings.get("redirect_uris") or app.sign_in_urls),
            },
        )

    def _provider_name(self, name: str, applications: list[Application]) -> str:
        """Return the SAML provider of the live applications, where the inventory names none.

        :raises RefusedError: they have none, or several
        """
        names = {
            item.provider_arn.partition(":saml-provider/")[2]
            for item in applications
            if ":saml-provider/" in item.provider_arn
        }
        if len(names) != 1:
            several = f" Applications of {name} use {', '.join(sorted(names))}." if names else ""
            raise RefusedError(
                "iam_identity_provider_name: is required; it is the name of the SAML provider in "
                "IAM, such as okta-example." + several
            )
        return names.pop()

    def _refuse_second_app(
        self, name: str, protocol: str, provider: Provider | None, applications: list[Application]
    ) -> None:
        variables = self.inventory.host(name)
        used: OktaApp | None = None
        user = ""
        if protocol == "saml" and provider is not None and provider.entity_id:
            used = self.reader.okta_app_by_entity_id(provider.entity_id, provider.sso_urls)
            user = f"identity provider {provider.arn}"
        clients = [(application, client) for application in applications for client in application.client_ids]
        for application, client in clients if protocol == "oidc" else ():
            used = self.reader.okta_app_by_client_id(client)
            user = f'application "{application.name}" ({application.id})'
            if used is not None:
                break
        if used is not None:
            self.live.refuse(name, identity_decision.refuse_second_app(variables, protocol, used, user))

    def _secret(self, name: str, host: Host, applications: list[Application]) -> None:
        inventory, region = self.inventory, self.inventory.region(name)
        client = host.facts.get("client_id")
        read = _secrets(applications, client)
        if not read and client:
            # Of applications that no host has: they sign in by the same app.
            beside = [item for item in self.live.beside if client in item.client_ids]
            whole = [self.reader.application(item.region, item.id, EXPERIENCES) for item in beside]
            read = _secrets([item for item in whole if item is not None], client)
        adopted = identity_decision.secret_of(inventory.host(name), read)
        named = inventory.text(name, "okta_client_secret_name")
        # By its name, as its module asks; an ARN ends in a hyphen and six characters that Secrets Manager adds.
        asked = named or adopted.partition(":secret:")[2][:-7]
        secret: Secret | None = self.reader.client_secret(asked, region) if asked else None
        if adopted and (secret is None or secret.arn != adopted):
            secret = self.reader.client_secret(adopted, region)
        if adopted and secret is not None:
            host.variables["okta_client_secret_name"] = secret.name
        if secret is not None:
            self.live.secrets[name] = secret
            host.facts["client_secret_arn"] = secret.arn

    def _acs_url(self, name: str) -> None:
        """Refuse applications that would take an app's sign-on URL from somebody else."""
        app, inventory = self.live.apps.get(name), self.inventory
        if app is None or "identities" not in PURPOSES[self.purpose]:
            return
        users = [user for user in inventory.applications_of(name) if user in inventory.in_run]
        # One that waits for its removal keeps its sign-in until then.
        ours = {
            str(self.hosts[user].facts.get("saml_acs_url") or "")
            for user in inventory.applications_of(name)
            if not inventory.is_removed(user) or self.confirmed
        }
        ours |= {
            inventory.text(user, "qbusiness_application_url").rstrip("/") + "/saml"
            for user in inventory.applications_of(name)
        }
        taken = identity_decision.acs_url_taken(inventory.host(name), app, ours)
        for user in users if taken else ():
            if not inventory.is_removed(user) and not inventory.text(user, "qbusiness_application_url"):
                self.live.refuse(user, identity_decision.refuse_acs_url(app, taken))

    # -- what follows -----------------------------------------------------------------------------------------------

    def _cascade(self, identities: Mapping[str, str]) -> None:
        """Refuse what depends on what is refused: nothing of it is written."""
        refused, inventory = self.live.refused, self.inventory
        for name in inventory.applications:
            identity = inventory.identity_of(name)
            if identity == name:
                continue
            if identity in refused:
                self.live.refuse(name, f"qbusiness_identity: {identity} is refused: {' '.join(refused[identity])}")
        for identity in identities:
            users = [name for name in inventory.applications_of(identity) if name in inventory.in_run]
            if identity in inventory.in_run and users and all(name in refused for name in users):
                reasons = list(dict.fromkeys(text for name in users for text in refused[name]))
                if identity not in refused:
                    self.live.refuse(
                        identity,
                        f"{', '.join(users)}: refused, so nothing is written for its identity: {' '.join(reasons)}",
                    )

    def _flags(self, identities: Mapping[str, str]) -> None:
        """Say what this run does with each host."""
        configures, inventory = PURPOSES[self.purpose], self.inventory
        for name, protocol in identities.items():
            facts = self.hosts[name].facts
            mine = name in inventory.in_run and name in inventory.identities and name not in self.live.refused
            if mine and "identities" in configures:
                facts["identity"] = protocol
                continue
            used = not mine or "applications" in configures
            if used and name not in self.live.refused and self.purpose != "remove":
                self._need_identity(name)
        for name in inventory.applications:
            if (
                name not in inventory.in_run
                or name in self.live.refused
                or inventory.identity_of(name) not in identities
            ):
                continue
            self.hosts[name].facts["application"] = self._flag(name)

    def _need_identity(self, identity: str) -> None:
        """Refuse applications whose identity does not exist, and is not configured by this run."""
        facts = self.hosts[identity].facts
        if facts.get("provider_arn") and facts.get("app_id"):
            return
        for name in self.inventory.applications_of(identity):
            if name in self.inventory.in_run and not self.inventory.is_removed(name) and not self.checks:
                missing = "identity provider" if facts.get("app_id") else "Okta app"
                self.live.refuse(
                    name,
                    f"qbusiness_identity: the identity {identity} does not exist yet: its {missing} was not found. Run "
                    "qbusiness.federation.identities first.",
                )

    def _flag(self, name: str) -> str:
        removed = self.inventory.is_removed(name)
        if self.purpose == "remove":
            exists = bool(self.hosts[name].facts["exists"])
            return "absent" if self.confirmed or (self.checks and exists) else ""
        if not removed:
            return "present" if self.purpose != "identities" else ""
        if self.purpose not in ("configure", "applications") or not self.removals:
            return ""
        return "absent" if self.confirmed or self.checks else ""


def _secrets(applications: list[Application], client_id: Any) -> set[str]:
    """Return the ARNs of the client secrets that web experiences read, of one client ID where it is known."""
    return {
        item.secret_arn
        for application in applications
        for item in application.web_experiences
        if item.secret_arn and (not client_id or client_id in application.client_ids)
    }
