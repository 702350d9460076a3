"""What a visitor changed: an ordered list, each change with a sentence, that can be undone and saved."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from pathway import words

if TYPE_CHECKING:
    from pathway.scenario import Scenario

LONGEST = 100  # bytes of a file's name
CHANGED = "what_if"  # the name of the changed scenario until it is saved under one of its own


@dataclass(frozen=True)
class Change:
    """One thing that was changed: a sentence, and the values at dotted paths of the document."""

    sentence: str
    values: Mapping[str, object]


@dataclass(frozen=True)
class Changes:
    """Everything that was changed, in order, and what was undone and can be done again.

    >>> four = Changes().add(Change("four servers", {"resources.server.capacity": 4}))
    >>> five = four.add(Change("five servers", {"resources.server.capacity": 5}))
    >>> five.values(), five.undo().values(), five.undo().redo() == five
    ({'resources.server.capacity': 5}, {'resources.server.capacity': 4}, True)
    """

    done: tuple[Change, ...] = ()
    undone: tuple[Change, ...] = ()

    def add(self, change: Change) -> Changes:
        """Change one thing more; what was undone is forgotten."""
        return Changes((*self.done, change))

    def undo(self) -> Changes:
        """Take the last change back."""
        return Changes(self.done[:-1], (*self.undone, *self.done[-1:]))

    def undo_all(self) -> Changes:
        """Take every change back; each can be made again, the first one first."""
        return Changes((), (*self.undone, *reversed(self.done)))

    def redo(self) -> Changes:
        """Make the change again that was taken back last."""
        return Changes((*self.done, *self.undone[-1:]), self.undone[:-1])

    def values(self) -> dict[str, object]:
        """Give the value at each path; what was said last holds."""
        found: dict[str, object] = {}
        for change in self.done:
            for path, value in change.values.items():
                found.pop(path, None)
                found[path] = value
        return found

    def applied(self, base: Scenario, *, name: str = CHANGED, title: str = "") -> Scenario:
        """Give the hospital as changed; what cannot be is refused with every finding."""
        changed = base.override(self.values(), name=name, title=title)
        said = "; ".join(each.sentence for each in self.done)
        return replace(changed, question=words.text("web.what_if_asked", changes=said))


def file_name(title: str) -> str:
    """Make a file's name out of a title.

    >>> file_name("CT on Saturdays: 4 h"), file_name("周六的 CT"), file_name("…")
    ('ct_on_saturdays_4_h', '周六的_ct', 'scenario')
    """
    name = re.sub(r"[\W_]+", "_", title.lower()).strip("_")
    return name.encode()[:LONGEST].decode(errors="ignore") or "scenario"


def named_apart(scenarios: Sequence[Scenario]) -> list[Scenario]:
    """Give every scenario a name of its own: of several with the same, the later ones get a number."""
    names: list[str] = []
    for scenario in scenarios:
        free = (f"{scenario.name}_{number}" for number in count(2))
        names.append(next(name for name in chain([scenario.name], free) if name not in names))
    return [replace(scenario, name=name) for scenario, name in zip(scenarios, names, strict=True)]


def as_file(scenario: Scenario, beside: Path) -> str:
    """Write a scenario as the text of a file that lies in a folder; what it extends is named from there."""
    from pathway.scenario import write_scenario

    with TemporaryDirectory(dir=beside if beside.is_dir() else None) as folder:
        path = Path(folder) / "scenario.yaml"
        write_scenario(scenario, path)
        text = path.read_text(encoding="utf-8")
    return re.sub(r"(?m)^extends: \.\./", "extends: ", text) if beside.is_dir() else text


def save(scenario: Scenario, title: str, folder: Path) -> Path:
    """Keep a scenario in a folder under its title."""
    from pathway.scenario import write_scenario

    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{file_name(title)}.yaml"
    write_scenario(replace(scenario, name=path.stem, title=title), path)
    return path
