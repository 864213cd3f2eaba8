# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Claims of the server and of the application, and the expressions that they are made of."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from okta_client import JANE
from okta_oidc_client import AWS_TAGS, SERVERS, Party, add_claim, answer_of, party
from qbusiness_sandbox.okta.oidc_expressions import ExpressionError, evaluate
from qbusiness_sandbox.okta.oidc_names import Names

#: As AWS's procedure for Q Business writes it into Okta's console.
AWS_EXPRESSION = '{"principal_tags": {"Email": {user.email} }}'
PERSONAL = '{"principal_tags": {"Email": {user.email}, "country": {user.city != null ? user.city : ""}}}'


@pytest.fixture
def rp() -> Iterator[Party]:
    with party() as running:
        yield running


@pytest.fixture(scope="module")
def names() -> Iterator[Names]:
    with party() as running:
        org = running.client.room.org
        [user] = [user for user in org.state.users.values() if user.login == JANE]
        yield Names(org, org.state.apps[running.app["id"]], user, ("openid", "email"))


def test_the_expression_of_awss_procedure_is_an_object(rp: Party) -> None:
    add_claim(rp.client, AWS_EXPRESSION)
    assert rp.id_claims()[AWS_TAGS] == {"principal_tags": {"Email": [JANE]}}


def test_a_tag_that_would_be_null(rp: Party) -> None:
    claim = add_claim(rp.client, PERSONAL)
    assert rp.id_claims()[AWS_TAGS]["principal_tags"]["country"] == ["Bern"]
    user = next(u for u in rp.client.room.org.state.users.values() if u.login == JANE)
    user.profile["city"] = None
    assert rp.id_claims()[AWS_TAGS]["principal_tags"]["country"] == [""]
    rp.client.call("DELETE", f"{SERVERS}/default/claims/{claim}")
    add_claim(rp.client, '{"principal_tags": {"country": {user.city}}}')
    assert rp.id_claims()[AWS_TAGS] == {"principal_tags": {"country": [None]}}


def test_the_flat_form(rp: Party) -> None:
    name = f"{AWS_TAGS}/principal_tags/Email"
    add_claim(rp.client, "user.email", name)
    assert rp.id_claims()[name] == JANE


def test_an_access_token_has_claims_of_its_own(rp: Party) -> None:
    add_claim(rp.client, "user.email", "mail", claimType="RESOURCE")
    tokens = rp.tokens()
    assert rp.verified(tokens["access_token"], "api://default")["mail"] == JANE
    assert "mail" not in rp.verified(tokens["id_token"])


def test_only_always_goes_into_the_id_token_of_a_code_flow(rp: Party) -> None:
    add_claim(rp.client, "user.email", alwaysIncludeInToken=False)
    assert AWS_TAGS not in rp.id_claims()


def test_a_claim_for_a_scope(rp: Party) -> None:
    add_claim(rp.client, "user.email", conditions={"scopes": ["profile", "phone"]})
    assert AWS_TAGS not in rp.id_claims(scope="openid email")
    assert rp.id_claims(scope="openid profile")[AWS_TAGS] == JANE


def test_an_inactive_claim(rp: Party) -> None:
    add_claim(rp.client, "user.email", status="INACTIVE")
    assert AWS_TAGS not in rp.id_claims()


def test_a_claim_whose_value_is_null_is_left_out(rp: Party) -> None:
    add_claim(rp.client, "user.nickName", "nick")
    assert "nick" not in rp.id_claims()


@pytest.mark.parametrize(
    ("kind", "value", "groups"),
    [
        ("STARTS_WITH", "aws-", ["aws-users"]),
        ("EQUALS", "other", ["other"]),
        ("CONTAINS", "e", ["Everyone", "aws-users", "other"]),
        ("REGEX", ".*s", ["aws-users"]),
        ("EQUALS", "nobody", None),
    ],
)
def test_groups(rp: Party, kind: str, value: str, groups: list[str] | None) -> None:
    add_claim(rp.client, value, "groups", valueType="GROUPS", group_filter_type=kind)
    found = rp.id_claims().get("groups")
    assert (sorted(found) if found else found) == groups


def test_too_many_groups(rp: Party) -> None:
    seeded = [{"name": f"many-{number}", "members": [JANE]} for number in range(101)]
    rp.client.room.seed({"groups": seeded})
    add_claim(rp.client, "many-", "groups", valueType="GROUPS", group_filter_type="STARTS_WITH")
    answer = rp.trade(rp.code())
    assert (answer.status_code, answer.json()["error"]) == (400, "server_error")
    assert answer.json()["error_description"].startswith("The groups claim matched too many groups")


