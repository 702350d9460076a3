"""How long a visitor with a browser waits for a first answer: from a key pressed on a slider to the answer on the page.

    python3 -m benchmarks.answer_seen [scenarios/base.yaml]

A server of its own and Chromium on the same machine; today is simulated before, as a server does from its start on.
Each edit is one more of the same resource, and the next waits until the one before is told to the end.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.web.server import looking

if TYPE_CHECKING:
    from playwright.sync_api import Page

EDITS = 5
SETTLED = 2.0  # seconds after which a page that has its answer draws nothing more


def main(file: str = "scenarios/base.yaml") -> None:
    """Edit five times, and print how long each first answer took."""
    with looking(Path(file)) as (page, address):
        page.goto(f"{address}/what-if")
        page.get_by_role("tab", name="How many").click()
        page.get_by_role("slider").first.wait_for()
        waits = [_seconds(page) for _ in range(EDITS)]
    said = ", ".join(f"{each:.1f}" for each in waits)
    print(f"first answer on the page after {said} s; median {median(waits):.1f} s")


def _seconds(page: Page) -> float:
    """Have one more, and give how long the first answer takes."""
    time.sleep(SETTLED)
    page.get_by_role("slider").first.focus()
    began = time.perf_counter()
    page.keyboard.press("ArrowRight")
    page.get_by_text("2 of 16 years simulated").first.wait_for()
    found = time.perf_counter() - began
    page.get_by_text("after 16 years").first.wait_for()
    return found


if __name__ == "__main__":
    main(*sys.argv[1:])
