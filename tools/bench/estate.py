# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An estate to read: one identity, and applications that share it, each with an index, a retriever, data sources over a
bucket, two roles and a web experience. Made with boto3 and requests alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import requests
from qbusiness_sandbox import sample
from qbusiness_sandbox.company import client
from qbusiness_sandbox.testing import Process

#: Seconds that each answer takes, as one of another region does.
DELAY = 0.03
APPLICATIONS, SOURCES = 100, 5
BUCKET = "bench-documents"


class Estate:
    """What is made, by a few threads."""

    def __init__(self, cloud: Process) -> None:
        # Accounts have 50 applications, unless AWS raises that.
        cloud.control.set(polls={"*": 0}, options={"qbusiness_quotas": {"application": APPLICATIONS}})
        self._business, self._iam = client(cloud, "qbusiness"), client(cloud, "iam")
        self._environment = cloud.environment
        self._org = self._environment["OKTA_CLIENT_ORGURL"]

    def make(self, applications: int, sources: int, say: Callable[[str], None]) -> None:
        say(f"making {applications} applications with {sources} data sources each")
        provider = self._iam.create_saml_provider(Name="bench", SAMLMetadataDocument=self._metadata())
        arn = str(provider["SAMLProviderArn"])
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(partial(self._application, arn, sources), range(applications)))

    def _metadata(self) -> str:
        """Of a new Okta app."""
        url = self._environment["QBUSINESS_SANDBOX_OKTA_URL"]
        headers = {"Authorization": f"SSWS {self._environment['OKTA_CLIENT_TOKEN']}"}
        body = sample.app_body(sample.PLACEHOLDER, [])
        app = requests.post(f"{url}/api/v1/apps", json=body, headers=headers, timeout=60).json()
        path = f"{url}/api/v1/apps/{app['id']}/sso/saml/metadata"
        return requests.get(path, headers={**headers, "Accept": "application/xml"}, timeout=60).text

    def _role(self, name: str, trust: dict[str, Any], resource: str, action: str) -> str:
        made = self._iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))
        allowed = {"Effect": "Allow", "Action": action, "Resource": resource}
        document = json.dumps({"Version": "2012-10-17", "Statement": [allowed]})
        self._iam.put_role_policy(RoleName=name, PolicyName="by-hand", PolicyDocument=document)
        return str(made["Role"]["Arn"])

    def _application(self, provider: str, sources: int, number: int) -> None:
        name = f"bench-{number:03}"
        made = self._business.create_application(
            displayName=name,
            identityType="AWS_IAM_IDP_SAML",
            iamIdentityProviderArn=provider,
            tags=[{"key": "number", "value": str(number)}],
        )
        ids = {"applicationId": made["applicationId"]}
        people = self._role(f"{name}-people", sample.trust_policy(provider), made["applicationArn"], "qbusiness:Chat")
        service = {"Effect": "Allow", "Principal": {"Service": "qbusiness.amazonaws.com"}, "Action": "sts:AssumeRole"}
        trust = {"Version": "2012-10-17", "Statement": [service]}
        reader = self._role(f"{name}-reader", trust, f"arn:aws:s3:::{BUCKET}/*", "s3:GetObject")
        index = self._business.create_index(**ids, displayName="index", type="ENTERPRISE")["indexId"]
        native = {"nativeIndexConfiguration": {"indexId": index}}
        self._business.create_retriever(**ids, displayName="retriever", type="NATIVE_INDEX", configuration=native)
        for source in range(sources):
            self._business.create_data_source(
                **ids,
                indexId=index,
                displayName=f"source-{source}",
                roleArn=reader,
                configuration={
                    "type": "S3",
                    "syncMode": "FULL_CRAWL",
                    "connectionConfiguration": {"repositoryEndpointMetadata": {"BucketName": BUCKET}},
                    "repositoryConfigurations": {"document": {"fieldMappings": []}},
                    "additionalProperties": {"inclusionPrefixes": [f"{name}/"]},
                },
            )
        self._business.create_web_experience(
            **ids,
            title="Ask",
            roleArn=people,
            identityProviderConfiguration={
                "samlConfiguration": {"authenticationUrl": f"{self._environment['OKTA_CLIENT_ORGURL']}/sso"}
            },
        )
