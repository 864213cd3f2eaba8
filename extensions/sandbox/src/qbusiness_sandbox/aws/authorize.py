# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whether a session may make a request: its role's policies, boundary, session policies, the bucket's policy."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from werkzeug.wrappers import Request

from qbusiness_sandbox.aws import operations
from qbusiness_sandbox.aws.credentials import Credential
from qbusiness_sandbox.aws.errors import AwsError
from qbusiness_sandbox.aws.moto_app import Moto
from qbusiness_sandbox.aws.policy import Ask, Context, Decision, Policy, PolicyError, decide_session
from qbusiness_sandbox.aws.principal import Principal
from qbusiness_sandbox.aws.roles import Role, Roles
from qbusiness_sandbox.cloud import Cloud, Operation

#: S3 operations whose action has another name
#: (https://docs.aws.amazon.com/AmazonS3/latest/userguide/using-with-s3-policy-actions.html).
_S3_ACTIONS = {
    "ListObjects": "ListBucket",
    "ListObjectsV2": "ListBucket",
    "HeadBucket": "ListBucket",
    "HeadObject": "GetObject",
    "GetObjectAttributes": "GetObject",
    "ListBuckets": "ListAllMyBuckets",
    "CopyObject": "PutObject",
    "CreateMultipartUpload": "PutObject",
    "UploadPart": "PutObject",
    "UploadPartCopy": "PutObject",
    "CompleteMultipartUpload": "PutObject",
    "DeleteObjects": "DeleteObject",
    "ListMultipartUploads": "ListBucketMultipartUploads",
    "ListParts": "ListMultipartUploadParts",
    "ListObjectVersions": "ListBucketVersions",
    "GetBucketEncryption": "GetEncryptionConfiguration",
    "PutBucketEncryption": "PutEncryptionConfiguration",
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "PutBucketLifecycleConfiguration": "PutLifecycleConfiguration",
    "GetPublicAccessBlock": "GetBucketPublicAccessBlock",
    "PutPublicAccessBlock": "PutBucketPublicAccessBlock",
}

#: Operations that anyone with valid credentials may call
#: (https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html: "No permissions are required").
_FREE = frozenset({("sts", "GetCallerIdentity"), ("sts", "GetSessionToken"), ("sts", "AssumeRole")})

#: (request, operation) -> the ARNs that Q Business authorizes
ResourceArns = Callable[[Request, Operation], Sequence[str]]


