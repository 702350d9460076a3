"""Starting from a hospital's own list: what is read, what is refused and where, and what the report says of it."""

from __future__ import annotations

import gzip
import json
from datetime import datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

import pathway as pw
from pathway.cli import app
from pathway.interchange.waiting_list import waiting_list_of
from pathway.metrics import measure
from pathway.scenario import Scenario, fingerprint
from pathway.store import stored_runs
from pathway.store.keys import replication_key
from pathway.words import speaking

AS_OF = "2027-01-04"
CLINIC = """
schema: 1
name: clinic
run: {start: 2027-03-01, warm_up: 4 weeks, length: 12 weeks, follow_up: 1 weeks, replications: 2, seed: 1}
streams: {gp: {title: GP, per_year: 0.001}}
resources: {room: {kind: room, capacity: 1}}
attributes:
  kind: {kind: category, values: [bowel, liver], draw: {weights: {bowel: 0.5, liver: 0.5}}}
  age: {kind: integer, draw: 60}
pathway:
  states:
    referral: {kind: start, stream: gp, to: scan}
    scan: {kind: activity, title: MRI scan, duration: 1 days, needs: {room: 1}, to: operate}
    operate: {kind: activity, title: Operation, duration: 5 days, needs: {room: 1}, to: rest}
    rest: {kind: delay, duration: 1 min, to: done}
    done: {kind: end}
clocks: {rtt: {start: referral, stop: operate, limit: 11 days}}
"""


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    path = tmp_path_factory.mktemp("clinic") / "clinic.yaml"
    path.write_text(CLINIC, encoding="utf-8")
    return pw.load_scenario(path)


def written(folder: Path, *rows: str, name: str = "list.csv") -> Path:
    """Write a list."""
    path = folder / name
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def refused(clinic: Scenario, path: Path, mapping: Path | None = None) -> list[str]:
    """Give what is said of a list that is refused, without the folder."""
    with pytest.raises(pw.ScenarioError) as refusal:
        pw.read_waiting_list(clinic, path, mapping, as_of=AS_OF)
    return [str(found).removeprefix(f"{path.parent}/") for found in refusal.value.findings]


def test_a_list_run_by_hand(clinic: Scenario, tmp_path: Path) -> None:
    """One room, five days each: started on days 0, 5 and 10, referred 12, 8 and 1 days before."""
    rows = ("2026-12-23", "2026-12-27", "2027-01-03")
    path = written(tmp_path, "state,joined", *(f"operate,{day}" for day in rows))
    scenario = pw.read_waiting_list(clinic, path, as_of=AS_OF)
    frames = measure(pw.simulate(scenario), scenario).frames
    by_week = frames["started_by_week"].pivot(index="week_start", columns="stage", values="patients")
    assert by_week["waiting"].tolist()[:4] == [2, 1, 0, 0]
    assert by_week["under_way"].tolist()[:4] == [1, 1, 1, 0]
    assert measure(pw.simulate(clinic), clinic).frames["started_by_week"].empty


def test_clocks_that_began_before(clinic: Scenario, tmp_path: Path) -> None:
    """Limit 11 days: 12 over already, 8 + 5 in the end, 1 + 10 not."""
    path = written(tmp_path, "state,joined", *(f"operate,{d}" for d in ("2026-12-23", "2026-12-27", "2027-01-03")))
    scenario = pw.read_waiting_list(clinic, path, as_of=AS_OF)
    clocks = measure(pw.simulate(scenario), scenario).frames["started_clocks"].iloc[0]
    assert clocks["clock"] == "rtt"
    assert clocks[["running", "over_at_start", "over", "open"]].tolist() == [3, 1, 2, 0]


