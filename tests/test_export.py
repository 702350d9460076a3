"""Results as workbook, tables, pictures and PDF: what a reader finds, and that no text is a formula."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from typer.testing import CliRunner

import pathway as pw
from pathway.cli import app
from pathway.errors import PathwayError
from pathway.experiment import Results
from pathway.interchange import tables_out
from pathway.interchange.tables_out import safe_frame, write_tables
from pathway.report.export import browsers, pictures
from pathway.report.export.answers import Answer
from pathway.report.export.questions import answers
from pathway.report.export.workbook import write_excel

UNKIND = '=HYPERLINK("http://example.org";"CT")'
SHORT = {"run.warm_up": "2 weeks", "run.length": "8 weeks", "run.follow_up": "2 weeks"}


@pytest.fixture(scope="module")
def results() -> Results:
    """Two scenarios of one queue, with a target, prices and a title that looks like a formula."""
    prices = {"currency": "GBP", "price_year": 2024, "resources": {"server": {"open_hours": "10 GBP/h"}}}
    more = {
        "pathway.states.service.title": UNKIND,
        "costs": prices,
        "targets": [{"clock": "wait", "within": "10 hours", "share": 0.9}],
    }
    three = pw.load_scenario("mmc").override({**SHORT, **more}, name="three", title="@three servers")
    four = three.override({"resources.server.capacity": 4}, name="four", title="Four servers")
    return pw.Experiment([three, four], replications=3, workers=1).run()


@pytest.fixture(scope="module")
def found(results: Results) -> dict[str, Answer]:
    return {each.key: each for each in answers(results)}


@pytest.fixture(scope="module")
def book(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_excel(results, tmp_path_factory.mktemp("book") / "results.xlsx")


def figure(results: Results, scenario: str, *key: str) -> Any:
    """One row of the intervals."""
    frame = results.intervals()
    names = ("measure", "subject", "statistic")
    chosen = frame[(frame["scenario"] == scenario) & (frame["part"] == "")]
    for name, value in zip(names, key, strict=True):
        chosen = chosen[chosen[name] == value]
    (row,) = chosen.to_dict("records")
    return row


# ---------------------------------------------------------------- the tables


def test_there_is_a_table_for_each_question(found: dict[str, Answer]) -> None:
    assert list(found) == [
        *("comparison", "targets", "clocks", "waits", "resources", "queues", "bottlenecks"),
        *("patients", "activity", "costs", "cases", "figures"),
    ]


def test_tables_say_what_the_results_say(results: Results, found: dict[str, Answer]) -> None:
    """The P90 of the wait with its two intervals, and the utilisation, are those of `Results.intervals`."""
    wait = found["waits"].frame.set_index("scenario").loc["Four servers"]
    p90 = figure(results, "four", "wait", "service", "p90")
    bounds = ("mean", "low", "high", "see_low", "see_high")
    assert [wait[f"p90{end}"] for end in ("", "_low", "_high", "_see_low", "_see_high")] == [p90[key] for key in bounds]
    use = found["resources"].frame.set_index("scenario").loc["@three servers"]
    assert use["utilisation"] == figure(results, "three", "utilisation", "server", "utilisation")["mean"]


def test_counts_are_brought_to_a_year(results: Results, found: dict[str, Answer]) -> None:
    """56 days of a year of 365.25: who waited in eight weeks, times 6.52; three servers are open 24 hours a day."""
    wait = found["waits"].frame.set_index("scenario").loc["@three servers"]
    count = figure(results, "three", "wait", "service", "count")["mean"]
    assert wait["count"] == pytest.approx(count * 365.25 / 56)
    opened = found["resources"].frame.set_index("scenario")["open_hours"]
    assert opened.tolist() == pytest.approx([3 * 24 * 365.25, 4 * 24 * 365.25])


def test_costs_are_prices_times_what_was_counted(found: dict[str, Answer]) -> None:
    """Ten pounds for each of three servers' hours of a year, nobody works beyond them."""
    costs = found["costs"].frame.set_index("scenario").loc["@three servers"]
    assert costs["amount"] == pytest.approx(10 * 3 * 24 * 365.25)


def test_queues_stand_week_by_week(results: Results, found: dict[str, Answer]) -> None:
    """Eight weeks of each scenario, each the mean of the replications."""
    frame = found["queues"].frame
    assert frame.groupby("scenario").size().to_dict() == {"@three servers": 8, "Four servers": 8}
    weekly = results.frames["waiting_by_week"]
    first = frame.iloc[0]
    chosen = weekly[(weekly["scenario"] == "three") & (weekly["week_start"] == first["week_start"])]
    assert first[UNKIND] == pytest.approx(chosen["waiting"].mean())


def test_every_column_has_a_heading(found: dict[str, Answer]) -> None:
    for each in found.values():
        assert [column.name for column in each.columns] == list(each.frame)
        assert all(column.heading for column in each.columns)


