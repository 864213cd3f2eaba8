# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The application's resource policy (reference section 4.14)."""

from __future__ import annotations

import json
from typing import Any

from qbusiness_sandbox.qbusiness.engine import Answer, handles
from qbusiness_sandbox.qbusiness.errors import missing
from qbusiness_sandbox.qbusiness.kinds import APPLICATION
from qbusiness_sandbox.qbusiness.service import Call


@handles("AssociatePermission")
def associate(call: Call) -> Answer:
    call.active(APPLICATION)
    params = call.params
    actions = params["actions"]
    statement: dict[str, Any] = {
        "Sid": params["statementId"],
        "Effect": "Allow",
        "Principal": {"AWS": params["principal"]},  # guess: 20
        # The sample in AWS's handler has a plain string for one action (PolicyParser.java).
        "Action": actions[0] if len(actions) == 1 else actions,
        "Resource": [call.application.arn],
    }
    conditions: dict[str, dict[str, list[str]]] = {}
    for item in params.get("conditions", []):
        conditions.setdefault(item["conditionOperator"], {})[item["conditionKey"]] = item["conditionValues"]
    if conditions:
        statement["Condition"] = conditions
    call.application_parts.statements[params["statementId"]] = statement  # guess: 2, the same id is overwritten
    return {"statement": json.dumps(statement)}


@handles("DisassociatePermission")
def disassociate(call: Call) -> None:
    if call.application_parts.statements.pop(call.params["statementId"], None) is None:
        raise missing("Statement", call.params["statementId"])


@handles("GetPolicy")
def get_policy(call: Call) -> Answer:
    statements = list(call.application_parts.statements.values())
    if not statements:
        return {}  # guess: 19
    return {"policy": json.dumps({"Version": "2012-10-17", "Statement": statements})}
