# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Documents of an index: put in batches, taken out by id, waited for.

``ListDocuments`` shows ids, statuses and times; content, title, attributes and access are shown to nobody who manages
an index (``GetDocumentContent`` and searches answer signed-in people who may see the document). So they cannot be
compared, and a digest in an attribute could not be read back. ``update`` says when a document that is there is put
again; ``changed`` goes by time: the source is newer than what the index has of it.
Source: API_BatchPutDocument, API_ListDocuments, custom-connector-hiw.html.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from functools import partial
from typing import Any

from .. import model
from ..aws import wait_for
from ..errors import FailedStateError, FederationError, ServiceError
from ..host import Context
from ..placeholder import is_placeholder
from ..resource import Call, State, ensure
from . import document
from .custom_job import CustomJob
from .document import BATCH, Document, batches
from .document_list import DONE, FAILED, UNDER_WAY, Details, Failure, read_documents, view_of
from .part import Part
from .table import SERVICE

#: Reads after which a document that was there before is taken for put, though its ``updatedAt`` is still the old one.
#: guess: the service moves it with every put, and shows so within about half a minute.
STALE_READS = 10
UNREADABLE = "(the service does not show it)"

OPTIONS: dict[str, Any] = {
    "application_id": {"type": "str", "required": True},
    "index_id": {"type": "str", "required": True},
    "data_source_id": {"type": "str"},
    "documents": {"type": "list", "elements": "dict", "options": document.OPTIONS},
    "documents_absent": {"type": "list", "elements": "str"},
    "purge_documents": {"type": "bool", "default": False},
    "role_arn": {"type": "str"},
    "update": {"type": "str", "choices": ["always", "missing", "changed"], "default": "always"},
    "wait": {"type": "bool", "default": True},
    "wait_timeout": {"type": "int", "default": 3600},
}


