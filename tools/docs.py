# Copyright: the qbusiness.federation contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""`make docs`: the documentation site, in ``.build/docs/html`` (or another folder: ``python tools/docs.py FOLDER``).

The pages are the repository's own Markdown files, which read well there too; the reference comes from antsibull-docs.
What is gathered lies in ``.build/docs/source``. A link of a page that leads to a file which is not on the site, a
warning that ``tools/docs/expected_warnings`` does not list with its reason, and a link of the built site that leads
nowhere are failures.
"""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

import docs_links

ROOT = Path(__file__).resolve().parent.parent
OWN = ROOT / "tools" / "docs"
BUILD = ROOT / ".build" / "docs"
BIN = Path(sys.prefix) / "bin"

#: The site's chapters: title, and its pages as files of the repository.
CHAPTERS = {
    "Start": ["docs/install.md", "docs/first-run.md"],
    "Guides": [
        "docs/saml.md",
        "docs/oidc.md",
        "docs/many-applications.md",
        "docs/api-client.md",
        "docs/connectors.md",
        "docs/inventory.md",
        "docs/editor.md",
        "docs/variables.md",
        "docs/output.md",
    ],
    "Where it runs": [
        "docs/awx.md",
        "docs/hosts.md",
        "docs/molecule.md",
        "docs/estate.md",
        "docs/speed.md",
        "docs/calls.md",
    ],
    "When something fails": ["docs/errors.md"],
    "The embedded cloud": [
        "extensions/sandbox/README.md",
        "extensions/sandbox/docs/guesses.md",
        "extensions/sandbox/docs/okta-recordings.md",
    ],
    "Reference": ["playbooks", "reference/index"],
    "The project": ["CONTRIBUTING.md", "CHANGELOG.md"],
}
#: What a file of the repository is called on the site; a file of docs/ keeps its name.
NAMES = {
    "extensions/sandbox/README.md": "sandbox.md",
    "extensions/sandbox/docs/guesses.md": "guesses.md",
    "extensions/sandbox/docs/okta-recordings.md": "okta-recordings.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "README.md": "index.md",
}
_LINK = re.compile(r"(\]\()([^)\s#]+)((?:#[^)\s]*)?\))")
#: Anchors that the changelog has beside its headings, for where headings have none.
_ANCHOR = re.compile(r'^<a id="[^"]+"></a>\n', re.MULTILINE)
_CODE = re.compile(r"(^```.*?^```$)", re.MULTILINE | re.DOTALL)
_TITLE = re.compile(r"^(?:qbusiness\.federation\.(\S+ \w+) -- .*|Qbusiness\.Federation)\n[=+]+$", re.MULTILINE)
_WORD = re.compile(r"(?<![\[`\w])`([a-z][a-z0-9_]+)`(?!`)")


class Wrong(Exception):
    """The site cannot be built as it should."""


def name_of(file: str) -> str:
    """A file's name on the site."""
    return NAMES.get(file, posixpath.basename(file))


def pages() -> list[str]:
    """The files of all chapters. Raises :class:`Wrong` for a page of docs/ that no chapter has."""
    listed = [page for chapter in CHAPTERS.values() for page in chapter if page.endswith(".md")]
    there = [page for page in listed if (ROOT / page).exists()]
    stray = {f"docs/{path.name}" for path in (ROOT / "docs").glob("*.md")} - set(listed)
    if stray:
        raise Wrong(f"in no chapter of tools/docs.py: {', '.join(sorted(stray))}")
    return there


def page_text(file: str, reference: dict[str, str]) -> str:
    """A page with its links as the site has them. ``reference``: names and the reference pages that describe them.

    Raises :class:`Wrong` for a link to nowhere, or to a file that the site does not have.
    """

    def link(found: re.Match[str]) -> str:
        target = found[2]
        if re.match(r"[a-z]+:", target):
            return found[0]
        place = posixpath.normpath(posixpath.join(posixpath.dirname(file), target))
        if place.startswith("docs/pictures/") and (ROOT / place).is_file():
            return f"{found[1]}pictures/{posixpath.basename(place)}{found[3]}"
        if place not in (*pages(), "README.md"):
            raise Wrong(f"{file}: the link to {target} leads to nothing that is on the site")
        return f"{found[1]}{name_of(place)}{found[3]}"

    def name(found: re.Match[str]) -> str:
        """The first mention of a module or a role on a page leads to its description."""
        page = waiting.pop(found[1], "")
        return f"[`{found[1]}`](reference/{page}.rst)" if page else found[0]

    waiting = dict(reference)
    parts = _CODE.split(_ANCHOR.sub("", (ROOT / file).read_text(encoding="utf-8")))
    for number in range(0, len(parts), 2):
        lines = _LINK.sub(link, parts[number]).split("\n")
        parts[number] = "\n".join(line if line.startswith("#") else _WORD.sub(name, line) for line in lines)
    return "".join(parts)


def short_title(found: re.Match[str]) -> str:
    """A title of the reference that fits into the navigation; its synopsis says the rest."""
    title = found[1] or "Modules, roles and plugins"
    return f"{title}\n{'=' * len(title)}"


