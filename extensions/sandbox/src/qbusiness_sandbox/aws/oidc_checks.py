# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks of ``AssumeRoleWithWebIdentity``: small functions in one order, each of which can be switched off by its
name.

Sources: the STS service model; https://repost.aws/knowledge-center/iam-oidc-idp-federation (codes and texts);
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_oidc.html (clock skew);
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html (tags). What is a guess says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from qbusiness_sandbox.aws import operations, query
from qbusiness_sandbox.aws.errors import AwsError
from qbusiness_sandbox.aws.oidc_claims import Claims
from qbusiness_sandbox.aws.oidc_providers import OidcProvider
from qbusiness_sandbox.aws.oidc_token import invalid
from qbusiness_sandbox.aws.policy import Ask, Context, Decision, Policy, PolicyError, decide
from qbusiness_sandbox.aws.roles import Role

DEFAULT_DURATION = 3600
#: "IAM provides a five-minute window beyond the expiration time specified in the JWT to account for clock skew"
#: (the page on OIDC federation). guess: the same at the other end.
SKEW = 300
#: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
TAG_COUNT = 50
#: The model's pattern of a session name; ``\w`` is meant for ASCII (its text).
_SESSION_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_SOURCE_IDENTITY = re.compile(r"[a-zA-Z_0-9+=,.@-]{2,64}")
_SUBJECT = 255


