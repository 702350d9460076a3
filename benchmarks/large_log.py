"""Time and memory of reading a million events and calibrating on them: `python -m benchmarks.large_log`.

A made-up hospital: cases arrive at random over five years, go through twelve steps at random, and are over after
fourteen
events on average.  Nothing in it is anybody's data.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from pathlib import Path

import numpy as np

STEPS = 12
SEED = 20261126
MINUTES = 5 * 365 * 1440


def write_log(path: Path, events: int, *, xes: bool) -> None:
    """Write a log of about so many events, case by case, as CSV or XES."""
    rng = np.random.default_rng(SEED)
    ways = rng.dirichlet(np.full(STEPS, 0.4), STEPS)
    means = rng.uniform(30, 4000, (STEPS, STEPS))
    written = case = 0
    with path.open("w", encoding="utf-8") as file:
        file.write('<log xmlns="http://www.xes-standard.org/">\n' if xes else "case_id,activity,timestamp\n")
        while written < events:
            step, at = int(rng.integers(STEPS)), float(rng.integers(MINUTES))
            length = 1 + int(rng.geometric(1 / 13))
            lines = []
            for _ in range(length):
                stamp = np.datetime64("2020-01-06T00:00") + np.timedelta64(int(at), "m")
                lines.append(_event(step, stamp) if xes else f"c{case},step {step},{stamp}\n")
                following = int(np.searchsorted(np.cumsum(ways[step]), rng.random()) % STEPS)
                at += rng.gamma(2.0, means[step, following] / 2)
                step = following
            name = f'<trace><string key="concept:name" value="c{case}"/>\n'
            file.writelines([name, *lines, "</trace>\n"] if xes else lines)
            written += length
            case += 1
        file.write("</log>\n" if xes else "")


def _event(step: int, stamp: object) -> str:
    return (
        f'<event><string key="concept:name" value="step {step}"/><string key="lifecycle:transition" value="complete"/>'
        f'<date key="time:timestamp" value="{stamp}:00+00:00"/></event>\n'
    )


def main() -> None:
    """Write a log, read it, calibrate on it, and say how long each took and the most memory that was used."""
    from pathway.interchange.calibration import calibrate, read_log

    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--events", type=int, default=1_000_000)
    asked.add_argument("--xes", action="store_true")
    given = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / ("large.xes" if given.xes else "large.csv")
        write_log(path, given.events, xes=given.xes)
        before = _peak()
        begin, worked = time.perf_counter(), time.process_time()
        log = read_log(path, duplicates="keep", zone="UTC" if given.xes else None)
        read, after_reading, reading = time.perf_counter(), _peak(), time.process_time()
        calibrate(log, name="large", dates="real")
        done, calibrating = time.perf_counter(), time.process_time()
        print(
            f"{path.name}: {path.stat().st_size / 1e6:,.0f} MB, {log.case.size:,} events, {log.cases:,} "
            f"cases: read in {read - begin:.0f} s ({reading - worked:.0f} s of processor time), "
            f"calibrated and compared in {done - read:.0f} s ({calibrating - reading:.0f} s); "
            f"peak memory {before:.0f} MB before, {after_reading:.0f} MB after reading, {_peak():.0f} MB at most"
        )


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
