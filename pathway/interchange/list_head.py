"""The head of a waiting list: which column holds what."""

from __future__ import annotations

from collections.abc import Mapping

from pathway.errors import nearest
from pathway.interchange.list_cells import Cells
from pathway.interchange.refusing import could_be_a_number


def columns_of(cells: Cells) -> dict[str, int]:
    """Say which column each key stands in; what is neither mapped, known nor ignored is at fault."""
    heads, mapping = cells.table.columns, cells.mapping
    found: dict[str, int] = {}
    for key, head in mapping.columns.items():
        if head in heads:
            found[key] = heads.index(head)
        else:
            cells.refuse(1, "", f"there is no column {head!r}, which the mapping takes for {key}{nearest(head, heads)}")
    for head in mapping.ignore:
        if head not in heads:
            cells.refuse(1, "", f"there is no column {head!r}, which the mapping ignores{nearest(head, heads)}")
    for place, head in enumerate(heads):
        if place in found.values() or head in mapping.ignore:
            continue
        known = cells.vocabulary.key_of(head)
        if known is None and could_be_a_number(head):
            cells.refuse(1, "", f"the head of column {place + 1} looks like data; is the head missing?")
        elif known is None:
            hint = nearest(head, cells.vocabulary.keys())
            cells.refuse(1, head, f"is a column of no known name{hint}; map it, or name it under 'ignore'")
        elif known in found:
            cells.refuse(1, head, f"is {known} as {heads[found[known]]!r} is; ignore one of them")
        else:
            found[known] = place
    _needed(cells, found)
    return found


def _needed(cells: Cells, found: Mapping[str, int]) -> None:
    if "state" not in found:
        cells.refuse(1, "", "the column 'state' is missing: where each patient is")
    if "joined" not in found and "started" not in found:
        cells.refuse(1, "", "the columns 'joined' and 'started' are missing: since when each waits or is under way")
    if "stream" not in found and len(cells.scenario.streams) != 1:
        known = ", ".join(cells.scenario.streams)
        cells.refuse(1, "", f"the column 'stream' is missing: by which of {known} each patient came")
