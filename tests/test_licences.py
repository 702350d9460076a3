"""Licences: nothing this project declares, not even as an extra, is under the GPL or the AGPL.

Checked is what `pyproject.toml` names (dependencies and every extra) and all that these need in turn, as far as it is
installed here: the licence each package states of itself.  The LGPL is allowed, but named.
"""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata, requires
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LGPL: set[str] = set()  # packages under the LGPL, each looked at by a person
STRONG = re.compile(r"(?<!L)\bA?GPL|affero|(?<!lesser )general public license", re.IGNORECASE)
LESSER = re.compile(r"LGPL|lesser general public", re.IGNORECASE)
NAME = re.compile(r"[A-Za-z0-9._-]+")


def declared() -> set[str]:
    """Name the packages of pyproject.toml, whatever for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = [each for extra in project["optional-dependencies"].values() for each in extra]
    return {NAME.match(each)[0].lower() for each in (*project["dependencies"], *extras)}  # type: ignore[index]


def everything() -> dict[str, str]:
    """Give the licence of each declared package that is installed, and of what it needs in turn."""
    found: dict[str, str] = {}
    left = sorted(declared())
    while left:
        name = left.pop().lower().replace("_", "-")
        if name in found:
            continue
        try:
            found[name] = licence(name)
            needed = requires(name) or []
        except PackageNotFoundError:
            continue
        left += [NAME.match(each)[0] for each in needed if "extra ==" not in each]  # type: ignore[index]
    return found


def licence(name: str) -> str:
    """Give what a package says of its licence: an expression, its classifiers, or the first line of a text."""
    said = metadata(name)
    classifiers = [each for each in said.get_all("Classifier") or [] if each.startswith("License ::")]
    text = next(iter((said.get("License") or "").strip().splitlines()), "")
    return said.get("License-Expression") or "; ".join(classifiers) or text


def offends(said: str) -> bool:
    """Tell whether a licence is the GPL or the AGPL and nothing else can be chosen."""
    return all(STRONG.search(LESSER.sub("", choice)) for choice in re.split(r"\bOR\b", said)) if said else False


@pytest.mark.parametrize(
    ("said", "is_strong"),
    [
        ("GPL-3.0-or-later", True), ("AGPL-3.0", True), ("GNU General Public License v3", True), ("LGPL-3.0", False),
        ("BSD-3-Clause", False),
        ("GNU Lesser General Public License v2", False), ("MIT", False), ("MIT OR GPL-2.0", False),
        ("License :: OSI Approved :: GNU Affero General Public License v3", True),
    ],
)  # fmt: skip
def test_the_check_tells_licences_apart(said: str, is_strong: bool) -> None:
    assert offends(said) == is_strong


def test_nothing_is_under_the_gpl() -> None:
    """More than fifty packages, each with its own word for its licence."""
    found = everything()

    assert len(found) > 40
    assert {name: said for name, said in found.items() if offends(said)} == {}
    assert {name for name, said in found.items() if LESSER.search(said)} <= LGPL


def test_every_package_says_its_licence() -> None:
    """What says nothing was looked at: ciw is MIT by its LICENSE file."""
    assert {name for name, said in everything().items() if not said} <= {"ciw"}
