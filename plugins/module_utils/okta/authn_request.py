# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The request with which an application begins a SAML sign-in, and the two ways in which a browser carries it.

AWS's sample for applications that share one Okta app has this form; its page on the subject has broken XML.
Bindings: SAML 2.0 bindings, 3.4 (redirect: deflated) and 3.5 (POST).
"""

from __future__ import annotations

import base64
import uuid
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.sax.saxutils import escape, quoteattr

#: Who asks, when nobody says otherwise: AWS as a service provider.
ISSUER = "https://signin.aws.amazon.com/saml"


@dataclass(frozen=True)
class AuthnRequest:
    """A request. ``id``: what the response's InResponseTo has to be."""

    id: str
    xml: str

    def redirect(self) -> str:
        """The value of ``SAMLRequest`` in a query."""
        deflate = zlib.compressobj(wbits=-15)
        return base64.b64encode(deflate.compress(self.xml.encode()) + deflate.flush()).decode()

    def post(self) -> str:
        """The value of the form field ``SAMLRequest``."""
        return base64.b64encode(self.xml.encode()).decode()


def build(destination: str, *, issuer: str = ISSUER, acs_url: str = "", acs_index: int | None = None) -> AuthnRequest:
    """A request for the app's default assertion consumer service, or for another one by its URL or its index.

    It names no NameIDPolicy (Okta wants it to agree with the app) and no ForceAuthn (which would ask for the password
    again).

    :param destination: the app's SSO URL
    :param acs_url: one of the two, never both (SAML 2.0 core, 3.4.1)
    """
    identifier = f"_{uuid.uuid4().hex}"
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    chosen = ""
    if acs_url:
        chosen = f" AssertionConsumerServiceURL={quoteattr(acs_url)}"
    elif acs_index is not None:
        chosen = f' AssertionConsumerServiceIndex="{acs_index}"'
    xml = (
        '<samlp:AuthnRequest xmlns:samlp="urn:oasis:names:tc:SAML:2.0:protocol"'
        ' xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion"'
        f' ID="{identifier}" Version="2.0" IssueInstant="{now}" Destination={quoteattr(destination)}{chosen}'
        ' ProtocolBinding="urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST">'
        f"<saml:Issuer>{escape(issuer)}</saml:Issuer></samlp:AuthnRequest>"
    )
    return AuthnRequest(identifier, xml)
