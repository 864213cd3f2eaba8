# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows of the variables of an identity: its Okta app, authorization server, client secret and provider in IAM."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ....module_utils.iam import issuers
from ....module_utils.okta import principal_tags, statements
from ....module_utils.okta.client_secret_store import RECOVERY
from ..values import shown
from .common import OKTA_APP_ID, aws_tags, key_arn, redirect_uri, url
from .limits import of_service, tags
from .row import Row, between, both, long, matching

APP_ID = "0oa1abcd2EFGH3ijk4l5"
ISSUER = "https://example.okta.com/oauth2/default"
CLIENT_ID = r"[A-Za-z0-9$\-_.+!*'(),]{6,100}"
#: guess: the Apps API names no limit of a label, and the console takes 100 characters.
LABEL = (1, 100)


def rows() -> list[Row]:
    """Return the rows."""
    return [*_saml(), *_oidc(), *_server(), *_secret(), *_provider()]


def _label(variable: str) -> Row:
    return Row(
        variable,
        long(*LABEL),
        f"Allowed are {LABEL[0]} to {LABEL[1]} characters, such as Amazon Q Business.",
        {"minLength": LABEL[0], "maxLength": LABEL[1]},
    )


def _names(variable: str, what: str, example: str) -> Row:
    return Row(f"{variable}[]", long(1, 255), f"Allowed are {what} of 1 to 255 characters, such as {example}.")


def _expression(path: str) -> Row:
    def check(value: Any) -> Iterator[tuple[str, str]]:
        # Judged beside an Email that is right: only this expression is in question.
        if any(principal_tags.faults({"Email": str(value)}, "flat")):
            yield "", f"{shown(value)} is not an Okta expression"

    return Row(path, check, "Allowed is an expression whose quotes and brackets pair, such as user.email.")


def _saml() -> list[Row]:
    acs = "https://abcd1234.chat.qbusiness.us-east-1.on.aws/saml"
    return [
        _label("okta_saml_app_label"),
        Row(
            "okta_app_id", matching(OKTA_APP_ID, "is not the ID of an Okta app"), f"Allowed is an ID such as {APP_ID}."
        ),
        url("okta_saml_app_placeholder_url", "http://sampleurl.com"),
        url("okta_saml_app_acs_url", acs),
        url("okta_saml_app_requestable_urls[]", "https://portal.example.com/saml"),
        _pair("okta_saml_app_role_values[]"),
        _names("okta_saml_app_groups", "names of Okta groups", "Knowledge workers"),
        _names("okta_saml_app_users", "logins", "alice@example.com"),
        _expression("okta_saml_app_email_expression"),
        _expression("okta_saml_app_session_name_expression"),
        Row(
            "okta_saml_app_principal_tags",
            _saml_tags,
            "Allowed are tags by name, each an Okta expression, such as {department: user.department}.",
        ),
    ]


def _saml_tags(value: Any) -> Iterator[tuple[str, str]]:
    for name, expression in value.items():
        # Of all tags of the claim, Email is a statement of its own in an assertion.
        if any(principal_tags.faults({"Email": "user.email", name: expression}, "flat")):
            yield f".{name}", f"{shown(expression)} is not an Okta expression, or the name is not one of a tag"
        elif len(name) > statements.NAME_LIMIT:
            yield f".{name}", f"has a name of {len(name)} characters"


def _pair(path: str) -> Row:
    form = r"arn:aws[a-z-]*:iam::\d{12}:role/[^\s,]+,arn:aws[a-z-]*:iam::\d{12}:saml-provider/[^\s,]+"
    example = (
        "arn:aws:iam::123456789012:role/assistant-web-experience,arn:aws:iam::123456789012:saml-provider/okta-acme"
    )
    return Row(
        path,
        matching(form, "is not a value of the attribute Role"),
        f"Allowed are the ARN of a role, a comma and the ARN of a SAML provider, such as {example}.",
    )


def _oidc() -> list[Row]:
    methods = "client_secret_basic|client_secret_post|client_secret_jwt|private_key_jwt|none"
    return [
        _label("okta_oidc_app_label"),
        redirect_uri("okta_oidc_app_placeholder_redirect_uri"),
        redirect_uri("okta_oidc_app_redirect_uris[]"),
        redirect_uri("okta_oidc_app_post_logout_redirect_uris[]"),
        _names("okta_oidc_app_groups", "names of Okta groups", "Knowledge workers"),
        _names("okta_oidc_app_users", "logins", "alice@example.com"),
        Row(
            "okta_oidc_app_token_endpoint_auth_method",
            matching(methods, "is not supported"),
            f"Allowed are {methods.replace('|', ', ')}, such as client_secret_basic.",
            {"enum": ["", *methods.split("|")]},
        ),
        Row(
            "okta_oidc_app_grant_types",
            _code_grant,
            "Allowed are grants among which is authorization_code, such as [authorization_code, refresh_token].",
        ),
    ]


