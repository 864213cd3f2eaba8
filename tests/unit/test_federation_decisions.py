# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which live objects variables mean: matching, parts of an application, identities, names, inventories, removal."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.federation import (
    identity_decision,
    removal,
    summary,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.application_decision import (
    Decision,
    decide,
    find_application,
    path_of,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.journal import Journal
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.matching import (
    RefusedError,
    Wording,
    match,
)
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.model import AttachedPolicy, Listed
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.names import new_name
from live_estate import (
    OIDC_PROVIDER,
    ROLE,
    SAML_PROVIDER,
    application,
    experience,
    index,
    inventory_of,
    oidc_app,
    oidc_experience,
    retriever,
    role,
    saml_app,
    source,
)

KIND = Wording("index", "the_id", "the_name", " in there")
ONE, TWO, SAME = index("i-1", "one"), index("i-2", "two"), index("i-3", "one")


@pytest.mark.parametrize(
    ("live", "asked", "found"),
    [
        ((), {"name": "one"}, None),
        ((ONE, TWO), {"name": "two"}, TWO),
        ((ONE, TWO), {"name": "three"}, None),
        ((ONE, TWO), {"object_id": "i-2", "name": "one"}, TWO),
        ((ONE, SAME), {"object_id": "i-3", "name": "one"}, SAME),
        ((ONE,), {"name": "three", "single": True}, ONE),
        ((ONE,), {"single": True}, ONE),
        ((ONE,), {}, None),
        ((), {"single": True}, None),
        ((ONE, TWO), {"name": "one", "single": True}, ONE),
    ],
)
def test_an_object_is_meant_by_id_by_name_or_as_the_only_one(live: Any, asked: dict[str, Any], found: Any) -> None:
    assert match(live, KIND, **asked) is found


@pytest.mark.parametrize(
    ("live", "asked", "text"),
    [
        ((ONE,), {"object_id": "i-9"}, 'the_id: index "i-9" not found in there. Existing: "one" (i-1).'),
        ((), {"object_id": "i-9"}, 'the_id: index "i-9" not found in there.'),
        (
            (ONE, SAME),
            {"name": "one"},
            (
                'the_name: 2 objects of the kind index have the name "one" in there: "one" (i-1), "one" (i-3). '
                "Set the_id to the ID of one."
            ),
        ),
        (
            (ONE, TWO),
            {"name": "three", "single": True},
            (
                'the_id: 2 objects of the kind index exist in there: "one" (i-1), "two" (i-2). '
                "Set the_id to the ID of one, or the_name to its name."
            ),
        ),
    ],
)
def test_what_a_person_decides_names_the_variable(live: Any, asked: dict[str, Any], text: str) -> None:
    with pytest.raises(RefusedError) as error:
        match(live, KIND, **asked)
    assert str(error.value) == text


# -- parts of an application ----------------------------------------------------------------------------------------


def test_single_parts_under_other_names_are_adopted_with_their_roles() -> None:
    found = decide(
        {"qbusiness_knowledge_index_name": "other", "qbusiness_knowledge_retriever_name": "other"}, application()
    )
    assert found.refused == []
    assert found.variables == {
        "qbusiness_application_id": "app-1",
        "qbusiness_knowledge_retriever_id": "ret-1",
        "qbusiness_knowledge_retriever_name": "docs-rt",
        "qbusiness_knowledge_index_id": "idx-1",
        "qbusiness_knowledge_index_name": "docs-ix",
        "qbusiness_knowledge_live": {},
        "qbusiness_web_experience_id": "web-1",
        "qbusiness_application_role_name": "docs-web",
        "qbusiness_application_role_path": "/people/",
    }


@pytest.mark.parametrize(
    ("parts", "variables", "starts"),
    [
        ({"indices": (ONE, TWO)}, {}, "qbusiness_knowledge_index_id: 2 objects of the kind index exist: "),
        ({"indices": (ONE, TWO)}, {"qbusiness_knowledge_index_id": "i-9"}, 'qbusiness_knowledge_index_id: index "i-9"'),
        ({"retrievers": (retriever(), retriever("r-2"))}, {}, "qbusiness_knowledge_retriever_id: 2 objects"),
        ({"web_experiences": (experience(), experience("w-2"))}, {}, "qbusiness_web_experience_id: 2 objects"),
        (
            {"retrievers": (retriever(type="KENDRA_INDEX", index_id="kendra-1"),)},
            {},
            "qbusiness_knowledge_kendra_index_id: retriever",
        ),
        ({}, {"qbusiness_knowledge_kendra_index_id": "kendra-1"}, "qbusiness_knowledge_kendra_index_id: retriever"),
    ],
)
def test_several_parts_and_fixed_types_are_refused(
    parts: dict[str, Any], variables: dict[str, Any], starts: str
) -> None:
    found = decide(variables, application(**parts))
    assert len(found.refused) == 1 and found.refused[0].startswith(starts)


def test_a_refused_part_leaves_no_other_unsaid() -> None:
    found = decide({}, application(indices=(ONE, TWO), web_experiences=(experience(), experience("w-2"))))
    assert [text.partition(":")[0] for text in found.refused] == [
        "qbusiness_knowledge_index_id",
        "qbusiness_web_experience_id",
    ]


def test_a_kendra_retriever_is_adopted_with_its_role_and_needs_no_index() -> None:
    live = retriever(type="KENDRA_INDEX", index_id="kendra-1", role_arn=f"{ROLE}/k/kendra")
    found = decide(
        {"qbusiness_knowledge_kendra_index_id": "kendra-1"}, application(retrievers=(live,), indices=(ONE, TWO))
    )
    assert found.refused == [] and "qbusiness_knowledge_index_id" not in found.variables
    assert found.variables["qbusiness_knowledge_role_name"] == "kendra"
    assert found.variables["qbusiness_knowledge_role_path"] == "/k/"


SOURCES = "qbusiness_knowledge_data_sources"


def knowledge(items: list[dict[str, Any]], *live: Any, **other: Any) -> Decision:
    return decide({SOURCES: items, **other}, application(data_sources=live))


def test_data_sources_are_found_by_name_and_id_and_keep_their_role() -> None:
    found = knowledge(
        [{"name": "wiki"}, {"name": "new name", "data_source_id": "ds-2"}],
        source(),
        source("ds-2", "old name", role_arn=f"{ROLE}/own"),
    )
    assert found.refused == found.notes == []
    assert found.variables["qbusiness_knowledge_live"] == {
        "wiki": {"data_source_id": "ds-1", "role_arn": f"{ROLE}/docs-reader"},
        "new name": {"data_source_id": "ds-2", "role_arn": f"{ROLE}/own"},
    }
    assert "qbusiness_knowledge_role_name" not in found.variables


def test_the_one_role_of_all_data_sources_is_adopted_unless_the_inventory_names_one() -> None:
    assert knowledge([{"name": "wiki"}], source()).variables["qbusiness_knowledge_role_name"] == "docs-reader"
    named = knowledge([{"name": "wiki"}], source(), qbusiness_knowledge_role_name="mine").variables
    assert "qbusiness_knowledge_role_name" not in named
    assert named["qbusiness_knowledge_live"]["wiki"]["role_arn"] == ""


def test_a_data_source_that_left_the_list_stays_and_is_said() -> None:
    found = knowledge([], source())
    assert found.refused == [] and len(found.notes) == 1
    assert found.notes[0].startswith(f'data source "wiki" (ds-1) is not in {SOURCES}. It stays;')
    assert "state: absent" in found.notes[0]


def test_a_renamed_data_source_is_refused_with_both_ways_on() -> None:
    live = source(buckets=("docs",))
    found = knowledge([{"name": "other"}, {"name": "papers", "bucket": "docs"}], live)
    assert len(found.refused) == 1
    assert found.refused[0].startswith(f'{SOURCES}[1].name: data source "papers" not found, and "wiki" (ds-1)')
    assert f"{SOURCES}[1].data_source_id: ds-1" in found.refused[0] and f"{SOURCES}[1].create: true" in found.refused[0]
    for item in ({"bucket": "else"}, {"bucket": "docs", "create": True}, {"bucket": "docs", "state": "absent"}):
        assert knowledge([{"name": "papers", **item}], live).refused == []
    assert knowledge([{"name": "papers", "bucket": "docs"}, {"name": "wiki"}], live).refused == []


def test_two_items_of_one_data_source_are_refused() -> None:
    found = knowledge([{"name": "wiki"}, {"name": "papers", "data_source_id": "ds-1"}], source())
    assert len(found.refused) == 1 and found.refused[0].startswith(f"{SOURCES}[1]")
    assert "wiki" in found.refused[0]


@pytest.mark.parametrize(
    ("item", "starts"),
    [
        ({"name": "wiki", "data_source_id": "ds-9"}, f'{SOURCES}[0].data_source_id: data source "ds-9" not found.'),
        ({"name": "twice"}, f"{SOURCES}[0].name: 2 objects of the kind data source"),
    ],
)
def test_data_sources_that_a_person_decides(item: dict[str, Any], starts: str) -> None:
    found = knowledge([item], source("ds-2", "twice"), source("ds-3", "twice"))
    assert len(found.refused) == 1 and found.refused[0].startswith(starts)


def test_data_sources_of_another_index_are_not_meant() -> None:
    found = knowledge([{"name": "wiki"}], source(index_id="idx-2"))
    assert found.variables["qbusiness_knowledge_live"] == {} and found.notes == []


def test_an_application_by_its_own_url_keeps_its_web_experience_and_asks_which_role() -> None:
    own = {"qbusiness_application_url": "https://docs.example"}
    found = decide(own, application())
    assert found.web_experience is None and "beside qbusiness_application_url. It stays." in found.notes[-1]
    app_id = "11111111-2222-4333-8444-555555555555"
    app = application(app_id, web_experiences=())
    trust = {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Federated": SAML_PROVIDER}, "Action": "sts:AssumeRoleWithSAML"}
        ],
    }
    rights = {"p": {"Statement": [{"Effect": "Allow", "Action": "qbusiness:Chat", "Resource": app.arn}]}}
    roles = tuple(role(name, path="/x/", trust=trust, inline=rights) for name in ("one", "two"))
    one = decide(own, application(app_id, web_experiences=(), roles=roles[:1])).variables
    assert (one["qbusiness_application_role_name"], one["qbusiness_application_role_path"]) == ("one", "/x/")
    two = decide(own, application(app_id, web_experiences=(), roles=roles))
    assert two.refused[0].startswith("qbusiness_application_role_name: 2 roles let people into the application: ")
    assert (
        decide(
            {**own, "qbusiness_application_role_name": "two"}, application(app_id, web_experiences=(), roles=roles)
        ).refused
        == []
    )


