"""The report: the right words for the numbers, everything escaped, nothing loaded from anywhere."""

from __future__ import annotations

import math
import re
import time
from pathlib import Path

import pandas as pd
import pytest

import pathway as pw
from pathway.graph import readable
from pathway.report import report_html, rosters, show_html, write_drawing, write_report
from pathway.report.bottleneck import bottleneck, needed_together
from pathway.report.compared import Change, Compared, changes, pairs_of
from pathway.report.drawing import Way, phases_of, shortened
from pathway.report.figures import plotly_script
from pathway.report.first import first_page, main_causes
from pathway.report.material import Material, material
from pathway.report.naming import place, say_value
from pathway.report.numbers import say, say_count, say_number, say_span
from pathway.report.page import say_length
from pathway.report.said import signed
from pathway.report.saying import Speaker, say_time, spread
from pathway.report.sections import abbreviations, maps, resources, sections, waiting, weeks
from pathway.report.sections.prognosis import _input
from pathway.report.sections.volumes import _compared
from pathway.report.verdicts import Years, judge, lean
from pathway.sampling import sampler_from
from tests.fake_results import FakeResults, fake_loads, fake_results, scenario

MEGABYTE = 1_000_000


@pytest.fixture(scope="module")
def results() -> FakeResults:
    """Invented results of one scenario."""
    return fake_results()


@pytest.fixture(scope="module")
def page(results: FakeResults) -> str:
    """The report on them."""
    return report_html(results, loads={"fake": fake_loads()})


@pytest.fixture(scope="module")
def read(results: FakeResults) -> Material:
    """What the chapter of the report is made from."""
    return material(results, "fake", fake_loads())


def without_plotly(page: str) -> str:
    """Leave the source of plotly.js out of a page."""
    assert plotly_script() in page
    return page.replace(plotly_script(), "")


# ---------------------------------------------------------------- the first page


def test_every_target_has_a_verdict_in_words(read: Material) -> None:
    """In the order of the file: symbol, word, goal, result, and how many years met it."""
    found = first_page(read).verdicts
    assert [each.verdict for each in found] == ["met", "missed", "uncertain", "probably_missed", "missed"]
    assert [each.symbol for each in found] == ["✔", "✘", "?", "?", "✘"]
    assert [each.chance for each in found][:2] == ["5 of 5", "0 of 5"]
    assert found[1].goal == "at least 85 %"
    assert found[3].goal == "at most 90 %"
    assert found[4].target == "Thermal ablation: P90 of the wait"


@pytest.mark.parametrize(
    ("low", "high", "goal", "at_least", "verdict"),
    [
        (0.85, 0.9, 0.85, True, "met"),
        (0.7, 0.84, 0.85, True, "missed"),
        (0.8, 0.9, 0.85, True, "uncertain"),
        (0.8, 0.9, 0.9, False, "met"),
        (0.91, 0.95, 0.9, False, "missed"),
        (math.nan, math.nan, 0.9, False, "unknown"),
        (0.8, 0.9, math.nan, True, "none"),
        (math.inf, math.inf, 21.0, False, "missed"),
    ],
)
def test_a_verdict_needs_the_whole_interval(low: float, high: float, goal: float, at_least: bool, verdict: str) -> None:
    """Met or missed only if all of the precision lies on one side of the goal."""
    assert judge(low, high, goal, at_least=at_least) == verdict


@pytest.mark.parametrize(
    ("verdict", "off", "met", "said"),
    [
        ("uncertain", -0.2, 0, "probably_missed"),  # no year of four
        ("uncertain", 0.01, 4, "probably_met"),  # every year of four
        ("uncertain", -0.2, 1, "probably_missed"),  # more than half the precision below the goal
        ("uncertain", -0.1, 2, "uncertain"),
        ("met", 0.2, 2, "met"),
    ],
)
def test_an_uncertain_verdict_may_lean(verdict: str, off: float, met: int, said: str) -> None:
    """With a precision of 0.3 on either side and four years."""
    assert lean(verdict, off, 0.3, Years(met, 4)) == said


