"""How an event log is written: what a hospital calls its columns and codes, its dates, and where its clock hangs.

A mapping file is read by the reader of scenarios, so that what is wrong in it is said with line and column.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import tzinfo
from pathlib import Path

from pathway.errors import PathwayError, ScenarioError, nearest
from pathway.interchange.gathering import TRANSITIONS
from pathway.interchange.mappings import check_sections, is_format, read_dates, read_texts
from pathway.interchange.moments import zone_named
from pathway.scenario import quantities
from pathway.scenario.cursor import Cursor, Findings
from pathway.scenario.yaml import read_yaml

SECTIONS = ("columns", "codes", "dates", "ignore", "attributes", "zone")
COLUMNS = ("case", "activity", "started", "ended", "asked", "lifecycle", "instance", "resource")
MOMENTS = ("started", "ended", "asked")
CODED = ("activity", "lifecycle", "resource")


@dataclass(frozen=True)
class LogMapping:
    """How a log is written.

    `columns` has the name of the column of each of `COLUMNS`, `codes` what codes mean, `dates` the format of a column
    of dates ("" of all others), `ignore` columns of which nothing is to be said, `attributes` those that say something
    of the case, `zone` where the clock hangs by which times are read.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    dates: Mapping[str, str] = field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    zone: tzinfo | None = None

    def meaning(self, key: str, written: str) -> str:
        """Give what a code means; what is no code stands for itself."""
        return self.codes[key].get(written, written) if key in self.codes else written

    def says_columns(self) -> bool:
        """Tell whether it says anything that only a table has."""
        return bool(self.columns or self.dates or self.ignore)

    def also(
        self, columns: Mapping[str, str], dates: str | None, attributes: tuple[str, ...], zone: str | None
    ) -> LogMapping:
        """Give the mapping with what was said beside the file, which counts where both say something.

        Raises
        ------
        PathwayError
            If a column is of nothing a log has, a format is none, or there is no such time zone.
        """
        for name in columns.keys() - set(COLUMNS):
            hint = nearest(name, COLUMNS)
            raise PathwayError(f"--column {name}: there is nothing of that name; there are {', '.join(COLUMNS)}{hint}")
        if dates and not is_format(dates):
            raise PathwayError(f"--date-format {dates!r}: expected day, month and year, such as '%d/%m/%Y %H:%M'")
        return replace(
            self,
            columns={**self.columns, **columns},
            dates={"": dates} if dates else self.dates,
            attributes=tuple(dict.fromkeys((*self.attributes, *attributes))),
            zone=zone_named(zone) if zone else self.zone,
        )


def read_log_mapping(path: Path | str) -> LogMapping:
    """Read a mapping file.

    Raises
    ------
    ScenarioError
        With everything that is wrong in it, each with line and column.
    """
    findings = Findings()
    node = read_yaml(Path(path), str(path), findings)
    mapping = LogMapping() if node is None else _mapping(Cursor(node, "", findings))
    if findings:
        raise ScenarioError(findings.all())
    return mapping


def _mapping(root: Cursor) -> LogMapping:
    check_sections(root, SECTIONS)
    columns = {}
    for name, at in root.section("columns"):
        if name not in COLUMNS:
            at.fault(f"is nothing an event log says; expected {', '.join(COLUMNS)}{nearest(name, COLUMNS)}", key=True)
        columns[name] = at.read(quantities.text, "")
    codes = {}
    for name, at in root.section("codes"):
        if name not in CODED:
            at.fault(f"is no column that has codes; expected {', '.join(CODED)}{nearest(name, CODED)}", key=True)
        codes[name] = _codes(name, at)
    dates = read_dates(root, lambda name: name if name in MOMENTS else None)
    ignore, attributes = read_texts(root, "ignore"), read_texts(root, "attributes")
    return LogMapping(columns, codes, dates, ignore, attributes, _zone(root))


def _codes(key: str, at: Cursor) -> dict[str, str]:
    """Read the codes of one column; those of lifecycles are the standard's words."""
    read = {}
    for written, each in at.items():
        is_lifecycle = key == "lifecycle"
        read[str(written)] = each.name(TRANSITIONS, "transition") if is_lifecycle else each.read(quantities.text, "")
    return read


def _zone(root: Cursor) -> tzinfo | None:
    at = root.get("zone")
    written = at.read(quantities.text, "") if at else ""
    if at is None or not written:
        return None
    try:
        return zone_named(written, "zone")
    except PathwayError as why:
        at.fault(str(why).removeprefix("zone: "))
        return None
