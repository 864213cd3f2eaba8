# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Applications (reference section 4.1)."""

from __future__ import annotations

import hashlib

from qbusiness_sandbox.qbusiness.controls import initial_controls
from qbusiness_sandbox.qbusiness.engine import Answer, check_quota, create, handles, settled, update
from qbusiness_sandbox.qbusiness.errors import denied, invalid
from qbusiness_sandbox.qbusiness.kinds import APPLICATION
from qbusiness_sandbox.qbusiness.parts import ApplicationParts
from qbusiness_sandbox.qbusiness.service import SERVICE_PRINCIPAL, Call

SAML, OIDC, IDC = "AWS_IAM_IDP_SAML", "AWS_IAM_IDP_OIDC", "AWS_IAM_IDC"
QUICKSIGHT, ANONYMOUS = "AWS_QUICKSIGHT_IDP", "ANONYMOUS"
#: The identity types that IAM federates, and how their provider's ARN begins after the account.
PROVIDERS = {SAML: "saml-provider/", OIDC: "oidc-provider/"}
MODES = ("attachmentsConfiguration", "qAppsConfiguration", "personalizationConfiguration")
KEPT = (
    "displayName",
    "description",
    "roleArn",
    "identityType",
    "iamIdentityProviderArn",
    "clientIdsForOIDC",
    "encryptionConfiguration",
    "quickSightConfiguration",
    *MODES,
)


def _defaults(identity_type: str) -> Answer:
    """What the service fills in by identity type. guess: 15"""
    on = "DISABLED" if identity_type == ANONYMOUS else "ENABLED"
    return {
        "attachmentsConfiguration": {"attachmentsControlMode": on},
        "qAppsConfiguration": {"qAppsControlMode": on},
        "personalizationConfiguration": {"personalizationControlMode": on},
    }


def _check_identity(call: Call) -> None:
    params = call.params
    identity_type = params.get("identityType", "")
    provider = params.get("iamIdentityProviderArn", "")
    if identity_type in PROVIDERS:
        if not provider:
            raise invalid(f"iamIdentityProviderArn is required for {identity_type}", "iamIdentityProviderArn")
        # guess: 37
        if not provider.partition(":iam::")[2].partition(":")[2].startswith(PROVIDERS[identity_type]):
            raise invalid(f"{provider} is no identity provider for {identity_type}", "iamIdentityProviderArn")
        if not call.service.provider_exists(provider):
            raise invalid(f"The identity provider {provider} does not exist", "iamIdentityProviderArn")
    elif provider:
        # guess: 37
        raise invalid("iamIdentityProviderArn is only for the identity types of IAM", "iamIdentityProviderArn")
    if identity_type == OIDC and not params.get("clientIdsForOIDC"):
        # guess: 37
        raise invalid(f"clientIdsForOIDC is required for {OIDC}", "clientIdsForOIDC")
    if identity_type == IDC and "identityCenterInstanceArn" not in params:
        raise invalid(f"identityCenterInstanceArn is required for {IDC}", "identityCenterInstanceArn")
    if identity_type == QUICKSIGHT and "quickSightConfiguration" not in params:
        raise invalid(f"quickSightConfiguration is required for {QUICKSIGHT}", "quickSightConfiguration")


def center_application(call: Call, instance_arn: str, salt: str) -> str:
    """The ARN of the Identity Center application that the service makes in an instance."""
    instance = instance_arn.rpartition("/")[2]
    mark = hashlib.sha256(salt.encode()).hexdigest()[:16]
    return f"arn:aws:sso::{call.service.cloud.account_id}:application/{instance}/apl-{mark}"


@handles("CreateApplication")
def create_application(call: Call) -> Answer:
    if call.service.option("closed_to_new_customers", False):
        raise denied("Amazon Q Business is no longer open to new customers.")
    _check_identity(call)
    resource_id = call.service.new_id()
    role = call.params.get("roleArn")
    if role is not None:
        source = call.service.arn(f"application/{resource_id}")
        reason = call.service.role_trusts(role, SERVICE_PRINCIPAL, source)
        if reason:
            # guess: 35
            raise invalid(f"The role {role} cannot be used: {reason}", "roleArn")
    check_quota(call, APPLICATION)
    identity_type = call.params.get("identityType", "")
    values = {**_defaults(identity_type), **call.given(*KEPT)}
    instance = call.params.get("identityCenterInstanceArn")
    if instance:
        values["identityCenterApplicationArn"] = center_application(call, instance, resource_id)
    parts = ApplicationParts(initial_controls())
    hidden = call.given("identityCenterInstanceArn")
    return create(call, APPLICATION, values, hidden=hidden, resource_id=resource_id, parts=parts)


@handles("UpdateApplication")
def update_application(call: Call) -> None:
    resource = call.application
    call.check_role(call.params.get("roleArn"))
    automatic = call.params.get("autoSubscriptionConfiguration", {})
    if automatic.get("autoSubscribe") == "ENABLED" and "defaultSubscriptionType" not in automatic:
        raise invalid(
            "defaultSubscriptionType is required when autoSubscribe is ENABLED",
            "autoSubscriptionConfiguration.defaultSubscriptionType",
        )
    settled(call, resource)
    instance = call.params.get("identityCenterInstanceArn")
    values = call.given("displayName", "description", "roleArn", "autoSubscriptionConfiguration", *MODES)
    if instance and "identityCenterApplicationArn" not in resource.values:
        # The documented move of an application from before identity types; for another it changes nothing. guess: 29
        values["identityCenterApplicationArn"] = center_application(call, instance, resource.id)
        resource.hidden["identityCenterInstanceArn"] = instance
    update(call, resource, values)
