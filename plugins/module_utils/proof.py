# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The proof of a federated application: a test user signs in, takes the role and asks a question, layer by layer.

What comes out is a record of evidence without a secret in it: claims, ids, times, and the beginning of a digest.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from .errors import FederationError, InputError, LayerError, ServiceError
from .host import Context
from .iam import assertion as claims
from .iam.session import SESSION, STS, RoleSession, assume_with_saml, identity
from .okta.browser import org_origin
from .okta.saml_page import ASSIGNMENT, FORM, SamlForm
from .okta.sign_in import SIGN_IN, check_sso_url, close, saml_response, sign_in
from .placeholder import is_placeholder
from .qbusiness.chat import CHAT, SUBSCRIPTION, Answer, ask
from .safe_xml import UnsafeXmlError, parse

#: Characters of the answer and of each document's excerpt that the record keeps.
EXCERPT = 400

OPTIONS: dict[str, Any] = {
    "okta_org_url": {"type": "str"},
    "username": {"type": "str"},
    "password": {"type": "str", "no_log": True},
    "sso_url": {"type": "str"},
    "saml_metadata_document": {"type": "str"},
    "saml_response": {"type": "str", "no_log": True},
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
#: Options of an Okta session that the proof does not use: it shares the defaults of its action group.
GROUP_OPTIONS: dict[str, Any] = {
    "okta_api_token": {"type": "str", "no_log": True},
    "okta_client_id": {"type": "str"},
    "okta_private_key": {"type": "str", "no_log": True},
    "okta_private_key_id": {"type": "str", "no_log": False},
    "okta_scopes": {"type": "list", "elements": "str"},
}
#: Read when the option is unset; an empty text counts as unset.
ENVIRONMENT = {
    "okta_org_url": ("OKTA_CLIENT_ORGURL", "OKTA_ORG_URL"),
    "username": ("OKTA_TEST_USERNAME",),
    "password": ("OKTA_TEST_PASSWORD",),
}


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
            "who": None,
            "role_arn": role_arn,
            "provider_arn": provider_arn,
            "application_id": application_id,
            "assertion": None,
            "session": None,
            "answer": None,
            "sources": [],
            "conversation_id": None,
            "session_closed": None,
            "started": _now(),
            "finished": None,
        }

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
        self.evidence.update(failed_layer=error.layer, cause=error.cause, next_step=error.next_step)


def settled(parameters: Any) -> dict[str, Any]:
    """The options with their fallbacks from the environment; empty texts are unset."""
    values = {name: (None if value == "" else value) for name, value in parameters.items()}
    for name, variables in ENVIRONMENT.items():
        # A response from outside is not to meet a password from the environment.
        if values.get(name) is None and (name == "okta_org_url" or values.get("saml_response") is None):
            values[name] = next((os.environ[key] for key in variables if os.environ.get(key)), None)
    return values


def sso_location(document: str) -> str:
    """``Location`` of the first ``SingleSignOnService`` of a SAML metadata document; ``""`` when there is none.

    :raises UnsafeXmlError: no well-formed XML
    """
    service = "{urn:oasis:names:tc:SAML:2.0:metadata}SingleSignOnService"
    return next((node.get("Location", "") for node in parse(document.encode()).iter(service)), "")


def validate(values: dict[str, Any]) -> None:
    """Everything that can be said about the options without sending anything. Fills ``sso_url`` from the metadata.

    :raises InputError: every fault at once
    """
    faults: list[str] = []
    if values.get("saml_response"):
        faults += [
            f"{name}: cannot be given together with saml_response, which replaces the sign-in"
            for name in ("username", "password")
            if values.get(name)
        ]
    else:
        faults += [
            f"{name}: is needed (or {' or '.join(ENVIRONMENT[name])} in the environment), or saml_response from outside"
            for name in ENVIRONMENT
            if not values.get(name)
        ]
        faults += _sso_faults(values)
    for name, pattern in (("role_arn", ":role/"), ("provider_arn", ":saml-provider/")):
        value = str(values.get(name) or "")
        if not (value.startswith("arn:") and pattern in value):
            faults.append(f"{name}: {value or 'empty'} … should be an ARN with {pattern}")
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


