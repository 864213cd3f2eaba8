# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Sync jobs of data sources: started when one is due, waited for, judged. Not a state, so not on the engine.

Source: API_ListDataSourceSyncJobs; recorded histories (newest first; ``endTime`` is there before a job is over;
``INCOMPLETE`` is the usual end when a few documents fail; metrics are texts).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from .. import model
from ..aws import Aws, wait_for
from ..errors import FailedStateError, InputError, NotFoundError, ServiceError
from ..host import Context
from ..placeholder import is_placeholder
from .bucket import newest_change
from .many import argument, each

SERVICE = "qbusiness"
RUNNING = frozenset({"SYNCING", "SYNCING_INDEXING", "STOPPING"})
START = "StartDataSourceSyncJob"
#: A page of the history: more than one is never needed, the newest job is what counts.
PAGE = 10
CUSTOM = "CUSTOM"

OPTIONS: dict[str, Any] = {
    "application_id": {"type": "str", "required": True},
    "index_id": {"type": "str", "required": True},
    "data_source_id": {"type": "str"},
    "data_source": {"type": "dict"},
    "start": {"type": "str", "choices": ["due", "always", "never"], "default": "due"},
    "documents_changed": {"type": "bool"},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 3600},
}
#: The option that holds a list of data sources.
MANY = "data_sources"
OF_MANY: dict[str, Any] = {
    MANY: argument(OPTIONS, ("application_id", "index_id", "wait", "wait_timeout"), ["data_source_id"])
}

Job = Mapping[str, Any]


@dataclass
class Sync:
    """The sync jobs of one data source."""

    context: Context

    def __post_init__(self) -> None:
        self.aws = self.context.aws
        parameters = self.context.parameters
        self.ids = {
            "applicationId": str(parameters["application_id"]),
            "indexId": str(parameters["index_id"]),
            "dataSourceId": str(parameters["data_source_id"]),
        }
        self.start = str(parameters["start"])
        self.documents_changed: bool | None = parameters.get("documents_changed")
        self.wait = bool(parameters["wait"])
        self.timeout = float(parameters["wait_timeout"])
        self.name = str((told(parameters.get("data_source")) or {}).get("displayName") or "")

    @property
    def label(self) -> str:
        """How messages call the sync: by the data source's name, where it is known, and its id."""
        source_id = self.ids["dataSourceId"]
        return f"data source {self.name} ({source_id}): the sync" if self.name else f"data source {source_id}: the sync"

    # -- reading --

    def history(self) -> list[Job]:
        """The newest jobs, the newest first.

        :raises NotFoundError: there is no such data source
        """
        page = self.aws.get(SERVICE, "ListDataSourceSyncJobs", **self.ids, maxResults=PAGE)
        if page is None:
            raise self._missing()
        return newest_first(page.get("history", []))

    def newest(self) -> Job | None:
        return next(iter(self.history()), None)

    def source(self) -> Mapping[str, Any]:
        """The data source, as the task tells it or else read.

        :raises NotFoundError: it does not exist
        """
        found = told(self.context.parameters.get("data_source")) or self.aws.get(SERVICE, "GetDataSource", **self.ids)
        if found is None:
            raise self._missing()
        self.name = self.name or str(found.get("displayName") or "")
        return found

    def _missing(self) -> NotFoundError:
        return NotFoundError(f"There is no data source {self.ids['dataSourceId']} in index {self.ids['indexId']}.")

    # -- deciding --

    def reason(self, source: Mapping[str, Any], last: Job | None) -> str:
        """Why a sync is to be started; ``""`` when none is."""
        if self.start == "never":
            return ""
        if self.start == "always":
            return "a sync was asked for (start=always)"
        if last is None:
            return "it was never synced"
        if last["status"] in ("FAILED", "ABORTED"):
            return f"the last sync ended {last['status']}"
        # guess: the service moves updatedAt when the definition is changed, and only then.
        if source.get("updatedAt") and source["updatedAt"] > last["startTime"]:
            return "the definition of the data source was changed since the last sync"
        if self.documents_changed:
            return "documents were changed (documents_changed=true)"
        if self.documents_changed is None:
            changed = newest_change(self.context, source.get("configuration") or {})
            if changed is not None and changed > last["startTime"]:
                return f"a document in the bucket was changed at {changed.isoformat()}, after the last sync began"
        return ""

    # -- acting --

    def begin(self, before: Job | None) -> str:
        """Start a job; the execution id. One that runs already is adopted: somebody else started it a moment ago, or
        botocore did, which asks again when an answer is lost.

        :param before: the newest job until now
        """
        try:
            return str(self.aws.call_once(SERVICE, START, **self.ids)["executionId"])
        except ServiceError as error:
            last = self.newest() if error.code == "ConflictException" else None
            if last is None or (before and last["executionId"] == before["executionId"]):
                raise
            return str(last["executionId"])

    def job(self, execution_id: str) -> Job | None:
        return next((job for job in self.history() if job["executionId"] == execution_id), None)

    def until_over(self, execution_id: str) -> Job:
        """Wait by status, never by ``endTime``.

        :raises WaitError: it is still running
        """
        job = wait_for(
            lambda: self.job(execution_id),
            lambda seen: seen is not None and seen["status"] not in RUNNING,
            lambda _seen: "",
            self.label,
            self.timeout,
        )
        return job or {}

    def judge(self, job: Job | None) -> None:
        """Warn of an incomplete sync, with its numbers.

        :raises FailedStateError: it failed, with the service's own text; or somebody stopped it
        """
        if job is None:
            return
        counts = metrics(job).items()
        numbers = ", ".join(f"{name.removeprefix('documents_')} {count}" for name, count in counts if count)
        if job["status"] == "INCOMPLETE":
            self.context.warn(f"{self.label} is incomplete. Documents: {numbers}. {error_text(job)}".strip())
        elif job["status"] in ("FAILED", "ABORTED"):
            reason = error_text(job) or "the service gives no reason"
            raise FailedStateError(
                f"{self.label} ended {job['status']}: {reason}" + (f"; documents: {numbers}" if numbers else ""),
                job=view(self.context, job),
                metrics=metrics(job),
            )


