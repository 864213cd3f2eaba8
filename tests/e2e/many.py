# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many applications on one OpenID Connect identity: an inventory of them, and what they share."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import requests
from qbusiness_sandbox.testing import Process

import playbooks

LABEL = "Many applications"
FOREIGN_URI = "https://foreign.example.com/callback"
FOREIGN_CLIENT = "0oaFOREIGN"
PROVIDER = "oidc-provider/"


def names(number: int) -> list[str]:
    return [f"app{index:02}" for index in range(1, number + 1)]


#: What applications have that share a bucket for their themes.
THEME = {
    "qbusiness_web_experience_theme_bucket": "acme-theme",
    "qbusiness_web_experience_theme": {"logo": "logo.svg"},
}


def inventory(folder: Path, number: int, **more: object) -> Path:
    """An inventory file of one identity and so many applications, each with these further variables."""
    applications = {
        name: {"qbusiness_identity": "shared", "qbusiness_application_display_name": name, **more}
        for name in names(number)
    }
    identity = {"okta_oidc_app_label": LABEL, "okta_oidc_app_groups": [playbooks.GROUP]}
    content = {
        "all": {
            "vars": {"ansible_connection": "local", "ansible_python_interpreter": sys.executable},
            "children": {
                "identities": {"hosts": {"shared": identity}},
                "applications": {"hosts": applications},
            },
        }
    }
    file = folder / "inventory.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    return file


def okta(cloud: Process) -> requests.Session:
    """Plain requests to the org, as its administrator."""
    session = requests.Session()
    session.trust_env = False
    session.headers["Authorization"] = f"SSWS {cloud.environment['OKTA_CLIENT_TOKEN']}"
    session.headers["Accept"] = "application/json"
    return session


def app_of(cloud: Process) -> dict[str, Any]:
    """The shared Okta app, by plain requests."""
    url = f"{cloud.environment['QBUSINESS_SANDBOX_OKTA_URL']}/api/v1/apps"
    found = [app for app in okta(cloud).get(url, timeout=30).json() if app["label"] == LABEL]
    assert len(found) == 1, [app["label"] for app in found]
    return dict(found[0])


def redirect_uris(cloud: Process) -> list[str]:
    return list(app_of(cloud)["settings"]["oauthClient"]["redirect_uris"])


def add_foreign_entries(cloud: Process) -> None:
    """What somebody else has on the shared objects: a redirect URI in Okta, a client id in IAM."""
    app = app_of(cloud)
    app["settings"]["oauthClient"]["redirect_uris"].append(FOREIGN_URI)
    url = f"{cloud.environment['QBUSINESS_SANDBOX_OKTA_URL']}/api/v1/apps/{app['id']}"
    okta(cloud).put(url, json=app, timeout=30).raise_for_status()
    playbooks.client(cloud, "iam").add_client_id_to_open_id_connect_provider(
        OpenIDConnectProviderArn=provider_arn(cloud), ClientID=FOREIGN_CLIENT
    )


def provider_arn(cloud: Process) -> str:
    listed = playbooks.client(cloud, "iam").list_open_id_connect_providers()["OpenIDConnectProviderList"]
    assert len(listed) == 1
    return str(listed[0]["Arn"])


def client_ids(cloud: Process) -> list[str]:
    iam = playbooks.client(cloud, "iam")
    return list(iam.get_open_id_connect_provider(OpenIDConnectProviderArn=provider_arn(cloud))["ClientIDList"])


def callbacks(cloud: Process) -> set[str]:
    """What the web experiences that there are need in Okta, asked of the service itself."""
    business = playbooks.client(cloud, "qbusiness")
    found = set()
    for page in business.get_paginator("list_applications").paginate():
        for application in page["applications"]:
            identifier = application["applicationId"]
            for experience in business.list_web_experiences(applicationId=identifier)["webExperiences"]:
                found.add(experience["defaultEndpoint"].rstrip("/") + "/authorization-code/callback")
    return found
