"""The rooms behind the managers' pages: changes, editing, answering, and the file that gives the same numbers."""

from __future__ import annotations

import json
import os
import re
import time
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest
from typer.testing import CliRunner

import pathway as pw
from pathway import words
from pathway.cli import app
from pathway.errors import PathwayError, ScenarioError
from pathway.scenario import Scenario, fingerprint, load_scenario
from pathway.web import answering, editing, glance, listing, ready, runs, sizing, telling, uploads, years
from pathway.web.changes import Change, Changes, as_file, named_apart, save
from pathway.web.errands import Errand
from tests.web.server import is_there

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

HOSPITAL = Path(__file__).with_name("hospital.yaml")


@pytest.fixture(scope="module")
def base() -> Scenario:
    return load_scenario(HOSPITAL)


@pytest.fixture(scope="module")
def real() -> Scenario:
    """The default hospital: lists, meetings, and what is there day and night."""
    return load_scenario(Path("scenarios/base.yaml"))


@pytest.fixture(scope="module")
def work(base: Scenario) -> years.Work:
    return years.Work(base)


def test_undo_and_redo() -> None:
    """The last change is taken back first; a new one forgets what was undone."""
    one, two = Change("one", {"a": 1}), Change("two", {"a": 2, "b": 3})
    both = Changes().add(one).add(two)
    assert both.values() == {"a": 2, "b": 3}
    assert both.undo().values() == {"a": 1}
    assert both.undo().redo() == both
    assert both.undo().add(one).undone == ()
    assert Changes().undo() == Changes().redo() == Changes()


def test_back_to_today_can_be_taken_back() -> None:
    """All changes are gone, and come again in the order in which they were made."""
    first, second = Change("first", {"a": 1}), Change("second", {"b": 2})
    gone = Changes().add(first).add(second).undo_all()
    assert gone.done == ()
    assert gone.redo().done == (first,)
    assert gone.redo().redo().done == (first, second)


def test_a_week_grid_that_says_the_same_is_no_change(base: Scenario) -> None:
    assert editing.roster(base, editing.keepers(base)["server"], editing.week(base, "mornings")) is None


def test_a_list_more(base: Scenario) -> None:
    """A Saturday of four hours is four open hours a week more; a row without anything is none."""
    rows = [*editing.week(base, "mornings"), {"sat": True, "from": "8:00", "to": "12:00", "units": float("nan")}, {}]
    change = editing.roster(base, editing.keepers(base)["server"], rows)
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


def test_what_a_session_says_beyond_the_grid_is_kept(real: Scenario) -> None:
    """Every other week stays every other week."""
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


def test_what_a_question_brought_along_can_be_more_or_fewer(real: Scenario) -> None:
    """Patients for one treatment are no stream today: their number is said, not a share."""
    _, asked = ready.asked(real, "scenarios/s04_nanoknife_demand_40.yaml")
    more = Changes().add(asked)
    now = more.applied(real)
    assert editing.added_streams(real, real) == []
    assert editing.added_streams(real, now) == ["nanoknife_transfers"]
    change = editing.per_year(now, "nanoknife_transfers", 11)
    assert change.sentence == "Transfers for NanoKnife: 11 referrals a year instead of 21"
    assert more.add(change).applied(real).streams["nanoknife_transfers"].per_year == 11


def test_on_how_many_days_all_is_there_is_said(real: Scenario) -> None:
    """A weekly list is less than today, which nobody sees from the list; a closed scanner stops many steps alike."""
    today = years.Work(real)
    weekly = years.Work(load_scenario(Path("scenarios/s04_nanoknife_weekly.yaml")))
    (said,) = telling.possible(today, weekly)
    assert said.startswith("All that is needed is there together on 32 days a year instead of 48, leave and")
    assert telling.possible(today, today) == []
    shut = editing.away(real, "ct_scanner", date(2027, 3, 1), date(2027, 3, 14), 1)
    (said,) = telling.possible(today, years.Work(Changes().add(shut).applied(real)))
    assert re.search(r"on 242 days a year instead of 252, .+: .+, .+, .+ and \d+ more\.$", said)


