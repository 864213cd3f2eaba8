# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print what there is in AWS and Okta as JSON, read by boto3 and requests alone: the witness of the scenarios."""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import boto3
import requests


def applications() -> list[dict[str, Any]]:
    """Applications as the service shows them, with ``web_experiences``, ``indices`` and ``data_sources``."""
    business = boto3.client("qbusiness")
    found = []
    for listed in _all(business, "list_applications", "applications"):
        identifier = listed["applicationId"]
        application = business.get_application(applicationId=identifier)
        application["web_experiences"] = [
            business.get_web_experience(applicationId=identifier, webExperienceId=item["webExperienceId"])
            for item in _all(business, "list_web_experiences", "webExperiences", applicationId=identifier)
        ]
        application["indices"] = _all(business, "list_indices", "indices", applicationId=identifier)
        application["data_sources"] = [
            source
            for index in application["indices"]
            for source in _all(
                business, "list_data_sources", "dataSources", applicationId=identifier, indexId=index["indexId"]
            )
        ]
        found.append(application)
    return found


def _all(client: Any, operation: str, member: str, **arguments: Any) -> list[Any]:
    pages = client.get_paginator(operation).paginate(**arguments)
    return [item for page in pages for item in page[member]]


def roles() -> dict[str, Any]:
    """Trust policies by the roles' ARNs."""
    listed = _all(boto3.client("iam"), "list_roles", "Roles")
    return {role["Arn"]: role["AssumeRolePolicyDocument"] for role in listed}


def providers() -> dict[str, Any]:
    """Identity providers by ARN: of OpenID Connect with their client ids, of SAML with whether they have metadata."""
    iam = boto3.client("iam")
    found: dict[str, Any] = {}
    for item in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]:
        found[item["Arn"]] = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=item["Arn"])["ClientIDList"]
    for item in iam.list_saml_providers()["SAMLProviderList"]:
        document = iam.get_saml_provider(SAMLProviderArn=item["Arn"])["SAMLMetadataDocument"]
        found[item["Arn"]] = "EntityDescriptor" in document
    return found


def okta_apps() -> list[dict[str, Any]]:
    """Apps as the org shows them, with the names of their ``groups``."""
    url = os.environ["OKTA_CLIENT_ORGURL"]
    with requests.Session() as session:
        session.headers["Authorization"] = f"SSWS {os.environ['OKTA_CLIENT_TOKEN']}"

        def get(path: str) -> Any:
            answer = session.get(url + path, timeout=30)
            answer.raise_for_status()
            return answer.json()

        names = {group["id"]: group["profile"]["name"] for group in get("/api/v1/groups")}
        found: list[dict[str, Any]] = get("/api/v1/apps")
        for app in found:
            app["groups"] = [names[item["id"]] for item in get(f"/api/v1/apps/{app['id']}/groups")]
    return found


if __name__ == "__main__":
    content = {
        "applications": applications(),
        "roles": roles(),
        "providers": providers(),
        "okta_apps": okta_apps(),
    }
    json.dump(content, sys.stdout, default=str)
