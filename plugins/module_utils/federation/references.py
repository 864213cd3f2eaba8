# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who names a URL, a role, a secret, a bucket or a provider: computed from what was read. Pure functions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from .model import Application, Identity, OktaApp, Reference, Secret

#: Kind and value, and who names it.
Naming = tuple[str, str, str]


def references(
    applications: Iterable[Application], identities: Iterable[Identity], apps: Iterable[OktaApp]
) -> tuple[Reference, ...]:
    """What is named by anybody, in order. A value that nobody names has no entry.

    :param apps: all apps of the org, not only those of the identities
    """
    applications, identities = tuple(applications), tuple(identities)
    secrets = {item.arn: item for identity in identities for item in identity.secrets}
    named: dict[tuple[str, str], set[str]] = {}
    for kind, value, by in _namings(applications, identities, tuple(apps)):
        if value:
            canonical = _arn_of(value, secrets) if kind == "secret" else value
            named.setdefault((kind, canonical), set()).add(by)
    return tuple(Reference(kind, value, tuple(sorted(by))) for (kind, value), by in sorted(named.items()))


def _arn_of(named: str, secrets: dict[str, Secret]) -> str:
    """The ARN of a secret that is named by its ARN, by its name, or by its ARN without the last six characters."""
    for arn, secret in secrets.items():
        if named in (arn, secret.name, arn.rpartition("-")[0]):
            return arn
    return named


def _namings(
    applications: tuple[Application, ...], identities: tuple[Identity, ...], apps: tuple[OktaApp, ...]
) -> Iterator[Naming]:
    urls = [experience.url for application in applications for experience in application.web_experiences]
    for application in applications:
        yield from _by_application(application)
    for app in apps:
        yield from _by_app(app, urls)
    for identity in identities:
        if identity.provider is not None:
            for role in identity.roles:
                yield "provider", identity.provider.arn, f"role {role.arn}"


def phrase(application: Application) -> str:
    """How an application is called."""
    return f"application {application.name} ({application.id}) in {application.region}"


def _by_application(application: Application) -> Iterator[Naming]:
    whole = phrase(application)
    yield "provider", application.provider_arn, whole
    yield "role", str(application.settings.get("role_arn") or ""), whole
    for retriever in application.retrievers:
        yield "role", retriever.role_arn, f"retriever {retriever.name} of {whole}"
    for source in application.data_sources:
        by = f"data source {source.name} of {whole}"
        yield "role", source.role_arn, by
        yield from (("bucket", name, by) for name in source.buckets)
        yield from (("secret", named, by) for named in source.secrets)
    for experience in application.web_experiences:
        by = f"web experience {experience.id} of {whole}"
        yield "role", experience.role_arn, by
        yield "role", experience.secrets_role_arn, by
        yield "secret", experience.secret_arn, by
        yield "url", experience.authentication_url, by
        yield from (("bucket", name, by) for name in experience.theme_buckets)
    for plugin in application.plugins:
        by = f"plugin {plugin.name} of {whole}"
        yield "role", plugin.role_arn, by
        yield "secret", plugin.secret_arn, by


def _by_app(app: OktaApp, urls: list[str]) -> Iterator[Naming]:
    by = f"Okta app {app.label} ({app.id})"
    for url in urls:
        if url and any(item.startswith(url) for item in app.sign_in_urls):
            yield "url", url, by
    for pair in app.role_pairs:
        for arn in pair.split(","):
            kind = "role" if ":role/" in arn else "provider"
            yield kind, arn.strip(), by
