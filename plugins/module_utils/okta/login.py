# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The outcome of a test user's sign-in at Okta, for either protocol: signed in for, or handed over from elsewhere."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import AbstractContextManager, closing
from dataclasses import replace
from typing import Any, Protocol

from .. import causes
from ..aws import Aws
from ..cause_rows.claims import ID_TOKEN
from ..cause_rows.oidc import AUTHORIZE, SECRET, TOKEN
from ..cause_rows.okta import ASSIGNMENT, FORM, SIGN_IN
from ..errors import ServiceError
from . import id_token as tokens
from . import oidc_login
from .authn_request import AuthnRequest
from .browser import org_origin
from .id_token import Expected, IdToken
from .login_options import method_of
from .oidc_login import Client, Issuer
from .saml_page import SamlForm
from .sign_in import Session, close, saml_response, sign_in

#: The member of a secret's JSON. Source: https://docs.aws.amazon.com/amazonq/latest/qbusiness-ug/create-application-iam-okta.html
CLIENT_SECRET = "client_secret"


class Steps(Protocol):
    """Who keeps a record of the layers."""

    def step(self, *layers: str) -> AbstractContextManager[dict[str, str]]:
        """One call that proves these layers; the block fills in each layer's detail."""

    def note(self, **facts: Any) -> None:
        """Facts that are known now, whatever comes after: ``who``, ``session_closed``."""


def saml(
    values: Mapping[str, Any],
    secrets: set[str],
    steps: Steps,
    *,
    relay_state: str = "",
    request: AuthnRequest | None = None,
    post: bool = False,
) -> SamlForm:
    """The form with the SAML response; nothing of it is checked yet.

    :param values: from :func:`.login_options.settled`, without faults
    :raises LayerError: layer ``okta_sign_in``, ``okta_assignment`` or ``saml_form``
    """
    if values.get("saml_response"):
        form = SamlForm("", "".join(values["saml_response"].split()), "")
        secrets.add(form.saml_response)
        return form
    session = _enter(values, secrets, steps)
    try:
        with steps.step(ASSIGNMENT, FORM) as details:
            form = saml_response(session, values["sso_url"], relay_state, request, post)
            details[ASSIGNMENT] = "the user may use the app"
            details[FORM] = f"the form posts to {form.action}"
    finally:
        _leave(values, session, steps)
    return form


def oidc(aws: Aws, values: Mapping[str, Any], secrets: set[str], steps: Steps, expected: Expected) -> IdToken:
    """The ID token, verified and as expected.

    :param aws: reads the client secret, when ``client_secret_arn`` is given
    :param values: from :func:`.login_options.settled`, without faults
    :param expected: the nonce of a sign-in of ours is added to it
    :raises LayerError: layer ``client_secret``, ``okta_sign_in``, ``okta_assignment``, ``oidc_authorize``,
        ``oidc_token`` or ``id_token``
    """
    if values.get("id_token"):
        token = values["id_token"].strip()
        secrets.add(token)
        with steps.step(ID_TOKEN) as details:
            origin = org_origin(values["okta_org_url"]) if values.get("okta_org_url") else ""
            with closing(Issuer(values["issuer"], origin, secrets)) as issuer:
                found = tokens.read(token)
                details[ID_TOKEN] = _check(found, issuer, expected, steps)
        return found
    client = _client(aws, values, secrets, steps)
    session = _enter(values, secrets, steps)
    try:
        with steps.step(ASSIGNMENT, AUTHORIZE) as details:
            issuer = Issuer(values["issuer"], session.origin, secrets)
            code, nonce, verifier = oidc_login.authorize(session, client, issuer)
            details[ASSIGNMENT] = "the user may use the app"
            details[AUTHORIZE] = f"{issuer.issuer} gives a code to {client.redirect_uri}"
    finally:
        _leave(values, session, steps)
    with closing(issuer):
        with steps.step(TOKEN) as details:
            found = oidc_login.exchange(secrets, client, issuer, code, verifier)
            details[TOKEN] = f"the client proves itself by {client.method}"
        with steps.step(ID_TOKEN) as details:
            details[ID_TOKEN] = _check(found, issuer, replace(expected, nonce=nonce), steps)
    return found


def _check(found: IdToken, issuer: Issuer, expected: Expected, steps: Steps) -> str:
    """Who signed the token, then what it says; what to note about it."""
    tokens.verify(found, issuer.issuer, issuer.keys())
    steps.note(id_token=found.evidence())
    if found.email:
        steps.note(who=found.email)
    tokens.check(found, expected)
    return f"{issuer.issuer} signed it for {', '.join(found.audiences)}, with the tags {found.tags_form}"


def _enter(values: Mapping[str, Any], secrets: set[str], steps: Steps) -> Session:
    with steps.step(SIGN_IN) as details:
        session = sign_in(values["okta_org_url"], values["username"], values["password"], secrets)
        details[SIGN_IN] = f"Okta signed {session.login} in"
    steps.note(who=session.login)
    return session


def _leave(values: Mapping[str, Any], session: Session, steps: Steps) -> None:
    """Close the session at Okta, whatever happened; leave it open where that was asked for."""
    if values.get("close_session", True):
        steps.note(session_closed=close(session))
    else:
        session.browser.close()
        steps.note(session_closed=False)


def _client(aws: Aws, values: Mapping[str, Any], secrets: set[str], steps: Steps) -> Client:
    secret = str(values.get("client_secret") or "")
    if values.get("client_secret_arn"):
        with steps.step(SECRET) as details:
            secret = read_secret(aws, values["client_secret_arn"], secrets)
            details[SECRET] = "Secrets Manager has it"
    return Client(
        client_id=values["client_id"],
        redirect_uri=values["redirect_uri"],
        method=method_of(values),
        secret=secret,
        private_key=str(values.get("private_key") or ""),
        private_key_id=str(values.get("private_key_id") or ""),
        scopes=tuple(values["scopes"]),
        pkce=bool(values["pkce"]),
    )


def read_secret(aws: Aws, secret_arn: str, secrets: set[str]) -> str:
    """The client secret that Secrets Manager keeps for the application.

    :param secrets: gets the whole value and the client secret in it
    :raises LayerError: layer ``client_secret``
    """
    try:
        text = str(aws.call("secretsmanager", "GetSecretValue", SecretId=secret_arn).get("SecretString") or "")
    except ServiceError as error:
        facts = {"error_code": error.code}
        raise causes.translated(("secret",), error.code, error.message, facts, secret=secret_arn) from None
    if text:
        secrets.add(text)
    try:
        value = json.loads(text)
        found = value[CLIENT_SECRET]
    except (ValueError, TypeError, KeyError):
        found = None
    if not isinstance(found, str) or not found:
        raise causes.error("secret.no_key", secret=secret_arn)
    secrets.add(found)
    return found
