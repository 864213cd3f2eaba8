# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Data accessors (reference section 4.13)."""

from __future__ import annotations

from qbusiness_sandbox.qbusiness.applications import IDC, center_application
from qbusiness_sandbox.qbusiness.engine import Answer, check_quota, create, handles, update
from qbusiness_sandbox.qbusiness.errors import invalid
from qbusiness_sandbox.qbusiness.kinds import APPLICATION, DATA_ACCESSOR
from qbusiness_sandbox.qbusiness.service import Call

KEPT = ("actionConfigurations", "authenticationDetail", "displayName")


@handles("CreateDataAccessor")
def create_accessor(call: Call) -> Answer:
    if call.identity_type != IDC:
        # data-accessors.html: Identity Center only; guess: 49 (the class)
        raise invalid("Data accessors are for applications with IAM Identity Center only")
    call.active(APPLICATION)
    check_quota(call, DATA_ACCESSOR)
    accessor_id = call.service.new_id()
    center = center_application(call, call.application.hidden["identityCenterInstanceArn"], accessor_id)
    values = {**call.given("principal", *KEPT), "idcApplicationArn": center}
    return {**create(call, DATA_ACCESSOR, values, resource_id=accessor_id), "idcApplicationArn": center}


@handles("UpdateDataAccessor")
def update_accessor(call: Call) -> None:
    update(call, call.resource(DATA_ACCESSOR), call.given(*KEPT))
