"""Documents are laid over each other, and values are changed, with every fault said in its own place."""

from __future__ import annotations

import contextlib
import copy
from datetime import date
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pathway.errors import ScenarioError
from pathway.graph import Activity, Decision, Delay, Draw
from pathway.scenario import (
    Scenario,
    Target,
    fingerprint,
    load_scenario,
)
from pathway.scenario.build import Heading, build
from pathway.scenario.cursor import Findings
from pathway.scenario.nodes import Place, plain, planted

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


def only(draw: Draw) -> tuple[str, tuple[float, ...]]:
    (row,) = draw.rows
    return row.sampler.kind, row.sampler.parameters


# ---------------------------------------------------------------- chains of documents


def test_mappings_merge_and_values_replace(folder: Path) -> None:
    """Objects merge key by key; a distribution, a weight map, a list is replaced whole; null removes."""
    changed = question(
        "resources: {nurse: {capacity: 5}}\n"
        "pathway:\n"
        "  states:\n"
        "    scan: {duration: {exponential: {mean: 15 min}}, no_show: null}\n"
        "    results: {to: {board: 0.5, choice: rest}}\n"
        "targets: [{utilisation: nurse, at_most: 0.5}]\n"
        "streams: {referred: {weekdays: {tue: 2}}}\n"
    )
    base = load_scenario("base.yaml")
    scan = changed.pathway.states["scan"]
    assert isinstance(scan, Activity)
    assert only(scan.duration) == ("exponential", (15,))
    assert (scan.no_show, scan.planned) == (None, 20)
    assert (changed.resources["nurse"].capacity, changed.resources["nurse"].leave) == (5, base.resources["nurse"].leave)
    assert changed.targets == (Target("utilisation", "nurse", at_most=0.5),)
    assert changed.streams["referred"].weekdays == (1, 2, 1, 1, 1, 0, 0)
    assert changed.streams["referred"].months == base.streams["referred"].months


def test_the_graph_may_be_changed(folder: Path) -> None:
    """A question adds a state, removes one and leads elsewhere."""
    changed = question(
        "pathway:\n"
        "  states:\n"
        "    wait: null\n"
        "    phone: {kind: delay, duration: 1 day, to: home}\n"
        "    choice: {rules: null, to: {operation: 0.5, phone: 0.5}}\n"
        "clocks: {to_operation: {pause: null}}\n"
        "patients: null\n"  # one of them is in the state removed
    )
    assert {"phone"} == changed.pathway.states.keys() - load_scenario("base.yaml").pathway.states.keys()
    assert "wait" not in changed.pathway.states


def test_a_chain_keeps_its_own_head(folder: Path) -> None:
    """Name, title and question are each document's own; files are listed lowest first."""
    middle = question("run: {seed: 3}\n", "middle.yaml")
    top = question("run: {replications: 7}\n", "top.yaml", "./middle.yaml")
    assert (top.run.seed, top.run.replications, top.run.length) == (3, 7, 20 * 7 * 1440)
    assert top.files == ("base.yaml", "middle.yaml", "top.yaml")
    assert (middle.title, middle.question) == ("question", "")


def test_removing_inside_a_new_object_is_refused(folder: Path) -> None:
    """Null removes what is there, and nothing else."""
    with pytest.raises(ScenarioError) as refused:
        question("resources:\n  nurse: {titel: null}\n  nurses: null\n")
    assert [str(finding) for finding in refused.value.findings] == [
        "question.yaml:5:11: resources.nurse.titel is empty, which removes it, and no lower document has it",
        "question.yaml:6:3: resources.nurses is empty, which removes it, and no lower document has it"
        "; did you mean nurse?",
    ]


def test_aliases_are_followed(folder: Path) -> None:
    """A value written once may stand in several places of a file."""
    changed = question("pathway:\n  states:\n    report: {duration: &two 3 days}\n    bloods: {duration: *two}\n")
    bloods = changed.pathway.states["bloods"]
    assert isinstance(bloods, Delay)
    assert bloods.duration is not None
    assert only(bloods.duration) == ("constant", (3 * 1440,))


def test_present_shares_of_a_hospital_wide_resource(folder: Path) -> None:
    """A session with `share: present` is open for the share its resource has."""
    changed = question(
        "resources: {scanner: {calendar: extra, share: 37 percent}}\n"
        'calendars: {extra: [{days: [sat], hours: "08:00-12:00", share: present}, '
        '{days: [mon, tue, wed, thu, fri], hours: "08:00-18:00"}]}\n'
    )
    assert [session.share for session in changed.calendars["extra"].sessions] == [0.37, None]


