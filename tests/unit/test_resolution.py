# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the hosts of an inventory mean on a live estate: found, renamed, doubled, shared, limited, removed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from live_estate import (
    ISSUER,
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
    oidc_experience,
    provider,
    refusals,
    resolve,
    role,
    saml_app,
    secret,
)

SAML = {"okta_saml_app_label": "Chat", "iam_identity_provider_name": "okta"}
OIDC = {"okta_oidc_app_label": "Chat"}
DOCS = {"qbusiness_identity": "idp", "qbusiness_application_display_name": "docs"}
ACS = experience().saml_acs_url


def saml_estate(**other: Any) -> Estate:
    values: dict[str, Any] = {
        "applications": [application()],
        "apps": [saml_app(acs_url=ACS)],
        "providers": [provider()],
    } | other
    return Estate(**values)


def oidc_estate(**other: Any) -> Estate:
    values: dict[str, Any] = {
        "applications": [oidc_application()],
        "apps": [oidc_app()],
        "providers": [provider("oidc")],
        "secrets": [secret()],
    } | other
    return Estate(**values)


def test_a_live_saml_federation_is_found_whole() -> None:
    found = resolve(saml_estate(), inventory_of({"idp": SAML}, {"docs": DOCS}))
    assert refusals(found) == {}
    idp, docs = found.hosts["idp"], found.hosts["docs"]
    assert idp.facts["identity"] == "saml" and docs.facts["application"] == "present"
    assert idp.variables == {"iam_identity_provider_arn": SAML_PROVIDER, "okta_app_id": "0oa1"}
    assert docs.facts["application_id"] == "app-1" and docs.facts["role_arns"] == [f"{ROLE}/people/docs-web"]
    assert docs.variables["qbusiness_application_id"] == "app-1"
    assert docs.variables["qbusiness_web_experience_id"] == "web-1"
    assert docs.variables["qbusiness_web_experience_keeps"] == ["role_arn", "identity_provider_configuration"]
    assert docs.variables["sign_in"] == {
        "application_id": "app-1",
        "provider_arn": SAML_PROVIDER,
        "role_arn": f"{ROLE}/people/docs-web",
        "sso_url": "https://example.okta.com/app/amazon_aws/exk1/sso/saml",
        "acs_url": ACS,
    }


def test_a_live_oidc_federation_is_found_whole() -> None:
    found = resolve(oidc_estate(), inventory_of({"idp": OIDC}, {"docs": DOCS}))
    assert refusals(found) == {}
    idp, docs = found.hosts["idp"], found.hosts["docs"]
    assert idp.variables == {
        "okta_authorization_server_name": "default",
        "iam_identity_provider_arn": OIDC_PROVIDER,
        "okta_app_id": "client-1",
        "okta_client_secret_name": "qbusiness/by-hand",
    }
    assert idp.facts["client_secret_arn"] == secret().arn and idp.facts["issuer"] == f"https://{ISSUER}"
    assert docs.variables["qbusiness_web_experience_secrets_role_name"] == "by-hand"
    assert docs.variables["qbusiness_web_experience_secrets_role_path"] == "/secrets/"
    assert docs.variables["sign_in"]["client_id"] == "client-1"
    assert docs.variables["sign_in"]["redirect_uri"] == oidc_experience().oidc_redirect_uri


def test_nothing_exists_on_an_empty_account() -> None:
    found = resolve(Estate(), inventory_of({"idp": SAML}, {"docs": DOCS}))
    assert refusals(found) == {}
    assert found.hosts["docs"].variables == {} and found.hosts["docs"].facts["exists"] is False
    assert found.hosts["idp"].facts["expected_provider_arn"] == SAML_PROVIDER
    assert "provider_arn" not in found.hosts["idp"].facts


# -- renaming ------------------------------------------------------------------------------------------------------


def test_a_pinned_application_and_app_are_renamed() -> None:
    hosts = {"docs": {**DOCS, "qbusiness_application_display_name": "papers", "qbusiness_application_id": "app-1"}}
    identity = {**SAML, "okta_saml_app_label": "New label", "okta_app_id": "0oa1"}
    found = resolve(saml_estate(), inventory_of({"idp": identity}, hosts))
    assert refusals(found) == {}
    assert found.hosts["docs"].facts["application_id"] == "app-1"
    assert found.hosts["idp"].facts["app_id"] == "0oa1"


