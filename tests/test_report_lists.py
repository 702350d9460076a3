"""The report on booked lists: minutes of an average list, who was not treated and why, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pathway.metrics.sessions import REASONS
from pathway.metrics.study import YEAR
from pathway.report import rosters
from pathway.report.blocks import Drawn, Folded, Paragraph
from pathway.report.material import Material, material
from pathway.report.sections import lists
from tests.fake_results import fake_loads, fake_results


@pytest.fixture(scope="module")
def read() -> Material:
    """What the chapter of the report is made from; its year is of 364 days, so numbers are 0.3 % higher."""
    return material(fake_results(), "fake", fake_loads())


def test_a_list_is_an_average_of_all_of_them() -> None:
    """Of 104 lists of four hours: 210 minutes booked, 196 used, 44 unused, 3 late; ten ended late, by half an hour."""
    found = rosters.booked(fake_results().frames["lists"], {"mri_scanner": "MRI"}, length=YEAR).iloc[0]

    minutes = [round(found[key]) for key in ("offered", "booked", "unused", "in_time", "late", "late_minutes")]
    assert minutes == [240, 210, 44, 196, 3, 30]
    assert found["not_treated"] == 4 + 2 + 1 + 3


def test_where_the_minutes_go_and_why_patients_are_not_treated(read: Material) -> None:
    """In words beside two charts, the reason too; a resource without release shows none."""
    section = lists.booked(read)
    assert section is not None
    minutes, patients, numbers = section.blocks

    assert isinstance(minutes, Drawn)
    assert minutes.caption.endswith(". Of the 240 minutes of a list 210 are booked and 196 used.")
    assert isinstance(patients, Drawn)
    said = "10 of 482 booked patients a year (2 %) are not treated on the day, most often because an earlier case ran"
    assert said in patients.caption
    assert isinstance(numbers, Folded)
    planned, treated = numbers.blocks
    assert planned.rows[0][1:] == ("104", "100", "4", "4", "–", "10", "30", "88 %", "82 %")
    assert treated.columns[3:5] == ("No bed", "Earlier case ran over")
    assert treated.rows[0][1:] == ("482", "472", "0", "4", "2", "0", "1", "3", "0")


def test_where_all_who_are_booked_are_treated_that_is_said(read: Material) -> None:
    """No chart without bars."""
    frame = read.frame("lists").assign(**dict.fromkeys(REASONS, 0))
    section = lists.booked(replace(read, frames={**read.frames, "lists": frame}))

    assert section is not None
    assert section.blocks[1] == Paragraph("In an average year all who are booked are treated.")
