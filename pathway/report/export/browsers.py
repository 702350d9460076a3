"""Finding Chromium or Chrome on this computer, and printing a page with it; it is kept from the net."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from pathway.errors import PathwayError

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe",
)
ASKED = "BROWSER_PATH"  # where somebody says which browser to use
OFFLINE = ("--disable-background-networking", "--disable-component-update", "--no-first-run", "--disable-sync")
NOWHERE = "--host-resolver-rules=MAP * ~NOTFOUND"
TIME = 120  # seconds a page may take
DRAWING = 20_000  # milliseconds of the page's own clock in which its charts are drawn


def browser() -> Path:
    """Give the browser to draw and print with.

    Raises
    ------
    PathwayError
        If there is none; it names where was looked and what to do.
    """
    asked = os.environ.get(ASKED, "")
    if asked:
        if Path(asked).is_file():
            return Path(asked)
        raise PathwayError(f"{ASKED} is {asked}, and there is no such file")
    for name in NAMES:
        if found := shutil.which(name):
            return Path(found)
    for place in PLACES:
        if Path(place).is_file():
            return Path(place)
    raise PathwayError(
        "pictures and PDF need Chromium or Chrome, and there is none on this computer "
        f"(looked for {', '.join(NAMES)}). "
        f"Install one (Debian, Ubuntu: sudo apt install chromium), or set {ASKED} to where it is. "
        "The report, --format xlsx, csv and parquet need no browser"
    )


def print_page(page: Path, path: Path) -> Path:
    """Print an HTML page to a PDF file, on A4, when its charts are drawn.

    Raises
    ------
    PathwayError
        If there is no browser, or it fails.
    """
    program = browser()
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as profile:
        command = [
            *(str(program), "--headless", "--disable-gpu", *OFFLINE, NOWHERE, f"--user-data-dir={profile}"),
            *(f"--virtual-time-budget={DRAWING}", "--no-pdf-header-footer", f"--print-to-pdf={path.resolve()}"),
            *(["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []),  # its sandbox refuses root
            page.resolve().as_uri(),
        ]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=TIME, check=False)
        except subprocess.TimeoutExpired as reason:
            raise PathwayError(f"{program} did not print {page} within {TIME} seconds") from reason
    if done.returncode or not path.is_file():
        said = done.stderr.strip().splitlines()[-1:] or ["it said nothing"]
        raise PathwayError(f"{program} could not print {page}: {said[0]}")
    return path
