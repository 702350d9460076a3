"""Reading other people's tables and event logs: in whatever columns, by the clock on their wall, and never too much."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pathway.errors import PathwayError, ScenarioError
from pathway.interchange import rows
from pathway.interchange.observed import UNKNOWN, ObservedLog
from pathway.interchange.packing import PackedError, Unpacked
from pathway.interchange.reading import read_log
from pathway.interchange.refusing import Faults, RefusedError
from pathway.interchange.room import A_ROW, Room
from pathway.interchange.rows import opened, read_rows

HEAD = "case_id,activity,timestamp\n"


def written(folder: Path, text: str | bytes, name: str = "log.csv") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def refused(path: Path, **said: object) -> str:
    """Have a log refused, and give what is said."""
    with pytest.raises((RefusedError, ScenarioError)) as refusal:
        read_log(path, **said)  # type: ignore[arg-type]
    return str(refusal.value)


def utc(log: ObservedLog) -> list[str]:
    """Give the ends of visits by Greenwich."""
    return [datetime.fromtimestamp(int(each), UTC).strftime("%d %H:%M") for each in log.ended]


def walls(log: ObservedLog) -> list[str]:
    """Give the ends of visits by the clock on the wall."""
    return [datetime.fromtimestamp(int(each), UTC).strftime("%d %H:%M") for each in log.local(log.ended)]


# ---------------------------------------------------------------- one door for tables


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"], ids=["comma", "semicolon", "tab", "bar"])
def test_a_log_and_a_small_table_come_by_one_door(tmp_path: Path, delimiter: str) -> None:
    """The same columns, the same rows, with the lines in which they begin; quoted texts may have lines and commas."""
    text = (
        '\ufeff\ncase_id,activity,timestamp\r\n1,"CT, MRI\nand X-ray",2027-03-01T09:00\r\n\r\n2,CT,2027-03-01T10:00\r\n'
    )
    path = written(tmp_path, text.replace(",", delimiter).replace(f"CT{delimiter} MRI", "CT, MRI"))
    table, log = read_rows(path), read_log(path)
    assert table.columns == ("case_id", "activity", "timestamp")
    assert table.lines == (3, 6)
    assert [int(line) for line in log.line] == [3, 6]
    assert log.activities == ("CT, MRI\nand X-ray", "CT") == tuple(cells[1] for cells in table.cells)
    assert table.sha256 == log.digest


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", ":1:1: is empty, expected a head"),
        (b"\n\n", ":1:1: is empty, expected a head"),
        (b"case_id,activity,timestamp,case_id\n", ":1:4: the column 'case_id' is there twice"),
        (HEAD.encode() + b"1,CT\n2,CT,2027-03-01,x\n", ":2:1: has 2 cells, the head has 3\n"),
        (HEAD.encode() + b"1;CT;2027-03-01\n", ":2:1: has 1 cells, the head has 3; is the delimiter a comma?"),
        (HEAD.encode() + b"1,CT,2027-03-01\n2,C", ":3:1: has 2 cells, the head has 3: the file ends in the middle"),
        (
            HEAD.encode() + b"1,Pr\xfcfung,2027-03-01\n",
            ":2:5: byte 5 of the line (0xfc) is not UTF-8; save the file as UTF-8",
        ),
        (HEAD.encode("utf-16"), ":1:1: is UTF-16, not UTF-8"),
        (HEAD.encode() + b'1,"CT,2027-03-01\n2,CT,2027-03-01\n', ":2:1: a quotation mark in the row that begins here"),
        (gzip.compress(HEAD.encode() * 90, mtime=0)[:-9], "the packed file is cut short or damaged here"),
    ],
    ids=["empty", "blank", "twice", "ragged", "delimiter", "cut short", "encoding", "wide", "quoted", "packed"],
)
def test_the_same_is_wrong_by_either_way(tmp_path: Path, content: bytes, said: str) -> None:
    """A log and a table of figures have the same faults, in the same words, at the same place."""
    path = written(tmp_path, content)
    with pytest.raises(ScenarioError) as table:
        read_rows(path)
    for text in (str(table.value) + "\n", refused(path) + "\n"):
        assert f"log.csv{said}" in text if said.startswith(":") else said in text


def test_a_line_without_end_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "LONGEST", 100)
    assert "log.csv:2:1: cannot be read: a line of more than" in refused(written(tmp_path, HEAD + "x" * 300))


def test_a_text_without_end_in_xes_is_not_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No event for two pieces of a file: it is not gone on with, whatever else may come."""
    monkeypatch.setattr("pathway.interchange.xes.STARVED", 1000)
    monkeypatch.setattr("pathway.interchange.xes.PIECE", 500)
    path = written(tmp_path, f'<log><string key="x" value="{"y" * 5000}"/></log>', "log.xes")
    assert "has no event in 1,000 bytes" in refused(path)


