# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One statement of a bucket policy, by its Sid: read, change, write; everything else in the policy is kept.

S3 has no operation for less than the whole policy:
https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketPolicy.html
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..aws import Aws
from ..compare import same_policy
from ..errors import InputError, NotFoundError, ServiceError
from ..host import Context
from ..resource import Call, Resource, State, ensure
from .policies import VERSION
from .role_kinds import statement_faults

SERVICE = "s3"
#: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_SID = re.compile(r"[A-Za-z0-9]+")
#: Bytes: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html (20 KB).
LIMIT = 20480

OPTIONS: dict[str, Any] = {
    "bucket": {"type": "str", "required": True},
    "sid": {"type": "str", "required": True},
    "statement": {"type": "dict"},
}


def read_policy(aws: Aws, bucket: str) -> dict[str, Any] | None:
    """The policy of a bucket; ``None`` where it has none.

    :raises ServiceError: S3 refuses, or has no such bucket
    """
    try:
        answer = aws.call(SERVICE, "GetBucketPolicy", Bucket=bucket)
    except ServiceError as error:
        if error.code != "NoSuchBucketPolicy":
            raise
        return None
    policy: dict[str, Any] = json.loads(answer["Policy"])
    return policy


def statements_of(policy: Mapping[str, Any] | None) -> list[dict[str, Any]]:
    """The statements of a policy."""
    statements = (policy or {}).get("Statement") or []
    return list(statements) if isinstance(statements, list) else [statements]


class BucketStatement(Resource):
    """The statement. Its state is ``{"Statement": {…}}``, ``None`` when the policy holds none of its Sid."""

    noun = "statement"

    def __init__(self, context: Context) -> None:
        self.context = context
        self.tell = context.tell
        self.aws = context.aws
        self.bucket = str(context.parameters["bucket"])
        self.sid = str(context.parameters["sid"])
        self.present = context.parameters["state"] == "present"
        self.wanted: dict[str, Any] = {"Sid": self.sid, **(context.parameters.get("statement") or {})}
        #: The whole policy as it was read last; ``None`` when there is none.
        self.policy: dict[str, Any] | None = None

    @property
    def shared_key(self) -> str:
        return f"{SERVICE} policy of bucket {self.bucket}"

    @property
    def described(self) -> str:
        return f"the policy of bucket {self.bucket}, with statement {self.sid},"

    # -- reading --

    def find(self) -> State | None:
        found = list(self._faults())
        if found:
            raise InputError(found)
        self.policy = self._read_policy()
        for statement in self._statements():
            if statement.get("Sid") == self.sid:
                return {"Statement": statement}
        return None

    def _faults(self) -> Sequence[str]:
        found: list[str] = []
        if not _BUCKET.fullmatch(self.bucket):
            found.append(f"bucket: {self.bucket!r} is no bucket's name (3 to 63 small letters, digits, dots, hyphens)")
        if not _SID.fullmatch(self.sid):
            found.append(f"sid: {self.sid!r} may hold only letters and digits")
        if self.present:
            if self.wanted["Sid"] != self.sid:
                found.append(f"statement.Sid: {self.wanted['Sid']!r} is not the sid {self.sid!r}; leave it out")
            found.extend(statement_faults(self.wanted, "statement", principal=True))
        return found

    def _read_policy(self) -> dict[str, Any] | None:
        try:
            return read_policy(self.aws, self.bucket)
        except ServiceError as error:
            if error.code != "NoSuchBucket":
                raise
            if self.present and not self.context.check_mode:
                raise NotFoundError(f"bucket: there is no bucket {self.bucket}; make it first.") from error
            if self.present:
                self.context.warn(f"There is no bucket {self.bucket} yet; outside check mode it must exist by then.")
            return None

    def _statements(self) -> list[dict[str, Any]]:
        return statements_of(self.policy)

    def read(self) -> State:
        return self.find() or {"Statement": {}}

    def missing(self, state: State) -> Sequence[str]:
        return [] if same_policy(self.wanted, state["Statement"]) else ["PutBucketPolicy"]

    def remains(self) -> bool:
        return self.find() is not None

    # -- planning --

    def check(self, current: State | None) -> None:
        length = len(json.dumps(self._changed(self.wanted)).encode())
        if length > LIMIT:
            raise InputError([f"statement: it makes a bucket policy of {length} bytes; S3 takes {LIMIT}"])

    def _changed(self, statement: Mapping[str, Any] | None) -> dict[str, Any]:
        """The whole policy with this statement in the place of the one of its Sid, or without any."""
        kept: list[Any] = []
        placed = statement is None
        for present in self._statements():
            if present.get("Sid") != self.sid:
                kept.append(present)
            elif not placed:
                kept.append(statement)
                placed = True
        if not placed:
            kept.append(statement)
        return {"Version": VERSION, **(self.policy or {}), "Statement": kept}

    def creation(self) -> Sequence[Call]:
        return [Call("PutBucketPolicy", lambda: self._write(self.wanted))]

    def changes(self, current: State) -> Sequence[Call]:
        return [] if same_policy(self.wanted, current["Statement"]) else self.creation()

    def removal(self, current: State) -> Sequence[Call]:
        name = "PutBucketPolicy" if self._changed(None)["Statement"] else "DeleteBucketPolicy"
        return [Call(name, lambda: self._write(None))]

    # -- writing --

    def _write(self, statement: Mapping[str, Any] | None) -> None:
        """Put the statement into the policy as it is at this moment.

        S3 knows no condition on a write: of two writers at once the later one takes the earlier one's statement along.
        """
        self.find()
        document = self._changed(statement)
        if document["Statement"]:
            self.aws.call(SERVICE, "PutBucketPolicy", Bucket=self.bucket, Policy=json.dumps(document))
        else:
            self.aws.call(SERVICE, "DeleteBucketPolicy", Bucket=self.bucket)

    def loss(self, current: State) -> Sequence[str]:
        return [f"statement {self.sid} of the policy of bucket {self.bucket}"]

    # -- answering --

    def predicted(self, current: State | None) -> State:
        return {"Statement": self.wanted}

    def view(self, state: State) -> dict[str, Any]:
        return {"bucket": self.bucket, "sid": self.sid, "document": dict(state["Statement"])}


def manage(context: Context) -> dict[str, Any]:
    """What the module ``s3_bucket_statement`` does.

    :raises FederationError: see :mod:`..errors`
    """
    return ensure(BucketStatement(context), state=context.parameters["state"], check_mode=context.check_mode).answer()
