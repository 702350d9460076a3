"""Patients moving: from an event log to a film, its sentences, and the table that says the same without pictures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import numpy as np

from pathway import words
from pathway.charts import moving as chart
from pathway.charts.film import Film, say_moment
from pathway.graph import readable
from pathway.metrics.moving import BETWEEN, WEEKS, moving
from pathway.metrics.study import DAY
from pathway.report.blocks import Block, Folded, Paragraph, Section, moved, table
from pathway.report.moving_board import Board, board
from pathway.report.moving_cast import MOST, Cast, cast
from pathway.report.numbers import say_date
from pathway.report.rendering import study_html

if TYPE_CHECKING:
    import plotly.graph_objects as go

    from pathway.eventlog import EventLog
    from pathway.metrics.moving import Moving
    from pathway.metrics.study import Codes
    from pathway.scenario import Scenario

ROUTES = 6  # told apart by colour and shape; what is more is one group
DAYS = 7
BUSIEST = 6  # queues in the table of weeks


def patients_moving(log: EventLog, scenario: Scenario, *, weeks: int = WEEKS, start: date | None = None) -> go.Figure:
    """Draw patients moving through the pathway as an animated figure.

    Parameters
    ----------
    log
        The log of a run of the scenario.
    scenario
        The scenario.
    weeks
        How many weeks, 1 to 36.
    start
        The day to begin at; by default the first reported one.

    Examples
    --------
    >>> import pathway as pw
    >>> scenario = pw.load_scenario("mmc")
    >>> figure = pw.patients_moving(pw.simulate(scenario), scenario, weeks=1)
    >>> len(figure.frames)
    168
    """
    film, _, _ = filmed(log, scenario, weeks=weeks, start=start)
    return chart.patients_moving(film)


def moving_html(log: EventLog, scenario: Scenario, *, weeks: int = WEEKS, start: date | None = None) -> str:
    """Give patients moving as the text of an HTML page of its own, with the button and slider the report has.

    Its parameters are those of `patients_moving`.  Dots move without the jolt the figure has at every moment, and all
    can be reached by keyboard; it loads nothing, so it can also stand in a frame of another page.

    Examples
    --------
    >>> import pathway as pw
    >>> scenario = pw.load_scenario("mmc")
    >>> page = moving_html(pw.simulate(scenario), scenario, weeks=1)
    >>> page.startswith("<!DOCTYPE html>")
    True
    """
    found = _section("moving", log, scenario, weeks, start=start)
    return study_html(scenario.title or scenario.name, "", [found])


def filmed(
    log: EventLog, scenario: Scenario, *, weeks: int = WEEKS, start: date | None = None, most: int = MOST
) -> tuple[Film, Board, Cast]:
    """Put a film together: where everybody is, on a board, with dots for as many as can be shown."""
    begins = None if start is None else (start - log.vocabulary.origin).days * DAY
    found = moving(log, scenario, weeks=weeks, begins=begins)
    made = board(scenario.pathway.graph, log, found)
    groups, group = _routes(log, scenario, found)
    dots = cast(found, made, group, most)
    origin = datetime.combine(log.vocabulary.origin, time())
    film = Film(
        when=tuple(origin + timedelta(minutes=minute) for minute in found.at.tolist()),
        headings=made.headings,
        cells=made.cells,
        waiting=_by_cell(found.waiting, made),
        there=np.where([cell.is_hall for cell in made.cells], _in_halls(found, made), _by_cell(found.there, made)),
        began=_by_cell(found.began, made),
        is_open=_by_cell(found.is_open, made) > 0,
        present=found.present,
        groups=groups,
        group=dots.group,
        cell=dots.cell,
        doing=dots.doing,
        rank=dots.rank,
    )
    return film, made, dots


def _routes(log: EventLog, scenario: Scenario, found: Moving) -> tuple[tuple[str, ...], Codes]:
    """Group patients by the stream they came by, the largest first; the smallest, if there are many, together."""
    names = log.vocabulary.streams
    sizes = np.bincount(found.stream, minlength=len(names))
    order = [code for code in np.argsort(-sizes, kind="stable").tolist() if sizes[code]]
    group = np.full(len(names), ROUTES - 1)
    alone = order if len(order) <= ROUTES else order[: ROUTES - 1]
    group[alone] = np.arange(len(alone))
    titles = [scenario.streams[names[code]].title or readable(names[code]) for code in alone]
    if len(alone) < len(order):
        titles.append(words.text("moving.other_routes", n=len(order) - len(alone)))
    return tuple(titles), group[found.stream]


def _by_cell(table: Codes, made: Board) -> Codes:
    """Add up what is known by state, by cell."""
    sums = [table[:, list(members)].sum(axis=1) for members in made.members]
    return np.stack(sums, axis=1) if sums else np.zeros((table.shape[0], 0), np.int64)


def _in_halls(found: Moving, made: Board) -> Codes:
    """Count by moment and cell the patients who are between two steps."""
    moment, patient = np.nonzero(found.doing == BETWEEN)
    counts = np.zeros((found.at.size, len(made.cells)), np.int64)
    np.add.at(counts, (moment, made.hall[found.place[moment, patient]]), 1)
    return counts


# ---------------------------------------------------------------- the report's section


@dataclass(frozen=True)
class Films:
    """Whose patients a report shows moving: the log of a run of each scenario, by name, and for how many weeks."""

    logs: Mapping[str, EventLog]
    weeks: int = WEEKS


def moving_sections(films: Films, scenarios: Mapping[str, Scenario]) -> list[Section]:
    """Give a section of the report for each of some scenarios of which there is a log."""
    chosen = [name for name in scenarios if name in films.logs]
    return [
        _section(f"moving{number}", films.logs[name], scenarios[name], films.weeks, several=len(chosen) > 1)
        for number, name in enumerate(chosen)
    ]


def _section(
    key: str, log: EventLog, scenario: Scenario, weeks: int, *, start: date | None = None, several: bool = False
) -> Section:
    """Give how to read it, the film, what it leaves out, and the queues by week as a table."""
    film, made, dots = filmed(log, scenario, weeks=weeks, start=start)
    caption = _caption(film)
    title = words.text("moving.title")
    if several:
        title = words.text("moving.title_of", name=scenario.title or scenario.name)
    blocks: list[Block] = [
        moved(chart.still(film), chart.changes(film), list(map(say_moment, film.when)), caption, _labels()),
        Paragraph(" ".join(_left_out(film, made, dots)), "small"),
        Folded(words.text("moving.table_title"), (_by_week(film),)),
    ]
    return Section(key, title, words.text("moving.note"), tuple(blocks))


def _labels() -> dict[str, str]:
    """Give what the film's button, slider and speeds are called."""
    return {
        "controls": words.text("moving.controls"),
        "play": words.text("moving.play"),
        "pause": words.text("moving.pause"),
        "slider": words.text("moving.slider"),
        "speed": words.text("moving.speed"),
        "slow": words.text("moving.slow"),
        "usual": words.text("moving.usual"),
        "fast": words.text("moving.fast"),
    }


