"""Chunks: one Parquet file of many replications, a row each, every table of a replication a column of rows.

Any tool that reads Parquet reads it; in DuckDB it is `SELECT replication, unnest(summary, recursive := true)`.  The
column `types` says what a table's columns were in memory (names and their order), to give back what was put in.
"""

from __future__ import annotations

import json
import os
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pathway.errors import PathwayError

Frames: TypeAlias = Mapping[str, pd.DataFrame]


def write_chunk(folder: Path, found: Mapping[int, Frames]) -> Path:
    """Write some replications to a file of its own; it is there whole or not at all."""
    replications = sorted(found)
    columns: dict[str, Any] = {"replication": pa.array(replications, pa.int32())}
    for name in found[replications[0]]:
        columns[name] = _rows([found[each][name] for each in replications])
    columns["types"] = pa.array([json.dumps(_types(found[each])) for each in replications])
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{replications[0]:06d}-{uuid.uuid4().hex[:12]}.parquet"
    unfinished = path.with_suffix(".part")
    with unfinished.open("wb") as file:
        pq.write_table(pa.table(columns), file, compression="zstd")
        file.flush()
        os.fsync(file.fileno())  # the name must not be there before what it names
    unfinished.replace(path)
    return path


def read_chunk(path: Path) -> dict[int, dict[str, pd.DataFrame]]:
    """Read the replications of a file.

    Raises
    ------
    PathwayError
        If the file is damaged.
    """
    try:
        table = pq.read_table(path).combine_chunks()
        types = [json.loads(each) for each in table["types"].to_pylist()]
        parts = {name: _tables(table[name], [each[name] for each in types]) for name in (types[0] if types else ())}
        replications = table["replication"].to_pylist()
    except (pa.ArrowException, OSError, KeyError, ValueError) as reason:
        raise _damaged(path) from reason
    return {each: {name: parts[name][row] for name in parts} for row, each in enumerate(replications)}


def replications_in(path: Path) -> list[int]:
    """Say which replications are in a file, without reading them."""
    try:
        found: list[int] = pq.read_table(path, columns=["replication"])["replication"].to_pylist()
    except (pa.ArrowException, OSError, KeyError) as reason:
        raise _damaged(path) from reason
    return found


def _damaged(path: Path) -> PathwayError:
    return PathwayError(f"{path}: this file is damaged; once it is deleted, what it held will be simulated again")


# ---------------------------------------------------------------- putting in


def _rows(frames: Sequence[pd.DataFrame]) -> Any:
    """Put a table of each replication into one column, a list of rows each."""
    columns = list(frames[0].columns)
    offsets = np.cumsum([0, *map(len, frames)])
    fields = [pa.concat_arrays(_alike([_plain(frame[column]) for frame in frames])) for column in columns]
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), pa.StructArray.from_arrays(fields, names=columns))


def _plain(column: pd.Series[Any]) -> Any:
    if isinstance(column.dtype, pd.CategoricalDtype):
        codes = column.cat.codes.to_numpy()
        names = pa.array(list(column.cat.categories), pa.string())
        return pa.DictionaryArray.from_arrays(pa.array(codes, mask=codes < 0), names).cast(pa.string())
    if column.dtype.kind in "OUT":
        return pa.array(column.to_numpy(object), pa.string(), from_pandas=True)
    return pa.array(column.to_numpy())  # what is not a number stays so, and is no gap


def _alike(parts: Sequence[Any]) -> list[Any]:
    """Give parts one type, as a table without rows may have columns of another."""
    kind = next((part.type for part in parts if len(part)), parts[0].type)
    return [part.cast(kind) for part in parts]


def _types(frames: Frames) -> dict[str, dict[str, Any]]:
    return {name: {str(column): _type(frame[column]) for column in frame} for name, frame in frames.items()}


def _type(column: pd.Series[Any]) -> Any:
    """Say what a column is: the name of its type, or its categories in their order."""
    return list(column.cat.categories) if isinstance(column.dtype, pd.CategoricalDtype) else str(column.dtype)


# ---------------------------------------------------------------- taking out


def _tables(column: Any, types: Sequence[Mapping[str, Any]]) -> list[pd.DataFrame]:
    lists = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    bounds = lists.offsets.to_pylist()
    rows = lists.values
    fields = {name: rows.field(name) for name in types[0]}
    return [
        pd.DataFrame({name: _typed(fields[name][start:end], kind) for name, kind in each.items()})
        for start, end, each in zip(bounds[:-1], bounds[1:], types, strict=True)
    ]


def _typed(values: Any, kind: Any) -> Any:
    if isinstance(kind, list):
        codes = pc.index_in(values, value_set=pa.array(kind, pa.string())).fill_null(-1)
        known = pd.CategoricalDtype(pd.Index(kind, dtype="str"))
        return pd.Categorical.from_codes(codes.to_numpy(zero_copy_only=False), dtype=known)
    if pa.types.is_string(values.type):
        return pd.Series(values.to_pylist(), dtype=kind)
    return values.to_numpy(zero_copy_only=False).astype(kind)
