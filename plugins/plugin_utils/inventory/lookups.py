# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an inventory names that has to exist: where to look for it, and what to say when it is not found."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ...module_utils.federation.host_variables import LABELS, OIDC, is_set, protocol_of, text_list
from ...module_utils.okta.server_options import is_id
from .creation import SOURCES, needs_existing
from .values import shown

Variables = Mapping[str, Any]


@dataclass(frozen=True)
class Kind:
    """One kind of object that a variable names."""

    noun: str
    #: What is allowed, with an example.
    allowed: str


KINDS = {
    "okta_app": Kind("Okta app", "the ID of an existing app, such as 0oa1abcd2EFGH3ijk4l5"),
    "okta_group": Kind("Okta group", "the name of an existing group, such as Knowledge workers"),
    "okta_user": Kind("Okta user", "the login of an existing person, such as alice@example.com"),
    "authorization_server": Kind(
        "Okta authorization server", "the ID of an existing authorization server, such as default"
    ),
    "bucket": Kind("S3 bucket", "the name of an existing bucket, such as example-documents"),
    "kms_key": Kind(
        "KMS key",
        "the ARN of an existing key, such as "
        "arn:aws:kms:us-east-1:123456789012:key/11111111-2222-3333-4444-555555555555",
    ),
    "secret": Kind(
        "secret",
        "the ARN of an existing secret, such as arn:aws:secretsmanager:us-east-1:123456789012:secret:connector-AbCdEf",
    ),
    "role": Kind("IAM role", "the ARN of an existing role, such as arn:aws:iam::123456789012:role/documents"),
    "role_name": Kind("IAM role", "the name of an existing role where the variable that ends in _manage is false"),
    "policy": Kind("IAM policy", "the ARN of an existing policy, such as arn:aws:iam::123456789012:policy/boundary"),
    "kendra_index": Kind(
        "Amazon Kendra index", "the ID of an existing index, such as 11111111-2222-4333-8444-555555555555"
    ),
    "subnet": Kind("subnet", "the ID of an existing subnet, such as subnet-0a1b2c3d4e5f67890"),
    "security_group": Kind("security group", "the ID of an existing security group, such as sg-0a1b2c3d4e5f67890"),
    "application": Kind("application", "the ID of an existing application, or no ID to find it by its display name"),
    "index": Kind("index", "the ID of an existing index of the application, or no ID to find it by its name"),
    "retriever": Kind("retriever", "the ID of an existing retriever of the application, or no ID"),
    "web_experience": Kind("web experience", "the ID of an existing web experience of the application, or no ID"),
    "data_source": Kind(
        "data source", "an existing data source, or a bucket for a new one, such as bucket: example-documents"
    ),
}


@dataclass(frozen=True, order=True)
class Lookup:
    """One object to look up."""

    kind: str
    #: A name, an ID, or an ARN.
    value: str
    #: The variable, with the place in it.
    variable: str

    def missing(self, where: str = "") -> str:
        """Return the sentence for an object that is not found.

        :param where: the account, region or org in which it was looked for
        """
        kind = KINDS[self.kind]
        place = f" in {where}" if where else ""
        return f"{self.variable}: {kind.noun} {shown(self.value)} not found{place}. Allowed is {kind.allowed}."


