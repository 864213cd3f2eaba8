# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Live estates by hand, in the console of AWS and that of Okta, and the inventory that an operator writes for them.

Nothing in it has the names that the roles would give. boto3 and the okta SDK alone, by AWS's page on Okta:
https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/create-application-iam-okta.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml
from aws_console import Aws, Document, document, people_policy, s3_source, service_trust, source_policy
from okta_console import Okta
from qbusiness_sandbox.sample import oidc_trust_policy, trust_policy

GROUP = "All staff"
QUESTION = "How many days of paid holiday does every employee have?"
FILES = {
    "policies/holiday.txt": "Holiday policy: every employee has thirty days of paid holiday in a year.",
    "policies/travel.txt": "Travel policy: trains are booked in second class.",
    "drafts/salaries.txt": "Draft, not for everybody: holiday of managers is forty days.",
}
TRACES = {"samplePromptsControlMode": "DISABLED", "subtitle": "Made in the console", "welcomeMessage": "Hello"}


@dataclass
class Identity:
    """An Okta app and its provider in IAM. ``roles``: what the app names as roles so far."""

    label: str
    app: str
    provider: str
    group: str
    sso_url: str = ""
    secret: str = ""
    roles: list[str] = field(default_factory=list)


@dataclass
class Application:
    """The ids of one live application."""

    name: str
    id: str
    arn: str
    index: str
    retriever: str
    sources: dict[str, str]
    experience: str
    url: str
    role: str


class Consoles:
    """Somebody with both consoles open."""

    def __init__(self) -> None:
        self.okta, self.aws = Okta(), Aws()

    # -- identities ---------------------------------------------------------------------------------------------

    def saml(self, label: str = "Ask Corp", provider: str = "corp-okta", group: str = "") -> Identity:
        group = group or self.okta.group(GROUP)
        app = self.okta.saml_app(label, group)
        arn = self.aws.saml_provider(provider, self.okta.metadata(app), owner="identity-team")
        return Identity(label, app, arn, group, self.okta.sso_url(app))

    def oidc(self, label: str = "Corp knowledge", group: str = "", secret: str = "corp/okta/knowledge") -> Identity:
        group = group or self.okta.group(GROUP)
        app, value = self.okta.oidc_app(label, group)
        issuer = self.okta.server(app)
        arn = self.aws.oidc_provider(issuer, [app, "0oaOfTheWikiTeam0000"], owner="identity-team")
        return Identity(label, app, arn, group, secret=self.aws.secret(secret, client_secret=value))

    # -- applications -------------------------------------------------------------------------------------------

    def application(
        self,
        identity: Identity,
        name: str = "assistant",
        *,
        sources: Mapping[str, Document] | None = None,
        trust: Sequence[Document] = (),
        attached: bool = False,
        source_role: str = "",
        **settings: Any,
    ) -> Application:
        """Make everything that people need to ask. ``trust``: more statements of the role that they take."""
        saml = not identity.secret
        kind = "AWS_IAM_IDP_SAML" if saml else "AWS_IAM_IDP_OIDC"
        members: Document = {"identityType": kind, "iamIdentityProviderArn": identity.provider}
        if not saml:
            members["clientIdsForOIDC"] = [identity.app]
        listed = {"team": "knowledge", "cost-center": "4711"}
        application, arn = self.aws.application(name, **members, **settings, tags=_listed(listed))
        who = trust_policy(identity.provider) if saml else oidc_trust_policy(identity.provider, identity.app)
        everyone = document(*who["Statement"], *trust)
        role = self.aws.role(f"corp-{name}-people", everyone, people_policy(arn), attached=attached, team="knowledge")
        index = self.aws.index(application, f"{name}-documents", type="STARTER", description="By hand")
        retriever = self.aws.retriever(application, f"{name}-finder", index)
        made = self._sources(application, arn, index, name, sources or {}, source_role)
        sign_in = self._sign_in(identity, name, arn)
        experience, url = self.aws.experience(application, f"Ask {name}", role, sign_in, **TRACES)
        if saml:
            identity.roles.append(f"{role},{identity.provider}")
            self.okta.saml_settings(identity.app, f"{url}saml", identity.roles)
        else:
            before = self.okta.call("GET", f"/api/v1/apps/{identity.app}")["settings"]["oauthClient"]["redirect_uris"]
            known = [uri for uri in before if not uri.startswith("http://sampleurl.com")]
            self.okta.redirect_uris(identity.app, [*known, f"{url}authorization-code/callback"])
        return Application(name, application, arn, index, retriever, made, experience, url, role)

    def _sources(
        self, application: str, arn: str, index: str, name: str, sources: Mapping[str, Document], role: str
    ) -> dict[str, str]:
        buckets = sorted({_bucket(each) for each in sources.values()})
        if not buckets:
            return {}
        role = role or self.aws.role(f"corp-{name}-reader", service_trust(arn), source_policy(arn, buckets))
        return {
            each: self.aws.source(application, index, each, configuration, role)
            for each, configuration in sources.items()
        }

    def _sign_in(self, identity: Identity, name: str, arn: str) -> Document:
        if not identity.secret:
            return {"samlConfiguration": {"authenticationUrl": identity.sso_url}}
        role = self.aws.secrets_role(f"corp-{name}-secret-reader", arn, identity.secret)
        return {"openIDConnectConfiguration": {"secretsArn": identity.secret, "secretsRole": role}}

    def policies(self) -> dict[str, Document]:
        """Make the bucket with the documents, drafts among them; a data source that leaves the drafts out."""
        return {"staff-policies": s3_source(self.aws.bucket("corp-policies", FILES), "policies/")}


def _bucket(configuration: Mapping[str, Any]) -> str:
    return str(configuration["connectionConfiguration"]["repositoryEndpointMetadata"]["BucketName"])


def _listed(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"key": key, "value": value} for key, value in tags.items()]


# -- the inventory ----------------------------------------------------------------------------------------------


def identity_host(identity: Identity, **variables: Any) -> dict[str, Any]:
    """Return the fewest variables by which the identity is known."""
    if identity.secret:
        return {"okta_oidc_app_label": identity.label, **variables}
    name = identity.provider.rpartition("/")[2]
    return {"okta_saml_app_label": identity.label, "iam_identity_provider_name": name, **variables}


def application_host(application: Application, **variables: Any) -> dict[str, Any]:
    """Return the fewest variables by which the application is known."""
    return {
        "qbusiness_identity": "corp",
        "qbusiness_application_display_name": application.name,
        "qbusiness_proof_question": QUESTION,
        **variables,
    }


def publish(identities: Mapping[str, Any], applications: Mapping[str, Any], **expects: Any) -> None:
    """Print the inventory, with what is expected of the run."""
    common = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
    children = {
        name: {"hosts": dict(hosts)} for name, hosts in (("identities", identities), ("applications", applications))
    }
    expected = {"estate_expects": expects} if expects else {}
    print(yaml.safe_dump({"all": {"vars": {**common, **expected}, "children": children}}, sort_keys=False))
