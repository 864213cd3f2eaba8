# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Signing keys of applications, SAML metadata, client secrets and public keys of clients."""

from __future__ import annotations

import hashlib
from xml.sax.saxutils import quoteattr

from werkzeug.wrappers import Response

from qbusiness_sandbox.okta import app_oidc
from qbusiness_sandbox.okta.catalog import template_of
from qbusiness_sandbox.okta.errors import OktaError, invalid, missing
from qbusiness_sandbox.okta.keys import SigningKey
from qbusiness_sandbox.okta.org import Org
from qbusiness_sandbox.okta.routes import Answer, Call, route
from qbusiness_sandbox.okta.state import App, Secret
from qbusiness_sandbox.okta.values import Json, as_object, new_id, stamp

MOST_SECRETS = 2
_BINDINGS = "urn:oasis:names:tc:SAML:2.0:bindings:"
_UNSPECIFIED = "urn:oasis:names:tc:SAML:1.1:nameid-format:unspecified"
_EMAIL = "urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress"


def _key(call: Call, app: App) -> SigningKey:
    kid = call.params["keyId"]
    if kid not in app.keys:
        raise missing(kid, "JsonWebKey")  # guess: the name of the kind
    return call.org.state.keys[kid]


@route("GET", "/api/v1/apps/{appId}/credentials/keys")
def list_keys(call: Call) -> Answer:
    app = call.org.app(call.params["appId"])
    keys = call.org.state.keys
    return 200, [keys[kid].jwk(since) for kid, since in sorted(app.keys.items())]


@route("POST", "/api/v1/apps/{appId}/credentials/keys/generate")
def generate_key(call: Call) -> Answer:
    app = call.org.app(call.params["appId"])
    years = call.query("validityYears")
    if not years.isdigit() or not 2 <= int(years) <= 10:
        raise invalid("validityYears", "validityYears: must be between 2 and 10")  # guess: the text
    key = SigningKey(call.org.now, int(years), call.org.state.organization)
    call.org.state.keys[key.kid] = key
    app.keys[key.kid] = call.org.now
    where = f"{call.base}/api/v1/apps/{app.id}/credentials/keys/{key.kid}"
    return 201, key.jwk(call.org.now), {"Location": where}


@route("GET", "/api/v1/apps/{appId}/credentials/keys/{keyId}")
def get_key(call: Call) -> Answer:
    app = call.org.app(call.params["appId"])
    return 200, _key(call, app).jwk(app.keys[call.params["keyId"]])


@route("POST", "/api/v1/apps/{appId}/credentials/keys/{keyId}/clone")
def clone_key(call: Call) -> Answer:
    app = call.org.app(call.params["appId"])
    key = _key(call, app)
    target = call.org.app(call.query("targetAid"))
    if key.kid in target.keys:
        raise invalid("kid", f"kid: {key.kid} is a key of the target application already")  # guess: the text
    target.keys[key.kid] = call.org.now
    where = f"{call.base}/api/v1/apps/{target.id}/credentials/keys/{key.kid}"
    return 201, key.jwk(call.org.now), {"Location": where}


def _name_formats(app: App) -> tuple[str, ...]:
    if not app.custom:
        return template_of(app.name).name_formats
    wanted = str(app.settings["signOn"]["subjectNameIdFormat"])
    return (_UNSPECIFIED, _EMAIL) if wanted == _UNSPECIFIED else (wanted,)


