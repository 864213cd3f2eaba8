#!/usr/bin/env python

# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rule 6: an inventory without hosts is an error."""

from __future__ import annotations

from consoles import Consoles, publish

consoles = Consoles()
consoles.application(consoles.saml(), sources=consoles.policies())
publish({}, {}, fails=True, message=["applications"], unchanged=True)
