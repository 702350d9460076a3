"""How the numbers can be had again: engine, seeds, versions, and each scenario's files and fingerprint."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from pathway import words
from pathway.clock import say_duration
from pathway.experiment.until import say_outcome
from pathway.report.blocks import Section, table
from pathway.report.numbers import MISSING, say_date

if TYPE_CHECKING:
    from pathway.experiment import Results


def manifest(results: Results) -> Section:
    """Put the manifest of some results into a section: what goes for all, then a line a scenario."""

    def text(key: str) -> str:
        return words.text(f"manifest.{key}")

    run = table([text("what"), text("value")], list(_run(results.manifest)), text=2)
    seeds, fingerprints = (_mapping(results.manifest.get(key)) for key in ("seeds", "fingerprints"))
    lines = [
        (
            scenario.title or name,
            name,
            str(seeds.get(name, MISSING)),
            words.listed(Path(file).name for file in scenario.files),
            str(fingerprints.get(name, MISSING)),
        )
        for name, scenario in results.scenarios.items()
    ]
    columns = [text(key) for key in ("scenario", "name", "seed", "files", "fingerprint")]
    blocks = (run, table(columns, lines, text=len(columns)))
    return Section("manifest", text("title"), text("note"), blocks)


def _run(said: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    """Say what goes for all scenarios, as far as the manifest says it."""
    if "started" in said and "finished" in said:
        yield words.text("manifest.when"), say_span_of_time(str(said["started"]), str(said["finished"]))
    for key in ("engine", "replications", "workers"):
        if key in said:
            yield words.text(f"manifest.{key}"), str(said[key])
    if "at_most" in said:
        yield words.text("manifest.at_most"), str(said["at_most"])
    precision = said.get("precision")
    for found in precision if isinstance(precision, list) else ():
        yield words.text("manifest.precision"), say_outcome(found)
    rows = sum(int(str(number)) for number in _mapping(said.get("verified")).values())
    if rows:
        yield words.text("manifest.verified"), words.text("manifest.identical", rows=f"{rows:,}")
    elif "verified" in said:
        yield words.text("manifest.verified"), words.text("answer.no")
    if said.get("interrupted"):
        yield words.text("manifest.interrupted"), words.text("answer.yes")
    versions = words.listed(f"{name} {version}" for name, version in _mapping(said.get("versions")).items())
    if versions:
        yield words.text("manifest.versions"), versions


def say_span_of_time(started: str, finished: str) -> str:
    """Say when a run was made and how long it took.

    >>> say_span_of_time("2027-01-04T09:05:00+00:00", "2027-01-04T09:07:40+00:00")
    '4 January 2027, 09:05 to 09:07 UTC (2 min)'
    """
    begun, ended = datetime.fromisoformat(started), datetime.fromisoformat(finished)
    until = f"{ended:%H:%M}" if begun.date() == ended.date() else f"{say_date(ended)}, {ended:%H:%M}"
    return words.text(
        "manifest.span",
        day=say_date(begun),
        begun=f"{begun:%H:%M}",
        ended=until,
        took=say_duration(int((ended - begun).total_seconds()) // 60),
    )


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, Mapping) else {}