# ---------------------------------------------------------------- the workbook


def test_the_first_sheet_says_what_this_is(book: Path, results: Results) -> None:
    sheets = openpyxl.load_workbook(book)
    said = [str(cell.value) for row in sheets.worksheets[0].iter_rows() for cell in row if cell.value is not None]
    text = "\n".join(said)
    for expected in (
        "@three servers",
        "Four servers",
        "three",
        "3",
        pw.__version__,
        "Seed",
        "prediction interval",
        "t-interval",
    ):
        assert expected in text
    linked = {cell.value for row in sheets.worksheets[0].iter_rows() for cell in row if cell.hyperlink}
    assert linked == {sheet.title for sheet in sheets.worksheets[1:]}


def test_a_sheet_has_a_head_that_stays_and_filters(book: Path, found: dict[str, Answer]) -> None:
    """Question, note, then headings in row 4; frozen, with a filter; numbers are numbers in their formats."""
    sheet = openpyxl.load_workbook(book)["Waits"]
    assert sheet["A1"].value == "Where do patients wait, and how long?"
    assert sheet.freeze_panes == "C5"
    assert sheet.auto_filter.ref.startswith("A4:")
    heads = [cell.value for cell in sheet[4]]
    assert heads == [column.heading for column in found["waits"].columns]
    cell = sheet.cell(5, heads.index("P90 (days)") + 1)
    assert (cell.data_type, cell.number_format) == ("n", "#,##0.0")
    assert cell.value == pytest.approx(found["waits"].frame["p90"].iloc[0])
    assert openpyxl.load_workbook(book)["Resources"].cell(5, 4).number_format == "0.0%"
    assert all(dimension.width >= 9 for dimension in sheet.column_dimensions.values())


def test_no_cell_is_a_formula(book: Path) -> None:
    """A title that looks like one is a text, marked as a text; there is no formula and no link to elsewhere."""
    sheet = openpyxl.load_workbook(book)["Waits"]
    cells = [cell for row in sheet.iter_rows(min_row=5) for cell in row if cell.value == UNKIND]
    assert cells
    assert all(cell.data_type == "s" and cell.quotePrefix for cell in cells)
    with zipfile.ZipFile(book) as packed:
        for name in packed.namelist():
            text = packed.read(name).decode("utf-8", "replace")
            assert not re.search(r"<f[ >]", text), name
            assert 'TargetMode="External"' not in text, name


def test_dates_have_no_zone_and_equal_results_are_equal_files(book: Path, results: Results, tmp_path: Path) -> None:
    sheet = openpyxl.load_workbook(book)["Queues by week"]
    assert sheet["B5"].value == pd.Timestamp(results.scenarios["three"].run.start).to_pydatetime()
    assert sheet["B5"].number_format == "yyyy-mm-dd"
    assert write_excel(results, tmp_path / "again.xlsx").read_bytes() == book.read_bytes()


# ---------------------------------------------------------------- CSV and Parquet


def test_no_text_of_a_csv_is_a_formula(found: dict[str, Answer], tmp_path: Path) -> None:
    """Texts that begin like a formula, headings too, get an apostrophe; negative numbers stay numbers."""
    tables = {each.key: each.frame for each in found.values()}
    for path in write_tables(tables, tmp_path, "csv"):
        frame = pd.read_csv(path, keep_default_na=False, dtype=str)
        texts = [*frame.columns, *(cell for column in frame for cell in frame[column])]
        assert not [text for text in texts if text.startswith(("=", "@", "+", "\t"))], path
        assert all(re.fullmatch(r"-[\d.e+-]+|-inf", text) for text in texts if text.startswith("-")), path
    waits = pd.read_csv(tmp_path / "waits.csv")
    assert set(waits["scenario"]) == {"'@three servers", "Four servers"}
    assert set(waits["step"]) == {f"'{UNKIND}"}
    difference = pd.read_csv(tmp_path / "comparison.csv")["difference"]
    assert (difference < 0).any()


def test_categories_are_made_safe_too() -> None:
    """A log's names are categories; an empty one stays empty, a minus sign of a number stays."""
    frame = pd.DataFrame({"state": pd.Categorical(["=1+1", None, "ct"]), "at": [-1, 2, 3]})

    made = safe_frame(frame)

    assert made["state"].tolist()[::2] == ["'=1+1", "ct"]
    assert made["state"].isna().tolist() == [False, True, False]
    assert made["at"].tolist() == [-1, 2, 3]


def test_every_table_of_the_commands_is_safe() -> None:
    """CSV is written in one place, where nothing can be taken for a formula."""
    package = Path(tables_out.__file__).parents[1]
    writers = {path.name for path in package.rglob("*.py") if ".to_csv(" in path.read_text(encoding="utf-8")}
    assert writers == {"tables_out.py"}


