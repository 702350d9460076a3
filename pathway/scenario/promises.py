"""From the document to waiting clocks, targets, expected volumes, parameters and evidence."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import date
from typing import Literal

from pathway.scenario import quantities, times
from pathway.scenario.conditions import read_conditions
from pathway.scenario.cursor import Cursor, UnreadableError
from pathway.scenario.nodes import Scalar
from pathway.scenario.quantities import text
from pathway.scenario.records import Evidence, Parameter, Run, Target, Volume, WaitingClock
from pathway.scenario.words import Words

NO_VALUE: str | int | float = ""


# ---------------------------------------------------------------- clocks


def read_clocks(root: Cursor, words: Words) -> dict[str, WaitingClock]:
    """Read the waiting clocks."""
    return {name: _clock(name, entry, words) for name, entry in root.section("clocks")}


def _clock(name: str, entry: Cursor, words: Words) -> WaitingClock:
    start = entry.get("start")
    latest = start.get("latest_of") if start else None
    if start and start.is_mapping and (latest is None or len(start.items()) > 1):
        start.fault("has unknown keys; expected a state, a list of states, or {latest_of: [states]}")
    return WaitingClock(
        name,
        title=entry.take("title", text, name),
        start=_states(latest or (None if start and start.is_mapping else start), words),
        stop=_states(entry.get("stop"), words),
        start_at="start" if entry.take("start_at", text, "end") == "start" else "end",
        stop_at="end" if entry.take("stop_at", text, "start") == "end" else "start",
        latest_of=latest is not None,
        limit=entry.take("limit", quantities.whole_minutes, 0),
        share=entry.take("share", quantities.share, None),
        applies_when=read_conditions(entry.get("applies_when"), words),
        reset_on=_states(entry.get("reset_on"), words),
        pause=_states(entry.get("pause"), words),
        elapsed_at_arrival=_elapsed(entry.get("elapsed_at_arrival"), words),
        repeats=bool(entry.take("repeats", quantities.yes_no, 0)),
        jurisdiction=entry.take("jurisdiction", text, ""),
        edition=entry.take("edition", text, ""),
        source=entry.take("source", text, ""),
    )


def _states(at: Cursor | None, words: Words) -> tuple[str, ...]:
    return at.names(words.states, "state") if at else ()


def _elapsed(at: Cursor | None, words: Words) -> str | None:
    if at is None:
        return None
    name = at.name(words.attributes, "attribute")
    if name in words.attributes and words.attributes[name].kind != "duration":
        at.fault(f"is '{name}', which is of kind {words.attributes[name].kind}; expected a duration")
    return name


# ---------------------------------------------------------------- targets


def read_targets(root: Cursor, words: Words, clocks: Mapping[str, WaitingClock], run: Run) -> tuple[Target, ...]:
    """Read what is to be met."""
    found = [_target(row, words, clocks, run) for row in root.rows("targets")]
    return tuple(target for target in found if target is not None)


ALLOWED: Mapping[Literal["clock", "utilisation", "wait", "waiting"], tuple[str, ...]] = {
    "clock": ("to", "within", "share"),
    "utilisation": ("at_most",),
    "wait": ("statistic", "at_most"),
    "waiting": ("at_most", "by"),
}


_LIMITS: Mapping[str, Callable[[Scalar], float]] = {
    "utilisation": quantities.share,
    "wait": quantities.whole_minutes,
    "waiting": quantities.not_negative,
}


def _target(row: Cursor, words: Words, clocks: Mapping[str, WaitingClock], run: Run) -> Target | None:
    kinds = [kind for kind in ALLOWED if row.get(kind) is not None]
    if len(kinds) != 1:
        if row.is_mapping:
            row.fault(f"has {' and '.join(kinds) or 'no subject'}; expected one of {', '.join(ALLOWED)}")
        return None
    (kind,) = kinds
    for other in ("to", "within", "share", "statistic", "at_most", "by"):
        if other not in ALLOWED[kind] and (at := row.get(other)):
            at.fault(f"does not belong to a target for a {kind}; expected {', '.join(ALLOWED[kind])}", key=True)
    subject = row.get(kind)
    assert subject is not None
    if kind == "clock":
        return _clock_target(row, subject, clocks)
    known: Collection[str] = words.resources if kind == "utilisation" else words.states_of("activity")
    for needed in ("at_most", "by") if kind == "waiting" else ("at_most",):
        if row.get(needed) is None:
            row.fault(f"needs '{needed}'")
    return Target(
        kind,
        subject.name(known, "resource" if kind == "utilisation" else "activity"),
        at_most=row.take("at_most", _LIMITS[kind], None),
        statistic=row.take("statistic", text, "mean") if kind == "wait" else "",
        title=row.take("title", text, ""),
        by=_day_of_the_run(row.get("by"), run) if kind == "waiting" else None,
    )


def _day_of_the_run(at: Cursor | None, run: Run) -> date | None:
    """Read a day on which the run is still going on, after its warm-up."""
    found = at.read(times.day, None) if at else None
    if at and found and not run.start <= found <= run.timeline.at(run.timeline.horizon).date():
        last = run.timeline.at(run.timeline.horizon).date()
        at.fault(f"is {found}; expected a day between {run.start} and {last}, while the run is reported or followed up")
    return found


def _clock_target(row: Cursor, subject: Cursor, clocks: Mapping[str, WaitingClock]) -> Target:
    name = subject.name(clocks, "clock")
    clock, to = clocks.get(name), row.get("to")
    if clock and to and clock.stop:
        to.name(clock.stop, f"stop of the clock {name} (its stops are {', '.join(clock.stop)})")
    within = row.take("within", quantities.whole_minutes, clock.limit if clock else 0)
    share = row.take("share", quantities.share, clock.share if clock else None)
    if clock and share is None and not row.findings.under(f"clocks.{name}.share"):
        row.fault(f"needs 'share', as the clock {name} has none")
    if clock and not within and not row.findings.under(f"clocks.{name}.limit"):
        row.fault(f"needs 'within', as the clock {name} has no limit")
    to_state, title = row.take("to", text, None), row.take("title", text, "")
    return Target("clock", name, to=to_state, within=within, share=share, title=title)


# ---------------------------------------------------------------- volumes, parameters, evidence


def read_volumes(root: Cursor, words: Words) -> dict[str, Volume]:
    """Read the yearly volumes the evidence expects."""
    return {
        name: Volume(
            name,
            states=_states(entry.get("states"), words),
            per_year=entry.take("per_year", quantities.not_negative, 0.0),
            low=entry.take("low", quantities.not_negative, None),
            high=entry.take("high", quantities.not_negative, None),
            title=entry.take("title", text, ""),
            remarks=entry.take("remarks", text, ""),
            source=entry.take("source", text, ""),
        )
        for name, entry in root.section("volumes")
    }


def read_parameters(root: Cursor) -> dict[str, Parameter]:
    """Read the named values."""
    return {
        name: Parameter(
            name,
            value=entry.take("value", _parameter, NO_VALUE),
            title=entry.take("title", text, ""),
            source=entry.take("source", text, ""),
        )
        for name, entry in root.section("parameters")
    }


def _parameter(value: Scalar) -> str | int | float:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and value.startswith("$"):
        raise UnreadableError("a value; a parameter cannot refer to another")
    if isinstance(value, (int, float, str)):
        return value
    raise UnreadableError("a number, a quantity, yes or no, or a word")


def read_evidence(root: Cursor) -> dict[str, Evidence]:
    """Read what the sources say."""
    return {
        name: Evidence(name, entry.take("tag", text, ""), entry.take("says", text, ""))
        for name, entry in root.section("evidence")
    }