def test_what_is_read(clinic: Scenario, tmp_path: Path) -> None:
    """Titles, codes, formats of dates, attributes and earlier steps; a case called NA stays, what is empty is drawn."""
    mapping = written(
        tmp_path,
        'columns: {state: Status, joined: "Date added", id: Number, "left.scan": Scanned}',
        'codes: {state: {"OP-1": operate}, priority: {urgent: 0}, kind: {"C18": bowel}}',
        'dates: "%d/%m/%Y"',
        "ignore: [Ward]",
        name="map.yaml",
    )
    path = written(
        tmp_path,
        "Number,Status,Date added,Ward,priority,kind,age,Scanned,started,referred",
        "NA,OP-1,03/01/2027,A,urgent,C18,61,02/01/2027,,01/01/2027",
        "77,MRI scan,02/01/2027,B,3,liver,,,,",
        "78,rest,,B,,,,,03/01/2027,",
    )
    scenario, record = waiting_list_of(clinic, path, mapping, AS_OF)
    first, second, third = scenario.patients
    assert (first.state, first.joined, first.priority) == ("operate", datetime(2027, 1, 3), 0)
    assert (first.attributes, first.left) == ({"kind": 0, "age": 61}, {"scan": datetime(2027, 1, 2)})
    assert (second.state, second.priority, second.attributes) == ("scan", 3, {"kind": 1})
    assert (third.state, third.started, third.attributes) == ("rest", datetime(2027, 1, 3), {})
    assert (record.rows, record.patients, record.waiting) == (3, 3, {"operate": 1, "scan": 1})
    assert (record.under_way, record.ignored) == ({"rest": 1}, ("Ward",))
    assert (scenario.run.start.isoformat(), scenario.run.warm_up) == (AS_OF, 0)
    empty = clinic.override({"run.start": AS_OF, "run.warm_up": "0 days"}, name="clinic")
    assert fingerprint(scenario) != fingerprint(empty)


def test_titles_of_every_language_are_known(tmp_path: Path) -> None:
    """A list with the scenario's own titles is read whatever language is in force, and one in another language too."""
    model = tmp_path / "clinic.yaml"
    said = "titles: {zh: {streams: {gp: 全科}, pathway: {states: {scan: 磁共振, rest: 休息, operate: 休息}}}}\n"
    model.write_text(CLINIC + said, encoding="utf-8")
    path = written(tmp_path, "state,stream,joined", "MRI scan,GP,2027-01-02", "磁共振,全科,2027-01-02")
    for language in ("en", "zh"):
        with speaking(language):
            read = pw.read_waiting_list(pw.load_scenario(model), path, as_of=AS_OF).patients
        assert [(row.state, row.stream) for row in read] == [("scan", "gp")] * 2
    of_two = written(tmp_path, "state,stream,joined", "休息,GP,2027-01-02", name="two.csv")
    assert "which is no activity or delay" in refused(pw.load_scenario(model), of_two)[0]


def test_another_list_is_another_run(clinic: Scenario, tmp_path: Path) -> None:
    """The store tells lists apart; a second list takes the place of the first and says so."""
    one = pw.read_waiting_list(clinic, written(tmp_path, "state,joined", "scan,2027-01-02"), as_of=AS_OF)
    path = written(tmp_path, "state,joined,count", "scan,2027-01-01,4", "scan,2027-01-01,4", name="b.csv")
    two, record = waiting_list_of(one, path, None, AS_OF)
    assert replication_key(one, "compiled") != replication_key(two, "compiled")
    assert (record.patients, record.instead_of, record.alike) == (8, 1, 1)


