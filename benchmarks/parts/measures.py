"""From log to measures: what measuring costs beside simulating, in time and memory."""

from __future__ import annotations

from benchmarks.tables import Part, table
from benchmarks.turns import Options, said, tell

REPLICATIONS = 20
WHAT = {
    "the year reported, after ten years of warm-up": [],
    "all of ten years reported": ["--whole"],
}
HEADS = ["what", "visits", "simulating", "measuring", "ratio", "log, bytes a visit", "measuring, bytes a visit"]


def part(options: Options) -> Part:
    """Simulate, measure and drop replications of the base hospital, as an experiment does."""
    count = options.of(REPLICATIONS, 1)
    tell(f"measuring {count} replications of the base hospital, twice")
    rows = []
    for title, asked in WHAT.items():
        line = said("runs.replications", ["--replications", str(count), *asked, *(["--quick"] * options.quick)])
        simulating, measuring = line["simulating"], line["measuring"]
        rows.append(
            [title, f"{line['visits']:,.0f}", f"{simulating:.2f}", f"{measuring:.2f}", f"{measuring / simulating:.2f}",
             f"{line['log_bytes']:.0f}", f"{line['bytes']:.0f}"]
        )  # fmt: skip
    about = (
        f"Processor seconds a replication on the compiled engine, means of {count} replications simulated, measured "
        "and dropped. *Bytes a visit*: of the log, and what measuring takes besides at its worst moment."
    )
    return Part("From log to measures: the base hospital", (about, table(HEADS, rows)))
