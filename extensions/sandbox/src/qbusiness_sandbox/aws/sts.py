# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""STS: sessions for roles, by SAML, by an ID token or by a caller's own credentials."""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from werkzeug.wrappers import Request, Response

from qbusiness_sandbox.aws import oidc_federation, operations, query, saml_checks, saml_facts, saml_response
from qbusiness_sandbox.aws.credentials import Credential, Credentials
from qbusiness_sandbox.aws.errors import AwsError
from qbusiness_sandbox.aws.iam import Iam
from qbusiness_sandbox.aws.oidc_federation import WebIdentity
from qbusiness_sandbox.aws.policy import Ask, Context, Decision, Policy, PolicyError, decide
from qbusiness_sandbox.aws.principal import ADMINISTRATOR, SESSION, Principal
from qbusiness_sandbox.aws.roles import Role, Roles
from qbusiness_sandbox.aws.saml_checks import Attempt
from qbusiness_sandbox.cloud import PRINCIPAL, Cloud, Operation

#: A session that was itself opened by a session lasts this long at most
#: (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html, role chaining).
CHAINED = 3600
#: guess: bytes of compressed session policies and tags that are 100 percent.
PACKED = 4096

Params = Mapping[str, Any]
#: Whether a session may do something by its own policies: (credential, action, resource)
MayCall = Callable[[Credential, str, str], bool]


@dataclass(frozen=True)
class Packed:
    """Session policies of a request and how much of the packed limit they and the tags take, in percent."""

    policies: tuple[str, ...] | None
    percent: int