def test_roles_that_the_inventory_names_are_not_replaced() -> None:
    named = {"qbusiness_application_role_name": "a", "qbusiness_web_experience_secrets_role_name": "b"}
    found = decide(named, application(web_experiences=(oidc_experience(),))).variables
    assert not any("role" in name for name in found)


@pytest.mark.parametrize(
    ("arn", "path"), [(f"{ROLE}/a", "/"), (f"{ROLE}/x/y/a", "/x/y/"), (f"{ROLE}/role/a", "/role/")]
)
def test_the_path_of_a_role(arn: str, path: str) -> None:
    assert path_of(arn) == path


# -- identities -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variables", "protocol", "issuer", "arn"),
    [
        ({"iam_identity_provider_name": "okta"}, "saml", "", SAML_PROVIDER),
        ({}, "saml", "", ""),
        ({}, "oidc", "https://example.okta.com/oauth2/default", OIDC_PROVIDER),
        ({"iam_identity_provider_url": "https://example.okta.com/oauth2/default/"}, "oidc", "https://x", OIDC_PROVIDER),
        ({}, "oidc", "", ""),
    ],
)
def test_the_provider_of_an_identity(variables: dict[str, Any], protocol: str, issuer: str, arn: str) -> None:
    assert identity_decision.provider_arn(variables, protocol, "111122223333", "aws", issuer) == arn