def test_a_new_name_beside_a_live_application_is_refused_with_both_ways_on() -> None:
    hosts = {"docs": {**DOCS, "qbusiness_application_display_name": "papers"}}
    found = refusals(resolve(saml_estate(), inventory_of({"idp": SAML}, hosts)))
    assert found["docs"].startswith('qbusiness_application_display_name: application "papers" not found in us-east-1')
    assert "set qbusiness_application_id: app-1." in found["docs"]
    assert "set qbusiness_application_create: true." in found["docs"]
    assert found["idp"].startswith("docs: refused, so nothing is written for its identity")


def test_a_new_application_is_an_explicit_yes() -> None:
    new = {**DOCS, "qbusiness_application_display_name": "papers", "qbusiness_application_create": "yes"}
    found = resolve(saml_estate(), inventory_of({"idp": {**SAML, "okta_saml_app_replace_acs_url": ACS}}, {"new": new}))
    assert refusals(found) == {} and found.hosts["new"].facts["application"] == "present"


def test_others_on_another_client_id_are_no_rename() -> None:
    hosts = {"new": {**DOCS, "qbusiness_application_display_name": "papers"}}
    estate = oidc_estate(applications=[oidc_application(client_ids=("client-2",))])
    assert refusals(resolve(estate, inventory_of({"idp": OIDC}, hosts))) == {}
    mine = oidc_estate(applications=[oidc_application()])
    assert "client-1" not in refusals(resolve(mine, inventory_of({"idp": OIDC}, hosts)))["new"]
    assert "qbusiness_application_create: true" in refusals(resolve(mine, inventory_of({"idp": OIDC}, hosts)))["new"]


@pytest.mark.parametrize(
    ("identity", "estate", "label", "used"),
    [
        ({**SAML, "okta_saml_app_label": "Renamed"}, saml_estate(), "okta_saml_app_label", "0oa1"),
        ({"okta_oidc_app_label": "Renamed"}, oidc_estate(), "okta_oidc_app_label", "client-1"),
    ],
)
def test_a_second_okta_app_is_refused_with_both_ways_on(
    identity: dict[str, Any], estate: Estate, label: str, used: str
) -> None:
    found = refusals(resolve(estate, inventory_of({"idp": identity}, {"docs": DOCS})))
    assert found["idp"].startswith(f'{label}: Okta app "Renamed" not found, and ')
    assert f"set okta_app_id: {used}." in found["idp"] and "set okta_app_create: true." in found["idp"]
    assert found["docs"].startswith("qbusiness_identity: idp is refused: ")


def test_a_second_okta_app_is_an_explicit_yes_and_no_question_where_nothing_is_configured() -> None:
    identity = {**OIDC, "okta_oidc_app_label": "Renamed"}
    yes = resolve(oidc_estate(), inventory_of({"idp": {**identity, "okta_app_create": True}}, {"docs": DOCS}))
    assert "idp" not in refusals(yes)
    assert "idp" not in refusals(resolve(oidc_estate(), inventory_of({"idp": identity}, {"docs": DOCS}), "prove"))


# -- ambiguity, and what belongs to another -------------------------------------------------------------------------


def test_two_hosts_of_one_application_are_both_refused() -> None:
    found = refusals(resolve(saml_estate(), inventory_of({"idp": SAML}, {"one": DOCS, "two": DOCS})))
    assert "is also that of the host two" in found["one"] and "is also that of the host one" in found["two"]


def test_two_applications_of_one_name_are_refused_until_one_is_pinned() -> None:
    estate = saml_estate(applications=[application(), application("app-2")])
    found = refusals(resolve(estate, inventory_of({"idp": SAML}, {"docs": DOCS})))["docs"]
    assert found.startswith("qbusiness_application_display_name: ") and '"docs" (app-1), "docs" (app-2)' in found
    assert "Set qbusiness_application_id to the ID of one." in found


def test_an_application_of_another_provider_is_refused() -> None:
    other = SAML_PROVIDER.replace("okta", "other")
    estate = saml_estate(applications=[application(provider_arn=other)])
    found = refusals(resolve(estate, inventory_of({"idp": SAML}, {"docs": DOCS})))
    assert found["docs"].startswith("iam_identity_provider_name: ") and other in found["docs"]