def test_that_fewer_are_treated_is_said_although_waits_are_said_first(real: Scenario) -> None:
    """Once a month some wait for ever: four sentences of waits and targets alone would not say so."""
    monthly = years.Work(load_scenario(Path("scenarios/s04_nanoknife_monthly.yaml")))
    said = telling.leading(answering.answer(years.Work(real), [monthly], 4))
    assert len(said) == 4
    assert said[0].startswith("▼")
    assert re.match(r"\W*NanoKnife.*: patients a year falls from ", said[2]), said


def test_what_cannot_be_is_refused_with_findings(base: Scenario) -> None:
    with pytest.raises(ScenarioError) as refusal:
        Changes().add(Change("none", {"resources.server.calendar": "unheard_of"})).applied(base)
    assert refusal.value.findings


def test_an_answer_while_one_looks(base: Scenario, work: years.Work) -> None:
    """More years are told one after the other, and the interval is narrower for it."""
    change = editing.capacity(base, "server", base.resources["server"].capacity + 1)
    assert change is not None
    changed = Changes().add(change).applied(base)
    job = answering.Job((work, other := years.Work(changed)), lambda years: answering.answer(work, [other], years))
    job.start().wait()
    few, many = answering.answer(work, [other], 2), job.told
    assert (many.years, job.is_running, job.refusal) == (16, False, "")
    wait = {answer.years: next(row for row in answer.changes if row.figure.measure == "wait") for answer in (few, many)}
    assert wait[16].is_sure
    assert wait[16].difference < 0
    assert wait[16].half < wait[2].half
    assert any("falls" in sentence for sentence in telling.leading(many))
    assert len(telling.table(many)) == len(many.changes)


def test_today_beside_itself_is_the_same(base: Scenario, work: years.Work) -> None:
    same = answering.answer(work, [years.Work(replace(base, name="same"))], 2)
    assert same.is_same
    assert telling.leading(same) == ["Nothing differs from today."]


def test_a_cancelled_job_keeps_what_it_told(work: years.Work) -> None:
    """Stopped after the first step, it says what was known then."""
    job: answering.Job
    job = answering.Job((work,), lambda years: (job.cancel(), years)[1], (2, 4))
    job.start().wait()
    assert (job.told, job.is_cancelled, job.is_running) == (2, True, False)


def test_a_job_nobody_looks_at_ends(work: years.Work, monkeypatch: pytest.MonkeyPatch) -> None:
    """As of a page that was closed."""
    monkeypatch.setattr(answering, "UNWATCHED", -1.0)
    job = answering.Job((work,), lambda years: years).start().wait()
    assert (job.told, job.is_cancelled) == (None, True)


def test_the_saved_file_gives_the_same_numbers(base: Scenario, work: years.Work, tmp_path: Path) -> None:
    """What the page shows after four years is what `pathway run` gives for four replications of the saved file."""
    (name, _), *_ = base.streams.items()
    changes = Changes().add(editing.demand(base, base, name, 130) or Change("", {}))
    changes = changes.add(editing.away(changes.applied(base), "server", date(2027, 3, 1), date(2027, 3, 14), 1))
    other = years.Work(changes.applied(base))
    shown = answering.answer(work, [other], 4).others[0].intervals

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


def test_a_first_answer_is_part_of_the_whole(base: Scenario, work: years.Work) -> None:
    """What is measured first are figures of the whole, and the whole is measured of the same run."""
    other = years.Work(replace(base, name="other"))
    first = other.measures(0, whole=False).summary
    whole = other.measures(0).summary
    keys = ["measure", "subject", "part", "statistic"]
    both = first.astype(dict.fromkeys(keys, str)).merge(whole.astype(dict.fromkeys(keys, str)), on=keys)
    assert len(both) == len(first) < len(whole)
    assert both["value_x"].tolist() == pytest.approx(both["value_y"].tolist(), nan_ok=True)


def test_how_precisely_it_is_known(base: Scenario, work: years.Work) -> None:
    """The half-width after each number of years is said; an axis is as wide as the answers after the first need."""
    change = editing.capacity(base, "server", 4)
    assert change is not None
    other = years.Work(Changes().add(change).applied(base))
    trail = {years: answering.answer(work, [other], years) for years in (2, 4, 8)}
    said = telling.narrowing(trail)
    assert [f"after {n} years" in said for n in (2, 4, 8)] == [True, True, True]
    reach = telling.reaches(trail)
    rows = [row for years in (4, 8) for row in telling.charted(trail[years].changes)]
    for unit, wide in reach.items():
        ends = [abs(float(str(row[end]))) for row in rows if row["unit"] == unit for end in ("low", "high")]
        assert wide == max(ends)


