"""Simplified Chinese: pages without an English sentence, in Chinese punctuation, with the same numbers."""

from __future__ import annotations

import html
import json
import re
from contextvars import copy_context
from pathlib import Path
from threading import Thread

import pytest
from typer.testing import CliRunner

from pathway import report, words
from pathway.charts.template import breadth, wrapped
from pathway.cli import app
from pathway.clock import say_duration, say_sessions
from pathway.errors import ScenarioError
from pathway.graph import Comparison, describe_when
from pathway.metrics.targets import target_subjects
from pathway.report import report_html, show_html
from pathway.report.figures import plotly_script
from pathway.report.first import first_page
from pathway.report.material import material
from pathway.scenario import Scenario, fingerprint, load_scenario, preview, write_scenario
from tests.fake_results import fake_loads, fake_results

BASE = Path(__file__).parent.parent / "scenarios" / "base.yaml"
SCRIPTS = sorted((Path(report.__file__).parent / "templates").glob("*.js"))
HAN = r"[\u4e00-\u9fff]"


@pytest.mark.parametrize("path", sorted(BASE.parent.glob("*.yaml")), ids=lambda path: path.stem)
def test_scenarios_are_called_in_chinese(path: Path) -> None:
    """So that the questions that lie ready can be read."""
    with words.speaking("zh"):
        found = preview(path)
    assert found is not None
    assert re.search(HAN, found.title)


def texts(language: str) -> dict[str, list[str]]:
    """Give each text of a language by its key, in all its forms."""
    found = words.catalogue(language).items()
    return {key: list(entry.values()) if isinstance(entry, dict) else [entry] for key, entry in found}


def english_in(page: str, scenario: Scenario) -> list[str]:
    """List what English texts have between their placeholders, of two words and more, and a page has too.

    What stands in the scenario's own files is left out: sources and what evidence says are nowhere translated.
    """
    for script in (plotly_script(), *(path.read_text(encoding="utf-8") for path in SCRIPTS)):
        page = page.replace(script.strip(), "")
    page = re.sub(r"<style>.*?</style>", "", page, flags=re.DOTALL)
    page = re.sub(r"-?\d+\.\d+,|<wbr>", "", page).replace("\u00a0", " ")
    page = html.unescape(page)
    own = json.dumps([str(scenario.tree), scenario.question, [str(part) for part in scenario.files]])
    forms = (form for forms in texts("en").values() for form in forms)
    parts = {part.strip(" .,:;()“”") for form in forms for part in re.split(r"\{.*?\}|\n", form)}
    several = {part for part in parts if re.search(r"[A-Za-z]{2,} [A-Za-z]{2,}", part)}
    assert len(several) > 1000
    return sorted(part for part in several if part in page and part not in own)


# ---------------------------------------------------------------- pages


@pytest.fixture(scope="module")
def base() -> Scenario:
    """The base hospital, titled in Chinese."""
    with words.speaking("zh"):
        return load_scenario(BASE)


@pytest.fixture(scope="module")
def page() -> str:
    """The report on two invented scenarios, in Chinese."""
    results = fake_results("base", "other")
    with words.speaking("zh"):
        return report_html(results, loads={name: fake_loads() for name in results.scenarios})


def test_the_page_says_that_it_is_chinese(page: str) -> None:
    """In its head, where a browser looks, and at its top, where a reader does."""
    assert '<html lang="zh-Hans">' in page
    assert "一页看懂答案" in page


def test_no_english_text_is_left_in_a_report(page: str) -> None:
    """Every text of two words and more of the English catalogue is absent."""
    assert english_in(page, fake_results("base").scenarios["base"]) == []


def test_an_english_text_would_be_found() -> None:
    """The check can fail: the English page of a small model has dozens of them."""
    mmc = load_scenario("mmc")
    assert len(english_in(show_html(mmc), mmc)) > 10


