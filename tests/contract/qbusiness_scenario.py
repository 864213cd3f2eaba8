# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every operation of the service but Chat, once and with success, through boto3."""

from __future__ import annotations

import base64
from typing import Any

from qbusiness_sandbox.aws.principal import SESSION, Principal
from qbusiness_sandbox.cloud import PRINCIPAL, Operation
from qbusiness_sandbox.qbusiness.room import QBusinessRoom
from qbusiness_world import IDENTITY, INSTANCE, PIXEL, ROLE, SAML_PROVIDER, USER, s3_configuration
from werkzeug.wrappers import Request, Response


class PersonalRoom(QBusinessRoom):
    """A room in which every request comes from one person, as if the room "aws" had verified a signature."""

    person: Principal | None = None

    def handle(self, request: Request, operation: Operation) -> Response:
        if self.person is not None:
            request.environ[PRINCIPAL] = self.person
        return super().handle(request, operation)


def session(email: str = USER, **changes: Any) -> Principal:
    """The session of a user who signed in through the SAML provider."""
    values: dict[str, Any] = {
        "arn": f"arn:aws:sts::123456789012:assumed-role/web/{email}",
        "account_id": "123456789012",
        "access_key_id": "ASIAEXAMPLE",
        "kind": SESSION,
        "role_arn": "arn:aws:iam::123456789012:role/web",
        "session_name": email,
        "tags": {"Email": email} if email else {},
        "federated_provider": SAML_PROVIDER,
        **changes,
    }
    return Principal(**values)