class Documents(Part):
    """The documents of a task. States are ``{"there": {id: details}, "put": {id: what was put}}``."""

    noun = "documents"
    parent_members = ("applicationId", "indexId")

    def __init__(self, context: Context) -> None:
        super().__init__(context)
        parameters = context.parameters
        self.source_id = str(parameters.get("data_source_id") or "")
        self.source_ids = {**self.parents, "dataSourceId": self.source_id}
        shape = self.aws.input_shape(SERVICE, "BatchPutDocument").members["documents"].member
        given = parameters.get("documents")
        self.wanted = [
            Document(shape, item, f"documents[{number}]", planned=context.check_mode)
            for number, item in enumerate(given or [])
        ]
        self.unwanted = list(dict.fromkeys(parameters.get("documents_absent") or []))
        self.given = given is not None
        self.purge = bool(parameters["purge_documents"])
        self.update = str(parameters["update"])
        self.role_arn = str(parameters.get("role_arn") or "")
        #: What is there, as last seen.
        self.there: dict[str, Details] = {}
        self.due: list[Document] = []
        #: Wanted documents of another run that are not indexed yet.
        self.under_way: set[str] = set()
        self.gone: list[str] = []
        self.failures: list[Failure] = []
        #: The error of a whole request: nothing is sent after it.
        self.broken: FederationError | None = None
        self.objects_missing: list[str] = []
        self.job = CustomJob(context, self.source_ids, self.timeout) if self.source_id else None

    # -- reading --

    @property
    def planned(self) -> bool:
        return super().planned or is_placeholder(self.source_id)

    def find(self) -> State | None:
        self.refuse(self._faults())
        if not self.planned:
            if self.job is not None:
                self.job.check()
            self.there.update(self._listed())
            if self._in({"DELETING"}):
                self._settle(frozenset({"DELETING"}))
        return {"there": self.there, "put": {}}

    def _in(self, statuses: Set[str]) -> set[str]:
        """Ids of wanted documents that were seen in one of these statuses."""
        return {item.id for item in self.wanted if self.there.get(item.id, {}).get("status") in statuses}

    def _listed(self) -> dict[str, Details]:
        """Documents by id: all of the data source where others than those of the task may be removed."""
        sought = {item.id for item in self.wanted} | set(self.unwanted)
        found: dict[str, Details] = {}
        for item in read_documents(self.aws, self.parents, self.source_id):
            if self.purge or item["documentId"] in sought:
                found[str(item["documentId"])] = item
            if not self.purge and len(found) == len(sought):
                break
        return found

    def _settle(self, moving: Set[str]) -> None:
        """Wait until no wanted document is in a ``moving`` status."""

        def read() -> Details:
            seen = self._listed()
            self.there.clear()
            self.there.update(seen)
            return {"status": ", ".join(sorted({str(seen[key]["status"]) for key in self._in(moving)}))}

        wait_for(read, lambda state: not (state or {}).get("status"), lambda _seen: "", "a document", self.timeout)

    # -- checking --

    def _faults(self) -> Iterator[str]:
        ids = dict(self.source_ids if self.source_id else self.parents)
        yield from self.shape_faults("StartDataSourceSyncJob" if self.source_id else "BatchPutDocument", ids)
        if self.role_arn:
            yield from self.shape_faults("BatchPutDocument", {"roleArn": self.role_arn})
        if not self.given and not self.unwanted:
            yield "documents: this or documents_absent is required"
        if self.purge and not (self.given and self.source_id):
            yield (
                "purge_documents: needs data_source_id and documents; only what is in the name of one data source is "
                "removed"
            )
        known: dict[str, str] = {}
        for item in self.wanted:
            yield from item.faults(of_data_source=bool(self.source_id))
            if item.file_to_come:
                self.context.warn(f"{item.path}: there is no file {item.file} yet.")
            if item.id in known:
                yield f"{item.path}.id: {item.id!r} is the id of {known[item.id]}, too; once is right"
            known.setdefault(item.id, item.path)
            if self.update == "changed" and set(item.content) <= {"text", "base64"}:
                yield (
                    f"{item.path}.content: when content that stands in the task was changed cannot be seen, which "
                    "update=changed goes by; right would be path or s3, or update=always or missing"
                )
        if not self.role_arn and any(item.s3 is not None for item in self.wanted):
            yield "role_arn: is required with content.s3; it is the role that may read the objects"
        member = self.aws.input_shape(SERVICE, "BatchDeleteDocument").members["documents"].member.members["documentId"]
        for number, document_id in enumerate(self.unwanted):
            yield from model.faults(member, document_id, f"documents_absent[{number}]")
            if document_id in known:
                yield f"documents_absent[{number}]: {document_id!r} is the id of {known[document_id]}, too"

    def check(self, current: State | None) -> None:
        """What S3 says of the objects that may be sent; those that cannot be seen are left to the service."""
        self.objects_missing.clear()
        self.wanted = [
            self._with_head(item) if self._may_be_due(item, self.there.get(item.id)) else item for item in self.wanted
        ]
        sized = [item for item in self.wanted if "ContentLength" in item.head]
        sizes = [fault for item in sized for fault in item.size_faults(int(item.head["ContentLength"]))]
        self.refuse(iter([*self.objects_missing, *sizes]))

    def _with_head(self, item: Document) -> Document:
        if item.s3 is None or self.planned:
            return item
        where = {"Bucket": item.s3["bucket"], "Key": item.s3["key"]}
        try:
            return replace(item, head=self.aws.call("s3", "HeadObject", **where))
        except ServiceError as error:
            if error.code in ("404", "NoSuchKey", "NoSuchBucket", "NotFound"):
                if self.context.check_mode:
                    self.context.warn(f"{item.path}: there is no object s3://{where['Bucket']}/{where['Key']} yet.")
                    return item
                self.objects_missing.append(
                    f"{item.path}.content.s3: there is no object s3://{where['Bucket']}/{where['Key']}"
                )
                return item
            if self.update == "changed":
                raise ServiceError(
                    f"{item.path}.content.s3: update=changed has to see when the object was changed. {error.message}",
                    error.code,
                ) from error
            return item

    # -- planning --

    def _may_be_due(self, item: Document, details: Details | None) -> bool:
        return self.update != "missing" or details is None or details.get("status") in FAILED

    def _is_due(self, item: Document, details: Details | None) -> bool:
        if details is None or details.get("status") in FAILED or self.update == "always":
            return True
        if self.update == "missing":
            return False
        modified, put = item.modified(), details.get("updatedAt") or details.get("createdAt")
        return modified is None or put is None or modified > put

    def creation(self) -> Sequence[Call]:
        return self.changes({"there": self.there, "put": {}})

    def _compare(self) -> None:
        self.due = [item for item in self.wanted if self._is_due(item, self.there.get(item.id))]
        kept = {item.id for item in self.wanted} | set(self.unwanted)
        unwanted = [*self.unwanted, *(key for key in self.there if self.purge and key not in kept)]
        self.gone = [key for key in unwanted if self.there.get(key, {}).get("status", "DELETING") != "DELETING"]
        self.under_way = self._in(UNDER_WAY) - {item.id for item in self.due}

    def changes(self, current: State) -> Sequence[Call]:
        self._compare()
        adopted = self.job is not None and not self.planned and self.job.adopt()
        if self.under_way and self.wait and not (adopted or self.due or self.gone):
            self._settle(UNDER_WAY)
            self._compare()
        if not (adopted or self.due or self.gone):
            return []
        calls = [self._call("BatchPutDocument", partial(self._put, batch)) for batch in batches(self.due)]
        for start in range(0, len(self.gone), BATCH):
            ids = self.gone[start : start + BATCH]
            calls.append(self._call("BatchDeleteDocument", partial(self._delete, ids)))
        if self.job is not None:
            starting = [] if adopted else [Call("StartDataSourceSyncJob", self.job.start)]
            calls = [*starting, *calls, Call("StopDataSourceSyncJob", self.job.stop)]
        last, before = calls.pop(), dict(self.there)
        return [*calls, Call(last.operation, lambda: self._finish(last, before))]

    def _call(self, operation: str, act: Callable[[], None]) -> Call:
        """One whose failure does not keep a sync job from being stopped."""

        def guarded() -> None:
            if self.broken is not None:
                return
            try:
                act()
            except FederationError as error:
                self.broken = error
            except OSError as error:
                self.broken = FederationError(f"A file cannot be read any more: {error}")

        return Call(operation, guarded)

    # -- acting --

    def _of_job(self) -> dict[str, str]:
        return {"dataSourceSyncId": self.job.execution_id} if self.job is not None else {}

    def _put(self, batch: Sequence[Document]) -> None:
        role = {"roleArn": self.role_arn} if self.role_arn else {}
        sent = [item.request() for item in batch]
        answer = self.aws.call(SERVICE, "BatchPutDocument", **self.parents, **self._of_job(), **role, documents=sent)
        self._note(answer)

    def _delete(self, ids: Sequence[str]) -> None:
        sent = [{"documentId": key} for key in ids]
        self._note(self.aws.call(SERVICE, "BatchDeleteDocument", **self.parents, **self._of_job(), documents=sent))

    def _note(self, answer: Mapping[str, Any]) -> None:
        for item in answer.get("failedDocuments") or []:
            self.failures.append(Failure.of(str(item.get("id")), item.get("error")))

    def _finish(self, last: Call, before: Mapping[str, Details]) -> None:
        """The last call, the waiting, and the judgement.

        :raises FailedStateError: documents failed; each is named with the service's text
        :raises FederationError: the service refused a whole request, or a file went away
        """
        last.act()
        if self.wait and self.broken is None:
            self._wait(before)
            if self.job is not None:
                self.job.until_over()
        if self.failures:
            lines = "\n".join(f"- {item.id}: {item.text} {item.code}".rstrip() for item in self.failures)
            more = f"\nThe rest was not sent: {self.broken.message}" if self.broken else ""
            number, total = len({item.id for item in self.failures}), len(self.due) + len(self.gone)
            raise FailedStateError(
                f"{number} of {total} documents failed:\n{lines}{more}",
                failed_documents=[
                    {"document_id": item.id, "error_message": item.text, "error_code": item.code}
                    for item in self.failures
                ],
            )
        if self.broken is not None:
            raise self.broken

    def _wait(self, before: Mapping[str, Details]) -> None:
        failed = {item.id for item in self.failures}
        put = ({item.id for item in self.due} | self.under_way) - failed
        gone = set(self.gone) - failed
        reads = 0
        seen: dict[str, Details] = {}

        def read() -> Details:
            nonlocal reads
            reads += 1
            seen.clear()
            seen.update(self._listed())
            waiting = [key for key in put if not self._has_arrived(seen.get(key), before.get(key), reads)]
            statuses = {str(seen.get(key, {}).get("status", "absent")) for key in waiting}
            return {"status": ", ".join(sorted(statuses | {str(seen[key]["status"]) for key in gone & set(seen)}))}

        what = "a document" if len(put | gone) == 1 else f"some of {len(put | gone)} documents"
        wait_for(read, lambda state: not (state or {}).get("status"), lambda _seen: "", what, self.timeout)
        for key in sorted(put):
            if seen[key]["status"] in FAILED:
                self.failures.append(Failure.of(key, seen[key].get("error")))

    @staticmethod
    def _has_arrived(now: Details | None, before: Details | None, reads: int) -> bool:
        if now is None or now.get("status") not in DONE | FAILED:
            return False
        stale = before is not None and before.get("status") not in UNDER_WAY
        return not stale or now.get("updatedAt") != (before or {}).get("updatedAt") or reads > STALE_READS

    # -- answering --

    def removal(self, current: State) -> Sequence[Call]:
        """Never asked for: ids are taken out by ``documents_absent``."""
        return ()

    def predicted(self, current: State | None) -> State:
        there = dict((current or {}).get("there", {}))
        for key in self.gone:
            there.pop(key, None)
        for item in self.due:
            status = "UPDATED" if item.id in there else "INDEXED"
            there[item.id] = {"documentId": item.id, **there.get(item.id, {}), "status": status}
        return {"there": there, "put": {item.id: item.shown() for item in self.due}}

    def read(self) -> State:
        return {"there": self._listed(), "put": {item.id: item.shown() for item in self.due}}

    def view(self, state: State) -> dict[str, Any]:
        shown: dict[str, Any] = {}
        for key, details in sorted(state["there"].items()):
            shown[key] = {**view_of(self.aws, details), **state["put"].get(key, {})}
        return shown

    def comparable(self, view: Mapping[str, Any]) -> dict[str, Any]:
        moving = ("document_id", "status", "created_at", "updated_at", "error")
        return {
            key: {name: value for name, value in item.items() if name not in moving} or UNREADABLE
            for key, item in view.items()
        }

    def identity(self, state: State) -> dict[str, Any]:
        source = {"data_source_id": self.source_id} if self.source_id else {}
        return {**self.parent_options(), **source}


def manage(context: Context) -> dict[str, Any]:
    """What the module ``qbusiness_document`` does.

    :raises FederationError: see :mod:`..errors`
    """
    task = Documents(context)
    answer = ensure(task, state="present", check_mode=context.check_mode).answer()
    answer["documents"] = list(answer["documents"].values())
    answer["put"] = [item.id for item in task.due]
    answer["deleted"] = list(task.gone)
    return answer
