# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Every member of Okta's SAML and OpenID Connect apps, as the package ``okta`` models them, is an option of okta_app,
or stands in the reviewed list.
"""

from __future__ import annotations

import inspect
import re
import sys
import types
import typing
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from botocore import xform_name
from okta.models.open_id_connect_application import OpenIdConnectApplication
from okta.models.saml_application import SamlApplication
from pydantic import BaseModel

sys.path.insert(0, str(Path(__file__).parent))

from model_walk import held, options_of

NOTHING: type = type(None)

REVIEWED = yaml.safe_load(Path(__file__).with_name("okta_members.yml").read_text(encoding="utf-8"))
SPELLED: dict[str, dict[str, str]] = REVIEWED["spelled"]
LEFT_OUT: dict[str, str] = REVIEWED["left_out"]
OPTIONS = options_of("okta_app")
#: Where members stand that are options at the top.
CONTAINERS = ("settings.signOn", "settings.oauthClient", "credentials.oauthClient", "credentials", "settings")
#: Unions are classes of their own in this package: their arms are looked into, the rest says how they are read.
ARM = re.compile(r"(any|one)of_schema_\d+_validator")
READING = frozenset({"actual_instance", "any_of_schemas", "one_of_schemas", "discriminator_value_class_map"})
#: Not looked into: what Okta sends along, and no app's own.
CLOSED = frozenset({"_links", "_embedded"})
SHORTEST_REASON = 25


def _bare(annotation: Any) -> tuple[Any, str]:
    """A type without what may be absent or how it is checked, and the mark of a list or map of it."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if origin in (typing.Union, types.UnionType):
        return _bare(next(item for item in arguments if item is not NOTHING))
    if origin is typing.Annotated:
        return _bare(arguments[0])
    if origin is list:
        return _bare(arguments[0])[0], "[]"
    if origin is dict:
        return _bare(arguments[1])[0], "{}"
    return annotation, ""


def walk(model: type[BaseModel], path: str) -> Iterator[str]:
    """All members of a model, each once where several arms of a union have it."""
    for field, information in model.model_fields.items():
        name = information.alias or field
        kind, mark = _bare(information.annotation)
        if name in READING:
            continue
        here = path if ARM.fullmatch(name) else f"{path}.{name}"
        if here != path:
            yield here
        if inspect.isclass(kind) and issubclass(kind, BaseModel) and name not in CLOSED:
            yield from walk(kind, here + (mark if here != path else ""))


def members() -> dict[str, str]:
    """Every member by its path below the app, with ``saml``, ``oidc``, or ``app`` for both."""
    saml = {path.removeprefix("saml.") for path in walk(SamlApplication, "saml")}
    oidc = {path.removeprefix("oidc.") for path in walk(OpenIdConnectApplication, "oidc")}
    return {
        **dict.fromkeys(sorted(saml & oidc), "app"),
        **dict.fromkeys(sorted(saml - oidc), "saml"),
        **dict.fromkeys(sorted(oidc - saml), "oidc"),
    }


MEMBERS = [f"{kind}.{path}" for path, kind in members().items()]


def option_path(member: str) -> str:
    """The option that a member would be by its own name; ``""`` for what only holds options."""
    path = member.partition(".")[2]
    if path in CONTAINERS:
        return ""
    container = next((name for name in CONTAINERS if path.startswith(f"{name}.")), "")
    return ".".join(str(xform_name(step)) for step in path.removeprefix(f"{container}.").split("."))


def how(member: str) -> str:
    """How a member is taken: ``option``, ``described``, ``spelled``, ``holds options``, ``left out`` or ``""``."""
    if member in LEFT_OUT:
        return "left out"
    if member in SPELLED:
        return "spelled" if held(OPTIONS, SPELLED[member]["option"]) else ""
    path = option_path(member)
    return held(OPTIONS, path) if path else "holds options"


def test_every_member_is_an_option_or_listed(capsys: pytest.CaptureFixture[str]) -> None:
    ways = {member: how(member) for member in MEMBERS}
    with capsys.disabled():
        told = ", ".join(f"{way or 'neither'} {count}" for way, count in sorted(Counter(ways.values()).items()))
        print(f"\nmembers of Okta's SAML and OpenID Connect apps: {len(MEMBERS)}; {told}")
    assert [member for member, way in ways.items() if not way] == []


def test_no_listed_member_has_vanished_or_become_an_option() -> None:
    assert sorted((set(LEFT_OUT) | set(SPELLED)) - set(MEMBERS)) == []
    assert set(LEFT_OUT) & set(SPELLED) == set()
    became = [member for member in (*LEFT_OUT, *SPELLED) if held(OPTIONS, option_path(member)) == "option"]
    # SAML apps have a structure of this name, which is an option.
    assert became == ["oidc.settings.oauthClient.participate_slo"]


def test_every_listed_member_has_a_reason_of_its_own() -> None:
    reasons = {**LEFT_OUT, **{member: item["reason"] for member, item in SPELLED.items()}}
    assert [member for member, why in reasons.items() if len(why) < SHORTEST_REASON] == []
    assert [member for member in reasons if "*" in member] == []


def test_a_new_member_is_found() -> None:
    class Client(BaseModel):
        brand_new: str | None = None
        grant_types: list[str] | None = None

    class Settings(BaseModel):
        oauthClient: Client | None = None  # noqa: N815 (Okta's own spelling)

    class App(BaseModel):
        settings: Settings

    found = [f"oidc.{path.removeprefix('oidc.')}" for path in walk(App, "oidc")]
    assert {member: how(member) for member in found} == {
        "oidc.settings": "holds options",
        "oidc.settings.oauthClient": "holds options",
        "oidc.settings.oauthClient.brand_new": "",
        "oidc.settings.oauthClient.grant_types": "option",
    }
