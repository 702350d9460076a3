"""The page of what if: edit rosters, capacities, closures, leave and demand, and see what differs from today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from pathway import charts, words
from pathway.report.figures import CONFIG
from pathway.web import editing, glance
from pathway.web.answering import Answer, Job
from pathway.web.answering import what_if as ask
from pathway.web.changes import Change
from pathway.web.speaking import fragment
from pathway.web.views.shared import (
    base_work,
    changed,
    changes,
    edition,
    refusing,
    set_changes,
    shown,
    text,
    told,
)

if TYPE_CHECKING:
    from pathway.scenario import Scenario

MOST, LEAST = 200, 50  # percent of today's referrals
SPARE = 6  # units more than there are, that a slider offers


def page() -> None:
    """Edit, and see what it does."""
    st.title(text("web.page_what_if"))
    with refusing():
        base, now = base_work(), changed()
        tabs = st.tabs([text(f"web.tab_{key}") for key in ("roster", "number", "away", "demand")])
        edits = (_roster, _capacity, _away, _demand)
        for tab, edit in zip(tabs, edits, strict=True):
            with tab:
                edit(base.scenario, now)
        _answering()


def _take(make: Callable[[], Change | None]) -> None:
    """Take a change over if the hospital can have it; else say what is wrong, and change nothing."""
    with refusing():
        change = make()
        if change is not None:
            new = changes().add(change)
            new.applied(base_work().scenario)
            set_changes(new)
            st.rerun()


def _roster(base: Scenario, now: Scenario) -> None:
    kept = editing.rosters(now)
    resource = st.selectbox(
        text("web.whose_roster"), list(kept), format_func=lambda name: editing.resource_title(now, name)
    )
    if not resource:
        st.info(text("web.no_rosters"))
        return
    together = editing.sharing(now, kept[resource])
    if len(together) > 1:
        st.caption(text("web.sharing", names=words.listed(together)))
    rows = editing.week(now, kept[resource])
    grid = pd.DataFrame([{**row, text("web.also"): editing.say_rest(row[editing.NOT_SHOWN])} for row in rows])
    days = {
        day: st.column_config.CheckboxColumn(words.text(f"weekday.{number}")[:3], default=False, width="small")
        for number, day in enumerate(editing.DAYS)
    }
    columns = days | {
        "from": st.column_config.TextColumn(text("web.opens"), validate=r"^\d?\d:\d\d$", width="small"),
        "to": st.column_config.TextColumn(text("web.closes"), validate=r"^\d?\d:\d\d$", width="small"),
        "units": st.column_config.NumberColumn(text("web.units"), min_value=1, step=1, width="small"),
        text("web.also"): st.column_config.TextColumn(disabled=True),
    }
    edited = st.data_editor(
        grid.drop(columns=editing.NOT_SHOWN).astype({"units": "Int64"}),
        column_config=columns,
        num_rows="dynamic",
        hide_index=True,
        width="stretch",
        key=f"week_{resource}_{edition()}",
    )
    new = [
        {
            **row,
            "units": None if pd.isna(row["units"]) else row["units"],
            editing.NOT_SHOWN: rows[place][editing.NOT_SHOWN] if place in range(len(rows)) else {},
        }
        for place, row in edited.to_dict("index").items()
    ]
    st.caption(text("web.grid_help"))
    _take(lambda: editing.roster(now, resource, new))


def _capacity(base: Scenario, now: Scenario) -> None:
    names = sorted(now.resources, key=lambda name: editing.resource_title(now, name))
    resource = st.selectbox(text("web.whose_number"), names, format_func=lambda name: editing.resource_title(now, name))
    if resource:
        there = now.resources[resource].capacity
        number = st.slider(
            text("web.how_many"),
            0,
            max(there, base.resources[resource].capacity) + SPARE,
            there,
            key=f"number_{resource}_{edition()}",
        )
        if any(row["units"] for row in editing.week(now, now.resources[resource].calendar)):
            st.caption(text("web.units_hold"))
        _take(lambda: editing.capacity(now, resource, number))


def _away(base: Scenario, now: Scenario) -> None:
    names = sorted(now.resources, key=lambda name: editing.resource_title(now, name))
    first = now.run.start + timedelta(weeks=8)
    last = now.run.start + timedelta(minutes=now.run.length - 1)
    with st.form("away"):
        resource = st.selectbox(
            text("web.who_is_away"), names, format_func=lambda name: editing.resource_title(now, name)
        )
        left, middle, right = st.columns(3)
        begins = left.date_input(text("web.first_day"), first, min_value=now.run.start, max_value=last)
        ends = middle.date_input(
            text("web.last_day"), first + timedelta(days=13), min_value=now.run.start, max_value=last
        )
        units = right.number_input(text("web.how_many_away"), min_value=1, value=1, step=1)
        if st.form_submit_button(text("web.take_away")) and resource:
            _take(lambda: editing.away(now, resource, begins, ends, int(units)))


def _demand(base: Scenario, now: Scenario) -> None:
    for name, stream in base.streams.items():
        percent = round(100 * now.streams[name].per_year / stream.per_year) if stream.per_year else 100
        chosen = st.slider(
            text("web.demand_of", name=stream.title or name, n=f"{stream.per_year:g}"),
            LEAST,
            max(MOST, percent),
            percent,
            step=5,
            format="%d%%",
            key=f"demand_{name}_{edition()}",
        )
        if chosen != percent:
            _take(lambda name=name, chosen=chosen: editing.demand(base, now, name, chosen))  # type: ignore[misc]


def _answering() -> None:
    st.header(text("web.what_it_does"))
    job: Job | None = st.session_state.get("job")
    if not changes().done:
        if job:
            job.cancel()
        st.info(text("web.change_something"))
        return
    if st.session_state.get("job_edition") != edition():
        if job:
            job.cancel()
        job = st.session_state.job = ask(base_work(), changed())
        st.session_state.job_edition = edition()
    if job is not None:
        fragment(_answer, run_every=0.5 if job.is_running else None)(job, job.is_running)


def _answer(job: Job, was_running: bool) -> None:
    found: Answer | None = told(job, "what_if", was_running)
    if found is None:
        return
    st.caption(text("web.first_after", seconds=f"{job.first:.1f}", n=found.years))
    for sentence in glance.leading(found):
        st.markdown(f"- {sentence}")
    rows = glance.charted(found.changes)
    numbers, picture = st.columns([3, 2])
    with numbers:
        shown(glance.table(found), text("web.same"))
    if rows:
        with picture:
            st.plotly_chart(charts.changes(pd.DataFrame(rows)), config=CONFIG, theme=None, key="difference")
