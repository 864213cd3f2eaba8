# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which hosts a play is for, what federation_resolve found for them, their proofs, and how lines are shown."""

from __future__ import annotations

from typing import Any

import pytest
from ansible.constants import config
from ansible.errors import AnsibleError, AnsibleFilterError
from ansible.utils.display import Display
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.names import NAMES, SECRET, new_name
from ansible_collections.qbusiness.federation.plugins.plugin_utils import telling
from ansible_collections.qbusiness.federation.plugins.plugin_utils.inventory.values import Untemplatable
from ansible_collections.qbusiness.federation.plugins.plugin_utils.play_hosts import NOBODY, PLAYS, play_hosts
from ansible_collections.qbusiness.federation.plugins.plugin_utils.proofs import REFUSED, lines, unless_refused
from ansible_collections.qbusiness.federation.plugins.plugin_utils.resolved import resolved
from ansible_collections.qbusiness.federation.plugins.plugin_utils.run_hosts import groups_of, variables_of

GROUPS = {"identities": ["s", "o", "none"], "applications": ["a", "b", "c", "new"]}
FACTS: dict[str, dict[str, Any]] = {
    "s": {"identity": "saml", "removes": "saml", "application": "", "provider_arn": "arn:p"},
    "o": {"identity": "oidc", "removes": "oidc", "application": ""},
    "none": {"identity": "", "application": ""},
    "a": {"identity": "", "application": "present", "exists": True, "saml_acs_url": "https://a/saml"},
    "b": {"identity": "", "application": "absent"},
    "c": {"identity": "", "application": ""},
}
LABELS = {"s": {"okta_saml_app_label": "S"}, "o": {"okta_oidc_app_label": "O"}, "a": {"qbusiness_identity": "s"}}


def hosts_of(play: str, groups: dict[str, list[str]] | None = None, **federation: Any) -> list[str]:
    """Return the hosts of a play."""
    answer = {"hosts": FACTS, "refused": {"c": "no"}, **federation}
    names = ("s", "o", "none", "a", "b", "c", "new")
    hosts = {name: {**LABELS.get(name, {}), "federation": answer} for name in names}
    return play_hosts(GROUPS if groups is None else groups, hosts, play)


@pytest.mark.parametrize(
    ("play", "expected"),
    [
        ("saml_identities", ["s"]),
        ("oidc_identities", ["o"]),
        ("saml_values", ["s"]),
        ("oidc_values", NOBODY),
        ("saml_removals", ["s"]),
        ("oidc_removals", ["o"]),
        ("applications", ["a"]),
        ("removals", ["b"]),
        ("sessions", ["a"]),
        ("refused", ["c"]),
    ],
)
def test_hosts_of_each_play(play: str, expected: list[str]) -> None:
    assert hosts_of(play) == expected


@pytest.mark.parametrize("play", [*PLAYS, "refused"])
def test_a_play_without_hosts_is_for_nobody(play: str) -> None:
    assert hosts_of(play, groups={}) == NOBODY
    assert play_hosts(GROUPS, {name: {} for name in (*FACTS, "new")}, play) == NOBODY


@pytest.mark.parametrize("play", [*PLAYS, "refused"])
def test_a_look_at_the_syntax_has_no_hosts_to_ask(play: str) -> None:
    """``--syntax-check`` and ``--list-hosts`` have no host variables: they show the group."""
    assert play_hosts(GROUPS, {}, play) in (["identities"], ["applications"])


def test_an_identity_that_has_all_values_is_not_written() -> None:
    sign_on = {"sso_acs_url": "https://a/saml"}
    complete = {**FACTS, "s": {**FACTS["s"], "app": {"app": {"settings": {"sign_on": sign_on}}}}}
    assert hosts_of("saml_values", hosts=complete) == NOBODY


def test_check_mode_signs_nobody_in() -> None:
    assert hosts_of("sessions", check_mode=True) == NOBODY
    assert hosts_of("applications", check_mode=True) == ["a"]


def test_a_host_that_a_limit_leaves_out_is_in_no_play() -> None:
    left_out = {name: facts for name, facts in FACTS.items() if name != "a"}
    assert hosts_of("applications", hosts=left_out) == NOBODY


def test_an_unknown_play_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="everything"):
        hosts_of("everything")


FEDERATION = {"hosts": {"a": {"variables": {"qbusiness_application_id": "app-1", "x_role_manage": False}}}}