def _sso_faults(values: dict[str, Any]) -> list[str]:
    if values.get("sso_url") and values.get("saml_metadata_document"):
        return ["sso_url: give it or saml_metadata_document, not both"]
    if values.get("saml_metadata_document") and not is_placeholder(values["saml_metadata_document"]):
        try:
            values["sso_url"] = sso_location(values["saml_metadata_document"])
        except UnsafeXmlError as error:
            return [f"saml_metadata_document: {error}"]
        if not values["sso_url"]:
            return ["saml_metadata_document: has no SingleSignOnService"]
    if not values.get("sso_url"):
        if values.get("saml_metadata_document"):
            return []
        return ["sso_url: is needed, or saml_metadata_document, or saml_response from outside"]
    if not values.get("okta_org_url") or is_placeholder(values["sso_url"]) or is_placeholder(values["okta_org_url"]):
        return []
    try:
        check_sso_url(org_origin(values["okta_org_url"]), values["sso_url"])
    except InputError as error:
        return error.faults
    return []


def prove(context: Context) -> dict[str, Any]:
    """Run the layers until one fails.

    :raises InputError: before anything is sent
    :raises ProofError: a layer failed, unless ``fail_on_error`` is false
    """
    values = settled(context.parameters)
    context.secrets.update(str(values[name]) for name in ("password", "saml_response") if values.get(name))
    validate(values)
    record = Record(values["role_arn"], values["provider_arn"], values["application_id"])
    if context.check_mode:
        context.warn("Check mode: only the options were checked. A sign-in leaves traces, so none was made.")
        return {"changed": False, "proved": False, "evidence": record.evidence}
    try:
        _run(context, values, record)
        record.evidence["proved"] = True
    except LayerError as error:
        record.evidence["finished"] = _now()
        if values.get("fail_on_error", True):
            raise ProofError(
                f"The proof failed at {error.message}", changed=False, proved=False, evidence=record.evidence
            ) from None
    record.evidence["finished"] = _now()
    return {"changed": False, "proved": record.evidence["proved"], "evidence": record.evidence}


def _run(context: Context, values: dict[str, Any], record: Record) -> None:
    if values.get("saml_response"):
        form = SamlForm("", "".join(values["saml_response"].split()), "")
        context.secrets.add(form.saml_response)
    else:
        form = _from_okta(context, values, record)
    _check_assertion(values, record, form)
    session = _take_role(context, values, record, form)
    _question(context, values, record, session)


def _from_okta(context: Context, values: dict[str, Any], record: Record) -> SamlForm:
    """Sign in at Okta and fetch the form; the session at Okta is closed in any case."""
    with record.step(SIGN_IN) as details:
        session = sign_in(values["okta_org_url"], values["username"], values["password"], context.secrets)
        details[SIGN_IN] = f"Okta signed {session.login} in"
    record.evidence["who"] = session.login
    try:
        with record.step(ASSIGNMENT, FORM) as details:
            form = saml_response(session, values["sso_url"])
            details[ASSIGNMENT] = "the user may use the app"
            details[FORM] = f"the form posts to {form.action}"
    finally:
        record.evidence["session_closed"] = close(session)
    return form


def _check_assertion(values: dict[str, Any], record: Record, form: SamlForm) -> None:
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
        record.evidence["assertion"] = assertion.evidence()
        record.evidence["who"] = assertion.email or record.evidence["who"] or assertion.subject or None
        claims.check(assertion, expected, form.action)
        details[claims.LAYER] = (
            "it is encrypted, so only STS can read it"
            if assertion.encrypted
            else "destination, recipient, audience, role, Email tag and session name are as expected"
        )


def _take_role(context: Context, values: dict[str, Any], record: Record, form: SamlForm) -> RoleSession:
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
        record.evidence["session"] = session.evidence()
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
            raise LayerError(
                CHAT,
                "The answer rests on no document.",
                "Look at the data source's last sync, at the documents' access control lists and whether they name "
                "this person, and at the application's setting for answers from general knowledge.",
            )
        again = f" (asked {answer.tries} times: the first question subscribes)" if answer.tries > 1 else ""
        details[SUBSCRIPTION] = f"the person has a subscription{again}"
        details[CHAT] = f"an answer with {len(answer.sources)} sources"


def _keep_answer(record: Record, answer: Answer) -> None:
    record.evidence["answer"] = answer.text[:EXCERPT]
    record.evidence["conversation_id"] = answer.conversation_id
    record.evidence["sources"] = [{"title": source.title, "url": source.url} for source in answer.sources]
