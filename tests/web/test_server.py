"""The pages on a server, in a browser: logging in at a provider, what each role sees, and whose scenarios are whose."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.web.provider import Provider, providing
from tests.web.server import free_port, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

HOSPITAL = Path(__file__).with_name("hospital.yaml")
SECRET = "SMITHSON-4711"  # of a patient, in a file somebody uploads

NO_ROLE = "You are logged in, but nobody has given you a role here. Whoever looks after this server can."

pytestmark = pytest.mark.browser


def settings(pages: str, provider: str) -> str:
    """Write a server's file."""
    return f"""
[auth]
redirect_uri = "{pages}/oauth2callback"
cookie_secret = "{"drawn at random " * 3}"
client_id = "pathway"
client_secret = "between the two"
server_metadata_url = "{provider}/.well-known/openid-configuration"
[roles.editor]
emails = ["anna@hospital.example"]
claims = {{ department = "radiology" }}
[roles.reader]
groups = ["wards"]
[limits]
runs = 1
years = 300
"""


@dataclass(frozen=True)
class Served:
    """The pages behind a login, the folder of all they keep, and the provider."""

    address: str
    folder: Path
    provider: Provider

    @property
    def log(self) -> str:
        """All the server has said so far."""
        return (self.folder / "log.txt").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    for library in ("streamlit", "authlib", "httpx"):
        pytest.importorskip(library, reason=f"{library} is not installed")
    folder, port = tmp_path_factory.mktemp("server"), free_port()
    config = folder / "server.toml"
    with providing() as provider:
        config.write_text(settings(f"http://localhost:{port}", provider.address), encoding="utf-8")
        config.chmod(0o600)
        with serving(HOSPITAL, folder, port, f"--config={config}"):
            yield Served(f"http://localhost:{port}", folder, provider)


@pytest.fixture
def visit(browser: Browser, served: Served) -> Iterator[Callable[..., Page]]:
    """Visitors with a browser of their own, logged in with these claims."""
    pages: list[Page] = []

    def come(path: str = "", **claims: object) -> Page:
        page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
        page.set_default_timeout(60_000)
        pages.append(page)
        page.goto(f"{served.address}/{path}")
        if claims:
            served.provider.next = claims
            page.get_by_role("button", name="Log in").click()
            page.get_by_role("button", name="Log out").wait_for()
            page.goto(f"{served.address}/{path}")
        return page

    yield come
    assert [page.get_by_test_id("stException").count() for page in pages] == [0] * len(pages)
    for page in pages:
        page.context.close()


ANNA = {"sub": "1", "email": "anna@hospital.example", "email_verified": True}
BEN = {"sub": "2", "department": "radiology"}
WARD = {"sub": "3", "groups": ["wards", "others"]}


@pytest.mark.parametrize("path", ["", "what-if", "data"])
def test_who_has_not_logged_in_sees_no_page(visit: Callable[..., Page], path: str) -> None:
    page = visit(path)
    page.get_by_text("Log in to see the pages").first.wait_for()
    assert page.get_by_text("Are the targets met?").count() == 0
    assert page.get_by_role("link", name="What if").count() == 0


def test_who_has_no_role_sees_a_sentence(visit: Callable[..., Page]) -> None:
    """An address that the provider has not verified is nobody's."""
    page = visit(**{**ANNA, "sub": "4", "email_verified": False})
    page.get_by_text("nobody has given you a role here").first.wait_for()
    page.get_by_role("button", name="Log out").wait_for()
    assert {link.get_attribute("href") for link in page.get_by_role("link").all()} <= {"#stMain", "#pathway"}
    said = page.get_by_test_id("stMain").inner_text().split("\n")
    assert [line for line in said if line] == ["Pathway", NO_ROLE, "Log out"]
    page.get_by_role("button", name="Log out").click()
    page.get_by_text("Log in to see the pages").first.wait_for()


