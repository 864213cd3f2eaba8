# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Decide which live objects the variables of an identity mean. Pure functions of the model."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from .application_decision import text
from .host_variables import LABELS, is_on, text_list
from .matching import RefusedError, Wording, match
from .model import Application, OktaApp, Provider, Secret

Variables = Mapping[str, Any]
MODES = {"saml": "SAML_2_0", "oidc": "OPENID_CONNECT"}
#: Assertion consumer service URLs that belong to nobody: examples, and the AWS sign-in endpoint.
PLACEHOLDERS = ("http://sampleurl.com", "https://sampleurl.com", "https://signin.aws.amazon.com/saml")
#: Days before its end from which a certificate is named, and the age from which a client secret is.
CERTIFICATE_DAYS, SECRET_DAYS = 60, 365


class _App:
    """An Okta app, as :func:`match` sees it."""

    def __init__(self, app: OktaApp) -> None:
        self.app, self.id, self.name = app, app.id, app.label


def find_app(variables: Variables, protocol: str, apps: Sequence[OktaApp], pinned: OktaApp | None) -> OktaApp | None:
    """Return the Okta app that an identity means; ``None``: a new one.

    :param apps: those with the label
    :param pinned: the one of ``okta_app_id``
    :raises RefusedError: it does not exist, is of the other protocol, or several have the label
    """
    label, object_id = text(variables, LABELS[protocol]), text(variables, "okta_app_id")
    candidates = [_App(app) for app in ([pinned] if pinned else [] if object_id else apps)]
    wording = Wording("Okta app", "okta_app_id", LABELS[protocol], " in the Okta org")
    found = match(candidates, wording, object_id=object_id, name="" if object_id else label)
    if found is None:
        return None
    if found.app.sign_on_mode != MODES[protocol]:
        variable, another = (LABELS[protocol], "another label")
        if object_id:
            variable, another = ("okta_app_id", "the ID of another app")
        raise RefusedError(
            f'{variable}: Okta app "{found.name}" ({found.id}) has the sign-on mode {found.app.sign_on_mode}, not '
            f"{MODES[protocol]}, which is fixed at its creation. Set {another}."
        )
    return found.app


def refuse_second_app(variables: Variables, protocol: str, used: OktaApp, user: str) -> str:
    """Return the refusal of a new Okta app where another one is in use.

    :param used: the app that is in use
    :param user: what uses it
    """
    label = text(variables, LABELS[protocol])
    return (
        f'{LABELS[protocol]}: Okta app "{label}" not found, and {user} uses the Okta app '
        f'"{used.label}" ({used.id}). If that '
        f'app is now called "{label}", set okta_app_id: {used.id}. If "{label}" is a new app, set '
        "okta_app_create: true."
    )


def provider_arn(variables: Variables, protocol: str, account: str, partition: str, issuer: str) -> str:
    """Return the ARN that the identity's provider has or will have; empty where its name is not known."""
    if protocol == "oidc":
        url = text(variables, "iam_identity_provider_url") or issuer
        return f"arn:{partition}:iam::{account}:oidc-provider/{url.partition('://')[2].rstrip('/')}" if url else ""
    name = text(variables, "iam_identity_provider_name")
    return f"arn:{partition}:iam::{account}:saml-provider/{name}" if name else ""


def refuse_other_provider(arn: str, provider: Provider | None, applications: Sequence[Application]) -> Iterator[str]:
    """Yield a refusal for each application that signs in through another provider: that is fixed at its creation."""
    for application in applications:
        if application.provider_arn and arn and application.provider_arn != arn:
            if ":saml-provider/" in application.provider_arn:
                way = f"Set iam_identity_provider_name: {application.provider_arn.partition('/')[2]}"
            else:
                way = "Set okta_authorization_server_name to the authorization server of that issuer"
            state = "" if provider is not None else ", which does not exist,"
            yield (
                f'iam_identity_provider_name: application "{application.name}" ({application.id}) signs in through '
                f"{application.provider_arn}, not through {arn}{state} and an application keeps its "
                f"provider. {way}, or give "
                "the application another identity."
            )


