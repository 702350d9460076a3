"""Results as an Excel workbook: a first sheet that says what this is, then a sheet for each question.

Texts are written as texts and nothing else: no cell is a formula or a link to elsewhere, and a text that begins like a
formula is marked as text, so that it stays one when somebody edits it.  Times have no zone;
equal results are equal files.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pathway import __version__, words
from pathway.charts.template import breadth
from pathway.clock import say_duration
from pathway.report.export.answers import Answer, Column, Kind
from pathway.report.export.questions import answers
from pathway.report.material import material
from pathway.report.numbers import say_date
from pathway.scenario import fingerprint

if TYPE_CHECKING:
    from pathway.experiment import Results

HEAD = 3  # the row of the headings: question, note and an empty row stand above
LONGEST, SCENARIO = 42, 22  # characters of a column of texts, which are wrapped, and of the scenarios' names
NUMBER_WIDTH, HEAD_HEIGHT = 13.0, 78
DRAWN = 6  # queues in the chart
FORMULA = ("=", "+", "-", "@", "\t", "\r")
FORMATS: Mapping[Kind, str] = {
    "share": "0.0%", "days": "#,##0.0", "count": "#,##0", "tenths": "#,##0.0", "money": "#,##0", "date": "yyyy-mm-dd",
}  # fmt: skip
BY_UNIT: Mapping[str, Kind] = {"share": "share", "days": "days"}
UNSURE = dict.fromkeys(("probably_met", "probably_missed", "uncertain"), "#FFF2CC")
COLOURS = {"met": "#D9EAD3", "missed": "#F4CCCC", **UNSURE}
EPOCH = datetime(2000, 1, 1)


def write_excel(results: Results, path: Path | str) -> Path:
    """Write results as an Excel workbook with a sheet for each question.

    Parameters
    ----------
    results
        Results of one scenario or several.
    path
        The file to write; its folder is made if it is not there.

    Examples
    --------
    >>> import tempfile
    >>> import pathway as pw
    >>> short = pw.load_scenario("mmc").override({"run.length": "8 weeks"}, name="short")
    >>> results = pw.Experiment([short], replications=2, workers=1).run()
    >>> write_excel(results, Path(tempfile.mkdtemp()) / "results.xlsx").name
    'results.xlsx'
    """
    import xlsxwriter

    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    settings = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    found = answers(results)
    with xlsxwriter.Workbook(str(path), settings) as book:
        title = words.text("export.about_title")
        book.set_properties({"title": title, "created": _made(results), "author": "pathway-simulator"})
        sheets = _Sheets(book)
        sheets.about(results, found)
        for each in found:
            sheets.table(each)
    return path


def _made(results: Results) -> datetime:
    """Give when the run was finished, so that the same results give the same file."""
    finished = results.manifest.get("finished")
    return datetime.fromisoformat(str(finished)).replace(tzinfo=None) if finished else EPOCH


class _Sheets:
    """The sheets of one workbook while it is written, with the formats they share."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self.known: dict[tuple[tuple[str, Any], ...], Any] = {}

    def style(self, **properties: Any) -> Any:
        """Give a format, the same for the same properties."""
        key = tuple(sorted(properties.items()))
        if key not in self.known:
            self.known[key] = self.book.add_format({"valign": "top", **properties})
        return self.known[key]

    def text(self, sheet: Any, row: int, column: int, text: str, **properties: Any) -> None:
        """Write a text as a text, whatever it begins with."""
        if text.startswith(FORMULA):
            properties["quote_prefix"] = True
        sheet.write_string(row, column, text, self.style(**properties))

    # ------------------------------------------------------------ the first sheet

    def about(self, results: Results, found: Sequence[Answer]) -> None:
        """Say what the workbook is, of which run, how to read it, and which question is on which sheet."""
        sheet = self.book.add_worksheet(words.text("export.about_sheet"))
        sheet.hide_gridlines(2)
        sheet.set_column(0, 0, 30)
        sheet.set_column(1, 1, 110)
        self.text(sheet, 0, 0, words.text("export.about_title"), bold=True, font_size=16)
        row = 2
        for heading, lines in _about(results):
            self.text(sheet, row, 0, heading, bold=True, font_size=12, bottom=1)
            sheet.write_blank(row, 1, None, self.style(bottom=1))
            for name, value in lines:
                row += 1
                self.text(sheet, row, 0, name, bold=True, text_wrap=True)
                self.text(sheet, row, 1, value, text_wrap=True)
            row += 2
        self.text(sheet, row, 0, words.text("export.about_sheets"), bold=True, font_size=12, bottom=1)
        sheet.write_blank(row, 1, None, self.style(bottom=1))
        for each in found:
            row += 1
            style = self.style(font_color="#0B5394", underline=1)
            sheet.write_url(row, 0, f"internal:'{each.sheet}'!A1", style, string=each.sheet)
            self.text(sheet, row, 1, each.question, text_wrap=True)
        _for_print(sheet)

    # ------------------------------------------------------------ the others

    def table(self, each: Answer) -> None:
        """Write one answer: the question, how to read it, and the table with a head that stays and can be filtered."""
        sheet = self.book.add_worksheet(each.sheet)
        self.text(sheet, 0, 0, each.question, bold=True, font_size=14)
        self.text(sheet, 1, 0, each.note, italic=True, font_color="#595959")
        sheet.set_row(HEAD, HEAD_HEIGHT)
        units = list(each.frame["unit"]) if "unit" in each.frame else [""] * len(each.frame)
        for place, column in enumerate(each.columns):
            values = list(each.frame[column.name])
            sheet.set_column(place, place, _width(column, values))
            head = {"bold": True, "text_wrap": True, "bg_color": "#E7EEF7", "bottom": 1, "valign": "vcenter"}
            self.text(sheet, HEAD, place, column.heading, **head, align="left" if column.kind == "text" else "right")
            for row, (value, unit) in enumerate(zip(values, units, strict=True), HEAD + 1):
                self.cell(sheet, row, place, value, column.kind if column.kind != "by_unit" else kind_of(str(unit)))
        leading = sum(1 for column in each.columns[:3] if column.kind in ("text", "date"))
        sheet.freeze_panes(HEAD + 1, min(leading, 2))
        sheet.autofilter(HEAD, 0, HEAD + len(each.frame), len(each.columns) - 1)
        sheet.repeat_rows(HEAD)
        _for_print(sheet)
        if each.key == "queues":
            self.queue_chart(each)

    def cell(self, sheet: Any, row: int, column: int, value: Any, kind: Kind) -> None:
        """Write one value as what it is; nothing where there is none."""
        if kind == "text":
            text = "" if value is None or value != value else str(value)
            colour = next((COLOURS[key] for key in COLOURS if text == words.text(f"verdict.{key}")), "")
            self.text(sheet, row, column, text, text_wrap=True, **({"bg_color": colour} if colour else {}))
        elif kind == "yes_no":
            said = words.text("answer.yes" if value else "answer.no")
            self.text(sheet, row, column, said, align="right")
        elif value is None or value != value:
            sheet.write_blank(row, column, None, self.style())
        elif kind == "date":
            day = value.to_pydatetime().replace(tzinfo=None)
            sheet.write_datetime(row, column, day, self.style(num_format=FORMATS[kind]))
        elif math.isinf(value):
            self.text(sheet, row, column, "∞" if value > 0 else "−∞", align="right")
        else:
            sheet.write_number(row, column, float(value), self.style(num_format=FORMATS[kind]))

    def queue_chart(self, each: Answer) -> None:
        """Draw the longest queues of the first scenario, on a sheet of its own."""
        chart = self.book.add_chart({"type": "line"})
        first = each.frame["scenario"] == each.frame["scenario"].iloc[0]
        last = HEAD + int(first.sum())
        for place, column in enumerate(each.columns[2 : 2 + DRAWN], 2):
            chart.add_series(
                {
                    "name": column.heading,
                    "categories": [each.sheet, HEAD + 1, 1, last, 1],
                    "values": [each.sheet, HEAD + 1, place, last, place],
                    "line": {"width": 1.5},
                }
            )
        title = words.text("export.queue_chart", scenario=each.frame["scenario"].iloc[0])
        chart.set_title({"name": title, "name_font": {"size": 14}})
        chart.set_y_axis({"name": words.text("export.queue_axis"), "min": 0})
        chart.set_x_axis({"date_axis": True, "num_format": "mmm yyyy", "major_unit": 2, "major_unit_type": "months"})
        chart.set_legend({"position": "bottom"})
        self.book.add_chartsheet(words.text("export.queue_sheet")).set_chart(chart)


