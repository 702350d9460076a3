"""Print theory beside simulation: `python -m tests.theory [engine]`."""

from __future__ import annotations

import sys

from tests.theory import EXPERIMENTS
from tests.theory.intervals import Row


def _line(name: str, row: Row) -> str:
    accepted = f"{row.low:.5g} – {row.high:.5g}"
    return f"| {name} | {row.measure} | {row.exact:.5g} | {row.found:.5g} | {accepted} | {'' if row.holds else 'NO'} |"


def main(engine: str) -> int:
    """Write the table as Markdown; the exit code counts as failure what does not agree."""
    out = sys.stdout
    out.write("| model | measure | theory | simulated | accepted (99.9 %) | |\n|---|---|---|---|---|---|\n")
    failed = 0
    for name, experiment in EXPERIMENTS.items():
        if f"{name}, long" in EXPERIMENTS:
            continue  # the long one says the same, sharper
        for row in experiment.compare(engine):
            out.write(_line(name, row) + "\n")
            failed += not row.holds
        out.flush()
    return min(failed, 1)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else "auto"))
