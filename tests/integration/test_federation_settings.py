# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The model of a federation holds every setting that the modules can set, or the table below says why it cannot.

Each writing module makes its object in a filled account; the reader is asked for the same object, and shows what the
module answered. The service model says which options its answers can hold at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.arguments import aws_arguments
from ansible_collections.qbusiness.federation.plugins.module_utils.aws import Aws
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.detail import FULL
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.kinds import KINDS, SOURCES
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.model import Application, to_dict
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.reader import Reader
from ansible_collections.qbusiness.federation.plugins.module_utils.host import CONNECTION
from ansible_collections.qbusiness.federation.plugins.module_utils.model import option_name
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.session import connect
from ansible_collections.qbusiness.federation.plugins.module_utils.qbusiness.application import APPLICATION
from conftest import Call
from hosts_cases import CASES, Scene, scene
from life_cases import HOW, LIVES
from okta_world import GIVEN, OIDC
from qbusiness_sandbox.testing import Running
from resource_world import BUCKET
from test_every_module import WRITERS, module
from test_okta_app_oidc_settings import CHANGES as OIDC_CHANGES
from test_okta_app_settings import CHANGES as SAML_CHANGES

Answer = Mapping[str, Any]
Settings = Mapping[str, Any]

#: Modules whose objects cannot be read back.
NO_OBJECT = {
    "qbusiness_document": "documents are content; an index says how many it has (index_statistics)",
    "qbusiness_group": "the service lists names of groups, and no members; an index says how many (groups)",
    "qbusiness_user": "no operation lists users",
}
#: Options that say how to bring something about, by the beginnings of their names, and by their ends.
_STARTS, _ENDS = ("purge_", "initially"), ("_absent",)
_TRUST = "in the trust policy"
_POLICY = "in the inline policy"
#: Options of how to find something and whether to write it.
_WAYS = {"adopt_single", "manage", "create", "configuration_exact"}
#: Options that name an object by what is its ARN in the model.
_NAMES = {("iam_federation_role", "role_arn")}
#: Options that become a part of the connector's document, which is the setting "configuration".
_DOCUMENT = {
    *("bucket", "inclusion_prefixes", "exclusion_prefixes", "inclusion_patterns", "exclusion_patterns"),
    *("metadata_files_prefix", "acl_configuration_file_path"),
}
#: Further options that are no settings of their own in the model: why, or where they are.
ELSEWHERE: dict[str, dict[str, str]] = {
    "iam_federation_provider": {
        "okta_app_id": "where the document comes from",
        "provider_arn": "the arn",
        "regions": "where users are looked for",
        "saml_metadata_document": "by its meaning: entity_id, certificates, endpoints",
    },
    "iam_federation_role": {
        **dict.fromkeys(("kind", "provider_arn", "saml_audiences", "oidc_audiences"), _TRUST),
        **dict.fromkeys(("application_arn", "application_arns", "index_id", "q_apps", "citations", "search"), _POLICY),
        **dict.fromkeys(("kms_key_arn", "buckets", "bucket_account", "kendra_index_id", "secret_arn"), _POLICY),
        **dict.fromkeys(("vpc_subnet_ids", "vpc_security_group_ids", "additional_statements"), _POLICY),
        "policy_name": "the key of inline",
        "name": "role_name",
    },
    "okta_app": {
        "access_policy": "access_policy_id",
        "allow_secret_loss": "a confirmation",
        "app_id": "the id",
        "audience": "settings.sign_on.audience",
        "groups": "groups",
        "users": "users",
        "federated_claims": "federated_claims",
        "frontchannel_logout": "participate_slo and the members that begin with frontchannel_logout_",
        "placeholder_redirect_uri": "a redirect URI to be replaced",
        "signing_key": "signing_key_id and certificates; the rest is when to rotate",
    },
    "okta_authorization_server": {
        "claim_form": "the value of the claim",
        "client_ids": "policies.clients",
        "manage_policy": "whether a policy is written",
        "policy": "policies",
        "principal_tags": "the value of the claim",
        "remove_server": "a confirmation",
        "rule": "policies.rules",
        "server": "id or name",
    },
    "okta_client_secret": {
        "app_id": "the app of the identity",
        "secret_name": "name",
        "delete_inactive_after_days": "when to delete",
        "force_delete": "how to delete",
        "recovery_window_days": "how to delete",
        "rotate": "when to rotate",
        "rotate_after_days": "when to rotate",
    },
    "qbusiness_app": {
        "identity_center_instance_arn": "the service answers identity_center_application_arn in its place",
    },
    "qbusiness_chat_response_configuration": {"application_id": "the application"},
    "qbusiness_plugin": {"plugin_state": "state", "plugins": "a list of such", "rebuild": "whether to build again"},
    "qbusiness_datasource": {"data_sources": "a list of such"},
    "qbusiness_permission": {"application_id": "the application"},
    "qbusiness_chat_controls": {
        "application_id": "the application",
        "system_message_override": "blocked_phrases.system_message_override",
    },
    "qbusiness_subscription": {
        "application_id": "the application",
        "group": "principal.group",
        "type": "current_type and next_type",
        "user": "principal.user",
    },
    "s3_bucket_statement": {"bucket": "the bucket's name", "sid": "Sid", "statement": "the statement itself"},
}


