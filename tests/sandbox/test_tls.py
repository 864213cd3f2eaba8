# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real host names: the proxy, its certificates, what it refuses."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
import requests
from aws_harness import allow, document
from botocore.config import Config
from botocore.exceptions import BotoCoreError
from qbusiness_sandbox.cloud import Fault
from qbusiness_sandbox.launch import Options, Sandbox
from qbusiness_sandbox.names import Names
from qbusiness_sandbox.testing import full_cloud

ORG = "acme.okta.com"


@pytest.fixture(scope="module")
def running() -> Iterator[Sandbox]:
    with full_cloud() as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Sandbox:
    running.cloud.reset()
    return running


@pytest.fixture
def session(sandbox: Sandbox) -> Iterator[requests.Session]:
    with _session(sandbox) as made:
        yield made


def _session(sandbox: Sandbox) -> requests.Session:
    made = requests.Session()
    made.trust_env = False
    made.proxies = {"https": sandbox.proxy.url, "http": sandbox.proxy.url}
    made.verify = str(sandbox.ca_file)
    return made


def _client(sandbox: Sandbox, service: str, **config: Any) -> Any:
    administrator = sandbox.cloud.administrator
    return boto3.client(
        service,
        region_name="us-east-1",
        aws_access_key_id=administrator.access_key_id,
        aws_secret_access_key=administrator.secret_access_key,
        verify=str(sandbox.ca_file),
        config=Config(proxies={"https": sandbox.proxy.url}, retries={"total_max_attempts": 1}, **config),
    )


def _read(connection: socket.socket) -> bytes:
    parts: list[bytes] = []
    while part := connection.recv(65536):
        parts.append(part)
    return b"".join(parts)


@contextlib.contextmanager
def _plain(sandbox: Sandbox) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", sandbox.proxy.port), timeout=30) as connection:
        yield connection


@pytest.mark.parametrize(
    ("host", "room"),
    [
        ("sts.amazonaws.com", "aws"),
        ("sts.us-east-1.amazonaws.com", "aws"),
        ("iam.amazonaws.com", "aws"),
        ("s3.amazonaws.com", "aws"),
        ("s3.us-east-1.amazonaws.com", "aws"),
        ("my-bucket.s3.us-east-1.amazonaws.com", "aws"),
        ("my.bucket.with.dots.s3.amazonaws.com", "aws"),
        ("s3.dualstack.us-east-1.amazonaws.com", "aws"),
        ("secretsmanager.us-east-1.amazonaws.com", "aws"),
        ("kms.us-east-1.amazonaws.com", "aws"),
        ("qbusiness.us-east-1.api.aws", "aws"),
        ("QBusiness.us-east-1.API.aws.", "aws"),
        (ORG, "okta"),
        ("abcd2345.chat.qbusiness.us-east-1.on.aws", "web"),
        ("abcd234.chat.qbusiness.us-east-1.on.aws", None),
        ("abcd2345.chat.qbusiness.eu-west-1.on.aws", None),
        ("sts.eu-west-1.amazonaws.com", None),
        ("signin.aws.amazon.com", None),
        ("ec2.us-east-1.amazonaws.com", None),
        ("evil-sts.us-east-1.amazonaws.com", None),
        ("sts.us-east-1.amazonaws.com.evil.example", None),
        ("acme-admin.okta.com", None),
        ("other.okta.com", None),
        ("localhost", None),
        ("169.254.169.254", None),
        ("-.s3.amazonaws.com", None),
        ("..s3.amazonaws.com", None),
    ],
)
def test_a_name_leads_to_its_room_or_nowhere(host: str, room: str | None) -> None:
    assert Names("us-east-1").room(host) == room


def test_endpoints_of_botocore_are_emulated() -> None:
    """The names that an unchanged client really asks for, in every region of Amazon Q Business."""
    for region in ("us-east-1", "us-west-2", "eu-west-1", "ap-southeast-2"):
        names = Names(region)
        for service in ("sts", "iam", "s3", "secretsmanager", "kms", "qbusiness"):
            url = boto3.client(service, region, aws_access_key_id="x", aws_secret_access_key="x").meta.endpoint_url
            host = url.removeprefix("https://")
            assert names.room(host) == "aws", host


@pytest.mark.parametrize("host", ["signin.aws.amazon.com", "example.com", "registry.example.org"])
def test_another_name_is_refused_with_a_reason(session: requests.Session, host: str) -> None:
    with pytest.raises(requests.exceptions.ProxyError, match=f"403 Forbidden: the embedded cloud refuses {host}"):
        session.get(f"https://{host}/")


def test_a_refusal_names_the_host_in_its_body(sandbox: Sandbox) -> None:
    with _plain(sandbox) as connection:
        connection.sendall(b"CONNECT signin.aws.amazon.com:443 HTTP/1.1\r\nHost: signin.aws.amazon.com:443\r\n\r\n")
        answer = _read(connection)
    assert answer.startswith(b"HTTP/1.1 403 ")
    assert b"refuses signin.aws.amazon.com" in answer.partition(b"\r\n\r\n")[2]


def test_another_port_is_refused(sandbox: Sandbox) -> None:
    with _plain(sandbox) as connection:
        connection.sendall(b"CONNECT acme.okta.com:22 HTTP/1.1\r\n\r\n")
        assert _read(connection).startswith(b"HTTP/1.1 403 ")


def test_plain_http_is_not_proxied(session: requests.Session) -> None:
    for url in ("http://example.com/", f"http://{ORG}/"):
        answer = session.get(url)
        assert answer.status_code == 403
        assert "refuses" in answer.json()["error"]


