# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Identity providers of an account, read only, shown as ``iam_federation_provider`` shows them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from ..host import Context
from ..placeholder import is_placeholder
from . import arns
from .provider import SERVICE, Provider
from .providers import TYPES

#: Kind in the ARN → type, and the option of that type that names it.
_KINDS = {provider.arn_kind: (kind, "name" if kind == "saml" else "url") for kind, provider in TYPES.items()}
OPTIONS: dict[str, Any] = {
    "provider_arn": {"type": "str"},
    "type": {"type": "str", "choices": list(TYPES)},
    "name": {"type": "str"},
    "url": {"type": "str"},
    "include_uses": {"type": "bool", "default": False},
    "regions": {"type": "list", "elements": "str"},
}


def providers(context: Context) -> dict[str, Any]:
    """What the module ``iam_federation_provider_info`` does.

    :raises ServiceError: IAM refuses
    """
    found = []
    for arn in sorted(_arns(context)):
        provider = of_arn(context, arn)
        state = provider.get()
        if state is None:
            continue
        shown = provider.view(state)
        if context.parameters["include_uses"]:
            shown["used_by"] = [use.name for use in provider.uses()]
        found.append(shown)
    return {"changed": False, "providers": found}


def _arns(context: Context) -> Iterator[str]:
    """The ARNs that the options name; one list for each type tells them all (it has no pages)."""
    parameters = context.parameters
    if any(is_placeholder(parameters.get(option)) for option in ("provider_arn", "url")):
        return
    for kind, provider in TYPES.items():
        if not _may_be(parameters, kind):
            continue
        for item in context.aws.pages(SERVICE, f"List{provider.kind}s", provider.list_key):
            arn = str(item["Arn"])
            if _matches(parameters, kind, arn):
                yield arn


def _may_be(parameters: Mapping[str, Any], kind: str) -> bool:
    """Whether a provider of this type can be meant at all."""
    if parameters.get("type") not in (None, kind):
        return False
    given = parameters.get("provider_arn")
    if given and f":{TYPES[kind].arn_kind}/" not in given:
        return False
    return not parameters.get("url" if kind == "saml" else "name")


def _matches(parameters: Mapping[str, Any], kind: str, arn: str) -> bool:
    end = arn.partition(f":{TYPES[kind].arn_kind}/")[2]
    named = parameters.get("name") if kind == "saml" else str(parameters.get("url") or "").removeprefix("https://")
    return parameters.get("provider_arn") in (None, "", arn) and (not named or named == end)


def of_arn(context: Context, arn: str) -> Provider:
    """The provider of an ARN, as the writing module knows it. The task's ``regions`` say where its users are."""
    parts = arns.provider(arn)
    if parts is None:
        raise AssertionError(f"{arn} is no ARN of an identity provider")
    kind, option = _KINDS[parts.kind]
    name = parts.name if option == "name" else f"https://{parts.name}"
    parameters = {"state": "absent", option: name, "regions": context.parameters.get("regions")}
    provider = TYPES[kind](replace(context, parameters=parameters))
    provider.arn = arn
    return provider