@pytest.mark.parametrize(
    ("variables", "apps", "pinned", "starts"),
    [
        ({}, [saml_app("a"), saml_app("b")], None, "okta_saml_app_label: 2 objects of the kind Okta app"),
        ({"okta_app_id": "a"}, [], None, 'okta_app_id: Okta app "a" not found in the Okta org.'),
        ({}, [oidc_app()], None, 'okta_saml_app_label: Okta app "Chat" (client-1) has the sign-on mode OPENID_CONNECT'),
        ({"okta_app_id": "client-1"}, [], oidc_app(), "okta_app_id: Okta app"),
    ],
)
def test_okta_apps_that_cannot_be_meant(variables: dict[str, Any], apps: Any, pinned: Any, starts: str) -> None:
    with pytest.raises(RefusedError) as error:
        identity_decision.find_app({"okta_saml_app_label": "Chat", **variables}, "saml", apps, pinned)
    assert str(error.value).startswith(starts)


@pytest.mark.parametrize("groups", [["A", "B"], "A, B", "A\nB"])
def test_groups_beside_the_inventory_are_said_in_every_spelling_of_the_list(groups: Any) -> None:
    app = saml_app(groups=("A", "B", "C"))
    notes = list(identity_decision.unassigned_notes({"okta_saml_app_groups": groups}, "saml", app))
    assert len(notes) == 1 and notes[0].startswith('group "C" is assigned to Okta app "Chat" (0oa1)')
    assert "okta_saml_app_purge_groups: true" in notes[0]


