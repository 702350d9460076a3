"""What can be changed on the page of what if: each a form or a grid that ends in one change, or in a refusal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import time, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from pathway import words
from pathway.scenario.times import WEEKDAYS
from pathway.web import editing, glance, listing, ready
from pathway.web.changes import Change
from pathway.web.views.shared import base_file, base_work, changes, edition, refusing, set_changes, text

if TYPE_CHECKING:
    from streamlit.elements.lib.column_types import ColumnConfig

    from pathway.scenario import Scenario
    from pathway.web.years import Work

MOST, LEAST = 200, 50  # percent of today's referrals
MOST_ADDED = 60  # patients a year of a stream that is not there today, that a slider offers
SPARE = 6  # units more than there are, that a slider offers
EVERY = (1, 2, 3, 4)  # weeks between two sessions


def take(make: Callable[[], Change | None]) -> None:
    """Take a change over if the hospital can have it; else say what is wrong, and change nothing."""
    with refusing():
        change = make()
        if change is not None:
            new = changes().add(change)
            set_changes(new, new.applied(base_work().scenario, title=text("web.what_if_title")))
            st.rerun()


def _short(work: Work) -> list[str]:
    """Name what most patients wait for today, as it is what one will want to change; nothing before today is known."""
    job = st.session_state.get("short")
    if job is None or job[0] != base_file():
        found = [each.name for each in glance.bottlenecks(work.material(2))]
        job = st.session_state.short = (base_file(), found)
    return list(job[1])


def _begin_with(names: list[str], wanted: list[str]) -> int:
    """Give the place of the first of some names that are wanted."""
    return next((names.index(name) for name in wanted if name in names), 0)


def _ready(work: Work, now: Scenario) -> None:
    """Ask a question that lies ready beside the hospital's file."""
    known = ready.questions(base_file())
    if known:
        _asked(work, known, text("web.ready"))
    else:
        st.info(text("web.none_ready"))


def _asked(work: Work, questions: Sequence[ready.Question], label: str) -> None:
    """Choose one of some questions, read what it asks, and ask it."""
    known = {each.file: each.title for each in questions}
    left, right = st.columns([4, 1], vertical_alignment="bottom")
    file = left.selectbox(
        label, list(known), format_func=known.__getitem__, index=None, placeholder=text("web.ready_hint"), key=label
    )
    pressed = right.button(text("web.ask"), type="primary", disabled=not file, width="stretch", key=f"ask_{label}")
    if file:
        with refusing():
            scenario, change = ready.asked(work.scenario, file)
            st.caption(scenario.question)
            if changes().done and changes().done[-1] != change:
                st.caption(text("web.ready_on_top"))
            if pressed:
                take(lambda: change)


def _roster(work: Work, now: Scenario) -> None:
    kept = editing.keepers(now)
    names = list(kept)
    chosen = st.selectbox(
        text("web.whose_week"),
        names,
        index=_begin_with(names, _short(work)),
        format_func=lambda name: _week_of(kept[name]),
        key="whose_week",
    )
    keeper = kept[chosen]
    together = editing.sharing(now, keeper.calendar)
    if len(together) > 1:
        st.caption(text("web.sharing", names=words.listed(together)))
    rows = editing.week(now, keeper.calendar)
    edited = _grid(rows, f"week_{chosen}_{edition()}")
    st.caption(text("web.grid_help" if keeper.calendar != editing.ALWAYS else "web.grid_help_always"))
    new = [
        {
            **{key: None if pd.isna(value) else value for key, value in row.items()},
            editing.NOT_SHOWN: rows[place][editing.NOT_SHOWN] if place in range(len(rows)) else {},
        }
        for place, row in edited.to_dict("index").items()
    ]
    if _is_begun(new):
        st.caption(text("web.line_unfinished"))
        return
    take(lambda: editing.roster(now, keeper, new))


def _week_of(keeper: editing.Keeper) -> str:
    return keeper.title if keeper.calendar != editing.ALWAYS else text("web.always_there", name=keeper.title)


def _is_begun(rows: list[dict[str, object]]) -> bool:
    """Tell whether a new line is only half filled in: one does not want to be refused while one is still writing."""
    for row in rows:
        days = any(row.get(day) is True for day in WEEKDAYS)
        filled = [bool(row.get(key)) for key in ("from", "to")]
        is_listed = bool(row[editing.NOT_SHOWN])
        if not is_listed and (days or any(filled)) and not (days and all(filled)):
            return True
    return False


def _grid(rows: list[dict[str, object]], key: str) -> pd.DataFrame:
    """Show a week, a session a line, to be edited."""
    columns = [*WEEKDAYS, "from", "to", "units", "every"]
    said = [{**{name: row[name] for name in columns}, "also": editing.say_rest(row[editing.NOT_SHOWN])} for row in rows]  # type: ignore[arg-type]
    grid = pd.DataFrame(said, columns=[*columns, "also"]).astype({"units": "Int64", "every": "Int64"})
    for name in ("from", "to", "also"):
        grid[name] = grid[name].astype(object)
    for day in WEEKDAYS:
        grid[day] = grid[day].astype(bool)
    days = {
        day: st.column_config.CheckboxColumn(words.text(f"weekday.{number}")[:3], default=False, width=60)
        for number, day in enumerate(WEEKDAYS)
    }
    hours = {"validate": r"^([01]?\d|2[0-3]):[0-5]\d$", "width": 70}
    config: dict[str, ColumnConfig | None] = {
        **days,
        "from": st.column_config.TextColumn(text("web.opens"), **hours),  # type: ignore[arg-type]
        "to": st.column_config.TextColumn(text("web.closes"), **hours),  # type: ignore[arg-type]
        "units": st.column_config.NumberColumn(text("web.units"), min_value=1, step=1, width=90),
        "every": st.column_config.NumberColumn(
            text("web.every"), min_value=1, max_value=52, step=1, default=1, width=90
        ),
        "also": st.column_config.TextColumn(text("web.also"), disabled=True),
    }
    if all(not row["also"] for row in said):
        config["also"] = None
    return st.data_editor(
        grid, column_config=config, num_rows="dynamic", hide_index=True, width="stretch", key=key, alt=text("web.grid")
    )


