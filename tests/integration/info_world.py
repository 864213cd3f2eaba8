# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of modules that only read share: what a module's documentation says that it answers."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from ansible_collections.qbusiness.federation.plugins.module_utils.host import Function


def documented(function: Function, plural: str) -> set[str]:
    """The keys of an object that the module of ``function`` answers, as its RETURN says."""
    module: Any = sys.modules[function.__module__]
    return set(yaml.safe_load(module.RETURN)[plural]["contains"])


def undocumented(function: Function, plural: str, found: Iterable[Mapping[str, Any]]) -> set[str]:
    """The keys of objects that were answered, and of which RETURN says nothing."""
    return {key for item in found for key in item} - documented(function, plural)
