"""Opening hours read off a log: those of the scenario that made it; and none where a log has dates only."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import pathway as pw
from pathway.errors import PathwayError
from pathway.experiment.calibrations import Calibrated
from pathway.interchange.calibration import calibrate, read_log
from pathway.interchange.calibration.dates import DAY
from pathway.interchange.observed import UNKNOWN, ObservedLog
from pathway.interchange.own_logs import observed_from

HOSPITAL = """\
schema: 1
name: hospital
run: {start: 2027-01-04, warm_up: 0 weeks, length: 52 weeks, follow_up: 4 weeks, seed: 3}
holidays: {country: GB, subdivision: ENG}
calendars:
  working_days: {sessions: [{days: [mon, tue, wed, thu, fri], hours: "08:00-16:00"}], holidays: closed}
  two_mornings: {sessions: [{days: [tue, thu], hours: "09:00-13:00"}], holidays: open}
streams: {arrivals: {per_year: 4000, hours: "00:00-24:00", on_holidays: 1,
  weekdays: {mon: 1, tue: 1, wed: 1, thu: 1, fri: 1, sat: 1, sun: 1}}}
resources:
  scanner: {capacity: 1, calendar: working_days}
  clinic: {capacity: 6, calendar: two_mornings}
  ward: {capacity: 400}
pathway:
  states:
    arrival: {kind: start, stream: arrivals, to: scan}
    scan: {kind: activity, duration: 20 min, needs: {scanner: 1}, to: see}
    see: {kind: activity, duration: {exponential: {mean: 15 min}}, needs: {clinic: 1}, to: stay}
    stay: {kind: activity, duration: {gamma: {shape: 2, mean: 2 days}}, needs: {ward: 1}, to: home}
    home: {kind: end}
"""


@pytest.fixture(scope="module")
def hospital(tmp_path_factory: pytest.TempPathFactory) -> ObservedLog:
    path = tmp_path_factory.mktemp("hospital") / "hospital.yaml"
    path.write_text(HOSPITAL, encoding="utf-8")
    return observed_from(pw.simulate(pw.load_scenario(path)))


def hours(found: Calibrated) -> dict[str, list[tuple[str, str]]]:
    """Give days and hours of each calendar that was written."""
    calendars = found.document.get("calendars", {})
    return {name: [("".join(each["days"]), each["hours"]) for each in of["sessions"]] for name, of in calendars.items()}


def test_opening_hours_are_found_again(hospital: ObservedLog) -> None:
    """Monday to Friday 8 to 16, Tuesday and Thursday 9 to 13; what is never closed has none."""
    found = calibrate(hospital, hold_out=0.0)
    assert hours(found) == {
        "scanner_hours": [("montuewedthufri", "08:00-16:00")],
        "clinic_hours": [("tuethu", "09:00-13:00")],
    }
    assert (
        "from the first to the last start in hours with starts, a lower bound"
        in found.document["sources"]["calendars.clinic_hours"]
    )
    assert (found.scenario.resources["scanner"].capacity, found.scenario.resources["clinic"].capacity) == (1, 6)


def test_what_nobody_asked_for_at_night_is_not_closed_at_night(hospital: ObservedLog) -> None:
    """The ward only takes who comes from the clinic, on Tuesdays and Thursdays: that is no sign of its own hours."""
    found = calibrate(hospital, hold_out=0.0)
    assert dict(found.unidentified)["opening hours of ward"].endswith(
        "nobody asked for it at others; taken as always open"
    )
    assert "taken as always open" in found.document["sources"]["resources.ward"]


def test_public_holidays_are_told_where_a_country_is_named(hospital: ObservedLog) -> None:
    """Eight days without a scan are holidays in England; the clinic was open on them, and as many patients came."""
    silent = "days on which it was closed"
    alone, told = (calibrate(hospital, hold_out=0.0, country=country) for country in ("", "GB-ENG"))
    assert "scanner on 8 of" in dict(alone.unidentified)[silent]
    assert "--country tells public holidays" in dict(alone.unidentified)[silent]
    assert silent not in dict(told.unidentified)
    assert {name: each["holidays"] for name, each in told.document["calendars"].items()} == {
        "scanner_hours": "closed",
        "clinic_hours": "open",
    }
    assert told.document["holidays"] == {"country": "GB", "subdivision": "ENG"}
    assert [stream["on_holidays"] for stream in told.document["streams"].values()] == [1.0]
    with pytest.raises(PathwayError, match="no public holidays are known for country 'XX'"):
        calibrate(hospital, country="XX")


def test_a_log_of_dates_only_has_no_hours(hospital: ObservedLog) -> None:
    """Everything at midnight: hours, capacity and times below a day are not identifiable, and none are made up."""
    days = {
        name: np.where(getattr(hospital, name) == UNKNOWN, UNKNOWN, getattr(hospital, name) // DAY * DAY)
        for name in ("asked", "started", "ended", "arrived")
    }
    found = calibrate(replace(hospital, **days), hold_out=0.0)
    what, instead = found.unidentified[[each[0].startswith("hours") for each in found.unidentified].index(True)]
    assert what == "hours of the day, opening hours, capacity, and times of less than a day"
    assert "the log has dates only" in instead
    assert found.dates.startswith("the log has dates only, no times of day; ")
    assert hours(found) == {}
    assert not found.scenario.resources
    assert [stream["hours"] for stream in found.document["streams"].values()] == ["00:00-24:00"]


def test_a_file_of_dates_only(tmp_path: Path) -> None:
    """The same by the door of a file: 150 cases, each seen on a day and told a week later."""
    days = [np.datetime64("2027-01-04") + 7 * (n // 3) for n in range(150)]
    rows = [f"{n},{what},{day + late}\n" for n, day in enumerate(days) for what, late in (("seen", 0), ("told", 7))]
    path = tmp_path / "log.csv"
    path.write_text("case,activity,date\n" + "".join(rows), encoding="utf-8")
    found = calibrate(read_log(path, columns={"ended": "date"}), hold_out=0.3)
    assert (
        "the log has dates only"
        in dict(found.unidentified)["hours of the day, opening hours, capacity, and times of less than a day"]
    )
    assert {row["value"] for row in found.document["pathway"]["states"]["told"]["duration"]} == {"7 days"}