def test_a_target_is_called_by_its_title() -> None:
    """Where a target has none, its clock, treatment and limit are said."""
    titled = scenario("fake").override({"targets[2].title": "NanoKnife in time"}, name="fake")
    results = fake_results()
    results.scenarios["fake"] = titled
    named = [each.target for each in first_page(material(results, "fake", fake_loads())).verdicts]
    assert named[2] == "NanoKnife in time"
    assert named[1] == "62 days to first treatment"


def test_what_patients_mostly_wait_for(read: Material) -> None:
    """Of all the waits for a step, the kind with most days; if in use, of what."""
    assert main_causes(read)["thermal"] == "GA-capable IR room in use"


def test_a_targeted_wait_is_shown_however_short(read: Material) -> None:
    """The chart of waits holds every step with a target beside the longest ones."""
    rows = read.intervals.copy()
    mine = (rows["measure"] == "wait") & (rows["subject"] == "thermal") & (rows["statistic"] == "p90")
    rows.loc[mine, ["mean", "low", "high"]] = 0.01
    *_, chart, numbers = waiting.waits(Material(read.scenario, rows, read.frames, read.loads)).blocks
    assert "Thermal ablation" in chart.figure
    assert numbers.blocks[0].rows[-1][:5] == ("Thermal ablation", *numbers.blocks[0].rows[-1][1:4], "< 0.1")


def test_targets_for_a_part_of_a_clock_are_in_its_chart(read: Material) -> None:
    """A target with a limit of its own has a row of its own."""
    more = read.scenario.override({"targets[1].within": "70 days", "targets[1].title": "Ten weeks"}, name="fake")
    rows = read.intervals.replace({"subject": {"treat_62 within 62 d": "treat_62 within 70 d"}})
    (chart, *_) = waiting.clocks(Material(more, rows, read.frames, read.loads)).blocks
    assert "Ten weeks" in chart.figure


def test_the_section_on_open_pathways_says_where_the_longest_are(read: Material) -> None:
    """The figures of the first page, and the steps at which those open longest are."""
    (chart,) = weeks.open_pathways(read).blocks
    many, old = (row[1] for row in first_page(read).figures.rows[-2:])
    assert chart.caption.startswith(f"At the end of the period {many} are open, {old} of them")
    assert "Those are at Thermal ablation (" in chart.caption


def test_abbreviations_are_those_of_the_scenario(read: Material) -> None:
    """An abbreviation that no title uses is not explained."""
    known = [short for short, _ in abbreviations.abbreviations(read).blocks[0].rows]
    assert {"CT", "MRI", "MDT"} <= set(known)
    assert "HIPEC" not in known


def test_few_patients_are_said_to_be_few(read: Material) -> None:
    """Below 100 a year the share comes with breaches a year and the chance of a good year."""
    notes = [each.note for each in first_page(read).verdicts]
    assert ["breaches a year" in note for note in notes] == [False, False, True, False, False]


def test_the_bottleneck_is_where_patients_wait_most_days(read: Material) -> None:
    """Named in a sentence, with how much of it is because it is in use."""
    assert bottleneck(read) == "Liver MDT"
    before, always = first_page(read).bottleneck
    assert before.about.startswith("Before NanoKnife")  # the only step that stops the leading clock
    assert before.text == "Endoscopy room, 12 patient-days, 100 % of such waiting."
    assert always.text.startswith("Liver MDT, 371 patient-days")
    assert "75 % while in use. Next:" in always.text


def test_what_cannot_be_told_apart_is_about_equal(read: Material) -> None:
    """Two things waited for whose precisions overlap are not put in order."""
    rows = read.intervals.copy()
    mine = (rows["measure"] == "waited_for") & (rows["subject"] == "theatre") & (rows["part"] == "")
    rows.loc[mine, ["mean", "low", "high"]] = [300.0, 200.0, 400.0]
    always = first_page(Material(read.scenario, rows, read.frames, read.loads)).bottleneck[1]
    assert "About equal: HPB theatre, 300." in always.text


