"""A warm run of the base hospital from scenario to report: what its seconds go to."""

from __future__ import annotations

from benchmarks.tables import Part, Target, table
from benchmarks.turns import Line, Options, said, tell

REPLICATIONS = 50
STEPS = {
    "ready": "reading libraries, scenario and compiled engine from disk",
    "experiment": "simulating and measuring",
    "saving": "saving results and summary",
    "report": "drawing the report",
}


def part(options: Options) -> Part:
    """Do what `pathway run scenarios/base.yaml --no-verify --replications 50` does, and time its steps."""
    tell("a run of the base hospital with its report")
    asked = ["--replications", str(options.of(REPLICATIONS, 2)), *(["--quick"] * options.quick)]
    return told(said("runs.report_run", asked))


def told(line: Line) -> Part:
    """Make the tables of a run that was timed."""
    steps, count, workers = line["steps"], line["replications"], line["workers"]
    simulating = count * line["simulating"] / workers
    whole = sum(step["wall"] for step in steps.values())
    rows = [
        [title, f"{steps[name]['wall']:.1f}", f"{steps[name]['wall'] / whole:.0%}", f"{steps[name]['processor']:.1f}"]
        for name, title in STEPS.items()
    ]
    rows.append(["together", f"{whole:.1f}", "", f"{sum(step['processor'] for step in steps.values()):.1f}"])
    about = (
        f"The steps of `pathway run scenarios/base.yaml --no-verify --replications {count}` with the compiled engine "
        f"on disk, {workers} processes. Simulating takes {line['simulating']:.2f} processor seconds a replication, "
        f"{count} of them at least {simulating:.1f} s on {workers} cores; drawing the report takes "
        f"{steps['report']['processor']:.1f} processor seconds on one."
    )
    found = steps["report"]["processor"] / simulating
    target = Target(f"drawing the report against simulating {count} replications of the base hospital", found, 1)
    return Part("From scenario to report", (about, table(["step", "wall s", "share", "processor s"], rows)), (target,))
