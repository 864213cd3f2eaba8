# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the applications of an inventory put on the identity that they share.

Of a host only the variables named here are read, one by one: a whole host is to Ansible a copy of all that is known of
it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

#: The facts of the roles that an identity's app gets, and which list they belong to; with ``_absent``, what it loses.
FACTS = (
    ("qbusiness_application_role_pair", "role_pairs"),
    ("qbusiness_api_client_role_pair", "role_pairs"),
    ("qbusiness_web_experience_acs_url", "acs_urls"),
    ("qbusiness_web_experience_redirect_uri", "redirect_uris"),
)
ROLE_PAIR, ROLE_PAIR_ABSENT = "qbusiness_application_role_pair", "qbusiness_application_role_pair_absent"
#: Where an application with a URL of its own is sent after a sign-in; the service's web experience has the same paths.
SAML_PATH, OIDC_PATH = "/saml", "/authorization-code/callback"


#: The lists of the answer: assertion consumer service URLs of web experiences, redirect URIs, and values of the
#: attribute Role, ``ROLE_ARN,PROVIDER_ARN``; of each also what is no more.
KINDS = tuple(kind + end for kind in ("acs_urls", "redirect_uris", "role_pairs") for end in ("", "_absent"))
#: Assertion consumer service URLs of applications with a URL of their own.
OWN = "own_acs_urls"


class Contributions:
    """What was brought, each list in the inventory's order and without repetition."""

    def __init__(self, unknown: Sequence[str]) -> None:
        """:param unknown: hosts of applications of which this run does not know whether they exist"""
        self._unknown = list(unknown)
        self._lists: dict[str, dict[str, None]] = {kind: {} for kind in (*KINDS, OWN)}

    def put(self, kind: str, value: str) -> None:
        """Add one value to a list, where it has one."""
        if value:
            self._lists[kind][value] = None

    def answer(self) -> dict[str, Any]:
        """As the filter's return value is documented."""
        own = self._lists[OWN]
        urls = [*self._lists["acs_urls"], *own]
        return {
            "nothing": not any(self._lists.values()),
            "unknown": self._unknown,
            "acs_url": urls[0] if urls else "",
            "requestable_urls": [url for url in own if url != urls[0]],
            **{kind: list(self._lists[kind]) for kind in KINDS},
        }


def contributions(
    names: Iterable[str],
    hostvars: Mapping[str, Mapping[str, Any]],
    identity: str,
    provider_arn: str,
    applications: Sequence[Mapping[str, Any]],
    web_experiences: Sequence[Mapping[str, Any]],
) -> dict[str, Any]:
    """What the applications among ``names`` bring that are of the host ``identity``.

    What tasks read, ``applications`` and ``web_experiences``, counts only for hosts that this run does not know: it may
    be older than what their roles did since. Raises what reading a variable of a host raises.
    """
    hosts = {name: hostvars[name] for name in names if _identity_of(name, hostvars) == identity}
    unknown = [name for name, host in hosts.items() if _is_unknown(host)]
    exist = {str(item["qbusiness_contributions_name"]) for item in applications} & set(unknown)
    found = Contributions(unknown)
    for name, host in hosts.items():
        _add_facts(found, host)
        _add_own_url(found, host, exists=ROLE_PAIR in host or name in exist)
        if name in exist and provider_arn:
            found.put("role_pairs", f"{_role_arn(host, provider_arn)},{provider_arn}")
    for item in _existing(web_experiences, exist):
        found.put("acs_urls", item["saml_acs_url"])
        found.put("redirect_uris", item["oidc_redirect_uri"])
    return found.answer()


def _identity_of(name: str, hostvars: Mapping[str, Mapping[str, Any]]) -> str:
    """The host that an application's identity is; its own where it names none of the inventory."""
    named = _value(hostvars[name], "qbusiness_identity", name)
    return named if named in hostvars else name


def _value(host: Mapping[str, Any], name: str, default: str) -> str:
    """A variable; the default also where it is empty, as an optional field of a survey is."""
    return str(host[name] or default) if name in host else default


def _is_unknown(host: Mapping[str, Any]) -> bool:
    """Also one that is to be absent, which may wait for a run that removes it."""
    return ROLE_PAIR not in host and ROLE_PAIR_ABSENT not in host


def _add_facts(found: Contributions, host: Mapping[str, Any]) -> None:
    for fact, kind in FACTS:
        for end in ("", "_absent"):
            found.put(kind + end, _value(host, fact + end, ""))


def _add_own_url(found: Contributions, host: Mapping[str, Any], *, exists: bool) -> None:
    """What an application with a URL of its own has in place of a web experience, once that is known."""
    url = _value(host, "qbusiness_application_url", "").rstrip("/")
    if url and (exists or ROLE_PAIR_ABSENT in host):
        found.put(OWN if exists else "acs_urls_absent", url + SAML_PATH)
        found.put("redirect_uris" if exists else "redirect_uris_absent", url + OIDC_PATH)


def _role_arn(host: Mapping[str, Any], provider_arn: str) -> str:
    """The ARN of the role that the role qbusiness_application makes, in the provider's partition and account."""
    partition, account = provider_arn.split(":")[1], provider_arn.split(":")[4]
    name = _value(
        host, "qbusiness_application_role_name", f"{host['qbusiness_application_display_name']}-web-experience"
    )
    return f"arn:{partition}:iam::{account}:role{_value(host, 'qbusiness_application_role_path', '/')}{name}"


def _existing(results: Sequence[Mapping[str, Any]], names: Collection[str]) -> Iterator[Mapping[str, Any]]:
    """Readings of web experiences that exist: a reading that was skipped has no operations."""
    for item in results:
        name = item["qbusiness_contributions_application"]["qbusiness_contributions_name"]
        if name in names and "CreateWebExperience" not in item.get("operations", ["CreateWebExperience"]):
            yield item
