"""Measures of whole simulated runs, against slow counting and against what must add up."""

from __future__ import annotations

from functools import cache

import numpy as np
import pandas as pd
import pytest

from pathway.engines import simulate
from pathway.eventlog import COMPLETED, NONE, EventLog
from pathway.graph import Activity
from pathway.metrics import Measures, Study, intervals_of, measure, waited_for
from pathway.metrics.usage import usage_of
from pathway.scenario import Scenario
from tests.logs import DAY, figure
from tests.models import scenario_of

HOSPITAL = """
run: {start: 2027-01-04, warm_up: 4 weeks, length: 20 weeks, follow_up: 8 weeks, seed: 5}
streams:
  gp: {per_year: 420, hours: "08:00-18:00"}
  transfer: {per_year: 60, hours: "08:00-18:00"}
calendars:
  days: [{days: [mon, tue, wed, thu, fri], hours: "08:00-18:00"}]
  lists: [{days: [tue, thu], hours: "08:00-17:00"}]
  weekly: [{days: [wed], hours: "08:00-09:00"}]
resources:
  ct: {kind: equipment, capacity: 1, calendar: days}
  radiographer: {kind: staff, capacity: 2, calendar: days}
  surgeon: {kind: staff, capacity: 2, calendar: days}
  reader_a: {kind: staff, capacity: 1, calendar: days}
  reader_b: {kind: staff, capacity: 1, calendar: lists}
  theatre: {kind: room, capacity: 1, calendar: lists}
  ward: {kind: bed, capacity: 6}
attributes:
  survival: {kind: duration, draw: {exponential: {mean: 400 days}}}
states:
  referral: {kind: start, stream: gp, to: tests}
  transfers: {kind: start, stream: transfer, to: mdt}
  tests: {kind: fork, branches: [ct_scan, bloods], join: results}
  ct_scan:
    {kind: activity, duration: {lognormal: {median: 150 min, sigma: 0.3}}, planned: 150 min, fits: session,
     notice: 1 days, needs: {ct: 1, radiographer: 1}, no_show: {share: 0.1, slot: lost, rebook: 5 days}, to: report}
  report: {kind: delay, duration: {triangular: {min: 1 days, mode: 2 days, max: 6 days}}, to: reading}
  reading: {kind: activity, duration: 60 min, needs: {reader: {any_of: [reader_b, reader_a]}}, to: results}
  bloods: {kind: activity, duration: 15 min, needs: {radiographer: 1}, to: wait_bloods}
  wait_bloods: {kind: delay, duration: 5 days, to: results}
  results: {kind: join, to: cancer}
  cancer: {kind: decision, rules: [{to: {mdt: 0.6, discharged: 0.4}}]}
  mdt:
    {kind: activity, duration: 10 min, planned: 10 min, notice: 20 h,
     meeting: {calendar: weekly, team: {surgeon: 1}, deferral: 0.1}, to: surgery}
  surgery:
    {kind: activity, duration: {lognormal: {median: 180 min, sigma: 0.3}}, planned: 200 min, fits: session,
     needs: {theatre: {units: 1, turnover: 20 min}, surgeon: 1, ward: {for: {lognormal: {median: 4 days, sigma: 0.4}}}},
     leaves: {after: {exponential: {mean: 90 days}}, to: hospice}, to: discharged}
  hospice: {kind: delay, duration: 20 days, to: died}
  discharged: {kind: end}
  died: {kind: end}
deadlines:
  death: {attribute: survival, to: died}
clocks:
  referral_to_treatment:
    {title: Referral to treatment, start: [referral, transfers], stop: surgery, limit: 31 days, share: 85 percent}
  decided: {title: Decision to treatment, start: mdt, stop: [surgery, hospice], limit: 5 days, repeats: yes}
"""


@cache
def hospital() -> tuple[Scenario, EventLog, Measures]:
    scenario = scenario_of(HOSPITAL)
    log = simulate(scenario)
    return scenario, log, measure(log, scenario)


def test_utilisation_is_what_counting_every_minute_gives() -> None:
    """Fill a table of minutes for each resource, and compare the hours."""
    scenario, log, measures = hospital()
    words, begin = log.vocabulary, log.vocabulary.warm_up
    for code, name in enumerate(words.resources):
        scheduled, held = minutes_of(log, code)
        window = slice(begin, begin + words.length)
        over = np.maximum(0, held - scheduled)[window].sum() / 60
        share = np.minimum(held, scheduled)[window].sum() / scheduled[window].sum()
        assert figure(measures, "utilisation", name, "overtime_hours") == pytest.approx(over)
        assert figure(measures, "utilisation", name, "utilisation") == pytest.approx(share)


def minutes_of(log: EventLog, code: int) -> tuple[np.ndarray, np.ndarray]:
    """Give scheduled and held units of a resource, minute by minute."""
    horizon, meeting = log.vocabulary.horizon, log.vocabulary.resources[code].startswith("meeting:")
    units, reserved, held = np.zeros((3, horizon), int)
    for resource, at, there, away in zip(*log.capacity.values(), strict=True):
        if resource == code:
            units[at:], reserved[at:] = there, away
    holds = pd.DataFrame(dict(log.holds)).query("resource == @code")
    for row in holds.itertuples():
        held[row._6 : row.to if row.to != NONE else horizon] += row.units
    return (units - reserved, held) if meeting else (units, held + reserved)


