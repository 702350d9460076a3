"""Scenarios compared, their sources listed, and questions written to files that come back the same."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from pathway.errors import ScenarioError
from pathway.scenario import (
    Scenario,
    differences,
    fingerprint,
    json_schema,
    load_scenario,
    sourcing,
    unsourced,
    write_scenario,
)
from pathway.scenario.sources import compact

CLINIC = Path(__file__).parent / "data" / "clinic.yaml"


@pytest.fixture(scope="module")
def clinic() -> Scenario:
    return load_scenario(CLINIC)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with the clinic as base.yaml."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.yaml").write_text(CLINIC.read_text(encoding="utf-8"), encoding="utf-8")
    return tmp_path


def question(body: str, file: str = "question.yaml", extends: str = "base.yaml") -> Scenario:
    """Load a document laid over another."""
    Path(file).write_text(f"schema: 1\nname: question\nextends: {extends}\n{body}", encoding="utf-8")
    return load_scenario(file)


# ---------------------------------------------------------------- comparing, sources, writing


def reversed_keys(value: object) -> object:
    if isinstance(value, dict):
        return {key: reversed_keys(inner) for key, inner in reversed(value.items())}
    return [reversed_keys(inner) for inner in value] if isinstance(value, list) else value


def test_permuting_keys_changes_nothing(clinic: Scenario, folder: Path) -> None:
    """The order of keys means nothing: same fingerprint, same records."""
    backwards = reversed_keys(dict(clinic.tree))
    assert isinstance(backwards, dict)
    write_scenario({"name": "clinic", **backwards}, "backwards.yaml")
    permuted = load_scenario("backwards.yaml")
    assert list(permuted.tree) == list(clinic.tree)[::-1]
    assert fingerprint(permuted) == fingerprint(clinic)
    assert differences(clinic, permuted) == []
    assert permuted.pathway == clinic.pathway
    assert list(permuted.pathway.attributes) == list(clinic.pathway.attributes)
    assert permuted.streams == clinic.streams


def test_texts_do_not_count_but_numbers_do(clinic: Scenario) -> None:
    """Titles, remarks and sources leave the fingerprint; any number changes it."""
    texts = {"resources.nurse.title": "N", "pathway.states.scan.remarks": "r", "sources.resources.bed": "s"}
    assert fingerprint(clinic.override(texts, name="x")) == fingerprint(clinic)
    assert fingerprint(clinic.override({"resources.nurse.capacity": 4}, name="x")) != fingerprint(clinic)
    assert fingerprint(clinic.override({"streams.referred.per_year": 500.0}, name="x")) == fingerprint(clinic)


def test_differences(clinic: Scenario) -> None:
    """What differs, one row for each value that a merge would replace whole."""
    changed = clinic.override(
        {"resources.nurse.capacity": 4, "pathway.states.scan.duration": "9 min", "pathway.states.scan.no_show": None,
         "sources.resources.nurse": "new rota"},
        name="x",
    )  # fmt: skip
    assert [(row.path, row.a, row.b, row.source) for row in differences(clinic, changed)] == [
        ("pathway.states.scan.duration", {"lognormal": {"median": "17 min", "sigma": 0.25}}, "9 min", "T1"),
        ("pathway.states.scan.no_show.rebook", "7 days", None, ""),
        ("pathway.states.scan.no_show.share", "3 percent", None, ""),
        ("pathway.states.scan.no_show.slot", "lost", None, ""),
        ("resources.nurse.capacity", 3, 4, "new rota"),
    ]


def test_sources(clinic: Scenario) -> None:
    """A number has the nearest source above it; evidence tagged A and what says so are assumptions."""
    rows = {row.path: row for row in sourcing(clinic)}
    assert rows["streams.referred.per_year"].kind == "sourced"
    assert (rows["pathway.states.scan.duration"].source, rows["pathway.states.scan.duration"].kind) == (
        "T1",
        "assumption",
    )
    assert rows["parameters.scans.value"].kind == "assumption"
    assert rows["volumes.operations.low"].source == "audit"
    assert rows["pathway.states.scan.planned"].kind == "none"
    assert "pathway.states.scan.planned" in unsourced(clinic)
    assert not {"run.seed", "pathway.states.scan.add.cycles"} & rows.keys()
    assert compact({"a": [True, None, 2.5]}) == "{a: [yes, , 2.5]}"
    assert "targets" in rows


@pytest.mark.parametrize(
    ("source", "kind"),
    [("D6 [A/K]", "assumption"), ("D6 [V3; A]", "sourced"), ("assumption, to be measured", "assumption"),
     ("Assumed", "assumption"), ("A; anchored in V[12]", "assumption"), ("A study of 2019", "sourced"),
     ("T1", "assumption"), ("T1 [V]", "sourced"), ("hospital audit", "sourced")],
)  # fmt: skip
def test_assumptions(clinic: Scenario, source: str, kind: str) -> None:
    """The first tag decides: the default's."""
    changed = clinic.override({"sources.resources.bed": source}, name="x")
    assert {row.path: row.kind for row in sourcing(changed)}["resources.bed.capacity"] == kind


