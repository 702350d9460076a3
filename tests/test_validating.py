"""Validating: observed figures are read, judged by what chance does, and set beside a replayed period."""

from __future__ import annotations

import gzip
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from docs import public_figures
from pathway.cli import app
from pathway.engines import simulate
from pathway.errors import PathwayError, ScenarioError
from pathway.experiment import Observed, Seen, replayed, validate
from pathway.experiment.chance import judge
from pathway.experiment.distance import earth_movers, groups_of_bands
from pathway.experiment.observing import Days, figure_of
from pathway.experiment.validated import not_comparable
from pathway.interchange.observed_figures import read_observed
from pathway.metrics import measure_days
from pathway.scenario import Scenario, load_scenario
from pathway.sizing import fit

HEAD = "period,measure,subject,statistic,from,to,value,n\n"
CLINIC = {
    "run": {"start": "2027-02-01", "warm_up": "4 weeks", "length": "59 days", "follow_up": "4 weeks", "seed": 3},
    "streams": {"gp": {"per_year": 1040, "hours": "08:00-10:00"}},
    "resources": {"slot": {"capacity": 5, "calendar": "daily"}},
    "calendars": {"daily": [{"days": ["mon", "tue", "wed", "thu", "fri"], "hours": "12:00-12:30"}]},
    "pathway": {
        "states": {
            "referral": {"kind": "start", "stream": "gp", "to": "test"},
            "test": {
                "kind": "activity",
                "duration": "30 min",
                "fits": "session",
                "notice": "2 days",
                "needs": {"slot": 1},
                "to": "told",
            },
            "told": {"kind": "end"},
        }
    },
    "clocks": {"told": {"start": "referral", "stop": "told", "limit": "14 days"}},
}


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """A clinic with five slots a day for four referrals, none sooner than in two days."""
    from pathway.scenario import write_scenario

    path = tmp_path_factory.mktemp("clinic") / "clinic.yaml"
    write_scenario({"schema": 1, "name": "clinic", "question": "How long?", **CLINIC}, path)
    return load_scenario(path)


def observed_in(scenario: Scenario, replication: int) -> Observed:
    """Take one simulated period for an observed one: shares by band and numbers by month."""
    days = Days([measure_days(simulate(scenario, replication), scenario).frames], "2027-02", 2)
    asked = [
        Seen("clock", "told", "share", 0.0, month, low_day=low, high_day=high)
        for month in ("2027-02", "2027-03")
        for low, high in ((0, 2), (3, 4), (5, None))
    ]
    asked += [Seen(what, name, "count", 0.0, "2027-03") for what, name in (("clock", "told"), ("wait", "test"))]
    found = []
    for seen in asked:
        values, patients = figure_of(seen, days.patients(seen))
        n = float(patients[0]) if seen.statistic == "share" else float("nan")
        found.append(replace(seen, value=float(values[0]), n=n))
    return Observed(tuple(found), "simulated")


# ---------------------------------------------------------------- days and figures


def test_days_are_differences_of_dates(clinic: Scenario) -> None:
    """Referred at 08:00-10:00 and told at 12:30 two working days' notice later: two days, over a weekend more."""
    log = simulate(clinic)
    days = Days([measure_days(log, clinic).frames], "2027-02", 2).of("clock", "told")[0].sum(axis=0)

    cases = log.cases
    inside = (cases["ended_at"] >= 28 * 1440) & (cases["ended_at"] < (28 + 59) * 1440)
    by_hand = cases["ended_at"][inside] // 1440 - cases["arrived_at"][inside] // 1440
    assert days.tolist() == np.bincount(by_hand, minlength=days.size).tolist()
    assert days[:2].tolist() == [0, 0]


def test_a_list_is_who_waits_when_the_month_is_over(clinic: Scenario) -> None:
    """Joined before midnight of the last day, not started by then."""
    log = simulate(clinic)
    table = Days([measure_days(log, clinic).frames], "2027-02", 2).of("list", "test")[0]
    end = (28 + 28) * 1440  # February 2027 begins after four weeks of warm-up and has 28 days
    visits = log.visits
    there = (visits["enqueued_at"] < end) & (visits["started_at"] >= end)

    assert table[0].sum() == there.sum() > 0


