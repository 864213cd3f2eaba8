# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Replay recorded Okta traffic against the embedded cloud and compare the answers.

``make okta-recordings [OKTA_RECORDINGS=FOLDER]`` runs this; ``tests/recordings.py`` knows where recordings may lie.
Lists the differences and ends with ``replayed N, status equal N, body equal N, skipped N``. Answers that only echo what
was seeded from the recording (the org's own facts, its policies, objects the scenario did not make) are counted apart,
as long as they are right; a wrong one counts as replayed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import recordings
import requests
from okta_compare import Comparison
from okta_scenario import INSTANCE_LIMIT, UNLICENSED, Json, Scenario, kind_of
from okta_service_app import TOKEN_PATH, ServiceApp
from qbusiness_sandbox.cloud import Cloud
from qbusiness_sandbox.okta.limits import bucket_of
from qbusiness_sandbox.okta.room import OktaRoom
from qbusiness_sandbox.testing import serving


@dataclass
class Result:
    """The counts over all scenarios; ``only`` the same by kind of path."""

    replayed: int = 0
    status_equal: int = 0
    body_equal: int = 0
    skipped: int = 0
    echoed: int = 0
    extra: int = 0
    reasons: Counter[str] = field(default_factory=Counter)
    differences: list[str] = field(default_factory=list)

    def add(self, other: Result) -> None:
        for name in ("replayed", "status_equal", "body_equal", "skipped", "echoed", "extra"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.reasons.update(other.reasons)
        self.differences += other.differences

    def last_line(self) -> str:
        return (
            f"replayed {self.replayed}, status equal {self.status_equal}, body equal {self.body_equal}, "
            f"skipped {self.skipped}"
        )


class Replay:
    """One scenario on a fresh org."""

    def __init__(self, scenario: Scenario) -> None:
        self.scenario = scenario
        self.cloud = Cloud()
        self.room = OktaRoom(self.cloud)
        self.compare = Comparison()
        self.session = requests.Session()
        self.session.trust_env = False
        self.touched: set[str] = set()
        self.seeded: set[str] = set()
        self.service: ServiceApp | None = None
        self.prepare()

    def prepare(self) -> None:
        """The org as the recording found it."""
        options = self.cloud.settings.options
        options["okta_pipeline"] = self.scenario.pipeline
        options["okta_features"] = self.scenario.features()
        options["okta_subdomain"] = self.scenario.host().partition(".")[0]
        options["okta_api_access_management"] = self.scenario.licensed()
        options["okta_cell"] = self.scenario.cell()
        settings = self.scenario.org_settings()
        if settings is not None:
            options["okta_org_settings"] = settings
        dates = [date for date in map(self.scenario.date, self.scenario.interactions) if date]
        if dates:
            self._set_clock(dates[0])
        self.room.reset()
        seeds = self.scenario.seeds()
        data = {kind: [self._seed(kind, item) for item in items] for kind, items in seeds.items()}
        self.room.seed(data)
        self.seeded = {str(item["id"]) for items in seeds.values() for item in items}
        asked = {scope for form in self.scenario.token_requests() for scope in str(form.get("scope", "")).split()}
        self.service = ServiceApp(self.room, asked) if asked else None
        if any(INSTANCE_LIMIT in str(i["response"]["body"]) for i in self.scenario.interactions):
            options["okta_app_limit"] = len(self.room.org.state.apps) + len(
                [
                    i
                    for i in self.scenario.interactions
                    if i["request"]["method"] == "POST"
                    and kind_of(i["response"]["body"] if isinstance(i["response"]["body"], dict) else {}) == "apps"
                ]
            )

    @staticmethod
    def _seed(kind: str, item: Json) -> Json:
        if kind == "groups":
            return {"id": item["id"], "type": item["type"], **item["profile"]}
        if kind == "users":
            return {"id": item["id"], "status": item["status"], **item["profile"]}
        return item

    def _set_clock(self, date: float) -> None:
        self.cloud.clock.offset = date - time.time()

    def _limits(self, interaction: Json, before: Json | None) -> None:
        """The bucket as the recorded answers around show it: other traffic of the org drew on it too."""
        headers = interaction["response"]["headers"]
        if "x-rate-limit-limit" not in headers:
            return
        request = interaction["request"]
        bucket = bucket_of(request["method"], request["path"])
        limits = self.cloud.settings.options.setdefault("okta_rate_limits", {})
        limits[bucket] = int(headers["x-rate-limit-limit"])
        earlier = (before or {}).get("response", {}).get("headers", {})
        if (
            before
            and bucket_of(before["request"]["method"], before["request"]["path"]) == bucket
            and ("x-rate-limit-reset" in earlier)
        ):
            self.room.org.limits.left[bucket] = (
                int(earlier["x-rate-limit-remaining"]),
                float(earlier["x-rate-limit-reset"]),
            )
        else:
            self.room.org.limits.left.pop(bucket, None)

    def send(self, base: str, request: Json) -> requests.Response:
        headers = {key: value for key, value in request["headers"].items() if key in ("accept", "content-type", "dpop")}
        authorization = request["headers"].get("authorization", "")
        if authorization:
            token = self.cloud.administrator.okta_api_token
            headers["Authorization"] = (
                authorization.replace("REDACTED", token) if authorization.startswith("SSWS") else f"SSWS {token}"
            )
        elif request["path"].startswith("/api/v1/"):
            headers["Authorization"] = f"SSWS {self.cloud.administrator.okta_api_token}"  # the recorder dropped it
        url = base + self.compare.translate(request["path"])
        if request["query"]:
            url += f"?{self.compare.translate(request['query'])}"
        body: Any = request["body"]
        arguments: dict[str, Any] = {}
        if self.service and request["path"] == TOKEN_PATH:
            arguments["data"] = self.service.sign(url, body, headers)
        elif isinstance(body, str):
            arguments["data"] = self.compare.translate(body).encode()
        elif body is not None and "form-urlencoded" in headers.get("content-type", ""):
            arguments["data"] = self.compare.translated(body)
        elif body is not None:
            arguments["json"] = self.compare.translated(body)
        answer = self.session.request(
            request["method"], url, headers=headers, allow_redirects=False, timeout=60, **arguments
        )
        if self.service and request["path"] == TOKEN_PATH:
            self.service.learn(answer)
        return answer

    def _echo(self, interaction: Json) -> bool:
        """Whether the answer holds nothing but what was put there from the recording."""
        request, answer = interaction["request"], interaction["response"]["body"]
        if request["path"] == "/.well-known/okta-organization":
            return True
        if isinstance(answer, dict) and "errorCode" in answer:
            return answer["errorCode"] == UNLICENSED or INSTANCE_LIMIT in str(answer)
        items = answer if isinstance(answer, list) else [answer]
        found = [str(item.get("id")) for item in items if isinstance(item, dict) and kind_of(item)]
        return (
            request["method"] == "GET"
            and bool(found)
            and all(identifier in self.seeded and identifier not in self.touched for identifier in found)
        )

    def run(self) -> Result:
        result = Result()
        skipped = self.scenario.skipped()
        before: Json | None = None
        with serving(self.cloud, {"okta": self.room}) as running:
            for interaction in self.scenario.interactions:
                reason = skipped.get(interaction["index"])
                if reason:
                    result.skipped += 1
                    result.reasons[reason] += 1
                    before = interaction
                    continue
                self._one(running.urls["okta"], interaction, before, result)
                before = interaction
        return result

    def _one(self, base: str, interaction: Json, before: Json | None, result: Result) -> None:
        request, recorded = interaction["request"], interaction["response"]
        date = self.scenario.date(interaction)
        if date:
            self._set_clock(date)
        self._limits(interaction, before)
        answer = self.send(base, request)
        live = self._body(answer)
        status_equal = answer.status_code == recorded["status"]
        found = self.compare.answers(recorded["body"], live, "trimmed" in interaction)
        if isinstance(recorded["body"], dict) and "access_token" in recorded["body"]:
            # Every answer has a new token; the recorder put one text for all of them.
            self.compare.live.pop(recorded["body"]["access_token"], None)
        wrong = [text for text in found if not text.startswith("+")]
        here = f"{self.scenario.name}[{interaction['index']}] {request['method']} {request['path']}"
        if self._echo(interaction) and status_equal and not wrong:
            result.echoed += 1
        else:
            result.replayed += 1
            result.status_equal += status_equal
            result.body_equal += status_equal and not wrong
            if len(found) > len(wrong):
                result.extra += 1
        if not status_equal:
            result.differences.append(f"{here}: status {answer.status_code}, recorded {recorded['status']}: {live}")
        else:
            result.differences += [f"{here}: {text}" for text in found]
        if request["method"] not in ("GET", "HEAD"):
            self.touched |= {part for part in request["path"].split("/") if part in self.seeded}

    @staticmethod
    def _body(answer: requests.Response) -> Any:
        if not answer.content:
            return None
        if "json" in answer.headers.get("Content-Type", ""):
            return answer.json()
        return answer.content.decode()


def replay(folder: Path) -> dict[str, Result]:
    """The result of each scenario in a folder, by name. Raises FileNotFoundError where there is none."""
    return {path.stem: Replay(Scenario(path)).run() for path in recordings.files(folder)}


def total(results: dict[str, Result]) -> Result:
    whole = Result()
    for result in results.values():
        whole.add(result)
    return whole


def main() -> int:
    parser = argparse.ArgumentParser(description="Replay recorded Okta traffic against the embedded cloud.")
    parser.add_argument("folder", nargs="?", type=Path, default=recordings.folder(), help="where the recordings are")
    folder = parser.parse_args().folder
    if folder is None:
        print(recordings.MISSING, file=sys.stderr)
        return 2
    try:
        whole = total(replay(folder))
    except FileNotFoundError as error:
        print(error, file=sys.stderr)
        return 2
    for difference in whole.differences:
        print(difference)
    reasons = ", ".join(f"{reason} {count}" for reason, count in sorted(whole.reasons.items()))
    print(f"skipped: {reasons or 'none'}; answers with members that were not recorded {whole.extra}")
    print(f"only echo what was seeded, counted apart: {whole.echoed}")
    print(whole.last_line())
    return 0


if __name__ == "__main__":
    sys.exit(main())
