# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which sign-ins work: really signed in at Okta, exchanged at STS, and one question asked, without the collection."""

from __future__ import annotations

import base64
import json
import secrets
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import boto3
import requests
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from people import People
from qbusiness_sandbox.testing import Process
from visitor import Form, Visitor

QUESTION = "What can you tell me?"
ROLE = "https://aws.amazon.com/SAML/Attributes/Role"
PLACEHOLDER = "http://"
Errors = (requests.RequestException, BotoCoreError, ClientError, LookupError, ValueError)


@dataclass(frozen=True)
class SignIn:
    """How one sign-in ended. ``problem``: empty when it worked; ``sources``: documents behind the answer."""

    problem: str
    sources: int = 0


def sign_ins(cloud: Process, people: People, question: str = QUESTION) -> dict[str, SignIn]:
    """Return each way to sign in by what it is: web experiences, and addresses and clients beside them."""
    return dict(_Tour(cloud, people, question).all())


class _Tour:
    """All ways of one moment. Each is a browser of its own."""

    def __init__(self, cloud: Process, people: People, question: str) -> None:
        self._cloud, self._people, self._question = cloud, people, question
        state = cloud.control.state()
        self._aws, self._okta = state["aws"], state["okta"]
        business = self._aws["qbusiness"]
        self._applications = {item["applicationId"]: item for item in business["applications"]}
        self._experiences = business["webExperiences"]
        self._groups = {group["name"]: group["members"] for group in self._okta["groups"]}
        self._apps: list[Mapping[str, Any]] = [app for app in self._okta["apps"] if not app["built_in"]]

    def all(self) -> Iterator[tuple[str, SignIn]]:
        for experience in self._experiences:
            # By its ID: a renamed application is the same.
            key = f"web experience {experience['webExperienceId']} of application {experience['applicationId']}"
            yield key, self._tried(lambda seen=experience: self._experience(seen))
        for app in self._apps:
            ways = self._saml(app) if app["sign_on_mode"] == "SAML_2_0" else self._oidc(app)
            for address in ways:
                yield from self._address(app, address)

    @staticmethod
    def _tried(way: Any) -> SignIn:
        try:
            found = way()
        except Errors as error:
            return SignIn(f"{type(error).__name__}: {error}")
        return found if isinstance(found, SignIn) else SignIn("no sign-in")

    def _visitor(self, app: Mapping[str, Any] | None) -> Visitor:
        login = self._people.of(app, self._groups) if app else ""
        if not login:
            raise LookupError("nobody is assigned to the Okta app, or no Okta app fits")
        return Visitor(self._cloud.environment, login, self._people.passwords[login])

    # -- web experiences ----------------------------------------------------------------------------------------

    def _experience(self, experience: Mapping[str, Any]) -> SignIn:
        application = self._applications[experience["applicationId"]]
        visitor, site = self._visitor(self._app_of(application, experience)), experience["defaultEndpoint"]
        page = visitor.go(f"{site}sign-in")
        answer = visitor.ask(site, self._question)
        if answer.status_code != 200:
            return SignIn(
                f"HTTP {page.status_code} at {urlsplit(page.url).hostname}; chat: {answer.text.strip()[:200]}"
            )
        return SignIn("", len(answer.json()["sources"]))

    def _app_of(self, application: Mapping[str, Any], experience: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """The Okta app that the web experience sends people to."""
        saml = experience.get("identityProviderConfiguration", {}).get("samlConfiguration", {})
        clients = application.get("clientIdsForOIDC", [])
        for app in self._apps:
            if app["id"] in clients or (saml and f"/{app['external_key']}/" in saml["authenticationUrl"]):
                return app
        return None

    # -- addresses of their own, and API clients ----------------------------------------------------------------

    def _own(self, url: str) -> bool:
        """Whether an address is of a web experience, or no address at all."""
        sites = [str(item["defaultEndpoint"]) for item in self._experiences]
        return url.startswith(PLACEHOLDER) or any(url.startswith(site) for site in sites)

    def _saml(self, app: Mapping[str, Any]) -> list[str]:
        settings = app["settings"]["signOn"]
        urls = [settings.get("ssoAcsUrl") or "", *(item["url"] for item in settings.get("acsEndpoints") or [])]
        return [url for url in dict.fromkeys(urls) if url and not self._own(url)]

    def _oidc(self, app: Mapping[str, Any]) -> list[str]:
        client = app["settings"].get("oauthClient") or {}
        return [url for url in client.get("redirect_uris") or [] if not self._own(url)]

    def _address(self, app: Mapping[str, Any], url: str) -> Iterator[tuple[str, SignIn]]:
        """Each role that the way to this address opens, and the applications that it may ask."""
        saml = app["sign_on_mode"] == "SAML_2_0"
        for role, provider in self._roles(app) if saml else self._trusting(app):
            key = f"{app['label']} at {url} as {role.rpartition('/')[2]}"

            def way(role: str = role, provider: str = provider) -> SignIn:
                visitor = self._visitor(app)
                if saml:
                    session = self._by_assertion(visitor, app, url, role, provider)
                else:
                    session = self._by_code(visitor, app, url, role, provider)
                return self._questions(session, role, provider)

            yield key, self._tried(way)

    def _roles(self, app: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Pairs of the Role attribute that name a SAML provider."""
        statements = app["settings"]["signOn"].get("attributeStatements") or []
        values = [value for item in statements if item["name"] == ROLE for value in item["values"]]
        pairs = [value.split(",") for value in values if value.count(",") == 1]
        return [(pair[1], pair[0]) if ":saml-provider/" in pair[0] else (pair[0], pair[1]) for pair in pairs]

    def _trusting(self, app: Mapping[str, Any]) -> list[tuple[str, str]]:
        """Roles whose trust names a provider and the client's id."""
        found = []
        for provider, members in self._aws["oidc_providers"].items():
            if app["id"] in members["client_ids"]:
                for role, document in self._aws["roles"].items():
                    trust = json.dumps(document["trust_policy"])
                    if provider in trust and app["id"] in trust:
                        found.append((role, provider))
        return found

    def _by_assertion(
        self, visitor: Visitor, app: Mapping[str, Any], url: str, role: str, provider: str
    ) -> Mapping[str, str]:
        settings = app["settings"]["signOn"]
        request = (
            '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" Version="2.0"'
            f' ID="_{secrets.token_hex(16)}" IssueInstant="2020-01-01T00:00:00Z"'
            f' AssertionConsumerServiceURL="{url}"/>'
        )
        deflated = base64.b64encode(zlib.compress(request.encode())[2:-4]).decode()
        org = self._cloud.environment["OKTA_CLIENT_ORGURL"]
        query = "" if url == settings.get("ssoAcsUrl") else f"?SAMLRequest={quote(deflated, safe='')}"
        page = visitor.go(f"{org}/app/{app['name']}/{app['external_key']}/sso/saml{query}", until=url)
        form = Form(page.text)
        if "SAMLResponse" not in form.fields:
            raise ValueError(f"Okta sent no assertion: HTTP {page.status_code}")
        assertion = form.fields["SAMLResponse"]
        answer = self._sts().assume_role_with_saml(RoleArn=role, PrincipalArn=provider, SAMLAssertion=assertion)
        credentials: Mapping[str, str] = answer["Credentials"]
        return credentials

    def _by_code(
        self, visitor: Visitor, app: Mapping[str, Any], url: str, role: str, provider: str
    ) -> Mapping[str, str]:
        issuer, state = f"https://{provider.partition(':oidc-provider/')[2]}", secrets.token_urlsafe(16)
        query = {
            "client_id": app["id"],
            "response_type": "code",
            "scope": "openid email profile",
            "redirect_uri": url,
            "state": state,
            "nonce": secrets.token_urlsafe(16),
        }
        sent = visitor.go(f"{issuer}/v1/authorize?{urlencode(query)}", until=url)
        values = parse_qs(urlsplit(sent.headers.get("Location", "")).query)
        if "code" not in values:
            raise ValueError(f"Okta sent no code: HTTP {sent.status_code} {values.get('error_description', '')}")
        answer = visitor.session.post(
            f"{issuer}/v1/token",
            data={"grant_type": "authorization_code", "code": values["code"][0], "redirect_uri": url},
            auth=(app["id"], self._client_secret(app)),
            timeout=60,
        )
        if answer.status_code != 200:
            raise ValueError(f"Okta gave no token: HTTP {answer.status_code} {answer.text[:200]}")
        token = answer.json()["id_token"]
        assumed = self._sts().assume_role_with_web_identity(
            RoleArn=role, RoleSessionName="estate", WebIdentityToken=token
        )
        credentials: Mapping[str, str] = assumed["Credentials"]
        return credentials

    def _client_secret(self, app: Mapping[str, Any]) -> str:
        """The newest active secret of the client, as an administrator reads it."""
        environment = self._cloud.environment
        with requests.Session() as session:
            session.trust_env = False
            session.headers["Authorization"] = f"SSWS {environment['OKTA_CLIENT_TOKEN']}"
            url = f"{environment['QBUSINESS_SANDBOX_OKTA_URL']}/api/v1/apps/{app['id']}/credentials/secrets"
            listed = session.get(url, timeout=60).json()
        return str(next(item["client_secret"] for item in listed if item["status"] == "ACTIVE"))

    def _sts(self) -> Any:
        environment = self._cloud.environment
        return boto3.client(
            "sts",
            region_name=environment["AWS_REGION"],
            endpoint_url=environment["QBUSINESS_SANDBOX_AWS_URL"],
            config=Config(signature_version=UNSIGNED),
        )

    def _questions(self, session: Mapping[str, str], role: str, provider: str) -> SignIn:
        """One question to each application of the provider that the role names; a session alone where it names none."""
        policies = json.dumps(self._aws["roles"][role]["inline_policies"])
        asked = [
            item
            for item in self._applications.values()
            if item.get("iamIdentityProviderArn") == provider and item["applicationId"] in policies
        ]
        sources = 0
        for application in asked:
            sources += self._ask(session, application["applicationId"])
        return SignIn("", sources)

    def _ask(self, session: Mapping[str, str], application_id: str) -> int:
        environment = self._cloud.environment
        business = boto3.client(
            "qbusiness",
            region_name=environment["AWS_REGION"],
            endpoint_url=environment["QBUSINESS_SANDBOX_AWS_URL"],
            aws_access_key_id=session["AccessKeyId"],
            aws_secret_access_key=session["SecretAccessKey"],
            aws_session_token=session["SessionToken"],
        )
        for last in (False, True):
            try:
                answer = business.chat_sync(applicationId=application_id, userMessage=self._question)
            except ClientError as error:
                # The first refusal for want of a subscription is what makes the subscription.
                if last or "subscription" not in str(error):
                    raise
            else:
                return len(answer.get("sourceAttributions") or [])
        return 0
