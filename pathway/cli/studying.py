"""What a planner's commands share: targets as written; the folder, the engine and the count of a long study."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pathway.cli.door import folder_for
from pathway.cli.running import engine_ready

if TYPE_CHECKING:
    from pathway.scenario import Scenario

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


@contextmanager
def studying(
    scenario: Scenario, what: str, out: Path | None, engine: str
) -> Iterator[tuple[Path, Callable[[int, str], None]]]:
    """Make the folder a study writes to and the engine ready, and count while it lasts."""
    folder = out or folder_for([scenario], None) / what
    folder.mkdir(parents=True, exist_ok=True)  # before a long run rather than after it, should that be impossible
    engine_ready(engine)
    with counting() as progress:
        yield folder, progress


@contextmanager
def counting() -> Iterator[Callable[[int, str], None]]:
    """Show how many replications are done, and what is being looked at; how many it will take is not known."""
    from rich.console import Console
    from rich.status import Status

    with Status("simulating", console=Console(stderr=True)) as status:

        def show(done: int, what: str) -> None:
            status.update(f"simulating: {done} replications, now {what}")

        yield show