def test_targets_that_come_to_be_met_are_said(base: Scenario) -> None:
    """Eight in a hundred within ten hours: three servers miss it, four meet it; after two years nobody says so yet."""
    goal = {"clock": "wait", "within": "10 hours", "share": "8 percent"}
    asked = base.override({"targets": [goal]}, name="asked")
    change = editing.capacity(asked, "server", 4)
    assert change is not None
    today, other = years.Work(asked), years.Work(Changes().add(change).applied(asked))
    assert telling.targets(answering.answer(today, [other], 2)) == []
    (said,) = telling.targets(answering.answer(today, [other], 8))
    assert said.startswith("Targets met: 0 of 1 today, 1 as changed. Met now: ")
    (back,) = telling.targets(answering.answer(other, [today], 8))
    assert "No longer met: " in back


def test_several_hospitals_side_by_side(base: Scenario, work: years.Work) -> None:
    """A column for each, named by its title; the better one has its sign."""
    others = [
        years.Work(base.override({"resources.server.capacity": n}, name=f"with_{n}", title=f"With {n}")) for n in (4, 5)
    ]
    rows = telling.side_by_side(answering.answer(work, others, 8))
    assert list(rows[0]) == ["Figure", "Today", "With 4", "With 5"]
    wait = next(row for row in rows if row["Figure"].startswith("90th percentile of the wait"))
    assert wait["With 5"].startswith("▲")


def test_a_list_more_with_those_who_work_in_it(real: Scenario) -> None:
    """A liver list on a Monday needs an anaesthetist counted in; surgeons are there on Mondays anyway."""
    theatre = editing.keepers(real)["theatre_hpb"]
    along = listing.partners(real, theatre, "mon", "08:00", "17:30")
    assert "anaesthetist" in along
    assert "hpb_surgeon" not in along
    change = listing.another_list(real, theatre, "mon", "08:00", "17:30", 2, ["anaesthetist"])
    assert change.sentence.endswith("Mon 08:00–17:30, every 2 weeks, with Anaesthetist")
    theatre_more, anaesthetist_more = (sessions[-1] for sessions in change.values.values())  # type: ignore[index]
    assert theatre_more == {
        "days": ["mon"], "hours": "08:00-17:30", "every": "2 weeks", "from": editing.first_monday(real)
    }  # fmt: skip
    assert anaesthetist_more["units"] == 1
    assert listing.likely(real, theatre) == ("mon", "08:00", "17:30")


def test_what_is_always_there_can_get_a_week_of_its_own(real: Scenario) -> None:
    """NanoKnife on Wednesdays only: the generator, there day and night today, keeps a calendar then."""
    keeper = editing.keepers(real)["nanoknife_generator"]
    assert keeper.calendar == editing.ALWAYS
    change = editing.roster(real, keeper, [{"wed": True, "from": "08:00", "to": "13:00", "every": 2}])
    assert change is not None
    assert change.values["resources.nanoknife_generator.calendar"] == "nanoknife_generator_week"
    assert change.sentence == "NanoKnife generator: a week of its own, 2.5 hours"


def test_a_meeting_keeps_a_week(real: Scenario) -> None:
    """Two liver MDTs a week are a tick more in its grid."""
    keeper = editing.keepers(real)["meeting:liver_mdt"]
    rows = editing.week(real, keeper.calendar)
    change = editing.roster(real, keeper, [{**rows[0], "mon": True, "to": "08:45"}])
    assert change is not None
    assert change.sentence == "Liver MDT: 0.25 open hours a week more"


