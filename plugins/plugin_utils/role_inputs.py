# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Turn variables of an inventory into options of modules: what roles need beyond passing a value on. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..module_utils.federation.host_variables import is_set

#: The prefix of the attributes that AWS reads in an assertion.
#: Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html
SAML_ATTRIBUTES = "https://aws.amazon.com/SAML/Attributes"
#: The Okta expression of a person's email, which Amazon Q Business knows people by.
EMAIL = "user.email"
#: Spellings of a switch that is on or off, in Ansible and in surveys. A module rejects others.
SWITCH = {
    **dict.fromkeys(("true", "yes", "on", "1"), "ENABLED"),
    **dict.fromkeys(("false", "no", "off", "0"), "DISABLED"),
}
#: Options of the theme by the keys of the variable.
THEME = {"css": "custom_css_url", "logo": "logo_url", "font": "font_url", "favicon": "favicon_url"}


def not_set(options: Mapping[str, Any]) -> list[str]:
    """Return the names of the options whose variables are not set."""
    return [str(name) for name, value in options.items() if not is_set(value)]


def switch(value: Any, default: str) -> str:
    """Return what the service calls a switch that is on or off.

    :param default: the answer where the variable is not set
    """
    return SWITCH.get(str(value).lower(), str(value)) if is_set(value) else default


def auto_subscription(tier: Any) -> dict[str, str]:
    """Return the auto-subscription for a tier, ``DISABLED``, or (where it is not set) that of a new application."""
    if tier == "DISABLED":
        return {"auto_subscribe": "DISABLED"}
    return {"auto_subscribe": "ENABLED", "default_subscription_type": str(tier) if is_set(tier) else "Q_LITE"}


def saml_statements(
    principal_tags: Mapping[str, str],
    email: str,
    session_name: str,
    role_values: Sequence[str],
    role_values_absent: Sequence[str],
) -> list[dict[str, Any]]:
    """Return the attribute statements of an Okta SAML app for Amazon Q Business.

    An expression that is not set counts for a new statement alone.
    Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/create-application-iam-okta.html
    """
    statements = [
        _statement("PrincipalTag:Email", email),
        _statement("RoleSessionName", session_name),
        *(_statement(f"PrincipalTag:{tag}", expression) for tag, expression in principal_tags.items()),
    ]
    if role_values or role_values_absent:
        role = {"values": list(role_values), "values_absent": list(role_values_absent), "exact": False}
        statements.append({"name": f"{SAML_ATTRIBUTES}/Role", **role})
    return statements


def _statement(name: str, expression: Any) -> dict[str, Any]:
    known = is_set(expression)
    return {
        "name": f"{SAML_ATTRIBUTES}/{name}",
        "values": [str(expression) if known else EMAIL],
        "initially": not known,
    }


def acs_endpoints(urls: Iterable[str]) -> list[dict[str, str]]:
    """Return assertion consumer service URLs as the option ``acs_endpoints`` takes them."""
    return [{"url": str(url)} for url in urls]


def saml_audiences(url: Any) -> list[str]:
    """Return the recipients of an assertion that a role accepts.

    :param url: the URL of an application that has no web experience; empty for others
    """
    own = [str(url).rstrip("/") + "/saml"] if is_set(url) else []
    return ["https://signin.aws.amazon.com/saml", *own]


def sign_in(sso_url: Any, secret_arn: Any, secrets_role_arn: Any) -> dict[str, Any]:
    """Return the option ``identity_provider_configuration`` of a web experience; empty where nothing is known.

    :param sso_url: of an Okta SAML app
    :param secret_arn: of the client secret of an OpenID Connect app
    :param secrets_role_arn: of the role that reads it
    """
    if secret_arn:
        return {"open_id_connect_configuration": {"secrets_arn": secret_arn, "secrets_role": secrets_role_arn}}
    return {"saml_configuration": {"authentication_url": sso_url}} if sso_url else {}


def retriever_configuration(kendra_index_id: Any, index_id: str) -> dict[str, Any]:
    """Return the option ``configuration`` of a retriever.

    :param kendra_index_id: of an Amazon Kendra index; empty for a native one
    :param index_id: of the native index
    """
    if kendra_index_id:
        return {"kendra_index_configuration": {"index_id": kendra_index_id}}
    return {"native_index_configuration": {"index_id": index_id}}


def server_rule(name: Any, grant_types: Sequence[str]) -> dict[str, Any]:
    """Return the option ``rule`` of an authorization server; empty where neither variable is set."""
    return {
        **({"name": str(name)} if is_set(name) else {}),
        **({"grant_types": list(grant_types)} if grant_types else {}),
    }


def theme_urls(theme: Mapping[str, Any], bucket: str) -> dict[str, str]:
    """Return the URLs of the files of a theme by option; a key of the bucket becomes a URL, an empty one clears."""
    base = _theme_base(bucket) if bucket else ""
    files = {option: str(theme[key] or "") for key, option in THEME.items() if key in theme}
    return {option: base + file if file and "://" not in file else file for option, file in files.items()}


def theme_objects(urls: Mapping[str, Any] | None, bucket: str, arn: str) -> list[str]:
    """Return the ARNs of the files of a theme that are in the bucket, by whichever name the theme has them.

    :param urls: ``customization_configuration`` of the web experience
    :param arn: any ARN of the partition
    """
    base, partition = _theme_base(bucket), arn.split(":")[1]
    found = [str(url) for url in (urls or {}).values() if str(url).startswith(base)]
    return [f"arn:{partition}:s3:::{bucket}/{url.removeprefix(base)}" for url in found]


def _theme_base(bucket: str) -> str:
    return f"https://{bucket}.s3.amazonaws.com/"
