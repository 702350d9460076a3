"""The page of a calibration: observed against simulated, what the log cannot tell, and what was read off it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from pathway import words
from pathway.charts.calibration import arrivals_by, distances_beside_chance
from pathway.report.blocks import Block, Folded, Paragraph, Section, drawn, table
from pathway.report.rendering import study_html, write_page
from pathway.words import refusals

if TYPE_CHECKING:
    import pandas as pd

    from pathway.experiment.calibrations import Calibrated

LABELS = {
    "length": "calibrate.length",
    "events": "calibrate.events",
    "count": "calibrate.count",
    "reached": "calibrate.reached",
    "wait": "calibrate.wait",
    "lasting": "calibrate.lasting",
    "gap": "calibrate.gap",
}


def write_calibration(calibrated: Calibrated, path: Path | str) -> Path:
    """Write the page of a calibration as one HTML file."""
    return write_page(calibration_html(calibrated), path)


def calibration_html(calibrated: Calibrated) -> str:
    """Give the page of a calibration as the text of an HTML page (see `write_calibration`)."""
    title = words.text("calibrate.title", source=calibrated.source)
    sections = [section for section in _sections(calibrated) if section.blocks]
    return study_html(title, words.text("calibrate.question"), sections)


def label_of(what: str, subject: str) -> str:
    """Say in words what a distance is between.

    >>> label_of("length", "")
    'length of a case'
    """
    return words.text(LABELS[what], subject=subject)


def _sections(calibrated: Calibrated) -> Iterator[Section]:
    text = words.text
    n = calibrated.counts
    read = text(
        "calibrate.read_counts",
        rows=f"{n['rows']:,}",
        cases=f"{n['cases']:,}",
        activities=n["activities"],
        fitted=f"{n['fitted']:,}",
        held=f"{n['held_out']:,}",
        censored=f"{n['censored']:,}",
    )
    notes = tuple(Paragraph(_stated(note)) for note in calibrated.notes)
    digest = Paragraph(text("calibrate.digest", digest=calibrated.digest or "-"))
    yield Section("read", text("calibrate.read"), text("calibrate.read_note"), (Paragraph(read), digest, *notes))
    head = [text("calibrate.column_what"), text("calibrate.column_instead")]
    rows = [[refusals.said(each) for each in pair] for pair in calibrated.unidentified]
    cannot = (Paragraph(_stated(calibrated.dates)), table(head, rows, text=2))
    yield Section("cannot", text("calibrate.cannot"), text("calibrate.cannot_note"), cannot)
    if calibrated.distances is not None:
        note = text("calibrate.compared_note")
        yield Section("compared", text("calibrate.compared"), note, tuple(_compared(calibrated)))
    yield Section("arrivals", text("calibrate.arrivals"), text("calibrate.arrivals_note"), tuple(_arrivals(calibrated)))
    yield Section("routing", text("calibrate.routing"), text("calibrate.routing_note"), (_routing(calibrated.routing),))
    yield Section("fits", text("calibrate.fits"), text("calibrate.fits_note"), (_fits(calibrated.fits),))


def _stated(note: str) -> str:
    """Make a sentence of a note."""
    said = refusals.said(note)
    return words.text("calibrate.note", note=f"{said[:1].upper()}{said[1:]}")


def _compared(calibrated: Calibrated) -> Iterator[Block]:
    frame = calibrated.distances
    assert frame is not None  # noqa: S101 - the section is not there without
    seen = frame.assign(label=[label_of(a, b) for a, b in zip(frame["what"], frame["subject"], strict=True)])
    yield Paragraph(_told(calibrated))
    yield Paragraph(_of_variants(calibrated))
    charted = seen[seen["chance"] > 0]
    charted = charted.assign(
        times=charted["distance"] / charted["chance"], high=charted["chance_high"] / charted["chance"]
    )
    most = charted[charted["times"] < 50]
    yield drawn(distances_beside_chance(most), words.text("calibrate.chart_caption"))
    yield table(_heads(), _distance_rows(calibrated), text=2)


def _told(calibrated: Calibrated) -> str:
    frame = calibrated.distances
    assert frame is not None  # noqa: S101 - asked by the caller
    return words.text(
        "calibrate.told",
        apart=int(frame["told_apart"].sum()),
        total=len(frame),
        simulated=f"{calibrated.simulated_cases:,}",
        unfinished=words.percent(f"{100 * calibrated.unfinished:.1f}"),
    )


def _of_variants(calibrated: Calibrated) -> str:
    v = calibrated.variants
    return words.text(
        "calibrate.variants",
        moved=f"{v['moved']:.3f}",
        moved_chance=f"{v['moved_chance']:.3f}",
        total=f"{v['total_variation']:.3f}",
        total_chance=f"{v['total_variation_chance']:.3f}",
        observed=f"{v['variants_observed']:.0f}",
        n=f"{v['cases_compared']:.0f}",
    )


def _heads() -> list[str]:
    keys = (
        "calibrate.column_measure",
        "calibrate.column_unit",
        "calibrate.column_n",
        "calibrate.column_observed",
        "calibrate.column_simulated",
        "calibrate.column_distance",
        "calibrate.column_chance",
    )
    return [words.text(key) for key in keys]


def _distance_rows(calibrated: Calibrated) -> list[list[str]]:
    frame = calibrated.distances
    assert frame is not None  # noqa: S101 - asked by the caller
    return [
        [
            label_of(str(one.what), str(one.subject)),
            words.named_unit(str(one.unit)),
            f"{one.n_observed:,}",
            _three(one.mean_observed, one.median_observed, one.p90_observed),
            _three(one.mean_simulated, one.median_simulated, one.p90_simulated),
            f"{one.distance:.3g}",
            f"{one.chance:.3g} ({one.chance_high:.3g})",
        ]
        for one in frame.itertuples()
    ]


def distances_text(calibrated: Calibrated) -> str:
    """Give the distances of a calibration, and how far variants are apart, as Markdown."""
    lines = [
        f"# {words.text('calibrate.compared')}: {calibrated.scenario.name}",
        words.text("calibrate.compared_note"),
        f"{_told(calibrated)} {_of_variants(calibrated)}",
    ]
    rows = [
        _heads(),
        ["---", "---", "---:", "---", "---", "---:", "---:"],
        *_distance_rows(calibrated),
    ]
    table_rows = "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in row)} |" for row in rows)
    return "\n\n".join([*lines, table_rows]) + "\n"


def _three(*values: float) -> str:
    return " / ".join(f"{value:.3g}" for value in values)


def _arrivals(calibrated: Calibrated) -> Iterator[Block]:
    titles = {"hour": "calibrate.by_hour", "weekday": "calibrate.by_weekday", "month": "calibrate.by_month"}
    for profile, key in titles.items():
        rates = calibrated.arrivals[calibrated.arrivals["profile"] == profile]
        rates = rates[rates["days"] > 0]
        used = words.text("calibrate.used" if bool(rates["used"].all()) else "calibrate.not_used")
        title = words.text(key)
        yield drawn(arrivals_by(rates, title=title), f"{title}: {used}", title=title)


def _routing(frame: pd.DataFrame) -> Block:
    keys = (
        "calibrate.column_from",
        "calibrate.column_if",
        "calibrate.column_to",
        "calibrate.column_count",
        "calibrate.column_share",
    )
    rows = [
        [
            one.origin,
            one.condition,
            one.target,
            f"{one.count:,} / {one.of:,}",
            f"{one.share:.3f} ({one.low:.3f}–{one.high:.3f})",
        ]
        for one in frame.itertuples()
    ]
    title = words.text("calibrate.all_rows", n=len(rows))
    return Folded(title, (table([words.text(key) for key in keys], rows, text=3),))


def _fits(frame: pd.DataFrame) -> Block:
    keys = ("calibrate.column_activity", "calibrate.column_after", "calibrate.column_if", "calibrate.column_fit")
    rows = [[one.activity, one.after, one.condition, refusals.said(one.said)] for one in frame.itertuples()]
    title = words.text("calibrate.all_rows", n=len(rows))
    return Folded(title, (table([words.text(key) for key in keys], rows, text=4),))
