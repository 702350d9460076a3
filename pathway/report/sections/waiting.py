"""Sections on waiting: clocks against targets, waits step by step, milestones, where the time goes."""

from __future__ import annotations

import math
from collections.abc import Iterator

import pandas as pd

from pathway import words
from pathway.charts import journey, rows
from pathway.clock import MINUTES_PER_DAY
from pathway.experiment.long_run import clock_through
from pathway.report import tables
from pathway.report.blocks import Block, Folded, Paragraph, Section, drawn, table
from pathway.report.material import Material
from pathway.report.numbers import say_count, say_number, say_share
from pathway.report.verdicts import judge, verdicts

SHOWN = 20  # rows a chart has at most, besides those with a target
MILESTONES = 26  # rows, so that the steps before the treatments are among them
STEPS = 16  # of the chart of where the time goes
SHORTEST = 0.05  # days; steps whose P90 is below keep nobody waiting


def clocks(material: Material) -> Section | None:
    """Waiting-time clocks: share within the limit beside the share promised."""
    text, records = material.text, material.scenario.clocks
    by_limit = sorted(records, key=lambda name: records[name].limit)
    promised = {name: math.nan if (share := records[name].share) is None else share for name in by_limit}
    frame = tables.clocks(material.intervals, promised, material.clocks)
    if frame.empty:
        return None
    frame = _with_targets(frame, material)
    goals = frame["goal"].notna()
    worst = frame.loc[(frame["share"] - frame["goal"])[goals].idxmin() if goals.any() else frame["share"].idxmin()]
    said = {"name": worst["label"], "share": say_share(worst["share"])}
    if math.isnan(worst["goal"]):
        caption = text("waits.clocks_caption", **said)
    else:
        key = "waits.clocks_caption_below" if worst["share"] < worst["goal"] else "waits.clocks_caption_above"
        caption = text(key, goal=say_share(worst["goal"]), **said)
    blocks: list[Block] = [drawn(rows.clock_shares(frame), caption)]
    through = {name for each in records.values() for name in clock_through(material.scenario, each, material.growing)}
    if through:
        blocks.append(Paragraph(text("grows.clocks", names=material.say_growing(sorted(through))), "warning"))
    blocks += _clock_table(material)
    return Section("clocks", text("waits.clocks_title"), text("waits.clocks_note"), tuple(blocks))


def _with_targets(frame: pd.DataFrame, material: Material) -> pd.DataFrame:
    """Give each clock the verdict on its target, and add the targets for a part of one: a treatment, another limit."""
    verdicts_known, rows = {}, []
    for each in verdicts(material):
        target = each.target_record
        if target.kind != "clock" or math.isnan(each.value):
            continue
        clock = material.scenario.clocks[target.subject]
        if not target.to and target.within in (None, clock.limit) and target.share in (None, clock.share):
            verdicts_known[target.subject] = each.verdict
            continue
        numbers = {name: min(max(getattr(each, name), 0.0), 1.0) for name in ("low", "high", "see_low", "see_high")}
        rows.append({"label": each.target, "share": each.value, "goal": each.aim, "verdict": each.verdict} | numbers)
    frame["verdict"] = [
        verdicts_known.get(row.subject) or judge(row.low, row.high, row.goal, at_least=True)
        for row in frame[["subject", "low", "high", "goal"]].itertuples()
    ]
    return pd.concat([frame, pd.DataFrame(rows)], ignore_index=True) if rows else frame


def _clock_table(material: Material) -> tuple[Block, ...]:
    """List all that is known of each clock, first and later treatments apart, and treatment by treatment."""
    text, whole, single = material.text, [], []
    for (subject, part), row in tables.wide(material.intervals, "clock").iterrows():
        if not row.get("count", 0) > 0:
            continue
        shares = [say_share(row.get(name)) for name in ("share_within", "official_share", "incidence_within")]
        numbers = [say_count(row.get(name)) for name in ("breaches", "open_beyond")]
        numbers += [say_number(row.get(name)) for name in ("median", "p90")]
        patients = say_count(row.get("decided", row["count"]))
        line = (_clock_label(material, subject, part), patients, *shares, *numbers)
        if "→" not in subject:
            whole.append(line)
        elif part == "all":
            single.append(line)
    keys = ("clock", "patients", "within", "official", "incidence", "breaches", "open_beyond", "median", "p90")
    columns = [text(f"waits.{key}") for key in keys]
    shown: list[Block] = [table(columns, whole), Paragraph(text("waits.clock_table"), "small")]
    if single:
        shown.append(Folded(text("waits.by_treatment"), (table(columns, single),)))
    return tuple(shown)


def _clock_label(material: Material, subject: str, part: str) -> str:
    """Name a clock, the state it is restricted to, and the treatments it counts."""
    clock, _, state = subject.partition("→")
    label = material.clocks.get(clock, clock)
    if state:
        label += f" → {material.states.get(state, state)}"
    return label if part in ("", "all") else material.text(f"waits.part_{part}", name=label)


def waits(material: Material) -> Section | None:
    """How long patients wait for each activity."""
    text = material.text
    frame = tables.waits(material.intervals, material.states, _limits(material))
    growing = tuple(_growing(material, frame))
    frame = frame[~frame["subject"].isin(list(material.growing))]
    frame = frame[(frame["p90"] >= SHORTEST) | frame["limit"].notna()]
    if frame.empty:
        return Section("waits", text("waits.title"), "", growing) if growing else None
    longest = frame.iloc[0]
    caption = text(
        "waits.caption",
        name=longest["label"],
        median=say_number(longest["median"]),
        p90=say_number(longest["p90"]),
    )
    shown = frame[(frame.index < SHOWN) | frame["limit"].notna()]  # what was promised is shown, however short
    chart = drawn(rows.waits(shown), caption)
    return Section("waits", text("waits.title"), text("waits.note"), (*growing, chart, _wait_table(material, frame)))


