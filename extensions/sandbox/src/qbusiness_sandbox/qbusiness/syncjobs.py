# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sync jobs (reference section 4.5). Those of S3 connectors really read the bucket."""

from __future__ import annotations

import hashlib
import json
import mimetypes
from collections.abc import Callable
from typing import Any

from qbusiness_sandbox.qbusiness import connectors
from qbusiness_sandbox.qbusiness.engine import Answer, handles, page
from qbusiness_sandbox.qbusiness.errors import conflict
from qbusiness_sandbox.qbusiness.kinds import APPLICATION, DATA_SOURCE, INDEX
from qbusiness_sandbox.qbusiness.parts import Document, IndexParts, SyncJob
from qbusiness_sandbox.qbusiness.service import BucketRefused, Call, index_parts
from qbusiness_sandbox.qbusiness.store import Progress, Resource

METRICS = ("documentsAdded", "documentsModified", "documentsDeleted", "documentsFailed", "documentsScanned")
STEPS = ("SYNCING", "SYNCING_INDEXING")
NOUN = "DataSourceSyncJob"


def new_document(call: Call, document_id: str, data: bytes, **values: Any) -> Document:
    """A document that is indexed already, unless ``values`` says otherwise."""
    now = call.now
    values.setdefault("progress", Progress("INDEXED"))
    values.setdefault("title", document_id.rpartition("/")[2] or document_id)
    values.setdefault("uri", document_id)
    values.setdefault("sha256", hashlib.sha256(data).hexdigest())
    return Document(id=document_id, data=data, created=now, updated=now, **values)


def _metadata(objects: dict[str, bytes], key: str) -> dict[str, Any]:
    """The metadata file of an object: ``….metadata.json`` beside it or under a prefix (s3-metadata.html)."""
    wanted = key + connectors.METADATA_SUFFIX
    for name in sorted(objects):
        if name == wanted or name.endswith("/" + wanted):
            try:
                found = json.loads(objects[name])
            except ValueError:
                return {}
            return found if isinstance(found, dict) else {}
    return {}


class Run:
    """One run over a bucket: what it would do to the index, and how many of each."""

    def __init__(
        self, call: Call, crawl: connectors.Crawl, objects: dict[str, bytes], known: dict[str, Document]
    ) -> None:
        self._call = call
        self._source = call.resource(DATA_SOURCE)
        self._known = known
        self.counts = dict.fromkeys(METRICS, 0)
        self.put: list[Document] = []
        seen: set[str] = set()
        for key, data in objects.items():
            if not crawl.selects(key):
                continue
            self.counts["documentsScanned"] += 1
            document_id = f"s3://{crawl.bucket}/{key}"
            seen.add(document_id)
            if len(data) > crawl.max_bytes:
                self.counts["documentsFailed"] += 1
                continue
            self._take(document_id, key, data, _metadata(objects, key), forced=crawl.forced)
        self.gone = [document_id for document_id in known if document_id not in seen]
        self.counts["documentsDeleted"] = len(self.gone)

    def _take(self, document_id: str, key: str, data: bytes, metadata: dict[str, Any], *, forced: bool) -> None:
        mark = hashlib.sha256(data + json.dumps(metadata, sort_keys=True).encode()).hexdigest()
        known = self._known.get(document_id)
        if known is not None and known.sha256 == mark and not forced:
            return
        self.counts["documentsModified" if known is not None else "documentsAdded"] += 1
        attributes = metadata.get("Attributes")
        uri = attributes.get("_source_uri") if isinstance(attributes, dict) else None
        document = new_document(
            self._call,
            document_id,
            data,
            title=str(metadata.get("Title") or key.rpartition("/")[2])[:1024],
            uri=str(uri or document_id),
            sha256=mark,
            sync_source=self._source.id,
            media_type=self._media_type(key),
        )
        if document.media_type:
            document.media_id = self._call.service.new_id()
        if known is not None:
            document.created = known.created
            document.progress = Progress("UPDATED")
        self.put.append(document)

    def _media_type(self, key: str) -> str:
        """The type of an image, when the data source extracts from images; else empty."""
        media = self._source.values.get("mediaExtractionConfiguration", {})
        wanted = media.get("imageExtractionConfiguration", {}).get("imageExtractionStatus")
        found = mimetypes.guess_type(key)[0] or ""
        return found if wanted == "ENABLED" and found.startswith("image/") else ""

    def apply(self, parts: IndexParts) -> None:
        for document_id in self.gone:
            parts.documents.pop(document_id, None)
        for document in self.put:
            parts.documents[document.id] = document


def documents_of(parts: IndexParts, data_source_id: str) -> dict[str, Document]:
    """The documents that a data source brought."""
    return {key: item for key, item in parts.documents.items() if item.sync_source == data_source_id}


def _fail(job: SyncJob, message: str, code: str) -> None:
    job.error = {"errorMessage": message, "errorCode": "InvalidRequest"}
    job.error_code = code


