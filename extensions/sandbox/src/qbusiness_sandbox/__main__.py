# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""``python -m qbusiness_sandbox --export FILE``: the embedded cloud as a process."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from qbusiness_sandbox import control
from qbusiness_sandbox.cloud import ACCOUNT_ID, REGION
from qbusiness_sandbox.export import FORMATS, ExportFile, render
from qbusiness_sandbox.launch import LaunchError, Options, Sandbox
from qbusiness_sandbox.names import OKTA_HOST, valid_host
from qbusiness_sandbox.parent import Watch
from qbusiness_sandbox.reading import Unreadable

PROGRAM = "qbusiness-sandbox"

DESCRIPTION = """\
An embedded cloud for tests of Amazon Q Business federated with Okta: Q Business, STS, IAM, S3, Secrets Manager, KMS,
an Okta org and the web experiences. Everything listens on 127.0.0.1 only and is forgotten when the process ends.
"""
EPILOG = """\
When everything is ready, FILE appears (mode 0600) and one line is printed. With `. FILE` in a shell, unchanged AWS and
Okta clients reach this cloud under the real host names, through its proxy and with its certificate authority; every
other name is refused. The process ends on SIGTERM or SIGINT, or when its parent ends, and takes FILE, certificate
authority and credentials with it.

example:
  python -m qbusiness_sandbox --export /tmp/cloud.sh &
  until [ -e /tmp/cloud.sh ]; do sleep 0.2; done
  . /tmp/cloud.sh
  aws qbusiness list-applications
"""


def _port(text: str) -> int:
    if not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port (0 to 65535)")
    return int(text)


def _pid(text: str) -> int:
    if not text.isdigit() or int(text) == 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not the id of a process that ends (0, or 2 or more)")
    return int(text)


def _account(text: str) -> str:
    if len(text) != 12 or not text.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not an account id (twelve digits)")
    return text


def _host(text: str) -> str:
    if not valid_host(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a host name")
    return text


def parser() -> argparse.ArgumentParser:
    """The command line."""
    made = argparse.ArgumentParser(
        PROGRAM, description=DESCRIPTION, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    made.add_argument("--export", type=Path, required=True, metavar="FILE", help="where the environment is written")
    made.add_argument("--format", choices=FORMATS, default="shell", help="of FILE: lines for a shell (default), one"
                      " JSON object, or NAME=value lines")  # fmt: skip
    made.add_argument("--okta-host", type=_host, default=OKTA_HOST, metavar="HOST", help="the Okta org's host name"
                      " (default: %(default)s)")  # fmt: skip
    made.add_argument("--region", default=REGION, help="the one region there is (default: %(default)s)")
    made.add_argument("--account-id", type=_account, default=ACCOUNT_ID, metavar="ID", help="the AWS account"
                      " (default: %(default)s)")  # fmt: skip
    for name, what in (
        ("proxy", "the proxy for real host names"),
        ("aws", "the AWS services over plain HTTP"),
        ("okta", "the Okta org over plain HTTP"),
        ("control", "the control endpoint"),
    ):
        made.add_argument(f"--{name}-port", type=_port, default=0, metavar="PORT", help=f"of {what} (default: any)")
    made.add_argument("--seed", type=Path, metavar="SEED", help="a JSON or YAML file with objects to put in place, as"
                      " the control endpoint's /seed takes them")  # fmt: skip
    made.add_argument("--no-parent-watch", action="store_true", help="outlive the process that started this one")
    made.add_argument("--owner", type=_pid, default=0, metavar="PID", help="end when the process with this id"
                      " ends (default: none)")  # fmt: skip
    made.add_argument("--keep", action="store_true", help="leave FILE behind at the end (what it names is gone then)")
    return made


def _read_seed(path: Path) -> Any:
    try:
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".json":
            return json.loads(text)
        import yaml

        try:
            return yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise ValueError(" ".join(str(error).split())) from error
    except OSError as error:
        raise LaunchError(f"the seed {path} cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise LaunchError(f"the seed {path} cannot be parsed: {error}") from error


def run(arguments: argparse.Namespace) -> None:
    """Serve until a signal or the parent's end. Raises :class:`LaunchError`."""
    watch = Watch(parent=not arguments.no_parent_watch, owner=arguments.owner)
    file = ExportFile(arguments.export, arguments.keep)
    file.check()
    seed = _read_seed(arguments.seed) if arguments.seed else None
    sandbox = Sandbox(
        Options(
            okta_host=arguments.okta_host,
            region=arguments.region,
            account_id=arguments.account_id,
            proxy_port=arguments.proxy_port,
            aws_port=arguments.aws_port,
            okta_port=arguments.okta_port,
            control_port=arguments.control_port,
        )
    )
    try:
        if seed is not None:
            try:
                control.seed(sandbox.cloud, seed)
            except Unreadable as error:
                raise LaunchError(f"the seed {arguments.seed} does not fit: {error}") from error
        sandbox.start()
        file.write(render(sandbox.environment(), arguments.format))
        print(
            f"{PROGRAM} is ready: real host names through {sandbox.proxy.url}, AWS {sandbox.aws.url},"
            f" Okta {sandbox.okta.url}, control {sandbox.control.url}, environment in {arguments.export}",
            flush=True,
        )
        watch.wait()
    finally:
        file.remove()
        sandbox.stop()


def main(argv: Sequence[str] | None = None) -> int:
    """The command's exit status."""
    try:
        run(parser().parse_args(argv))
    except LaunchError as error:
        print(f"{PROGRAM}: error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
