# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A stand-in for AWX's API v2: it keeps objects by kind, finds them by their fields, and refuses what AWX refuses.

AWX itself cannot run here. What is checked of its rules was read in its source (October 2024): foreign keys exist,
names are unique, secrets are never shown again, surveys and credential types are well formed. All else is stored.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

TOKEN = "a-token-of-the-stand-in"
ENCRYPTED = "$encrypted$"
#: Fields that hold the id of an object of another kind.
KEYS = {
    "organization": "organizations",
    "credential_type": "credential_types",
    "project": "projects",
    "source_project": "projects",
    "inventory": "inventories",
    "execution_environment": "execution_environments",
    "default_environment": "execution_environments",
    "credential": "credentials",
    "unified_job_template": "unified_job_templates",
    "workflow_job_template": "workflow_job_templates",
}
UNIFIED = ("job_templates", "workflow_job_templates", "projects", "inventory_sources", "workflow_approval_templates")
#: What an object of a kind cannot be made without.
REQUIRED = {
    "credential_types": {"name", "kind"},
    "credentials": {"name", "credential_type"},
    "execution_environments": {"name", "image"},
    "inventories": {"name", "organization"},
    "inventory_sources": {"name", "inventory", "source"},
    "job_templates": {"name", "inventory", "project", "playbook"},
    "projects": {"name", "organization"},
    "schedules": {"name", "rrule", "unified_job_template"},
    "workflow_job_templates": {"name"},
    "workflow_job_template_nodes": {"workflow_job_template"},
}
QUESTION_TYPES = {"text", "textarea", "password", "integer", "float", "multiplechoice", "multiselect"}
#: Variables that a credential type may not set (AWX's block list, and all of Ansible's own).
BLOCKED = {"VIRTUAL_ENV", "PATH", "PYTHONPATH", "JOB_ID", "INVENTORY_ID", "AWX_HOST", "PROJECT_REVISION"}


class Refused(Exception):
    """What AWX answers with status 400."""


def survey_faults(spec: dict[str, Any]) -> list[str]:
    """What AWX would refuse in a survey."""
    faults = [f"'{key}' missing from survey spec" for key in ("name", "description", "spec") if key not in spec]
    variables = [question.get("variable", "") for question in spec.get("spec", [])]
    faults += [f"'variable' '{name}' duplicated" for name in sorted(set(variables)) if variables.count(name) > 1]
    for question in spec.get("spec", []):
        name = question.get("variable", "?")
        faults += [
            f"{name}: '{key}' missing"
            for key in ("type", "question_name", "variable", "required")
            if question.get(key) is None
        ]
        if question.get("type") not in QUESTION_TYPES:
            faults.append(f"{name}: '{question.get('type')}' is no type of a question")
        default = question.get("default", "")
        if question.get("type") in ("multiplechoice", "multiselect"):
            choices = question.get("choices")
            if not isinstance(choices, list) or not choices or not all(isinstance(item, str) for item in choices):
                faults.append(f"{name}: choices must be texts")
            elif default and default not in choices:
                faults.append(f"{name}: the default must be among the choices")
        elif question.get("type") in ("text", "textarea") and not isinstance(default, str):
            faults.append(f"{name}: the default must be a text")
    return faults


def credential_type_faults(item: dict[str, Any]) -> list[str]:
    """What AWX would refuse in a credential type."""
    faults = []
    fields = {field["id"]: field for field in item.get("inputs", {}).get("fields", [])}
    for name, field in fields.items():
        if field.get("type") not in ("string", "boolean"):
            faults.append(f"{name}: fields are strings or booleans")
        if not name.isidentifier() or name == "tower":
            faults.append(f"{name}: no name for a field")
    faults += [f"{name}: required, but no field" for name in item["inputs"].get("required", []) if name not in fields]
    for variable, template in item.get("injectors", {}).get("env", {}).items():
        if variable in BLOCKED or variable.startswith("ANSIBLE_"):
            faults.append(f"{variable}: may not be set")
        named = re.findall(r"{{ *([a-z_]+) *}}", template)
        if not named:
            faults.append(f"{variable}: {template} is no template")
        faults += [f"{variable}: {name} is no field" for name in named if name not in fields]
    return faults


