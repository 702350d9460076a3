"""The managers' pages in a browser: every page opens, nothing else is asked for, an edit changes the answer."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.web.server import free_port, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

HOSPITAL = Path(__file__).with_name("hospital.yaml")
PATIENT = 60_000  # milliseconds
OWN = ("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")
SATURDAY = (7, 1)  # column and row of a week grid

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A server of the pages, on a port that is free."""
    pytest.importorskip("streamlit", reason="streamlit is not installed")
    with serving(HOSPITAL, tmp_path_factory.mktemp("served"), free_port()) as found:
        yield found


@pytest.fixture(scope="module")
def context(browser: Browser) -> Iterator[BrowserContext]:
    """One browser for all visitors, as what it keeps of the pages' own files is as large as it is the same."""
    found = browser.new_context(viewport={"width": 1280, "height": 720})
    found.set_default_timeout(PATIENT)
    yield found
    found.close()


@pytest.fixture
def visitor(context: BrowserContext) -> Iterator[Callable[[], Page]]:
    """Visitors, each with a visit of their own, who may not see a traceback nor ask another host for anything."""
    pages: list[Page] = []
    asked: list[str] = []

    def visit() -> Page:
        found = context.new_page()
        found.on("request", lambda request: asked.append(request.url))
        pages.append(found)
        return found

    yield visit
    assert [page.get_by_test_id("stException").count() for page in pages] == [0] * len(pages)
    assert [url for url in asked if not url.startswith(OWN)] == []
    for page in pages:
        page.close()


@pytest.fixture
def page(visitor: Callable[[], Page]) -> Page:
    return visitor()


def choose(page: Page, label: str, said: str) -> None:
    """Choose from a list by writing, as one does without a mouse."""
    page.get_by_role("combobox", name=label).click()
    page.keyboard.type(said)
    page.get_by_role("option").first.wait_for()
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")  # of several things to choose the list stays open


def tick(page: Page, cell: tuple[int, int]) -> None:
    """Click a cell of the week grid, which is one picture: columns of 74 pixels after a narrow one, rows of 35."""
    box = page.get_by_test_id("stDataFrame").first.bounding_box()
    assert box is not None
    column, row = cell
    page.mouse.move(box["x"] + 32 + 74 * (column - 2) + 37, box["y"] + 36 + 35 * (row - 1) + 17)
    page.mouse.down()
    page.wait_for_timeout(60)
    page.mouse.up()


def one_more(page: Page, address: str) -> None:
    """Have one server more, by the keyboard alone."""
    page.goto(f"{address}/what-if")
    page.get_by_text("Change something below").first.wait_for()
    page.get_by_role("tab", name="How many").press("Enter")
    slider = page.get_by_role("slider").first
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_text("Server: 4 instead of 3").first.wait_for()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("", "Most waited for"),
        ("what-if", "Change something below"),
        ("size", "Every combination of these is compared"),
        ("compare", "No scenario is saved yet"),
        ("data", "A list of who waits"),
    ],
)
def test_every_page_opens(page: Page, address: str, path: str, said: str) -> None:
    page.goto(f"{address}/{path}")
    page.get_by_text(said).first.wait_for()


def test_a_step_of_the_drawing_is_clicked(page: Page, address: str) -> None:
    """What is known of it appears over the page: its waits, what it needs, how full that is."""
    page.goto(address)
    page.get_by_text("The pathway, step by step").first.wait_for()
    page.locator(".js-plotly-plot").first.scroll_into_view_if_needed()
    box = page.locator(".js-plotly-plot .annotation", has_text="Service").first
    where = box.bounding_box()
    assert where is not None
    page.mouse.click(where["x"] + where["width"] / 2, where["y"] + where["height"] / 2)
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("Typical wait").first.wait_for()
    dialog.get_by_text("What it needs").first.wait_for()
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")


def test_patients_move_when_asked_for(page: Page, address: str) -> None:
    """Their film stands in the page, and its slider finds another moment."""
    page.goto(address)
    page.get_by_text("Show twelve weeks").click()
    film = page.frame_locator("iframe").first
    film.get_by_role("button", name="Play").wait_for()
    slider = film.get_by_role("slider")
    before = int(slider.input_value())
    slider.press("ArrowRight")
    assert int(slider.input_value()) == before + 1


