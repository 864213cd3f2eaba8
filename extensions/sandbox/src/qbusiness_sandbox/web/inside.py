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
from typing import Any
from urllib.parse import urlencode

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from werkzeug.datastructures import Headers
from werkzeug.test import EnvironBuilder
from werkzeug.wrappers import Request, Response

from qbusiness_sandbox.aws import saml_facts
from qbusiness_sandbox.aws.safe_xml import NAMES, parse
from qbusiness_sandbox.cloud import Cloud, Cut

#: A web session lasts one hour (https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/using-web-experience.html).
SESSION_SECONDS = 3600
STS_VERSION = "2011-06-15"
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


def chat(cloud: Cloud, session: Session, application_id: str, message: str, thread: tuple[str, str]) -> Reply:
    """Ask one question; ``thread`` is the conversation's id and the last answer's, or two empty texts.

    The first refusal for want of a subscription is retried once: that refusal is what makes the subscription.
    Raises :class:`LayerError`.
    """
    body: dict[str, str] = {"userMessage": message}
    if thread[0]:
        body |= {"conversationId": thread[0], "parentMessageId": thread[1]}
    for attempt in (1, 2):
        response = _signed(cloud, session, f"/applications/{application_id}/conversations?sync", body)
        answer = _object(response)
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


def _signed(cloud: Cloud, session: Session, target: str, body: Mapping[str, str]) -> Response:
    request = AWSRequest(
        method="POST",
        url=f"https://qbusiness.{cloud.region}.api.aws{target}",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    credentials = Credentials(session.access_key_id, session.secret_access_key, session.session_token)
    SigV4Auth(credentials, "qbusiness", cloud.region).add_auth(request)
    return _send(cloud, "Amazon Q Business", request.url, request.data, dict(request.headers.items()))


def _object(response: Response) -> dict[str, Any]:
    try:
        answer = json.loads(response.get_data())
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
