# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Okta's own SDK reads of an org, as JSON. Runs in an environment of its own, without the collection."""

from __future__ import annotations

import asyncio
import json
import os
from typing import Any


async def look() -> dict[str, Any]:
    from okta.client import Client

    client = Client(
        {
            "orgUrl": os.environ["OKTA_CLIENT_ORGURL"],
            "token": os.environ["OKTA_CLIENT_TOKEN"],
            "proxy": {"host": "127.0.0.1", "port": int(os.environ["QBUSINESS_SANDBOX_PROXY"].rpartition(":")[2])},
        }
    )
    apps, _response, error = await client.list_applications()
    if error:
        raise SystemExit(str(error))
    return {app.label: {"id": app.id, "status": str(app.status), "mode": str(app.sign_on_mode)} for app in apps}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(look())))
