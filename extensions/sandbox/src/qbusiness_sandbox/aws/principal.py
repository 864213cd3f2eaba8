# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks: the identity behind an AWS request, as the rooms see it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

ADMINISTRATOR = "administrator"
SESSION = "session"


@dataclass(frozen=True)
class Principal:
    """The owner of the credentials that signed a request.

    ``kind`` is ``administrator`` (may do everything) or ``session`` (an assumed role). ``tags`` are the session's
    principal tags, e.g. ``{"Email": "ann@example.com"}``; ``federated_provider`` is the ARN of the identity provider
    that vouched for the user, or empty.
    """

    arn: str
    account_id: str
    access_key_id: str
    kind: str
    role_arn: str = ""
    session_name: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    federated_provider: str = ""
