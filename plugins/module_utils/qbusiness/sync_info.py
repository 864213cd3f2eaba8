# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sync jobs of a data source, read only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from ..aws import MISSING, Aws
from ..errors import InputError, ServiceError
from ..host import Context
from ..placeholder import is_placeholder
from .info import check_ids
from .sync import PAGE, RUNNING, SERVICE, Job, shown

LIST = "ListDataSourceSyncJobs"
#: Source: the service model, ``DataSourceSyncJobStatus``.
STATUSES = ["SUCCEEDED", "FAILED", "INCOMPLETE", "ABORTED", "SYNCING", "SYNCING_INDEXING", "STOPPING"]

OPTIONS: dict[str, Any] = {
    "application_id": {"type": "str", "required": True},
    "index_id": {"type": "str", "required": True},
    "data_source_id": {"type": "str", "required": True},
    "execution_id": {"type": "str"},
    "status": {"type": "str", "choices": STATUSES},
    "max_jobs": {"type": "int"},
}


def history(aws: Aws, ids: Mapping[str, str], status: str = "") -> Iterator[Job]:
    """The jobs of a data source as the service lists them, the newest first (recorded); nothing when it is not there.

    :param ids: by member: application, index, data source
    """
    wanted = {"statusFilter": status} if status else {}
    try:
        yield from aws.pages(SERVICE, LIST, "history", maxResults=PAGE, **ids, **wanted)
    except ServiceError as error:
        if error.code not in MISSING:
            raise


def jobs(context: Context) -> dict[str, Any]:
    """What the module ``qbusiness_datasource_sync_info`` does.

    :raises InputError: an option cannot be right
    """
    parameters = context.parameters
    ids = {
        "applicationId": str(parameters["application_id"]),
        "indexId": str(parameters["index_id"]),
        "dataSourceId": str(parameters["data_source_id"]),
    }
    most = parameters.get("max_jobs")
    if most is not None and most < 1:
        raise InputError([f"max_jobs: {most} is too few; right would be at least 1"])
    check_ids(context.aws, LIST, ids)
    wanted = str(parameters.get("execution_id") or "")
    found: Iterator[Job] = iter(())
    if not any(is_placeholder(value) for value in ids.values()):
        found = (
            job
            for job in history(context.aws, ids, str(parameters.get("status") or ""))
            if not wanted or job.get("executionId") == wanted
        )
    found_jobs = [{**shown(context.aws, job), "running": job.get("status") in RUNNING} for job in islice(found, most)]
    return {"changed": False, "jobs": found_jobs}
