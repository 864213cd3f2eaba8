# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which URLs and role values the applications of an inventory put on the identity that they share.

What this run wrote says it best, then what it read before it wrote (``federation``, the answer of federation_resolve).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..module_utils.federation.host_variables import protocol_of
from .hosts import HostVars, applications_of, own_url, value

#: Where an application is sent to after a sign-in; a web experience has the same paths.
SAML_PATH, OIDC_PATH = "/saml", "/authorization-code/callback"
#: The results of roles by which an application is known, and the key that each has while the object exists.
EXPERIENCE, EXPERIENCE_KEY = "qbusiness_web_experience_result", "web_experience"
ROLES = ("qbusiness_application_role_result", "qbusiness_api_client_role_result")
APPLICATION = "qbusiness_application_result"
#: The result of an identity's app, by protocol.
APPS = {"saml": "okta_saml_app_result", "oidc": "okta_oidc_app_result"}
Record = Mapping[str, Any]


@dataclass
class Values:
    """What one identity gets, and what it loses; each list in the inventory's order and without repetition."""

    acs_urls: dict[str, None] = field(default_factory=dict)
    own_acs_urls: dict[str, None] = field(default_factory=dict)
    acs_urls_absent: dict[str, None] = field(default_factory=dict)
    redirect_uris: dict[str, None] = field(default_factory=dict)
    redirect_uris_absent: dict[str, None] = field(default_factory=dict)
    role_values: dict[str, None] = field(default_factory=dict)
    role_values_absent: dict[str, None] = field(default_factory=dict)

    def put(self, kind: str, text: Any) -> None:
        """Add a value to a list, unless it is empty."""
        if text:
            getattr(self, kind)[str(text)] = None

    def settle(self) -> None:
        """Keep what one application loses and another has."""
        for kind in ("acs_urls", "redirect_uris", "role_values"):
            kept = {**getattr(self, kind), **(self.own_acs_urls if kind == "acs_urls" else {})}
            gone = getattr(self, f"{kind}_absent")
            for text in [text for text in gone if text in kept]:
                del gone[text]


def application_values(names: Sequence[str], hosts: HostVars, identity: str, federation: Record) -> dict[str, Any]:
    """Return what the applications among ``names`` put on an identity.

    :param names: hosts of applications
    :param federation: the answer of ``federation_resolve``; empty where the play did without
    :returns: as the filter of this name documents it
    """
    found = Values()
    read = federation.get("hosts") or {}
    provider = identity_values(hosts, identity, federation)["provider_arn"]
    for name in applications_of(identity, names, hosts):
        _add(found, hosts[name], read.get(name) or {}, provider)
    found.settle()
    app = _app(hosts[identity], read.get(identity) or {})
    answer = _saml(found, app) if protocol_of(hosts[identity]) == "saml" else _oidc(found, app)
    return {**answer, "complete": _complete(found, answer, app)}


def _add(found: Values, host: Record, read: Record, provider: str) -> None:
    """Add what one application has, or had."""
    application = outcome_of(host, APPLICATION)
    if read.get("refused") or not (application or read.get("exists")):
        return
    exists = "application" in application if application else True
    roles = [role for result in ROLES if (role := outcome_of(host, result))]
    for role in roles:
        if role.get("role_arn") and provider:
            kind = "role_values" if "role" in role and exists else "role_values_absent"
            found.put(kind, f"{role['role_arn']},{provider}")
    for arn in (read.get("role_arns") or []) if exists and provider and not roles else []:
        found.put("role_values", f"{arn},{provider}")
    url = own_url(host)
    if url:
        found.put("own_acs_urls" if exists else "acs_urls_absent", url + SAML_PATH)
        found.put("redirect_uris" if exists else "redirect_uris_absent", url + OIDC_PATH)
        return
    experience = outcome_of(host, EXPERIENCE)
    end = "" if (EXPERIENCE_KEY in experience if experience else exists) else "_absent"
    source = experience if experience.get("saml_acs_url") else read
    found.put(f"acs_urls{end}", source.get("saml_acs_url"))
    found.put(f"redirect_uris{end}", source.get("oidc_redirect_uri"))


