# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One recorded scenario: what has to be there before it starts, and what of it cannot be replayed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

from okta_compare import ID

Json = dict[str, Any]
#: The cause of a refusal that depends on what the org has bought or may hold, not on the request.
INSTANCE_LIMIT = "Maximum number of instances has been reached."
UNLICENSED = "E0000015"


def _objects(data: Any) -> Iterator[Json]:
    """Every object of an answer that stands on its own: the answer itself, or the items of its list."""
    for item in data if isinstance(data, list) else [data]:
        if isinstance(item, dict):
            yield item


def kind_of(item: Json) -> str:
    """``apps``, ``groups``, ``users``, ``policies``, ``authorization_servers`` or nothing."""
    if "signOnMode" in item and "label" in item:
        return "apps"
    if "objectClass" in item:
        return "groups"
    if "audiences" in item and "issuer" in item:
        return "authorization_servers"
    if "profile" in item and "login" in (item["profile"] or {}):
        return "users"
    if item.get("type") in (
        "ACCESS_POLICY",
        "PROFILE_ENROLLMENT",
        "OKTA_SIGN_ON",
        "PASSWORD",
        "MFA_ENROLL",
        "IDP_DISCOVERY",
    ) and "rules" in item.get("_links", {}):
        return "policies"
    return ""


#: The least that an object is made of, where a recording only names it.
_BARE: dict[str, Callable[[str], Json]] = {
    "groups": lambda identifier: {"id": identifier, "type": "OKTA_GROUP", "profile": {"name": identifier}},
    "users": lambda identifier: {
        "id": identifier,
        "status": "ACTIVE",
        "profile": {"login": f"{identifier}@example.com", "email": f"{identifier}@example.com"},
    },
}


class Scenario:
    """A fixture file."""

    def __init__(self, path: Path) -> None:
        data = json.loads(path.read_text(encoding="utf-8"))
        self.name = path.stem
        self.pipeline = data.get("org_pipeline") or "idx"
        self.lost = bool(data.get("request_bodies"))
        self.interactions: list[Json] = data["interactions"]
        self.made = self._made()

    def _answers(self) -> Iterator[Json]:
        for interaction in self.interactions:
            yield from _objects(interaction["response"]["body"])

    def _made(self) -> set[str]:
        """Ids of objects that the scenario itself creates."""
        made = set()
        for interaction in self.interactions:
            body = interaction["response"]["body"]
            if (
                interaction["request"]["method"] == "POST"
                and isinstance(body, dict)
                and "lifecycle" not in (interaction["request"]["path"])
                and interaction["response"]["status"] < 300
            ):
                made.add(str(body.get("id") or body.get("kid") or ""))
        return made - {""}

    def host(self) -> str:
        """The org's host, from the first link to itself."""
        match = re.search(r"https://([\w.-]+)/api/v1/", json.dumps(self.interactions))
        return match[1] if match else "test.okta.com"

    def date(self, interaction: Json) -> float:
        text = interaction["response"]["headers"].get("date")
        return parsedate_to_datetime(text).timestamp() if text else 0.0

    def features(self) -> Json:
        """What the org's release and licences add to its answers."""
        found: Json = {}
        for item in self._answers():
            kind = kind_of(item)
            if kind == "apps":
                value = item.get("universalLogout", "absent")
                found.setdefault(
                    "universal_logout", "null" if value is None else value if value == "absent" else "object"
                )
                found.setdefault("em_opt_in", "emOptInStatus" in item["settings"])
                client = item["settings"].get("oauthClient")
                if client:
                    found.setdefault("front_channel_logout", "participate_slo" in client)
            if kind == "policies" and item["type"] == "ACCESS_POLICY":
                found.setdefault("embedded_policies", "_embedded" in item)
        return found

    def org_settings(self) -> Json | None:
        for interaction in self.interactions:
            if interaction["request"]["path"] == "/.well-known/okta-organization":
                return dict(interaction["response"]["body"]["settings"])
        return None

    def cell(self) -> str:
        found = (
            i["response"]["body"] for i in self.interactions if i["request"]["path"] == "/.well-known/okta-organization"
        )
        return next((str(body["cell"]) for body in found if body.get("cell")), "sandbox")

    def token_requests(self) -> list[Json]:
        """The forms of requests that a service app signed; the recorder scrubbed what it signed them with."""
        forms = (interaction["request"]["body"] for interaction in self.interactions)
        return [form for form in forms if isinstance(form, dict) and "client_assertion" in form]

    def licensed(self) -> bool:
        return not any(item.get("errorCode") == UNLICENSED for item in self._answers())

    def seeds(self) -> dict[str, list[Json]]:
        """Objects that the scenario meets without making them, as it first meets them."""
        seeds: dict[str, dict[str, Json]] = {}
        for item in self._answers():
            kind, identifier = kind_of(item), str(item.get("id"))
            if kind and identifier not in self.made:
                seeds.setdefault(kind, {}).setdefault(identifier, item)
        for kind, identifier in self._only_named():
            bare = _BARE[kind](identifier)
            if not any(identifier in items for items in seeds.values()):
                seeds.setdefault(kind, {})[identifier] = bare
        return {kind: list(items.values()) for kind, items in seeds.items()}

    def _only_named(self) -> Iterator[tuple[str, str]]:
        """Groups and users that a successful request names in its path, but that no answer shows."""
        for interaction in self.interactions:
            if interaction["response"]["status"] < 400 and "/internal/" not in interaction["request"]["path"]:
                for kind, identifier in re.findall(r"/(groups|users)/(00[gu]\w{17})\b", interaction["request"]["path"]):
                    if identifier not in self.made:
                        yield kind, identifier

    def skipped(self) -> dict[int, str]:
        """Index and reason of what cannot be replayed."""
        reasons: dict[int, str] = {}
        gone: set[str] = set()
        for interaction in self.interactions:
            request, answer = interaction["request"], interaction["response"]["body"]
            index, path = interaction["index"], request["path"]
            body_lost = (
                self.lost
                and request["method"] in ("POST", "PUT")
                and request["body"] is None
                and not (re.search(r"/lifecycle/|/keys/generate$|/clone$", path))
            )
            names = set(ID.findall(f"{path} {request['query'] or ''} {json.dumps(request['body'])}"))
            shown = {str(item.get("id")) for item in _objects(answer)}
            if "/internal/" in path:
                reasons[index] = "internal"
            elif body_lost:
                reasons[index] = "body lost"
                gone |= {str(item.get("id")) for item in _objects(answer)}
            elif gone & (names | shown):
                reasons[index] = "depends on a lost body"
        return reasons
