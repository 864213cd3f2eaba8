# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is said of an inventory before a service is asked: each variable, each message."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.plugin_utils.inventory import check, specs, variables
from ansible_collections.qbusiness.federation.plugins.plugin_utils.inventory.creation import creation_errors
from ansible_collections.qbusiness.federation.plugins.plugin_utils.inventory.forms import checked
from ansible_collections.qbusiness.federation.plugins.plugin_utils.inventory.rows.table import rows
from ansible_collections.qbusiness.federation.plugins.plugin_utils.inventory.values import Untemplatable
from inventories import GROUPS, documents, hosts, read

SOURCES = "qbusiness_knowledge_data_sources"
SUBNETS, GROUPS_OF_SUBNETS = "qbusiness_knowledge_vpc_subnet_ids", "qbusiness_knowledge_vpc_security_group_ids"
LONG_NAME = "a" * 1001
KEY = "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555"
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:connector-AbCdEf"
ID = "11111111-2222-4333-8444-555555555555"
APP = "0oa1abcd2EFGH3ijk4l5"
ROLE = "arn:aws:iam::123456789012:role/reader"
PAIR = "arn:aws:iam::123456789012:role/one,arn:aws:iam::123456789012:saml-provider/okta"

#: Host, path of the value, a value that is wrong, what is said of it after the path; then a value that is right.
VALUES: list[tuple[str, str, Any, str, Any]] = [
    # an identity by SAML
    ("acme", "okta_saml_app_label", "x" * 101, "has 101 characters. Allowed are 1 to 100 characters", "Sales"),
    ("acme", "okta_app_id", "0ob1", '"0ob1" is not the ID of an Okta app. Allowed', APP),
    ("acme", "okta_saml_app_placeholder_url", "sample", '"sample" is not a URL. Allowed is a URL', "http://a.example"),
    ("acme", "okta_saml_app_acs_url", "no url", '"no url" is not a URL. Allowed', "https://a.example/saml"),
    ("acme", "okta_saml_app_requestable_urls[]", "x", '"x" is not a URL. Allowed', "https://a.example/saml"),
    ("acme", "okta_saml_app_role_values[]", "x", '"x" is not a value of the attribute Role. Allowed', PAIR),
    ("acme", "okta_saml_app_groups[]", "g" * 256, "has 256 characters. Allowed are names of Okta groups", "Sales"),
    ("acme", "okta_saml_app_users[]", "u" * 256, "has 256 characters. Allowed are logins", "ada@acme.example"),
    ("acme", "okta_saml_app_email_expression", 'a"', r'"a\"" is not an Okta expression. Allowed', "user.login"),
    ("acme", "okta_saml_app_session_name_expression", "f(", '"f(" is not an Okta expression. Allowed', "user.login"),
    ("acme", "okta_saml_app_principal_tags.team", "f(", '"f(" is not an Okta expression', "user.department"),
    ("acme", "iam_identity_provider_name", "okta acme", '"okta acme" has a form that is not allowed. Allowed', "okta"),
    ("acme", "iam_identity_provider_name", "o" * 129, "has 129 characters. Allowed are 1 to 128 letters", "okta"),
    ("acme", "iam_identity_provider_tags.team", "!", '"!" is not a value of a tag. Allowed are up to 50', "knowledge"),
    ("acme", "iam_identity_provider_tags", {"aws:x": "1"}, '"aws:x" is not a key of a tag. Allowed', {"a": 1}),
    ("acme", "iam_identity_provider_tags", {"A": "1", "a": "1"}, '"A" and "a" are one key, which IAM', {"a": "x"}),
    ("acme", "iam_identity_provider_tags", {str(n): "" for n in range(51)}, "51 tags are too many. Allowed", {}),
    ("acme", "iam_identity_provider_type", "samll", '"samll" is not supported. Allowed are saml and oidc', "saml"),
    ("acme", "iam_identity_provider_force", "perhaps", '"perhaps" is not a boolean. Allowed are true', True),
    # an identity by OpenID Connect
    ("oidc", "okta_oidc_app_label", "x" * 101, "has 101 characters. Allowed are 1 to 100 characters", "Sales"),
    ("oidc", "okta_oidc_app_placeholder_redirect_uri", "here", '"here" is not a redirect URI. Allowed', "https://a.b"),
    ("oidc", "okta_oidc_app_redirect_uris[]", "a.b/c", '"a.b/c" is not a redirect URI', "https://a.b"),
    ("oidc", "okta_oidc_app_post_logout_redirect_uris[]", "x", '"x" is not a redirect URI. Allowed', "https://a.b/c"),
    ("oidc", "okta_oidc_app_groups[]", "g" * 256, "has 256 characters. Allowed are names of Okta groups", "Sales"),
    ("oidc", "okta_oidc_app_users[]", "u" * 256, "has 256 characters. Allowed are logins", "ada@acme.example"),
    ("oidc", "okta_oidc_app_application_type", "wbe", '"wbe" is not supported. Allowed are web', "web"),
    ("oidc", "okta_oidc_app_token_endpoint_auth_method", "basic", '"basic" is not supported. Allowed', "none"),
    ("oidc", "okta_oidc_app_grant_types", ["implicit"], "[implicit] does not hold authorization_code", []),
    ("oidc", "okta_authorization_server_name", "", "is empty. Allowed is a text, such as default, which", "default"),
    ("oidc", "okta_authorization_server_name", "n" * 256, "has 256 characters. Allowed is the ID or the name", "aus1"),
    ("oidc", "okta_authorization_server_policy", "p" * 256, "has 256 characters. Allowed is the name of an", "Q"),
    ("oidc", "okta_authorization_server_rule", "r" * 256, "has 256 characters. Allowed is the name of a rule", "Q"),
    ("oidc", "okta_authorization_server_principal_tags", {"city": "user.city"}, "has no Email, by which", {}),
    (
        "oidc",
        "okta_authorization_server_principal_tags.Email",
        "f(",
        "its quotes or brackets do not pair",
        "user.email",
    ),
    ("oidc", "okta_authorization_server_grant_types", ["password"], "[password] does not hold", ["authorization_code"]),
    ("oidc", "okta_authorization_server_client_ids[]", "a b", '"a b" is not a client ID. Allowed', APP),
    ("oidc", "okta_client_secret_name", "my secret", '"my secret" is not the name of a secret. Allowed', "a/b"),
    ("oidc", "okta_client_secret_kms_key_arn", "alias/x", '"alias/x" is not the ARN of a KMS key. Allowed', KEY),
    ("oidc", "okta_client_secret_app_id", "app", '"app" is not the ID of an Okta app. Allowed', APP),
    ("oidc", "okta_client_secret_rotate_after_days", -1, "-1 is out of range. Allowed are numbers of days", 90),
    ("oidc", "okta_client_secret_rotate_after_days", "ten", '"ten" is not an integer. Allowed are integers', "90"),
    ("oidc", "okta_client_secret_recovery_window_days", 6, "6 is out of range. Allowed are 7 to 30 days", 7),
    ("oidc", "okta_client_secret_tags.team", "!", '"!" is not a value of a tag. Allowed are tags', "x"),
    ("oidc", "okta_client_secret_rotate", "alway", '"alway" is not supported. Allowed are never and always', "never"),
    (
        "oidc",
        "iam_identity_provider_url",
        "https://accounts.google.com",
        "is not supported: AWS does not",
        "https://a.b/c",
    ),
    ("oidc", "iam_identity_provider_url", "https://login.microsoftonline.com/x", "is not supported", "https://a.b"),
    (
        "oidc",
        "iam_identity_provider_url",
        "https://a.okta.com/",
        "is not an issuer: it ends with a slash",
        "https://a.okta.com",
    ),
    (
        "oidc",
        "iam_identity_provider_url",
        "a.okta.com",
        "does not begin with https:// and a host",
        "https://a.okta.com",
    ),
    ("oidc", "iam_identity_provider_url", "https://a.okta.com:8443", "it has a port or a user", "https://a.okta.com"),
    ("oidc", "iam_identity_provider_url", "https://a-admin.okta.com", "the host of Okta's admin", "https://a.okta.com"),
    ("oidc", "iam_identity_provider_url", "https://a.b/" + "c" * 255, "has 267 characters", "https://a.okta.com"),
    ("oidc", "iam_identity_provider_client_ids[]", "a b", '"a b" is not a client ID. Allowed', APP),
    # an application
    ("assistant", "qbusiness_application_display_name", "My App", '"My App" has a form that is not allowed', "my-app"),
    ("assistant", "qbusiness_application_display_name", LONG_NAME, "has 1001 characters. Allowed are 1 to 1000", "a"),
    ("assistant", "qbusiness_application_description", LONG_NAME, "has 1001 characters. Allowed are", "Answers"),
    ("assistant", "qbusiness_application_id", "app-1", '"app-1" is not the ID of an application. Allowed', ID),
    (
        "assistant",
        "qbusiness_application_identity_provider_arn",
        "arn:aws:iam::1:x",
        "Allowed are 20 to",
        PAIR.split(",")[1],
    ),
    ("assistant", "qbusiness_application_subscription_tier", "Q_PRO", '"Q_PRO" is not supported. Allowed', "Q_LITE"),
    ("assistant", "qbusiness_application_state", "gone", '"gone" is not supported. Allowed are present', "present"),
    ("assistant", "qbusiness_application_role_name", "r" * 65, "has 65 characters. Allowed are 1 to 64", "role"),
    ("assistant", "qbusiness_application_role_path", "team", '"team" has a form that is not allowed', "/team/"),
    (
        "assistant",
        "qbusiness_application_permissions_boundary",
        "boundary",
        "is not the ARN of a managed",
        "arn:aws:iam::aws:policy/x",
    ),
    ("assistant", "qbusiness_application_kms_key_arn", "alias/x", '"alias/x" is not the ARN of a KMS key', KEY),
    ("assistant", "qbusiness_application_q_apps", "enable", '"enable" is not a boolean. Allowed', "yes"),
    ("assistant", "qbusiness_application_citations", "enable", '"enable" is not a boolean. Allowed', "yes"),
    ("assistant", "qbusiness_application_search", "enable", '"enable" is not a boolean. Allowed', "yes"),
    ("assistant", "qbusiness_application_attachments", "2", '"2" is not a boolean. Allowed', False),
    ("assistant", "qbusiness_application_saml_audiences[]", "me", '"me" is not a URL. Allowed', "https://a.b/saml"),
    (
        "assistant",
        "qbusiness_application_url",
        "http://a.example",
        "is not a URL of https with a host",
        "https://a.example",
    ),
    (
        "assistant",
        "qbusiness_application_url",
        "https://a.example?x=1",
        '"https://a.example?…" is not',
        "https://a.example",
    ),
    (
        "assistant",
        "qbusiness_application_url",
        "https://a.example/saml/",
        "ends with the path of a sign-in",
        "https://a.b/c",
    ),
    ("assistant", "qbusiness_application_tags.team", "!", '"!" is not a value of a tag', "x"),
    ("assistant", "qbusiness_application_tags", "team", '"team" is not a dictionary. Allowed is a dictionary', {}),
    ("assistant", "qbusiness_region", "us-east", '"us-east" is not an AWS region. Allowed', "eu-west-1"),
    ("assistant", "federation_region", "Virginia", '"Virginia" is not an AWS region. Allowed', ""),
    ("assistant", "qbusiness_execution", "modul", '"modul" is not supported. Allowed are auto and module', "module"),
    ("assistant", "qbusiness_remove_confirm", "yess", '"yess" is not a boolean. Allowed', "yes"),
    ("assistant", "federation_protocols", ["oidcc"], '"oidcc" is not supported. Allowed are saml and oidc', ["oidc"]),
    # its web experience
    ("assistant", "qbusiness_web_experience_id", "x", '"x" is not the ID of a web experience', ID),
    ("assistant", "qbusiness_web_experience_title", "t" * 501, "has 501 characters. Allowed are", "Ask"),
    ("assistant", "qbusiness_web_experience_subtitle", "t" * 501, "has 501 characters. Allowed are", "Ask"),
    ("assistant", "qbusiness_web_experience_welcome_message", "t" * 301, "has 301 characters. Allowed are", "Ask"),
    ("assistant", "qbusiness_web_experience_sample_prompts", "maybe", '"maybe" is not a boolean', "off"),
    (
        "assistant",
        "qbusiness_web_experience_origins[]",
        "https://a.b/c",
        '"https://a.b/c" is not an origin',
        "https://a.b",
    ),
    ("assistant", "qbusiness_web_experience_origins", ["https://a.b"] * 11, "11 origins are too many", ""),
    (
        "assistant",
        "qbusiness_web_experience_sso_url",
        "okta",
        '"okta" has a form that is not',
        "https://a.okta.com/sso",
    ),
    ("handbook", "qbusiness_web_experience_client_secret_arn", "s", '"s" is not the ARN of a secret', SECRET),
    ("handbook", "qbusiness_web_experience_client_secret_kms_key_arn", "k", '"k" is not the ARN of a KMS', KEY),
    ("handbook", "qbusiness_web_experience_secrets_role_name", "a b", '"a b" has a form', "secrets"),
    ("handbook", "qbusiness_web_experience_secrets_role_path", "a", '"a" has a form', "/a/"),
    ("handbook", "qbusiness_web_experience_browser_extensions[]", "EDGE", '"EDGE" is not supported. Allowed', "CHROME"),
    ("assistant", "qbusiness_web_experience_theme_bucket", "Theme", '"Theme" is not a bucket name', "theme"),
    (
        "assistant",
        "qbusiness_web_experience_theme.css",
        "https://a.b/c.js",
        "does not end with .css",
        "https://a.b/c.css",
    ),
    ("assistant", "qbusiness_web_experience_theme.logo", "https://a.b/c.gif", "does not end with", "https://a.b/c.svg"),
    ("assistant", "qbusiness_web_experience_theme.font", "https://a.b/c", "does not end with", "https://a.b/c.ttf"),
    (
        "assistant",
        "qbusiness_web_experience_theme.favicon",
        "https://a.b/c.ico?s=1",
        "has a query",
        "https://a.b/c.ico",
    ),
    ("assistant", "qbusiness_web_experience_theme.lgoo", "x", "is not a known key. Did you mean logo? Allowed", ...),
    ("assistant", "qbusiness_web_experience_tags.team", "!", '"!" is not a value of a tag', "x"),
    # what it knows
    ("assistant", "qbusiness_knowledge_kendra_index_id", "x", '"x" is not the ID of an Amazon Kendra index', ID),
    ("assistant", "qbusiness_knowledge_index_id", "x", '"x" is not the ID of an index', ID),
    ("assistant", "qbusiness_knowledge_retriever_id", "x", '"x" is not the ID of a retriever', ID),
    ("assistant", "qbusiness_knowledge_index_name", "a b", '"a b" has a form', "index"),
    ("assistant", "qbusiness_knowledge_retriever_name", "a b", '"a b" has a form', "finder"),
    ("assistant", "qbusiness_knowledge_index_type", "LARGE", '"LARGE" is not supported', "STARTER"),
    ("assistant", "qbusiness_knowledge_index_units", "two", '"two" is not an integer', "2"),
    ("assistant", "qbusiness_knowledge_index_units", 0, "0 is out of range. Allowed are integers from 1", 1),
    (
        "assistant",
        "qbusiness_knowledge_document_attributes",
        [{"name": "a", "type": "TEXT"}],
        '[0].type: "TEXT" is',
        [],
    ),
    ("assistant", "qbusiness_knowledge_document_attributes", [{"type": "DATE"}], "[0].name: is required", []),
    (
        "assistant",
        "qbusiness_knowledge_document_attributes",
        [{"name": "a", "serch": "x"}],
        "[0].serch: is not a key",
        [],
    ),
    (
        "assistant",
        "qbusiness_knowledge_document_attributes",
        [{"name": "a"}] * 2,
        '[1].name: "a" is listed twice',
        [{"name": "a"}],
    ),
    ("assistant", "qbusiness_knowledge_document_attributes", [{"name": "a" * 201}], "[0].name: ", []),
    ("assistant", "qbusiness_knowledge_role_name", "a b", '"a b" has a form', "documents"),
    ("assistant", "qbusiness_knowledge_role_path", "x", '"x" has a form', "/x/"),
    (
        "assistant",
        "qbusiness_knowledge_role_arn",
        "documents",
        "is not the ARN of a role",
        "arn:aws:iam::123456789012:role/d",
    ),
    ("assistant", "qbusiness_knowledge_secret_arn", "x", '"x" is not the ARN of a secret', SECRET),
    ("assistant", "qbusiness_knowledge_kms_key_arn", "x", '"x" is not the ARN of a KMS key', KEY),
    ("assistant", "qbusiness_knowledge_vpc_subnet_ids[]", "sub", '"sub" is not the ID of a subnet', "subnet-1a"),
    (
        "assistant",
        "qbusiness_knowledge_vpc_security_group_ids[]",
        "s",
        '"s" is not the ID of a security group',
        "sg-2b",
    ),
    ("assistant", "qbusiness_knowledge_sync", "perhaps", '"perhaps" is not a boolean', "no"),
    ("assistant", "qbusiness_knowledge_tags.team", "!", '"!" is not a value of a tag', "x"),
    ("assistant", SOURCES, "policies", '"policies" is not a list. Allowed is a list', []),
    ("assistant", f"{SOURCES}[]", "policies", '"policies" is not a dictionary. Allowed is a dictionary', {"name": "a"}),
    ("assistant", f"{SOURCES}[]", None, "null is not a dictionary. Allowed is a dictionary", {"name": "a"}),
    ("assistant", f"{SOURCES}[]", {"bucket": "documents"}, ".name: is required. Allowed is a text", {"name": "a"}),
    (
        "assistant",
        f"{SOURCES}[]",
        {"name": "a", "buckt": "x"},
        ".buckt: is not a known key. Did you mean bucket?",
        {"name": "a"},
    ),
    ("assistant", f"{SOURCES}[].name", "a b", '"a b" has a form that is not allowed', "policies"),
    ("assistant", f"{SOURCES}[].description", LONG_NAME, "has 1001 characters", "Ours"),
    ("assistant", f"{SOURCES}[].data_source_id", "ds", '"ds" is not the ID of a data source', ID),
    ("assistant", f"{SOURCES}[].role_arn", "reader", '"reader" is not the ARN of a role', ROLE),
    ("assistant", f"{SOURCES}[].bucket", "Documents", '"Documents" is not a bucket name', "documents"),
    ("assistant", f"{SOURCES}[].sync_schedule", "daily", '"daily" is not a schedule', "cron(0 12 * * ? *)"),
    (
        "assistant",
        f"{SOURCES}[].configuration",
        {"kind": "S3"},
        ".type: is required. Allowed is the document",
        {"type": "S3"},
    ),
    ("assistant", f"{SOURCES}[].configuration", "S3", '"S3" is not a dictionary', {}),
    (
        "assistant",
        f"{SOURCES}[]",
        {"name": "a", "configuration": {"type": "CUSTOM"}, "sync_schedule": "cron(0 12 * * ? *)"},
        '.sync_schedule: "cron(0 12 * * ? *)" is not for a CUSTOM data source',
        {"name": "a", "configuration": {"type": "CUSTOM"}},
    ),
    # its API client
    ("assistant", "qbusiness_api_client_role_name", "a b", '"a b" has a form', "client"),
    ("assistant", "qbusiness_api_client_role_path", "x", '"x" has a form', "/x/"),
    (
        "assistant",
        "qbusiness_api_client_permissions_boundary",
        "b",
        "is not the ARN of a managed policy",
        "arn:aws:iam::aws:policy/x",
    ),
    ("assistant", "qbusiness_api_client_saml_audiences[]", "me", '"me" is not a URL', "https://a.b/saml"),
    ("assistant", "qbusiness_api_client_tags.team", "!", '"!" is not a value of a tag', "x"),
]


