"""Turn public waiting-time files into figures that `pathway validate` reads.

They are national statistics of England (Cancer Waiting Times by provider and month) and Scotland (diagnostic waiting
lists by health board), under the Open Government Licence v3.0; docs/validating.md says what they count.
The files are no part of this program: they are looked for in the folder `PATHWAY_PUBLIC_DATA`, else in
`../shared/data` beside the repository.

    python -m docs.public_figures england england.csv            # England, with the spread over providers
    python -m docs.public_figures provider median.csv            # that nearest to the median of all (or --of CODE)
    python -m docs.public_figures scotland tayside.csv           # a board's lists for colonoscopy, CT and MRI
    python -m docs.public_figures backlog                        # the same board's list as `patients:` of a scenario
    python -m docs.public_figures sizes                          # what scenarios/population.yaml is sized by
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

ROOT = Path(__file__).parent.parent
ENGLAND = "nhs_england_cancer_waiting_times.csv.gz"
SCOTLAND = "phs_diagnostic_waiting_lists.csv.gz"
BOARD = "NHS Tayside"
COLUMNS = [
    "period",
    "measure",
    "subject",
    "part",
    "statistic",
    "from",
    "to",
    "value",
    "n",
    "low",
    "high",
    "per",
    "note",
]
LARGE = 100  # patients a year from which a provider counts for the spread
LIMITS = {"faster_diagnosis": 28, "decision_to_treatment": 31, "referral_to_treatment": 62}
CENSUS = ("2024-03", "2025-03")  # month ends of which every band is compared


@dataclass(frozen=True, slots=True)
class Standard:
    """A standard of England's file: the rows that are of it, and the clock of a scenario it is set beside."""

    clock: str
    part: str
    rows: dict[str, str]
    bands: tuple[tuple[int, int | None], ...]
    note: str


LOWER = "Lower Gastrointestinal"
COMPLETED = "Counts clocks that stopped in the month; who still waits is not in it, so clearing a backlog lowers it. "
STANDARDS = (
    Standard(
        "faster_diagnosis",
        "all",
        {
            "standard": "FDS28",
            "route": "URGENT SUSPECTED CANCER",
            "cancer_type": "Suspected lower gastrointestinal cancer",
        },
        ((0, 14), (15, 28), (29, 42), (43, 62), (63, None)),
        COMPLETED
        + "England: urgent suspected lower gastrointestinal referrals, to being told, whichever cancer is found.",
    ),
    Standard(
        "decision_to_treatment",
        "first",
        {"standard": "DTT31", "stage": "FIRST TREATMENT", "cancer_type": LOWER},
        ((0, 31), (32, 38), (39, 48), (49, 62), (63, None)),
        COMPLETED + "England: first treatments of lower gastrointestinal cancer of every route; the clock may be "
        "adjusted for patients who put an admission off, the model's is not.",
    ),
    Standard(
        "referral_to_treatment",
        "all",
        {"standard": "REF62", "route": "URGENT SUSPECTED CANCER", "cancer_type": LOWER},
        ((0, 31), (32, 38), (39, 48), (49, 62), (63, 76), (77, 90), (91, 104), (105, None)),
        COMPLETED + "England: a patient shared by two trusts counts half for each; the cancers are those of lower "
        "gastrointestinal origin, by whichever urgent route they came.",
    ),
)
TESTS = {
    "Colonoscopy": "colonoscopy+other_colonoscopy",
    "CT": "ct_colonography+staging_ct+other_ct",
    "MRI": "staging_mri+other_mri",
}
LISTS = (
    "Scotland counts people on the list at the month's end (a stock, not completed waits), all urgencies together, "
    "since the request; missed appointments and patients who are unavailable are treated by its own rules."
)


# ---------------------------------------------------------------- England


def england() -> pd.DataFrame:
    """Read England's file; columns of counts as numbers."""
    frame = pd.read_csv(folder() / ENGLAND, dtype=str, keep_default_na=False)
    counts = [name for name in frame.columns if name in ("total", "within", "after") or name.startswith("d")]
    frame[counts] = frame[counts].apply(pd.to_numeric)
    return frame