def test_waited_for_is_what_looking_at_every_minute_gives() -> None:
    """Go back minute by minute from each start to the last at which a need could not be met."""
    scenario, log, _ = hospital()
    tables = {name: minutes_of(log, code) for code, name in enumerate(log.vocabulary.resources)}
    found = waited_for(log, scenario)
    rng = np.random.default_rng(1)
    enqueued = pd.DataFrame(dict(log.visits)).set_index(["case", "state", "visit"])["enqueued_at"]
    codes = {name: code for code, name in enumerate(log.vocabulary.states)}

    for row in found.iloc[rng.choice(len(found), 250, replace=False)].itertuples():
        joined = int(enqueued[row.case, codes[row.state], row.visit])
        expected = slowly(scenario.pathway.states[row.state], tables, joined, joined + row.minutes)
        resource = None if pd.isna(row.resource) else row.resource
        why = None if pd.isna(row.why) else row.why
        assert (resource, why) in expected


def slowly(state: Activity, tables: dict, joined: int, started: int) -> set[tuple[str | None, str | None]]:
    """Give what may be said of one wait: several names where alternatives are meant."""
    needs = [(need.any_of, need.units) for need in state.needs]
    if state.meeting:
        needs.append(((f"meeting:{state.meeting.calendar}",), 1))
    last: dict[tuple[str, ...], tuple[int, bool]] = {}
    for names, units in needs:
        for minute in range(started - 1, joined + state.notice - 1, -1):
            pairs = [(tables[name][0][minute], tables[name][1][minute]) for name in names]
            if all(scheduled - held < units for scheduled, held in pairs):
                last[names] = minute, all(scheduled < units for scheduled, _ in pairs)
                break
    if not last:
        return {(None, None)}
    latest = max(minute for minute, _ in last.values())
    names = min(names for names, (minute, _) in last.items() if minute == latest)
    return {(name, "closed" if last[names][1] else "busy") for name in names}


def test_time_to_treatment_adds_up() -> None:
    """The parts of the mean time to first treatment sum to the mean time to first treatment."""
    scenario, log, measures = hospital()
    study = Study(log, scenario)
    rows = np.flatnonzero(study.among(("surgery",))[log.visits["state"]] & (log.visits["outcome"] == COMPLETED))
    started = dict(zip(log.visits["case"][rows].tolist(), log.visits["started_at"][rows].tolist(), strict=True))
    arrived = log.cases["arrived_at"].tolist()
    days = [(at - arrived[case]) / DAY for case, at in started.items() if study.begin <= arrived[case] < study.end]

    breakdown = measures.frames["breakdown"]
    assert len(days) > 50
    assert breakdown["days"].sum() == pytest.approx(np.mean(days))
    assert breakdown["patients"].max() <= len(days)
    lost = breakdown[(breakdown["cause"] == "other") & ~breakdown["state"].isin(["ct_scan", "mdt", "surgery"])]
    assert lost["days"].sum() == 0


def test_the_mean_queue_is_what_summing_every_minute_gives() -> None:
    scenario, log, measures = hospital()
    study = Study(log, scenario)
    queue = np.zeros(study.horizon + 1)
    rows = np.flatnonzero(log.visits["state"] == study.state_code["surgery"])
    for first, last in zip(log.visits["enqueued_at"][rows], study.waited_until(rows), strict=True):
        queue[first:last] += 1

    mean = queue[study.begin : study.end].mean()
    assert figure(measures, "waiting", "surgery", "mean") == pytest.approx(mean)
    assert figure(measures, "waiting", "surgery", "at_end") == queue[study.end]


def test_flows_balance() -> None:
    """Who comes to a state that takes no time goes on from it."""
    flows = hospital()[2].frames["flows"]
    into, out = flows.groupby("target", observed=True), flows.groupby("source", observed=True)
    into, out = into["per_year"].sum(), out["per_year"].sum()

    assert into["cancer"] == pytest.approx(out["cancer"])
    assert into["results"] == pytest.approx(out["results"])
    assert (flows["source"] == "referral").sum() == 1
    ended = hospital()[2].summary.query("measure == 'outcome' and statistic == 'count'")["value"].sum()
    assert into[["discharged", "died"]].sum() * 20 * 7 / 365.25 == pytest.approx(ended, rel=0.1)


def test_every_breach_is_attributed_once() -> None:
    measures = hospital()[2]
    frame = measures.frames["breaches"].groupby("clock", observed=True)["breaches"].sum()

    assert frame["referral_to_treatment"] == figure(measures, "clock", "referral_to_treatment", "breaches", "all")
    assert frame["decided"] == figure(measures, "clock", "decided", "breaches", "all")


def test_a_clock_is_stopped_left_or_open() -> None:
    measures = hospital()[2]
    count, *kinds = (
        figure(measures, "clock", "referral_to_treatment", name, "all") for name in ("count", "stopped", "left", "open")
    )
    assert count == sum(kinds) > 0


def test_measured_again_the_numbers_are_the_same() -> None:
    scenario, log, measures = hospital()
    again = measure(log, scenario)

    pd.testing.assert_frame_equal(measures.summary, again.summary)
    for name, frame in measures.frames.items():
        pd.testing.assert_frame_equal(frame, again.frames[name])


def test_intervals_never_end_before_they_begin() -> None:
    scenario, log, _ = hospital()
    for clock in scenario.clocks.values():
        found = intervals_of(Study(log, scenario), clock)
        assert (found.end >= found.begin).all()
        assert (found.minutes >= 0).all()


def test_usage_never_falls_below_zero() -> None:
    scenario, log, _ = hospital()
    assert all((each.held >= 0).all() for each in usage_of(Study(log, scenario)))
