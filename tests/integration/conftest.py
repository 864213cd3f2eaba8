# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A full embedded cloud for tests of modules, witnesses for it, and two ways to run a module.

``call`` runs a module's function in this process, validated by the module's own argument spec; ``play`` runs a real
playbook in a process of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Protocol

import boto3
import pytest
import requests
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.qbusiness.federation.plugins.module_utils import aws as aws_module
from ansible_collections.qbusiness.federation.plugins.module_utils import private_files, resource
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError
from ansible_collections.qbusiness.federation.plugins.module_utils.host import CONNECTION, Context, Function, execute
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import budget as okta_budget
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import budget_store
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import creation as okta_creation
from ansible_collections.qbusiness.federation.plugins.module_utils.okta import session as okta_session
from ansible_collections.qbusiness.federation.plugins.modules import okta_app
from okta_world import GIVEN, OIDC
from qbusiness_sandbox.build import build
from qbusiness_sandbox.cloud import Cloud
from qbusiness_sandbox.testing import Running, serving
from resource_world import World, make_world

BUDGETS = count()
#: Arguments of AnsibleModule that are not for the validator of the argument spec.
HOST_ONLY = ("supports_check_mode", "bypass_checks", "no_log", "add_file_common_args")


class Call(Protocol):
    """Runs a module's function. ``check_mode`` is a bool; typed so, no ``**options`` of texts would pass mypy."""

    def __call__(self, function: Function, check_mode: Any = False, **options: Any) -> dict[str, Any]: ...


class Play(Protocol):
    """Runs a playbook of these tasks."""

    def __call__(self, tasks: Sequence[Mapping[str, Any]], *arguments: str, fails: bool = False) -> Played: ...


def module_arguments(function: Function) -> dict[str, Any]:
    """The arguments with which the module of ``function`` makes its AnsibleModule, argument spec included."""
    module: Any = sys.modules[function.__module__]
    return dict(module.ARGUMENTS)


class Played:
    """What a playbook's run answered."""

    def __init__(self, run: subprocess.CompletedProcess[str]) -> None:
        self.text = run.stdout + run.stderr
        self.returncode = run.returncode
        start = run.stdout.find("{")
        self.report: dict[str, Any] = json.loads(run.stdout[start:]) if start >= 0 else {}

    @property
    def results(self) -> list[dict[str, Any]]:
        """The results of the tasks, in order."""
        return [
            dict(task["hosts"]["localhost"])
            for play in self.report.get("plays", [])
            for task in play["tasks"]
            if "localhost" in task["hosts"]
        ]


class OktaHttp(requests.Session):
    """A session with the Okta org's management API as its administrator: paths are enough."""

    def __init__(self, url: str, token: str) -> None:
        super().__init__()
        self.url = url
        self.headers.update({"Authorization": f"SSWS {token}", "Accept": "application/json"})

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> requests.Response:
        target = str(url)
        kwargs.setdefault("timeout", 30)
        return super().request(method, self.url + target if target.startswith("/") else target, *args, **kwargs)


@pytest.fixture(scope="session")
def running() -> Iterator[Running]:
    """The full cloud in this process, for the whole session: ``.cloud``, ``.urls``."""
    with serving(build()) as run:
        yield run