def at(path: str, value: Any) -> dict[str, Any]:
    """Return the variable of a path with this value at it."""
    name, *parts = re.findall(r"\[\]|\w+", path)
    for part in reversed(parts):
        value = [value] if part == "[]" else {part: value}
    if name == SUBNETS:
        return {name: value, GROUPS_OF_SUBNETS: ["sg-1a"]}
    if name == GROUPS_OF_SUBNETS:
        return {name: value, SUBNETS: ["subnet-1a"]}
    if name == SOURCES and isinstance(value, list):
        value = [{"name": "policies", **item} if len(parts) > 1 and isinstance(item, dict) else item for item in value]
    return {name: value}


def errors(**changes: Any) -> dict[str, list[str]]:
    return check.variable_errors(hosts(**changes), GROUPS)


def test_nothing_is_said_of_what_is_right() -> None:
    assert errors() == {}


@pytest.mark.parametrize(("host", "path", "wrong", "said", "right"), VALUES, ids=lambda item: str(item)[:60])
def test_a_value_is_judged(host: str, path: str, wrong: Any, said: str, right: Any) -> None:
    found = errors(**{host: at(path, wrong)})
    assert list(found) == [host]
    (sentence,) = found[host]
    assert sentence.startswith(path.replace("[]", "[0]") + ("" if said[0] in ".[" else ": ")), sentence
    assert said in sentence
    assert_form(sentence)
    if right is not ...:
        assert errors(**{host: at(path, right)}) == {}


