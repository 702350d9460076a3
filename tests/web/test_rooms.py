"""The rooms behind the managers' pages: changes, editing, answering, and the file that gives the same numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

import pathway as pw
from pathway.errors import PathwayError, ScenarioError
from pathway.scenario import Scenario, load_scenario
from pathway.web import answering, editing, glance
from pathway.web.changes import Change, Changes, as_file, save

HOSPITAL = Path(__file__).with_name("hospital.yaml")


@pytest.fixture(scope="module")
def base() -> Scenario:
    return load_scenario(HOSPITAL)


@pytest.fixture(scope="module")
def work(base: Scenario) -> answering.Work:
    return answering.Work(base, whole=True)


def test_undo_and_redo() -> None:
    """The last change is taken back first; a new one forgets what was undone."""
    one, two = Change("one", {"a": 1}), Change("two", {"a": 2, "b": 3})
    both = Changes().add(one).add(two)
    assert both.values() == {"a": 2, "b": 3}
    assert both.undo().values() == {"a": 1}
    assert both.undo().redo() == both
    assert both.undo().add(one).undone == ()
    assert Changes().undo() == Changes().redo() == Changes()


def test_a_week_grid_that_says_the_same_is_no_change(base: Scenario) -> None:
    assert editing.roster(base, "server", editing.week(base, "mornings")) is None


def test_a_list_more(base: Scenario) -> None:
    """A Saturday of four hours is four open hours a week more; a row without anything is none."""
    rows = [*editing.week(base, "mornings"), {"sat": True, "from": "8:00", "to": "12:00", "units": float("nan")}, {}]
    change = editing.roster(base, "server", rows)
    assert change is not None
    assert change.sentence == "Mornings: 4 open hours a week more"
    (sessions,) = change.values.values()
    assert sessions == [
        {"days": ["mon", "tue", "wed", "thu", "fri"], "hours": "08:00-14:00"},
        {"days": ["sat"], "hours": "08:00-12:00"},
    ]
    changed = Changes().add(change).applied(base)
    assert len(changed.calendars["mornings"].sessions) == 2


@pytest.mark.parametrize(
    ("row", "said"), [({"mon": True, "from": "8"}, "no opening hours"), ({"from": "08:00", "to": "09:00"}, "tick")]
)
def test_a_row_that_cannot_be_read_is_refused(row: dict[str, object], said: str) -> None:
    with pytest.raises(PathwayError, match=said):
        editing.sessions([row])


def test_what_a_session_says_beyond_the_grid_is_kept() -> None:
    """Every other week stays every other week."""
    real = load_scenario(Path("scenarios/base.yaml"))
    rows = editing.week(real, "ga_ir_sessions")
    assert editing.sessions(rows)[1]["every"] == "2 weeks"


def test_leave_is_added_to_leave(base: Scenario) -> None:
    """Two leaves of the same resource both hold; the days must be in order."""
    first = editing.away(base, "server", date(2027, 3, 1), date(2027, 3, 14), 1)
    once = Changes().add(first)
    second = editing.away(once.applied(base), "server", date(2027, 5, 3), date(2027, 5, 4), 1)
    assert len(once.add(second).applied(base).resources["server"].leave) == 2
    with pytest.raises(PathwayError, match="before the first"):
        editing.away(base, "server", date(2027, 3, 2), date(2027, 3, 1), 1)


def test_demand_is_a_share_of_today(base: Scenario) -> None:
    """Half as many again, then back to today: no change beside today."""
    (name, stream), *_ = base.streams.items()
    change = editing.demand(base, base, name, 150)
    assert change is not None
    more = Changes().add(change).applied(base)
    assert more.streams[name].per_year == pytest.approx(1.5 * stream.per_year)
    assert editing.demand(base, more, name, 150) is None


def test_what_cannot_be_is_refused_with_findings(base: Scenario) -> None:
    with pytest.raises(ScenarioError) as refusal:
        Changes().add(Change("none", {"resources.server.calendar": "unheard_of"})).applied(base)
    assert refusal.value.findings


def test_an_answer_while_one_looks(base: Scenario, work: answering.Work) -> None:
    """More years are told one after the other, and the interval is narrower for it."""
    change = editing.capacity(base, "server", base.resources["server"].capacity + 1)
    assert change is not None
    changed = Changes().add(change).applied(base)
    job = answering.Job((work, other := answering.Work(changed)), lambda years: answering.answer(work, other, years))
    job.start().wait()
    few, many = answering.answer(work, other, 2), job.told
    assert (many.years, job.is_running, job.refusal) == (16, False, "")
    wait = {answer.years: next(row for row in answer.changes if row.figure.measure == "wait") for answer in (few, many)}
    assert wait[16].is_sure
    assert wait[16].difference < 0
    assert wait[16].half < wait[2].half
    assert any("falls" in sentence for sentence in glance.leading(many))
    assert len(glance.table(many)) == len(many.changes)


def test_today_beside_itself_is_the_same(base: Scenario, work: answering.Work) -> None:
    same = answering.answer(work, answering.Work(replace(base, name="same")), 2)
    assert same.is_same
    assert glance.leading(same) == ["Nothing differs from today."]


def test_a_cancelled_job_keeps_what_it_told(work: answering.Work) -> None:
    """Stopped after the first step, it says what was known then."""
    job: answering.Job
    job = answering.Job((work,), lambda years: (job.cancel(), years)[1], (2, 4))
    job.start().wait()
    assert (job.told, job.is_cancelled, job.is_running) == (2, True, False)


def test_a_job_nobody_looks_at_ends(work: answering.Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a page that was closed."""
    monkeypatch.setattr(answering, "UNWATCHED", -1.0)
    job = answering.Job((work,), lambda years: years).start().wait()
    assert (job.told, job.is_cancelled) == (None, True)


def test_the_saved_file_gives_the_same_numbers(base: Scenario, work: answering.Work, tmp_path: Path) -> None:
    """What the page shows after four years is what `pathway run` gives for four replications of the saved file."""
    (name, _), *_ = base.streams.items()
    changes = Changes().add(editing.demand(base, base, name, 130) or Change("", {}))
    changes = changes.add(editing.away(changes.applied(base), "server", date(2027, 3, 1), date(2027, 3, 14), 1))
    other = answering.Work(changes.applied(base))
    shown = answering.answer(work, other, 4).other.intervals

    path = save(other.scenario, "More, and a closure", tmp_path)
    again = pw.Experiment([load_scenario(path)], replications=4, workers=1).run().intervals()
    keys = ["measure", "subject", "part", "statistic"]
    both = shown.merge(again.astype(dict.fromkeys(keys, object)), on=keys, suffixes=("", "_run"))
    assert len(both) == len(shown) > 10
    unpooled = both[~both["pooled_run"]]
    assert len(unpooled) > 10
    assert unpooled["mean"].tolist() == pytest.approx(unpooled["mean_run"].tolist(), nan_ok=True, rel=1e-12)


def test_a_downloaded_file_lies_beside_the_hospital(base: Scenario, tmp_path: Path) -> None:
    """What is downloaded extends the hospital's file by its name alone."""
    (tmp_path / "hospital.yaml").write_bytes(HOSPITAL.read_bytes())
    here = load_scenario(tmp_path / "hospital.yaml")
    text = as_file(here.override({"resources.server.capacity": 5}, name="five"), tmp_path)
    assert "extends: hospital.yaml" in text
    (tmp_path / "five.yaml").write_text(text, encoding="utf-8")
    assert load_scenario(tmp_path / "five.yaml").resources["server"].capacity == 5