@pytest.mark.parametrize("purges", [True, "yes"])
def test_groups_that_are_removed_are_not_said_to_stay(purges: Any) -> None:
    app = saml_app(groups=("A", "C"))
    variables = {"okta_saml_app_groups": "A", "okta_saml_app_purge_groups": purges}
    assert list(identity_decision.unassigned_notes(variables, "saml", app)) == []


@pytest.mark.parametrize(
    ("current", "taken"),
    [
        ("", False),
        ("http://sampleurl.com", False),
        ("https://sampleurl.com/saml", False),
        ("https://sampleurl.company.example/saml", True),
        ("https://signin.aws.amazon.com/saml", False),
        ("https://signin.aws.amazon.com/saml-other", True),
        ("https://placeholder.example", False),
        ("https://ours/saml", False),
        ("https://theirs/saml", True),
    ],
)
def test_whose_sign_on_url_it_is(current: str, taken: bool) -> None:
    variables = {"okta_saml_app_placeholder_url": "https://placeholder.example/"}
    found = identity_decision.acs_url_taken(variables, saml_app(acs_url=current), ["https://ours/saml"])
    assert found == (current if taken else "")
    if taken:
        replacing = {**variables, "okta_saml_app_replace_acs_url": current}
        assert identity_decision.acs_url_taken(replacing, saml_app(acs_url=current), []) == ""


@pytest.mark.parametrize("settings", [{}, {"settings": None}, {"settings": {"sign_on": None}}])
def test_an_app_without_a_sign_on_url_is_free(settings: dict[str, Any]) -> None:
    assert identity_decision.acs_url_taken({}, saml_app(settings=settings), []) == ""


def listed(*names: str) -> list[Listed]:
    return [Listed(f"app-{place}", name, "us-east-1", "ACTIVE", "") for place, name in enumerate(names, 1)]


@pytest.mark.parametrize(
    ("variables", "names", "found"),
    [
        ({"qbusiness_application_display_name": "docs"}, ["docs", "wiki"], "app-1"),
        ({"qbusiness_application_display_name": "new"}, ["docs", "wiki"], None),
        ({"qbusiness_application_display_name": "new", "qbusiness_application_id": "app-2"}, ["docs", "wiki"], "app-2"),
        # The ID of one, as the refusal of two of one name asks for.
        ({"qbusiness_application_display_name": "docs", "qbusiness_application_id": "app-2"}, ["docs"] * 3, "app-2"),
    ],
)
def test_the_application_of_a_host(variables: dict[str, Any], names: list[str], found: str | None) -> None:
    meant = find_application(variables, listed(*names), "us-east-1")
    assert (meant.id if meant else None) == found


