"""Charts: each draws what its frame says, in one look, readable without colour, safe from scenario texts."""

from __future__ import annotations

import re
from datetime import datetime

import networkx as nx
import pandas as pd
import plotly.graph_objects as go
import pytest

from pathway import charts
from pathway.charts.spots import spots
from pathway.charts.template import COLOURS, DASHES, MARKERS, PATTERNS, TEMPLATE, blank, safe, wrapped
from pathway.layout import lay_out

UNKIND = "<a href='http://example.org'>CT</a> & %{x}"
WEEK = pd.Timestamp("2027-01-04")
NAN = float("nan")


def dumbbell(label: str = "CT") -> pd.DataFrame:
    row = {"label": label, "median": 3.0, "p90": 8.0, "low": 7.0, "high": 9.0, "limit": 14.0}
    return pd.DataFrame([row, row | {"label": "MRI", "limit": NAN}])


def clocks() -> pd.DataFrame:
    row = {"low": 0.7, "high": 0.8, "see_low": 0.6, "see_high": 0.9, "goal": 0.85}
    kinds = [("met", 0.9), ("missed", 0.5), ("uncertain", 0.84), ("none", 0.7)]
    return pd.DataFrame([row | {"label": kind, "share": share, "verdict": kind} for kind, share in kinds])


def utilisation() -> pd.DataFrame:
    row = {"label": UNKIND, "utilisation": 0.8, "low": 0.78, "high": 0.82, "booked": 0.85, "load": 1.1, "goal": 0.9}
    return pd.DataFrame([row, row | {"label": "bed", "booked": NAN}])


def weekly(**values: float) -> pd.DataFrame:
    weeks = [WEEK + pd.Timedelta(weeks=week) for week in range(20)]
    return pd.DataFrame([{"label": label, "week_start": week} | values for label in (UNKIND, "MRI") for week in weeks])


def causes(column: str) -> pd.DataFrame:
    known = ("busy", "closed", "notice", "turnaround", "activity", "other")
    return pd.DataFrame([{"label": UNKIND, "cause": cause, column: 1.0} for cause in known])


def small_network() -> go.Figure:
    kinds = ("start", "fork", "activity", "delay", "join", "decision", "end", "elsewhere")
    boxes = [
        {"name": kind, "label": f"{kind} {UNKIND}", "kind": kind, "below": "9 · 3 d", "mark": mark % 3, "tip": "a\nb"}
        for mark, kind in enumerate(kinds)
    ]
    pairs = [*zip(kinds, kinds[1:], strict=False), ("decision", "activity"), ("activity", "activity")]
    ways = [
        {"source": source, "target": target, "per_year": 40.0 * place, "via": "leaves" if place == 3 else "route"}
        for place, (source, target) in enumerate(pairs)
    ]
    ways = [way | {"label": "40", "tip": UNKIND} for way in ways]
    return charts.network(pd.DataFrame(boxes), pd.DataFrame(ways), lay_out(nx.DiGraph(pairs)))


def dots() -> pd.DataFrame:
    """Give a difference of each kind."""
    rows = [
        {"label": UNKIND, "unit": "days", "difference": -5.0, "low": -6.0, "high": -4.0, "judged": "better"},
        {"label": "CT", "unit": "days", "difference": 3.0, "low": 2.0, "high": 4.0, "judged": "worse"},
        {"label": "MRI", "unit": "points", "difference": 3.0, "low": 2.0, "high": 4.0, "judged": "clear"},
        {"label": "PET", "unit": "points", "difference": 1.0, "low": -2.0, "high": 4.0, "judged": "chance"},
    ]
    return pd.DataFrame(rows)


def curves() -> pd.DataFrame:
    """Give a clock with a limit and one without, of two scenarios."""
    rows = [
        {"clock": clock, "scenario": name, "day": float(day), "share": day / 100, "limit": limit, "goal": limit / 100}
        for clock, limit in ((UNKIND, 62.0), ("MDT", NAN))
        for name in ("base", UNKIND)
        for day in range(0, 100, 10)
    ]
    return pd.DataFrame(rows)


