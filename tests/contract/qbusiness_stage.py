# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A room with a client before it, for tests of behaviour: short ways to make things and to see errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from qbusiness_sandbox.cloud import Cloud, Fault
from qbusiness_sandbox.testing import serving
from qbusiness_scenario import PersonalRoom
from qbusiness_world import OBJECTS, ROLE, SAML_PROVIDER, s3_configuration


@dataclass
class Stage:
    """The room, its cloud, and boto3 as the client."""

    cloud: Cloud
    room: PersonalRoom
    q: Any

    def polls(self, **kinds: int) -> None:
        self.cloud.settings.polls = {"*": 0, **kinds}

    def fault(self, effect: str, operation: str, message: str = "It was not to be") -> None:
        self.cloud.faults.add(Fault(effect, operation=operation, message=message))

    @contextmanager
    def refused(self, code: str, *words: str) -> Iterator[dict[str, Any]]:
        """Inside, the service must answer this error; ``words`` must stand in its message."""
        seen: dict[str, Any] = {}
        with pytest.raises(ClientError) as caught:
            yield seen
        seen.update(caught.value.response)
        assert seen["Error"]["Code"] == code, seen
        for word in words:
            assert word in seen["Error"]["Message"]

    # -- short ways ---------------------------------------------------------------------------------------------

    def application(self, kind: str = "ANONYMOUS", **more: Any) -> str:
        values: dict[str, Any] = {"displayName": "app", **more}
        if kind:
            values["identityType"] = kind
        if kind == "AWS_IAM_IDP_SAML":
            values.setdefault("iamIdentityProviderArn", SAML_PROVIDER)
        return str(self.q.create_application(**values)["applicationId"])

    def index(self, application: str, **more: Any) -> dict[str, str]:
        made = self.q.create_index(applicationId=application, displayName="index", **more)
        return {"applicationId": application, "indexId": made["indexId"]}

    def retriever(self, index: dict[str, str]) -> dict[str, str]:
        native = {"nativeIndexConfiguration": {"indexId": index["indexId"]}}
        a = index["applicationId"]
        made = self.q.create_retriever(
            applicationId=a, type="NATIVE_INDEX", displayName="retriever", configuration=native
        )
        return {"applicationId": a, "retrieverId": made["retrieverId"]}

    def source(self, index: dict[str, str], **more: Any) -> dict[str, str]:
        values = {"displayName": "source", "roleArn": ROLE, "configuration": s3_configuration(), **more}
        return {**index, "dataSourceId": self.q.create_data_source(**index, **values)["dataSourceId"]}

    def custom(self, index: dict[str, str]) -> dict[str, str]:
        made = self.q.create_data_source(**index, displayName="custom", configuration={"type": "CUSTOM"})
        return {**index, "dataSourceId": made["dataSourceId"]}

    def sync(self, source: dict[str, str]) -> dict[str, Any]:
        """Start a job and answer how it ended."""
        self.q.start_data_source_sync_job(**source)
        job: dict[str, Any] = self.q.list_data_source_sync_jobs(**source)["history"][0]
        return job


def counts(job: dict[str, Any]) -> list[int]:
    """Added, modified, deleted, failed, scanned."""
    names = ("Added", "Modified", "Deleted", "Failed", "Scanned")
    return [int(job["metrics"][f"documents{name}"]) for name in names]


def statuses(read: Any, count: int, member: str = "status", **ids: str) -> list[str]:
    """What so many reads show; ``404`` for what is gone."""
    seen = []
    for _unused in range(count):
        try:
            seen.append(read(**ids)[member])
        except ClientError as error:
            seen.append(str(error.response["ResponseMetadata"]["HTTPStatusCode"]))
    return seen


@contextmanager
def staged() -> Iterator[Stage]:
    """A stage on which everything is there at once, until :meth:`Stage.polls` says otherwise."""
    cloud = Cloud()
    cloud.settings.polls = {"*": 0}
    room = PersonalRoom(cloud)
    room.bucket_reader = lambda bucket, role, application: OBJECTS
    with serving(cloud, {"qbusiness": room}) as run:
        client = boto3.client(
            "qbusiness",
            endpoint_url=run.urls["qbusiness"],
            region_name="us-east-1",
            aws_access_key_id="AKIDEXAMPLE",
            aws_secret_access_key="example",
            config=Config(retries={"total_max_attempts": 1}),
        )
        yield Stage(cloud, room, client)
