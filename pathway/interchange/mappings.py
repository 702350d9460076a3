"""What mapping files have in common: their sections, formats of dates, and columns that are ignored."""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from pathway.errors import nearest
from pathway.scenario import quantities
from pathway.scenario.cursor import Cursor


def check_sections(root: Cursor, known: Collection[str]) -> None:
    """Report sections no mapping has."""
    for section, at in root.items():
        if section not in known:
            at.fault(f"is nothing a mapping says; expected {', '.join(known)}{nearest(str(section), known)}", key=True)


def read_dates(root: Cursor, key_of: Callable[[str], str | None]) -> dict[str, str]:
    """Read formats of dates: by column, as `key_of` knows them, or one for all ("")."""
    at = root.get("dates")
    if at is None:
        return {}
    if not at.is_mapping:
        return {"": _format(at)}
    read = {}
    for name, each in root.section("dates"):
        key = key_of(name)
        if key is None:
            each.fault("is no column of dates", key=True)
        else:
            read[key] = _format(each)
    return read


def _format(at: Cursor) -> str:
    """Read a format of dates, which must say day, month and year."""
    written = at.read(quantities.text, "")
    if written and not is_format(written):
        at.fault(f'is {written!r}; expected day, month and year, such as "%d/%m/%Y" or "%d/%m/%Y %H:%M"')
    return written


def is_format(written: str) -> bool:
    """Tell whether a format says day, month and year.

    >>> is_format("%d/%m/%Y %H:%M"), is_format("%d/%m"), is_format("dd/mm/yyyy")
    (True, False, False)
    """
    probe = datetime(2026, 11, 28)
    try:
        return datetime.strptime(probe.strftime(written), written).date() == probe.date()
    except ValueError:
        return False


def read_texts(root: Cursor, section: str) -> tuple[str, ...]:
    """Read one text or a list of them."""
    below = root.get(section)
    entries = [] if below is None else below.entries() if below.is_list else [below]
    return tuple(at.read(quantities.text, "") for at in entries)