def test_holidays_not_announced_yet_are_a_warning(folder: Path) -> None:
    """China announces its make-up workdays year by year."""
    changed = question("holidays: {country: CN, subdivision: null}\nrun: {start: 2031-01-06}\n")
    (warning,) = changed.warnings
    assert str(warning).startswith("question.yaml:4:21: holidays: the make-up workdays of ")


# ---------------------------------------------------------------- override


def test_override(clinic: Scenario) -> None:
    """Values at dotted paths change, mappings merge, inside lists and weights too; the scenario itself stays."""
    before = fingerprint(clinic)
    changed = clinic.override(
        {
            "resources.nurse": {"capacity": 9},
            "pathway.states.choice.rules[2].to.operation": 0.5,
            "pathway.states.scan.priority[1].value": 2,
            "targets[1]": None,
            "parameters.scans.value": 4,
            "sources.resources.nurse": "guess",
        },
        name="changed",
    )
    assert (changed.name, changed.title, changed.files) == ("changed", "changed", clinic.files)
    assert (changed.resources["nurse"].capacity, changed.resources["nurse"].calendar) == (9, "weekdays")
    choice = changed.pathway.states["choice"]
    assert isinstance(choice, Decision)
    assert choice.rules[2].to == (("home", pytest.approx(0.2)), ("operation", 0.5), ("wait", 0.3))
    assert choice.rules[0].when[0].right == 4
    assert [target.kind for target in changed.targets] == ["clock", "wait"]
    assert changed.sources["resources.nurse"] == "guess"
    assert fingerprint(clinic) == before != fingerprint(changed)


def test_override_takes_the_numbers_of_numpy(clinic: Scenario) -> None:
    """As loops over arrays give them."""
    counts, shares = np.arange(3, 5), np.linspace(0, 1, 5)
    changed = clinic.override({"resources.nurse.capacity": counts[1], "resources.bed.share": shares[1]}, name="x")
    assert (changed.resources["nurse"].capacity, changed.resources["bed"].share) == (4, 0.25)
    with pytest.raises(ScenarioError, match=r"run.seed is '1j'; expected a whole number"):
        clinic.override({"run.seed": 1j}, name="x")


def test_override_replaces_distributions_whole(clinic: Scenario) -> None:
    """As a document would."""
    changed = clinic.override({"pathway.states": {"scan": {"duration": {"exponential": {"mean": "9 min"}}}}}, name="x")
    scan = changed.pathway.states["scan"]
    assert isinstance(scan, Activity)
    assert only(scan.duration) == ("exponential", (9,))


def test_override_is_checked_like_a_document(clinic: Scenario) -> None:
    """Faults are said at the turn of the change that made them."""
    changes = {
        "resources.nurse.capcity": 2,
        "pathway.states.scan.planned": 20,
        "targets[7]": None,
        "run.seed.x": 1,
        "streams.others": None,
    }
    with pytest.raises(ScenarioError) as refused:
        clinic.override(dict(list(changes.items())[:2]), name="x")
    assert [str(finding)[:60] for finding in refused.value.findings] == [
        "<override>:1:1: resources.nurse.capcity is an unknown key; d",
        "<override>:2:1: pathway.states.scan.planned is 20; expected ",
    ]
    with pytest.raises(ScenarioError) as refused:
        clinic.override(dict(list(changes.items())[2:]), name="x")
    assert [str(finding) for finding in refused.value.findings] == [
        "<override>:1:1: targets[7] leads to entry 7 of a list that has 3, counted from [0]",
        "<override>:2:1: run.seed.x leads below 1, which is a single value",
        "<override>:3:1: streams.others is to be removed, and there is nothing there",
    ]


@given(st.data())
def test_nothing_but_findings_comes_out_of_a_broken_document(data: st.DataObject) -> None:
    """Whatever stands anywhere, the loader gives a scenario or says what is wrong."""
    tree = copy.deepcopy(plain(load_once().root))
    node, junk = tree, data.draw(JUNK)
    while True:
        assert isinstance(node, dict | list)
        key = data.draw(st.sampled_from(list(node) if isinstance(node, dict) else list(range(len(node)))))
        if not (isinstance(node[key], dict | list) and node[key]) or data.draw(st.integers(0, 4)) == 0:
            break
        node = node[key]
    node[key] = junk
    with contextlib.suppress(ScenarioError):
        build(planted(tree, Place("x")), None, Heading("x", "", "", ("x",)), Findings())


JUNK = st.one_of(
    st.sampled_from([None, "$scans", "$strict", "rest", "never", "scan", "3 days", "5 percent", "08:00-09:00", {}, []]),
    st.sampled_from([[[]], [None], {"a": {}}, {"value": 3}, {"weights": {}}, {"when": "x"}, {1: 2}, date(2027, 1, 1)]),
    st.integers(),
    st.floats(),
    st.text(max_size=5),
)


@cache
def load_once() -> Scenario:
    return load_scenario(CLINIC)