def _crawl(call: Call, job: SyncJob) -> tuple[str, Callable[[], None] | None]:
    """Read the bucket; answers the status in which the job will end, and what to do then."""
    source = call.resource(DATA_SOURCE)
    crawl = connectors.Crawl.of(source.values["configuration"])
    secret = source.values["configuration"].get("secretArn")
    if secret:
        refused = call.service.secret_refused(str(secret), source.values["roleArn"], call.application.arn)
        if refused:
            return "FAILED", lambda: _fail(job, refused, "InvalidRequest")
    if crawl is None:
        return "SUCCEEDED", None  # guess: 44, another connector finds nothing
    try:
        read = call.service.bucket_reader(crawl.bucket, source.values["roleArn"], call.application.arn)
    except BucketRefused as refusal:
        message = str(refusal)
        return "FAILED", lambda: _fail(job, message, "InvalidRequest")
    parts = call.index_parts
    run = Run(call, crawl, dict(read), documents_of(parts, source.id))

    def arrive() -> None:
        run.apply(parts)
        job.counts = run.counts

    return ("INCOMPLETE" if run.counts["documentsFailed"] else "SUCCEEDED"), arrive


def _end(call: Call, job: SyncJob, then: Callable[[], None] | None) -> Callable[[], None]:
    def arrive() -> None:
        job.end = call.now
        if then is not None:
            then()

    return arrive


@handles("StartDataSourceSyncJob")
def start(call: Call) -> Answer:
    call.active(APPLICATION)
    call.active(INDEX)
    source = call.active(DATA_SOURCE)
    jobs = call.data_source_parts.jobs
    if jobs and jobs[-1].running:
        jobs[-1].progress.look()
        raise conflict("A sync job is already running for this data source", NOUN, jobs[-1].id)
    job = SyncJob(call.service.new_id(), call.now, Progress("SYNCING"), counts=dict.fromkeys(METRICS, 0))
    looks = call.service.polls("sync_job")
    fault = call.fault("failed_end")
    if fault is not None:
        message = fault.message
        job.progress.start(STEPS, looks, "FAILED", _end(call, job, lambda: _fail(job, message, "InternalError")))
    elif source.values["type"] != connectors.CUSTOM:
        final, then = _crawl(call, job)
        job.progress.start(STEPS, looks, final, _end(call, job, then))
    # A job of a CUSTOM data source runs until it is stopped (custom-connector-hiw.html).
    jobs.append(job)
    return {"executionId": job.id}


@handles("StopDataSourceSyncJob")
def stop(call: Call) -> None:
    jobs = call.data_source_parts.jobs
    if not jobs or not jobs[-1].running or jobs[-1].progress.status == "STOPPING":
        # guess: 23
        raise conflict("No sync job is running for this data source", NOUN, call.resource(DATA_SOURCE).id)
    job = jobs[-1]
    looks = call.service.polls("sync_job")
    if call.resource(DATA_SOURCE).values["type"] == connectors.CUSTOM:
        final = "INCOMPLETE" if job.counts["documentsFailed"] else "SUCCEEDED"
        job.progress.start(("SYNCING_INDEXING",), looks, final, _end(call, job, None))
    else:
        job.progress.start(("STOPPING",), looks, "ABORTED", _end(call, job, None))


def _view(call: Call, job: SyncJob) -> Answer:
    status = job.progress.look()
    running = status in ("SYNCING", "SYNCING_INDEXING", "STOPPING")
    shown: Answer = {
        "executionId": job.id,
        "startTime": job.start,
        "status": status,
        "error": {} if running else dict(job.error),
        "metrics": {name: str(0 if running else job.counts.get(name, 0)) for name in METRICS},
    }
    if status == "SYNCING_INDEXING":
        shown["endTime"] = call.now  # recorded: present before the job is over
    elif not running:
        shown["endTime"] = job.end
        if job.error_code:
            shown["dataSourceErrorCode"] = job.error_code
    return shown


@handles("ListDataSourceSyncJobs")
def list_jobs(call: Call) -> Answer:
    params = call.params
    low, high = params.get("startTime", float("-inf")), params.get("endTime", float("inf"))
    wanted = params.get("statusFilter")
    jobs = [
        job
        for job in reversed(call.data_source_parts.jobs)  # newest first, as recorded
        if low <= job.start <= high and wanted in (None, job.progress.status)
    ]
    chosen, token = page(call, jobs)
    return {"history": [_view(call, job) for job in chosen], "nextToken": token}


def custom_job(call: Call, execution_id: str) -> tuple[Resource, SyncJob] | None:
    """The CUSTOM data source and the job of the path's index with this id, while it runs."""
    for source in call.store.all(DATA_SOURCE, indexId=call.resource(INDEX).id):
        for job in source.parts.jobs:
            if job.id == execution_id and job.progress.status == "SYNCING":
                return source, job
    return None


def pass_time(call: Call) -> None:
    """A look at everything of the application that moves by itself: so a question also lets a sync go on."""
    for source in call.store.all(DATA_SOURCE, applicationId=call.application.id):
        for job in source.parts.jobs:
            job.progress.look()
    for index in call.store.all(INDEX, applicationId=call.application.id):
        for document in list(index_parts(index).documents.values()):
            document.progress.look()
