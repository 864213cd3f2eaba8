# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What becomes of each module's object in ``test_every_module.py``: what is changed, what cannot be, what is wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ansible_collections.qbusiness.federation.plugins.module_utils.okta.arguments import OPTIONS as OKTA_OPTIONS
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.s3_source import OPTIONS as S3_OPTIONS
from hosts_cases import VENDOR, Scene, leave, theme_statement
from proof_world import ANN
from resource_world import s3_document

Options = dict[str, Any]
#: Options of how, not of what: they are no part of the state.
HOW = {"state", "wait", "wait_timeout", "purge_tags", "force", "update", *OKTA_OPTIONS}
SEARCH = "qbusiness:SearchRelevantContent"
NO_ID = {"application_id": "no-id"}
OTHER_APPLICATION = "11111111-2222-4333-8444-555555555555"


def spelled(**options: Any) -> Callable[[Scene], Options]:
    return lambda _scene: options


@dataclass(frozen=True)
class Life:
    """``named``: options by which the object is found, or its parent. ``made``: more options of its creation.
    ``updates``: for each option what to say for its change. ``fixed``: for each option what is refused, as it cannot be
    changed. ``wrong``: options that are refused before anything is sent, and what the error names. ``gone``: options
    for its removal, besides those by which it is found. ``told``: for each further option the test that is about it.
    ``still``: why its removal is asked for again."""

    named: tuple[str, ...]
    made: Callable[[Scene], Options] = field(default_factory=spelled)
    updates: Mapping[str, Callable[[Scene], Options]] = field(default_factory=dict)
    fixed: Mapping[str, Callable[[Scene], Options]] = field(default_factory=dict)
    wrong: Mapping[str, Any] = field(default_factory=lambda: NO_ID)
    gone: Callable[[Scene], Options] = field(default_factory=spelled)
    told: Mapping[str, str] = field(default_factory=dict)
    still: str = ""


def _kms(scene: Scene) -> str:
    return f"arn:aws:kms:{scene.cloud.region}:{scene.cloud.account_id}:key/{OTHER_APPLICATION}"


def _second_role(scene: Scene) -> str:
    """Another role that the service takes."""
    iam = scene.aws("iam")
    try:
        return scene.service_role("another-reader")
    except iam.exceptions.EntityAlreadyExistsException:
        return str(iam.get_role(RoleName="another-reader")["Role"]["Arn"])


def _app(scene: Scene) -> str:
    """The id of the app that the case makes."""
    found = scene.okta("GET", "/api/v1/apps?limit=200")
    return next(str(app["id"]) for app in found if app["label"] == "Second")


def _prefixed() -> Options:
    document = s3_document()
    document["additionalProperties"] = {"inclusionPrefixes": ["guides/"]}
    return document