def newest_first(jobs: Iterable[Job]) -> list[Job]:
    """Jobs by their beginning."""
    return sorted(jobs, key=lambda job: job["startTime"].timestamp(), reverse=True)


def told(view: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """What decides of a data source, in the service's members; ``None`` where the answer of a task is no such."""
    answer = view or {}
    try:
        return {
            "type": answer["type"],
            "configuration": answer["configuration"],
            "updatedAt": datetime.fromisoformat(answer["updated_at"]),
            "displayName": answer.get("display_name"),
        }
    except (KeyError, TypeError, ValueError):
        return None


def metrics(job: Job | None) -> dict[str, int]:
    """The numbers of documents as integers."""
    return {model.option_name(name): int(value) for name, value in ((job or {}).get("metrics") or {}).items()}


def error_text(job: Job) -> str:
    """What the service says about a job that did not go well: its text, and its codes in brackets."""
    error = job.get("error") or {}
    codes = dict.fromkeys(str(code) for code in (error.get("errorCode"), job.get("dataSourceErrorCode")) if code)
    text = str(error.get("errorMessage") or "")
    named = ", ".join(code for code in codes if code != text)
    return f"{text} ({named})" if text and named else text or named


def view(context: Context, job: Job) -> dict[str, Any]:
    """A job as the module answers it."""
    return shown(context.aws, job)


def shown(aws: Aws, job: Job) -> dict[str, Any]:
    """A job in options and JSON types."""
    shape = aws.output_shape(SERVICE, "ListDataSourceSyncJobs").members["history"].member
    plain = {key: value for key, value in job.items() if key != "metrics" and not (key == "error" and not value)}
    return {**model.to_options(shape, plain), "metrics": metrics(job)}


def _answer(context: Context, started: bool, job: Job | None, reason: str) -> dict[str, Any]:
    shown = view(context, job) if job else {}
    return {
        "changed": started,
        "operations": [START] if started else [],
        "diff": {"before": {}, "after": {"sync": reason} if started else {}},
        "job": shown,
        "metrics": metrics(job),
        "reason": reason,
    }


def sync(context: Context) -> dict[str, Any]:
    """Start a sync when one is due, wait for it, judge it; or so for each of a list.

    :raises FailedStateError: the sync failed
    :raises InputError: the data source's jobs are not started this way
    """
    if context.parameters.get(MANY) is not None:
        return each(context, MANY, SyncPart)
    part = SyncPart(context)
    part.look()
    if not context.check_mode:
        part.act()
    part.rest(part.task.timeout)
    return part.answer()


class SyncPart:
    """The sync of one data source, in steps."""

    removes = False

    def __init__(self, context: Context) -> None:
        self.context = context
        self.task = Sync(context)
        #: Why one is to be started.
        self.reason = ""
        self._last: Job | None = None
        self._begun = ""

    @property
    def operations(self) -> list[str]:
        return [START] if self._begun else []

    def look(self) -> None:
        task = self.task
        if any(is_placeholder(value) for value in task.ids.values()):
            self.reason = "" if task.start == "never" else "it was never synced"
            return
        # Nothing of it decides anything where no job is to be started.
        source = task.source() if task.start != "never" else {}
        if source.get("type") == CUSTOM:
            # Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/custom-connector-hiw.html
            fault = (
                f"start: {task.start!r} is not for a CUSTOM data source, whose jobs are started and stopped by the "
                "program that puts its documents; right would be never"
            )
            raise InputError([fault])
        self._last = task.newest()
        if self._last is not None and self._last["status"] in RUNNING:
            if not task.wait or self.context.check_mode or (source or task.source()).get("type") == CUSTOM:
                return
            # It may have begun before the last change: whether one is due is decided when it is over.
            self._last = task.until_over(str(self._last["executionId"]))
            if task.start == "always":
                return
        self.reason = task.reason(source, self._last)

    def act(self) -> None:
        if self.reason:
            self._begun = task_id = self.task.begin(self._last)
            self._last = {"executionId": task_id, "status": "SYNCING"}

    def rest(self, timeout: float) -> None:
        if self._begun:
            self.task.timeout = timeout
            self._last = (self.task.until_over if self.task.wait else self.task.job)(self._begun) or self._last
        if not self.reason or self._begun:
            self.task.judge(self._last if (self._last or {}).get("status") not in RUNNING else None)

    def answer(self) -> dict[str, Any]:
        planned = bool(self.reason) and not self._begun
        return _answer(self.context, bool(self.reason), None if planned else self._last, self.reason)
