"""The planner's page: the cheapest capacity that meets the targets, found in a process of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from pathway import words
from pathway.experiment.sized_words import say_configurations
from pathway.scenario import load_scenario
from pathway.sizing import choices, say_goals
from pathway.sizing.searching import SO_FAR
from pathway.web import glance, hosted, ready, sizing
from pathway.web.changes import Change, save
from pathway.web.editing import resource_title
from pathway.web.errands import Errand
from pathway.web.views import errand
from pathway.web.views.shared import (
    base_file,
    base_work,
    changed,
    changes,
    downloads,
    folder,
    refusing,
    set_changes,
    text,
)

if TYPE_CHECKING:
    from pathway.scenario import Scenario

KEY = "sizing"


@dataclass(frozen=True)
class _Asked:
    """What a search is about: the file and options of the command, what was changed before, the question in words."""

    file: str = ""
    options: tuple[str, ...] = ()
    on_top: tuple[Change, ...] = ()
    said: str = field(default="", compare=False)  # in the language of the moment


def page() -> None:
    """Say what is to be met and what may vary, and find what is enough."""
    st.title(text("web.page_size"))
    st.markdown(text("web.size_about"))
    with refusing():
        work = base_work()
        if about := _which():
            asked = _ready(about)
        else:
            asked = _own(work.scenario, [b.name for b in glance.bottlenecks(work.material(2))])
        budget = _terms()
        first, most, miss = _effort()
        effort = (f"--first={first}", f"--at-most={most}", f"--tolerance={miss / 100:g}")
        asked = replace(asked, options=(*asked.options, *effort))
        if st.button(text("web.size_begin"), type="primary", disabled=errand.is_running(KEY) or not asked.file):
            hosted.check_years(most, work.scenario)
            st.session_state.budget, st.session_state.sizing_asked = budget, asked
            running = [f"--workers={hosted.cores_of_run()}", "--no-store", "--out={out}"]
            errand.begin(KEY, ["size", asked.file, *asked.options, *running])
        if st.session_state.get("sizing_asked", asked) != asked:
            st.warning(text("web.size_asked_before"))
        errand.look_on(KEY, _show, _meanwhile)


def _which() -> str:
    """Ask which question it is: one that lies ready beside the hospital, or one's own; gives the file of the former."""
    known = {each.file: each.title for each in ready.needs(base_file())}
    if not known:
        return ""
    titles = {**known, "": text("web.size_own")}
    return str(st.radio(text("web.size_what"), list(titles), format_func=titles.__getitem__, horizontal=True))


def _ready(file: str) -> _Asked:
    """Say what a question that lies ready asks for and what it lets vary; what was changed may come on top."""
    scenario = load_scenario(file)
    asked = words.clauses(say_goals(scenario))
    varies = "".join(f"\n- {text('web.size_or').join(values)}" for values in choices(scenario))
    st.info(
        f"**{scenario.question}**\n\n{text('web.size_to_meet', targets=asked)}\n\n{text('web.size_tries')}\n{varies}"
    )
    if _on_top():
        above = scenario.override(changes().values(), name=scenario.name, title=scenario.title)
        path = save(above, scenario.title, folder() / ".sizing")
        return _Asked(str(path), on_top=changes().done, said=_with_changes(scenario.question))
    return _Asked(file, said=scenario.question)


def _on_top() -> bool:
    """Ask whether what was changed holds here too."""
    return bool(changes().done) and st.toggle(text("web.size_changed"))


def _with_changes(question: str) -> str:
    said = "; ".join(each.sentence for each in changes().done)
    return text("web.size_with_changes", question=question, changes=said)


def _own(base: Scenario, short: list[str]) -> _Asked:
    """Choose targets and what may vary from lists; more can be written as in a file."""
    file, said, on_top = base_file(), text("web.size_own"), _on_top()
    if on_top:
        file, said = str(save(changed(), "sizing", folder() / ".sizing")), _with_changes(said)
    left, right = st.columns(2)
    with left:
        wanted = _goals(base)
    with right:
        between = _between(base, short)
    with st.expander(text("web.size_advanced")):
        lines = st.text_area(text("web.size_vary"), placeholder="resources.ct_scanner.capacity=1..3")
        target = st.text_area(text("web.size_target"), placeholder="{clock: diagnosis_28, share: 75 percent}")
    if not between and not lines.strip():
        st.caption(text("web.size_choose"))
        return _Asked()
    options = tuple(sizing.options(between, wanted, lines, target))
    return _Asked(file, options, changes().done if on_top else (), said)


