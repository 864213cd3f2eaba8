# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`make demo`: the main job on the embedded cloud. KEEP=1 leaves the cloud up."""

from __future__ import annotations

import json
import os
import re
import secrets
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from qbusiness_sandbox.company import LOGIN, move_in
from qbusiness_sandbox.testing import Process, sandbox_process

HERE = Path(__file__).parent / "demo"


def say(text: str) -> None:
    print(f"\n\033[1m== {text}\033[0m" if sys.stdout.isatty() else f"\n== {text}", flush=True)


def playbook(name: str, environment: dict[str, str], *arguments: str) -> str:
    """Run a playbook of the collection, its output shown as it comes, and answer that output.

    Raises ``SystemExit`` when it fails.
    """
    command = [
        str(Path(sys.executable).with_name("ansible-playbook")),
        "-i",
        str(HERE / "inventory.yml"),
        f"qbusiness.federation.{name}",
        *arguments,
    ]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    lines: list[str] = []
    for line in process.stdout or ():
        lines.append(line)
        print(line, end="", flush=True)
    if process.wait() != 0:
        raise SystemExit(f"The playbook {name} failed.")
    return "".join(lines)


def recap(output: str) -> dict[str, int]:
    """The sums over all hosts of the last PLAY RECAP."""
    text = output.rpartition("PLAY RECAP")[2]
    return {
        key: sum(int(number) for number in re.findall(rf"\b{key}=(\d+)", text))
        for key in ("ok", "changed", "unreachable", "failed")
    }


#: The playbooks that federate, with what each shows.
FEDERATIONS = {
    "saml": "By SAML: the Okta app, the IAM provider and roles, the application, its knowledge, its web experience",
    "oidc": "By OpenID Connect: one Okta app, its issuer and its client secret, and two applications that share them",
}


def demonstrate(cloud: Process, folder: Path) -> None:
    password = secrets.token_urlsafe(16)
    evidence_files = str(folder / "evidence-{{ inventory_hostname }}.json")
    environment = {
        **os.environ,
        **cloud.environment,
        "OKTA_TEST_USERNAME": LOGIN,
        "OKTA_TEST_PASSWORD": password,
        "ANSIBLE_NOCOWS": "1",
    }
    environment.pop("AWS_PROFILE", None)
    move_in(cloud, password, HERE / "documents")

    first: dict[str, dict[str, int]] = {}
    for name, text in FEDERATIONS.items():
        say(text)
        first[name] = recap(playbook(name, environment))

    say("Prove each sign-in: Okta, then STS, then one question")
    playbook("prove_login", environment, "-e", json.dumps({"federation_evidence_file": evidence_files}))
    proofs = {
        path.stem.removeprefix("evidence-"): json.loads(path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("evidence-*.json"))
    }

    second: dict[str, dict[str, int]] = {}
    for name in FEDERATIONS:
        say(f"The playbook {name} again: nothing to change")
        second[name] = recap(playbook(name, environment))

    print()
    for name in FEDERATIONS:
        print(f"{name}: first run:  changed={first[name]['changed']} failed={first[name]['failed']}")
        print(f"{name}: second run: changed={second[name]['changed']} failed={second[name]['failed']}")
    for name, evidence in proofs.items():
        print(f"proof of {name}: {'green' if evidence.get('proved') else evidence.get('failed_layer')}", flush=True)
    if (
        not all(run["changed"] for run in first.values())
        or any(run["changed"] for run in second.values())
        or not proofs
        or not all(evidence.get("proved") for evidence in proofs.values())
    ):
        raise SystemExit("The demonstration did not come out as it should.")
    if os.environ.get("KEEP", "") not in ("", "0"):
        keep(cloud, password)


def _items(value: Any) -> list[dict[str, Any]]:
    return list(value.values()) if isinstance(value, dict) else list(value)


def keep(cloud: Process, password: str) -> None:
    """Leave the cloud up until the person has seen enough."""
    environment = cloud.environment
    urls = [
        str(item["defaultEndpoint"]) for item in _items(cloud.control.state()["aws"]["qbusiness"]["webExperiences"])
    ]
    say("The cloud stays up; press Ctrl-C to end it")
    print(
        f"Open the web experiences in a browser that goes through the embedded cloud's proxy:\n"
        f"  chromium --user-data-dir=$(mktemp -d) --proxy-server={environment['QBUSINESS_SANDBOX_PROXY']} "
        f"--ignore-certificate-errors-spki-list={environment['QBUSINESS_SANDBOX_CA_SPKI']} "
        f"{' '.join(urls)}\n"
        f"Sign in as {LOGIN} with the password {password} (made for this run, gone with it).",
        flush=True,
    )
    try:
        while True:
            input()
    except (KeyboardInterrupt, EOFError):
        pass


def main() -> None:
    say("Start the embedded cloud")
    with tempfile.TemporaryDirectory(prefix="qbusiness-demo-") as folder, sandbox_process() as cloud:
        demonstrate(cloud, Path(folder))
    say("Done; the cloud is gone")


if __name__ == "__main__":
    main()
