"""`pathway warm-up`: how long a warm-up a scenario needs, by the weekly series of a few replications."""

from __future__ import annotations

from math import isnan
from typing import Annotated

import typer

from pathway.cli.door import ScenarioFile, load_all, refusing
from pathway.cli.running import Length, WarmUp, Workers, engine_ready, progress_bar, stopping
from pathway.cli.tables import print_table

Replications = Annotated[int, typer.Option("--replications", "-n", min=1, metavar="N", help="How many to average.")]


def warm_up(
    scenario: ScenarioFile,
    replications: Replications = 5,
    warm_up: WarmUp = None,
    length: Length = None,
    workers: Workers = None,
) -> None:
    """Say after how many weeks queues have settled (MSER-5), and whether the chosen warm-up waits for that."""
    from pathway.experiment import Experiment
    from pathway.experiment.warm_up import say_advice, series_name

    asked = {"run.warm_up": warm_up, "run.length": length}
    with refusing():
        loaded = load_all([scenario], {path: value for path, value in asked.items() if value is not None})
        engine_ready("auto")
        with stopping(), progress_bar() as progress:
            found = Experiment(loaded, replications=replications, workers=workers).run(progress=progress).settled()
    rows = [
        (
            series_name(row.series, row.subject),
            f"{row.level:.1f}",
            "–" if isnan(row.weeks) or row.verdict == "grows" else f"{row.weeks:.0f}",
            f"{row.warm_up_weeks:.0f}",
            f"{100 * row.change:+.0f} %" if row.change else "–",
            row.verdict,
        )
        for row in found.itertuples()
    ]
    columns = (
        "counted every week",
        "mean",
        "settles after, weeks",
        "warm-up, weeks",
        "level before that",
        "warm-up is",
    )
    print_table("When it settles, from the first day of the run", columns, rows, numbers=5)
    typer.echo("")
    for sentence in say_advice(found):
        typer.echo(sentence)
