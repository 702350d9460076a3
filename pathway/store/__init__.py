"""The run store: what was simulated, kept under the fingerprint of all that it depends on.

    runs/
      replications/KEY/*.parquet   measures, many replications a file; KEY is of scenario, engine and program
      RUN/manifest.json            what was asked for, when, by which program; its scenarios beside it

A key changes with anything that might change a number: what the scenario says, the seed, the engine, the version of the
program and of the libraries that calculate, and the program's sources from the calendar to the measures.  So an answer
from the store is the answer a new run would give, and what an older program made stays there, apart.

Files appear whole or not at all, under names of their own, so runs may share a store at the same time.  The store
holds measures, never the rows of patients: of single patients it knows only the unnamed waits of activities and clocks
with few cases (`waits_raw`).
"""

from pathway.store.chunks import Frames
from pathway.store.keys import replication_key, run_key
from pathway.store.program import differing, program, source_digest
from pathway.store.runs import StoredRun, find_run, stored_run, stored_runs, write_run
from pathway.store.shelf import Shelf

__all__ = [
    "Frames",
    "Shelf",
    "StoredRun",
    "differing",
    "find_run",
    "program",
    "replication_key",
    "run_key",
    "source_digest",
    "stored_run",
    "stored_runs",
    "write_run",
]
