# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Claims of a token that an administrator defined: those of the server, and the application's federated claims."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from qbusiness_sandbox.okta.expressions import group_matches
from qbusiness_sandbox.okta.oidc_errors import OAuthError
from qbusiness_sandbox.okta.oidc_expressions import ExpressionError, evaluate
from qbusiness_sandbox.okta.oidc_names import Names
from qbusiness_sandbox.okta.state import AuthorizationServer
from qbusiness_sandbox.okta.values import Json

#: A groups claim may not have more groups than this (documented).
GROUP_LIMIT = 100
#: What each of the standard scopes adds to a token (Okta's table of scope-dependent claims).
PROFILE_CLAIMS = (
    ("middle_name", "middleName"),
    ("nickname", "nickName"),
    ("profile", "profileUrl"),
    ("zoneinfo", "timezone"),
    ("locale", "locale"),
    ("given_name", "firstName"),
    ("family_name", "lastName"),
)


def _value(claim: Json, names: Names) -> Any:
    if claim["valueType"] == "GROUPS":
        kind, wanted = str(claim.get("group_filter_type") or "STARTS_WITH"), str(claim.get("value") or "")
        groups = names.org.groups_of(names.user) if names.user else []
        found = [group.name for group in groups if group_matches(kind, wanted, group.name)]
        if len(found) > GROUP_LIMIT:
            raise OAuthError("too_many_groups_in_groups_claim")
        return found or None  # guess: a groups claim without a group is left out
    return evaluate(str(claim["value"]), names)


def server_claims(server: AuthorizationServer, kind: str, names: Names, thin: bool) -> Json:
    """The server's ACTIVE claims of a kind (``IDENTITY``, ``RESOURCE``) for the granted scopes.

    ``thin``: an ID token that comes with an access token, or of the code flow: it carries only the claims with
    ``alwaysIncludeInToken`` (documented). Raises :class:`OAuthError` where an expression has no value."""
    found: Json = {}
    for claim in server.claims.values():
        wanted = claim["conditions"]["scopes"]
        if claim["claimType"] != kind or claim["status"] != "ACTIVE":
            continue
        if wanted and not set(wanted) & set(names.scopes):
            continue
        if kind == "IDENTITY" and thin and not claim["alwaysIncludeInToken"]:
            continue
        try:
            value = _value(claim, names)
        except ExpressionError:
            error = "system_claim_evaluation_failure" if claim["system"] else "user_claim_evaluation_failure"
            raise OAuthError(error, str(claim["name"])) from None
        if value is not None:  # guess: a claim whose value is null is left out
            found[str(claim["name"])] = value
    return found


def federated_claims(names: Names) -> Json:
    """The application's own claims, which go into every ID token (Federated Claims API)."""
    found: Json = {}
    for claim in names.app.claims.values():
        try:
            value = evaluate(str(claim["expression"]), names)
        except ExpressionError:
            # guess: as a server's claim
            raise OAuthError("user_claim_evaluation_failure", str(claim["name"])) from None
        if value is not None:
            found[str(claim["name"])] = value
    return found


def scope_claims(names: Names, thin: bool) -> Json:
    """What ``profile``, ``email``, ``phone`` and ``address`` add; a thin ID token carries the names and the email."""
    user = names.user
    if user is None:
        return {}
    profile = user.profile
    found: Json = {}
    full_name = profile.get("displayName") or " ".join(
        part for part in (profile.get("firstName"), profile.get("lastName")) if part
    )
    if "profile" in names.scopes:
        found |= {"name": full_name, "preferred_username": user.login}
        if not thin:
            found |= {name: profile.get(attribute) for name, attribute in PROFILE_CLAIMS}
            found["updated_at"] = int(user.updated)
    if "email" in names.scopes:
        found["email"] = profile.get("email")
        if not thin:
            found["email_verified"] = True
    if "phone" in names.scopes and not thin:
        found["phone_number"] = profile.get("primaryPhone")
    if "address" in names.scopes and not thin:
        found["address"] = _address(profile)
    return {name: value for name, value in found.items() if value not in (None, "", {})}


def _address(profile: Json) -> Json:
    parts: Iterable[tuple[str, str]] = (
        ("street_address", "streetAddress"),
        ("locality", "city"),
        ("region", "state"),
        ("postal_code", "zipCode"),
        ("country", "countryCode"),
    )
    return {name: profile[attribute] for name, attribute in parts if profile.get(attribute)}
