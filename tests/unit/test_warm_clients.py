# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a controller loads of the AWS services before it forks, looked at through botocore's own loader and sockets."""

from __future__ import annotations

import socket
import typing as t

import pytest
from ansible_collections.qbusiness.federation.plugins.module_utils import boto_clients
from botocore.loaders import JSONFileLoader


@pytest.fixture
def loaded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The models of services that are read from files, in their order; any connection fails the test."""

    def refuse(*_arguments: t.Any, **_options: t.Any) -> t.NoReturn:
        raise AssertionError("a connection was opened")

    read: list[str] = []
    load = JSONFileLoader.load_file

    def noted(self: JSONFileLoader, path: str) -> t.Any:
        if path.endswith("service-2"):
            read.append(path.replace("\\", "/").split("/")[-3])
        return load(self, path)

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(JSONFileLoader, "load_file", noted)
    monkeypatch.setattr(boto_clients, "_warm", set())
    monkeypatch.setattr(boto_clients, "_loaders", {})
    monkeypatch.setattr(boto_clients, "_spare", [])
    return read


def test_the_common_services_are_loaded_once(loaded: list[str]) -> None:
    boto_clients.warm()
    boto_clients.warm()
    assert sorted(loaded) == ["iam", "qbusiness"]


def test_a_plugin_adds_what_it_needs(loaded: list[str]) -> None:
    boto_clients.warm()
    del loaded[:]
    boto_clients.warm(("s3", "qbusiness"))
    assert loaded == ["s3"]


@pytest.mark.parametrize("service", ["iam", "qbusiness", "s3", "secretsmanager", "sts"])
def test_every_service_gets_as_far_as_the_wire(loaded: list[str], service: str) -> None:
    boto_clients.warm((service,))
    assert boto_clients._warm == {service}
