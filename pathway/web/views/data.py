"""One's own data: a waiting list to start from, an event log to make a hospital of."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from pathway.web import uploads
from pathway.web.changes import file_name, save
from pathway.web.errands import Errand
from pathway.web.views import errand
from pathway.web.views.shared import base_work, called, downloads, folder, refusing, take_as_today, text
from pathway.words import refusals

if TYPE_CHECKING:
    from pathway.scenario import Scenario

KEY = "calibrating"


def page() -> None:
    """Bring a file, say what its columns are, and see what it comes to."""
    st.title(text("web.page_data"))
    tabs = st.tabs([text("web.tab_waiting"), text("web.tab_log")], key="data_kind", on_change="rerun")
    for tab, show in zip(tabs, (_waiting_list, _event_log), strict=True):
        if tab.open:
            with tab:
                show()


def _uploaded(label: str, endings: list[str], key: str) -> uploads.Kept | None:
    """Ask for a file, and keep it while the visit lasts."""
    sent = st.file_uploader(label, type=endings, key=key)
    if sent is None:
        return None
    known = st.session_state.get(f"{key}_kept")
    if known is None or known[0] != sent.file_id:
        known = st.session_state[f"{key}_kept"] = (sent.file_id, uploads.Kept(sent.name, sent.getvalue()))
    kept: uploads.Kept = known[1]
    return kept


def _previewed(preview: uploads.Preview) -> None:
    st.subheader(text("web.first_rows"))
    st.table(pd.DataFrame(list(preview.rows), columns=list(preview.columns)), hide_index=True)


def _waiting_list() -> None:
    st.markdown(text("web.list_about"))
    with refusing():
        base = base_work().scenario
        sent = _uploaded(text("web.list_file"), ["csv", "gz"], "list_file")
        if sent is None:
            return
        preview = uploads.first_rows(sent.path)
        _previewed(preview)
        columns = _list_columns(base, preview)
        again = uploads.twice(columns)
        if again:
            st.error(text("web.columns_twice", names=", ".join(uploads.meanings(base)[key] for key in again)))
            return
        dates = _dates("list_dates")
        codes: dict[str, dict[str, str]] = {}
        for key in ("state", "stream"):
            found = _codes(base, sent, columns, key)
            codes |= {key: found} if found else {}
        as_of = st.date_input(text("web.list_day_of"), base.run.start, format="DD/MM/YYYY")
        title = st.text_input(text("web.save_as"), value=text("web.list_title"), max_chars=80)
        if st.button(text("web.list_take"), type="primary"):
            scenario, record = uploads.started(base, sent.path, uploads.Mapped(columns, codes, dates), as_of)
            file = save(scenario, title, folder())
            st.session_state.list_done = (file, list(record.sentences()))
    if "list_done" in st.session_state:
        file, said = st.session_state.list_done
        st.success(text("web.list_taken", path=called(file)))
        st.text(refusals.said("\n".join(said)))
        if st.button(text("web.as_today"), key="list_as_today"):
            take_as_today(file)
            st.switch_page(st.session_state.pages["today"])


def _list_columns(base: Scenario, preview: uploads.Preview) -> dict[str, str]:
    """Ask of every column what it is about."""
    st.subheader(text("web.what_columns"))
    known = {uploads.IGNORED: text("web.ignored")} | uploads.meanings(base)
    keys, found = list(known), {}
    for place, (name, column) in enumerate(zip(preview.columns, _cycled(len(preview.columns)), strict=True)):
        guess = uploads.guessed(base, name)
        found[name] = column.selectbox(
            name, keys, index=keys.index(guess) if guess in keys else 0,
            format_func=known.__getitem__, key=f"list_column_{place}_{name}",
        )  # fmt: skip
    return found


def _cycled(count: int) -> list[st.delta_generator.DeltaGenerator]:
    """Give a place for each of so many fields, four a line."""
    return [column for _ in range(0, count, 4) for column in st.columns(4)][:count]


def _dates(key: str) -> str:
    forms = uploads.DATES
    return str(st.selectbox(text("web.dates"), list(forms), format_func=lambda form: forms[form], key=key))


def _codes(base: Scenario, sent: uploads.Kept, columns: dict[str, str], key: str) -> dict[str, str]:
    """Ask what the list's own words for steps or streams stand for."""
    unknown = uploads.unknown_codes(base, sent, columns, key)
    if not unknown:
        return {}
    st.subheader(text(f"web.codes_{key}"))
    known, found = uploads.places(base, key), {}
    for value, column in zip(unknown, _cycled(len(unknown)), strict=True):
        chosen = column.selectbox(
            value, list(known), index=None, format_func=known.__getitem__,
            placeholder=text("web.codes_hint"), key=f"code_{key}_{value}",
        )  # fmt: skip
        if chosen:
            found[value] = chosen
    return found


# ---------------------------------------------------------------- an event log


def _event_log() -> None:
    st.markdown(text("web.log_about"))
    with refusing():
        sent = _uploaded(text("web.log_file"), ["csv", "gz", "xes"], "log_file")
        if sent is not None:
            path = sent.path
            is_table = ".xes" not in path.suffixes
            columns: dict[str, str] = {}
            dates = ""
            if is_table:
                preview = uploads.first_rows(path)
                _previewed(preview)
                columns = _event_columns(preview)
                dates = _dates("log_dates")
            else:
                st.caption(text("web.log_xes"))
            left, right = st.columns(2)
            title = left.text_input(text("web.save_as"), value=text("web.log_title"), max_chars=80)
            per_year = right.number_input(text("web.log_per_year"), min_value=0.0, value=None)
            if st.button(text("web.log_begin"), type="primary", disabled=errand.is_running(KEY)):
                out = folder() / f"{file_name(title)}.yaml"
                errand.begin(KEY, uploads.calibrating(path, columns, dates, out, per_year=per_year))
                st.session_state.calibrated = out
                st.rerun()
        errand.look_on(KEY, _calibrated)


def _event_columns(preview: uploads.Preview) -> dict[str, str]:
    st.subheader(text("web.what_columns"))
    known = {"": text("web.ignored")} | {what: text(f"web.event_{what}") for what in uploads.EVENTS}
    keys, found, taken = list(known), {}, set()
    for place, (name, column) in enumerate(zip(preview.columns, _cycled(len(preview.columns)), strict=True)):
        guess = uploads.guessed_event(name)
        guess = "" if guess in taken else guess
        taken.add(guess)
        found[name] = column.selectbox(
            name, keys, index=keys.index(guess), format_func=known.__getitem__, key=f"log_column_{place}_{name}"
        )
    return found


def _calibrated(done: Errand) -> None:
    out: Path = st.session_state.calibrated
    st.success(text("web.log_done", path=called(out)))
    st.text(done.said)
    page_file = out.with_suffix("") / "calibration.html"
    downloads(
        [(text("web.download"), out if out.exists() else None, out.name),
         (text("web.log_page"), page_file if page_file.exists() else None, "calibration.html")],
        "calibrated",
    )  # fmt: skip
    if st.button(text("web.as_today"), key="log_as_today"):
        take_as_today(out)
        st.switch_page(st.session_state.pages["today"])
