# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rows of the variables of an application, its web experience and its API client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from ....module_utils.federation.host_variables import text_list
from ....module_utils.qbusiness.web_experience import FILES
from ..values import listed, shown
from .common import aws_tags, boundary, bucket, is_https, key_arn, role, secret_arn, service_id, switch, url
from .limits import NAME, of_service
from .row import Row, matching

#: Key of ``qbusiness_web_experience_theme`` → what the service calls it.
THEME = {"css": "customCSSUrl", "logo": "logoUrl", "font": "fontUrl", "favicon": "faviconUrl"}


def rows() -> list[Row]:
    """Return the rows."""
    return [*_application(), *_web_experience(), *_api_client(), *_run()]


def _application() -> list[Row]:
    return [
        of_service(
            "qbusiness_application_display_name", "qbusiness", "CreateApplication.displayName", "assistant", NAME
        ),
        of_service(
            "qbusiness_application_description", "qbusiness", "CreateApplication.description", "Answers of our handbook"
        ),
        service_id("qbusiness_application_id", "an application"),
        of_service(
            "qbusiness_application_identity_provider_arn",
            "qbusiness",
            "CreateApplication.iamIdentityProviderArn",
            "arn:aws:iam::123456789012:saml-provider/okta-acme",
            "characters that are the ARN of an identity provider",
        ),
        *role("qbusiness_application_role"),
        boundary("qbusiness_application_permissions_boundary"),
        key_arn("qbusiness_application_kms_key_arn"),
        switch("qbusiness_application_q_apps"),
        switch("qbusiness_application_citations"),
        switch("qbusiness_application_search"),
        switch("qbusiness_application_attachments"),
        url("qbusiness_application_saml_audiences[]", "https://signin.aws.amazon.com/saml"),
        Row("qbusiness_application_url", _own_url, "Allowed is a URL such as https://portal.example.com."),
        aws_tags("qbusiness_application_tags"),
    ]


def _own_url(value: Any) -> Iterator[tuple[str, str]]:
    """The paths of a sign-in are put after it, so it has neither a query nor one of them."""
    if not is_https(value):
        yield "", f"{shown(value)} is not a URL of https with a host and without a user, a query and a fragment"
    elif urlsplit(str(value)).path.rstrip("/").endswith(("/saml", "/authorization-code/callback")):
        yield "", f"{shown(value)} ends with the path of a sign-in, which the collection puts after the URL itself"


def _web_experience() -> list[Row]:
    create = "CreateWebExperience."
    saml = "identityProviderConfiguration.samlConfiguration.authenticationUrl"
    return [
        service_id("qbusiness_web_experience_id", "a web experience"),
        of_service("qbusiness_web_experience_title", "qbusiness", create + "title", "Ask Acme"),
        of_service("qbusiness_web_experience_subtitle", "qbusiness", create + "subtitle", "Answers from our documents"),
        of_service("qbusiness_web_experience_welcome_message", "qbusiness", create + "welcomeMessage", "Welcome"),
        switch("qbusiness_web_experience_sample_prompts"),
        Row(
            "qbusiness_web_experience_origins",
            _origins,
            "Allowed are up to 10 origins such as https://intranet.example.com.",
        ),
        of_service(
            "qbusiness_web_experience_sso_url",
            "qbusiness",
            create + saml,
            "https://example.okta.com/app/example/exk1abcd2EFGH3ijk4l5/sso/saml",
            "characters that are a URL of https",
        ),
        secret_arn("qbusiness_web_experience_client_secret_arn"),
        key_arn("qbusiness_web_experience_client_secret_kms_key_arn"),
        *role("qbusiness_web_experience_secrets_role"),
        of_service(
            "qbusiness_web_experience_browser_extensions[]",
            "qbusiness",
            create + "browserExtensionConfiguration.enabledBrowserExtensions[]",
            "CHROME",
        ),
        bucket("qbusiness_web_experience_theme_bucket"),
        *(_theme(key, FILES[member][1]) for key, member in THEME.items()),
        aws_tags("qbusiness_web_experience_tags"),
    ]


def _origins(value: Any) -> Iterator[tuple[str, str]]:
    origins = text_list(value)
    if len(origins) > 10:
        yield "", f"{len(origins)} origins are too many"
    for number, origin in enumerate(origins):
        parts = urlsplit(str(origin).rstrip("/"))
        if parts.scheme not in ("http", "https") or not parts.netloc or parts.path or parts.query or parts.fragment:
            yield f"[{number}]", f"{shown(origin)} is not an origin"


def _theme(key: str, endings: tuple[str, ...]) -> Row:
    def check(value: Any) -> Iterator[tuple[str, str]]:
        parts = urlsplit(str(value))
        if parts.query or parts.fragment:
            yield "", f"{shown(value)} has a query or a fragment; a presigned URL is not possible"
        elif not parts.path.endswith(endings):
            yield "", f"{shown(value)} does not end with {listed(endings, 'or')}"

    return Row(
        f"qbusiness_web_experience_theme.{key}",
        check,
        f"Allowed is the key of a file in the theme bucket, or its URL, that ends with {listed(endings, 'or')}, such "
        f"as acme{endings[0]}.",
    )


def _api_client() -> list[Row]:
    return [
        *role("qbusiness_api_client_role"),
        boundary("qbusiness_api_client_permissions_boundary"),
        url("qbusiness_api_client_saml_audiences[]", "https://signin.aws.amazon.com/saml"),
        aws_tags("qbusiness_api_client_tags"),
    ]


def _region(variable: str) -> Row:
    return Row(
        variable,
        matching(r"[a-z]{2}(-[a-z]+)+-\d+", "is not an AWS region"),
        "Allowed is a region of Amazon Q Business, such as us-east-1.",
        {"pattern": r"^([a-z]{2}(-[a-z]+)+-\d+)?$"},
    )


def _run() -> list[Row]:
    return [
        _region("qbusiness_region"),
        _region("federation_region"),
    ]
