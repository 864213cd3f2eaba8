# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents of an index (reference section 4.16)."""

from __future__ import annotations

import hashlib
import mimetypes
from functools import partial
from typing import Any
from urllib.parse import quote

from qbusiness_sandbox.qbusiness.access import as_acl, may_see
from qbusiness_sandbox.qbusiness.engine import Answer, handles, page
from qbusiness_sandbox.qbusiness.errors import invalid, missing
from qbusiness_sandbox.qbusiness.groups import groups_of
from qbusiness_sandbox.qbusiness.kinds import APPLICATION, GONE, INDEX
from qbusiness_sandbox.qbusiness.parts import Document, SyncJob
from qbusiness_sandbox.qbusiness.service import BucketRefused, Call
from qbusiness_sandbox.qbusiness.store import Progress
from qbusiness_sandbox.qbusiness.syncjobs import custom_job, new_document
from qbusiness_sandbox.qbusiness.users import normalised

STEPS = ("RECEIVED", "PROCESSING")
#: guess: 52, of the two statuses of the model this is the one that a document that cannot be read ends in
DOCUMENT_FAILED = "DOCUMENT_FAILED_TO_INDEX"


def _source(call: Call) -> tuple[str, SyncJob | None]:
    """The data source and job of ``dataSourceSyncId``. Raises ValidationException when it runs no more. guess: 52"""
    execution_id = call.params.get("dataSourceSyncId")
    if execution_id is None:
        return "", None
    found = custom_job(call, execution_id)
    if found is None:
        raise invalid(f"There is no running sync job {execution_id} of a custom data source", "dataSourceSyncId")
    return found[0].id, found[1]


def _count(job: SyncJob | None, *names: str) -> None:
    if job is not None:
        for name in names:
            job.counts[name] += 1


def _content(call: Call, item: dict[str, Any]) -> bytes:
    """The content of a document. Raises :class:`BucketRefused`."""
    content = item.get("content", {})
    if "s3" not in content:
        return bytes(content.get("blob", b""))
    where = content["s3"]
    objects = dict(call.service.bucket_reader(where["bucket"], call.params.get("roleArn", ""), call.application.arn))
    if where["key"] not in objects:
        raise BucketRefused(f"The object s3://{where['bucket']}/{where['key']} does not exist")
    return objects[where["key"]]


def _attribute(item: dict[str, Any], name: str) -> str:
    for attribute in item.get("attributes", []):
        if attribute["name"] == name:
            return str(attribute["value"].get("stringValue", ""))
    return ""


@handles("BatchPutDocument")
def put_documents(call: Call) -> Answer:
    call.check_role(call.params.get("roleArn"))
    call.active(APPLICATION)
    call.active(INDEX)
    source_id, job = _source(call)
    documents = call.index_parts.documents
    failed = []
    fault = call.fault("failed_end")
    for item in call.params["documents"]:
        _count(job, "documentsScanned")
        try:
            data = _content(call, item)
        except BucketRefused as refusal:
            error = {"errorMessage": str(refusal), "errorCode": "InvalidRequest"}
            failed.append({"id": item["id"], "error": error} | ({"dataSourceId": source_id} if source_id else {}))
            _count(job, "documentsFailed")
            continue
        known = documents.get(item["id"])
        _count(job, "documentsModified" if known else "documentsAdded")
        progress = Progress("INDEXED")
        fails = fault is not None and item["id"] in fault.options.get("documents", [item["id"]])
        final = DOCUMENT_FAILED if fails else "UPDATED" if known else "INDEXED"
        progress.start(STEPS, call.service.polls("document"), final)
        document = new_document(
            call,
            item["id"],
            data,
            title=item.get("title") or _attribute(item, "_document_title") or item["id"][:1024],
            uri=_attribute(item, "_source_uri") or item["id"],
            sha256=hashlib.sha256(data).hexdigest(),
            sync_source=source_id,
            progress=progress,
            attributes=item.get("attributes", []),
            access=item.get("accessConfiguration"),
            error={"errorMessage": fault.message, "errorCode": "InvalidRequest"} if fault is not None and fails else {},
        )
        if known is not None:
            document.created = known.created
        documents[document.id] = document
    return {"failedDocuments": failed}


@handles("BatchDeleteDocument")
def delete_documents(call: Call) -> Answer:
    job = _source(call)[1]
    documents = call.index_parts.documents
    for item in call.params["documents"]:
        document = documents.get(item["documentId"])
        if document is None:
            continue  # guess: 52, deleting what is not there is no failure
        _count(job, "documentsDeleted")
        document.updated = call.now
        looks = call.service.polls("document")
        document.progress.start(("DELETING",), looks, GONE, partial(_drop, documents, document.id))
    return {"failedDocuments": []}


def _drop(documents: dict[str, Document], document_id: str) -> None:
    documents.pop(document_id, None)


@handles("ListDocuments")
def list_documents(call: Call) -> Answer:
    wanted = call.params.get("dataSourceIds")
    documents = [item for item in call.index_parts.documents.values() if wanted is None or item.sync_source in wanted]
    chosen, token = page(call, documents)
    return {"documentDetailList": [_details(item) for item in chosen], "nextToken": token}


def _details(item: Document) -> Answer:
    status = item.progress.look()
    return {
        "documentId": item.id,
        "status": status,
        "error": dict(item.error) if status == DOCUMENT_FAILED else {},
        "createdAt": item.created,
        "updatedAt": item.updated,
    }


def _document(call: Call) -> Document:
    document = call.index_parts.documents.get(call.params["documentId"])
    if document is None or call.params.get("dataSourceId", document.sync_source) != document.sync_source:
        raise missing("Document", call.params["documentId"])
    return document


@handles("GetDocumentContent")
def document_content(call: Call) -> Answer:
    document = _document(call)
    extracted = call.params.get("outputFormat") == "EXTRACTED"
    kind = "application/json" if extracted else mimetypes.guess_type(document.id)[0] or "text/plain"
    host = f"qbusiness-content.s3.{call.service.cloud.region}.amazonaws.com"
    return {"presignedUrl": f"https://{host}/{quote(document.id, safe='')}?X-Amz-Expires=300", "mimeType": kind}


@handles("CheckDocumentAccess")
def check_access(call: Call) -> Answer:
    document = _document(call)
    user = call.params["userId"].lower()
    groups = groups_of(call, user)
    aliases = call.application_parts.users.get(normalised(user), [])
    return {
        "hasAccess": may_see(document, user, groups),
        "userGroups": [{"name": name} for name in sorted(groups)],
        "userAliases": [{"id": alias["userId"]} for alias in aliases],
        "documentAcl": as_acl(document),
    }
