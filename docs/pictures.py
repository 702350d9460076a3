"""The pictures of the pages in the README, made anew: `python3 -m docs.pictures` (Chromium and the extra `web`).

Two pages of the default hospital at 1280 × 720: today, and what two shorter liver MDTs a week would do.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from tests.web.server import looking

if TYPE_CHECKING:
    from playwright.sync_api import Page

FOLDER = Path(__file__).with_name("pictures")
COLOURS = 256  # enough for text and lines, and small


def main() -> None:
    """Open both pages, wait until they are done, and keep what is seen."""
    FOLDER.mkdir(exist_ok=True)
    with looking(Path("scenarios/base.yaml")) as (page, address):
        page.get_by_text("Referral to diagnosis").first.wait_for()
        _keep(page, "today.png")
        page.goto(f"{address}/what-if")
        page.get_by_role("combobox", name="What if").click()
        page.keyboard.type("Two shorter liver MDTs")
        page.get_by_role("option").first.wait_for()
        page.keyboard.press("Enter")
        page.get_by_text("Is the weekly liver MDT the bottleneck?").first.wait_for()
        page.get_by_role("button", name="Ask it").click()
        page.get_by_text("after 16 years").first.wait_for()
        _keep(page, "what_if.png")


def _keep(page: Page, name: str) -> None:
    """Keep what is seen, in few colours."""
    page.wait_for_timeout(2000)  # until a redraw has faded in
    seen = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    seen.quantize(COLOURS, kmeans=3).save(FOLDER / name, optimize=True)
    print(FOLDER / name)


if __name__ == "__main__":
    main()
