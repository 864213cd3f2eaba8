# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The sign-in at Okta against a server that misbehaves: pages, redirects, cookies, limits, secrets in errors."""

from __future__ import annotations

import base64
import logging
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils.errors import InputError, LayerError
from ansible_collections.qbusiness.federation.plugins.module_utils.iam.assertion import Expected, check, read
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.browser import org_origin
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.saml_page import read_form
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.sign_in import close, saml_response, sign_in
from ansible_collections.qbusiness.federation.plugins.module_utils.safe_xml import UnsafeXmlError, parse

FORM = (
    "<title>Example - Signing in...</title>"
    '<form action="https&#x3a;&#x2f;&#x2f;signin.aws.amazon.com&#x2f;saml" method="POST">'
    '<input name="SAMLResponse" type="hidden" value="PHg&#x2b;&#x2f;&#x3d;"/>{more}</form>'
)
Reply = tuple[int, dict[str, str], str]
TOKEN = "20111-token-canary"
SIGNED_IN: Reply = (
    200,
    {},
    f'{{"status": "SUCCESS", "sessionToken": "{TOKEN}", "_embedded": {{"user": {{"id": "00u"}}}}}}',
)


class Org:
    """A server with an answer for each path; ``seen`` holds method, path, query and headers of each request."""

    def __init__(self) -> None:
        org = self
        self.replies: dict[str, list[Reply]] = {
            "/api/v1/authn": [SIGNED_IN],
            "/login/sessionCookieRedirect": [
                (302, {"Location": "/app/UserHome", "Set-Cookie": "sid=cookie-canary; Path=/"}, "")
            ],
            "/api/v1/sessions/me": [(204, {}, "")],
            "/sso": [(200, {}, FORM.format(more=""))],
        }
        self.seen: list[tuple[str, str, dict[str, list[str]], dict[str, str]]] = []

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                parts = urlsplit(self.path)
                self.rfile.read(int(self.headers.get("Content-Length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                org.seen.append((self.command, parts.path, parse_qs(parts.query), headers))
                replies = org.replies.get(parts.path, [(404, {}, "")])
                status, headers, body = replies.pop(0) if len(replies) > 1 else replies[0]
                self.send_response(status)
                for name, value in {**headers, "Content-Length": str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body.encode())

            do_GET = do_POST = do_DELETE = answer

            def log_message(self, format: str, *args: object) -> None:
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"

    def paths(self) -> list[str]:
        return [path for _method, path, _query, _headers in self.seen]


@pytest.fixture
def org() -> Iterator[Org]:
    made = Org()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def enter(org: Org, secrets: set[str] | None = None) -> tuple[str, str]:
    """Sign in, fetch the form, close: the form's action and content."""
    session = sign_in(org.url, "ann", "password-canary", set() if secrets is None else secrets)
    try:
        form = saml_response(session, f"{org.url}/sso")
    finally:
        close(session)
    return form.action, form.saml_response


def test_the_way_through(org: Org) -> None:
    secrets: set[str] = set()
    assert enter(org, secrets) == ("https://signin.aws.amazon.com/saml", "PHg+/=")
    assert org.paths() == ["/api/v1/authn", "/login/sessionCookieRedirect", "/sso", "/api/v1/sessions/me"]
    assert secrets == {"password-canary", TOKEN, "cookie-canary", "PHg+/="}
    assert org.seen[2][3]["cookie"] == "sid=cookie-canary"
    assert org.seen[2][2] == {}  # the token stood in one URL only


def test_without_a_cookie_the_token_goes_to_the_app_once(org: Org) -> None:
    org.replies["/login/sessionCookieRedirect"] = [(200, {}, "")]
    session = sign_in(org.url, "ann", "p", set())
    saml_response(session, f"{org.url}/sso")
    saml_response(session, f"{org.url}/sso")
    assert [query for _method, path, query, _headers in org.seen if path == "/sso"] == [{"sessionToken": [TOKEN]}, {}]


@pytest.mark.parametrize("status", [401, 403, 500, 302])
def test_a_refused_password_is_sent_once(org: Org, status: int) -> None:
    org.replies["/api/v1/authn"] = [(status, {"Location": "/elsewhere"}, '{"errorCode": "E0000004"}')]
    with pytest.raises(LayerError) as refused:
        enter(org)
    assert refused.value.layer == "okta_sign_in"
    assert org.paths().count("/api/v1/authn") == 1
    assert "/elsewhere" not in org.paths()


def test_a_user_of_another_identity_provider_is_told_from_a_wrong_password(org: Org) -> None:
    org.replies["/api/v1/authn"] = [(401, {}, '{"errorCode": "E0000004", "errorId": "oaeX"}')]
    with pytest.raises(LayerError, match=r"System Log for this attempt \(errorId oaeX\)"):
        enter(org)
    found = '{"links": [{"properties": {"okta:idp:type": "SAML2"}}]}'
    org.replies["/.well-known/webfinger"] = [(200, {}, found)]
    with pytest.raises(LayerError, match=r"another identity provider \(SAML2\)"):
        enter(org)


def test_an_unfinished_sign_in_is_cancelled(org: Org) -> None:
    org.replies["/api/v1/authn"] = [(200, {}, '{"status": "MFA_REQUIRED", "stateToken": "state-canary"}')]
    secrets: set[str] = set()
    with pytest.raises(LayerError, match="second factor"):
        enter(org, secrets)
    assert "state-canary" in secrets
    assert org.paths() == ["/api/v1/authn", "/api/v1/authn/cancel"]


def test_redirects_stay_on_the_host(org: Org) -> None:
    org.replies["/sso"] = [(302, {"Location": "/next?state=1"}, "")]
    org.replies["/next"] = [(200, {}, FORM.format(more=""))]
    assert enter(org)[1] == "PHg+/="
    assert org.seen[3][1:3] == ("/next", {"state": ["1"]})
    other = Org()
    try:
        org.replies["/sso"] = [(302, {"Location": f"{other.url}/stolen?a=canary"}, "")]
        with pytest.raises(LayerError, match="which is not the org") as refused:
            enter(org)
        assert "canary" not in str(refused.value)
        assert other.seen == []
    finally:
        other.server.server_close()
    org.replies["/sso"] = [(302, {"Location": "/sso"}, "")]
    with pytest.raises(LayerError, match="More than 10 redirects"):
        enter(org)


def test_a_rate_limit_is_waited_for_once(org: Org) -> None:
    limited: Reply = (429, {}, "")
    org.replies["/sso"] = [limited, (200, {}, FORM.format(more=""))]
    assert enter(org)[1] == "PHg+/="
    org.replies["/api/v1/authn"] = [limited, *org.replies["/api/v1/authn"]]
    assert enter(org)[1] == "PHg+/="
    assert org.paths().count("/api/v1/authn") == 3
    org.replies["/sso"] = [limited]
    with pytest.raises(LayerError, match="rate limit"):
        enter(org)
    assert org.paths().count("/sso") == 5


def test_netrc_is_not_read(org: Org, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password canary\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    enter(org)
    assert all("authorization" not in headers for _method, _path, _query, headers in org.seen)


def test_no_query_in_errors_or_logs(org: Org, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    session = sign_in(org.url, "ann", "p", set())
    org.server.shutdown()
    org.server.server_close()
    session.browser.close()
    session.token = TOKEN
    with pytest.raises(LayerError) as failed:
        saml_response(session, f"{org.url}/sso")
    assert failed.value.__cause__ is None and failed.value.__suppress_context__
    assert TOKEN not in str(failed.value) + caplog.text
    assert close(session) is False


@pytest.mark.parametrize(
    ("given", "origin"),
    [
        ("https://example.okta.com", "https://example.okta.com"),
        ("https://example-admin.okta.com/", "https://example.okta.com"),
        ("https://example-admin.oktapreview.com:443", "https://example.oktapreview.com:443"),
        ("https://sso-admin.example.com", "https://sso-admin.example.com"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_origins(given: str, origin: str) -> None:
    assert org_origin(given) == origin


@pytest.mark.parametrize(
    "given",
    [
        "",
        "example.okta.com",
        "http://example.okta.com",
        "https://a:canary@example.okta.com",
        "https://x.okta.com/app?a=canary",
    ],
)
def test_what_is_no_org(given: str) -> None:
    with pytest.raises(InputError, match=r"^okta_org_url: ") as refused:
        org_origin(given)
    assert "canary" not in refused.value.message


def test_a_session_is_not_carried_to_another_host(org: Org) -> None:
    session = sign_in(org.url, "ann", "p", set())
    for url in ("http://127.0.0.1:1/sso", f"{org.url}@evil.example/sso", f"{org.url}/sso?a=b"):
        with pytest.raises(InputError, match="sso_url"):
            saml_response(session, url)
    assert org.paths()[2:] == []


PAGES: list[tuple[int, str, str, str]] = [
    (403, "<h1>App Not Assigned</h1>", "okta_assignment", "not assigned"),
    (403, "<h1>App Access Locked</h1>", "okta_assignment", "denies this user"),
    (200, '<form action="x"><input name="SAMLRequest" value="y"></form>', "saml_form", "another identity provider"),
    (200, '<div id="password-verification-challenge">', "saml_form", "password again"),
    (200, "<title>Example - Extra Verification</title>", "saml_form", "second factor"),
    (200, '<div id="okta-sign-in"></div>', "saml_form", "sign-in page"),
    (404, "<h1>Page Not Found</h1>", "saml_form", "no active app"),
    (400, "<h1>Bad SAML request</h1>", "saml_form", "Bad SAML request"),
    (200, "<title>Something</title>", "saml_form", "HTTP 200 with a page without a SAML response (Something)"),
    (200, FORM.format(more='<input name="SAMLResponse" value="z">'), "saml_form", "more than one"),
    (200, '<input name="SAMLResponse" value="outside any form">', "saml_form", "without a SAML response"),
]


@pytest.mark.parametrize(("status", "page", "layer", "text"), PAGES, ids=[page[3] for page in PAGES])
def test_pages_that_are_not_the_form(status: int, page: str, layer: str, text: str) -> None:
    with pytest.raises(LayerError) as found:
        read_form(page, status)
    assert found.value.layer == layer
    assert text in found.value.cause
    assert text not in FORM


@pytest.mark.parametrize(
    "document",
    [
        '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        '<!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>',
        "<a>",
        "",
        "<a>&b;</a>",
    ],
)
def test_unsafe_xml(document: str) -> None:
    with pytest.raises(UnsafeXmlError):
        parse(document.encode())


def test_safe_xml_keeps_names_and_whole_texts() -> None:
    root = parse(b'<x:a xmlns:x="urn:x" b="1">one<!-- comment -->two<x:c/></x:a>')
    assert (root.tag, root.attrib, root.text, root[0].tag) == ("{urn:x}a", {"b": "1"}, "onetwo", "{urn:x}c")


def response(body: str, root: str = "samlp:Response") -> str:
    namespaces = 'xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol" xmlns="urn:oasis:names:tc:SAML:2.0:assertion"'
    return base64.b64encode(f"<{root} {namespaces}>{body}</{root}>".encode()).decode()


BROKEN: list[tuple[str, str]] = [
    ("not base64!", "not base64"),
    (base64.b64encode(b"text").decode(), "no well-formed XML"),
    (response("", "samlp:AuthnRequest"), "no Response"),
    (response('<samlp:Status><samlp:StatusCode Value="urn:x:Responder"/></samlp:Status>'), "status Responder"),
]


@pytest.mark.parametrize(("text", "why"), BROKEN, ids=[why for _text, why in BROKEN])
def test_what_is_no_response(text: str, why: str) -> None:
    with pytest.raises(LayerError, match=why) as refused:
        read(text)
    assert refused.value.layer == "assertion"


def test_an_encrypted_assertion_is_left_to_sts() -> None:
    found = read(response("<EncryptedAssertion/>"))
    assert found.encrypted
    check(found, Expected("arn:role", "arn:provider"))


def test_all_differences_are_named_at_once() -> None:
    expected = Expected("arn:role", "arn:provider", acs_url="https://a/saml")
    with pytest.raises(LayerError) as refused:
        check(read(response("<Assertion/>")), expected, action="https://b/saml")
    named: list[str] = refused.value.facts["differences"]
    assert len(named) == 6
    for text in ("action", "Recipient", "Audience", "no Role", "no PrincipalTag:Email", "RoleSessionName"):
        assert any(text in item for item in named)