# ---------------------------------------------------------------- chance


def test_one_more_period_is_chance_as_often_as_promised() -> None:
    """Of periods like those simulated at most 5 % are called different, with figures that go together.

    400 repetitions, seed 7: at most 5 % plus three standard errors (99.9 %) fail, and some do.
    """
    luck = np.random.default_rng(7)
    failed = 0
    for _ in range(400):
        common, own = luck.normal(size=(41, 1)), luck.normal(size=(41, 12))
        values = 10 + common + own
        nothing = np.full(12, np.nan)
        failed += not judge(values[1:], np.ones((40, 12)), values[0], nothing, np.zeros(12, bool))[1].is_chance

    assert 0 < failed <= 400 * (0.05 + 3 * (0.05 * 0.95 / 400) ** 0.5)


def test_a_share_of_fewer_patients_has_a_wider_band() -> None:
    """The binomial variance of those observed takes the place of that of those simulated."""
    luck = np.random.default_rng(1)
    values = luck.binomial(1000, 0.5, (60, 2)) / 1000
    bands, _ = judge(
        values, np.full((60, 2), 1000.0), np.array([0.5, 0.5]), np.array([1000.0, 100.0]), np.ones(2, bool)
    )
    width = bands.high - bands.low

    assert width[1] / width[0] == pytest.approx(10**0.5, rel=0.25)


def test_a_period_of_the_scenario_itself_is_inside(clinic: Scenario) -> None:
    """Another replication, taken for what was observed, is no farther off than chance (seed fixed)."""
    found = validate(clinic, observed_in(clinic, 1000), workers=1)

    assert found.is_inside
    assert set(found.figures["verdict"]) <= {"inside", "outside"}


def test_another_hospital_is_outside(clinic: Scenario) -> None:
    """With six slots in place of five, and a third more referrals, the period is not that of the scenario."""
    other = clinic.override({"streams.gp.per_year": 1400}, name="other")

    assert not validate(clinic, observed_in(other, 0), workers=1).is_inside


def test_too_few_replications_are_refused(clinic: Scenario) -> None:
    with pytest.raises(PathwayError, match="39 or more"):
        validate(clinic, observed_in(clinic, 0), replications=20)


# ---------------------------------------------------------------- what can be compared


def test_another_case_mix_is_not_compared(clinic: Scenario) -> None:
    """Two treated for each told observed, one in the scenario: factor 2 is comparable, factor 3 is not."""
    two = clinic.override({"clocks.other": {"start": "referral", "stop": "told"}}, name="two")
    figures = observed_in(clinic, 0).figures
    for ratio, comparable in ((2.0, True), (0.34, False), (3.1, False)):
        mix = Seen("case_mix", "other", "ratio", ratio, "2027-02..2027-03", per="told")
        found = validate(two, Observed((*figures, mix), "x"), workers=1)
        assert found.mixes["comparable"].tolist() == [comparable]
        assert found.mixes["predicted"].tolist() == [1.0]
        clock = found.figures[found.figures["measure"] == "clock"]
        assert clock["verdict"].eq("case_mix").all() == (not comparable)
        said = [verdict for _, verdict, _ in not_comparable(found)]
        assert said == ([] if comparable else ["not comparable: case mix"])


def test_what_the_scenario_lacks_is_named(clinic: Scenario) -> None:
    seen = Observed((Seen("clock", "d62", "count", 3, "2027-02"), Seen("list", "mri", "count", 3, "2027-02")), "x")
    found = validate(clinic, seen, workers=1)

    assert found.figures["verdict"].tolist() == ["no_clock", "no_activity"]
    assert not found.is_inside
    assert found.sentences() == ["Nothing could be compared."]


def test_what_could_not_be_replayed_or_checked_is_said(clinic: Scenario) -> None:
    """Referrals of a stream, and a case mix by a clock, that the scenario does not have."""
    further = (
        Seen("referrals", "urgent", "count", 40, "2027-02"),
        Seen("case_mix", "d62", "ratio", 0.04, "2027-02", per="told"),
    )
    said = validate(clinic, Observed((*observed_in(clinic, 1000).figures, *further), "x"), workers=1).sentences()

    assert any("not replayed: urgent" in sentence for sentence in said)
    assert any("could not be checked" in sentence and "d62" in sentence for sentence in said)


