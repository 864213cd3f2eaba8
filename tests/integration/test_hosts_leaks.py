# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials of the wrong form, in both executions at -vvv: what is wrong is said, and the credential is not shown."""

from __future__ import annotations

import base64
import html
import json
from typing import Any
from urllib.parse import quote, quote_plus

import pytest
import yaml
from hosts_world import HERE, Run, Stage, both, odd
from qbusiness_sandbox.cloud import Cloud
from qbusiness_sandbox.testing import Running

BROKEN = "FwoGZXIvYXdzEBYaDEXAMPLEtoken/one\nSecondLine+of/The=Canary9"
KEY = "wJalrXUtnFEMI/K7MDENG\r\nbPxRfiCYCANARYKEY+abc"
TOKEN = "00aBcD3fGhIjKlMnOpQrStUvWxYz-Canary_Token1"
WORD = 'pa\'ss "w0rd" <&> 100%/+ Canary2 and some more'
NUMBER = 4711081547110815
INFO = "qbusiness.federation.qbusiness_app_info"
ORG = "qbusiness.federation.okta_app_info"
LOGIN = "qbusiness.federation.okta_login"


@pytest.fixture(scope="module")
def stage(running: Running, tmp_path_factory: pytest.TempPathFactory) -> Stage:
    running.cloud.reset()
    return Stage(tmp_path_factory.mktemp("leaks"), running)


