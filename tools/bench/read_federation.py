# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the whole federation of the environment with the collection's reader, and print how many objects it found."""

from __future__ import annotations

import json
import os
import sys
from collections import Counter

from ansible_collections.qbusiness.federation.plugins.module_utils.aws import Aws
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.model import Federation
from ansible_collections.qbusiness.federation.plugins.module_utils.federation.reader import Reader
from ansible_collections.qbusiness.federation.plugins.module_utils.okta.session import connect

PARTS = ("indices", "retrievers", "data_sources", "web_experiences")


def counted(federation: Federation) -> dict[str, int]:
    """The objects by kind, as the floor counts them."""
    found: Counter[str] = Counter(applications=len(federation.applications))
    roles = {role.arn for application in federation.applications for role in application.roles}
    found["roles"], found["policies"] = len(roles), 0
    for application in federation.applications:
        for part in PARTS:
            found[part] += len(getattr(application, part))
        found["policies"] += sum(len(role.inline) for role in application.roles)
    for identity in federation.identities:
        found["providers"] += identity.provider is not None
        found["apps"] += identity.app is not None
        found["trusting"] += len(identity.roles)
    return dict(found)


def main() -> None:
    okta = connect(
        {"okta_org_url": os.environ["OKTA_CLIENT_ORGURL"], "okta_api_token": os.environ["OKTA_CLIENT_TOKEN"]}
    )
    federation = Reader(Aws({}), okta, int(sys.argv[1])).federation()
    if federation.unread:
        raise SystemExit(f"Not everything could be read: {federation.unread[:3]}")
    print(json.dumps(counted(federation), sort_keys=True))


if __name__ == "__main__":
    main()
