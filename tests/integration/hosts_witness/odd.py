# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module ``tests.hosts.odd``: everything that a host has to stand, by the option ``what``.

:mod:`hosts_world` copies it into a collection of its own, with an action plugin such as every module of this one has.
"""

from __future__ import annotations

import base64
import html
import json
import logging
import os
import signal
import sys
import time
import warnings
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus

from ansible.module_utils.common.parameters import env_fallback
from ansible_collections.qbusiness.federation.plugins.module_utils.ansible_module import FederationModule
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import FederationError
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context, run

ARGUMENTS: dict[str, Any] = {
    "argument_spec": {
        "what": {"type": "str", "required": True},
        "secret": {"type": "str", "no_log": True, "fallback": (env_fallback, ["ODD_SECRET"])},
        "learnt": {"type": "str"},
        "count": {
            "type": "int",
            "aliases": ["number", "amount"],
            "deprecated_aliases": [{"name": "number", "version": "9.0.0", "collection_name": "tests.hosts"}],
        },
        "old": {"type": "str", "removed_in_version": "9.0.0", "removed_from_collection": "tests.hosts"},
        "flag": {"type": "bool"},
        "kind": {"type": "str", "choices": ["a", "b"]},
        "things": {
            "type": "list",
            "elements": "dict",
            "options": {"name": {"type": "str", "required": True}, "key": {"type": "str", "no_log": True}},
        },
        "file": {"type": "path"},
        "any": {"type": "raw"},
    },
    "mutually_exclusive": [("flag", "file")],
    "required_together": [("kind", "things")],
    "required_if": [("what", "kinds", ["kind"])],
    "required_by": {"file": ["any"]},
    "supports_check_mode": True,
}


def _leak(context: Context) -> dict[str, Any]:
    """The secrets in every place that a result has."""
    told, learnt = context.parameters["secret"], context.parameters["learnt"]
    context.secrets.add(learnt)
    context.warn(f"warned of {told} and {learnt}")
    both = f"{told} {learnt}"
    return {
        "changed": True,
        "text": both,
        "alone": told,
        "deep": [{"list": [both, told.encode()]}],
        "diff": {"before": {"value": told}, "after": {"value": learnt}},
        "flag": True,
        "nothing": None,
    }


def _types(_context: Context) -> dict[str, Any]:
    """What JSON has no type for."""
    return {
        "moment": datetime(2026, 11, 24, 8, 0, tzinfo=UTC),
        "day": date(2026, 11, 24),
        "bytes": b"caf\xc3\xa9",
        "tuple": (1, 2),
        "set": {"only"},
        "keys": {7: "seven", True: "yes", None: "none", 1.5: "half"},
        "big": 2**70,
        "umlaut": "ä\u2028",
        "template": "{{ 1 + 1 }}",
    }


def _fail(context: Context) -> dict[str, Any]:
    context.secrets.add(context.parameters["learnt"])
    raise FederationError(
        f"refused {context.parameters['secret']} and {context.parameters['learnt']}",
        detail=[context.parameters["secret"], datetime(2026, 11, 24, tzinfo=UTC)],
    )


def _raise(context: Context) -> dict[str, Any]:
    context.secrets.add(context.parameters["learnt"])
    raise KeyError(f"{context.parameters['secret']} {context.parameters['learnt']}")


def _spell(context: Context) -> dict[str, Any]:
    """What libraries write of a secret that they refuse, in an exception and in a warning."""
    secret = context.parameters["secret"]
    coded = base64.b64encode(f"client:{secret}".encode()).decode()
    spellings = [
        f"Invalid header value {secret.encode()!r}",
        repr(ValueError(f"got {secret!r}")),
        f"https://user:{quote(secret, safe='')}@host/?token={quote_plus(secret)}",
        f"Authorization: Basic {coded}",
        json.dumps({"password": secret}),
        html.escape(secret),
        f"cut: {secret[:20]}...",
    ]
    for text in spellings:
        context.warn(text)
        context.tell(text)
    raise ValueError("; ".join(spellings))


def _exit(_context: Context) -> dict[str, Any]:
    sys.exit(3)


def _crash(_context: Context) -> dict[str, Any]:
    """What a fault in a library's C code does to its process."""
    os.kill(os.getpid(), signal.SIGSEGV)
    return {"changed": False}


def _object(_context: Context) -> dict[str, Any]:
    return {"thing": [object()]}


def _noise(context: Context) -> dict[str, Any]:
    """What libraries do."""
    secret = context.parameters["secret"]
    print("printed", secret)
    print("to the error stream", secret, file=sys.stderr)
    warnings.warn(f"warned {secret}", stacklevel=1)
    for name in ("urllib3", "botocore.endpoint", "somebody.else"):
        for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
            logging.getLogger(name).log(level, "logged %s", secret)
    return {"changed": False}


def _sleep(context: Context) -> dict[str, Any]:
    time.sleep(context.parameters["count"])
    return {"changed": False}


def _place(context: Context) -> dict[str, Any]:
    return {"folder": str(Path.cwd()), "file": context.parameters["file"], "home": os.environ["HOME"]}


def _echo(context: Context) -> dict[str, Any]:
    given = {name: value for name, value in context.parameters.items() if name not in ("secret", "what")}
    return {"changed": False, "given": given, "check_mode": context.check_mode}


def _twice(context: Context) -> dict[str, Any]:
    """Fails until a file says that it was here ``count`` times."""
    mark = Path(context.parameters["any"])
    tries = len(mark.read_text(encoding="utf-8")) + 1 if mark.exists() else 1
    mark.write_text("x" * tries, encoding="utf-8")
    if tries < context.parameters["count"]:
        raise FederationError(f"try {tries}")
    return {"changed": False, "tries": tries}


WHAT = {
    "leak": _leak,
    "types": _types,
    "fail": _fail,
    "raise": _raise,
    "spell": _spell,
    "exit": _exit,
    "crash": _crash,
    "object": _object,
    "noise": _noise,
    "sleep": _sleep,
    "place": _place,
    "twice": _twice,
}


def function(context: Context) -> dict[str, Any]:
    """What the module does, for any host."""
    return WHAT.get(context.parameters["what"], _echo)(context)


def main() -> None:
    run(FederationModule(**ARGUMENTS), function)


if __name__ == "__main__":
    main()
