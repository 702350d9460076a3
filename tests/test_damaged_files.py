"""Damaged files: each way a file can be wrong is tried at each door, and said with its place; nothing is guessed."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pathway.cli import app
from pathway.interchange.calibration import read_log
from pathway.interchange.refusing import RefusedError

# ---------------------------------------------------------------- tables of events

HEAD = "case_id,activity,timestamp\n"
GOOD = "NA,Triage,2027-03-01T09:00\nNA,CT,2027-03-01T10:00\nB,Triage,2027-03-02T09:00\n"


def refused(tmp_path: Path, text: str | bytes, name: str = "log.csv") -> str:
    """Write a file, have it refused, and give what is said."""
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(RefusedError) as refusal:
        read_log(path)
    return str(refusal.value)


def test_a_case_called_na_is_a_case(tmp_path: Path) -> None:
    """NA is a name like any other."""
    (tmp_path / "log.csv").write_text(HEAD + GOOD, encoding="utf-8")
    assert read_log(tmp_path / "log.csv").cases == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "log.csv:1:1: is empty"),
        ("case_id,time,activty\n", "log.csv:1:1: the column 'activity' is missing; did you mean"),
        (HEAD + GOOD + "B,CT,01/03/2027 09:00\n", "log.csv:5:3: the time '01/03/2027 09:00' is not in ISO 8601"),
        (HEAD + GOOD + "B,CT,2027-03-02T09:30Z\n", "log.csv:5:3: the time has an offset from UTC where "
            "others have none"),
        (HEAD + GOOD + "B,Triage,2027-03-02T09:00\n", "log.csv:5:1: is the same as an earlier row in every column"),
        (HEAD + GOOD + "B,CT,2027-03-02T08:00\n", "log.csv:5:1: time goes backwards by 1 h: the row of the "
            "same case before it is line 4"),
        (HEAD + GOOD + "B,CT\n", "log.csv:5:1: has 2 cells, the head has 3"),
        (HEAD + GOOD + "B,,2027-03-02T09:30\n", "log.csv:5:2: has no activity"),
        ("case_id,activity,start,end\nA,CT,2027-03-01T09:00,2027-03-01T08:00\n", "log.csv:2:1: ends before it starts"),
    ],
)  # fmt: skip
def test_a_damaged_table_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """Each fault is said with its line and what would help."""
    assert said in refused(tmp_path, text)


def test_all_faults_are_said_at_once(tmp_path: Path) -> None:
    """Two faults, two lines."""
    text = refused(tmp_path, HEAD + "A,,2027-03-01T09:00\nA,CT,yesterday\n")
    assert ":2:2: has no activity" in text
    assert ":3:3: the time 'yesterday'" in text


def test_a_wrong_encoding_is_refused(tmp_path: Path) -> None:
    """Latin-1 is not UTF-8."""
    assert "log.csv:2:5: byte 5 of the line (0xfc) is not UTF-8; save the file" in refused(
        tmp_path, (HEAD + "A,Prüfung,2027-03-01T09:00\n").encode("latin-1")
    )


def test_a_packed_file_that_is_cut_off_is_refused(tmp_path: Path) -> None:
    """What is missing at the end is noticed."""
    packed = gzip.compress((HEAD + "".join(f"{n},CT,2027-03-01T09:00\n" for n in range(5000))).encode())
    assert "cut short or damaged here" in refused(tmp_path, packed[: len(packed) // 2], "log.csv.gz")


# ---------------------------------------------------------------- XES

XES = """<?xml version="1.0" encoding="UTF-8"?>
<log xmlns="http://www.xes-standard.org/">
<trace><string key="concept:name" value="NA"/>
<event><string key="concept:name" value="CT"/>
<string key="lifecycle:transition" value="start"/>
<date key="time:timestamp" value="2027-03-01T09:00:00+01:00"/></event>
<event><string key="concept:name" value="CT"/>
<string key="lifecycle:transition" value="complete"/>
<date key="time:timestamp" value="2027-03-01T09:30:00+01:00"/></event>
</trace></log>
"""


@pytest.mark.parametrize("packed", [False, True])
def test_xes_is_read(tmp_path: Path, packed: bool) -> None:
    """Start and completion are one visit; the wall clock is the hospital's."""
    path = tmp_path / ("log.xes.gz" if packed else "log.xes")
    path.write_bytes(gzip.compress(XES.encode()) if packed else XES.encode())
    log = read_log(path, zone="Europe/Berlin")

    assert (log.cases, log.case.size) == (1, 1)
    assert int(log.ended[0] - log.started[0]) == 1800
    assert int(log.local(log.started)[0]) % 86_400 == 9 * 3600


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (XES[:300], "it is cut off"),
        (XES.replace("<log", '<!DOCTYPE x [<!ENTITY a "aaaa">]><log', 1), "holds a document type or entities"),
        (XES.replace("<log", '<!DOCTYPE x SYSTEM "file:///etc/passwd"><log', 1), "holds a document type or entities"),
        (XES.replace('<date key="time:timestamp" value="2027-03-01T09:30:00+01:00"/>', ""), "log.xes:7:1: an "
            "event has no time:timestamp"),
        (XES.replace("2027-03-01T09:30:00+01:00", "1.3.2027"), "log.xes:7:1: the time '1.3.2027' is not in "
            "the standard's form"),
        ("<html></html>", "is no event log in XES"),
    ],
)  # fmt: skip
def test_a_damaged_or_harmful_xes_is_refused(tmp_path: Path, text: str, said: str) -> None:
    """No entity is expanded, nothing is fetched, and a log that is cut off is no log."""
    assert said in refused(tmp_path, text, "log.xes")


