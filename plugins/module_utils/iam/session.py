# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Temporary credentials from STS for a person whom an identity provider has signed in.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..aws import Aws
from ..errors import LayerError, ServiceError

STS = "sts"
SESSION = "session"
#: Answers that a role or provider made a moment ago gives until IAM has carried it everywhere.
#: Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html (changes are not always visible at once)
_PASSING = frozenset({"AccessDenied", "InvalidIdentityToken"})


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


def assume_with_saml(
    aws: Aws,
    role_arn: str,
    provider_arn: str,
    saml_response: str,
    secrets: set[str],
    *,
    duration_seconds: int | None = None,
    patience: float = 0.0,
) -> RoleSession:
    """``AssumeRoleWithSAML``, unsigned: no AWS credentials are needed or sent.

    :param secrets: gets the assertion and the credentials
    :param duration_seconds: 900 to 43200, at most the role's MaxSessionDuration; STS's default is 3600
    :param patience: seconds for which refusals are repeated that pass when IAM has carried a change everywhere
    :raises LayerError: layer ``sts``
    """
    secrets.add(saml_response)
    parameters: dict[str, Any] = {
        "RoleArn": role_arn,
        "PrincipalArn": provider_arn,
        "SAMLAssertion": "".join(saml_response.split()),
    }
    if duration_seconds is not None:
        parameters["DurationSeconds"] = duration_seconds
    unsigned = aws.unsigned()
    deadline = time.monotonic() + patience
    pause = 0.5
    while True:
        try:
            answer = unsigned.call("sts", "AssumeRoleWithSAML", **parameters)
            break
        except ServiceError as error:
            if error.code not in _PASSING or time.monotonic() + pause > deadline:
                raise _meaning(error, role_arn, provider_arn) from None
        time.sleep(pause)
        pause = min(pause * 2, 8.0)
    credentials = answer["Credentials"]
    secrets.update(str(credentials[key]) for key in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
    expires = credentials["Expiration"]
    return RoleSession(
        credentials=credentials,
        arn=str(answer.get("AssumedRoleUser", {}).get("Arn", "")),
        issuer=str(answer.get("Issuer", "")),
        audience=str(answer.get("Audience", "")),
        subject=str(answer.get("Subject", "")),
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
        raise LayerError(
            SESSION,
            f"STS does not know the temporary credentials ({_said(error)}).",
            "Compare region and endpoint_url, and this machine's clock.",
            error_code=error.code,
        ) from None


def _said(error: ServiceError) -> str:
    return f"{error.code}: {error.message}" if error.code else error.message


def _meaning(error: ServiceError, role_arn: str, provider_arn: str) -> LayerError:
    """STS's answers in words. Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html and the
    errors of AssumeRoleWithSAML."""
    text = error.message
    if error.code == "AccessDenied" and "TagSession" in text:
        cause, step = (
            "The role's trust policy does not let the provider carry session tags (sts:TagSession).",
            f"Allow sts:TagSession beside sts:AssumeRoleWithSAML in the trust policy of {role_arn}.",
        )
    elif error.code == "AccessDenied" and "SetSourceIdentity" in text:
        cause, step = (
            "The assertion carries a SourceIdentity and the role's trust policy does not allow sts:SetSourceIdentity.",
            f"Take the SourceIdentity attribute out of the app in Okta, or allow it in the trust policy of {role_arn}.",
        )
    elif error.code == "AccessDenied":
        cause, step = (
            (
                "The role does not trust this assertion, or the assertion does not name the role and the provider, or "
                "the role does not exist."
            ),
            (
                f"In the trust policy of {role_arn} compare the provider with {provider_arn} and SAML:aud with the "
                "assertion's Recipient; then the assertion's Role value."
            ),
        )
    elif error.code.startswith("ExpiredToken"):
        cause, step = (
            "The assertion is too old.",
            "Use it within five minutes; when it is fresh, compare the clocks of this machine and of Okta.",
        )
    elif error.code == "InvalidIdentityToken":
        cause, step = (
            f"STS does not accept the assertion of this provider ({text}).",
            (
                f"Compare issuer and signing certificate with the metadata document of {provider_arn}: after a rotated "
                "key it has to be updated from Okta."
            ),
        )
    elif error.code == "IDPRejectedClaim":
        cause, step = ("Okta says in its response that the sign-in failed.", "Look into Okta's System Log.")
    elif error.code.startswith("PackedPolicyTooLarge"):
        cause, step = (
            "The session tags of the assertion are too many or too long.",
            "Take PrincipalTag attribute statements out of the app in Okta.",
        )
    elif error.code in ("ValidationError", "ValidationException") and "DurationSeconds" in text:
        cause, step = (
            "The session would be longer than the role allows.",
            f"Leave duration_seconds out or raise MaxSessionDuration of {role_arn}.",
        )
    else:
        cause, step = (
            f"STS refuses ({_said(error)}).",
            "Look at region and endpoint_url, and at the error's own text.",
        )
    return LayerError(STS, cause, step, error_code=error.code, service_message=text)
