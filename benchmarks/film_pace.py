"""How smoothly patients move: pictures a second while the report's film plays: `python -m benchmarks.film_pace`.

The base hospital's first reported twelve weeks are played in headless Chromium; what a browser draws is counted by its
own clock (`requestAnimationFrame`), five seconds at each of some moments.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from pathway.engines import simulate
from pathway.plan import compile_plan
from pathway.report.export.browsers import browser as chromium
from pathway.report.moving import moving_html
from pathway.scenario import load_scenario

DOTS = ".film .scatterlayer .trace:nth-child(2) path.point"
PACE = """(milliseconds) => new Promise((done) => {
  let [frames, first] = [0, null];
  function count(now) {
    first ??= now;
    if (now - first >= milliseconds) done((1000 * frames) / (now - first));
    else frames++, requestAnimationFrame(count);
  }
  requestAnimationFrame(count);
})"""


def main() -> None:
    """Make the film, play it, and print how many dots it has and how often it is drawn."""
    scenario = load_scenario("scenarios/base.yaml")
    page = moving_html(simulate(compile_plan(scenario), 0), scenario)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "film.html"
        file.write_text(page, encoding="utf-8")
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        seen = browser.new_page(viewport={"width": 1280, "height": 900})
        seen.goto(file.as_uri())
        seen.locator(DOTS).first.wait_for(state="attached")
        dots = seen.locator(DOTS).count()
        seen.locator(".film button").click()
        paces = [seen.evaluate(PACE, 5000) for _ in range(3)]
        browser.close()
    load = os.getloadavg()[0]
    print(f"{dots} dots, page of {len(page) / 1e6:.1f} MB: {median(paces):.0f} pictures a second ", end="")
    print(f"({min(paces):.0f} to {max(paces):.0f}), while {load:.1f} programs wanted {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
