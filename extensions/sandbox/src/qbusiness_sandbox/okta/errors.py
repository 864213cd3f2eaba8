# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Errors in Okta's form (recorded fixtures; https://developer.okta.com/docs/reference/error-codes/)."""

from __future__ import annotations

import secrets
from typing import Any

#: Status and summary by code. Summaries that name what failed are given by the caller.
CATALOGUE: dict[str, tuple[int, str]] = {
    "E0000001": (400, "Api validation failed"),
    "E0000003": (400, "The request body was not well-formed."),
    "E0000004": (401, "Authentication failed"),
    "E0000005": (403, "Invalid session"),
    "E0000006": (403, "You do not have permission to perform the requested action"),
    "E0000007": (404, "Not found"),
    "E0000008": (404, "The requested path was not found"),
    "E0000011": (401, "Invalid token provided"),
    "E0000015": (401, "You do not have permission to access the feature you are requesting"),
    "E0000019": (400, "Bad request. Accept and/or Content-Type headers likely do not match supported values."),
    "E0000022": (405, "The endpoint does not support the provided HTTP method"),
    "E0000024": (400, "Bad request. This operation on app metadata is not yet supported."),
    "E0000029": (400, "Invalid paging request."),
    "E0000031": (400, "Invalid search criteria."),
    "E0000038": (403, "This operation is not allowed in the user's current status."),
    "E0000047": (429, "API call exceeded rate limit due to too many requests."),
    "E0000056": (403, "Delete application forbidden."),
    "E0000068": (403, "Invalid Passcode/Answer"),
    "E0000143": (403, "App instance operation not allowed."),
}


class OktaError(Exception):
    """An answer that is an error; ``causes`` are the texts of ``errorCauses``."""

    def __init__(self, code: str, *causes: str, summary: str = "", status: int = 0) -> None:
        default_status, default_summary = CATALOGUE[code]
        super().__init__(code)
        self.code = code
        self.status = status or default_status
        self.summary = summary or default_summary
        self.causes = causes
        self.headers: dict[str, str] = {}

    def body(self) -> dict[str, Any]:
        return {
            "errorCode": self.code,
            "errorSummary": self.summary,
            "errorLink": self.code,
            "errorId": "oae" + secrets.token_urlsafe(16),
            "errorCauses": [{"errorSummary": cause} for cause in self.causes],
        }


def invalid(what: str, *causes: str) -> OktaError:
    """400 E0000001: ``what`` is the member or object that failed."""
    return OktaError("E0000001", *causes, summary=f"Api validation failed: {what}")


def blank(member: str) -> OktaError:
    """A required member is missing or empty."""
    return invalid(member, f"{member}: The field cannot be left blank")


def missing(identifier: str, kind: str) -> OktaError:
    """404 E0000007 with Okta's name of the kind of object in it."""
    return OktaError("E0000007", summary=f"Not found: Resource not found: {identifier} ({kind})")