def test_a_saml_provider_without_name_is_that_of_the_applications() -> None:
    identity = {"okta_saml_app_label": "Chat"}
    found = resolve(saml_estate(), inventory_of({"idp": identity}, {"docs": DOCS}))
    assert found.hosts["idp"].variables["iam_identity_provider_name"] == "okta" and refusals(found) == {}
    other = application("app-2", "more", provider_arn=SAML_PROVIDER.replace("okta", "other"))
    both = {"docs": DOCS, "more": {**DOCS, "qbusiness_application_display_name": "more"}}
    text = refusals(resolve(saml_estate(applications=[application(), other]), inventory_of({"idp": identity}, both)))[
        "idp"
    ]
    assert text.startswith("iam_identity_provider_name: is required") and "use okta, other." in text
    assert "is required" in refusals(resolve(Estate(), inventory_of({"idp": identity}, {"docs": DOCS})))["idp"]


def test_several_client_secrets_are_asked_for_by_name() -> None:
    second = oidc_application("app-2", "more", web_experiences=(oidc_experience("web-2", secret_arn="arn:other"),))
    hosts = {"docs": DOCS, "more": {**DOCS, "qbusiness_application_display_name": "more"}}
    estate = oidc_estate(applications=[oidc_application(), second])
    found = refusals(resolve(estate, inventory_of({"idp": OIDC}, hosts)))["idp"]
    assert found.startswith("okta_client_secret_name: ") and "arn:other" in found
    named = {**OIDC, "okta_client_secret_name": "qbusiness/by-hand"}
    assert refusals(resolve(estate, inventory_of({"idp": named}, hosts))) == {}


def test_the_client_secret_of_an_application_beside_is_adopted() -> None:
    new = {**DOCS, "qbusiness_application_display_name": "papers", "qbusiness_application_create": True}
    found = resolve(oidc_estate(), inventory_of({"idp": OIDC}, {"new": new}))
    assert found.hosts["idp"].variables["okta_client_secret_name"] == "qbusiness/by-hand"


def test_the_sign_on_url_of_somebody_else_is_not_taken() -> None:
    estate = saml_estate(apps=[saml_app(acs_url="https://live.example/saml")])
    found = refusals(resolve(estate, inventory_of({"idp": SAML}, {"docs": DOCS})))
    assert found["docs"].startswith('qbusiness_identity: the sign-on URL of Okta app "Chat" (0oa1) is https://live.')
    assert "set okta_saml_app_replace_acs_url: https://live.example/saml" in found["docs"] and "idp" in found
    yes = {**SAML, "okta_saml_app_replace_acs_url": "https://live.example/saml"}
    assert refusals(resolve(estate, inventory_of({"idp": yes}, {"docs": DOCS}))) == {}
    own = {**DOCS, "qbusiness_application_url": "https://docs.example"}
    assert refusals(resolve(estate, inventory_of({"idp": SAML}, {"docs": own}))) == {}


@pytest.mark.parametrize("free", ["", "http://sampleurl.com/x", "https://signin.aws.amazon.com/saml", ACS])
def test_a_sign_on_url_of_nobody_or_of_ours_is_free(free: str) -> None:
    found = resolve(saml_estate(apps=[saml_app(acs_url=free)]), inventory_of({"idp": SAML}, {"docs": DOCS}))
    assert refusals(found) == {}


def test_the_sign_on_url_of_an_application_that_a_limit_leaves_out_is_ours() -> None:
    new = {**DOCS, "qbusiness_application_display_name": "new"}
    inventory = inventory_of({"idp": SAML}, {"docs": DOCS, "new": new}, limit=["idp", "new"])
    assert refusals(resolve(saml_estate(), inventory)) == {}


