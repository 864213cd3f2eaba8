# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``okta_login``: a test user's SAML response or ID token, checked; handed out only when that is asked for."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

from ..errors import InputError
from ..host import Context
from ..iam import assertion as assertions
from ..iam.expectation import compare
from . import login, login_options, login_request
from .id_token import Expected
from .login_options import OIDC, SAML

_EXPECT: dict[str, Any] = {
    "destination": {"type": "str"},
    "recipient": {"type": "str"},
    "audience": {"type": "str"},
    "role_pairs": {"type": "list", "elements": "str"},
    "attributes": {"type": "dict"},
    "email": {"type": "str"},
    "tags": {"type": "dict"},
    "claims": {"type": "dict"},
}
OPTIONS: dict[str, Any] = {
    **login_options.OPTIONS,
    **login_request.OPTIONS,
    "saml_binding": {"type": "str", "choices": ["redirect", "post"], "default": "redirect"},
    "relay_state": {"type": "str"},
    "expect": {"type": "dict", "options": _EXPECT},
    "return_credentials": {"type": "bool", "default": False},
    "close_session": {"type": "bool", "default": True},
}
#: Members of ``expect`` that only one protocol has.
_ONLY = {SAML: ("destination", "recipient", "audience", "role_pairs", "attributes"), OIDC: ("tags", "claims")}


class Notes:
    """Facts of a sign-in; the layers are not kept."""

    def __init__(self) -> None:
        self.facts: dict[str, Any] = {"who": None, "session_closed": None, "id_token": None}

    @contextlib.contextmanager
    def step(self, *_layers: str) -> Iterator[dict[str, str]]:
        yield {}

    def note(self, **facts: Any) -> None:
        self.facts.update(facts)


def sign_in_once(context: Context) -> dict[str, Any]:
    """What the module does.

    :raises InputError: before anything is sent
    :raises LayerError: which layer refuses, why, and where to look next
    """
    values = login_options.settled(context.parameters)
    context.secrets.update(str(values[name]) for name in login_options.SECRET_OPTIONS if values.get(name))
    protocol = validate(values)
    answer: dict[str, Any] = {"changed": False, "checked": False, "protocol": protocol}
    if context.check_mode:
        context.warn("Check mode: only the options were checked. A sign-in leaves traces, so none was made.")
        return answer
    expect = {name: value for name, value in (values.get("expect") or {}).items() if value is not None}
    notes = Notes()
    if protocol == SAML:
        answer |= _saml(context, values, expect, notes)
    else:
        answer |= _oidc(context, values, expect, notes)
    facts = notes.facts
    return {**answer, "checked": True, "who": facts["who"], "session_closed": facts["session_closed"]}


def validate(values: dict[str, Any]) -> str:
    """The protocol.

    :raises InputError: every fault at once
    """
    found = login_options.protocols_of(values)
    if len(found) != 1:
        given = "options of both protocols are given" if found else "no protocol is chosen"
        raise InputError(
            [f"sso_url: {given}; give sso_url (or saml_response) for SAML, or client_id for OpenID Connect"]
        )
    [protocol] = found
    faults = login_options.faults_of(values, protocol)
    other = OIDC if protocol == SAML else SAML
    expect = values.get("expect") or {}
    faults += [f"expect.{name}: is nothing that this protocol has" for name in _ONLY[other] if expect.get(name)]
    for pair in expect.get("role_pairs") or []:
        if str(pair).count(",") != 1:
            faults.append(f"expect.role_pairs: {pair} … should be the role's ARN, a comma and the provider's ARN")
    faults += login_request.faults(values, protocol)
    if values.get("return_credentials") and values.get(login_options.OUTSIDE[protocol]):
        faults.append(f"return_credentials: is of no use with {login_options.OUTSIDE[protocol]}, which you have")
    if faults:
        raise InputError(faults)
    return protocol


def _saml(context: Context, values: Mapping[str, Any], expect: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    request = login_request.request(values)
    form = login.saml(
        values,
        context.secrets,
        notes,
        relay_state=str(values.get("relay_state") or ""),
        request=request,
        post=values["saml_binding"] == "post",
    )
    found = assertions.read(form.saml_response)
    if found.email or found.subject:
        notes.note(who=found.email or found.subject)
    compare(found, expect, action=form.action, request_id=request.id if request else "")
    answer: dict[str, Any] = {
        "assertion": found.evidence(),
        "destination": form.action or found.destination,
        "relay_state": form.relay_state,
    }
    if values["return_credentials"]:
        context.secrets.discard(form.saml_response)
        answer["saml_response"] = form.saml_response
    return answer


def _oidc(context: Context, values: Mapping[str, Any], expect: Mapping[str, Any], notes: Notes) -> dict[str, Any]:
    expected = Expected(
        issuer=values["issuer"],
        client_id=values["client_id"],
        nonce=str(values.get("nonce") or ""),
        email=str(expect.get("email") or ""),
        tags=expect.get("tags") or {},
        claims=expect.get("claims") or {},
    )
    found = login.oidc(context.aws, values, context.secrets, notes, expected)
    answer: dict[str, Any] = {"token": found.evidence()}
    if not answer["token"]["tags"].get("Email"):
        notes.note(who=answer["token"]["email"] or notes.facts["who"] or answer["token"]["subject"])
    if values["return_credentials"]:
        context.secrets.discard(found.token)
        answer["id_token"] = found.token
    return answer