def test_no_identifier_is_kept_or_said(tmp_path: Path) -> None:
    """A patient's number is in no message and in nothing that was read."""
    number = "943 476 5919"
    text = HEAD + f"{number},Triage,2027-03-01T09:00\n{number},CT,2027-03-01T08:00\n"
    assert number not in refused(tmp_path, text)
    (tmp_path / "log.csv").write_text(HEAD + f"{number},Triage,2027-03-01T09:00\n", encoding="utf-8")
    assert number not in repr(vars(read_log(tmp_path / "log.csv")))


def test_an_entity_of_a_file_is_not_fetched(tmp_path: Path) -> None:
    """What stands in another file is nowhere, though an entity names it."""
    (tmp_path / "secret").write_text("4711", encoding="utf-8")
    entity = f'<!DOCTYPE log [<!ENTITY it SYSTEM "file://{tmp_path}/secret">]><log'
    said = refused(tmp_path, XES.replace("<log", entity, 1).replace('value="NA"', 'value="&it;"'), "log.xes")
    assert "holds a document type or entities" in said
    assert "4711" not in said


def test_a_bomb_of_entities_is_not_set_off(tmp_path: Path) -> None:
    """A billion laughs are refused at the first, packed too."""
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    bomb = XES.replace("<log", f'<!DOCTYPE log [<!ENTITY l0 "lol">{laughs}]><log', 1).replace('"NA"', '"&l9;"')
    assert "holds a document type or entities" in refused(tmp_path, bomb, "log.xes")
    assert "holds a document type or entities" in refused(tmp_path, gzip.compress(bomb.encode()), "log.xes.gz")


# ---------------------------------------------------------------- every way, at every door

