"""What stands at the left of every page: what was changed, with what to do about it."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import streamlit as st

from pathway.web.changes import as_file, file_name, save
from pathway.web.views import errand
from pathway.web.views.shared import base_file, base_work, called, changed, changes, folder, refusing, set_changes, text

COMMANDS = {"sizing": "size", "reporting": "compare", "past_report": "compare", "calibrating": "data"}  # by page


def sidebar() -> None:
    """Say what was changed, and let it be undone, done again, saved."""
    _visit()
    now = changes()
    if st.session_state.get("base_file"):
        with refusing():
            st.caption(text("web.today_is", name=base_work().scenario.title))
    errand.accompany({key: text(f"web.page_{page}") for key, page in COMMANDS.items()})
    st.subheader(text("web.changed_title"))
    if not now.done:
        st.caption(text("web.nothing_changed"))
    st.markdown("\n".join(f"{number}. {change.sentence}" for number, change in enumerate(now.done, 1)))
    left, right = st.columns(2)
    if left.button(text("web.undo"), disabled=not now.done, width="stretch"):
        set_changes(now.undo())
        st.rerun()
    if right.button(text("web.redo"), disabled=not now.undone, width="stretch"):
        set_changes(now.redo())
        st.rerun()
    if now.done:
        if st.button(text("web.start_again"), width="stretch"):
            set_changes(now.undo_all())
            st.rerun()
        with refusing(), st.expander(text("web.keep"), expanded=True):
            _saving()


def _saving() -> None:
    done = st.container()
    title = st.text_input(text("web.save_as"), value=text("web.what_if_title"), max_chars=80)
    if (folder() / f"{file_name(title)}.yaml").exists():
        st.caption(text("web.save_replaces"))
    if st.button(text("web.save"), width="stretch", type="primary"):
        path = save(changed(), title, folder())
        done.success(text("web.saved", path=called(path)))
    beside = Path(base_file()).parent
    st.download_button(
        text("web.download"),
        lambda: as_file(changed(), beside if Path(base_file()).exists() else folder()).encode(),
        file_name=f"{file_name(title)}.yaml",
        mime="application/yaml",
        help=text("web.download_help", folder=called(beside)),
        on_click="ignore",
        width="stretch",
    )


def _visit() -> None:
    """Say so if an earlier visit ended under the page: its server was started anew, or the page slept too long.

    The address of a page with changes names the visit they belong to; one that this session does not know is over.
    """
    named, own = st.query_params.get("visit"), st.session_state.get("visit")
    if named and named != own and not changes().done:
        st.session_state.visit_is_over = True
        del st.query_params["visit"]
    if changes().done:
        st.session_state.setdefault("visit", uuid4().hex[:12])
        st.query_params["visit"] = st.session_state.visit
    if st.session_state.get("visit_is_over"):
        st.warning(text("web.visit_over"))
        if st.button(text("web.understood"), width="stretch"):
            st.session_state.visit_is_over = False
            st.rerun()
