"""What a server allows: its file, roles, folders, turns, the end of what nobody looks at, and what its log says."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import threading
import time
from importlib import import_module
from pathlib import Path

import pytest
from typer.testing import CliRunner

import pathway.hosting as hosting
from pathway.cli import app
from pathway.errors import PathwayError, ScenarioError
from pathway.hosting import Limits, Members, Person, Role, Settings, own_folder, person_of, read_settings
from pathway.scenario import load_scenario
from pathway.web import answering, errands, hosted, logs, sharing, sizing, uploads, years
from pathway.web.changes import file_name, save
from pathway.web.errands import Errand
from pathway.web.turns import Turns
from tests.web.server import is_there

HOSPITAL = Path(__file__).with_name("hospital.yaml")
SECRET = "correct horse battery staple, twice over"
GOOD = f"""\
[auth]
redirect_uri = "https://pathway.hospital.example/oauth2callback"
cookie_secret = "{SECRET}"
client_id = "pathway"
client_secret = "{SECRET}"
server_metadata_url = "https://login.hospital.example/.well-known/openid-configuration"

[roles.editor]
emails = ["Anna@hospital.example"]

[roles.reader]
groups = ["wards"]
claims = {{ department = "radiology", staff = "true" }}

[limits]
runs = 3
"""


def read(tmp_path: Path, text: str) -> Settings:
    file = tmp_path / "server.toml"
    file.write_text(text, encoding="utf-8")
    file.chmod(0o600)
    return read_settings(file)


def test_a_server_file_is_read(tmp_path: Path) -> None:
    settings = read(tmp_path, GOOD)
    assert (settings.has_login, settings.host) == (True, "pathway.hospital.example")
    assert settings.editor == Members(("anna@hospital.example",))
    assert settings.reader.groups == ("wards",)
    assert settings.limits == Limits(runs=3)


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        (f'cookie_secret = "{SECRET}"', 'cookie_secret = "short, and told"', 3, "at least 32 characters"),
        ('client_id = "pathway"', "client_id = 4", 4, "client_id is needed"),
        ("https://login", "http://login", 6, "begins with https"),
        ("/oauth2callback", "/back", 2, "ends with /oauth2callback"),
        ("client_id", "client_idd", 4, "did you mean client_id?"),
        ("[roles.editor]", "[roles.editors]", 8, "did you mean editor?"),
        ('["Anna@hospital.example"]', '["Anna"]', 9, "emails are addresses"),
        ('["wards"]', '"wards"', 12, "a list of texts"),
        ('staff = "true"', "staff = true", 13, "a table of texts"),
        ("runs = 3", "runs = 0", 16, "a whole number from 1"),
        ("runs = 3", "runs = true", 16, "a whole number from 1"),
        ("[limits]", "[limit]", 15, "did you mean limits?"),
        ("[limits]", "[limits", 15, "is not TOML from here on"),
    ],
    ids=lambda each: each if isinstance(each, str) and " " not in each else "",
)
def test_what_is_wrong_is_said_with_its_line_and_no_secret(
    tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    assert old in GOOD
    with pytest.raises(ScenarioError) as refusal:
        read(tmp_path, GOOD.replace(old, new))
    assert (line, True) in {(each.line, said in each.message) for each in refusal.value.findings}
    assert SECRET not in str(refusal.value)
    assert "short, and told" not in str(refusal.value)


def test_a_file_that_gives_nobody_a_role_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="nobody could do anything"):
        read(tmp_path, GOOD.partition("[roles.editor]")[0])
    with pytest.raises(PathwayError, match="No such file"):
        read_settings(tmp_path / "nowhere.toml")


# ---------------------------------------------------------------- who may


ISSUED = {"iss": "https://login.hospital.example", "sub": "1"}


@pytest.mark.parametrize(
    ("claims", "role"),
    [
        ({"email": "ANNA@hospital.example", "email_verified": True}, Role.EDITOR),
        ({"email": "anna@hospital.example", "email_verified": False}, None),
        ({"email": "anna@hospital.example"}, None),
        ({"email": "anna@hospital.example.evil.example", "email_verified": True}, None),
        ({"groups": ["others", "wards"]}, Role.READER),
        ({"groups": "wards"}, Role.READER),
        ({"groups": "forwards"}, None),
        ({"department": "radiology"}, Role.READER),
        ({"staff": True}, Role.READER),
        ({"staff": None}, None),
        ({"email": "anna@hospital.example", "email_verified": True, "groups": ["wards"]}, Role.EDITOR),
        ({}, None),
    ],
    ids=str,
)
def test_a_role_is_by_address_group_or_claim(tmp_path: Path, claims: dict[str, object], role: Role | None) -> None:
    person = person_of(ISSUED | claims, read(tmp_path, GOOD))
    assert person is not None
    assert person.role is role


def test_a_whole_domain_and_addresses_nobody_verified() -> None:
    """A provider that does not say whether it has verified an address is believed only if the file says so."""
    claims = ISSUED | {"email": "ben@hospital.example"}
    settings = Settings("file", editor=Members(("*@hospital.example",)))
    assert person_of(claims | {"email_verified": True}, settings).role is Role.EDITOR  # type: ignore[union-attr]
    assert person_of(claims, settings).role is None  # type: ignore[union-attr]
    believing = Settings("file", editor=settings.editor, unverified_emails=True)
    assert person_of(claims, believing).role is Role.EDITOR  # type: ignore[union-attr]
    assert person_of(claims | {"email_verified": False}, believing).role is None  # type: ignore[union-attr]


def test_a_login_ends(tmp_path: Path) -> None:
    settings = read(tmp_path, GOOD)  # 12 hours
    began = {"iat": 1_000_000}
    assert not hosting.is_over(began, settings, 1_000_000 + 12 * 3600)
    assert hosting.is_over(began, settings, 1_000_000 + 12 * 3600 + 1)
    assert hosting.is_over({}, settings)
    assert hosting.is_over({"iat": True}, settings)


# ---------------------------------------------------------------- whose is what


@pytest.mark.parametrize("subject", ["../../etc", "a/b", "anna@hospital.example", "\0", "." * 300], ids=range(5))
def test_a_folder_is_named_by_a_hash(tmp_path: Path, subject: str) -> None:
    """Whatever the subject, the folder lies where it should, says nothing about them, and is theirs alone."""
    person = person_of({"iss": "https://a.example", "sub": subject, "email": "x@y.example"}, Settings("file"))
    assert person is not None
    folder = own_folder(tmp_path, person)
    assert folder.resolve().parent == tmp_path.resolve() / "people"
    assert folder.name.isalnum()
    assert folder.stat().st_mode & 0o077 == 0
    other = person_of({"iss": "https://b.example", "sub": subject}, Settings("file"))
    assert other is not None
    assert other.key != person.key  # two providers may have the same subject


@pytest.mark.parametrize("claims", [{}, {"sub": ""}, {"sub": 3, "iss": "a"}, {"sub": "1"}], ids=str)
def test_nobody_has_no_folder(claims: dict[str, object]) -> None:
    assert person_of(claims, Settings("file")) is None


@pytest.mark.parametrize(
    "title", ["../../../etc/passwd", "..", "a/../../b", "C:\\x", "/root/.ssh/id", "\0", "肝脏" * 99], ids=range(7)
)
def test_what_is_saved_or_sent_stays_in_its_folder(tmp_path: Path, title: str) -> None:
    inner = tmp_path / "own"
    path = save(load_scenario(HOSPITAL), title, inner)
    assert path.resolve().parent == inner.resolve()
    assert len(file_name("肝x" * 500).encode()) <= 100
    sent = uploads.Kept(title, b"x")
    folder = Path(sent._folder.name)
    assert sent.path.resolve().parent == folder.resolve()
    assert sent.path.read_bytes() == b"x"
    del sent
    assert not folder.exists()  # what was sent goes with the visit


def test_scenarios_are_shown_to_all_and_taken_back_by_their_own(tmp_path: Path) -> None:
    anna, ben = Person("a" * 32, Role.EDITOR), Person("b" * 32, Role.EDITOR)
    scenario = load_scenario(HOSPITAL).override({"resources.server.capacity": 5}, name="five", title="Five")
    own = save(scenario, "Five", own_folder(tmp_path, anna))
    assert sharing.shown_to_all(tmp_path) == []
    shown = sharing.show_to_all(own, tmp_path, anna)
    assert sharing.shown_to_all(tmp_path) == [shown]
    assert anna.key not in str(shown.relative_to(tmp_path))
    assert load_scenario(shown).resources["server"].capacity == 5
    sharing.show_no_more(shown, tmp_path, ben)
    sharing.show_no_more(own, tmp_path, ben)
    assert own.exists()
    assert shown.exists()
    sharing.show_no_more(shown, tmp_path, anna)
    assert sharing.shown_to_all(tmp_path) == []
    (own.parent / "link.yaml").symlink_to(HOSPITAL.resolve())
    assert sharing.saved_in(own.parent) == [own]


def test_no_path_to_a_file_varies() -> None:
    """`extends:` and `model:` name files, which could be anybody's."""
    assert sizing.options({}, [], "resources.ct.capacity=1..2") == ["--vary=resources.ct.capacity=1..2"]
    for line in ("extends=people/x.yaml", "model=/etc/passwd", " extends =x", "titles.zh=x"):
        with pytest.raises(PathwayError, match="What varies is one of these"):
            sizing.options({}, [], line)


