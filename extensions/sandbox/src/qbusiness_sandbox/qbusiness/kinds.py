# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The kinds of resource, in one table.

Sources: paths, members and statuses from the service model; ARN forms from the Service Authorization Reference;
quotas from the Q Business quota page (reference sections 2.9, 5 and 6.3).
Guesses of the whole table: names may be taken twice (1), there may be several indices, retrievers and web experiences
(3), and no quota on those (4).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: The final "status" of a resource that is being deleted: there is nothing any more.
GONE = ""


@dataclass(frozen=True)
class Life:
    """The statuses that a resource goes through. An empty tuple: that step is immediate.

    ``failed``: the status in which a create, update or delete ends that fails.
    """

    member: str = "status"
    create: tuple[str, ...] = ("CREATING",)
    steady: str = "ACTIVE"
    update: tuple[str, ...] = ()
    delete: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(
        default_factory=lambda: {"create": "FAILED", "update": "FAILED", "delete": "FAILED"}
    )


@dataclass(frozen=True)
class Kind:
    """One kind of resource.

    ``name`` is the name for ``settings.polls``; ``noun`` stands in operation names and as ``resourceType``; ``plural``
    in ``List…``; ``items`` is the member of the list's answer; ``arn`` what follows the account in the ARN, with the
    ids as fields (empty: no ARN, no tags); ``quota`` how many there may be in one ``quota_scope`` (the id member of an
    ancestor, or empty for the account); ``write_only`` are members that no read shows; ``update_only`` are those that
    a create does not take; ``defaults`` are what a read shows when nothing was given.
    """

    name: str
    noun: str
    plural: str
    items: str
    id: str
    parent: str = ""
    arn: str = ""
    arn_member: str = ""
    life: Life | None = None
    error: bool = False
    taggable: bool = True
    quota: int = 0
    quota_scope: str = ""
    write_only: frozenset[str] = frozenset()
    update_only: frozenset[str] = frozenset()
    defaults: Mapping[str, object] = field(default_factory=dict)


_FIVE = Life(update=("UPDATING",), delete=("DELETING",))

APPLICATION = Kind(
    "application",
    "Application",
    "Applications",
    "applications",
    "applicationId",
    arn="application/{applicationId}",
    arn_member="applicationArn",
    life=_FIVE,
    error=True,
    quota=50,
    write_only=frozenset({"identityCenterInstanceArn"}),
    update_only=frozenset({"autoSubscriptionConfiguration"}),
    # Recorded: an empty structure when it was never set (reference 4.1).
    defaults={"autoSubscriptionConfiguration": {}},
)
INDEX = Kind(
    "index",
    "Index",
    "Indices",
    "indices",
    "indexId",
    "application",
    "application/{applicationId}/index/{indexId}",
    "indexArn",
    _FIVE,
    error=True,
    update_only=frozenset({"documentAttributeConfigurations"}),
    # guess: 15
    defaults={"type": "ENTERPRISE", "capacityConfiguration": {"units": 1}},
)
RETRIEVER = Kind(
    "retriever",
    "Retriever",
    "Retrievers",
    "retrievers",
    "retrieverId",
    "application",
    "application/{applicationId}/retriever/{retrieverId}",
    "retrieverArn",
    Life(),
)
DATA_SOURCE = Kind(
    "data_source",
    "DataSource",
    "DataSources",
    "dataSources",
    "dataSourceId",
    "index",
    "application/{applicationId}/index/{indexId}/data-source/{dataSourceId}",
    "dataSourceArn",
    Life(create=("PENDING_CREATION", "CREATING"), update=("UPDATING",), delete=("DELETING",)),
    error=True,
    quota=50,
    quota_scope="applicationId",
    # guess: 34, recorded on a data source that the console had made
    defaults={"description": "", "syncSchedule": ""},
)
WEB_EXPERIENCE = Kind(
    "web_experience",
    "WebExperience",
    "WebExperiences",
    "webExperiences",
    "webExperienceId",
    "application",
    "application/{applicationId}/web-experience/{webExperienceId}",
    "webExperienceArn",
    Life(delete=("DELETING",)),
    error=True,
    # guess: 15
    defaults={"samplePromptsControlMode": "ENABLED"},
)
PLUGIN = Kind(
    "plugin",
    "Plugin",
    "Plugins",
    "plugins",
    "pluginId",
    "application",
    "application/{applicationId}/plugin/{pluginId}",
    "pluginArn",
    Life(
        "buildStatus",
        ("CREATE_IN_PROGRESS",),
        "READY",
        ("UPDATE_IN_PROGRESS",),
        ("DELETE_IN_PROGRESS",),
        {"create": "CREATE_FAILED", "update": "UPDATE_FAILED", "delete": "DELETE_FAILED"},
    ),
    quota=25,
    quota_scope="applicationId",
    update_only=frozenset({"state"}),
    defaults={"state": "ENABLED"},
)
CHAT_RESPONSE_CONFIGURATION = Kind(
    "chat_response_configuration",
    "ChatResponseConfiguration",
    "ChatResponseConfigurations",
    "chatResponseConfigurations",
    "chatResponseConfigurationId",
    "application",
    "application/{applicationId}/chat-response-configuration/{chatResponseConfigurationId}",
    "chatResponseConfigurationArn",
    Life(update=("UPDATING",)),
)
DATA_ACCESSOR = Kind(
    "data_accessor",
    "DataAccessor",
    "DataAccessors",
    "dataAccessors",
    "dataAccessorId",
    "application",
    "application/{applicationId}/data-accessor/{dataAccessorId}",
    "dataAccessorArn",
    quota=10,
    quota_scope="applicationId",
)
SUBSCRIPTION = Kind(
    "subscription",
    "Subscription",
    "Subscriptions",
    "subscriptions",
    "subscriptionId",
    "application",
    "application/{applicationId}/subscription/{subscriptionId}",
    "subscriptionArn",
    taggable=False,
)

#: In the order of dependence: a parent stands before its children.
TABLE = (
    APPLICATION,
    INDEX,
    RETRIEVER,
    DATA_SOURCE,
    WEB_EXPERIENCE,
    PLUGIN,
    CHAT_RESPONSE_CONFIGURATION,
    DATA_ACCESSOR,
    SUBSCRIPTION,
)
BY_NAME = {kind.name: kind for kind in TABLE}
BY_ID = {kind.id: kind for kind in TABLE}
#: Further names for ``settings.polls``: things that change by looking but are not in the table.
OTHER_POLLS = ("sync_job", "group", "document")
