# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The floor of the OpenID Connect playbook, as :mod:`floor_saml` is that of SAML's."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Any

import floor_documents as documents
from floor_aws import PEOPLE, SECRET, Aws
from floor_okta import Okta
from floor_wanted import Differences, fleet


def main() -> None:
    identity, applications = fleet(Path(sys.argv[1]))
    differences = Differences()
    okta, aws = Okta(differences), Aws(differences)
    label = identity["okta_oidc_app_label"]
    app = okta.app(label, identity["okta_oidc_app_groups"])
    client_id = app["credentials"]["oauthClient"]["client_id"]
    issuer = okta.server(client_id, identity["okta_authorization_server_principal_tags"])
    provider = aws.oidc_provider(issuer, client_id, identity["iam_identity_provider_tags"])
    name = f"qbusiness/{re.sub(r'[^a-z0-9/_+=.@-]+', '-', label.lower())}/client-secret"
    secret = aws.secret(name, okta.client_secret(app), identity["okta_client_secret_tags"])
    wanted = {
        "identityType": "AWS_IAM_IDP_OIDC",
        "iamIdentityProviderArn": provider,
        "clientIdsForOIDC": [client_id],
    }
    audience = (f"{issuer.removeprefix('https://')}:aud", client_id)
    endpoints = [application(aws, variables, wanted, audience, secret) for variables in applications]
    okta.oidc_settings(app, [f"{endpoint}/authorization-code/callback" for endpoint in endpoints])
    differences.finish()


def application(
    aws: Aws, variables: dict[str, Any], wanted: dict[str, Any], audience: tuple[str, str], secret: str
) -> str:
    """Compare one application with everything that is its own; return the URL of its web experience."""
    found = aws.application(variables, wanted)
    arn, name = found["applicationArn"], found["displayName"]
    role = aws.role(
        f"{name}-web-experience",
        PEOPLE,
        documents.people_trust(wanted["iamIdentityProviderArn"], audience),
        documents.people_policy(arn),
        tags=variables["qbusiness_application_tags"],
    )
    aws.knowledge(variables, found)
    reader = aws.role(
        f"{name}-client-secret",
        SECRET,
        documents.service_trust("application.qbusiness.amazonaws.com", arn),
        documents.secret_policy(secret),
    )
    sign_in = {"openIDConnectConfiguration": {"secretsArn": secret, "secretsRole": reader}}
    return aws.experience(variables, found, role, sign_in)


if __name__ == "__main__":
    main()
