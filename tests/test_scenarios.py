"""The scenarios that come with the program: they load, run, and say where their numbers come from."""

from __future__ import annotations

from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from pathway.clock import NEVER
from pathway.engines import simulate
from pathway.eventlog import COMPLETED, EventLog
from pathway.graph import Activity
from pathway.load import FOLLOWED, load_check
from pathway.plan import compile_plan, unlimited
from pathway.scenario import Scenario, load_scenario, unsourced

SCENARIOS = sorted((Path(__file__).parent.parent / "scenarios").glob("*.yaml"))
HOSPITALS = ("base", "population")
SHORT = {"run.warm_up": "2 weeks", "run.length": "1 weeks", "run.follow_up": "1 weeks"}
MONTH = 30.4375 * 1440


@pytest.fixture(scope="module")
def base() -> Scenario:
    return load_scenario(SCENARIOS[[path.stem for path in SCENARIOS].index("base")])


@pytest.fixture(scope="module")
def cohort(base: Scenario) -> EventLog:
    """Twelve average years of patients in a hospital where nobody waits, followed to their end."""
    return simulate(unlimited(compile_plan(base), years=12, followed=FOLLOWED))


@pytest.mark.parametrize("path", SCENARIOS, ids=lambda path: path.stem)
def test_every_scenario_runs_and_names_its_sources(path: Path) -> None:
    """Each file loads, asks a question, leaves no number without a source, and simulates some weeks."""
    scenario = load_scenario(path)
    undated = {"targets": []} if any(target.by for target in scenario.targets) else {}  # not in so short a run
    log = simulate(scenario.override(SHORT | undated, name="short"))

    assert scenario.title
    assert scenario.question
    assert unsourced(scenario) == []
    assert log.visits["case"].size > 0


def test_question_files_say_only_what_differs(base: Scenario) -> None:
    """A question is a page, not a copy of the hospital."""
    questions = [path for path in SCENARIOS if path.stem not in HOSPITALS]

    assert len([path for path in questions if path.stem.startswith("s")]) >= 10
    assert [path.name for path in questions if "extends: " not in path.read_text(encoding="utf-8")] == []
    assert max(len(path.read_text(encoding="utf-8").splitlines()) for path in questions) < 160


def test_nothing_in_the_base_hospital_is_loaded_over_95_percent(base: Scenario) -> None:
    """In minutes and in whole cases per session, with the holidays of the reported year."""
    loads = load_check(base)

    assert loads.overloaded(0.95).resource.tolist() == []


@pytest.mark.parametrize(
    "states",
    [
        "triage colonoscopy repeat_preparation biopsy_histology liver_ultrasound ct_staging tumour_markers",
        "mri_liver mri_pelvis liver_biopsy pet_ct molecular_panel colorectal_mdt liver_mdt peritoneal_clinic",
        "primary_right primary_left primary_rectal simultaneous_resection staged_primary_first staged_liver_first",
        "two_stage_first portal_vein_embolisation two_stage_second hepatectomy_minor hepatectomy_major",
        "chemo_neoadjuvant chemo_conversion chemo_adjuvant pump_disconnect ct_conversion tace arterial_infusion",
        "thermal_ablation nanoknife crs_hipec surveillance recurrence_found reoperation hepatectomy_repeat",
        "metachronous_found chemo_palliative_first chemo_palliative_further supportive_care died discharged",
    ],
)
def test_the_whole_of_the_source_document_is_a_state(base: Scenario, cohort: EventLog, states: str) -> None:
    """What the source document names is in the graph, can be reached from a referral, and happens to somebody."""
    graph, words = base.pathway.graph, cohort.vocabulary
    reached = set(nx.descendants(graph, "referral"))
    visited = {words.states[state] for state in np.unique(cohort.visits["state"])}
    ended = {words.states[state] for state in np.unique(cohort.cases["end_state"]) if state >= 0}

    assert {*states.split(), "crs_alone"} <= reached  # cytoreduction without perfusion is a policy of its own
    assert set(states.split()) <= visited | ended


