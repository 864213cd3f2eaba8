# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A cloud inside the test's own process, for tests of the cloud itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from qbusiness_sandbox.cloud import Cloud, Room
from qbusiness_sandbox.server import Listener, Server


@dataclass
class Running:
    """A started cloud: its state, and the URL of each room."""

    cloud: Cloud
    urls: dict[str, str] = field(default_factory=dict)


@contextmanager
def serving(cloud: Cloud, rooms: dict[str, Room] | None = None) -> Iterator[Running]:
    """Serve the rooms of ``cloud`` (or just these) over plain HTTP on free ports until the block ends."""
    if rooms is not None:
        cloud.rooms = rooms
    listeners = {name: Listener(Server(cloud, name)) for name in cloud.rooms}
    for listener in listeners.values():
        listener.start()
    try:
        yield Running(cloud, {name: listener.url for name, listener in listeners.items()})
    finally:
        for listener in listeners.values():
            listener.stop()
