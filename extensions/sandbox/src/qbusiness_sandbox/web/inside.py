# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a web experience asks of AWS, from inside the cloud: a session from STS, answers from Q Business.

The requests are those that any client would send, and go through the same front: signature, policies, log and faults.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from qbusiness_sandbox.aws import saml_facts
from qbusiness_sandbox.aws.errors import AwsError
from qbusiness_sandbox.aws.safe_xml import NAMES, parse
from qbusiness_sandbox.cloud import Cloud, Cut

if TYPE_CHECKING:
    from qbusiness_sandbox.aws.hooks import Hooks

#: A web session lasts one hour (https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/using-web-experience.html).
SESSION_SECONDS = 3600
STS_VERSION = "2011-06-15"
#: The service principal of web experiences
#: (https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/create-application-iam-okta.html, the secrets role).
APPLICATION_SERVICE = "application.qbusiness.amazonaws.com"
#: The refusal that a user's very first question meets, while the subscription is being made (AWS's sample README).
NO_SUBSCRIPTION = "does not have a subscription"


class LayerError(Exception):
    """A layer refused. ``layer``: whose word it is; ``code`` and the text: its own, never a secret."""

    def __init__(self, layer: str, code: str, message: str) -> None:
        super().__init__(message)
        self.layer = layer
        self.code = code
        self.message = message


@dataclass(frozen=True)
class Session:
    """A signed-in user's credentials. ``expires``: seconds since the epoch."""

    access_key_id: str
    secret_access_key: str = field(repr=False)
    session_token: str = field(repr=False)
    expires: float
    user: str


@dataclass(frozen=True)
class Reply:
    """What Q Business answered to a question. ``sources``: the service's own ``sourceAttributions``."""

    text: str
    sources: tuple[Mapping[str, Any], ...]
    conversation_id: str
    message_id: str
    attempts: int


def _send(cloud: Cloud, layer: str, url: str, data: bytes, headers: Mapping[str, str]) -> Response:
    """Send one request into the AWS room. A dropped connection is an error of the layer."""
    host, _unused, target = url.removeprefix("https://").partition("/")
    builder = EnvironBuilder(
        path="/" + target.partition("?")[0],
        query_string=target.partition("?")[2],
        base_url=f"https://{host}/",
        method="POST",
        data=data,
        headers=Headers(headers),
        environ_overrides={"REQUEST_URI": "/" + target, "RAW_URI": "/" + target, "REMOTE_ADDR": "127.0.0.1"},
    )
    try:
        return cloud.answer("aws", Request(builder.get_environ()), "web")
    except Cut:
        raise LayerError(layer, "ConnectionClosed", "The connection was closed before an answer came") from None


def assume_role_with_saml(cloud: Cloud, role_arn: str, provider_arn: str, assertion: str) -> Session:
    """A session for what the identity provider posted (base64, unchanged). Raises :class:`LayerError`."""
    form = {
        "Action": "AssumeRoleWithSAML",
        "Version": STS_VERSION,
        "RoleArn": role_arn,
        "PrincipalArn": provider_arn,
        "SAMLAssertion": assertion,
        "DurationSeconds": str(SESSION_SECONDS),
    }
    return _assumed(cloud, form)


def assume_role_with_web_identity(cloud: Cloud, role_arn: str, token: str, name: str) -> Session:
    """A session for an ID token, under this name. Raises :class:`LayerError`."""
    form = {
        "Action": "AssumeRoleWithWebIdentity",
        "Version": STS_VERSION,
        "RoleArn": role_arn,
        "RoleSessionName": name,
        "WebIdentityToken": token,
        "DurationSeconds": str(SESSION_SECONDS),
    }
    return _assumed(cloud, form)


def _assumed(cloud: Cloud, form: Mapping[str, str]) -> Session:
    headers = {"Content-Type": "application/x-www-form-urlencoded; charset=utf-8"}
    url = f"https://sts.{cloud.region}.amazonaws.com/"
    response = _send(cloud, "AWS STS", url, urlencode(form).encode(), headers)
    values = _leaves(response.get_data())
    if response.status_code != 200:
        raise LayerError("AWS STS", values.get("Code", str(response.status_code)), values.get("Message", ""))
    return Session(
        access_key_id=values["AccessKeyId"],
        secret_access_key=values["SecretAccessKey"],
        session_token=values["SessionToken"],
        expires=datetime.fromisoformat(values["Expiration"]).timestamp(),
        user=values["Arn"].rpartition("/")[2],
    )


