# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Data accessors: what an independent software vendor may search in an application with Identity Center.

Source: the service model; https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/data-accessors.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..compare import canonical, fingerprint, is_empty, same_unordered
from ..placeholder import ACCOUNT, MARK
from ..resource import State
from .table import SERVICE, ServiceResource, Spec

IDENTITY_CENTER = "AWS_IAM_IDC"
ACTIONS = "actionConfigurations"
DETAIL = "authenticationDetail"
TRUSTED_ISSUER = "AWS_IAM_IDC_TTI"
#: Parts of a filter whose order says nothing.
SETS = frozenset({"andAllFilters", "orAllFilters", "stringListValue"})


def filter_meaning(value: Any, name: str = "") -> Any:
    """A filter of document attributes, at any depth, without what says nothing: order, empty parts, zones of dates."""
    if isinstance(value, Mapping):
        told = {key: filter_meaning(item, str(key)) for key, item in value.items()}
        return {
            key: item for key, item in told.items() if not is_empty(item) or key in ("stringValue", "stringListValue")
        }
    if isinstance(value, (list, tuple)):
        items = [filter_meaning(item) for item in value]
        return sorted(items, key=fingerprint) if name in SETS else items
    return canonical(value)


def same_actions(wanted: Any, current: Any) -> bool:
    """The actions are a set, each with its whole filter."""
    return same_unordered(*([filter_meaning(action) for action in actions or []] for actions in (wanted, current)))


def carry_detail(current: Any, wanted: Any) -> Any:
    """The detail is replaced whole. Of another type, the configuration of the old one does not fit."""
    kept = dict(current or {})
    if wanted.get("authenticationType") != kept.get("authenticationType"):
        kept.pop("authenticationConfiguration", None)
    return {**kept, **wanted}


def _checks(wanted: Mapping[str, Any], current: State | None) -> Iterator[str]:
    detail = wanted.get(DETAIL) or {}
    there = (current or {}).get(DETAIL) or {}
    if detail.get("authenticationType") == TRUSTED_ISSUER:
        configuration = detail.get("authenticationConfiguration")
        if not configuration and there.get("authenticationType") != TRUSTED_ISSUER:
            yield (
                "authentication_detail.authentication_configuration: is required with authentication_type "
                f"{TRUSTED_ISSUER}; it holds the ARN of the trusted token issuer"
            )


def _service_checks(resource: ServiceResource, current: State | None) -> Iterator[str]:
    """Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/data-accessors.html"""
    if current is None:
        application = resource.aws.get(SERVICE, "GetApplication", **resource.parents) or {}
        kind = application.get("identityType")
        if application and kind != IDENTITY_CENTER:
            yield (
                f"application_id: the application {application.get('displayName')} has the identity type {kind}; data "
                f"accessors are for applications with IAM Identity Center ({IDENTITY_CENTER}) only"
            )


def _predict(_ids: Mapping[str, str], _wanted: Mapping[str, Any]) -> dict[str, Any]:
    center = f"arn:aws:sso::{ACCOUNT}:application/ssoins-{MARK}{'0' * 8}/apl-{MARK}{'0' * 8}"
    return {"idcApplicationArn": center}


def _facts(state: State) -> dict[str, Any]:
    return {"idc_application_arn": str(state.get("idcApplicationArn") or "")}


def _removal_loss(_resource: ServiceResource, current: State) -> list[str]:
    name = f"{current.get('displayName')} ({current.get('dataAccessorId')})"
    return [
        f"data accessor {name}: {current.get('principal')} can no longer search the application",
        f"its Identity Center application {current.get('idcApplicationArn')}, with the people assigned to it",
    ]


DATA_ACCESSOR = Spec(
    noun="data_accessor",
    kind="DataAccessor",
    id_member="dataAccessorId",
    arn_member="dataAccessorArn",
    arn_path="application/{applicationId}/data-accessor/{dataAccessorId}",
    parents=("applicationId",),
    list_operation="ListDataAccessors",
    list_key="dataAccessors",
    page_size=10,
    # It has no status: what the service has accepted, is.
    ready=lambda _state: True,
    hidden=frozenset({"status"}),
    comparators={ACTIONS: same_actions},
    carry={DETAIL: carry_detail},
    loss=(
        "Another principal means a new data accessor: the Identity Center application of this one, with the people "
        "assigned to it, would be lost. To go on, remove it with state=absent first, or give the new one another "
        "display_name."
    ),
    checks=_checks,
    service_checks=_service_checks,
    predict=_predict,
    facts=_facts,
    removal_loss=_removal_loss,
)

OPTIONS: dict[str, Any] = {
    "application_id": {"type": "str", "required": True},
    "data_accessor_id": {"type": "str"},
    "display_name": {"type": "str"},
    "principal": {"type": "str"},
    "action_configurations": {
        "type": "list",
        "elements": "dict",
        "options": {
            "action": {"type": "str", "default": "qbusiness:SearchRelevantContent"},
            "filter_configuration": {
                "type": "dict",
                "options": {"document_attribute_filter": {"type": "dict"}},
            },
        },
    },
    "authentication_detail": {
        "type": "dict",
        "options": {
            "authentication_type": {
                "type": "str",
                "choices": [TRUSTED_ISSUER, "AWS_IAM_IDC_AUTH_CODE"],
                "required": True,
            },
            "authentication_configuration": {
                "type": "dict",
                "options": {
                    "idc_trusted_token_issuer_configuration": {
                        "type": "dict",
                        "no_log": False,
                        "options": {"idc_trusted_token_issuer_arn": {"type": "str", "no_log": False}},
                    },
                },
            },
            "external_ids": {"type": "list", "elements": "str"},
        },
    },
}
