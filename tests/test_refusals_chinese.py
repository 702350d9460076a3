"""What is refused is said in Chinese to who reads Chinese: whole sentences, values untouched, where a person reads."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from functools import cache, partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from typer.testing import CliRunner

import pathway as pw
from pathway import words
from pathway.cli import app
from pathway.errors import PathwayError
from pathway.interchange.calibration.dates import Verdict
from pathway.interchange.calibration.families import Fit
from pathway.interchange.calibration.samples import Sample
from pathway.interchange.calibration.sourcing import say_fit
from pathway.interchange.log_mapping import COLUMNS, SECTIONS
from pathway.interchange.observed_figures import FURTHER, NEEDED, read_observed
from pathway.interchange.reading import read_log
from pathway.scenario import Scenario
from pathway.scenario.draws import _READERS
from pathway.scenario.schema import Document
from pathway.scenario.times import MONTHS, WEEKDAYS
from pathway.web.errands import findings_in
from pathway.words import refusals
from tests import test_bad_input, test_damaged_files, test_reading_logs, test_waiting_list

if TYPE_CHECKING:
    from streamlit.testing.v1 import AppTest

HAN = r"[\u4e00-\u9fff]"
HOURS = re.compile(r"\((Mon|Tue|always open)")

# ---------------------------------------------------------------- how a sentence is found


def chinese(refusal: str) -> str:
    """Say it in Chinese."""
    with words.speaking("zh"):
        return refusals.said(refusal)


@pytest.mark.parametrize(
    ("refusal", "expected"),
    [
        ("a.yaml:3:5: x.y is an unknown key", "a.yaml:3:5: x.y：没有这个键"),
        ("x.y is an unknown key; there are a, b", "x.y：没有这个键；可用的有：a, b"),
        ("x is 'b; expected c'; expected a number", "x：此处为'b; expected c'，应为数值"),
        ("x is a list; expected a mapping", "x：此处为列表，应为一组键值"),
        ("x is 'a list'; expected a mapping", "x：此处为'a list'，应为一组键值"),
        ("x is 'b'; expected one of c, d; did you mean d?", "x：此处为'b'，应为c, d之一；是否想写d？"),
        ("wait's is 'it's'; expected yes or no", "wait's：此处为'it's'，应为yes或no"),
        ("x: no state is called bord; did you mean board?", "x：没有名为bord的环节；是否想写board？"),
        ("f.csv: 3 more: empty cells", "f.csv：另有3处：空单元格"),
        ("a.csv:1:1: has no events\nf.csv: 3 more: cases", "a.csv:1:1: 没有事件\nf.csv：另有3处：病例"),
        ("nobody ever wrote this: neither that", "nobody ever wrote this: neither that"),
        (
            "the column 'a' is missing; did you mean b? (say --column c=NAME; there are b, d)",
            "缺少'a'列；是否想写b？（请写明--column c=列名；现有的列：b, d）",
        ),
        ("", ""),
    ],
)
def test_what_is_ours_is_said_and_values_stay(refusal: str, expected: str) -> None:
    """Places, names and values are untouched, whatever stands in them; what is not ours is said as it is."""
    assert chinese(refusal) == expected
    assert refusals.said(refusal) == refusal  # in English


def filled(english: str) -> str:
    """Give an example of a sentence."""
    places = (f"b{number}" for number in range(7, 99))
    return re.sub(r"\{\}", lambda _: next(places), english)


def test_no_sentence_is_taken_for_another() -> None:
    """An example of each sentence is said as its own Chinese says it; where two fit alike, both say the same."""
    for template in refusals.templates("zh", "sentences"):
        if "!" in "".join(re.findall(r"\{\d[?!]?\}", template.other)):
            continue  # needs another sentence within
        fitting = refusals.fitting("zh", filled(template.english))
        best = {other for each, other in fitting if each.weight == fitting[0][0].weight}
        assert len(best) == 1, (template.english, best)
        assert template.english in {each.english for each, _ in fitting if each.weight == fitting[0][0].weight}


def test_places_are_the_same() -> None:
    """The Chinese of a sentence has every place of the English once, and only those; no sentence stands there twice."""
    for what in ("sentences", "phrases"):
        for each in refusals.templates("zh", what):
            numbers = sorted(int(number) for number in re.findall(r"\{(\d)[?!]?\}", each.other))
            assert numbers == list(range(each.english.count(refusals.HOLE))), each.english
            assert refusals.HOLE * 3 not in each.english


def test_punctuation_is_full_width() -> None:
    """As everywhere in Chinese: beside a Chinese character stands no half-width punctuation, between two no space."""
    for what in ("sentences", "phrases"):
        for each in refusals.templates("zh", what):
            assert re.search(HAN, each.other) or not re.search("[A-Za-z]", each.english), each.english
            plain = re.sub(r"\{\d[?!]?\}", "x", each.other)
            assert not re.search(rf"{HAN}[,;:?!()]|[,;:?!()]{HAN}|{HAN} {HAN}", plain), each.english
            assert not re.search("保证|必然|必定|最优|肯定会", each.other), each.english


def test_a_text_made_to_be_slow_is_not() -> None:
    """However often letters of ours are repeated in what somebody wrote, each is looked at a few times only."""
    for text in (" is ; expected " * 250, "'(" * 2000, " or " * 1200, ": " * 2000, "x and {} of " * 300):
        assert isinstance(chinese(text), str)
        assert isinstance(chinese(f"x is {text!r}; expected a number"), str)


# ---------------------------------------------------------------- what is refused in the tests of refusals


@cache
def format_words() -> frozenset[str]:
    """Give what stands in files whatever the language: keys and words of the schema, distributions, units, options."""
    found: set[str] = set()

    def look(part: Any) -> None:
        if isinstance(part, dict):
            found.update(part.get("properties", {}), map(str, part.get("enum", ())), [str(part.get("const"))])
            for below in part.values():
                look(below)
        elif isinstance(part, list):
            for below in part:
                look(below)

    look(Document.model_json_schema())
    plain = "min hours days weeks months years percent yes no true false null latest_of use session year first end"
    codes = "UTF YAML CSV XES XML ISO UTC MB GBP EUR GB ENG NIR SCT WLS CN en zh"
    names = "Europe London Asia Shanghai concept time timestamp"
    options = "column date format duplicates keep drop sort attribute stream zone id log"
    known = [*found, *_READERS, *WEEKDAYS, *MONTHS, plain, codes, names, options]
    return frozenset(re.findall(r"[A-Za-z]+", " ".join(known)))


def english_in(said: str, *documents: str) -> list[str]:
    """List English words in what is said, but for quotations, words of the format, and words of the documents."""
    bare = re.sub(r"'[^']*'|\"[^\"]*\"|`[^`]*`|%\w", "", said)
    own = set(re.findall(r"[A-Za-z]+", " ".join(documents))) | format_words()
    return sorted(set(re.findall(r"[A-Za-z]{2,}", bare)) - own)


def test_the_check_for_english_can_fail() -> None:
    """A sentence that was left in English is found."""
    assert english_in("a: is reached from no start", "a: 1") == ["is", "reached"]


def test_every_refusal_of_a_scenario_is_chinese(tmp_path: Path) -> None:
    """Every case of `data/refusals.txt`; where hours are said, in which the language in force is, read in Chinese."""
    left = {}
    for title, text, said in test_bad_input.cases():
        document = text.replace(test_bad_input.HERE, "")
        if HOURS.search(said):
            (tmp_path / "x.yaml").write_text(document, encoding="utf-8")
            with words.speaking("zh"):
                said = refused_by(lambda: pw.load_scenario(tmp_path / "x.yaml")).partition("x.yaml:")[2]
        found = chinese(said)
        assert found != said
        assert chinese(found) == found  # said once is said
        if english := english_in(found, document):
            left[title] = (english, found)
    assert left == {}


def refused_by(read: Callable[[], Any]) -> str:
    """Give what is said of a file."""
    with pytest.raises(PathwayError) as refusal:
        read()
    return str(refusal.value)


def cases_of(test: Any) -> list[tuple[Any, ...]]:
    """Give the cases of another test."""
    return list(test.pytestmark[0].args[1])


def test_every_refusal_of_a_waiting_list_is_chinese(tmp_path: Path) -> None:
    """All that is damaged in the tests of waiting lists, and what is wrong at once."""
    (tmp_path / "clinic.yaml").write_text(test_waiting_list.CLINIC, encoding="utf-8")
    clinic: Scenario = pw.load_scenario(tmp_path / "clinic.yaml")
    lists = [rows for rows, _ in cases_of(test_waiting_list.test_damaged)]
    lists += [
        ("id,state,joined", "9434765919,oparate,2027-01-01", "9434765910,scan,2027-01-05", "p4,p5,2027-02-30"),
        ("id,state,joined,count", "a,scan,2027-01-02,2", "a,scan,2027-01-02,x", "b,scan,2027-13-02,0"),
        ("state,joined,state", "scan,2027-01-02,scan"),
        ("state,joined,MRI scan", "scan,2027-01-02,1"),
    ]
    for number, rows in enumerate(lists):
        path = test_waiting_list.written(tmp_path, *rows, name=f"list{number}.csv")
        said = refused_by(partial(pw.read_waiting_list, clinic, path, as_of="2027-01-04"))
        found = chinese(said).replace(str(path), "")
        assert chinese(found) == found
        assert english_in(found, *rows, test_waiting_list.CLINIC) == [], found


def test_every_refusal_of_an_event_log_is_chinese(tmp_path: Path) -> None:
    """All that is damaged in the tests of logs, figures and XES, packed or not, and in mappings."""
    logs: list[tuple[bytes, str, str]] = []
    logs += [
        (content, "log.csv", "") for content, _ in cases_of(test_reading_logs.test_the_same_is_wrong_by_either_way)
    ]
    logs += [(text.encode(), "log.csv", "") for text, _ in cases_of(test_damaged_files.test_a_damaged_table_is_refused)]
    logs += [
        (text.encode(), "log.xes", "")
        for text, _ in cases_of(test_damaged_files.test_a_damaged_or_harmful_xes_is_refused)
    ]
    logs += [
        (content, name, "")
        for files_of_one in test_damaged_files.DAMAGED.values()
        for name, (content, _) in files_of_one.items()
    ]
    mapped = cases_of(test_reading_logs.test_what_is_wrong_with_a_mapping_is_said_with_its_place)
    logs += [(test_reading_logs.HOSPITAL.encode(), "log.csv", mapping) for mapping, _ in mapped]
    for number, (content, name, mapping) in enumerate(logs):
        folder = tmp_path / str(number)
        folder.mkdir()
        path = test_reading_logs.written(folder, content, name)
        other = test_reading_logs.written(folder, mapping, "map.yaml") if mapping else None
        if name.startswith("observed"):
            said = refused_by(partial(read_observed, path))
        else:
            said = refused_by(partial(read_log, path, mapping=other))
        found = chinese(said).replace(str(folder), "")
        assert chinese(found) == found
        own = (
            content.decode("utf-8", errors="ignore"),
            mapping,
            "observed csv xes map yaml gz xfc DTDForbidden EntitiesForbidden",
        )
        assert english_in(found, *own, *COLUMNS, *SECTIONS, *NEEDED, *FURTHER) == [], found


# ---------------------------------------------------------------- where a person reads


def test_the_command_line_refuses_in_the_language_asked_for(tmp_path: Path) -> None:
    """The place stays as it is, so that a page can read it; in English nothing changes."""
    path = tmp_path / "a.yaml"
    path.write_text("schema: 1\nmodel: mmc\nresources: {server: {capasity: 2}}\n", encoding="utf-8")
    said = {
        language: CliRunner().invoke(app, ["check", str(path), "--language", language]).output.strip()
        for language in ("en", "zh")
    }
    assert said["en"] == f"{path}:3:22: resources.server.capasity is an unknown key; did you mean capacity?"
    assert said["zh"] == f"{path}:3:22: resources.server.capasity：没有这个键；是否想写capacity？"
    (found,) = findings_in(said["zh"])
    assert (found.line, found.column, found.message) == (
        3,
        22,
        "resources.server.capasity：没有这个键；是否想写capacity？",
    )


def test_a_file_that_is_not_there_is_said_in_chinese() -> None:
    """Also what the disk says."""
    done = CliRunner().invoke(app, ["calibrate", "nothing.csv", "--language", "zh"])
    assert done.exit_code == 2
    assert done.output.strip() == "nothing.csv：没有这个文件或文件夹"


def refusing_page(language: str) -> None:
    """A page on which a scenario and a number of runs are refused."""
    from pathway import words
    from pathway.errors import Finding, PathwayError, ScenarioError
    from pathway.web.views.shared import refusing

    with words.speaking(language):
        with refusing():
            raise ScenarioError(
                [Finding("a/b.yaml", 3, 5, "resources.ct.capasity is an unknown key; did you mean capacity?")]
            )
        with refusing():
            raise PathwayError("workers is 0, expected 1 or more")


@pytest.mark.parametrize(
    ("language", "table", "sentence"),
    [
        ("en", "resources.ct.capasity is an unknown key; did you mean capacity?", "workers is 0, expected 1 or more"),
        ("zh", "resources.ct.capasity：没有这个键；是否想写capacity？", "workers：此处为0，应为1或更多"),
    ],
    ids=["en", "zh"],
)
def test_a_page_refuses_in_its_visitors_language(
    language: str, table: str, sentence: str, app_test: type[AppTest]
) -> None:
    """A scenario as a table of findings with their places, anything else as a sentence."""
    page = app_test.from_function(refusing_page, args=(language,), default_timeout=30).run()
    assert not page.exception
    shown = page.table[0].value
    assert shown.index.tolist() == ["b.yaml:3"]
    assert shown.iloc[0].tolist() == [table]
    assert [each.value for each in page.error][1] == sentence


def refusing_errand(began: str) -> None:
    """A page in Chinese with a command that was refused, begun in some language."""
    from types import SimpleNamespace

    from pathway import words
    from pathway.web.views import errand
    from pathway.words import refusals

    with words.speaking(began):
        complaint = refusals.said("a/log.csv:2:1: ends before it starts\nlog.csv: 3 more: ends before starts")
    with words.speaking("zh"):
        errand._refused(SimpleNamespace(language=began, complaint=complaint, said=""))


@pytest.mark.parametrize("began", ["en", "zh"])
def test_what_a_command_said_is_said_once(began: str, app_test: type[AppTest]) -> None:
    """Whether it spoke Chinese already, or began before the visitor chose it."""
    page = app_test.from_function(refusing_errand, args=(began,), default_timeout=30).run()
    assert not page.exception
    assert page.table[0].value.iloc[0].tolist() == ["结束早于开始"]


def test_what_is_said_of_the_dates_of_a_log_is_chinese() -> None:
    """Whatever was found of them."""
    for real, weekdays, enough, told, has_hours in product([True, False], repeat=5):
        said = chinese(Verdict(real, weekdays, enough, 3, 0.01, 0.2, told, has_hours).sentence())
        assert english_in(said.replace("--dates real", "")) == [], said


@pytest.mark.parametrize("family", ["gamma", "constant", "empirical"])
def test_what_is_said_of_a_fit_is_chinese(family: str) -> None:
    """With times that took no time at all and times that were not over, and without."""
    for values, open_values, rejected in product([[0.0, 30.0], [30.0, 40.0]], [[], [50.0]], [{}, {"gamma": 0.002}]):
        one, none = np.array([3.0, 1.0]), np.ones(len(open_values))
        sample = Sample(np.array(values), one, np.array(open_values), none)
        fit = Fit(family, {}, {"mean": (20.0, 30.0)}, sample, 0.1, 0.3, rejected)
        said = chinese(say_fit(fit))
        assert english_in(said, family, "KS") == [], said


def test_a_calibration_is_chinese_from_end_to_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the command says and what its page says: notes, what the log cannot tell, times and how they fit."""
    monkeypatch.chdir(tmp_path)
    days = [np.datetime64("2027-01-04T08:00") + np.timedelta64(613 * case, "m") for case in range(60)]
    rows = [f"{case},CT,{day},{day + 30 + case},A\n" for case, day in enumerate(days)]
    Path("log.csv").write_text("case,activity,start,end,ward\n" + "".join([*rows, rows[0]]), encoding="utf-8")
    done = CliRunner().invoke(app, ["calibrate", "log.csv", "--duplicates", "drop", "--language", "zh"])
    assert done.exit_code == 0, done.output
    assert "已去除" in done.output
    assert english_in(done.output.replace(str(tmp_path), ""), "CT ward log my_hospital.yaml calibration.html") == []
    page = next(tmp_path.rglob("calibration.html")).read_text(encoding="utf-8")
    plain = html.unescape(re.sub(r"<[^>]*>", "\n", re.sub(r"<(script|style).*?</\1>", "", page, flags=re.DOTALL)))
    assert re.findall(r"[A-Za-z]{2,} [A-Za-z]{2,}.*", plain) == []