def rows_of(frame: pd.DataFrame, standard: Standard) -> pd.DataFrame:
    """Give the rows of a standard, every provider and England, without the cuts by modality."""
    chosen = frame[frame["modality"] == ""]
    for column, value in standard.rows.items():
        chosen = chosen[chosen[column] == value]
    return chosen


def national(frame: pd.DataFrame) -> Iterator[dict[str, object]]:
    """Give England's figures by month and by band, each with the spread over large providers."""
    yield case_mix(frame, "ALL")
    for standard in STANDARDS:
        rows = rows_of(frame, standard)
        whole, each = rows[rows["org_code"] == "ALL"], large(rows)
        yield from by_month(standard, whole, each)
        yield from by_band(standard, whole, each)


def of_provider(frame: pd.DataFrame, code: str) -> Iterator[dict[str, object]]:
    """Give one provider's figures by month and by band, its case mix, and its demand."""
    yield case_mix(frame, code)
    yield from demand(frame, code)
    for standard in STANDARDS:
        whole = rows_of(frame, standard)
        whole = whole[whole["org_code"] == code]
        yield from by_month(standard, whole, None)
        for row in whole.sort_values("month").itertuples():
            yield figure(row.month, "clock", standard.clock, standard.part, "count", value=row.total)
        yield from by_band(standard, whole, None)


def by_month(standard: Standard, whole: pd.DataFrame, each: pd.DataFrame | None) -> Iterator[dict[str, object]]:
    """Give the share within the limit month by month."""
    limit, note = LIMITS[standard.clock], standard.note
    for row in whole.sort_values("month").itertuples():
        made = figure(
            row.month, "clock", standard.clock, standard.part, "share", 0, limit, row.within / row.total, row.total
        )
        if each is not None:
            now = each[each["month"] == row.month]
            made |= spread(now["within"] / now["total"])
        yield made | {"note": note}
        note = ""


def by_band(standard: Standard, whole: pd.DataFrame, each: pd.DataFrame | None) -> Iterator[dict[str, object]]:
    """Give the shares of the bands of all months together."""
    period = f"{whole['month'].min()}..{whole['month'].max()}"
    total = whole["total"].sum()
    for low, high in standard.bands:
        column = f"d{low}_plus" if high is None else f"d{low}_{high}"
        value = whole[column].sum() / total
        made = figure(period, "clock", standard.clock, standard.part, "share", low, high, value, total)
        if each is not None:
            sums = each.groupby("org_code")[[column, "total"]].sum()
            made |= spread(sums[column] / sums["total"])
        yield made


def case_mix(frame: pd.DataFrame, code: str) -> dict[str, object]:
    """Give how many of the urgent referrals told were treated for such a cancer by the same route."""
    told, _, treated = (rows_of(frame, standard) for standard in STANDARDS)
    told, treated = (rows[rows["org_code"] == code] for rows in (told, treated))
    period = f"{told['month'].min()}..{told['month'].max()}"
    ratio = treated["total"].sum() / told["total"].sum()
    made = figure(period, "case_mix", "referral_to_treatment", "", "ratio", value=ratio, n=told["total"].sum())
    note = "Urgent referrals treated for lower gastrointestinal cancer, per urgent referral told."
    return made | {"per": "faster_diagnosis", "note": note}


def demand(frame: pd.DataFrame, code: str) -> Iterator[dict[str, object]]:
    """Give referrals by month: as many as were told in all, spread over months as first appointments were."""
    told = rows_of(frame, STANDARDS[0])
    total = told[told["org_code"] == code]["total"].sum()
    lower = "Suspected lower gastrointestinal cancer"
    seen = frame[
        (frame["standard"] == "USC_FIRST_SEEN") & (frame["cancer_type"] == lower) & (frame["org_code"] == code)
    ].sort_values("month")
    note = "No referrals are published: as many as were told in 24 months, by month as first appointments were."
    for row in seen.itertuples():
        value = row.total * total / seen["total"].sum()
        yield figure(row.month, "referrals", "urgent", "", "count", value=value) | {"note": note}
        note = ""


