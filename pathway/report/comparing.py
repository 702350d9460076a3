"""A comparison for a terminal: a sentence a scenario, what pairs are worth, and the table of what changed most."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pathway.metrics import target_subjects
from pathway.report.blocks import Table
from pathway.report.compare import AS_USUAL, Terms, how_paired
from pathway.report.compared import Change, changes, pairs_of
from pathway.report.material import Material, material
from pathway.report.most import most_changed, most_table
from pathway.report.numbers import say_number
from pathway.report.options import together
from pathway.report.plain import plain_sentence, worth_lines
from pathway.report.verdicts import say_target

if TYPE_CHECKING:
    from pathway.experiment import Results
    from pathway.report.compared import Pairs


@dataclass(frozen=True)
class Told:
    """What there is to say of a comparison in a few lines."""

    sentences: tuple[str, ...]
    note: str
    worth: tuple[str, ...]
    none: str
    changed: Sequence[Change]
    read: Sequence[Material]

    def table(self, top: int) -> Table:
        """Give so many figures, what changed most first."""
        return most_table(self.changed, self.read, top)


def told(results: Results, terms: Terms = AS_USUAL) -> Told:
    """Say what each scenario changes against the first: in a sentence, and figure by figure.

    Examples
    --------
    >>> import pathway as pw
    >>> three = pw.load_scenario("mmc").override({"run.length": "26 weeks"}, name="three", title="Three")
    >>> four = three.override({"resources.server.capacity": 4}, name="four", title="Four")
    >>> results = pw.Experiment([three, four], replications=4, workers=1).run()
    >>> told(results).sentences[0].startswith("Four: the bottleneck stays Server; better: ")
    True
    """
    read = [material(results, name, results.loads[name]) for name in results.scenarios]
    base = read[0]
    pairs = pairs_of(results, base.scenario.name, terms.level, terms.simultaneous)
    found = changes(pairs, read)
    level = say_number(100 * terms.level)
    note = base.text("plain.note", how=how_paired(pairs, base), level=level, together=together(base, pairs))
    return Told(
        sentences=tuple(plain_sentence(base, other, pairs, found) for other in read[1:]),
        note=note,
        worth=tuple(_worth(pairs, base)),
        none=base.text("plain.none_changed"),
        changed=most_changed(pairs, read),
        read=read,
    )


def _worth(pairs: Pairs, base: Material) -> list[str]:
    """Say what common random numbers save for the headline figures: the targets, or the clocks of who has none."""
    frame = pairs.frame[pairs.frame["paired"].astype(bool)]
    labels = {
        subject: say_target(target, base)
        for subject, target in zip(target_subjects(base.scenario), base.scenario.targets, strict=True)
    }
    rows = frame[(frame["measure"] == "target") & (frame["statistic"] == "value")]
    if not labels:
        labels = dict(base.clocks)
        whole = (frame["measure"] == "clock") & (frame["part"] == "all") & frame["subject"].isin(list(labels))
        rows = frame[whole & (frame["statistic"] == "mean")]
    by_figure = {name: rows[rows["subject"] == name].set_index("scenario")["worth"].to_dict() for name in labels}
    return worth_lines(base, by_figure, labels)