def seen(cohort: EventLog, *states: str) -> set[int]:
    """Give the patients who completed a visit to any of these states."""
    known = [cohort.vocabulary.states.index(state) for state in states]
    done = (cohort.visits["outcome"] == COMPLETED) & np.isin(cohort.visits["state"], known)
    return set(cohort.visits["case"][done].tolist())


def known_of(cohort: EventLog, attribute: str) -> set[int]:
    """Give the patients of whom a yes-or-no attribute holds at the end."""
    return set(np.flatnonzero(cohort.attributes[:, cohort.vocabulary.attributes.index(attribute)]).tolist())


def test_nobody_under_surveillance_keeps_the_primary(cohort: EventLog) -> None:
    """Liver first by operation, ablation or NanoKnife: the primary follows, and is examined."""
    removed_later = seen(cohort, "primary_after_ablation")

    assert seen(cohort, "surveillance") & known_of(cohort, "primary_in_place") == set()
    assert removed_later
    assert removed_later <= seen(cohort, "ablation_complete", "nanoknife_complete")
    assert removed_later & seen(cohort, "resection_histology")


def test_a_primary_removed_in_an_emergency_is_not_removed_again(cohort: EventLog) -> None:
    """Nor left unexamined for frailty; and the operation is a first treatment."""
    emergencies = seen(cohort, "emergency_resected")

    assert emergencies
    assert emergencies & seen(cohort, "primary_right", "primary_left", "primary_rectal", "mri_pelvis") == set()
    assert emergencies & seen(cohort, "conservative") == set()


def test_nanoknife_is_for_regular_hearts(cohort: EventLog) -> None:
    """An arrhythmia excludes it, after conversion too."""
    assert seen(cohort, "residual_near_vessel")
    assert seen(cohort, "nanoknife") & known_of(cohort, "arrhythmia") == set()


def test_targeted_treatment_waits_for_the_panel(cohort: EventLog) -> None:
    """Whoever has immunotherapy has had the panel, at staging or when the regimen was chosen."""
    assert seen(cohort, "molecular_panel_late")
    assert seen(cohort, "immunotherapy") <= seen(cohort, "molecular_panel", "molecular_panel_late")


def test_cytoreduction_without_perfusion_needs_no_perfusionist(base: Scenario) -> None:
    """The pump and its team are what HIPEC adds; all else is the same."""
    states = base.pathway.states
    hipec, alone = states["crs_hipec"], states["crs_alone"]
    assert isinstance(hipec, Activity)
    assert isinstance(alone, Activity)

    assert {need.role for need in {*hipec.needs} ^ {*alone.needs}} == {"perfusion_team", "hipec_pump"}


def test_survival_is_that_of_the_source_document(cohort: EventLog) -> None:
    """Untreated: half dead by 6.9 months. After complete resection: 35 months, 30 to 57 % alive after five years.

    Drawn times, each within four standard errors of a binomial count (99.99 %).
    """
    words = cohort.vocabulary
    prognosis = cohort.attributes[:, words.attributes.index("prognosis")]
    survival = cohort.attributes[:, words.attributes.index("survival")]
    values = words.categories[words.attributes.index("prognosis")]

    def outlived(group: str, months: float) -> tuple[float, float]:
        drawn = survival[prognosis == values.index(group)]
        return float((drawn > months * MONTH).mean()), 4 * 0.5 / drawn.size**0.5

    assert outlived("supportive", 6.9)[0] == pytest.approx(0.5, abs=outlived("supportive", 6.9)[1])
    assert outlived("resected", 35)[0] == pytest.approx(0.5, abs=outlived("resected", 35)[1])
    assert outlived("systemic", 24)[0] == pytest.approx(0.5, abs=outlived("systemic", 24)[1])
    assert 0.30 < outlived("resected", 60)[0] < 0.57
    assert outlived("supportive", 60)[0] < 0.05
    assert survival[prognosis == values.index("undecided")].min() >= NEVER
