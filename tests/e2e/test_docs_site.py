# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation site: it builds, its links lead somewhere, and its pages fit a wide and a narrow window."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from axe_core_python.selenium import Axe

sys.path.insert(0, str(Path(__file__).parent))

from browser import browser

pytestmark = pytest.mark.pages

ROOT = Path(__file__).parents[2]
#: A browser that reaches nothing but files.
ALONE = {"QBUSINESS_SANDBOX_PROXY": "http://127.0.0.1:9", "QBUSINESS_SANDBOX_CA_SPKI": ""}
WIDTHS = (1280, 500)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site. Its own checks of warnings and links are in the command."""
    folder = tmp_path_factory.mktemp("site") / "html"
    command = [sys.executable, str(ROOT / "tools" / "docs.py"), str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_every_module_role_and_playbook_has_its_description(site: Path) -> None:
    for path in (ROOT / "plugins" / "modules").glob("[a-z]*.py"):
        assert (site / "reference" / f"{path.stem}_module.html").exists()
    for path in (ROOT / "roles").iterdir():
        assert (site / "reference" / f"{path.name}_role.html").exists()
    text = (site / "playbooks.html").read_text(encoding="utf-8")
    assert [
        path.stem for path in (ROOT / "playbooks").glob("*.yml") if f'id="{path.stem.replace("_", "-")}"' not in text
    ] == []


def _pages(site: Path) -> list[Path]:
    """All pages written by hand, and one of each kind of those that are generated."""
    reference = ("index", "okta_app_module", "okta_saml_app_role", "qbusiness_inventory")
    return [*sorted(site.glob("*.html")), *(site / "reference" / f"{name}.html" for name in reference)]


def test_pages_are_accessible(site: Path, tmp_path: Path) -> None:
    """axe-core finds nothing that keeps a person from reading, at what WCAG 2.1 asks for (A and AA)."""
    rules = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}}
    with browser(ALONE, tmp_path) as chromium:
        found: dict[str, list[str]] = {}
        for page in _pages(site):
            chromium.open(page.as_uri())
            for broken in Axe().run(chromium.driver, options=rules)["violations"]:
                nodes = [" ".join(map(str, node["target"])) for node in broken["nodes"]]
                found.setdefault(f"{broken['id']}: {broken['help']}", []).append(f"{page.name}: {nodes[:3]}")
    assert found == {}


def test_pages_fit_and_load_all_they_show(site: Path, tmp_path: Path) -> None:
    with browser(ALONE, tmp_path) as chromium:
        for width in WIDTHS:
            chromium.driver.set_window_size(width, 900)
            for page in _pages(site):
                chromium.open(page.as_uri())
                measured = chromium.driver.execute_script(
                    "return [document.documentElement.scrollWidth <= innerWidth,"
                    " [...document.images].every(image => image.complete && image.naturalWidth > 0)]"
                )
                assert measured == [True, True], (page.name, width)
                chromium.picture(f"docs-{page.stem}-{width}")
        assert chromium.complaints() == []
