"""`pathway run`: replications of one or several scenarios, and the report made of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Annotated

import typer

from pathway import words
from pathway.cli.door import ScenarioFiles, folder_for, load_all, refusing
from pathway.cli.starting import AsOf, ListFile, LongRun, MappingFile, SkipBadRows, as_before, started
from pathway.words import refusals

if TYPE_CHECKING:
    from rich.console import Console

    from pathway.experiment import EnginesDifferError, Experiment, Precision, Results
    from pathway.report import Terms
    from pathway.scenario import Scenario

INTERRUPTED = 130
SLOW, SELDOM = 2, 2.0  # seconds: from which something is said; between the lines that tell a file how far it is
RUNS = Path("runs")

Replications = Annotated[
    int | None, typer.Option(min=1, metavar="N", help="How many; as the scenario says by default.")
]
Until = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PRECISION",
        help="Replicate until a figure is known so precisely, such as 'p90 wait nanoknife 5 %' or "
        "'mean wait ct 0.5 days'; several may be asked for.",
    ),
]
AtMost = Annotated[int | None, typer.Option(min=3, metavar="N", help="With --until: the most replications, else 200.")]
Workers = Annotated[int | None, typer.Option(min=1, metavar="N", help="Processes to use; one a core by default.")]
Engine = Annotated[str, typer.Option(metavar="NAME", help="auto, compiled or simpy.")]
Verify = Annotated[
    bool, typer.Option("--verify/--no-verify", help="Also simulate the first replication with SimPy, and compare.")
]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="The folder to write to; reports/NAME by default.")]
Seed = Annotated[int | None, typer.Option(metavar="N", help="Another seed than the scenario's.")]
WarmUp = Annotated[str | None, typer.Option(metavar="TIME", help="Another warm-up, such as '26 weeks'.")]
Length = Annotated[str | None, typer.Option(metavar="TIME", help="Another length of the reported window.")]
Store = Annotated[
    Path, typer.Option(metavar="DIR", help="The store: what is finished is kept here, and what is there is used.")
]
NoStore = Annotated[bool, typer.Option("--no-store", help="Keep nothing in a store, and use nothing from one.")]
Excel = Annotated[bool, typer.Option("--excel", help="Also write the results as a workbook, results.xlsx.")]
Animate = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=36,
        metavar="WEEKS",
        help="Also show patients moving through the pathway, in the report, for so long.",
    ),
]
Cluster = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Do it on the workers of this Dask scheduler, such as tcp://host:8786."),
]


def run(  # noqa: PLR0913 - each is an option of the command
    scenarios: ScenarioFiles,
    replications: Replications = None,
    until: Until = None,
    at_most: AtMost = None,
    workers: Workers = None,
    engine: Engine = "auto",
    out: Out = None,
    seed: Seed = None,
    warm_up: WarmUp = None,
    length: Length = None,
    store: Store = RUNS,
    no_store: NoStore = False,
    cluster: Cluster = None,
    verify: Verify = True,
    excel: Excel = False,
    animate: Animate = None,
    waiting_list: ListFile = None,
    mapping: MappingFile = None,
    as_of: AsOf = None,
    skip_bad_rows: SkipBadRows = False,
    long_run: LongRun = True,
) -> None:
    """Simulate scenarios and write a report; with several, each is compared with the first."""
    from pathway.experiment import Experiment
    from pathway.experiment.until import AT_MOST

    asked = {"run.seed": seed, "run.warm_up": warm_up, "run.length": length}
    changes = {path: value for path, value in asked.items() if value is not None}
    with refusing():
        precisions = read_precisions(until, at_most, replications)
        before = load_all(scenarios, changes)
        loaded, lists = started(before, waiting_list, mapping, as_of, skip_bad_rows)
        experiment = Experiment(
            loaded,
            replications=replications,
            engine=engine,
            workers=workers,
            store=None if no_store else store,
            verify=verify,
            cluster=cluster,
            lists=lists,
            unchanged=as_before(before, waiting_list, long_run=long_run),
        )
        folder = folder_for(loaded, out)
        folder.mkdir(parents=True, exist_ok=True)  # before a long run rather than after it, should that be impossible
        results = simulated(experiment, loaded, folder, precisions, at_most or AT_MOST)
        report = write(results, folder, animate=animate)
        workbook = write_workbook(results, folder) if excel else None
    typer.echo(repr(results))
    say_store(results)
    for warning in warm_up_warnings(results):
        typer.echo(f"warning: {refusals.said(str(warning))}", err=True)
    if workbook:
        typer.echo(refusals.said(f"The workbook is at {workbook.resolve()}"))
    typer.echo(refusals.said(f"The report is at {report.resolve()}"))


def write_workbook(results: Results, folder: Path) -> Path:
    """Write the results as a workbook."""
    from pathway.report import write_excel

    return write_excel(results, folder / "results.xlsx")


def say_store(results: Results) -> None:
    """Say how much of the results came from the store, and under which name they can be found there."""
    from datetime import datetime

    said = results.manifest
    if "run" not in said:
        return
    total = said["replications"] * len(results.scenarios)
    if said["answered"]:
        when = datetime.fromisoformat(said["answered"]).astimezone()
        typer.echo(f"Answered from the store: run {said['run']} of {when:%Y-%m-%d %H:%M}, in {said['store']}")
        return
    if said["there"]:
        typer.echo(f"{min(said['there'], total)} of {total} replications were in the store already")
    typer.echo(f"This is run {said['run']} in {said['store']}")


def read_precisions(until: Sequence[str] | None, at_most: int | None, replications: int | None) -> list[Precision]:
    """Read what --until asks for, before anything is run; what would contradict it is refused."""
    from pathway.errors import PathwayError
    from pathway.experiment.until import precisions_of

    if until and replications is not None:
        raise PathwayError("--replications says how many, --until finds out how many; leave one of them out")
    if at_most is not None and not until:
        raise PathwayError("--at-most goes with --until; without it, --replications says how many")
    return list(precisions_of(until or ()))


def warm_up_warnings(results: Results) -> Iterator[str]:
    """Say of each scenario whose warm-up is too short, or whose run is, what has not settled, and what to do."""
    from pathway.experiment.warm_up import is_short, say_advice

    settled = results.settled()
    for name in results.scenarios:
        found = settled[settled["scenario"] == name]
        if is_short(found):
            yield from (f"{name}: {sentence}" for sentence in say_advice(found))


def simulated(
    experiment: Experiment,
    scenarios: Sequence[Scenario],
    folder: Path,
    precisions: Sequence[Precision] = (),
    at_most: int = 0,
) -> Results:
    """Run an experiment with a bar that shows how far it is; what an interrupted one has finished is given.

    With precisions, it goes on until they are reached, or for so many replications at most.
    """
    from pathway.experiment import EnginesDifferError

    engine_ready(experiment.engine)
    try:
        with stopping(), progress_bar() as progress:
            if precisions:
                results = experiment.run_until(*precisions, at_most=at_most, progress=progress)
            else:
                results = experiment.run(progress=progress)
    except EnginesDifferError as difference:
        keep_logs(difference, scenarios, folder / "engines")
        raise
    if results.manifest["interrupted"]:
        done = results.manifest["replications"]
        typer.echo(f"Interrupted: what follows is made of the {done} replications that were finished.", err=True)
    return results


def keep_logs(difference: EnginesDifferError, scenarios: Sequence[Scenario], folder: Path) -> None:
    """Write both logs of a replication on which the engines differ, and say where they are."""
    from pathway.experiment import keep_both

    found = difference.found
    keep_both(next(each for each in scenarios if each.name == found.scenario), found.replication, folder)
    typer.echo(f"Both logs are in {folder}", err=True)


def write(results: Results, folder: Path, terms: Terms | None = None, animate: int | None = None) -> Path:
    """Write the results, their summary as a spreadsheet's CSV, and the report; give the report's path.

    With `animate`, the report shows patients moving for so many weeks of the first replication, simulated again.
    """
    from pathway.engines import simulate
    from pathway.interchange.tables_out import write_table
    from pathway.report import Films, Terms, write_report

    results.save(folder)
    write_table(results.intervals(), folder / "summary.csv")
    page, terms = folder / "report.html", terms or Terms()
    with said_if_slow(words.text("progress.drawing")):
        if animate is None:
            return write_report(results, page, terms=terms)
        logs = {name: simulate(scenario) for name, scenario in results.scenarios.items()}
        return write_report(results, page, terms=terms, films=Films(logs, animate))


def engine_ready(engine: str) -> None:
    """Let an engine compile what it is made of, and say so if that takes a while."""
    from pathway.engines import make_ready

    with said_if_slow(words.text("progress.compiling")):
        make_ready(engine)


@contextmanager
def said_if_slow(what: str) -> Iterator[None]:
    """Say what is going on if it takes longer than a person takes for an answer."""
    timer = Timer(SLOW, typer.echo, (what,), {"err": True})
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


@contextmanager
def stopping() -> Iterator[None]:
    """Say so, and stop, when a run is interrupted before there is anything to report on."""
    try:
        yield
    except KeyboardInterrupt:
        typer.echo("Interrupted before enough was finished to report on.", err=True)
        raise typer.Exit(INTERRUPTED) from None


def telling_a_file(console: Console) -> Callable[[str], None]:
    """Give what says now and then how far something is, where no terminal shows it, but a file."""
    seen = time.monotonic()

    def tell(said: str) -> None:
        nonlocal seen
        if not console.is_terminal and time.monotonic() - seen > SELDOM:
            typer.echo(said, err=True)
            seen = time.monotonic()

    return tell


@contextmanager
def progress_bar() -> Iterator[Callable[[int, int, float], None]]:
    """Show how many replications are done and how long the rest is expected to take."""
    from rich import progress as bars
    from rich.console import Console

    columns = (bars.TextColumn(words.text("progress.simulating")), bars.BarColumn(), bars.MofNCompleteColumn())
    remaining, console = bars.TextColumn("{task.fields[left]}"), Console(stderr=True)
    with bars.Progress(*columns, remaining, console=console) as bar:
        task, tell_file = bar.add_task("", total=None, left=""), telling_a_file(console)

        def show(done: int, total: int, seconds: float) -> None:
            left = words.text("progress.left", time=say_clock(seconds))
            bar.update(task, completed=done, total=total, left=left)
            tell_file(words.text("progress.done_of", n=done, all=total, left=left))

        yield show


def say_clock(seconds: float) -> str:
    """Write a time that is left as minutes and seconds.

    >>> say_clock(65.4), say_clock(7)
    ('1:05', '0:07')
    """
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes}:{rest:02d}"