def test_an_application_is_not_renamed_to_another_ones_name() -> None:
    variables = {"qbusiness_application_display_name": "wiki", "qbusiness_application_id": "app-1"}
    with pytest.raises(
        RefusedError, match=r'^qbusiness_application_display_name: application "wiki" \(app-2\) already'
    ):
        find_application(variables, listed("docs", "wiki"), "us-east-1")


@pytest.mark.parametrize("value", ["text", 5, {"name": "wiki"}, ["wiki"], None])
def test_data_sources_that_are_no_list_of_maps_are_left_to_the_check(value: Any) -> None:
    found = decide({"qbusiness_knowledge_data_sources": value}, application())
    assert found.refused == [] and found.variables["qbusiness_knowledge_live"] == {}


# -- names, inventories, removal ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("variable", "of", "name"),
    [
        ("qbusiness_knowledge_index_name", "docs", "docs-index"),
        ("okta_client_secret_name", "My App (EU)", "qbusiness/my-app-eu-/client-secret"),
        ("okta_client_secret_name", "", "qbusiness/okta/client-secret"),
        ("other", "docs", ""),
    ],
)
def test_names_of_new_objects(variable: str, of: str, name: str) -> None:
    assert new_name(variable, of) == name


def test_hosts_of_an_inventory_belong_together() -> None:
    found = inventory_of(
        {"idp": {"okta_saml_app_label": "a", "okta_oidc_app_label": "b"}, "saml": {"okta_saml_app_label": "a"}},
        {
            "one": {"qbusiness_identity": "idp", "qbusiness_region": "us-west-2"},
            "lone": {"okta_oidc_app_label": "b", "federation_region": "eu-west-1", "qbusiness_region": "us-west-2"},
            "typo": {"qbusiness_identity": "idq", "qbusiness_application_state": "absent", "yes": "On", "no": "off"},
        },
    )
    assert [found.identity_of(name) for name in found.applications] == ["idp", "lone", "typo"]
    assert found.applications_of("idp") == ["one"]
    assert [found.protocol(name) for name in ("idp", "saml", "one")] == ["oidc", "saml", ""]
    assert [found.region(name) for name in ("one", "lone", "typo")] == ["us-west-2", "eu-west-1", ""]
    assert [found.is_removed(name) for name in ("one", "typo")] == [False, True]
    assert [found.flag("typo", name) for name in ("yes", "no", "none")] == [True, False, False]
    assert found.over({"yes": 1, "a": 2}, "typo")["a"] == 2 and found.over({"yes": 1}, "typo")["yes"] == "On"
    empty = inventory_of({}, {"docs": {"role": "", "path": None}})
    assert empty.over({"role": "live", "path": "/"}, "docs") == {"role": "live", "path": "/"}


def test_what_others_put_on_a_role_is_named() -> None:
    theirs = {"Statement": [{"Sid": "Mine", "Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::999999999999:root"}}]}
    found = removal.others_on(
        role(
            "x",
            trust=theirs,
            inline={"hand": {}, "QBusinessWebExperience": {}},
            attached=(AttachedPolicy("arn:p", "p"),),
        )
    )
    assert found[1:] == ["inline policy hand", "attached policy arn:p"] and found[0].startswith("trust statement Mine")
    assert removal.others_on(role("x", trust={"Statement": []}, inline={"QBusinessWebExperience": {}})) == []


def test_what_is_to_be_removed_and_stays_is_said_with_the_variable() -> None:
    assert removal.kept(application()).startswith('application "docs" (app-1) is to be removed')
    assert "-e qbusiness_remove_confirm=yes" in removal.kept(application())


# -- journal and summary --------------------------------------------------------------------------------------------


def entry(before: Any, after: Any, **other: Any) -> dict[str, Any]:
    return {"changed": True, "diff": {"before": before, "after": after}, **other}


