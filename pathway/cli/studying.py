"""What a planner's commands share: targets and what may vary as written; the folder, engine and count of a study."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pathway import words
from pathway.cli.door import folder_for
from pathway.cli.running import engine_ready, telling_a_file

if TYPE_CHECKING:
    from pathway.scenario import Scenario


Vary = Annotated[
    list[str] | None,
    typer.Option(
        metavar="PATH=VALUES",
        help="What may vary, instead of what the scenario says under `vary`: resources.ct_scanner.capacity=1..3, or "
        "values with commas between; A+B=VALUES varies two together. May be given several times.",
    ),
]
Target = Annotated[
    list[str] | None,
    typer.Option(
        metavar="TARGET",
        help="What is to be met, as in a scenario file: '{wait: pet_ct, statistic: p90, at_most: 14 days}'. "
        "The scenario's own targets by default. May be given several times.",
    ),
]


def read_targets(written: Sequence[str] | None) -> Any:
    """Read targets as a scenario file has them, to be checked as part of the scenario; None if none are given."""
    from pathway.scenario import read_value

    return [read_value(text, "--target") for text in written] if written else None


def read_factors(written: Sequence[str] | None) -> dict[str | tuple[str, ...], Any] | None:
    """Read what may vary, by the paths that vary together; None if nothing is given."""
    from pathway.scenario import read_value
    from pathway.sizing import factor_from_text

    factors = [factor_from_text(text, lambda value: read_value(value, "--vary")) for text in written or ()]
    return {factor.paths: factor.values for factor in factors} or None


def as_vary(factors: Mapping[str | tuple[str, ...], Any] | None) -> dict[str, object]:
    """Say as a scenario's own `vary` what may vary: a calendar that only an alternative keeps is not unused."""
    if not factors:
        return {}
    names = {paths: paths if isinstance(paths, str) else "+".join(paths) for paths in factors}
    return {"vary": {names[paths]: list(values) for paths, values in factors.items()}}


@contextmanager
def studying(
    scenario: Scenario, what: str, out: Path | None, engine: str
) -> Iterator[tuple[Path, Callable[[int, str], None]]]:
    """Make the folder a study writes to and the engine ready, and count while it lasts."""
    folder = folder_of_study(scenario, what, out)
    engine_ready(engine)
    with counting() as progress:
        yield folder, progress


def folder_of_study(scenario: Scenario, what: str, out: Path | None) -> Path:
    """Make the folder a study writes to: before a long run rather than after it, should that be impossible."""
    folder = out or folder_for([scenario], None) / what
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@contextmanager
def counting() -> Iterator[Callable[[int, str], None]]:
    """Show how many replications are done, and what is being looked at; how many it will take is not known."""
    from rich.console import Console
    from rich.status import Status

    console = Console(stderr=True)
    tell_file = telling_a_file(console)
    with Status(words.text("progress.simulating"), console=console) as status:

        def show(done: int, what: str) -> None:
            said = words.text("progress.replications", n=done, what=what)
            status.update(said)
            tell_file(said)

        yield show