def test_what_is_always_needed_together_is_one_bottleneck() -> None:
    """A scanner and its radiographer are short together; a nurse needed elsewhere too stands alone."""
    document = {
        "resources.radiographer": {"title": "Radiographer", "kind": "staff", "capacity": 1},
        "pathway.states.ct.needs": {"ct_scanner": 1, "radiographer": 1, "nurse": 1},
        "pathway.states.surveillance.needs": {"ct_scanner": 1, "radiographer": 1},
    }
    groups = needed_together(scenario().override(document, name="together"))
    assert ("ct_scanner", "radiographer") in groups
    assert ("nurse",) in groups


def test_what_never_settles(read: Material) -> None:
    """Resources asked for more than they have, by minutes or whole cases, and queues that surely grow."""
    found = {each.name: each.why for each in first_page(read).unsettled}
    assert found["Liver MDT"] == "needs 103 % of its minutes"
    assert "Liver multidisciplinary team meeting by 0.4 patients a week" in found["Queues that keep growing:"]
    assert len(found) == 2


def test_whole_cases_may_not_fit_although_minutes_do(read: Material) -> None:
    """A load below 100 % of minutes never settles if whole cases need more sessions than there are."""
    loads = fake_loads()
    loads.resources.loc[loads.resources["resource"] == "ga_ir", "whole_case_load"] = 1.2
    tight = Material(read.scenario, read.intervals, read.frames, loads)
    assert {each.name: each.why for each in first_page(tight).unsettled}["GA-capable IR room"].startswith(
        "needs 120 % of its sessions"
    )


def test_without_a_load_check_the_page_says_so(read: Material) -> None:
    """Silence would read as: everything settles."""
    page = first_page(Material(read.scenario, read.intervals, read.frames, None))
    assert any("load check was not run" in note for note in page.notes)


def test_one_replication_gives_no_precision() -> None:
    """With a single simulated year there is nothing to judge by, and the page says so."""
    results = fake_results()
    alone = FakeResults(results.table.query("replication == 0"), results.frames, results.scenarios, results.manifest)
    page = first_page(material(alone, "fake", fake_loads()))
    assert {each.verdict for each in page.verdicts} == {"unknown"}
    assert page.count == "Of 5 targets 5 could not be judged."
    assert any("no precision" in note for note in page.notes)


def test_a_wait_that_cannot_be_told_is_a_missed_target(read: Material) -> None:
    """If too few were started for a percentile, the wait is infinite, not unknown."""
    rows = read.intervals.copy()
    mine = (rows["measure"] == "target") & (rows["subject"] == "p90 wait thermal") & (rows["statistic"] == "value")
    rows.loc[mine, ["mean"]] = math.inf
    rows.loc[mine, ["low", "high", "see_low", "see_high"]] = math.nan
    verdict = first_page(Material(read.scenario, rows, read.frames, read.loads)).verdicts[4]
    assert (verdict.verdict, verdict.result, verdict.one_year) == ("missed", "∞ days", "–")


# ---------------------------------------------------------------- the page


def test_the_report_is_one_file_that_loads_nothing(page: str) -> None:
    """No address in any attribute or style, a policy that forbids all loading, and nothing to upload with."""
    assert not re.search(r"""(?:src|href)=["'](?!#)""", without_plotly(page))
    assert "@import" not in without_plotly(page)
    assert not re.search(r"url\((?!['\"]?(?:data:|#))", without_plotly(page))
    assert "default-src 'none'" in page
    assert '"showSendToCloud": false' in page
    assert "https://cloud.plotly.com" not in page
    assert "cdn.plot.ly" not in re.findall(r"https?://[\w.]+", page)
    assert page.count("Plotly.newPlot") >= 1
    assert page.count("plotly.js v") == 1


