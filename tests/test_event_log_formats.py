"""Event logs as XES and OCEL: what a reader expects is there, nothing is lost, nothing in a name breaks the file."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from defusedxml import ElementTree
from typer.testing import CliRunner

import pathway as pw
from pathway.cli import app
from pathway.errors import PathwayError
from pathway.eventlog import EventLog
from pathway.graph import Delay, End
from pathway.interchange.ocel_out import write_ocel
from pathway.interchange.xes_out import write_xes
from tests.logs import MONDAY, activity, make_log, make_scenario, start, to

XES = "{http://www.xes-standard.org/}"
TITLE = 'CT & "MRI" <北京>'
UNKIND = "<b>&'\"\x07 东翼\n"
Event = tuple[str, str, str]  # state, lifecycle transition, time


def read_xes(path: Path) -> Iterator[tuple[dict[str, str], list[dict[str, str]]]]:
    """Read traces as any XES reader does: the attributes of each, and those of its events."""
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        root = ElementTree.parse(file).getroot()
    assert root.tag == f"{XES}log"
    assert root.attrib["xes.version"] == "1849.2016"
    order = [child.tag.removeprefix(XES) for child in root]
    kinds = ["extension", "global", "classifier", "string", "trace"]  # the order the schema asks for
    places = [kinds.index(kind if kind in kinds else "string") for kind in order]
    assert places == sorted(places)
    for trace in root.iter(f"{XES}trace"):
        keys = [child.attrib["key"] for child in trace if child.tag != f"{XES}event"]
        assert len(keys) == len(set(keys))
        yield _attributes(trace), [_attributes(event) for event in trace.iter(f"{XES}event")]


def _attributes(element: Any) -> dict[str, str]:
    return {child.attrib["key"]: child.attrib["value"] for child in element if child.tag != f"{XES}event"}


def said(events: list[dict[str, str]]) -> list[Event]:
    names = ("concept:name", "lifecycle:transition", "time:timestamp")
    return [tuple(event[name] for name in names) for event in events]  # type: ignore[misc]


def hand() -> tuple[EventLog, Any]:
    """Two patients: one missed a scan and had another; one is displaced, goes on, and dies before the report."""
    scenario = make_scenario(
        start("ct"),
        activity("ct", "report", "scanner", "radiographer"),
        Delay("report", rules=to("seen")),
        End("seen"),
        End("died"),
        title=TITLE,
    )
    visits = [  # case, state, enqueued, started, ended, outcome
        (0, "ct", 10, 100, 100, "no_show"),
        (0, "ct", 200, 300, 320, "completed"),
        (0, "report", 320, 320, 400, "completed"),
        (1, "ct", 15, 330, 340, "displaced"),
        (1, "ct", 340, 350, 360, "completed"),
        (1, "report", 360, 360, 500, "left"),
        (2, "ct", 20, None, 60, "left"),
    ]
    holds = [(0, "ct", "scanner", 300, 320), (0, "ct", "radiographer", 300, 320, 2)]
    cases = [(10, 400, "seen"), (15, 500, "died"), (20, 60, "died")]
    capacity = {"scanner": [(0, 1)], "radiographer": [(0, 2)]}
    log = make_log(
        scenario,
        visits=visits,
        holds=holds,
        cases=cases,
        capacity=capacity,
        attributes={"ward": [0, 1, 0]},
        categories={"ward": (UNKIND, "second")},
    )
    return log, scenario


def at(minute: int, offset: str = "+00:00") -> str:
    return (datetime.combine(MONDAY, datetime.min.time()) + timedelta(minutes=minute)).isoformat() + offset


def test_xes_says_what_happened(tmp_path: Path) -> None:
    """Scheduled, started, completed; missed and left: withdrawn; displaced: suspended, resumed; cut short: aborted."""
    log, scenario = hand()

    traces = list(read_xes(write_xes(log, scenario, tmp_path / "log.xes")))

    assert [trace["concept:name"] for trace, _ in traces] == ["gp/0", "gp/1", "gp/2"]
    assert said(traces[0][1]) == [
        ("referral", "complete", at(10)),
        ("ct", "schedule", at(10)),
        ("ct", "withdraw", at(100)),
        ("ct", "schedule", at(200)),
        ("ct", "start", at(300)),
        ("ct", "complete", at(320)),
        ("report", "start", at(320)),
        ("report", "complete", at(400)),
        ("seen", "complete", at(400)),
    ]
    assert [event[1] for event in said(traces[1][1])] == [
        *("complete", "schedule", "start", "suspend", "resume", "complete"),  # the arrival first
        *("start", "ate_abort", "complete"),
    ]
    assert said(traces[2][1])[1:] == [
        ("ct", "schedule", at(20)),
        ("ct", "withdraw", at(60)),
        ("died", "complete", at(60)),
    ]


def test_xes_names_who_was_at_work(tmp_path: Path) -> None:
    """`org:resource` stands where resources are at work, `concept:instance` tells the visits of a state apart."""
    traces = list(read_xes(write_xes(*hand(), tmp_path / "log.xes")))

    scans = [event for event in traces[0][1] if event["concept:name"] == "ct"]
    assert [event.get("org:resource") for event in scans] == [None, None, None, *["2 radiographer, scanner"] * 2]
    assert [event["concept:instance"] for event in scans] == ["1", "1", "2", "2", "2"]
    assert scans[1]["pathway:outcome"] == "no_show"


@pytest.mark.parametrize("name", ["log.xes", "log.xes.gz"])
def test_no_text_breaks_the_file(name: str, tmp_path: Path) -> None:
    """Quotes, angle brackets, Chinese and a character XML has no way to write come out as they went in."""
    log, scenario = hand()
    path = write_xes(log, scenario, tmp_path / name)

    (trace, _), *_ = read_xes(path)

    assert trace["ward"] == UNKIND.replace("\x07", "\ufffd")
    raw = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
    root = ElementTree.fromstring(raw)
    assert next(child.attrib["value"] for child in root if child.attrib.get("key") == "concept:name") == TITLE


def test_equal_logs_are_equal_files(tmp_path: Path) -> None:
    log, scenario = hand()

    one, other = (write_xes(log, scenario, tmp_path / f"{name}.xes.gz").read_bytes() for name in ("one", "other"))

    assert one == other


@pytest.mark.parametrize(
    ("zone", "offset"),
    [("UTC", "+00:00"), ("Europe/London", "+00:00"), ("Asia/Shanghai", "+08:00"), ("-05:30", "-05:30")],
)
def test_stamps_carry_the_zone(zone: str, offset: str, tmp_path: Path) -> None:
    """A zone's winter offset all year, for the clock of a run knows no summer time: noon in July is noon."""
    log, scenario = hand()

    (_, events), *_ = read_xes(write_xes(log, scenario, tmp_path / "log.xes", zone=zone))

    assert events[0]["time:timestamp"] == at(10, offset)
    assert all(event["time:timestamp"].endswith(offset) for event in events)