def _growing(material: Material, frame: pd.DataFrame) -> Iterator[Block]:
    """List the queues that never settle: by how much they grow, and how long they are, in place of a wait."""
    if not material.growing:
        return
    text, p90 = material.text, frame.set_index("subject")["p90"]
    at = {key: tables.pick(material.intervals, "waiting", key)["mean"] for key in ("at_start", "at_end")}
    lines = [
        (
            material.states[name],
            say_share(growth.load),
            material.say_growth(name),
            *(say_number(each.get(name)) for each in at.values()),
            say_number(p90.get(name)),
        )
        for name, growth in material.growing.items()
    ]
    keys = ("activity", "load", "growth", "at_start", "at_end", "p90")
    yield Paragraph(text("grows.waits"), "warning")
    yield table([text(f"grows.{key}") for key in keys], lines, title=text("grows.title"))


def _limits(material: Material) -> dict[str, float]:
    """Give the waits aimed at, in days, by activity."""
    targets = [target for target in material.scenario.targets if target.kind == "wait" and target.at_most is not None]
    return {target.subject: float(target.at_most or 0) / MINUTES_PER_DAY for target in targets}


def _wait_table(material: Material, frame: pd.DataFrame) -> Folded:
    everything = tables.wide(material.intervals, "wait").droplevel("part")
    lines = []
    for row in frame.itertuples():
        numbers = everything.loc[row.subject]
        names = ("mean", "median", "p90", "p95", "longest", "median_km", "p90_km")
        days = (say_number(numbers.get(name)) for name in names)
        lines.append((row.label, say_count(numbers.get("count")), *days, say_count(numbers.get("still_waiting"))))
    keys = ("visits", "mean", "median", "p90", "p95", "longest", "median_km", "p90_km", "censored")
    columns = [material.text("first.wait_for"), *(material.text(f"waits.{key}") for key in keys)]
    return Folded(material.text("report.numbers"), (table(columns, lines),))


def milestones(material: Material) -> Section | None:
    """After how many days patients reach each step."""
    text = material.text
    frame = tables.milestones(material.intervals, material.states)
    frame = frame[frame["subject"].isin(material.activities)]
    if frame.empty:
        return None
    stops = {state for clock in material.scenario.clocks.values() for state in clock.stop}
    frame = tables.telling(frame, stops, MILESTONES)
    key = _turning_point(frame, material)
    caption = text(
        "waits.milestones_caption", name=key["label"], median=say_number(key["median"]), p90=say_number(key["p90"])
    )
    blocks: tuple[Block, ...] = (drawn(rows.milestones(frame), caption),)
    if material.growing:
        blocks = (Paragraph(text("grows.milestones", names=material.say_growing(material.growing)), "warning"), *blocks)
    return Section("milestones", text("waits.milestones_title"), text("waits.milestones_note"), blocks)


def _turning_point(frame: pd.DataFrame, material: Material) -> pd.Series:
    """Choose the milestone to be named: the first at which some clock stops, else the middle one."""
    stops = {state for clock in material.scenario.clocks.values() for state in clock.stop}
    known = frame[frame["subject"].isin(stops)]
    return known.iloc[0] if len(known) else frame.iloc[len(frame) // 2]


def time_spent(material: Material) -> Section | None:
    """Where the days between referral and first treatment go."""
    text, frame = material.text, material.frame("breakdown")
    if frame.empty:
        return None
    spent, everything = (tables.time_spent(frame, material.states, top=top) for top in (STEPS, len(material.states)))
    sums = spent.groupby("label", sort=False)["days"].sum()
    causes = everything.groupby("cause")["days"].sum().sort_values(ascending=False)
    parts = (
        text("waits.time_part", days=say_number(days), cause=text(f"cause.{cause}")) for cause, days in causes.items()
    )
    caption = text(
        "waits.time_caption",
        total=say_number(causes.sum()),
        parts=words.clauses(parts),
        name=sums.index[0],
        days=say_number(sums.iloc[0]),
    )
    chart = drawn(journey.time_spent(spent), caption)
    return Section("time", text("waits.time_title"), text("waits.time_note"), (chart,))


def breaches(material: Material) -> Section | None:
    """At which step the patients over a limit lost their time, for each clock that has some."""
    text, frame = material.text, material.frame("breaches")
    blocks = []
    promised = [name for name, clock in material.scenario.clocks.items() if clock.share is not None]
    for name in promised if not frame.empty else ():
        late = tables.breaches(frame, material.states, name)
        sums = late.groupby("label", sort=False)["breaches"].sum()
        if not sums.sum() > 0:
            continue
        title = text("waits.breach_of", name=material.clocks[name])
        total = tables.breaches(frame, material.states, name, top=len(material.states))["breaches"].sum()
        caption = text("waits.breach_caption", name=sums.index[0], number=say_count(sums.iloc[0]), all=say_count(total))
        blocks.append(drawn(journey.breaches(late), caption, title=title))
    if not blocks:
        return None
    return Section("breaches", text("waits.breach_title"), text("waits.breach_note"), tuple(blocks))
