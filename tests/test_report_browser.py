"""The report in a browser: every chart is drawn, nothing is fetched or offered for upload, and it prints on A4."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from pathway.report import page, write_drawing, write_report
from tests.fake_results import fake_loads, fake_results, scenario

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

A4 = (595, 842)  # points
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 400, "height": 800}

pytestmark = pytest.mark.browser


@dataclass
class Opened:
    """A page that is open, what it asked for, and what it complained of."""

    page: Page
    asked: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)


def opened(browser: Browser, file: Path, size: dict[str, int] = WIDE) -> Opened:
    """Open a file, let nothing but itself through, and wait until its charts are drawn."""
    page = browser.new_page(viewport=size)  # type: ignore[arg-type]
    found = Opened(page)

    def answer(route: Route) -> None:
        found.asked.append(route.request.url)
        if route.request.url == file.as_uri():
            route.continue_()
        else:
            route.abort()

    page.route("**/*", answer)
    page.on("console", lambda said: found.complaints.append(said.text) if said.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: found.complaints.append(str(error)))
    page.goto(file.as_uri())
    page.wait_for_function("[...document.querySelectorAll('.chart')].every(place => place.querySelector('.main-svg'))")
    return found


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report on invented results of two scenarios; the chapter of the second is but its first page."""
    results = fake_results("base", "other")
    path = tmp_path_factory.mktemp("report") / "report.html"
    drawn = page.sections
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(page, "sections", lambda material: drawn(material) if material.scenario.name == "base" else ())
        return write_report(results, path, loads={name: fake_loads() for name in results.scenarios})


@pytest.fixture(scope="module")
def seen(browser: Browser, report: Path) -> Iterator[Opened]:
    """The report, open."""
    found = opened(browser, report)
    yield found
    found.page.close()


def test_every_chart_is_drawn(seen: Opened) -> None:
    """Each has marks on it, and none has an error in place of a drawing."""
    drawn = seen.page.evaluate(
        "[...document.querySelectorAll('.chart')].map(chart => chart.querySelectorAll('path').length)"
    )
    assert len(drawn) >= 20
    assert min(drawn) > 3
    assert seen.page.locator(".plotly-notifier").count() == 0


def test_no_request_leaves_the_machine(seen: Opened, report: Path) -> None:
    """The page asks for itself and for nothing else, and complains of nothing."""
    assert seen.asked == [report.as_uri()]
    assert seen.complaints == []


def test_nothing_is_offered_for_upload(seen: Opened) -> None:
    """No button shares a chart, however one points at it."""
    seen.page.locator(".chart").first.hover()
    text = seen.page.content()
    assert "Share chart" not in seen.page.locator("main").inner_text()
    assert seen.page.locator("[data-title*='Share']").count() == 0
    assert "https://cloud.plotly.com" not in text


def test_the_policy_would_stop_a_request(seen: Opened) -> None:
    """Even a script on the page could not send anything."""
    sent = "fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'stopped')"
    assert seen.page.evaluate(sent) == "stopped"
    assert seen.asked[1:] == []  # stopped before it became a request
    seen.complaints.clear()


def test_unkind_titles_are_read_and_not_run(seen: Opened) -> None:
    """The script in a title stands there as text, in headings and in charts."""
    assert "<script>alert('x')</script>" in seen.page.locator("main").inner_text()
    ticks = seen.page.evaluate("[...document.querySelectorAll('.chart text')].map(each => each.textContent).join(' ')")
    assert "<script>alert('x')</script>" in ticks


def test_no_chart_is_wider_than_its_column(seen: Opened) -> None:
    """Nothing is cut off at the right."""
    over = seen.page.evaluate(
        "[...document.querySelectorAll('.chart')].filter(chart => chart.querySelector('.main-svg')"
        ".getBoundingClientRect().right > chart.getBoundingClientRect().right + 2).length"
    )
    assert over == 0


def test_links_of_the_contents_lead_somewhere(seen: Opened) -> None:
    """Every entry has its section."""
    lost = seen.page.evaluate(
        "[...document.querySelectorAll('nav a')].map(link => link.getAttribute('href'))"
        ".filter(target => !document.querySelector(target)).length"
    )
    assert lost == 0


def test_it_prints_on_a4(seen: Opened, tmp_path: Path) -> None:
    """Pages are A4; on paper charts are drawn to its width, and the contents are left out."""
    path = tmp_path / "report.pdf"
    seen.page.pdf(path=str(path), prefer_css_page_size=True)
    content = path.read_bytes()
    assert content.startswith(b"%PDF")
    boxes = {tuple(round(float(each)) for each in box.split()[2:]) for box in _media_boxes(content)}
    assert boxes == {A4}


def test_paper_has_its_own_drawing(seen: Opened) -> None:
    """Before printing every chart is drawn 690 pixels wide, afterwards as before."""
    width = "document.querySelector('.chart .main-svg').getBoundingClientRect().width"
    before = seen.page.evaluate(width)
    seen.page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert seen.page.evaluate(width) == 690
    seen.page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert seen.page.evaluate(width) == before


@pytest.mark.usefixtures("front_only")
def test_the_options_are_one_page_of_paper(browser: Browser, tmp_path: Path) -> None:
    """Doing nothing and four alternatives, with the question of each, fit between the margins of A4."""
    results = fake_results("base", "second", "third one", "the fourth", "and the fifth")
    path = write_report(results, tmp_path / "options.html", loads={})
    page = browser.new_page(viewport={"width": 695, "height": 1039}, java_script_enabled=False)  # 184 by 275 mm
    page.goto(path.as_uri())
    page.emulate_media(media="print")
    box, table = (page.locator(which).first.bounding_box() for which in (".options", ".options table"))
    page.close()
    assert box is not None
    assert table is not None
    assert box["height"] <= 1039
    assert table["width"] <= 695


def test_a_comparison_is_drawn_and_answers_to_a_pointer(seen: Opened) -> None:
    """Differences, clocks over each other and lists side by side are drawn; a click on a name takes its line away."""
    titles = seen.page.locator("#all-compare figure h3").all_inner_texts()
    assert titles[-1] == "Waiting lists side by side"
    chart = seen.page.locator("#all-compare figure", has_text="Waiting lists side by side")
    assert chart.locator(".legendtoggle").count() >= 2
    before = chart.locator(".scatterlayer .trace").count()
    chart.locator(".legendtoggle").first.dispatch_event("mousedown")
    chart.locator(".legendtoggle").first.dispatch_event("mouseup")
    seen.page.wait_for_timeout(1000)
    assert chart.locator(".scatterlayer .trace").count() < before
    chart.locator(".legendtoggle").first.dispatch_event("mousedown")
    chart.locator(".legendtoggle").first.dispatch_event("mouseup")
    assert seen.complaints == []


def test_it_can_be_read_on_a_narrow_screen(browser: Browser, report: Path) -> None:
    """Nothing but tables, which scroll by themselves, is wider than the screen."""
    narrow = opened(browser, report, PHONE)
    assert narrow.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"] + 1
    narrow.page.close()


def test_the_page_of_a_scenario_is_drawn_too(browser: Browser, tmp_path: Path) -> None:
    """The pathway before a run: all phases drawn, nothing asked for, no complaint."""
    file = write_drawing(scenario(), tmp_path / "pathway.html")
    found = opened(browser, file)
    assert found.page.locator(".chart .main-svg").count() >= 4
    assert found.asked == [file.as_uri()]
    assert found.complaints == []
    found.page.close()


def _media_boxes(content: bytes) -> list[str]:
    return [part.split(b"]")[0].decode() for part in content.split(b"/MediaBox [")[1:]]