#: Scalar variable → kind, by the protocol or group that reads it.
_IDENTITY = {"okta_app_id": "okta_app"}
_SECRET = {"okta_client_secret_kms_key_arn": "kms_key"}
_APPLICATION = {
    "qbusiness_application_id": "application",
    "qbusiness_application_kms_key_arn": "kms_key",
    "qbusiness_application_permissions_boundary": "policy",
    "qbusiness_api_client_permissions_boundary": "policy",
    "qbusiness_knowledge_index_id": "index",
    "qbusiness_knowledge_retriever_id": "retriever",
    "qbusiness_knowledge_kendra_index_id": "kendra_index",
    "qbusiness_knowledge_role_arn": "role",
    "qbusiness_knowledge_secret_arn": "secret",
    "qbusiness_knowledge_kms_key_arn": "kms_key",
    "qbusiness_web_experience_id": "web_experience",
    "qbusiness_web_experience_client_secret_arn": "secret",
    "qbusiness_web_experience_client_secret_kms_key_arn": "kms_key",
    "qbusiness_web_experience_theme_bucket": "bucket",
}
_LISTS = {
    "qbusiness_knowledge_vpc_subnet_ids": "subnet",
    "qbusiness_knowledge_vpc_security_group_ids": "security_group",
}
#: Variable of a role's name → the variable that says whether the collection writes that role.
MANAGED = {
    "qbusiness_application_role_name": "qbusiness_application_role_manage",
    "qbusiness_knowledge_role_name": "qbusiness_knowledge_role_manage",
    "qbusiness_web_experience_secrets_role_name": "qbusiness_web_experience_secrets_role_manage",
    "qbusiness_api_client_role_name": "qbusiness_api_client_role_manage",
}


def lookups(variables: Variables, groups: Collection[str] = ("identities", "applications")) -> list[Lookup]:
    """Return what one host's variables name that has to exist before the run.

    :param groups: the groups of the host
    """
    found = [*(_identity(variables) if "identities" in groups else ())]
    if "applications" in groups:
        found += _application(variables)
    return list(dict.fromkeys(found))


def _scalars(variables: Variables, kinds: Mapping[str, str]) -> Iterator[Lookup]:
    for variable, kind in kinds.items():
        if is_set(variables.get(variable)):
            yield Lookup(kind, str(variables[variable]), variable)


def _lists(variables: Variables, kinds: Mapping[str, str]) -> Iterator[Lookup]:
    for variable, kind in kinds.items():
        for number, item in enumerate(text_list(variables.get(variable))):
            if is_set(item):
                yield Lookup(kind, str(item), f"{variable}[{number}]")


def _identity(variables: Variables) -> Iterator[Lookup]:
    protocol = protocol_of(variables)
    if not protocol or variables.get(f"okta_{protocol}_app_state") == "absent":
        return
    prefix = LABELS[protocol].removesuffix("_label")
    yield from _scalars(variables, _IDENTITY)
    yield from _lists(variables, {f"{prefix}_groups": "okta_group", f"{prefix}_users": "okta_user"})
    if protocol == OIDC:
        yield from _scalars(variables, _SECRET)
        # One that is known by a name is created where it does not exist.
        server = str(variables.get("okta_authorization_server_name") or "default")
        if is_id(server):
            yield Lookup("authorization_server", server, "okta_authorization_server_name")


def _application(variables: Variables) -> Iterator[Lookup]:
    if variables.get("qbusiness_application_state") == "absent":
        yield from _scalars(variables, {"qbusiness_application_id": "application"})
        return
    yield from _scalars(variables, _APPLICATION)
    yield from _lists(variables, _LISTS)
    for name, manage in MANAGED.items():
        if variables.get(manage) is False and is_set(variables.get(name)):
            yield Lookup("role_name", str(variables[name]), name)
    for number, item in enumerate(variables.get(SOURCES) or ()):
        yield from _source(item, f"{SOURCES}[{number}]")


def _source(item: Variables, place: str) -> Iterator[Lookup]:
    if is_set(item.get("data_source_id")):
        yield Lookup("data_source", str(item["data_source_id"]), f"{place}.data_source_id")
    elif needs_existing(item) and is_set(item.get("name")):
        yield Lookup("data_source", str(item["name"]), f"{place}.name")
    if item.get("state") == "absent":
        return
    if is_set(item.get("bucket")):
        yield Lookup("bucket", str(item["bucket"]), f"{place}.bucket")
    if is_set(item.get("role_arn")):
        yield Lookup("role", str(item["role_arn"]), f"{place}.role_arn")