TAGS = {"tags": spelled(tags={"a": "c"})}
NAME_BY_ID = "test_qbusiness_modules.py::test_renames_by_id"
ADOPTION = "test_adopted_objects.py::test_the_only_one_is_adopted_under_its_own_name"
INITIALLY = "test_qbusiness_modules.py::test_what_counts_only_initially"
SETTINGS = "test_okta_app_settings.py::test_each_setting_is_changed_once"
CLIENTS = "test_okta_app_oidc_settings.py::test_each_setting_is_changed_once"
ENDPOINTS = "test_okta_app_settings.py::test_applications_share_an_app_by_numbers_that_stay"
ADDRESSES = "test_okta_app_oidc_settings.py::test_addresses_come_and_go_beside_those_of_others"
GROUPS = "test_okta_app_access.py::test_groups_are_added_and_purged"
USERS = "test_okta_app_access.py::test_users_are_added_and_purged"
ROLE = "test_iam_role.py::test_roles_of_the_service"
OF_APP: dict[str, str] = {
    **dict.fromkeys(
        [
            "sso_acs_url",
            "destination",
            "recipient",
            "audience",
            "idp_issuer",
            "subject_name_id_template",
            "subject_name_id_format",
            "response_signed",
            "assertion_signed",
            "signature_algorithm",
            "digest_algorithm",
            "honor_force_authn",
            "request_compressed",
            "authn_context_class_ref",
            "default_relay_state",
            "allow_multiple_acs_endpoints",
            "slo",
            "sp_certificate",
            "saml_signed_request_enabled",
            "participate_slo",
            "assertion_encryption",
            "saml_assertion_lifetime_seconds",
            "attribute_statements",
        ],
        SETTINGS,
    ),
    **dict.fromkeys(("acs_endpoints", "acs_endpoints_absent", "purge_acs_endpoints"), ENDPOINTS),
    "inline_hooks": "test_okta_app_settings.py::test_inline_hooks",
    "purge_attribute_statements": "test_okta_app_settings.py::test_role_pairs_come_and_go_beside_those_of_others",
    "signing_key": "test_okta_app_access.py::test_a_key_is_rotated_once",
    **dict.fromkeys(
        [
            "grant_types",
            "response_types",
            "redirect_uris",
            "post_logout_redirect_uris",
            "wildcard_redirect",
            "token_endpoint_auth_method",
            "pkce_required",
            "auto_key_rotation",
            "consent_method",
            "refresh_token",
            "issuer_mode",
            "initiate_login_uri",
            "idp_initiated_login",
            "frontchannel_logout",
            "jwks",
            "jwks_uri",
            "dpop_bound_access_tokens",
            "client_uri",
            "logo_uri",
            "tos_uri",
            "policy_uri",
        ],
        CLIENTS,
    ),
    **dict.fromkeys(
        [
            "redirect_uris_absent",
            "placeholder_redirect_uri",
            "purge_redirect_uris",
            "post_logout_redirect_uris_absent",
            "purge_post_logout_redirect_uris",
        ],
        ADDRESSES,
    ),
    "application_type": "test_okta_app_oidc.py::test_what_is_fixed_at_creation",
    "client_id": "test_okta_app_oidc.py::test_what_is_fixed_at_creation",
    "allow_secret_loss": "test_okta_app_oidc_settings.py::test_secrets_are_not_lost_silently",
    "initially": "test_okta_app_settings.py::test_what_counts_only_initially",
    "federated_claims": "test_okta_app_claims.py::test_claims_come_and_go_beside_those_of_others",
    "purge_federated_claims": "test_okta_app_claims.py::test_claims_come_and_go_beside_those_of_others",
    **dict.fromkeys(("groups", "purge_groups"), GROUPS),
    **dict.fromkeys(("users", "purge_users"), USERS),
    "access_policy": "test_okta_app_access.py::test_a_policy_by_name",
}

