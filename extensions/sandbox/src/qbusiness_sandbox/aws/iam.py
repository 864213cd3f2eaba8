# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""IAM: moto's, behind the checks that it lacks, with identity providers of our own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode

from botocore.model import OperationModel
from werkzeug.wrappers import Request, Response

from qbusiness_sandbox.aws import iam_checks, operations, query
from qbusiness_sandbox.aws.errors import AwsError
from qbusiness_sandbox.aws.moto_app import Moto
from qbusiness_sandbox.aws.oidc_providers import OidcProviders
from qbusiness_sandbox.aws.quotas import Quotas
from qbusiness_sandbox.aws.saml_providers import SamlProviders
from qbusiness_sandbox.cloud import Cloud, Operation

#: IAM is signed and served for this region, wherever the client is.
REGION = "us-east-1"

Params = Mapping[str, Any]


def _snake(name: str) -> str:
    """``CreateSAMLProvider`` -> ``create_saml_provider``."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "_", name).lower()


class Iam:
    """Answers IAM's operations."""

    def __init__(self, cloud: Cloud, moto: Moto) -> None:
        self._cloud = cloud
        self._moto = moto
        self.quotas = Quotas(cloud)
        self.saml = SamlProviders(cloud, self.quotas)
        self.oidc = OidcProviders(cloud, self.quotas)
        #: Role ARN -> how many more times it cannot be used by a service yet (option ``iam_propagation_reads``).
        self._fresh: dict[str, int] = {}
        self._own: dict[str, Callable[[Params], dict[str, Any]]] = {
            name: getattr(providers, _snake(name))
            for providers in (self.saml, self.oidc)
            for name in operations.model("iam").operation_names
            if hasattr(providers, _snake(name))
        }
        self._own["UpdateAssumeRolePolicy"] = self._update_trust
        self._checks: dict[str, Callable[[Params], None]] = {
            "CreateRole": self._check_role,
            "PutRolePolicy": lambda p: iam_checks.inline_policy(
                p["RoleName"], p["PolicyName"], p["PolicyDocument"], moto, self.quotas
            ),
            "CreatePolicy": lambda p: iam_checks.managed_policy(p["PolicyDocument"], self.quotas),
            "CreatePolicyVersion": lambda p: iam_checks.managed_policy(p["PolicyDocument"], self.quotas),
            "AttachRolePolicy": lambda p: iam_checks.attachment(p["RoleName"], p["PolicyArn"], moto, self.quotas),
            "PutRolePermissionsBoundary": lambda p: iam_checks.boundary(p["PermissionsBoundary"], moto),
            "DeletePolicy": lambda p: iam_checks.deletable(p["PolicyArn"], moto),
            "TagRole": lambda p: iam_checks.role_tags(p["RoleName"], p["Tags"], moto),
        }

    def reset(self) -> None:
        self.saml.reset()
        self.oidc.reset()
        self._fresh.clear()

    def handle(self, request: Request, operation: Operation) -> Response:
        """Answer one request; raises :class:`AwsError`."""
        model = operations.model("iam").operation_model(operation.name)
        params = query.read(operations.form(request), model)
        own = self._own.get(operation.name)
        if own is not None:
            return query.answer("iam", model, own(params))
        check = self._checks.get(operation.name)
        if check is not None:
            check(params)
        response = self._moto.call(request, "iam", REGION, self._paged(request, model))
        if response.status_code == 200 and operation.name == "CreateRole":
            self._mark_fresh(params)
        return response

    def _paged(self, request: Request, model: OperationModel) -> bytes | None:
        """The body with the cloud's own limit on a page (``Settings.page_size``); None for the request's own."""
        limit = self._cloud.settings.page_size
        if not limit or model.input_shape is None or "MaxItems" not in model.input_shape.members:
            return None
        form = operations.form(request)
        form["MaxItems"] = str(min(limit, int(form.get("MaxItems", limit))))
        return urlencode(form).encode()

    def usable(self, role_arn: str) -> bool:
        """Whether a role has reached the services; each question brings it one step nearer."""
        left = self._fresh.get(role_arn, 0)
        if left > 0:
            self._fresh[role_arn] = left - 1
        return left <= 0

    def _mark_fresh(self, params: Params) -> None:
        reads = int(self._cloud.settings.options.get("iam_propagation_reads", 0))
        if reads > 0:
            arn = f"arn:aws:iam::{self._cloud.account_id}:role{params.get('Path', '/')}{params['RoleName']}"
            self._fresh[arn] = reads

    def _update_trust(self, params: Params) -> dict[str, Any]:
        # moto's own check knows fewer actions than IAM.
        iam_checks.trust_policy(params["PolicyDocument"], self._moto, self.quotas)
        with self._moto.entered() as backends:
            role = next((item for item in backends["iam"].roles.values() if item.name == params["RoleName"]), None)
            if role is None:
                raise AwsError("NoSuchEntity", f"The role with name {params['RoleName']} cannot be found.", 404)
            role.assume_role_policy_document = params["PolicyDocument"]
        return {}

    def _check_role(self, params: Params) -> None:
        iam_checks.trust_policy(params["AssumeRolePolicyDocument"], self._moto, self.quotas)
        if "PermissionsBoundary" in params:
            iam_checks.boundary(params["PermissionsBoundary"], self._moto)
