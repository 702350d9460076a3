"""The page of today: which targets are met, where patients wait, what is full; the pathway, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pathway.graph import Activity
from pathway.report.sections.maps import drawings
from pathway.report.verdicts import count_sentence, verdicts
from pathway.web import glance
from pathway.web.answering import Job
from pathway.web.answering import today as ask
from pathway.web.views.shared import OFFLINE, base_work, progress, refusing, shown, text

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
        st.fragment(_glance, run_every=1.0 if job.is_running else None)(job, job.is_running)


def _glance(job: Job, was_running: bool) -> None:
    progress(job, "today")
    if was_running and not job.is_running:
        st.rerun()
    if job.refusal:
        st.error(job.refusal)
    if job.told is None:
        return
    material: Material = job.told
    st.header(text("web.targets"))
    st.markdown(count_sentence(verdicts(material), material.language))
    shown(glance.targets(material), text("web.no_targets"))
    left, right = st.columns([3, 2])
    with left:
        st.header(text("web.waits"))
        shown(glance.waits(material), text("web.no_waits"))
    with right:
        st.header(text("web.full"))
        shown(glance.full(material), text("web.nothing_full"))
    if not job.is_running:
        _pathway(material)


def _pathway(material: Material) -> None:
    st.header(text("web.pathway"))
    if "drawings" not in st.session_state:
        st.session_state.drawings = drawings(material)
    found = st.session_state.drawings
    phase = st.radio(text("web.part"), list(found), horizontal=True)
    figure, names = found[phase]
    steps = [name for name in names if isinstance(material.scenario.pathway.states.get(name), Activity)]
    drawing, about = st.columns([3, 2])
    with drawing:
        event = st.plotly_chart(
            figure, on_select="rerun", selection_mode="points", config=OFFLINE, theme=None, key=f"map_{phase}"
        )
    clicked = [
        names[each["point_index"]] for each in event.selection.points if each["curve_number"] == len(figure.data) - 1
    ]
    with about:
        chosen = next((name for name in clicked if name in steps), "")
        key = f"step_{phase}"
        if chosen and st.session_state.get(f"clicked_{phase}") != chosen:
            st.session_state[f"clicked_{phase}"] = chosen
            st.session_state[key] = chosen
        name = st.selectbox(text("web.choose_step"), steps, format_func=lambda each: material.states[each], key=key)
        if name:
            _step(material, name)


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
