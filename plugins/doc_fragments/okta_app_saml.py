# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of the options of apps of sign_on_mode SAML_2_0."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  sso_acs_url:
    description:
      - The URL that takes the assertion. Needed to make an app.
    type: str
  destination:
    description:
      - The C(Destination) of the response. A new app gets O(sso_acs_url) without it.
    type: str
  recipient:
    description:
      - The C(Recipient) of the assertion. A new app gets O(sso_acs_url) without it.
      - AWS wants V(https://signin.aws.amazon.com/saml), whatever the destination is.
    type: str
  audience:
    description:
      - The entity id of the service provider. Needed to make an app.
    type: str
  idp_issuer:
    description:
      - The issuer that assertions name. C(${org.externalKey}) stands for the app's own key.
    type: str
  subject_name_id_template:
    description:
      - The expression of the NameID. A new app gets C(${user.userName}) without it.
    type: str
  subject_name_id_format:
    description:
      - The format of the NameID. A new app gets the unspecified one without it.
    type: str
    choices:
      - urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified
      - urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress
      - urn:oasis:names:tc:SAML:1.1:nameid-format:x509SubjectName
      - urn:oasis:names:tc:SAML:2.0:nameid-format:persistent
      - urn:oasis:names:tc:SAML:2.0:nameid-format:transient
  response_signed:
    description:
      - Whether the response is signed. It or the assertion has to be. A new app signs it without this option.
    type: bool
  assertion_signed:
    description:
      - Whether the assertion is signed. It or the response has to be. A new app signs it without this option.
    type: bool
  signature_algorithm:
    description:
      - The algorithm of signatures. A new app gets V(RSA_SHA256) without it.
    type: str
    choices: [RSA_SHA256, RSA_SHA1]
  digest_algorithm:
    description:
      - The algorithm of digests. A new app gets V(SHA256) without it.
    type: str
    choices: [SHA256, SHA1]
  honor_force_authn:
    description:
      - Whether a service provider may demand a new authentication. A new app honours that without this option.
    type: bool
  request_compressed:
    description:
      - Whether requests come compressed.
    type: bool
  authn_context_class_ref:
    description:
      - The authentication context that assertions name. A new app gets that of a password over TLS without it.
      - Okta is reported not to take a change of an existing app; the module warns where it sees that.
    type: str
    choices:
      - urn:oasis:names:tc:SAML:2.0:ac:classes:unspecified
      - urn:oasis:names:tc:SAML:2.0:ac:classes:Password
      - urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport
      - urn:oasis:names:tc:SAML:2.0:ac:classes:X509
      - urn:oasis:names:tc:SAML:2.0:ac:classes:TLSClient
      - urn:federation:authentication:windows
      - oasis:names:tc:SAML:2.0:ac:classes:Kerberos
  default_relay_state:
    description:
      - Where the service provider sends people who begin at Okta. An empty text clears it.
    type: str
  allow_multiple_acs_endpoints:
    description:
      - Whether requests may name one of O(acs_endpoints). Okta drops those when it is switched off.
      - Without it, it follows O(acs_endpoints) and O(acs_endpoints_absent), on with the first URL, off with the last.
    type: bool
  acs_endpoints:
    description:
      - URLs that requests may ask the assertion to be sent to, at most 100. That is how several applications share one
        app; only one of them can have O(sso_acs_url), to which people come who begin at Okta.
      - The list is the whole list, in order, unless O(purge_acs_endpoints=false).
    type: list
    elements: dict
    suboptions:
      url:
        description:
          - The URL.
        type: str
        required: true
      index:
        description:
          - Its number, from 0, each once. Requests may ask by it, so it is best left alone. Without it a URL that is
            there keeps its number, and a new one takes the lowest that is free.
        type: int
  acs_endpoints_absent:
    description:
      - URLs that are not to be among O(acs_endpoints).
    type: list
    elements: str
  purge_acs_endpoints:
    description:
      - Whether URLs that O(acs_endpoints) does not name are removed. V(false) keeps them, with their numbers.
    type: bool
    default: true
  slo:
    description:
      - Single logout. Needs O(sp_certificate).
    type: dict
    suboptions:
      enabled:
        description:
          - Whether it is on.
        type: bool
        required: true
      issuer:
        description:
          - The issuer of the service provider's logout requests. Needed when it is on.
        type: str
      logout_url:
        description:
          - The URL that Okta sends logout responses to. Needed when it is on.
        type: str
  sp_certificate:
    description:
      - The certificate with which the service provider signs its requests, as PEM or its base64.
      - An empty text clears it.
    type: str
  saml_signed_request_enabled:
    description:
      - Whether requests have to be signed. Needs O(sp_certificate).
    type: bool
  participate_slo:
    description:
      - Logout of this app when people log out elsewhere (Identity Engine).
    type: dict
    suboptions:
      enabled:
        description:
          - Whether it is on.
        type: bool
        required: true
      binding_type:
        description:
          - How Okta sends the request. Needed when it is on.
        type: str
        choices: [POST, REDIRECT]
      logout_request_url:
        description:
          - Where Okta sends the request. Needed when it is on.
        type: str
      session_index_required:
        description:
          - Whether the request names the session.
        type: bool
  assertion_encryption:
    description:
      - Encryption of assertions.
    type: dict
    suboptions:
      enabled:
        description:
          - Whether it is on.
        type: bool
        required: true
      encryption_algorithm:
        description:
          - The algorithm of the encryption.
        type: str
        choices: [AES128_CBC, AES256_CBC, AES256_GCM]
      key_transport_algorithm:
        description:
          - How the key is carried.
        type: str
        choices: [RSA_OAEP, RSA_15]
      certificate:
        description:
          - The certificate to encrypt for, as PEM or its base64. Needed when it is on.
        type: str
  saml_assertion_lifetime_seconds:
    description:
      - How long an assertion is good for, in seconds.
    type: int
  inline_hooks:
    description:
      - The ids of inline hooks that change assertions. The list is the whole list.
    type: list
    elements: str
  attribute_statements:
    description:
      - Attribute statements, matched by their names. Those that are not named stay, unless
        O(purge_attribute_statements=true).
    type: list
    elements: dict
    suboptions:
      name:
        description:
          - The name of the attribute, unique in the app.
        type: str
        required: true
      type:
        description:
          - Values by expressions, or the names of those of the user's groups that pass a filter.
        type: str
        choices: [EXPRESSION, GROUP]
        default: EXPRESSION
      namespace:
        description:
          - The format of the name. A new statement gets the unspecified one without it.
        type: str
        choices:
          - urn:oasis:names:tc:SAML:2.0:attrname-format:unspecified
          - urn:oasis:names:tc:SAML:2.0:attrname-format:uri
          - urn:oasis:names:tc:SAML:2.0:attrname-format:basic
      values:
        description:
          - Expressions like V(user.email), or constants, which are written without quotes. Their order has no meaning.
          - With O(attribute_statements[].exact=true) an empty list removes the statement.
        type: list
        elements: str
      values_absent:
        description:
          - Values to take away. Goes only with O(attribute_statements[].exact=false). A statement that keeps no value
            is removed.
        type: list
        elements: str
      exact:
        description:
          - Whether O(attribute_statements[].values) are all values. V(false) keeps others that are there.
        type: bool
        default: true
      initially:
        description:
          - Whether the statement counts only where the app has none of its name. An existing one then stays as it is.
        type: bool
        default: false
      filter_type:
        description:
          - How names of groups are filtered. Needed with O(attribute_statements[].type=GROUP).
        type: str
        choices: [STARTS_WITH, EQUALS, CONTAINS, REGEX]
      filter_value:
        description:
          - What is compared. Needed with O(attribute_statements[].type=GROUP).
        type: str
  purge_attribute_statements:
    description:
      - Whether statements that O(attribute_statements) does not name are removed.
    type: bool
    default: false
  signing_key:
    description:
      - When to sign with a new key. Keys cannot be deleted, so one that was made and never used is taken first.
    type: dict
    suboptions:
      rotate_within_days:
        description:
          - The app gets a new key when the certificate of its active one expires within so many days.
          - The service provider trusts the new key only after it got the new RV(metadata).
        type: int
        required: true
      validity_years:
        description:
          - For how many years a new certificate is good, 2 to 10.
        type: int
        default: 10
"""
