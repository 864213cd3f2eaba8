# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The room of Q Business: routing, reading, carrying out, answering."""

from __future__ import annotations

import importlib
import json
import logging
from collections.abc import Mapping
from typing import Any

from werkzeug.wrappers import Request, Response

from qbusiness_sandbox.cloud import PRINCIPAL, Cloud, Operation
from qbusiness_sandbox.qbusiness import answering, engine, model, reading, routing
from qbusiness_sandbox.qbusiness.dumping import dump
from qbusiness_sandbox.qbusiness.errors import QError
from qbusiness_sandbox.qbusiness.kinds import TABLE
from qbusiness_sandbox.qbusiness.service import Call, Service
from qbusiness_sandbox.qbusiness.store import Store

LOG = logging.getLogger(__name__)
SERVICE = "qbusiness"
#: The modules that register handlers.
HANDLER_MODULES = (
    "accessors",
    "applications",
    "chat",
    "controls",
    "datasources",
    "documents",
    "experiences",
    "groups",
    "indices",
    "permissions",
    "plugins",
    "responses",
    "retrievers",
    "subscriptions",
    "syncjobs",
    "tags",
    "users",
)
for _name in HANDLER_MODULES:
    importlib.import_module(f"qbusiness_sandbox.qbusiness.{_name}")

#: Operations that the documented role of the web experience has on the application only, although they are about
#: something in it (https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/iam-roles.html).
ON_APPLICATION = frozenset({"GetWebExperience", "ListPluginActions"})


class QBusinessRoom(Service):
    """The service; see :mod:`service` for its hooks, options and faults."""

    def __init__(self, cloud: Cloud) -> None:
        super().__init__(cloud)

    # -- the room -----------------------------------------------------------------------------------------------

    def identify(self, request: Request) -> Operation:
        """The operation by method and raw path; ``Unknown`` for others."""
        found = routing.find(request)
        if found is None:
            return Operation(SERVICE, "Unknown", False)
        return Operation(SERVICE, found[0].name, routing.writes(found[0].name))

    def handle(self, request: Request, operation: Operation) -> Response:
        """Parse, check, find, act, check the answer."""
        try:
            return self._handle(request, operation)
        except QError as error:
            return error.response()
        except Exception as error:
            # A fault of the sandbox itself: loud in the log, and a server error that no client takes for its own.
            LOG.exception("%s failed in the sandbox", operation.name)
            return QError("InternalServerException", f"The sandbox failed: {error!r}").response()

    def _handle(self, request: Request, operation: Operation) -> Response:
        found = routing.find(request)
        if found is None:
            raise QError("UnknownOperationException", "There is no such operation", reason="UNKNOWN_OPERATION")
        name = found[0].name
        if name == "Chat":
            raise QError("NotImplementedException", "The event stream of Chat is not emulated; use ChatSync")
        params = reading.read(request, name, found[1])
        call = Call(self, operation, params, request.environ.get(PRINCIPAL))
        stale = engine.resolve(call)
        if stale is not None:
            return answering.answer(name, engine.only(stale, model.output_members(name)))
        values = engine.replay(call)
        if values is None:
            values = engine.HANDLERS[name](call) or {}
            engine.remember(call, values)
        return answering.answer(name, values)

    def resource_arns(self, request: Request, operation: Operation) -> list[str]:
        """The ARNs that an authorization of the operation is about: the application's, and that of the thing in it
        that the path names (https://docs.aws.amazon.com/service-authorization/latest/reference/list_qbusiness.html)."""
        found = routing.find(request)
        if found is None:
            return []
        name, labels = found[0].name, found[1]
        if "resourceARN" in labels:
            return [labels["resourceARN"]]
        if "applicationId" not in labels:
            return []
        arns = [self.arn(f"application/{labels['applicationId']}")]
        if name in ON_APPLICATION:
            return arns
        for kind in reversed(TABLE):
            if kind.parent and kind.arn and kind.id in labels:
                arns.append(self.arn(kind.arn.format(**labels)))
                break
        return arns

    # -- the cloud's back doors ---------------------------------------------------------------------------------

    def reset(self) -> None:
        """Nothing exists; the hooks stay."""
        self.store = Store()
        self.kendra_indices = set()

    def seed(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """``{"kendra_indices": [ids]}``: Kendra indices that a retriever may name."""
        ids = [str(item) for item in data.get("kendra_indices", [])]
        self.kendra_indices.update(ids)
        return {"kendra_indices": ids}

    def dump(self) -> Mapping[str, Any]:
        """See :func:`dumping.dump`."""
        shown: Mapping[str, Any] = json.loads(json.dumps(dump(self)))
        return shown
