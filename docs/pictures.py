"""The pictures of the pages in the README, made anew: `python3 -m docs.pictures` (Chromium and the extra `web`).

Two pages of the default hospital at 1280 × 720: today, and what two shorter liver MDTs a week would do.
"""

from __future__ import annotations

import io
import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import sync_playwright

from pathway.report.export.browsers import browser as chromium
from tests.web.server import free_port, serving

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = Path(__file__).with_name("pictures")
COLOURS = 256  # enough for text and lines, and small
PATIENT = 300_000  # milliseconds


def main() -> None:
    """Open both pages, wait until they are done, and keep what is seen."""
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        with serving(Path("scenarios/base.yaml"), Path(folder), free_port()) as address:
            page = browser.new_page(viewport={"width": 1280, "height": 720})
            page.set_default_timeout(PATIENT)
            page.goto(address)
            page.get_by_text(re.compile("^20 years simulated")).wait_for()
            page.get_by_text("Referral to diagnosis").first.wait_for()
            _keep(page, "today.png")
            page.goto(f"{address}/what-if")
            page.get_by_role("combobox", name="What if").click()
            page.keyboard.type("Two shorter liver MDTs")
            page.get_by_role("option").first.wait_for()
            page.keyboard.press("Enter")
            page.get_by_text("Is the weekly liver MDT the bottleneck?").wait_for()
            page.get_by_role("button", name="Ask it").click()
            page.get_by_text("after 16 years").wait_for()
            _keep(page, "what_if.png")
        browser.close()


def _keep(page: Page, name: str) -> None:
    """Keep what is seen, in few colours."""
    page.wait_for_timeout(2000)  # until a redraw has faded in
    seen = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    seen.quantize(COLOURS, kmeans=3).save(FOLDER / name, optimize=True)
    print(FOLDER / name)


if __name__ == "__main__":
    main()
