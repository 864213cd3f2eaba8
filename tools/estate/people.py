# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The people who sign in: the test user, or one of an app's own, to whom the org gives a password first."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import requests
from qbusiness_sandbox.testing import Process

LOGIN = "estate.person@acme.example"


@dataclass
class People:
    """Logins with their passwords. The playbooks never see any but the test user's, which is in the environment."""

    cloud: Process
    passwords: dict[str, str] = field(default_factory=dict, repr=False)

    def move_in(self) -> dict[str, str]:
        """Put the test user into the org, and return the environment that says who it is."""
        password = secrets.token_urlsafe(16)
        person = {"login": LOGIN, "email": LOGIN, "firstName": "Esther", "lastName": "Estate", "password": password}
        self.cloud.control.seed({"okta": {"users": [person]}})
        self.passwords[LOGIN] = password
        return {"OKTA_TEST_USERNAME": LOGIN, "OKTA_TEST_PASSWORD": password}

    def of(self, app: Mapping[str, Any], groups: Mapping[str, list[str]]) -> str:
        """Return the login of somebody who is assigned to the app; empty when nobody is."""
        assigned = {*app["users"], *(login for name in app["groups"] for login in groups.get(name, []))}
        if LOGIN in assigned or not assigned:
            return LOGIN if assigned else ""
        login = str(sorted(assigned)[0])
        if login not in self.passwords:
            self._give_password(login)
        return login

    def _give_password(self, login: str) -> None:
        """An administrator sets the password: the estate's author knows it, this harness does not."""
        password = secrets.token_urlsafe(16)
        environment = self.cloud.environment
        with requests.Session() as session:
            session.trust_env = False
            session.headers["Authorization"] = f"SSWS {environment['OKTA_CLIENT_TOKEN']}"
            url = f"{environment['QBUSINESS_SANDBOX_OKTA_URL']}/api/v1/users/{login}"
            answer = session.post(url, json={"credentials": {"password": {"value": password}}}, timeout=60)
            answer.raise_for_status()
        self.passwords[login] = password
