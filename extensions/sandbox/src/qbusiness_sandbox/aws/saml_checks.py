# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The checks of ``AssumeRoleWithSAML``: small functions in one order, each of which can be switched off by its name.

Sources: the STS service model; https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html (codes and
texts); https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_saml_assertions.html (attributes);
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html (tags). What is a guess says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from qbusiness_sandbox.aws import saml_facts
from qbusiness_sandbox.aws.errors import AwsError
from qbusiness_sandbox.aws.policy import Ask, Context, Decision, Policy, PolicyError, decide
from qbusiness_sandbox.aws.roles import Role
from qbusiness_sandbox.aws.saml_facts import Facts
from qbusiness_sandbox.aws.saml_providers import SamlProvider
from qbusiness_sandbox.aws.saml_response import invalid

BEARER = "urn:oasis:names:tc:SAML:2.0:cm:bearer"
#: guess: seconds from issuance within which an assertion must be redeemed ("Token must be redeemed within 5 minutes of
#: issuance" is what STS was seen to answer).
REDEEM = 300
SESSION_DURATION = (900, 43200)
DEFAULT_DURATION = 3600
_SESSION_NAME = re.compile(r"[a-zA-Z_0-9+=,.@-]{2,64}")
#: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
TAG_COUNT, TAG_KEY, TAG_VALUE = 50, 128, 256