def test_a_web_experience_that_signs_in_elsewhere_is_not_moved() -> None:
    elsewhere = experience(authentication_url="https://example.okta.com/app/other/exk9/sso/saml")
    estate = saml_estate(applications=[application(web_experiences=(elsewhere,))])
    found = resolve(estate, inventory_of({"idp": SAML}, {"docs": DOCS}))
    assert refusals(found)["docs"].startswith("qbusiness_identity: web experience https://web-1.")
    assert "qbusiness_web_experience_sso_url" in refusals(found)["docs"]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.okta.com/app/amazon_aws/exk1/sso/saml",
        "https://example.okta.com/app/amazon_aws/exk1/sso/saml?RelayState=x",
        "https://example.okta.com/home/amazon_aws/0oa1/272",
    ],
)
def test_a_sign_in_through_the_app_is_kept_in_any_spelling(url: str) -> None:
    live = application(web_experiences=(experience(authentication_url=url),))
    found = resolve(saml_estate(applications=[live]), inventory_of({"idp": SAML}, {"docs": DOCS}))
    assert refusals(found) == {}
    assert "identity_provider_configuration" in found.hosts["docs"].variables["qbusiness_web_experience_keeps"]


def test_another_app_of_the_same_catalog_entry_is_another_app() -> None:
    url = "https://example.okta.com/app/amazon_aws/exk2/sso/saml"
    live = application(web_experiences=(experience(authentication_url=url),))
    found = resolve(saml_estate(applications=[live]), inventory_of({"idp": SAML}, {"docs": DOCS}))
    assert refusals(found)["docs"].startswith("qbusiness_identity: web experience ")


def test_the_variable_that_moves_a_web_experience_moves_it() -> None:
    url = "https://example.okta.com/app/other/exk9/sso/saml"
    live = application(web_experiences=(experience(authentication_url=url),))
    new = "https://example.okta.com/app/amazon_aws/exk1/sso/saml"
    hosts = {"docs": {**DOCS, "qbusiness_web_experience_sso_url": new}}
    found = resolve(saml_estate(applications=[live]), inventory_of({"idp": SAML}, hosts))
    assert refusals(found) == {}
    assert found.hosts["docs"].variables["qbusiness_web_experience_keeps"] == ["role_arn"]


def test_a_role_and_a_secrets_role_that_the_inventory_names_move_the_web_experience() -> None:
    named = {"qbusiness_application_role_name": "mine", "qbusiness_web_experience_secrets_role_name": "mine-too"}
    found = resolve(oidc_estate(), inventory_of({"idp": OIDC}, {"docs": {**DOCS, **named}}))
    assert found.hosts["docs"].variables["qbusiness_web_experience_keeps"] == []


def test_the_role_of_an_application_with_its_own_url() -> None:
    own = {"docs": {**DOCS, "qbusiness_application_url": "https://docs.example/"}}
    live = application(web_experiences=())
    named = resolve(
        saml_estate(applications=[live], roles=[role("docs-web-experience")]), inventory_of({"idp": SAML}, own)
    ).hosts["docs"]
    assert named.facts["role_arns"] == [f"{ROLE}/docs-web-experience"]
    assert named.variables["sign_in"]["acs_url"] == "https://docs.example/saml"
    assert named.variables["sign_in"]["saml_request"] == {"acs_url": "https://docs.example/saml"}
    none = resolve(saml_estate(applications=[live]), inventory_of({"idp": SAML}, own)).hosts["docs"]
    assert none.facts["role_arns"] == [] and none.variables["sign_in"]["role_arn"] == ""


# -- what is refused brings nothing -----------------------------------------------------------------------------------


def test_an_identity_with_one_good_application_is_written() -> None:
    hosts = {"docs": DOCS, "bad": {**DOCS, "qbusiness_application_id": "app-9"}}
    found = resolve(saml_estate(), inventory_of({"idp": SAML}, hosts))
    assert refusals(found)["bad"].startswith('qbusiness_application_id: application "app-9" not found in us-east-1.')
    assert set(refusals(found)) == {"bad"} and found.hosts["idp"].facts["identity"] == "saml"
    assert found.hosts["bad"].facts["application"] == "" and found.hosts["docs"].facts["application"] == "present"


def test_a_refused_identity_refuses_all_its_applications_and_no_others() -> None:
    hosts = {"docs": DOCS, "other": {"qbusiness_identity": "idp2", "qbusiness_application_display_name": "other"}}
    identities = {
        "idp": {**SAML, "okta_app_id": "0oa9"},
        "idp2": {"okta_saml_app_label": "Other", "iam_identity_provider_name": "okta2"},
    }
    found = resolve(saml_estate(), inventory_of(identities, hosts))
    assert refusals(found)["idp"].startswith('okta_app_id: Okta app "0oa9" not found in the Okta org.')
    assert set(refusals(found)) == {"idp", "docs"} and found.hosts["other"].facts["application"] == "present"


