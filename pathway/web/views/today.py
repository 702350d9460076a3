"""The page of today: which targets are met, where patients wait, what is full; the pathway, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from pathway.graph import Activity
from pathway.report.drawing import picture
from pathway.report.figures import CONFIG
from pathway.report.sections.maps import steps_by_phase
from pathway.report.verdicts import count_sentence, verdicts
from pathway.web import glance
from pathway.web.answering import Job
from pathway.web.answering import today as ask
from pathway.web.speaking import fragment
from pathway.web.views.shared import base_work, refusing, shown, text, told

if TYPE_CHECKING:
    from pathway.report.material import Material


def page() -> None:
    """Show how things stand."""
    with refusing():
        work = base_work()
        st.title(work.scenario.title)
        job: Job | None = st.session_state.get("today")
        if job is None or (job.is_cancelled and not job.told):
            job = st.session_state.today = ask(work)
        fragment(_glance, run_every=1.0 if job.is_running else None)(job, job.is_running)


def _glance(job: Job, was_running: bool) -> None:
    material: Material | None = told(job, "today", was_running)
    if material is None:
        return
    st.header(text("web.targets"))
    st.markdown(count_sentence(verdicts(material)))
    shown(glance.targets(material), text("web.no_targets"))
    left, right = st.columns([3, 2])
    with left:
        st.header(text("web.waits"))
        shown(glance.waits(material), text("web.no_waits"))
    with right:
        st.header(text("web.full"))
        shown(glance.full(material), text("web.nothing_full"))
    _pathway(material, job.years)


def _pathway(material: Material, years: int) -> None:
    st.header(text("web.pathway"))
    known = st.session_state.get("phases")
    if known is None or known[0] != years:
        known = st.session_state.phases = (years, steps_by_phase(material), {})
    _, found, drawn = known
    phase = st.radio(text("web.part"), list(found), horizontal=True)
    boxes, ways = found[phase]
    if phase not in drawn:
        drawn[phase] = picture(boxes, ways)
    names = [box.name for box in boxes]
    steps = [name for name in names if isinstance(material.scenario.pathway.states.get(name), Activity)]
    drawing, about = st.columns([3, 2])
    with drawing:
        clicked = _clicked(drawn[phase], names, f"map_{phase}")
    with about:
        key = f"step_{phase}"
        if clicked in steps and st.session_state.get(f"clicked_{phase}") != clicked:
            st.session_state[f"clicked_{phase}"] = st.session_state[key] = clicked
        name = st.selectbox(text("web.choose_step"), steps, format_func=lambda each: material.states[each], key=key)
        if name:
            _step(material, name)


def _clicked(figure: Any, names: list[str], key: str) -> str:
    """Draw a part of the pathway, and give the box that was clicked: boxes are the points of its last trace."""
    look: dict[str, Any] = {"on_select": "rerun", "selection_mode": "points", "config": CONFIG, "theme": None}
    event = st.plotly_chart(figure, key=key, **look)
    last = len(figure.data) - 1
    return next((names[each["point_index"]] for each in event.selection.points if each["curve_number"] == last), "")


def _step(material: Material, name: str) -> None:
    known = glance.step(material, name)
    st.subheader(known.title)
    for label, said in known.lines:
        st.markdown(f"**{label}**: " + said.replace("\n", "; "))
    with st.expander(text("web.evidence")):
        for source, says in known.evidence:
            st.markdown(f"**{source}** {says}")
        if not known.evidence:
            st.caption(text("web.no_evidence"))