def test_texts_of_scenarios_are_shown_and_not_run(page: str) -> None:
    """HTML in a title appears as text; nothing of a scenario file is ever markup."""
    assert "<script>alert(" not in page
    assert "&lt;script&gt;alert(" in page
    assert "A liver pathway, invented &lt;b&gt;" in page


def test_every_section_is_there(page: str) -> None:
    """All the questions of the report, each linked from the contents."""
    keys = (
        "map clocks waits open demand capacity list busy heat ledger milestones time breaches routes prognosis volumes"
    )
    for key in (*keys.split(), "sources"):
        assert f'id="c0-{key}"' in page, key
        assert f'href="#c0-{key}"' in page, key
    assert 'id="all-manifest"' in page
    assert "0123abcd" in page


def test_the_manifest_is_readable(page: str) -> None:
    """Times as a person writes them, the engine that ran, versions in one line, and nothing said of what went well."""
    plain = page.replace("\u00a0", " ")
    assert "4 January 2027, 09:05 to 10:07 UTC (1 h 2 min)" in plain
    assert "simpy" in plain
    assert "pathway 0.1.0, numpy 2.4.6" in plain
    assert "cut short" not in plain


def test_every_chart_says_its_main_number_in_words(page: str) -> None:
    """Each figure has a caption, which is also what a screen reader says."""
    captions = re.findall(r"<figcaption>(.*?)</figcaption>", page)
    labels = re.findall(r'role="img" aria-label="(.*?)"', page)
    assert captions == labels
    assert len(captions) == page.count('class="drawing"') >= 15
    assert sum(bool(re.search(r"\d", caption)) for caption in captions) >= len(captions) - 1


def test_what_is_not_modelled_is_never_a_number(page: str) -> None:
    """Survival is an input check; harm of waiting reads: not modelled."""
    assert "an input check, not a result" in page
    assert "not modelled" in page
    assert "guarante" not in without_plotly(page)


def test_the_file_is_small_and_soon_written(results: FakeResults, tmp_path: Path) -> None:
    """A few seconds and under 8 MB."""
    began = time.perf_counter()
    file = write_report(results, tmp_path / "deep" / "report.html", loads={"fake": fake_loads()})
    assert time.perf_counter() - began < 30
    assert file.stat().st_size < 8 * MEGABYTE


def test_a_scenario_without_anything_to_promise_has_a_report() -> None:
    """The packaged one-queue model, really run: no targets, no meetings, no evidence of volumes."""
    short = pw.load_scenario("mmc").override({"run.length": "8 weeks", "run.warm_up": "4 weeks"}, name="short")
    page = report_html(pw.Experiment([short], replications=2, workers=1).run())
    assert "This scenario sets no targets." in page
    assert "8 weeks" not in page  # lengths of the run are said as dates
    assert 'id="c0-ledger"' not in page  # nothing ever closes


def test_a_real_run_of_the_fake_hospital() -> None:
    """Frames and summary as the program really makes them fill every section."""
    short = scenario().override({"run.length": "26 weeks", "run.warm_up": "8 weeks"}, name="short")
    results = pw.Experiment([short], replications=2, workers=1).run()
    found = material(results, "short", pw.load_check(short, years=2))
    keys = {section.key for section in sections(found)}
    assert keys >= {"map", "clocks", "waits", "open", "demand", "capacity", "list", "busy", "heat", "ledger", "sources"}
    assert first_page(found).verdicts


def test_a_simulated_volume_agrees_if_the_interval_of_the_difference_holds_0(read: Material) -> None:
    """71 ± 3 less 60 ± 4 is 11 ± 5: they differ, although intervals that reach 65 and 66 would meet."""

    def said(half: float) -> tuple[str, bool | None]:
        on_paper = {"per_year": 71.0, "low": 71.0 - half, "high": 71.0 + half}
        return _compared(on_paper, {"mean": 60.0, "low": 60.0 - half, "high": 60.0 + half}, read)

    assert said(6.0) == ("−11 ± 8.5 ✘".replace(" ", "\u00a0"), False)
    assert said(9.0) == ("−11 ± 13 ✔".replace(" ", "\u00a0"), True)


