# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can be seen to be wrong with credentials before anything is made of them, without showing any of them.

What a library says of a header that it refuses holds the header's value.
"""

from __future__ import annotations

import ast
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

#: An access key ID of a user or of a session. Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
_ACCESS_KEY_ID = re.compile(r"(?:AKIA|ASIA)[A-Z0-9]{12,}")
_URL = re.compile(r"https?://", re.IGNORECASE)
_PROXIES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY")
#: The shortest value from a file or a URL that is worth hiding: shorter ones blank harmless texts.
LEAST = 8
#: What is said of a text that is a mapping or a list: longer ones are looked at by no parser.
LONGEST = 1 << 20
#: Options that may hold JSON.
_JSON_SUFFIX = "private_key"
_KINDS: dict[type, str] = {dict: "a mapping", list: "a list", bool: "a boolean", int: "a number", float: "a number"}


def word_fault(name: str, value: str, *variables: str) -> str:
    """What keeps a value from being one word of printable ASCII; ``""``: nothing does.

    :param name: how the option, variable or file is called
    :param variables: names of variables that may have brought it in place of the option
    """
    for place, character in enumerate(value, 1):
        if "!" <= character <= "~":
            continue
        if character in "\r\n":
            kind = "a line break"
        elif character.isspace():
            kind = "white space"
        elif character.isprintable():
            kind = "a letter that is not ASCII"
        else:
            kind = "a control character"
        source = f" It comes from the option or from {' or '.join(variables)}." if variables else ""
        return (
            f"{name}: holds {kind} (character {place} of {len(value)}). It should be one word of ASCII letters, digits "
            f"and signs, without a line break; copy it once more.{source}"
        )
    return ""


def aws_faults(
    values: Mapping[str, str], names: Mapping[str, str], variables: Mapping[str, str] | None = None
) -> list[str]:
    """What is wrong with the form of AWS credentials.

    :param values: ``access_key``, ``secret_key``, ``session_token``, as far as they are set
    :param names: how to call each of them
    :param variables: those that may have brought them in place of the options
    """
    faults = [
        fault
        for key, value in values.items()
        if (fault := word_fault(names[key], value, *([variables[key]] if variables else [])))
    ]
    if _ACCESS_KEY_ID.fullmatch(values.get("secret_key", "")):
        faults.append(
            f"{names['secret_key']}: is an access key ID. Exchange it with {names['access_key']}: the access key ID "
            "begins with AKIA or ASIA, the secret key does not."
        )
    return faults


def is_url(text: str) -> bool:
    """Whether a text is meant to be a URL of http or https with a host."""
    try:
        return bool(_URL.match(text) and urlsplit(text).hostname)
    except ValueError:
        return False


def misplaced(parameters: Mapping[str, Any]) -> set[str]:
    """Values of options that are not secret, where a secret may stand in place of what belongs there."""
    url = str(parameters.get("okta_org_url") or "").strip()
    return {url} if len(url) >= LEAST and not is_url(url) else set()


def of_urls(urls: Iterable[str]) -> set[str]:
    """The passwords in these URLs, as they are and as the URL has them."""
    found: set[str] = set()
    for url in urls:
        try:
            password = urlsplit(url).password
        except ValueError:
            continue
        if password:
            found |= {password, unquote(password)}
    return {password for password in found if len(password) >= LEAST}


def of_proxies() -> set[str]:
    """The passwords of the proxies that the environment names."""
    return of_urls(os.environ.get(name, "") for variable in _PROXIES for name in (variable, variable.lower()))


# -- options that hold a secret ---------------------------------------------------------------------------------------


def _secret_texts(spec: Mapping[str, Any]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The options that hold a secret text, with their aliases."""
    for name, option in spec.items():
        if option.get("no_log") and option.get("type", "str") == "str":
            yield name, (name, *(option.get("aliases") or ()))


def without_shapes(
    spec: Mapping[str, Any], given: Mapping[str, Any], place: str = ""
) -> tuple[dict[str, Any], list[str]]:
    """Options as a task gives them, without those of a secret text that are none, and the faults of these.

    Ansible would make a text of them, and that would be sent.

    :param given: before Ansible's own validation
    :param place: where the options are, with a dot at the end
    """
    kept, faults = dict(given), []
    for name, called in _secret_texts(spec):
        for key in called:
            if kept.get(key) is not None and not isinstance(kept[key], str):
                kind = _KINDS.get(type(kept.pop(key)), "no text")
                faults.append(_shape_fault(f"{place}{name}", kind))
    for name, option in spec.items():
        inner, value = option.get("options"), kept.get(name)
        if inner and isinstance(value, Mapping):
            kept[name], more = without_shapes(inner, value, f"{place}{name}.")
            faults += more
        elif inner and isinstance(value, list):
            items = [
                without_shapes(inner, item, f"{place}{name}[{number}].") if isinstance(item, Mapping) else (item, [])
                for number, item in enumerate(value)
            ]
            kept[name] = [item for item, _more in items]
            faults += [fault for _item, more in items for fault in more]
    return kept, faults


def text_faults(spec: Mapping[str, Any], parameters: Mapping[str, Any], place: str = "") -> list[str]:
    """The faults of secret texts, given or from the environment, that something else was made into."""
    faults = []
    for name, _called in _secret_texts(spec):
        value = parameters.get(name)
        if isinstance(value, str):
            faults += [fault] if (fault := text_fault(f"{place}{name}", value)) else []
    for name, option in spec.items():
        inner, value = option.get("options"), parameters.get(name)
        items = value if isinstance(value, list) else [value]
        for number, item in enumerate(items):
            if inner and isinstance(item, Mapping):
                within = f"{place}{name}[{number}]." if isinstance(value, list) else f"{place}{name}."
                faults += text_faults(inner, item, within)
    return faults


def text_fault(name: str, text: str) -> str:
    """The fault of a secret text that is a mapping or a list, as Python or JSON writes it; ``""``: it is none.

    No service makes such a secret, and templates make one of a variable of the wrong level. A key may be JSON.
    """
    bare = text.strip()
    if name.endswith(_JSON_SUFFIX) or len(bare) > LONGEST or (bare[:1], bare[-1:]) not in (("{", "}"), ("[", "]")):
        return ""
    for read in (json.loads, ast.literal_eval):
        try:
            kind = _KINDS.get(type(read(bare)))
        except (ValueError, SyntaxError, RecursionError, MemoryError, TypeError):
            continue
        return _shape_fault(name, kind) if kind else ""
    return ""


def _shape_fault(name: str, kind: str) -> str:
    example = name.rpartition(".")[2]
    return (
        f'{name}: is {kind}, not a text. Give the text alone, like {example}: "{{{{ stored.{example} }}}}", and put '
        "digits in quotes."
    )
