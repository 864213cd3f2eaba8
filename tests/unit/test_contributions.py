# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What applications put on the identity that they share."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.filter.contributions import FilterModule

PROVIDER = "arn:aws-us-gov:iam::123456789012:saml-provider/okta-acme"
PAIR = f"arn:aws-us-gov:iam::123456789012:role/one,{PROVIDER}"
contributions = FilterModule().filters()["contributions"]


def brought(hosts: dict[str, dict[str, Any]], identity: str = "acme", **read: Any) -> dict[str, Any]:
    """What these hosts bring to an identity, without what is empty."""
    found = contributions(list(hosts), {"acme": {}, "other": {}, **hosts}, identity, PROVIDER, **read)
    assert set(found) == {
        "nothing",
        "unknown",
        "acs_url",
        "requestable_urls",
        *(f"{kind}{end}" for kind in ("acs_urls", "redirect_uris", "role_pairs") for end in ("", "_absent")),
    }
    return {key: value for key, value in found.items() if value not in ([], "", False)}


def test_nobody_brings_nothing() -> None:
    assert brought({}) == {"nothing": True}


def test_the_facts_of_this_run() -> None:
    assert brought(
        {
            "one": {
                "qbusiness_identity": "acme",
                "qbusiness_application_role_pair": PAIR,
                "qbusiness_api_client_role_pair": "client,provider",
                "qbusiness_web_experience_acs_url": "https://one.chat/saml",
                "qbusiness_web_experience_redirect_uri": "https://one.chat/authorization-code/callback",
            },
            "gone": {
                "qbusiness_identity": "acme",
                "qbusiness_application_state": "absent",
                "qbusiness_application_role_pair_absent": "old,provider",
                "qbusiness_web_experience_acs_url_absent": "https://gone.chat/saml",
                "qbusiness_web_experience_redirect_uri_absent": "",
            },
        }
    ) == {
        "acs_url": "https://one.chat/saml",
        "acs_urls": ["https://one.chat/saml"],
        "acs_urls_absent": ["https://gone.chat/saml"],
        "redirect_uris": ["https://one.chat/authorization-code/callback"],
        "role_pairs": [PAIR, "client,provider"],
        "role_pairs_absent": ["old,provider"],
    }


@pytest.mark.parametrize("named", [{}, {"qbusiness_identity": ""}, {"qbusiness_identity": "in no inventory"}])
def test_an_application_without_an_identity_in_the_inventory_is_its_own(named: dict[str, str]) -> None:
    host = {**named, "qbusiness_application_role_pair": PAIR}
    assert brought({"one": host}, "one") == {"role_pairs": [PAIR]}
    assert brought({"one": host}, "acme") == {"nothing": True}


def test_only_the_identitys_own_applications() -> None:
    hosts = {name: {"qbusiness_identity": name, "qbusiness_application_role_pair": name} for name in ("acme", "other")}
    assert brought(hosts, "other") == {"role_pairs": ["other"]}


def test_urls_of_their_own_are_requestable_after_the_first() -> None:
    hosts = {
        name: {
            "qbusiness_identity": "acme",
            "qbusiness_application_role_pair": PAIR,
            "qbusiness_application_url": f"https://{name}.acme.com//",
        }
        for name in ("one", "two")
    }
    assert brought(hosts) == {
        "acs_url": "https://one.acme.com/saml",
        "requestable_urls": ["https://two.acme.com/saml"],
        "redirect_uris": [f"https://{name}.acme.com/authorization-code/callback" for name in hosts],
        "role_pairs": [PAIR],
    }
    hosts["web"] = {"qbusiness_identity": "acme", "qbusiness_web_experience_acs_url": "https://web.chat/saml"}
    found = brought(hosts)
    assert (found["acs_url"], found["acs_urls"]) == ("https://web.chat/saml", ["https://web.chat/saml"])
    assert found["requestable_urls"] == ["https://one.acme.com/saml", "https://two.acme.com/saml"]


def test_a_removed_application_takes_its_own_url_along() -> None:
    host = {"qbusiness_application_url": "https://one.acme.com", "qbusiness_application_role_pair_absent": PAIR}
    assert brought({"one": host}, "one") == {
        "acs_urls_absent": ["https://one.acme.com/saml"],
        "redirect_uris_absent": ["https://one.acme.com/authorization-code/callback"],
        "role_pairs_absent": [PAIR],
    }


