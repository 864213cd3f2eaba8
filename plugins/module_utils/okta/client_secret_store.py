# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The secret in Secrets Manager that holds a client secret: its settings, its tags, its versions.

The value is a JSON object with the key ``client_secret``, which is what deployments of Amazon Q Business with OpenID
Connect store; no AWS page names the key. Other keys are kept.
Source: the service model ``secretsmanager``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from .. import model
from ..aws import Aws, tags_to_list, tags_to_map
from ..compare import given_tags, key_id, tag_changes, tags_after
from ..errors import ServiceError
from ..placeholder import ACCOUNT, okta_id
from ..resource import Call

SERVICE = "secretsmanager"
#: guess: the key that Amazon Q Business reads, from public deployments that work
KEY = "client_secret"
#: What the creation of a secret that is there is answered with (service model).
EXISTS = "ResourceExistsException"
CURRENT, PENDING = "AWSCURRENT", "AWSPENDING"
#: The key of the account that encrypts where no other is named.
DEFAULT_KMS = "alias/aws/secretsmanager"
#: Source: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_CreateSecret.html
_NAME = re.compile(r"[A-Za-z0-9/_+=.@-]{1,512}")
RECOVERY = (7, 30)

OPTIONS: dict[str, Any] = {
    "secret_name": {"type": "str", "required": True, "no_log": False},
    "description": {"type": "str"},
    "kms_key_id": {"type": "str", "no_log": False},
    "recovery_window_days": {"type": "int"},
    "force_delete": {"type": "bool", "default": False},
}


@dataclass
class Stored:
    """The secret as Secrets Manager describes it, with its values."""

    arn: str
    name: str
    description: str = ""
    kms_key_id: str = DEFAULT_KMS
    tags: dict[str, str] = field(default_factory=dict)
    #: When it goes for good; empty while it is not scheduled for deletion.
    deleted: str = ""
    #: The version that has the label ``AWSPENDING``, and its value.
    pending_version: str = ""
    pending: dict[str, Any] | None = field(default=None, repr=False)
    document: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def value(self) -> str:
        return str(self.document.get(KEY) or "")

    def view(self) -> dict[str, Any]:
        """All of it but the values."""
        return {
            "arn": self.arn,
            "name": self.name,
            "description": self.description,
            "kms_key_id": self.kms_key_id,
            "tags": dict(self.tags),
            "deletion_date": self.deleted or None,
        }


def described(found: Mapping[str, Any]) -> Stored:
    """The secret of an answer of ``DescribeSecret``, without its values."""
    return Stored(
        arn=str(found["ARN"]),
        name=str(found["Name"]),
        description=str(found.get("Description") or ""),
        kms_key_id=str(found.get("KmsKeyId") or DEFAULT_KMS),
        tags=tags_to_map(found.get("Tags"), "Key", "Value"),
        deleted=found["DeletedDate"].isoformat() if found.get("DeletedDate") else "",
    )


