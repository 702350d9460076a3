"""Where every number of a calibrated scenario comes from, in sentences for its ``sources:``."""

from __future__ import annotations

from pathway.interchange.calibration.families import Fit
from pathway.interchange.calibration.fitted import Fitted, Names
from pathway.interchange.calibration.opening import Pool
from pathway.interchange.calibration.routing import Branch, Table
from pathway.interchange.calibration.timing import ANY, Timed
from pathway.interchange.calibration.traits import Trait
from pathway.interchange.calibration.writing_times import left_behind, say_minutes


def said_of_log(fitted: Fitted) -> str:
    """Say which log it was, by its digest, and how many of its cases were fitted."""
    everybody, log = fitted.everybody, fitted.log
    return (
        f"{everybody.source} (SHA-256 {everybody.digest or 'not known'}): {everybody.cases:,} cases, "
        f"{everybody.rows:,} rows; "
        f"{log.cases:,} cases fitted, {everybody.cases - log.cases:,} held out"
    )


def said_of_arrivals(fitted: Fitted, count: int, total: int, per_year: float | None) -> str:
    """Say what a rate of arrivals rests on, and which profiles are flat for want of knowledge."""
    arrivals = fitted.arrivals
    low, high = (each * 365.25 for each in arrivals.overall.interval)
    share = f"; {count:,} of {total:,} cases in these hours" if len(arrivals.parts) > 1 else ""
    flat = [
        *([] if arrivals.weekdays_used else
            [f"weekdays flat (p {arrivals.p_weekday:.2g})"
             if arrivals.identifiable else "weekdays flat, as the log cannot tell"]),
        *([] if arrivals.months_used else ["months flat"
             if arrivals.overall.days >= 730 else "months flat, as the log cannot tell"]),
    ]  # fmt: skip
    if arrivals.on_holidays != 1:
        flat.append(f"on public holidays {arrivals.on_holidays:.3g} times as many as on other days")
    if per_year is not None:
        return f"assumption: {per_year:g} a year were said when the log was calibrated{share}; {', '.join(flat)}"
    if not arrivals.identifiable:
        return (
            f"assumption: not identifiable, as dates were shifted case by case; {total:,} cases in the "
            f"{arrivals.overall.days:,.0f} days "
            f"the file spans, to be replaced by what is known{share}; {', '.join(flat)}"
        )
    seen = (
        f"log: {arrivals.overall.count:,} arrivals in {arrivals.overall.days:,.1f} days, {low:,.0f} to "
        f"{high:,.0f} a year (95 %)"
    )
    return "; ".join([seen + share, *flat])


def said_of_hours(pool: Pool) -> str:
    """Say what opening hours rest on."""
    stray = f"; {pool.stray:,} at other hours" if pool.stray else ""
    kept = "; closed on public holidays" if pool.keeps_holidays else ""
    rests = f"{pool.starts:,} starts{stray}{kept}"
    return f"log: from the first to the last start in hours with starts, a lower bound; {rests}"


def said_of_no_hours(pool: Pool) -> str:
    """Say why no opening hours are given."""
    if pool.seen_only:
        return "it began at some hours only, and nobody asked for it at others: taken as always open"
    return "starts are spread over the whole week, or too few to tell hours"


def said_of_routing(tables: list[Table], fitted: Fitted) -> str:
    """Say of how many cases each share is, with its interval."""
    if not tables:
        return "assumption: never seen to go on before the log was closed"
    said = []
    labels = (*fitted.log.activities, *fitted.routing.ends)
    for table in tables:
        ways = ", ".join(_said_of(branch, labels) for branch in table.branches[:4])
        more = f" and {len(table.branches) - 4} more" if len(table.branches) > 4 else ""
        split = f" (told apart, p {table.p:.1g})" if table.questions else ""
        said.append(f"of {table.branches[0].of:,} seen to go on{split}: {ways}{more}")
    return "log: " + "; ".join(said) + "; intervals Clopper-Pearson, 95 %"


def _said_of(branch: Branch, labels: tuple[str, ...]) -> str:
    low, high = branch.interval
    return f"{labels[branch.target]} {branch.count:,} ({low:.3f} to {high:.3f})"


def said_of_times(times: tuple[Timed, ...], names: Names) -> str:
    """Say what the times of a step rest on."""
    if not times:
        return ""
    parts = []
    for timed in times:
        after = (
            ""
            if timed.origin == ANY and len(times) == 1
            else f"after {'whatever else' if timed.origin == ANY else left_behind(timed.origin, names)}"
        )
        asked = "".join(f", {names.ask(each)}" for each in timed.questions)
        parts.append(f"{after}{asked}{': ' if after else ''}{say_fit(timed.fit)}")
    return "log: " + "; ".join(parts)


def say_fit(fit: Fit) -> str:
    """Say of a fit how many times it rests on, what was chosen, and how well it does."""
    sample = fit.sample
    counted = f"{sample.n:,} times" + (f" and {sample.n_open:,} not over" if sample.n_open else "")
    if sample.at_once > 0:
        counted += f", {sample.at_once:.0%} at once"
    if fit.family == "constant":
        return f"{counted}, all the same"
    if fit.family == "empirical":
        why = f"no family fits (p {max(fit.rejected.values()):.2g} at best)" if fit.rejected else "as observed"
        return f"{counted}, {why}"
    low, high = fit.intervals["mean"]
    return (
        f"{counted}, {fit.family}, mean {say_minutes(round(low, 1))} to {say_minutes(round(high, 1))} (95 %), "
        f"KS {fit.distance:.3f}, p {fit.p:.2g}"
    )


def said_of_trait(trait: Trait, fitted: Fitted) -> str:
    """Say how many cases say something, and how many nothing."""
    cases = fitted.everybody.cases
    unsaid = f", {trait.missing:,} do not say it" if trait.missing else ""
    return (
        f"log: {trait.title} of {cases - trait.missing:,} of {cases:,} cases{unsaid}; drawn whatever else a patient has"
    )
