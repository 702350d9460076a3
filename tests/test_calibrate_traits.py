"""What a log says of its cases is carried where one asks for it, and asked about where a test says that it matters."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pathway.experiment.calibrations import Calibrated
from pathway.interchange.calibration import calibrate, read_log
from pathway.interchange.refusing import RefusedError

CASES = 900


def log_file(folder: Path) -> Path:
    """Write a log: three in ten are urgent, of whom nine in ten are scanned, else two in ten; from 70 years it is slow.

    One in a hundred is of a sort that three cases share; one in ten has no age.
    """
    rng = np.random.default_rng(4)
    rows = ["case,activity,time,priority,age,postcode\n"]
    for case in range(CASES):
        is_urgent, age = rng.random() < 0.3, int(rng.integers(20, 91))
        at = np.datetime64("2027-01-04T08:00") + np.timedelta64(int(case * 37), "m")
        said = "soon" if case < 3 else "urgent" if is_urgent else "routine"
        rows.append(f"{case},Triage,{at},{said},{age if case % 10 else ''},AB{case}\n")
        if rng.random() < (0.9 if is_urgent and case >= 3 else 0.2):
            at += np.timedelta64(round(rng.exponential(3000 if age >= 70 else 300)), "m")
            rows.append(f"{case},CT,{at},,,\n")
    path = folder / "log.csv"
    path.write_text("".join(rows), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Calibrated:
    log = read_log(log_file(tmp_path_factory.mktemp("traits")), attributes=("priority", "age"))
    return calibrate(log, name="traits", dates="real")


def test_they_are_drawn_as_often_as_they_are(found: Calibrated) -> None:
    """A category by its shares, a number by groups of five cases and more; what three cases share stands as other."""
    priority, age = found.document["attributes"]["priority"], found.document["attributes"]["age"]
    assert sorted(priority["values"]) == ["other", "routine", "urgent"]
    assert priority["draw"]["weights"]["urgent"] == pytest.approx(0.3, abs=0.05)
    assert priority["draw"]["weights"]["other"] == pytest.approx(3 / CASES, abs=1e-5)
    assert age["kind"] == "integer"
    mean = np.average(age["draw"]["empirical"]["values"], weights=age["draw"]["empirical"]["weights"])
    assert mean == pytest.approx(55, abs=2)
    assert "soon" not in str(found.document)
    assert found.document["sources"]["attributes.age"].startswith("log: age of 810 of 900 cases, 90 do not say it")


def test_ways_and_times_depend_on_them_where_they_do(found: Calibrated) -> None:
    """Who is urgent is scanned, and from about 70 years that takes ten times as long."""
    ways = found.routing[(found.routing["origin"] == "Triage") & (found.routing["target"] == "CT")]
    shares = {one.condition: one.share for one in ways.itertuples()}
    assert shares == {
        "priority == urgent": pytest.approx(0.9, abs=0.06),
        "priority != urgent": pytest.approx(0.2, abs=0.06),
    }
    times = found.fits[(found.fits["activity"] == "CT") & (found.fits["after"] == "Triage")]
    means = {one.condition: one.mean for one in times.itertuples()}
    (old,) = [value for condition, value in means.items() if condition.startswith("age >= 7")]
    assert old > 4 * min(means.values())


def test_what_goes_with_what_is_said_not_to_be_known(found: Calibrated) -> None:
    """They are drawn one without the other, which is said; and a column nobody named is named as unused."""
    assert "drawn on arrival as often as in the log" in dict(found.unidentified)["what goes with age"]
    assert found.notes == ("nothing was made of postcode; name what says something of the case with --attribute",)


def test_what_is_different_for_everybody_is_no_category(tmp_path: Path) -> None:
    """A postcode of each is refused, without naming one."""
    log = read_log(log_file(tmp_path), attributes=("postcode",))
    with pytest.raises(RefusedError, match=r"'postcode' has 900 values, none that five cases share") as refusal:
        calibrate(log)
    assert "AB1" not in str(refusal.value)
