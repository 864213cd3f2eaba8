# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Q Business in a dictionary, for properties of the engine: what its service model says, and nothing else.

Creates and updates are checked by botocore's own validator against the real input shapes; an update replaces the
members that it names, whole. How the service shows what is empty, and what it fills in, are settings: the engine has to
settle with each.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import botocore.session
from ansible_collections.qbusiness.federation.plugins.module_utils.aws import Aws
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.table import Spec
from botocore import xform_name
from botocore.exceptions import ClientError
from botocore.hooks import HierarchicalEmitter
from botocore.validate import ParamValidator

MODEL = botocore.session.get_session().get_service_model("qbusiness")
ACCOUNT = "123456789012"
REGION = "us-east-1"
READS = ("Get", "List")

Merge = Callable[[Any, Any], Any]


def is_nothing(value: Any) -> bool:
    """An empty text, list or map."""
    return value is None or (isinstance(value, (str, list, dict)) and not value)


def without_nothing(value: Any) -> Any:
    """A value without empty members, as a service shows it that does not keep them."""
    if isinstance(value, dict):
        kept = {name: without_nothing(item) for name, item in value.items()}
        return {name: item for name, item in kept.items() if not is_nothing(item)}
    return value


class MemoryClient:
    """What is used of a boto3 client."""

    def __init__(self, answer: Callable[[str, dict[str, Any]], dict[str, Any]]) -> None:
        self.meta = SimpleNamespace(service_model=MODEL, region_name=REGION, events=HierarchicalEmitter())
        self._answer = answer
        self._operations = {str(xform_name(name)): str(name) for name in MODEL.operation_names}

    def __getattr__(self, method: str) -> Callable[..., dict[str, Any]]:
        operation = self._operations[method]
        return lambda **parameters: self._answer(operation, parameters)


class MemoryService:
    """One kind of resource of one parent. ``aws`` leads to it."""

    def __init__(
        self,
        spec: Spec,
        *,
        keeps_empty: bool = True,
        fills_in: Mapping[str, Any] | None = None,
        merges: Mapping[str, Merge] | None = None,
    ) -> None:
        """:param keeps_empty: whether what was sent empty is shown, or is absent
        :param fills_in: members that a new object gets where they are not sent
        :param merges: members of which an update is not the whole: current, sent → what is there then
        """
        client = MemoryClient(self._answer)
        self.aws = Aws({}, lambda _service: client)
        self.spec = spec
        self.keeps_empty = keeps_empty
        self.fills_in = dict(fills_in or {})
        self.merges = dict(merges or {})
        self.objects: dict[str, dict[str, Any]] = {}
        self.tags: dict[str, dict[str, str]] = {}
        self.writes: list[tuple[str, dict[str, Any]]] = []

    def _answer(self, operation: str, parameters: dict[str, Any]) -> dict[str, Any]:
        shape = MODEL.operation_model(operation).input_shape
        report = ParamValidator().validate(parameters, shape)
        assert not report.has_errors(), (operation, report.generate_report())
        if not operation.startswith(READS):
            self.writes.append((operation, copy.deepcopy(parameters)))
        acts: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            self.spec.operation("Create"): self._create,
            self.spec.operation("Get"): self._get_one,
            self.spec.operation("Update"): self._update,
            self.spec.operation("Delete"): self._delete,
            self.spec.list_operation: self._list,
            "ListTagsForResource": self._list_tags,
            "TagResource": self._tag,
            "UntagResource": self._untag,
        }
        if operation.startswith("List") and operation not in acts:
            return {}  # there is nothing of another kind
        return copy.deepcopy(acts[operation](copy.deepcopy(parameters)))

    # -- the object --

    def _create(self, sent: dict[str, Any]) -> dict[str, Any]:
        number = len(self.objects) + 1
        object_id = f"00000000-0000-4000-8000-{number:012d}"
        ids = {**{name: sent.pop(name) for name in self.spec.parents}, self.spec.id_member: object_id}
        arn = f"arn:aws:qbusiness:{REGION}:{ACCOUNT}:{self.spec.arn_path.format(**ids)}"
        self.tags[arn] = {item["key"]: item["value"] for item in sent.pop("tags", [])}
        self.objects[object_id] = {**ids, self.spec.arn_member: arn, "status": "ACTIVE", **self.fills_in, **sent}
        return {self.spec.id_member: object_id, self.spec.arn_member: arn}

    def _one(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        found = self.objects.get(str(sent[self.spec.id_member]))
        if found is None:
            error = {"Code": "ResourceNotFoundException", "Message": "It is not there."}
            raise ClientError({"Error": error}, "Get")
        return found

    def _get_one(self, sent: dict[str, Any]) -> dict[str, Any]:
        found = self._one(sent)
        return found if self.keeps_empty else dict(without_nothing(found))

    def _update(self, sent: dict[str, Any]) -> dict[str, Any]:
        found = self._one(sent)
        for name, value in sent.items():
            if name not in self.spec.parents and name != self.spec.id_member:
                found[name] = self.merges[name](found.get(name), value) if name in self.merges else value
        return {}

    def _delete(self, sent: dict[str, Any]) -> dict[str, Any]:
        self._one(sent)
        del self.objects[str(sent[self.spec.id_member])]
        return {}

    def _list(self, _sent: dict[str, Any]) -> dict[str, Any]:
        return {self.spec.list_key: list(self.objects.values())}

    # -- its tags --

    def _list_tags(self, sent: dict[str, Any]) -> dict[str, Any]:
        return {"tags": [{"key": key, "value": value} for key, value in self.tags[sent["resourceARN"]].items()]}

    def _tag(self, sent: dict[str, Any]) -> dict[str, Any]:
        self.tags[sent["resourceARN"]].update({item["key"]: item["value"] for item in sent["tags"]})
        return {}

    def _untag(self, sent: dict[str, Any]) -> dict[str, Any]:
        for key in sent["tagKeys"]:
            assert not key.startswith("aws:")
            self.tags[sent["resourceARN"]].pop(key, None)
        return {}