def test_survival_stands_beside_what_was_put_in() -> None:
    """Each group with the median the model draws from, as its state says it."""
    found = _input(
        Material(pw.load_scenario("scenarios/base.yaml"), pd.DataFrame(), {}, None), "systemic_left_wild_type"
    )
    assert found == ("median 36 months", "O2 [A]: median 24 months, left-sided wild type 36; V13, V14")


# ---------------------------------------------------------------- several scenarios


def test_scenarios_are_compared_with_the_first() -> None:
    """The answer in sentences, verdicts side by side, paired differences, and last what the files say differently."""
    results = fake_results("base", "other")
    other = results.scenarios["other"]
    results.scenarios["other"] = other.override({"resources.theatre.capacity": 2}, name="other", title="Two theatres")
    page = report_html(results, loads={name: fake_loads() for name in results.scenarios})
    assert 'id="all-compare"' in page
    assert "HPB theatre: how many" in page
    assert "What “Two theatres” changes against" in page
    assert page.index("What “Two theatres”") < page.index("The numbers</caption>") < page.index("HPB theatre: how many")
    assert re.search(r"\([+−±][\d.]+ ± [\d.]+\)", page)
    assert page.count("plotly.js v") == 1


def test_a_scenario_equal_to_its_base_differs_by_nothing() -> None:
    """Zero differences are said as such."""
    results = fake_results("one")
    twin = results.table.assign(scenario="two")
    frames = {name: pd.concat([frame, frame.assign(scenario="two")]) for name, frame in results.frames.items()}
    scenarios = {"one": results.scenarios["one"], "two": scenario("two")}
    both = FakeResults(pd.concat([results.table, twin], ignore_index=True), frames, scenarios, {})
    page = report_html(both, loads={})
    assert "(the same)" in page
    assert "Nothing changes: every figure listed below is the same" in page
    assert "The files say the same: nothing was changed." in page
    assert "±0" not in page


# ---------------------------------------------------------------- what the hospital has


def test_the_ledger_begins_with_the_list_that_has_most_unused_sessions() -> None:
    """Lists come first, most unused on top; staff without lists come after them, however idle."""
    unused = {"oncologist": 148, "theatre": 34, "ultrasound": 178}
    rows = [{"resource": name, "planned": 251, "run": 251 - lost, "unused": lost} for name, lost in unused.items()]
    frame = pd.DataFrame(rows).assign(overrun_sessions=4, overrun_hours=1.0, used_hours=10.0, offered_hours=100.0)
    found = rosters.ledger(frame, dict.fromkeys(unused, "x"), lists={"theatre", "ultrasound"})
    assert found["resource"].tolist() == ["ultrasound", "theatre", "oncologist"]
    assert found["late_minutes"].tolist() == [15.0] * 3


def test_the_idle_are_not_used_together() -> None:
    """Only resources with the same hours of use share a row; those never used at all stay apart."""
    weeks = {"scanner": (50.0, 40.0), "radiographer": (50.0, 40.0), "bed": (50.0, 0.0), "cot": (50.0, 0.0)}
    rows = [{"resource": name, "open_hours": offered, "held_hours": held} for name, (offered, held) in weeks.items()]
    found = rosters.leaders(pd.DataFrame(rows), weeks, first={"scanner"})
    assert found == {"scanner": "scanner", "radiographer": "scanner", "bed": "bed", "cot": "cot"}


def test_a_resource_with_a_target_is_always_drawn(read: Material) -> None:
    """Its goal is the mark in the chart, in whatever place it stands."""
    goals = resources.busiest(read).set_index("subject")["goal"]
    aimed = {target.subject: target.at_most for target in read.scenario.targets if target.kind == "utilisation"}
    assert aimed
    assert goals.dropna().to_dict() == aimed


