"""A pathway as Mermaid text, which editors, wikis and code hosts turn into a flowchart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import networkx as nx

from pathway import words
from pathway.graph.pathway import Pathway
from pathway.graph.words import readable

SHAPES = {
    "start": ("([", "])"),
    "activity": ("[", "]"),
    "delay": ("(", ")"),
    "decision": ("{", "}"),
    "fork": ("[[", "]]"),
    "join": ("[[", "]]"),
    "end": ("(((", ")))"),
}
ARROWS = {"route": "-->", "branch": "==>", "leaves": "-.->", "harm": "-.->"}
LABEL_LENGTH = 60
WAY_LENGTH, SPARE = 140, 24  # of what stands on a line, and of that for a share and a count
NOTE = re.compile(r" \([^()]{12,}\)")  # an explanation in a title, for which a line has no room


def to_mermaid(pathway: Pathway) -> str:
    """Write a pathway as a Mermaid flowchart: the kinds of state by shape, phases as subgraphs.

    Deadlines lead from everywhere, so each is drawn once, as a flag pointing at its state.

    Examples
    --------
    >>> from pathway.graph import End, Pathway, Rule, Start
    >>> start = Start("referral", title='GP "urgent"', rules=(Rule((), (("seen", 1.0),)),))
    >>> print(to_mermaid(Pathway({"referral": start, "seen": End("seen")}, {}, {})))
    flowchart LR
      s0(["GP #quot;urgent#quot;"])
      s1((("seen")))
      s0 --> s1
    <BLANKLINE>
    """
    graph = pathway.graph
    ids = {name: f"s{index}" for index, name in enumerate(graph)}
    lines = ["flowchart LR", *_states(graph, ids), *_ways(graph, ids)]
    for index, deadline in enumerate(sorted(pathway.deadlines.values(), key=lambda each: each.name)):
        if deadline.to in ids:
            lines.append(f'  d{index}>"{_label(readable(deadline.name))}"] -.-> {ids[deadline.to]}')
    return "\n".join(lines) + "\n"


def _states(graph: nx.DiGraph[str], ids: dict[str, str]) -> Iterator[str]:
    phases = sorted({data["phase"] for _, data in graph.nodes(data=True)})  # no phase comes first
    for index, phase in enumerate(phases):
        if phase:
            yield f'  subgraph p{index}["{_label(_headed(phase))}"]'
        for name, data in graph.nodes(data=True):
            if data["phase"] == phase:
                left, right = SHAPES[data["kind"]]
                yield f'  {"  " if phase else ""}{ids[name]}{left}"{_label(data["title"])}"{right}'
        if phase:
            yield "  end"


def _ways(graph: nx.DiGraph[str], ids: dict[str, str]) -> Iterator[str]:
    for start, stop, data in graph.edges(data=True):
        if data["via"] == "deadline":
            continue
        weight = data["weight"]
        share = [f"{100 * weight:.3g} %"] if weight is not None and weight < 1 else []
        label = _label("; ".join((*share, *_reasons(data["when"]))), WAY_LENGTH)
        arrow = ARROWS[data["via"]] + (f'|"{label}"|' if label else "")
        yield f"  {ids[start]} {arrow} {ids[stop]}"


def _reasons(when: Sequence[str]) -> list[str]:
    """Give as many of the conditions as fit, each of them whole, and say how many more there are.

    >>> _reasons(["ECOG ≥ 3", "x" * 200]), _reasons(["size (2 stands for up to 3 cm) ≤ 3"]), _reasons(["x" * 200])
    (['ECOG ≥ 3', 'or 1 more rule'], ['size ≤ 3'], ['1 rule'])
    """
    said: list[str] = []
    for each in (NOTE.sub("", text) for text in when):
        if len("; ".join((*said, each))) > WAY_LENGTH - SPARE:
            break
        said.append(each)
    left = len(when) - len(said)
    if not left:
        return said
    return [*said, words.text("mermaid.more" if said else "mermaid.rules", n=left)]


def _headed(phase: str) -> str:
    """Write the name of a phase as a heading; what cannot be spoken is an abbreviation.

    >>> _headed("follow_up"), _headed("mdt")
    ('Follow up', 'MDT')
    """
    title = readable(phase)
    return title[:1].upper() + title[1:] if set(title.lower()) & set("aeiou") else title.upper()


def _label(text: str, longest: int = LABEL_LENGTH) -> str:
    """Cut a text to length and write what Mermaid or HTML would take as syntax as entities.

    >>> _label("CT <b>`now`</b> #1 & more")
    'CT #lt;b#gt;#96;now#96;#lt;/b#gt; #35;1 #amp; more'
    """
    text = " ".join(text.split())
    if len(text) > longest:
        text = text[: longest - 1] + "…"
    entities = {"#": "#35;", "&": "#amp;", '"': "#quot;", "<": "#lt;", ">": "#gt;", "`": "#96;", "\\": "#92;"}
    return re.sub(r'[#&"<>`\\]', lambda match: entities[match[0]], text)