def test_everything_wrong_at_once_without_ids(clinic: Scenario, tmp_path: Path) -> None:
    """Every fault has its line and column; no identifier is repeated."""
    path = written(
        tmp_path,
        "id,state,joined,referred,priority,kind",
        "9434765919,oparate,2027-01-01,,,",
        "9434765910,scan,2027-01-05,,,lung",
        "9434765911,scan,2027-01-02,2027-01-03,x9,",
        "9434765911,MRI scan,2027-02-30,,9434765911,",
        "p4,p5,,,,",
        "p5,scan,2027-01-02,,,",
    )
    said = refused(clinic, path)
    assert said == [
        "list.csv:2:2: state is 'oparate', which is no activity or delay; did you mean operate?",
        "list.csv:3:3: joined is 2027-01-05 00:00, after minute 0 (2027-01-04, run.start less warm_up)",
        "list.csv:3:6: kind is 'lung'; expected one of bowel, liver",
        "list.csv:4:4: referred is 2027-01-03 00:00, after they came to scan",
        "list.csv:4:5: priority is 'x9'; expected a whole number",
        "list.csv:5:1: id is that of line 4 at the same state: the same patient twice",
        "list.csv:5:3: joined is '2027-02-30', a day or time there is not",
        "list.csv:5:5: priority is something not repeated here, as it could be an identifier; expected a whole number "
        "of at most 1,000,000,000",
        "list.csv:6:2: state is something not repeated here, as it could be an identifier, which is no activity or "
        "delay",
    ]
    assert not any(number in line for line in said for number in ("94347659", "p5"))


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (("state,joined", "scan,03/04/2026"), "list.csv:2:2: joined is '03/04/2026': day or month first?"),
        (("state,joined", "scan,2026-12-01", "scan,01.12.2026"), "list.csv:3:2: joined is '01.12.2026': day or"),
        (("joined", "2026-12-01"), "list.csv:1:1: the column 'state' is missing"),
        (("state", "scan"), "list.csv:1:1: the columns 'joined' and 'started' are missing"),
        (("state,joined,priorty", "scan,2026-12-01,1"), "list.csv:1:3: priorty is a column of no known name; did you"),
        (("state,joined", "scan"), "list.csv:2:1: has 1 cells, the head has 2"),
        (("state,joined", "scan,"), "list.csv:2:1: needs 'joined', when they joined the queue of scan"),
        (("state,started", "rest,"), "list.csv:2:1: needs 'started', when the delay"),
        (("9434765919,scan", "2,scan"), "list.csv:1:1: the head of column 1 looks like data"),
        (("state,joined",), "list.csv:1:1: has a head and no rows"),
    ],
)
def test_damaged(clinic: Scenario, tmp_path: Path, rows: tuple[str, ...], said: str) -> None:
    """Each way of being wrong has a message of its own."""
    found = refused(clinic, written(tmp_path, *rows))
    assert any(line.startswith(said) for line in found), found


def test_damaged_bytes(clinic: Scenario, tmp_path: Path) -> None:
    """A gzip file cut short and a file in another encoding are refused; a whole gzip file is read."""
    text = "state,joined\n" + "".join(f"scan,2026-12-{day:02d}\n" for day in range(1, 29))
    whole = tmp_path / "list.csv.gz"
    whole.write_bytes(gzip.compress(text.encode()))
    assert len(pw.read_waiting_list(clinic, whole, as_of=AS_OF).patients) == 28
    whole.write_bytes(gzip.compress(text.encode())[:-20])
    assert "cut short or damaged" in refused(clinic, whole)[0]
    latin = tmp_path / "latin.csv"
    latin.write_bytes("state,joined\nscan,2026-12-01\nMünster,2026-12-01\n".encode("latin-1"))
    assert refused(clinic, latin) == ["latin.csv:3:2: byte 2 of the line (0xfc) is not UTF-8; save the file as UTF-8"]