def _by_id(items: Any, answer: Answer, name: str) -> Settings:
    return dict(next(item for item in items if item.id == answer[name]).settings)


def _application(reader: Reader, answer: Answer) -> Application:
    found = reader.application("", str(answer["application_id"]), FULL)
    assert found is not None and found.unread == ()
    return found


def _of(part: str, name: str) -> Callable[[Reader, Answer], Settings]:
    return lambda reader, answer: _by_id(getattr(_application(reader, answer), part), answer, name)


def _provider(reader: Reader, answer: Answer) -> Settings:
    provider = reader.provider(answer["provider_arn"])
    assert provider is not None
    return provider.settings


def _role(reader: Reader, answer: Answer) -> Settings:
    role = reader.role(answer["role_arn"])
    assert role is not None
    [(name, document)] = role.inline.items()
    return {
        "role_name": role.name,
        "arn": role.arn,
        "path": role.path,
        "description": role.description,
        "max_session_duration": role.max_session_duration,
        "permissions_boundary": role.permissions_boundary,
        "assume_role_policy_document": role.trust,
        "policy_name": name,
        "policy_document": document,
        "inline_policies": dict(role.inline),
        "attached_policies": [policy.arn for policy in role.attached],
    }


def _app(reader: Reader, answer: Answer) -> Settings:
    app = reader.okta_app(answer["app_id"], FULL)
    assert app is not None and app.unread == ()
    assert app.groups == ("Everyone",)
    return app.settings


def _server(reader: Reader, answer: Answer) -> Settings:
    server = reader.authorization_server(answer["server_id"])
    assert server is not None
    settings = dict(server.settings)
    # The writing module shows the one policy of the task's clients.
    settings["policy"] = next(
        item for item in settings.pop("policies") if item == answer["authorization_server"]["policy"]
    )
    del settings["server_id"]
    # It shows the scopes that the task names.
    settings["scopes"] = [item for item in settings["scopes"] if item in answer["authorization_server"]["scopes"]]
    return settings


def _secret(reader: Reader, answer: Answer) -> Settings:
    secret = reader.client_secret(answer["secret_arn"])
    assert secret is not None
    plain = dict(to_dict(secret))
    return {
        **{name: plain[name] for name in ("arn", "name", "description", "kms_key_id", "tags")},
        "deletion_date": secret.deleted,
        "client_secrets": [
            {"id": item.id, "status": item.status, "created": item.created, "last_updated": item.updated}
            for item in reader.client_secrets(reader.okta_apps("Client")[0].id)
        ],
    }


#: How the same object is found by the reader, and its settings.
FOUND: dict[str, Callable[[Reader, Answer], Settings]] = {
    "iam_federation_provider": _provider,
    "iam_federation_role": _role,
    "okta_app": _app,
    "okta_authorization_server": _server,
    "okta_client_secret": _secret,
    "qbusiness_app": lambda reader, answer: _application(reader, answer).settings,
    "qbusiness_chat_controls": lambda reader, answer: _application(reader, answer).chat_controls or {},
    "qbusiness_chat_response_configuration": _of("chat_response_configurations", "chat_response_configuration_id"),
    "qbusiness_data_accessor": _of("data_accessors", "data_accessor_id"),
    "qbusiness_datasource": _of("data_sources", "data_source_id"),
    "qbusiness_index": _of("indices", "index_id"),
    "qbusiness_permission": lambda reader, answer: next(iter(_application(reader, answer).permissions)),
    "qbusiness_plugin": _of("plugins", "plugin_id"),
    "qbusiness_retriever": _of("retrievers", "retriever_id"),
    "qbusiness_subscription": lambda reader, answer: next(iter(_application(reader, answer).subscriptions)),
    "qbusiness_web_experience": _of("web_experiences", "web_experience_id"),
}
#: Members of an answer that the model has in a field of its own, or that are no settings.
APART = {"tags", "role_id", "create_date", "groups", "users", "federated_claims", "app_id", "client_secret_id"}


@pytest.fixture
def made(running: Running, call: Call) -> Scene:
    """A filled account, made after ``call`` has come to its cloud."""
    assert call
    return scene(running)


