# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Client ids leave a shared OpenID Connect provider; with the last of them the provider goes.

References are counted first: an application or a role that uses a client id keeps it there, and what trusts the
provider keeps the provider.
"""

from __future__ import annotations

from ..resource import Call, Result, State
from .oidc_provider import OidcProvider, client_ids


def release(provider: OidcProvider, *, check_mode: bool) -> Result:
    """Take the client ids of the task out, and the provider when none is left.

    :raises InUseError: somebody uses one of them, or trusts the provider that would go
    """
    current = provider.find()
    if current is None:
        return Result(provider, False, None, None)
    there = client_ids(current)
    leaving = [client for client in there if client in provider.client_ids]
    if there and not leaving:
        return Result(provider, False, current, current)
    if len(leaving) == len(there):
        return _removal(provider, current, check_mode=check_mode)
    users = provider.refuse_used(leaving)
    calls = [provider.removing(client) for client in leaving]
    losses = [*(f"client id {client}" for client in leaving), *(f"the sign-in with {user}" for user in users)]
    operations = [call.operation for call in calls]
    if check_mode:
        return Result(provider, True, current, _without(current, leaving), operations, losses)
    for call in calls:
        call.act()
    after = provider.get()
    if after is None or client_ids(after):
        return Result(provider, True, current, after, operations, losses)
    # Other runs have taken out the others meanwhile, and none of them saw the last one go.
    last = _removal(provider, after, check_mode=False)
    return Result(provider, True, current, last.after, [*operations, *last.operations], [*losses, *last.losses])


def _removal(provider: OidcProvider, current: State, *, check_mode: bool) -> Result:
    """The provider goes, unless another run has added a client id in the meantime."""
    calls: list[Call] = list(provider.removal(current))
    losses = list(provider.loss(current))
    operations = [call.operation for call in calls]
    if check_mode:
        return Result(provider, True, current, None, operations, losses)
    now = provider.get()
    if set(client_ids(now)) - set(client_ids(current)):
        return release(provider, check_mode=False)
    for call in calls:
        call.act()
    return Result(provider, True, current, None, operations, losses)


def _without(state: State, leaving: list[str]) -> State:
    return {**state, "ClientIDList": [client for client in client_ids(state) if client not in leaving]}
