"""Patients moving in a browser: dots glide while it plays, the slider finds a moment, nothing starts by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pathway.report.moving import Films, moving_sections
from pathway.report.rendering import study_html
from tests.models import run, scenario_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

MANY = 200
DOTS = ".film .scatterlayer .trace:nth-child(2) path.point"
WHERE = f"[...document.querySelectorAll('{DOTS}')].map(dot => dot.getAttribute('transform'))"
NUMBERS = "[...document.querySelectorAll('.film .scatterlayer .trace:nth-child(3) text')].map(each => each.textContent)"
FILLS = (
    "[...document.querySelectorAll('.film .scatterlayer .trace:nth-child(1) path.point')].map(box => box.style.fill)"
)
pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def page_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The film of two hundred patients who come at once on the first day, and are seen one an hour."""
    scenario = scenario_of(
        """
        resources: {room: {capacity: 1, calendar: day}}
        calendars: {day: 08:00-18:00}
        states:
          scan: {kind: activity, duration: 60 min, needs: {room: 1}, to: rest}
          rest: {kind: delay, duration: 5 days, to: out}
        """,
        "gp",
    )
    log = run("simpy", scenario, gp=[540] * MANY)
    path = tmp_path_factory.mktemp("film") / "film.html"
    sections = moving_sections(Films({"tiny": log}, 1), {"tiny": scenario})
    path.write_text(study_html("Film", "", sections), encoding="utf-8")
    return path


def opened(browser: Browser, file: Path, **more: str) -> Page:
    """Open the film and wait until it can be played."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, **more)  # type: ignore[arg-type]
    page.goto(file.as_uri())
    page.wait_for_selector(".film .controls:not([hidden])")
    page.wait_for_selector(DOTS, state="attached")
    return page


@pytest.fixture(scope="module")
def page(browser: Browser, page_file: Path) -> Iterator[Page]:
    """The film, open."""
    found = opened(browser, page_file)
    yield found
    found.close()


def scrub(page: Page, moment: int) -> None:
    """Move the slider to a moment, as the keyboard does."""
    page.locator(".film input").evaluate(
        "(slider, moment) => { slider.value = moment; slider.dispatchEvent(new Event('input')); }", moment
    )


def test_it_does_not_start_by_itself(page: Page) -> None:
    """A second after it was opened the first moment still stands there."""
    before = page.evaluate(WHERE)
    page.wait_for_timeout(1000)
    assert page.evaluate(WHERE) == before
    assert page.locator(".film output").inner_text() == "Mon 4 January 2027, 00:00"
    assert page.locator(".film button").inner_text() == "Play"


def test_the_slider_finds_a_moment(page: Page) -> None:
    """At 12:00 three rest, one is in the room, which is open, and 196 wait; at 20:00 it is closed, and 191 wait."""
    scrub(page, 12)
    assert page.locator(".film output").inner_text() == "Mon 4 January 2027, 12:00"
    assert page.locator(".film input").get_attribute("aria-valuetext") == "Mon 4 January 2027, 12:00"
    assert page.evaluate(NUMBERS)[:2] == ["196", "3"]
    assert page.evaluate(FILLS)[0] == "rgb(191, 220, 240)"
    scrub(page, 20)
    assert page.evaluate(NUMBERS)[:2] == ["191", "9"]
    assert page.evaluate(FILLS)[0] == "white"


def test_playing_moves_dots_and_pausing_stops_them(page: Page) -> None:
    """Half way between two moments dots are where they are at neither; after a pause nothing moves."""
    scrub(page, 8)
    still = page.evaluate(WHERE)
    page.locator(".film button").focus()
    page.keyboard.press("Enter")  # it is reached and pressed without a mouse
    page.wait_for_timeout(600)
    assert page.evaluate(WHERE) != still
    assert page.locator(".film button").inner_text() == "Pause"
    page.keyboard.press("Enter")
    after = page.evaluate(WHERE)
    page.wait_for_timeout(500)
    assert page.evaluate(WHERE) == after
    assert int(page.locator(".film input").input_value()) > 8


def test_two_hundred_dots_glide(page: Page) -> None:
    """All two hundred are drawn, and while it plays they are seen between the places of two moments."""
    places = set()
    for moment in (8, 9, 10):
        scrub(page, moment)
        places.update(page.evaluate(WHERE))
    scrub(page, 8)
    assert page.locator(DOTS).count() == MANY
    page.locator(".film button").click()
    page.wait_for_function(f"known => {WHERE}.some(place => !known.includes(place))", arg=sorted(places))
    page.locator(".film button").click()


def test_who_asks_for_less_motion_sees_no_gliding(browser: Browser, page_file: Path) -> None:
    """Dots are only ever where they are at some moment."""
    page = opened(browser, page_file, reduced_motion="reduce")
    places = []
    for moment in (9, 10, 11, 12):
        scrub(page, moment)
        places.append(page.evaluate(WHERE))
    scrub(page, 9)
    page.locator(".film button").click()
    for _ in range(5):
        page.wait_for_timeout(110)
        assert page.evaluate(WHERE) in places
    page.close()


def test_dots_find_their_places_after_the_window_was_resized(browser: Browser, page_file: Path) -> None:
    """The chart is drawn anew; the moment is still the same."""
    page = opened(browser, page_file)
    scrub(page, 12)
    page.set_viewport_size({"width": 1000, "height": 900})
    page.wait_for_timeout(800)
    assert page.evaluate(NUMBERS)[:2] == ["196", "3"]
    page.close()
