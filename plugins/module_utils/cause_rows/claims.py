# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an assertion or an ID token says, and AWS or the application does not take.

Names: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html and
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html .
Several differences can be met at once; the error then names them all, and the first one's next step.
"""

from __future__ import annotations

from .row import Cause

ASSERTION = "assertion"
ID_TOKEN = "id_token"

_CLOCKS = "compare the clocks of this machine and of Okta"
_ATTRIBUTE = "https://aws.amazon.com/SAML/Attributes/"

ROWS: tuple[Cause, ...] = (
    Cause(
        "assertion.broken",
        ASSERTION,
        "no base64, no XML, no Response of SAML 2.0, or one without an assertion",
        "This is no usable SAML response: {why}.",
        "Take the value of the form field SAMLResponse unchanged, as the browser posts it.",
    ),
    Cause(
        "assertion.destination",
        ASSERTION,
        "the form's action or Destination is not the expected URL",
        "{name} is {found}, not {wanted}",
        "The app in Okta still has another URL, maybe the placeholder: write the web experience's URL back into it "
        "(Single sign-on URL and Destination).",
    ),
    Cause(
        "assertion.recipient",
        ASSERTION,
        "Recipient is not an AWS sign-in endpoint, or not the expected one",
        "Recipient is {found}, not {wanted}",
        "Set the app's Recipient URL in Okta: STS compares it with SAML:aud of the role's trust policy.",
    ),
    Cause(
        "assertion.audience",
        ASSERTION,
        "Audience is not AWS, or not the expected one",
        "Audience is {found}, not {wanted}",
        "Set the app's Audience URI (SP Entity ID) in Okta.",
    ),
    Cause(
        "assertion.role_space",
        ASSERTION,
        "white space in the Role value, or around the attribute's name",
        "{what} has white space {where} it",
        "Put the Role value {pair} into the app's attribute statements in Okta, without white space.",
    ),
    Cause(
        "assertion.role_missing",
        ASSERTION,
        "no Role attribute",
        "it has no Role attribute",
        "Put the Role value {pair} into the app's attribute statements in Okta, without white space.",
    ),
    Cause(
        "assertion.role",
        ASSERTION,
        "no Role value is the pair of role and provider",
        "no Role value is {pair}; it has {found}",
        "Put the Role value {pair} into the app's attribute statements in Okta, without white space.",
    ),
    Cause(
        "assertion.no_email",
        ASSERTION,
        "no PrincipalTag:Email, or several values of it",
        "it has {what}",
        f"Give the app the attribute statement {_ATTRIBUTE}PrincipalTag:Email with the value user.email.",
    ),
    Cause(
        "assertion.email",
        ASSERTION,
        "PrincipalTag:Email is not the expected address",
        "PrincipalTag:Email is {found}, not {wanted}",
        "Look at the value of the Email attribute statement and at the user's profile in Okta.",
    ),
    Cause(
        "assertion.session_name",
        ASSERTION,
        "RoleSessionName is missing, repeated, or has other characters",
        "RoleSessionName is {found}",
        f"Give the app the attribute statement {_ATTRIBUTE}RoleSessionName with the value user.email: one value of 2 "
        "to 64 letters, digits and +=,.@-_.",
    ),
    Cause(
        "assertion.attribute",
        ASSERTION,
        "an attribute does not have the expected values",
        "{name} is {found}, not {wanted}",
        "Look at the app's attribute statements and at the user's profile in Okta.",
    ),
    Cause(
        "assertion.answer_to",
        ASSERTION,
        "InResponseTo is not the id of the request that was sent",
        "InResponseTo is {found}, not {wanted}",
        "The response answers another request, or none: somebody stands in between. Do not go on.",
    ),
    Cause(
        "assertion.expired",
        ASSERTION,
        "NotOnOrAfter has passed, by this machine's clock",
        "it was good until {until} only",
        f"Use a response within five minutes; when it is fresh, {_CLOCKS}.",
    ),
    Cause(
        "assertion.early",
        ASSERTION,
        "NotBefore is still to come, by this machine's clock",
        "it is good from {since} on only",
        f"Set the clock right: {_CLOCKS}.",
    ),
    Cause(
        "id_token.broken",
        ID_TOKEN,
        "no signed JWT",
        "This is no ID token: {why}.",
        "Give the id_token of the token endpoint's answer unchanged; the access token is another one.",
    ),
    Cause(
        "id_token.signature",
        ID_TOKEN,
        "the signature does not fit the issuer's keys, or the algorithm is not RS256",
        "The ID token is not signed by {issuer}: {why}.",
        "Get a new token: the issuer's keys may have been rotated. If it stays, somebody stands in between.",
    ),
    Cause(
        "id_token.issuer",
        ID_TOKEN,
        "iss is not the issuer",
        "iss is {found}, not {wanted}",
        "Compare issuer with issuer_mode of the app and of the authorization server, and with the URL of IAM's "
        "provider: they have to agree to the character.",
    ),
    Cause(
        "id_token.audience",
        ID_TOKEN,
        "aud (or azp) is not the client id",
        "aud is {found}, not {wanted}",
        "Take the token of the app whose client id IAM's provider, the role's trust policy and the application know.",
    ),
    Cause(
        "id_token.expired",
        ID_TOKEN,
        "exp has passed, by this machine's clock",
        "it was good until {until} only",
        f"Get a new token; when it is fresh, {_CLOCKS}.",
    ),
    Cause(
        "id_token.early",
        ID_TOKEN,
        "iat is still to come, by this machine's clock",
        "it was issued at {since}, which is still to come",
        f"Set the clock right: {_CLOCKS}.",
    ),
    Cause(
        "id_token.nonce",
        ID_TOKEN,
        "nonce is not the one that was sent",
        "its nonce is not the one that was sent",
        "The token belongs to another sign-in. Do not go on.",
    ),
    Cause(
        "id_token.no_email",
        ID_TOKEN,
        "no principal tag Email, in neither form of the tags claim",
        "it has {what}",
        "Give the authorization server the claim https://aws.amazon.com/tags for the ID token, always included, with "
        'the value {{"principal_tags": {{"Email": {{user.email}}}}}}.',
    ),
    Cause(
        "id_token.tags_form",
        ID_TOKEN,
        "the tags claim is text, or its tags are no texts of at most 256 characters",
        "the claim https://aws.amazon.com/tags {what}",
        "Write its value in Okta as an object without quotes around it, with one short text for each tag.",
    ),
    Cause(
        "id_token.email",
        ID_TOKEN,
        "the tag Email is not the expected address",
        "the tag Email is {found}, not {wanted}",
        "Look at the expression of the tags claim and at the user's profile in Okta.",
    ),
    Cause(
        "id_token.claim",
        ID_TOKEN,
        "a claim does not have the expected value",
        "{name} is {found}, not {wanted}",
        "Look at the claims of the authorization server and of the app, and at the user's profile in Okta.",
    ),
)
