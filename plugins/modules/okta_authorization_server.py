#!/usr/bin/python
# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
---
module: okta_authorization_server
short_description: Make an Okta authorization server fit for Amazon Q Business
version_added: 1.0.0
description:
  - Puts the claim C(https://aws.amazon.com/tags) into the ID tokens of a custom authorization server of an Okta org,
    and keeps an access policy with a rule that lets the apps of Amazon Q Business in.
  - A server that does not exist is made by its name; its scopes can be managed too.
  - Claims, policies and clients of others stay as they are. Only what is given is compared; expressions that differ in
    white space alone are the same.
  - A server without a policy that lets an app in issues nothing to it. Orgs of the Integrator Free plan ship the server
    V(default) like that. With O(client_ids) the module makes policy and rule where nothing lets them in; without, it
    warns.
  - Custom authorization servers are part of the Okta product API Access Management. An org without it is told so in one
    sentence; the org's own server cannot carry the claim.
author:
  - The qbusiness.federation contributors (@qbusiness)
extends_documentation_fragment:
  - qbusiness.federation.okta
  - qbusiness.federation.attributes
  - qbusiness.federation.attributes.group_okta
options:
  state:
    description:
      - V(present) makes what is missing and changes what differs.
      - V(absent) takes the O(client_ids) out of the policy. The policy goes when nobody is left in it, and with it the
        claim for AWS, unless policies of other names name clients that may need it.
      - With O(remove_server) V(absent) removes the server itself. The answer RV(lost) names what goes.
    type: str
    choices: [present, absent]
    default: present
  server:
    description:
      - The id of an authorization server, or exactly its name. A name that does not exist makes a new server.
      - V(default) is the server that orgs bring along.
    type: str
    default: default
  description:
    description:
      - The description of the server. An empty text clears it.
    type: str
  audiences:
    description:
      - What access tokens of the server are for. A new server gets V(api://qbusiness) when it is not given.
      - ID tokens are for the app's client id; STS looks at them alone.
    type: list
    elements: str
  issuer_mode:
    description:
      - Whether the issuer is the org's own URL, its custom domain, or the one that was asked. A new server gets
        V(ORG_URL) when it is not given. The issuer is the URL of the identity provider in IAM, letter by letter.
    type: str
    choices: [ORG_URL, CUSTOM_URL, DYNAMIC]
  principal_tags:
    description:
      - The tags of the session, each with the Okta expression of its value. V(Email) is the one by which Amazon Q
        Business knows people.
      - "A tag that becomes null makes the sign-in fail. So each one other than V(Email) whose expression is neither
        conditional nor a quoted text, like C(user.city), is sent as
        C(user.city != null ? user.city : \"\")."
      - An empty dictionary leaves the claims as they are.
    type: dict
    default: {Email: user.email}
  claim_form:
    description:
      - V(nested) is one claim C(https://aws.amazon.com/tags), as Amazon Q Business documents it.
      - V(flat) is one claim C(https://aws.amazon.com/tags/principal_tags/KEY) for each tag. STS takes both forms.
    type: str
    choices: [nested, flat]
    default: nested
  initially:
    description:
      - Options that count only where the server has nothing of the kind. With V(principal_tags), claims for session
        tags
        that exist stay as they are.
    type: list
    elements: str
    choices: [principal_tags]
    default: []
  purge_claims:
    description:
      - Whether the claims of the ID token for AWS that are not wanted (those of the other form, and flat ones of tags
        that are not named) are removed. Claims of other names stay in any case.
    type: bool
    default: true
  scopes:
    description:
      - Scopes of the server, by their names. Others stay as they are. Signing in to Amazon Q Business needs none of its
        own.
    type: list
    elements: dict
    suboptions:
      name:
        description: The name of the scope.
        type: str
        required: true
      display_name:
        description: The name that people see.
        type: str
      description:
        description: What the scope is for.
        type: str
      consent:
        description: Whether people are asked.
        type: str
        choices: [IMPLICIT, REQUIRED, FLEXIBLE]
      metadata_publish:
        description: Whether the server's metadata name the scope.
        type: str
        choices: [ALL_CLIENTS, NO_CLIENTS]
      default:
        description: Whether the scope is given to those who ask for none.
        type: bool
      optional:
        description: Whether people may decline it.
        type: bool
  client_ids:
    description:
      - The client ids of the OpenID Connect apps that are let in. Those of others stay in the policy.
      - An app that any active policy lets in by the authorization code flow already needs nothing more, unless
        O(policy) or O(rule) is given.
      - With O(state=absent) the ones that are taken out.
    type: list
    elements: str
  client_ids_absent:
    description:
      - Client ids that are taken out of the policy.
    type: list
    elements: str
  manage_policy:
    description:
      - Whether policy and rule are made and changed. With V(false) a client id that nothing lets in is an error.
    type: bool
    default: true
  policy:
    description:
      - The access policy that the O(client_ids) are put into. It is found by its name, and made when it does not exist.
      - Without it the policy is named V(Amazon Q Business).
    type: dict
    suboptions:
      name:
        description: The name of the policy.
        type: str
        default: Amazon Q Business
      description:
        description: Its description.
        type: str
      priority:
        description: Its place among the policies of the server, from 1. A new one comes last.
        type: int
  rule:
    description:
      - The rule of the policy. It is found by its name, and made when it does not exist.
      - Without it any active rule of the policy for the authorization code flow will do; where there is none, one named
        V(Amazon Q Business) is made for everybody.
    type: dict
    suboptions:
      name:
        description: The name of the rule.
        type: str
        default: Amazon Q Business
      priority:
        description: Its place among the rules of the policy, from 1. A new one comes last.
        type: int
      grant_types:
        description:
          - The flows by which tokens are given. It must hold V(authorization_code), which a new rule gets alone.
        type: list
        elements: str
        choices:
          - authorization_code
          - implicit
          - password
          - client_credentials
          - interaction_code
          - "urn:ietf:params:oauth:grant-type:device_code"
          - "urn:ietf:params:oauth:grant-type:token-exchange"
          - "urn:ietf:params:oauth:grant-type:jwt-bearer"
          - "urn:ietf:params:oauth:grant-type:saml2-bearer"
          - "urn:openid:params:grant-type:ciba"
      groups:
        description:
          - The names of the groups whose members get tokens; V(EVERYONE) for everybody, which is what a new rule gets.
        type: list
        elements: str
      scopes:
        description: The scopes that may be asked for. A new rule gets V(*), which is any.
        type: list
        elements: str
      access_token_lifetime_minutes:
        description: How long access tokens live, 5 to 1440 minutes.
        type: int
      refresh_token_lifetime_minutes:
        description: How long refresh tokens live, in minutes; 0 for no end.
        type: int
      refresh_token_window_minutes:
        description: How long a refresh token lives when it is not used, at least 10 minutes.
        type: int
  remove_server:
    description:
      - With O(state=absent) remove the whole server. V(default) is never removed; one whose policies name other clients
        than O(client_ids) only with O(force).
    type: bool
    default: false
  force:
    description:
      - With O(remove_server) also remove a server that lets other clients in.
    type: bool
    default: false
notes:
  - A service app needs the scope C(okta.authorizationServers.manage), and C(okta.groups.read) for groups in O(rule).
seealso:
  - module: qbusiness.federation.okta_app
  - module: qbusiness.federation.iam_federation_provider
"""

EXAMPLES = r"""
- name: The claim for AWS on the server default, and the app let in
  qbusiness.federation.okta_authorization_server:
    client_ids:
      - "{{ app.client_id }}"
  register: issuer

- name: More tags, and tokens for one group
  qbusiness.federation.okta_authorization_server:
    server: Amazon Q Business
    principal_tags:
      Email: user.email
      country: user.countryCode
    client_ids:
      - "{{ app.client_id }}"
    policy:
      name: Knowledge workers
    rule:
      name: Sign-in
      groups: [Knowledge workers]
      access_token_lifetime_minutes: 30

- name: Take the app out again
  qbusiness.federation.okta_authorization_server:
    client_ids:
      - "{{ app.client_id }}"
    state: absent
"""

RETURN = r"""
authorization_server:
  description: The server, with what this module looks after.
  returned: when it exists, or would exist
  type: dict
  contains:
    id:
      description: Its id; a placeholder in check mode when it does not exist yet.
      type: str
      returned: always
      sample: default
    name:
      description: Its name.
      type: str
      returned: always
      sample: default
    description:
      description: Its description.
      type: str
      returned: always
      sample: Default Authorization Server for your Applications
    audiences:
      description: What access tokens are for.
      type: list
      elements: str
      returned: always
      sample: ["api://default"]
    issuer:
      description: Its issuer.
      type: str
      returned: always
      sample: https://example.okta.com/oauth2/default
    issuer_mode:
      description: Which URL the issuer is.
      type: str
      returned: always
      sample: ORG_URL
    status:
      description: Whether it issues tokens.
      type: str
      returned: always
      sample: ACTIVE
    default:
      description: Whether it is the one that the org brought along.
      type: bool
      returned: always
      sample: true
    created:
      description: When it was made.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00.000Z"
    last_updated:
      description: When it was changed last.
      type: str
      returned: always
      sample: "2026-01-31T12:00:00.000Z"
    signing_key:
      description: The id of the key that signs tokens, and how it is rotated.
      type: dict
      returned: always
      sample: {"key_id": "edz5I4aw-nPoqFnAhaqgWM1owHgz0UOvksVaYZmOFlo", "rotation_mode": "AUTO"}
    claims:
      description: The claims of the ID token for AWS, each with its id, name, value, status and scopes.
      type: list
      elements: dict
      returned: always
      sample:
        - id: oclexampleexample123
          name: https://aws.amazon.com/tags
          value: '{"principal_tags": {"Email": {user.email} }}'
          status: ACTIVE
          always_include_in_token: true
          scopes: []
    scopes:
      description: The scopes that were named in O(scopes).
      type: list
      elements: dict
      returned: always
      sample: []
    policy:
      description: The access policy of the apps with its clients and rules; null when there is none.
      type: dict
      returned: always
      sample:
        id: 00pexampleexample123
        name: Amazon Q Business
        client_ids: [0oaexampleexample123]
        rules:
          - name: Amazon Q Business
            grant_types: [authorization_code]
            groups: [EVERYONE]
            scopes: ["*"]
server_id:
  description: The id of the server.
  returned: when it exists, existed, or would exist
  type: str
  sample: default
issuer:
  description: The issuer, which is the URL of the identity provider in IAM.
  returned: when it exists, existed, or would exist
  type: str
  sample: https://example.okta.com/oauth2/default
policy_id:
  description: The id of the policy that lets the apps in; null when there is none.
  returned: when the server exists, existed, or would exist
  type: str
  sample: 00pexampleexample123
claims:
  description: The claims of the ID token for AWS, name by name with their expressions.
  returned: when the server exists, existed, or would exist
  type: dict
  sample: {"https://aws.amazon.com/tags": '{"principal_tags": {"Email": {user.email} }}'}
operations:
  description: The write operations that were made, or in check mode would be made, in order.
  returned: always
  type: list
  elements: str
  sample: [createOAuth2Claim, createAuthorizationServerPolicy, createAuthorizationServerPolicyRule]
differences:
  description: The fields of an existing object that were changed, or in check mode would be changed.
  returned: always
  type: list
  elements: dict
  contains:
    field:
      description: The path of the field in the diff, with dots between its parts.
      type: str
      returned: always
      sample: description
    before:
      description: The value before.
      type: raw
      returned: always
      sample: First
    after:
      description: The value after.
      type: raw
      returned: always
      sample: Second
    added:
      description: The items that the list did not hold before.
      type: list
      elements: raw
      returned: when the values are lists
      sample: []
    removed:
      description: The items that the list does not hold any more.
      type: list
      elements: raw
      returned: when the values are lists
      sample: []
  sample: [{field: description, before: First, after: Second}]
lost:
  description: What went, or would go, with what was removed.
  returned: with O(state=absent) when there was something
  type: list
  elements: str
  sample: [the claim by which AWS is told who signs in]
"""

from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import STATE
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.arguments import okta_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.authorization_server import apply
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.server_options import OPTIONS

ARGUMENTS = {
    "argument_spec": okta_arguments(STATE, OPTIONS),
    "supports_check_mode": True,
}


def function(context: Context) -> dict[str, object]:
    """What the module does, for any host."""
    return apply(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()
