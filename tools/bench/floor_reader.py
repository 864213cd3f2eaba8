# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The floor of the reader: plain boto3 and requests that read the same federation, and print how many objects it has.

Every list is read to its end at its largest page, every object once by its id, tags where the service has them apart,
every policy of every role once. It runs one call after the other: its calls are what counts.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree import ElementTree as ET

import boto3
import requests

Found = dict[str, Any]


class Floor:
    """The account and the org of the environment."""

    def __init__(self) -> None:
        self._business, self._iam = boto3.client("qbusiness"), boto3.client("iam")
        self._okta = requests.Session()
        self._okta.headers["Authorization"] = f"SSWS {os.environ['OKTA_CLIENT_TOKEN']}"
        self._org = f"{os.environ['OKTA_CLIENT_ORGURL']}/api/v1"
        self.found: Counter[str] = Counter()
        self._named: set[str] = set()

    def read(self) -> None:
        """Everything."""
        boto3.client("sts").get_caller_identity()
        roles = self._iam.list_roles(MaxItems=1000)["Roles"]
        providers = [item["Arn"] for item in self._iam.list_saml_providers()["SAMLProviderList"]]
        self._iam.list_open_id_connect_providers()
        documents = {arn: self._iam.get_saml_provider(SAMLProviderArn=arn)["SAMLMetadataDocument"] for arn in providers}
        for item in self._all("list_applications", "applications", 100):
            self._application(item["applicationId"])
        trusting = [role for role in roles if _trusts(role, providers)]
        self.found["trusting"] = len(trusting)
        self._named |= {role["RoleName"] for role in trusting}
        for name in sorted(self._named):
            self._role(name)
        self.found["providers"] = len(providers)
        for document in documents.values():
            self._app(document)

    def _all(self, operation: str, key: str, size: int, **parameters: Any) -> Iterator[Found]:
        while True:
            page = getattr(self._business, operation)(**parameters, maxResults=size)
            yield from page[key]
            if not page.get("nextToken"):
                return
            parameters["nextToken"] = page["nextToken"]

    def _tags(self, arn: str) -> None:
        self._business.list_tags_for_resource(resourceARN=arn)

    def _application(self, identifier: str) -> None:
        ids = {"applicationId": identifier}
        self.found["applications"] += 1
        self._tags(self._business.get_application(**ids)["applicationArn"])
        for item in self._all("list_indices", "indices", 100, **ids):
            self._index({**ids, "indexId": item["indexId"]})
        for item in self._all("list_retrievers", "retrievers", 50, **ids):
            there = self._business.get_retriever(**ids, retrieverId=item["retrieverId"])
            self._seen("retrievers", there["retrieverArn"], there.get("roleArn"))
        for item in self._all("list_web_experiences", "webExperiences", 100, **ids):
            there = self._business.get_web_experience(**ids, webExperienceId=item["webExperienceId"])
            self._seen("web_experiences", there["webExperienceArn"], there.get("roleArn"))
        for operation, key, size in (
            ("list_plugins", "plugins", 50),
            ("list_chat_response_configurations", "chatResponseConfigurations", 100),
            ("list_data_accessors", "dataAccessors", 10),
            ("list_subscriptions", "subscriptions", 100),
        ):
            self.found[operation] += len(list(self._all(operation, key, size, **ids)))
        self._business.get_chat_controls_configuration(**ids)
        try:
            self._business.get_policy(**ids)
        except self._business.exceptions.ResourceNotFoundException:
            pass

    def _index(self, ids: dict[str, str]) -> None:
        self._seen("indices", self._business.get_index(**ids)["indexArn"])
        tomorrow = datetime.now(UTC) + timedelta(days=1)
        list(self._all("list_groups", "items", 10, **ids, updatedEarlierThan=tomorrow))
        for item in self._all("list_data_sources", "dataSources", 10, **ids):
            there = self._business.get_data_source(**ids, dataSourceId=item["dataSourceId"])
            self._seen("data_sources", there["dataSourceArn"], there.get("roleArn"))
            self._business.list_data_source_sync_jobs(**ids, dataSourceId=item["dataSourceId"], maxResults=10)

    def _seen(self, kind: str, arn: str, role: str | None = None) -> None:
        self.found[kind] += 1
        self._tags(arn)
        if role:
            self._named.add(role.rpartition("/")[2])

    def _role(self, name: str) -> None:
        self._iam.get_role(RoleName=name)
        self.found["roles"] += 1
        for policy in self._iam.list_role_policies(RoleName=name)["PolicyNames"]:
            self._iam.get_role_policy(RoleName=name, PolicyName=policy)
            self.found["policies"] += 1
        self._iam.list_attached_role_policies(RoleName=name)

    def _get(self, path: str, **more: Any) -> requests.Response:
        answer = self._okta.get(f"{self._org}/{path}", timeout=60, **more)
        answer.raise_for_status()
        return answer

    def _app(self, document: str) -> None:
        """The app of a provider: the one whose metadata has its entity id."""
        entity = ET.fromstring(document).get("entityID")  # noqa: S314 (of this test's own cloud)
        for app in self._get("apps?limit=200").json():
            if app["signOnMode"] != "SAML_2_0":
                continue
            kid = app["credentials"]["signing"]["kid"]
            path = f"apps/{app['id']}/sso/saml/metadata?kid={kid}"
            metadata = self._get(path, headers={"Accept": "application/xml"}).content
            if ET.fromstring(metadata).get("entityID") == entity:  # noqa: S314 (of this test's own cloud)
                self._get(f"apps/{app['id']}/groups?limit=200&expand=group")
                self._get(f"apps/{app['id']}/users?limit=500&expand=user")
                self._get(f"apps/{app['id']}/federated-claims")
                self.found["apps"] += 1


def _trusts(role: Found, providers: list[str]) -> bool:
    document = json.dumps(role["AssumeRolePolicyDocument"])
    return any(f'"{arn}"' in document for arn in providers)


def main() -> None:
    floor = Floor()
    floor.read()
    print(json.dumps({kind: count for kind, count in floor.found.items() if count}, sort_keys=True))


if __name__ == "__main__":
    main()