def test_levels_and_their_difference_come_out_in_sum() -> None:
    """What is printed for one scenario, less what is printed for the other, is the change that is printed."""
    results = fake_results("base", "other")
    read = [material(results, name, None) for name in results.scenarios]
    rows = [row for rows in changes(pairs_of(results, "base"), read).values() for row in rows]
    assert len(rows) > 10
    assert all(math.isclose(row.before + row.difference, row.after, abs_tol=1e-9) for row in rows)


def test_what_a_scenario_is_about_comes_first() -> None:
    """One more theatre: its use and the wait for what needs it are said, whether they change or not."""
    results = fake_results("base", "other")
    other = results.scenarios["other"].override({"resources.theatre.capacity": 2}, name="other")
    results.scenarios["other"] = other
    read = [material(results, name, None) for name in results.scenarios]
    meant = [
        figure.subject
        for figure, rows in changes(pairs_of(results, "base"), read).items()
        if any(row.is_meant for row in rows)
    ]
    assert set(meant) == {"theatre", "hepatectomy"}


@pytest.mark.parametrize(
    ("difference", "half", "said"),
    [
        (-5.0, 1.2, "−5.0 ± 1.2"),
        (14.0, 23.0, "+14 ± 23"),
        (-0.01, 1.0, "no difference ± 1.0"),
        (-0.01, 0.02, "no difference"),
        (0.0, 0.0, "the same"),
        (2.0, math.nan, "+2.0"),
    ],
)
def test_a_change_in_words(read: Material, difference: float, half: float, said: str) -> None:
    """With half its interval; what rounds to nothing is called so, what is nothing in every year the same."""
    figure = Compared("wait", "ct", "", "p90", "days", "CT")
    change = Change(figure, "other", 20.0, 20.0 + difference, difference, difference - half, difference + half)
    assert signed(change, read) == said


def test_places_and_values_of_a_file_are_said_in_words() -> None:
    """Titles for names, no brackets, reasons behind."""
    one = scenario()
    assert (
        str(place(one, "pathway.states.hepatectomy.needs.theatre.turnover"))
        == "Hepatectomy: needs, HPB theatre, turnover"
    )
    assert say_value(one, [{"from": "12-24", "why": "Christmas"}]) == "from 12-24 (Christmas)"
    assert say_value(one, []) == "–"


# ---------------------------------------------------------------- drawings


def test_lines_stand_for_decisions_between_steps() -> None:
    """A state with one way in or out is left out; numbers stay exact, and parallel lines are added."""
    ways = [Way("a", "d", 100.0), Way("d", "b", 60.0), Way("d", "e", 40.0), Way("e", "b", 40.0)]
    (line,) = shortened(ways, {"d", "e"})
    assert (line.source, line.target, line.per_year) == ("a", "b", 100.0)


def test_a_crossroads_is_never_guessed_away() -> None:
    """With several ways in and several out nobody knows who went where, so the state is drawn."""
    ways = [Way("a", "d", 10.0), Way("b", "d", 20.0), Way("d", "x", 5.0), Way("d", "y", 25.0)]
    assert shortened(ways, {"d"}) == ways


def test_branches_count_at_their_join(results: FakeResults, read: Material) -> None:
    """A log sees only the last branch lead on; the drawing shows every branch that comes."""
    graph = read.scenario.pathway.graph.copy()
    graph.nodes["mri_liver"]["kind"] = "join"
    seen = {("cancer", "mri_liver"): 3.0, ("ct_report", "cancer"): 100.0, ("cancer", "benign"): 10.0}
    assert maps._with_branches(seen, graph)["cancer", "mri_liver"] == 90.0


def test_phases_stand_in_the_order_patients_come_to_them(read: Material) -> None:
    """By the average day of first visits: 170 liver MRIs on day 21 and 250 meetings on day 49 make day 37.7."""
    assert maps._days(read)["staging"] == pytest.approx(37.7, rel=0.05)
    graph = read.scenario.pathway.graph
    assert list(phases_of(graph, {"treatment": 60, "staging": 30, "diagnosis": 9}))[:2] == ["diagnosis", "staging"]


