"""Print Ciw's waits beside ours: `python -m tests.oracle [engine]`."""

from __future__ import annotations

import sys

from tests.oracle.comparison import REPLICATIONS, compare
from tests.oracle.network import ciw_waits

if __name__ == "__main__":
    engine = sys.argv[1] if len(sys.argv) > 1 else "auto"
    sys.stdout.write("| measure | Ciw | ours | accepted (99.9 %) | |\n|---|---|---|---|---|\n")
    for row in compare(ciw_waits(REPLICATIONS), engine):
        verdict = "" if row.holds else "NO"
        accepted = f"{row.low:.1f} – {row.high:.1f}"
        sys.stdout.write(f"| {row.measure} | {row.exact:.1f} | {row.found:.1f} | {accepted} | {verdict} |\n")