@pytest.mark.parametrize(
    ("host", "variable", "of", "expected"),
    [
        ("a", "qbusiness_application_id", "", "app-1"),
        ("b", "qbusiness_application_id", "Docs", ""),
        ("b", "qbusiness_application_role_name", "Docs", "Docs-web-experience"),
        ("b", "okta_client_secret_name", "Docs & Söhne", "qbusiness/docs-s-hne/client-secret"),
        ("b", "okta_client_secret_name", None, "qbusiness/okta/client-secret"),
        ("a", "x_role_manage", "", False),
        ("b", "x_role_manage", "", True),
    ],
)
def test_what_a_variable_that_is_not_set_stands_for(host: str, variable: str, of: Any, expected: Any) -> None:
    assert resolved(FEDERATION, host, variable, of) == expected
    if host == "b":
        assert resolved({}, host, variable, of) == expected


@pytest.mark.parametrize("variable", [*NAMES, SECRET])
def test_new_names_hold_what_they_are_of(variable: str) -> None:
    assert "docs" in new_name(variable, "docs")


def evidence(key: str) -> dict[str, Any]:
    return {"federation_evidence_result": {"evidence": {"cause_key": key}}}


@pytest.mark.parametrize("key", sorted(REFUSED))
def test_a_refused_test_user_is_not_tried_on_another_host(key: str) -> None:
    hosts = {"a": {}, "b": evidence(key), "c": {"federation_evidence_result": None}}
    assert unless_refused("Why?", ["a", "c"], hosts) == "Why?"
    with pytest.raises(AnsibleFilterError, match=r"refused the test user on b\..*lockout"):
        unless_refused("Why?", ["a", "b", "c"], hosts)


def test_another_cause_does_not_end_the_proofs() -> None:
    assert unless_refused("Why?", ["a"], {"a": evidence("sts.audience")}) == "Why?"


def test_a_proof_in_lines() -> None:
    proof = {
        "layers": [{"ok": True, "layer": "Okta", "detail": "signed in"}, {"ok": True, "layer": "STS"}],
        "proved": True,
        "who": "ann@example.com",
        "answer": "42",
        "sources": [{"title": "Handbook", "url": "https://docs/h"}, {"title": "Note", "url": None}],
    }
    assert list(lines("a", proof)) == [
        "a: ok   Okta: signed in",
        "a: ok   STS",
        "a: signed in as ann@example.com; answer: 42",
        "a:   source: Handbook https://docs/h",
        "a:   source: Note",
    ]


def test_a_failed_proof_says_what_to_do() -> None:
    proof = {
        "layers": [{"ok": False, "layer": "STS", "detail": "denied"}],
        "failed_layer": "STS",
        "cause": "The role does not trust the provider.",
        "next_step": "Run saml.",
    }
    assert list(lines("a", proof)) == [
        "a: FAIL STS: denied",
        "a: failed at STS: The role does not trust the provider. Run saml.",
    ]
    assert list(lines("a", {})) == []


@pytest.mark.parametrize(
    ("callback", "stderr"),
    [
        ("default", False),
        ("ansible.posix.json", True),
        ("ansible.posix.jsonl", True),
        ("community.general.yaml", False),
    ],
)
def test_lines_leave_the_standard_output_of_programs_alone(
    monkeypatch: pytest.MonkeyPatch, callback: str, stderr: bool
) -> None:
    shown: list[tuple[str, bool]] = []
    monkeypatch.setattr(config, "get_config_value", lambda _name: callback)
    monkeypatch.setattr(Display, "display", lambda _self, text, stderr: shown.append((text, stderr)))
    telling.tell(iter(["one", 2]))
    assert shown == [("one", stderr), ("2", stderr)]


class Host(dict[str, Any]):
    """A host of Ansible, some of whose variables cannot be evaluated."""

    def __getitem__(self, name: str) -> Any:
        value = super().__getitem__(name)
        if isinstance(value, Exception):
            raise value
        return value


def test_variables_of_hosts_are_evaluated_where_the_collection_knows_them() -> None:
    host = Host(
        qbusiness_application_display_name="Docs",
        qbusiness_identity=AnsibleError("'nobody' is undefined"),
        qbusiness_region=KeyError("gone"),
        okta_saml_app_lable="near",
        ansible_password=AssertionError("nobody may evaluate it"),
    )
    task = {"hostvars": {"a": host, "b": Host()}, "groups": {"identities": ["b"], "other": ["c"]}}
    found = variables_of(task, ["a", "b"])
    assert found["b"] == {}
    assert found["a"]["qbusiness_application_display_name"] == "Docs"
    assert isinstance(found["a"]["qbusiness_identity"], Untemplatable)
    assert "nobody" in found["a"]["qbusiness_identity"].reason
    assert isinstance(found["a"]["qbusiness_region"], Untemplatable)
    assert found["a"]["ansible_password"] is None and "okta_saml_app_lable" in found["a"]
    assert groups_of(task) == {"identities": ["b"], "applications": []}
