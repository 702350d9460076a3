"""The items of STRESS-DES that the study answers: objectives, data, experimentation, implementation, access."""

from __future__ import annotations

import os
import platform
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pathway import __version__, words
from pathway.clock import MINUTES_PER_DAY
from pathway.experiment.until import say_outcome
from pathway.graph import readable
from pathway.report.blocks import Block, Paragraph, table
from pathway.report.material import material
from pathway.report.naming import part_title
from pathway.report.numbers import MISSING, say_number, say_share
from pathway.report.saying import Speaker
from pathway.scenario import differences, fingerprint, sourcing
from pathway.scenario.sources import compact

if TYPE_CHECKING:
    from pathway.experiment import Results
    from pathway.scenario import Scenario

LIBRARIES = ("numpy", "scipy", "pandas", "numba", "simpy", "networkx", "plotly")


@dataclass(frozen=True)
class About:
    """What the checklist is filled from: a scenario, its results if there are any, and how to speak of them."""

    scenario: Scenario
    results: Results | None
    speaker: Speaker

    def text(self, key: str, **values: object) -> str:
        """Give words of the checklist."""
        return words.text(f"stress.{key}", **values)

    @property
    def titles(self) -> Mapping[str, str]:
        """Titles of the states."""
        return self.speaker.titles

    @property
    def manifest(self) -> Mapping[str, Any]:
        """How the results were made; empty without any."""
        return self.results.manifest if self.results else {}

    def tree(self, *path: str) -> Mapping[str, Any]:
        """Give a part of the scenario's document."""
        found: Any = self.scenario.tree
        for key in path:
            found = found.get(key) if isinstance(found, Mapping) else None
        return found if isinstance(found, Mapping) else {}

    def of(self, written: Mapping[str, Any], name: str, key: str) -> Any:
        """Give what a thing in a part of the document says under a key."""
        thing = written.get(name)
        return thing.get(key) if isinstance(thing, Mapping) else None


# ---------------------------------------------------------------- objectives


def purpose(about: About) -> Iterator[Block]:
    """Say what the model is of and what is asked of it."""
    yield Paragraph(about.text("purpose", title=about.scenario.title or about.scenario.name))
    if about.scenario.question:
        yield Paragraph(about.text("asked", question=" ".join(about.scenario.question.split())))


def outputs(about: About) -> Iterator[Block]:
    """Define what is reported, and how sure it is."""
    keys = ("wait", "clock", "utilisation", "queue", "cost", "precision", "one_year")
    rows = [(about.text(f"output_{key}"), about.text(f"output_{key}_is")) for key in keys]
    yield table([about.text("output"), about.text("definition")], rows, text=2)
    clocks = [
        (
            each.title or readable(name),
            say_number(each.limit / MINUTES_PER_DAY),
            say_share(each.share),
            each.source or MISSING,
        )
        for name, each in about.scenario.clocks.items()
    ]
    if clocks:
        yield table([about.text(key) for key in ("clock", "limit", "promised", "source")], clocks, text=4)


def aims(about: About) -> Iterator[Block]:
    """Say which scenarios are compared, and what may vary."""
    others = list(about.results.scenarios.values())[1:] if about.results else []
    if others:
        rows = [(each.title or each.name, " ".join(each.question.split()) or MISSING) for each in others]
        yield table([about.text("scenario"), about.text("question")], rows, text=2)
    else:
        yield Paragraph(about.text("no_scenarios"))
    if about.scenario.vary:
        rows = [
            (path, words.listed(compact(value) for value in values)) for path, values in about.scenario.vary.items()
        ]
        yield table([about.text("varies"), about.text("values")], rows, text=2)
        yield Paragraph(about.text("sizing"))


def scenario_logic(about: About) -> Iterator[Block]:
    """Say what each scenario changes, and which documents the base is laid over."""
    files = " < ".join(Path(file).name for file in about.scenario.files)
    yield Paragraph(about.text("files", files=files))
    for other in list(about.results.scenarios.values())[1:] if about.results else ():
        found = differences(about.scenario, other)
        rows = [
            (row.path, compact(row.a) or MISSING, compact(row.b) or MISSING, row.source or MISSING) for row in found
        ]
        columns = [about.text(key) for key in ("where", "base", "changed", "source")]
        yield table(columns, rows, text=4, title=other.title or other.name)


# ---------------------------------------------------------------- data


def data_sources(about: About) -> Iterator[Block]:
    """List what the evidence says, and how far it can be trusted."""
    counts = Counter(each.kind for each in sourcing(about.scenario))
    numbers = {kind: counts[kind] for kind in ("sourced", "assumption", "none")}
    yield Paragraph(about.text("sources", n=sum(counts.values()), **numbers))
    rows = [(name, each.tag, each.says) for name, each in about.scenario.evidence.items()]
    if rows:
        yield table([about.text(key) for key in ("evidence", "tag", "says")], rows, text=3)


def nothing(about: About) -> Iterator[Block]:
    """Say that a scenario holds numbers, not the data they were made of."""
    yield Paragraph(about.text("no_data"))


