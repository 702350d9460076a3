"""Saved scenarios side by side, the files to download, reports, and past runs of the store."""

from __future__ import annotations

from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from pathway.interchange.tables_out import write_table
from pathway.scenario import load_scenario, write_scenario
from pathway.web import hosted, ready, runs, sharing, telling
from pathway.web.answering import Answer, Job
from pathway.web.answering import what_if as ask
from pathway.web.changes import Changes, named_apart
from pathway.web.entrance import me
from pathway.web.errands import Errand
from pathway.web.views import errand
from pathway.web.views.shared import (
    base_file,
    base_work,
    called,
    changed,
    changes,
    downloads,
    edition,
    folder,
    refusing,
    root,
    set_changes,
    shown,
    store,
    text,
    told,
)

if TYPE_CHECKING:
    from pathway.scenario import Scenario

NOW = Path("now")  # what is changed and not saved yet
KEY, PAST, CHOICE = "reporting", "past_report", "compared_now"
FIRST = 5  # scenarios that are compared before anything is chosen


def page() -> None:
    """Show what was saved beside today, make reports, and list what was run before."""
    st.title(text("web.page_compare"))
    if not me().may_edit:
        with refusing():
            _saved()
        return
    tabs = st.tabs([text("web.tab_beside"), text("web.tab_past")], key="compare_kind", on_change="rerun")
    for tab, show in zip(tabs, (_saved, _past), strict=True):
        if tab.open:
            with tab, refusing():
                show()


def _saved() -> None:
    shared = sharing.shown_to_all(root()) if hosted.settings().has_login else []
    own = [*([NOW] if changes().done else []), *sharing.saved_in(folder())] if me().may_edit else []
    files = [*own, *shared]
    if not files:
        said = text("web.none_saved", folder=called(folder())) if me().may_edit else text("web.none_shared")
        st.info(said)
        return
    titles = {file: text("web.as_changed") if file == NOW else file.stem.replace("_", " ") for file in files}
    titles |= {file: text("web.shared", name=titles[file]) for file in shared}
    chosen = _chosen(files, titles)
    if not chosen:
        return
    scenarios = {file: _now() if file == NOW else load_scenario(file) for file in chosen}
    _beside(list(scenarios.values()), (*((str(file), _written(file)) for file in chosen), base_file()))
    if me().may_edit:
        _reports(scenarios)
    _files(scenarios)


def _chosen(files: list[Path], titles: dict[Path, str]) -> list[Path]:
    """Let some be chosen: at first the first of them; what was chosen is kept, with what was saved since."""
    before, known = st.session_state.get("compared", (files[:FIRST], files))
    if CHOICE not in st.session_state:  # Streamlit forgets it when another page is looked at
        st.session_state[CHOICE] = [*before, *(file for file in files if file not in known)]
    st.session_state[CHOICE] = [file for file in st.session_state[CHOICE] if file in files]
    chosen = st.multiselect(text("web.choose_saved"), files, format_func=titles.__getitem__, key=CHOICE)
    left = [titles[file] for file in files if file not in chosen]
    if left:
        st.caption(text("web.not_chosen", names="; ".join(left)))
    st.session_state.compared = chosen, files
    return list(chosen)


def _reports(chosen: dict[Path, Scenario]) -> None:
    """Make the report of what is chosen, in a process of its own."""
    st.header(text("web.reports"))
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    years = left.slider(text("web.report_years"), 4, 50, 20)
    if right.button(text("web.report_make"), type="primary", width="stretch", disabled=errand.is_running(KEY)):
        hosted.check_years(years, base_work().scenario, len(chosen) + 1)
        errand.begin(KEY, runs.reporting(base_file(), _as_files(chosen), years, store()))
        st.rerun()
    errand.look_on(KEY, _report)


