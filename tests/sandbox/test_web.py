# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The web experience under its real address: sign-in at the embedded org, STS, chat, and what stops on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from okta_client import Form
from qbusiness_sandbox.cloud import Fault
from qbusiness_sandbox.launch import Sandbox
from qbusiness_sandbox.sample import Clients, Sample, federate, trust_policy
from qbusiness_sandbox.testing import full_cloud

QUESTION = "How are trains booked by the travel policy?"


@dataclass
class Site:
    """The cloud with a federated application, as a browser without scripts sees it."""

    sandbox: Sandbox
    sample: Sample
    clients: Clients
    browser: requests.Session

    def get(self, path: str = "", **more: Any) -> requests.Response:
        return self.browser.get(self.sample.url + path, timeout=60, **more)

    def post(self, path: str, **more: Any) -> requests.Response:
        return self.browser.post(self.sample.url + path, timeout=60, **more)

    def chat(self, message: str = QUESTION, **more: Any) -> requests.Response:
        return self.post("api/chat", json={"message": message}, **more)

    def response(self, password: str = "") -> Form:
        """What Okta's page posts after the sign-in (or the sign-in page again)."""
        page = self.get("sign-in")
        form = Form(page.text)
        fields = {**form.fields, "identifier": self.sample.username, "passcode": password or self.sample.password}
        return Form(self.browser.post(form.action, data=fields, timeout=60).text)

    def sign_in(self) -> requests.Response:
        form = self.response()
        return self.browser.post(form.action, data=form.fields, timeout=60)

    def operations(self) -> list[tuple[str, int]]:
        return [(entry.operation, entry.status) for entry in self.sandbox.cloud.log.since()]


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with full_cloud() as running:
        yield running


@pytest.fixture
def site(sandbox: Sandbox) -> Iterator[Site]:
    environment = sandbox.environment()
    sample = federate(environment)
    sandbox.cloud.log.clear()
    with requests.Session() as browser:
        browser.trust_env = False
        browser.proxies = {"https": sandbox.proxy.url}
        browser.verify = str(sandbox.ca_file)
        yield Site(sandbox, sample, Clients(environment), browser)


def _details(response: requests.Response) -> dict[str, str]:
    """The definition list of a page that says what went wrong."""

    class Reader(HTMLParser):
        """Collects dt and dd."""

        def __init__(self) -> None:
            super().__init__()
            self.tag = ""
            self.texts: list[str] = []

        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            self.tag = tag
            if tag in ("dt", "dd"):
                self.texts.append("")

        def handle_data(self, data: str) -> None:
            if self.tag in ("dt", "dd"):
                self.texts[-1] += data

    reader = Reader()
    reader.feed(response.text)
    return dict(zip(reader.texts[::2], reader.texts[1::2], strict=True))


def test_the_landing_page(site: Site) -> None:
    page = site.get()
    assert page.status_code == 200
    for text in ("Ask Acme", "Answers from the handbooks of Acme", "I know the travel policy", "Sign in"):
        assert text in page.text
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in page.headers["Content-Security-Policy"]
    assert "<script" not in page.text