class Sts:
    """Answers STS's operations."""

    def __init__(self, cloud: Cloud, credentials: Credentials, roles: Roles, iam: Iam, may_call: MayCall) -> None:
        self._cloud = cloud
        self._credentials = credentials
        self._roles = roles
        self._iam = iam
        self._may_call = may_call
        self._web_identity = WebIdentity(cloud, credentials, roles, iam.oidc)
        #: Operations by name. One more kind of federation is one more entry.
        self.operations: dict[str, Callable[[Params, Credential | None], dict[str, Any]]] = {
            "AssumeRoleWithSAML": self._assume_with_saml,
            "AssumeRoleWithWebIdentity": lambda params, caller: self._web_identity.assume(self, params, caller),
            "AssumeRole": self._assume,
            "GetCallerIdentity": self._identity,
            "GetSessionToken": self._session_token,
            "GetAccessKeyInfo": lambda _params, _caller: {"Account": cloud.account_id},
        }

    def handle(self, request: Request, operation: Operation, caller: Credential | None) -> Response:
        """Answer one request; ``caller`` is None for the unsigned operations. Raises :class:`AwsError`."""
        answer = self.operations.get(operation.name)
        if answer is None:
            raise AwsError("InvalidAction", f"This cloud does not serve the operation {operation.name}", 400)
        model = operations.model("sts").operation_model(operation.name)
        params = query.read(
            operations.form(request), model, oidc_federation.unchecked(self._cloud.settings.disabled_checks)
        )
        result = answer(params, caller)
        if caller is None and "AssumedRoleUser" in result:
            found = self._credentials.find(result["Credentials"]["AccessKeyId"])
            if found is not None:
                request.environ[PRINCIPAL] = found.principal
        return query.answer("sts", model, result)

    # -- SAML ---------------------------------------------------------------------------------------------------

    def _assume_with_saml(self, params: Params, _caller: Credential | None) -> dict[str, Any]:
        attempt = self._attempt(params)
        disabled = self._cloud.settings.disabled_checks
        for check in saml_checks.CHECKS:
            if check.__name__ not in disabled:
                check(attempt)
        role = attempt.role
        if role is None:
            raise AwsError("AccessDenied", "Not authorized to perform sts:AssumeRoleWithSAML", 403)
        packed = self.session_policies(params, attempt.tags)
        credential = self._credentials.open_session(
            role_arn=role.arn,
            session_name=attempt.session_name,
            seconds=attempt.seconds,
            tags=attempt.tags,
            provider=attempt.provider.arn,
            session_policies=packed.policies,
            context=attempt.session_context(),
        )
        identity = attempt.facts.values(saml_facts.SOURCE_IDENTITY)
        return {
            **self.session_answer(credential, role, packed),
            "Subject": attempt.facts.subject,
            "SubjectType": attempt.facts.subject_type,
            "Issuer": attempt.facts.issuer,
            "Audience": attempt.facts.confirmation.recipient,
            "NameQualifier": attempt.facts.name_qualifier(self._cloud.account_id, attempt.provider.name),
            "SourceIdentity": identity[0] if identity else None,
        }

    def _attempt(self, params: Params) -> Attempt:
        """The response read as far as it is believed; raises :class:`AwsError`."""
        disabled = self._cloud.settings.disabled_checks
        provider = self._iam.saml.find(params["PrincipalArn"])
        if provider is None:
            # The heading on https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html; guess: the code.
            raise saml_response.invalid("Specified provider doesn't exist.")
        root = saml_response.decode(params["SAMLAssertion"], disabled)
        if "status" not in disabled:
            saml_response.check_status(root)
        signed = None
        if "signature" not in disabled:
            signed = saml_response.verified(root, provider.metadata.certificates, disabled)
        try:
            facts = saml_facts.read(saml_response.believed(root, signed, disabled))
        except ValueError as error:
            raise saml_response.invalid("Your request included an invalid SAML response") from error
        return Attempt(
            now=self._cloud.clock.now(),
            account_id=self._cloud.account_id,
            role_arn=params["RoleArn"],
            provider=provider,
            facts=facts,
            role=self._roles.find(params["RoleArn"]),
            duration=params.get("DurationSeconds"),
            honour_deny="explicit_deny" not in disabled,
        )

    # -- what every kind of session shares ----------------------------------------------------------------------

    def session_policies(self, params: Params, tags: Mapping[str, str]) -> Packed:
        """The policies that narrow a session; raises MalformedPolicyDocument or PackedPolicyTooLarge."""
        documents: list[str] = []
        if "Policy" in params:
            documents.append(params["Policy"])
        for entry in params.get("PolicyArns", []):
            document = self._roles.managed(entry.get("arn", ""))
            if document is None:
                # guess: the code.
                raise AwsError("MalformedPolicyDocument", f"Policy {entry.get('arn')} does not exist", 400)
            documents.append(document)
        for document in documents:
            try:
                Policy.read(document)
            except PolicyError as error:
                raise AwsError("MalformedPolicyDocument", str(error), 400) from error
        if not documents and not tags:
            return Packed(None, 0)
        size = len(zlib.compress(json.dumps([documents, dict(tags)]).encode()))
        percent = -(-size * 100 // PACKED)
        if percent > 100:
            raise AwsError(
                "PackedPolicyTooLarge",
                f"Packed size of session tags and session policies consumes {percent}% of allotted space.",
                400,
            )
        return Packed(tuple(documents) if documents else None, percent)

    @staticmethod
    def session_answer(credential: Credential, role: Role, packed: Packed) -> dict[str, Any]:
        """The members of the answer that every kind of assumed role has."""
        return {
            "Credentials": _members(credential),
            "AssumedRoleUser": {
                "AssumedRoleId": f"{role.role_id}:{credential.principal.session_name}",
                "Arn": credential.principal.arn,
            },
            "PackedPolicySize": packed.percent or None,
        }

    # -- by credentials -----------------------------------------------------------------------------------------

    def _assume(self, params: Params, caller: Credential | None) -> dict[str, Any]:
        if caller is None:
            raise AwsError("no_token", "Request is missing Authentication Token", 403)
        principal = caller.principal
        role = self._roles.find(params["RoleArn"])
        tags = {tag["Key"]: tag["Value"] for tag in params.get("Tags", [])}
        if role is None or not self._trusts_caller(role, "sts:AssumeRole", caller, params, tags):
            raise _not_authorized(principal, "sts:AssumeRole", params["RoleArn"])
        if tags and not self._trusts_caller(role, "sts:TagSession", caller, params, tags):
            raise _not_authorized(principal, "sts:TagSession", role.arn)
        seconds = int(params.get("DurationSeconds", saml_checks.DEFAULT_DURATION))
        limit = min(role.max_session, CHAINED) if principal.kind == SESSION else role.max_session
        if seconds > limit:
            why = (
                "the 1 hour session limit for roles assumed by role chaining"
                if limit < role.max_session
                else ("the MaxSessionDuration set for this role")
            )
            raise AwsError("ValidationError", f"The requested DurationSeconds exceeds {why}.", 400)
        packed = self.session_policies(params, tags)
        credential = self._credentials.open_session(
            role_arn=role.arn,
            session_name=params["RoleSessionName"],
            seconds=seconds,
            tags=tags,
            session_policies=packed.policies,
        )
        return self.session_answer(credential, role, packed)

    def _trusts_caller(
        self, role: Role, action: str, caller: Credential, params: Params, tags: Mapping[str, str]
    ) -> bool:
        principal = caller.principal
        names = {("AWS", principal.arn)} | ({("AWS", principal.role_arn)} if principal.role_arn else set())
        root = ("AWS", f"arn:aws:iam::{principal.account_id}:root")
        # The account's own name lets in whoever the account lets out: the caller's policies decide.
        if principal.kind == ADMINISTRATOR or self._may_call(caller, action, role.arn):
            names.add(root)
        values: dict[str, str | Sequence[str]] = {
            "aws:principalarn": principal.role_arn or principal.arn,
            "aws:principalaccount": principal.account_id,
            "sts:rolesessionname": params["RoleSessionName"],
            **{f"aws:principaltag/{key}": value for key, value in principal.tags.items()},
            **{f"aws:requesttag/{key}": value for key, value in tags.items()},
        }
        if tags:
            values["aws:tagkeys"] = list(tags)
        if "ExternalId" in params:
            values["sts:externalid"] = params["ExternalId"]
        if params.get("TransitiveTagKeys"):
            values["sts:transitivetagkeys"] = params["TransitiveTagKeys"]
        ask = Ask(action, role.arn, Context(values), frozenset(names), frozenset({root}))
        try:
            return decide([role.trust_policy()], ask) is Decision.ALLOW
        except PolicyError as error:
            raise AwsError("internal", f"The trust policy cannot be evaluated: {error}", 500) from error

    def _identity(self, _params: Params, caller: Credential | None) -> dict[str, Any]:
        if caller is None:
            raise AwsError("no_token", "Request is missing Authentication Token", 403)
        principal = caller.principal
        user_id = "AIDASANDBOXADMIN0000"
        if principal.kind == SESSION:
            role = self._roles.find(principal.role_arn)
            user_id = f"{role.role_id if role is not None else 'AROADELETED'}:{principal.session_name}"
        return {"UserId": user_id, "Account": principal.account_id, "Arn": principal.arn}

    def _session_token(self, params: Params, caller: Credential | None) -> dict[str, Any]:
        if caller is None or caller.principal.kind == SESSION or caller.session_token:
            raise AwsError("AccessDenied", "Cannot call GetSessionToken with session credentials", 403)
        return {
            "Credentials": _members(
                self._credentials.open_token(caller.principal, params.get("DurationSeconds", 43200))
            )
        }


def _members(credential: Credential) -> dict[str, Any]:
    return {
        "AccessKeyId": credential.access_key_id,
        "SecretAccessKey": credential.secret_access_key,
        "SessionToken": credential.session_token,
        "Expiration": credential.expires,
    }


def _not_authorized(principal: Principal, action: str, resource: str) -> AwsError:
    return AwsError(
        "AccessDenied", f"User: {principal.arn} is not authorized to perform: {action} on resource: {resource}", 403
    )
