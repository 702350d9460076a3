"""The event log: everything a run leaves behind, as five tables of whole numbers.

`visits` has one row for each visit of a patient to a state, `holds` one for each stretch a resource
was held, `capacity` the rostered units of each resource over time, `sessions` one row a booked list, `cases`
one row a patient.  Everything measured is computed from these; two runs are the same if and only if their tables
are equal, integer by integer, in the canonical order kept here.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

Columns = Mapping[str, NDArray[Any]]

OUTCOMES = (
    "completed", "left", "no_show", "cancelled", "open", "deferred", "displaced",
    "no_bed", "overrun", "no_staff", "bumped",
)  # fmt: skip
COMPLETED, LEFT, NO_SHOW, CANCELLED, OPEN, DEFERRED, DISPLACED, NO_BED, OVERRUN, NO_STAFF, BUMPED = range(len(OUTCOMES))
OFF_THE_LIST = (NO_BED, OVERRUN, NO_STAFF, BUMPED)
"""Why one who was booked is cancelled on the day: no bed was free, what came before took too long, someone or
something else was missing, an emergency went first."""
NONE = -1  # in any column: not (yet) happened, or not applicable

VISITS = {
    "case": np.int32,
    "state": np.int16,
    "visit": np.int16,
    "priority": np.int16,
    "enqueued_at": np.int64,
    "started_at": np.int64,
    "ended_at": np.int64,
    "outcome": np.int8,
    "session": np.int32,
}
HOLDS = {
    "case": np.int32,
    "state": np.int16,
    "visit": np.int16,
    "resource": np.int16,
    "units": np.int16,
    "from": np.int64,
    "to": np.int64,
}
CAPACITY = {"resource": np.int16, "at": np.int64, "units": np.int32, "reserved": np.int32}
SESSIONS = {"resource": np.int16, "opens": np.int64, "closes": np.int64, "booked": np.int64, "released_at": np.int64}
CASES = {
    "stream": np.int16,
    "index": np.int32,
    "arrived_at": np.int64,
    "ended_at": np.int64,
    "end_state": np.int16,
}
_TABLES: Mapping[str, Mapping[str, Any]] = {
    "visits": VISITS, "holds": HOLDS, "capacity": CAPACITY, "sessions": SESSIONS, "cases": CASES,
}  # fmt: skip
_ORDER = {
    "visits": ("enqueued_at", "case", "state", "visit"),
    "holds": ("from", "case", "state", "visit", "resource", "to", "units"),
    "capacity": ("resource", "at"),
    "sessions": (),
    "cases": (),
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """What the whole numbers of a log mean: names by code, and the dates its minutes count from.

    `kinds` gives each state's kind; `categories` the values of each attribute that has them, by code;
    the clock starts on `origin`, the reported window lasts from `warm_up` for `length` minutes and
    patients are followed for `follow_up` more.
    """

    scenario: str
    states: tuple[str, ...]
    kinds: tuple[str, ...]
    streams: tuple[str, ...]
    resources: tuple[str, ...]
    attributes: tuple[str, ...]
    categories: tuple[tuple[str, ...], ...]
    origin: date
    warm_up: int
    length: int
    follow_up: int
    seed: int
    replication: int

    @property
    def horizon(self) -> int:
        """The minute at which the run stopped."""
        return self.warm_up + self.length + self.follow_up


@dataclass(frozen=True, eq=False)
class EventLog:
    """What happened in one run (see the columns' meaning below).

    `visits`: case, state, visit (the how-many-eth time this patient came to this state), priority,
    enqueued_at, started_at, ended_at (when the patient moved on), outcome, session.
    `holds`: case, state, visit, resource, units, from, to (-1: still held at the horizon).  `capacity`:
    resource, at, units (rostered from then on), reserved (of these, taken out for meetings).  `sessions`: resource,
    opens, closes, booked (planned minutes, turnover included, when it opened), released_at, one row a booked list;
    the row's number is what stands under `session`.  `cases`: stream, index, arrived_at, ended_at, end_state and
    `attributes`, one row a case as they stood at the end.
    Times are minutes since `vocabulary.origin`; -1 means "not".
    """

    vocabulary: Vocabulary
    visits: Columns
    holds: Columns
    capacity: Columns
    sessions: Columns
    cases: Columns
    attributes: NDArray[np.int64]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, EventLog) and first_difference(self, other) is None

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        words = self.vocabulary
        return (
            f"<EventLog {words.scenario!r} replication {words.replication}: {self.attributes.shape[0]:,} cases, "
            f"{self.visits['case'].size:,} visits, {self.holds['case'].size:,} holds>"
        )

    def frame(self, table: str) -> pd.DataFrame:
        """Give one table as a pandas frame with names (categoricals) in place of codes; times stay minutes."""
        import pandas as pd

        words = self.vocabulary
        names = {"state": words.states, "resource": words.resources, "stream": words.streams}
        names |= {"end_state": words.states, "outcome": OUTCOMES}
        columns: dict[str, Any] = {}
        for column, values in getattr(self, table).items():
            if column in names:
                columns[column] = pd.Categorical.from_codes(values, categories=list(names[column]))
            else:
                columns[column] = values
        if table == "cases":
            columns |= self._attribute_columns()
        return pd.DataFrame(columns)

    def _attribute_columns(self) -> dict[str, Any]:
        import pandas as pd

        columns: dict[str, Any] = {}
        words = self.vocabulary
        for position, (name, values) in enumerate(zip(words.attributes, words.categories, strict=True)):
            codes = self.attributes[:, position]
            categorical = pd.Categorical.from_codes(codes, categories=list(values)) if values else codes
            columns[name] = categorical
        return columns

    def timestamps(self, minutes: NDArray[np.int64]) -> NDArray[np.datetime64]:
        """Turn minutes of this log into dates and times; -1 becomes NaT."""
        stamps = np.datetime64(self.vocabulary.origin, "m") + minutes.astype("timedelta64[m]")
        return np.where(minutes == NONE, np.datetime64("NaT"), stamps)

    def save(self, folder: Path | str) -> None:
        """Write the log to `folder`: one Parquet file a table and its vocabulary as JSON."""
        import pandas as pd

        folder = Path(folder)
        folder.mkdir(parents=True, exist_ok=True)
        for table in _ORDER:
            pd.DataFrame(dict(getattr(self, table))).to_parquet(folder / f"{table}.parquet")
        names = [f"a{i}" for i in range(self.attributes.shape[1])]
        pd.DataFrame(self.attributes, columns=names).to_parquet(folder / "attributes.parquet")
        words = asdict(self.vocabulary) | {"origin": self.vocabulary.origin.isoformat()}
        (folder / "vocabulary.json").write_text(json.dumps(words, indent=1), encoding="utf-8")


def load_log(folder: Path | str) -> EventLog:
    """Read a log written by `EventLog.save`."""
    import pandas as pd

    folder = Path(folder)
    words = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
    words = {key: tuple(value) if isinstance(value, list) else value for key, value in words.items()}
    words["categories"] = tuple(tuple(values) for values in words["categories"])
    words["origin"] = date.fromisoformat(words["origin"])
    tables = {}
    for table in _ORDER:
        frame = pd.read_parquet(folder / f"{table}.parquet")
        tables[table] = {column: frame[column].to_numpy() for column in frame}
    attributes = pd.read_parquet(folder / "attributes.parquet").to_numpy(dtype=np.int64)
    return EventLog(Vocabulary(**words), attributes=attributes, **tables)


def canonical(table: str, columns: Columns) -> dict[str, NDArray[Any]]:
    """Put the rows of a table into the one order in which logs are compared, and its columns into their types."""
    types = _TABLES[table]
    order = _order([np.asarray(columns[name]) for name in _ORDER[table]])
    return {name: np.asarray(columns[name])[order].astype(kind) for name, kind in types.items()}


def _order(keys: Sequence[NDArray[Any]]) -> Any:
    """Sort rows by several columns: by one combined number where there is room for it, which is much quicker."""
    if not keys or not keys[0].size:
        return slice(None)
    lows = [int(key.min()) for key in keys]
    widths = [int(key.max()) - low + 1 for key, low in zip(keys, lows, strict=True)]
    if math.prod(widths) >= 2**63:
        return np.lexsort(keys[::-1])
    combined = np.zeros(keys[0].size, np.int64)
    for key, low, width in zip(keys, lows, widths, strict=True):
        combined = combined * width + (key.astype(np.int64) - low)
    return np.argsort(combined, kind="stable")


def first_difference(a: EventLog, b: EventLog) -> str | None:
    """Say where two logs first differ, in names, dates and minutes; None if they are identical."""
    if a.vocabulary != b.vocabulary:
        return _vocabulary_difference(a.vocabulary, b.vocabulary)
    for table in _ORDER:
        one, other = getattr(a, table), getattr(b, table)
        rows = min(_rows(one), _rows(other))
        unequal = np.zeros(rows, dtype=bool)
        for column in one:
            unequal |= one[column][:rows] != other[column][:rows]
        row = int(np.argmax(unequal)) if unequal.any() else rows
        if row < max(_rows(one), _rows(other)):
            return f"{table}, row {row}: {_say_row(a, table, row)} against {_say_row(b, table, row)}"
    if not np.array_equal(a.attributes, b.attributes):
        case, column = np.argwhere(a.attributes != b.attributes)[0]
        name = a.vocabulary.attributes[column]
        return f"case {case}: {name} is {a.attributes[case, column]} against {b.attributes[case, column]}"
    return None


def _rows(columns: Columns) -> int:
    return int(next(iter(columns.values())).size)


def _vocabulary_difference(a: Vocabulary, b: Vocabulary) -> str:
    ones, others = asdict(a), asdict(b)
    field = next(name for name in ones if ones[name] != others[name])
    return f"vocabulary: {field} is {ones[field]!r} against {others[field]!r}"


def _say_row(log: EventLog, table: str, row: int) -> str:
    columns: Columns = getattr(log, table)
    if row >= _rows(columns):
        return "no row"
    words, parts = log.vocabulary, []
    names: dict[str, tuple[str, ...]] = {"state": words.states, "resource": words.resources, "outcome": OUTCOMES}
    for column, values in columns.items():
        value = int(values[row])
        if column.endswith("_at") or column in ("from", "to", "at"):
            when = datetime.combine(words.origin, datetime.min.time()) + timedelta(minutes=value)
            parts.append(f"{column} {value} ({when:%Y-%m-%d %H:%M})" if value != NONE else f"{column} -")
        else:
            parts.append(f"{column} {names[column][value] if column in names else value}")
    return "{" + ", ".join(parts) + "}"
