# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What STS and Amazon Q Business answer.

Sources: the errors of AssumeRoleWithSAML, AssumeRoleWithWebIdentity and ChatSync in their API references, and
https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html .
"""

from __future__ import annotations

from .row import ANY, Cause

STS = "sts"
SESSION = "session"
SUBSCRIPTION = "subscription"
CHAT = "chat"

ROWS: tuple[Cause, ...] = (
    # -- STS, for both protocols ------------------------------------------------------------------------------------
    Cause(
        "saml_trust.tags",
        STS,
        "AccessDenied that names sts:TagSession, with an assertion",
        "The role's trust policy does not let the provider carry session tags (sts:TagSession).",
        "Allow sts:TagSession beside sts:AssumeRoleWithSAML in the trust policy of {role_arn}.",
        codes=("AccessDenied",),
        text="TagSession",
    ),
    Cause(
        "saml_trust.source_identity",
        STS,
        "AccessDenied that names sts:SetSourceIdentity",
        "The assertion carries a SourceIdentity and the role's trust policy does not allow sts:SetSourceIdentity.",
        "Take the SourceIdentity attribute out of the app in Okta, or allow it in the trust policy of {role_arn}.",
        codes=("AccessDenied",),
        text="SetSourceIdentity",
    ),
    Cause(
        "saml_trust.denied",
        STS,
        "AccessDenied with an assertion",
        "The role does not trust this assertion, or the assertion does not name the role and the provider, or the role "
        "does not exist.",
        "In the trust policy of {role_arn} compare the provider with {provider_arn} and SAML:aud with the assertion's "
        "Recipient; then the assertion's Role value.",
        codes=("AccessDenied",),
    ),
    Cause(
        "saml_trust.expired",
        STS,
        "ExpiredTokenException with an assertion",
        "The assertion is too old.",
        "Use it within five minutes; when it is fresh, compare the clocks of this machine and of Okta.",
        codes=("ExpiredTokenException", "ExpiredToken"),
    ),
    Cause(
        "saml_trust.rejected",
        STS,
        "IDPRejectedClaim with an assertion",
        "Okta says in its response that the sign-in failed.",
        "Look into Okta's System Log.",
        codes=("IDPRejectedClaim", "IDPRejectedClaimException"),
    ),
    Cause(
        "saml_trust.invalid",
        STS,
        "InvalidIdentityToken with an assertion",
        "STS does not accept the assertion of this provider ({message}).",
        "Compare issuer and signing certificate with the metadata document of {provider_arn}: after a rotated key it "
        "has to be updated from Okta.",
        codes=("InvalidIdentityToken", "InvalidIdentityTokenException"),
    ),
    Cause(
        "oidc_trust.tags",
        STS,
        "AccessDenied that names sts:TagSession, with an ID token",
        "The role's trust policy does not let the provider carry session tags (sts:TagSession).",
        "Allow sts:TagSession beside sts:AssumeRoleWithWebIdentity in the trust policy of {role_arn}.",
        codes=("AccessDenied",),
        text="TagSession",
    ),
    Cause(
        "oidc_trust.source_identity",
        STS,
        "AccessDenied that names sts:SetSourceIdentity, with an ID token",
        "The ID token carries a SourceIdentity and the role's trust policy does not allow sts:SetSourceIdentity.",
        "Take the claim https://aws.amazon.com/source_identity out of the authorization server in Okta, or allow it in "
        "the trust policy of {role_arn}.",
        codes=("AccessDenied",),
        text="SetSourceIdentity",
    ),
    Cause(
        "oidc_trust.denied",
        STS,
        "AccessDenied with an ID token",
        "The role does not trust this ID token, or the role does not exist.",
        "In the trust policy of {role_arn} compare the provider with the issuer {issuer}, and {bare_issuer}:aud with "
        "the token's audience {audience}; then see that it allows sts:TagSession too.",
        codes=("AccessDenied",),
    ),
    Cause(
        "oidc_trust.expired",
        STS,
        "ExpiredTokenException with an ID token",
        "The ID token is too old.",
        "Sign in again; when the token is fresh, compare the clocks of this machine and of Okta.",
        codes=("ExpiredTokenException", "ExpiredToken"),
    ),
    Cause(
        "oidc_trust.no_provider",
        STS,
        "InvalidIdentityToken: No OpenIDConnect provider found …",
        "The account of the role has no OpenID Connect provider for the issuer {issuer}.",
        "Create it (iam_federation_provider, type=oidc, url): the url equals the token's iss in every letter.",
        codes=("InvalidIdentityToken", "InvalidIdentityTokenException"),
        text="No OpenIDConnect provider found",
    ),
    Cause(
        "oidc_trust.client",
        STS,
        "InvalidIdentityToken that names the audience",
        "The provider of {issuer} does not know the client id {audience}.",
        "Add it to the provider's client_ids (iam_federation_provider, type=oidc).",
        codes=("InvalidIdentityToken", "InvalidIdentityTokenException"),
        text="audience",
    ),
    Cause(
        "oidc_trust.invalid",
        STS,
        "InvalidIdentityToken with an ID token",
        "STS does not accept the ID token of {issuer} ({message}).",
        "Give the ID token, not the access token, of the same issuer as the provider's url, signed with RS256 or "
        "another of AWS's algorithms.",
        codes=("InvalidIdentityToken", "InvalidIdentityTokenException"),
    ),
    Cause(
        "oidc_trust.rejected",
        STS,
        "IDPRejectedClaim with an ID token",
        "Okta does not stand by the ID token any more: it is expired or revoked.",
        "Sign in again.",
        codes=("IDPRejectedClaim", "IDPRejectedClaimException"),
    ),
    Cause(
        "oidc_trust.unreachable",
        STS,
        "IDPCommunicationError",
        "STS cannot fetch the keys of the issuer {issuer}.",
        "Open the issuer's /.well-known/openid-configuration from outside the company's network: AWS has to reach it; "
        "then try again.",
        codes=("IDPCommunicationError", "IDPCommunicationErrorException"),
    ),
    Cause(
        "sts.too_many_tags",
        STS,
        "PackedPolicyTooLarge",
        "The session tags of the {document}, with the session policy where there is one, are too many or too long.",
        "Take PrincipalTag attribute statements, or tags of the claim https://aws.amazon.com/tags, out of the app in "
        "Okta, or shorten the session policy.",
        codes=("PackedPolicyTooLarge", "PackedPolicyTooLargeException"),
    ),
    Cause(
        "sts.tag_limits",
        STS,
        "ValidationError: Unable to validate tags",
        "A session tag of the {document} is longer than STS takes, has other characters, or there are more than 50.",
        "Shorten the values of PrincipalTag attribute statements, or of the claim https://aws.amazon.com/tags, to 256 "
        "letters, digits, spaces and _.:/=+-@.",
        codes=("ValidationError", "ValidationException"),
        text="validate tags",
    ),
    Cause(
        "sts.session_policy",
        STS,
        "MalformedPolicyDocument",
        "The session policy is none ({message}).",
        "Look at the option policy: it is an IAM policy document.",
        codes=("MalformedPolicyDocument", "MalformedPolicyDocumentException"),
    ),
    Cause(
        "sts.duration",
        STS,
        "ValidationError that names DurationSeconds",
        "The session would be longer than the role allows.",
        "Leave duration_seconds out or raise MaxSessionDuration of {role_arn}.",
        codes=("ValidationError", "ValidationException"),
        text="DurationSeconds",
    ),
    Cause(
        "sts.region",
        STS,
        "RegionDisabledException",
        "STS is not switched on in this region for the account ({message}).",
        "Switch the region on in IAM's account settings, or use another region.",
        codes=("RegionDisabledException",),
    ),
    Cause(
        "sts.other",
        STS,
        "any other error of STS",
        "STS refuses ({said}).",
        "Look at region and endpoint_url, and at the error's own text.",
        codes=ANY,
    ),
    Cause(
        "session.unknown",
        SESSION,
        "GetCallerIdentity fails with the temporary credentials",
        "STS does not know the temporary credentials ({said}).",
        "Compare region and endpoint_url, and this machine's clock.",
        codes=ANY,
    ),
    # -- ChatSync ---------------------------------------------------------------------------------------------------
    Cause(
        "chat.no_subscription",
        SUBSCRIPTION,
        'AccessDeniedException "does not have a subscription", also when repeated',
        "The person has no subscription to the application, after {tries} tries.",
        "Switch the application's auto-subscription on (auto_subscription_configuration) and see that the role's "
        "policy allows user-subscriptions:CreateClaim.",
        codes=("AccessDeniedException",),
        text="does not have a subscription",
    ),
    Cause(
        "chat.licence",
        SUBSCRIPTION,
        "LicenseNotFoundException",
        "The person's subscription is not active.",
        "Look at the application's subscriptions: cancelled, or of a tier that has ended.",
        codes=("LicenseNotFoundException",),
    ),
    Cause(
        "chat.session_policy",
        CHAT,
        'AccessDeniedException "because no session policy allows"',
        "The session's own policy does not let it chat with application {application_id}.",
        "Allow qbusiness:ChatSync on the application's ARN in the session policy, or take the session without one.",
        codes=("AccessDeniedException",),
        text="session policy",
    ),
    Cause(
        "chat.nobody",
        CHAT,
        'AccessDeniedException "User is not authorized for this service call"',
        "The application does not know the person behind the session: it has no tag Email, or comes by another "
        "provider than the application's.",
        "Compare the application's identity provider with the session's, and see that the session has the tag Email.",
        codes=("AccessDeniedException",),
        text="User is not authorized for this service call",
    ),
    Cause(
        "chat.deny",
        CHAT,
        'AccessDeniedException "with an explicit deny"',
        "A policy denies the chat with application {application_id} outright ({message}).",
        "Look for a statement with Effect Deny in the kind of policy that the message names: the role's, its boundary, "
        "the organization's.",
        codes=("AccessDeniedException",),
        text="explicit deny",
    ),
    Cause(
        "chat.denied",
        CHAT,
        "AccessDeniedException",
        "The session may not chat with application {application_id} ({message}).",
        "Look at the permission policy of the role: qbusiness:ChatSync on this application's ARN; then at denies, its "
        "boundary, and conditions on the person's tags.",
        codes=("AccessDeniedException",),
    ),
    Cause(
        "chat.expired",
        CHAT,
        "ExpiredTokenException",
        "The person's session has ended.",
        "Take a new one; one that was kept in a profile or an environment file is good for an hour by default.",
        codes=("ExpiredTokenException", "ExpiredToken"),
    ),
    Cause(
        "chat.application",
        CHAT,
        "ResourceNotFoundException",
        "There is no application {application_id} in this region and account, or not the conversation or message that "
        "was named ({message}).",
        "Compare application_id and region with those of the application.",
        codes=("ResourceNotFoundException",),
    ),
    Cause(
        "chat.external",
        CHAT,
        "ExternalResourceException",
        "Something attached to the application, a plugin or a retriever, fails.",
        "The service says: {message}",
        codes=("ExternalResourceException",),
    ),
    Cause(
        "chat.other",
        CHAT,
        "any other error of ChatSync",
        "The application does not answer ({message}).",
        "See that the application and its retriever are ACTIVE.",
        codes=ANY,
    ),
    Cause(
        "chat.no_sources",
        CHAT,
        "an answer without sources, where some were asked for",
        "The answer rests on no document.",
        "Look at the data source's last sync, at the documents' access control lists and whether they name this "
        "person, and at the application's setting for answers from general knowledge.",
    ),
)
