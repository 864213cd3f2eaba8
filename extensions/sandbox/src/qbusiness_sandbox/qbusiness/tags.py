# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tags (reference section 4.15)."""

from __future__ import annotations

from qbusiness_sandbox.qbusiness.engine import Answer, handles, tags_of
from qbusiness_sandbox.qbusiness.errors import invalid, missing
from qbusiness_sandbox.qbusiness.service import Call
from qbusiness_sandbox.qbusiness.store import Resource


def _resource(call: Call) -> Resource:
    found = call.store.by_arn(call.params["resourceARN"])
    if found is None or not found.kind.taggable:
        raise missing("Resource", call.params["resourceARN"])
    return found


@handles("ListTagsForResource")
def list_tags(call: Call) -> Answer:
    return {"tags": [{"key": key, "value": value} for key, value in _resource(call).tags.items()]}


@handles("TagResource")
def tag(call: Call) -> None:
    resource = _resource(call)
    resource.tags = tags_of(call.params["tags"], resource.tags)


@handles("UntagResource")
def untag(call: Call) -> None:
    resource = _resource(call)
    for key in call.params["tagKeys"]:
        if key.lower().startswith("aws:"):
            raise invalid("Tag keys may not start with aws:", "tagKeys")
        resource.tags.pop(key, None)