class Authorizer:
    """Decides for sessions; the administrator may do everything."""

    def __init__(self, cloud: Cloud, moto: Moto, roles: Roles, qbusiness_arns: ResourceArns | None) -> None:
        self._cloud = cloud
        self._moto = moto
        self._roles = roles
        self._qbusiness_arns = qbusiness_arns

    def check(self, request: Request, operation: Operation, credential: Credential) -> None:
        """Raise AccessDenied (in :class:`AwsError`) when the session may not."""
        if (operation.service, operation.name) in _FREE or "identity_policy" in self._cloud.settings.disabled_checks:
            return
        action = action_of(operation)
        for resource in self.resources(request, operation):
            self._require(credential, action, resource, bucket=self._bucket(request, operation))
        if (operation.service, operation.name) == ("secretsmanager", "GetSecretValue"):
            self._require_key(request, credential)
        if operation.service == "qbusiness" and operation.write:
            for role in _passed_roles(request):
                self._require(
                    credential, "iam:PassRole", role, extra={"iam:passedtoservice": "qbusiness.amazonaws.com"}
                )

    def _require_key(self, request: Request, credential: Credential) -> None:
        """The key of a secret must be one that the caller may use through Secrets Manager, unless it is AWS's own
        (https://docs.aws.amazon.com/secretsmanager/latest/userguide/security-encryption.html). Key policies are not
        asked: the default one leaves it to the identity's."""
        with self._moto.entered() as backends:
            secret = backends["secretsmanager"].secrets.get(str(_json_body(request).get("SecretId") or ""))
            name = str(secret.kms_key_id or "") if secret is not None else ""
            kms = backends["kms"]
            alias = name.rpartition(":")[2] if "alias/" in name else ""
            key = kms.keys.get(kms.get_key_id_from_alias(alias) if alias else kms.get_key_id(name))
        if secret is None or not name or "alias/aws/" in name:
            return
        extra = {
            "kms:viaservice": f"secretsmanager.{self._cloud.region}.amazonaws.com",
            "kms:calleraccount": self._cloud.account_id,
            "kms:encryptioncontext:secretarn": str(secret.arn),
        }
        if key is None or self.decide(credential, "kms:Decrypt", str(key.arn), extra=extra) is not Decision.ALLOW:
            raise AwsError("denied", "Access to KMS is not allowed", 400)

    def _require(
        self,
        credential: Credential,
        action: str,
        resource: str,
        *,
        bucket: str = "",
        extra: Mapping[str, str | Sequence[str]] | None = None,
    ) -> None:
        decision = self.decide(credential, action, resource, bucket=bucket, extra=extra)
        if decision is Decision.ALLOW:
            return
        # Texts: https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html
        if decision is Decision.EXPLICIT_DENY:
            why = "with an explicit deny in an identity-based policy"
        else:
            unlimited = replace(credential, session_policies=None)
            limited = self.decide(unlimited, action, resource, bucket=bucket, extra=extra) is Decision.ALLOW
            why = f"because no {'session' if limited else 'identity-based'} policy allows the {action} action"
        raise AwsError(
            "denied",
            f"User: {credential.principal.arn} is not authorized to perform: {action} on resource: {resource} {why}",
            403,
        )

    def decide(
        self,
        credential: Credential,
        action: str,
        resource: str,
        *,
        bucket: str = "",
        extra: Mapping[str, str | Sequence[str]] | None = None,
    ) -> Decision:
        """What the session's policies say; a role that is gone allows nothing."""
        principal = credential.principal
        role = self._roles.find(principal.role_arn)
        if role is None:
            return Decision.IMPLICIT_DENY
        ask = Ask(
            action,
            resource,
            self.context(credential, role, extra or {}),
            principals=frozenset({("AWS", principal.arn), ("AWS", principal.role_arn)}),
            delegates=frozenset({("AWS", f"arn:aws:iam::{principal.account_id}:root")}),
        )
        try:
            return decide_session(
                ask,
                identity=role.identity_policies(),
                boundary=role.boundary_policy(),
                session=None
                if credential.session_policies is None
                else [Policy.read(document) for document in credential.session_policies],
                resource=self.bucket_policy(bucket) if bucket else None,
                honour_deny="explicit_deny" not in self._cloud.settings.disabled_checks,
            )
        except PolicyError as error:
            raise AwsError("internal", f"A policy cannot be evaluated: {error}", 500) from error

    def may(self, credential: Credential, action: str, resource: str) -> bool:
        """Whether the session's own policies allow it."""
        return self.decide(credential, action, resource) is Decision.ALLOW

    def context(self, credential: Credential, role: Role, extra: Mapping[str, str | Sequence[str]]) -> Context:
        """The global condition keys of a session's request
        (https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html)."""
        principal = credential.principal
        now = self._cloud.clock.now()
        values: dict[str, str | Sequence[str]] = {
            **credential.context,
            **base_context(principal, now, self._cloud.region),
            "aws:userid": f"{role.role_id}:{principal.session_name}",
            "aws:resourceaccount": self._cloud.account_id,
        }
        return Context({**values, **extra})

    def resources(self, request: Request, operation: Operation) -> list[str]:
        """The ARNs that a request is about; ``*`` when the service names none."""
        if operation.service == "qbusiness":
            found = list(self._qbusiness_arns(request, operation)) if self._qbusiness_arns is not None else []
        elif operation.service == "s3":
            bucket, key = operations.s3_address(request)
            found = [f"arn:aws:s3:::{bucket}/{key}" if key else f"arn:aws:s3:::{bucket}"] if bucket else []
        elif operation.service in ("secretsmanager", "kms"):
            found = self._json_resource(request, operation.service)
        else:
            found = self._iam_resource(operations.form(request))
        return found or ["*"]

    def _iam_resource(self, form: Mapping[str, str]) -> list[str]:
        for name in ("RoleArn", "SAMLProviderArn", "OpenIDConnectProviderArn"):
            if name in form:
                return [form[name]]
        if "RoleName" in form:
            with self._moto.entered() as backends:
                known = [role.arn for role in backends["iam"].roles.values() if role.name == form["RoleName"]]
            return known or [f"arn:aws:iam::{self._cloud.account_id}:role{form.get('Path', '/')}{form['RoleName']}"]
        if form.get("Action") == "CreateOpenIDConnectProvider":
            # "IAM evaluates the full OIDC identity provider URL":
            # https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
            url = form.get("Url", "").removeprefix("https://")
            return [f"arn:aws:iam::{self._cloud.account_id}:oidc-provider/{url}"]
        return [form["PolicyArn"]] if "PolicyArn" in form else []

    def _json_resource(self, request: Request, service: str) -> list[str]:
        body = _json_body(request)
        name = str(body.get("SecretId") or body.get("KeyId") or "")
        if service == "secretsmanager" and name:
            with self._moto.entered() as backends:
                secret = backends["secretsmanager"].secrets.get(name)
            if secret is not None:
                return [str(secret.arn)]
        if not name or name.startswith("arn:"):
            return [name] if name else []
        prefix = f"arn:aws:{service}:{self._cloud.region}:{self._cloud.account_id}"
        if service == "kms":
            return [f"{prefix}:{name}" if name.startswith("alias/") else f"{prefix}:key/{name}"]
        return [f"{prefix}:secret:{name}"]

    @staticmethod
    def _bucket(request: Request, operation: Operation) -> str:
        return operations.s3_address(request)[0] if operation.service == "s3" else ""

    def bucket_policy(self, bucket: str) -> Policy | None:
        """A bucket's policy; None when it has none. Raises :class:`PolicyError`."""
        with self._moto.entered() as backends:
            found = backends["s3"].buckets.get(bucket)
            document = found.policy if found is not None else None
        if not document:
            return None
        return Policy.read(document.decode() if isinstance(document, bytes) else document, resource_based=True)