def large(rows: pd.DataFrame) -> pd.DataFrame:
    """Give the rows of providers with at least so many patients a year."""
    providers = rows[rows["org_code"] != "ALL"]
    years = providers["month"].nunique() / 12
    sums = providers.groupby("org_code")["total"].sum()
    return providers[providers["org_code"].isin(sums.index[sums >= LARGE * years])]


def spread(shares: pd.Series) -> dict[str, object]:
    """Give the 5th and the 95th percentile of some shares."""
    low, high = np.quantile(shares, (0.05, 0.95))
    return {"low": low, "high": high}


def median_provider(frame: pd.DataFrame) -> str:
    """Find the provider nearest to the median of all large ones: in the three shares and in size, by ranks."""
    ranks = []
    for standard in STANDARDS:
        sums = large(rows_of(frame, standard)).groupby("org_code")[["within", "total"]].sum()
        ranks.append((sums["within"] / sums["total"]).rank(pct=True))
    ranks.append(sums_of_told(frame).rank(pct=True))
    off = (pd.concat(ranks, axis=1, join="inner") - 0.5).abs().max(axis=1)
    return str(off.idxmin())


def sums_of_told(frame: pd.DataFrame) -> pd.Series:
    """Give how many urgent referrals each large provider told."""
    return large(rows_of(frame, STANDARDS[0])).groupby("org_code")["total"].sum()


# ---------------------------------------------------------------- Scotland


def scotland() -> pd.DataFrame:
    """Read Scotland's file; bands as numbers."""
    frame = pd.read_csv(folder() / SCOTLAND, dtype=str, keep_default_na=False)
    counts = [name for name in frame.columns if name.startswith("d") and name[1].isdigit()]
    counts += ["total", "within_6w", "over_6w"]
    frame[counts] = frame[counts].apply(pd.to_numeric)
    return frame


def bands_of(frame: pd.DataFrame) -> Iterator[tuple[str, int, int | None]]:
    """Name the bands in use since September 2020: column, first day, last day."""
    for column in frame.columns:
        if column.startswith("d") and column[1].isdigit() and column != "d92_plus":
            low, _, high = column[1:].partition("_")
            yield column, int(low), None if high == "plus" else int(high)


def lists(frame: pd.DataFrame, board: str, first: str = "2023-10") -> Iterator[dict[str, object]]:
    """Give a board's lists at the end of each month: how many, the share within six weeks, and at times every band."""
    for test, subject in TESTS.items():
        note = LISTS
        rows = frame[(frame["test"] == test) & (frame["board"] == board)].sort_values("month_end")
        for row in rows[rows["month_end"] >= first].to_dict("records"):
            month, total = str(row["month_end"])[:7], row["total"]
            yield figure(month, "list", subject, "", "count", value=total) | {"note": note}
            yield figure(month, "list", subject, "", "share", 0, 42, row["within_6w"] / total, total)
            note = ""
            if month in CENSUS:
                for column, low, high in bands_of(frame):
                    yield figure(month, "list", subject, "", "share", low, high, row[column] / total, total)


STATES = {"Colonoscopy": "other_colonoscopy", "CT": "other_ct", "MRI": "other_mri"}
URGENT = 40  # of each of the first three weeks of the colonoscopy list: urgent suspected cancer (assumption)
PIECE = 31  # days, the widest stretch of a band that joined on one day
BEYOND = 60  # days into the open band that its patients are taken to be (assumption)


