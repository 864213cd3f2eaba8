# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Temporary credentials from STS for a person whom an identity provider has signed in.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html,
https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .. import causes
from ..aws import Aws
from ..cause_rows.aws import STS
from ..errors import LayerError, ServiceError
from . import id_token as tokens
from .policies import compact

#: Answers that a role or provider made a moment ago gives until IAM has carried it everywhere.
#: Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html (changes are not always visible at once)
#: A provider that does not answer at the moment: the documentation of AssumeRoleWithWebIdentity says to ask again.
_PASSING = frozenset({"AccessDenied", "InvalidIdentityToken", "IDPCommunicationError"})


@dataclass(frozen=True)
class RoleSession:
    """A session for a role. ``credentials``: as STS answers them; never to be shown."""

    credentials: Mapping[str, Any] = field(repr=False)
    arn: str
    issuer: str
    audience: str
    subject: str
    expires: str

    def evidence(self) -> dict[str, str]:
        return {
            "arn": self.arn,
            "issuer": self.issuer,
            "audience": self.audience,
            "subject": self.subject,
            "expires": self.expires,
        }


@dataclass(frozen=True)
class Way:
    """How a person comes to a role: what is shown to STS, and who vouches for it."""

    operation: str
    #: What people call the thing that is shown.
    document: str
    role_arn: str
    #: The provider's ARN, or the issuer where only that is known.
    provider: str
    #: Whom the ID token was made for; ``""`` with SAML.
    audience: str = ""

    @property
    def saml(self) -> bool:
        return self.operation == "AssumeRoleWithSAML"


def assume_with_saml(
    aws: Aws,
    role_arn: str,
    provider_arn: str,
    saml_response: str,
    secrets: set[str],
    *,
    duration_seconds: int | None = None,
    policy: Mapping[str, Any] | None = None,
    patience: float = 0.0,
) -> RoleSession:
    """``AssumeRoleWithSAML``, unsigned: no AWS credentials are needed or sent.

    :param secrets: gets the assertion and the credentials
    :param duration_seconds: 900 to 43200, at most the role's MaxSessionDuration; STS's default is 3600
    :param policy: a session policy: the session may do what both it and the role's own policies allow
    :param patience: seconds for which refusals are repeated that pass when IAM has carried a change everywhere
    :raises LayerError: layer ``sts``
    """
    secrets.add(saml_response)
    parameters = {
        "RoleArn": role_arn,
        "PrincipalArn": provider_arn,
        "SAMLAssertion": "".join(saml_response.split()),
        **_limits(duration_seconds, policy),
    }
    return _assume(
        aws, Way("AssumeRoleWithSAML", "assertion", role_arn, provider_arn), parameters, secrets, "Issuer", patience
    )


def assume_with_web_identity(
    aws: Aws,
    role_arn: str,
    id_token: str,
    secrets: set[str],
    *,
    session_name: str = "",
    duration_seconds: int | None = None,
    policy: Mapping[str, Any] | None = None,
    patience: float = 0.0,
) -> RoleSession:
    """``AssumeRoleWithWebIdentity``, unsigned: no AWS credentials are needed or sent.

    :param id_token: the ID token as the token endpoint answers it (not the access token)
    :param secrets: gets the token and the credentials
    :param session_name: 2 to 64 letters, digits and ``+=,.@-_``; ``""`` is the person's email, made fit
    :param duration_seconds: 900 to 43200, at most the role's MaxSessionDuration; STS's default is 3600
    :param policy: a session policy: the session may do what both it and the role's own policies allow
    :param patience: seconds for which refusals are repeated that pass when IAM has carried a change everywhere
    :raises LayerError: layer ``id_token`` (it is none) or ``sts``
    """
    secrets.add(id_token)
    token = id_token.strip()
    secrets.add(token)
    claims = tokens.claims(token)
    audience = claims.get("azp") or claims.get("aud") or ""
    way = Way(
        "AssumeRoleWithWebIdentity",
        "ID token",
        role_arn,
        str(claims.get("iss") or ""),
        ", ".join(map(str, audience)) if isinstance(audience, list) else str(audience),
    )
    parameters = {
        "RoleArn": role_arn,
        "RoleSessionName": session_name or tokens.session_name(claims),
        "WebIdentityToken": token,
        **_limits(duration_seconds, policy),
    }
    return _assume(aws, way, parameters, secrets, "Provider", patience)


def _limits(duration_seconds: int | None, policy: Mapping[str, Any] | None) -> dict[str, Any]:
    limits: dict[str, Any] = {}
    if duration_seconds is not None:
        limits["DurationSeconds"] = duration_seconds
    if policy is not None:
        limits["Policy"] = compact(policy)
    return limits


def _assume(
    aws: Aws, way: Way, parameters: Mapping[str, Any], secrets: set[str], issuer_member: str, patience: float
) -> RoleSession:
    """One of the two operations, repeated while a refusal may pass.

    :param issuer_member: the member of the answer that says who vouched
    """
    unsigned = aws.unsigned()
    deadline = time.monotonic() + patience
    pause = 0.5
    while True:
        try:
            answer = unsigned.call(STS, way.operation, **parameters)
            break
        except ServiceError as error:
            if error.code not in _PASSING or time.monotonic() + pause > deadline:
                raise meaning(error, way) from None
        time.sleep(pause)
        pause = min(pause * 2, 8.0)
    credentials = answer["Credentials"]
    secrets.update(str(credentials[key]) for key in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
    expires = credentials["Expiration"]
    return RoleSession(
        credentials=credentials,
        arn=str(answer.get("AssumedRoleUser", {}).get("Arn", "")),
        issuer=str(answer.get(issuer_member, "")),
        audience=str(answer.get("Audience", "")),
        subject=str(answer.get("Subject") or answer.get("SubjectFromWebIdentityToken") or ""),
        expires=expires.isoformat() if hasattr(expires, "isoformat") else str(expires),
    )


def identity(aws: Aws) -> str:
    """The ARN that these credentials speak for.

    :param aws: with the credentials to try
    :raises LayerError: layer ``session``
    """
    try:
        return str(aws.call("sts", "GetCallerIdentity")["Arn"])
    except ServiceError as error:
        raise causes.translated(("session",), error.code, error.message, {"error_code": error.code}) from None


def meaning(error: ServiceError, way: Way) -> LayerError:
    """STS's answers in words, for both operations."""
    return causes.translated(
        ("saml_trust" if way.saml else "oidc_trust", "sts"),
        error.code,
        error.message,
        {"error_code": error.code, "service_message": error.message},
        role_arn=way.role_arn,
        provider_arn=way.provider,
        issuer=way.provider,
        bare_issuer=way.provider.removeprefix("https://"),
        audience=way.audience,
        document=way.document,
    )