def test_a_prediction_is_to_lie_among_providers(clinic: Scenario) -> None:
    """With the spread of several providers it is the prediction that is judged, by lying among them."""
    share = {
        "measure": "clock",
        "subject": "told",
        "statistic": "share",
        "value": 0.9,
        "period": "2027-02",
        "high_day": 60,
    }
    among, beside = Seen(**share, low=0.8, high=1.0), Seen(**share, low=0.5, high=0.9)  # type: ignore[arg-type]

    assert validate(clinic, Observed((among,), "x"), workers=1).is_inside
    assert not validate(clinic, Observed((beside,), "x"), workers=1).is_inside


# ---------------------------------------------------------------- the period


def test_the_window_moves_to_the_period(clinic: Scenario) -> None:
    moved = replayed(clinic, Observed((Seen("clock", "told", "count", 3, "2023-10..2024-02"),), "x"))

    assert str(moved.run.start) == "2023-10-01"
    assert moved.run.length == (31 + 30 + 31 + 31 + 29) * 1440
    assert replayed(clinic, observed_in(clinic, 0)).run == clinic.run


def test_referrals_come_as_observed(clinic: Scenario) -> None:
    """Half as many as usual in February and twice as many in March: that many are expected, and come."""
    rows = (Seen("referrals", "gp", "count", 40, "2027-02"), Seen("referrals", "gp", "count", 184, "2027-03"))
    again = replayed(clinic, Observed((*rows, Seen("clock", "told", "count", 3, "2027-02")), "x"))
    come = [measure_days(simulate(again, number), again).frames["come"]["patients"].tolist() for number in range(30)]

    assert np.mean(come, axis=0) == pytest.approx([40, 184], abs=4 * (184 / 30) ** 0.5)  # 99.99 %


def test_patients_with_dates_do_not_move(clinic: Scenario) -> None:
    there = clinic.override(
        {"run.warm_up": "0 days", "patients": [{"stream": "gp", "state": "test", "joined": "2027-01-20"}]}, name="there"
    )
    with pytest.raises(PathwayError, match=r"set run\.start to 2023-10-01 and run\.length to 31 days"):
        replayed(there, Observed((Seen("clock", "told", "count", 3, "2023-10"),), "x"))


# ---------------------------------------------------------------- reading