def _goals(base: Scenario) -> list[sizing.Goal]:
    """Choose what is to be met: the file's own targets unless others are chosen."""
    known = sizing.goals(base)
    chosen = st.multiselect(
        text("web.size_goals"), list(known), format_func=known.__getitem__, placeholder=text("web.size_goals_hint")
    )
    if not chosen:
        st.caption(text("web.size_goals_file"))
    found = []
    for kind, subject in chosen:
        st.markdown(f"**{known[kind, subject]}**")
        days, percent = st.columns(2)
        limit = days.number_input(
            text("web.size_days"), 0.5, 3650.0, sizing.limit_days(base, kind, subject), key=f"days_{kind}_{subject}"
        )
        share = 90
        if kind == "clock":
            share = percent.number_input(text("web.size_percent"), 1, 100, 90, key=f"percent_{subject}")
        found.append(sizing.Goal(kind, subject, limit, share))
    return found


def _between(base: Scenario, short: list[str]) -> dict[str, tuple[int, int]]:
    """Choose of what there may be more or fewer, and how many."""
    known = sizing.may_vary(base)
    first = [name for name in short if name in known][:1]
    chosen = st.multiselect(
        text("web.size_resources"), list(known), default=first, format_func=lambda name: known[name], key="may_vary"
    )
    found = {}
    for name in chosen:
        there = base.resources[name].capacity
        most = max(2 * there, there + 6)
        found[name] = st.slider(
            text("web.size_between", name=resource_title(base, name), n=there),
            0, most, (there, there + sizing.SPARE), key=f"between_{name}",
        )  # fmt: skip
    return found


def _terms() -> float | None:
    """Ask what it may cost at most."""
    budget = st.number_input(
        text("web.size_budget"), min_value=0.0, value=None, placeholder=text("web.size_no_budget"), step=1000.0
    )
    return float(budget) if budget is not None else None


def _effort() -> tuple[int, int, float]:
    """Ask how many years are simulated of each, and how much of a miss does not matter."""
    with st.expander(text("web.size_years")):
        left, middle, right = st.columns(3)
        first = left.number_input(text("web.size_first"), 5, 50, 20)
        most = middle.number_input(text("web.size_most"), 20, 500, 100)
        miss = right.number_input(text("web.size_miss"), 1.0, 20.0, 5.0, step=1.0)
    return int(first), int(most), float(miss)


def _meanwhile(under_way: Errand) -> None:
    """Show how far a search is and what is known of each configuration by now, also when it was ended."""
    kept = under_way.folder / SO_FAR
    try:
        counts = json.loads((kept / "progress.json").read_text(encoding="utf-8"))
        known = _configurations(kept)
    except FileNotFoundError:  # nothing is known yet, or the search is over just now
        return
    st.progress(counts["done"] / counts["most"])
    st.subheader(text("web.size_so_far"))
    st.markdown(f"*{st.session_state.sizing_asked.said}*")
    st.caption(text("web.size_not_yet"))
    st.table(known)


def _show(done: Errand) -> None:
    """Show what was found: the sentences, the configurations, and the page with curve and front."""
    page_file = done.file("sizing.html")
    if page_file is None:
        st.error(done.complaint or done.said or text("web.size_failed"))
        return
    st.header(text("web.size_found"))
    st.markdown(f"*{st.session_state.sizing_asked.said}*")
    with st.container(border=True):
        st.markdown("\n\n".join((done.folder / "answer.txt").read_text(encoding="utf-8").splitlines()))
    st.table(_configurations(done.folder))
    chosen = done.file("chosen.yaml")
    downloads(
        [(text("web.size_page"), page_file, "sizing.html"), (text("web.size_chosen"), chosen, "chosen.yaml")], "size"
    )
    if chosen is not None and st.button(text("web.size_take")):
        from pathway.web.changes import Changes

        scenario = load_scenario(chosen)
        change = ready.as_change(base_work().scenario, scenario, text("web.loaded", name=scenario.title))
        set_changes(Changes((change,)))
        st.switch_page(st.session_state.pages["what_if"])
    st.iframe(page_file.read_text(encoding="utf-8"), height=1500)


def _configurations(found: Path) -> pd.DataFrame:
    """Read the configurations, the cheapest first, with what each target comes to, and which are within the budget."""
    configurations = pd.read_csv(found / "configurations.csv")
    columns, rows = say_configurations(configurations, pd.read_csv(found / "targets.csv"))
    columns[3] = text("web.size_replications")
    table = pd.DataFrame(rows, columns=columns)
    budget = st.session_state.get("budget")
    if budget is not None:
        table[text("web.budget_column")] = sizing.within_budget(configurations["price"], budget)
    return table.set_index(columns[0])