class Store:
    """One secret, by its name."""

    def __init__(self, aws: Aws, options: Mapping[str, Any], secrets: set[str]) -> None:
        """:param secrets: takes every value that is read"""
        self._aws = aws
        self._options = options
        self._secrets = secrets
        self.name = str(options["secret_name"])
        self.tags = given_tags(options.get("tags"))

    # -- checking ---------------------------------------------------------------------------------------------------

    def faults(self) -> Iterator[str]:
        """What is wrong with the options."""
        if not _NAME.fullmatch(self.name):
            yield (
                f"secret_name: {self.name[:60]!r} … should have 1 to 512 letters, digits and / _ + = . @ - (a name, "
                "not an ARN)"
            )
        shape = self._aws.input_shape(SERVICE, "CreateSecret")
        for option, member in (("description", "Description"), ("kms_key_id", "KmsKeyId")):
            if self._options.get(option):
                yield from model.faults(shape.members[member], self._options[option], option)
        if self.tags is not None:
            yield from model.faults(shape.members["Tags"], tags_to_list(self.tags, "Key", "Value"), "tags")
            for key in self.tags:
                if key.lower().startswith("aws:"):
                    yield f"tags: {key!r} begins with aws:, which belongs to AWS"
        days = self._options.get("recovery_window_days")
        if days is not None and not RECOVERY[0] <= days <= RECOVERY[1]:
            yield f"recovery_window_days: {days} … should be a number of days from 7 to 30"
        if days is not None and self._options["force_delete"]:
            yield "recovery_window_days: goes not with force_delete, which leaves no time"

    # -- reading ----------------------------------------------------------------------------------------------------

    def read(self, *, values: bool) -> Stored | None:
        """The secret, ``None`` when there is none.

        :param values: whether its values are wanted
        :raises ServiceError: it is rotated by something else, or its value is no JSON object
        """
        found = self._aws.get(SERVICE, "DescribeSecret", SecretId=self.name)
        if found is None:
            return None
        stored = described(found)
        if not values or stored.deleted:
            return stored
        if found.get("RotationEnabled"):
            raise ServiceError(
                f"The secret {self.name} is rotated by a function of its own (RotationEnabled). Switch that off, or "
                "give another secret_name."
            )
        labels = found.get("VersionIdsToStages") or {}
        versions = {label: version for version, names in labels.items() for label in names}
        if CURRENT in versions:
            stored.document = self._document(versions[CURRENT])
            # An empty object is one that was made to be filled.
            if stored.document and KEY not in stored.document:
                raise self._foreign()
        if PENDING in versions:
            stored.pending_version = versions[PENDING]
            stored.pending = self._document(stored.pending_version)
        return stored

    def _document(self, version: str) -> dict[str, Any]:
        """The value of one version; its texts are secrets.

        :raises ServiceError: it is no JSON object
        """
        text = self._aws.call(SERVICE, "GetSecretValue", SecretId=self.name, VersionId=version).get("SecretString")
        try:
            document = json.loads(text) if isinstance(text, str) else None
        except ValueError:
            document = None
        if isinstance(text, str):
            self._secrets.add(text)
        if not isinstance(document, dict) or not isinstance(document.get(KEY, ""), str):
            raise self._foreign()
        if document.get(KEY):
            self._secrets.add(document[KEY])
        return document

    def _foreign(self) -> ServiceError:
        return ServiceError(
            f"The value of the secret {self.name} is no JSON object with a text {KEY}, so it is not touched. Give "
            "another secret_name, or remove that one."
        )

    def read_pending(self, version: str) -> str:
        """The value of a version, as whoever reads it gets it."""
        return str(self._document(version).get(KEY) or "")

    # -- comparing and writing --------------------------------------------------------------------------------------

    def setting_calls(self, stored: Stored) -> tuple[list[Call], Stored]:
        """The calls that bring description, key and tags to what is wanted, and the secret after them."""
        calls: list[Call] = []
        after = Stored(**vars(stored))
        update: dict[str, Any] = {}
        description, key = self._options.get("description"), self._options.get("kms_key_id")
        if description is not None and description != stored.description:
            update["Description"] = after.description = description
        if key is not None and not self._same_key(key or DEFAULT_KMS, stored.kms_key_id):
            update["KmsKeyId"] = after.kms_key_id = key or DEFAULT_KMS
        if update:
            calls.append(Call("UpdateSecret", lambda: self._change("UpdateSecret", **update)))
        purge = bool(self._options.get("purge_tags", True))
        to_set, to_remove = tag_changes(stored.tags, self.tags, purge)
        if to_remove:
            calls.append(Call("UntagResource", lambda: self._change("UntagResource", TagKeys=to_remove)))
        if to_set:
            listed = tags_to_list(to_set, "Key", "Value")
            calls.append(Call("TagResource", lambda: self._change("TagResource", Tags=listed)))
        after.tags = stored.tags if self.tags is None else tags_after(stored.tags, self.tags, purge)
        return calls, after

    def _same_key(self, wanted: str, current: str) -> bool:
        """Keys by id, ARN or alias. What an alias stands for is asked only where one of the two is none."""

        if key_id(wanted) == key_id(current):
            return True
        aliases = [key_id(key).startswith("alias/") for key in (wanted, current)]
        if all(aliases) or not any(aliases):
            return False
        found = [self._aws.get("kms", "DescribeKey", KeyId=key) for key in (wanted, current)]
        ids = [(item or {}).get("KeyMetadata", {}).get("KeyId") for item in found]
        return ids[0] is not None and ids[0] == ids[1]

    def _write(self, operation: str, **parameters: Any) -> dict[str, Any]:
        return self._aws.call(SERVICE, operation, SecretId=self.name, **parameters)

    def _change(self, operation: str, **parameters: Any) -> None:
        self._write(operation, **parameters)

    def create(self, value: str) -> None:
        text = self._text({KEY: value})
        more: dict[str, Any] = {}
        if self._options.get("description"):
            more["Description"] = self._options["description"]
        if self._options.get("kms_key_id"):
            more["KmsKeyId"] = self._options["kms_key_id"]
        if self.tags:
            more["Tags"] = tags_to_list(self.tags, "Key", "Value")
        try:
            self._aws.call(SERVICE, "CreateSecret", Name=self.name, SecretString=text, **more)
        except ServiceError as error:
            there = self.read(values=True) if error.code == EXISTS else None
            if there is None:
                raise
            # Somebody made it meanwhile, or an answer was lost.
            if there.value != value:
                self.put({**there.document, KEY: value})

    def put(self, document: Mapping[str, Any], label: str = CURRENT) -> str:
        """Put a value; answers its version."""
        return str(self._write("PutSecretValue", SecretString=self._text(document), VersionStages=[label])["VersionId"])

    def _text(self, document: Mapping[str, Any]) -> str:
        text = json.dumps(document)
        self._secrets.update({text, str(document[KEY])})
        return text

    def unlabel(self, version: str) -> None:
        """Take the label ``AWSPENDING`` from a version."""
        self._write("UpdateSecretVersionStage", VersionStage=PENDING, RemoveFromVersionId=version)

    def restore(self) -> None:
        self._write("RestoreSecret")

    def delete(self) -> None:
        days = self._options.get("recovery_window_days")
        more: dict[str, Any] = {} if days is None else {"RecoveryWindowInDays": days}
        if self._options["force_delete"]:
            more = {"ForceDeleteWithoutRecovery": True}
        self._write("DeleteSecret", **more)

    def planned(self) -> Stored:
        """The secret as it will be made. Its ARN is a placeholder that fits the service's pattern."""
        meta = self._aws.client(SERVICE).meta
        ending = okta_id("", self.name)[-6:]
        return Stored(
            arn=f"arn:{meta.partition}:{SERVICE}:{meta.region_name}:{ACCOUNT}:secret:{self.name}-{ending}",
            name=self.name,
            description=str(self._options.get("description") or ""),
            kms_key_id=str(self._options.get("kms_key_id") or DEFAULT_KMS),
            tags=dict(self.tags or {}),
        )