def test_a_wait_of_hours_is_under_a_day(read: Material) -> None:
    """Nobody plans by a twentieth of a day."""
    assert [maps._days_waited(wait, read) for wait in (0.05, 0.9, 4.8)] == ["< 1 d", "< 1 d", "4.8 d"]


def test_marks_of_long_waits() -> None:
    """More than a week is long, more than four weeks very long."""
    assert [maps.mark(days) for days in (6.9, 7.0, 28.0)] == [0, 1, 2]


def test_the_page_before_a_run_shows_the_scenario(tmp_path: Path) -> None:
    """The pathway, durations, needs, calendars and sources in words, without simulating anything."""
    page = write_drawing(scenario(), tmp_path / "pathway.html").read_text(encoding="utf-8").replace("\u00a0", " ")
    assert "26–55 min, typically 38; booked for 48 min" in page
    assert "Surgical ward for 3.3–11 d, typically 6" in page
    assert "Wed 08:30–12:30; closed on public holidays" in page
    assert "5 % do not come" in page
    assert "leaves after 90 d to Died" in page
    assert "&lt;script&gt;alert(" in page
    assert "<script>alert(" not in page


def test_any_packaged_model_that_is_complete_can_be_shown() -> None:
    """A pathway without phases is one drawing."""
    assert show_html(pw.load_scenario("mmc")).count('class="drawing"') == 1


# ---------------------------------------------------------------- numbers in words


def test_numbers_have_no_more_digits_than_matter() -> None:
    """Ten and more without decimals, below with one; a count has none."""
    assert [say_number(value) for value in (1234.5, 9.97, 9.94, 0.55, 0.05, 0.004, 0.0)] == [
        *("1,234", "10", "9.9", "0.6", "0.1", "< 0.1", "0"),
    ]
    assert [say_count(value) for value in (7.8, 0.3, 0.0, math.nan)] == ["8", "< 1", "0", "–"]
    assert say(0.857, "share") == "86 %"


def test_intervals_stay_where_numbers_can_be() -> None:
    """No share above 100 %, no time below 0, one number if both ends read the same."""
    assert say_span(0.97, 1.3, "share") == "97–100 %"
    assert say_span(-2.0, 3.0, "days") == "0–3 days"
    assert say(1.0, "days") == "1 day"
    assert say_span(2.96, 3.04, "days") == "3 days"
    assert say_span(math.nan, 3.0, "days") == "–"


def test_lengths_and_durations() -> None:
    """In the unit that suits."""
    assert say_length(52 * 7 * 1440) == "52 weeks"
    assert say_length(1440) == "1 day"
    assert [say_time(value) for value in (20, 240, 600, 3 * 1440, 2**40)] == ["20 min", "240 min", "10 h", "3 d", "∞"]


@pytest.mark.parametrize(
    ("kind", "parameters", "low", "high"),
    [
        ("uniform", {"min": 10, "max": 20}, 10, 20),
        ("triangular", {"min": 10, "mode": 12, "max": 20}, 10, 20),
        ("exponential", {"mean": 10}, 1.05, 23.03),
        ("weibull", {"shape": 1, "scale": 10}, 1.05, 23.03),
        ("gamma", {"shape": 1, "mean": 10}, 1.05, 23.03),
    ],
)
def test_the_range_of_a_distribution(kind: str, parameters: dict[str, float], low: float, high: float) -> None:
    """Its limits if it has some, else where eight in ten lie."""
    found = spread(sampler_from(kind, parameters))
    assert (found[0], found[2]) == pytest.approx((low, high), rel=0.02)


def test_rules_are_said_line_by_line() -> None:
    """The first rule that holds decides; shares stand behind the state they lead to."""
    one = scenario()
    speaker = Speaker(one, {name: readable(name) for name in one.pathway.states})
    assert speaker.onward(one.pathway.states["cancer"]) == "benign 15 %, mri liver 85 %"
    assert speaker.onward(one.pathway.states["died"]) == "–"
