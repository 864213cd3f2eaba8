# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the hosts of a play know of each other's proofs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError

#: Causes that count towards a lockout of the test user.
REFUSED = frozenset({"sign_in.password", "sign_in.locked_out"})
RESULT = "federation_evidence_result"
#: A variable of the task: whether a test user that was refused is not tried again in the run.
ONCE = "federation_evidence_once"


def is_refused(result: Mapping[str, Any]) -> bool:
    """Return whether a proof ended with a refusal that counts towards a lockout."""
    return (result.get("evidence") or {}).get("cause_key") in REFUSED


def refusal(host: str) -> str:
    """Return why the test user is not tried again."""
    return f"Okta refused the test user on {host}. It is not tried again, as each try counts towards a lockout."


def unless_refused(question: str, names: Sequence[str], hosts: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the question, unless Okta refused the test user on another host: each try counts towards a lockout.

    :raises AnsibleFilterError: it did
    """
    for name in names:
        if is_refused(hosts[name].get(RESULT) or {}):
            raise AnsibleFilterError(refusal(name))
    return question


def lines(host: str, evidence: Mapping[str, Any]) -> Iterator[str]:
    """Yield a proof in lines: each layer, the answer and its sources, or what to do."""
    for layer in evidence.get("layers") or []:
        yield f"{host}: {'ok  ' if layer['ok'] else 'FAIL'} {layer['layer']}: {layer.get('detail') or ''}".rstrip(": ")
    if evidence.get("proved"):
        yield f"{host}: signed in as {evidence.get('who')}; answer: {evidence.get('answer')}"
        for source in evidence.get("sources") or []:
            yield f"{host}:   source: {source.get('title')} {source.get('url') or ''}".rstrip()
    elif evidence.get("failed_layer"):
        yield f"{host}: failed at {evidence['failed_layer']}: {evidence.get('cause')} {evidence.get('next_step')}"
