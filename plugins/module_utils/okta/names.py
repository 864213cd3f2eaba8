# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of the Apps API and of options, one into the other."""

from __future__ import annotations

import re
from typing import Any

Members = dict[str, Any]


def member_name(option: str) -> str:
    """``sso_acs_url`` → ``ssoAcsUrl``."""
    head, *rest = option.split("_")
    return head + "".join(part.capitalize() for part in rest)


def option_of(member: str) -> str:
    """``ssoAcsUrl`` → ``sso_acs_url``; what is an option's name already stays one."""
    return "ios" if member == "iOS" else re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", member).lower()
