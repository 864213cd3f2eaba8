# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the check of the input says of options in which Ansible's own validation has found faults: told at once."""

from __future__ import annotations

import typing as t
from collections.abc import Callable
from typing import Any

from .errors import InputError

if t.TYPE_CHECKING:
    from .host import Context


def further_faults(function: Callable[[Context], Any], context: Context) -> list[str]:
    """The faults, each a sentence that starts with its option.

    Only of a state at AWS can anything be said without asking a service.

    :param context: in check mode, with a :class:`.aws.SilentAws`; its options as far as they could be validated
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