# ---------------------------------------------------------------- whose turn it is


def test_parts_of_one_piece_of_work_share_a_place() -> None:
    """Who came first is done first: both parts of a's work before b's, whoever has less under way."""
    turns = Turns(1)
    first, second = turns.place(), turns.place()
    one = turns.ask("a", 0, first)
    theirs, again = turns.ask("b", 0, second), turns.ask("a", 0, first)
    turns.give_back(one)
    assert (again.has_turn, theirs.has_turn) == (True, False)


def test_turns_are_of_all_and_of_one() -> None:
    """Room for two, for one of each: the second of one waits although there is room."""
    turns = Turns(2, 1)
    one, again, other, third = (turns.ask(owner) for owner in ("a", "a", "b", "c"))
    assert [each.has_turn for each in (one, again, other, third)] == [True, False, True, False]
    assert turns.waiting_of("a") == 1
    assert turns.before(third) == 2  # those under way; `again` has more under way, and comes after
    turns.give_back(other)
    assert third.has_turn
    turns.give_back(one)
    assert again.has_turn
    turns.give_back(one)  # once is enough
    assert not turns.ask("d").has_turn


def test_what_is_urgent_is_next_and_what_is_given_up_never() -> None:
    turns = Turns(1)
    first, later, urgent, gone = (
        turns.ask(owner, urgency) for owner, urgency in zip("abcd", (0, 2, 0, 0), strict=True)
    )
    assert (turns.before(urgent), turns.before(gone), turns.before(later)) == (1, 2, 3)
    turns.give_back(gone)
    assert not turns.await_turn(gone)
    turns.give_back(first)
    assert (urgent.has_turn, later.has_turn) == (True, False)