class Store:
    """Everything that there is. ``writes``: what changed it, in order, as ``METHOD path``."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.writes: list[str] = []
        self.objects: dict[str, dict[int, dict[str, Any]]] = {}
        self.lists: dict[tuple[str, int, str], list[int]] = {}
        self.surveys: dict[tuple[str, int], Any] = {}
        self._last = 0
        self.add("organizations", {"name": "Default"})
        self.add(
            "credential_types",
            {
                "name": "Amazon Web Services",
                "kind": "cloud",
                "managed": True,
                "inputs": {"fields": [{"id": "username"}, {"id": "password", "secret": True}]},
            },
        )

    def all(self, kind: str) -> list[dict[str, Any]]:
        kinds = UNIFIED if kind == "unified_job_templates" else (kind,)
        return [item for name in kinds for item in self.objects.get(name, {}).values()]

    def add(self, kind: str, item: dict[str, Any]) -> dict[str, Any]:
        self._last += 1
        url = f"/api/v2/{kind}/{self._last}/"
        related = {name: f"{url}{name}/" for name in ("survey_spec", "create_approval_template")}
        whole = {
            **item,
            "id": self._last,
            "type": kind.rstrip("s"),
            "url": url,
            "related": related,
            "summary_fields": {},
            "scm_revision": "",
        }
        self.objects.setdefault(kind, {})[self._last] = whole
        return whole

    def find(self, kind: str, fields: dict[str, str]) -> list[dict[str, Any]]:
        plain = {name: value for name, value in fields.items() if name not in ("page", "page_size", "order_by")}
        return [
            self.shown(kind, item)
            for item in self.all(kind)
            if all(str(item.get(name)) == value for name, value in plain.items())
        ]

    def shown(self, kind: str, item: dict[str, Any]) -> dict[str, Any]:
        """As AWX shows it: without secrets."""
        if kind != "credentials":
            return item
        secret = {
            field["id"]
            for field in self.objects["credential_types"][item["credential_type"]]["inputs"]["fields"]
            if field.get("secret")
        }
        inputs = {
            name: ENCRYPTED if name in secret and value else value for name, value in item.get("inputs", {}).items()
        }
        return {**item, "inputs": inputs}

    def check(self, kind: str, item: dict[str, Any], own: int = 0) -> None:
        """Raises :class:`Refused`."""
        missing = REQUIRED.get(kind, set()) - set(item)
        if missing:
            raise Refused(f"{kind}: {', '.join(sorted(missing))} missing")
        for field, target in KEYS.items():
            if item.get(field) and not any(other["id"] == item[field] for other in self.all(target)):
                raise Refused(f"{kind}: {field} {item[field]} does not exist")
        if kind == "credential_types" and credential_type_faults(item):
            raise Refused("; ".join(credential_type_faults(item)))
        if kind == "schedules" and not re.match(r"DTSTART(;TZID=\S+)?:\d{8}T\d{6}Z? RRULE:", item["rrule"]):
            raise Refused("schedules: the rrule needs a DTSTART and a RRULE")
        if item.get("name") and any(
            other.get("name") == item["name"] and other["id"] != own for other in self.all(kind)
        ):
            raise Refused(f"{kind}: {item['name']} exists")

    def post(self, path: list[str], body: dict[str, Any]) -> tuple[int, Any]:
        kind = path[0]
        if len(path) == 1:
            self.check(kind, body)
            return 201, self.shown(kind, self.add(kind, body))
        item, part = self.objects[kind][int(path[1])], path[2]
        if part == "survey_spec":
            if faults := survey_faults(body):
                raise Refused("; ".join(faults))
            self.surveys[kind, item["id"]] = body
            return 200, {}
        if part == "create_approval_template":
            approval = self.add("workflow_approval_templates", body)
            item["unified_job_template"] = approval["id"]
            item["related"] = {**item["related"], "unified_job_template": approval["url"]}
            return 201, approval
        kept = self.lists.setdefault((kind, item["id"], part), [])
        if body.get("disassociate"):
            kept.remove(body["id"])
        else:
            kept.append(body["id"])
        return 204, None

    def get(self, path: list[str], query: dict[str, str]) -> tuple[int, Any]:
        kind = path[0]
        if len(path) == 1:
            results = self.find(kind, query)
            return 200, {"count": len(results), "next": None, "results": results}
        item = self.objects.get(kind, {}).get(int(path[1]))
        if item is None:
            return 404, {}
        if len(path) == 2:
            return 200, self.shown(kind, item)
        if path[2] == "survey_spec":
            return 200, self.surveys.get((kind, item["id"]), {})
        results = [{"id": number} for number in self.lists.get((kind, item["id"], path[2]), [])]
        return 200, {"count": len(results), "next": None, "results": results}

    def patch(self, path: list[str], body: dict[str, Any]) -> tuple[int, Any]:
        item = self.objects[path[0]][int(path[1])]
        self.check(path[0], {**item, **body}, item["id"])
        item.update(body)
        return 200, self.shown(path[0], item)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    store: Store

    def log_message(self, format: str, *args: object) -> None:
        """Silent."""

    def _answer(self) -> None:
        parts = urlsplit(self.path)
        path = parts.path.removeprefix("/api/v2/").strip("/").split("/")
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        status: int
        answer: Any
        with self.store.lock:
            if self.headers.get("Authorization") != f"Bearer {TOKEN}":
                status, answer = 401, None
            elif self.command == "GET":
                status, answer = self.store.get(path, dict(parse_qsl(parts.query, keep_blank_values=True)))
            else:
                try:
                    status, answer = (self.store.post if self.command == "POST" else self.store.patch)(path, body)
                    self.store.writes.append(f"{self.command} {parts.path}")
                except Refused as refusal:
                    status, answer = 400, {"__all__": [str(refusal)], "error": str(refusal)}
        text = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.send_header("X-API-Product-Name", "AWX")
        self.send_header("X-API-Product-Version", "24.6.1")
        self.end_headers()
        self.wfile.write(text)

    do_GET = do_POST = _answer
    do_PATCH = _answer  # noqa: N815 - http.server's own name


@contextmanager
def serving() -> Iterator[tuple[str, Store]]:
    """The address of a stand-in, and what it keeps."""
    store = Store()
    handler = type("BoundHandler", (Handler,), {"store": store})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", store
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)