def _as_files(chosen: dict[Path, Scenario]) -> list[str]:
    """Give the files of what is chosen; what is not saved, or is named like another, is written for this once."""
    apart = named_apart((base_work().scenario, *chosen.values()))[1:]
    files = []
    for (file, scenario), named in zip(chosen.items(), apart, strict=True):
        path = file
        if file == NOW or named.name != scenario.name:
            path = folder() / ".reports" / f"{named.name}.yaml"
            path.parent.mkdir(parents=True, exist_ok=True)
            write_scenario(named, path)
        files.append(str(path))
    return files


def _now() -> Scenario:
    return replace(changed(), title=text("web.as_changed"))


def _written(file: Path) -> object:
    """Say which version of a file this is, or of what is changed now."""
    return file.stat().st_mtime_ns if file != NOW else edition()


def _beside(scenarios: list[Scenario], key: tuple[object, ...]) -> None:
    """Show several hospitals beside today in one table, more precisely the longer one looks."""
    known = st.session_state.get("saved_job")
    if known is None or known[0] != key:
        if known is not None:
            known[1].cancel()
        known = st.session_state.saved_job = (key, ask(base_work(), *scenarios))
    job: Job = known[1]
    found: Answer | None = told(job, "saved")
    if found is None:
        return
    rows = telling.side_by_side(found)
    st.caption(text("web.beside_help"))
    shown(rows, text("web.same"))
    written = StringIO()
    write_table(pd.DataFrame(rows), written)
    label = text("web.table_so_far", n=found.years) if job.is_running else text("web.table")
    st.download_button(label, written.getvalue(), file_name="comparison.csv", on_click="ignore")


def _report(done: Errand) -> None:
    """Offer the report and the workbook that were made."""
    st.success(text("web.report_done"))
    downloads(
        [
            (text("web.report_page"), done.file("report.html"), "report.html"),
            (text("web.report_book"), done.file("results.xlsx"), "results.xlsx"),
        ],
        f"report_{done.folder.name}",
    )
    with st.expander(text("web.report_look")):
        page_file = done.file("report.html")
        if page_file is not None:
            st.iframe(page_file.read_text(encoding="utf-8"), height=900)


def _files(scenarios: dict[Path, Scenario]) -> None:
    """Offer each saved scenario's file, to be gone on with or taken away."""
    st.header(text("web.files"))
    for file, scenario in scenarios.items():
        if file == NOW:
            continue
        name, left, right, last = st.columns([3, 2, 2, 2], vertical_alignment="center")
        title = scenario.title or scenario.name
        name.markdown(f"**{title}**")
        left.download_button(
            text("web.download"), file.read_bytes(), file_name=file.name, key=f"file_{file}", width="stretch"
        )
        if not me().may_edit:
            continue
        if right.button(text("web.load"), key=f"load_{file}", width="stretch"):
            change = ready.as_change(base_work().scenario, scenario, text("web.loaded", name=title))
            set_changes(Changes((change,)))
            st.switch_page(st.session_state.pages["what_if"])
        if hosted.settings().has_login:
            with last:
                _share(file)


def _share(file: Path) -> None:
    """Show one's own scenario to everybody who may log in, or take back what one has shown."""
    if file.parent == folder():
        if st.button(text("web.share"), key=f"share_{file}", width="stretch", help=text("web.share_help")):
            sharing.show_to_all(file, root(), me())
            st.rerun()
        return
    is_mine = sharing.is_shown_by(file, root(), me())
    if is_mine and st.button(text("web.unshare"), key=f"unshare_{file}", width="stretch"):
        sharing.show_no_more(file, root(), me())
        st.rerun()


# ---------------------------------------------------------------- past runs


def _past() -> None:
    """List the runs of the store, and make the report of one of them."""
    found = runs.past(store())
    if not found:
        st.info(text("web.none_past", folder=called(store())))
        return
    shown(runs.rows(found), "")
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    chosen = left.selectbox(text("web.which_run"), [each.id for each in found])
    if right.button(text("web.report_make"), type="primary", width="stretch", disabled=errand.is_running(PAST)):
        errand.begin(PAST, ["runs", "report", str(chosen), f"--store={store()}", "--out={out}", "--excel"])
        st.rerun()
    errand.look_on(PAST, _report)
