"""Patients moving: where everybody is at each moment, which dot shows whom, and what the chart's frames hold."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime

import numpy as np
import plotly.graph_objects as go
import pytest

from pathway.charts import moving as chart
from pathway.charts.film import COMES, FINE, GOES, NOWHERE, STRIP, TALL, TOP, places
from pathway.errors import PathwayError
from pathway.eventlog import EventLog
from pathway.graph import End
from pathway.metrics.moving import ABSENT, BETWEEN, UNDER_WAY, WAITING, Moving, moments, moving
from pathway.report import patients_moving
from pathway.report.blocks import Folded, Moved, Paragraph, Table
from pathway.report.moving import Films, filmed, moving_sections
from pathway.report.moving_board import board
from pathway.report.moving_cast import cast
from pathway.scenario import Scenario
from tests.logs import activity, make_log, make_scenario, start
from tests.models import DAY, HOUR, run, scenario_of

ROOM = """
    resources: {room: {capacity: 1, calendar: morning}}
    calendars: {morning: 08:00-12:00}
    states:
      scan: {kind: activity, duration: 90 min, needs: {room: 1}, to: rest}
      rest: {kind: delay, duration: 3 h, to: out}
    """


@pytest.fixture(scope="module")
def room() -> Scenario:
    """A room that is open from 8 to 12 and takes 90 minutes for one patient, who then rests for three hours."""
    return scenario_of(ROOM, "gp")


@pytest.fixture(scope="module")
def three(room: Scenario) -> EventLog:
    """Two patients at 10:00 and one at 10:10: scanned at 10:00, at 11:30, and at 8:00 of the next day."""
    return run("simpy", room, gp=[600, 600, 610])


@pytest.fixture(scope="module")
def hours(room: Scenario, three: EventLog) -> Moving:
    """Where they are, hour by hour."""
    return moving(three, room, weeks=1)


def at(found: Moving, minute: int) -> list[int]:
    """Give what each patient does at a minute."""
    return [int(each) for each in found.doing[int(np.flatnonzero(found.at == minute)[0])]]


# ---------------------------------------------------------------- moments


@pytest.mark.parametrize(
    ("weeks", "a_day"), [(1, 24), (2, 12), (3, 12), (6, 6), (9, 4), (12, 3), (13, 2), (18, 2), (19, 1), (36, 1)]
)
def test_a_longer_film_has_fewer_moments_a_day(weeks: int, a_day: int) -> None:
    """There are never more than 252, and every day has as many as the first."""
    found = moments(7 * DAY, 10**6, weeks)
    assert found.size == 7 * weeks * a_day <= 252
    assert np.unique(found // DAY, return_counts=True)[1].tolist() == [a_day] * 7 * weeks


def test_moments_lie_in_the_hours_a_hospital_works() -> None:
    """Twelve weeks are seen at 10, 14 and 18 o'clock; nothing is seen after the run is over."""
    assert (moments(0, 10**6, 12)[:4] // HOUR).tolist() == [10, 14, 18, 34]
    assert moments(0, 3 * DAY, 12).max() < 3 * DAY


@pytest.mark.parametrize("weeks", [0, 37])
def test_a_film_is_no_longer_than_it_can_be_seen(weeks: int) -> None:
    """It says what is allowed."""
    with pytest.raises(PathwayError, match="1 to 36"):
        moments(0, 10**6, weeks)


# ---------------------------------------------------------------- where everybody is


def test_everybody_is_where_the_log_says(hours: Moving) -> None:
    """The first is scanned, the second waits until 11:30, the third until the next morning; then each rests."""
    assert at(hours, 540) == [ABSENT, ABSENT, ABSENT]
    assert at(hours, 600) == [UNDER_WAY, WAITING, ABSENT]
    assert at(hours, 660) == [UNDER_WAY, WAITING, WAITING]
    assert at(hours, 720) == [BETWEEN, UNDER_WAY, WAITING]
    assert at(hours, 840) == [BETWEEN, BETWEEN, WAITING]
    assert at(hours, 900) == [ABSENT, BETWEEN, WAITING]  # 690 + 180 is over
    assert at(hours, DAY + 480) == [ABSENT, ABSENT, UNDER_WAY]
    assert at(hours, DAY + 780) == [ABSENT, ABSENT, ABSENT]  # 10:30 to 13:00 is over at 12:30


def test_what_is_counted_by_state(hours: Moving, three: EventLog) -> None:
    """Who waits, who is there, who began since the moment before, and who is on the pathway."""
    scan = three.vocabulary.states.index("scan")
    rest = three.vocabulary.states.index("rest")
    ten = int(np.flatnonzero(hours.at == 600)[0])
    assert hours.waiting[ten : ten + 6, scan].tolist() == [1, 2, 1, 1, 1, 1]
    assert hours.there[ten : ten + 6, scan].tolist() == [1, 1, 1, 0, 0, 0]
    assert hours.began[ten : ten + 6, scan].tolist() == [1, 0, 1, 0, 0, 0]
    assert hours.there[ten : ten + 6, rest].tolist() == [0, 0, 1, 2, 2, 1]
    assert hours.present[ten : ten + 6].tolist() == [2, 3, 3, 3, 3, 2]


def test_a_step_is_open_if_it_was_since_the_moment_before(hours: Moving, three: EventLog) -> None:
    """At 8:00 the room opens, at noon it has been open; at 13:00 it has not."""
    scan = three.vocabulary.states.index("scan")
    was_open = {int(minute) for minute in hours.at[hours.is_open[:, scan]] if minute < DAY}
    assert was_open == {480, 540, 600, 660, 720}


def test_no_session_is_missed_between_two_moments() -> None:
    """A film of three moments a day, and a room open from 11 to 13: at 14 o'clock it has been."""
    later = scenario_of(ROOM.replace("08:00-12:00", "11:00-13:00") + "run: {length: 84 days}\n", "gp")
    log = run("simpy", later, gp=[])
    found = moving(log, later, weeks=12)
    open_at = found.at[found.is_open[:, log.vocabulary.states.index("scan")]]
    assert {int(minute) % DAY // HOUR for minute in open_at} == {14}


def test_one_who_missed_an_appointment_stays_where_they_were() -> None:
    """Until they ask again they are in no state of the log, and are shown between steps of the same phase."""
    scenario = make_scenario(start("scan"), activity("scan", "out", "room"), End("out"))
    visits = [(0, "scan", 0, 100, 130, "no_show"), (0, "scan", 500, 600, 650)]
    log = make_log(scenario, visits=visits, cases=[(0, 650, "out")], capacity={"room": [(0, 1)]})
    found = moving(log, scenario, weeks=1)
    assert [found.doing[hour, 0] for hour in (1, 2, 3, 8, 9, 10)] == [
        WAITING,
        UNDER_WAY,
        *[BETWEEN] * 2,
        WAITING,
        UNDER_WAY,
    ]
    assert log.vocabulary.states[found.place[3, 0]] == "scan"


# ---------------------------------------------------------------- the board and the dots


def test_the_board_has_a_box_a_step_and_one_for_what_lies_between(room: Scenario, three: EventLog) -> None:
    """Of a pathway without phases all is in one row without a name."""
    film, made, dots = filmed(three, room, weeks=1)
    assert [(cell.label, cell.is_hall) for cell in film.cells] == [("scan", False), ("Between steps", True)]
    assert film.headings == ("",)
    assert made.empty == ()
    assert dots.everybody
    assert film.groups == ("gp",)


def test_less_busy_steps_share_a_box() -> None:
    """A phase of eight steps has boxes for the five busiest and one for the three others, which says who they are."""
    names = [f"step{number}" for number in range(8)]
    steps = "\n".join(
        f"          {name}: {{kind: activity, phase: work, duration: {60 + 60 * number} min, to: {then}}}"
        for number, (name, then) in enumerate(zip(names, [*names[1:], "rest"], strict=True))
    )
    rests = ["rest", *(f"rest{number}" for number in range(1, 10))]
    delays = "\n".join(
        f"          {name}: {{kind: delay, phase: after, duration: 1 h, to: {then}}}"
        for name, then in zip(rests, [*rests[1:], "out"], strict=True)
    )
    scenario = scenario_of(f"\n        states:\n{steps}\n{delays}\n        ", "gp")
    film, made, _ = filmed(run("simpy", scenario, gp=[600]), scenario, weeks=1)
    work = [cell for cell in film.cells if cell.row == 0]
    assert [cell.label for cell in work] == [f"step{number}" for number in (3, 4, 5, 6, 7)] + ["3 less busy steps"]
    assert work[-1].tip == "step0\nstep1\nstep2"
    assert film.headings == ("Work", "After")
    assert [len(members) for members in made.members] == [1, 1, 1, 1, 1, 3, 0]


def test_dots_queue_in_the_order_patients_came(room: Scenario, three: EventLog) -> None:
    """At 11:00 the second is at the front and the third behind; at noon the third is at the front."""
    film, _, _ = filmed(three, room, weeks=1)
    assert film.rank[11, film.doing[11] == WAITING].tolist() == [0, 1]
    assert film.rank[12, film.doing[12] == WAITING].tolist() == [0]


def test_a_dot_comes_a_moment_before_and_goes_a_moment_after(room: Scenario, three: EventLog) -> None:
    """The first patient's: from 9:00 to 15:00, when they have been away since 14:30."""
    film, _, _ = filmed(three, room, weeks=1)
    assert film.doing[8:17, 0].tolist() == [
        ABSENT,
        COMES,
        UNDER_WAY,
        UNDER_WAY,
        BETWEEN,
        BETWEEN,
        BETWEEN,
        GOES,
        ABSENT,
    ]
    assert film.cell[8, 0] == film.cell[16, 0] == NOWHERE


def test_a_dot_is_taken_up_by_the_next_patient(room: Scenario) -> None:
    """Four patients a day apart need one dot; two of different streams at different times need two."""
    log = run("simpy", room, gp=[600, 600 + DAY, 600 + 2 * DAY, 600 + 3 * DAY])
    assert filmed(log, room, weeks=1)[0].group.tolist() == [0]
    both = scenario_of(ROOM, "gp", "ward")
    film, _, _ = filmed(run("simpy", both, gp=[600], ward=[600 + DAY]), both, weeks=1)
    assert film.group.tolist() == [0, 1]
    assert film.groups == ("gp", "ward")


def test_where_there_are_too_many_those_between_are_counted_only(room: Scenario) -> None:
    """With room for one dot, whoever is scanned has it; of two who rest, the one who has just come is still seen."""
    film, _, dots = filmed(run("simpy", room, gp=[600, 690]), room, weeks=1, most=1)
    assert not dots.everybody
    assert dots.share == 1.0
    assert (film.doing[13] == BETWEEN).sum() == 1
    assert film.there[13].tolist() == [0, 2]


def test_whoever_is_not_drawn_is_told(room: Scenario, three: EventLog, hours: Moving) -> None:
    """With room for one dot at a time, a third of the patients have one; the numbers do not change."""
    made = board(room.pathway.graph, three, hours)
    dots = cast(hours, made, np.zeros(3, np.int64), most=1)
    assert dots.share == pytest.approx(1 / 3)
    film, _, few = filmed(three, room, weeks=1, most=1)
    assert few.share == dots.share
    assert film.waiting[11].tolist() == [2, 0]


# ---------------------------------------------------------------- the chart


def test_places_can_be_computed_by_hand(room: Scenario, three: EventLog) -> None:
    """At 11:00: two wait beside the first box, one is in it, right of them; in half pixels."""
    film, _, _ = filmed(three, room, weeks=1)
    x, y = places(film)
    middle = TOP + STRIP + TALL / 2
    scanned, second, third = ((x[11, dot] / FINE, y[11, dot] / FINE) for dot in range(3))
    assert scanned == (92 + 97 - 3, pytest.approx(middle - 2 * 6.5, abs=0.5))  # the top of five rows
    assert second == (92 + 61 - 3, scanned[1])
    assert third == (second[0], pytest.approx(second[1] + 6.5, abs=0.5))


def test_a_long_queue_is_drawn_closer_but_inside_its_place() -> None:
    """Two hundred who wait fit between the number and the box, no two in one place."""
    model = """
        resources: {room: 1}
        states:
          scan: {kind: activity, duration: 1 day, needs: {room: 1}, to: out}
        """
    scenario = scenario_of(model, "gp")
    film, _, _ = filmed(run("simpy", scenario, gp=[600] * 200), scenario, weeks=1)
    x, y = (side[10][film.doing[10] == WAITING] / FINE for side in places(film))
    assert x.size == 199
    assert (x.min() >= 92 + 20, x.max() <= 92 + 61) == (True, True)
    assert (y.min() >= TOP + STRIP, y.max() <= TOP + STRIP + TALL) == (True, True)
    assert len({*zip(x.tolist(), y.tolist(), strict=True)}) == 199


@pytest.fixture(scope="module")
def figure(room: Scenario, three: EventLog) -> go.Figure:
    """The week as a figure."""
    return patients_moving(three, room, weeks=1)


def test_every_frame_has_the_same_dots_in_the_same_order(figure: go.Figure) -> None:
    """As many frames as moments; each has every dot, and a text for every number."""
    boxes, dots, numbers = figure.data[:3]
    assert len(figure.frames) == 168
    assert list(dots.ids) == ["0", "1", "2"]
    for frame in figure.frames:
        assert [len(frame.data[0].marker.color), len(frame.data[1].x), len(frame.data[2].text)] == [
            len(boxes.x),
            len(dots.x),
            len(numbers.text),
        ]


def test_the_frames_of_a_page_are_those_of_the_figure(figure: go.Figure, room: Scenario, three: EventLog) -> None:
    """What a page plays itself is the same, written shorter."""
    changes = chart.changes(filmed(three, room, weeks=1)[0])
    for frame, change in zip(figure.frames, changes, strict=True):
        assert [None if np.isnan(each) else int(each) for each in frame.data[1].x] == change["x"]
        assert list(frame.data[2].text) == change["text"]
        assert list(frame.data[0].marker.color) == change["open"]


def test_what_stands_above_the_board(room: Scenario, three: EventLog) -> None:
    """The moment, who is on the pathway, who waits; a number that is nothing is not written."""
    texts = chart.changes(filmed(three, room, weeks=1)[0])[11]["text"]
    assert texts[:4] == ["2", chart.NOTHING, chart.NOTHING, chart.NOTHING]
    assert texts[4] == "Mon 4 January 2027, 11:00 · 3 on the pathway · 2 waiting"


def test_a_film_may_begin_on_any_day(room: Scenario, three: EventLog) -> None:
    """On the second day there is the third patient alone."""
    film, _, _ = filmed(three, room, weeks=1, start=date(2027, 1, 5))
    assert film.when[0] == datetime(2027, 1, 5)
    assert film.present[0] == 1


def test_a_film_of_days_that_are_not_simulated_is_refused(room: Scenario, three: EventLog) -> None:
    """The run is over after two weeks."""
    with pytest.raises(PathwayError, match="from day 28 of the run on: it has days 0 to 13"):
        patients_moving(three, room, start=date(2027, 2, 1))


def test_nobody_anywhere_is_a_film_too(room: Scenario) -> None:
    """A board without boxes, dots or rows."""
    figure = patients_moving(run("simpy", room, gp=[]), room, weeks=1, start=date(2027, 1, 17))
    assert len(figure.frames) == 24


# ---------------------------------------------------------------- the report's section


def test_the_section_says_in_words_what_it_shows(room: Scenario, three: EventLog) -> None:
    """A film, what it leaves out, and a table of the queue week by week, folded."""
    section = moving_sections(Films({"tiny": three}, 2), {"tiny": room})[0]
    film, left_out, folded = section.blocks
    assert isinstance(film, Moved)
    assert film.caption.startswith("2 weeks, 4 January 2027 to 17 January 2027: most wait on 4 January 2027 (1)")
    assert isinstance(left_out, Paragraph)
    assert left_out.text.startswith("Every patient on the pathway has a dot.")
    assert isinstance(folded, Folded)
    table = folded.blocks[0]
    assert isinstance(table, Table)
    assert table.rows == (("4 January 2027", "0", "0", "0"), ("11 January 2027", "0", "0", "0"))


def test_scenarios_have_a_film_each(room: Scenario, three: EventLog) -> None:
    """Each is named; one without a log has none."""
    again = replace(room, title="Another room")
    found = moving_sections(Films({"a": three, "b": three}, 1), {"a": room, "b": again, "c": room})
    assert [(each.key, each.title) for each in found] == [
        ("moving0", "Patients moving: tiny"),
        ("moving1", "Patients moving: Another room"),
    ]


def test_a_film_names_no_patient(room: Scenario, three: EventLog) -> None:
    """Dots are numbered from 0 in every film; the row a patient has in the log is nowhere."""
    late = moving_sections(Films({"tiny": three}, 1), {"tiny": room})[0].blocks[0]
    assert isinstance(late, Moved)
    assert '"ids":["0","1","2"]' in late.figure