def metadata(org: Org, app: App, key: SigningKey, base: str) -> str:
    """The metadata document with the certificate of one key, text as recorded."""
    sign_on = app.settings.get("signOn", {})
    entity = app.external_key if app.mode == "SAML_1_1" else f"http://www.okta.com/{app.external_key}"
    here = f"{base}/app/{app.name}/{app.external_key}"

    def service(tag: str, path: str) -> str:
        return "".join(
            f"<md:{tag} Binding={quoteattr(_BINDINGS + binding)} Location={quoteattr(here + path)}/>"
            for binding in ("HTTP-POST", "HTTP-Redirect")
        )

    logout = service("SingleLogoutService", "/slo/saml") if as_object(sign_on.get("slo")).get("enabled") else ""
    formats = "".join(f"<md:NameIDFormat>{name}</md:NameIDFormat>" for name in _name_formats(app))
    signed = "true" if sign_on.get("samlSignedRequestEnabled") else "false"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f"<md:EntityDescriptor entityID={quoteattr(entity)}"
        ' xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata">'
        f'<md:IDPSSODescriptor WantAuthnRequestsSigned="{signed}"'
        ' protocolSupportEnumeration="urn:oasis:names:tc:SAML:2.0:protocol"><md:KeyDescriptor use="signing">'
        '<ds:KeyInfo xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:X509Data><ds:X509Certificate>'
        f"{key.wrapped()}</ds:X509Certificate></ds:X509Data></ds:KeyInfo></md:KeyDescriptor>"
        f"{logout}{formats}{service('SingleSignOnService', '/sso/saml')}</md:IDPSSODescriptor></md:EntityDescriptor>"
    )


def _xml(text: str) -> Response:
    # The header names another encoding than the document: recorded.
    return Response(text.encode(), 200, content_type="application/xml;charset=ISO-8859-1")


@route("GET", "/api/v1/apps/{appId}/sso/saml/metadata")
def app_metadata(call: Call) -> Answer:
    app = call.org.app(call.params["appId"])
    accept = call.request.headers.get("Accept", "")
    if "application/json" in accept and "xml" not in accept and "*/*" not in accept:
        raise OktaError("E0000019")
    if not app.mode.startswith("SAML"):
        raise missing(app.id, "AppInstance")  # guess
    kid = call.query("kid") or app.kid
    if kid not in app.keys:
        raise missing(kid, "JsonWebKey")  # guess: the name of the kind
    return _xml(metadata(call.org, app, call.org.state.keys[kid], call.base))


@route("GET", "/app/{externalKey}/sso/saml/metadata", public=True)
def public_metadata(call: Call) -> Answer:
    app = call.org.app_by_key(call.params["externalKey"])
    if app is None or not app.mode.startswith("SAML"):
        return Response("<html><body><h1>404</h1><p>Page Not Found</p></body></html>", 404, content_type="text/html")
    return _xml(metadata(call.org, app, call.org.key_of(app), call.base))


def _secret_view(call: Call, app: App, secret: Secret) -> Json:
    own = f"{call.base}/api/v1/apps/{app.id}/credentials/secrets/{secret.id}"
    if secret.status == "ACTIVE":
        links: Json = {"deactivate": {"href": f"{own}/lifecycle/deactivate", "hints": {"allow": ["POST"]}}}
    else:
        links = {
            "activate": {"href": f"{own}/lifecycle/activate", "hints": {"allow": ["POST"]}},
            "delete": {"href": own, "hints": {"allow": ["DELETE"]}},
        }
    digest = hashlib.sha256(secret.value.encode()).hexdigest()[:22]
    return {
        "id": secret.id,
        "created": stamp(secret.created),
        "lastUpdated": stamp(secret.updated),
        "status": secret.status,
        "client_secret": secret.value,
        "secret_hash": digest,
        "_links": links,
    }


def _oidc_app(call: Call) -> App:
    app = call.org.app(call.params["appId"])
    if "oauthClient" not in app.credentials:
        raise invalid("appInstance", "The application is not an OAuth 2.0 client")  # guess
    return app


def _secret(call: Call, app: App) -> Secret:
    for secret in app.secrets:
        if secret.id == call.params["secretId"]:
            return secret
    raise missing(call.params["secretId"], "OAuth2ClientSecret")  # guess: the name of the kind


@route("GET", "/api/v1/apps/{appId}/credentials/secrets")
def list_secrets(call: Call) -> Answer:
    app = _oidc_app(call)
    return 200, [_secret_view(call, app, secret) for secret in app.secrets]