@dataclass
class Attempt:
    """One call, as far as it has come. Times in seconds since the epoch. ``tags``: every value of each."""

    now: float
    role_arn: str
    session_name: str
    duration: int | None
    provider: OidcProvider
    claims: Claims
    role: Role | None
    tag_values: Mapping[str, tuple[str, ...]]
    transitive: tuple[str, ...]
    honour_deny: bool = True

    @property
    def tags(self) -> dict[str, str]:
        return {key: values[0] for key, values in self.tag_values.items() if values}

    @property
    def audience(self) -> str:
        """The audience that is registered with the provider; the first one where none is."""
        mine = [item for item in self.claims.audiences if item in self.provider.client_ids]
        return (mine or list(self.claims.audiences) or [""])[0]

    @property
    def seconds(self) -> int:
        return self.duration or DEFAULT_DURATION

    def session_context(self) -> dict[str, str | Sequence[str]]:
        """The provider's keys, for the trust policy and for the session's own policies
        (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html, OIDC federation).
        """
        name = self.provider.url
        values: dict[str, str | Sequence[str]] = {f"{name}:aud": self.audience, f"{name}:sub": self.claims.subject}
        if self.claims.methods:
            values[f"{name}:amr"] = self.claims.methods
        if "azp" in self.claims.data:
            # guess: documented for Google only, where aud is then azp and oaud is aud.
            values[f"{name}:oaud"] = self.claims.given_audiences
        return {key: value for key, value in values.items() if value}

    def trust_context(self) -> Context:
        """The condition keys of the trust policy."""
        values: dict[str, str | Sequence[str]] = {
            **self.session_context(),
            "sts:rolesessionname": self.session_name,
            "aws:federatedprovider": self.provider.arn,
            "aws:epochtime": str(int(self.now)),
            "aws:currenttime": datetime.fromtimestamp(self.now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "aws:securetransport": "true",
        }
        if self.tags:
            values["aws:tagkeys"] = list(self.tags)
            values |= {f"aws:requesttag/{key}": value for key, value in self.tags.items()}
        if self.transitive:
            values["sts:transitivetagkeys"] = self.transitive
        if self.claims.source_identity:
            values["sts:sourceidentity"] = self.claims.source_identity
        return Context(values)


def required_claims(attempt: Attempt) -> None:
    missing = attempt.claims.missing()
    if missing:
        raise invalid(f"Missing a required claim: {missing[0]}")


def audience(attempt: Attempt) -> None:
    if not set(attempt.claims.audiences) & set(attempt.provider.client_ids):
        raise invalid("Incorrect token audience")


def one_audience(attempt: Attempt) -> None:
    # guess: OpenID Connect Core (3.1.3.7) wants azp where there are several audiences.
    if len(attempt.claims.audiences) > 1:
        raise invalid("The ID Token is for several audiences and has no azp")


def _moment(attempt: Attempt, name: str) -> int | None:
    """ "Timestamps in the token must be formatted as either an integer or a long integer" (the STS model)."""
    value = attempt.claims.data.get(name)
    if value is not None and (isinstance(value, bool) or not isinstance(value, int)):
        raise invalid(f"The claim {name} is no integer")  # guess: the code and the text
    return value


def integer_times(attempt: Attempt) -> None:
    for name in ("exp", "iat", "nbf", "auth_time"):
        _moment(attempt, name)


def expiry(attempt: Attempt) -> None:
    end = _number(attempt, "exp")
    if end is not None and attempt.now >= end + SKEW:
        raise AwsError(
            "ExpiredTokenException",
            f"Token expired: current date/time {int(attempt.now)} must be before the expiration date/time {int(end)}",
            400,
        )


def not_before(attempt: Attempt) -> None:
    # guess: the code, for both; "nbf" and "iat" are not in the documentation's list of what is looked at.
    for name in ("nbf", "iat"):
        start = _number(attempt, name)
        if start is not None and attempt.now + SKEW < start:
            raise invalid("The ID Token is not yet valid")


def _number(attempt: Attempt, name: str) -> float | None:
    """A time that is a number at all; ``integer_times`` has refused the rest before."""
    value = attempt.claims.data.get(name)
    return float(value) if isinstance(value, (int, float)) else None


def subject(attempt: Attempt) -> None:
    # guess: the code; the length is the model's.
    if not attempt.claims.subject or len(attempt.claims.subject) > _SUBJECT:
        raise invalid("The claim sub must be a text of at most 255 characters")


def session_name(attempt: Attempt) -> None:
    if not _SESSION_NAME.fullmatch(attempt.session_name):
        raise AwsError(
            "ValidationError",
            "1 validation error detected: Value at 'roleSessionName' failed to satisfy constraint: Member must satisfy "
            "regular expression pattern: [\\w+=,.@-]*",
            400,
        )


def single_valued_tags(attempt: Attempt) -> None:
    # guess: the code; that a tag has one value is documented.
    if any(len(values) != 1 for values in attempt.tag_values.values()):
        raise invalid("A session tag in the ID Token must have exactly one value")


def tag_limits(attempt: Attempt) -> None:
    tags = attempt.tags
    shapes = operations.model("sts").shape_for("Tag").members
    key_shape, value_shape = shapes["Key"], shapes["Value"]
    lengths = any(
        len(key) > key_shape.metadata["max"] or len(value) > value_shape.metadata["max"] for key, value in tags.items()
    )
    wrong = any(
        not query.pattern(shape.metadata["pattern"]).fullmatch(text)
        for pair in tags.items()
        for shape, text in zip((key_shape, value_shape), pair, strict=True)
    )
    reserved = any(key.lower().startswith("aws:") for key in tags)
    alike = len({key.lower() for key in tags}) != len(tags)
    if len(tags) > TAG_COUNT or lengths or wrong or reserved or alike:
        # Recorded for a SAML tag's value of more than 256 characters
        # (https://runbooks.cloud-platform.service.justice.gov.uk/debugging-aws-console-access.html).
        # guess: the same for tokens, and for every other limit of tags.
        raise AwsError("ValidationError", "Unable to validate tags", 400)


def role_exists(attempt: Attempt) -> None:
    if attempt.role is None:
        raise _denied("sts:AssumeRoleWithWebIdentity")


def max_session_duration(attempt: Attempt) -> None:
    limit = attempt.role.max_session if attempt.role is not None else DEFAULT_DURATION
    if attempt.duration is not None and attempt.duration > limit:
        raise AwsError(
            "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.", 400
        )


def _denied(action: str) -> AwsError:
    return AwsError("AccessDenied", f"Not authorized to perform {action}", 403)


def trusted(attempt: Attempt, action: str) -> bool:
    """Whether the role's trust policy lets the provider do ``action``."""
    if attempt.role is None:
        return False
    ask = Ask(
        action,
        attempt.role.arn,
        attempt.trust_context(),
        principals=frozenset({("Federated", attempt.provider.arn)}),
    )
    try:
        policies: list[Policy] = [attempt.role.trust_policy()]
    except PolicyError as error:
        raise AwsError("internal", f"The trust policy cannot be evaluated: {error}", 500) from error
    return decide(policies, ask, honour_deny=attempt.honour_deny) is Decision.ALLOW


def trust_policy(attempt: Attempt) -> None:
    if not trusted(attempt, "sts:AssumeRoleWithWebIdentity"):
        raise _denied("sts:AssumeRoleWithWebIdentity")


def tag_session(attempt: Attempt) -> None:
    # On its own, as soon as the token carries tags: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    if (attempt.tag_values or attempt.transitive) and not trusted(attempt, "sts:TagSession"):
        raise _denied("sts:TagSession")


def source_identity(attempt: Attempt) -> None:
    value = attempt.claims.source_identity
    if value is None:
        return
    if not _SOURCE_IDENTITY.fullmatch(value) or value.startswith("aws:"):
        raise invalid('Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"')
    if not trusted(attempt, "sts:SetSourceIdentity"):
        raise _denied("sts:SetSourceIdentity")


Check = Callable[[Attempt], None]

#: In the order in which they are made.
CHECKS: tuple[Check, ...] = (
    required_claims,
    audience,
    one_audience,
    integer_times,
    expiry,
    not_before,
    subject,
    session_name,
    single_valued_tags,
    tag_limits,
    role_exists,
    max_session_duration,
    trust_policy,
    tag_session,
    source_identity,
)

#: The names that ``Settings.disabled_checks`` understands on this path; the first ones belong to the token's form, its
#: provider and its signature.
NAMES = (
    "token_size",
    "unique_members",
    "issuer",
    "thumbprint",
    "signature",
    "signature_algorithm",
    "embedded_key",
    "authorized_party",
    "tag_form",
    *(check.__name__ for check in CHECKS),
    "explicit_deny",
)
