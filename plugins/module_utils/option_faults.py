# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the check of the input says of options in which Ansible's own validation has found faults: told at once."""

from __future__ import annotations

import typing as t
from collections.abc import Callable, Mapping
from typing import Any

from .errors import InputError

if t.TYPE_CHECKING:
    from .host import Context


#: What a declared type is in Python, where another one leads nowhere.
_FORMS: dict[str, tuple[type, ...]] = {
    "dict": (dict,),
    "list": (list, tuple),
    "int": (int,),
    "float": (int, float),
    "bool": (bool,),
}


def well_formed(spec: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Options without dictionaries, lists and numbers that are none: Ansible's validation has said so.

    :param spec: the argument spec
    """
    return {name: _formed(spec.get(name) or {}, value) for name, value in parameters.items()}


def _formed(option: Mapping[str, Any], value: Any) -> Any:
    kind = str(option.get("type") or "")
    if not isinstance(value, _FORMS.get(kind, (object,))):
        return None
    inner = option.get("options")
    if not inner:
        return value
    items: Any = value
    if kind == "list":
        return [well_formed(inner, item) if isinstance(item, Mapping) else item for item in items]
    return well_formed(inner, items)


def further_faults(function: Callable[[Context], Any], context: Context) -> list[str]:
    """The faults, each a sentence that starts with its option.

    Only of a state at AWS can anything be said without asking a service.

    :param context: in check mode, with a :class:`.aws.SilentAws`, and with :func:`well_formed` options
    """
    if "state" not in context.parameters or "okta_org_url" in context.parameters:
        return []
    try:
        function(context)
    except InputError as error:
        return error.faults
    except Exception:  # options that are wrong in form may lead anywhere; that is told already
        return []
    return []