class Scenario:
    """The steps; each uses what the ones before have made."""

    def __init__(self, client: Any, room: PersonalRoom) -> None:
        self.q = client
        self.room = room
        self.ids: dict[str, str] = {}

    def run(self) -> None:
        self.application()
        self.content()
        self.questions()
        self.documents()
        self.people()
        self.look_and_feel()
        self.plugins()
        self.identity_center()
        self.anonymous()
        self.tags()
        self.removal()

    def application(self) -> None:
        q = self.q
        made = q.create_application(
            displayName="saml",
            identityType="AWS_IAM_IDP_SAML",
            iamIdentityProviderArn=SAML_PROVIDER,
            tags=[{"key": "team", "value": "red"}],
        )
        a = self.ids["a"] = made["applicationId"]
        self.ids["arn"] = made["applicationArn"]
        automatic = {"autoSubscribe": "ENABLED", "defaultSubscriptionType": "Q_LITE"}
        q.update_application(applicationId=a, autoSubscriptionConfiguration=automatic)
        assert q.get_application(applicationId=a)["autoSubscriptionConfiguration"] == automatic
        assert a in [item["applicationId"] for item in q.list_applications()["applications"]]

    def content(self) -> None:
        q, a = self.q, self.ids["a"]
        i = self.ids["i"] = q.create_index(applicationId=a, displayName="index", type="STARTER")["indexId"]
        q.update_index(applicationId=a, indexId=i, capacityConfiguration={"units": 2})
        assert q.get_index(applicationId=a, indexId=i)["capacityConfiguration"] == {"units": 2}
        assert len(q.list_indices(applicationId=a)["indices"]) == 1
        native = {"nativeIndexConfiguration": {"indexId": i}}
        r = self.ids["r"] = q.create_retriever(
            applicationId=a, type="NATIVE_INDEX", displayName="retriever", configuration=native
        )["retrieverId"]
        q.update_retriever(applicationId=a, retrieverId=r, displayName="renamed")
        assert q.get_retriever(applicationId=a, retrieverId=r)["configuration"] == native
        assert q.list_retrievers(applicationId=a)["retrievers"][0]["displayName"] == "renamed"
        media = {"imageExtractionConfiguration": {"imageExtractionStatus": "ENABLED"}}
        d = self.ids["d"] = q.create_data_source(
            applicationId=a,
            indexId=i,
            displayName="bucket",
            roleArn=ROLE,
            configuration=s3_configuration(),
            mediaExtractionConfiguration=media,
        )["dataSourceId"]
        source = {"applicationId": a, "indexId": i, "dataSourceId": d}
        q.update_data_source(**source, description="The documents")
        assert q.get_data_source(**source)["configuration"] == s3_configuration()
        assert len(q.list_data_sources(applicationId=a, indexId=i)["dataSources"]) == 1
        job = q.start_data_source_sync_job(**source)["executionId"]
        history = q.list_data_source_sync_jobs(**source)["history"]
        assert [(item["executionId"], item["status"]) for item in history] == [(job, "SUCCEEDED")]

    def questions(self) -> None:
        q, a = self.q, self.ids["a"]
        self.room.person = session()
        try:
            q.chat_sync(applicationId=a, userMessage="holidays?")
        except q.exceptions.AccessDeniedException as error:
            assert "does not have a subscription" in str(error)  # noqa: PT017 - the first question always is refused
        files = [{"name": "note.txt", "data": b"a note"}]
        said = q.chat_sync(applicationId=a, userMessage="Show the picture", attachments=files)
        conversation = {"applicationId": a, "conversationId": said["conversationId"]}
        image = said["sourceAttributions"][0]["textMessageSegments"][0]["sourceDetails"]["imageSourceDetails"]
        media = q.get_media(**conversation, messageId=said["systemMessageId"], mediaId=image["mediaId"])
        assert (media["mediaBytes"], media["mediaMimeType"]) == (PIXEL, "image/png")
        feedback = {"usefulness": "USEFUL", "submittedAt": 1_770_000_000}
        q.put_feedback(**conversation, messageId=said["systemMessageId"], messageUsefulness=feedback)
        assert len(q.list_conversations(applicationId=a)["conversations"]) == 1
        assert [item["type"] for item in q.list_messages(**conversation)["messages"]] == ["SYSTEM", "USER"]
        attachment = q.list_attachments(applicationId=a)["attachments"][0]["attachmentId"]
        q.delete_attachment(**conversation, attachmentId=attachment)
        found = q.search_relevant_content(
            applicationId=a, queryText="holidays", contentSource={"retriever": {"retrieverId": self.ids["r"]}}
        )["relevantContent"]
        assert found[0]["documentId"] == "s3://documents/docs/holidays.txt"
        q.delete_conversation(**conversation)
        self.room.person = None

    def documents(self) -> None:
        q, a, i = self.q, self.ids["a"], self.ids["i"]
        index = {"applicationId": a, "indexId": i}
        custom = {
            **index,
            "dataSourceId": q.create_data_source(
                **index, displayName="custom", configuration={"type": "CUSTOM", "version": "1.0.0"}
            )["dataSourceId"],
        }
        job = q.start_data_source_sync_job(**custom)["executionId"]
        documents = [{"id": "one", "content": {"blob": b"The canteen opens at noon."}}]
        assert q.batch_put_document(**index, documents=documents, dataSourceSyncId=job)["failedDocuments"] == []
        q.stop_data_source_sync_job(**custom)
        listed = q.list_documents(**index, dataSourceIds=[custom["dataSourceId"]])["documentDetailList"]
        assert [(item["documentId"], item["status"]) for item in listed] == [("one", "INDEXED")]
        assert q.get_document_content(**index, documentId="one")["presignedUrl"].startswith("https://")
        assert q.check_document_access(**index, userId=USER, documentId="one")["hasAccess"] is True
        assert q.batch_delete_document(**index, documents=[{"documentId": "one"}])["failedDocuments"] == []
        q.delete_data_source(**custom)

    def people(self) -> None:
        q, a, i = self.q, self.ids["a"], self.ids["i"]
        q.create_user(applicationId=a, userId=USER)
        alias = {"userId": "ann"}
        assert q.update_user(applicationId=a, userId=USER, userAliasesToUpdate=[alias])["userAliasesAdded"] == [alias]
        assert q.get_user(applicationId=a, userId=USER)["userAliases"] == [alias]
        q.delete_user(applicationId=a, userId=USER)
        index = {"applicationId": a, "indexId": i}
        members = {"memberUsers": [{"userId": USER}]}
        q.put_group(**index, groupName="my group/1", type="INDEX", groupMembers=members)
        assert q.get_group(**index, groupName="my group/1")["status"]["status"] == "SUCCEEDED"
        assert q.list_groups(**index, updatedEarlierThan=4_000_000_000)["items"] == [{"groupName": "my group/1"}]
        q.delete_group(**index, groupName="my group/1")
        statement = q.associate_permission(
            applicationId=a, statementId="s1", actions=["qbusiness:SearchRelevantContent"], principal=ROLE
        )["statement"]
        assert statement in q.get_policy(applicationId=a)["policy"]
        q.disassociate_permission(applicationId=a, statementId="s1")
        assert "policy" not in q.get_policy(applicationId=a)

    def look_and_feel(self) -> None:
        q, a = self.q, self.ids["a"]
        w = q.create_web_experience(applicationId=a, title="Ask")["webExperienceId"]
        experience = {"applicationId": a, "webExperienceId": w}
        provider = {"samlConfiguration": {"authenticationUrl": "https://example.okta.com/sso"}}
        q.update_web_experience(**experience, roleArn=ROLE, identityProviderConfiguration=provider)
        shown = q.get_web_experience(**experience)
        assert (shown["status"], shown["identityProviderConfiguration"]) == ("ACTIVE", provider)
        assert len(q.list_web_experiences(applicationId=a)["webExperiences"]) == 1
        q.delete_web_experience(**experience)
        q.update_chat_controls_configuration(applicationId=a, responseScope="ENTERPRISE_CONTENT_ONLY")
        assert q.get_chat_controls_configuration(applicationId=a)["responseScope"] == "ENTERPRISE_CONTENT_ONLY"
        q.delete_chat_controls_configuration(applicationId=a)
        style = {"ALL": {"instructionCollection": {"tone": "friendly"}}}
        c = q.create_chat_response_configuration(applicationId=a, displayName="style", responseConfigurations=style)
        configuration = {"applicationId": a, "chatResponseConfigurationId": c["chatResponseConfigurationId"]}
        style = {"ALL": {"instructionCollection": {"tone": "formal"}}}
        q.update_chat_response_configuration(**configuration, responseConfigurations=style)
        shown = q.get_chat_response_configuration(**configuration)
        assert shown["inUseConfiguration"]["responseConfigurations"] == style
        assert len(q.list_chat_response_configurations(applicationId=a)["chatResponseConfigurations"]) == 1
        q.delete_chat_response_configuration(**configuration)

    def plugins(self) -> None:
        q, a = self.q, self.ids["a"]
        p = q.create_plugin(
            applicationId=a, displayName="jira", type="JIRA_CLOUD", authConfiguration={"noAuthConfiguration": {}}
        )["pluginId"]
        plugin = {"applicationId": a, "pluginId": p}
        q.update_plugin(**plugin, state="DISABLED")
        shown = q.get_plugin(**plugin)
        assert (shown["state"], shown["authConfiguration"]) == ("DISABLED", {"noAuthConfiguration": {}})
        assert len(q.list_plugins(applicationId=a)["plugins"]) == 1
        assert q.list_plugin_actions(**plugin)["items"]
        assert q.list_plugin_type_actions(pluginType="JIRA_CLOUD")["items"]
        assert q.list_plugin_type_metadata()["items"]
        q.delete_plugin(**plugin)

    def identity_center(self) -> None:
        q = self.q
        a = q.create_application(displayName="center", identityType="AWS_IAM_IDC", identityCenterInstanceArn=INSTANCE)[
            "applicationId"
        ]
        made = q.create_subscription(applicationId=a, principal={"user": IDENTITY}, type="Q_LITE")
        subscription = {"applicationId": a, "subscriptionId": made["subscriptionId"]}
        better = q.update_subscription(**subscription, type="Q_BUSINESS")
        assert better["currentSubscription"] == better["nextSubscription"] == {"type": "Q_BUSINESS"}
        assert q.list_subscriptions(applicationId=a)["subscriptions"][0]["principal"] == {"user": IDENTITY}
        assert "nextSubscription" not in q.cancel_subscription(**subscription)
        action = [{"action": "qbusiness:SearchRelevantContent"}]
        d = q.create_data_accessor(applicationId=a, principal=ROLE, actionConfigurations=action, displayName="isv")
        accessor = {"applicationId": a, "dataAccessorId": d["dataAccessorId"]}
        q.update_data_accessor(**accessor, actionConfigurations=action, displayName="other")
        assert q.get_data_accessor(**accessor)["displayName"] == "other"
        assert len(q.list_data_accessors(applicationId=a)["dataAccessors"]) == 1
        q.delete_data_accessor(**accessor)
        q.delete_application(applicationId=a)

    def anonymous(self) -> None:
        q = self.q
        a = q.create_application(displayName="anonymous", identityType="ANONYMOUS")["applicationId"]
        w = q.create_web_experience(applicationId=a)["webExperienceId"]
        made = q.create_anonymous_web_experience_url(applicationId=a, webExperienceId=w, sessionDurationInMinutes=15)
        assert made["anonymousUrl"].startswith("https://")
        q.delete_application(applicationId=a)

    def tags(self) -> None:
        q, arn = self.q, self.ids["arn"]
        q.tag_resource(resourceARN=arn, tags=[{"key": "a b", "value": ""}])
        q.untag_resource(resourceARN=arn, tagKeys=["team", "absent"])
        assert q.list_tags_for_resource(resourceARN=arn)["tags"] == [{"key": "a b", "value": ""}]

    def removal(self) -> None:
        q, a, i = self.q, self.ids["a"], self.ids["i"]
        q.delete_data_source(applicationId=a, indexId=i, dataSourceId=self.ids["d"])
        q.delete_retriever(applicationId=a, retrieverId=self.ids["r"])
        q.delete_index(applicationId=a, indexId=i)
        q.delete_application(applicationId=a)
        assert q.list_applications()["applications"] == []


def chat_request(application_id: str) -> tuple[str, str, Any]:
    """Chat below boto3, which has no such method: the path of ChatSync without ``sync``."""
    body = {"inputStream": base64.b64encode(b"an event stream").decode()}
    return "POST", f"/applications/{application_id}/conversations", body
