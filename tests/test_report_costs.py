"""The section on money: its lines add up, and it says what a case costs and what has no price."""

from __future__ import annotations

import pytest

from pathway.experiment import Experiment
from pathway.report.blocks import Drawn, Folded, Paragraph, Section, Table
from pathway.report.material import material
from pathway.report.money import rounded, say_amount
from pathway.report.sections.costs import costs
from pathway.scenario import load_scenario

PRICES = {
    "currency": "GBP",
    "price_year": 2024,
    "states": {"service": {"visit": "7 GBP", "income": "90 GBP"}},
    "resources": {
        "server": {"capital": {"price": "7000 GBP", "life": "7 years"}, "instead": {"hire": "2 GBP/use"}},
    },
}
STAFF = {"hours": "40 h", "cover": "25 percent"}


@pytest.fixture(scope="module")
def section() -> Section:
    """The section on a queue with three servers of 1,000 a year each."""
    changes = {"run.length": "4 weeks", "costs": PRICES, "staffing": STAFF, "resources.server.kind": "staff"}
    scenario = load_scenario("mmc").override(changes, name="priced")
    results = Experiment([scenario], replications=3, workers=1).run()
    made = costs(material(results, "priced", None))
    assert made is not None
    return made


def number(cell: str) -> int:
    return int(cell.replace(",", "").replace("−", "-"))


def test_the_price_list_adds_up(section: Section) -> None:
    """Visits and capital make all costs; income less these is what is left."""
    made = next(block for block in section.blocks if isinstance(block, Table))
    amounts = {row[0] if not row[1] else row[1]: number(row[4]) for row in made.rows}

    assert amounts["ownership"] == 3 if "thousand" in made.columns[4] else 3000
    assert amounts["visit"] + amounts["ownership"] == amounts["All costs"]
    assert amounts["income"] == amounts["All income"]
    assert amounts["Income less costs"] == pytest.approx(amounts["All income"] - amounts["All costs"], abs=1)


def test_a_case_is_drawn_at_other_volumes(section: Section) -> None:
    """Bought and hired: 3,000 a year at 2 a use are the same at 500 uses of each server."""
    chart = next(block for block in section.blocks if isinstance(block, Drawn))

    assert "owning costs the same as hiring at 2 GBP a use when there are 500 uses a year" in chart.caption
    assert "Income covers the costs from" in chart.caption
    assert '"bought"' in chart.figure
    assert '"hired by the use"' in chart.figure


def test_people_are_said_by_role(section: Section) -> None:
    """Three servers round the clock: 504 hours a week at 40 each and a quarter more, 15.75."""
    said = [block.text for block in section.blocks if isinstance(block, Paragraph)]
    folded = next(block for block in section.blocks if isinstance(block, Folded) and "role" in block.title)

    assert any("takes 15.8 whole-time equivalents" in each for each in said)
    assert ("All staff", "15.8") in folded.blocks[0].rows


def test_without_prices_there_is_no_section() -> None:
    scenario = load_scenario("mmc").override({"run.length": "1 weeks"}, name="short")
    results = Experiment([scenario], replications=1, workers=1).run()

    assert costs(material(results, "short", None)) is None


def test_what_has_no_price_is_said() -> None:
    """Prices for the server only by what it uses: nothing is left out; for an end only: everything else is."""
    prices = {"currency": "GBP", "price_year": 2024, "states": {"done": {"income": "5 GBP"}}}
    scenario = load_scenario("mmc").override({"run.length": "1 weeks", "costs": prices}, name="short")
    made = costs(material(Experiment([scenario], replications=1, workers=1).run(), "short", None))
    said = [block.text for block in (made.blocks if made else ()) if isinstance(block, Paragraph)]

    assert any(each.startswith("Not costed") for each in said)
    assert any(each.startswith("Resources without a price") for each in said)


def test_rounding_keeps_the_sum() -> None:
    """Three thirds of ten are 4, 3 and 3; a negative amount has its sign."""
    assert rounded([10 / 3, 10 / 3, 10 / 3], 1) == [4, 3, 3]
    assert say_amount(-1234.0) == "−1,234"
