# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A small world to send requests into: applications of several identity types with one of everything."""

from __future__ import annotations

import base64
import copy
from dataclasses import dataclass, field
from typing import Any

from qbusiness_sandbox.cloud import Cloud
from qbusiness_sandbox.qbusiness import model
from qbusiness_sandbox.qbusiness.kinds import APPLICATION
from qbusiness_sandbox.qbusiness.room import QBusinessRoom
from qbusiness_wire import Answer, Wire, assemble

ROLE = "arn:aws:iam::123456789012:role/service"
SAML_PROVIDER = "arn:aws:iam::123456789012:saml-provider/okta"
OIDC_PROVIDER = "arn:aws:iam::123456789012:oidc-provider/example.okta.com"
INSTANCE = "arn:aws:sso:::instance/ssoins-0123456789abcdef"
USER = "ann@example.com"
SCHEDULE = "cron(0 1 * * ? *)"
KENDRA_INDEX = "0a1b2c3d-0000-4000-8000-00000000000a"
IDENTITY = "0a1b2c3d-0000-4000-8000-00000000000b"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
OBJECTS = [
    ("docs/holidays.txt", b"Everybody gets thirty days of holidays. Ask the office for more."),
    ("docs/picture.png", PIXEL),
]


def s3_configuration(bucket: str = "documents", **changes: Any) -> dict[str, Any]:
    """A connector document of S3."""
    return {
        "type": "S3",
        "syncMode": "FULL_CRAWL",
        "connectionConfiguration": {"repositoryEndpointMetadata": {"BucketName": bucket}},
        "repositoryConfigurations": {"document": {"fieldMappings": []}},
        **changes,
    }


@dataclass
class World:
    """Ids by name, for each application by its own name: ``main`` (no identity type), ``center``, ``anonymous``,
    ``kendra``."""

    room: QBusinessRoom
    wire: Wire
    ids: dict[str, dict[str, str]] = field(default_factory=dict)
    _saved: Any = None

    def call(self, name: str, **values: Any) -> Answer:
        return self.wire.send(*assemble(model.operation(name), values))

    def must(self, name: str, **values: Any) -> Any:
        answer = self.call(name, **values)
        assert answer.status == 200, (name, answer)
        return answer.body

    def save(self) -> None:
        self._saved = copy.deepcopy(self.room.store)

    def restore(self) -> None:
        """Undo everything since :meth:`save`."""
        self.room.store = copy.deepcopy(self._saved)


def new_room() -> tuple[Cloud, QBusinessRoom]:
    """A room in which everything is there at once."""
    cloud = Cloud()
    cloud.settings.polls = {"*": 0}
    room = QBusinessRoom(cloud)
    room.bucket_reader = lambda bucket, role, application: OBJECTS
    return cloud, room


def _content(world: World, name: str, application: str) -> dict[str, str]:
    """An index with a synced data source, a retriever and a conversation about its documents."""
    a = application
    user = {} if name == "anonymous" else {"userId": USER}
    index = world.must("CreateIndex", applicationId=a, displayName="index")["indexId"]
    attributes = [{"name": "_authors", "search": "ENABLED"}]
    world.must("UpdateIndex", applicationId=a, indexId=index, documentAttributeConfigurations=attributes)
    source = world.must(
        "CreateDataSource",
        applicationId=a,
        indexId=index,
        displayName="source",
        roleArn=ROLE,
        configuration=s3_configuration(),
        mediaExtractionConfiguration={"imageExtractionConfiguration": {"imageExtractionStatus": "ENABLED"}},
    )["dataSourceId"]
    job = world.must("StartDataSourceSyncJob", applicationId=a, indexId=index, dataSourceId=source)["executionId"]
    retriever = world.must(
        "CreateRetriever",
        applicationId=a,
        displayName="retriever",
        type="NATIVE_INDEX",
        configuration={"nativeIndexConfiguration": {"indexId": index}},
    )["retrieverId"]
    files = [{"name": "note.txt", "data": base64.b64encode(b"a note").decode()}]
    said = world.must("ChatSync", applicationId=a, userMessage="the picture", attachments=files, **user)
    details = said["sourceAttributions"][0]["textMessageSegments"][0]["sourceDetails"]
    attachment = next(iter(world.room.store.get(APPLICATION, a).parts.attachments))  # type: ignore[union-attr]  # it was just made
    return {
        "applicationId": a,
        "indexId": index,
        "dataSourceId": source,
        "executionId": job,
        "retrieverId": retriever,
        "conversationId": said["conversationId"],
        "messageId": said["systemMessageId"],
        "attachmentId": attachment,
        "mediaId": details["imageSourceDetails"]["mediaId"],
        "documentId": "s3://documents/docs/holidays.txt",
    }