GOOD = "id,state,joined\nNA,scan,2026-12-01\nB,scan,2026-12-02\n"
DAMAGED: dict[str, tuple[bytes, list[str]]] = {
    "a row cut in the middle": (
        GOOD.encode()[:-14],
        ["list.csv:3:1: has 2 cells, the head has 3: the file ends in the middle of a row, it is cut short"],
    ),
    "a date cut in the middle": (
        GOOD.encode()[:-4],
        ["list.csv:3:3: joined is '2026-12'; expected a date such as 2026-04-03 or \"2026-04-03 14:30\""],
    ),
    "latin-1": (
        GOOD.replace("B", "Ü").encode("latin-1"),
        ["list.csv:3:1: byte 1 of the line (0xdc) is not UTF-8; save the file as UTF-8"],
    ),
    "utf-16": (GOOD.encode("utf-16"), ["list.csv:1:1: is UTF-16, not UTF-8; save the file as UTF-8"]),
    "mixed dates": (
        GOOD.replace("2026-12-02", "02/12/2026").encode(),
        [
            "list.csv:3:3: joined is '02/12/2026': day or month first? Write 2026-04-03, or say 'dates' in the mapping",
        ],
    ),
    "a row twice": (
        (GOOD + "B,scan,2026-12-02\n").encode(),
        ["list.csv:4:1: id is that of line 3 at the same state: the same patient twice"],
    ),
    "joined before referred": (
        b"state,joined,referred\nscan,2026-12-01,2026-12-02\n",
        ["list.csv:2:3: referred is 2026-12-02 00:00, after they came to scan"],
    ),
    "started before joined": (
        b"state,joined,started\nscan,2026-12-02,2026-12-01\n",
        ["list.csv:2:3: started is 2026-12-01 00:00, before joined"],
    ),
    "left after they came": (
        b"state,joined,referred,left.scan\noperate,2026-12-02,2026-11-01,2026-12-03\n",
        ["list.csv:2:4: left.scan is 2026-12-03 00:00, after they came to operate"],
    ),
    "left after minute 0": (
        b"state,joined,left.scan\noperate,2026-12-02,2027-02-01\n",
        [
            "list.csv:2:3: left.scan is 2027-02-01 00:00, after minute 0 (2027-01-04, run.start less warm_up)",
            "list.csv:2:3: left.scan is 2027-02-01 00:00, after they came to operate",
        ],
    ),
    "a column missing": (
        GOOD.replace("state", "stat").encode(),
        [
            "list.csv:1:1: the column 'state' is missing: where each patient is",
            "list.csv:1:2: stat is a column of no known name; did you mean state?; map it, or name it under 'ignore'",
        ],
    ),
}


@pytest.mark.parametrize("way", DAMAGED)
def test_every_damage_of_a_list_is_said(clinic: Scenario, tmp_path: Path, way: str) -> None:
    """Each way a list can be wrong: where, what was found, what is expected; nothing else is said."""
    content, said = DAMAGED[way]
    path = tmp_path / "list.csv"
    path.write_bytes(content)
    assert refused(clinic, path) == said


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
def test_a_case_called_na_is_one_whatever_parts_columns(clinic: Scenario, tmp_path: Path, delimiter: str) -> None:
    """The whole list is two patients, of whom one is called NA; a row alike without an id is another patient."""
    path = tmp_path / "list.csv"
    path.write_text(GOOD.replace(",", delimiter), encoding="utf-8")
    assert waiting_list_of(clinic, path, None, AS_OF)[1].patients == 2
    path.write_text((GOOD + "NA,scan,2026-12-01\n").replace(",", delimiter), encoding="utf-8")
    assert refused(clinic, path) == ["list.csv:4:1: id is that of line 2 at the same state: the same patient twice"]
    path.write_text((GOOD + ",scan,2026-12-01\n").replace(",", delimiter), encoding="utf-8")
    assert waiting_list_of(clinic, path, None, AS_OF)[1].patients == 3


def test_mixed_with_a_named_format(clinic: Scenario, tmp_path: Path) -> None:
    """A format that is named is the only one."""
    mapping = written(tmp_path, 'dates: "%d/%m/%Y"', name="map.yaml")
    path = written(tmp_path, "state,joined", "scan,01/12/2026", "scan,2026-12-01")
    expected = "list.csv:3:2: joined is '2026-12-01', not written as the mapping says (%d/%m/%Y)"
    assert refused(clinic, path, mapping) == [expected]


