# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What one host's variables have to be together: required ones, and those that exclude each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ...module_utils.federation.host_variables import LABELS, SAML, is_set, names_protocol
from ...module_utils.qbusiness.index import MOST_UNITS
from .values import shown

Variables = Mapping[str, Any]
SOURCES = "qbusiness_knowledge_data_sources"


def identity_faults(host: str, variables: Variables) -> Iterator[str]:
    """Return what is wrong with a host of the group ``identities``."""
    protocol = names_protocol(variables)
    if not protocol:
        yield (
            f"okta_saml_app_label: is required, as {host} is in the group identities and has no okta_oidc_app_label "
            "either. Allowed is one of them, the label of the app in Okta, such as Amazon Q Business."
        )
        return
    if all(is_set(variables.get(label)) for label in LABELS.values()):
        yield (
            f"okta_oidc_app_label: {shown(variables['okta_oidc_app_label'])} is not allowed with okta_saml_app_label. "
            "An identity signs in by one protocol; allowed is one label, such as okta_saml_app_label: Amazon Q "
            "Business."
        )
    if not is_set(variables.get(LABELS[protocol])):
        yield f"{LABELS[protocol]}: is empty. Allowed is the label of the app in Okta, such as Amazon Q Business."
    if protocol == SAML and not is_set(variables.get("iam_identity_provider_name")):
        yield (
            "iam_identity_provider_name: is required. Allowed is the name of the SAML provider in IAM, such as "
            "okta-acme."
        )
    yield from _type_faults(protocol, variables)
    yield from _both("okta_app_id", "okta_app_create", "app in Okta", variables)
    for name in ("okta_saml_app_requestable_urls", "okta_saml_app_role_values", "okta_oidc_app_redirect_uris"):
        yield from _clashes(name, variables)


def _type_faults(protocol: str, variables: Variables) -> Iterator[str]:
    kind = variables.get("iam_identity_provider_type")
    if is_set(kind) and kind != protocol:
        yield (
            f"iam_identity_provider_type: {shown(kind)} is not allowed with {LABELS[protocol]}. Allowed is the "
            f"protocol of the app, such as {protocol}; it is the default."
        )


def _clashes(name: str, variables: Variables) -> Iterator[str]:
    for number, item in enumerate(variables.get(f"{name}_absent") or ()):
        if item in (variables.get(name) or ()):
            yield (
                f"{name}_absent[{number}]: {shown(item)} is in {name}, too. Allowed is a value in one of the lists, "
                f"such as {name}."
            )


def _both(pin: str, create: str, noun: str, variables: Variables) -> Iterator[str]:
    if variables.get(create) and is_set(variables.get(pin)):
        yield (
            f"{create}: true is not allowed with {pin}, which names an existing {noun}. Allowed is one of them, such "
            f"as {create}: false."
        )


def application_faults(_host: str, variables: Variables) -> Iterator[str]:
    """Return what is wrong with a host of the group ``applications``."""
    if not is_set(variables.get("qbusiness_application_display_name")):
        yield (
            "qbusiness_application_display_name: is required. Allowed is the name of the application in Amazon Q "
            "Business, such as assistant."
        )
    yield from _both("qbusiness_application_id", "qbusiness_application_create", "application", variables)
    for check in _CHECKS:
        yield from check(variables)


def _kendra(variables: Variables) -> Iterator[str]:
    if is_set(variables.get("qbusiness_knowledge_kendra_index_id")) and variables.get(SOURCES):
        yield (
            f"{SOURCES}: is not allowed with qbusiness_knowledge_kendra_index_id, as an application over an Amazon "
            "Kendra index takes its documents from Kendra's own data sources. Allowed is one of them, such as "
            f"{SOURCES}: []."
        )


def _units(variables: Variables) -> Iterator[str]:
    units, kind = variables.get("qbusiness_knowledge_index_units"), variables.get("qbusiness_knowledge_index_type")
    most = MOST_UNITS.get(str(kind or "ENTERPRISE"))
    if most is not None and str(units).strip().isdecimal() and int(str(units)) > most:
        yield (
            f"qbusiness_knowledge_index_units: {units} is too many for an index of the type {kind or 'ENTERPRISE'}. "
            f"Allowed are 1 to {most}, such as 1."
        )


def _vpc(variables: Variables) -> Iterator[str]:
    names = ("qbusiness_knowledge_vpc_subnet_ids", "qbusiness_knowledge_vpc_security_group_ids")
    given = [name for name in names if variables.get(name)]
    if len(given) == 1:
        missing = names[1] if given[0] == names[0] else names[0]
        example = "[sg-0a1b2c3d4e5f67890]" if missing == names[1] else "[subnet-0a1b2c3d4e5f67890]"
        yield f"{missing}: is required with {given[0]}. Allowed are the IDs of one VPC, such as {example}."


def _sources(variables: Variables) -> Iterator[str]:
    seen: dict[Any, int] = {}
    for number, item in enumerate(variables.get(SOURCES) or ()):
        name = item.get("name")
        if is_set(name) and seen.setdefault(name, number) != number:
            yield (
                f"{SOURCES}[{number}].name: {shown(name)} is the name of {SOURCES}[{seen[name]}], too. Allowed is "
                "each data source once, such as policies and handbook."
            )


def _extensions(variables: Variables) -> Iterator[str]:
    extensions = variables.get("qbusiness_web_experience_browser_extensions")
    if extensions and is_set(variables.get("qbusiness_web_experience_sso_url")):
        yield _no_extension(extensions)


def _no_extension(extensions: Any) -> str:
    return (
        f"qbusiness_web_experience_browser_extensions: [{', '.join(map(str, extensions))}] is not supported with "
        "sign-in by SAML. Allowed is a browser extension of an application whose identity has an "
        "okta_oidc_app_label, such as [CHROME]."
    )


def _theme(variables: Variables) -> Iterator[str]:
    if is_set(variables.get("qbusiness_web_experience_theme_bucket")):
        return
    for key, file in (variables.get("qbusiness_web_experience_theme") or {}).items():
        if is_set(file) and "://" not in str(file):
            yield (
                f"qbusiness_web_experience_theme.{key}: {shown(file)} is the key of a file, and "
                "qbusiness_web_experience_theme_bucket is not set. Allowed is a key with that bucket, or a URL, such "
                f"as https://example.com/{str(file).lstrip('/')}."
            )


_CHECKS: tuple[Callable[[Variables], Iterator[str]], ...] = (
    _kendra,
    _units,
    _vpc,
    _sources,
    _extensions,
    _theme,
)


def extensions_by_saml(variables: Variables) -> Iterator[str]:
    """Return the fault of browser extensions of an application whose identity is one of SAML."""
    extensions = variables.get("qbusiness_web_experience_browser_extensions")
    if extensions and not is_set(variables.get("qbusiness_web_experience_sso_url")):
        yield _no_extension(extensions)