def _code_grant(value: Any) -> Iterator[tuple[str, str]]:
    if value and "authorization_code" not in value:
        yield "", f"[{', '.join(map(str, value))}] does not hold authorization_code, by which people sign in"


def _server() -> list[Row]:
    return [
        _full("okta_authorization_server_name", "the ID or the name of an authorization server", "default"),
        _full("okta_authorization_server_policy", "the name of an access policy", "Amazon Q Business"),
        _full("okta_authorization_server_rule", "the name of a rule", "Amazon Q Business"),
        Row(
            "okta_authorization_server_principal_tags",
            _server_tags,
            "Allowed are up to 50 tags by name, Email among them, each an Okta expression, such as {Email: "
            "user.email}.",
        ),
        Row(
            "okta_authorization_server_grant_types",
            _code_grant,
            "Allowed are grants among which is authorization_code, such as [authorization_code].",
        ),
        _client_id("okta_authorization_server_client_ids[]"),
    ]


def _full(variable: str, what: str, example: str) -> Row:
    # guess: Okta takes 255 characters of such names.
    return Row(variable, long(1, 255), f"Allowed is {what}, such as {example}.", {"minLength": 1, "maxLength": 255})


def _server_tags(value: Any) -> Iterator[tuple[str, str]]:
    for fault in principal_tags.faults(value, "nested"):
        place, _colon, wrong = fault.removeprefix("principal_tags").partition(": ")
        yield place, wrong.partition("; ")[0]


def _client_id(path: str) -> Row:
    return Row(
        path,
        matching(CLIENT_ID, "is not a client ID"),
        f"Allowed is the client ID of an OpenID Connect app, such as {APP_ID}.",
    )


def _secret() -> list[Row]:
    return [
        Row(
            "okta_client_secret_name",
            matching(r"[A-Za-z0-9/_+=.@-]{1,512}", "is not the name of a secret"),
            "Allowed are 1 to 512 letters, digits and / _ + = . @ -, such as qbusiness/assistant/client-secret.",
            {"pattern": "^[A-Za-z0-9/_+=.@-]{0,512}$"},
        ),
        key_arn("okta_client_secret_kms_key_arn"),
        Row(
            "okta_client_secret_app_id",
            matching(r"[0-9A-Za-z]{20}", "is not the ID of an Okta app"),
            f"Allowed is an ID such as {APP_ID}.",
        ),
        Row(
            "okta_client_secret_rotate_after_days",
            between(0, 36500),
            "Allowed are numbers of days from 1, or 0 for never, such as 90.",
            {"minimum": 0},
        ),
        Row(
            "okta_client_secret_recovery_window_days",
            between(*RECOVERY),
            f"Allowed are {RECOVERY[0]} to {RECOVERY[1]} days, such as {RECOVERY[1]}.",
            {"minimum": RECOVERY[0], "maximum": RECOVERY[1]},
        ),
        tags("okta_client_secret_tags", "secretsmanager", "CreateSecret"),
    ]


def _provider() -> list[Row]:
    length = of_service("iam_identity_provider_url", "iam", "CreateOpenIDConnectProvider.Url", ISSUER)
    return [
        of_service(
            "iam_identity_provider_name", "iam", "CreateSAMLProvider.Name", "okta-acme", "letters, digits and . _ -"
        ),
        Row(
            "iam_identity_provider_url",
            both(_issuer, length.check),
            "Amazon Q Business supports issuers of up to 255 characters of Okta authorization servers for OpenID "
            f"Connect, such as {ISSUER}.",
        ),
        Row(
            "iam_identity_provider_client_ids[]",
            matching(r"\S{1,255}", "is not a client ID"),
            f"Allowed is the client ID of an OpenID Connect app, such as {APP_ID}.",
        ),
        aws_tags("iam_identity_provider_tags"),
    ]


def _issuer(value: Any) -> Iterator[tuple[str, str]]:
    text = str(value)
    unsupported = issuers.unsupported(text)
    if unsupported:
        yield "", f"{shown(text)} is not supported: {unsupported.split('. ')[0].rstrip('.')}"
        return
    for fault in issuers.faults(text):
        yield "", f"{shown(text)} is not an issuer: {_reason(fault)}"


def _reason(fault: str) -> str:
    """Return the part of a fault of an issuer that says why."""
    for mark in (" ends ", " has a ", " is the "):
        if mark in fault:
            return "it" + mark + fault.partition(mark)[2].partition("; ")[0]
    return "it does not begin with https:// and a host"