def test_an_edit_is_listed_answered_and_undone(page: Page, address: str) -> None:
    """One server more, by the keyboard alone: it is listed, compared with today, and taken back."""
    one_more(page, address)
    page.get_by_text(re.compile("How precisely it is known.* → .* after 16 years")).first.wait_for()
    page.get_by_role("button", name="Undo").press("Enter")
    page.get_by_text("Nothing yet").first.wait_for()
    page.get_by_role("button", name="Redo").press("Enter")
    page.get_by_text("Server: 4 instead of 3").first.wait_for()


def test_a_session_more_in_the_week_grid_changes_the_answer(page: Page, address: str) -> None:
    """Saturday is ticked: six open hours a week more, and patients wait less."""
    page.goto(f"{address}/what-if")
    page.get_by_role("tab", name="A week").click()
    page.get_by_test_id("stDataFrame").wait_for()
    page.wait_for_timeout(700)  # the grid draws itself after it is there
    tick(page, SATURDAY)
    page.get_by_text("Mornings: 6 open hours a week more").first.wait_for()
    page.get_by_text("after 16 years").first.wait_for()
    page.get_by_text(re.compile("Growth of the queue for Service, patients a week falls from")).first.wait_for()


def test_two_users_are_apart(visitor: Callable[[], Page], address: str) -> None:
    """What one changes, the other does not see."""
    one, other = visitor(), visitor()
    one_more(one, address)
    other.goto(f"{address}/what-if")
    other.get_by_text("Nothing yet").first.wait_for()
    assert other.get_by_text("Server: 4 instead of 3").count() == 0


def test_sizing_is_cancelled_and_run_to_a_result(page: Page, address: str) -> None:
    """The goal is chosen from a list; begun, ended, begun again, it says how many servers are enough."""
    page.goto(f"{address}/size")
    page.get_by_text("One of my own").first.click()
    page.get_by_text("What is to be met").first.wait_for()
    choose(page, "What is to be met", "nine")
    page.get_by_role("spinbutton", name="Within days").wait_for()
    page.get_by_role("button", name="Find what is enough").click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Stopped.").first.wait_for()
    page.get_by_role("button", name="Find what is enough").click()
    page.get_by_role("button", name="Cancel").wait_for()
    page.get_by_role("link", name="Your own data").click()  # from where it is seen to go on
    page.get_by_text(re.compile("Under way for .* Size a service")).first.wait_for()
    page.get_by_role("link", name="Size a service").click()
    page.get_by_text("What was found").first.wait_for()
    assert page.get_by_text("simulating:").count() == 0  # how far it was is no part of the answer
    page.get_by_text("meets", exact=False).first.wait_for()
    page.get_by_role("button", name="Go on with the chosen one").wait_for()


def test_a_question_of_need_lies_ready(page: Page, address: str) -> None:
    """It says what is asked and what is compared, and in the end what is enough."""
    page.goto(f"{address}/size")
    page.get_by_text("How many servers let nine in ten begin within a week?").first.wait_for()
    page.get_by_text("1 server · 3 servers (as today) · 4 servers").first.wait_for()
    page.get_by_text("How sure, and how long it may take").first.click()
    first = page.get_by_role("spinbutton", name="Simulated years each begins with")
    first.fill("50")
    first.press("Enter")
    page.get_by_role("button", name="Find what is enough").click()
    page.get_by_text("What was found").first.wait_for()
    page.get_by_text("4 servers is the cheapest of 3 configurations").first.wait_for()
    assert page.get_by_text("Below is the answer to what was asked before").count() == 0
    page.get_by_text("One of my own").first.click()
    page.get_by_text("Below is the answer to what was asked before").first.wait_for()


def test_saved_scenarios_stand_side_by_side(page: Page, address: str) -> None:
    """Saved on one page, it is a column beside today on another, with its file to download."""
    one_more(page, address)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved; it stands").first.wait_for()
    page.get_by_role("link", name="Compare and report").click()
    page.get_by_text("In brackets the difference").first.wait_for()
    page.get_by_role("columnheader", name="What if").first.wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the table").click()
    assert "Figure,Today" in Path(download.value.path()).read_text(encoding="utf-8").splitlines()[0]
    page.get_by_role("button", name="Remove As I have changed it now").click()
    page.get_by_text("Not chosen, and so not in the table").first.wait_for()
    page.get_by_role("link", name="Today").click()
    page.get_by_text("Are the targets met?").first.wait_for()
    page.get_by_role("link", name="Compare and report").click()
    page.get_by_text("Not chosen, and so not in the table").first.wait_for()  # what was chosen is kept