def assert_form(sentence: str) -> None:
    """``VARIABLE: what is wrong. What is allowed, with an example.``"""
    assert re.match(r"\w[\w.\[\]]*: \S", sentence), sentence
    assert re.search(r"\. (Allowed|Did you mean|Amazon Q Business supports|Variables that begin|An identity)", sentence)
    assert sentence.endswith((".", "?")), sentence
    assert "such as" in sentence or "Did you mean" in sentence or "like" in sentence or "defined" in sentence, sentence
    assert "\n" not in sentence


def test_every_row_has_its_case() -> None:
    cases = {path for _host, path, *_rest in VALUES}
    listed = {row.path for found in rows().values() for row in found}
    spread = {re.sub(r"\.(team|Email)$", "", path) for path in cases} | {path.removesuffix("[]") for path in cases}
    # A row of an item of the contract that no role declares yet cannot be reached by a value.
    undeclared = {path for path in listed if path.rpartition(".")[2] not in known_parts(path)}
    assert listed - cases - spread - undeclared == set()


def known_parts(path: str) -> set[str]:
    """Return the keys that a path may end with, by the argument specs."""
    name, _dot, key = path.replace("[]", "").partition(".")
    options = specs.load().of(name).get("options") or {}
    return {path.rpartition(".")[2]} if not key or key in options else set()


