# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""People who have signed in already, for tests of what comes after: ID tokens and SAML responses, and a role to take.

The cloud of ``conftest`` is enough: STS reads an issuer's keys inside the cloud, whatever the clients' own way to it.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import Any

import boto3
import requests
from botocore.credentials import Credentials
from oidc_world import OidcWorld
from proof_world import ANN, PASSWORD, World
from qbusiness_sandbox.cloud import Cloud
from qbusiness_sandbox.okta.oidc_tokens import build_id_token
from qbusiness_sandbox.testing import Running


@dataclass
class TokenWorld(OidcWorld):
    """An application with an OpenID Connect app, and its people's ID tokens."""

    @property
    def issuer(self) -> str:
        return f"https://{self.cloud.okta_host}/oauth2/default"

    def aws(self, service: str) -> Any:
        return World.aws(self, service)

    def token(self, **changes: Any) -> str:
        """Ann's ID token, made by the org's own key."""
        state = self.org.state
        server = next(server for server in state.servers.values() if server.body["name"] == "default")
        given = {"base": f"https://{self.cloud.okta_host}", "scopes": ("openid", "email", "profile"), **changes}
        return build_id_token(self.org, server, state.apps[self.app["id"]], state.users[self.user_id], **given)


def token_world(cloud: Cloud, running: Running) -> TokenWorld:
    """The application and what it needs, made without a module."""
    made = TokenWorld(cloud, dict(running.urls))
    made.make()
    made.make_aws()
    return made


def saml_world(cloud: Cloud, running: Running) -> World:
    """The same with a SAML app."""
    made = World(cloud, dict(running.urls))
    made.make()
    return made


def saml_response(made: World) -> str:
    """Ann's SAML response, by requests alone."""
    browser = requests.Session()
    signed_in = browser.post(
        f"{made.urls['okta']}/api/v1/authn", json={"username": ANN, "password": PASSWORD}, timeout=30
    ).json()
    page = browser.get(made.sso_url, params={"sessionToken": signed_in["sessionToken"]}, timeout=30).text
    found = re.search(r'name="SAMLResponse" type="hidden" value="([^"]+)"', page)
    assert found
    return html.unescape(found[1])


def who_is(made: World, credentials: Credentials | dict[str, str]) -> str:
    """The ARN that credentials speak for, as STS says it to boto3."""
    if isinstance(credentials, Credentials):
        frozen = credentials.get_frozen_credentials()
        keys = (frozen.access_key, frozen.secret_key, frozen.token)
    else:
        keys = (
            credentials["access_key_id"],
            credentials["secret_access_key"],
            credentials["session_token"],
        )
    client = boto3.client(
        "sts",
        endpoint_url=made.urls["aws"],
        region_name=made.cloud.region,
        aws_access_key_id=keys[0],
        aws_secret_access_key=keys[1],
        aws_session_token=keys[2],
    )
    return str(client.get_caller_identity()["Arn"])