@pytest.mark.parametrize("zone", ["Europe/Londn", "+19:00", "../etc/passwd", ""])
def test_a_zone_there_is_not_is_refused(zone: str, tmp_path: Path) -> None:
    log, scenario = hand()

    with pytest.raises(PathwayError, match="--zone: there is no"):
        write_xes(log, scenario, tmp_path / "log.xes", zone=zone)

    assert not list(tmp_path.iterdir())


def test_nothing_of_a_real_run_is_lost(tmp_path: Path) -> None:
    """Of a simulated queue every visit comes back from the file with its three times, and every case once."""
    scenario = pw.load_scenario("mmc").override({"run.length": "8 weeks", "run.follow_up": "0 days"}, name="short")
    log = pw.simulate(scenario)
    frame = log.frame("visits")

    traces = list(read_xes(write_xes(log, scenario, tmp_path / "log.xes.gz")))

    found: dict[str, set[tuple[str, str]]] = {"schedule": set(), "start": set(), "complete": set()}
    for trace, events in traces:
        for state, step, when in said(events):
            if state == "service":
                found[step].add((trace["concept:name"], when))
    names = [f"arrivals/{case}" for case in frame["case"]]  # one stream: the case is its place in it
    for step, column in (("schedule", "enqueued_at"), ("start", "started_at"), ("complete", "ended_at")):
        stamps = log.timestamps(frame[column].to_numpy())
        expected = {
            (name, f"{str(stamp)[:16]}:00+00:00") for name, stamp in zip(names, stamps, strict=True) if stamp == stamp
        }
        assert found[step] == expected
    assert len(traces) == len(log.cases["arrived_at"])


def test_ocel_relates_events_to_patients_and_resources(tmp_path: Path) -> None:
    """Every id an event refers to is an object; a scan concerns a patient, a scanner and radiographers."""
    log, scenario = hand()

    written = json.loads(write_ocel(log, scenario, tmp_path / "log.ocel.json").read_text(encoding="utf-8"))

    ids = {each["id"] for each in written["objects"]}
    types = {each["name"] for each in written["eventTypes"]}
    assert ids == {"gp/0", "gp/1", "gp/2", "resource:scanner", "resource:radiographer"}
    assert {related["objectId"] for event in written["events"] for related in event["relationships"]} == ids
    assert {event["type"] for event in written["events"]} <= types
    begun = next(event for event in written["events"] if event["attributes"][0]["value"] == "start")
    assert (begun["type"], begun["time"]) == ("ct", at(300))
    assert {each["objectId"] for each in begun["relationships"]} == {
        "gp/0",
        "resource:scanner",
        "resource:radiographer",
    }


def test_the_command_writes_what_is_asked_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder gets a file named after the scenario; a name that ends in .xes.gz is the file itself, packed."""
    monkeypatch.chdir(tmp_path)
    Path("q.yaml").write_text(
        "schema: 1\nname: q\nmodel: mmc\nrun: {length: 2 weeks, warm_up: 0 days, follow_up: 0 days}\n"
    )
    calls = [
        ["log", "q.yaml", "--format", "xes", "--out", "logs"],
        ["log", "q.yaml", "--format", "xes", "--out", "packed.xes.gz", "--zone", "Asia/Shanghai"],
        ["log", "q.yaml", "--format", "ocel", "--out", "logs"],
    ]

    done = [CliRunner().invoke(app, call) for call in calls]

    assert [each.exit_code for each in done] == [0, 0, 0], done
    assert {path.name for path in Path("logs").iterdir()} == {"q.xes", "q.ocel.json"}
    (_, events), *_ = read_xes(Path("packed.xes.gz"))
    assert events[0]["time:timestamp"].endswith("+08:00")
    assert CliRunner().invoke(app, ["log", "q.yaml", "--format", "xes", "--zone", "Mars"]).exit_code == 2
