# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A service that gives connector documents back in a spelling of its own (option ``normalise_documents``, off).

guess: all of it; one recorded document came back as it was sent. What could be rewritten is: numbers and booleans as
texts, the order of members and lists, and defaults filled in (those that the connectors' schemas name).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: The option's name.
OPTION = "normalise_documents"
_DELETION = {"enableDeletionProtection": "false", "deletionProtectionThreshold": "15"}
_FILES = {"inclusionFileTypePatterns": [], "exclusionFileTypePatterns": [], "maxFileSizeInMegaBytes": "50"}
#: What is filled in where it is missing.
DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "S3": {
        "additionalProperties": {
            **{f"{way}{what}": [] for way in ("inclusion", "exclusion") for what in ("Patterns", "Prefixes")},
            "maxFileSizeInMegaBytes": "50",
            **_DELETION,
        }
    },
    "S3V2": {
        "filterConfiguration": {"maxFileSizeInMegaBytes": "50", "inclusionPatterns": [], "exclusionPatterns": []},
        "deletionProtectionConfiguration": dict(_DELETION),
    },
    "WEBCRAWLERV2": {
        "version": "1.0.0",
        "connectionConfiguration": {"repositoryEndpointMetadata": {"authentication": "NoAuthentication"}},
        "additionalProperties": {
            "crawlAttachments": "false",
            "inclusionURLCrawlPatterns": [],
            "exclusionURLCrawlPatterns": [],
            **_DELETION,
        },
    },
    "CONFLUENCEV2": {
        "version": "1.0.0",
        "enableIdentityCrawler": "true",
        "additionalProperties": {"isCrawlPersonalSpace": "false", "proxyHost": "", **_FILES, **_DELETION},
    },
    "SHAREPOINTV2": {
        "version": "1.0.0",
        "additionalProperties": {"crawlListData": "true", "proxyHost": "", **_FILES, **_DELETION},
    },
}


def normalised(document: dict[str, Any]) -> dict[str, Any]:
    """A document as such a service stores it."""
    full = _filled(document, DEFAULTS.get(str(document.get("type")), {}))
    answer: dict[str, Any] = _respelled(full)
    return answer


def _filled(value: Any, defaults: Any) -> Any:
    if not isinstance(value, dict) or not isinstance(defaults, Mapping):
        return value
    added = {name: _filled({}, default) for name, default in defaults.items() if isinstance(default, Mapping)}
    plain = {name: default for name, default in defaults.items() if not isinstance(default, Mapping)}
    filled = {name: _filled(item, defaults.get(name)) for name, item in value.items()}
    return {**plain, **added, **filled}


def _respelled(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _respelled(value[name]) for name in reversed(value)}
    if isinstance(value, list):
        return [_respelled(item) for item in reversed(value)]
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(int(value) if float(value).is_integer() else value)
    return value
