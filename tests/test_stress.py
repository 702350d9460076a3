"""The STRESS-DES checklist: every item of the guideline is there, filled with what is known, the rest asked by name."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

import pathway as pw
from pathway.cli import app
from pathway.experiment import Results
from pathway.report import report_html
from pathway.report.blocks import Paragraph, Table
from pathway.report.stress import Item, checklist, write_document
from pathway.scenario import fingerprint

ROOT = Path(__file__).parent.parent
ITEMS = (  # of the guideline, in its order
    *("1.1", "1.2", "1.3", "2.1", "2.2", "2.3", "2.4", "2.5.1", "2.5.2", "2.5.3", "2.5.4", "2.5.5"),
    *("3.1", "3.2", "3.3", "3.4", "4.1", "4.2", "4.3", "5.1", "5.2", "5.3", "5.4", "6.1"),
)


@pytest.fixture(scope="module")
def results() -> Results:
    three = pw.load_scenario("mmc").override({"run.length": "12 weeks", "run.seed": 42}, name="three")
    four = three.override({"resources.server.capacity": 4}, name="four", title="Four <servers>")
    return pw.Experiment([three, four], replications=3, workers=1).run()


@pytest.fixture(scope="module")
def items(results: Results) -> dict[str, Item]:
    return {item.number: item for part in checklist(results.scenarios["three"], results) for item in part.items}


def text(item: Item) -> str:
    """All that an item says, in one text."""
    said = []
    for block in item.blocks:
        if isinstance(block, Paragraph):
            said.append(block.text)
        if isinstance(block, Table):
            said += [" | ".join(row) for row in (block.columns, *block.rows)]
    return "\n".join(said)


def test_every_item_of_the_guideline_is_there(items: dict[str, Item]) -> None:
    assert tuple(items) == ITEMS
    assert all(item.title and item.asks and item.blocks for item in items.values())


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("1.1", "Do the engines give the waits that queueing theory knows?"),
        ("1.2", "Arrival to service | 0.4 | 90 %"),
        ("1.3", "Four <servers>"),
        ("2.1", "flowchart LR"),
        ("2.3", "resources.server.capacity | 3 | 4"),
        ("2.4", "Poisson process"),
        ("2.5.2", "Service | "),
        ("2.5.3", "Server | equipment | "),
        ("2.5.4", "backfill"),
        ("2.5.5", "Random arrivals | 1,314 | 0 %"),
        ("3.4", "Resources | 1 | 0 | 0"),
        ("4.1", "56 days"),
        ("4.2", "84 days from 2027-01-04"),
        ("4.3", "3 independent replications"),
        ("5.1", pw.__version__),
        ("5.2", "Philox4x64-10"),
        ("5.2", "here 42"),
        ("5.3", "Three phases"),
        ("5.4", "The run took"),
    ],
)
def test_items_are_filled_from_scenario_and_run(number: str, said: str, items: dict[str, Item]) -> None:
    assert said in text(items[number])


def test_scenarios_can_be_told_by_their_fingerprints(items: dict[str, Item], results: Results) -> None:
    assert all(fingerprint(each) in text(items["6.1"]) for each in results.scenarios.values())


def test_what_nobody_wrote_down_is_asked(items: dict[str, Item]) -> None:
    """Sample sizes, pre-processing, hardware and where it is published are questions, never made up."""
    asked = {number for number, item in items.items() if item.questions}
    assert {"3.1", "3.2", "5.4", "6.1"} <= asked


def test_the_page_is_markdown_that_no_title_breaks(results: Results, tmp_path: Path) -> None:
    """Headings for parts and items, questions marked, tables with as many cells in every row."""
    written = write_document(results.scenarios["three"], tmp_path / "stress.md", results).read_text(encoding="utf-8")

    assert re.findall(r"^### ([\d.]+) ", written, re.MULTILINE) == list(ITEMS)
    assert "**To be answered by the authors: " in written
    assert "Four &lt;servers>" in written
    for block in re.findall(r"(?:^\|.*\n)+", written, re.MULTILINE):
        cells = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(cells) == 1, block


def test_the_report_has_it_as_its_appendix(results: Results) -> None:
    page = report_html(results)

    assert 'id="all-stress"' in page
    assert "To be answered by the authors" in page
    assert page.index('id="all-manifest"') < page.index('id="all-stress"')


def test_the_command_refuses_results_of_something_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    Path("a.yaml").write_text(
        "schema: 1\nname: a\nmodel: mmc\nrun: {length: 4 weeks, warm_up: 1 week, replications: 2}\n"
    )
    Path("b.yaml").write_text("schema: 1\nname: b\nextends: a.yaml\nresources: {server: {capacity: 4}}\n")
    ran = CliRunner().invoke(app, ["run", "a.yaml", "--workers", "1", "--no-verify"])
    assert ran.exit_code == 0, ran.output

    right = CliRunner().invoke(app, ["document", "a.yaml", "--results", "reports/a", "--out", "a.md"])
    wrong = CliRunner().invoke(app, ["document", "b.yaml", "--results", "reports/a"])

    assert right.exit_code == 0, right.output
    assert "2 independent replications" in Path("a.md").read_text(encoding="utf-8")
    assert wrong.exit_code == 2
    assert "these are no results of b.yaml" in wrong.stderr


def test_the_committed_example_has_every_item() -> None:
    """docs/stress_des_base.md is what `pathway document scenarios/base.yaml` writes."""
    written = (ROOT / "docs" / "stress_des_base.md").read_text(encoding="utf-8")

    assert re.findall(r"^### ([\d.]+) ", written, re.MULTILINE) == list(ITEMS)
