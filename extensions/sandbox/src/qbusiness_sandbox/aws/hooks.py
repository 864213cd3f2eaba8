# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Q Business asks of the account: does a provider exist, may the service use a role, what is in a bucket."""

from __future__ import annotations

import json
from collections.abc import Sequence

from werkzeug.test import EnvironBuilder

from qbusiness_sandbox.aws.authorize import Authorizer
from qbusiness_sandbox.aws.credentials import Credential, Credentials
from qbusiness_sandbox.aws.errors import AwsError
from qbusiness_sandbox.aws.iam import Iam
from qbusiness_sandbox.aws.moto_app import Moto
from qbusiness_sandbox.aws.policy import Ask, Context, Decision, PolicyError, decide, decide_session
from qbusiness_sandbox.aws.principal import ADMINISTRATOR, Principal
from qbusiness_sandbox.aws.roles import Role, Roles
from qbusiness_sandbox.cloud import Cloud, Operation

SERVICE = "qbusiness.amazonaws.com"


class Hooks:
    """One method for each question; none changes the account."""

    def __init__(
        self, cloud: Cloud, moto: Moto, roles: Roles, iam: Iam, credentials: Credentials, authorizer: Authorizer
    ) -> None:
        self._cloud = cloud
        self._moto = moto
        self._roles = roles
        self._iam = iam
        self._credentials = credentials
        self._authorizer = authorizer

    def provider_exists(self, arn: str) -> bool:
        """Whether a SAML or OpenID Connect provider is registered under this ARN."""
        return self._iam.saml.find(arn) is not None or self._iam.oidc.find(arn) is not None

    def role_trusts(self, role_arn: str, service_principal: str, source_arn: str) -> bool:
        """Whether the service may assume the role on behalf of ``source_arn`` (the application), by its trust policy.

        A role that is too new (option ``iam_propagation_reads``) cannot be assumed yet, and neither can one whose trust
        policy has a form that the evaluator does not know.
        """
        role = self._roles.find(role_arn)
        if role is None or not self._iam.usable(role_arn):
            return False
        return self._assumable(role, service_principal, source_arn)

    def federation_trusts(self, role_arn: str, provider_arn: str) -> bool:
        """Whether a role's trust policy names an identity provider at all, whatever its conditions."""
        role = self._roles.find(role_arn)
        if role is None or not self._iam.usable(role_arn):
            return False
        try:
            statements = role.trust_policy().statements
        except PolicyError:
            return False
        wanted = ("Federated", provider_arn)
        return any(item.allow and item.principals is not None and wanted in item.principals for item in statements)

    def service_session(self, role_arn: str, service_principal: str, source_arn: str, name: str) -> Credential:
        """Credentials of a role that a service has assumed on behalf of ``source_arn``, for fifteen minutes.

        Raises AccessDenied (in :class:`AwsError`) when the role does not trust it (check ``service_trust``).
        """
        trusted = self.role_trusts(role_arn, service_principal, source_arn)
        if self._roles.find(role_arn) is None or not (
            trusted or "service_trust" in self._cloud.settings.disabled_checks
        ):
            raise AwsError(
                "AccessDenied",
                f"{service_principal} is not authorized to perform: sts:AssumeRole on resource: {role_arn} for "
                f"{source_arn}",
                403,
            )
        return self._credentials.open_session(role_arn=role_arn, session_name=name, seconds=900, tags={})

    def _assumable(self, role: Role, service_principal: str, source_arn: str) -> bool:
        ask = Ask(
            "sts:AssumeRole",
            role.arn,
            self._service_context(source_arn),
            principals=frozenset({("Service", service_principal)}),
        )
        try:
            return decide([role.trust_policy()], ask) is Decision.ALLOW
        except PolicyError:
            return False

    def _service_context(self, source_arn: str, referer: str = "") -> Context:
        values: dict[str, str | Sequence[str]] = {
            "aws:sourceaccount": self._cloud.account_id,
            "aws:sourcearn": source_arn,
            "aws:principalisawsservice": "true",
            "aws:securetransport": "true",
        }
        if referer:
            values["aws:referer"] = referer
        return Context(values)

    def role_allows(self, role_arn: str, action: str, resource: str, *, bucket: str = "") -> bool:
        """Whether a role that a service has assumed may do something, by its own policies and the bucket's."""
        role = self._roles.find(role_arn)
        if role is None:
            return False
        ask = Ask(
            action,
            resource,
            Context(
                {
                    "aws:resourceaccount": self._cloud.account_id,
                    "aws:principalarn": role_arn,
                    "aws:principalaccount": self._cloud.account_id,
                    "aws:securetransport": "true",
                    "aws:requestedregion": self._cloud.region,
                }
            ),
            principals=frozenset({("AWS", role_arn)}),
            delegates=frozenset({("AWS", f"arn:aws:iam::{self._cloud.account_id}:root")}),
        )
        try:
            decision = decide_session(
                ask,
                identity=role.identity_policies(),
                boundary=role.boundary_policy(),
                resource=self._authorizer.bucket_policy(bucket) if bucket else None,
            )
        except PolicyError:
            return False
        return decision is Decision.ALLOW

    def bucket_reader(self, bucket: str, role_arn: str, application_arn: str) -> dict[str, bytes]:
        """Every object of a bucket that the data source's role may read, by key.

        Raises ``PermissionError`` when the service cannot assume the role or the role may not list the bucket or get
        any object of it, and ``LookupError`` when the bucket does not exist. Objects that the role may not get are
        left out only if at least one may be.
        """
        if not self.role_trusts(role_arn, SERVICE, application_arn):
            raise PermissionError(f"The role {role_arn} cannot be assumed by {SERVICE} for {application_arn}")
        arn = f"arn:aws:s3:::{bucket}"
        with self._moto.entered() as backends:
            found = backends["s3"].buckets.get(bucket)
            contents = {str(key.name): bytes(key.value) for key in found.keys.values()} if found is not None else None
        if contents is None:
            raise LookupError(f"The bucket {bucket} does not exist")
        if not self.role_allows(role_arn, "s3:ListBucket", arn, bucket=bucket):
            raise PermissionError(f"The role {role_arn} may not list the bucket {bucket}")
        readable = {
            key: value
            for key, value in contents.items()
            if self.role_allows(role_arn, "s3:GetObject", f"{arn}/{key}", bucket=bucket)
        }
        if contents and not readable:
            raise PermissionError(f"The role {role_arn} may not get objects of the bucket {bucket}")
        return readable

    def secret_refused(self, secret_arn: str, role_arn: str, application_arn: str) -> str:
        """Why the data source's role cannot read a connector's secret; "" when it can. The secret's key counts too."""
        body = json.dumps({"SecretId": secret_arn})
        request = EnvironBuilder(method="POST", data=body, content_type="application/x-amz-json-1.1").get_request()
        operation = Operation("secretsmanager", "GetSecretValue", False)
        try:
            credential = self.service_session(role_arn, SERVICE, application_arn, "qbusiness-data-source")
            self._authorizer.check(request, operation, credential)
        except AwsError as error:
            return f"The secret {secret_arn} cannot be read with the role {role_arn}: {error.message}"
        with self._moto.entered() as backends:
            known = backends["secretsmanager"].secrets.get(secret_arn) is not None
        return "" if known else f"The secret {secret_arn} does not exist"

    def theme_readable(self, bucket: str, key: str, web_experience_arn: str, referer: str = "") -> bool:
        """Whether a bucket's policy lets the web experience's service read a file of the theme.

        ``referer``: the web experience's host name, as the service sends it
        (https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/customizing-web-experience-themes.html).
        """
        ask = Ask(
            "s3:GetObject",
            f"arn:aws:s3:::{bucket}/{key}",
            self._service_context(web_experience_arn, referer),
            principals=frozenset({("Service", "application.qbusiness.amazonaws.com"), ("Service", SERVICE)}),
        )
        try:
            policy = self._authorizer.bucket_policy(bucket)
        except PolicyError:
            return False
        return policy is not None and decide([policy], ask) is Decision.ALLOW

    def theme_file(self, bucket: str, key: str, web_experience_arn: str, referer: str) -> bytes | None:
        """A file of the theme; None when it does not exist or may not be read."""
        if not self.theme_readable(bucket, key, web_experience_arn, referer):
            return None
        with self._moto.entered() as backends:
            found = backends["s3"].buckets.get(bucket)
            item = found.keys.get(key) if found is not None else None
            return bytes(item.value) if item is not None else None

    def may_subscribe(self, principal: Principal | None) -> bool:
        """Whether the caller's session may claim a subscription for itself, as Q Business asks on the first question:
        ``user-subscriptions:CreateClaim`` with ``CreateForSelf`` and ``aws:CalledViaLast``."""
        if principal is None or principal.kind == ADMINISTRATOR:
            return True
        credential = self._credentials.find(principal.access_key_id)
        if credential is None:
            return False
        decision = self._authorizer.decide(
            credential,
            "user-subscriptions:CreateClaim",
            "*",
            extra={
                "user-subscriptions:createforself": "true",
                "aws:calledvialast": SERVICE,
                "aws:calledviafirst": SERVICE,
                "aws:calledvia": [SERVICE],
            },
        )
        return decision is Decision.ALLOW