@dataclass
class Attempt:
    """One call, as far as it has come. Times in seconds since the epoch."""

    now: float
    account_id: str
    role_arn: str
    provider: SamlProvider
    facts: Facts
    role: Role | None
    duration: int | None
    honour_deny: bool = True
    context: Context = field(default_factory=Context)

    @property
    def tags(self) -> dict[str, str]:
        return {key: values[0] for key, values in self.facts.tags.items() if values}

    @property
    def session_name(self) -> str:
        return (self.facts.values(saml_facts.SESSION_NAME) or ("",))[0]

    @property
    def seconds(self) -> int:
        """How long the session lasts: what was asked for, or until the provider's session ends if that is earlier (the
        STS model's text of DurationSeconds)."""
        wanted = self.duration or DEFAULT_DURATION
        until = self.facts.session_not_on_or_after
        return wanted if until is None else min(wanted, int(until - self.now))

    def session_context(self) -> dict[str, str | Sequence[str]]:
        """The SAML keys that a session's own policies may ask for
        (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html)."""
        return {
            "saml:namequalifier": self.facts.name_qualifier(self.account_id, self.provider.name),
            "saml:sub": self.facts.subject,
            "saml:sub_type": self.facts.subject_type,
        }

    def trust_context(self) -> Context:
        """The condition keys of the trust policy."""
        values: dict[str, str | Sequence[str]] = {
            **self.session_context(),
            "saml:aud": self.facts.confirmation.recipient,
            "saml:iss": self.facts.issuer,
            "saml:doc": f"{self.account_id}/{self.provider.name}",
            "sts:rolesessionname": self.session_name,
            "aws:epochtime": str(int(self.now)),
            "aws:currenttime": datetime.fromtimestamp(self.now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
        if self.tags:
            values["aws:tagkeys"] = list(self.tags)
            values |= {f"aws:requesttag/{key}": value for key, value in self.tags.items()}
        if transitive := self.facts.values(saml_facts.TRANSITIVE):
            values["sts:transitivetagkeys"] = transitive
        if identity := self.facts.values(saml_facts.SOURCE_IDENTITY):
            values["sts:sourceidentity"] = identity[0]
        return Context({key: value for key, value in values.items() if value})


def issuer(attempt: Attempt) -> None:
    if attempt.facts.issuer != attempt.provider.metadata.entity_id:
        raise invalid("Issuer not present in specified provider")


def bearer(attempt: Attempt) -> None:
    # guess: STS takes no other method of confirmation.
    if attempt.facts.confirmation.method != BEARER:
        raise invalid("SubjectConfirmation method must be bearer")


def not_before(attempt: Attempt) -> None:
    starts = [attempt.facts.not_before, attempt.facts.confirmation.not_before]
    # guess: the code, and that no skew is allowed.
    if any(start is not None and attempt.now < start for start in starts):
        raise invalid("The SAML assertion is not yet valid")


def not_on_or_after(attempt: Attempt) -> None:
    ends = [attempt.facts.not_on_or_after, attempt.facts.confirmation.not_on_or_after]
    if any(end is not None and attempt.now >= end for end in ends):
        raise AwsError("ExpiredTokenException", "The SAML assertion is expired", 400)


def redeemed_in_time(attempt: Attempt) -> None:
    if attempt.now > attempt.facts.issued + REDEEM:
        raise AwsError("ExpiredTokenException", "Token must be redeemed within 5 minutes of issuance", 400)


def role_attribute(attempt: Attempt) -> None:
    if not attempt.facts.values(saml_facts.ROLE):
        raise invalid("Your request included an invalid SAML response")


def role_pair(attempt: Attempt) -> None:
    role, provider = attempt.role_arn, attempt.provider.arn
    # Exact, either order: "a comma-separated pair of strings" on the page about assertions.
    if not {f"{role},{provider}", f"{provider},{role}"} & set(attempt.facts.values(saml_facts.ROLE)):
        raise _denied("sts:AssumeRoleWithSAML")


def session_name(attempt: Attempt) -> None:
    values = attempt.facts.values(saml_facts.SESSION_NAME)
    if not values:
        raise invalid("RoleSessionName is required in AuthnResponse")
    if len(values) > 1 or not _SESSION_NAME.fullmatch(values[0]):
        raise invalid("RoleSessionName in AuthnResponse must match [a-zA-Z_0-9+=,.@-]{2,64}")


def session_duration(attempt: Attempt) -> None:
    for value in attempt.facts.values(saml_facts.SESSION_DURATION):
        low, high = SESSION_DURATION
        # guess: the code; the limits are documented.
        if not re.fullmatch(r"\d{1,9}", value) or not low <= int(value) <= high:
            raise invalid(f"SessionDuration in AuthnResponse must be between {low} and {high}")


def single_valued_tags(attempt: Attempt) -> None:
    # guess: the code; "each attribute may carry one value" is documented.
    if any(len(values) != 1 for values in attempt.facts.tags.values()):
        raise invalid("A PrincipalTag attribute in AuthnResponse must have exactly one value")


def tag_limits(attempt: Attempt) -> None:
    tags = attempt.tags
    # Recorded for a value that is too long
    # (https://runbooks.cloud-platform.service.justice.gov.uk/debugging-aws-console-access.html); guess: for the others.
    if len(tags) > TAG_COUNT or any(len(key) > TAG_KEY or len(value) > TAG_VALUE for key, value in tags.items()):
        raise AwsError("ValidationError", "Unable to validate tags", 400)
    # guess: the code of each.
    if any(not key or key.lower().startswith("aws:") for key in tags):
        raise invalid("A session tag's key must not be empty and must not begin with aws:")
    if len({key.lower() for key in tags}) != len(tags):
        raise invalid("Session tag keys must be unique without regard to case")


def role_exists(attempt: Attempt) -> None:
    # "This error can occur if the IAM role specified in the SAML response is misspelled or does not exist."
    if attempt.role is None:
        raise _denied("sts:AssumeRoleWithSAML")


def max_session_duration(attempt: Attempt) -> None:
    limit = attempt.role.max_session if attempt.role is not None else DEFAULT_DURATION
    if attempt.duration is not None and attempt.duration > limit:
        raise AwsError(
            "ValidationError", "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.", 400
        )


def provider_session(attempt: Attempt) -> None:
    # guess: the code for a provider's session that is over.
    if attempt.seconds <= 0:
        raise AwsError("ExpiredTokenException", "The provider's session is over", 400)


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
    if not trusted(attempt, "sts:AssumeRoleWithSAML"):
        raise _denied("sts:AssumeRoleWithSAML")


def tag_session(attempt: Attempt) -> None:
    # On its own, as soon as the assertion carries tags: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    if (attempt.tags or attempt.facts.values(saml_facts.TRANSITIVE)) and not trusted(attempt, "sts:TagSession"):
        raise _denied("sts:TagSession")


def source_identity(attempt: Attempt) -> None:
    values = attempt.facts.values(saml_facts.SOURCE_IDENTITY)
    if not values:
        return
    if len(values) > 1 or not _SESSION_NAME.fullmatch(values[0]) or values[0].startswith("aws:"):
        raise invalid('Source Identity must match [a-zA-Z_0-9+=,.@-]{2,64} and not begin with "aws:"')
    if not trusted(attempt, "sts:SetSourceIdentity"):
        raise _denied("sts:SetSourceIdentity")


Check = Callable[[Attempt], None]

#: In the order in which they are made.
CHECKS: tuple[Check, ...] = (
    issuer,
    bearer,
    not_before,
    not_on_or_after,
    redeemed_in_time,
    role_attribute,
    role_pair,
    session_name,
    session_duration,
    single_valued_tags,
    tag_limits,
    role_exists,
    max_session_duration,
    provider_session,
    trust_policy,
    tag_session,
    source_identity,
)

#: The names that ``Settings.disabled_checks`` understands on this path; the first ones belong to the response's form.
NAMES = (
    "doctype",
    "status",
    "signature",
    "signature_algorithm",
    "signed_facts",
    "canonical_facts",
    *(check.__name__ for check in CHECKS),
    "explicit_deny",
)
