# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Variables that look like the collection's own and are not: most are misspelled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ...module_utils.qbusiness.survey import VARIABLES
from . import specs
from .values import near
from .variables import known_variables, names_set_by_tasks

#: Operators have variables of their own with these prefixes, like ``okta_org_url``: only a near miss is an error.
WIDE = ("okta_", "iam_", "federation_", "api_client_")
#: What hosts of the inventory plugin have with its option ``hostvars_prefix``.
SURVEYED = frozenset(f"qbusiness_{name}" for name in VARIABLES)
#: How much a name has to be like a known one: for a suggestion, and to be an error with a wide prefix.
SUGGESTED, MISTAKEN = 0.8, 0.84


def strict_prefixes() -> tuple[str, ...]:
    """Return the prefixes that are the collection's own: of its roles, and ``qbusiness_``."""
    return (*(f"{role}_" for role in specs.load().roles if role not in specs.APART), "qbusiness_")


def unknown_variables(names: Iterable[str]) -> Iterator[str]:
    """Return a sentence for each name that is misspelled or unknown. Values are not shown: they may be secrets."""
    known, strict = known_variables(), strict_prefixes()
    candidates = [name for name in names if name not in known and name.startswith((*strict, *WIDE))]
    for name in sorted(set(candidates) - SURVEYED - names_set_by_tasks() if candidates else ()):
        own = [prefix for prefix in strict if name.startswith(prefix)]
        fit = near(name, known, SUGGESTED if own else MISTAKEN)
        if fit:
            yield f"{name}: is not a variable of the collection. Did you mean {fit}?"
        elif own:
            yield f"{name}: is not a variable of the collection. {_listing(own[0], known)}"


def _listing(prefix: str, known: Iterable[str]) -> str:
    role = prefix.rstrip("_")
    example = min(name for name in known if name.startswith(prefix))
    if role in specs.load().roles:
        return (
            f"Variables that begin with {prefix} are those of the role {role}, such as {example}; ansible-doc -t role "
            f"qbusiness.federation.{role} lists them."
        )
    return (
        f"Variables that begin with {prefix} belong to the collection, such as {example}; docs/variables.md lists "
        "them. Give your own variable another prefix."
    )