def _main(world: World, application: str) -> dict[str, str]:
    a = application
    ids = _content(world, "main", a)
    index, source = ids["indexId"], ids["dataSourceId"]
    ids["webExperienceId"] = world.must("CreateWebExperience", applicationId=a)["webExperienceId"]
    ids["pluginId"] = world.must(
        "CreatePlugin",
        applicationId=a,
        displayName="plugin",
        type="JIRA_CLOUD",
        authConfiguration={"noAuthConfiguration": {}},
    )["pluginId"]
    ids["customPluginId"] = world.must(
        "CreatePlugin",
        applicationId=a,
        displayName="custom",
        type="CUSTOM",
        authConfiguration={"noAuthConfiguration": {}},
        customPluginConfiguration={"description": "An API", "apiSchemaType": "OPEN_API_V3"},
    )["pluginId"]
    ids["chatResponseConfigurationId"] = world.must(
        "CreateChatResponseConfiguration", applicationId=a, displayName="style", responseConfigurations={"ALL": {}}
    )["chatResponseConfigurationId"]
    world.must("CreateUser", applicationId=a, userId=USER)
    world.must(
        "PutGroup",
        applicationId=a,
        indexId=index,
        groupName="staff",
        dataSourceId=source,
        type="DATASOURCE",
        groupMembers={"memberUsers": [{"userId": USER}]},
    )
    ids["subscriptionId"] = world.must(
        "CreateSubscription", applicationId=a, principal={"user": IDENTITY}, type="Q_LITE"
    )["subscriptionId"]
    ids["statementId"] = "statement"
    world.must(
        "AssociatePermission",
        applicationId=a,
        statementId="statement",
        actions=["qbusiness:SearchRelevantContent"],
        principal=ROLE,
    )
    return ids


def build(room: QBusinessRoom, wire: Wire) -> World:
    """Make the world and remember it."""
    world = World(room, wire)
    made = {
        "main": {},
        "center": {"identityType": "AWS_IAM_IDC", "identityCenterInstanceArn": INSTANCE},
        "anonymous": {"identityType": "ANONYMOUS"},
        "kendra": {},
    }
    applications = {
        name: world.must("CreateApplication", displayName=name, **more)["applicationId"] for name, more in made.items()
    }
    world.ids["main"] = _main(world, applications["main"])
    world.ids["anonymous"] = _content(world, "anonymous", applications["anonymous"])
    a = world.ids["anonymous"]["applicationId"]
    world.ids["anonymous"]["webExperienceId"] = world.must("CreateWebExperience", applicationId=a)["webExperienceId"]
    a = applications["center"]
    accessor = world.must(
        "CreateDataAccessor",
        applicationId=a,
        displayName="accessor",
        principal=ROLE,
        actionConfigurations=[{"action": "qbusiness:SearchRelevantContent"}],
    )["dataAccessorId"]
    world.ids["center"] = {"applicationId": a, "dataAccessorId": accessor}
    a = applications["kendra"]
    retriever = world.must(
        "CreateRetriever",
        applicationId=a,
        displayName="retriever",
        type="KENDRA_INDEX",
        roleArn=ROLE,
        configuration={"kendraIndexConfiguration": {"indexId": KENDRA_INDEX}},
    )["retrieverId"]
    world.ids["kendra"] = {"applicationId": a, "retrieverId": retriever}
    world.save()
    return world
