"""How long the pages take to a first answer: five edits of different kinds, asked of a server that is warm.

    python3 -m benchmarks.first_answer [scenarios/base.yaml]

From letting go (the edit is checked as a whole scenario) to two simulated years of the change compared with today's, on
the threads of this process; what a browser adds is one redraw.  Time by the clock, and of processors, as a machine that
does other things besides shows a longer one by the clock.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from statistics import median
from typing import TYPE_CHECKING

from pathway.engines import make_ready
from pathway.web import answering, editing, listing, years
from pathway.web.changes import Change, Changes
from pathway.web.keeping import work_of

if TYPE_CHECKING:
    from pathway.scenario import Scenario

Timed = tuple[str, float, float, float, float]  # edit, checked, answered, all by the clock, all of processors


def edits(base: Scenario) -> Iterator[tuple[str, Callable[[], Change | None]]]:
    """Give an edit of each kind."""
    week = editing.keepers(base)["ct_scanner"]
    theatre = editing.keepers(base)["theatre_hpb"]
    first = base.run.start + timedelta(weeks=8)
    along = listing.partners(base, theatre, "mon", "08:00", "17:30")
    rows = [{**row, "sat": True} for row in editing.week(base, week.calendar)]
    yield "CT on Saturdays too", lambda: editing.roster(base, week, rows)
    yield "one more CT scanner", lambda: editing.capacity(base, "ct_scanner", 2)
    yield "a liver list more", lambda: listing.another_list(base, theatre, "mon", "08:00", "17:30", 1, along)
    yield (
        "MRI closed for two weeks",
        lambda: editing.away(base, "mri_scanner", first, first + timedelta(days=13), 1),
    )
    yield "a tenth more referrals", lambda: editing.demand(base, base, "suspected", 110)


def timed(work: years.Work, name: str, edit: Callable[[], Change | None]) -> Timed:
    """Ask one edit, and look on until its first answer."""
    clock, processors = time.perf_counter(), time.process_time()
    change = edit()
    assert change is not None
    changed = Changes().add(change).applied(work.scenario)
    checked = time.perf_counter()
    job = answering.what_if(work, changed)
    while not job.years:
        time.sleep(0.01)
        job.watch()
    answered = time.perf_counter()
    used = time.process_time() - processors
    job.cancel()
    job.wait()
    return name, checked - clock, answered - checked, answered - clock, used


def main(file: str = "scenarios/base.yaml") -> None:
    """Warm up as a server does, ask five questions, and print a table."""
    cold = time.perf_counter()
    make_ready()
    work = work_of(file)
    for year in range(answering.STEPS[0]):
        work.measures(year)
    work.check_load()
    work.material(answering.STEPS[0])
    print(f"Ready for questions {time.perf_counter() - cold:.1f} s after the start of the simulation's part\n")
    rows = [timed(work, name, edit) for name, edit in edits(work.scenario)]
    print(
        "| edit | checked, s | simulated and compared, s | first answer, s | of processors, s |\n|---|--:|--:|--:|--:|"
    )
    for name, *seconds in rows:
        print(f"| {name} | " + " | ".join(f"{each:.2f}" for each in seconds) + " |")
    middle = (median(column) for column in zip(*(seconds for _, *seconds in rows), strict=True))
    print("| **median** | " + " | ".join(f"{each:.2f}" for each in middle) + " |")
    print(f"\n{os.cpu_count()} cores; {os.getloadavg()[0]:.1f} programs wanted one on average while it was measured")


if __name__ == "__main__":
    main(*sys.argv[1:])