def outcome_of(host: Record, result: str) -> Record:
    """Return what a task of this run did; empty where it did not run, was skipped, or failed.

    What a task that failed was about is as it was read: nothing of it may be removed from an identity.
    """
    found = value(host, result, {})
    return found if isinstance(found, Mapping) and "operations" in found and not found.get("failed") else {}


def _app(host: Record, read: Record) -> Record:
    """Return the identity's app as the run saw it last: of the module okta_app, or of federation_resolve."""
    result: Record = value(host, APPS[protocol_of(host) or "saml"], {})
    app: Record = result if result.get("app") else read.get("app") or {}
    return app


def _saml(found: Values, app: Record) -> dict[str, Any]:
    urls = [*found.acs_urls, *found.own_acs_urls]
    current = str(_sign_on(app).get("sso_acs_url") or "")
    # One of ours that is the sign-on URL already stays it, whichever comes first in the inventory.
    first = current if current in urls else next(iter(urls), "")
    return {
        "acs_url": first,
        "requestable_urls": [url for url in found.own_acs_urls if url != first],
        "acs_urls": list(found.acs_urls),
        "acs_urls_absent": list(found.acs_urls_absent),
        "role_values": list(found.role_values),
        "role_values_absent": list(found.role_values_absent),
    }


def _oidc(found: Values, _app: Record) -> dict[str, Any]:
    return {
        "redirect_uris": list(found.redirect_uris),
        "redirect_uris_absent": list(found.redirect_uris_absent),
    }


def _sign_on(app: Record) -> Record:
    settings: Record = ((app.get("app") or {}).get("settings") or {}).get("sign_on") or {}
    return settings


def _complete(found: Values, answer: Record, app: Record) -> bool:
    """Return whether the app has all of it already, as far as the run knows: then nobody has to write."""
    if not any(vars(found).values()):
        return True
    if not app:
        return False
    if "redirect_uris" in answer:
        uris = set(map(str, app.get("redirect_uris") or []))
        return set(answer["redirect_uris"]) <= uris and uris.isdisjoint(answer["redirect_uris_absent"])
    sign_on = _sign_on(app)
    requestable = {str(item.get("url")) for item in app.get("acs_endpoints") or []}
    values = {_pair(text) for text in _role_values(sign_on)}
    return (
        answer["acs_url"] in ("", sign_on.get("sso_acs_url"))
        and set(answer["requestable_urls"]) <= requestable
        and requestable.isdisjoint(answer["acs_urls_absent"])
        and {_pair(text) for text in answer["role_values"]} <= values
        and values.isdisjoint({_pair(text) for text in answer["role_values_absent"]})
    )


def _role_values(sign_on: Record) -> Iterator[str]:
    for statement in sign_on.get("attribute_statements") or []:
        if str(statement.get("name")).endswith("/SAML/Attributes/Role"):
            yield from map(str, statement.get("values") or [])


def _pair(text: str) -> frozenset[str]:
    """Return a role value without its order: AWS takes the role first, or the provider.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
    """
    return frozenset(part.strip() for part in text.strip('"').split(","))


def identity_values(hosts: HostVars, identity: str, federation: Record) -> dict[str, Any]:
    """Return what the applications of an identity need of it: what this run wrote, or read.

    :returns: as the filter of this name documents it
    """
    host = hosts.get(identity, {})
    read = (federation.get("hosts") or {}).get(identity) or {}
    saml, oidc = (value(host, APPS[protocol], {}) for protocol in ("saml", "oidc"))
    server = value(host, "okta_authorization_server_result", {})
    secret = value(host, "okta_client_secret_result", {})
    provider = value(host, "iam_identity_provider_result", {})
    client = oidc.get("client_id") or read.get("client_id") or ""
    return {
        "protocol": protocol_of(host),
        "provider_arn": str(provider.get("provider_arn") or read.get("provider_arn") or ""),
        "sso_url": str(saml.get("sso_url") or read.get("sso_url") or ""),
        "client_ids": [str(client)] if client else [],
        "issuer": str(server.get("issuer") or read.get("issuer") or ""),
        "client_secret_arn": str(secret.get("secret_arn") or read.get("client_secret_arn") or ""),
        "client_secret_kms_key_arn": str(value(host, "okta_client_secret_kms_key_arn", "")),
    }