def test_what_is_wrong_with_a_mapping(clinic: Scenario, tmp_path: Path) -> None:
    """A mapping is checked by the reader of scenarios, with line and column."""
    mapping = written(
        tmp_path,
        "columns: {stat: Status}",
        "codes: {state: {A: oparate}, joined: {A: B}}",
        'dates: "%d/%m"',
        "ignored: [x]",
        name="map.yaml",
    )
    said = refused(clinic, written(tmp_path, "state,joined", "scan,2026-12-01"), mapping)
    assert [line.partition(": ")[0].split("map.yaml:")[1] for line in said] == ["1:11", "2:20", "2:30", "3:8", "4:1"]
    assert "did you mean state?" in said[0]
    assert "did you mean operate?" in said[1]


def test_the_command(clinic: Scenario, tmp_path: Path) -> None:
    """Totals are printed and kept with the digest; the report has the section; without --as-of minute 0 is its own."""
    model = tmp_path / "clinic.yaml"
    model.write_text(CLINIC, encoding="utf-8")
    path = written(tmp_path, "id,state,joined", "secret-1,scan,2027-01-02", "secret-2,operate,2027-01-01")
    more = ["--workers", "1", "--engine", "simpy", "--no-store", "--out", str(tmp_path / "out")]
    done = CliRunner().invoke(app, ["run", str(model), "--waiting-list", str(path), "--as-of", AS_OF, *more])
    assert done.exit_code == 0, done.output
    assert "2 rows, 2 patients at 2027-01-04 (minute 0), all taken; 2 wait, 0 are under way" in done.output
    manifest = (tmp_path / "out" / "manifest.json").read_text(encoding="utf-8")
    kept = json.loads(manifest)["waiting_list"]["clinic"]
    assert (kept["waiting"], len(kept["sha256"])) == ({"operate": 1, "scan": 1}, 64)
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "The waiting list you started from" in report
    assert "secret" not in manifest + report + done.output
    assert pw.load_results(tmp_path / "out").scenarios["clinic"].patients[0].state == "scan"
    late = written(tmp_path, "state,joined", "scan,2027-02-02")
    done = CliRunner().invoke(app, ["run", str(model), "--waiting-list", str(late), *more])
    assert done.exit_code == 2
    assert "after minute 0 (2027-02-01" in done.output
    assert CliRunner().invoke(app, ["run", str(model), "--as-of", AS_OF]).exit_code == 2


FORK = """
schema: 1
name: forked
run: {start: 2027-03-01, length: 4 weeks, replications: 1}
streams: {gp: {per_year: 1}}
pathway:
  states:
    referral: {kind: start, stream: gp, to: clinic}
    clinic: {kind: activity, duration: 1 h, to: tests}
    tests: {kind: fork, branches: [ct, bloods], join: both}
    ct: {kind: activity, duration: 1 h, to: both}
    bloods: {kind: activity, duration: 1 h, to: both}
    both: {kind: join, to: done}
    done: {kind: end}
"""


def test_who_is_in_a_fork_is_told_where_to_go(tmp_path: Path) -> None:
    """Who waits for the CT of a fork cannot be there at minute 0; the step before is named, and a code puts them."""
    model = tmp_path / "forked.yaml"
    model.write_text(FORK, encoding="utf-8")
    path = written(tmp_path, "state,joined", "ct,2027-01-02")
    said = refused(pw.load_scenario(model), path)
    assert len(said) == 1
    assert said[0].endswith("is outside of forks. Put them at a step before it, such as clinic")
    mapping = written(tmp_path, "codes: {state: {ct: clinic}}", name="map.yaml")
    assert pw.read_waiting_list(pw.load_scenario(model), path, mapping, AS_OF).patients[0].state == "clinic"


BAD = (
    "id,state,joined",
    "secret-1,scan,2027-01-02",
    "secret-2,oparate,2027-01-01",
    "secret-3,operate,2027-01-01",
    "secret-1,scan,2027-01-03",
    "secret-4,scan,03/01/2027",
)