def base_context(principal: Principal, now: float, region: str) -> dict[str, str | Sequence[str]]:
    """The keys that every signed request carries."""
    values: dict[str, str | Sequence[str]] = {
        "aws:principalarn": principal.role_arn or principal.arn,
        "aws:principalaccount": principal.account_id,
        "aws:principaltype": "AssumedRole" if principal.role_arn else "User",
        "aws:requestedregion": region,
        "aws:epochtime": str(int(now)),
        "aws:currenttime": datetime.fromtimestamp(now, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        # The loopback listener stands for TLS.
        "aws:securetransport": "true",
        **{f"aws:principaltag/{key}": value for key, value in principal.tags.items()},
    }
    if principal.federated_provider:
        values["aws:federatedprovider"] = principal.federated_provider
    return values


def action_of(operation: Operation) -> str:
    """The IAM action of an operation."""
    name = _S3_ACTIONS.get(operation.name, operation.name) if operation.service == "s3" else operation.name
    return f"{operation.service}:{name}"


def _json_body(request: Request) -> dict[str, Any]:
    try:
        body = json.loads(request.get_data(cache=True) or b"{}")
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _passed_roles(request: Request) -> list[str]:
    """Every role that a request hands to the service, at any depth: PassRole is asked for each."""
    found: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            for key, item in value.items():
                if key in ("roleArn", "secretsRole") and isinstance(item, str):
                    found.append(item)
                else:
                    walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)

    walk(_json_body(request))
    return found