def test_questions_lie_ready(real: Scenario) -> None:
    """A scenario over the hospital's file is one change of it that says the same; sizing and backlogs are not."""
    known = {Path(each.file).stem: each for each in ready.questions("scenarios/base.yaml")}
    assert {"s01_mdt_twice_weekly", "s04_nanoknife_weekly", "s09_pooled_theatre"} <= known.keys()
    assert known["s04_nanoknife_demand_40"].title == "40 NanoKnife patients a year"  # over one that is over the base
    assert not {"size_nanoknife", "backlog_nanoknife", "backlog_nanoknife_after"} & known.keys()
    with words.speaking("zh"):
        spoken = {Path(each.file).stem: each.title for each in ready.questions("scenarios/base.yaml")}
    assert spoken.keys() == known.keys()
    assert spoken["s04_nanoknife_demand_40"] == "每年40名NanoKnife患者"
    scenario, change = ready.asked(real, known["s09_pooled_theatre"].file)  # it also takes something away
    assert fingerprint(Changes().add(change).applied(real)) == fingerprint(scenario)


def test_most_waited_for(work: years.Work) -> None:
    """Of one server everything is waited for there."""
    material = work.material(2)
    assert [each.name for each in glance.bottlenecks(material)] == ["server"]
    assert [what for what, _, _ in glance.headlines(material)] == [
        "Longest wait",
        "Most waited for before first treatment",
        "Most waited for over all care",
    ]


# ---------------------------------------------------------------- sizing, own data, runs


def test_goals_and_what_may_vary_are_chosen_from_lists(base: Scenario) -> None:
    assert ("wait", "service") in sizing.goals(base)
    assert list(sizing.may_vary(base)) == ["server"]
    assert sizing.within_budget([60.0, 90.0], 70.0) == ["yes", "no"]


LIST = "Patient,Status,Date added\n1,Q1,03/01/2027\n2,Q1,02/01/2027\n3,service,01/01/2027\n"


@pytest.fixture
def waiting(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(LIST, encoding="utf-8")
    return path


def test_a_list_is_mapped_and_started_from(base: Scenario, waiting: Path) -> None:
    """Columns and codes as chosen become the mapping file; three patients wait on the first day."""
    assert uploads.first_rows(waiting).columns == ("Patient", "Status", "Date added")
    columns = {"Patient": "id", "Status": "state", "Date added": "joined"}
    assert uploads.unknown_codes(base, uploads.Kept("list.csv", waiting.read_bytes()), columns, "state") == ["Q1"]
    assert "service" in uploads.places(base, "state")
    mapped = uploads.Mapped(columns, {"state": {"Q1": "service"}}, "%d/%m/%Y")
    scenario, record = uploads.started(base, waiting, mapped, date(2027, 1, 4))
    assert (record.patients, sum(row.count for row in scenario.patients)) == (3, 3)
    assert uploads.guessed(base, "joined") == "joined"
    assert uploads.twice({"a": "id", "b": "id", "c": "", "d": ""}) == ["id"]


def test_what_is_wrong_in_a_list_is_refused_by_line(base: Scenario, waiting: Path) -> None:
    mapped = uploads.Mapped({"Patient": "id", "Status": "state", "Date added": "joined"}, {}, "")
    with pytest.raises(ScenarioError) as refusal:
        uploads.started(base, waiting, mapped, date(2027, 1, 4))
    assert {finding.line for finding in refusal.value.findings} == {2, 3, 4}
    assert not any("Q1,03" in finding.message for finding in refusal.value.findings)


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02", b"\x1f\x8b\x08cut", b"caf\xe9,b\n"], ids=["empty", "binary", "cut off", "latin"]
)
def test_a_damaged_file_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(content)
    with pytest.raises(ScenarioError):
        uploads.first_rows(path)


def test_the_command_for_an_event_log(tmp_path: Path) -> None:
    columns = {"Case ID": "case", "What": "activity", "When": "ended", "Age": ""}
    command = uploads.calibrating(tmp_path / "log.csv", columns, "%d/%m/%Y", tmp_path / "own.yaml", per_year=120)
    assert command[2:] == [
        f"--out={tmp_path / 'own.yaml'}", "--column=case=Case ID", "--column=activity=What", "--column=ended=When",
        "--date-format=%d/%m/%Y", "--per-year=120",
    ]  # fmt: skip
    with pytest.raises(PathwayError, match="Choose the column of: Activity, Ended at"):
        uploads.calibrating(tmp_path / "log.csv", {"Case ID": "case"}, "", tmp_path / "own.yaml", per_year=None)


