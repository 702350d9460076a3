"""Saved scenarios, one's own and those others show to everybody who may log in."""

from __future__ import annotations

import hashlib
from pathlib import Path

from pathway.hosting import Person
from pathway.scenario import load_scenario
from pathway.web.changes import save

SHARED = "shared"


def shelf(root: Path, person: Person) -> Path:
    """Give the folder of what somebody shows: named otherwise than their own, which nobody is to know."""
    return root / SHARED / hashlib.sha256(f"shelf {person.key}".encode()).hexdigest()[:16]


def saved_in(folder: Path) -> list[Path]:
    """List what somebody saved."""
    return sorted(path for path in folder.glob("*.yaml") if path.is_file() and not path.is_symlink())


def shown_to_all(root: Path) -> list[Path]:
    """List what anybody shows to everybody."""
    return [path for folder in sorted((root / SHARED).glob("*")) if folder.is_dir() for path in saved_in(folder)]


def show_to_all(file: Path, root: Path, person: Person) -> Path:
    """Show a saved scenario to everybody: a copy, which stays as it is whatever becomes of one's own."""
    scenario = load_scenario(file)
    return save(scenario, scenario.title or file.stem, shelf(root, person))


def show_no_more(file: Path, root: Path, person: Person) -> None:
    """Take back what one has shown; what others show stays."""
    if file.parent == shelf(root, person):
        file.unlink(missing_ok=True)


def is_shown_by(file: Path, root: Path, person: Person) -> bool:
    """Tell whether it is this person who shows a scenario."""
    return file.parent == shelf(root, person)