LIVES: dict[str, Life] = {
    "iam_federation_provider": Life(
        ("name", "type"),
        spelled(type="saml"),
        {"tags": spelled(tags={"a": "c"})},
        wrong={"name": "no/name"},
        told={
            "okta_app_id": "test_iam_provider.py::test_metadata_from_okta",
            "provider_arn": "test_iam_provider.py::test_by_its_arn",
            "saml_metadata_document": "test_iam_provider.py::test_update_in_place",
            "url": "test_iam_provider_oidc.py::test_create_and_then_nothing",
            "client_ids": "test_iam_provider_oidc.py::test_client_ids_of_others_stay",
            "purge_client_ids": "test_iam_provider_oidc.py::test_purge_and_tags",
            "thumbprints": "test_iam_provider_oidc.py::test_thumbprints",
            "regions": "test_iam_provider_oidc_uses.py::",
        },
    ),
    "iam_federation_role": Life(
        ("name",),
        updates={
            "tags": spelled(tags={"a": "c"}),
            "description": spelled(description="another"),
            "max_session_duration": spelled(max_session_duration=7200),
            "citations": spelled(citations=True),
            "search": spelled(search=True),
            "q_apps": spelled(q_apps=True),
            "saml_audiences": spelled(saml_audiences=["https://other.example.com/saml"]),
            "additional_statements": spelled(
                additional_statements=[{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::x/*"}]
            ),
        },
        fixed={"path": spelled(path="/other/")},
        wrong={"name": "no name!"},
        told={
            **dict.fromkeys(
                ("provider_arn", "application_arn", "policy_name"), "test_iam_role.py::test_only_what_differs"
            ),
            "permissions_boundary": "test_iam_role.py::test_boundary",
            "kind": "test_iam_role.py::test_kind_is_needed_to_make_one",
            **dict.fromkeys(
                ("index_id", "kms_key_arn", "buckets", "bucket_account", "kendra_index_id", "secret_arn"), ROLE
            ),
            **dict.fromkeys(("vpc_subnet_ids", "vpc_security_group_ids"), ROLE),
            **dict.fromkeys(
                ("application_arns", "oidc_audiences"), "test_iam_role_shared.py::test_an_api_client_of_several"
            ),
            "role_arn": "test_iam_role_by_hand.py::test_a_role_is_found_by_its_arn",
            "manage": "test_iam_role_by_hand.py::test_a_role_that_is_not_managed_is_never_written",
            "purge_rights": "test_iam_role_by_hand.py::test_buckets_of_live_data_sources_stay",
        },
    ),
    "okta_app": Life(
        ("label", "sign_on_mode"),
        spelled(sign_on_mode="SAML_2_0"),
        {
            "status": spelled(status="INACTIVE"),
            "visibility": spelled(visibility={"hide": {"ios": True, "web": True}}),
            "accessibility": spelled(accessibility={"self_service": True}),
            "notes": spelled(notes={"admin": "of the federation"}),
            "user_name_template": spelled(user_name_template={"template": "${source.email}", "type": "BUILT_IN"}),
            "label": lambda scene: {"label": "Renamed", "app_id": _app(scene)},
        },
        wrong={"label": ""},
        told={**OF_APP, "app_id": "test_okta_app.py::test_a_run_by_id_that_changes_nothing_costs_two_reads"},
    ),
    "okta_authorization_server": Life(
        ("server",),
        spelled(server="default"),
        {
            "description": spelled(description="for the assistant"),
            "audiences": spelled(audiences=["api://assistant"]),
            "issuer_mode": spelled(issuer_mode="DYNAMIC"),
            "principal_tags": spelled(principal_tags={"Email": "user.login"}),
            "claim_form": spelled(claim_form="flat"),
            "scopes": spelled(scopes=[{"name": "assistant"}]),
            "policy": spelled(policy={"name": "qbusiness", "description": "another"}),
        },
        wrong={"principal_tags": {"": "user.email"}},
        gone=lambda scene: {"client_ids": [scene.oidc_id]},
        told={
            "initially": "test_okta_authorization_server.py::test_claims_that_exist_stay",
            "purge_claims": "test_okta_authorization_server.py::test_without_purge_other_tags_stay",
            **dict.fromkeys(
                ("client_ids", "client_ids_absent"),
                "test_okta_authorization_server_policy.py::test_one_in_and_another_out_at_once",
            ),
            "manage_policy": "test_okta_authorization_server_policy.py::test_whoever_manages_policies_alone_is_told",
            "rule": "test_okta_authorization_server_policy.py::test_only_what_is_named_of_a_rule_changes",
            "remove_server": "test_okta_authorization_server.py::test_a_whole_server_goes_only_when_nobody_else",
        },
    ),
    "okta_client_secret": Life(
        ("app_id", "secret_name"),
        updates={
            "tags": spelled(tags={"a": "c"}),
            "description": spelled(description="of the assistant"),
            "rotate": spelled(rotate="always"),
        },
        wrong={"secret_name": "no name"},
        told={
            "kms_key_id": "test_okta_client_secret.py::test_the_key",
            "rotate_after_days": "test_okta_client_secret_rotation.py::test_by_age",
            "delete_inactive_after_days": "test_okta_client_secret_rotation.py::test_when_the_old_one_is_deleted",
            **dict.fromkeys(
                ("recovery_window_days", "force_delete"),
                "test_okta_client_secret.py::test_removing_schedules_the_deletion_and_leaves_okta_alone",
            ),
        },
    ),
    "qbusiness_app": Life(
        ("display_name",),
        lambda scene: {"identity_type": "AWS_IAM_IDP_SAML", "iam_identity_provider_arn": scene.provider_arn},
        {
            **TAGS,
            "description": spelled(description="another"),
            "role_arn": lambda scene: {"role_arn": _second_role(scene)},
            "attachments_configuration": spelled(attachments_configuration={"attachments_control_mode": "DISABLED"}),
            "q_apps_configuration": spelled(q_apps_configuration={"q_apps_control_mode": "DISABLED"}),
            "personalization_configuration": spelled(
                personalization_configuration={"personalization_control_mode": "DISABLED"}
            ),
            "auto_subscription_configuration": spelled(
                auto_subscription_configuration={"auto_subscribe": "ENABLED", "default_subscription_type": "Q_LITE"}
            ),
        },
        {
            "encryption_configuration": lambda scene: {"encryption_configuration": {"kms_key_id": _kms(scene)}},
            "identity_type": spelled(identity_type="AWS_IAM_IDP_OIDC", client_ids_for_oidc=["0oa1"]),
        },
        {"display_name": "no name!"},
        told={
            "application_id": NAME_BY_ID,
            "display_name": NAME_BY_ID,
            "initially": INITIALLY,
            **dict.fromkeys(
                [
                    "iam_identity_provider_arn",
                    "client_ids_for_oidc",
                    "identity_center_instance_arn",
                    "quick_sight_configuration",
                ],
                "test_qbusiness_app_identities.py::",
            ),
        },
    ),
    "qbusiness_chat_controls": Life(
        ("application_id",),
        updates={
            "response_scope": spelled(response_scope="ENTERPRISE_CONTENT_ONLY"),
            "orchestration_configuration": spelled(orchestration_configuration={"control": "DISABLED"}),
            "creator_mode_configuration": spelled(creator_mode_configuration={"creator_mode_control": "ENABLED"}),
            "hallucination_reduction_configuration": spelled(
                hallucination_reduction_configuration={"hallucination_reduction_control": "ENABLED"},
                orchestration_configuration={"control": "DISABLED"},
            ),
            "blocked_phrases": spelled(blocked_phrases=["secret", "merger"]),
            "system_message_override": spelled(system_message_override="Of this I do not speak."),
            "topic_configurations": spelled(
                topic_configurations=[
                    {
                        "name": "wages",
                        "rules": [
                            {
                                "rule_type": "CONTENT_BLOCKER_RULE",
                                "rule_configuration": {"content_blocker_rule": {"system_message_override": "No."}},
                            }
                        ],
                    }
                ]
            ),
        },
        gone=spelled(blocked_phrases=["secret"]),
        told={
            **dict.fromkeys(
                ("blocked_phrases_absent", "purge_blocked_phrases"),
                "test_qbusiness_chat_controls.py::test_chat_controls_phrases_of_others_are_kept",
            ),
            **dict.fromkeys(
                ("topic_configurations_absent", "purge_topics"),
                "test_qbusiness_chat_controls.py::test_chat_controls_topics_of_others_are_kept",
            ),
        },
    ),
    "qbusiness_chat_response_configuration": Life(
        ("application_id", "display_name"),
        updates={
            "tags": spelled(tags={"a": "c"}),
            "response_configurations": spelled(
                response_configurations={"ALL": {"instruction_collection": {"tone": "Formal"}}}
            ),
        },
        told={
            "chat_response_configuration_id": (
                "test_qbusiness_chat_response_configuration.py::test_chat_response_configuration_update_display_name"
            ),
        },
    ),
    "qbusiness_data_accessor": Life(
        ("application_id", "display_name"),
        updates={
            "tags": spelled(tags={"a": "c"}),
            "authentication_detail": spelled(
                authentication_detail={
                    "authentication_type": "AWS_IAM_IDC_AUTH_CODE",
                    "external_ids": ["tenant-2"],
                }
            ),
        },
        fixed={"principal": spelled(principal=f"{VENDOR}-2")},
        told={
            "data_accessor_id": "test_qbusiness_data_accessor.py::test_data_accessor_update_display_name",
            "action_configurations": "test_qbusiness_data_accessor.py::test_data_accessor_update",
        },
    ),
    "qbusiness_datasource": Life(
        ("application_id", "index_id", "display_name"),
        updates={
            **TAGS,
            "description": spelled(description="another"),
            "configuration": lambda _scene: {"configuration": _prefixed()},
            "role_arn": lambda scene: {"role_arn": _second_role(scene)},
            "sync_schedule": spelled(sync_schedule="cron(0 3 ? * MON *)"),
            "vpc_configuration": spelled(
                vpc_configuration={"subnet_ids": ["subnet-0a1b2c3d"], "security_group_ids": ["sg-0a1b2c3d"]}
            ),
            "media_extraction_configuration": spelled(
                media_extraction_configuration={
                    "image_extraction_configuration": {"image_extraction_status": "ENABLED"}
                }
            ),
        },
        fixed={"configuration": lambda _scene: {"configuration": {"type": "CUSTOM", "version": "1.0.0"}}},
        told={
            "data_source_id": NAME_BY_ID,
            "document_enrichment_configuration": "test_qbusiness_resources.py::test_datasource_enrichment_is_cleared",
            "data_sources": "test_many.py::",
            **dict.fromkeys(S3_OPTIONS, "test_adopted_sources.py::test_each_short_option_is_laid_over_the_document"),
            "configuration_exact": "test_adopted_sources.py::test_an_exact_document_removes_what_it_does_not_have",
            "create": "test_adopted_sources.py::test_another_name_over_the_same_bucket_is_refused",
        },
    ),
    "qbusiness_document": Life(
        ("application_id", "index_id"),
        gone=spelled(documents=None, documents_absent=["travel"], state=None),
        told={
            "documents": "test_qbusiness_document.py::test_update",
            "documents_absent": "test_qbusiness_document.py::test_absent",
            "purge_documents": "test_qbusiness_document.py::test_absent_purges_the_data_source_only",
            "data_source_id": "test_qbusiness_document.py::test_create_in_a_data_source",
            "role_arn": "test_qbusiness_document.py::test_create_from_s3",
        },
    ),
    "qbusiness_group": Life(
        ("application_id", "index_id", "group_name"),
        told={
            "users": "test_qbusiness_group.py::test_create",
            "groups": "test_qbusiness_group.py::test_update",
            "type": "test_qbusiness_group.py::test_update",
            "group_members": "test_qbusiness_group.py::test_create_from_s3",
            "role_arn": "test_qbusiness_group.py::test_create_from_s3",
            "data_source_id": "test_qbusiness_group.py::test_create_in_a_data_source",
        },
    ),
    "qbusiness_index": Life(
        ("application_id", "display_name"),
        updates={
            **TAGS,
            "description": spelled(description="another"),
            "capacity_configuration": spelled(capacity_configuration={"units": 2}),
            "document_attribute_configurations": spelled(
                document_attribute_configurations=[{"name": "team", "type": "STRING", "search": "ENABLED"}]
            ),
        },
        fixed={"type": spelled(type="ENTERPRISE")},
        told={"index_id": NAME_BY_ID, "initially": INITIALLY, "adopt_single": ADOPTION},
    ),
    "qbusiness_permission": Life(
        ("application_id", "statement_id"),
        updates={
            "principal": spelled(principal="arn:aws:iam::310987654321:role/vendor"),
            "actions": spelled(actions=[SEARCH, "qbusiness:ListPlugins"]),
            "conditions": spelled(
                conditions=[
                    {
                        "condition_operator": "StringEquals",
                        "condition_key": "aws:PrincipalTag/Team",
                        "condition_values": ["a"],
                    }
                ]
            ),
        },
    ),
    "qbusiness_plugin": Life(
        ("application_id", "display_name"),
        updates={
            **TAGS,
            "custom_plugin_configuration": lambda _scene: {
                "custom_plugin_configuration": leave(info={"title": "Leave", "version": "2"})
            },
            "plugin_state": spelled(plugin_state="DISABLED"),
        },
        fixed={
            "type": spelled(
                type="JIRA_CLOUD",
                custom_plugin_configuration=None,
                server_url="https://example.atlassian.net",
            )
        },
        told={
            "plugin_id": "test_qbusiness_plugin.py::test_plugin_update_display_name",
            "auth_configuration": "test_qbusiness_plugin.py::test_plugin_update",
            "server_url": "test_qbusiness_plugin.py::test_plugin_update",
            "rebuild": "test_qbusiness_plugin.py::test_plugin_whose_update_failed_is_built_again",
            "plugins": "test_many_plugins.py::",
        },
    ),
    "qbusiness_retriever": Life(
        ("application_id", "display_name"),
        updates={**TAGS, "role_arn": lambda scene: {"role_arn": _second_role(scene)}},
        fixed={
            "type": spelled(
                type="KENDRA_INDEX", configuration={"kendra_index_configuration": {"index_id": OTHER_APPLICATION}}
            )
        },
        told={
            "retriever_id": NAME_BY_ID,
            "adopt_single": ADOPTION,
            "configuration": "test_qbusiness_resources.py::test_retriever_boosts_are_changed_and_cleared",
        },
    ),
    "qbusiness_subscription": Life(
        ("application_id", "user"),
        updates={"type": spelled(type="Q_BUSINESS")},
        still="it stays in the list until the month is over, and whether it is cancelled cannot be read",
        told={
            "group": "test_qbusiness_subscription.py::test_create",
            "subscription_id": "test_qbusiness_subscription.py::test_update_by_id",
        },
    ),
    "qbusiness_user": Life(
        ("application_id", "user_id"),
        updates={"user_aliases": spelled(user_aliases=[{"user_id": f"other-{ANN}"}])},
        told={"purge_aliases": "test_qbusiness_user.py::test_update_purges"},
    ),
    "qbusiness_web_experience": Life(
        ("application_id",),
        updates={
            **TAGS,
            "title": spelled(title="Ask us"),
            "subtitle": spelled(subtitle="anything"),
            "welcome_message": spelled(welcome_message="Hello"),
            "role_arn": lambda scene: {"role_arn": scene.role_arn},
            "sample_prompts_control_mode": spelled(sample_prompts_control_mode="DISABLED"),
            "origins": spelled(origins=["https://intranet.example.com"]),
            "customization_configuration": spelled(
                customization_configuration={"logo_url": "https://assets.example.com/logo.svg"}
            ),
        },
        told={
            "web_experience_id": "test_qbusiness_modules.py::test_adopts_by_id",
            "adopt_single": ADOPTION,
            "initially": INITIALLY,
            "identity_provider_configuration": "test_qbusiness_resources.py::test_web_experience_sign_in_is_changed",
            "browser_extension_configuration": (
                "test_qbusiness_resources.py::test_web_experience_browser_extension_is_refused_for_saml"
            ),
        },
    ),
    "s3_bucket_statement": Life(
        ("bucket", "sid"),
        updates={"statement": lambda _scene: {"statement": theme_statement("logo.svg")}},
        wrong={"sid": "no sid"},
    ),
}
