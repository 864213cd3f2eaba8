# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors of Q Business on the wire (service model, exceptions; reference section 2.4)."""

from __future__ import annotations

import json
from typing import Any

from werkzeug.wrappers import Response

#: The HTTP status of each exception, from the service model; the last two are no exceptions of the model.
STATUS = {
    "AccessDeniedException": 403,
    "ConflictException": 409,
    "ExternalResourceException": 424,
    "InternalServerException": 500,
    "LicenseNotFoundException": 400,
    "MediaTooLargeException": 400,
    "ResourceNotFoundException": 404,
    "ServiceQuotaExceededException": 402,
    "ThrottlingException": 429,
    "ValidationException": 400,
    "UnknownOperationException": 404,
    "NotImplementedException": 501,
}


class QError(Exception):
    """An answer of the service that is an error. ``members``: what the exception carries besides its message."""

    def __init__(self, code: str, message: str, **members: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.members = members

    def response(self) -> Response:
        """The error as HTTP."""
        return Response(
            json.dumps({"message": self.message, **self.members}),
            STATUS[self.code],
            content_type="application/json",
            headers={"x-amzn-ErrorType": self.code},
        )


def invalid(message: str, *names: str) -> QError:
    """A ValidationException about the members ``names``."""
    fields = {"fields": [{"name": name, "message": message} for name in names]} if names else {}
    return QError("ValidationException", message, reason="FIELD_VALIDATION_FAILED", **fields)


def denied(message: str) -> QError:
    """An AccessDeniedException."""
    return QError("AccessDeniedException", message)


def missing(resource_type: str, resource_id: str) -> QError:
    """A ResourceNotFoundException. The words for ``resourceType``, here and below, are guess 26."""
    return QError(
        "ResourceNotFoundException",
        f"{resource_type} {resource_id} could not be found",
        resourceId=resource_id,
        resourceType=resource_type,
    )


def conflict(message: str, resource_type: str, resource_id: str) -> QError:
    """A ConflictException."""
    return QError("ConflictException", message, resourceId=resource_id, resourceType=resource_type)


def exceeded(message: str, resource_type: str, resource_id: str) -> QError:
    """A ServiceQuotaExceededException."""
    return QError("ServiceQuotaExceededException", message, resourceId=resource_id, resourceType=resource_type)