def test_every_row_is_of_a_known_variable() -> None:
    assert set(rows()) - variables.known_variables() == set()


@pytest.mark.parametrize(
    ("host", "path"),
    [
        ("oidc", "iam_identity_provider_url"),
        ("assistant", "qbusiness_application_url"),
        ("assistant", "qbusiness_web_experience_origins[]"),
        ("assistant", "qbusiness_web_experience_theme.logo"),
        ("oidc", "okta_oidc_app_redirect_uris[]"),
    ],
)
def test_a_url_that_cannot_be_read_is_a_fault(host: str, path: str) -> None:
    found = errors(**{host: at(path, "https://[*.x/logo.svg")})
    assert [sentence.partition("[0]")[0].partition(":")[0] for sentence in found[host]] == [path.removesuffix("[]")]
    assert_form(found[host][0])


def test_no_row_shows_a_secret() -> None:
    assert [name for name in rows() if specs.load().of(name).get("no_log")] == []


# -- what a host says together --

SCHEDULED = {"name": "a", "bucket": "documents"}
#: Host, variables, the variable that the sentence begins with, what is said.
TOGETHER: list[tuple[str, dict[str, Any], str, str]] = [
    ("acme", {"okta_saml_app_label": ...}, "okta_saml_app_label", "is required, as acme is in the group identities"),
    ("acme", {"okta_saml_app_label": ""}, "okta_saml_app_label", "is empty. Allowed is the label of the app"),
    ("oidc", {"okta_oidc_app_label": None}, "okta_oidc_app_label", "is empty. Allowed is the label of the app"),
    (
        "acme",
        {"okta_oidc_app_label": "Other"},
        "okta_oidc_app_label",
        '"Other" is not allowed with okta_saml_app_label',
    ),
    ("acme", {"iam_identity_provider_name": ...}, "iam_identity_provider_name", "is required. Allowed is the name"),
    ("acme", {"iam_identity_provider_name": ""}, "iam_identity_provider_name", "is required. Allowed is the name"),
    (
        "acme",
        {"iam_identity_provider_type": "oidc"},
        "iam_identity_provider_type",
        '"oidc" is not allowed with okta_saml',
    ),
    ("acme", {"okta_app_id": APP, "okta_app_create": "yes"}, "okta_app_create", "true is not allowed with okta_app_id"),
    (
        "acme",
        {"okta_saml_app_role_values": [PAIR], "okta_saml_app_role_values_absent": [PAIR]},
        "okta_saml_app_role_values_absent[0]",
        "is in okta_saml_app_role_values, too",
    ),
    (
        "oidc",
        {"okta_oidc_app_redirect_uris": ["https://a.b"], "okta_oidc_app_redirect_uris_absent": ["https://a.b"]},
        "okta_oidc_app_redirect_uris_absent[0]",
        "is in okta_oidc_app_redirect_uris, too",
    ),
    ("assistant", {"qbusiness_application_display_name": ...}, "qbusiness_application_display_name", "is required"),
    ("assistant", {"qbusiness_application_display_name": ""}, "qbusiness_application_display_name", "is required"),
    (
        "assistant",
        {"qbusiness_application_id": ID, "qbusiness_application_create": True},
        "qbusiness_application_create",
        "true is not allowed with qbusiness_application_id, which names an existing application",
    ),
    (
        "assistant",
        {"qbusiness_knowledge_kendra_index_id": ID, SOURCES: [SCHEDULED]},
        SOURCES,
        "is not allowed with qbusiness_knowledge_kendra_index_id",
    ),
    ("assistant", {"qbusiness_knowledge_index_units": 51}, "qbusiness_knowledge_index_units", "51 is too many for an"),
    (
        "assistant",
        {"qbusiness_knowledge_index_units": "6", "qbusiness_knowledge_index_type": "STARTER"},
        "qbusiness_knowledge_index_units",
        "6 is too many for an index of the type STARTER. Allowed are 1 to 5",
    ),
    (
        "assistant",
        {"qbusiness_knowledge_vpc_subnet_ids": ["subnet-1a"]},
        "qbusiness_knowledge_vpc_security_group_ids",
        "is required with qbusiness_knowledge_vpc_subnet_ids",
    ),
    (
        "assistant",
        {"qbusiness_knowledge_vpc_security_group_ids": ["sg-1a"]},
        "qbusiness_knowledge_vpc_subnet_ids",
        "is required with qbusiness_knowledge_vpc_security_group_ids",
    ),
    ("assistant", {SOURCES: [SCHEDULED, SCHEDULED]}, f"{SOURCES}[1].name", f'"a" is the name of {SOURCES}[0], too'),
    (
        "assistant",
        {"qbusiness_web_experience_theme": {"logo": "logo.svg"}},
        "qbusiness_web_experience_theme.logo",
        "is the key of a file, and qbusiness_web_experience_theme_bucket is not set",
    ),
    (
        "assistant",
        {"qbusiness_web_experience_browser_extensions": ["CHROME"]},
        "qbusiness_web_experience_browser_extensions",
        "[CHROME] is not supported with sign-in by SAML",
    ),
    (
        "handbook",
        {
            "qbusiness_web_experience_browser_extensions": ["CHROME"],
            "qbusiness_web_experience_sso_url": "https://a.okta.com/sso",
        },
        "qbusiness_web_experience_browser_extensions",
        "[CHROME] is not supported with sign-in by SAML",
    ),
    ("assistant", {"qbusiness_identity": "amce"}, "qbusiness_identity", '"amce" is not a host of the inventory. Did'),
    ("assistant", {"qbusiness_identity": "handbook"}, "qbusiness_identity", '"handbook" is a host without an okta'),
    ("assistant", {"qbusiness_identity": ...}, "qbusiness_identity", "is required, as assistant itself has neither"),
    ("assistant", {"qbusiness_identity": ""}, "qbusiness_identity", "is required, as assistant itself has neither"),
    (
        "assistant",
        {"qbusiness_application_display_name": Untemplatable("'team' is\n undefined.")},
        "qbusiness_application_display_name",
        "cannot be evaluated: 'team' is undefined. Allowed is a template",
    ),
]