def test_the_proxy_is_no_site(sandbox: Sandbox) -> None:
    answer = requests.get(sandbox.proxy.url, timeout=30)
    assert answer.status_code == 400
    assert "CONNECT" in answer.json()["error"]


def test_the_certificate_is_for_the_host_and_of_the_authority(sandbox: Sandbox) -> None:
    trusting = ssl.create_default_context(cafile=str(sandbox.ca_file))
    with _plain(sandbox) as connection:
        connection.sendall(b"CONNECT acme.okta.com:443 HTTP/1.1\r\n\r\n")
        assert b" 200 " in connection.recv(4096)
        with trusting.wrap_socket(connection, server_hostname=ORG) as tls:
            certificate = tls.getpeercert()
    assert certificate is not None
    assert certificate["subjectAltName"] == (("DNS", ORG),)


def test_the_system_does_not_trust_the_authority(sandbox: Sandbox) -> None:
    with _session(sandbox) as stranger:
        stranger.verify = True
        with pytest.raises(requests.exceptions.SSLError):
            stranger.get(f"https://{ORG}/")


def test_tls_without_connect_is_led_by_its_name(sandbox: Sandbox) -> None:
    trusting = ssl.create_default_context(cafile=str(sandbox.ca_file))
    with _plain(sandbox) as connection, trusting.wrap_socket(connection, server_hostname=ORG) as tls:
        tls.sendall(b"GET /.well-known/okta-organization HTTP/1.1\r\nHost: acme.okta.com\r\nConnection: close\r\n\r\n")
        assert _read(tls).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("name", ["signin.aws.amazon.com", None])
def test_tls_without_connect_for_another_name_is_refused(sandbox: Sandbox, name: str | None) -> None:
    trusting = ssl.create_default_context(cafile=str(sandbox.ca_file))
    trusting.check_hostname = name is not None
    with _plain(sandbox) as connection, pytest.raises((ssl.SSLError, ConnectionError)):
        trusting.wrap_socket(connection, server_hostname=name)


def test_the_host_header_must_be_the_connections(session: requests.Session) -> None:
    answer = session.get(f"https://{ORG}/", headers={"Host": "sts.amazonaws.com"})
    assert answer.status_code == 421


def test_a_silent_connection_keeps_nobody_waiting(sandbox: Sandbox, session: requests.Session) -> None:
    """Browsers open connections ahead of need."""
    with _plain(sandbox), _plain(sandbox) as tunnel:
        tunnel.sendall(b"CONNECT acme.okta.com:443 HTTP/1.1\r\n\r\n")
        assert b" 200 " in tunnel.recv(4096)
        assert session.get(f"https://{ORG}/.well-known/okta-organization", timeout=30).status_code == 200


def test_connections_are_kept(sandbox: Sandbox, session: requests.Session) -> None:
    for _unused in range(3):
        session.get(f"https://{ORG}/.well-known/okta-organization")
    assert len({entry.connection for entry in sandbox.cloud.log.since()}) == 1


def test_clients_reach_every_service(sandbox: Sandbox) -> None:
    assert _client(sandbox, "sts").get_caller_identity()["Account"] == "123456789012"
    assert _client(sandbox, "iam").list_roles()["Roles"] == []
    assert _client(sandbox, "kms").list_keys()["Keys"] == []
    secret = _client(sandbox, "secretsmanager").create_secret(Name="one", SecretString="x")
    assert secret["Name"] == "one"


@pytest.mark.parametrize("style", ["virtual", "path"])
def test_objects_in_buckets(sandbox: Sandbox, style: str, tmp_path: Path) -> None:
    """Both kinds of bucket address, bodies from memory and from a file (chunked with a trailing checksum)."""
    s3 = _client(sandbox, "s3", s3={"addressing_style": style})
    s3.create_bucket(Bucket="bucket-one")
    s3.put_object(Bucket="bucket-one", Key="folder/a b.txt", Body=b"hello")
    path = tmp_path / "file"
    path.write_bytes(bytes(range(256)) * 1000)
    with path.open("rb") as file:
        s3.put_object(Bucket="bucket-one", Key="big", Body=file)
    assert s3.get_object(Bucket="bucket-one", Key="folder/a b.txt")["Body"].read() == b"hello"
    assert s3.get_object(Bucket="bucket-one", Key="big")["Body"].read() == path.read_bytes()
    assert s3.list_objects_v2(Bucket="bucket-one")["KeyCount"] == 2


@pytest.mark.parametrize("effect", ["cut_before", "cut_after"])
def test_a_cut_reaches_the_client(sandbox: Sandbox, effect: str) -> None:
    sandbox.cloud.faults.add(Fault(effect, service="iam"))
    iam = _client(sandbox, "iam")
    with pytest.raises(BotoCoreError):
        iam.create_policy(PolicyName="one", PolicyDocument=document(allow("s3:GetObject")))
    assert [entry.error for entry in sandbox.cloud.log.since()] == [effect]


def test_the_folder_is_private_and_goes_away() -> None:
    with full_cloud(Options(okta_host="other.okta.com")) as sandbox:
        folder = sandbox.folder
        assert folder.stat().st_mode & 0o777 == 0o700
        sandbox.authority.context("other.okta.com")
        # The authority's key and the hosts' are in no file.
        assert [path.name for path in folder.iterdir()] == ["ca.pem"]
        assert b"PRIVATE" not in sandbox.ca_file.read_bytes()
        assert sandbox.environment()["OKTA_CLIENT_ORGURL"] == "https://other.okta.com"
    assert not folder.exists()
