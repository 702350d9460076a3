"""Tables as CSV or Parquet, one file a table, for spreadsheets and notebooks."""

from __future__ import annotations

from collections.abc import Mapping
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import pandas as pd

FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_tables(tables: Mapping[str, pd.DataFrame], folder: Path | str, kind: Literal["csv", "parquet"]) -> list[Path]:
    """Write each table to a file of its name; in CSV no text can be taken for a formula."""
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, frame in tables.items():
        path = folder / f"{name}.{kind}"
        if kind == "csv":
            write_table(frame, path)
        else:
            frame.to_parquet(path, index=False)
        written.append(path)
    return written


def write_table(frame: pd.DataFrame, path: Path | StringIO, dates: str = "%Y-%m-%d") -> None:
    """Write one table as CSV, figures to six digits; no text in it can be taken for a formula."""
    safe_frame(frame).to_csv(path, index=False, float_format="%.6g", date_format=dates)


def safe_frame(frame: pd.DataFrame) -> pd.DataFrame:
    """Put an apostrophe before texts that a spreadsheet would take for a formula; numbers stay as they are."""
    import pandas as pd

    made = frame.copy()
    for column in made:
        if isinstance(made[column].dtype, pd.CategoricalDtype):
            made[column] = made[column].cat.rename_categories(safe_cell)
            continue
        if not pd.api.types.is_numeric_dtype(made[column]) and not pd.api.types.is_datetime64_any_dtype(made[column]):
            made[column] = [safe_cell(each) for each in made[column]]
    return made.rename(columns=safe_cell)


def safe_cell(value: object) -> object:
    """Put an apostrophe before a text that a spreadsheet would take for a formula.

    >>> safe_cell("=1+1"), safe_cell("CT"), safe_cell(-3.5)
    ("'=1+1", 'CT', -3.5)
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