@pytest.fixture
def reader(running: Running, made: Scene, module_clients: Callable[[str], Any]) -> Reader:
    okta = {"okta_org_url": running.urls["okta"], "okta_api_token": made.cloud.administrator.okta_api_token}
    return Reader(Aws({"region": made.cloud.region}, module_clients), connect(okta))


@pytest.mark.parametrize("name", [name for name in WRITERS if name in FOUND])
def test_what_a_module_answers_is_in_the_model(name: str, made: Scene, reader: Reader, call: Call) -> None:
    function = module(name).function
    answer = call(function, **{**CASES[name].options(made), **LIVES[name].made(made)})
    [noun] = [key for key in answer if key in NOUNS.get(name, (name.partition("_")[2],))]
    settings = dict(to_dict(FOUND[name](reader, answer)))
    wanted = {key: value for key, value in answer[noun].items() if key not in APART}
    assert {key: settings.get(key) for key in wanted} == wanted


#: The key of the object in the answer, where it is not the module's name after its first word.
NOUNS: dict[str, tuple[str, ...]] = {
    "iam_federation_provider": ("provider",),
    "iam_federation_role": ("role",),
    "okta_client_secret": ("secret",),
    "qbusiness_app": ("application",),
    "qbusiness_datasource": ("data_source",),
}


def test_bucket_policies_of_themes(made: Scene, reader: Reader, call: Call) -> None:
    name = "s3_bucket_statement"
    call(module(name).function, **CASES[name].options(made))
    q = made.aws("qbusiness")
    made.aws("s3").put_object(Bucket=BUCKET, Key="theme.css", Body=b"a {}", ContentType="text/css")
    url = {"customCSSUrl": f"https://{BUCKET}.s3.amazonaws.com/theme.css"}
    q.create_web_experience(applicationId=made.application_id, customizationConfiguration=url)
    [policy] = _application(reader, {"application_id": made.application_id}).theme_buckets
    [statement] = policy.statements
    assert statement == {"Sid": "Theme", **CASES[name].options(made)["statement"]}


# -- every option ---------------------------------------------------------------------------------------------------


def options(name: str) -> Iterator[str]:
    """The options of a module that are settings: not how to connect, and not how to go about it."""
    for option in module(name).ARGUMENTS["argument_spec"]:
        if option in CONNECTION or option in HOW or option in _WAYS or option in aws_arguments() or option == "tags":
            continue
        if (name == "qbusiness_datasource" and option in _DOCUMENT) or (name, option) in _NAMES:
            continue
        if not option.startswith(_STARTS) and not option.endswith(_ENDS):
            yield option


def keys(value: Any) -> Iterator[str]:
    """All keys, however deep."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield str(key)
            yield from keys(item)
    elif isinstance(value, list):
        for item in value:
            yield from keys(item)


def service_keys(name: str, aws: Aws) -> set[str]:
    """What the service may answer of an object, as options."""
    nouns = {f"qbusiness_{kind.spec.noun}": kind.spec for kind in (*KINDS, SOURCES)}
    nouns |= {"qbusiness_app": APPLICATION, "qbusiness_datasource": SOURCES.spec}
    spec = nouns.get(name)
    if spec is None:
        return set()
    return {option_name(member) for member in aws.output_shape("qbusiness", spec.operation("Get")).members}


@pytest.mark.parametrize("name", WRITERS)
def test_every_option_is_in_the_model_or_has_a_reason(name: str, made: Scene, reader: Reader, call: Call) -> None:
    if name in NO_OBJECT:
        assert name not in FOUND
        return
    reasons = ELSEWHERE.get(name, {})
    found: set[str] = service_keys(name, reader.aws())
    if name in FOUND:
        for given in _made_in_all_ways(name, made):
            answer = call(module(name).function, **given)
            found |= set(keys(to_dict(FOUND[name](reader, answer))))
            reader.forget()
    absent = {option for option in options(name) if option not in found}
    assert absent - set(reasons) == set()
    assert set(reasons) - set(options(name)) == set()


def _made_in_all_ways(name: str, made: Scene) -> Iterator[dict[str, Any]]:
    """The object, and that of the other protocol."""
    yield {**CASES[name].options(made), **LIVES[name].made(made)}
    if name == "okta_app":
        for given, changes in ((GIVEN, SAML_CHANGES), (OIDC, OIDC_CHANGES)):
            for number, (_option, change, _seen) in enumerate(changes):
                yield {
                    **given,
                    **change,
                    "label": f"{given.get('sign_on_mode', 'SAML')} {number}",
                    "groups": ["Everyone"],
                }
    if name == "iam_federation_provider":
        issuer = f"https://{made.cloud.okta_host}/oauth2/default"
        yield {"type": "oidc", "url": issuer, "client_ids": [made.oidc_id], "thumbprints": ["a" * 40]}