def test_rows_of_a_list_may_each_have_a_source(clinic: Scenario) -> None:
    """A list is sourced if all its rows are."""
    row = {"days": ["tue"], "hours": "16:00-17:00", "units": 1, "source": "minutes of March"}
    changed = clinic.override({"calendars.board": [row]}, name="x")
    assert {row.path: row.source for row in sourcing(changed)}["calendars.board"] == "minutes of March"


def test_a_question_is_written_with_only_what_differs(folder: Path) -> None:
    """A changed scenario is saved on top of the file it came from, and comes back the same."""
    base = load_scenario("base.yaml")
    changes: dict[str, object] = {
        "calendars.board": [{"days": ["tue", "thu"], "hours": "16:00-17:00"}],
        "pathway.states.scan.no_show": None,
        "resources.nurse.leave": None,
        "run.start": date(2028, 1, 3),
        "attributes.age.values": ["under_50", "50_64", "65_plus"],
        "sources.calendars.board": "proposal",
    }
    changed = base.override(changes, name="second_board", title="A second board: yes?")
    Path("questions").mkdir()
    write_scenario(changed, "questions/second.yaml")
    again = load_scenario("questions/second.yaml")
    assert (fingerprint(again), again.sources) == (fingerprint(changed), changed.sources)
    assert (again.name, again.title, again.question) == ("second_board", "A second board: yes?", base.question)
    text = Path("questions/second.yaml").read_text()
    assert "extends: ../base.yaml\n" in text
    assert 'hours: "16:00-17:00"' in text
    assert len(text.splitlines()) < 35


def test_a_written_question_may_be_saved_again(folder: Path) -> None:
    """Saving over itself keeps what it extends."""
    question("resources: {nurse: {capacity: 4}}\n")
    more = load_scenario("question.yaml").override({"resources.nurse.capacity": 5, "run.seed": 2}, name="question")
    write_scenario(more, "question.yaml")
    again = load_scenario("question.yaml")
    assert (again.resources["nurse"].capacity, again.run.seed, again.files) == (5, 2, ("base.yaml", "question.yaml"))


def test_an_unchanged_question_is_written_on_what_it_extends(folder: Path) -> None:
    """A copy of a question is a question too; a copy of a lone document is the whole document."""
    write_scenario(question("resources: {nurse: {capacity: 4}}\n"), "copy.yaml")
    assert load_scenario("copy.yaml").files == ("base.yaml", "copy.yaml")
    write_scenario(load_scenario("base.yaml"), "whole.yaml")
    assert fingerprint(load_scenario("whole.yaml")) == fingerprint(load_scenario("base.yaml"))


def test_a_document_may_be_written_from_dotted_paths(folder: Path) -> None:
    """As a form would: only heads and changes are known."""
    write_scenario({"name": "form", "extends": "base.yaml", "resources.nurse.capacity": 7}, "form.yaml")
    assert load_scenario("form.yaml").resources["nurse"].capacity == 7


def test_texts_of_several_lines_are_folded(folder: Path) -> None:
    """A long question stays readable."""
    write_scenario({"name": "x", "extends": "base.yaml", "question": "Is it so?\nOr not?\n"}, "x.yaml")
    assert "question: >" in Path("x.yaml").read_text()
    assert load_scenario("x.yaml").question == "Is it so?\nOr not?"


def test_what_it_extends_must_still_be_well(folder: Path) -> None:
    """A question cannot be written on top of a document that has become faulty."""
    changed = load_scenario("base.yaml").override({"run.seed": 2}, name="x")
    Path("base.yaml").write_text("schema: 2\nrun: {seed: 1}\n")
    with pytest.raises(ScenarioError, match=r"^base.yaml:1:9: schema is 2"):
        write_scenario(changed, "x.yaml")


def test_json_schema_is_published(clinic: Scenario) -> None:
    """Editors learn every key from it; it asks for nothing but the schema, as documents may be partial."""
    schema = json_schema()
    assert schema["required"] == ["schema"]
    assert set(clinic.tree) <= set(schema["properties"])
    assert "required" not in json.dumps(schema["$defs"])
    refs = {part.split('"')[0] for part in json.dumps(schema).split('"#/$defs/')[1:]}
    assert refs <= set(schema["$defs"])


def test_scenarios_show_themselves_shortly(clinic: Scenario) -> None:
    """A notebook is not flooded."""
    assert repr(clinic) == "<Scenario clinic: 13 states, 2 streams, 6 resources>"
