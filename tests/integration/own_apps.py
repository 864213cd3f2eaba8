# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Apps that the embedded org makes of requests of our own, in orgs of every engine and release that real ones had.

The requests are those of ``tests/contract/okta_facts``, whose cases hold the embedded org to what real orgs answer.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from conftest import OktaHttp
from okta_bodies import bodies, changed, fill, given
from okta_world import APPS
from qbusiness_sandbox.cloud import Cloud
from recorded_apps import Json, Recorded

#: What releases differ in; see the embedded org's options.
EARLY: Json = {"universal_logout": "absent", "em_opt_in": False, "front_channel_logout": False}
LATE: Json = {"universal_logout": "object", "em_opt_in": True, "front_channel_logout": True}
#: What a client may have besides.
CHOSEN: Json = {
    "credentials.oauthClient.client_id": "chosen-client-id-1",
    "settings.oauthClient.client_uri": "https://client.example.com",
    "settings.oauthClient.logo_uri": "https://client.example.com/logo.png",
}


@dataclass(frozen=True)
class Own:
    """An app that is made of a body, by its name there.

    :param before: the body that it was made of first; ``body`` then replaced it
    :param change: other members of the body, by path
    """

    body: str
    before: str = ""
    pipeline: str = "idx"
    features: Json = field(default_factory=dict)
    change: Json = field(default_factory=dict)

    @property
    def name(self) -> str:
        release = {str(EARLY): "early", str(LATE): "late"}.get(str(self.features), "")
        parts = ("own", self.before, self.body, self.pipeline, release, "changed" if self.change else "")
        return "-".join(part for part in parts if part)

    def made(self, cloud: Cloud, http: OktaHttp) -> Recorded:
        """Return the request and what the org answers to it; the cloud is as just started afterwards."""
        cloud.settings.options.update({"okta_pipeline": self.pipeline, "okta_features": self.features})
        hook = http.post("/api/v1/inlineHooks", json=bodies()["inline_hook"]).json()
        values = {**given(), "hook": hook["id"]}
        body = fill(changed(bodies()[self.body], self.change), values)
        if self.before:
            first = http.post(APPS, json=fill(bodies()[self.before], values)).json()
            body = _replacing(body, first)
            answer = http.put(f"{APPS}/{first['id']}", json=body)
        else:
            answer = http.post(APPS, json=body)
        assert answer.status_code == 200, answer.text
        cloud.reset()
        return Recorded(self.name, self.pipeline, body, answer.json(), [hook])


def _replacing(body: Json, first: Json) -> Json:
    """Return the body with what clients send back as they read it."""
    visibility = {**body["visibility"], "appLinks": first["visibility"]["appLinks"]}
    full = {**body, "name": first["name"], "visibility": visibility}
    return changed(full, {"settings.signOn.idpIssuer": first["settings"]["signOn"]["idpIssuer"]})


OWN = [
    Own("saml"),
    Own("saml", pipeline="v1"),
    Own("saml", features=EARLY),
    Own("saml_two_endpoints"),
    Own("saml_logout"),
    Own("saml_logout", before="saml_two_endpoints"),
    Own("saml_hook"),
    Own("saml_catalog"),
    Own("saml_catalog", pipeline="v1"),
    Own("oidc_web"),
    Own("oidc_web", pipeline="v1"),
    Own("oidc_web", features=EARLY),
    Own("oidc_web", change=CHOSEN),
    Own("oidc_logout", features=LATE),
    Own("oidc_browser", features=LATE),
    Own("oidc_native"),
    Own("oidc_service_rsa", features=LATE),
    Own("oidc_service_ec"),
]
