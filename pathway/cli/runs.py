"""`pathway runs`: what the store holds, what a run came to, how two differ, and whether one comes out again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pathway.cli.door import NO, refusing
from pathway.cli.tables import print_table

if TYPE_CHECKING:
    import pandas as pd

    from pathway.experiment import Results
    from pathway.store import StoredRun

MOST = 25  # figures in a comparison of two runs
FIGURE = ("measure", "subject", "part", "statistic")

runs = typer.Typer(no_args_is_help=True, help="List, show, compare and repeat the runs in a store.")

Store = Annotated[Path, typer.Option(metavar="DIR", help="The store.")]
Run = Annotated[str, typer.Argument(metavar="RUN", help="The name of a run, or as much of it as says which.")]
HERE = Path("runs")


@runs.command("list")
def list_runs(store: Store = HERE) -> None:
    """List the runs in the store, the latest first."""
    from pathway.store import stored_runs

    with refusing():
        found = stored_runs(store)
    if not found:
        typer.echo(f"There are no runs in {store}")
        return
    rows = [(each.id, say_when(each), ", ".join(each.keys), _complete(each), _version(each)) for each in found]
    print_table(f"Runs in {store}", ("run", "when", "scenarios", "replications", "version"), rows)


@runs.command()
def show(run: Run, store: Store = HERE) -> None:
    """Show what a run was asked, by which program it was made, and its headline figures."""
    from pathway.experiment import stored_results
    from pathway.store import find_run

    with refusing():
        found = find_run(store, run)
        results = stored_results(store, found)
    print_table(f"Run {found.id}", ("what", "value"), _about(found))
    print_table("Headline figures", ("figure", "mean and its interval"), _headlines(results))
    typer.echo(f"\nIts scenarios are in {found.folder}")


@runs.command("diff")
def differ(one: Run, other: Run, store: Store = HERE) -> None:
    """Show what differs between two runs: their programs, their scenarios, and their figures."""
    from pathway.experiment import stored_results
    from pathway.store import find_run

    with refusing():
        first, second = (find_run(store, each) for each in (one, other))
        a, b = stored_results(store, first), stored_results(store, second)
        names = (first.id, second.id)
        print_table("The runs", ("what", *names), _told_apart(first, second))
        for name, partner in _pairs(a, b):
            said = list(_scenario_rows(a, b, name, partner))
            title = name if name == partner else f"{name} and {partner}"
            print_table(f"{title}: what the scenarios say", ("where", *names, "source"), said or [("the same",) * 4])
            rows, of = _figure_rows(a, b, name, partner)
            differing = sum(row[-1] != "0" for row in rows)
            print_table(
                f"{title}: {differing:,} of {of:,} figures differ; targets and clocks first, then what changed most",
                ("figure", *names, "change"),
                rows[:MOST],
                numbers=3,
            )


@runs.command("rerun")
def run_again(
    run: Run,
    store: Store = HERE,
    workers: Annotated[int | None, typer.Option(min=1, metavar="N", help="Processes to use; one a core.")] = None,
    cluster: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="A Dask scheduler whose workers do it, tcp://host:8786.")
    ] = None,
) -> None:
    """Simulate a run again and compare every figure with the store, exactly; exit code 1 if one differs."""
    from pathway.cli.running import progress_bar
    from pathway.experiment import rerun
    from pathway.store import find_run

    with refusing():
        found = find_run(store, run)
        with progress_bar() as progress:
            again = rerun(store, found, progress, workers=workers, cluster=cluster)
    if again.program:
        typer.echo(f"The run was made by another program (then and now): {', '.join(again.program)}", err=True)
    if again.difference:
        typer.echo(f"different: {again.difference}")
        raise typer.Exit(NO)
    typer.echo(f"identical: {again.figures:,} figures and {again.rows:,} rows of the tables behind the charts")


@runs.command()
def report(
    run: Run,
    store: Store = HERE,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The folder to write to; reports/RUN by default.")
    ] = None,
    excel: Annotated[bool, typer.Option("--excel", help="Also write the results as a workbook, results.xlsx.")] = False,
) -> None:
    """Write the report of a run out of what the store holds; nothing is simulated."""
    from pathway.cli.running import write, write_workbook
    from pathway.experiment import stored_results
    from pathway.store import find_run

    with refusing():
        found = find_run(store, run)
        results = stored_results(store, found)
        folder = out or Path("reports") / found.id
        folder.mkdir(parents=True, exist_ok=True)
        page = write(results, folder)
        workbook = write_workbook(results, folder) if excel else None
    if workbook:
        typer.echo(f"The workbook is at {workbook.resolve()}")
    typer.echo(f"The report is at {page.resolve()}")


# ---------------------------------------------------------------- what is said


def say_when(run: StoredRun) -> str:
    """Say when a run was finished, in the time of this place."""
    return f"{datetime.fromisoformat(run.manifest['finished']).astimezone():%Y-%m-%d %H:%M}"


def _complete(run: StoredRun) -> str:
    done, asked = run.manifest["complete"], run.manifest["replications"]
    return str(asked) if run.is_whole else f"{done} of {asked}, interrupted"


def _version(run: StoredRun) -> str:
    return f"{run.manifest['program']['pathway']} ({run.manifest['program']['sources'][:6]})"


def _about(run: StoredRun) -> Iterator[tuple[str, str]]:
    said = run.manifest
    yield "started", str(said["started"])
    yield "finished", str(said["finished"])
    yield "replications", _complete(run)
    yield "engine", str(said["engine"])
    yield "workers", str(said["workers"])
    rows = sum(said["verified"].values())
    yield "compared with SimPy", f"{rows:,} rows identical" if rows else "no"
    for name, record in said.get("waiting_list", {}).items():
        yield f"began with a waiting list, {name}", say_list(record)
    for name, about in said["scenarios"].items():
        yield f"scenario {name}", f"seed {about['seed']}, fingerprint {about['fingerprint'][:16]}, {about['file']}"
    yield "program", ", ".join(f"{name} {version}" for name, version in said["program"].items())


def say_list(record: Mapping[str, Any]) -> str:
    """Say the totals of the waiting list a run began with."""
    skipped = len(record["skipped"])
    rows = f"{record['rows']:,} rows" + (f", {skipped:,} of them skipped" if skipped else "")
    waiting, under_way = (sum(record[key].values()) for key in ("waiting", "under_way"))
    return (
        f"{record['file']}: {rows}; {record['patients']:,} patients at {record['minute_0']}, {waiting:,} waiting and "
        f"{under_way:,} under way; SHA-256 {record['sha256'][:16]}"
    )


def _headlines(results: Results) -> Iterator[tuple[str, str]]:
    for line in repr(results).splitlines()[1:]:
        figure, _, value = line.rpartition(": ")
        yield figure, value


def _told_apart(first: StoredRun, second: StoredRun) -> list[tuple[str, str, str]]:
    one, other = dict(_about(first)), dict(_about(second))
    programs: list[Mapping[str, Any]] = [each.manifest["program"] for each in (first, second)]
    told = [(what, one.get(what, "–"), other.get(what, "–")) for what in one if not what.startswith(("prog", "scen"))]
    parts = [(part, *(str(each.get(part, "–")) for each in programs)) for part in {**programs[0], **programs[1]}]
    return told + [(part, a, b) for part, a, b in parts if a != b]


def _pairs(a: Results, b: Results) -> list[tuple[str, str]]:
    """Pair scenarios by their names; two runs of one scenario each are a pair whatever they are called."""
    if len(a.scenarios) == len(b.scenarios) == 1:
        return [(next(iter(a.scenarios)), next(iter(b.scenarios)))]
    return [(name, name) for name in a.scenarios if name in b.scenarios]


def _scenario_rows(a: Results, b: Results, name: str, partner: str) -> Iterator[tuple[str, str, str, str]]:
    from pathway.scenario import differences
    from pathway.scenario.sources import compact

    for row in differences(a.scenarios[name], b.scenarios[partner]):
        yield row.path, compact(row.a) or "–", compact(row.b) or "–", row.source


def _figure_rows(a: Results, b: Results, name: str, partner: str) -> tuple[list[tuple[str, str, str, str]], int]:
    """Give a row a figure, those of targets and clocks first, then by how much they changed; and how many there are."""
    one, other = _means(a.intervals(), name), _means(b.intervals(), partner)
    both = one.rename(columns={"mean": "mean_a"}).join(other.rename(columns={"mean": "mean_b"}), how="outer")
    both["change"] = (both["mean_b"] - both["mean_a"]).fillna(0.0)
    scale = both[["mean_a", "mean_b"]].abs().max(axis=1).replace(0, 1.0)
    both["share"] = (both["change"] / scale).abs()
    both["headline"] = [_headline(key) for key in both.index]
    both = both.sort_values(["headline", "share"], ascending=[True, False], kind="stable")
    rows = [
        (" ".join(filter(None, key)), f"{x:.5g}", f"{y:.5g}", f"{change:+.4g}" if change else "0")
        for key, x, y, change in zip(both.index, both["mean_a"], both["mean_b"], both["change"], strict=True)
    ]
    return rows, len(both)


def _means(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    chosen = frame[frame["scenario"] == name].astype({column: str for column in FIGURE})
    return chosen.set_index(list(FIGURE))[["mean"]]


def _headline(key: tuple[str, ...]) -> int:
    measure, _, part, statistic = key
    return 0 if (measure, statistic) == ("target", "value") else int(not (measure == "clock" and part == "all")) + 1