def test_bad_rows_are_skipped_only_when_asked(clinic: Scenario, tmp_path: Path) -> None:
    """Five rows are two taken and three skipped, whose lines and faults are in the record; refused if not asked."""
    path = written(tmp_path, *BAD)
    assert len(refused(clinic, path)) == 3
    scenario, record = waiting_list_of(clinic, path, None, AS_OF, skip_bad_rows=True)
    assert [row.state for row in scenario.patients] == ["scan", "operate"]
    assert (record.rows, record.patients, record.skipped) == (5, 2, (3, 5, 6))
    assert [why.partition(": ")[0] for why in record.why] == ["list.csv:3:2", "list.csv:5:1", "list.csv:6:3"]
    assert "of 2 rows taken; 3 rows skipped" in next(record.sentences())
    assert "secret" not in "".join([*record.sentences(), *record.why])


def test_a_row_whose_earlier_like_was_bad_is_taken(clinic: Scenario, tmp_path: Path) -> None:
    """A patient's bad row does not take the good one with it."""
    path = written(tmp_path, "id,state,joined", "a,scan,soon", "a,scan,2027-01-02")
    _, record = waiting_list_of(clinic, path, None, AS_OF, skip_bad_rows=True)
    assert (record.patients, record.skipped) == (1, (2,))


def test_a_bad_file_is_refused_whatever_is_asked(clinic: Scenario, tmp_path: Path) -> None:
    """Skipping is of rows: a head, a row cut short or a list of nothing but bad rows is refused."""
    for rows in (("joined", "2027-01-01"), ("state,joined", "scan"), ("state,joined", "sca,2027-01-01")):
        with pytest.raises(pw.ScenarioError):
            waiting_list_of(clinic, written(tmp_path, *rows), None, AS_OF, skip_bad_rows=True)


def test_two_scenarios_begin_with_the_same_patients(tmp_path: Path) -> None:
    """`pathway compare` with a list: the same patients in both, the section in the report, the record in the store."""
    model, faster = tmp_path / "clinic.yaml", tmp_path / "faster.yaml"
    model.write_text(CLINIC, encoding="utf-8")
    faster.write_text(
        "schema: 1\nname: faster\nextends: clinic.yaml\nresources: {room: {capacity: 2}}\n", encoding="utf-8"
    )
    path, out, store = written(tmp_path, *BAD), tmp_path / "out", tmp_path / "store"
    asked = ["--waiting-list", str(path), "--as-of", AS_OF, "--workers", "1", "--engine", "simpy", "--no-verify"]
    asked += ["--out", str(out), "--store", str(store)]
    refused_ = CliRunner().invoke(app, ["compare", str(model), str(faster), *asked])
    assert refused_.exit_code == 2
    assert "oparate" in refused_.output
    done = CliRunner().invoke(app, ["compare", str(model), str(faster), *asked, "--skip-bad-rows"])
    assert done.exit_code == 0, done.output
    assert done.output.count("5 rows, 2 patients at 2027-01-04 (minute 0), of 2 rows taken; 3 rows skipped") == 2
    kept = json.loads((out / "manifest.json").read_text(encoding="utf-8"))["waiting_list"]
    assert kept["clinic"] == kept["faster"]
    scenarios = pw.load_results(out).scenarios
    assert scenarios["clinic"].patients == scenarios["faster"].patients
    report = (out / "report.html").read_text(encoding="utf-8")
    assert report.count("5 rows = 2 taken (2 patients) + 3 skipped") >= 1
    run = next(iter(stored_runs(store)))
    assert run.manifest["waiting_list"]["faster"]["skipped"] == [3, 5, 6]
    shown = CliRunner().invoke(app, ["runs", "show", run.id, "--store", str(store)], env={"COLUMNS": "300"})
    assert "began with a waiting list, faster" in shown.output
    assert "5 rows, 3 of them skipped; 2 patients at 2027-01-04, 2 waiting and 0 under way" in shown.output
    assert "secret" not in done.output + report + shown.output + refused_.output
