# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Applications. Source: the service model; aws-qbusiness reference, "Application"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .. import model
from ..compare import same_encryption, same_unordered
from ..resource import State
from . import losses
from .initially import naming
from .table import ServiceResource, Spec

#: Identity types of IAM federation, with the kind of provider each needs.
#: Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/create-application-iam.html
PROVIDER_OF = {"AWS_IAM_IDP_SAML": "saml-provider", "AWS_IAM_IDP_OIDC": "oidc-provider"}
#: What the service takes and does not show.
INSTANCE_ARN = "identityCenterInstanceArn"
#: All identity types; those that are not of federation can be managed, but nothing here signs people in to them.
IDENTITY_TYPES = (*PROVIDER_OF, "AWS_IAM_IDC", "AWS_QUICKSIGHT_IDP", "ANONYMOUS")
#: An Identity Center application's ARN names its instance.
#: guess: that both ARNs hold the same ``ssoins-…`` is not documented, and seen in every example of AWS.
_INSTANCE = re.compile(r"arn:(?P<partition>[a-z0-9-]+):sso::\d{12}:application/(?P<instance>(?:sso)?ins-[^/]+)/.*")


def seen(state: State) -> State:
    """With the Identity Center instance, which the service takes and never shows: it shows the application that it
    made there."""
    match = _INSTANCE.fullmatch(str(state.get("identityCenterApplicationArn") or ""))
    if match is None:
        return state
    return {**state, INSTANCE_ARN: f"arn:{match['partition']}:sso:::instance/{match['instance']}"}


#: Members that go with one identity type only, and are required there.
GOES_WITH = {INSTANCE_ARN: "AWS_IAM_IDC", "quickSightConfiguration": "AWS_QUICKSIGHT_IDP"}


def _type_checks(wanted: Mapping[str, Any], current: State | None, kind: str) -> Iterator[str]:
    for member, fits in GOES_WITH.items():
        option = model.option_name(member)
        if kind == fits and current is None and not wanted.get(member):
            yield f"{option}: is required with identity_type {kind}"
        # guess: an application of the time before identity types may move to Identity Center, and has no type.
        if wanted.get(member) and kind and kind != fits:
            yield f"{option}: goes only with identity_type {fits}, not with {kind}"


def _checks(wanted: Mapping[str, Any], current: State | None) -> Iterator[str]:
    kind = wanted.get("identityType") or (current or {}).get("identityType")
    yield from _type_checks(wanted, current, str(kind or ""))
    provider = str(wanted.get("iamIdentityProviderArn") or (current or {}).get("iamIdentityProviderArn") or "")
    expected = PROVIDER_OF.get(str(kind))
    if expected and not provider:
        yield f"iam_identity_provider_arn: is required with identity_type {kind}; it is the ARN of the IAM {expected}"
    elif expected and f":{expected}/" not in provider and {"identityType", "iamIdentityProviderArn"} & set(wanted):
        yield f"iam_identity_provider_arn: {provider!r} is no {expected}, which identity_type {kind} needs"
    clients = wanted.get("clientIdsForOIDC")
    if kind == "AWS_IAM_IDP_OIDC" and current is None and not clients:
        yield "client_ids_for_oidc: is required with identity_type AWS_IAM_IDP_OIDC; it holds the Okta app's client id"
    if clients and kind and kind != "AWS_IAM_IDP_OIDC":
        yield f"client_ids_for_oidc: goes only with identity_type AWS_IAM_IDP_OIDC, not with {kind}"
    subscription = wanted.get("autoSubscriptionConfiguration") or {}
    kept = (current or {}).get("autoSubscriptionConfiguration") or {}
    tier = subscription.get("defaultSubscriptionType") or kept.get("defaultSubscriptionType")
    if subscription.get("autoSubscribe") == "ENABLED" and not tier:
        yield (
            "auto_subscription_configuration.default_subscription_type: is required when auto_subscribe is ENABLED; "
            "Q_LITE or Q_BUSINESS"
        )


def _removal_loss(resource: ServiceResource, current: State) -> list[str]:
    return [
        f"application {current.get('displayName')} ({current.get('applicationId')}) with all its conversations",
        *losses.application(resource.aws, str(current.get("applicationId"))),
    ]


APPLICATION = Spec(
    noun="application",
    kind="Application",
    id_member="applicationId",
    arn_member="applicationArn",
    arn_path="application/{applicationId}",
    parents=(),
    list_operation="ListApplications",
    list_key="applications",
    page_size=100,
    comparators={"clientIdsForOIDC": same_unordered, "encryptionConfiguration": same_encryption},
    seen=seen,
    loss=(
        "Another value means a new application: its index with all documents, its web experience with the URL that "
        "people use, its conversations and its subscriptions would be lost. To go on, remove it with state=absent "
        "first, or give the new one another display_name."
    ),
    checks=_checks,
    removal_loss=_removal_loss,
)


def _switch(name: str) -> dict[str, Any]:
    """A structure with one switch in it."""
    switch = {"type": "str", "choices": ["ENABLED", "DISABLED"], "required": True}
    return {"type": "dict", "options": {name: switch}}


OPTIONS: dict[str, Any] = {
    "application_id": {"type": "str"},
    "display_name": {"type": "str"},
    "description": {"type": "str"},
    "identity_type": {"type": "str", "choices": list(IDENTITY_TYPES)},
    "iam_identity_provider_arn": {"type": "str"},
    "identity_center_instance_arn": {"type": "str"},
    "quick_sight_configuration": {"type": "dict", "options": {"client_namespace": {"type": "str", "required": True}}},
    "client_ids_for_oidc": {"type": "list", "elements": "str"},
    "role_arn": {"type": "str"},
    "encryption_configuration": {"type": "dict", "options": {"kms_key_id": {"type": "str", "no_log": False}}},
    "attachments_configuration": _switch("attachments_control_mode"),
    "q_apps_configuration": _switch("q_apps_control_mode"),
    "personalization_configuration": _switch("personalization_control_mode"),
    "auto_subscription_configuration": {
        "type": "dict",
        "options": {
            "auto_subscribe": {"type": "str", "choices": ["ENABLED", "DISABLED"]},
            "default_subscription_type": {"type": "str", "choices": ["Q_LITE", "Q_BUSINESS"]},
        },
    },
}
OPTIONS |= naming(OPTIONS, "application_id", "display_name")
