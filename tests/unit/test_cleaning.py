# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No spelling of a secret is left in a text, and nothing else is taken out of it."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable
from functools import partial
from urllib.parse import quote, quote_plus
from xml.sax.saxutils import escape

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.cleaning import MASK, cleaned, cleaned_tree

WORD = "IQoJb3JpZ2luX2VjEHc+/aCXVzLWVhc3QtMSJHMEUCIQ=="
ODD = 'pa\'ss "wörd" <&> 100%/+ end'
BROKEN = "FwoGZXIvYXdzEBYaDEXAMPLE\nsecond/line+of==it\r\t"
SECRETS = (WORD, ODD, BROKEN, "it's\\n-7890")

#: Which of them Python chooses depends on the text.
QUOTES = str.maketrans("", "", "'\"\\")


def basic_authorization(user: str, secret: str) -> str:
    return base64.b64encode(f"{user}:{secret}".encode()).decode()


SPELLINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "repr": repr,
    "repr in a repr": lambda secret: repr(Exception(f"Invalid header value {secret.encode()!r}")),
    "bytes": lambda secret: repr(secret.encode()),
    "ascii": ascii,
    "json": json.dumps,
    "json in unicode": lambda secret: json.dumps(secret, ensure_ascii=False),
    "json with slashes": lambda secret: json.dumps(secret).replace("/", "\\/"),
    "json in a repr": lambda secret: repr(json.dumps({"client_secret": secret})),
    "url": quote,
    "url without slashes": lambda secret: quote(secret, safe=""),
    "url in lower case": lambda secret: re.sub("%..", lambda found: found[0].lower(), quote(secret, safe="")),
    "form": quote_plus,
    "html": html.escape,
    "html without quotes": lambda secret: html.escape(secret, quote=False),
    "xml": lambda secret: escape(secret, {'"': "&quot;"}),
    "base64": lambda secret: base64.b64encode(secret.encode()).decode(),
    "base64 in a url": lambda secret: quote(base64.b64encode(secret.encode()).decode(), safe=""),
    "base64 for urls": lambda secret: base64.urlsafe_b64encode(secret.encode()).decode().rstrip("="),
    "hex": lambda secret: secret.encode().hex(),
    **{f"base64 with a user of {len(user)}": partial(basic_authorization, user) for user in ("ab", "abc", "abcd")},
}


@pytest.mark.parametrize("secret", SECRETS)
@pytest.mark.parametrize("spelling", SPELLINGS)
def test_no_spelling_is_left(spelling: str, secret: str) -> None:
    written = SPELLINGS[spelling](secret)
    text = cleaned(f"before {written} after", {secret})
    assert text.startswith("before ") and text.endswith(" after") and MASK in text
    # The wrapping of the spelling may stay; of base64 some characters at each end are the neighbours' too.
    around = SPELLINGS[spelling]("x").translate(QUOTES)
    for shown in (written, secret):
        pieces = [shown[place : place + 12] for place in range(len(shown) - 11)]
        assert [piece for piece in pieces if piece in text and piece.translate(QUOTES) not in around] == []


@pytest.mark.parametrize("length", [12, 20, len(WORD) - 1])
def test_a_beginning_is_not_left(length: int) -> None:
    assert cleaned(f"header {WORD[:length]}... is invalid", {WORD}) == f"header {MASK}... is invalid"


def test_each_line_of_a_key_is_a_secret() -> None:
    key = "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG\n9w0BAQEFAASCBKcwggSj\n-----END PRIVATE KEY-----\n"
    text = cleaned("it begins with -----BEGIN PRIVATE KEY-----, and line 2 is 9w0BAQEFAASCBKcwggSj", {key})
    assert text == f"it begins with -----BEGIN PRIVATE KEY-----, and line 2 is {MASK}"


def test_harmless_texts_stay() -> None:
    secrets = {"abc", "", WORD, '{"client_secret": "0123456789"}'}
    text = 'client_secret: should be JSON like {"client_secret": ...}; iam ListRoles: 403 (YWJj, 616263)'
    assert cleaned(text, secrets) == text
    assert cleaned(text, set()) == text


def test_a_result_is_cleaned_whole() -> None:
    result = {"msg": f"x {WORD}", "list": [{"deep": (quote(WORD, safe=""), 1, None, True)}], WORD: WORD.encode()}
    assert cleaned_tree(result, {WORD}) == {
        "msg": f"x {MASK}",
        "list": [{"deep": [MASK, 1, None, True]}],
        MASK: MASK.encode(),
    }