@route("POST", "/api/v1/apps/{appId}/credentials/secrets")
def create_secret(call: Call) -> Answer:
    app = _oidc_app(call)
    if len(app.secrets) >= MOST_SECRETS:
        raise invalid(
            "client_secret", "You have reached the maximum number of client secrets per client."
        )  # guess: text
    sent = call.json_or_empty()
    value = app_oidc.check_secret(sent["client_secret"]) if sent.get("client_secret") else app_oidc.new_secret()
    method = app.credentials["oauthClient"]["token_endpoint_auth_method"]
    if method == "client_secret_jwt" and len(value) < 32:
        raise invalid("client_secret", "client_secret: must be at least 32 characters")  # guess: the text
    status = sent.get("status") or "ACTIVE"
    secret = Secret(new_id("ocs"), value, call.org.now, call.org.now, status)
    app.secrets.append(secret)
    return 201, _secret_view(call, app, secret)


@route("GET", "/api/v1/apps/{appId}/credentials/secrets/{secretId}")
def get_secret(call: Call) -> Answer:
    app = _oidc_app(call)
    return 200, _secret_view(call, app, _secret(call, app))


@route("POST", "/api/v1/apps/{appId}/credentials/secrets/{secretId}/lifecycle/{turn}")
def turn_secret(call: Call) -> Answer:
    app = _oidc_app(call)
    secret = _secret(call, app)
    turn = call.params["turn"]
    if turn not in ("activate", "deactivate"):
        raise OktaError("E0000008")
    if turn == "deactivate" and not any(s.status == "ACTIVE" for s in app.secrets if s is not secret):
        raise invalid("client_secret", "Cannot deactivate the only active client secret.")  # guess: the text
    secret.status = "ACTIVE" if turn == "activate" else "INACTIVE"
    secret.updated = call.org.now
    return 200, _secret_view(call, app, secret)


@route("DELETE", "/api/v1/apps/{appId}/credentials/secrets/{secretId}")
def delete_secret(call: Call) -> Answer:
    app = _oidc_app(call)
    secret = _secret(call, app)
    if secret.status == "ACTIVE":
        raise invalid("client_secret", "Cannot delete an active client secret.")  # guess: the text
    app.secrets.remove(secret)
    return 204, None


def _jwks(app: App) -> list[Json]:
    client = app.settings["oauthClient"]
    keys: list[Json] = client.setdefault("jwks", {"keys": []})["keys"]
    return keys


@route("GET", "/api/v1/apps/{appId}/credentials/jwks")
def list_jwks(call: Call) -> Answer:
    return 200, as_object(_oidc_app(call).settings["oauthClient"].get("jwks")).get("keys", [])


@route("POST", "/api/v1/apps/{appId}/credentials/jwks")
def add_jwk(call: Call) -> Answer:
    app = _oidc_app(call)
    key = app_oidc.public_key({**call.json(), "id": None})
    _jwks(app).append(key)
    app.updated = call.org.now
    return 201, key


def _jwk(call: Call, app: App) -> Json:
    for key in as_object(app.settings["oauthClient"].get("jwks")).get("keys", []):
        if call.params["keyId"] in (key["id"], key["kid"]):
            return dict(key)
    raise missing(call.params["keyId"], "JsonWebKey")  # guess: the name of the kind


@route("GET", "/api/v1/apps/{appId}/credentials/jwks/{keyId}")
def get_jwk(call: Call) -> Answer:
    return 200, _jwk(call, _oidc_app(call))


@route("POST", "/api/v1/apps/{appId}/credentials/jwks/{keyId}/lifecycle/{turn}")
def turn_jwk(call: Call) -> Answer:
    app = _oidc_app(call)
    wanted = _jwk(call, app)["id"]
    for key in _jwks(app):
        if key["id"] == wanted:
            key["status"] = "ACTIVE" if call.params["turn"] == "activate" else "INACTIVE"
            return 200, key
    raise AssertionError("not reached")


@route("DELETE", "/api/v1/apps/{appId}/credentials/jwks/{keyId}")
def delete_jwk(call: Call) -> Answer:
    app = _oidc_app(call)
    found = _jwk(call, app)
    if found["status"] == "ACTIVE":
        raise invalid("JsonWebKey", "An active key cannot be deleted.")  # guess: the text
    keys = _jwks(app)
    keys[:] = [key for key in keys if key["id"] != found["id"]]
    return 204, None
