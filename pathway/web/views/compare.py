"""Saved scenarios side by side, the files to download, and earlier runs of the store."""

from __future__ import annotations

from io import StringIO
from pathlib import Path

import pandas as pd
import streamlit as st

from pathway.interchange.tables_out import write_table
from pathway.scenario import differences, load_scenario
from pathway.web import glance
from pathway.web.answering import Answer, Job
from pathway.web.answering import what_if as ask
from pathway.web.changes import Change, Changes
from pathway.web.speaking import fragment
from pathway.web.views.shared import base_work, folder, refusing, set_changes, shown, text, told


def page() -> None:
    """Show what was saved, beside today."""
    st.title(text("web.page_compare"))
    files = sorted(folder().glob("*.yaml"))
    if not files:
        st.info(text("web.none_saved", folder=folder()))
    else:
        chosen = st.multiselect(text("web.choose_saved"), files, default=files[:2], format_func=lambda file: file.stem)
        for file in chosen:
            with refusing():
                _saved(file)


def _saved(file: Path) -> None:
    scenario, base = load_scenario(file), base_work()
    st.subheader(scenario.title or scenario.name)
    left, right = st.columns(2)
    left.download_button(text("web.download"), file.read_bytes(), file_name=file.name, key=f"file_{file}")
    if right.button(text("web.load"), key=f"load_{file}"):
        values = {row.path: row.b for row in differences(base.scenario, scenario)}
        set_changes(Changes((Change(text("web.loaded", name=scenario.title or scenario.name), values),)))
        st.rerun()
    jobs: dict[Path, Job] = st.session_state.setdefault("saved_jobs", {})
    if file not in jobs:
        jobs[file] = ask(base, scenario)
    job = jobs[file]
    fragment(_beside, run_every=1.0 if job.is_running else None)(job, str(file), job.is_running)


def _beside(job: Job, key: str, was_running: bool) -> None:
    found: Answer | None = told(job, key, was_running)
    if found is not None:
        for sentence in glance.leading(found):
            st.markdown(f"- {sentence}")
        shown(glance.table(found), text("web.same"))
        if not job.is_running:
            written = StringIO()
            write_table(pd.DataFrame(glance.table(found)), written)
            st.download_button(text("web.table"), written.getvalue(), file_name="comparison.csv", key=f"table_{key}")