BEGINS, ENDS = datetime(2027, 1, 18), datetime(2027, 4, 5)
FIGURES = {
    "clock_shares": lambda: charts.clock_shares(clocks()),
    "waits": lambda: charts.waits(dumbbell(UNKIND)),
    "milestones": lambda: charts.milestones(dumbbell(UNKIND)),
    "utilisation": lambda: charts.utilisation(utilisation()),
    "ledger": lambda: charts.ledger(
        pd.DataFrame([{"label": UNKIND, "on_time": 40, "overrun": 8, "unused": 2, "late_minutes": 12}])
    ),
    "list_minutes": lambda: charts.list_minutes(
        pd.DataFrame([{"label": UNKIND, "offered": 240, "booked": 210, "in_time": 190, "unused": 50, "late": 12}])
    ),
    "not_treated": lambda: charts.not_treated(
        pd.DataFrame([{"label": UNKIND, "said": UNKIND, "no_bed": 5.9, "left": 1.0}]), {"no_bed": "a", "left": "b"}
    ),
    "heat_map": lambda: charts.heat_map(
        pd.DataFrame(
            [{"label": UNKIND, "weekday": day, "hour": hour, "share": 0.5} for day in range(5) for hour in (8, 9)]
        )
    ),
    "open_pathways": lambda: charts.open_pathways(weekly(open=3.0).rename(columns={"label": "band"})),
    "waiting_list": lambda: charts.waiting_list(weekly(waiting=3.0), begins=BEGINS, ends=ENDS),
    "demand_and_activity": lambda: charts.demand_and_activity(weekly(enqueued=4.0, completed=3.0)),
    "capacity": lambda: charts.capacity(weekly(open_hours=50.0, held_hours=40.0, demand_hours=41.0)),
    "time_spent": lambda: charts.time_spent(causes("days")),
    "breaches": lambda: charts.breaches(causes("breaches")),
    "routes": lambda: charts.routes(pd.DataFrame([{"source": UNKIND, "target": "seen", "patients": 9.0}])),
    "changes": lambda: charts.changes(dots()),
    "curves": lambda: charts.curves(curves()),
    "waiting_lists": lambda: charts.waiting_lists(
        pd.concat([weekly(waiting=3.0).assign(scenario=name) for name in ("base", UNKIND)])
    ),
    "cost_per_case": lambda: charts.cost_per_case(
        pd.DataFrame([{"way": way, "volume": n, "per_case": 90.0 / n} for way in ("bought", "hired") for n in (8, 17)]),
        {8.0},
        12.0,
        currency="GBP",
    ),
    "network": small_network,
    "welch": lambda: charts.welch(
        pd.DataFrame(
            {"label": UNKIND, "week": range(9), "mean": 5.0, "smooth": [4.0] * 8 + [NAN], "warm_up": 2, "settled": NAN}
        )
    ),
}


@pytest.fixture(params=sorted(FIGURES))
def figure(request: pytest.FixtureRequest) -> go.Figure:
    """Each chart in turn."""
    return FIGURES[request.param]()


def test_every_chart_is_tried() -> None:
    """A new chart joins the list above."""
    assert set(FIGURES) == set(charts.__all__)


def test_one_look(figure: go.Figure) -> None:
    """All charts have the house template, a stated height and a white background, and no title of their own."""
    assert figure.layout.template.layout.plot_bgcolor == "white"
    assert figure.layout.template.layout.font.family == TEMPLATE.layout.font.family
    assert figure.layout.height >= 50
    assert figure.layout.title.text is None


def test_texts_of_scenarios_are_only_texts(figure: go.Figure) -> None:
    """Plotly, which understands some HTML and %{…} templates, gets neither from a title."""
    text = figure.to_json()
    assert "<a " not in text
    assert "\\u003ca " not in text
    templates = re.findall(r'"(?:hovertemplate|texttemplate)":"([^"]*)"', text)
    assert not any("example.org" in template for template in templates)


def test_nothing_is_fetched(figure: go.Figure) -> None:
    """No trace needs a map, an image or a tile from elsewhere."""
    kinds = {trace.type for trace in figure.data}
    assert kinds <= {"scatter", "bar", "heatmap", "sankey"}
    assert not figure.layout.images


