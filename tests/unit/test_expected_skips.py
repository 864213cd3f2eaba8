# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rule about skips, tried on small sessions of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).resolve().parent.parent / "conftest.py"
SKIPPED = "import pytest\n\n@pytest.mark.skip(reason='no moon')\ndef test_moon() -> None: ...\n"
EXPECTED_TO_FAIL = "import pytest\n\n@pytest.mark.xfail(reason='no sun')\ndef test_sun() -> None: assert False\n"
WHOLE_MODULE = "import pytest\n\npytest.skip('no sky', allow_module_level=True)\n"
GREEN = "def test_earth() -> None: ...\n"


def session(folder: Path, test: str, listed: str, *arguments: str, **variables: str) -> tuple[int, str]:
    """Run pytest on one file under the repository's own conftest; return its exit code and output."""
    for name in ("conftest.py", "recordings.py"):
        shutil.copy(CONFTEST.with_name(name), folder / name)
    (folder / "expected-skips").write_text(listed, encoding="utf-8")
    (folder / "test_it.py").write_text(test, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", "/dev/null"]
    command += ["--rootdir", str(folder)]
    # no plugin but those asked for: not those of ansible-test when it runs this, and half the time
    environment = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    for name in ("PYTEST_PLUGINS", "PYTEST_ADDOPTS", "PYTHONPATH", "OKTA_RECORDINGS"):
        environment.pop(name, None)
    environment.update(variables)
    run = subprocess.run(
        [*command, str(folder), *arguments], capture_output=True, text=True, check=False, cwd=folder, env=environment
    )
    return run.returncode, run.stdout + run.stderr


@pytest.mark.parametrize("arguments", [(), ("-p", "xdist.plugin", "-n", "2")], ids=["alone", "xdist"])
@pytest.mark.parametrize(
    ("test", "said"),
    [
        pytest.param(SKIPPED, "test_it.py::test_moon (Skipped: no moon)", id="skip"),
        pytest.param(EXPECTED_TO_FAIL, "test_it.py::test_sun (xfail: no sun)", id="xfail"),
        pytest.param(WHOLE_MODULE + GREEN, "test_it.py (Skipped: no sky)", id="module"),
    ],
)
def test_an_unlisted_skip_fails_the_session(tmp_path: Path, test: str, said: str, arguments: tuple[str, ...]) -> None:
    """With its name and its own reason; alone and on workers."""
    if arguments:
        pytest.importorskip("xdist")
    code, output = session(tmp_path, test, "", *arguments)
    assert code == 1
    assert f"not listed in tests/expected-skips: {said}" in output


@pytest.mark.parametrize("test", [SKIPPED, EXPECTED_TO_FAIL, WHOLE_MODULE + GREEN], ids=["skip", "xfail", "module"])
def test_a_listed_skip_is_fine(tmp_path: Path, test: str) -> None:
    """A pattern of the shell, two spaces, the reason."""
    code, output = session(tmp_path, GREEN + test, "# a comment\n\ntest_it.py*  # there is none\n", "--complete")
    assert code in (0, 5), output


def test_a_line_that_no_skip_needed_fails_the_session(tmp_path: Path) -> None:
    """What ran must not stand in the list."""
    code, output = session(tmp_path, GREEN, "*::test_earth  # it was flat\n")
    assert code == 1
    assert "but its tests ran: *::test_earth" in output


def test_a_line_that_names_no_test_fails_the_complete_session_only(tmp_path: Path) -> None:
    """A run of one folder knows nothing about the others."""
    assert session(tmp_path, GREEN, "*::test_mars  # far\n")[0] == 0
    code, output = session(tmp_path, GREEN, "*::test_mars  # far\n", "--complete")
    assert code == 1
    assert "names no test: *::test_mars" in output


def test_a_line_without_a_reason_is_refused(tmp_path: Path) -> None:
    """The reason is the point of the list."""
    code, output = session(tmp_path, GREEN, "*::test_earth\n")
    assert code != 0
    assert "is not of the form" in output


CONDITIONAL = "*::test_moon  # unless okta-recordings: there are none\n"


def test_a_conditional_line_lists_a_skip_where_nothing_is_provided(tmp_path: Path) -> None:
    """Neither the variable nor the folder beside the checkout."""
    code, output = session(tmp_path, SKIPPED, CONDITIONAL, "--complete")
    assert code in (0, 5), output


def test_a_conditional_line_allows_no_skip_where_it_is_provided(tmp_path: Path) -> None:
    """The recordings are named, so the tests that need them have to run."""
    code, output = session(tmp_path, SKIPPED, CONDITIONAL, OKTA_RECORDINGS=str(tmp_path))
    assert code == 1
    assert "not listed in tests/expected-skips: test_it.py::test_moon (Skipped: no moon)" in output


@pytest.mark.parametrize(("provided", "code"), [(True, 0), (False, 1)])
def test_a_conditional_line_lets_its_tests_run_where_it_is_provided(tmp_path: Path, provided: bool, code: int) -> None:
    """What ran without that which it needs did not need it: the line is wrong."""
    variables = {"OKTA_RECORDINGS": str(tmp_path)} if provided else {}
    answer, output = session(tmp_path, GREEN, CONDITIONAL.replace("moon", "earth"), "--complete", **variables)
    assert answer == code, output


def test_recordings_beside_the_checkout_are_found(tmp_path: Path) -> None:
    """Without the variable, a folder `shared` beside it."""
    (checkout := tmp_path / "checkout" / "tests").mkdir(parents=True)
    (beside := tmp_path / "shared" / "fixtures" / "okta").mkdir(parents=True)
    assert session(checkout, SKIPPED, CONDITIONAL)[0] in (0, 5)
    (beside / "one.json").write_text("{}", encoding="utf-8")
    assert session(checkout, SKIPPED, CONDITIONAL)[0] == 1


def test_a_line_that_depends_on_something_unknown_is_refused(tmp_path: Path) -> None:
    """A name that is spelled wrong would never be in force."""
    code, output = session(tmp_path, GREEN, "*::test_moon  # unless recordings: there are none\n")
    assert code != 0
    assert "depends on recordings, which is none of" in output
