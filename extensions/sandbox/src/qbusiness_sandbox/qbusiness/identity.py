# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Who asks a question: the user behind the credentials, and whether the user is subscribed.

Sources: reference sections 2.4, 4.7 and 4.16; the text about the subscription is that of an AWS sample's README
(``custom-web-experience-with-amazon-q-business``).
"""

from __future__ import annotations

import uuid

from qbusiness_sandbox.aws.principal import ADMINISTRATOR
from qbusiness_sandbox.qbusiness.applications import ANONYMOUS, IDC, PROVIDERS
from qbusiness_sandbox.qbusiness.errors import denied
from qbusiness_sandbox.qbusiness.kinds import APPLICATION
from qbusiness_sandbox.qbusiness.service import Call
from qbusiness_sandbox.qbusiness.subscriptions import subscribe, subscription_of

NOT_AUTHORIZED = "User is not authorized for this service call."
NO_SUBSCRIPTION = "User does not have a subscription for the given application."
#: The name of an anonymous user.
NOBODY = "anonymous"
EMAIL = "Email"
#: A session tag that stands for Identity Center's user id, since trusted identity propagation is not emulated.
CENTER_USER = "identitystore:UserId"
_USERS = uuid.UUID("6f3a2d0e-4f1b-5c55-9d8e-0f6b3f0b7a11")


def user_id(email: str) -> str:
    """The id under which a user of an IAM-federated application is listed. guess: 45 (the model wants a UUID)"""
    return str(uuid.uuid5(_USERS, email.lower()))


def person(call: Call) -> str:
    """The user of a call, by e-mail, without asking for a subscription. Raises AccessDenied when there is none."""
    call.active(APPLICATION)
    identity_type = call.identity_type
    if identity_type == ANONYMOUS:
        return NOBODY
    if not identity_type and "userId" in call.params:
        return str(call.params["userId"])  # an application from before identity types names the user itself
    principal = call.principal
    if principal is None or principal.kind == ADMINISTRATOR:
        raise denied(NOT_AUTHORIZED)
    if identity_type == IDC:
        center = principal.tags.get(CENTER_USER, "")
        if not center:
            raise denied(NOT_AUTHORIZED)
        return center
    email = principal.tags.get(EMAIL, "")
    provider = call.application.values.get("iamIdentityProviderArn", "")
    # guess: 46, a session of another identity provider is nobody here
    foreign = identity_type in PROVIDERS and principal.federated_provider not in ("", provider)
    if not email or foreign:
        raise denied(NOT_AUTHORIZED)
    return email.lower()


def subscriber(call: Call) -> str:
    """The user of a call, who must be subscribed.

    The first call of a user of an IAM-federated application with auto-subscription is refused and subscribes the user;
    the next one works.
    """
    user = person(call)
    identity_type = call.identity_type
    if identity_type in (ANONYMOUS, ""):
        return user
    if subscription_of(call, user if identity_type == IDC else user_id(user)) is not None:
        return user
    automatic = call.application.values.get("autoSubscriptionConfiguration", {})
    if (
        identity_type in PROVIDERS
        and automatic.get("autoSubscribe") == "ENABLED"
        and call.principal is not None
        and call.service.may_subscribe(call.principal)
    ):
        subscribe(call, {"user": user_id(user)}, automatic["defaultSubscriptionType"])
    raise denied(NO_SUBSCRIPTION)