@pytest.mark.parametrize(("host", "changes", "place", "said"), TOGETHER, ids=lambda item: str(item)[:60])
def test_variables_of_a_host_are_judged_together(host: str, changes: dict[str, Any], place: str, said: str) -> None:
    found = errors(**{host: changes})
    sentences = found.pop(host)
    assert [sentence.partition(": ")[0] for sentence in sentences] == [place], sentences
    assert said in sentences[0]
    assert_form(sentences[0])
    # An identity that is none is told of its application, too.
    assert found == {} or host in ("acme", "oidc")


@pytest.mark.parametrize(
    "text", ["", "https://a.example", "https://a.example, https://b.example", "https://a.b\nhttps://c.d"]
)
def test_a_survey_answers_lists_as_texts(text: str) -> None:
    assert errors(assistant={"qbusiness_web_experience_origins": text}) == {}
    assert errors(acme={"okta_saml_app_groups": text}) == {}


def test_an_item_of_a_survey_is_named_by_its_number() -> None:
    found = errors(assistant={"qbusiness_web_experience_origins": "https://a.b\nhttps://c.d/e"})
    assert found["assistant"][0].startswith(
        'qbusiness_web_experience_origins[1]: "https://c.d/e" is not an origin. Allowed'
    )


def test_an_application_may_be_its_own_identity() -> None:
    found = hosts(solo={"okta_saml_app_label": "Solo", "qbusiness_application_display_name": "solo"})
    assert check.variable_errors(found, {**GROUPS, "applications": ["assistant", "handbook", "solo"]}) == {}


