# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Web experiences (reference section 4.6)."""

from __future__ import annotations

import secrets
import string
from typing import Any
from urllib.parse import quote

from qbusiness_sandbox.qbusiness.applications import ANONYMOUS, OIDC, PROVIDERS, SAML
from qbusiness_sandbox.qbusiness.engine import Answer, create, handles, settled, update
from qbusiness_sandbox.qbusiness.errors import invalid
from qbusiness_sandbox.qbusiness.kinds import APPLICATION, WEB_EXPERIENCE
from qbusiness_sandbox.qbusiness.service import APPLICATION_PRINCIPAL, Call
from qbusiness_sandbox.qbusiness.store import Resource

#: The arm of the identity provider configuration that fits each identity type.
ARMS = {SAML: "samlConfiguration", OIDC: "openIDConnectConfiguration"}
PENDING = "PENDING_AUTH_CONFIG"
_LETTERS = string.ascii_lowercase + string.digits
# guess: 10, a provider block that was given cannot be taken away again
KEPT = (
    "title",
    "subtitle",
    "welcomeMessage",
    "samplePromptsControlMode",
    "origins",
    "roleArn",
    "identityProviderConfiguration",
    "browserExtensionConfiguration",
)


def _steady(call: Call, values: dict[str, Any]) -> str:
    """The status in which an experience rests. guess: 40 (that the IAM types need their provider block too)"""
    if call.identity_type == ANONYMOUS:
        return "ACTIVE"
    complete = "roleArn" in values
    if call.identity_type in PROVIDERS:
        complete = complete and "identityProviderConfiguration" in values
    return "ACTIVE" if complete else PENDING


def _check(call: Call) -> None:
    params = call.params
    provider = params.get("identityProviderConfiguration")
    if provider is not None:
        # guess: 40 (the class); without an identity type both arms are taken
        wanted = ARMS.get(call.identity_type)
        if wanted is None and call.identity_type:
            raise invalid(
                f"identityProviderConfiguration is not for {call.identity_type}", "identityProviderConfiguration"
            )
        if wanted is not None and wanted not in provider:
            raise invalid(f"{call.identity_type} needs {wanted}", "identityProviderConfiguration")
        if "openIDConnectConfiguration" in provider:
            role = provider["openIDConnectConfiguration"]["secretsRole"]
            member = "identityProviderConfiguration.openIDConnectConfiguration.secretsRole"
            call.check_role(role, APPLICATION_PRINCIPAL, member)
    extensions = params.get("browserExtensionConfiguration", {}).get("enabledBrowserExtensions", [])
    if extensions and call.identity_type == SAML:
        # https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/browser-extensions.html; guess: 40 (the class)
        raise invalid("The browser extension is not supported for SAML", "browserExtensionConfiguration")
    role_arn = params.get("roleArn")
    if role_arn is not None and call.identity_type in PROVIDERS:
        reason = call.service.role_federates(role_arn, call.application.values["iamIdentityProviderArn"])
        if reason:
            # guess: 35
            raise invalid(f"The role {role_arn} cannot be used: {reason}", "roleArn")
    else:
        call.check_role(role_arn, APPLICATION_PRINCIPAL)


def _customized(call: Call, present: dict[str, str]) -> dict[str, Any]:
    given = call.params.get("customizationConfiguration")
    if given is None:
        return {}
    # guess: 11
    merged = {**present, **given} if call.service.option("customization_merge", True) else given
    return {"customizationConfiguration": merged}


@handles("CreateWebExperience")
def create_experience(call: Call) -> Answer:
    _check(call)
    call.active(APPLICATION)
    values = {**call.given(*KEPT), **_customized(call, {})}
    name = "".join(secrets.choice(_LETTERS) for _unused in range(8))
    values["defaultEndpoint"] = f"https://{name}.chat.qbusiness.{call.service.cloud.region}.on.aws/"

    def arrive(resource: Resource) -> None:
        resource.progress.final = _steady(call, resource.values)

    return create(call, WEB_EXPERIENCE, values, arrive=arrive)


@handles("UpdateWebExperience")
def update_experience(call: Call) -> None:
    _check(call)
    resource = call.resource(WEB_EXPERIENCE)
    settled(call, resource)
    values = call.given(*KEPT, "authenticationConfiguration")
    values |= _customized(call, resource.values.get("customizationConfiguration", {}))

    def arrive() -> None:
        if resource.progress.final != "FAILED":
            resource.progress.final = _steady(call, resource.values)

    update(call, resource, values, arrive=arrive)


@handles("CreateAnonymousWebExperienceUrl")
def create_anonymous_url(call: Call) -> Answer:
    resource = call.resource(WEB_EXPERIENCE)
    if call.identity_type != ANONYMOUS:
        # guess: 40 (the class)
        raise invalid("The application is not anonymous")
    if resource.progress.status != "ACTIVE":
        resource.progress.look()
        raise invalid(f"The web experience {resource.id} is not ACTIVE")
    return {"anonymousUrl": f"{resource.values['defaultEndpoint']}anonymous?token={quote(secrets.token_urlsafe(24))}"}
