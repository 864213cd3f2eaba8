# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles by themselves, in ways that the playbooks' own tests do not go."""

from __future__ import annotations

from typing import Any

from ansible_collections.qbusiness.federation.plugins.modules import okta_app
from conftest import Call, OktaHttp, Play
from okta_world import OIDC

OURS, OTHERS = "https://ours.example.com/callback", "https://others.example.com/callback"


def role(name: str, **variables: Any) -> dict[str, Any]:
    """A task that includes a role of the collection."""
    return {"ansible.builtin.include_role": {"name": f"qbusiness.federation.{name}"}, "vars": variables}


def test_no_placeholder_comes_into_an_app_that_others_still_use(call: Call, okta_http: OktaHttp, play: Play) -> None:
    app = call(okta_app.function, **{**OIDC, "redirect_uris": [OURS, OTHERS]})
    play([role("okta_oidc_app", okta_oidc_app_label=OIDC["label"], okta_oidc_app_redirect_uris_absent=[OURS])])
    there = okta_http.get(f"/api/v1/apps/{app['app_id']}").json()["settings"]["oauthClient"]["redirect_uris"]
    assert there == [OTHERS]
