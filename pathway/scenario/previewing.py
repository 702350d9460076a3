"""What a scenario file says of itself, before anything it extends is read: enough to list it among others."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pathway.scenario.cursor import Findings
from pathway.scenario.merge import HEAD
from pathway.scenario.nodes import mapping
from pathway.scenario.titles import SECTION, of_document, with_files
from pathway.scenario.yaml import read_yaml


@dataclass(frozen=True, slots=True)
class Preview:
    """What a scenario file says of itself: its title in the language in force, what it is laid over, its sections."""

    title: str
    below: str  # as written; empty if it extends no file
    sections: tuple[str, ...]


def preview(path: Path) -> Preview | None:
    """Read what a file says of itself, and nothing that it extends; nothing of a file that is no scenario.

    >>> preview(Path("scenarios/s04_nanoknife_weekly.yaml"))
    Preview(title='A weekly NanoKnife list', below='base.yaml', sections=('calendars', 'resources'))
    """
    findings = Findings()
    root = read_yaml(path, str(path), findings)
    if root is None or findings:
        return None
    said = {str(key): node for key, node in mapping(root).items()}
    own = of_document(with_files(mapping(root), path, str(path), findings))
    title, below = own.get("title", said.get("title")), said.get("extends")
    return Preview(
        str(title.value) if title else "",
        str(below.value) if below else "",
        tuple(key for key in said if key not in {*HEAD, SECTION}),
    )
