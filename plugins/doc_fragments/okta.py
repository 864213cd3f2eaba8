# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documentation of how to connect to an Okta org."""

from __future__ import annotations


class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  okta_org_url:
    description:
      - The URL of the Okta org, like V(https://example.okta.com).
      - Without it the environment variables E(OKTA_CLIENT_ORGURL) and E(OKTA_ORG_URL) are read.
      - C(-admin) in the host's name is stripped.
    type: str
  okta_api_token:
    description:
      - An API token, without C(SSWS) before it.
      - Without it the environment variables E(OKTA_CLIENT_TOKEN) and E(OKTA_API_TOKEN) are read.
      - Goes not with O(okta_client_id) and O(okta_private_key). An empty text counts as not given.
    type: str
  okta_client_id:
    description:
      - The client id of a service app, in place of an API token. One token is fetched for a task.
      - Where the app demands proof of possession (DPoP), the task proves its requests with a key of its own.
      - Without it the environment variable E(OKTA_CLIENT_CLIENTID) is read.
    type: str
  okta_private_key:
    description:
      - The private key of the service app, as PEM without a passphrase (RSA, or the curve P-256) or as a JWK (RSA).
      - Without it the environment variable E(OKTA_CLIENT_PRIVATEKEY) is read.
      - Needs the Python library C(cryptography).
    type: str
  okta_private_key_id:
    description:
      - The id of the key, when the service app has more than one.
      - Without it the environment variable E(OKTA_CLIENT_PRIVATEKEYID) is read.
    type: str
  okta_scopes:
    description:
      - The scopes to ask for with a service app.
      - Without it those that the task needs are asked for. One that is not granted makes Okta refuse all of them.
    type: list
    elements: str
  okta_rate_reserve:
    description:
      - How many percent (0 to 90) of each of Okta's rate limits are left to people and to other programs.
      - All processes of a user on the controller that use the same token or service app share one budget, in a small
        file in the folder for temporary files. Near a limit their requests wait in one queue for the reset that Okta
        states.
      - Without it the environment variable E(QBUSINESS_OKTA_RATE_RESERVE) is read.
    type: int
    default: 10
requirements:
  - requests
  - cryptography (for a service app, and to say when certificates expire)
notes:
  - Certificates of a proxy or a private CA are taken from E(REQUESTS_CA_BUNDLE).
  - Okta's rate limits are waited for by Okta's own clock, before a request is sent. A task whose turn does not come
    nearer for ten minutes fails. A wait of more than two seconds is told in a warning, and at once with C(-vv).
"""
