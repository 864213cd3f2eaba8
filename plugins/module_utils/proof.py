# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The proof of a federated application: a test user signs in, takes the role and asks a question, layer by layer.

What comes out is a record of evidence without a secret in it: claims, ids, times, and the beginning of a digest.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from . import causes
from .cause_rows.aws import CHAT, SESSION, STS, SUBSCRIPTION
from .errors import FederationError, InputError, LayerError, ServiceError
from .host import Context
from .iam import assertion as claims
from .iam.session import RoleSession, assume_with_saml, assume_with_web_identity, identity
from .okta import login, login_options, login_request
from .okta.id_token import Expected
from .okta.login_options import OIDC, SAML
from .placeholder import is_placeholder
from .qbusiness.chat import Answer, ask

#: Characters of the answer and of each document's excerpt that the record keeps.
EXCERPT = 400

OPTIONS: dict[str, Any] = {
    **login_options.OPTIONS,
    **login_request.OPTIONS,
    "provider_arn": {"type": "str", "required": True},
    "role_arn": {"type": "str", "required": True},
    "application_id": {"type": "str", "required": True},
    "question": {"type": "str", "default": "What can you tell me?"},
    "expected_acs_url": {"type": "str"},
    "expected_recipient": {"type": "str"},
    "expected_audience": {"type": "str"},
    "expected_email": {"type": "str"},
    "require_sources": {"type": "bool", "default": False},
    "duration_seconds": {"type": "int"},
    "wait_timeout": {"type": "int", "default": 30},
    "fail_on_error": {"type": "bool", "default": True},
}
#: What the ARN of a provider has in it, by protocol.
PROVIDERS = {SAML: ":saml-provider/", OIDC: ":oidc-provider/"}


class ProofError(FederationError):
    """A layer failed; ``evidence`` says which, why, and how far it went."""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Record:
    """The evidence as it grows."""

    def __init__(self, role_arn: str, provider_arn: str, application_id: str) -> None:
        self.evidence: dict[str, Any] = {
            "proved": False,
            "layers": [],
            "failed_layer": None,
            "cause": None,
            "next_step": None,
            "cause_key": None,
            "who": None,
            "role_arn": role_arn,
            "provider_arn": provider_arn,
            "application_id": application_id,
            "assertion": None,
            "id_token": None,
            "session": None,
            "answer": None,
            "sources": [],
            "conversation_id": None,
            "session_closed": None,
            "started": _now(),
            "finished": None,
        }

    def note(self, **facts: Any) -> None:
        """Facts that hold whatever comes after."""
        self.evidence.update(facts)

    def _add(self, layer: str, ok: bool, detail: str, started: float) -> None:
        milliseconds = round((time.monotonic() - started) * 1000)
        self.evidence["layers"].append({"layer": layer, "ok": ok, "detail": detail, "milliseconds": milliseconds})

    @contextlib.contextmanager
    def step(self, *layers: str) -> Iterator[dict[str, str]]:
        """One call that proves these layers, in order: a refusal of a later one proves those before it. What the block
        puts into the yielded dictionary is each layer's detail."""
        started = time.monotonic()
        details: dict[str, str] = {}
        try:
            yield details
        except LayerError as error:
            self._fail(error, layers, started)
            raise
        except ServiceError as error:
            wrapped = LayerError(layers[0], error.message, "Look at the connection: region, endpoint_url, proxy, CA.")
            self._fail(wrapped, layers, started)
            raise wrapped from None
        for layer in layers:
            self._add(layer, True, details.get(layer, ""), started)

    def _fail(self, error: LayerError, layers: tuple[str, ...], started: float) -> None:
        # A page that is no form says nothing about the assignment, so only the layer that failed is recorded.
        self._add(error.layer, False, error.cause, started)
        told = {"cause": error.cause, "next_step": error.next_step, "cause_key": error.facts.get("cause_key")}
        self.evidence.update(failed_layer=error.layer, **told)


def protocol_of(provider_arn: str) -> str:
    """The protocol of a provider, by its ARN; ``""`` when it is none of a provider's."""
    return next((name for name, part in PROVIDERS.items() if part in provider_arn), "")


def validate(values: dict[str, Any]) -> str:
    """Everything that can be said about the options without sending anything; the protocol.

    Fills ``sso_url`` from the metadata, and ``issuer`` from the provider's ARN.

    :raises InputError: every fault at once
    """
    faults: list[str] = []
    provider_arn = str(values.get("provider_arn") or "")
    given = login_options.protocols_of(values)
    protocol = protocol_of(provider_arn) or (given[0] if len(given) == 1 else SAML)
    known = protocol_of(provider_arn) == OIDC and not is_placeholder(provider_arn)
    if known and not values.get("issuer"):
        values["issuer"] = f"https://{provider_arn.partition(PROVIDERS[OIDC])[2]}"
    faults += [*login_options.faults_of(values, protocol), *login_request.faults(values, protocol)]
    for name, patterns in (("role_arn", (":role/",)), ("provider_arn", tuple(PROVIDERS.values()))):
        value = str(values.get(name) or "")
        if not (value.startswith("arn:") and any(pattern in value for pattern in patterns)):
            faults.append(f"{name}: {value or 'empty'} … should be an ARN with {' or '.join(patterns)}")
    if not values.get("application_id"):
        faults.append("application_id: is empty")
    if not str(values.get("question") or "").strip():
        faults.append("question: is empty")
    if values.get("duration_seconds") is not None and not 900 <= values["duration_seconds"] <= 43200:
        faults.append(f"duration_seconds: {values['duration_seconds']} … should be 900 to 43200")
    if values.get("wait_timeout") is not None and values["wait_timeout"] < 0:
        faults.append(f"wait_timeout: {values['wait_timeout']} … should be 0 or more")
    if faults:
        raise InputError(faults)
    return protocol


