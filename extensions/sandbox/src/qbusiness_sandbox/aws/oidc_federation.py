# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``AssumeRoleWithWebIdentity``: an ID token for a session.

The order: the token is read, its issuer's provider found, its signature verified with the issuer's keys, and only then
what it says is looked at (``oidc_checks.py``).
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Any

from qbusiness_sandbox.aws import oidc_checks, oidc_issuer, oidc_token
from qbusiness_sandbox.aws.credentials import Credential, Credentials
from qbusiness_sandbox.aws.errors import AwsError
from qbusiness_sandbox.aws.oidc_checks import Attempt
from qbusiness_sandbox.aws.oidc_claims import Claims
from qbusiness_sandbox.aws.oidc_providers import OidcProvider, OidcProviders
from qbusiness_sandbox.aws.oidc_token import Token, invalid
from qbusiness_sandbox.aws.roles import Roles
from qbusiness_sandbox.cloud import Cloud

if TYPE_CHECKING:
    from qbusiness_sandbox.aws.sts import Sts

Params = Mapping[str, Any]


def unchecked(disabled: AbstractSet[str]) -> frozenset[str]:
    """The members of the input whose own limits are switched off with a check."""
    members = {"token_size": "WebIdentityToken", "session_name": "RoleSessionName"}
    return frozenset(member for check, member in members.items() if check in disabled)


class WebIdentity:
    """One operation of STS."""

    def __init__(self, cloud: Cloud, credentials: Credentials, roles: Roles, providers: OidcProviders) -> None:
        self._cloud = cloud
        self._credentials = credentials
        self._roles = roles
        self._providers = providers

    def assume(self, sts: Sts, params: Params, _caller: Credential | None) -> dict[str, Any]:
        """The operation's answer; raises :class:`AwsError`."""
        if "ProviderId" in params:
            # guess: only an OAuth 2.0 token of two other providers goes with it, and they are not part of this cloud.
            raise invalid(f"Provided Token is not a token of {params['ProviderId'][:80]}")
        disabled = self._cloud.settings.disabled_checks
        attempt = self._attempt(params, disabled)
        for check in oidc_checks.CHECKS:
            if check.__name__ not in disabled:
                check(attempt)
        role = attempt.role
        if role is None:
            raise AwsError("AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity", 403)
        packed = sts.session_policies(params, attempt.tags)
        credential = self._credentials.open_session(
            role_arn=role.arn,
            session_name=attempt.session_name,
            seconds=attempt.seconds,
            tags=attempt.tags,
            provider=attempt.provider.arn,
            session_policies=packed.policies,
            context=attempt.session_context(),
        )
        return {
            **sts.session_answer(credential, role, packed),
            "SubjectFromWebIdentityToken": attempt.claims.subject,
            "Audience": attempt.audience,
            # The model says "the value of the iss field"; published answers of STS all show the ARN.
            "Provider": attempt.provider.arn,
            "SourceIdentity": attempt.claims.source_identity,
        }

    def _attempt(self, params: Params, disabled: AbstractSet[str]) -> Attempt:
        """The token read as far as it is believed; raises :class:`AwsError`."""
        token = oidc_token.read(params["WebIdentityToken"], disabled)
        claims = Claims(token.claims, azp_counts="authorized_party" not in disabled, lenient="tag_form" in disabled)
        provider = self._providers.of_issuer(claims.issuer, exact="issuer" not in disabled)
        if provider is None:
            raise invalid(f"No OpenIDConnect provider found in your account for {claims.issuer[:255]}")
        if "thumbprint" not in disabled:
            self._connection(provider)
        if "signature" not in disabled:
            self._verify(token, provider, disabled)
        return Attempt(
            now=self._cloud.clock.now(),
            role_arn=params["RoleArn"],
            session_name=params["RoleSessionName"],
            duration=params.get("DurationSeconds"),
            provider=provider,
            claims=claims,
            role=self._roles.find(params["RoleArn"]),
            tag_values=claims.tags(),
            transitive=claims.transitive(),
            honour_deny="explicit_deny" not in disabled,
        )

    def _connection(self, provider: OidcProvider) -> None:
        """The issuer's host proves itself by a certificate of an authority that AWS knows, or by a thumbprint."""
        if oidc_issuer.trusted_by_aws(self._cloud, provider.issuer):
            return
        if oidc_issuer.thumbprint(self._cloud) not in provider.thumbprints:
            raise invalid("OpenIDConnect provider's HTTPS certificate doesn't match configured thumbprint")

    def _verify(self, token: Token, provider: OidcProvider, disabled: AbstractSet[str]) -> None:
        try:
            oidc_token.verify(
                token,
                lambda kid: self._providers.keys.find(provider.issuer, kid),
                lambda url: oidc_issuer.keys_at(self._cloud, url),
                disabled,
            )
        except oidc_issuer.Unreachable as error:
            raise AwsError(
                "IDPCommunicationError", "The identity provider could not be reached. Retry the request.", 400
            ) from error
