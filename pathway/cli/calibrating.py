"""`pathway calibrate`: a scenario from an event log, and how far what it simulates is from what was observed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Annotated

import typer

from pathway import words
from pathway.cli.door import BAD_INPUT, refusing
from pathway.words import refusals

if TYPE_CHECKING:
    from pathway.experiment.calibrations import Calibrated


PAGE = "calibration.html"
TABLES = ("arrivals", "routing", "fits", "distances")
STAGES = {what: f"progress.{what}" for what in ("fitting", "simulating", "comparing", "writing")}


class Dates(StrEnum):
    """Whether the dates of a log are those of the hospital."""

    auto = "auto"
    real = "real"
    shifted = "shifted"


class Duplicates(StrEnum):
    """What becomes of rows that repeat another."""

    refuse = "refuse"
    keep = "keep"
    drop = "drop"


def calibrate(  # noqa: PLR0913, PLR0917 - each is an option of the command
    log: Annotated[Path, typer.Argument(metavar="LOG", help="An event log: CSV or XES, plain or .gz; or a "
        "folder `pathway log` wrote.")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The scenario to write; the page and its tables "
        "go beside it.")] = Path("my_hospital.yaml"),
    column: Annotated[list[str] | None, typer.Option(metavar="WHAT=NAME", help="Which column is case, "
        "activity, ended, started, asked, lifecycle, instance or resource. May be given several times.")] = None,
    date_format: Annotated[str | None, typer.Option("--date-format", metavar="FORM", help="The form of times in "
        "CSV, such as '%d/%m/%Y %H:%M'; ISO 8601 by default.")] = None,
    mapping: Annotated[Path | None, typer.Option(metavar="FILE", help="What columns and codes are called, how dates "
        "are written, what is ignored (docs/calibrating.md).")] = None,
    zone: Annotated[str | None, typer.Option(metavar="ZONE", help="Where the clock hangs that times are to be "
        "understood by, such as Europe/London; needed where times have an offset from UTC.")] = None,
    attribute: Annotated[list[str] | None, typer.Option(metavar="NAME", help="A column, or key of XES, that says "
        "something of the case and is carried into the scenario. May be given several times.")] = None,
    dates: Annotated[Dates, typer.Option(help="Whether dates are real, or were shifted case by case; found "
        "out by default.")] = Dates.auto,
    final: Annotated[list[str] | None, typer.Option(metavar="ACTIVITY", help="A case may be over after it; "
        "cases that end with another have nothing recorded. May be given several times.")] = None,
    merge: Annotated[list[str] | None, typer.Option(metavar="NAME=A,B,C", help="Take activities as one, "
        "and as done once if in one minute. May be given several times.")] = None,
    per_year: Annotated[float | None, typer.Option(min=0, metavar="N", help="Cases a year, where the log "
        "cannot tell.")] = None,
    country: Annotated[str, typer.Option(metavar="CODE", help="Whose public holidays to look at, such as GB-ENG or "
        "CN: whether anything opened, and how many arrived.")] = "",
    since: Annotated[str | None, typer.Option(metavar="DAY", help="From when on all who arrived are in the log; who "
        "arrived before counts only where capacity and hours are read.")] = None,
    duplicates: Annotated[Duplicates, typer.Option(help="Rows that are the same in every column.")] = Duplicates.refuse,
    sort: Annotated[bool, typer.Option("--sort", help="Sort the rows of each case by time instead of "
        "refusing them.")] = False,
    first_order: Annotated[bool, typer.Option("--first-order", help="Let nothing depend on how often a "
        "patient has been somewhere.")] = False,
    hold_out: Annotated[float, typer.Option(min=0, max=0.9, metavar="SHARE", help="Cases kept out of the "
        "fit, to compare with.")] = 0.3,
    seed: Annotated[int, typer.Option(metavar="N", help="Of the choice of these cases.")] = 1,
) -> None:  # fmt: skip
    """Calibrate a scenario on an event log, and say what the log cannot tell."""
    from pathway.interchange.calibration import calibrate, read_log

    with refusing():
        columns = dict(_pairs(column, "--column"))
        merges = {new: tuple(old.split(",")) for new, old in _pairs(merge, "--merge")}
        with showing(log) as (progress, stage):
            observed = read_log(
                log,
                mapping=mapping,
                columns=columns,
                dates=date_format,
                zone=zone,
                attributes=tuple(attribute or ()),
                duplicates=duplicates.value,
                sort=sort,
                progress=progress,
            )
            calibrated = calibrate(
                observed,
                name=out.name.removesuffix(".yaml"),
                merge=merges,
                final=final or (),
                dates=dates.value,
                per_year=per_year,
                country=country,
                since=since,
                memory=not first_order,
                hold_out=hold_out,
                seed=seed,
                progress=stage,
            )
            stage("writing")
            page = write(calibrated, out)
    say(calibrated)
    typer.echo(refusals.said(f"The scenario is {out}\nThe page is at {page.resolve()}, its tables beside it"))


def _pairs(written: Sequence[str] | None, option: str) -> Iterator[tuple[str, str]]:
    for text in written or ():
        name, is_there, value = text.partition("=")
        if not is_there or not name or not value:
            typer.echo(f"{option} {text}: expected two names with = between", err=True)
            raise typer.Exit(BAD_INPUT)
        yield name, value


@contextmanager
def showing(path: Path) -> Iterator[tuple[Callable[[int, int, int], None], Callable[[str], None]]]:
    """Show how much of a file has been read, then what is being done, and for how long."""
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as shown:
        task = shown.add_task(words.text("progress.reading", file=path.name))

        def read(done: int, of: int, rows: int) -> None:
            share = words.percent(f"{100 * done / max(1, of):.0f}")
            said = words.text("progress.read", file=path.name, share=share, n=rows)
            shown.update(task, description=said)

        def now(what: str) -> None:
            said = words.text("progress.stage", file=path.name, what=words.text(STAGES[what]))
            shown.update(task, description=said)

        yield read, now


def write(calibrated: Calibrated, out: Path) -> Path:
    """Write the scenario, and beside it the page and the tables: all of them, or if that is broken off nothing."""
    from pathway.scenario import write_scenario

    folder = out.with_suffix("")
    out.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix=".calibrate-", dir=out.parent) as unfinished:
        made = Path(unfinished)
        (made / "tables").mkdir()
        write_scenario(calibrated.document, made / out.name)
        write_study(calibrated, made / "tables")
        folder.mkdir(exist_ok=True)
        for path in (made / "tables").iterdir():
            path.replace(folder / path.name)
        (made / out.name).replace(out)
    return folder / PAGE


def write_study(calibrated: Calibrated, folder: Path) -> None:
    """Write the page of a calibration and its tables."""
    from pathway.interchange.tables_out import write_table
    from pathway.report.calibration import distances_text, write_calibration

    for name in TABLES:
        frame = getattr(calibrated, name)
        if frame is not None:
            write_table(frame, folder / f"{name}.csv")
    if calibrated.distances is not None:
        write_table(calibrated.variants_frame(), folder / "variants.csv")
        (folder / "distances.md").write_text(distances_text(calibrated), encoding="utf-8")
    write_calibration(calibrated, folder / PAGE)


def say(calibrated: Calibrated) -> None:
    """Print what was read, what the log cannot tell, and the distances."""
    n = calibrated.counts
    counted = (
        f"{n['rows']:,} rows, {n['cases']:,} cases, {n['activities']} activities; {n['fitted']:,} cases "
        f"fitted, {n['held_out']:,} held out; "
        f"{n['censored']:,} of the fitted end with nothing recorded or were not over"
    )
    typer.echo(refusals.said(counted))
    for note in (*calibrated.notes, calibrated.dates):
        typer.echo(f"- {refusals.said(note)}")
    typer.echo(refusals.said("Not identifiable:"))
    for what, instead in calibrated.unidentified:
        typer.echo(words.text("calibrate.line", what=refusals.said(what), instead=refusals.said(instead)))
    if calibrated.distances is not None:
        _say_distances(calibrated)


def _say_distances(calibrated: Calibrated) -> None:
    from pathway.cli.tables import print_table
    from pathway.report.calibration import label_of

    frame = calibrated.distances
    assert frame is not None  # noqa: S101 - asked by the caller
    rows = [
        [
            label_of(str(one.what), str(one.subject)), refusals.said(str(one.unit)),
            f"{one.mean_observed:.3g}", f"{one.mean_simulated:.3g}",
            f"{one.distance:.3g}{' *' if one.told_apart else ''}", f"{one.chance:.3g}", f"{one.chance_high:.3g}",
        ]
        for one in frame.itertuples()
    ]  # fmt: skip
    columns = ("held out against simulated", "unit", "mean observed", "simulated", "distance", "by chance", "95 %")
    print_table(refusals.said("Earth mover's distances"), [refusals.said(each) for each in columns], rows, numbers=5)
    v = calibrated.variants
    if bool(frame["told_apart"].any()):
        typer.echo(refusals.said("* larger than chance makes"))
    variants = (
        f"Variants: {v['moved']:.3f} of the steps of a case to be moved, {v['moved_chance']:.3f} by chance; "
        f"shares differ by {v['total_variation']:.3f}, {v['total_variation_chance']:.3f} by chance"
    )
    typer.echo(refusals.said(variants))
