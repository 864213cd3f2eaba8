# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The gap between the read and the write of an application can be widened, without holding anybody else up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from okta_client import Client, org
from okta_oidc_client import new_client
from werkzeug.wrappers import Request, Response

#: Seconds; what follows happens in a few milliseconds.
GAP = 1.5


@pytest.fixture
def client() -> Iterator[Client]:
    with org() as running:
        yield running


def test_a_read_that_is_held_back_holds_nobody_up(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    app = new_client(client)
    path, room = f"/api/v1/apps/{app['id']}", client.room
    was_read, handle = threading.Event(), room.handle

    def watched(request: Request, operation: Any) -> Response:
        response = handle(request, operation)
        if request.method == "GET":
            was_read.set()
        return response

    monkeypatch.setattr(room, "handle", watched)
    room.cloud.settings.options["okta_read_to_write_delay"] = GAP
    start = room.cloud.log.since()[-1].number
    labels: list[str] = []
    reader = threading.Thread(target=lambda: labels.append(client.call("GET", path).json()["label"]))
    reader.start()
    assert was_read.wait(60)
    assert client.call("PUT", path, json={**app, "label": "Renamed"}).status_code == 200
    reader.join(60)
    assert labels == ["Web"]  # what it read is old by now
    assert [entry.method for entry in room.cloud.log.since(start)] == ["PUT", "GET"]


def test_two_writers_lose_a_change(client: Client) -> None:
    app = new_client(client, redirect_uris=["https://zero.example.com/cb"])
    path = f"/api/v1/apps/{app['id']}"
    client.room.cloud.settings.options["okta_read_to_write_delay"] = GAP
    together = threading.Barrier(2)

    def add(uri: str) -> None:
        together.wait(60)
        body = client.call("GET", path).json()
        body["settings"]["oauthClient"]["redirect_uris"].append(uri)
        assert client.call("PUT", path, json=body).status_code == 200

    names = [f"https://{name}.example.com/cb" for name in ("one", "two")]
    writers = [threading.Thread(target=add, args=(name,)) for name in names]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join(60)
    client.room.cloud.settings.options.clear()
    uris = client.call("GET", path).json()["settings"]["oauthClient"]["redirect_uris"]
    assert len(uris) == 2 and uris[1] in names