def test_sign_in_leads_to_the_identity_provider(site: Site) -> None:
    answer = site.get("sign-in", allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (302, site.sample.sso_url)


def test_a_wrong_password_stays_at_the_identity_provider(site: Site) -> None:
    form = site.response("wrong")
    assert "SAMLResponse" not in form.fields
    assert "passcode" in form.fields


def test_sign_in_and_chat(site: Site) -> None:
    form = site.response()
    assert form.action == f"{site.sample.url}saml"
    answer = site.browser.post(form.action, data=form.fields, timeout=60, allow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/#/chat")
    cookie = answer.headers["Set-Cookie"]
    for part in ("__Host-qbusiness-session=", "Secure", "HttpOnly", "SameSite=None", "Path=/"):
        assert part in cookie
    page = site.get()
    assert site.sample.username in page.text
    assert 'id="composer"' in page.text

    site.sandbox.cloud.log.clear()
    reply = site.chat().json()
    assert "second class" in reply["answer"]
    assert [(source["number"], source["title"]) for source in reply["sources"]] == [(1, "Travel policy")]
    # The first question is refused for want of a subscription, and makes it.
    assert site.operations() == [("ChatSync", 403), ("ChatSync", 200), ("POST /api/chat", 200)]
    assert reply["attempts"] == 2
    assert site.chat("And flights?").json()["attempts"] == 1


def test_questions_continue_one_conversation_in_the_users_name(site: Site) -> None:
    site.sign_in()
    site.chat()
    site.chat("What about flights and managers?")
    (application,) = site.sandbox.cloud.dump()["aws"]["qbusiness"]["applications"]
    assert [(item["user"], item["messages"]) for item in application["conversations"]] == [("ann@example.com", 4)]


def test_the_session_at_sts_is_the_one_that_chats(site: Site) -> None:
    site.sign_in()
    site.chat()
    log = site.sandbox.cloud.log.since()
    arn = "arn:aws:sts::123456789012:assumed-role/sample-web-experience/ann@example.com"
    assert {entry.principal for entry in log if entry.operation == "ChatSync"} == {arn}
    assert [entry.status for entry in log if entry.operation == "AssumeRoleWithSAML"] == [200]


def test_without_an_assertion(site: Site) -> None:
    answer = site.post("saml", data={"RelayState": "x"})
    assert answer.status_code == 400
    assert _details(answer)["Code"] == "MissingAssertion"


def test_a_tampered_assertion_is_refused_by_sts_by_name(site: Site) -> None:
    form = site.response()
    answer = site.post("saml", data={"SAMLResponse": "AAAA" + form.fields["SAMLResponse"][4:]})
    assert answer.status_code == 403
    details = _details(answer)
    assert (details["Layer"], details["Code"]) == ("AWS STS", "InvalidIdentityToken")
    assert "Set-Cookie" not in answer.headers
    assert form.fields["SAMLResponse"][100:200] not in answer.text


def test_a_role_that_does_not_trust_the_provider(site: Site) -> None:
    document = trust_policy(site.sample.provider_arn.replace("/okta", "/other"))
    site.clients.aws("iam").update_assume_role_policy(
        RoleName="sample-web-experience", PolicyDocument=json.dumps(document)
    )
    details = _details(site.sign_in())
    assert (details["Layer"], details["Code"]) == ("AWS STS", "AccessDenied")


def test_a_role_that_may_not_chat(site: Site) -> None:
    site.clients.aws("iam").delete_role_policy(RoleName="sample-web-experience", PolicyName="chat")
    site.sign_in()
    answer = site.chat()
    assert answer.status_code == 502
    assert answer.json()["error"]["layer"] == "Amazon Q Business"
    assert answer.json()["error"]["code"] == "AccessDeniedException"


def test_without_auto_subscription_every_question_is_refused(site: Site) -> None:
    site.clients.aws("qbusiness").update_application(
        applicationId=site.sample.application_id, autoSubscriptionConfiguration={"autoSubscribe": "DISABLED"}
    )
    site.clients.aws("qbusiness").get_application(applicationId=site.sample.application_id)
    site.sign_in()
    for _unused in range(2):
        site.sandbox.cloud.log.clear()
        assert "does not have a subscription" in site.chat().json()["error"]["message"]
        assert site.operations() == [("ChatSync", 403), ("ChatSync", 403), ("POST /api/chat", 502)]


@pytest.mark.parametrize(("service", "where"), [("sts", "AWS STS"), ("qbusiness", "Amazon Q Business")])
def test_a_layer_that_hangs_up(site: Site, service: str, where: str) -> None:
    if service == "qbusiness":
        site.sign_in()
    site.sandbox.cloud.faults.add(Fault("cut_before", service=service))
    if service == "sts":
        assert _details(site.sign_in())["Layer"] == where
    else:
        assert site.chat().json()["error"]["layer"] == where


def test_an_assertion_of_another_address_is_not_kept_there(site: Site) -> None:
    """A session belongs to the host that opened it."""
    site.sign_in()
    cookie = site.browser.cookies["__Host-qbusiness-session"]
    other = site.clients.aws("qbusiness").create_web_experience(
        applicationId=site.sample.application_id,
        roleArn=site.sample.role_arn,
        identityProviderConfiguration={"samlConfiguration": {"authenticationUrl": site.sample.sso_url}},
    )["webExperienceId"]
    for _unused in range(2):
        found = site.clients.aws("qbusiness").get_web_experience(
            applicationId=site.sample.application_id, webExperienceId=other
        )
    answer = site.browser.post(
        f"{found['defaultEndpoint']}api/chat",
        json={"message": "x"},
        headers={"Cookie": f"__Host-qbusiness-session={cookie}"},
        timeout=60,
    )
    assert answer.status_code == 401


def test_a_session_ends_after_an_hour(site: Site) -> None:
    site.sign_in()
    site.sandbox.cloud.clock.advance(3601)
    answer = site.chat()
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "SignedOut")
    assert 'id="sign-in"' in site.get().text


def test_sign_out(site: Site) -> None:
    site.sign_in()
    assert 'id="sign-in"' in site.post("sign-out").text
    assert site.chat().status_code == 401


@pytest.mark.parametrize("path", ["sign-out", "api/chat"])
def test_another_site_cannot_act_for_the_user(site: Site, path: str) -> None:
    site.sign_in()
    for origin in ("https://evil.example", "null"):
        headers = {"Origin": origin, "Sec-Fetch-Site": "cross-site"}
        assert site.post(path, json={"message": "x"}, headers=headers).status_code == 403
    # A form of another site cannot send JSON.
    assert site.post("api/chat", data='{"message": "x"}', headers={"Content-Type": "text/plain"}).status_code == 403
    assert site.chat().status_code == 200


@pytest.mark.parametrize("body", [[], {}, {"message": 1}, {"message": "  "}])
def test_a_question_that_is_none(site: Site, body: object) -> None:
    site.sign_in()
    assert site.post("api/chat", json=body).status_code == 400


def test_nothing_of_the_session_leaves_the_cloud(site: Site) -> None:
    signed_in = site.sign_in()
    reply = site.chat()
    (credential,) = site.sandbox.cloud.rooms["aws"].credentials.open_sessions()  # type: ignore[attr-defined]  # AwsRoom
    seen = signed_in.text + reply.text + str(signed_in.headers) + json.dumps(site.sandbox.cloud.dump())
    seen += str(site.sandbox.cloud.log.since())
    for secret in (credential.secret_access_key, credential.session_token, credential.access_key_id):
        assert secret not in seen


def test_texts_are_escaped(site: Site) -> None:
    evil = "<script>alert(1)</script>"
    site.clients.aws("qbusiness").update_web_experience(
        applicationId=site.sample.application_id,
        webExperienceId=site.sample.web_experience_id,
        title=evil,
        subtitle=evil,
        welcomeMessage=evil,
    )
    before = site.get().text
    site.sign_in()
    after = site.get().text
    assert 'id="composer"' in after
    for page in (before, after):
        assert evil not in page
        assert page.count("&lt;script&gt;") >= 3


def test_origins_may_frame_it(site: Site) -> None:
    site.clients.aws("qbusiness").update_web_experience(
        applicationId=site.sample.application_id,
        webExperienceId=site.sample.web_experience_id,
        origins=["https://intranet.example.com", "http://localhost:8000"],
    )
    header = site.get().headers["Content-Security-Policy"]
    assert "frame-ancestors https://intranet.example.com http://localhost:8000" in header


def test_an_unknown_address(site: Site) -> None:
    answer = site.browser.get("https://aaaaaaaa.chat.qbusiness.us-east-1.on.aws/", timeout=60)
    assert answer.status_code == 404
    assert "aaaaaaaa.chat.qbusiness.us-east-1.on.aws" in answer.text


def test_one_that_is_not_active(site: Site) -> None:
    qbusiness = site.clients.aws("qbusiness")
    site.sandbox.cloud.settings.polls["web_experience"] = 5
    made = qbusiness.create_web_experience(applicationId=site.sample.application_id)["webExperienceId"]
    found = qbusiness.get_web_experience(applicationId=site.sample.application_id, webExperienceId=made)
    answer = site.browser.get(found["defaultEndpoint"], timeout=60)
    assert answer.status_code == 503
    assert "CREATING" in answer.text


def test_there_is_no_callback_of_open_id_connect_where_saml_is_meant(site: Site) -> None:
    assert site.get("authorization-code/callback?code=x&state=y").status_code == 404


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "saml", 405),
        ("GET", "api/chat", 405),
        ("POST", "", 405),
        ("GET", "nothing", 404),
        ("GET", "assets/../room.py", 404),
        ("GET", "assets/%2e%2e/room.py", 404),
        ("GET", "theme/logo", 404),
        ("GET", "assets/style.css", 200),
        ("GET", "assets/app.js", 200),
        ("GET", "assets/favicon.svg", 200),
    ],
)
def test_other_addresses(site: Site, method: str, path: str, status: int) -> None:
    assert site.browser.request(method, site.sample.url + path, timeout=60).status_code == status