def test_no_more_run_at_once_than_there_is_room() -> None:
    """Eight threads in a room of two."""
    turns, lock, inside, most = Turns(2), threading.Lock(), [0], [0]

    def work(owner: str) -> None:
        with turns.turn(owner):
            with lock:
                inside[0] += 1
                most[0] = max(most[0], inside[0])
            time.sleep(0.01)
            with lock:
                inside[0] -= 1

    threads = [threading.Thread(target=work, args=(str(n),)) for n in range(8)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert most == [2]


def test_who_asks_later_for_an_answer_is_told_how_many_are_before() -> None:
    base = load_scenario(HOSPITAL)
    hold, work = threading.Event(), years.Work(base)

    def tell(_: int) -> bool:
        return hold.wait(20)

    one, two = (answering.Job((work,), tell, (1,), owner=owner).start() for owner in ("a", "b"))
    assert (one.before, two.before) == (0, 1)
    hold.set()
    assert (one.wait().told, two.wait().told, two.before) == (True, True, 0)


def test_a_run_of_too_many_years_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """26 weeks and twice four are 0.65 years: of 100 years at most, 153 replications are too many."""
    monkeypatch.setattr(hosted, "settings", lambda: Settings(limits=Limits(years=100)))
    base = load_scenario(HOSPITAL)
    hosted.check_years(153, base)
    with pytest.raises(PathwayError, match="would be 101 simulated years.*allows 100"):
        hosted.check_years(155, base)
    with pytest.raises(PathwayError, match="simulated years"):
        hosted.check_years(80, base, 2)


ENDLESS = ["size", str(HOSPITAL), "--vary=resources.server.capacity=2..9", "--at-most=500", "--no-store"]


def begun(errand: Errand) -> int:
    for _ in range(100):
        if errand._process is not None:
            return errand._process.pid
        time.sleep(0.05)
    raise TimeoutError


def test_the_process_of_a_closed_page_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    """As nobody looks any more; what waited for its turn then never begins, and its files are gone with the errand."""
    monkeypatch.setattr(errands, "UNWATCHED", 0.5)
    monkeypatch.setattr(errands, "LOOK", 0.1)
    turns = Turns(1)
    errand, after = Errand(ENDLESS, turns=turns), Errand(ENDLESS, turns=turns)
    process = begun(errand)
    assert is_there(process)
    assert (after.is_waiting, after.before) == (True, 1)
    after._seen -= 1.0  # its page was closed before
    assert errand._over.wait(20)
    assert after._over.wait(20)
    assert not is_there(process)
    assert (errand.is_cancelled, after.code) == (True, None)
    folder = errand.folder
    del errand
    time.sleep(0.3)  # its own threads let go of it
    assert not folder.exists()


def test_a_run_that_takes_too_long_is_ended() -> None:
    errand = Errand(ENDLESS, minutes=0.3 / 60)
    process = begun(errand)
    assert errand.wait(20).is_too_long
    assert not is_there(process)


@pytest.mark.skipif(os.name != "posix", reason="groups of processes are POSIX")
def test_a_run_ends_with_the_pages_even_if_they_were_killed() -> None:
    """The pages have no chance to end it: it sees for itself that they are gone."""
    asks = f"from pathway.web.errands import Errand; import time; run = Errand({ENDLESS!r})"
    waits = "while run._process is None: time.sleep(0.05)"
    source = f"{asks}\n{waits}\nprint(run._process.pid, flush=True)\ntime.sleep(600)"
    pages = subprocess.Popen([sys.executable, "-c", source], stdout=subprocess.PIPE, text=True)
    assert pages.stdout is not None
    process = int(pages.stdout.readline())
    assert is_there(process)
    time.sleep(3.0)  # until it has begun to follow
    pages.kill()
    pages.wait()
    pages.stdout.close()
    until = time.monotonic() + 20
    while is_there(process) and time.monotonic() < until:
        time.sleep(0.1)
    assert not is_there(process)


# ---------------------------------------------------------------- the door, and the log


def test_other_machines_are_let_in_only_on_purpose(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a login `--address 0.0.0.0` is refused with the reason; that it is meant can be said."""
    asked: list[list[str]] = []
    monkeypatch.setattr(import_module("pathway.cli.web"), "served", lambda told, _: asked.append(told) or 0)
    monkeypatch.delenv("PATHWAY_WEB_CONFIG", raising=False)
    ask = ["web", str(HOSPITAL), "--address=0.0.0.0"]
    refused = CliRunner().invoke(app, ask)
    assert (refused.exit_code, asked) == (2, [])
    assert "there is no login" in refused.output
    assert CliRunner().invoke(app, [*ask, "--without-login"]).exit_code == 0
    assert not any("allowedHosts" in each for each in asked[0])
    assert CliRunner().invoke(app, ["web", str(HOSPITAL)]).exit_code == 0
    assert {"--server.allowedHosts=localhost", "--server.enableXsrfProtection=true", "--server.enableCORS=true"} <= set(
        asked[1]
    )  # fmt: skip


def test_a_login_is_given_to_streamlit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the command or by the environment; a fault of the file is refused before anything starts."""
    pytest.importorskip("authlib", reason="authlib is not installed")
    asked: list[list[str]] = []
    monkeypatch.setattr(import_module("pathway.cli.web"), "served", lambda told, _: asked.append(told) or 0)
    read(tmp_path, GOOD + "upload_mb = 7\n")
    file = tmp_path / "server.toml"
    monkeypatch.setenv("PATHWAY_WEB_CONFIG", str(file))
    assert CliRunner().invoke(app, ["web", str(HOSPITAL), "--address=0.0.0.0"]).exit_code == 0
    assert {f"--secrets.files={file}", "--server.maxUploadSize=7",
            "--server.allowedHosts=pathway.hospital.example"} <= set(asked[0])  # fmt: skip
    file.chmod(0o644)
    assert "everybody on this machine may read it" in CliRunner().invoke(app, ["web", str(HOSPITAL)]).output
    assert CliRunner().invoke(app, ["web", str(HOSPITAL), "--without-login"]).exit_code == 2
    file.write_text("[auth]\n", encoding="utf-8")
    refused = CliRunner().invoke(app, ["web", str(HOSPITAL)])
    assert refused.exit_code == 2
    assert f"{file}:1:1: client_id is needed" in refused.output


def test_the_log_says_where_and_not_what(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault whose message quotes a patient: in a logged traceback, in a thread, and at the end of the process."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    usual = logging.getLogRecordFactory()
    logger, handler = logging.getLogger("test_log"), logging.StreamHandler(sys.stderr)
    logger.addHandler(handler)
    try:
        logs.keep_data_out()
        try:
            int("SMITHSON")
        except ValueError as fault:
            logger.error("Uncaught app execution", exc_info=fault)
            sys.excepthook(type(fault), fault, fault.__traceback__)
        thread = threading.Thread(target=int, args=("SMITHSON",))
        thread.start()
        thread.join()
    finally:
        logging.setLogRecordFactory(usual)
        logger.removeHandler(handler)
    said = capsys.readouterr().err
    assert said.count("ValueError at ") == 3
    assert "test_hosting.py" in said
    assert "SMITHSON" not in said
