# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options of apps of sign_on_mode OPENID_CONNECT."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  application_type:
    description:
      - The kind of the client. Fixed at creation. A new app is V(web) without it.
    type: str
    choices: [web, browser, native, service]
  client_id:
    description:
      - The client id, 6 to 100 characters out of letters, digits and C($-_.+!*'(),). Fixed at creation.
      - Without it Okta takes the id of the app.
    type: str
  grant_types:
    description:
      - The grants that the app may use. The list is the whole list; its order has no meaning.
      - A new app gets V(authorization_code) without it, one of O(application_type=service) V(client_credentials).
      - V(web) and V(native) apps have to have V(authorization_code), V(service) apps V(client_credentials).
    type: list
    elements: str
    choices:
      - authorization_code
      - implicit
      - refresh_token
      - password
      - client_credentials
      - interaction_code
      - urn:ietf:params:oauth:grant-type:device_code
      - urn:ietf:params:oauth:grant-type:token-exchange
      - urn:ietf:params:oauth:grant-type:jwt-bearer
      - urn:ietf:params:oauth:grant-type:saml2-bearer
      - urn:openid:params:grant-type:ciba
      - urn:okta:params:oauth:grant-type:otp
      - urn:okta:params:oauth:grant-type:oob
      - http://auth0.com/oauth/grant-type/mfa-otp
      - http://auth0.com/oauth/grant-type/mfa-oob
  response_types:
    description:
      - What the app may ask for when people sign in. It has to fit O(grant_types), and a new app gets what does.
    type: list
    elements: str
    choices: [code, token, id_token]
  redirect_uris:
    description:
      - Where people may be sent after they signed in. Each application that shares the app has one, for a web
        experience its URL and C(/authorization-code/callback).
      - The list is the whole list, in order, unless O(purge_redirect_uris=false).
      - Needed, with at least one address, for grants in which people come through the browser.
    type: list
    elements: str
  redirect_uris_absent:
    description:
      - Addresses that are not to be among O(redirect_uris).
    type: list
    elements: str
  placeholder_redirect_uri:
    description:
      - The address that stands in the app while no other does, since Okta wants one. It goes when O(redirect_uris)
        names an address, and comes back only when the last one has gone, of whomever it is.
    type: str
    version_added: 1.1.0
  purge_redirect_uris:
    description:
      - Whether addresses that O(redirect_uris) does not name are removed. V(false) keeps them, in their places.
    type: bool
    default: true
  post_logout_redirect_uris:
    description:
      - Where people may be sent after they signed out.
      - The list is the whole list, in order, unless O(purge_post_logout_redirect_uris=false).
    type: list
    elements: str
  post_logout_redirect_uris_absent:
    description:
      - Addresses that are not to be among O(post_logout_redirect_uris).
    type: list
    elements: str
  purge_post_logout_redirect_uris:
    description:
      - Whether addresses that O(post_logout_redirect_uris) does not name are removed. V(false) keeps them.
    type: bool
    default: true
  wildcard_redirect:
    description:
      - Whether an address may have a wildcard, which stands in the first label of a host.
    type: str
    choices: [DISABLED, SUBDOMAIN]
  token_endpoint_auth_method:
    description:
      - How the app proves itself where it gets tokens.
      - A new V(browser) or V(native) app gets V(none) without it, another V(client_secret_basic).
      - Okta makes a secret for the methods that need one. The module never sends nor answers it; store it with
        M(qbusiness.federation.okta_client_secret).
      - Going from a secret to V(private_key_jwt) makes Okta delete the secrets; see O(allow_secret_loss).
    type: str
    choices:
      - client_secret_basic
      - client_secret_post
      - client_secret_jwt
      - private_key_jwt
      - none
  allow_secret_loss:
    description:
      - Whether a change of O(token_endpoint_auth_method) may make Okta delete the app's secrets. Without it such a
        change is refused.
    type: bool
    default: false
  pkce_required:
    description:
      - Whether the app has to use PKCE. It has to with O(token_endpoint_auth_method=none).
      - A new V(browser) or V(native) app has to without it, a V(web) app not.
    type: bool
  auto_key_rotation:
    description:
      - Whether Okta changes the key of ID tokens by itself. A new app gets that without it.
    type: bool
  consent_method:
    description:
      - Whether people are asked before the app gets what it wants. A new app gets V(TRUSTED) without it.
    type: str
    choices: [TRUSTED, REQUIRED]
  refresh_token:
    description:
      - How refresh tokens change. Goes only with V(refresh_token) among O(grant_types).
    type: dict
    suboptions:
      rotation_type:
        description:
          - Whether a token stays, or a new one comes with each use.
        type: str
        choices: [STATIC, ROTATE]
      leeway:
        description:
          - For how many seconds an old token still works, 0 to 60. Okta takes 30 without it.
        type: int
  issuer_mode:
    description:
      - Which host the issuer of the org's own authorization server names. Okta chooses without it.
    type: str
    choices: [ORG_URL, CUSTOM_URL, DYNAMIC]
  initiate_login_uri:
    description:
      - The address at which a sign-in begins that somebody starts at Okta. An empty text clears it.
    type: str
  idp_initiated_login:
    description:
      - What happens when people start at Okta. Needs O(initiate_login_uri) unless it is V(DISABLED).
    type: dict
    suboptions:
      mode:
        description:
          - V(SPEC) sends people to O(initiate_login_uri), V(OKTA) sends an ID token there at once.
        type: str
        choices: [DISABLED, SPEC, OKTA]
      default_scope:
        description:
          - The scopes of that ID token; their order has no meaning.
        type: list
        elements: str
  frontchannel_logout:
    description:
      - Logout of this app when people log out elsewhere.
    type: dict
    suboptions:
      enabled:
        description:
          - Whether it is on.
        type: bool
        required: true
      uri:
        description:
          - Where the browser tells the app of it. Needed when it is on.
        type: str
      session_required:
        description:
          - Whether the browser names the session.
        type: bool
  jwks:
    description:
      - The public keys of an app that signs its requests (O(token_endpoint_auth_method=private_key_jwt)).
      - They are compared by their C(kid) and material. Goes not with O(jwks_uri), whose place it takes.
    type: dict
    suboptions:
      keys:
        description:
          - JSON web keys, RSA of at least 2048 bits or EC, each with a C(kid). The list is the whole list.
        type: list
        elements: dict
        required: true
  jwks_uri:
    description:
      - Where the app publishes its public keys. Goes not with O(jwks), whose place it takes. An empty text clears it.
    type: str
  dpop_bound_access_tokens:
    description:
      - Whether access tokens are bound to a key of the client (DPoP).
    type: bool
  client_uri:
    description:
      - A page about the app. An empty text clears it.
    type: str
  logo_uri:
    description:
      - A picture for the page that asks for consent. An empty text clears it.
    type: str
  tos_uri:
    description:
      - Its terms of service. An empty text clears it.
    type: str
  policy_uri:
    description:
      - Its privacy policy. An empty text clears it.
    type: str
"""
