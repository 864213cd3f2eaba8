# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No row of the table of causes is without a test that makes its fault happen."""

from __future__ import annotations

import test_causes_aws
import test_causes_oidc
import test_causes_okta
from cause_cases import ROWS

#: Rows with a test of their own beside the lists.
BESIDE = {"authorize.other"}


def test_every_row_has_a_case() -> None:
    lists = (test_causes_okta.CASES, test_causes_oidc.CASES, test_causes_aws.BY_SAML, test_causes_aws.BY_OIDC)
    assert {case.key for cases in lists for case in cases} | BESIDE == set(ROWS)
