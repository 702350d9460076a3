"""The page of a validation: the answer, what was observed on the predicted bands, and the definitions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pathway import words
from pathway.charts.validation import observed_by_band, observed_by_month
from pathway.experiment.validated import (
    BEYOND,
    BEYOND_SPREAD,
    OUTSIDE,
    not_comparable,
    say_band,
    title_of,
)
from pathway.report.blocks import Block, Folded, Paragraph, Section, drawn, table
from pathway.report.rendering import study_html, write_page

if TYPE_CHECKING:
    import pandas as pd

    from pathway.experiment import Validation

SUBJECT = ["measure", "subject", "part"]
FIGURE = ["statistic", "low_day", "high_day"]
FEWEST = 2  # months or bands that make a chart
NOTES = {"clock": "validation.note_clock", "wait": "validation.note_wait", "list": "validation.note_list"}
TITLES = {"clock": "validation.clock_of", "wait": "validation.wait_of", "list": "validation.list_of"}
PARTS = {"first": "validation.part_first", "subsequent": "validation.part_subsequent"}
STATISTICS = {
    "count": "validation.statistic_count",
    "mean": "validation.statistic_mean",
    "median": "validation.statistic_median",
    "p90": "validation.statistic_p90",
}
VERDICTS = {
    "inside": "validation.verdict_inside",
    "outside": "validation.verdict_outside",
    "beyond": "validation.verdict_beyond",
    "within_spread": "validation.verdict_within_spread",
    "beyond_spread": "validation.verdict_beyond_spread",
    "case_mix": "validation.case_mix",
    "no_clock": "validation.no_clock",
    "no_activity": "validation.no_activity",
    "too_few": "validation.verdict_too_few",
}
HEAD = (
    "validation.figure",
    "validation.period",
    "validation.observed",
    "validation.predicted_mean",
    "validation.band",
    "validation.verdict",
)
MIX_HEAD = (
    "validation.mix_what",
    "validation.mix_observed",
    "validation.mix_predicted",
    "validation.mix_between",
    "validation.verdict",
)


def write_validation(found: Validation, path: Path | str) -> Path:
    """Write the page of a validation as one HTML file."""
    return write_page(validation_html(found), path)


def validation_html(found: Validation) -> str:
    """Give the page of a validation as the text of an HTML page (see `write_validation`)."""
    title = words.text("validation.title", title=found.scenario.title or found.scenario.name)
    sections = [section for section in _sections(found) if section.blocks]
    return study_html(title, found.scenario.question, sections)


def _sections(found: Validation) -> Iterator[Section]:
    text = words.text
    asked = found.manifest
    first, last = asked["months"]
    note = text(
        "validation.answer_note", observed=asked["observed"], first=first, last=last, n=asked["replications"]
    ) + _demand(asked)
    yield Section("answer", text("validation.answer"), note, tuple(_answer(found)))
    for number, ((measure, subject, part), rows) in enumerate(
        found.compared.groupby(SUBJECT, sort=False, observed=True), start=1
    ):
        title = _title(found, str(measure), str(subject), str(part))
        note = text(NOTES[str(measure)])
        yield Section(f"figure{number}", title, note, tuple(_charts(rows)))
    yield Section("definitions", text("validation.definitions"), text("validation.definitions_note"), _notes(found))
    yield Section(
        "mix",
        text("validation.mixes"),
        text("validation.mixes_note", factor=f"{asked['factor']:g}"),
        _mixes(found),
    )
    yield Section("table", text("validation.table"), text("validation.table_note"), tuple(_table(found)))


def _demand(asked: Any) -> str:
    if asked["replayed"]:
        return " " + words.text("validation.replayed", streams=words.listed(asked["replayed"]))
    return " " + words.text("validation.not_replayed")


def _answer(found: Validation) -> Iterator[Block]:
    kind = "plain" if found.is_inside else "warning"
    for sentence in found.sentences():
        yield Paragraph(sentence, kind)
    for title, verdict, why in not_comparable(found):
        yield Paragraph(f"{title}: {verdict}" + (f" ({why})" if why else ""), "warning")


def _title(found: Validation, measure: str, subject: str, part: str) -> str:
    names = " + ".join(title_of(found.scenario, measure, name) for name in subject.split("+"))
    which = words.text(PARTS[part]) if part in PARTS else ""
    return words.text(TITLES[measure], subject=names) + which


def _charts(rows: pd.DataFrame) -> Iterator[Block]:
    rows = rows.assign(label=[say_band(low, high) for low, high in zip(rows["low_day"], rows["high_day"], strict=True)])
    is_long = rows["period"].str.contains("..", regex=False)
    for (statistic, _, _), months in rows[~is_long].groupby(FIGURE, sort=False, dropna=False, observed=True):
        if len(months) >= FEWEST and not _is_one_of_many(rows, months):
            caption = _caption(months, _say_statistic(months.iloc[0]))
            chart = observed_by_month(months, is_share=statistic == "share")
            yield drawn(chart, caption, title=_say_statistic(months.iloc[0]))
    for period, bands in rows[rows["statistic"] == "share"].groupby("period", sort=False, observed=True):
        if len(bands) > FEWEST:
            bands = _apart(bands)
            title = words.text("validation.bands_of", period=str(period))
            yield drawn(observed_by_band(bands), _caption(bands, title), title=title)


def _is_one_of_many(rows: pd.DataFrame, months: pd.DataFrame) -> bool:
    """Say whether these are bands that stand beside others of the same month, which are drawn together."""
    together = rows[rows["statistic"] == "share"].groupby("period", observed=True)["label"].size()
    return bool(months["statistic"].iloc[0] == "share" and (together.reindex(months["period"]) > FEWEST).all())


def _apart(bands: pd.DataFrame) -> pd.DataFrame:
    """Leave out what holds other bands, such as the share within six weeks beside weekly bands."""
    high = bands["high_day"].fillna(float("inf"))
    keep = [
        not ((bands["low_day"] >= low) & (high <= top) & (bands.index != place)).any()
        for place, low, top in zip(bands.index, bands["low_day"], high, strict=True)
    ]
    return bands[keep]


def _caption(rows: pd.DataFrame, what: str) -> str:
    outside = int(rows["verdict"].isin([OUTSIDE, BEYOND]).sum())
    if rows["spread_low"].notna().any():
        within = len(rows) - int(rows["verdict"].eq(BEYOND_SPREAD).sum())
        return words.text("validation.caption_spread", what=what, within=within, n=len(rows))
    return words.text("validation.caption", what=what, inside=len(rows) - outside, n=len(rows))


def _say_statistic(row: Any) -> str:
    is_band = row["low_day"] > 0 or row["high_day"] == row["high_day"]
    if row["statistic"] == "share" or is_band:
        key = "validation.share_of" if row["statistic"] == "share" else "validation.count_of"
        return words.text(key, band=say_band(int(row["low_day"]), row["high_day"]))
    return words.text(STATISTICS[row["statistic"]])


def _notes(found: Validation) -> tuple[Block, ...]:
    head = [words.text(key) for key in ("validation.figure", "validation.says")]
    notes = [*_model_notes(found)]
    for measure, subject, note in found.observed.notes():
        names = " + ".join(title_of(found.scenario, measure, name) for name in subject.split("+"))
        notes.append((names, note))
    return (table(head, notes, text=2),)


def _model_notes(found: Validation) -> Iterator[tuple[str, str]]:
    for measure in dict.fromkeys(found.figures["measure"]):
        yield words.text("validation.model"), words.text(NOTES[measure])
    yield words.text("validation.model"), words.text("validation.days_note")
    yield words.text("validation.model"), words.text("validation.chance_note")


def _mixes(found: Validation) -> tuple[Block, ...]:
    if not len(found.mixes):
        return ()
    head = [words.text(key) for key in MIX_HEAD]
    rows = [
        (
            words.text("validation.mix_per", subject=row.subject, per=row.per),
            f"{row.observed:.3g}",
            f"{row.predicted:.3g}",
            f"{row.low:.3g}–{row.high:.3g}",
            words.text("validation.mix_comparable" if row.comparable else "validation.case_mix"),
        )
        for row in found.mixes.itertuples()
    ]
    return (table(head, rows),)


def _table(found: Validation) -> Iterator[Block]:
    head = [words.text(key) for key in HEAD]
    for (measure, subject, part), rows in found.figures.groupby(SUBJECT, sort=False, observed=True):
        body = [
            (
                _say_statistic(row),
                str(row["period"]),
                _number(row["observed"], row["statistic"]),
                _number(row["predicted"], row["statistic"]),
                f"{_number(row['see_low'], row['statistic'])}–{_number(row['see_high'], row['statistic'])}",
                words.text(VERDICTS[row["verdict"]]),
            )
            for _, row in rows.iterrows()
        ]
        title = _title(found, str(measure), str(subject), str(part))
        yield Folded(title, (table(head, body, text=2),))


def _number(value: float, statistic: str) -> str:
    """Write a figure; nothing where there is none.

    >>> _number(0.634, "share"), _number(289, "count"), _number(float("nan"), "share")
    ('63.4 %', '289', '')
    """
    if value != value:
        return ""
    return words.percent(f"{100 * value:.1f}") if statistic == "share" else f"{value:,.4g}"
