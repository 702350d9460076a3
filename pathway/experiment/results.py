"""What an experiment gives: one tidy table, the frames behind the charts, the scenarios and a manifest."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pathway.experiment import intervals as over
from pathway.experiment.long_run import Growth, never_settling, say_growth, settles
from pathway.experiment.pairs import How, compared
from pathway.experiment.until import say_outcome
from pathway.experiment.warm_up import advice
from pathway.metrics.study import YEAR

if TYPE_CHECKING:
    import pandas as pd

    from pathway.load import Loads
    from pathway.scenario import Scenario

USUAL = 0.95  # how sure intervals are, unless said otherwise
SHOWN = 12  # targets or clocks in the summary


@dataclass(frozen=True, eq=False)
class Results:
    """All replications of all scenarios, measured.

    `table` has one figure a row: scenario, replication, measure, subject, part, statistic, value,
    unit.  `frames` are the tables behind the charts, with scenario and replication in front.
    `scenarios` are by name; `manifest` says how the numbers can be had again.
    """

    table: pd.DataFrame
    frames: dict[str, pd.DataFrame]
    scenarios: dict[str, Scenario]
    manifest: dict[str, Any]

    def intervals(self, level: float = USUAL) -> pd.DataFrame:
        """Give every figure with two intervals: how precise its mean is, and what one year may show.

        Parameters
        ----------
        level
            How sure the intervals are to be.

        Returns
        -------
        pandas.DataFrame
            Columns scenario, measure, subject, part, statistic, unit, n (replications in which it
            was measured), mean, low, high (t-interval of the mean), see_low, see_high (prediction
            interval of one year), pooled, settles (False where there is no long-run level, as the queue
            behind it grows for ever: the figure is that of this period only).
            Intervals of shares stay within 0 and 1; those of one
            replication are NaN.  Where there are fewer than 100 cases a year, percentiles are of
            the patients of all replications together, shares of clocks count every patient the
            same, and `pooled` is True, as it is for the cost of a case; the widths are still from the replications.

        Examples
        --------
        >>> import pathway as pw
        >>> scenario = pw.load_scenario("mmc").override({"run.length": "4 weeks"}, name="short")
        >>> frame = pw.Experiment([scenario], replications=3, workers=1).run().intervals()
        >>> frame.query("measure == 'utilisation' and statistic == 'utilisation'")["n"].tolist()
        [3]
        """
        return self._usual.copy() if level == USUAL else self._intervals(level)

    @cached_property
    def _usual(self) -> pd.DataFrame:
        return self._intervals(USUAL)

    def _intervals(self, level: float) -> pd.DataFrame:
        frame = self._unmarked.copy() if level == USUAL else self._unmarked_at(level)
        frame["settles"] = True
        for name, scenario in self.scenarios.items():
            mine = frame["scenario"] == name
            frame.loc[mine, "settles"] = settles(scenario, self._growing[name], frame[mine])
        return frame

    @cached_property
    def _unmarked(self) -> pd.DataFrame:
        return self._unmarked_at(USUAL)

    def _unmarked_at(self, level: float) -> pd.DataFrame:
        years = {name: scenario.run.length / YEAR for name, scenario in self.scenarios.items()}
        return over.intervals(self.table, self.frames.get("waits_raw"), years, level)

    @cached_property
    def loads(self) -> dict[str, Loads]:
        """The load check of each scenario (see `pathway.load_check`), done when it is first asked for."""
        from pathway.load import load_check

        return {name: load_check(scenario) for name, scenario in self.scenarios.items()}

    @cached_property
    def _growing(self) -> dict[str, dict[str, Growth]]:
        frame = self._unmarked
        return {
            name: never_settling(scenario, self.loads[name], frame[frame["scenario"] == name])
            for name, scenario in self.scenarios.items()
        }

    def never_settles(self) -> pd.DataFrame:
        """Give the queues that grow for as long as the run goes on, as what they wait for is asked for too much.

        Their waits have no long-run level: next year's are longer than this year's.

        Returns
        -------
        pandas.DataFrame
            A row an activity: scenario, subject, load (of what it waits for, by the load check),
            growth_per_week (patients), low, high (t-interval of that mean).

        Examples
        --------
        >>> import pathway as pw
        >>> change = {"run.length": "8 weeks", "resources.server.capacity": 1}
        >>> one = pw.load_scenario("mmc").override(change, name="one")
        >>> rows = pw.Experiment([one], replications=3, workers=1).run().never_settles()
        >>> rows[["subject", "load"]].round(1).values.tolist()  # 3.6 patients a day, of which 2.4 are served
        [['service', 1.5]]
        """
        import pandas as pd

        rows = [
            (name, subject, each.load, each.mean, each.low, each.high)
            for name, growing in self._growing.items()
            for subject, each in growing.items()
        ]
        return pd.DataFrame(rows, columns=["scenario", "subject", "load", "growth_per_week", "low", "high"])

    def compare(  # noqa: PLR0913 - four of them name the figure
        self,
        to: str,
        *,
        measure: str | None = None,
        subject: str | None = None,
        statistic: str | None = None,
        part: str | None = None,
        level: float = USUAL,
        simultaneous: str | None = None,
        sort: str | None = None,
    ) -> pd.DataFrame:
        """Give the difference of every other scenario to one, of all figures or of those that are named.

        Replications with the same luck are compared in pairs; scenarios with another seed than the one
        compared with share no luck and are compared as two samples (Welch).

        Parameters
        ----------
        to
            The name of the scenario to compare with.
        measure, subject, statistic, part
            Which figures; what is not named may be anything.  Of a figure that is otherwise named in
            full, all its patients are meant.
        level
            How sure the intervals are to be.
        simultaneous
            "bonferroni" or "sidak" for intervals that all hold at once as surely as `level` says, over
            the scenarios and figures asked for; by default each is for itself.
        sort
            "change" for what changed most first (by `clarity`); by default the order of the table.

        Returns
        -------
        pandas.DataFrame
            A row a scenario and figure: scenario, to, measure, subject, statistic, part, unit, n (pairs), mean,
            mean_to, difference, low, high (t-interval of the mean difference), clear (whether it leaves out 0),
            clarity (how many times its half-width the difference is), worth (how many times as many
            replications with luck of their own would be needed to know as much), paired,
            settles (False where in one of the two the figure has no long-run level, so that next year's
            difference is another).

        Raises
        ------
        PathwayError
            If there is no such figure, or it is an input such as the drawn prognosis.

        Examples
        --------
        >>> import pathway as pw
        >>> three = pw.load_scenario("mmc").override({"run.length": "4 weeks"}, name="three")
        >>> four = three.override({"resources.server.capacity": 4}, name="four")
        >>> results = pw.Experiment([three, four], replications=3, workers=1).run()
        >>> rows = results.compare("three", measure="wait", subject="service", statistic="mean")
        >>> rows["scenario"].tolist(), bool(rows["difference"][0] < 0)
        (['four'], True)
        >>> results.compare("three", sort="change")["clear"].tolist()[0]
        True
        """
        which = {"measure": measure, "subject": subject, "statistic": statistic, "part": part}
        rows = compared(self.table, to, How(level, simultaneous, sort, self.unlike(to)), which)
        return rows.assign(settles=self._settling(rows))

    def _settling(self, rows: pd.DataFrame) -> list[bool]:
        """Say of differences whether the figure has a long-run level in both scenarios."""
        figures = self.intervals()
        moving = figures[~figures["settles"]]
        columns = ["scenario", "measure", "subject", "statistic"]
        known = set(moving[columns].astype(str).itertuples(index=False, name=None))
        if not known:
            return [True] * len(rows)
        asked = rows[[*columns, "to"]].astype(str).itertuples(index=False, name=None)
        return [not known & {(name, *figure), (to, *figure)} for name, *figure, to in asked]

    def unlike(self, to: str) -> frozenset[str]:
        """Name the scenarios that do not share the luck of one, as they have another seed."""
        base = self.scenarios.get(to)
        return frozenset(name for name, each in self.scenarios.items() if base and each.run.seed != base.run.seed)

    def cost_of_a_day(self, to: str, *, clock: str = "", wait: str = "", level: float = USUAL) -> pd.DataFrame:
        """Give what each other scenario pays more than `to` for every day that a patient waits less.

        It is the difference of a year's cost over the difference of a year's patient-days, both paired by replication,
        with Fieller's interval.  Where the days do not surely fall there is no such price: it is not defined.

        Parameters
        ----------
        to
            The name of the scenario to compare with; the scenarios should have the same patients.
        clock
            The clock whose days are counted: of all that started in the window, stopped or not.
        wait
            Instead of a clock, the activity the wait for which is counted.
        level
            How sure the interval is to be.

        Returns
        -------
        pandas.DataFrame
            A row a scenario: scenario, to, currency, n (pairs), cost (more a year), days_saved (patient-days a year),
            per_day, low, high, defined.  Below 0 the scenario saves days and money.

        Raises
        ------
        PathwayError
            If scenarios have no costs, or costs in different currencies.

        Examples
        --------
        >>> import pathway as pw
        >>> prices = {"currency": "GBP", "price_year": 2024, "resources": {"server": {"open_hours": "10 GBP/h"}}}
        >>> three = pw.load_scenario("mmc").override({"run.length": "4 weeks", "costs": prices}, name="three")
        >>> four = three.override({"resources.server.capacity": 4}, name="four")
        >>> results = pw.Experiment([three, four], replications=8, workers=1).run()
        >>> row = results.cost_of_a_day("three", wait="service")
        >>> round(row["cost"][0]), bool(row["defined"][0])  # ten pounds for each of 8,766 hours
        (87660, True)
        """
        from pathway.experiment import worth

        years = {name: scenario.run.length / YEAR for name, scenario in self.scenarios.items()}
        return worth.cost_of_a_day(self.table, years, to, level, {"clock": clock, "wait": wait})

    def settled(self) -> pd.DataFrame:
        """Say when the queues and the open pathways had settled, as advice on the warm-up.

        Returns
        -------
        pandas.DataFrame
            A row for each weekly series of each scenario, with columns scenario, series (open or waiting),
            subject (an activity, or empty for all), level (its mean in the reported window), weeks (from the
            first day, by MSER-5 on the mean of all replications; NaN with fewer than ten weeks), run_weeks,
            warm_up_weeks (cut before anything was measured), change (how far off the level is between the two),
            verdict: enough, too short, run too short, unsure (not to be told from chance), grows, unknown.

        Examples
        --------
        >>> import pathway as pw
        >>> short = pw.load_scenario("mmc").override({"run.length": "20 weeks"}, name="short")
        >>> pw.Experiment([short], replications=2, workers=1).run().settled()["series"].unique().tolist()
        ['open', 'waiting']
        """
        import pandas as pd

        return pd.concat([found.assign(scenario=name)[["scenario", *found]] for name, found in self._advice.items()])

    @cached_property
    def _advice(self) -> dict[str, pd.DataFrame]:
        return {
            name: advice(
                scenario,
                {
                    key: self.frames[key][self.frames[key]["scenario"] == name]
                    for key in ("open_by_week", "waiting_by_week")
                },
                self._growing[name],
            )
            for name, scenario in self.scenarios.items()
        }

    def save(self, folder: Path | str) -> None:
        """Write the results to a folder: Parquet tables, a YAML document a scenario, and the manifest as JSON."""
        folder = Path(folder)
        (folder / "frames").mkdir(parents=True, exist_ok=True)
        (folder / "scenarios").mkdir(exist_ok=True)
        self.table.to_parquet(folder / "table.parquet", index=False)
        for name, frame in self.frames.items():
            frame.to_parquet(folder / "frames" / f"{name}.parquet", index=False)
        files = {}
        for place, (name, scenario) in enumerate(self.scenarios.items()):
            files[name] = f"{place}_{re.sub(r'[^A-Za-z0-9]+', '_', name)}.yaml"
            (folder / "scenarios" / files[name]).write_text(scenario.document, encoding="utf-8")
        manifest = {**self.manifest, "files": files}
        (folder / "manifest.json").write_text(json.dumps(manifest, indent=1, default=str), encoding="utf-8")

    def __repr__(self) -> str:
        replications = self.manifest.get("replications", self.table["replication"].nunique())
        cut = ", interrupted" if self.manifest.get("interrupted") else ""
        lines = [f"<Results: {', '.join(self.scenarios)}; {replications} replications{cut}>"]
        lines += [say_outcome(found) for found in self.manifest.get("precision", [])]
        for name, growing in self._growing.items():
            lines += [f"{name}: the queue for {subject} {say_growth(each)}" for subject, each in growing.items()]
        return "\n".join(lines + _headlines(self.intervals()))


def load_results(folder: Path | str) -> Results:
    """Read results written by `Results.save`."""
    import pandas as pd

    from pathway.scenario import load_scenario

    folder = Path(folder)
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    files = manifest.pop("files")
    scenarios = {name: load_scenario(folder / "scenarios" / file, name=name) for name, file in files.items()}
    frames = {path.stem: pd.read_parquet(path) for path in sorted((folder / "frames").glob("*.parquet"))}
    return Results(pd.read_parquet(folder / "table.parquet"), frames, scenarios, manifest)


def _headlines(frame: pd.DataFrame) -> list[str]:
    """Say the targets of each scenario in lines; of a scenario without any, its clocks."""
    lines = []
    for name, rows in frame.groupby("scenario", sort=False, observed=True):
        chosen = rows[(rows["measure"] == "target") & (rows["statistic"] == "value")]
        if not len(chosen):
            is_whole = (rows["part"] == "all") & ~rows["subject"].astype(str).str.contains("→")
            chosen = rows[(rows["measure"] == "clock") & (rows["statistic"] == "share_within") & is_whole]
        lines += [f"{name}: {_say(row)}" for row in chosen.head(SHOWN).itertuples()]
    return lines


def _say(row: Any) -> str:
    scale, sign = (100, " %") if row.unit == "share" else (1, " days")
    span = "" if row.low != row.low else f" ({scale * row.low:.1f} to {scale * row.high:.1f})"
    if not row.settles:
        return f"{row.subject}: {scale * row.mean:.1f}{sign} in this period; no long-run level"
    return f"{row.subject}: {scale * row.mean:.1f}{sign}{span}"