@pytest.mark.parametrize(
    "spec",
    [
        {"type": "int", "no_log": True},
        {"type": "str", "choices": ["one", "two"], "no_log": True},
        {"type": "dict", "no_log": True},
        {"type": "list", "elements": "dict", "options": {"key": {"type": "bool", "no_log": True}}},
    ],
)
def test_a_secret_value_is_never_shown(spec: dict[str, Any]) -> None:
    value = [{"key": "hunter2"}] if "options" in spec else "hunter2"
    _value, found = checked("variable", spec, value)
    assert len(found) == 1
    assert "the value is not " in found[0]
    assert "hunter2" not in found[0]
    assert_form(found[0])


# -- names --

UNKNOWN: list[tuple[str, str, str]] = [
    ("acme", "okta_saml_app_lable", "Did you mean okta_saml_app_label?"),
    ("acme", "okta_samlapp_label", "Did you mean okta_saml_app_label?"),
    ("acme", "okta_saml_app_label_prefix", "Did you mean okta_saml_app_label?"),
    ("acme", "okta_saml_app_zzz", "Variables that begin with okta_saml_app_ are those of the role okta_saml_app"),
    ("acme", "iam_identity_provider_nmae", "Did you mean iam_identity_provider_name?"),
    ("assistant", "qbusiness_aplication_display_name", "Did you mean qbusiness_application_display_name?"),
    ("assistant", "qbusiness_knowlege_data_sources", "Did you mean qbusiness_knowledge_data_sources?"),
    ("assistant", "qbusiness_backup_zone", "Variables that begin with qbusiness_ belong to the collection"),
    ("assistant", "federation_regoin", "Did you mean federation_region?"),
    ("assistant", "api_client_profil", "Did you mean api_client_profile?"),
]
#: Variables of an operator's own, of Ansible and AWX, and those that tasks of the collection register or set.
FOREIGN = (
    "okta_org_url",
    "okta_api_token",
    "okta_domain",
    "iam_user",
    "federation_team",
    "team",
    "ansible_connection",
    "awx_job_id",
    "sandbox_size",
    "okta_saml_app_result",
    "qbusiness_application_result",
    # of the inventory plugin with a prefix
    "qbusiness_application_name",
    "qbusiness_index_id",
    "qbusiness_account_id",
)