def test_questions_of_need_and_of_demand_lie_ready() -> None:
    """What lies right over the hospital comes first; what only sends more patients is a question of demand."""
    needs = [Path(each.file).stem for each in ready.needs("scenarios/base.yaml")]
    assert needs == ["size_nanoknife", "size_nanoknife_notice", "backlog_nanoknife", "backlog_nanoknife_after"]
    demands = {Path(each.file).stem for each in ready.demands("scenarios/base.yaml")}
    assert {"s04_nanoknife_demand_26", "s04_nanoknife_demand_40", "s10_growth"} <= demands
    assert not {"s04_nanoknife_weekly", "backlog_nanoknife"} & demands


def test_a_search_that_was_ended_leaves_what_it_knew(tmp_path: Path) -> None:
    vary, goal = "resources.server.capacity=1..4", "{wait: service, statistic: p90, at_most: 7 days}"
    slow = ["--first=400", "--at-most=400", "--tolerance=0.001", "--workers=2", "--no-store", "--out={out}"]
    search = Errand(["size", str(HOSPITAL), f"--vary={vary}", f"--target={goal}", *slow])
    until = time.monotonic() + 60
    while search.file("so_far/progress.json") is None and search.is_running and time.monotonic() < until:
        search.watch()
        time.sleep(0.1)
    assert search._process is not None
    group = search._process.pid
    assert is_there(group, os.killpg)
    search.cancel()
    search.wait()
    until = time.monotonic() + 10
    while is_there(group, os.killpg) and time.monotonic() < until:
        time.sleep(0.1)
    assert not is_there(group, os.killpg)  # nor do its workers go on
    kept = search.file("so_far")
    assert kept is not None
    assert len(pd.read_csv(kept / "configurations.csv")) == 4
    counts = json.loads((kept / "progress.json").read_text(encoding="utf-8"))
    assert 8 <= counts["done"] < counts["most"] == 4 * 400


def test_an_errand_is_run_cancelled_and_refused(tmp_path: Path) -> None:
    """It says what the command says; ended, it is over."""
    refused = Errand(["check", str(tmp_path / "nothing.yaml")])
    endless = Errand(["size", str(HOSPITAL), "--vary=resources.server.capacity=2..9", "--at-most=500", "--no-store"])
    endless.cancel()
    assert endless.wait().is_cancelled
    assert not endless.is_running
    assert refused.wait().code == 2
    assert "nothing.yaml" in refused.complaint
    assert not refused.said


def test_a_past_run_is_listed_and_its_report_written(base: Scenario, tmp_path: Path) -> None:
    store = tmp_path / "runs"
    assert runs.past(store) == []
    short = base.override({"run.length": "8 weeks", "run.warm_up": "1 week"}, name="short")
    pw.Experiment([short], replications=2, workers=1, store=store).run()
    (row,) = runs.rows(runs.past(store))
    assert (row["Scenarios"], row["Simulated years"]) == ("short", "2")
    done = CliRunner().invoke(app, ["runs", "report", row["Run"], f"--store={store}", f"--out={tmp_path}", "--excel"])
    assert done.exit_code == 0, done.output
    assert (tmp_path / "report.html").exists()
    assert (tmp_path / "results.xlsx").exists()


def test_scenarios_of_one_name_are_told_apart(real: Scenario) -> None:
    """What is changed now and what was saved under the same name can stand in one report."""
    twins = [replace(real, name="what_if") for _ in range(3)]
    assert [each.name for each in named_apart([real, *twins])] == ["base", "what_if", "what_if_2", "what_if_3"]


def test_no_two_visits_count_their_edits_alike(app_test: type[AppTest]) -> None:
    """A page whose server began anew sends its sliders along: one of the same name would be taken for an edit."""

    def page() -> None:
        import streamlit as st

        from pathway.web.changes import Changes
        from pathway.web.views.shared import edition, set_changes

        before = edition()
        set_changes(Changes())
        st.json([before, edition()])

    visits = [json.loads(app_test.from_function(page).run().json[0].value) for _ in range(2)]
    (first, after), (other, _) = visits
    assert after == first + 1
    assert first != other