def prove(context: Context) -> dict[str, Any]:
    """Run the layers until one fails.

    :raises InputError: before anything is sent
    :raises ProofError: a layer failed, unless ``fail_on_error`` is false
    """
    values = login_options.settled(context.parameters)
    context.secrets.update(str(values[name]) for name in login_options.SECRET_OPTIONS if values.get(name))
    protocol = validate(values)
    record = Record(values["role_arn"], values["provider_arn"], values["application_id"])
    if context.check_mode:
        context.warn("Check mode: only the options were checked. A sign-in leaves traces, so none was made.")
        return {"changed": False, "proved": False, "evidence": record.evidence}
    try:
        session = _with_saml(context, values, record) if protocol == SAML else _with_oidc(context, values, record)
        _question(context, values, record, session)
        record.evidence["proved"] = True
    except LayerError as error:
        record.evidence["finished"] = _now()
        if values.get("fail_on_error", True):
            raise ProofError(
                f"The proof failed at {error.message}", changed=False, proved=False, evidence=record.evidence
            ) from None
    record.evidence["finished"] = _now()
    return {"changed": False, "proved": record.evidence["proved"], "evidence": record.evidence}


def _with_saml(context: Context, values: dict[str, Any], record: Record) -> RoleSession:
    """Sign in, compare the assertion with what AWS and the application expect, take the role with it."""
    form = login.saml(values, context.secrets, record, request=login_request.request(values))
    expected = claims.Expected(
        role_arn=values["role_arn"],
        provider_arn=values["provider_arn"],
        acs_url=values.get("expected_acs_url") or "",
        recipient=values.get("expected_recipient") or "",
        audience=values.get("expected_audience") or "",
        email=values.get("expected_email") or "",
    )
    with record.step(claims.LAYER) as details:
        assertion = claims.read(form.saml_response)
        who = assertion.email or record.evidence["who"] or assertion.subject or None
        record.note(assertion=assertion.evidence(), who=who)
        claims.check(assertion, expected, form.action)
        details[claims.LAYER] = (
            "it is encrypted, so only STS can read it"
            if assertion.encrypted
            else "destination, recipient, audience, role, Email tag and session name are as expected"
        )
    with record.step(STS) as details:
        session = assume_with_saml(
            context.aws,
            values["role_arn"],
            values["provider_arn"],
            form.saml_response,
            context.secrets,
            duration_seconds=values.get("duration_seconds"),
            patience=float(values["wait_timeout"]),
        )
        record.note(session=session.evidence())
        details[STS] = f"a session until {session.expires}"
    return session


def _with_oidc(context: Context, values: dict[str, Any], record: Record) -> RoleSession:
    """Sign in, compare the ID token with what AWS and the application expect, take the role with it."""
    expected = Expected(
        issuer=f"https://{values['provider_arn'].partition(PROVIDERS[OIDC])[2]}",
        client_id=values["client_id"],
        nonce=str(values.get("nonce") or ""),
        email=values.get("expected_email") or "",
        email_tag=True,
    )
    token = login.oidc(context.aws, values, context.secrets, record, expected)
    with record.step(STS) as details:
        session = assume_with_web_identity(
            context.aws,
            values["role_arn"],
            token.token,
            context.secrets,
            duration_seconds=values.get("duration_seconds"),
            patience=float(values["wait_timeout"]),
        )
        record.note(session=session.evidence())
        details[STS] = f"a session until {session.expires}"
    return session


def _question(context: Context, values: dict[str, Any], record: Record, session: RoleSession) -> None:
    aws = context.aws.with_credentials(session.credentials)
    with record.step(SESSION) as details:
        details[SESSION] = f"the credentials speak for {identity(aws)}"
    with record.step(SUBSCRIPTION, CHAT) as details:
        answer = ask(aws, values["application_id"], values["question"], patience=float(values["wait_timeout"]))
        _keep_answer(record, answer)
        if values.get("require_sources") and not answer.sources:
            raise causes.error("chat.no_sources")
        again = f" (asked {answer.tries} times: the first question subscribes)" if answer.tries > 1 else ""
        details[SUBSCRIPTION] = f"the person has a subscription{again}"
        details[CHAT] = f"an answer with {len(answer.sources)} sources"


def _keep_answer(record: Record, answer: Answer) -> None:
    record.evidence["answer"] = answer.text[:EXCERPT]
    record.evidence["conversation_id"] = answer.conversation_id
    record.evidence["sources"] = [{"title": source.title, "url": source.url} for source in answer.sources]
