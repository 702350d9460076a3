"""`pathway export`: results as a workbook, as tables, as pictures, or the report as PDF."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pathway.cli.door import refusing

if TYPE_CHECKING:
    from pathway.experiment import Results


class Format(StrEnum):
    """What results are exported as."""

    xlsx = "xlsx"
    csv = "csv"
    parquet = "parquet"
    png = "png"
    svg = "svg"
    pdf = "pdf"
    report = "report"


def export(
    results: Annotated[
        str,
        typer.Argument(metavar="RESULTS", help="A folder that `pathway run` wrote, or the name of a run in the store."),
    ],
    format: Annotated[  # noqa: A002 - it is the option's name
        Format,
        typer.Option(
            help="xlsx: a workbook, a sheet for each question. csv, parquet: the same as files. "
            "png, svg, pdf: the report's figures. report: the report itself as PDF."
        ),
    ] = Format.xlsx,
    out: Annotated[
        Path | None,
        typer.Option(metavar="PATH", help="The file (xlsx, report) or the folder; beside the results by default."),
    ] = None,
    store: Annotated[Path, typer.Option(metavar="DIR", help="The store in which a run is looked for.")] = Path("runs"),
) -> None:
    """Export results: as a workbook, as tables, as pictures of the report's figures, or the report as PDF."""
    with refusing():
        folder, found = read_results(results, store)
        for path in written(found, folder, format, out):
            typer.echo(path)


def read_results(name: str, store: Path) -> tuple[Path, Results]:
    """Read results from a folder or from the store; give them with the folder that what is made of them goes to."""
    from pathway.errors import PathwayError
    from pathway.experiment import load_results, stored_results
    from pathway.store import find_run

    folder = Path(name)
    if (folder / "table.parquet").is_file():
        return folder, load_results(folder)
    if folder.is_dir():
        raise PathwayError(f"{folder}: there are no results here (no table.parquet); `pathway run` writes them")
    try:
        run = find_run(store, name)
    except PathwayError as refusal:
        raise PathwayError(f"{name}: this is neither a folder of results nor a run. {refusal}") from refusal
    return Path("reports") / run.id, stored_results(store, run)


def written(results: Results, folder: Path, format: Format, out: Path | None) -> list[Path]:  # noqa: A002
    """Write results in a format, and give the files."""
    if format is Format.xlsx:
        from pathway.report import write_excel

        return [write_excel(results, out or folder / "results.xlsx")]
    if format in (Format.csv, Format.parquet):
        from pathway.interchange.tables_out import write_tables
        from pathway.report.export.questions import answers

        tables = {each.key: each.frame for each in answers(results)}
        return write_tables(tables, out or folder / format.value, "csv" if format is Format.csv else "parquet")
    if format is Format.report:
        return [printed(results, folder, out or folder / "report.pdf")]
    from pathway.report.export.pictures import write_figures

    return write_figures(results, out or folder / "figures", format.value)


def printed(results: Results, folder: Path, path: Path) -> Path:
    """Print the report, the one in the folder if there is one."""
    from tempfile import TemporaryDirectory

    from pathway.report import write_report
    from pathway.report.export.browsers import print_page

    if (folder / "report.html").is_file():
        return print_page(folder / "report.html", path)
    with TemporaryDirectory() as place:
        return print_page(write_report(results, Path(place) / "report.html"), path)