@pytest.mark.parametrize("name", ["log.csv.gz", "log.xes.gz"])
def test_a_packed_file_is_not_unpacked_without_bound(
    tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A kilobyte that becomes a megabyte, where a quarter of one may be: said with both figures, and not read on."""
    monkeypatch.setattr("pathway.interchange.packing.ALWAYS", 1 << 18)
    monkeypatch.setattr("pathway.interchange.packing.MOST_PACKED", 1)
    log = name == "log.csv.gz"
    text = HEAD + "\n" * (1 << 20) if log else "<log>" + " " * (1 << 20) + "</log>"
    path = written(tmp_path, gzip.compress(text.encode(), mtime=0), name)
    size = path.stat().st_size
    assert size < 2000
    assert f"{size:,} bytes unpack to more than 262,144 bytes, and are not unpacked further" in refused(path)


def test_no_more_is_held_than_may_be(tmp_path: Path) -> None:
    """A table that is read whole has a bound of its own, packed or plain."""
    plain, packed = written(tmp_path, HEAD * 99), written(tmp_path, gzip.compress((HEAD * 99).encode()), "log.csv.gz")
    for path in (plain, packed):
        with pytest.raises(ScenarioError, match="more than 500 bytes"):
            read_rows(path, most=500)
        with Unpacked(path, most=500) as source, pytest.raises(PackedError):
            source.readall()


# ---------------------------------------------------------------- memory


def test_a_log_that_does_not_fit_is_refused_with_the_figures(tmp_path: Path) -> None:
    """A thousand events need 530,000 bytes: with 0.5 MB free it is refused, with 0.6 MB it is read."""
    lines = "".join(f"{n},CT,2027-03-01T09:00\n" for n in range(1000))
    path = written(tmp_path, HEAD + lines)
    said = refused(path, free=500_000)
    assert "has 1,000 rows in 0.0 MB; to read and calibrate takes 0.5 MB of memory, and 0.5 MB are free" in said
    assert read_log(path, free=600_000).cases == 1000
    assert A_ROW * 1000 == 530_000


def test_it_is_refused_before_it_was_read_whole() -> None:
    """After a tenth of a file with 10,000 rows in it, 100,000 are expected."""
    with pytest.raises(
        RefusedError, match=r"has about 100,000 rows in 50\.0 MB; .* about 53\.0 MB .* 1\.0 MB are free"
    ):
        Room(1_000_000).check(Faults("log.csv"), 5_000_000, 50_000_000, 10_000)


def test_memory_that_runs_out_is_no_traceback(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*args: object, **kwargs: object) -> None:
        raise MemoryError

    monkeypatch.setattr("pathway.interchange.reading.assemble", full)
    assert "takes more memory than there is" in refused(written(tmp_path, HEAD + "1,CT,2027-03-01\n"))


def test_progress_says_bytes_and_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "EVERY", 2)
    path = written(tmp_path, HEAD + "".join(f"{n},CT,2027-03-01T09:00\n" for n in range(5)))
    told: list[tuple[int, int, int]] = []
    read_log(path, progress=lambda *each: told.append(each))
    size = path.stat().st_size
    assert told == [(size, size, 2), (size, size, 4)]


# ---------------------------------------------------------------- the clock on the wall

NO_ZONE = "times have an offset from UTC"
XES = """<log><trace><string key="concept:name" value="1"/>{}</trace></log>"""
EVENT = '<event><string key="concept:name" value="CT"/><date key="time:timestamp" value="{}"/></event>'


def log_of(folder: Path, times: list[str], *, xes: bool) -> Path:
    """Write a log of one case with an event at each time."""
    if xes:
        return written(folder, XES.format("".join(EVENT.format(each) for each in times)), "log.xes")
    return written(folder, HEAD + "".join(f"1,CT,{each}\n" for each in times))


@pytest.mark.parametrize("xes", [False, True], ids=["csv", "xes"])
def test_offsets_need_to_know_where_the_clock_hangs(tmp_path: Path, xes: bool) -> None:
    """08:00 at Greenwich is 9 o'clock in London in July; without a zone it is refused in a sentence."""
    path = log_of(tmp_path, ["2027-07-01T08:00:00Z"], xes=xes)
    assert NO_ZONE in refused(path)
    assert "--zone Europe/London" in refused(path)
    assert walls(read_log(path, zone="Europe/London")) == ["01 09:00"]
    assert walls(read_log(path, zone="+02:00")) == ["01 10:00"]


@pytest.mark.parametrize("xes", [False, True], ids=["csv", "xes"])
def test_the_hour_that_occurs_twice(tmp_path: Path, xes: bool) -> None:
    """London, 31 October 2027: at 02:00 summer time it is 01:00 again. Offsets tell the two apart."""
    path = log_of(tmp_path, ["2027-10-31T01:30:00+01:00", "2027-10-31T01:30:00+00:00"], xes=xes)
    log = read_log(path, zone="Europe/London")
    assert utc(log) == ["31 00:30", "31 01:30"]
    assert walls(log) == ["31 01:30", "31 01:30"]


@pytest.mark.parametrize("xes", [False, True], ids=["csv", "xes"])
def test_the_hour_that_occurs_twice_without_offsets(tmp_path: Path, xes: bool) -> None:
    """01:40 and then 01:20 is forty minutes later, not twenty earlier: that is said, and without a zone refused."""
    path = log_of(tmp_path, [f"2027-10-31T{each}:00" for each in ("00:50", "01:40", "01:20", "02:10")], xes=xes)
    log = read_log(path, zone="Europe/London")
    assert utc(log) == ["30 23:50", "31 00:40", "31 01:20", "31 02:10"]
    assert (
        "2 times lie in an hour that occurs twice, as clocks were put back; 1 were taken for the second" in log.notes[0]
    )
    assert "time goes backwards by 0.333 h" in refused(path)


@pytest.mark.parametrize("xes", [False, True], ids=["csv", "xes"])
def test_an_hour_that_did_not_occur(tmp_path: Path, xes: bool) -> None:
    """London, 28 March 2027: at 01:00 clocks are put forward to 02:00, and no clock shows 01:30."""
    path = log_of(tmp_path, ["2027-03-28T01:30:00"], xes=xes)
    assert "no clock showed '2027-03-28T01:30:00' in that time zone" in refused(path, zone="Europe/London")
    assert walls(read_log(path)) == ["28 01:30"]


def test_a_night_in_which_clocks_are_put_back_is_an_hour_longer(tmp_path: Path) -> None:
    """From 22:00 to 06:00 are nine hours, by a column each for start and end."""
    text = "case,activity,start,end\n1,night,2027-10-30 22:00,2027-10-31 06:00\n"
    log = read_log(written(tmp_path, text), zone="Europe/London")
    assert int(log.ended[0] - log.started[0]) == 9 * 3600


def test_a_zone_there_is_not(tmp_path: Path) -> None:
    with pytest.raises(PathwayError, match="--zone: there is no time zone 'Europe/Londn'"):
        read_log(written(tmp_path, HEAD), zone="Europe/Londn")


def test_our_own_xes_has_its_own_clock(tmp_path: Path) -> None:
    """Its clock knows no summer time; so it needs no zone, and takes none."""
    arrival, scan = (EVENT.format(f"2027-07-01T{each}:00+00:00") for each in ("08:00", "09:00"))
    ours = '<string key="pathway:stream" value="gp"/>' + arrival
    assert "has no visits" in refused(written(tmp_path, XES.format(ours), "log.xes"))
    scan = scan.replace("<date", '<string key="concept:instance" value="1"/><date')
    path = written(tmp_path, XES.format(ours + scan), "log.xes")
    assert "is a log of our own" in refused(path, zone="Europe/London")
    assert walls(read_log(path)) == ["01 09:00"]


# ---------------------------------------------------------------- the mapping


MAPPING = """\
columns: {case: Fallnummer, activity: Leistung, started: Beginn, ended: Ende, asked: Anmeldung, resource: Ort}
codes:
  activity: {"3500": CT, "3700": MRI}
  resource: {R1: room 1}
dates: {started: "%d.%m.%Y %H:%M", ended: "%d.%m.%Y %H:%M", asked: "%d.%m.%Y"}
ignore: [Station]
attributes: Alter
"""
HOSPITAL = (
    "Fallnummer;Leistung;Anmeldung;Beginn;Ende;Ort;Station;Alter;Arzt\n"
    "NA;3500;01.03.2027;02.03.2027 09:00;02.03.2027 09:20;R1;5B;71;K\n"
    "NA;3700;02.03.2027;02.03.2027 10:00;02.03.2027 10:45;R1;5B;;K\n"
)


def test_a_mapping_says_how_a_log_is_written(tmp_path: Path) -> None:
    """Columns, codes, a form for each column of dates; what is ignored is not spoken of, what is unused is, by name."""
    path, mapping = written(tmp_path, HOSPITAL), written(tmp_path, MAPPING, "map.yaml")
    log = read_log(path, mapping=mapping)
    assert log.activities == ("CT", "MRI")
    assert log.resources == ("room 1",)
    assert [int(each) for each in (log.started - log.asked) // 3600] == [33, 10]
    assert [int(each) for each in (log.ended - log.started) // 60] == [20, 45]
    assert [(each.name, each.values, each.code.tolist()) for each in log.attributes] == [("Alter", ("71",), [0])]
    assert log.notes == ("nothing was made of Arzt; name what says something of the case with --attribute",)
    assert UNKNOWN not in log.asked


def test_codes_of_lifecycles(tmp_path: Path) -> None:
    """A hospital's words for beginning and end."""
    text = "case,activity,time,lifecycle\n1,CT,2027-03-01T09:00,in\n1,CT,2027-03-01T09:30,out\n"
    mapping = written(tmp_path, "codes: {lifecycle: {in: start, out: complete}}\n", "map.yaml")
    log = read_log(written(tmp_path, text), mapping=mapping)
    assert [int(each) for each in log.ended - log.started] == [1800]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("colums: {case: x}\n", "map.yaml:1:1: colums is nothing a mapping says"),
        ("columns:\n  actvity: x\n", "map.yaml:2:3: columns.actvity is nothing an event log says"),
        ("columns:\n  actvity: x\n", "did you mean activity?"),
        ("codes: {case: {a: b}}\n", "map.yaml:1:9: codes.case is no column that has codes"),
        ("codes:\n  lifecycle: {in: strat}\n", "map.yaml:2:19: codes.lifecycle.in is 'strat', which is no transition"),
        ("codes:\n  lifecycle: {in: strat}\n", "did you mean start?"),
        ("dates:\n  ended: dd.mm.yyyy\n", "map.yaml:2:10: dates.ended is 'dd.mm.yyyy'; expected day, month and year"),
        ("dates:\n  end: '%d/%m/%Y'\n", "map.yaml:2:3: dates.end is no column of dates"),
        ("zone: Europe/Londn\n", "map.yaml:1:7: zone there is no time zone 'Europe/Londn'"),
        ("columns: {case: Fall}\n", "log.csv:1:1: there is no column 'Fall', which was named for case"),
        ("ignore: [Statoin]\n", "there is no column 'Statoin', which was named as ignored; did you mean Station?"),
    ],
    ids=["section", "column", "nearest", "coded", "code", "nearest code", "form", "date", "zone", "head", "ignored"],
)
def test_what_is_wrong_with_a_mapping_is_said_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    """With line and column, and the nearest name."""
    assert said in refused(written(tmp_path, HOSPITAL), mapping=written(tmp_path, text, "map.yaml"))


def test_a_mapping_of_columns_is_not_for_xes(tmp_path: Path) -> None:
    path, mapping = log_of(tmp_path, ["2027-07-01"], xes=True), written(tmp_path, "ignore: [x]\n", "map.yaml")
    assert "XES has no columns" in refused(path, mapping=mapping)


# ---------------------------------------------------------------- what is said of a case


def test_what_is_said_of_a_case_is_one(tmp_path: Path) -> None:
    """A case that is 70 and 71 is refused by its line; nobody's age is in the message."""
    path = written(tmp_path, "case,activity,time,age\n1,CT,2027-03-01,70\n1,CT,2027-03-02,\n1,CT,2027-03-03,71\n")
    said = refused(path, attributes=("age",))
    assert said == "log.csv:4:4: the case has another 'age' in an earlier row; what is carried must be one a case"
    assert "did you mean age?" in refused(path, attributes=("agee",))


@pytest.mark.parametrize("xes", [False, True], ids=["csv", "xes"])
def test_what_is_not_used_is_named(tmp_path: Path, xes: bool) -> None:
    """Nothing is left out in silence, in either kind of file."""
    if xes:
        more = '<string key="ward" value="5B"/>' + EVENT.format("2027-03-01").replace(
            "/></event>", '/><int key="crp" value="1"/></event>'
        )
        path = written(tmp_path, XES.format(more), "log.xes")
    else:
        path = written(tmp_path, "case,activity,time,crp,ward\n1,CT,2027-03-01,1,5B\n")
    assert read_log(path).notes[0].startswith("nothing was made of crp, ward;")
    assert read_log(path, attributes=("ward",)).notes[0].startswith("nothing was made of crp;")


def test_a_table_may_be_read_row_by_row(tmp_path: Path) -> None:
    """Rows come as they are read: of a file that goes wrong in line 4, the first two are there."""
    path = written(tmp_path, HEAD.encode() + b"1,CT,2027\n2,CT,2027\n" + b"\xff\n" * 9)
    taken: list[int] = []
    with pytest.raises(RefusedError, match=":4:1: byte 1 of the line"), opened(path, Faults("log.csv")) as table:
        taken += [line for line, _ in table]