def test_bars_differ_without_colour() -> None:
    """Stacked bars that differ in colour differ in pattern too."""
    for name in ("ledger", "time_spent", "breaches"):
        patterns = [trace.marker.pattern.shape or "" for trace in FIGURES[name]().data]
        assert len(set(patterns)) == len(patterns), name


def test_lines_differ_without_colour() -> None:
    """Lines in one chart differ in dash and in marker, bands in pattern."""
    lines = FIGURES["waiting_list"]().data
    assert len({(line.line.dash, line.marker.symbol) for line in lines}) == len(lines)
    bands = FIGURES["open_pathways"]().data
    assert len({band.fillpattern.shape for band in bands}) == len(bands)


def test_better_and_worse_differ_without_colour() -> None:
    """Better, worse, clear and by chance have a mark each, in each panel there is a line at 0."""
    figure = FIGURES["changes"]()
    assert [trace.marker.symbol for trace in figure.data] == ["triangle-up", "triangle-down", "diamond", "circle-open"]
    assert [shape.x0 for shape in figure.layout.shapes] == [0, 0]
    assert [tuple(axis.range) for axis in (figure.layout.xaxis, figure.layout.xaxis2)] == [(-6.48, 6.48), (-4.32, 4.32)]


def test_scenarios_laid_over_each_other_differ_without_colour() -> None:
    """Each has a dash and a mark of its own; limit and goal are drawn where there are any; lists share their axes."""
    figure = FIGURES["curves"]()
    first = [trace for trace in figure.data if trace.xaxis == "x"]
    assert len({(trace.line.dash, trace.marker.symbol) for trace in first}) == len(first) == 2
    assert len(figure.layout.shapes) == 2
    beside = FIGURES["waiting_lists"]()
    assert beside.layout.yaxis.range == beside.layout.yaxis2.range
    assert beside.layout.xaxis.range == beside.layout.xaxis2.range


def test_verdicts_differ_without_colour() -> None:
    """Met, missed, too close to call and without a target have a mark each."""
    named = [trace for trace in charts.clock_shares(clocks()).data if trace.mode == "markers"]
    assert len({trace.marker.symbol for trace in named}) == len(named) == 5


def test_the_palette_is_that_of_okabe_and_ito() -> None:
    """Eight colours, and as many dashes, markers and patterns beside them."""
    assert {"#0072B2", "#E69F00", "#009E73", "#D55E00", "#56B4E9", "#CC79A7", "#F0E442"} < set(COLOURS)
    assert len(COLOURS) == len(DASHES) == len(MARKERS) == len(PATTERNS)


def test_warm_up_and_follow_up_are_shaded() -> None:
    """The weeks that are not reported are shaded and named; without any, nothing is."""
    figure = FIGURES["waiting_list"]()
    assert [shape.x0 for shape in figure.layout.shapes] == [WEEK, ENDS]
    assert [note.text for note in figure.layout.annotations][:2] == ["warm-up, not reported", "follow-up"]
    part = charts.waiting_list(weekly(waiting=1.0), begins=BEGINS, ends=ENDS, hidden="9 years")
    assert part.layout.annotations[0].text == "warm-up, 9 years more not shown"
    whole = charts.waiting_list(weekly(waiting=1.0), begins=datetime(2027, 1, 4), ends=datetime(2028, 1, 3))
    assert not whole.layout.shapes


def test_lines_are_named_at_their_ends() -> None:
    """Each line of the waiting list has its name beside its end, none written over another, and no legend."""
    figure = FIGURES["waiting_list"]()
    names = figure.layout.annotations[2:]
    assert [note.text for note in names] == [f"● {wrapped(UNKIND, 26)}", "■ MRI"]  # each after its line's marker
    assert names[1].ay - names[0].ay >= 30  # both lines end at the same height
    assert not figure.layout.showlegend


def test_full_use_is_seen_beside_its_mark() -> None:
    """The axis of utilisation goes beyond 100 % and beyond whatever is drawn."""
    assert charts.utilisation(utilisation().assign(load=NAN)).layout.xaxis.range[1] >= 1.05
    assert charts.utilisation(utilisation()).layout.xaxis.range[1] > 1.1


