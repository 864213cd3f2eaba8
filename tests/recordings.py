# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where recorded Okta traffic lies.

It is not part of this repository, since its licences are others; tests replay it only where it is provided. What it
taught stands in ``tests/contract/okta_facts``, which needs no recording.
"""

from __future__ import annotations

import os
from pathlib import Path

VARIABLE = "OKTA_RECORDINGS"
#: Tried where the variable is not set: a folder ``shared`` beside the checkout.
BESIDE = Path(__file__).resolve().parents[2] / "shared" / "fixtures" / "okta"
MISSING = (
    f"recorded Okta traffic is not provided: set {VARIABLE} to a folder of recordings, for example "
    f"{VARIABLE}=/srv/recordings/okta, or put them into ../shared/fixtures/okta beside the checkout"
)


def folder() -> Path | None:
    """Return the folder of recordings, or nothing where none is provided.

    A folder that the variable names is returned even if it is empty or does not exist: whoever reads it then fails and
    says so, where a skip would hide the wrong name.
    """
    if named := os.environ.get(VARIABLE):
        return Path(named)
    return BESIDE if any(BESIDE.glob("*.json")) else None


def files(place: Path) -> list[Path]:
    """Return the recordings in a folder, one file a scenario, by name. Raises ``FileNotFoundError`` for none."""
    found = sorted(place.glob("*.json"))
    if not found:
        raise FileNotFoundError(
            f"{VARIABLE}: {place} has no recordings. A folder with a JSON file for each scenario is required, "
            f"for example {VARIABLE}=/srv/recordings/okta."
        )
    return found
