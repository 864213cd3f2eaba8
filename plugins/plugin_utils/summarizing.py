# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The task that ends a run: what it did, what needs attention, and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..module_utils.errors import FederationError
from ..module_utils.federation.host_variables import LABELS, protocol_of
from ..module_utils.federation.summary import differences, diffs, summary
from ..module_utils.host import Context, Function
from ..module_utils.placeholder import is_placeholder
from . import shared
from .application_values import APPLICATION, APPS, EXPERIENCE, outcome_of
from .controller import Controller
from .hosts import own_url, value
from .run_hosts import groups_of
from .telling import tell


class DifferentError(FederationError):
    """The live estate differs from the inventory."""


class Summarize(Controller):
    """Runs in the controller, which has the results of all tasks."""

    def reason_to_hand_over(self, variables: Mapping[str, Any]) -> str:
        return ""

    def function_of(self, variables: Mapping[str, Any]) -> Function:
        federation = dict(variables.get("federation") or {})
        groups = groups_of(variables)
        names = [name for names in groups.values() for name in names]
        results = {name: facts_of(variables["hostvars"][name], federation, name) for name in dict.fromkeys(names)}
        shows = bool(self._task.diff)
        return lambda context: answer(context, federation, results, shows_diffs=shows)


def facts_of(host: Mapping[str, Any], federation: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return what a host is after the run, for a person."""
    read = (federation.get("hosts") or {}).get(name) or {}
    facts: dict[str, Any] = {}
    result = outcome_of(host, APPLICATION)
    application = result.get("application") or {}
    exists = bool(application) if result else bool(read.get("exists"))
    if exists and not read.get("refused"):
        experience = outcome_of(host, EXPERIENCE)
        facts["application"] = value(host, "qbusiness_application_display_name", name)
        facts["planned"] = is_placeholder(result.get("application_id"))
        facts["status"] = application.get("status") or read.get("application_status")
        facts["application_id"] = result.get("application_id") or read.get("application_id")
        facts["url"] = experience.get("default_endpoint") or read.get("web_experience_url") or own_url(host)
    protocol = protocol_of(host)
    app = value(host, APPS[protocol], {}) if protocol else {}
    if protocol and (app.get("app_id") or read.get("app_id")):
        provider = value(host, "iam_identity_provider_result", {})
        facts["app_label"] = value(host, LABELS[protocol], "")
        facts["app_id"] = app.get("app_id") or read.get("app_id")
        facts["provider_arn"] = provider.get("provider_arn") or read.get("provider_arn")
    return facts


def answer(
    context: Context,
    federation: Mapping[str, Any],
    results: Mapping[str, Mapping[str, Any]],
    *,
    shows_diffs: bool = False,
) -> dict[str, Any]:
    """Show the summary, and return it.

    :raises DifferentError: something differs, and that is to fail
    """
    records = shared.journal().read()
    lines = summary(federation, results, records, checks=context.check_mode)
    tell(lines)
    if context.check_mode and shows_diffs:
        tell(diffs(records))
    different = differences(records)
    if context.parameters["fail_on_differences"] and different:
        told = [
            f"{item['host']}: {item['object']}: {item['field']}: inventory {item['inventory']!r}, live {item['live']!r}"
            for item in different
        ]
        raise DifferentError("The live estate differs from the inventory.\n" + "\n".join(told), differences=different)
    stats = {
        f"federated_{''.join(letter if letter.isalnum() else '_' for letter in name)}": {
            "application_id": facts["application_id"],
            "url": facts["url"],
        }
        for name, facts in results.items()
        if facts.get("application")
    }
    return {
        "changed": False,
        "summary": lines,
        "differences": different,
        # For later jobs of a workflow, as ansible.builtin.set_stats leaves it.
        "ansible_stats": {"data": stats, "per_host": False, "aggregate": True},
    }