def test_a_report_is_made_and_taken_away(page: Page, address: str) -> None:
    """Of what was changed and of the same saved, of as few simulated years as may be: the page and the workbook."""
    one_more(page, address)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved; it stands").first.wait_for()
    page.get_by_role("link", name="Compare and report").click()
    page.get_by_role("slider", name="Simulated years").press("Home")
    page.get_by_role("button", name="Make the report").click()
    page.get_by_text("The report is made.").first.wait_for()  # a process of its own that draws it all
    for button, begins in (("Download the report", b"<!DOCTYPE html>"), ("Download the Excel workbook", b"PK")):
        with page.expect_download() as download:
            page.get_by_role("button", name=button).click()
        assert Path(download.value.path()).read_bytes().startswith(begins)


def test_a_log_becomes_a_hospital(page: Page, address: str, tmp_path: Path) -> None:
    """Columns are guessed; what was found is saved, and becomes today."""
    first = datetime(2026, 1, 5, 9, 0)
    rows = [
        f"p{number},{step},{first + timedelta(hours=7 * number + later):%Y-%m-%dT%H:%M}"
        for number in range(120)
        for step, later in (("clinic", 0), ("scan", 30 + number % 5))
    ]
    (tmp_path / "log.csv").write_text("\n".join(["case_id,activity,end", *rows]) + "\n", encoding="utf-8")
    page.goto(f"{address}/data")
    page.get_by_role("tab", name="Event log").click()
    page.get_by_text("Event log (CSV or XES").first.wait_for()
    page.locator("input[type=file]").set_input_files(tmp_path / "log.csv")
    page.get_by_text("The first rows").first.wait_for()
    page.get_by_role("button", name="Make a hospital of it").click()
    page.get_by_text("The hospital was made").first.wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download what the log says").click()
    assert "clinic" in Path(download.value.path()).read_text(encoding="utf-8")


def test_a_list_is_previewed_and_a_damaged_file_refused(page: Page, address: str, tmp_path: Path) -> None:
    """The first rows and columns of a good list are shown; what is no table is refused in a sentence with its place."""
    page.goto(f"{address}/data")
    good, bad = tmp_path / "list.csv", tmp_path / "bad.csv.gz"
    good.write_text("state,joined\nnowhere,2027-01-03\n", encoding="utf-8")
    bad.write_bytes(b"\x1f\x8b\x08 cut off")
    upload = page.locator("input[type=file]")
    upload.set_input_files(bad)
    page.get_by_text("is no table that can be read").first.wait_for()
    upload.set_input_files(good)
    page.get_by_text("The first rows").first.wait_for()
    page.get_by_text("What the list's steps are here").first.wait_for()
    page.get_by_role("button", name="Read the list").click()
    page.get_by_text("which is no activity or delay").first.wait_for()


def test_a_visit_that_ended_says_so(visitor: Callable[[], Page], tmp_path: Path) -> None:
    """The server is started anew under an open page: it comes back by itself, and says what became of the changes."""
    pytest.importorskip("streamlit", reason="streamlit is not installed")
    port = free_port()
    with ExitStack() as first:
        address = first.enter_context(serving(HOSPITAL, tmp_path, port))
        page = visitor()
        one_more(page, address)
        page.wait_for_url(re.compile("visit="))
    with serving(HOSPITAL, tmp_path, port):
        page.get_by_text("Your visit ended meanwhile").first.wait_for()
        page.get_by_role("button", name="Understood").click()
        page.get_by_text("Nothing yet").first.wait_for()


def test_a_visitor_may_choose_chinese(visitor: Callable[[], Page], address: str) -> None:
    """Everything one reads is then in it, what comes later by itself too, and the other visitors' pages are not."""
    page = visitor()
    page.goto(address)
    page.get_by_text("Are the targets met?").first.wait_for()
    page.get_by_role("combobox", name="Language").click()
    page.get_by_role("option", name="简体中文").click()
    page.get_by_text("目标是否达到？").first.wait_for()
    page.get_by_text("已模拟").first.wait_for()
    assert page.get_by_text("Are the targets met?").count() == 0
    other = visitor()
    other.goto(address)
    other.get_by_text("Are the targets met?").first.wait_for()