def playbooks_page() -> str:
    """What each playbook is for: the comment at its top."""
    text = "# Playbooks\n\nEach is run by its name: `ansible-playbook -i inventory.yml qbusiness.federation.NAME`.\n"
    for path in sorted((ROOT / "playbooks").glob("*.yml")):
        comment: list[str] = []
        for line in path.read_text(encoding="utf-8").partition("---\n")[2].splitlines():
            if not line.startswith("#"):
                break
            comment.append(line.removeprefix("#").strip())
        if not comment:
            raise Wrong(f"{path.name} does not say at its top what it is for")
        text += f"\n## `{path.stem}`\n\n" + "\n".join(comment) + "\n"
    return text


def toctrees() -> str:
    """The chapters, as the navigation takes them."""
    text = ""
    for title, files in CHAPTERS.items():
        there = [file for file in files if not file.endswith(".md") or (ROOT / file).exists()]
        if there:
            entries = "\n".join(name_of(file).removesuffix(".md") if file.endswith(".md") else file for file in there)
            text += f"\n```{{toctree}}\n:caption: {title}\n:hidden:\n:maxdepth: 1\n\n{entries}\n```\n"
    return text


def gather(source: Path) -> None:
    """Fill the folder from which sphinx builds. Raises :class:`Wrong`."""
    shutil.rmtree(source, ignore_errors=True)
    (source / "reference").mkdir(parents=True)
    run(
        [
            "antsibull-docs",
            "collection",
            "--use-current",
            "--fail-on-error",
            "--squash-hierarchy",
            "--dest-dir",
            str(source / "reference"),
            "qbusiness.federation",
        ]
    )
    for path in (source / "reference").glob("*.rst"):
        path.write_text(_TITLE.sub(short_title, path.read_text(encoding="utf-8"), count=1), encoding="utf-8")
    reference: dict[str, str] = {}
    for path in sorted((source / "reference").glob("*.rst"), reverse=True):  # a module's page comes after a role's
        for kind in ("_module", "_role"):
            if path.stem.endswith(kind):
                reference.setdefault(path.stem.removesuffix(kind), path.stem)
                if kind == "_module":
                    reference[path.stem.removesuffix(kind)] = path.stem
    for file in pages():
        (source / name_of(file)).write_text(page_text(file, reference), encoding="utf-8")
    (source / "playbooks.md").write_text(playbooks_page(), encoding="utf-8")
    front = (OWN / "index.md").read_text(encoding="utf-8")
    (source / "index.md").write_text(front + toctrees(), encoding="utf-8")
    shutil.copytree(ROOT / "docs" / "pictures", source / "pictures")
    for name in ("conf.py", "style.css"):
        shutil.copy(OWN / name, source)


def run(command: list[str]) -> str:
    """Run a program of the environment and answer what it said. Raises :class:`Wrong` when it fails."""
    environment = {
        **os.environ,
        "PATH": f"{BIN}{os.pathsep}{os.environ['PATH']}",
        # the collections in .venv are ignored by git here, and would be copied empty: git must not find this repository
        "GIT_CEILING_DIRECTORIES": str(ROOT),
        "QBUSINESS_VERSION": version(),
    }
    command = [str(BIN / command[0]), *command[1:]]
    done = subprocess.run(
        command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Wrong(f"{Path(command[0]).name} failed:\n{done.stdout[-3000:]}{done.stderr[-3000:]}")
    return done.stdout + done.stderr


def version() -> str:
    """The collection's version."""
    found = re.search(r"^version: (\S+)$", (ROOT / "galaxy.yml").read_text(encoding="utf-8"), re.MULTILINE)
    return found[1] if found else ""


def unlisted(warnings: str) -> list[str]:
    """The warnings that are not expected, paths without this machine's part."""
    rules: list[str] = []
    for line in (OWN / "expected_warnings").read_text(encoding="utf-8").splitlines():
        pattern, mark, reason = line.partition("  # ")
        if line and not line.startswith("#"):
            if not mark or not reason:
                raise Wrong(f"tools/docs/expected_warnings: without a reason: {line}")
            rules.append(pattern)
    plain = re.sub(r"\x1b\[[0-9;]*m", "", warnings).replace(f"{BUILD}/", "")
    lines = [line for line in plain.splitlines() if re.search(r"\b(WARNING|ERROR)\b", line)]
    return [line for line in lines if not any(rule in line for rule in rules)]


def build(html: Path) -> int:
    """Build the site into a folder and answer how many pages it has. Raises :class:`Wrong`."""
    source = BUILD / "source"
    gather(source)
    shutil.rmtree(html, ignore_errors=True)
    log = BUILD / "warnings"
    # the names of unreachable hosts are in warnings that only a network would avoid: nothing is fetched (conf.py)
    run(["sphinx-build", "-q", "-E", "-d", str(BUILD / "doctrees"), "-w", str(log), str(source), str(html)])
    faults = unlisted(log.read_text(encoding="utf-8")) + docs_links.broken(html)
    if faults:
        raise Wrong("\n".join(faults))
    return len(list(html.rglob("*.html")))


def main(arguments: list[str]) -> int:
    """Answers 0 when the site is whole."""
    html = Path(arguments[0]) if arguments else BUILD / "html"
    try:
        number = build(html)
    except Wrong as wrong:
        print(wrong, file=sys.stderr)
        return 1
    print(f"{number} pages: {html / 'index.html'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