def _caption(film: Film) -> str:
    waiting = film.waiting.sum(axis=1)
    most, least = int(waiting.argmax()), int(waiting.argmin())
    days = (film.when[-1].date() - film.when[0].date()).days + 1
    return words.text(
        "moving.caption",
        n=round(days / DAYS),
        start=say_date(film.when[0]),
        end=say_date(film.when[-1]),
        most=f"{waiting[most]:,}",
        when_most=say_date(film.when[most]),
        least=f"{waiting[least]:,}",
        when_least=say_date(film.when[least]),
    )


def _left_out(film: Film, made: Board, dots: Cast) -> list[str]:
    """Say whom and what the film does not show."""
    said = [words.text("moving.everybody" if dots.everybody else "moving.active")]
    if dots.share < 1:
        said.append(words.text("moving.share", share=words.percent(f"{100 * dots.share:.0f}")))
    if made.empty:
        said.append(words.text("moving.empty", names=words.listed(made.empty)))
    return [*said, words.text("moving.one_run")]


def _by_week(film: Film) -> Block:
    """Give who waits at the first moment of each week, at the steps with the longest queues and at all."""
    mean = film.waiting.mean(axis=0)
    chosen = [cell for cell in np.argsort(-mean, kind="stable").tolist()[:BUSIEST] if mean[cell] > 0]
    weeks = np.array([(each.date() - film.when[0].date()).days // DAYS for each in film.when])
    rows = []
    for week in range(int(weeks[-1]) + 1):
        moment = int(np.argmax(weeks == week))
        numbers = [film.present[moment], film.waiting[moment].sum(), *film.waiting[moment, chosen]]
        rows.append((say_date(film.when[moment]), *(f"{number:,}" for number in numbers)))
    columns = [words.text(key) for key in ("moving.week", "moving.present", "moving.all_waiting")]
    return table([*columns, *_names(film, chosen)], rows)


def _names(film: Film, chosen: Sequence[int]) -> list[str]:
    """Name some boxes; several steps together also by their phase."""
    found = []
    for number in chosen:
        cell = film.cells[number]
        heading = next(film.headings[row] for row in range(cell.row, -1, -1) if film.headings[row] or row == 0)
        found.append(words.text("moving.of_phase", phase=heading, name=cell.label) if cell.tip else cell.label)
    return found
