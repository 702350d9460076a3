"""From the document to what care costs: every amount in the one currency, each name known, nothing priced twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from pathway.errors import nearest
from pathway.scenario import quantities
from pathway.scenario.cursor import Cursor, UnreadableError
from pathway.scenario.nodes import Scalar
from pathway.scenario.prices import Basis, Capital, Consumable, Costs, Hire, ResourcePrice, Staffing, StatePrice
from pathway.scenario.quantities import text
from pathway.scenario.words import Words

YEAR = 365.25 * 1440
EARLIEST, LATEST = 1900, 2200
MOST_HOURS = 168  # in a week
OF_A_STATE = ("visit", "consumables", "income")
OF_A_RESOURCE = ("open_hours", "used_hours", "bed_days", "hire", "capital")
HIRED: dict[str, Basis] = {"use": "use", "session": "session", "year": "year"}
Amount = Callable[[Scalar], float]


# ---------------------------------------------------------------- amounts


def _code(value: Scalar) -> str:
    if not isinstance(value, str) or not re.fullmatch("[A-Z]{3}", value):
        raise UnreadableError("the three capital letters of a currency, such as GBP")
    return value


def _year(value: Scalar) -> int:
    read = quantities.whole(value)
    if not EARLIEST <= read <= LATEST:
        raise UnreadableError(f"the year whose prices these are, between {EARLIEST} and {LATEST}")
    return read


def _amount(currency: str, per: str = "") -> Amount:
    """Give what reads an amount of money in the one currency, per hour, day or whatever it is paid for."""
    unit = f"{currency}/{per}" if per else currency

    def read(value: Scalar) -> float:
        number, found = _split(value, unit)
        if found != unit:
            raise UnreadableError(_wrong_unit(unit, found))
        return number

    return read


def _split(value: Scalar, unit: str) -> tuple[float, str]:
    """Split an amount into its number, which is not negative, and its unit."""
    parts, expected = quantities.split(value), f"an amount such as '600 {unit}'"
    if parts is None:
        why = ""
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            why = "; the unit is missing"
        elif isinstance(value, str) and re.search(r"\d,\d", value):
            why = "; write the number without a comma"
        raise UnreadableError(expected + why)
    if parts[0] < 0:
        raise UnreadableError(f"{expected} that is not negative")
    if parts[0] > quantities.LARGEST_NUMBER:
        raise UnreadableError(f"an amount of at most {quantities.LARGEST_NUMBER:,} {unit}")
    return parts


def _wrong_unit(unit: str, found: str) -> str:
    currency = unit.partition("/")[0]
    if found.partition("/")[0] != currency:
        return f"an amount in {unit}; the currency of this scenario is {currency}, and nothing is converted"
    return f"an amount in {unit}"


def _hire(currency: str) -> Callable[[Scalar], Hire | None]:
    def read(value: Scalar) -> Hire:
        number, unit = _split(value, f"{currency}/use")
        per = unit.removeprefix(f"{currency}/")
        if per not in HIRED:
            units = ", ".join(f"{currency}/{each}" for each in HIRED)
            raise UnreadableError(f"{_wrong_unit(f'{currency}/use', unit)}; a hire is in {units}")
        return Hire(number, HIRED[per])

    return read


# ---------------------------------------------------------------- the section


def read_costs(root: Cursor, words: Words) -> Costs | None:
    """Read what care costs; nothing where the document says nothing of it."""
    at = root.get("costs")
    if at is None:
        return None
    currency = at.take("currency", _code, "")
    if not currency:
        at.findings.mute("costs.currency")  # said already; whatever unit amounts have may be right
        return Costs("", 0)
    states = tuple(_state(name, entry, currency, words) for name, entry in at.section("states"))
    resources = tuple(_resource(name, entry, currency, words) for name, entry in at.section("resources"))
    curative = at.get("curative")
    return Costs(
        currency,
        at.take("price_year", _year, 0),
        states,
        resources,
        curative.names(_countable(words), "state that patients visit") if curative else (),
    )


def _countable(words: Words) -> list[str]:
    """List the states of which visits are counted: activities, delays, ends when reached; odd kinds are reported."""
    uncounted = words.states_of("start", "decision", "fork", "join")
    return [name for name in words.states if name not in uncounted]


def _state(name: str, entry: Cursor, currency: str, words: Words) -> StatePrice:
    money = _amount(currency)
    _says_something(entry, OF_A_STATE)
    return StatePrice(
        name,
        _of(name, entry, _countable(words), "activity, delay or end"),
        visit=entry.take("visit", money, None),
        consumables=tuple(_consumable(key, row, money) for key, row in entry.section("consumables")),
        income=entry.take("income", money, None),
        includes=_includes(entry, words),
        volumes=tuple(row.read(quantities.at_least_one, 1) for row in entry.rows("volumes")),
        title=entry.take("title", text, ""),
        source=entry.take("source", text, ""),
    )


def _consumable(name: str, row: Cursor, money: Amount) -> Consumable:
    number = row.take("number", quantities.not_negative, 1.0)
    return Consumable(name, row.take("price", money, 0.0), number, row.take("title", text, ""))


def _resource(name: str, entry: Cursor, currency: str, words: Words) -> ResourcePrice:
    _says_something(entry, OF_A_RESOURCE)
    instead = entry.get("instead")
    _check_hire(entry, instead)
    return ResourcePrice(
        name,
        _of(name, entry, words.resources, "resource"),
        open_hour=entry.take("open_hours", _amount(currency, "h"), None),
        used_hour=entry.take("used_hours", _amount(currency, "h"), None),
        bed_day=entry.take("bed_days", _amount(currency, "day"), None),
        hire=entry.take("hire", _hire(currency), None),
        capital=_capital(entry.get("capital"), currency),
        instead_hire=instead.take("hire", _hire(currency), None) if instead else None,
        instead_capital=_capital(instead.get("capital") if instead else None, currency),
        includes=_includes(entry, words),
        title=entry.take("title", text, ""),
        source=entry.take("source", text, ""),
    )


def _check_hire(entry: Cursor, instead: Cursor | None) -> None:
    """Report what is both hired and bought, and a comparison that has no two sides."""
    paid = [key for key in ("hire", "capital") if entry.get(key)]
    if len(paid) > 1 and (at := entry.get("hire")):
        at.fault("stands beside capital; one of them is paid, the other may stand under 'instead'", key=True)
    elif instead and sorted([*paid, *(key for key in ("hire", "capital") if instead.get(key))]) != ["capital", "hire"]:
        instead.fault("compares nothing; it says 'hire' of what has capital, or 'capital' of what is hired", key=True)


def _capital(at: Cursor | None, currency: str) -> Capital | None:
    if at is None:
        return None
    life = at.take("life", quantities.minutes, YEAR) / YEAR
    if life <= 0 and (below := at.get("life")):
        below.fault("is no time at all; what is bought lasts")
        life = 1.0
    return Capital(at.take("price", _amount(currency), 0.0), life, at.take("service", quantities.share, 0.0))


def _says_something(entry: Cursor, keys: tuple[str, ...]) -> None:
    if entry.is_mapping and not any(entry.get(key) for key in keys):
        entry.fault(f"has no amount; expected one of {', '.join(keys)}", key=True)


def _of(name: str, entry: Cursor, known: Collection[str], what: str) -> tuple[str, ...]:
    """Read what a price is of; by default what its entry is named after."""
    if of := entry.get("of"):
        names = of.names(known, what)
        if len(set(names)) < max(len(names), 1):
            of.fault("names nothing" if not names else "names one thing twice")
        return names
    if name not in known:
        entry.fault(f"is no {what}{nearest(name, known)}; under another name it needs 'of'", key=True)
    return (name,)


def _includes(entry: Cursor, words: Words) -> tuple[str, ...]:
    known = [*words.resources, *words.states_of("activity", "delay")]
    return tuple(row.name(known, "resource, activity or delay") for row in entry.rows("includes"))


# ---------------------------------------------------------------- staffing


def read_staffing(root: Cursor, words: Words) -> Staffing | None:
    """Read what one person gives, so that the people who fill a roster can be counted."""
    at = root.get("staffing")
    if at is None:
        return None
    people = at.section("people")
    for name, row in people:
        if name not in words.resources:
            row.fault(f"is no resource{nearest(name, words.resources)}", key=True)
    return Staffing(
        hours=at.take("hours", _weekly_hours, 1.0),
        cover=at.take("cover", quantities.longer, 0.0),
        people={name: row.read(quantities.not_negative, 1.0) for name, row in people},
        source=at.take("source", text, ""),
    )


def _weekly_hours(value: Scalar) -> float:
    hours = quantities.minutes(value) / 60
    if not 0 < hours <= MOST_HOURS:
        raise UnreadableError(f"the hours of a week one person works, such as '37.5 h', up to {MOST_HOURS}")
    return hours
