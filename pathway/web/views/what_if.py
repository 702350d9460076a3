"""The page of what if: change something, and see what differs from today."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from pathway import charts
from pathway.report.figures import CONFIG
from pathway.web import telling
from pathway.web.answering import Answer, Job
from pathway.web.answering import what_if as ask
from pathway.web.entrance import me
from pathway.web.views.edits import EDITS
from pathway.web.views.shared import base_work, changed, changes, edition, refusing, shown, text, told

TALL = 320  # pixels kept for what a change does, so that nothing moves when it comes


def page() -> None:
    """Edit, and see what it does."""
    st.title(text("web.page_what_if"))
    with refusing():
        base, now = base_work(), changed()
        above = st.container(height=TALL, key="what_it_does")
        tabs = st.tabs([text(f"web.tab_{key}") for key in EDITS], key="edit", on_change="rerun")
        for tab, edit in zip(tabs, EDITS.values(), strict=True):
            if tab.open:
                with tab:
                    edit(base, now)
        job = _asked()
        with above:
            if job is None:
                st.subheader(text("web.what_it_does"))
                st.markdown(text("web.change_something"))
                return
            found: Answer | None = told(job, "what_if")
            if found is not None:
                why = telling.possible(job.works[-1], job.works[0]) if job.years >= telling.LEAST_YEARS else []
                said = [*telling.targets(found), *why, *telling.leading(found)]
                st.markdown("\n".join(f"- {sentence}" for sentence in said))
                st.caption(telling.narrowing(job.trail))
        if found is not None:
            st.header(text("web.in_detail"))
            _details(job, found)


def _asked() -> Job | None:
    """Give the answer that is being worked out for what is changed now; what was asked before is cancelled."""
    job: Job | None = st.session_state.get("job")
    if changes().done and st.session_state.get("job_edition") == edition() and job is not None:
        if job.is_lost and not job.is_running:
            job = st.session_state.job = job.again()
        return job
    if job is not None:
        job.cancel()
    if not changes().done:
        st.session_state.job = None
        return None
    st.session_state.job_edition = edition()
    job = st.session_state.job = ask(base_work(), changed(), owner=me().key)
    return job


def _details(job: Job, found: Answer) -> None:
    """Show every figure worth comparing, and a picture of those of one unit."""
    st.caption(text("web.same_patients", n=found.years))
    rows = telling.charted(found.changes)
    if rows:
        figure = charts.changes(pd.DataFrame(rows), reaches=telling.reaches(job.trail))
        st.plotly_chart(figure, config=CONFIG, theme=None, key="difference")
    shown(telling.table(found), text("web.same"))
