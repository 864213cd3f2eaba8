# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of how a test user signs in at Okta, shared by okta_login and federation_proof."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  okta_org_url:
    description:
      - The URL of the Okta org, like V(https://example.okta.com).
      - Without it E(OKTA_CLIENT_ORGURL) or E(OKTA_ORG_URL) is read.
    type: str
  okta_api_token:
    description:
      - Not used by this module. Taken so that it can share the defaults of its action group.
    type: str
  okta_client_id:
    description:
      - Not used by this module. Taken so that it can share the defaults of its action group.
    type: str
  okta_private_key:
    description:
      - Not used by this module. Taken so that it can share the defaults of its action group.
    type: str
  okta_private_key_id:
    description:
      - Not used by this module. Taken so that it can share the defaults of its action group.
    type: str
  okta_scopes:
    description:
      - Not used by this module. Taken so that it can share the defaults of its action group.
    type: list
    elements: str
  okta_rate_reserve:
    description:
      - Not used by this module. Taken so that it can share the defaults of its action group.
    type: int
    default: 10
  username:
    description:
      - The test user's login. Use one without administrator roles and without other apps.
      - Without it E(OKTA_TEST_USERNAME) is read.
    type: str
  password:
    description:
      - The test user's password.
      - Without it E(OKTA_TEST_PASSWORD) is read.
    type: str
  sso_url:
    description:
      - The SAML app's sign-on URL at Okta, as its metadata says it.
    type: str
  saml_metadata_document:
    description:
      - The SAML app's metadata, instead of O(sso_url).
    type: str
  saml_response:
    description:
      - A SAML response in base64 that was obtained elsewhere less than five minutes ago, in place of the sign-in.
        Excludes O(username) and O(password), and the environment is not read for them.
      - In a browser's developer tools it is the form field C(SAMLResponse) of the POST to the application.
    type: str
  saml_request:
    description:
      - How the sign-in at a SAML app begins. V(none) begins at Okta and ends at the app's default URL.
      - V(default) sends a request like an application's, for the app's default URL.
      - A dictionary with C(acs_url) or C(acs_index) sends a request for one of the app's other requestable SSO URLs.
    type: raw
  saml_request_issuer:
    description:
      - Who asks, in the request. Without it C(https://signin.aws.amazon.com/saml).
    type: str
  client_id:
    description:
      - The client id of the OpenID Connect app. The ID token has to be made for it.
    type: str
  client_secret:
    description:
      - The app's client secret. Rather give O(client_secret_arn), so that no variable ever holds the secret.
    type: str
  client_secret_arn:
    description:
      - The ARN or name of the secret in Secrets Manager whose JSON has the client secret under C(client_secret), as
        M(qbusiness.federation.okta_client_secret) makes it. It is read inside the module.
    type: str
  private_key:
    description:
      - The app's private key for V(private_key_jwt), as PEM without a passphrase (RSA, or the curve P-256) or as a JWK
        (RSA).
    type: str
  private_key_id:
    description:
      - The id of O(private_key), when the app has more than one.
    type: str
  token_endpoint_auth_method:
    description:
      - How the app proves itself when it trades the code for the token.
      - Without it V(private_key_jwt) with O(private_key), V(client_secret_basic) with a secret, else V(none).
    type: str
    choices: [client_secret_basic, client_secret_post, private_key_jwt, none]
  issuer:
    description:
      - The issuer of the ID token, like V(https://example.okta.com/oauth2/default).
    type: str
  authorization_server:
    description:
      - The id of the authorization server, instead of O(issuer). Without both V(default) is taken.
    type: str
  redirect_uri:
    description:
      - One of the app's sign-in redirect URIs. It is not visited.
    type: str
  scopes:
    description:
      - The scopes to ask for.
    type: list
    elements: str
    default: [openid, email, profile]
  pkce:
    description:
      - Whether to send a code challenge. Okta takes one from every app, and some apps demand it.
    type: bool
    default: true
  id_token:
    description:
      - An ID token that was obtained elsewhere, in place of the sign-in. Excludes O(username) and O(password), and the
        environment is not read for them. Okta's token preview makes none that proves a sign-in.
    type: str
  nonce:
    description:
      - The nonce that O(id_token) has to carry. A sign-in by this module makes its own.
    type: str
"""