@pytest.mark.parametrize(("host", "name", "said"), UNKNOWN)
def test_an_unknown_variable_is_refused(host: str, name: str, said: str) -> None:
    found = errors(**{host: {name: "hunter2"}})
    (sentence,) = found.pop(host)
    assert sentence.startswith(f"{name}: is not a variable of the collection. ")
    assert said in sentence
    assert "hunter2" not in sentence
    assert_form(sentence)
    assert found == {}


@pytest.mark.parametrize("name", FOREIGN)
def test_variables_of_others_are_left_alone(name: str) -> None:
    assert errors(acme={name: "x"}, assistant={name: "x"}) == {}


def test_every_variable_that_a_task_sets_is_known_as_one() -> None:
    known = variables.names_set_by_tasks()
    for path in [*(specs.ROOT / "roles").rglob("tasks/*.yml"), *(specs.ROOT / "playbooks").rglob("*.yml")]:
        for name in re.findall(r"^\s+register: (\w+)$", path.read_text(encoding="utf-8"), re.MULTILINE):
            assert name in known


# -- between hosts --


def test_two_applications_of_one_name_are_refused() -> None:
    found = errors(handbook={"qbusiness_application_display_name": "assistant"})
    assert sorted(found) == ["assistant", "handbook"]
    (sentence,) = found["handbook"]
    assert sentence.startswith('qbusiness_application_display_name: "assistant" is the name of assistant, too, in one')
    assert_form(sentence)


@pytest.mark.parametrize(
    ("changes", "places"),
    [
        ({"qbusiness_region": "eu-west-1"}, {}),
        ({}, {"region": lambda host: "eu-west-1" if host == "handbook" else "us-east-1"}),
        ({}, {"account": lambda host: "one" if host == "handbook" else "other"}),
    ],
)
def test_elsewhere_a_name_is_another(changes: dict[str, Any], places: dict[str, Any]) -> None:
    same = hosts(handbook={"qbusiness_application_display_name": "assistant", **changes})
    assert check.variable_errors(same, GROUPS, **places) == {}


def test_the_region_of_the_run_makes_them_one() -> None:
    same = hosts(handbook={"qbusiness_application_display_name": "assistant", "qbusiness_region": "eu-west-1"})
    assert set(check.variable_errors(same, GROUPS, run={"federation_region": "us-east-1"})) == {"assistant", "handbook"}


def test_ids_tell_applications_of_one_name_apart() -> None:
    name = "assistant"
    one, other = {"qbusiness_application_id": ID}, {"qbusiness_application_id": ID[:-1] + "6"}
    assert errors(assistant=one, handbook={"qbusiness_application_display_name": name, **other}) == {}
    found = errors(assistant=one, handbook=one)
    assert [sentence.partition(":")[0] for sentence in found["handbook"]] == ["qbusiness_application_id"]
    assert_form(found["handbook"][0])


def test_two_identities_of_one_label_are_refused() -> None:
    found = errors(oidc={"okta_oidc_app_label": "Amazon Q Business"})
    assert sorted(found) == ["acme", "oidc"]
    assert found["oidc"][0].startswith('okta_oidc_app_label: "Amazon Q Business" is the label of acme, too')
    assert_form(found["oidc"][0])
    pinned = errors(
        oidc={"okta_oidc_app_label": "Amazon Q Business", "okta_app_id": APP}, acme={"okta_app_id": APP[:-1] + "6"}
    )
    assert pinned == {}


def test_two_identities_on_one_saml_provider_are_refused() -> None:
    second = {"okta_saml_app_label": "Second", "iam_identity_provider_name": "okta-acme"}
    found = check.variable_errors(hosts(second=second), {**GROUPS, "identities": ["acme", "oidc", "second"]})
    assert sorted(found) == ["acme", "second"]
    assert found["second"][0].startswith(
        'iam_identity_provider_name: "okta-acme" is the name of the SAML provider of acme'
    )
    assert_form(found["second"][0])


def test_two_identities_on_one_issuer_are_not() -> None:
    second = {"okta_oidc_app_label": "Second"}
    assert check.variable_errors(hosts(second=second), {**GROUPS, "identities": ["acme", "oidc", "second"]}) == {}


def test_two_generated_web_experiences_on_one_saml_app_are_refused() -> None:
    found = errors(handbook={"qbusiness_identity": "acme"})
    assert sorted(found) == ["assistant", "handbook"]
    assert found["handbook"][0].startswith(
        'qbusiness_identity: "acme" has the generated web experience of assistant, too, and an Okta SAML app sends'
    )
    assert_form(found["handbook"][0])