def test_two_editors_and_a_reader(visit: Callable[..., Page], served: Served) -> None:
    """What one saves the other does not see, until it is shared; a reader then does, and can change nothing."""
    anna = visit("what-if", **ANNA)
    anna.get_by_role("tab", name="How many").press("Enter")
    anna.get_by_role("slider").first.focus()
    anna.keyboard.press("ArrowRight")
    anna.get_by_text("Server: 4 instead of 3").first.wait_for()
    anna.get_by_label("Name", exact=True).fill("../Anna's own")
    anna.keyboard.press("Tab")
    anna.get_by_role("button", name="Save", exact=True).click()
    anna.get_by_text("Saved; it stands").first.wait_for()
    (saved,) = (served.folder / "saved").rglob("*.yaml")
    assert (saved.name, saved.parent.parent.name) == ("anna_s_own.yaml", "people")
    assert saved.parent.stat().st_mode & 0o077 == 0

    ben = visit("compare", **BEN)
    ben.get_by_text("No scenario is saved yet in your own folder").first.wait_for()
    ward = visit("compare", **WARD)
    ward.get_by_text("Nobody has shared a scenario yet").first.wait_for()

    anna.get_by_role("link", name="Compare and report").click()
    anna.get_by_role("button", name="Share", exact=True).click()
    anna.get_by_text("(shared)").first.wait_for()
    ward.reload()
    ward.get_by_text("anna s own (shared)").first.wait_for()
    ward.get_by_text("In brackets the difference").first.wait_for()
    assert ward.get_by_role("link", name="What if").count() == 0
    assert ward.get_by_role("button", name="Make the report").count() == 0
    assert ward.get_by_role("button", name="Go on with").count() == 0
    ward.goto(f"{served.address}/what-if")
    ward.get_by_text("Page not found").first.wait_for()
    assert ward.get_by_role("tab", name="How many").count() == 0


def test_a_run_that_is_too_long_is_refused_and_a_second_waits(visit: Callable[..., Page]) -> None:
    """One run at a time here: who comes second is told how many are before; it begins when the first is ended."""
    anna, ben = visit("size", **ANNA), visit("size", **BEN)
    for page in (anna, ben):
        page.get_by_text("One of my own").first.click()
        page.get_by_text("What may be more or fewer").first.wait_for()
        page.get_by_text("How sure, and how long it may take").first.click()
        for name, number in (("Percentage points", "1"), ("Simulated years each may take", "500")):
            page.get_by_role("spinbutton", name=name).fill(number)
            page.get_by_role("spinbutton", name=name).press("Tab")
    anna.get_by_role("button", name="Find what is enough").click()
    anna.get_by_text("this server allows 300 for one run").first.wait_for()
    for page in (anna, ben):
        most = page.get_by_role("spinbutton", name="Simulated years each may take")
        most.fill("400")
        most.press("Tab")
        page.get_by_role("button", name="Find what is enough").click()
        page.get_by_role("button", name="Cancel").wait_for()
    ben.get_by_text("Waiting for its turn: 1 before you.").first.wait_for()
    anna.get_by_role("button", name="Cancel").click()
    ben.get_by_text("Under way").first.wait_for()
    ben.get_by_role("button", name="Cancel").click()
    ben.get_by_text("Stopped.").first.wait_for()


def test_no_uploaded_content_is_in_the_log(visit: Callable[..., Page], served: Served, tmp_path: Path) -> None:
    """Neither of a list that is refused nor of a log that cannot be calibrated; its own way out is not the log."""
    page = visit("data", **ANNA)
    sent = tmp_path / f"list {SECRET}.csv"
    sent.write_text(f"id,state,joined\n{SECRET},{SECRET},{SECRET}\n", encoding="utf-8")
    page.locator("input[type=file]").set_input_files(sent)
    page.get_by_text("The first rows").first.wait_for()
    page.get_by_role("button", name="Read the list").click()
    page.get_by_text("What is wrong").first.wait_for()
    assert SECRET not in served.log
    assert "hospital.example" not in served.log