def test_what_is_unknown_says_nothing_until_it_is_read() -> None:
    host = {"qbusiness_application_display_name": "one", "qbusiness_application_url": "https://one.acme.com"}
    assert brought({"one": host}, "one") == {"nothing": True, "unknown": ["one"]}
    assert brought({"one": {**host, "qbusiness_application_state": ""}}, "one")["unknown"] == ["one"]
    # Also where it is not wanted any more: until a run removes it, its people sign in.
    waiting = {**host, "qbusiness_application_state": "absent"}
    assert brought({"one": waiting}, "one") == {"nothing": True, "unknown": ["one"]}
    read: dict[str, Any] = {"applications": [{"qbusiness_contributions_name": "one"}]}
    assert brought({"one": host}, "one", **read) == brought({"one": waiting}, "one", **read)
    assert brought({"one": host}, "one", **read) == {
        "unknown": ["one"],
        "acs_url": "https://one.acme.com/saml",
        "redirect_uris": ["https://one.acme.com/authorization-code/callback"],
        "role_pairs": [f"arn:aws-us-gov:iam::123456789012:role/one-web-experience,{PROVIDER}"],
    }
    named = {**host, "qbusiness_application_role_name": "reader", "qbusiness_application_role_path": "/people/"}
    assert brought({"one": named}, "one", **read)["role_pairs"] == [
        f"arn:aws-us-gov:iam::123456789012:role/people/reader,{PROVIDER}"
    ]


def experience(name: str, *operations: str) -> dict[str, Any]:
    return {
        "qbusiness_contributions_application": {"qbusiness_contributions_name": name},
        "operations": list(operations),
        "saml_acs_url": f"https://{name}.chat/saml",
        "oidc_redirect_uri": f"https://{name}.chat/authorization-code/callback",
    }


def test_web_experiences_that_were_read() -> None:
    hosts = {
        name: {"qbusiness_identity": "acme", "qbusiness_application_display_name": name} for name in ("a", "b", "c")
    }
    skipped = {"qbusiness_contributions_application": {"qbusiness_contributions_name": "c"}, "skipped": True}
    found = brought(
        hosts,
        applications=[{"qbusiness_contributions_name": name} for name in hosts],
        web_experiences=[experience("a"), experience("b", "CreateWebExperience"), skipped],
    )
    assert (found["acs_urls"], found["redirect_uris"]) == (
        ["https://a.chat/saml"],
        ["https://a.chat/authorization-code/callback"],
    )
    assert len(found["role_pairs"]) == 3


def test_what_this_run_made_is_newer_than_a_reading() -> None:
    """An application that was read, and then removed or made in the same run, counts as its roles left it."""
    read: dict[str, Any] = {
        "applications": [{"qbusiness_contributions_name": "one"}],
        "web_experiences": [experience("one")],
    }
    gone = {"qbusiness_application_state": "absent", "qbusiness_application_role_pair_absent": PAIR}
    assert brought({"one": gone}, "one", **read) == {"role_pairs_absent": [PAIR]}
    assert brought({"one": {"qbusiness_application_role_pair": PAIR}}, "one", **read) == {"role_pairs": [PAIR]}


class Host(Mapping[str, Any]):
    """A host of which only named variables may be read, as hosts hold templates that do not concern us."""

    def __init__(self, variables: dict[str, Any]) -> None:
        self.variables, self.read = variables, set[str]()

    def __getitem__(self, key: str) -> Any:
        self.read.add(key)
        return self.variables[key]

    def __contains__(self, key: object) -> bool:
        return key in self.variables

    def __iter__(self) -> Iterator[str]:
        raise AssertionError("a whole host is read")

    def __len__(self) -> int:
        raise AssertionError("a whole host is read")


def test_of_a_host_only_what_is_needed_is_read() -> None:
    host = Host({"qbusiness_application_role_pair": PAIR, "secret": "of no concern", "broken": "{{ nowhere }}"})
    found = contributions(["one"], {"one": host}, "one")
    assert found["role_pairs"] == [PAIR]
    assert host.read == {"qbusiness_application_role_pair"}


@pytest.mark.parametrize("names", ["one", {"one": {}}, None, 1])
def test_what_is_no_list_is_refused(names: Any) -> None:
    with pytest.raises(TypeError, match="takes a list of names of hosts, not"):
        contributions(names, {}, "one")
