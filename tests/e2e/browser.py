# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A headless Chromium that reaches the embedded cloud under the real host names, and nothing else."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webdriver import WebDriver
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import WebDriverWait

#: Names of Debian's packages, and of others'.
CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
CHROMEDRIVER = "chromedriver"
#: Seconds after which a page that does not come is given up; nothing is measured.
PATIENCE = 60
SIZE = (1280, 860)
#: Where pictures go, when it is set.
ARTEFACTS = "QBUSINESS_ARTEFACTS"


class NoBrowser(Exception):
    """The machine has no browser: an error of the set-up, never a reason to skip."""


def find(names: tuple[str, ...]) -> str:
    """The path of a program. Raises :class:`NoBrowser`."""
    for name in names:
        path = shutil.which(name)
        if path:
            return path
    raise NoBrowser(f"{names[0]} is not installed; on Debian: make debian-packages (chromium, chromium-driver)")


def arguments(environment: Mapping[str, str], profile: Path) -> list[str]:
    """The command line that leads Chromium to the cloud: its proxy for every name, its authority by the key's hash."""
    return [
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-features=OptimizationHints,MediaRouter,Translate",
        "--hide-scrollbars",
        "--force-color-profile=srgb",
        f"--window-size={SIZE[0]},{SIZE[1]}",
        f"--user-data-dir={profile}",
        f"--proxy-server={environment['QBUSINESS_SANDBOX_PROXY']}",
        f"--ignore-certificate-errors-spki-list={environment['QBUSINESS_SANDBOX_CA_SPKI']}",
    ]


@dataclass
class Browser:
    """A started browser. ``pictures``: the folder for screenshots."""

    driver: WebDriver
    pictures: Path

    def open(self, url: str) -> None:
        self.driver.get(url)

    def find(self, css: str) -> WebElement:
        """The first element, as soon as there is one. Raises selenium's ``TimeoutException``."""
        found: WebElement = WebDriverWait(self.driver, PATIENCE).until(
            lambda driver: driver.find_element(By.CSS_SELECTOR, css) if self.count(css) else False,
            f"no {css} on {self.driver.current_url} ({self.driver.title})",
        )
        return found

    def count(self, css: str) -> int:
        return len(self.driver.find_elements(By.CSS_SELECTOR, css))

    def fill(self, css: str, text: str) -> None:
        field = self.find(css)
        field.clear()
        field.send_keys(text)

    def click(self, css: str) -> None:
        self.find(css).click()

    def text(self, css: str) -> str:
        return self.find(css).text

    def sign_in(self, username: str, password: str) -> None:
        """Fill in Okta's form, which is there or on its way."""
        self.fill("#okta-signin-username", username)
        self.fill("#okta-signin-password", password)
        self.click("#okta-signin-submit")

    def picture(self, name: str) -> None:
        """Keep how the page looks now."""
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.driver.save_screenshot(str(self.pictures / f"{name}.png"))

    def complaints(self) -> list[str]:
        """What the browser itself found wrong with the pages: policies broken, files not loaded, scripts failed."""
        entries = self.driver.get_log("browser")  # type: ignore[attr-defined]  # of Chromium's driver only
        return [str(entry["message"]) for entry in entries if entry["level"] in ("SEVERE", "WARNING")]


@contextmanager
def browser(environment: Mapping[str, str], folder: Path) -> Iterator[Browser]:
    """Start a browser for the cloud with this environment; ``folder`` takes its profile, and its pictures unless
    ``QBUSINESS_ARTEFACTS`` names another place. Raises :class:`NoBrowser`."""
    options = Options()
    options.binary_location = find(CHROMIUM)
    for argument in arguments(environment, folder / "profile"):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(find((CHROMEDRIVER,))))
    try:
        yield Browser(driver, Path(os.environ.get(ARTEFACTS) or folder / "pictures"))
    finally:
        driver.quit()