@pytest.fixture(autouse=True)
def new_budget(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """What a test learns of Okta's rate limits in this process is nothing for the next, whose limits are others."""
    place = tmp_path_factory.getbasetemp() / f"budget-{next(BUDGETS)}"
    monkeypatch.setattr(budget_store, "folder", lambda: place)
    monkeypatch.setattr(private_files, "folder", lambda: place)


@pytest.fixture
def cloud(running: Running) -> Cloud:
    """The full cloud, as just started."""
    running.cloud.reset()
    return running.cloud


def clients(running: Running) -> Callable[[str], Any]:
    """boto3 clients of the account's administrator, by service name, each made once."""
    made: dict[str, Any] = {}

    def client(service: str) -> Any:
        if service not in made:
            made[service] = boto3.client(
                service,
                endpoint_url=running.urls["aws"],
                region_name=running.cloud.region,
                aws_access_key_id=running.cloud.administrator.access_key_id,
                aws_secret_access_key=running.cloud.administrator.secret_access_key,
            )
        return made[service]

    return client


@pytest.fixture(scope="session")
def witnesses(running: Running) -> Callable[[str], Any]:
    """The witness's clients."""
    return clients(running)


@pytest.fixture(scope="session")
def module_clients(running: Running) -> Callable[[str], Any]:
    """The modules' clients: loading a service's model takes longer than most tests. ``play`` makes its own."""
    return clients(running)


@pytest.fixture
def aws(witnesses: Callable[[str], Any], cloud: Cloud) -> Callable[[str], Any]:
    """The witness: boto3 clients of the account's administrator, by service name."""
    return witnesses


@pytest.fixture
def world(cloud: Cloud, aws: Callable[[str], Any]) -> World:
    """An account with an application and an index; everything happens at once."""
    return make_world(cloud, aws)


@pytest.fixture
def okta_http(running: Running, cloud: Cloud) -> Iterator[OktaHttp]:
    """The witness of the Okta org: ``okta_http.get("/api/v1/apps").json()``."""
    with OktaHttp(running.urls["okta"], cloud.administrator.okta_api_token) as session:
        yield session


@pytest.fixture
def connection(running: Running, cloud: Cloud) -> dict[str, Any]:
    """The connection options of every module, as options."""
    return {
        "endpoint_url": running.urls["aws"],
        "region": cloud.region,
        "access_key": cloud.administrator.access_key_id,
        "secret_key": cloud.administrator.secret_access_key,
        "okta_org_url": running.urls["okta"],
        "okta_api_token": cloud.administrator.okta_api_token,
    }


@pytest.fixture
def connect_okta() -> Callable[[Mapping[str, Any]], okta_session.OktaSession] | None:
    """How ``call`` comes to a session with Okta, where not as a module does."""
    return None


@pytest.fixture
def call(
    connection: dict[str, Any],
    module_clients: Callable[[str], Any],
    connect_okta: Callable[[Mapping[str, Any]], okta_session.OktaSession] | None,
) -> Call:
    """Run a module's function here, as a host would.

    Options are validated by the module's own argument spec (``InputError`` with all of its messages), connection
    options are filled in, the answer is made JSON. ``warnings`` is in it when there were any.
    """

    def run(function: Function, check_mode: Any = False, **options: Any) -> dict[str, Any]:
        arguments = {key: value for key, value in module_arguments(function).items() if key not in HOST_ONLY}
        known = arguments["argument_spec"]
        given = {key: value for key, value in connection.items() if key in known}
        result = ArgumentSpecValidator(**arguments).validate({**given, **options})
        if result.error_messages:
            raise InputError(result.error_messages)
        parameters = result.validated_parameters
        shared = None if CONNECTION & set(options) else module_clients
        aws = aws_module.Aws({key: value for key, value in parameters.items() if key in CONNECTION}, shared)
        context = Context(parameters, check_mode, aws, connect_okta)
        answer: dict[str, Any] = json.loads(json.dumps(execute(function, context)))
        if context.warnings:
            answer["warnings"] = context.warnings
        return answer

    return run


@pytest.fixture
def instant(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses of the collection's own loops pass at once; its deadlines move along with them."""
    passed = [0.0]

    def sleep(seconds: float) -> None:
        passed[0] += seconds

    monkeypatch.setattr(aws_module, "time", SimpleNamespace(sleep=sleep, monotonic=lambda: passed[0]))
    for module in (resource, okta_creation):
        monkeypatch.setattr(module, "time", SimpleNamespace(sleep=sleep, monotonic=lambda: passed[0]))


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch, cloud: Cloud) -> list[float]:
    """The pauses of sessions with the Okta org: they pass at once, and Okta's clock moves along."""
    passed: list[float] = []

    def sleep(seconds: float) -> None:
        passed.append(seconds)
        cloud.clock.advance(seconds)

    monkeypatch.setattr(okta_session, "time", SimpleNamespace(sleep=sleep))
    monkeypatch.setattr(okta_creation, "time", SimpleNamespace(sleep=sleep, monotonic=time.monotonic))
    monkeypatch.setattr(okta_budget, "time", SimpleNamespace(sleep=sleep, monotonic=cloud.clock.now))
    return passed


@pytest.fixture
def saml_app(call: Call, cloud: Cloud) -> dict[str, Any]:
    """What ``okta_app`` answered when it made a SAML app; the log is empty afterwards."""
    answer = call(okta_app.function, **GIVEN)
    cloud.log.clear()
    return answer


@pytest.fixture
def oidc_app(call: Call, cloud: Cloud) -> dict[str, Any]:
    """What ``okta_app`` answered when it made an OpenID Connect app; the log is empty afterwards."""
    answer = call(okta_app.function, **OIDC)
    cloud.log.clear()
    return answer


@pytest.fixture
def environment(running: Running, cloud: Cloud, tmp_path: Path) -> dict[str, str]:
    """An environment that leads a child process to the cloud."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "OKTA_", "ANSIBLE_"))}
    return {
        **kept,
        "HOME": str(tmp_path),
        "AWS_ENDPOINT_URL": running.urls["aws"],
        "AWS_REGION": cloud.region,
        "AWS_ACCESS_KEY_ID": cloud.administrator.access_key_id,
        "AWS_SECRET_ACCESS_KEY": cloud.administrator.secret_access_key,
        "OKTA_CLIENT_ORGURL": running.urls["okta"],
        "OKTA_CLIENT_TOKEN": cloud.administrator.okta_api_token,
        "ANSIBLE_STDOUT_CALLBACK": "ansible.posix.json",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_NOCOLOR": "1",
        "PATH": os.pathsep.join((str(Path(sys.executable).parent), os.environ.get("PATH", ""))),
    }


@pytest.fixture
def play(environment: dict[str, str], tmp_path: Path) -> Play:
    """Run a real playbook of ``tasks`` on localhost: ``play(tasks, "--check").results[0]["changed"]``."""

    def run(tasks: Sequence[Mapping[str, Any]], *arguments: str, fails: bool = False) -> Played:
        book = tmp_path / "playbook.yml"
        settings = {"ansible_python_interpreter": sys.executable}
        plays = [
            {
                "hosts": "localhost",
                "connection": "local",
                "gather_facts": False,
                "vars": settings,
                "tasks": list(tasks),
            }
        ]
        book.write_text(yaml.safe_dump(plays), encoding="utf-8")
        command = [str(Path(sys.executable).with_name("ansible-playbook")), str(book), *arguments]
        played = Played(
            subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
        )
        assert (played.returncode != 0) == fails, played.text
        return played

    return run
