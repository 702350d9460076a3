"""What the pages have in common: the hospital, the list of changes, figures in our own look, refusals as a table."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from pathway import words
from pathway.errors import PathwayError, ScenarioError
from pathway.web.answering import Job, Work
from pathway.web.changes import Changes, as_file, file_name, save

if TYPE_CHECKING:
    from pathway.scenario import Scenario

text = words.text


def base_file() -> str:
    """Give the file of the hospital as it is today."""
    return os.environ.get("PATHWAY_WEB_SCENARIO", "scenarios/base.yaml")


def folder() -> Path:
    """Give the folder in which scenarios are saved."""
    return Path(os.environ.get("PATHWAY_WEB_FOLDER", "my_scenarios"))


@st.cache_resource(show_spinner=False)
def work_of(file: str, language: str) -> Work:
    """Read a hospital once for all visitors of a language, and keep what was simulated of it."""
    from pathway.engines import make_ready
    from pathway.scenario import load_scenario

    make_ready()
    with words.speaking(language):
        return Work(load_scenario(file), whole=True)


def base_work() -> Work:
    """Give the hospital as it is today."""
    with st.spinner(text("web.reading")):
        return work_of(base_file(), words.language())


def changes() -> Changes:
    """Give what this visitor changed."""
    found: Changes = st.session_state.setdefault("changes", Changes())
    return found


def set_changes(new: Changes) -> None:
    """Keep what this visitor changed; the grids show it anew."""
    st.session_state.changes = new
    st.session_state.edition = edition() + 1


def edition() -> int:
    """Count the edits: what depends on it is drawn anew when it moves on."""
    return int(st.session_state.get("edition", 0))


def changed() -> Scenario:
    """Give the hospital as this visitor has it."""
    base = base_work().scenario
    if not changes().done:
        return base
    key = ("changed", edition())
    if st.session_state.get("changed_key") != key:
        st.session_state.changed = changes().applied(base, title=text("web.what_if_title"))
        st.session_state.changed_key = key
    found: Scenario = st.session_state.changed
    return found


@contextmanager
def refusing() -> Iterator[None]:
    """Show what is refused as a table of findings, or as a sentence, and take nothing over."""
    try:
        yield
    except ScenarioError as refusal:
        st.error(text("web.refused"))
        rows = [
            {text("web.where"): f"{each.file}:{each.line}", text("web.why_not"): each.message}
            for each in refusal.findings
        ]
        st.dataframe(pd.DataFrame(rows), hide_index=True, width="stretch")
    except (PathwayError, OSError) as refusal:
        st.error(str(refusal))


def shown(rows: Sequence[Any], empty: str) -> None:
    """Show some rows as a plain table that can be read by a screen reader, or say why there are none."""
    if rows:
        st.table(pd.DataFrame(list(rows)).set_index(next(iter(rows[0]))))
    else:
        st.info(empty)


def told(job: Job, key: str, was_running: bool) -> Any:
    """Look on while a job runs, and give what it has told so far; None before that, or if it was refused."""
    progress(job, key)
    if was_running and not job.is_running:
        st.rerun()
    if job.refusal:
        st.error(job.refusal)
    return job.told


def progress(job: Job, key: str) -> None:
    """Say how many years are simulated, and let the visitor stop."""
    job.watch()
    last = job.steps[-1]
    said = text("web.progress", n=job.years, all=last) if job.years else text("web.first_years")
    if not job.is_running:
        st.caption(text("web.stopped" if job.is_cancelled else "web.done", n=job.years))
        return
    left, right = st.columns([4, 1], vertical_alignment="center")
    left.progress(max(job.years, 1) / last, text=said)
    if right.button(text("web.cancel"), key=f"cancel_{key}", width="stretch"):
        job.cancel()


def changed_list() -> None:
    """Say what was changed, with what to do about it: undo, redo, save, load."""
    now = changes()
    st.subheader(text("web.changed_title"))
    if not now.done:
        st.caption(text("web.nothing_changed"))
    for number, change in enumerate(now.done, 1):
        st.markdown(f"{number}. {change.sentence}")
    left, right = st.columns(2)
    if left.button(text("web.undo"), disabled=not now.done, width="stretch"):
        set_changes(now.undo())
        st.rerun()
    if right.button(text("web.redo"), disabled=not now.undone, width="stretch"):
        set_changes(now.redo())
        st.rerun()
    if now.done:
        with refusing():
            _saving()


def _saving() -> None:
    title = st.text_input(text("web.save_as"), value=text("web.what_if_title"), max_chars=80)
    if st.button(text("web.save"), width="stretch"):
        path = save(changed(), title, folder())
        st.success(text("web.saved", path=path))
    beside = Path(base_file()).parent
    st.download_button(
        text("web.download"),
        as_file(changed(), beside if Path(base_file()).exists() else folder()),
        file_name=f"{file_name(title)}.yaml",
        mime="application/yaml",
        help=text("web.download_help", folder=beside),
        width="stretch",
    )
