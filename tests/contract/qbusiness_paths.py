# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a request answers whose path lacks a member, or has nothing in its place.

A path without its label is another path. Where that is one of the service's own, the answer is that operation's;
everywhere else there is no such operation. The emptied label (``/applications//indices``) is never an operation.
Whether the real service reads an empty label so is a guess (32 in extensions/sandbox/docs/guesses.md).
"""

from __future__ import annotations

UNKNOWN = "404 UnknownOperationException"
#: The list of the same things: what is left is the path of a list.
LIST = "200"
#: What is left is the path of another operation, whose own member is then not valid (``conversations`` is no id).
INVALID = "400 ValidationException"

#: (operation, member that is left out) -> (the operation that the path is then, its answer).
LEFT_OUT: dict[tuple[str, str], tuple[str, str]] = {
    ("DeleteChatControlsConfiguration", "applicationId"): ("DeleteApplication", INVALID),
    ("GetApplication", "applicationId"): ("ListApplications", LIST),
    ("GetChatControlsConfiguration", "applicationId"): ("GetApplication", INVALID),
    ("GetChatResponseConfiguration", "chatResponseConfigurationId"): ("ListChatResponseConfigurations", LIST),
    ("GetDataAccessor", "dataAccessorId"): ("ListDataAccessors", LIST),
    ("GetDataSource", "dataSourceId"): ("ListDataSources", LIST),
    # The list of groups wants a time, which a read of one group does not have.
    ("GetGroup", "groupName"): ("ListGroups", INVALID),
    ("GetIndex", "indexId"): ("ListIndices", LIST),
    ("GetPlugin", "pluginId"): ("ListPlugins", LIST),
    ("GetPolicy", "applicationId"): ("GetApplication", INVALID),
    ("GetRetriever", "retrieverId"): ("ListRetrievers", LIST),
    ("GetWebExperience", "webExperienceId"): ("ListWebExperiences", LIST),
    ("ListAttachments", "applicationId"): ("GetApplication", INVALID),
    ("ListChatResponseConfigurations", "applicationId"): ("GetApplication", INVALID),
    ("ListConversations", "applicationId"): ("GetApplication", INVALID),
    ("ListDataAccessors", "applicationId"): ("GetApplication", INVALID),
    ("ListDataSourceSyncJobs", "dataSourceId"): ("GetDataSource", INVALID),
    ("ListDataSources", "indexId"): ("GetIndex", INVALID),
    ("ListGroups", "indexId"): ("GetIndex", INVALID),
    ("ListIndices", "applicationId"): ("GetApplication", INVALID),
    ("ListMessages", "conversationId"): ("ListConversations", INVALID),
    ("ListPluginActions", "pluginId"): ("GetPlugin", INVALID),
    ("ListPlugins", "applicationId"): ("GetApplication", INVALID),
    ("ListRetrievers", "applicationId"): ("GetApplication", INVALID),
    ("ListSubscriptions", "applicationId"): ("GetApplication", INVALID),
    ("ListWebExperiences", "applicationId"): ("GetApplication", INVALID),
    ("PutGroup", "indexId"): ("UpdateIndex", INVALID),
}