def test_no_english_text_is_left_in_a_drawing_of_a_scenario(base: Scenario) -> None:
    """The page of `pathway show` on the base hospital."""
    with words.speaking("zh"):
        assert english_in(show_html(base), base) == []


def test_numbers_do_not_depend_on_the_language() -> None:
    """The verdicts and the digits they are given with are the same."""
    said = []
    for language in words.languages():
        with words.speaking(language):
            found = first_page(material(fake_results("base"), "base", fake_loads())).verdicts
        said.append(
            [(each.verdict, sorted(re.findall(r"[\d.]+", f"{each.result} {each.precision}"))) for each in found]
        )
    assert said[0] == said[1] != []


# ---------------------------------------------------------------- the catalogue


def test_every_text_is_chinese_where_english_has_words() -> None:
    """A text without a Chinese character is one English has too: a name, a sign, a placeholder."""
    same = texts("en")
    for key, forms in texts("zh").items():
        for form in forms:
            plain = re.sub(r"\{.*?\}|%\S*", "", form)
            assert re.search(HAN, form) or not re.search(r"[A-Za-z]{3}", plain) or form in same[key], key


def test_punctuation_is_full_width() -> None:
    """Beside a Chinese character stands no half-width comma, colon, semicolon, question mark or bracket."""
    for key, forms in texts("zh").items():
        for form in forms:
            assert not re.search(rf"{HAN}[,;:?!()]|[,;:?!()]{HAN}|{HAN} {HAN}", form), key
            assert not re.search(rf"{HAN} \{{|\}} {HAN}", re.sub(r"\{(amount|fee|fixed|currency)\}", "", form)), key


def test_no_promise_is_made() -> None:
    """Nothing is guaranteed, sure to happen or optimal."""
    for key, forms in texts("zh").items():
        assert not any(re.search("保证|必然|必定|最优|肯定会", form) for form in forms), key


# ---------------------------------------------------------------- the language in force


def test_a_language_is_in_force_for_a_while() -> None:
    """The one before it comes back."""
    with words.speaking("zh"):
        assert words.text("verdict.met") == "达标"
        with words.speaking("en"):
            assert words.text("verdict.met") == "met"
        assert words.language() == "zh"
    assert words.language() == "en"


def test_a_thread_speaks_its_makers_language() -> None:
    """If it is started in its context."""
    said: list[str] = []
    with words.speaking("zh"):
        for run in (copy_context().run, lambda do: do()):
            thread = Thread(target=run, args=(lambda: said.append(words.text("verdict.met")),))
            thread.start()
            thread.join()
    assert said == ["达标", "met"]


def test_no_room_hands_a_language_on() -> None:
    """It is in force; parts of web pages that run by themselves are made with it (`pathway.web.speaking`)."""
    package = BASE.parent.parent / "pathway"
    files = {path.relative_to(package).as_posix(): path.read_text(encoding="utf-8") for path in package.rglob("*.py")}
    handed = {name for name, text in files.items() if "language: str" in text and not name.startswith("words/")}
    assert handed == {"cli/speaking.py", "web/keeping.py"}
    assert {name for name, text in files.items() if re.search(r"\bst\.fragment\(", text)} == {"web/speaking.py"}


def test_keys_stay_as_they_are(base: Scenario) -> None:
    """What tables go by is no text."""
    english = load_scenario(BASE)
    assert base.title != english.title
    assert fingerprint(base) == fingerprint(english)
    with words.speaking("zh"):
        assert target_subjects(base) == target_subjects(english)


def test_time_and_conditions_are_said_in_chinese(base: Scenario) -> None:
    """Durations, weeks and conditions have no space and no English unit; categories have their titles."""
    age = (Comparison("attribute", "age", ">=", 3),)
    with words.speaking("zh"):
        assert say_duration(3060) == "2天3小时"
        assert say_sessions(base.calendars["mornings"]).startswith("周一–周五 08:00–12:30；每年12月24日（平安夜）关闭")
        assert describe_when(age, base.pathway.attributes) == "年龄组 ≥ 75–84岁"