def test_the_journal_keeps_what_happened_and_survives_a_broken_line(tmp_path: Path) -> None:
    path = tmp_path / "journal"
    journal = Journal(path)
    journal.write("h", "x.y.okta_app", {}, entry({}, {"label": "Chat"}))
    assert journal.read() == [] and not journal.exists
    journal.begin()
    journal.write("h", "x.y.okta_app", {}, entry({}, {"label": "Chat"}))
    journal.write("h", "x.y.qbusiness_index", {}, {"changed": False})
    journal.write("h", "x.y.qbusiness_datasource", {}, {"data_sources": [entry({"display_name": "wiki"}, {})]})
    journal.write("h", "x.y.qbusiness_app", {"display_name": "docs"}, entry({"title": "a"}, {"title": "b"}))
    journal.write("h", "x.y.iam_federation_role", {"name": "r"}, {"changed": False, "foreign_principals": ["arn:f"]})
    with path.open("a", encoding="utf-8") as file:
        file.write('{"host": "h", "no')
    found = journal.read()
    assert [(item["noun"], item["name"], item["action"]) for item in found] == [
        ("Okta app", "Chat", "created"),
        ("data source", "wiki", "deleted"),
        ("application", "docs", "changed"),
        ("role", "r", "kept"),
    ]
    lines = list(summary.changes(found, checks=True))
    assert lines == [
        'h: data source "wiki" would be deleted',
        'h: Okta app "Chat" would be created',
        'h: application "docs" would be changed',
        "    title: a -> b",
    ]
    different = summary.differences(found)
    assert different[0]["live"] == "trusts arn:f"
    assert [(item["field"], item["inventory"], item["live"]) for item in different[1:]] == [
        ("(object)", "exists", "does not exist"),
        ("(object)", "does not exist", "exists"),
        ("title", "b", "a"),
    ]
    journal.begin()
    assert journal.read() == []


@pytest.mark.parametrize(
    "result",
    [
        {"changed": True, "data_sources": ["text", None, 5]},
        {"changed": False},
        {"failed": True, "msg": "no"},
        {"results": None, "changed": False},
    ],
)
def test_a_result_without_objects_is_no_line(tmp_path: Path, result: dict[str, Any]) -> None:
    journal = Journal(tmp_path / "journal")
    journal.begin()
    journal.write("h", "x.y.qbusiness_datasource", {}, result)
    assert journal.read() == []


@pytest.mark.parametrize("diff", [None, [], [{"before": "a"}], "text", {"before": "a", "after": "b"}])
def test_a_diff_of_another_form_has_no_fields(tmp_path: Path, diff: Any) -> None:
    journal = Journal(tmp_path / "journal")
    journal.begin()
    journal.write("h", "x.y.okta_app", {"label": "Chat"}, {"changed": True, "diff": diff})
    (record,) = journal.read()
    assert (record["name"], record["action"], record["differences"]) == ("Chat", "changed", [])


def test_workers_write_the_journal_at_the_same_time(tmp_path: Path) -> None:
    """Long lines too, each in one piece."""
    journal = Journal(tmp_path / "journal")
    journal.begin()

    def work(number: int) -> None:
        for _time in range(20):
            mine = Journal(tmp_path / "journal")
            mine.write("h", "x.y.okta_app", {}, entry({}, {"label": str(number), "text": str(number) * 20_000}))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    found = journal.read()
    assert sorted(item["name"] for item in found) == sorted(str(number) for number in range(4) for _time in range(20))


@pytest.mark.parametrize(
    ("purpose", "records", "checks", "text"),
    [
        ("remove", [], False, "Nothing was removed."),
        ("configure", [], True, "Nothing to do"),
        ("configure", [], False, "Nothing changed"),
    ],
)
def test_the_summary_ends_with_what_to_do(purpose: str, records: Any, checks: bool, text: str) -> None:
    results = {"docs": {"application": "docs", "status": "ACTIVE", "url": "https://u"}}
    found = summary.summary(
        {"purpose": purpose, "hosts": {"docs": {"notes": ["note"]}}}, results, records, checks=checks
    )
    assert found[:2] == ["Applications:", '  docs: application "docs", ACTIVE, https://u']
    assert found[2:4] == ["Needs attention:", "  docs: note"] and found[-1].startswith(f"  {text}")