def kind_of(unit: str) -> Kind:
    """Say how a value of a unit is written: whole amounts of money, shares as percentages.

    >>> kind_of("share"), kind_of("GBP a year"), kind_of("patients")
    ('share', 'money', 'tenths')
    """
    if unit[:3].isupper() and unit != "WTE":
        return "money"
    return BY_UNIT.get(unit, "tenths")


def _width(column: Column, values: Sequence[Any]) -> float:
    if column.kind != "text":
        return max(NUMBER_WIDTH, min(breadth(column.heading) / 3, 18.0))
    longest = max((breadth(str(value)) for value in values), default=0.0)
    return float(min(max(longest, 9) + 2, SCENARIO if column.name == "scenario" else LONGEST))


def _for_print(sheet: Any) -> None:
    sheet.set_landscape()
    sheet.set_paper(9)  # A4
    sheet.fit_to_pages(1, 0)


def _about(results: Results) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Give the parts of the first sheet: what it is, each scenario, how to read the columns."""

    def text(key: str, **values: object) -> str:
        return words.text(f"export.{key}", **values)

    said = results.manifest
    about = [
        (text("about_what"), text("about_what_text")),
        (text("about_replications"), str(said.get("replications", ""))),
        (text("about_program"), f"pathway-simulator {_version(said)}"),
        (text("about_engine"), str(said.get("engine", ""))),
        (text("about_finished"), str(said.get("finished", ""))),
        (text("about_run"), str(said.get("run") or said.get("id") or "")),
    ]
    yield text("about_results"), [(name, value) for name, value in about if value]
    for name, scenario in results.scenarios.items():
        read = material(results, name, None)
        lines = [
            (text("about_name"), name),
            (text("about_question"), scenario.question.strip()),
            (text("about_period"), f"{say_date(read.begins)} – {say_date(read.last_day)}"),
            (text("about_warm_up"), say_duration(scenario.run.warm_up)),
            (text("about_seed"), str(scenario.run.seed)),
            (text("about_files"), words.listed(Path(file).name for file in scenario.files)),
            (text("about_fingerprint"), fingerprint(scenario)),
        ]
        yield scenario.title or name, [(label, value) for label, value in lines if value]
    keys = ("precision", "one_year", "settles", "rates", "empty")
    yield text("about_reading"), [(text(f"about_{key}"), text(f"about_{key}_text")) for key in keys]


def _version(said: Mapping[str, Any]) -> str:
    """Give the version of the program that made the results, else of this one."""
    for key in ("versions", "program"):
        if isinstance(said.get(key), Mapping) and "pathway" in said[key]:
            return str(said[key]["pathway"])
    return __version__