def spellings(secret: str) -> set[str]:
    """A secret and its lines, as they are and as texts carry them."""
    found: set[str] = set()
    for part in {secret, *(line for line in secret.split() if len(line) >= 8)}:
        found |= {part, repr(part)[1:-1], repr(part.encode())[2:-1], json.dumps(part)[1:-1], html.escape(part)}
        found |= {quote(part), quote(part, safe=""), quote_plus(part), part.encode().hex()}
        for offset in range(3):
            coded = base64.b64encode(b"x" * offset + part.encode()).decode()
            found.add(coded[4 if offset else 0 : len(coded) // 4 * 4 - 4])
    found.add(secret[:14])
    return {spelling for spelling in found if len(spelling) >= 8}


def shown(run: Run, secret: str, stage: Stage) -> list[str]:
    """The spellings that a run shows, in its output, its results and its log."""
    log = stage.folder / "ansible.log"
    results = json.dumps([event for event in run.events if "result" in event])
    text = run.text + results + (log.read_text(encoding="utf-8") if log.exists() else "")
    return sorted(spelling for spelling in spellings(secret) if spelling in text)


def play(stage: Stage, tasks: list[dict[str, Any]], **environment: str | None) -> Run:
    """Run tasks in both executions; secrets come by a file, since Ansible quotes a playbook's own lines."""
    given = {
        "word": WORD,
        "broken": BROKEN,
        "key": KEY,
        "token": TOKEN,
        "mapping": {"value": WORD, "number": 1},
        "number": NUMBER,
    }
    (stage.book / "given.yml").write_text(yaml.safe_dump(given), encoding="utf-8")
    whole = {
        "hosts": "localhost",
        "gather_facts": False,
        "vars": HERE,
        "vars_files": ["given.yml"],
        "ignore_errors": True,
        "tasks": both(tasks),
    }
    log = stage.folder / "ansible.log"
    log.unlink(missing_ok=True)
    return stage.plays([whole], "-vvv", ANSIBLE_LOG_PATH=str(log), **environment)


def messages(run: Run, name: str) -> list[str]:
    """What the task says of its failure, in each execution."""
    found = []
    for called in (name, f"{name} as module"):
        (record,) = run.records(called)
        assert record["event"] == "failed", run.text[-3000:]
        found.append(str(record["result"]["msg"]))
    assert found[0] == found[1]
    return found


@pytest.mark.parametrize("way", ["environment", "option", "profile"])
def test_a_session_token_with_a_line_break(stage: Stage, cloud: Cloud, way: str) -> None:
    options = {"session_token": "{{ broken }}"} if way == "option" else {}
    environment: dict[str, str | None] = {"AWS_SESSION_TOKEN": BROKEN} if way == "environment" else {}
    if way == "profile":
        file = stage.folder / "credentials"
        lines = BROKEN.replace("\n", "\n  ")
        keys = (
            "aws_access_key_id = AKIAEXAMPLE000000000\naws_secret_access_key = 0123456789012345678901234567890123456789"
        )
        file.write_text(f"[odd]\n{keys}\naws_session_token = {lines}\n", encoding="utf-8")
        environment = {
            "AWS_SHARED_CREDENTIALS_FILE": str(file),
            "AWS_PROFILE": "odd",
            "AWS_ACCESS_KEY_ID": None,
            "AWS_SECRET_ACCESS_KEY": None,
        }
    run = play(stage, [{"name": "aws", INFO: options}], **environment)
    for text in messages(run, "aws"):
        assert "session_token" in text and "holds a line break (character 34 of" in text
    assert shown(run, BROKEN, stage) == []
    assert cloud.log.since() == []


def test_keys_that_cannot_be_right(stage: Stage, cloud: Cloud) -> None:
    exchanged = {"access_key": "{{ token }}", "secret_key": "AKIAEXAMPLE000000000"}
    tasks = [
        {"name": "key", INFO: {"secret_key": "{{ key }}"}},
        {"name": "id", INFO: {"access_key": "{{ key }}"}},
        {"name": "exchanged", INFO: exchanged},
        {"name": "okta", ORG: {"okta_api_token": "{{ key }}"}},
    ]
    run = play(stage, tasks)
    assert "secret_key: holds a line break" in messages(run, "key")[0]
    assert "access_key: holds a line break" in messages(run, "id")[0]
    assert "secret_key: is an access key ID" in messages(run, "exchanged")[0]
    assert "okta_api_token: holds a line break" in messages(run, "okta")[0]
    assert shown(run, KEY, stage) == shown(run, TOKEN, stage) == []
    assert cloud.log.since() == []


def test_url_and_token_of_okta_exchanged(stage: Stage, cloud: Cloud, running: Running) -> None:
    url = running.urls["okta"]
    login = {"sso_url": f"{url}/app/x/sso/saml", "username": "ann", "password": "{{ word }}"}
    options = {"okta_org_url": "{{ token }}", "okta_api_token": url}
    tasks = [{"name": "okta", ORG: {}}, {"name": "login", LOGIN: login}, {"name": "options", ORG: options}]
    run = play(stage, tasks, OKTA_CLIENT_ORGURL=TOKEN, OKTA_CLIENT_TOKEN=url)
    for name in ("okta", "options"):
        for text in messages(run, name):
            assert "okta_org_url: is not a URL of HTTPS" in text and "okta_api_token: is a URL" in text
    assert "okta_org_url: is not a URL of HTTPS" in messages(run, "login")[0]
    assert shown(run, TOKEN, stage) == shown(run, WORD, stage) == []
    assert cloud.log.since() == []


def test_a_password_that_is_no_text_is_not_sent(stage: Stage, cloud: Cloud, running: Running) -> None:
    login = {"sso_url": f"{running.urls['okta']}/app/x/sso/saml", "username": "ann"}
    given = {
        "a mapping": "{{ mapping }}",
        "a list": ["{{ word }}"],
        "a number": "{{ number }}",
        "a mapping, written": "{{ mapping | string }}",
        "a mapping, as JSON": "{{ mapping | to_json }}",
    }
    tasks = [{"name": name, LOGIN: {**login, "password": value}} for name, value in given.items()]
    run = play(stage, tasks)
    for name in given:
        for text in messages(run, name):
            assert text.startswith(f"password: is {name.partition(',')[0]}, not a text."), text
    assert shown(run, WORD, stage) == [] and str(NUMBER) not in run.text
    from_outside = play(
        stage, [{"name": "environment", LOGIN: login}], OKTA_TEST_PASSWORD=str({"value": WORD, "number": 1})
    )
    for text in messages(from_outside, "environment"):
        assert "password: is a mapping, not a text." in text
    assert shown(from_outside, WORD, stage) == []
    assert cloud.log.since() == []


def test_what_libraries_write_is_cleaned(stage: Stage) -> None:
    """The exception's kind and place stay, every spelling of the secret is gone; so with warnings and progress."""
    tasks = [odd(name, "spell", {"secret": f"{{{{ {name} }}}}"}) for name in ("word", "broken", "token")]
    run = play(stage, tasks)
    for name in ("word", "broken", "token"):
        for text in messages(run, name):
            assert text.startswith("Unexpected ValueError: ") and "(at _spell, line " in text
            assert text.count("********") >= 7
    assert [shown(run, secret, stage) for secret in (WORD, BROKEN, TOKEN)] == [[], [], []]


def test_the_search_would_find_a_leak(stage: Stage) -> None:
    (stage.folder / "ansible.log").unlink(missing_ok=True)
    for text in (BROKEN, repr(BROKEN.encode()), quote_plus(BROKEN), base64.b64encode(f"ab:{BROKEN}".encode()).decode()):
        assert shown(Run(0, f"x {text} y"), BROKEN, stage)