def test_a_file_is_read(tmp_path: Path) -> None:
    """Plain or gzip, bands open or not, a case of several months; nothing is guessed."""
    rows = (
        "2027-02,clock,told,share,,14,0.8,90",
        "2027-02..2027-03,wait,test,mean,,,3.5,",
        "2027-02,list,test,count,92,,7,",
    )
    text = HEAD + "\n".join(rows) + "\n"
    (tmp_path / "o.csv").write_text(text)
    (tmp_path / "o.csv.gz").write_bytes(gzip.compress(text.encode()))
    plain, packed = (read_observed(tmp_path / name) for name in ("o.csv", "o.csv.gz"))

    assert repr(plain.figures) == repr(packed.figures)  # as NaN is not equal to itself
    assert [(seen.low_day, seen.high_day) for seen in plain.figures] == [(0, 14), (0, None), (92, None)]
    assert plain.months == ("2027-02", "2027-03")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2027-13,clock,told,count,,,1,", "2:1: period is '2027-13', expected a month"),
        ("2027-03..2027-02,clock,told,count,,,1,", "the first month comes after the last"),
        (
            "2027-02,clok,told,count,,,1,",
            "2:2: measure is 'clok', expected clock, wait, list, referrals, case_mix; did you mean clock?",
        ),
        ("2027-02,clock,,count,,,1,", "2:3: subject is empty"),
        ("2027-02,clock,told,average,,,1,", "2:4: statistic is 'average', expected share, count, mean, median, p90"),
        ("2027-02,clock,told,share,,28,63.4,", "expected a share between 0 and 1; is it per cent?"),
        ("2027-02,clock,told,share,,,0.6,", "expected from, to, or both"),
        ("2027-02,clock,told,share,28,14,0.6,", "to is 14 days, before 28"),
        ("2027-02,clock,told,share,,2.5,0.6,", "2:6: to is '2.5', expected whole days"),
        ("2027-02,clock,told,count,,,NA,", "2:7: value is 'NA', expected a number"),
        ('2027-02,clock,told,count,,,"1,5",', "2:7: value is '1,5', expected a number"),
        ("2027-02..2027-03,list,test,count,,,1,", "expected one month"),
        (
            "2027-02,clock,told,count,,,1,\n2027-02,clock,told,count,,,2,",
            "3:3: subject has the same figure as in line 2",
        ),
        ("2027-02,referrals,gp,count,,,1,", "nothing to compare"),
        ("2027-02,clock,told,count,,,1", "2:1: has 7 cells, the head has 8"),
    ],
)
def test_what_is_wrong_in_a_row_is_said(row: str, said: str, tmp_path: Path) -> None:
    """Each with its line and column, what was found, and what is allowed."""
    path = tmp_path / "o.csv"
    path.write_text(HEAD + row + "\n")
    with pytest.raises(ScenarioError) as refusal:
        read_observed(path)

    assert said in str(refusal.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "1:1: is empty"),
        (HEAD.encode() + b"2027-02,clock,told\xe9,count,,,1,\n", "2:19: byte 19 of the line (0xe9) is not UTF-8"),
        (gzip.compress(HEAD.encode() * 50, mtime=0)[:-9], "cut short or damaged"),
        (b"period,measure,subject,statistic,values\n", "there is no column 'values'; did you mean value?"),
        (b"period,period,measure,subject,statistic,value\n", "the column 'period' is there twice"),
        (b"period,measure,subject,value\n", "the column 'statistic' is missing"),
    ],
    ids=("empty", "encoding", "cut short", "unknown column", "column twice", "column missing"),
)
def test_a_damaged_file_is_refused(content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / "o.csv"
    path.write_bytes(content)
    with pytest.raises(ScenarioError) as refusal:
        read_observed(path)

    assert said in str(refusal.value)


# ---------------------------------------------------------------- the commands


def test_the_command_answers(clinic: Scenario, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """0 inside the bands, 1 outside, 2 for bad input; the page and the figures are written."""
    monkeypatch.chdir(tmp_path)
    figures = observed_in(clinic, 1000).figures
    for name, factor, code in (("in", 1.0, 0), ("out", 0.1, 1)):
        rows = [
            f"{seen.period},clock,told,share,{seen.low_day},{'' if seen.high_day is None else seen.high_day},"
            f"{seen.value * (factor if seen.low_day < 5 else 1)},{seen.n}"
            for seen in figures
            if seen.statistic == "share"
        ]
        Path(f"{name}.csv").write_text(HEAD + "\n".join(rows) + "\n")
        done = CliRunner().invoke(app, ["validate", clinic.files[-1], f"{name}.csv", "--workers", "1", "--out", name])
        assert done.exit_code == code, done.output
        assert "lie outside their 95 % bands" in done.output
        assert (Path(name) / "validation.html").stat().st_size > 10_000
        assert (Path(name) / "figures.csv").exists()
    Path("bad.csv").write_text(HEAD + "2027-02,clock,told,share,,28,63,\n")
    done = CliRunner().invoke(app, ["validate", clinic.files[-1], "bad.csv"])
    assert done.exit_code == 2
    assert "bad.csv:2:7: value is '63', expected a share" in done.output


# ---------------------------------------------------------------- fitting


def test_the_earth_movers_distance() -> None:
    """A tenth of the patients moved from the middle of 0-14 to that of 15-28 days: 0.1 x 14.5 days."""
    assert float(earth_movers(np.array([0.6, 0.4]), np.array([0.5, 0.5]), (7.0, 21.5))) == pytest.approx(1.45)


def test_bands_are_those_side_by_side() -> None:
    """The share within 28 days is no band beside narrower ones; what leaves days out is no distribution."""

    def share(low: int, high: int | None, value: float) -> Seen:
        return Seen("clock", "d", "share", value, "2027-02", low_day=low, high_day=high)

    bands = (share(0, 28, 0.7), share(0, 14, 0.3), share(15, 28, 0.4), share(29, None, 0.3))
    (group,) = groups_of_bands(Observed(bands, "x"))
    assert [seen.low_day for seen in group.figures] == [0, 15, 29]
    assert group.middles == (7.0, 21.5, 36.0)
    with pytest.raises(PathwayError, match="no clock, wait or list has the shares of all bands"):
        groups_of_bands(Observed((bands[0], bands[2]), "x"))
    with pytest.raises(PathwayError, match=r"add up to 0\.700"):
        groups_of_bands(Observed((share(0, 14, 0.3), share(15, None, 0.4)), "x"))


def test_a_fit_finds_the_capacity_behind_observed_bands(clinic: Scenario) -> None:
    """Bands simulated with six slots a day are fitted from five: six is found, and nothing is left but chance."""
    six = clinic.override({"resources.slot.capacity": 6}, name="six")
    found = fit(clinic, observed_in(six, 500), {"resources.slot.capacity": range(4, 9)}, replications=12, workers=1)

    assert found.fitted.resources["slot"].capacity == 6
    assert found.manifest["after"] < found.manifest["before"]
    assert found.is_as_near_as_chance
    assert found.question(clinic).sources["resources.slot.capacity"].startswith("assumption: fitted to simulated")


def test_a_fit_of_named_alternatives(clinic: Scenario) -> None:
    """What has a name is called by it, and what it stands for is what the fitted scenario says."""
    six = clinic.override({"resources.slot.capacity": 6}, name="six")
    vary = {"resources.slot.capacity": [{"title": "few", "value": 4}, {"title": "many", "value": 6}]}
    found = fit(clinic, observed_in(six, 500), vary, replications=4, workers=1)

    assert found.fitted.resources["slot"].capacity == 6
    assert found.question(clinic).resources["slot"].capacity == 6
    assert found.manifest["names"][1] == "many"
    assert set(found.tried["resources.slot.capacity"]) == {"few", "many", "5"}


def test_one_factor_at_a_time_where_there_are_many(clinic: Scenario, monkeypatch: pytest.MonkeyPatch) -> None:
    """More configurations than are all tried: the same is found with fewer of them."""
    monkeypatch.setattr("pathway.sizing.fitting.GRID", 4)
    six = clinic.override({"resources.slot.capacity": 6}, name="six")
    vary = {"resources.slot.capacity": range(4, 9), "pathway.states.test.notice": ["1 day", "2 days"]}
    found = fit(clinic, observed_in(six, 500), vary, replications=12, workers=1)

    assert found.fitted.resources["slot"].capacity == 6
    assert len(found.tried) < 10


# ---------------------------------------------------------------- public figures

PUBLIC = public_figures.folder()
needs_public_data = pytest.mark.skipif(
    not (PUBLIC / public_figures.ENGLAND).exists(), reason=f"the public files are not in {PUBLIC}"
)


@needs_public_data
def test_england_as_published(tmp_path: Path) -> None:
    """The bands of 24 months, as the file's own description has them, and the spread of large providers."""
    path = tmp_path / "england.csv"
    public_figures.main(["england", str(path)])
    figures = read_observed(path).figures
    bands = [seen.value for seen in figures if seen.subject == "faster_diagnosis" and ".." in seen.period]

    assert bands[-5:] == pytest.approx([0.280, 0.351, 0.172, 0.115, 0.083], abs=6e-4)
    assert sum(seen.statistic == "share" and ".." not in seen.period for seen in figures) == 3 * 24
    assert all(seen.low < seen.high for seen in figures if seen.measure == "clock")


@needs_public_data
def test_scotland_as_published(tmp_path: Path) -> None:
    """A board's list at a month's end adds up, and is what a scenario begins with."""
    path = tmp_path / "tayside.csv"
    public_figures.main(["scotland", str(path)])
    figures = read_observed(path).figures
    mri = [seen for seen in figures if seen.period == "2024-03" and seen.subject.startswith("staging_mri")]
    bands = [seen.value for seen in mri if seen.statistic == "share" and (seen.low_day, seen.high_day) != (0, 42)]
    rows = list(public_figures.backlog(public_figures.scotland(), public_figures.BOARD))
    scenario = (Path(__file__).parent.parent / "scenarios" / "population.yaml").read_text(encoding="utf-8")

    assert len(bands) == 17
    assert sum(bands) == pytest.approx(1, abs=1e-4)
    assert "\n".join(rows) in scenario