def secret_of(variables: Variables, secrets: Collection[str]) -> str:
    """Return the ARN of the client secret that the identity's web experiences read; empty for a new one.

    :raises RefusedError: they read several
    """
    if text(variables, "okta_client_secret_name") or not secrets:
        return ""
    if len(secrets) > 1:
        raise RefusedError(
            f"okta_client_secret_name: web experiences of this identity read {len(secrets)} secrets: "
            f"{', '.join(sorted(secrets))}. Set okta_client_secret_name to the name of one."
        )
    return next(iter(secrets))


def acs_url_taken(variables: Variables, app: OktaApp, ours: Collection[str]) -> str:
    """Return the app's sign-on URL where it belongs to somebody else; empty where the identity may set it.

    :param ours: the URLs of the identity's applications
    """
    sign_on = (app.settings.get("settings") or {}).get("sign_on") or {}
    current = str(sign_on.get("sso_acs_url") or "")
    nobodys = (*PLACEHOLDERS, text(variables, "okta_saml_app_placeholder_url").rstrip("/") or PLACEHOLDERS[0])
    free = not current or current in ours or any(f"{current}/".startswith(f"{url}/") for url in nobodys)
    return "" if free or current == text(variables, "okta_saml_app_replace_acs_url") else current


def refuse_acs_url(app: OktaApp, current: str) -> str:
    """Return the refusal of a second web experience on one Okta SAML app."""
    return (
        f'qbusiness_identity: the sign-on URL of Okta app "{app.label}" ({app.id}) is {current}, '
        "which belongs to none of its "
        "applications in the inventory. An Okta SAML app has one sign-on URL, so whoever signs in "
        "there would be locked "
        "out. Give this application an identity of its own or its own URL "
        "(qbusiness_application_url); or, if nobody uses "
        f"that URL any more, set okta_saml_app_replace_acs_url: {current} for the identity."
    )


def expiry_notes(provider: Provider | None, secret: Secret | None, now: datetime) -> Iterator[str]:
    """Yield a note for a signing certificate that ends soon, and for a client secret that is old.

    Sign-ins go on as long as one certificate of the provider is valid.
    """
    ends = [end for item in (provider.certificates if provider else ()) if (end := _time(item.not_after))]
    if provider is not None and ends and max(ends) - now < timedelta(days=CERTIFICATE_DAYS):
        state = "ended" if max(ends) < now else "ends"
        yield (
            f"the signing certificate of identity provider {provider.arn} {state} on {max(ends):%Y-%m-%d}. "
            "Renew it in Okta and run the playbook again before then."
        )
    changed = _time(secret.last_changed) if secret else None
    if secret is not None and changed and now - changed > timedelta(days=SECRET_DAYS):
        yield (
            f"client secret {secret.name} was last changed on {changed:%Y-%m-%d}. Rotate it with "
            "okta_client_secret_rotate: always."
        )


def _time(text: str | None) -> datetime | None:
    """Return a time that the services wrote; ``None`` where it is none."""
    try:
        found = datetime.fromisoformat(text) if text else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def unassigned_notes(variables: Variables, protocol: str, app: OktaApp) -> Iterator[str]:
    """Yield a note for each group that is assigned and not in the inventory."""
    variable, purges = f"okta_{protocol}_app_groups", f"okta_{protocol}_app_purge_groups"
    if is_on(variables.get(purges)):
        return
    named = {str(item).strip() for item in text_list(variables.get(variable))}
    for group in app.groups or ():
        if group not in named:
            yield (
                f'group "{group}" is assigned to Okta app "{app.label}" ({app.id}) and is not in '
                f"{variable}. It stays; to remove "
                f"groups that are not listed, set {purges}: true."
            )