def test_parquet_keeps_numbers_and_texts(found: dict[str, Answer], tmp_path: Path) -> None:
    write_tables({"waits": found["waits"].frame}, tmp_path, "parquet")

    frame = pd.read_parquet(tmp_path / "waits.parquet")

    assert frame["step"].tolist() == found["waits"].frame["step"].tolist()
    assert frame["p90"].tolist() == found["waits"].frame["p90"].tolist()


# ---------------------------------------------------------------- the command


@pytest.fixture
def saved(results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    results.save("saved")
    return tmp_path


def call(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["export", *arguments])


def test_a_folder_is_exported(saved: Path) -> None:
    """A workbook and tables stand beside the results unless one says where."""
    done = [call("saved"), call("saved", "--format", "csv"), call("saved", "--format", "parquet", "--out", "tables")]

    assert [each.exit_code for each in done] == [0, 0, 0], done[0].output
    assert (saved / "saved" / "results.xlsx").is_file()
    assert (saved / "saved" / "csv" / "waits.csv").is_file()
    assert (saved / "tables" / "waits.parquet").is_file()


def test_a_run_of_the_store_is_exported_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("q.yaml").write_text("schema: 1\nname: q\nmodel: mmc\n")
    quick = ["--length", "4 weeks", "--warm-up", "1 week", "--replications", "2", "--workers", "1", "--no-verify"]
    ran = CliRunner().invoke(app, ["run", "q.yaml", *quick, "--excel"])
    assert ran.exit_code == 0, ran.output
    assert Path("reports/q/results.xlsx").is_file()
    (name,) = (path.parent.name for path in Path("runs").glob("*/manifest.json"))

    done = call(name[:8], "--out", "run.xlsx")

    assert done.exit_code == 0, done.output
    said = [cell.value for row in openpyxl.load_workbook("run.xlsx").worksheets[0].iter_rows() for cell in row]
    assert name in said


@pytest.mark.parametrize(
    ("what", "said"), [("nowhere", "neither a folder of results nor a run"), (".", "there are no results here")]
)
def test_what_is_no_result_is_refused(what: str, said: str, saved: Path) -> None:
    done = call(what)

    assert done.exit_code == 2
    assert said in done.stderr


# ---------------------------------------------------------------- pictures


def test_without_a_browser_it_is_said_what_is_missing(saved: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names Chromium, where was looked, how to get it, and what works without; nothing is written."""
    monkeypatch.setattr(browsers.shutil, "which", lambda name: None)
    monkeypatch.setattr(browsers, "PLACES", ())
    monkeypatch.delenv("BROWSER_PATH", raising=False)

    done = [call("saved", "--format", kind) for kind in ("png", "report")]

    for each in done:
        assert each.exit_code == 2
        assert "need Chromium or Chrome" in each.stderr
        assert "BROWSER_PATH" in each.stderr
    assert not (saved / "saved" / "figures").exists()


def test_without_kaleido_it_is_said_what_is_missing(
    results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pictures.importlib.util, "find_spec", lambda name: None)

    with pytest.raises(PathwayError, match=r"pathway-simulator\[figures\]"):
        pictures.write_figures(results, tmp_path, "png")


def test_a_browser_that_is_not_there_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BROWSER_PATH", "/nowhere/chrome")

    with pytest.raises(PathwayError, match="BROWSER_PATH is /nowhere/chrome"):
        browsers.browser()


def test_figures_are_those_of_the_report(results: Results) -> None:
    """Each has a name of its own, a title and a caption."""
    drawn = list(pictures.figures_of(results))

    names = [each.name for each in drawn]
    assert len(names) == len(set(names))
    assert {"three_clocks", "four_clocks"} <= set(names)
    assert all(each.caption and each.figure["layout"]["title"]["text"].startswith("<b>") for each in drawn)


@pytest.mark.browser
@pytest.mark.slow
def test_pictures_are_drawn(results: Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two figures as PNG, SVG and PDF, and the report as PDF; the browser can reach nothing."""
    try:
        browsers.browser()
    except PathwayError as refusal:
        pytest.skip(str(refusal))
    pytest.importorskip("kaleido", reason="kaleido is not installed")
    two = list(pictures.figures_of(results))[:2]
    monkeypatch.setattr(pictures, "figures_of", lambda *_: two)
    begins = {"png": b"\x89PNG", "svg": b"<svg", "pdf": b"%PDF"}

    for kind, first in begins.items():
        paths = pictures.write_figures(results, tmp_path / kind, kind)
        assert [path.name for path in paths] == [f"{each.name}.{kind}" for each in two]
        assert all(path.read_bytes().startswith(first) for path in paths)
    page = tmp_path / "page.html"
    page.write_text("<p>hello")
    assert browsers.print_page(page, tmp_path / "page.pdf").read_bytes().startswith(b"%PDF")
