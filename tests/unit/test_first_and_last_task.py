# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The tasks that begin and end a run: where it works, what is refused, what a removal takes along, the summary."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from ansible import constants
from ansible_collections.qbusiness.federation.plugins.module_utils.aws import Aws
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import (
    InputError,
    InUseError,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.federation import removal as removal_module
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.names import NAMES
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Context
from ansible_collections.qbusiness.federation.plugins.module_utils.iam.provider_uses import Use
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness import losses as losses_module
from ansible_collections.qbusiness.federation.plugins.plugin_utils import resolving, shared, summarizing
from live_estate import (
    ACCOUNT,
    OIDC_PROVIDER,
    REGION,
    ROLE,
    SAML_PROVIDER,
    Estate,
    application,
    experience,
    inventory_of,
    look_at,
    oidc_app,
    oidc_application,
    provider,
    resolve,
    role,
    saml_app,
    secret,
)

SAML = {"okta_saml_app_label": "Chat", "iam_identity_provider_name": "okta"}
OIDC = {"okta_oidc_app_label": "Chat"}
DOCS = {
    "qbusiness_identity": "idp",
    "qbusiness_application_display_name": "docs",
    "qbusiness_knowledge_data_sources": [{"name": "wiki"}],
}


@pytest.fixture(autouse=True)
def a_run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setattr(constants, "DEFAULT_LOCAL_TMP", str(tmp_path))
    yield
    shared.forget()


def context_of(region: str = "", *, check_mode: bool = False, **parameters: Any) -> Context:
    """Return a context whose services nobody asks."""
    aws = Aws({"access_key": "a", "secret_key": "b", "region": region})
    return Context({"fail_on_differences": False, **parameters}, check_mode, aws)


# -- where a run works ------------------------------------------------------------------------------------------------


def without_region(monkeypatch: pytest.MonkeyPatch) -> Aws:
    """Return a connection of a machine that sets no region anywhere."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    return Aws({"access_key": "a", "secret_key": "b"})


def test_a_connection_without_a_region_works_in_that_of_the_first_host(monkeypatch: pytest.MonkeyPatch) -> None:
    aws = without_region(monkeypatch)
    hosts = {"docs": {**DOCS, "qbusiness_region": "eu-west-1"}, "wiki": {**DOCS, "federation_region": "us-west-2"}}
    identity = {"idp": {**SAML, "federation_region": "ap-south-1"}}
    assert resolving.connection_of(aws, inventory_of(identity, hosts)).region == "eu-west-1"
    with pytest.raises(InputError, match=r"^qbusiness_region: is required for idp, since .* such as us-east-1"):
        resolving.connection_of(aws, inventory_of({"idp": SAML}, hosts))
    there = Aws({"access_key": "a", "secret_key": "b", "region": "us-east-2"})
    assert resolving.connection_of(there, inventory_of({"idp": SAML}, hosts)) is there


@pytest.mark.parametrize(
    ("regions", "text"),
    [
        (["", ""], "region us-east-1; Okta"),
        (["", "us-east-1"], "region us-east-1; Okta"),
        (["eu-west-1", ""], "regions eu-west-1, us-east-1; Okta"),
    ],
)
def test_the_line_that_says_where_a_run_works(regions: list[str], text: str) -> None:
    hosts = {f"a{number}": {**DOCS, "qbusiness_region": region} for number, region in enumerate(regions)}
    context = SimpleNamespace(aws=SimpleNamespace(region=REGION), okta=SimpleNamespace(origin="https://o.okta.com"))
    inventory = inventory_of({"idp": SAML}, hosts)
    line = resolving.head(look_at(Estate(), inventory).live, inventory, cast("Context", context))
    assert line == f"AWS account {ACCOUNT}, {text} org https://o.okta.com"


@pytest.mark.parametrize(
    ("variables", "texts"),
    [
        ({"qbusiness_knowledge_data_sources": [{"name": "wiki"}]}, 0),
        ({"qbusiness_knowledge_data_sources": [{"name": "new"}]}, 1),
        (
            {"qbusiness_knowledge_data_sources": [{"name": "new", "bucket": "b"}, {"name": "gone", "state": "absent"}]},
            0,
        ),
        ({"qbusiness_knowledge_data_sources": [{"name": "new", "data_source_id": "ds-1"}]}, 0),
        ({"qbusiness_knowledge_data_sources": "text"}, 0),
        ({"qbusiness_knowledge_data_sources": ["text", {"bucket": "b"}]}, 0),
    ],
)
def test_a_new_data_source_says_what_it_reads(variables: dict[str, Any], texts: int) -> None:
    inventory = inventory_of({"idp": SAML}, {"docs": {**DOCS, **variables}})
    live = look_at(Estate([application()], [saml_app()], [provider()]), inventory).live
    before = len(live.refused.get("docs", []))
    resolving.refuse_creation(live, "docs", inventory.host("docs"))
    found = live.refused.get("docs", [])[before:]
    assert len(found) == texts
    assert all(text.startswith("qbusiness_knowledge_data_sources[0]: ") for text in found)


# -- removals ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def losses(monkeypatch: pytest.MonkeyPatch) -> list[Use]:
    """Return the users of each provider, to be filled; an application loses its index."""
    users: list[Use] = []
    monkeypatch.setattr(losses_module, "application", lambda _aws, app_id: [f"index of {app_id}"])
    monkeypatch.setattr(removal_module, "uses", lambda _aws, _arn, _regions: users)
    return users


def saml_estate(**other: Any) -> Estate:
    roles = [role("docs-web", path="/people/"), role("docs-reader"), role("docs-api-client")]
    values: dict[str, Any] = {
        "applications": [application()],
        "apps": [saml_app()],
        "providers": [provider()],
        "roles": roles,
    } | other
    return Estate(**values)


def notes(estate: Estate, inventory: Any, purpose: str = "remove", **switches: Any) -> tuple[list[str], dict[str, Any]]:
    """Return what is said of a removal, and the facts of all hosts."""
    resolver = resolve(estate, inventory, purpose, **switches)
    look = look_at(estate, inventory)
    look.live = resolver.live
    lines = resolving.remove_notes(context_of(REGION), resolver, look)
    return lines, {name: host.facts for name, host in resolver.hosts.items()}


def test_a_removal_without_confirmation_names_everything_and_removes_nothing(losses: list[Use]) -> None:
    lines, facts = notes(saml_estate(), inventory_of({"idp": SAML}, {"docs": DOCS}))
    assert lines[:3] == [
        "docs: lost with the application:",
        '  - application "docs" (app-1) with all its conversations',
        "  - index of app-1",
    ]
    text = "\n".join(lines)
    for lost in (
        f"role {ROLE}/people/docs-web",
        f"role {ROLE}/docs-api-client",
        'Okta app "Chat" (0oa1)',
        SAML_PROVIDER,
    ):
        assert lost in text
    assert "-e qbusiness_remove_confirm=yes" in lines[-1]
    assert facts["docs"]["application"] == facts["idp"]["removes"] == facts["idp"]["identity"] == ""


def test_a_confirmed_removal_says_the_same_and_removes(losses: list[Use]) -> None:
    inventory = inventory_of({"idp": SAML}, {"docs": DOCS})
    lines, facts = notes(saml_estate(), inventory, confirmed=True)
    assert lines == notes(saml_estate(), inventory)[0][:-1]
    assert (facts["docs"]["application"], facts["idp"]["removes"]) == ("absent", "saml")
    checked = notes(saml_estate(), inventory, checks=True)
    assert checked[0] == lines and checked[1]["idp"]["removes"] == "saml"


def test_what_goes_itself_does_not_keep_the_identity(losses: list[Use]) -> None:
    losses += [
        Use(f"role {ROLE}/people/docs-web"),
        Use("application docs (app-1)"),
        Use("application docs (app-1) in eu-west-1"),
    ]
    inventory = inventory_of({"idp": SAML}, {"docs": DOCS})
    assert notes(saml_estate(), inventory, confirmed=True)[1]["idp"]["removes"] == "saml"
    losses.append(Use("application other (app-9)"))
    lines, facts = notes(saml_estate(), inventory, confirmed=True)
    assert "idp: the identity stays, as it is in use by:" in lines and "  - application other (app-9)" in lines
    assert (facts["idp"]["removes"], facts["idp"]["identity"]) == ("", "saml")
    assert not any("Okta app" in line for line in lines)


def test_users_on_another_client_id_do_not_keep_an_oidc_identity(losses: list[Use]) -> None:
    estate = Estate([oidc_application()], [oidc_app()], [provider("oidc")], secrets=[secret()])
    inventory = inventory_of({"idp": OIDC}, {"docs": DOCS})
    losses.append(Use("application other (app-9)", ((("client-9",),),)))
    lines, facts = notes(estate, inventory, confirmed=True)
    assert facts["idp"]["removes"] == "oidc"
    text = "\n".join(lines)
    assert f"client ID client-1 at the identity provider {OIDC_PROVIDER}" in text and f"secret {secret().arn}" in text
    losses.append(Use("role r"))
    assert notes(estate, inventory, confirmed=True)[1]["idp"]["used_by"] == ["role r"]


def test_a_provider_with_client_ids_of_nobody_known_stays(losses: list[Use]) -> None:
    estate = Estate([], [], [provider("oidc", client_ids=("client-7", "client-8"))])
    lines, facts = notes(estate, inventory_of({"idp": OIDC}, {}), confirmed=True)
    assert "client-7, client-8" in facts["idp"]["kept"] and any("stays" in line for line in lines)
    assert not any(line.startswith("  - identity provider") for line in lines)


def test_a_role_with_policies_of_others_stays(losses: list[Use]) -> None:
    reader = role("docs-reader", inline={"by-hand": {}})
    found = resolve(saml_estate(roles=[reader]), inventory_of({"idp": SAML}, {"docs": DOCS}), "remove", confirmed=True)
    removal = removal_module.Removal(
        context_of(REGION).aws, found.reader, found.inventory, found.live, found.hosts, NAMES
    )
    assert not any("docs-reader" in line for line in removal.application("docs"))
    host = found.hosts["docs"]
    assert host.variables["qbusiness_knowledge_role_manage"] is False
    assert host.notes[-1] == f"role {ROLE}/docs-reader stays: it has inline policy by-hand of others."


@pytest.mark.parametrize("manage", [False, "no", "off", "false"])
def test_a_role_that_is_not_managed_is_no_loss(losses: list[Use], manage: Any) -> None:
    hosts = {"docs": {**DOCS, "qbusiness_knowledge_role_manage": manage}}
    lines, _facts = notes(saml_estate(), inventory_of({"idp": SAML}, hosts))
    assert not any("docs-reader" in line for line in lines)


def test_a_role_that_was_found_is_a_loss_though_its_variable_is_empty(losses: list[Use]) -> None:
    hosts = {"docs": {**DOCS, "qbusiness_knowledge_role_name": "", "qbusiness_application_role_name": None}}
    lines, _facts = notes(saml_estate(), inventory_of({"idp": SAML}, hosts))
    assert any("docs-reader" in line for line in lines) and any("docs-web" in line for line in lines)


def test_a_limit_that_leaves_out_the_identity_removes_nothing(losses: list[Use]) -> None:
    inventory = inventory_of({"idp": SAML}, {"docs": DOCS}, limit=["docs"])
    with pytest.raises(InUseError, match=r"Nothing was removed\. The limit leaves out idp: .*--limit.*=yes"):
        notes(saml_estate(), inventory, confirmed=True)
    hosts = {"docs": {**DOCS, "qbusiness_remove_without_identity": "yes"}}
    _lines, facts = notes(saml_estate(), inventory_of({"idp": SAML}, hosts, limit=["docs"]), confirmed=True)
    assert facts["docs"]["application"] == "absent" and not facts["idp"].get("removes")


def test_a_refused_host_ends_a_removal(losses: list[Use]) -> None:
    hosts = {"docs": DOCS, "typo": {**DOCS, "qbusiness_application_id": "app-9"}}
    with pytest.raises(InputError) as error:
        notes(saml_estate(), inventory_of({"idp": SAML}, hosts), confirmed=True)
    assert str(error.value).startswith("Nothing was removed, as hosts are refused.\ntypo: qbusiness_application_id: ")


@pytest.mark.parametrize(("confirmed", "word"), [(True, "takes"), (False, "would take")])
def test_an_ordinary_run_names_what_absent_takes_along(losses: list[Use], confirmed: bool, word: str) -> None:
    hosts = {"docs": {**DOCS, "qbusiness_application_state": "absent"}}
    lines, facts = notes(saml_estate(), inventory_of({"idp": SAML}, hosts), "configure", confirmed=confirmed)
    assert lines[0] == f"docs: its removal {word} along:" and "  - index of app-1" in lines
    assert facts["docs"]["application"] == ("absent" if confirmed else "")
    assert facts["docs"]["losses"] == [line.removeprefix("  - ") for line in lines[1:]]


# -- the summary ------------------------------------------------------------------------------------------------------

READ = {
    "exists": True,
    "application_id": "app-1",
    "application_status": "ACTIVE",
    "web_experience_url": "https://web",
    "app_id": "0oa1",
    "provider_arn": "arn:p",
}


@pytest.mark.parametrize(
    ("host", "read", "expected"),
    [
        ({}, {}, {}),
        ({}, READ, {"application": "h", "status": "ACTIVE", "application_id": "app-1", "url": "https://web"}),
        ({}, {**READ, "refused": True}, {}),
        (
            {"qbusiness_application_result": {"failed": True, "msg": "no"}},
            READ,
            {"status": "ACTIVE", "application_id": "app-1"},
        ),
        ({"qbusiness_application_result": {"operations": ["DeleteApplication"]}}, READ, {}),
        (
            {
                "qbusiness_application_display_name": "Docs",
                "qbusiness_application_result": {
                    "operations": [],
                    "application": {"status": "UPDATING"},
                    "application_id": "app-2",
                },
                "qbusiness_web_experience_result": {"operations": [], "default_endpoint": "https://new"},
            },
            READ,
            {"application": "Docs", "status": "UPDATING", "application_id": "app-2", "url": "https://new"},
        ),
        (
            {"qbusiness_application_url": "https://own/"},
            {**READ, "web_experience_url": ""},
            {"url": "https://own"},
        ),
    ],
)
def test_what_an_application_is_after_the_run(
    host: dict[str, Any], read: dict[str, Any], expected: dict[str, Any]
) -> None:
    found = summarizing.facts_of(host, {"hosts": {"h": read}}, "h")
    assert {key: found.get(key) for key in expected} == expected
    assert bool(found) is bool(expected)


@pytest.mark.parametrize("protocol", ["saml", "oidc"])
def test_what_an_identity_is_after_the_run(protocol: str) -> None:
    host: dict[str, Any] = {f"okta_{protocol}_app_label": "Chat"}
    read = {"hosts": {"h": {**READ, "exists": False}}}
    assert summarizing.facts_of(host, read, "h") == {"app_label": "Chat", "app_id": "0oa1", "provider_arn": "arn:p"}
    host |= {
        f"okta_{protocol}_app_result": {"app_id": "0oa2"},
        "iam_identity_provider_result": {"provider_arn": "arn:n"},
    }
    found = summarizing.facts_of(host, read, "h")
    assert (found["app_id"], found["provider_arn"]) == ("0oa2", "arn:n")
    assert summarizing.facts_of({f"okta_{protocol}_app_label": "Chat"}, {}, "h") == {}


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(summarizing, "tell", lines.extend)
    return lines


RESULTS = {
    "host-1.example": {"application": "docs", "application_id": "app-1", "url": experience().url, "status": "ACTIVE"},
    "idp": {"app_label": "Chat", "app_id": "0oa1"},
}


def test_the_summary_is_shown_and_left_to_later_jobs(told: list[str]) -> None:
    found = summarizing.answer(context_of(), {}, RESULTS)
    assert found["summary"] == told and told[0] == "Applications:"
    assert found["ansible_stats"]["data"] == {
        "federated_host_1_example": {"application_id": "app-1", "url": experience().url}
    }
    assert found["differences"] == [] and found["changed"] is False


@pytest.mark.parametrize(("check_mode", "shows"), [(True, True), (True, False), (False, True)])
def test_diffs_follow_the_summary_of_a_plan(told: list[str], check_mode: bool, shows: bool) -> None:
    shared.journal().begin()
    changed = {"changed": True, "diff": {"before": {"title": "a"}, "after": {"title": "b"}}}
    shared.journal().write("h", "x.y.qbusiness_app", {"display_name": "docs"}, changed)
    found = summarizing.answer(context_of(check_mode=check_mode), {}, {}, shows_diffs=shows)
    assert found["summary"] == told[: len(found["summary"])]
    assert ('+  "title": "b"' in told) is (check_mode and shows)
    with pytest.raises(summarizing.DifferentError, match="h: application \"docs\": title: inventory 'b', live 'a'"):
        summarizing.answer(context_of(check_mode=check_mode, fail_on_differences=True), {}, {})


def test_a_run_without_differences_does_not_fail(told: list[str]) -> None:
    shared.journal().begin()
    assert summarizing.answer(context_of(fail_on_differences=True), {}, {})["differences"] == []
