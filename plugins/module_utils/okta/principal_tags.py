# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The claim by which Okta hands tags to STS: its names, its expressions, and when two expressions mean the same.

STS reads two forms. Nested is one claim whose value is an object; it is the one that Amazon Q Business documents. Flat
is one claim for each tag, whose value is a plain text.
Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html (both forms, limits of keys);
https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/create-application-iam-okta.html (the nested expression).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

#: The claim of the nested form.
CLAIM = "https://aws.amazon.com/tags"
#: What the claims of the flat form begin with.
FLAT = f"{CLAIM}/principal_tags/"
FORMS = ("nested", "flat")
#: By this tag Amazon Q Business knows who somebody is.
EMAIL = "Email"
DEFAULT = {EMAIL: "user.email"}
#: The longest expression of a claim. Source: Okta's Management API, ``OAuth2Claim``.
LONGEST = 1024
#: Session tags of one session, and what a key is made of. Source: the STS model, ``tagKeyType``.
MOST = 50
_KEY = re.compile(r"[\w .:/=+\-@]{1,128}")
_TEXTS = re.compile(r"(\"(?:[^\"\\]|\\.)*\"|'(?:[^'\\]|\\.)*')")
_PAIRS = {")": "(", "]": "[", "}": "{"}


def canonical(expression: Any) -> str:
    """An expression without the white space that has no meaning: none inside of quoted texts is touched."""
    parts = _TEXTS.split(str(expression or ""))
    for place in range(0, len(parts), 2):
        squeezed = re.sub(r"\s+", " ", parts[place])
        parts[place] = re.sub(r" ?([^\w ]) ?", r"\1", squeezed)
    return "".join(parts).strip()


def same_expression(wanted: Any, current: Any) -> bool:
    """Expressions that differ in white space alone are the same."""
    return canonical(wanted) == canonical(current)


def bare(expression: str) -> str:
    """An expression without braces around it: ``{user.email}`` is what the nested form makes of ``user.email``."""
    text = expression.strip()
    if text.startswith("{") and text.endswith("}") and _balanced(text[1:-1]):
        return text[1:-1].strip()
    return text


def never_null(expression: str) -> str:
    """As AWS documents it: a tag that becomes null makes the sign-in fail, so the empty text stands for it.

    What is conditional already, or a constant, stays as it is.
    """
    code = "".join(_TEXTS.split(expression)[::2])
    constant = not code.strip() or re.fullmatch(r"\s*[\d.]+\s*", code)
    return expression if constant or "?" in code else f'{expression} != null ? {expression} : ""'


def expressions(tags: Mapping[str, str]) -> dict[str, str]:
    """The expression of each tag. ``Email`` stays as it is: without one nobody should come in."""
    plain = {key: bare(value) for key, value in tags.items()}
    return {key: value if key == EMAIL else never_null(value) for key, value in plain.items()}


def wanted_claims(tags: Mapping[str, str], form: str) -> dict[str, str]:
    """Name → expression of the claims that carry these tags.

    :param form: ``nested`` or ``flat``
    """
    if not tags:
        return {}
    found = expressions(tags)
    if form == "flat":
        return {f"{FLAT}{key}": value for key, value in found.items()}
    inner = ", ".join(f'"{key}": {{{value}}}' for key, value in found.items())
    return {CLAIM: f'{{"principal_tags": {{{inner} }}}}'}


def is_tags_claim(claim: Mapping[str, Any]) -> bool:
    """Whether a claim of the ID token carries tags, in either form."""
    name = str(claim.get("name") or "")
    return claim.get("claimType") == "IDENTITY" and (name == CLAIM or name.startswith(FLAT))


def faults(tags: Mapping[Any, Any], form: str) -> Iterator[str]:
    """What is wrong with the option ``principal_tags``. An empty one leaves the claims alone."""
    if not tags:
        return
    found = []
    if EMAIL not in tags:
        found.append(
            f"principal_tags: has no {EMAIL}, by which Amazon Q Business knows people; right would be user.email"
        )
    if len(tags) > MOST:
        found.append(f"principal_tags: has {len(tags)} tags; a session takes {MOST}")
    for key, value in tags.items():
        if not _KEY.fullmatch(str(key)) or str(key).lower().startswith("aws:"):
            found.append(
                f"principal_tags: {str(key)[:40]!r} is no key of a tag; it should have 1 to 128 letters, digits, "
                "spaces and _ . : / = + - @, and not begin with aws:"
            )
        if not isinstance(value, str) or not value.strip():
            found.append(f"principal_tags.{key}: is no expression; right would be user.email, or a quoted text")
        elif not _balanced(value):
            found.append(f"principal_tags.{key}: its quotes or brackets do not pair")
    yield from found
    if not found:
        for name, value in wanted_claims(tags, form).items():
            if len(value) > LONGEST:
                yield f"principal_tags: {name} gets an expression of {len(value)} characters; Okta takes {LONGEST}"


def _balanced(text: str) -> bool:
    """Whether quotes and brackets pair."""
    open_ones: list[str] = []
    for character in "".join(_TEXTS.split(text)[::2]):
        if character in "\"'":
            return False
        if character in "([{":
            open_ones.append(character)
        elif character in _PAIRS and (not open_ones or open_ones.pop() != _PAIRS[character]):
            return False
    return not open_ones