@pytest.mark.parametrize("value", ["user.", "user.shoeSize", "nobody.email", '{"a": ', "user.email +", "user.email()"])
def test_an_expression_without_a_value_gives_no_token(rp: Party, value: str) -> None:
    claim = add_claim(rp.client, value)
    answer = rp.trade(rp.code())
    assert answer.status_code == 400
    assert answer.json() == {
        "error": "server_error",
        "error_description": f"The '{AWS_TAGS}' user claim could not be evaluated.",
    }
    rp.client.call("DELETE", f"{SERVERS}/default/claims/{claim}")
    assert rp.trade(rp.code()).status_code == 200


def test_the_implicit_flow_tells_the_same_at_the_redirect_uri() -> None:
    with party("", grant_types=["implicit"], response_types=["id_token"]) as rp:
        path = f"/api/v1/apps/{rp.app['id']}/federated-claims"
        rp.client.call("POST", path, json={"name": "broken", "expression": "user.profile.shoeSize."})
        answer = answer_of(rp.authorize(response_type="id_token"))
        assert answer["error"] == "server_error" and "'broken' user claim" in answer["error_description"]


@pytest.mark.parametrize("server", ["default", ""])
def test_federated_claims_go_into_the_id_tokens_of_every_server(server: str) -> None:
    with party(server) as rp:
        path = f"/api/v1/apps/{rp.app['id']}/federated-claims"
        made = rp.client.call("POST", path, json={"name": "mail", "expression": "user.profile.email"})
        assert made.status_code == 201
        assert rp.id_claims()["mail"] == JANE
        changed = {"name": "mail", "expression": "user.profile.email.substringBefore('@')"}
        assert rp.client.call("PUT", f"{path}/{made.json()['id']}", json=changed).status_code == 200
        assert rp.id_claims()["mail"] == "jane.doe"
        rp.client.call("DELETE", f"{path}/{made.json()['id']}")
        assert "mail" not in rp.id_claims()


def test_federated_claims_go_into_assertions() -> None:
    with party("") as rp:
        client = rp.client
        app = client.new_app()
        client.assign(app)
        path = f"/api/v1/apps/{app['id']}/federated-claims"
        client.call("POST", path, json={"name": "urn:mail", "expression": "user.profile.email"})
        client.call("POST", path, json={"name": "urn:broken", "expression": "user.profile."})
        form, xml = client.saml(app)
        assert base64.b64decode(form.fields["SAMLResponse"]) == xml
        assert b'Name="urn:mail"' in xml and JANE.encode() in xml and b"urn:broken" not in xml


def test_a_system_claim_can_be_changed_and_broken(rp: Party) -> None:
    claims = rp.client.call("GET", f"{SERVERS}/default/claims").json()
    system = next(claim for claim in claims if claim["system"])
    path = f"{SERVERS}/default/claims/{system['id']}"
    assert rp.client.call("PUT", path, json={**system, "value": "user.lastName"}).status_code == 200
    assert rp.verified(rp.tokens()["access_token"], "api://default")["sub"] == "Doe"
    rp.client.call("PUT", path, json={**system, "value": "user."})
    answer = rp.trade(rp.code()).json()
    assert answer["error_description"] == "The 'sub' system claim could not be evaluated."


def test_scopes_for_phone_and_address(rp: Party) -> None:
    user = next(u for u in rp.client.room.org.state.users.values() if u.login == JANE)
    user.profile |= {"primaryPhone": "+41 1", "countryCode": "CH"}
    token = rp.tokens(scope="openid phone address")["access_token"]
    headers = {"Authorization": f"Bearer {token}"}
    found = requests.get(f"{rp.endpoints}/userinfo", headers=headers, timeout=30).json()
    assert (found["phone_number"], found["address"]) == ("+41 1", {"locality": "Bern", "country": "CH"})


