# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who reads a secret: web experiences whose sign-in names it."""

from __future__ import annotations

from ..aws import Aws
from ..errors import ServiceError

#: The longest pages that the service gives.
PAGE = 100
SERVICE = "qbusiness"
GOING = ("DELETING", "DELETED")


def same_secret(named: str, arn: str, name: str) -> bool:
    """Whether a web experience's ``secretsArn`` names a secret: by its ARN, without its last six characters, or by its
    name."""
    return named in (arn, arn.rpartition("-")[0], name)


def users(aws: Aws, arn: str, name: str) -> list[str]:
    """The web experiences of the task's region that read a secret, each as a short phrase.

    The lists do not say which secret a web experience has, so each one of a federated application is read.

    :raises ServiceError: it cannot be told
    """
    found = []
    try:
        for item in aws.pages(SERVICE, "ListApplications", "applications", maxResults=PAGE):
            application = str(item["applicationId"])
            if item.get("identityType") != "AWS_IAM_IDP_OIDC" or item.get("status") in GOING:
                continue
            for entry in aws.pages(
                SERVICE, "ListWebExperiences", "webExperiences", applicationId=application, maxResults=PAGE
            ):
                web = str(entry["webExperienceId"])
                shown = aws.get(SERVICE, "GetWebExperience", applicationId=application, webExperienceId=web) or {}
                provider = (shown.get("identityProviderConfiguration") or {}).get("openIDConnectConfiguration") or {}
                named = str(provider.get("secretsArn") or "")
                if shown.get("status") not in GOING and named and same_secret(named, arn, name):
                    found.append(f"web experience {web} of application {item.get('displayName')} ({application})")
    except ServiceError as error:
        raise ServiceError(
            f"Whether a web experience still reads the secret {name} cannot be told: {error.message} It takes "
            "qbusiness:ListApplications, ListWebExperiences and GetWebExperience; force=true removes it unseen.",
            code=error.code,
        ) from error
    return sorted(found)
