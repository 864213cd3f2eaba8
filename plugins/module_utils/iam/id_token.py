# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What an ID token says to AWS. Its signature is not checked here: STS does that, and nothing is believed before.

Sources: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html;
https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from typing import Any

from .. import causes
from ..errors import LayerError

#: The claim that holds the session tags, and the same tag as a claim of its own.
TAGS_CLAIM = "https://aws.amazon.com/tags"
FLAT_EMAIL = f"{TAGS_CLAIM}/principal_tags/Email"
#: ``RoleSessionName`` in the service model ``sts``: 2 to 64 of these.
_UNFIT = re.compile(r"[^\w+=,.@-]", re.ASCII)
SESSION_NAME_LENGTHS = (2, 64)


def claims(id_token: str) -> dict[str, Any]:
    """The claims of a signed token (JWS, compact form), unverified.

    :raises LayerError: layer ``id_token``; it is none. The message holds nothing of the token.
    """
    parts = id_token.strip().split(".")
    if len(parts) != 3:
        raise _broken(f"it has {len(parts)} parts, and a signed token has three")
    try:
        body = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except (ValueError, binascii.Error):
        raise _broken("its middle part is no JSON in base64url") from None
    if not isinstance(body, dict):
        raise _broken("its middle part holds no claims")
    return body


def _broken(why: str) -> LayerError:
    return causes.error("id_token.broken", why=why)


def email_tag(token_claims: Mapping[str, Any]) -> str:
    """The tag by which Q Business knows the person, from either of the two forms; ``""`` when there is none."""
    tags = token_claims.get(TAGS_CLAIM)
    nested = tags.get("principal_tags") if isinstance(tags, Mapping) else None
    found = nested.get("Email") if isinstance(nested, Mapping) else token_claims.get(FLAT_EMAIL)
    if isinstance(found, list):
        found = found[0] if len(found) == 1 else ""
    return found if isinstance(found, str) else ""


def session_name(token_claims: Mapping[str, Any]) -> str:
    """A session name that STS takes: the person's email, else what else names the person.

    What STS does not take becomes a hyphen; what is too long loses its end.
    """
    shortest, longest = SESSION_NAME_LENGTHS
    candidates = (
        token_claims.get("email"),
        email_tag(token_claims),
        token_claims.get("preferred_username"),
        token_claims.get("sub"),
    )
    for candidate in candidates:
        name = _UNFIT.sub("-", candidate)[:longest] if isinstance(candidate, str) else ""
        if len(name) >= shortest:
            return name
    return "qbusiness-federation"
