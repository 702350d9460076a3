"""The page of today: which targets are met, where patients wait, what is full; the pathway, step by step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from pathway.graph import Activity
from pathway.report.drawing import picture
from pathway.report.figures import CONFIG
from pathway.report.numbers import say_share
from pathway.report.sections.maps import steps_by_phase
from pathway.report.verdicts import count_sentence, verdicts
from pathway.web import glance, hosted
from pathway.web.answering import Job
from pathway.web.answering import today as ask
from pathway.web.entrance import me
from pathway.web.speaking import fragment
from pathway.web.views.shared import base_work, refusing, shown, text, told

FILM = 1150  # pixels: a row for each phase of the default hospital

if TYPE_CHECKING:
    from pathway.report.material import Material
    from pathway.web.years import Work


def page() -> None:
    """Show how things stand."""
    with refusing():
        work = base_work()
        st.title(work.scenario.title)
        job: Job | None = st.session_state.get("today")
        if job is None or (job.is_cancelled and not job.told) or (job.is_lost and not job.is_running):
            job = st.session_state.today = ask(work, me().key)
        material: Material | None = told(job, "today")
        if material is not None:
            _glance(material)
            fragment(_pathway)(material, work, job.years)
            fragment(_moving)(work)


def _glance(material: Material) -> None:
    said = glance.headlines(material)
    cards = st.container(key="cards").columns(len(said)) if said else ()
    for column, (what, how_much, more) in zip(cards, said, strict=True):
        with column.container(border=True):
            st.metric(what, how_much)
            st.caption(more)
    left, right = st.container(key="tables").columns([11, 9])
    with left:
        st.header(text("web.targets"))
        st.caption(count_sentence(verdicts(material)))
        shown(glance.targets(material), text("web.no_targets"))
    with right:
        st.header(text("web.waits"))
        shown(glance.waits(material), text("web.no_waits"))
        st.header(text("web.full"))
        st.caption(text("web.full_note", share=say_share(glance.FULL)))
        shown(glance.full(material), text("web.nothing_full"))


def _pathway(material: Material, work: Work, years: int) -> None:
    st.header(text("web.pathway"))
    known = st.session_state.get("phases")
    if known is None or known[0] != (material.scenario.name, years):
        known = st.session_state.phases = ((material.scenario.name, years), steps_by_phase(material), {})
    _, found, drawn = known
    phase = st.radio(text("web.part"), list(found), horizontal=True)
    if phase is None:
        return
    boxes, ways = found[phase]
    if phase not in drawn:
        drawn[phase] = picture(boxes, ways)
    names = [box.name for box in boxes]
    steps = [name for name in names if isinstance(material.scenario.pathway.states.get(name), Activity)]
    key = f"step_{phase}"
    about = st.container()
    clicked = _clicked(drawn[phase], names, f"map_{phase}")
    if clicked in steps and st.session_state.get(f"clicked_{phase}") != clicked:
        st.session_state[f"clicked_{phase}"] = st.session_state[key] = clicked
        _shown_apart(material, work, clicked)
    with about:
        left, right = st.columns([4, 1], vertical_alignment="bottom")
        name = left.selectbox(
            text("web.choose_step"), steps, format_func=lambda each: material.states[each], key=key, index=None,
            placeholder=text("web.step_hint"),
        )  # fmt: skip
        if right.button(text("web.show_step"), disabled=not name, width="stretch") and name:
            _shown_apart(material, work, name)


def _moving(work: Work) -> None:
    """Show patients moving, to whoever asks: a year more is simulated for it."""
    st.header(text("moving.title"))
    if st.toggle(text("web.show_moving")):
        with st.spinner(text("web.first_years")), hosted.answers().turn(me().key, 1):
            page = work.film
        st.iframe(page, height=FILM)


def _clicked(figure: Any, names: list[str], key: str) -> str:
    """Draw a part of the pathway, and give the box that was clicked: boxes are the points of its last trace."""
    look: dict[str, Any] = {"on_select": "rerun", "selection_mode": "points", "config": CONFIG, "theme": None}
    event = st.plotly_chart(figure, key=key, **look)
    last = len(figure.data) - 1
    return next((names[each["point_index"]] for each in event.selection.points if each["curve_number"] == last), "")


def _shown_apart(material: Material, work: Work, name: str) -> None:
    """Say all that is known of a step, over the page, so that it is seen wherever the drawing was clicked."""
    known = glance.step(material, name, work.occasions)
    st.dialog(known.title, width="large")(_step)(known)


def _step(known: glance.Step) -> None:
    for label, said in known.lines:
        st.markdown(f"**{label}**: " + said.replace("\n", "; "))
    if known.resources:
        st.subheader(text("web.needed"))
        shown(known.resources, "")
    st.subheader(text("web.evidence"))
    for source, says in known.evidence:
        st.markdown(f"**{source}** {says}")
    if not known.evidence:
        st.caption(text("web.no_evidence"))