def test_lines_break_between_chinese_characters() -> None:
    """No line begins with a closing mark, and a character counts nearly two letters."""
    assert wrapped("决定治疗（或随后可治疗之日）至治疗", 20, lines=3) == "决定治疗（或随后可治疗<br>之日）至治疗"
    assert breadth("CT机") == 2 + 1.8


# ---------------------------------------------------------------- titles


def test_a_scenario_is_titled_when_it_is_read(base: Scenario) -> None:
    """In the language in force, and as far as it or what it extends has titles in it."""
    with words.speaking("zh"):
        weekly = load_scenario(BASE.with_name("s03_extra_colonoscopy_session.yaml"))
    assert base.title == "基准医院"
    assert base.resources["ct_scanner"].title == "CT机（本服务份额）"
    assert base.pathway.states["died"].title == "死亡"
    assert [each.title for each in base.targets if each.title] == ["31天内NanoKnife治疗", "31天内消融治疗"]
    assert weekly.resources["ct_scanner"].title == "CT机（本服务份额）"  # as it extends the base
    assert weekly.title != base.title  # a document's title is its own


def test_everything_of_the_base_hospitals_has_a_title(base: Scenario) -> None:
    """Nothing the flagship pathway and the base hospitals name is called by an English title in Chinese."""
    with words.speaking("zh"):
        chinese = load_scenario(BASE.with_name("base_cn.yaml"))
    for each in (base, chinese):
        sections = (each.streams, each.calendars, each.resources, each.clocks, each.parameters, each.volumes)
        things = [thing for section in sections for thing in section.values()]
        things += [*each.pathway.states.values(), *each.pathway.attributes.values()]
        assert {thing.title for thing in things if thing.title and not re.search(HAN, thing.title)} == {"PET-CT"}


def test_titles_are_saved_with_a_scenario(tmp_path: Path) -> None:
    """Whatever language it is saved in, the file has all of them."""
    (tmp_path / "one.yaml").write_text(
        "schema: 1\nmodel: mmc\ntitles: {zh: {title: 一, resources: {server: 服务台}}}\n"
    )
    four = load_scenario(tmp_path / "one.yaml").override({"resources.server.capacity": 4}, name="four")
    write_scenario(four, tmp_path / "four.yaml")
    with words.speaking("zh"):
        assert load_scenario(tmp_path / "four.yaml").resources["server"].title == "服务台"


def test_titles_of_nothing_are_refused_in_every_language(tmp_path: Path) -> None:
    """Also by who reads in English, with the nearest name."""
    (tmp_path / "one.yaml").write_text(
        "schema: 1\nmodel: mmc\ntitles: {zh: {resources: {servr: 服务台}}}\n", encoding="utf-8"
    )
    with pytest.raises(ScenarioError, match="did you mean server"):
        load_scenario(tmp_path / "one.yaml")


# ---------------------------------------------------------------- the command


@pytest.mark.parametrize(
    ("options", "environment"),
    [(["--language", "zh"], {}), ([], {"PATHWAY_LANGUAGE": "zh"})],
    ids=["option", "variable"],
)
def test_a_command_speaks_the_language_asked_for(
    options: list[str], environment: dict[str, str], tmp_path: Path
) -> None:
    """By its option or by the environment, and no longer than it runs."""
    out = tmp_path / "mmc.html"
    done = CliRunner().invoke(app, ["show", "mmc", "--out", str(out), *options], env=environment)
    assert done.exit_code == 0, done.output
    assert '<html lang="zh-Hans">' in out.read_text(encoding="utf-8")
    assert words.language() == "en"


def test_a_language_without_texts_is_bad_input() -> None:
    """It is refused before anything is read."""
    done = CliRunner().invoke(app, ["show", "mmc", "--language", "fr"])
    assert done.exit_code == 2
    assert "en, zh" in done.output
