# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The reviewed list of members of the service model: which module has an operation's members, which member is another
option than its own name, and which one is no option at all, each with its own reason.
"""

from __future__ import annotations

#: Operation → the module whose options its members are.
MODULE_OF = {
    "AssociatePermission": "qbusiness_permission",
    "CreateApplication": "qbusiness_app",
    "CreateChatResponseConfiguration": "qbusiness_chat_response_configuration",
    "CreateDataAccessor": "qbusiness_data_accessor",
    "CreateDataSource": "qbusiness_datasource",
    "CreateIndex": "qbusiness_index",
    "CreatePlugin": "qbusiness_plugin",
    "CreateRetriever": "qbusiness_retriever",
    "CreateSubscription": "qbusiness_subscription",
    "CreateUser": "qbusiness_user",
    "CreateWebExperience": "qbusiness_web_experience",
    "PutGroup": "qbusiness_group",
    "UpdateApplication": "qbusiness_app",
    "UpdateChatControlsConfiguration": "qbusiness_chat_controls",
    "UpdateChatResponseConfiguration": "qbusiness_chat_response_configuration",
    "UpdateDataAccessor": "qbusiness_data_accessor",
    "UpdateDataSource": "qbusiness_datasource",
    "UpdateIndex": "qbusiness_index",
    "UpdatePlugin": "qbusiness_plugin",
    "UpdateRetriever": "qbusiness_retriever",
    "UpdateSubscription": "qbusiness_subscription",
    "UpdateUser": "qbusiness_user",
    "UpdateWebExperience": "qbusiness_web_experience",
}

#: A rule of a topic that is deleted.
GONE = "UpdateChatControlsConfiguration.topic_configurations_to_delete[].rules[]"

#: Member → (option that it is instead, why). What is below such a member is below that option.
SPELLED = {
    "CreateApplication.tags[].key": (
        "tags",
        "tags are a dictionary as in every module of amazon.aws; this is its key",
    ),
    "CreateApplication.tags[].value": (
        "tags",
        "tags are a dictionary as in every module of amazon.aws; this is its value",
    ),
    "CreateChatResponseConfiguration.tags[].key": (
        "tags",
        "tags are a dictionary as in every module of amazon.aws; this is its key",
    ),
    "CreateChatResponseConfiguration.tags[].value": (
        "tags",
        "tags are a dictionary as in every module of amazon.aws; this is its value",
    ),
    "CreateDataAccessor.tags[].key": (
        "tags",
        "tags are a dictionary as in every module of amazon.aws; this is its key",
    ),
    "CreateDataAccessor.tags[].value": (
        "tags",
        "tags are a dictionary as in every module of amazon.aws; this is its value",
    ),
    "CreateDataSource.tags[].key": (
        "tags",
        "tags are a dictionary as in every module of amazon.aws; this is its key",
    ),
    "CreateDataSource.tags[].value": (
        "tags",
        "tags are a dictionary as in every module of amazon.aws; this is its value",
    ),
    "CreateIndex.tags[].key": (
        "tags",
        "tags are a dictionary as in every module of amazon.aws; this is its key",
    ),
    "CreateIndex.tags[].value": (
        "tags",
        "tags are a dictionary as in every module of amazon.aws; this is its value",
    ),
    "CreatePlugin.tags[].key": (
        "tags",
        "tags are a dictionary as in every module of amazon.aws; this is its key",
    ),
    "CreatePlugin.tags[].value": (
        "tags",
        "tags are a dictionary as in every module of amazon.aws; this is its value",
    ),
    "CreateRetriever.tags[].key": (
        "tags",
        "tags are a dictionary as in every module of amazon.aws; this is its key",
    ),
    "CreateRetriever.tags[].value": (
        "tags",
        "tags are a dictionary as in every module of amazon.aws; this is its value",
    ),
    "CreateSubscription.principal": (
        "user",
        "the structure holds either a user or a group, and both are options at the top",
    ),
    "CreateSubscription.principal.group": (
        "group",
        "who is subscribed is said at the top, as it is what the subscription is found by",
    ),
    "CreateSubscription.principal.user": (
        "user",
        "who is subscribed is said at the top, as it is what the subscription is found by",
    ),
    "CreateWebExperience.tags[].key": (
        "tags",
        "tags are a dictionary as in every module of amazon.aws; this is its key",
    ),
    "CreateWebExperience.tags[].value": (
        "tags",
        "tags are a dictionary as in every module of amazon.aws; this is its value",
    ),
    "UpdateChatControlsConfiguration.blocked_phrases_configuration_update.blocked_phrases_to_create_or_update": (
        "blocked_phrases",
        "what is wanted is declared; what has to be added is worked out",
    ),
    "UpdateChatControlsConfiguration.blocked_phrases_configuration_update.blocked_phrases_to_delete": (
        "blocked_phrases_absent",
        "what is wanted is declared; purge_blocked_phrases takes the rest away",
    ),
    "UpdateChatControlsConfiguration.blocked_phrases_configuration_update.system_message_override": (
        "system_message_override",
        "the structure around it holds deltas, and has no meaning for who declares a state",
    ),
    "UpdateChatControlsConfiguration.topic_configurations_to_create_or_update": (
        "topic_configurations",
        "what is wanted is declared; what has to be sent is worked out",
    ),
    "UpdateChatControlsConfiguration.topic_configurations_to_delete": (
        "topic_configurations_absent",
        "topics are known by their names; purge_topics takes the rest away",
    ),
    "UpdateChatControlsConfiguration.topic_configurations_to_delete[].name": (
        "topic_configurations_absent",
        "topics are taken away by their names: the list is one of names",
    ),
    "UpdatePlugin.state": (
        "plugin_state",
        "state says whether the plugin is there, as in every module of Ansible",
    ),
    "UpdateUser.user_aliases_to_delete": (
        "purge_aliases",
        "aliases that are there and not in user_aliases are taken away on demand; they are read first",
    ),
    "UpdateUser.user_aliases_to_update": (
        "user_aliases",
        "what is wanted is declared; what has to be put is worked out",
    ),
}

#: Member → why it is no option.
LEFT_OUT = {
    "CreateAnonymousWebExperienceUrl.application_id": (
        "makes a URL that opens a session for somebody without sign-in, for minutes: no state, and nothing that "
        "federation signs in to"
    ),
    "CreateAnonymousWebExperienceUrl.session_duration_in_minutes": (
        "of a URL for somebody without sign-in: how long it would be good for"
    ),
    "CreateAnonymousWebExperienceUrl.web_experience_id": (
        "of a URL for somebody without sign-in: the web experience that it would open"
    ),
    "CreateApplication.client_token": (
        "a second run finds the application by display_name before anything is made, and botocore makes a token "
        "for each call"
    ),
    "CreateChatResponseConfiguration.client_token": (
        "a second run finds the configuration by display_name before anything is made, and botocore makes a token "
        "for each call"
    ),
    "CreateDataAccessor.client_token": (
        "a second run finds the accessor by display_name before anything is made, and botocore makes a token for "
        "each call"
    ),
    "CreateDataSource.client_token": (
        "a second run finds the data source by display_name in its index before anything is made, and botocore "
        "makes a token for each call"
    ),
    "CreateIndex.client_token": (
        "a second run finds the index by display_name before anything is made, and botocore makes a token for each call"
    ),
    "CreatePlugin.client_token": (
        "a second run finds the plugin by display_name before anything is made, and botocore makes a token for "
        "each call"
    ),
    "CreateRetriever.client_token": (
        "a second run finds the retriever by display_name before anything is made, and botocore makes a token for "
        "each call"
    ),
    "CreateRetriever.configuration.native_index_configuration.version": (
        "read-only, says API_NativeIndexConfiguration: it tells which relevance tuning the application has"
    ),
    "CreateSubscription.client_token": (
        "a second run finds the subscription by its principal before anything is made, and botocore makes a token "
        "for each call"
    ),
    "CreateUser.client_token": (
        "a second run reads the user by user_id before anything is made, and botocore makes a token for each call"
    ),
    "CreateWebExperience.client_token": (
        "a second run finds the web experience of the application before anything is made, and botocore makes a "
        "token for each call"
    ),
    "PutFeedback.application_id": (
        "feedback is said by a person about an answer in a chat: no state that could be declared"
    ),
    "PutFeedback.conversation_id": "of a person's feedback: the conversation, which only who held it knows",
    "PutFeedback.message_copied_at": (
        "of a person's feedback: when they copied the answer, which the web experience tells"
    ),
    "PutFeedback.message_id": "of a person's feedback: the message that it is about",
    "PutFeedback.message_usefulness": "of a person's feedback: what they thought of the answer",
    "PutFeedback.message_usefulness.comment": "of a person's feedback: their own words",
    "PutFeedback.message_usefulness.reason": "of a person's feedback: why, chosen in the web experience",
    "PutFeedback.message_usefulness.submitted_at": "of a person's feedback: when it was given",
    "PutFeedback.message_usefulness.usefulness": (
        "of a person's feedback: thumb up or down, pressed in the web experience"
    ),
    "PutFeedback.user_id": "of a person's feedback: the person, of applications of the time before identity types",
    "UpdateChatControlsConfiguration.blocked_phrases_configuration_update": (
        "holds deltas; its three members are options at the top"
    ),
    "UpdateChatControlsConfiguration.client_token": (
        "the delta is worked out from what is there, so sending it twice changes nothing; botocore makes a token "
        "for each call"
    ),
    "UpdateChatControlsConfiguration.topic_configurations_to_delete[].description": (
        "a topic that is deleted is sent as it was read"
    ),
    "UpdateChatControlsConfiguration.topic_configurations_to_delete[].example_chat_messages": (
        "a topic that is deleted is sent as it was read: its examples say nothing about the deletion"
    ),
    "UpdateChatControlsConfiguration.topic_configurations_to_delete[].rules": (
        "a topic that is deleted is sent as it was read: the service asks for rules, though the name is enough for it"
    ),
    f"{GONE}.excluded_users_and_groups": (
        "of a rule that goes: sent as it was read; whom it was not for needs no saying"
    ),
    f"{GONE}.excluded_users_and_groups.user_groups": (
        "of a rule that goes: sent as it was read; the groups it was not for"
    ),
    f"{GONE}.excluded_users_and_groups.user_ids": (
        "of a rule that goes: sent as it was read; the people it was not for"
    ),
    f"{GONE}.included_users_and_groups": ("of a rule that goes: sent as it was read; whom it was for needs no saying"),
    f"{GONE}.included_users_and_groups.user_groups": (
        "of a rule that goes: sent as it was read; the groups it was for"
    ),
    f"{GONE}.included_users_and_groups.user_ids": ("of a rule that goes: sent as it was read; the people it was for"),
    f"{GONE}.rule_configuration": ("of a rule that goes: sent as it was read; what it did needs no saying"),
    f"{GONE}.rule_configuration.content_blocker_rule": ("of a rule that goes: sent as it was read; that it blocked"),
    f"{GONE}.rule_configuration.content_blocker_rule.system_message_override": (
        "of a rule that goes: sent as it was read; the answer that it gave"
    ),
    f"{GONE}.rule_configuration.content_retrieval_rule": (
        "of a rule that goes: sent as it was read; that it retrieved"
    ),
    f"{GONE}.rule_configuration.content_retrieval_rule.eligible_data_sources": (
        "of a rule that goes: sent as it was read; the data sources that it retrieved from"
    ),
    f"{GONE}.rule_configuration.content_retrieval_rule.eligible_data_sources[].data_source_id": (
        "of a rule that goes: sent as it was read; the id of such a data source"
    ),
    f"{GONE}.rule_configuration.content_retrieval_rule.eligible_data_sources[].index_id": (
        "of a rule that goes: sent as it was read; the index of such a data source"
    ),
    f"{GONE}.rule_type": ("of a rule that goes: sent as it was read; whether it blocked or retrieved"),
    "UpdateChatResponseConfiguration.client_token": (
        "the update is whole, so sending it twice changes nothing; botocore makes a token for each call"
    ),
    "UpdateRetriever.configuration.native_index_configuration.version": (
        "read-only, says API_NativeIndexConfiguration: an update sends it never, and what was read of it is dropped"
    ),
    "UpdateUser.user_aliases_to_delete[].data_source_id": (
        "an alias that goes is sent as it was read; its data source is its key"
    ),
    "UpdateUser.user_aliases_to_delete[].index_id": "an alias that goes is sent as it was read; its index is its key",
    "UpdateUser.user_aliases_to_delete[].user_id": (
        "an alias that goes is sent as it was read; the name says nothing about the deletion"
    ),
    "UpdateWebExperience.authentication_configuration": (
        "deprecated: sign-in of the preview, before identity types; new web experiences take "
        "identity_provider_configuration"
    ),
    "UpdateWebExperience.authentication_configuration.saml_configuration": (
        "deprecated: of the preview the only way to sign in; the IAM provider of the application took its place"
    ),
    "UpdateWebExperience.authentication_configuration.saml_configuration.metadata_xml": (
        "deprecated: the metadata belongs to the IAM provider now (iam_federation_provider)"
    ),
    "UpdateWebExperience.authentication_configuration.saml_configuration.role_arn": (
        "deprecated: the role of the web experience is role_arn now (iam_federation_role)"
    ),
    "UpdateWebExperience.authentication_configuration.saml_configuration.user_group_attribute": (
        "deprecated: groups come from data sources and qbusiness_group now, not from the assertion"
    ),
    "UpdateWebExperience.authentication_configuration.saml_configuration.user_id_attribute": (
        "deprecated: who signs in is told by the Email session tag now, which the Okta app sends"
    ),
}