@pytest.mark.parametrize("broken", ["applications", "okta_apps", "provider", "app-1"])
def test_what_cannot_be_read_refuses_the_host(broken: str) -> None:
    found = resolve(saml_estate(broken={broken}), inventory_of({"idp": SAML}, {"docs": DOCS}))
    assert f"{broken} refused" in refusals(found)["docs"]
    assert found.hosts["docs"].facts["application"] == "" and found.hosts["idp"].facts["identity"] == ""


def test_one_region_that_cannot_be_read_leaves_the_others() -> None:
    west = {**DOCS, "qbusiness_application_display_name": "west", "qbusiness_region": "us-west-2"}
    found = resolve(
        saml_estate(broken={"applications us-west-2"}), inventory_of({"idp": SAML}, {"docs": DOCS, "w": west})
    )
    assert set(refusals(found)) == {"w"} and "qbusiness_region: us-west-2 cannot be read" in refusals(found)["w"]


def test_what_is_beside_the_inventory_is_only_what_signs_in_through_iam() -> None:
    center = application("app-3", "center", identity_type="AWS_IAM_IDC", provider_arn="")
    unreadable = application("app-4", "secret")
    estate = saml_estate(
        applications=[application(), application("app-2", "more"), center, unreadable], broken={"app-4"}
    )
    live = look_at(estate, inventory_of({"idp": SAML}, {"docs": DOCS})).live
    assert [item.id for item in live.beside] == ["app-2"]
    assert live.unread == ['application "secret" (app-4): app-4 refused'] and live.refused == {}


# -- purposes and limits ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("purpose", "identity", "docs"),
    [
        ("configure", "saml", "present"),
        ("identities", "saml", ""),
        ("applications", "", "present"),
        ("api_client", "saml", "present"),
        ("prove", "", "present"),
    ],
)
def test_what_each_purpose_does(purpose: str, identity: str, docs: str) -> None:
    found = resolve(saml_estate(), inventory_of({"idp": SAML}, {"docs": DOCS}), purpose)
    assert refusals(found) == {}
    assert (found.hosts["idp"].facts["identity"], found.hosts["docs"].facts["application"]) == (identity, docs)


@pytest.mark.parametrize("purpose", ["prove", "api_client"])
def test_purposes_that_need_an_application_refuse_its_want(purpose: str) -> None:
    estate = saml_estate(applications=[])
    found = refusals(resolve(estate, inventory_of({"idp": SAML}, {"docs": DOCS}), purpose))["docs"]
    assert found.startswith(f'qbusiness_application_display_name: application "docs" not found in {REGION}. Run')


def test_applications_alone_need_their_identity() -> None:
    inventory = inventory_of({"idp": SAML}, {"docs": DOCS})
    found = refusals(resolve(Estate(), inventory, "applications"))["docs"]
    assert found.startswith("qbusiness_identity: the identity idp does not exist yet: its Okta app was not found. Run")
    found = refusals(resolve(Estate(apps=[saml_app()]), inventory, "applications"))["docs"]
    assert "its identity provider was not found" in found
    assert refusals(resolve(Estate(), inventory, "applications", checks=True)) == {}


def test_a_limit_to_an_application_needs_the_identity_and_does_not_write_it() -> None:
    inventory = inventory_of({"idp": SAML}, {"docs": DOCS}, limit=["docs"])
    found = resolve(saml_estate(), inventory)
    assert (found.hosts["idp"].facts["identity"], found.hosts["docs"].facts["application"]) == ("", "present")
    assert "does not exist yet" in refusals(resolve(Estate(), inventory))["docs"]


def test_a_limit_to_an_identity_writes_no_application() -> None:
    found = resolve(saml_estate(), inventory_of({"idp": SAML}, {"docs": DOCS}, limit=["idp"]))
    assert (found.hosts["idp"].facts["identity"], found.hosts["docs"].facts["application"]) == ("saml", "")
    assert found.hosts["docs"].facts["exists"] is True