def inputs(about: About) -> Iterator[Block]:
    """List the parameters; durations, needs, calendars and arrivals stand under their components."""
    yield Paragraph(about.text("inputs"))
    rows = [
        (each.title or readable(name), compact(each.value), each.source or MISSING)
        for name, each in about.scenario.parameters.items()
    ]
    if rows:
        yield table([about.text(key) for key in ("parameter", "value", "source")], rows, text=3)
    if about.scenario.uncertain:
        lines = [
            (each.title or path, f"{each.low:g} – {each.high:g} {each.unit}".strip(), each.source or MISSING)
            for path, each in about.scenario.uncertain.items()
        ]
        yield table([about.text(key) for key in ("uncertain", "range", "source")], lines, text=3)


def assumptions(about: About) -> Iterator[Block]:
    """Count by part of the scenario which numbers are assumptions, and name those without any source."""
    found = sourcing(about.scenario)
    parts: dict[str, Counter[str]] = {}
    for each in found:
        steps = each.path.removeprefix("pathway.").partition(".")[0].partition("[")[0]
        parts.setdefault(steps, Counter())[each.kind] += 1
    rows = [
        (part_title(part), *(str(n[kind]) for kind in ("sourced", "assumption", "none"))) for part, n in parts.items()
    ]
    yield table([about.text(key) for key in ("part", "sourced", "assumed", "unsourced")], rows)
    bare = [each.path for each in found if each.kind == "none"]
    if bare:
        yield Paragraph(about.text("bare", paths=words.listed(bare)))
    yield Paragraph(about.text("not_modelled"))


# ---------------------------------------------------------------- experimentation


def initialisation(about: About) -> Iterator[Block]:
    """Say how a run begins, and whether its warm-up was long enough."""
    run, there = about.scenario.run, sum(each.count for each in about.scenario.patients)
    yield Paragraph(about.text("warm_up", days=say_number(run.warm_up / MINUTES_PER_DAY)))
    yield Paragraph(about.text("present", n=there) if there else about.text("empty"))
    settled = material(about.results, about.scenario.name, None).warm_up if about.results else None
    if settled is not None and len(settled):
        counts = Counter(str(verdict) for verdict in settled["verdict"])
        said = words.listed(
            about.text("verdict_count", verdict=words.text(f"settling.is_{verdict.replace(' ', '_')}"), n=n)
            for verdict, n in sorted(counts.items())
        )
        yield Paragraph(about.text("settled", verdicts=said))


def run_length(about: About) -> Iterator[Block]:
    """Say how long a run is."""
    run = about.scenario.run
    length, after = (say_number(minutes / MINUTES_PER_DAY) for minutes in (run.length, run.follow_up))
    yield Paragraph(about.text("length", start=run.start.isoformat(), length=length, follow_up=after))


def estimation(about: About) -> Iterator[Block]:
    """Say how many replications there were, and what they were enough for."""
    done = about.manifest.get("replications", about.scenario.run.replications)
    yield Paragraph(about.text("replications" if about.results else "replications_planned", n=done))
    for found in about.manifest.get("precision", ()):
        yield Paragraph(say_outcome(found))


# ---------------------------------------------------------------- implementation


def software(about: About) -> Iterator[Block]:
    """Name the program, its language and its libraries with their versions."""
    known = about.manifest.get("versions") or about.manifest.get("program") or _versions()
    said = words.listed(f"{name} {number}" for name, number in known.items() if name != "sources")
    yield Paragraph(about.text("software", version=known.get("pathway", __version__)))
    yield Paragraph(about.text("versions" if about.results else "versions_here", versions=said))
    yield Paragraph(about.text("system", system=f"{platform.system()} {platform.release()}"))


def _versions() -> dict[str, str]:
    found = {"python": platform.python_version(), "pathway": __version__}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:  # named by another name where it is installed
            continue
    return found


def sampling(about: About) -> Iterator[Block]:
    """Say where chance comes from."""
    yield Paragraph(about.text("sampling", seed=about.scenario.run.seed))


def execution(about: About) -> Iterator[Block]:
    """Say how events are processed, and who goes first."""
    yield Paragraph(about.text("execution"))
    yield Paragraph(about.text("parallel"))
    rows = sum(int(number) for number in (about.manifest.get("verified") or {}).values())
    if rows:
        yield Paragraph(about.text("verified", rows=f"{rows:,}"))


def machine(about: About) -> Iterator[Block]:
    """Say how long the run took, and of this computer what it knows of itself."""
    said = about.manifest
    if "started" in said and "finished" in said:
        begun, ended = (datetime.fromisoformat(str(said[key])) for key in ("started", "finished"))
        seconds = (ended - begun).total_seconds()
        yield Paragraph(about.text("took", seconds=f"{seconds:,.0f}", workers=said.get("workers", MISSING)))
    here = f"{platform.machine()}, {os.cpu_count()} × CPU, {sys.implementation.name}"
    yield Paragraph(about.text("machine", machine=here))


# ---------------------------------------------------------------- access


def access(about: About) -> Iterator[Block]:
    """Say what is needed to have the same numbers again."""
    yield Paragraph(about.text("access", version=__version__))
    names = list(about.results.scenarios.values()) if about.results else [about.scenario]
    rows = [(each.title or each.name, each.name, str(each.run.seed), fingerprint(each)) for each in names]
    yield table([about.text(key) for key in ("scenario", "name", "seed", "fingerprint")], rows, text=4)
