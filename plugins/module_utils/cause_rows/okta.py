# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Faults at Okta up to the app's page: sign-in, assignment, the SAML form.

Sources: https://developer.okta.com/docs/reference/api/authn/ , https://developer.okta.com/docs/reference/error-codes/ ;
the marks of pages are those of saved real pages and of clients that have read them for years (okta-awscli,
okta-aws-cli-assume-role, tokendito, gimme-aws-creds, saml2aws).
"""

from __future__ import annotations

from .row import Cause

SIGN_IN = "okta_sign_in"
ASSIGNMENT = "okta_assignment"
FORM = "saml_form"

#: What a password-only sign-in needs, on both engines.
PASSWORD_ONLY = (
    "Give this user a password-only rule in the org's sign-on policy (Identity Engine: global session policy) and in "
    "the app's sign-in policy, limited to this controller's network zone, or pass saml_response or id_token from "
    "outside."
)

ROWS: tuple[Cause, ...] = (
    Cause(
        "okta.no_answer",
        SIGN_IN,
        "the connection fails, at any step at Okta",
        "No answer from {url} ({kind}).",
        "Check okta_org_url, network and proxy, and for SSLError the certificates (REQUESTS_CA_BUNDLE).",
    ),
    Cause(
        "okta.rate_limited",
        SIGN_IN,
        "HTTP 429, at any step at Okta; a GET has waited for it once",
        "Okta's rate limit is reached (HTTP 429).",
        "Run fewer hosts at a time with one test user (throttle: 1), or share one sign-in per play.",
    ),
    Cause(
        "sign_in.foreign_provider",
        SIGN_IN,
        "E0000004, and webfinger names an identity provider that is not Okta",
        "Okta sends this user to another identity provider ({kind}), so Okta has no password to check.",
        "Use a test user whom Okta itself masters, or pass saml_response or id_token from outside.",
    ),
    Cause(
        "sign_in.password",
        SIGN_IN,
        "HTTP 401 with E0000004",
        "Okta refuses the password; it gives the same answer to a mistyped one, a name that it does not know, a person "
        "who is locked out, and a denial by the sign-on policy.",
        "Look into Okta's System Log for this attempt{trace}, at the user's status, and at the zones and rules of "
        "the sign-on policy. No second try was made.",
    ),
    Cause(
        "sign_in.denied",
        SIGN_IN,
        "HTTP 403, or E0000006",
        "Okta denies access before looking at the password.",
        "Look at the network zones and ThreatInsight: this controller's outgoing address may be blocked.",
    ),
    Cause(
        "sign_in.other",
        SIGN_IN,
        "any other HTTP status",
        "Okta answers the sign-in with {answer}.",
        "See that okta_org_url is an Okta org, and look into its System Log{trace}.",
    ),
    Cause(
        "sign_in.mfa_required",
        SIGN_IN,
        "status MFA_REQUIRED",
        "Okta asks the test user for a second factor ({factors}); the proof signs in with a password only.",
        PASSWORD_ONLY,
    ),
    Cause(
        "sign_in.mfa_enroll",
        SIGN_IN,
        "status MFA_ENROLL",
        "Okta wants the test user to enrol a second factor first ({factors}).",
        "Exclude the test user's group from the required enrolment in the authenticator enrolment policy.",
    ),
    Cause(
        "sign_in.password_expired",
        SIGN_IN,
        "status PASSWORD_EXPIRED",
        "The test user's password has expired.",
        "Set a new password, and give the test user's group a password policy without expiry.",
    ),
    Cause(
        "sign_in.locked_out",
        SIGN_IN,
        "status LOCKED_OUT, where the password policy shows it",
        "The test user is locked out.",
        "Unlock the user in Okta, then look for who else signs in with this name.",
    ),
    Cause(
        "sign_in.unfinished",
        SIGN_IN,
        "status PASSWORD_WARN, RECOVERY or any other",
        "Okta ends the sign-in in the state {status}.",
        "Sign this user in once in a browser and finish what it asks.",
    ),
    Cause(
        "page.not_assigned",
        ASSIGNMENT,
        'the page "App Not Assigned"',
        "The user is not assigned to the app in Okta, or the assignment is in error.",
        "Assign the user, or a group that the user is in, to the app and check the assignment's status.",
    ),
    Cause(
        "page.denied",
        ASSIGNMENT,
        'the page "App Access Locked"',
        "The app's sign-in policy denies this user.",
        "Look at the rules of the app's sign-in policy: one that says Denied applies to this user.",
    ),
    Cause(
        "page.off_the_org",
        FORM,
        "a redirect to another host",
        "Okta sends the browser off to {host}, which is not the org.",
        "A routing rule sends this user to another identity provider, or the app has an error page of its own for "
        "people who are not assigned: check the assignment and the routing rules.",
    ),
    Cause(
        "page.redirects",
        FORM,
        "redirects without end",
        "More than {count} redirects in the org.",
        "Open the app's sign-on URL in a browser.",
    ),
    Cause(
        "page.other_provider",
        FORM,
        "a form with SAMLRequest in place of SAMLResponse",
        "Okta sends the user on to another identity provider.",
        "Use a test user whom no routing rule sends elsewhere, or pass saml_response from outside.",
    ),
    Cause(
        "page.password_again",
        FORM,
        "the page that asks for the password again",
        "The app's sign-in policy asks for the password again.",
        "Set the rule's re-authentication frequency to two minutes or more.",
    ),
    Cause(
        "page.extra_verification",
        FORM,
        'the page "Extra Verification"',
        "The app's sign-on policy asks the user for a second factor.",
        PASSWORD_ONLY,
    ),
    Cause(
        "page.sign_in",
        FORM,
        "the sign-in page with HTTP 200",
        "Okta shows its sign-in page instead of the app: the app's sign-in policy wants more than the password, or "
        "asks for it every time.",
        PASSWORD_ONLY + " Re-authentication every time is hit and miss; two minutes or more work.",
    ),
    Cause(
        "page.not_found",
        FORM,
        "HTTP 404",
        "Okta knows no active app at this URL.",
        "Compare sso_url with the Location of SingleSignOnService in the app's metadata, and see that the app is "
        "ACTIVE and of this org.",
    ),
    Cause(
        "page.bad_request",
        FORM,
        'HTTP 400, "Bad SAML request"',
        "Okta refuses the request ({heading}).",
        "With saml_request, compare its AssertionConsumerServiceURL or index, its issuer and its signature with "
        "the app's settings; without, check sso_url.",
    ),
    Cause(
        "page.two_responses",
        FORM,
        "several inputs named SAMLResponse",
        "Okta's page has more than one SAMLResponse.",
        "Look at sso_url: it should be the Location of SingleSignOnService in the app's metadata.",
    ),
    Cause(
        "page.other",
        FORM,
        "any other page without SAMLResponse",
        "Okta answers HTTP {status} with a page without a SAML response ({heading}).",
        "Open sso_url in a browser as this user and see what it shows.",
    ),
)
