# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Roles by themselves, in ways that the playbooks' own tests do not go."""

from __future__ import annotations

import json
from typing import Any

from ansible_collections.qbusiness.federation.plugins.modules import okta_app
from conftest import Call, OktaHttp, Play
from okta_world import OIDC
from resource_world import PROVIDER, World, confluence_document

KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-4333-8444-555555555555"
OURS, OTHERS = "https://ours.example.com/callback", "https://others.example.com/callback"


def role(name: str, **variables: Any) -> dict[str, Any]:
    """A task that includes a role of the collection."""
    return {"ansible.builtin.include_role": {"name": f"qbusiness.federation.{name}"}, "vars": variables}


def test_no_placeholder_comes_into_an_app_that_others_still_use(call: Call, okta_http: OktaHttp, play: Play) -> None:
    grants = ["authorization_code", "refresh_token"]
    app = call(okta_app.function, **{**OIDC, "redirect_uris": [OURS, OTHERS], "grant_types": grants})
    play([role("okta_oidc_app", okta_oidc_app_label=OIDC["label"], okta_oidc_app_redirect_uris_absent=[OURS])])
    there = okta_http.get(f"/api/v1/apps/{app['app_id']}").json()["settings"]["oauthClient"]
    assert there["redirect_uris"] == [OTHERS]
    # nobody named the grants
    assert there["grant_types"] == grants


def test_what_an_application_needs_besides_its_defaults(world: World, play: Play) -> None:
    """A program with the application's own key, a theme partly elsewhere, connectors that are no buckets: one run."""
    application = f"arn:aws:qbusiness:us-east-1:123456789012:application/{world.application_id}"
    role_arn = world.role("people", "application.qbusiness.amazonaws.com")
    own_role = world.role("reader")
    iam, s3 = world.aws("iam"), world.aws("s3")
    s3.create_bucket(Bucket="assistant-theme")
    confluence: dict[str, Any] = {"name": "confluence", "configuration": confluence_document()}
    custom = {"name": "custom", "configuration": {"type": "CUSTOM", "version": "1.0.0"}}
    shared = {
        "qbusiness_application_display_name": "assistant",
        "qbusiness_application_result": {"application_id": world.application_id, "application_arn": application},
        "qbusiness_application_role_result": {"role_arn": role_arn},
        "qbusiness_application_identity_provider_arn": PROVIDER,
        "qbusiness_application_kms_key_arn": KEY,
        "qbusiness_application_citations": "yes",
    }
    tasks = [
        role("qbusiness_api_client", **shared),
        role(
            "qbusiness_web_experience",
            **shared,
            qbusiness_web_experience_sso_url="https://acme.okta.com/app/x/sso/saml",
            qbusiness_web_experience_theme_bucket="assistant-theme",
            qbusiness_web_experience_theme={"logo": "logo.svg", "css": "https://assets.example.com/page.css"},
        ),
        role(
            "qbusiness_knowledge",
            **shared,
            qbusiness_knowledge_data_sources=[confluence, custom],
            qbusiness_knowledge_secret_arn=confluence["configuration"]["secretArn"],
            qbusiness_knowledge_kms_key_arn=KEY,
            qbusiness_knowledge_sync=False,
        ),
        role(
            "qbusiness_knowledge",
            **shared,
            qbusiness_knowledge_data_sources=[{**confluence, "name": "readers"}],
            qbusiness_knowledge_role_arn=own_role,
            qbusiness_knowledge_role_name="never-made",
            qbusiness_knowledge_sync=False,
        ),
    ]
    play(tasks)

    def policy(name: str, kind: str) -> str:
        found = iam.get_role_policy(RoleName=name, PolicyName=kind)["PolicyDocument"]
        return str(found)

    client = policy("assistant-api-client", "QBusinessApiClient")
    assert KEY in client and "kms:Decrypt" in client and "qbusiness:GetDocumentContent" in client
    (statement,) = json.loads(s3.get_bucket_policy(Bucket="assistant-theme")["Policy"])["Statement"]
    assert statement["Resource"] in ("arn:aws:s3:::assistant-theme/logo.svg", ["arn:aws:s3:::assistant-theme/logo.svg"])
    reader = policy("assistant-knowledge", "QBusinessDataSource")
    assert confluence["configuration"]["secretArn"] in reader and KEY in reader and "s3:" not in reader
    where = {"applicationId": world.application_id}
    # The application has one index, whatever its name: no second one is billed.
    (index,) = world.q.list_indices(**where)["indices"]
    assert index["indexId"] == world.index_id
    where["indexId"] = index["indexId"]
    sources = {
        item["displayName"]: world.q.get_data_source(**where, dataSourceId=item["dataSourceId"]).get("roleArn")
        for item in world.q.list_data_sources(**where)["dataSources"]
    }
    made = "arn:aws:iam::123456789012:role/assistant-knowledge"
    assert sources == {"confluence": made, "custom": None, "readers": own_role}
    assert "never-made" not in {item["RoleName"] for item in iam.list_roles()["Roles"]}