def test_identities_of_another_protocol_take_no_part() -> None:
    found = resolve(saml_estate(), inventory_of({"idp": SAML}, {"docs": DOCS}), protocols=["oidc"])
    assert found.hosts["docs"].facts["application"] == "" and found.hosts["idp"].facts["identity"] == ""


# -- removal ----------------------------------------------------------------------------------------------------------

GONE = {**DOCS, "qbusiness_application_state": "absent"}


@pytest.mark.parametrize(
    ("purpose", "switches", "flag"),
    [
        ("configure", {}, ""),
        ("configure", {"confirmed": True}, "absent"),
        ("configure", {"checks": True}, "absent"),
        ("configure", {"confirmed": True, "removals": False}, ""),
        ("applications", {"confirmed": True}, "absent"),
        ("identities", {"confirmed": True}, ""),
        ("prove", {"confirmed": True}, ""),
        ("remove", {}, ""),
        ("remove", {"confirmed": True}, "absent"),
        ("remove", {"checks": True}, "absent"),
    ],
)
def test_nothing_is_removed_without_confirmation(purpose: str, switches: dict[str, Any], flag: str) -> None:
    found = resolve(saml_estate(), inventory_of({"idp": SAML}, {"docs": GONE}), purpose, **switches)
    assert refusals(found) == {} and found.hosts["docs"].facts["application"] == flag


def test_remove_takes_hosts_of_any_state_and_makes_none() -> None:
    found = resolve(saml_estate(), inventory_of({"idp": SAML}, {"docs": DOCS}), "remove", confirmed=True)
    assert found.hosts["docs"].facts["application"] == "absent"
    nothing = resolve(Estate(), inventory_of({"idp": SAML}, {"docs": DOCS}), "remove", checks=True)
    assert nothing.hosts["docs"].facts["application"] == "" and refusals(nothing) == {}


def test_one_that_waits_for_its_removal_keeps_its_sign_on_url() -> None:
    hosts = {"docs": GONE, "new": {**DOCS, "qbusiness_application_display_name": "new"}}
    waits = refusals(resolve(saml_estate(), inventory_of({"idp": SAML}, hosts)))
    assert set(waits) == {"new"} and waits["new"].startswith("qbusiness_identity: the sign-on URL")
    assert refusals(resolve(saml_estate(), inventory_of({"idp": SAML}, hosts), confirmed=True)) == {}


# -- what was found by trying ---------------------------------------------------------------------------------------


def test_an_empty_role_name_does_not_hide_the_live_role() -> None:
    own = {**DOCS, "qbusiness_application_url": "https://own.example", "qbusiness_application_role_name": ""}
    by_hand = role(
        "by-hand", trust={"Statement": [{"Effect": "Allow", "Principal": {"Federated": SAML_PROVIDER}}]}, inline={}
    )
    app_id = "1f9a2b3c-0d4e-4f5a-8b6c-7d8e9f0a1b2c"
    tied = replace(by_hand, inline={"p": {"Resource": application(app_id).arn}})
    live = application(app_id, web_experiences=(), roles=(tied,))
    found = resolve(saml_estate(applications=[live], roles=[tied]), inventory_of({"idp": SAML}, {"docs": own}))
    assert found.hosts["docs"].variables["qbusiness_application_role_name"] == "by-hand"
    assert found.hosts["docs"].facts["role_arns"] == [tied.arn]


def test_the_refusal_of_a_second_app_names_the_application_that_uses_it() -> None:
    two = [oidc_application("app-1", "docs", client_ids=("gone",)), oidc_application("app-2", "wiki")]
    hosts = {"docs": DOCS, "wiki": {**DOCS, "qbusiness_application_display_name": "wiki"}}
    identity = {"okta_oidc_app_label": "Renamed"}
    found = refusals(resolve(oidc_estate(applications=two), inventory_of({"idp": identity}, hosts)))
    assert 'application "wiki" (app-2) uses the Okta app "Chat" (client-1)' in found["idp"]


def test_a_region_that_is_named_and_the_connections_own_counts_once() -> None:
    hosts = {"one": DOCS, "two": {**DOCS, "qbusiness_region": REGION, "qbusiness_application_display_name": "two"}}
    estate = saml_estate(applications=[application(), application("app-9", "alien")])
    found = look_at(estate, inventory_of({"idp": SAML}, hosts))
    assert [item.id for item in found.live.beside] == ["app-9"]
