# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sync jobs of a custom data source, which run from a start to a stop of the program that puts the documents.

Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/custom-connector-hiw.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..aws import tolerating, wait_for
from ..errors import InputError, NotFoundError
from ..host import Context
from .sync import CUSTOM, PAGE, RUNNING
from .table import SERVICE


class CustomJob:
    """The sync job in which the documents of a task are put."""

    def __init__(self, context: Context, ids: Mapping[str, str], timeout: float) -> None:
        """:param ids: ``applicationId``, ``indexId``, ``dataSourceId``
        :param timeout: in seconds
        """
        self._context = context
        self._aws = context.aws
        self._ids = dict(ids)
        self._timeout = timeout
        self.execution_id = ""

    def check(self) -> None:
        """:raises NotFoundError: there is no such data source
        :raises InputError: it fetches its documents itself
        """
        found = self._aws.get(SERVICE, "GetDataSource", **self._ids)
        if found is None:
            raise NotFoundError(
                f"There is no data source {self._ids['dataSourceId']} in index {self._ids['indexId']} (data_source_id)."
            )
        if found.get("type") not in (None, CUSTOM):
            raise InputError(
                [f"data_source_id: is of type {found['type']}, which fetches its documents itself; right is {CUSTOM}"]
            )

    def _newest(self) -> Mapping[str, Any] | None:
        page = self._aws.call(SERVICE, "ListDataSourceSyncJobs", **self._ids, maxResults=PAGE)
        jobs = sorted(page.get("history", []), key=lambda job: job["startTime"].timestamp())
        return jobs[-1] if jobs else None

    def adopt(self) -> bool:
        """Go on with a job that is running, which says so; answers whether there is one."""
        job = self._newest()
        if job is None or job["status"] != "SYNCING":
            return False
        self.execution_id = str(job["executionId"])
        self._context.warn(
            f"A sync job of data source {self._ids['dataSourceId']} is running ({self.execution_id}), perhaps of a run "
            "that was cut off; the documents go into it, and it is stopped."
        )
        return True

    def start(self) -> None:
        """Start one, when the documents of the one before are indexed: the service takes no other until then."""
        self.until_over()
        self.execution_id = str(self._aws.call_once(SERVICE, "StartDataSourceSyncJob", **self._ids)["executionId"])

    def stop(self) -> None:
        """Stop it; somebody else may have done so."""
        with tolerating("ConflictException"):
            self._aws.call_once(SERVICE, "StopDataSourceSyncJob", **self._ids)

    def until_over(self) -> None:
        """:raises WaitError: the newest job is still running"""
        wait_for(
            self._newest,
            lambda job: job is None or job["status"] not in RUNNING,
            lambda _job: "",
            f"the sync job of data source {self._ids['dataSourceId']}",
            self._timeout,
        )