@pytest.mark.parametrize(
    "changes",
    [
        {"qbusiness_application_url": "https://portal.acme.example"},
        {"qbusiness_application_state": "absent"},
        {"qbusiness_web_experience_state": "absent"},
        {"qbusiness_identity": "oidc"},
    ],
)
def test_other_ways_to_sign_in_do_not_count(changes: dict[str, Any]) -> None:
    assert errors(handbook={"qbusiness_identity": "acme", **changes}) == {}


# -- inventories --


@pytest.mark.parametrize("groups", [{}, {"all": []}, {"identities": [], "applications": []}])
def test_no_inventory_is_an_error(groups: dict[str, list[str]]) -> None:
    found = check.variable_errors({}, groups)
    assert found[""][0].startswith("inventory: has no host in the groups identities and applications. Allowed")
    assert_form(found[""][0])


def test_a_misspelled_group_is_named() -> None:
    found = check.variable_errors(hosts(), {"identites": ["acme"], "aplications": ["assistant"]})
    assert "Did you mean identites to be identities? Did you mean aplications to be applications?" in found[""][0]


def test_a_playbook_says_which_group_it_needs() -> None:
    groups = {"identities": ["acme"]}
    assert check.variable_errors({"acme": hosts()["acme"]}, groups) == {}
    found = check.variable_errors({"acme": hosts()["acme"]}, groups, needed=["applications"])
    assert found == {"": [found[""][0]]}
    assert found[""][0].startswith("inventory: has no host in the group applications. Allowed")
    assert_form(found[""][0])


def test_what_the_command_line_says_is_told_once() -> None:
    extra = {"federation_regoin": "x", "qbusiness_application_subscription_tier": "Q_PRO"}
    found = check.variable_errors(hosts(assistant=extra, handbook=extra, acme=extra, oidc=extra), GROUPS, run=extra)
    assert list(found) == [""]
    assert [sentence.partition(":")[0] for sentence in found[""]] == list(extra)


def test_variables_of_roles_that_a_host_does_not_run_do_not_matter() -> None:
    assert errors(acme={"qbusiness_application_subscription_tier": "Q_PRO"}) == {}
    assert errors(oidc={"iam_identity_provider_name": ""}) == {}


@pytest.mark.parametrize(("path", "document"), [pytest.param(*pair, id=pair[0].name) for pair in documents()])
def test_inventories_of_the_repository_are_right(path: Any, document: dict[str, Any]) -> None:
    found, groups = read(document)
    assert found, path
    assert check.variable_errors(found, groups) == {}


def test_lines_name_a_sentence_once() -> None:
    sentence = "qbusiness_region: x."
    found = {"": ["inventory: y."], **{f"h{number}": [sentence] for number in range(7)}}
    assert check.error_lines(found) == ["inventory: y.", "h0, h1, h2, h3, h4 and 2 more: qbusiness_region: x."]


# -- what is to be created --


def test_names_of_new_roles_fit() -> None:
    name = {"qbusiness_application_display_name": "a" * 50}
    (sentence,) = creation_errors(name, ["qbusiness_application_role_name", "qbusiness_knowledge_role_name"])
    assert sentence.startswith("qbusiness_application_role_name: is required, as ")
    assert "has 65 characters. Allowed are names of roles of 1 to 64 characters" in sentence
    assert_form(sentence)
    assert creation_errors({**name, "qbusiness_application_role_name": "r"}, ["qbusiness_application_role_name"]) == []


def test_a_new_data_source_says_what_it_reads() -> None:
    items = [{"name": "a"}, {"name": "b", "bucket": "documents"}, {"name": "c", "state": "absent"}, {"name": "d"}]
    (sentence,) = creation_errors({SOURCES: items}, data_sources=["a", "b", "c"])
    assert sentence.startswith(
        f'{SOURCES}[0]: "a" has neither a bucket nor a configuration, and no data source of this'
    )
    assert_form(sentence)


# -- conditions of tasks --

#: What a task of a role or playbook refuses → the case above, or why nothing can be said of it offline.
CONDITIONS = {
    "{{ federation.refused[inventory_hostname] }}": "qbusiness_application_display_name",
    "This playbook only compares.": "check mode",
    "sandbox_export: is required": "the role sandbox, of no inventory",
    "The embedded cloud cannot be started": "the role sandbox, of no inventory",
}


def test_every_condition_of_a_task_has_its_case() -> None:
    said: list[str] = []
    for folder in ("roles", "playbooks"):
        for path in sorted((specs.ROOT / folder).rglob("*.yml")):
            said += _refusals(path.read_text(encoding="utf-8"), path.name)
    left = [text for text in said if not any(condition in text for condition in CONDITIONS)]
    assert left == []
    cases = {place.partition("[")[0] for _host, _changes, place, _said in TOGETHER} | {row[1] for row in VALUES}
    named = {case for case in CONDITIONS.values() if re.fullmatch(r"\w+", case)}
    assert named <= cases


def _refusals(text: str, name: str) -> list[str]:
    """Return the hints of ``undef`` and the messages of ``assert`` and ``fail`` in a file."""
    flat = re.sub(r"\s+", " ", text)
    hints = re.findall(r"undef\(hint=.{0,120}", flat)
    messages = re.findall(r"(?:fail_msg|ansible\.builtin\.fail: msg): (?:>-? ?)?.{0,200}", flat)
    return [f"{name}: {found}" for found in (*hints, *messages)]