ROWS = "case_id,activity,timestamp\n" + GOOD.replace("NA", "3") + "4,Aufnahme,2027-03-03T09:00\n"
EVENTS = """<?xml version="1.0" encoding="UTF-8"?>
<log>
<trace><string key="concept:name" value="3"/>
<event><string key="concept:name" value="Triage"/><date key="time:timestamp" value="2027-03-01T09:00"/></event>
<event><string key="concept:name" value="CT"/><date key="time:timestamp" value="2027-03-01T10:00"/></event>
</trace></log>
"""
FIGURES = """period,measure,subject,statistic,from,to,value,n
2027-02,wait,service,share,0,28,0.7,275
2027-03,wait,service,share,0,28,0.8,275
"""
AGAIN = EVENTS.splitlines(keepends=True)[4]
DAMAGED: dict[str, dict[str, tuple[bytes, str]]] = {
    "truncated": {
        "log.csv": (ROWS.encode()[:-25], "log.csv:5:1: has 2 cells, the head has 3: the file ends in the middle of"),
        "log.csv.gz": (gzip.compress(ROWS.encode())[:-9], "log.csv.gz:1:1: the packed file is cut short or damaged"),
        "log.xes": (EVENTS.encode()[:-20], "log.xes:5:100: the file ends here, in the middle of the log: it is"),
        "log.xes.gz": (gzip.compress(EVENTS.encode())[:-9], "the packed file is cut short or damaged here"),
        "observed.csv": (FIGURES.encode()[:-10], "observed.csv:3:1: has 6 cells, the head has 8: the file ends in the"),
        "observed.csv.gz": (gzip.compress(FIGURES.encode())[:-9], "the packed file is cut short or damaged here"),
    },
    "encoding": {
        "log.csv": (ROWS.replace("Aufnahme", "Prüfung").encode("latin-1"), "log.csv:5:5: byte 5 of the line (0xfc)"),
        "log.xes": (EVENTS.replace("CT", "Prüfung").encode("latin-1"), "log.xes:5:44: is not the text it says it is"),
        "observed.csv": (FIGURES.replace("n\n", "Zahl für\n").encode("latin-1"), "observed.csv:1:54: byte 54 of"),
    },
    "mixed dates": {
        "log.csv": (
            ROWS.replace("2027-03-02T09:00", "02/03/2027 09:00").encode(),
            "log.csv:4:3: the time '02/03/2027 09:00' is not in ISO 8601 (2027-03-31T14:05:00); name another with "
            "--date-format (perhaps %d/%m/%Y %H:%M; day and month could also be the other way round)",
        ),
        "log.xes": (EVENTS.replace("2027-03-01T10:00", "01.03.2027 10:00").encode(), "log.xes:5:1: the time '01.03"),
        "observed.csv": (FIGURES.replace("2027-03", "03/2027").encode(), "observed.csv:3:1: period is '03/2027'"),
    },
    "a day among times": {
        "log.csv": (ROWS.replace("2027-03-02T09:00", "2027-03-02").encode(), "log.csv:4:3: is a day without a time"),
    },
    "duplicate rows": {
        "log.csv": ((ROWS + "4,Aufnahme,2027-03-03T09:00\n").encode(), "log.csv:6:1: is the same as an earlier row"),
        "log.xes": (EVENTS.replace(AGAIN, AGAIN * 2).encode(), "log.xes:6:1: is the same as an earlier row"),
        "observed.csv": ((FIGURES + FIGURES.splitlines()[1]).encode(), "observed.csv:4:3: subject has the same figure"),
    },
    "time backwards": {
        "log.csv": (ROWS.replace("01T10", "01T08").encode(), "log.csv:3:1: time goes backwards by 1 h: the row of the"),
        "log.xes": (EVENTS.replace("01T10", "01T08").encode(), "log.xes:5:1: time goes backwards by 1 h: the row of"),
        "observed.csv": (FIGURES.replace("2027-02", "2027-02..2026-11").encode(), "the first month comes after"),
    },
    "a column missing": {
        "log.csv": (ROWS.replace("activity", "activty").encode(), "column 'activity' is missing; did you mean"),
        "log.xes": (EVENTS.replace("time:timestamp", "time", 1).encode(), "log.xes:4:1: an event has no time"),
        "observed.csv": (FIGURES.replace("subject", "subjekt").encode(), "the column 'subject' is missing; did you"),
    },
}  # fmt: skip
TRIED = [(way, name) for way, files in DAMAGED.items() for name in files]


@pytest.mark.parametrize(("way", "name"), TRIED, ids=[f"{way} {name}" for way, name in TRIED])
def test_every_damage_is_said_at_every_door(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str, name: str
) -> None:
    """Calibrate, validate and fit refuse it with exit code 2, say where and what, and write nothing."""
    content, said = DAMAGED[way][name]
    monkeypatch.chdir(tmp_path)
    Path(name).write_bytes(content)
    calls = [["validate", "mmc", name], ["fit", "mmc", name, "--vary", "resources.server.capacity=2..3"]]
    for call in calls if name.startswith("observed") else [["calibrate", name]]:
        done = CliRunner().invoke(app, call)
        assert done.exit_code == 2, (call, done.output, done.exception)
        assert said in done.output
        assert "Traceback" not in done.output
    assert [path.name for path in Path().iterdir()] == [name]


@pytest.mark.parametrize("name", ["log.csv", "log.xes"])
def test_a_case_called_na_is_one_at_every_door(tmp_path: Path, name: str) -> None:
    """NA is a name like any other, in either kind of file."""
    text = (EVENTS if name == "log.xes" else ROWS).replace('value="3"', 'value="NA"').replace("\n3,", "\nNA,")
    (tmp_path / name).write_text(text, encoding="utf-8")
    log = read_log(tmp_path / name)
    assert (log.cases, log.case.size) == ((1, 2) if name == "log.xes" else (3, 4))


def test_an_activity_called_na_is_looked_for(tmp_path: Path) -> None:
    """NA is a name here too: validate says the scenario lacks it (test_validating), fit refuses it by its line."""
    rest = "2027-02,wait,NA,share,29,,0.3,275\n"
    path = tmp_path / "observed.csv"
    path.write_text("".join(FIGURES.splitlines(keepends=True)[:2]).replace("service", "NA") + rest, encoding="utf-8")
    done = CliRunner().invoke(app, ["fit", "mmc", str(path), "--vary", "resources.server.capacity=2..3"])
    assert done.exit_code == 2
    assert "observed.csv:2:1: subject is 'NA', and the scenario has no such activity" in done.output