def _capacity(work: Work, now: Scenario) -> None:
    base = work.scenario
    names = sorted(now.resources, key=lambda name: editing.resource_title(now, name))
    resource = st.selectbox(
        text("web.whose_number"),
        names,
        index=_begin_with(names, _short(work)),
        format_func=lambda name: editing.resource_title(now, name),
        key="whose_number",
    )
    there = now.resources[resource].capacity
    most = max(there, base.resources[resource].capacity) + SPARE
    number = st.slider(text("web.how_many"), 0, most, there, key=f"number_{resource}_{edition()}")
    if any(row["units"] for row in editing.week(now, now.resources[resource].calendar)):
        st.caption(text("web.units_hold"))
    beside = listing.beside(now, editing.keepers(now)[resource])
    if beside:
        named = words.listed(editing.resource_title(now, name) for name in beside)
        st.caption(text("web.works_with", names=named))
    take(lambda: editing.capacity(now, resource, number))


def _list(work: Work, now: Scenario) -> None:
    """Add a list: whose, on which day, from when to when, and who has to come along."""
    kept = listing.can_have_lists(now)
    if not kept:
        st.info(text("web.no_rosters"))
        return
    first, second, third, fourth, fifth = st.columns([4, 2, 2, 2, 2])
    name = first.selectbox(text("web.list_of"), list(kept), format_func=lambda each: kept[each].title, key="list_of")
    usual, *times = listing.likely(now, kept[name])
    day = second.selectbox(
        text("web.list_day"),
        WEEKDAYS,
        index=WEEKDAYS.index(usual),
        format_func=lambda each: words.text(f"weekday.{WEEKDAYS.index(each)}"),
        key=f"list_day_{name}",
    )
    begins, ends = (time.fromisoformat(each) for each in times)
    opens = third.time_input(text("web.opens"), begins, step=900, key=f"list_opens_{name}")
    closes = fourth.time_input(text("web.closes"), ends, step=900, key=f"list_closes_{name}")
    weeks = fifth.selectbox(
        text("web.every"), EVERY, format_func=lambda n: text("web.every_week" if n == 1 else "web.every_weeks", n=n)
    )
    hours = f"{opens:%H:%M}", f"{closes:%H:%M}"
    missing = listing.partners(now, kept[name], day, *hours)
    along: list[str] = []
    if missing:
        along = st.multiselect(
            text("web.list_along"),
            missing,
            default=missing,
            format_func=lambda each: editing.resource_title(now, each),
            key=f"along_{name}_{day}_{hours}_{edition()}",
        )
    else:
        st.caption(text("web.list_all_there"))
    if st.button(text("web.add_list"), type="primary"):
        take(lambda: listing.another_list(now, kept[name], day, *hours, weeks, along))


def _away(work: Work, now: Scenario) -> None:
    names = sorted(now.resources, key=lambda name: editing.resource_title(now, name))
    first = now.run.start + timedelta(weeks=8)
    last = now.run.start + timedelta(minutes=now.run.length - 1)
    with st.form("away"):
        resource = st.selectbox(
            text("web.who_is_away"),
            names,
            index=_begin_with(names, _short(work)),
            format_func=lambda name: editing.resource_title(now, name),
        )
        left, middle, right = st.columns(3)
        days: Any = {"min_value": now.run.start, "max_value": last, "format": "DD/MM/YYYY"}
        begins = left.date_input(text("web.first_day"), first, **days)
        ends = middle.date_input(text("web.last_day"), first + timedelta(days=13), **days)
        units = right.number_input(text("web.how_many_away"), min_value=1, value=1, step=1)
        if st.form_submit_button(text("web.take_away"), type="primary") and resource:
            take(lambda: editing.away(now, resource, begins, ends, int(units)))


def _demand(work: Work, now: Scenario) -> None:
    """Change how many are referred, by stream; more of one kind alone come with a question that lies ready."""
    base = work.scenario
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
            take(lambda name=name, chosen=chosen: editing.demand(base, now, name, chosen))  # type: ignore[misc]
    for name in editing.added_streams(base, now):
        there = now.streams[name].per_year
        chosen = st.slider(
            text("web.demand_of_added", name=now.streams[name].title or name),
            0,
            max(MOST_ADDED, round(2 * there)),
            round(there),
            key=f"demand_{name}_{edition()}",
        )
        if chosen != round(there):
            take(lambda name=name, chosen=chosen: editing.per_year(now, name, chosen))  # type: ignore[misc]
    if questions := ready.demands(base_file()):
        _asked(work, questions, text("web.demand_ready"))


EDITS: dict[str, Callable[[Work, Scenario], None]] = {
    "ready": _ready,
    "roster": _roster,
    "list": _list,
    "number": _capacity,
    "away": _away,
    "demand": _demand,
}
