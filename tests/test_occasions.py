"""When a step can take place: worked out by hand for one week's rosters, leave, a meeting and a slot too long."""

from __future__ import annotations

import pytest

from pathway import words
from pathway.plan import Occasions, occasions, say_occasions
from pathway.scenario import Scenario
from tests.models import scenario_of

# four weeks from Monday 4 January 2027; two operators, one of them away in the second week, one in a meeting on Fridays
WEEKS = """
    run: {{start: 2027-01-04, warm_up: 7 days, length: 28 days, follow_up: 7 days}}
    calendars:
      theatre:
        holidays: open
        sessions: [{{days: [mon], hours: "08:00-13:00"}}, {{days: [fri], hours: "08:00-12:00"}}]
      day: {{holidays: open, sessions: [{{days: [mon, tue, wed, thu, fri], hours: "07:00-19:00"}}]}}
      mdt: {{holidays: open, sessions: [{{days: [fri], hours: "10:00-11:00"}}]}}
    resources:
      room: {{capacity: 1, calendar: theatre}}
      operator:
        capacity: 2
        calendar: day
        leave: [{{from: 2027-01-11, to: 2027-01-17, units: 1}}]
      ward: 3
    states:
      gp_in: {{kind: start, stream: gp, to: discuss}}
      discuss: {{kind: activity, duration: 7 min, meeting: {{calendar: mdt, team: {{operator: 1}}}}, to: treat}}
      treat: {{kind: activity, duration: {minutes} min, fits: session, needs: {{room: 1, operator: 2}}, to: rest}}
      rest: {{kind: activity, duration: 60 min, needs: {{ward: 1}}, to: out}}
    """
A_YEAR = 365.25 / 28


def weeks(minutes: int = 60) -> Scenario:
    return scenario_of(WEEKS.format(minutes=minutes))


def test_all_that_is_needed_must_be_there_at_once() -> None:
    """Mondays and Fridays of three weeks; on Fridays the meeting takes one of the two between ten and eleven."""
    found = occasions(weeks())["treat"]

    assert found.days_a_year == pytest.approx(6 * A_YEAR)
    assert found.usual == (
        (0, 8 * 60, 13 * 60, pytest.approx(3 * A_YEAR)),
        (4, 8 * 60, 10 * 60, pytest.approx(3 * A_YEAR)),
        (4, 11 * 60, 12 * 60, pytest.approx(3 * A_YEAR)),
    )


def test_it_must_be_there_for_long_enough() -> None:
    """Of a Friday two hours are left before the meeting, none for what takes longer; of a Monday five."""
    found = occasions(weeks(minutes=150))["treat"]

    assert found.days_a_year == pytest.approx(3 * A_YEAR)
    assert [time[0] for time in found.usual] == [0]


def test_a_meeting_is_an_occasion_and_what_is_always_possible_is_none() -> None:
    found = occasions(weeks())

    assert found["discuss"].days_a_year == pytest.approx(4 * A_YEAR)
    assert "rest" not in found


def test_it_is_said_in_the_language_in_force() -> None:
    found = Occasions(48.2, ((2, 480, 780, 31.6), (4, 480, 1440, 16.2)))
    assert say_occasions(found) == "48 days a year: Wed 08:00–13:00 (32), Fri 08:00–24:00 (16)"
    assert say_occasions(Occasions(1.0, ())) == "1 day a year"
    with words.speaking("zh"):
        assert say_occasions(found).startswith("每年48天")
