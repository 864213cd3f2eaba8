# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The account's state from the back: what there is, as JSON without a secret; and objects put in place."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, urlencode

from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from qbusiness_sandbox.aws import operations
from qbusiness_sandbox.aws.errors import AwsError
from qbusiness_sandbox.aws.iam import REGION, Iam
from qbusiness_sandbox.aws.moto_app import Moto
from qbusiness_sandbox.aws.roles import default_document
from qbusiness_sandbox.cloud import Cloud


def _json(document: str | bytes | None) -> Any:
    return json.loads(document) if document else None


def _tags(tags: Any) -> dict[str, str]:
    """moto keeps tags as a list of pairs or as a mapping to such pairs."""
    pairs = tags.values() if isinstance(tags, dict) else tags
    return {pair["Key"]: pair["Value"] for pair in sorted(pairs or [], key=lambda item: str(item["Key"]))}


class State:
    """Dump and seed of IAM, S3, Secrets Manager and KMS."""

    def __init__(self, cloud: Cloud, moto: Moto, iam: Iam) -> None:
        self._cloud = cloud
        self._moto = moto
        self._iam = iam

    # -- out ----------------------------------------------------------------------------------------------------

    def dump(self) -> dict[str, Any]:
        """``saml_providers``, ``oidc_providers``, ``roles``, ``policies`` (by ARN), ``buckets``, ``secrets`` (by name),
        ``kms_keys`` (by id)."""
        with self._moto.entered() as backends:
            return {
                "saml_providers": self._iam.saml.dump(),
                "oidc_providers": self._iam.oidc.dump(),
                "roles": {role.arn: self._role(role) for role in self._sorted(backends["iam"].roles)},
                "policies": {
                    policy.arn: {"document": _json(default_document(policy)), "tags": _tags(policy.tags)}
                    for policy in self._sorted(backends["iam"].managed_policies)
                    if not policy.arn.startswith("arn:aws:iam::aws:")
                },
                "buckets": {name: self._bucket(bucket) for name, bucket in sorted(backends["s3"].buckets.items())},
                "secrets": {
                    secret.name: {"arn": secret.arn, "tags": _tags(secret.tags), "kms_key": secret.kms_key_id or ""}
                    for secret in sorted(backends["secretsmanager"].secrets.values(), key=lambda item: str(item.name))
                },
                "kms_keys": {
                    key_id: {"arn": key.arn, "state": key.key_state}
                    for key_id, key in sorted(backends["kms"].keys.items())
                },
            }

    @staticmethod
    def _sorted(items: Mapping[str, Any]) -> list[Any]:
        return sorted(items.values(), key=lambda item: str(item.arn))

    @staticmethod
    def _role(role: Any) -> dict[str, Any]:
        return {
            "path": role.path,
            "description": role.description or "",
            "trust_policy": _json(role.assume_role_policy_document),
            "inline_policies": {name: _json(text) for name, text in sorted(role.policies.items())},
            "managed_policies": sorted(role.managed_policies),
            "boundary": role.permissions_boundary_arn or "",
            "max_session_duration": int(role.max_session_duration or 3600),
            "tags": _tags(role.tags),
        }

    @staticmethod
    def _bucket(bucket: Any) -> dict[str, Any]:
        return {
            "keys": {
                str(key.name): hashlib.sha256(bytes(key.value)).hexdigest()
                for key in sorted(bucket.keys.values(), key=lambda item: str(item.name))
            },
            "policy": _json(bucket.policy),
        }

    # -- in -----------------------------------------------------------------------------------------------------

    def seed(self, data: Mapping[str, Any]) -> dict[str, Any]:
        """Objects by the services' own operations, without authentication.

        ``buckets``: name -> {"objects": {key: text}, "policy": document} (both optional); ``kms_keys``: how many;
        ``secrets``: name -> text; ``roles``, ``policies``, ``saml_providers``, ``oidc_providers``: lists of the inputs
        of ``CreateRole`` (with ``InlinePolicies``: name -> document, and ``ManagedPolicies``: ARNs, beside the model's
        members), ``CreatePolicy``, ``CreateSAMLProvider`` and ``CreateOpenIDConnectProvider``. Documents may be JSON
        objects. Answers ARNs and ids by name (of OpenID Connect providers by URL).

        Raises ``ValueError`` when a service refuses.
        """
        made: dict[str, Any] = {}
        for name, bucket in data.get("buckets", {}).items():
            self._call("s3", "PUT", f"/{name}")
            for key, text in bucket.get("objects", {}).items():
                self._call("s3", "PUT", f"/{name}/{quote(key)}", text.encode())
            if "policy" in bucket:
                self._call("s3", "PUT", f"/{name}?policy", _text(bucket["policy"]).encode())
            made.setdefault("buckets", {})[name] = f"arn:aws:s3:::{name}"
        for _unused in range(int(data.get("kms_keys", 0))):
            answer = self._json_call("kms", "TrentService.CreateKey", {})
            made.setdefault("kms_keys", []).append(answer["KeyMetadata"]["Arn"])
        for name, value in data.get("secrets", {}).items():
            answer = self._json_call(
                "secretsmanager", "secretsmanager.CreateSecret", {"Name": name, "SecretString": value}
            )
            made.setdefault("secrets", {})[name] = answer["ARN"]
        for params in data.get("policies", []):
            self._query("CreatePolicy", params)
            made.setdefault("policies", {})[params["PolicyName"]] = (
                f"arn:aws:iam::{self._cloud.account_id}:policy{params.get('Path', '/')}{params['PolicyName']}"
            )
        for params in data.get("saml_providers", []):
            made.setdefault("saml_providers", {})[params["Name"]] = self._iam.saml.create_saml_provider(params)[
                "SAMLProviderArn"
            ]
        for params in data.get("oidc_providers", []):
            answer = self._iam.oidc.create_open_id_connect_provider(params)
            made.setdefault("oidc_providers", {})[params["Url"]] = answer["OpenIDConnectProviderArn"]
        for params in data.get("roles", []):
            made.setdefault("roles", {})[params["RoleName"]] = self._seed_role(params)
        return made

    def _seed_role(self, params: Mapping[str, Any]) -> str:
        name = params["RoleName"]
        extra = ("InlinePolicies", "ManagedPolicies")
        self._query("CreateRole", {key: value for key, value in params.items() if key not in extra})
        for policy, document in params.get("InlinePolicies", {}).items():
            self._query("PutRolePolicy", {"RoleName": name, "PolicyName": policy, "PolicyDocument": document})
        for arn in params.get("ManagedPolicies", []):
            self._query("AttachRolePolicy", {"RoleName": name, "PolicyArn": arn})
        return f"arn:aws:iam::{self._cloud.account_id}:role{params.get('Path', '/')}{name}"

    def _query(self, action: str, params: Mapping[str, Any]) -> None:
        form = {"Action": action, "Version": "2010-05-08"}
        for key, value in params.items():
            if key == "Tags":
                for number, tag in enumerate(value, 1):
                    form |= {f"Tags.member.{number}.{part}": tag[part] for part in ("Key", "Value")}
            else:
                form[key] = _text(value)
        request = _request("POST", "/", urlencode(form).encode(), "application/x-www-form-urlencoded")
        try:
            response = self._iam.handle(request, operations.identify("iam", request))
        except AwsError as error:
            raise ValueError(f"{action}: {error.message}") from error
        _check(response, action)

    def _json_call(self, service: str, target: str, body: Mapping[str, Any]) -> Any:
        request = _request(
            "POST", "/", json.dumps(body).encode(), "application/x-amz-json-1.1", {"X-Amz-Target": target}
        )
        return _check(self._moto.call(request, service, self._cloud.region), target).get_json(force=True)

    def _call(self, service: str, method: str, path: str, body: bytes = b"") -> None:
        region = REGION if service == "s3" else self._cloud.region
        _check(self._moto.call(_request(method, path, body), service, region), f"{method} {path}")


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _request(
    method: str, path: str, body: bytes, content_type: str = "", headers: Mapping[str, str] | None = None
) -> Request:
    builder = EnvironBuilder(
        path=path, method=method, data=body, content_type=content_type or None, headers=Headers(headers or {})
    )
    try:
        request = Request(builder.get_environ())
    finally:
        builder.close()
    request.environ["REQUEST_URI"] = path
    return request


def _check(response: Response, what: str) -> Response:
    if response.status_code >= 400:
        raise ValueError(f"{what} was refused: {response.get_data(as_text=True)[:300]}")
    return response