def test_use_and_capacity_are_drawn_as_steps_to_the_end_of_the_last_week() -> None:
    """Hours are of whole weeks: no slope between two of them, and 20 weeks are 20 weeks wide."""
    for trace in FIGURES["capacity"]().data:
        assert trace.line.shape == "hv"
        assert (trace.x[-1] - trace.x[0]).days == 20 * 7


def test_rows_keep_their_order_and_are_all_labelled() -> None:
    """The first row is on top; two rows of the same name stay two rows."""
    figure = charts.waits(pd.concat([dumbbell(), dumbbell()]))
    assert figure.layout.yaxis.ticktext == ("CT", "MRI", "CT", "MRI")
    assert figure.layout.yaxis.range[0] > figure.layout.yaxis.range[1]


def test_a_weekend_without_work_is_not_drawn() -> None:
    """The heat map ends with the last weekday on which anything opens."""
    assert len(FIGURES["heat_map"]().data[0].y) == 5


def test_a_long_wait_has_a_thick_border_and_a_sign() -> None:
    """Marks are seen without colour: border and triangle."""
    figure = small_network()
    widths = {shape.line.width for shape in figure.layout.shapes}
    assert {1.2, 2.4, 4.0} <= widths
    texts = [note.text for note in figure.layout.annotations]
    assert any("▲ 9" in text for text in texts)
    assert any("▲▲ 9" in text for text in texts)


def test_a_flow_is_as_thick_as_it_is_large() -> None:
    """Lines of different classes differ in width, those taken out of patience in dash."""
    lines = [trace for trace in small_network().data if trace.mode == "lines+markers"]
    assert len({trace.line.width for trace in lines}) >= 3
    assert {trace.line.dash for trace in lines} == {"solid", "dot"}


def test_numbers_on_lines_stand_clear() -> None:
    """A number is never over a box, another number or another line; without room it is left out."""
    box = (40.0, -20.0, 60.0, 20.0)
    across, along = [(0.0, 0.0), (100.0, 0.0)], [(0.0, 3.0), (100.0, 3.0)]
    assert spots([across], ["7"], [box]) == [(20.0, 0.0)]
    assert spots([across, along], ["7", "8"], []) == [None, None]  # nobody could tell whose number it is
    crossing = [(50.0, -50.0), (50.0, 50.0)]
    assert spots([across, crossing], ["7", "8"], []) == [(35.0, 0.0), (50.0, -15.0)]


def test_a_label_is_written_smaller_before_it_is_cut() -> None:
    """An outcome keeps its whole name where ten pixels a letter allow it."""
    name = "Five years without recurrence after liver treatment"
    boxes = [{"name": "a", "label": name, "kind": "end", "below": "21", "mark": 0, "tip": ""}]
    boxes += [{"name": "b", "label": "CT", "kind": "activity", "below": "9", "mark": 0, "tip": ""}]
    ways = [{"source": "b", "target": "a", "per_year": 9.0, "via": "route", "label": "", "tip": ""}]
    figure = charts.network(pd.DataFrame(boxes), pd.DataFrame(ways), lay_out(nx.DiGraph([("b", "a")])))
    whole, short = figure.layout.annotations
    assert "…" not in whole.text
    assert 10 <= whole.font.size < short.font.size


def test_a_long_pathway_runs_down_the_page() -> None:
    """More columns than fit on paper are drawn from top to bottom, and no drawing is higher than a page."""
    names = [f"s{number}" for number in range(30)]
    boxes = [{"name": name, "label": name, "kind": "activity", "below": "", "mark": 0, "tip": ""} for name in names]
    pairs = list(zip(names, names[1:], strict=False))
    ways = [{"source": a, "target": b, "per_year": NAN, "via": "route", "label": "", "tip": ""} for a, b in pairs]
    figure = charts.network(pd.DataFrame(boxes), pd.DataFrame(ways), lay_out(nx.DiGraph(pairs)))
    notes = figure.layout.annotations
    assert notes[0].x == notes[29].x
    assert notes[0].y != notes[29].y
    assert figure.layout.height <= 1000


def test_labels() -> None:
    """Labels are escaped and broken, not cut without a sign."""
    assert safe("<b>") == "&lt;b&gt;"
    assert wrapped("one two three", 7, lines=1) == "one two …"
    assert blank(200, barmode="stack").layout.barmode == "stack"