def _leaves(data: bytes) -> dict[str, str]:
    """The texts of an XML answer by the names of their elements, which are unique in the answers used here."""
    root = parse(data)
    found: dict[str, str] = {}
    for node in root.iter():
        if isinstance(node.tag, str) and len(node) == 0:
            found.setdefault(node.tag.rpartition("}")[2], node.text or "")
    return found


def role_of(assertion: str, provider_arn: str) -> str:
    """The first role that a response pairs with the provider, or empty; for a web experience without a role of its own.

    Nothing is believed here: STS verifies the response afterwards.
    """
    try:
        root = parse(base64.b64decode("".join(assertion.split()), validate=True))
    except (ValueError, binascii.Error):
        return ""
    for attribute in root.iterfind(".//saml:Attribute", NAMES):
        if attribute.get("Name") == saml_facts.ROLE:
            for value in attribute.iterfind("saml:AttributeValue", NAMES):
                parts = [part.strip() for part in (value.text or "").split(",")]
                if provider_arn in parts and len(parts) == 2:
                    return next((part for part in parts if part != provider_arn), "")
    return ""


def secret_value(cloud: Cloud, role_arn: str, secret_arn: str, source_arn: str) -> str:
    """A secret's text, read with a role that the service assumes on behalf of ``source_arn`` (the application).

    Raises :class:`LayerError`.
    """
    hooks: Hooks = cloud.rooms["aws"].hooks  # type: ignore[attr-defined]  # the AWS room's, not every room's
    try:
        credential = hooks.service_session(role_arn, APPLICATION_SERVICE, source_arn, "qbusiness-web-experience")
    except AwsError as error:
        raise LayerError("AWS STS", error.code, error.message) from error
    session = Session(
        credential.access_key_id,
        credential.secret_access_key,
        credential.session_token,
        credential.expires,
        credential.principal.session_name,
    )
    request = AWSRequest(
        method="POST",
        url=f"https://secretsmanager.{cloud.region}.amazonaws.com/",
        data=json.dumps({"SecretId": secret_arn}).encode(),
        headers={"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": "secretsmanager.GetSecretValue"},
    )
    response = _signed(cloud, session, "secretsmanager", "AWS Secrets Manager", request)
    answer = json_object(response)
    if response.status_code != 200:
        code = str(answer.get("__type") or response.status_code).rpartition("#")[2]
        raise LayerError("AWS Secrets Manager", code, str(answer.get("message") or answer.get("Message") or ""))
    return str(answer.get("SecretString") or "")


def chat(cloud: Cloud, session: Session, application_id: str, message: str, thread: tuple[str, str]) -> Reply:
    """Ask one question; ``thread`` is the conversation's id and the last answer's, or two empty texts.

    The first refusal for want of a subscription is retried once: that refusal is what makes the subscription.
    Raises :class:`LayerError`.
    """
    body: dict[str, str] = {"userMessage": message}
    if thread[0]:
        body |= {"conversationId": thread[0], "parentMessageId": thread[1]}
    for attempt in (1, 2):
        request = AWSRequest(
            method="POST",
            url=f"https://qbusiness.{cloud.region}.api.aws/applications/{application_id}/conversations?sync",
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        response = _signed(cloud, session, "qbusiness", "Amazon Q Business", request)
        answer = json_object(response)
        if response.status_code == 200:
            return Reply(
                str(answer.get("systemMessage", "")),
                tuple(answer.get("sourceAttributions") or ()),
                str(answer.get("conversationId", "")),
                str(answer.get("systemMessageId", "")),
                attempt,
            )
        code = response.headers.get("x-amzn-errortype", str(response.status_code)).partition(":")[0]
        text = str(answer.get("message") or answer.get("Message") or "")
        if not (attempt == 1 and code == "AccessDeniedException" and NO_SUBSCRIPTION in text):
            break
    raise LayerError("Amazon Q Business", code, text)


def _signed(cloud: Cloud, session: Session, service: str, layer: str, request: AWSRequest) -> Response:
    credentials = Credentials(session.access_key_id, session.secret_access_key, session.session_token)
    SigV4Auth(credentials, service, cloud.region).add_auth(request)
    return _send(cloud, layer, request.url, request.data, dict(request.headers.items()))


def json_object(response: Response) -> dict[str, Any]:
    """The body of an answer that is a JSON object; empty for any other."""
    try:
        answer = json.loads(response.get_data())
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
