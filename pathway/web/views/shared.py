"""What the pages have in common: the hospital, what was changed, figures in our own look, refusals as a table."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from secrets import randbelow
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from pathway import words
from pathway.errors import Finding, PathwayError, ScenarioError
from pathway.hosting import own_folder
from pathway.report.rendering import together
from pathway.web import hosted
from pathway.web.answering import Job
from pathway.web.changes import Changes
from pathway.web.entrance import me
from pathway.web.keeping import work_of
from pathway.web.speaking import fragment
from pathway.web.years import Work
from pathway.words import refusals

if TYPE_CHECKING:
    from pathway.scenario import Scenario

text = words.text
MOST = 200  # findings shown
SOON, LATER = 0.3, 1.0  # seconds between looks at what is simulated: before the first answer, and after
SELDOM = 2.0  # and where many wait, as every look of theirs takes from what is simulated
VISITS = 1_000_000_000  # numbers of edits a visit may begin with
LOOK = """
<style>
.stMainBlockContainer {padding: 3.4rem 1.8rem 3rem 1.8rem;}
h1 {font-size: 1.6rem !important; padding: 0 !important;}
h2 {font-size: 1.25rem !important; padding: .4rem 0 0 0 !important;}
h3 {font-size: 1.05rem !important; padding: .2rem 0 0 0 !important;}
.stMainBlockContainer [data-testid="stHorizontalBlock"] {flex-wrap: wrap;}
.stMainBlockContainer [data-testid="stColumn"] {min-width: min(8.5rem, 100%);}
.stMainBlockContainer .st-key-tables [data-testid="stColumn"] {min-width: min(24rem, 100%);}
.stMainBlockContainer .st-key-cards [data-testid="stColumn"] {min-width: 11.5rem;}
[data-testid="stMetricLabel"] * {white-space: normal !important;}
[data-testid="stMetricValue"] {font-size: 1.35rem;}
[data-testid="stMetricValue"] * {white-space: normal !important;}
[data-testid="stTable"] td, [data-testid="stTable"] th {padding: .28rem .5rem !important; line-height: 1.3;}
[data-testid="stTable"] th, [data-testid="stTable"] th * {color: #303030 !important;}
[data-testid="stCaptionContainer"], [data-testid="stCaptionContainer"] * {color: #454545 !important; opacity: 1;}
</style>
"""


def base_file() -> str:
    """Give the file of the hospital as it is today."""
    chosen = st.session_state.get("base_file")
    return str(chosen or os.environ.get("PATHWAY_WEB_SCENARIO", "scenarios/base.yaml"))


def root() -> Path:
    """Give the folder in which everybody's scenarios are saved."""
    return Path(os.environ.get("PATHWAY_WEB_FOLDER", "my_scenarios"))


def folder() -> Path:
    """Give the folder in which this visitor's scenarios are saved: one's own where one logs in."""
    return own_folder(root(), me()) if hosted.settings().has_login else root()


def called(path: Path) -> str:
    """Name a folder or a file of this visitor's: on a server where it lies there is nobody's business."""
    if not hosted.settings().has_login:
        return str(path)
    return text("web.own_folder") if path in (folder(), store()) else path.name


def store() -> Path:
    """Give the store of past runs: one's own where one logs in."""
    if hosted.settings().has_login:
        return folder() / "runs"
    return Path(os.environ.get("PATHWAY_WEB_STORE", "runs"))


def base_work() -> Work:
    """Give the hospital as it is today."""
    with st.spinner(text("web.reading")):
        return work_of(base_file(), words.language())


def take_as_today(file: Path) -> None:
    """Take another hospital as that of today; what was changed was about the other."""
    for key in ("today", "job", "phases", "saved_job"):
        st.session_state.pop(key, None)
    st.session_state.base_file = str(file)
    set_changes(Changes())


def changes() -> Changes:
    """Give what this visitor changed."""
    found: Changes = st.session_state.setdefault("changes", Changes())
    return found


def set_changes(new: Changes, scenario: Scenario | None = None) -> None:
    """Keep what this visitor changed, and the hospital as it then is; the grids show it anew."""
    st.session_state.changes = new
    st.session_state.edition = edition() + 1
    st.session_state.changed = scenario


def edition() -> int:
    """Count the edits: what depends on it is drawn anew when it moves on.

    Every visit begins to count elsewhere: a page whose server is started anew sends what stood in its grids and sliders
    along, and a slider of the same name would take that for an edit, and make a change anew that was said to be gone.
    """
    return int(st.session_state.setdefault("edition", randbelow(VISITS)))


def changed() -> Scenario:
    """Give the hospital as this visitor has it."""
    base = base_work().scenario
    if not changes().done:
        return base
    if st.session_state.get("changed") is None:
        st.session_state.changed = changes().applied(base, title=text("web.what_if_title"))
    found: Scenario = st.session_state.changed
    return found


@contextmanager
def refusing() -> Iterator[None]:
    """Show what is refused as a table of findings, or as a sentence, and take nothing over."""
    try:
        yield
    except ScenarioError as refusal:
        st.error(text("web.refused"))
        findings_table([replace(each, message=refusals.said(each.message)) for each in refusal.findings])
    except (PathwayError, OSError) as refusal:
        st.error(refusals.said(str(refusal)))


def findings_table(findings: Sequence[Finding]) -> None:
    """Show findings, each with its place; what they say is in the visitor's language already."""
    rows = [
        {text("web.where"): f"{Path(each.file).name}:{each.line}", text("web.why_not"): each.message}
        for each in findings[:MOST]
    ]
    shown(rows, "")
    if len(findings) > MOST:
        st.caption(text("web.more_findings", n=len(findings) - MOST))


def shown(rows: Sequence[Any], empty: str) -> None:
    """Show some rows as a plain table that can be read by a screen reader, or say why there are none."""
    if rows:
        kept = [{key: together(said) for key, said in row.items()} for row in rows]
        st.table(pd.DataFrame(kept).set_index(next(iter(rows[0]))))
    else:
        st.info(empty)


def told(job: Job, key: str) -> Any:
    """Look on while a job runs, and give what it has told so far; None before that, or if it was refused.

    Only the line that says how far it is is drawn anew all the time; the page is when there is news.
    """
    soon = min(SOON * (1 + job.before), SELDOM)
    look = (LATER if job.years else soon) if job.is_running else None
    fragment(_progress, run_every=look)(job, key, (job.years, job.is_running))
    if job.refusal:
        st.error(refusals.said(job.refusal))
    return job.told


def _progress(job: Job, key: str, known: tuple[int, bool]) -> None:
    """Say how many years are simulated, and let the visitor stop."""
    job.watch()
    if known != (job.years, job.is_running):
        st.rerun()
    last = job.steps[-1]
    said = text("web.progress", n=job.years, all=last) if job.years else text("web.first_years")
    if job.before and not job.years:
        said = text("web.turn", n=job.before)
    if not job.is_running:
        st.caption(text("web.stopped" if job.is_cancelled else "web.done", n=job.years))
        return
    left, right = st.columns([5, 1], vertical_alignment="center")
    left.progress(max(job.years, 1) / last, text=said)
    if right.button(text("web.cancel"), key=f"cancel_{key}", width="stretch"):
        job.cancel()


def downloads(files: Iterable[tuple[str, Path | None, str]], key: str) -> None:
    """Offer files that are there: what the button says, the file, the name it gets."""
    there = [(said, path, name) for said, path, name in files if path is not None]
    if there:
        for column, (said, path, name) in zip(st.columns(len(there)), there, strict=True):
            column.download_button(said, path.read_bytes(), file_name=name, key=f"{key}_{name}", width="stretch")