def test_claims_cannot_change_what_a_token_is(rp: Party) -> None:
    for name in ("iss", "aud", "sub", "exp", "nonce"):
        add_claim(rp.client, '"stolen"', name)
    claims = rp.id_claims()
    assert (claims["aud"], claims["nonce"]) == (rp.client_id, rp.nonce) and claims["sub"].startswith("00u")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("user.email", JANE),
        ("user.profile.email", JANE),
        ("user.login", JANE),
        ("appuser.userName", JANE),
        ("user.nickName", None),
        ('"a constant"', "a constant"),
        ("'it''s'", "it's"),
        ('"say \\"x\\""', 'say "x"'),
        ("42", 42),
        ("4.5", 4.5),
        ("-3", -3),
        ("true", True),
        ("null", None),
        ("{user.email}", [JANE]),
        ("{}", []),
        ("{:}", {}),
        ('{1, "b", {user.city}}', [1, "b", ["Bern"]]),
        ('{"a": 1, b: {c: null}}', {"a": 1, "b": {"c": None}}),
        (AWS_EXPRESSION, {"principal_tags": {"Email": [JANE]}}),
        ('user.city != null ? user.city : ""', "Bern"),
        ('user.nickName != null ? user.nickName : ""', ""),
        ('user.nickName == null ? "none" : user.shoeSize', "none"),
        ('user.nickName ?: "nobody"', "nobody"),
        ('user.firstName + " " + user.lastName', "Jane Doe"),
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ('user.city == "Bern" and not (1 > 2)', True),
        ('user.city == "Basel" || user.lastName == "Doe"', True),
        ("false && user.shoeSize", False),
        ("true or user.shoeSize", True),
        ('String.toUpperCase(user.city) + "!"', "BERN!"),
        ('String.substringBefore(user.email, "@")', "jane.doe"),
        ('user.email.substringAfter("@")', "example.com"),
        ('String.stringContains(user.email, "@")', True),
        ("Arrays.toCsvString({1, 2, 3})", "1,2,3"),
        ("Arrays.flatten({1, 2}, 3)", [1, 2, 3]),
        ('Arrays.contains({"a", "b"}, "b")', True),
        ('Convert.toInt("12")', 12),
        ('isMemberOfGroupName("aws-users")', True),
        ('isMemberOfGroupNameStartsWith("gcp-") ? 1 : 2', 2),
        ('Groups.startsWith("OKTA", "aws-", 10)', ["aws-users"]),
        ("access.scope", ["openid", "email"]),
        ("{1, 2}[1]", 2),
        ('{"a": 1}.a', 1),
        ("{1, 2}.size()", 2),
        ("user.status", "ACTIVE"),
        ('user.getInternalProperty("id") == user.id', True),
        ('user.getInternalProperty("status")', "ACTIVE"),
        ('String.len(user.getInternalProperty("created"))', 24),
        ("appuser.email", JANE),
        ("source.login", JANE),
        ("app.label", "Web"),
        ("app.clientId == app.id", True),
        ("org.name", "sandbox"),
        ("session.amr", ["pwd"]),
        ('isMemberOfGroup("00gNobody")', False),
        ('Convert.toNum("1.5")', 1.5),
        ("true ? user.city : user.shoeSize[1].more(2) - -1", "Bern"),
        ("user?.city", "Bern"),
    ],
)
def test_expressions(names: Names, text: str, value: Any) -> None:
    assert evaluate(text, names) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(appuser != null) ? appuser.userName : app.clientId", None),
        ("user.email", None),
        ('user == null ? "machine" : user.email', "machine"),
        ('isMemberOfGroupName("Everyone")', False),
    ],
)
def test_expressions_of_a_client_that_asks_for_itself(names: Names, text: str, value: Any) -> None:
    machine = Names(names.org, names.app, None, ())
    expected = names.app.credentials["oauthClient"]["client_id"] if "clientId" in text else value
    assert evaluate(text, machine) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "user",
        "{1, {user}}",
        '{"a": org}',
        "user user",
        "user.shoeSize",
        "shoe",
        "user.email.",
        "{user.email",
        '{"a": 1,}',
        "1 +",
        "1 < 'a'",
        "1 / 0",
        "'open",
        "user.email ? 1 : 2",
        "nothing()",
        "String.nothing(1)",
        "String.toUpperCase(1)",
        "isMemberOfGroupNameRegex('(')",
        "{1}[5]",
        "user.email; drop",
        "arn:aws:iam::1:role/x",
        "x" * 1025,
        "(" * 1000,
        "__class__",
        "user.__class__",
        "user.email.__class__",
        "''.format(1)",
        'user.getInternalProperty("password")',
        "org.secret",
        "1 ? 2 : 3",
        "user.1",
        "{1, 2",
        "{1: 2}.a.b.c ! d",
        "- 'a'",
    ],
)
def test_what_is_no_expression(names: Names, text: str) -> None:
    with pytest.raises(ExpressionError):
        evaluate(text, names)
