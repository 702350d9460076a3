"""`pathway size`: the cheapest configuration that meets the targets, with a stated probability of being right."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from pathway import words
from pathway.cli.door import NO, ScenarioFile, load_one, refusing
from pathway.cli.running import (
    INTERRUPTED,
    RUNS,
    SELDOM,
    Engine,
    NoStore,
    Store,
    Workers,
    engine_ready,
    say_clock,
    stopping,
    telling_a_file,
)
from pathway.cli.studying import Target, Vary, as_vary, folder_of_study, read_factors, read_targets
from pathway.words import refusals

if TYPE_CHECKING:
    from pathway.experiment import Sizing
    from pathway.sizing.searching import Progress, SoFar

FIRST_GUESS = 10.0  # seconds from which it is said how long the rest may take

Probability = Annotated[float, typer.Option(metavar="P", help="With at least which the choice is to be right.")]
Tolerance = Annotated[float, typer.Option(metavar="SHARE", help="How much of a miss does not matter.")]
First = Annotated[int, typer.Option(metavar="N", help="Replications each configuration begins with.")]
AtMost = Annotated[int, typer.Option(metavar="N", help="Replications a configuration may take.")]
PlausibleSets = Annotated[
    int, typer.Option(min=0, metavar="N", help="Try the choice in N plausible sets of inputs (`uncertain`).")
]
Out = Annotated[Path | None, typer.Option(metavar="DIR", help="The folder to write to; reports/NAME/size by default.")]


def size(  # noqa: PLR0913 - each is an option of the command
    scenario: ScenarioFile,
    vary: Vary = None,
    target: Target = None,
    probability: Probability = 0.95,
    tolerance: Tolerance = 0.02,
    first: First = 20,
    at_most: AtMost = 500,
    plausible: PlausibleSets = 0,
    engine: Engine = "auto",
    workers: Workers = None,
    store: Store = RUNS,
    no_store: NoStore = False,
    out: Out = None,
) -> None:
    """Find the cheapest configuration that meets the targets, with a stated probability of being right."""
    from pathway.cli.tables import print_table
    from pathway.experiment.sized_words import say_configurations
    from pathway.sizing import size
    from pathway.sizing.searching import SO_FAR

    with refusing():
        factors = read_factors(vary)
        loaded = load_one(scenario, as_vary(factors))
        folder = folder_of_study(loaded, "size", out)
        engine_ready(engine)
        with stopping(), searching(folder / SO_FAR) as progress:
            sized = size(
                loaded,
                factors,
                read_targets(target),
                probability=probability,
                tolerance=tolerance,
                first=first,
                at_most=at_most,
                plausible=plausible,
                engine=engine,
                workers=workers,
                store=None if no_store else store,
                progress=progress,
            )
        page = write(sized, folder)
        shutil.rmtree(folder / SO_FAR, ignore_errors=True)
    typer.echo("\n".join(sized.sentences()))
    columns, rows = say_configurations(sized.configurations, sized.targets)
    print_table(words.text("sizing.table"), columns, rows, numbers=len(columns) - 2)
    typer.echo(refusals.said(f"The page is at {page.resolve()}"))
    if sized.manifest["interrupted"]:
        raise typer.Exit(INTERRUPTED)
    if sized.choice is None:
        raise typer.Exit(NO)


@contextmanager
def searching(folder: Path) -> Iterator[Progress]:
    """Show how far a search is, and keep what is known so far in a folder."""
    from rich import progress as bars
    from rich.console import Console

    console, began, kept = Console(stderr=True), time.monotonic(), time.monotonic()
    said_beside = bars.TextColumn("{task.fields[said]}")
    columns = (bars.TextColumn(words.text("progress.simulating")), bars.BarColumn(), said_beside)
    with bars.Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task, tell_file = bar.add_task("", total=None, said=""), telling_a_file(console)

        def show(so_far: SoFar) -> None:
            nonlocal kept
            seconds = time.monotonic() - began
            said = words.text("progress.search", n=so_far.done, most=so_far.most)
            if seconds > FIRST_GUESS:
                left = say_clock(seconds / so_far.done * (so_far.most - so_far.done))
                said = words.text("progress.search_left", said=said, time=left)
            bar.update(task, completed=so_far.done, total=so_far.most, said=said)
            tell_file(words.text("progress.searching", said=said, what=so_far.now))
            if time.monotonic() - kept > SELDOM:
                keep(so_far, folder)
                kept = time.monotonic()

        yield show


def keep(so_far: SoFar, folder: Path) -> None:
    """Write how far a search is, and what is known of each configuration; whoever reads it finds whole files."""
    from pathway.interchange.tables_out import write_table

    known = so_far.known()
    if known is None:
        return
    with TemporaryDirectory(dir=folder.parent) as other:
        for name in ("configurations", "targets"):
            write_table(getattr(known, name), Path(other) / f"{name}.csv")
        counts = json.dumps({"done": so_far.done, "most": so_far.most})
        (Path(other) / "progress.json").write_text(counts, encoding="utf-8")
        folder.mkdir(exist_ok=True)
        for name in ("configurations.csv", "targets.csv", "progress.json"):  # of which whoever reads waits for the last
            (Path(other) / name).replace(folder / name)


def write(sized: Sizing, folder: Path) -> Path:
    """Write the tables as CSV, the chosen scenario, the answer in sentences, and the page; give the page's path."""
    from pathway.interchange.tables_out import write_table
    from pathway.report import write_sizing
    from pathway.scenario import write_scenario

    for name in ("configurations", "targets", "use", "waits"):
        write_table(getattr(sized, name), folder / f"{name}.csv")
    if sized.chosen is not None:
        write_scenario(sized.chosen, folder / "chosen.yaml")
    (folder / "answer.txt").write_text("\n".join(sized.sentences()), encoding="utf-8")
    return write_sizing(sized, folder / "sizing.html")