LOGO = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"/>'
STYLE = b""":root { --primary: #c0392b; --unknown: red; --background: url(https://evil.example/x);
--qbusiness-webexperience-title-color: teal } body { display: none }"""


@pytest.fixture
def themed(site: Site) -> Site:
    s3 = site.clients.aws("s3")
    s3.create_bucket(Bucket="acme-theme")
    s3.put_object(Bucket="acme-theme", Key="logo.svg", Body=LOGO)
    s3.put_object(Bucket="acme-theme", Key="look/theme.css", Body=STYLE)
    site.clients.aws("qbusiness").update_web_experience(
        applicationId=site.sample.application_id,
        webExperienceId=site.sample.web_experience_id,
        customizationConfiguration={
            "logoUrl": "https://acme-theme.s3.us-east-1.amazonaws.com/logo.svg",
            "customCSSUrl": "https://s3.us-east-1.amazonaws.com/acme-theme/look/theme.css",
        },
    )
    return site


def _open_bucket(site: Site, referer: str) -> None:
    """The bucket policy of the documentation."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "application.qbusiness.amazonaws.com"},
        "Action": ["s3:GetObject"],
        "Resource": ["arn:aws:s3:::acme-theme/logo.svg", "arn:aws:s3:::acme-theme/look/theme.css"],
        "Condition": {"StringLike": {"aws:Referer": [referer]}, "Bool": {"aws:SecureTransport": "true"}},
    }
    site.clients.aws("s3").put_bucket_policy(
        Bucket="acme-theme", Policy=json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    )


def test_a_theme_whose_bucket_lets_the_web_experience_in(themed: Site) -> None:
    _open_bucket(themed, str(urlsplit(themed.sample.url).hostname))
    page = themed.get().text
    assert 'src="/theme/logo"' in page
    assert 'href="/theme/style.css"' in page
    logo = themed.get("theme/logo")
    assert (logo.content, logo.headers["Content-Type"]) == (LOGO, "image/svg+xml")
    assert "sandbox" in logo.headers["Content-Security-Policy"]
    # Only variables that are documented, and nothing that loads.
    style = themed.get("theme/style.css").text.split()
    assert " ".join(style) == ":root { --primary: #c0392b; --qbusiness-webexperience-title-color: teal; }"


@pytest.mark.parametrize("referer", ["", "other.chat.qbusiness.us-east-1.on.aws", "https://{host}/"])
def test_a_theme_whose_bucket_keeps_it_out(themed: Site, referer: str) -> None:
    if referer:
        _open_bucket(themed, referer.format(host=urlsplit(themed.sample.url).hostname))
    assert "/theme/" not in themed.get().text
    assert themed.get("theme/logo").status_code == 404