def backlog(frame: pd.DataFrame, board: str) -> Iterator[str]:
    """Give a board's list at the last month end before minute 0 as `patients:`; each band joined in its middle."""
    when = date(2023, 3, 31)
    yield f"  # {board} at {when}: each band of days waited so far joined in its middle (a wide one month by month)"
    for test, state in STATES.items():
        row = frame[
            (frame["test"] == test) & (frame["board"] == board) & (frame["month_end"] == when.isoformat())
        ].iloc[0]
        for column, low, high in bands_of(frame):
            count, last = int(row[column]), low + 2 * BEYOND if high is None else high
            if test == "Colonoscopy" and low < 21:
                yield patient(
                    "urgent", "colonoscopy", when - timedelta(days=(low + last) // 2), min(URGENT, count), before=4
                )
                count -= min(URGENT, count)
            pieces = max(1, round((last - low + 1) / PIECE)) if high is not None else 1
            for piece in range(pieces):
                some = count * (piece + 1) // pieces - count * piece // pieces
                middle = low + (last - low + 1) * (2 * piece + 1) // (2 * pieces)
                if some:
                    yield patient(state, state, when - timedelta(days=middle), some)


def patient(stream: str, state: str, joined: date, count: int, before: int = 0) -> str:
    """Write some patients who wait as a row of `patients:`."""
    referred = f", referred: {joined - timedelta(days=before)}" if before else ""
    return f"  - {{stream: {stream}, state: {state}, joined: {joined}{referred}, count: {count}}}"


def sizes(scottish: pd.DataFrame, english: pd.DataFrame) -> Iterator[str]:
    """Say what the population's scenario is sized by."""
    told = sums_of_told(english) / english["month"].nunique()
    yield f"urgent lower-GI referrals told a month: median of {told.size} large providers {told.median():.0f}"
    ratio = case_mix(english, "ALL")["value"]
    yield f"treated for such a cancer per referral told: {ratio:.4f}"
    whole = [rows_of(english, standard) for standard in STANDARDS]
    totals = [rows[rows["org_code"] == "ALL"]["total"].sum() for rows in whole]
    yield f"first treatments of all routes per referral told: {totals[1] / totals[0]:.4f}"
    rows = scottish[(scottish["board"] == BOARD) & scottish["month_end"].between("2023-04-30", "2025-06-30")]
    for test, each in rows.groupby("test"):
        if test in STATES:
            new, there = each["d0_7"].mean(), each["total"].mean()
            yield f"{BOARD}, {test}: at most 7 days on the list {new:.0f}, on it {there:.0f} (mean)"


# ---------------------------------------------------------------- files


def folder() -> Path:
    """Find the folder of the public files."""
    return Path(os.environ.get("PATHWAY_PUBLIC_DATA", ROOT.parent / "shared" / "data"))


def figure(  # noqa: PLR0913 - the columns of a row
    period: str,
    measure: str,
    subject: str,
    part: str,
    statistic: str,
    low: int | None = None,
    high: int | None = None,
    value: float = 0.0,
    n: float | None = None,
) -> dict[str, object]:
    """Make one row of an OBSERVED file."""
    return {
        "period": period,
        "measure": measure,
        "subject": subject,
        "part": part,
        "statistic": statistic,
        "from": low,
        "to": high,
        "value": value,
        "n": n,
    }


def write(rows: Iterator[dict[str, object]], path: Path) -> None:
    """Write rows as an OBSERVED file."""
    frame = pd.DataFrame(list(rows)).reindex(columns=COLUMNS)
    for column in ("from", "to"):
        frame[column] = frame[column].astype("Int64")
    frame.to_csv(path, index=False, float_format="%.6g")


def main(words: Sequence[str]) -> None:
    """Do what the command line asks for (see the head of this file)."""
    what, *rest = words
    of = rest[rest.index("--of") + 1] if "--of" in rest else ""
    if what == "england":
        write(national(england()), Path(rest[0]))
    elif what == "provider":
        frame = england()
        code = of or median_provider(frame)
        write(of_provider(frame, code), Path(rest[0]))
        print(code, frame[frame["org_code"] == code]["org_name"].iloc[0])
    elif what == "scotland":
        write(lists(scotland(), of or BOARD), Path(rest[0]))
    elif what == "backlog":
        print("\n".join(backlog(scotland(), of or BOARD)))
    elif what == "sizes":
        print("\n".join(sizes(scotland(), england())))
    else:
        raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1:] or [""])
