"""What is compiled once and kept on disk: the few functions that Python calls, with all that they call inside.

numba keeps compiled code until the file of the function changes, whether what it calls has changed or not; so each
of these is kept under a digest of every source it is made from.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numba
import numpy as np

from pathway.engines.compiled import ordering, stepping
from pathway.engines.compiled.linking import WholeCompiler
from pathway.engines.compiled.memory import record_at
from pathway.engines.compiled.records import HOLD, MODEL, VISIT, WORLD
from pathway.sampling import keyed
from pathway.sampling.keeping import kept


def whole(function: Any) -> Any:
    """Compile a function that Python calls, with all it calls, and keep it on disk."""
    return kept(function, pipeline_class=WholeCompiler)


def _digest() -> int:
    """Give a number that changes with any source of the compiled functions."""
    sources = [*sorted(Path(__file__).parent.glob("*.py")), Path(keyed.__file__)]
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).digest()
    return int.from_bytes(digest[:8], "little") >> 1


def _kept(digest: int) -> Any:
    """Make the functions that are kept, each referring to the digest, for numba keeps them under what they refer to."""

    @whole
    def advance(model: int, world: int) -> bool:
        return digest >= 0 and stepping.run(record_at(model, MODEL), record_at(world, WORLD))

    @whole
    def columns_of_visits(visits: Any) -> Any:
        return ordering.columns_of_visits(visits[: visits.size if digest >= 0 else 0])

    @whole
    def columns_of_holds(holds: Any) -> Any:
        return ordering.columns_of_holds(holds[: holds.size if digest >= 0 else 0])

    return advance, columns_of_visits, columns_of_holds


advance, columns_of_visits, columns_of_holds = _kept(_digest())


def make_ready() -> None:
    """Compile what Python calls, or read it from disk: half a minute at most once, a moment afterwards."""
    known: Any = numba  # which has no types
    advance.compile(known.boolean(known.int64, known.int64))
    columns_of_visits.compile((known.typeof(np.zeros(0, VISIT)),))
    columns_of_holds.compile((known.typeof(np.zeros(0, HOLD)),))
