"""Every label a person reads in a chart, a report or on a page, by language.

The texts stand in one TOML file a language beside this module, so that a translator needs no
Python.  A text may hold ``{names}`` to be filled in.  A text that counts something comes as a pair
`one` / `other`, chosen by the value of `n`, in languages that tell one from many; elsewhere one text
does.  All languages have the same keys and the same names to fill in; `differences` says where not.

Which language is in force is said once, with `speaking`, by whoever makes a page; everything the
page is made of asks `text` and need not know.  It used to be a parameter of every function that
says something: seventy-eight of them, of which any that forgot to hand it on spoke English in the
middle of a Chinese page.  It is a context variable and no global, so that two visitors of the
web pages have a language each; a thread that says something is started in its maker's context
(`contextvars.copy_context`).  Nothing but texts may depend on it: never a number, a key or a cache.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache
from importlib.resources import files
from string import Formatter
from typing import TypeAlias

Entry: TypeAlias = str | dict[str, str]

ENGLISH = "en"
TAGS = {"zh": "zh-Hans"}  # where the code of a language is not what a browser wants to know
_FORMS = {"one", "other"}
_in_force: ContextVar[str] = ContextVar("language", default=ENGLISH)


def language() -> str:
    """Name the language in force.

    >>> language()
    'en'
    """
    return _in_force.get()


def tag() -> str:
    """Name the language in force as HTML does.

    >>> with speaking("zh"):
    ...     tag()
    'zh-Hans'
    """
    return TAGS.get(language(), language())


@contextmanager
def speaking(code: str) -> Iterator[None]:
    """Put a language in force for what is done within.

    >>> with speaking("zh"):
    ...     text("verdict.met")
    '达标'
    """
    before = _in_force.set(code)
    try:
        yield
    finally:
        _in_force.reset(before)


def speak(code: str) -> None:
    """Put a language in force from here on: for a command, or for one run of a page.

    A page runs in a thread of its own, where nothing comes after; elsewhere `speaking` gives the old one back.
    """
    _in_force.set(code)


def text(key: str, **values: object) -> str:
    """Give the words for a key in the language in force, with values filled in.

    Parameters
    ----------
    key
        Dotted name of the text, such as ``"verdict.met"``.
    **values
        What the text names in braces; ``n`` also chooses between singular and plural.

    Examples
    --------
    >>> text("verdict.met")
    'met'
    >>> text("first.count_met", n=1), text("first.count_met", n=12)
    ('1 is met', '12 are met')
    """
    entry = catalogue()[key]
    if isinstance(entry, dict):
        entry = entry["one" if values.get("n") == 1 and "one" in entry else "other"]
    return entry.format(**values)


def listed(parts: Iterable[str]) -> str:
    """Join what is listed as the language does.

    >>> listed(["CT", "MRI", "MDT"])
    'CT, MRI, MDT'
    >>> with speaking("zh"):
    ...     listed(["CT", "MRI", "MDT"])
    'CT、MRI、MDT'
    """
    return text("list.between").join(parts)


def clauses(parts: Iterable[str]) -> str:
    """Join what is longer than a word.

    >>> clauses(["at most 3 days", "booked 2 days ahead"])
    'at most 3 days; booked 2 days ahead'
    """
    return text("list.clauses").join(parts)


def percent(number: str) -> str:
    """Write a percentage.

    >>> percent("85")
    '85 %'
    """
    return text("number.percent", number=number)


def quantity(number: str, unit: str) -> str:
    """Write a number with its unit, which is a word of the language if the catalogue has it.

    >>> quantity("3", "days"), quantity("1", "days"), quantity("7", "GBP")
    ('3 days', '1 day', '7 GBP')
    """
    if f"unit.{unit}" in catalogue():
        return text(f"unit.{unit}", number=number, n=1 if number == "1" else 0)
    return text("number.with_unit", number=number, unit=unit)


def says(title: str, number: str, unit: str) -> bool:
    """Tell whether a title says a quantity already, as that of many a clock says its days.

    >>> says("Referral to diagnosis (28 days)", "28", "days"), says("within 128 days", "28", "days")
    (True, False)
    """
    return bool(re.search(rf"(?<![\d.]){re.escape(quantity(number, unit))}(?![a-z])", title))


def named_unit(unit: str) -> str:
    """Name a unit as a column's heading does.

    >>> named_unit("patients"), named_unit("GBP")
    ('patients', 'GBP')
    """
    return text(f"unit_name.{unit}") if f"unit_name.{unit}" in catalogue() else unit


def languages() -> tuple[str, ...]:
    """Name the languages there are texts for.

    >>> "en" in languages()
    True
    """
    names = (each.name for each in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


def catalogue(code: str | None = None) -> dict[str, Entry]:
    """Give all texts of a language by dotted key; of the one in force, if none is named.

    >>> catalogue()["verdict.met"], catalogue("zh")["verdict.met"]
    ('met', '达标')
    """
    return _read(code or language())


@lru_cache(maxsize=8)
def _read(code: str) -> dict[str, Entry]:
    document = tomllib.loads((files(__name__) / f"{code}.toml").read_text(encoding="utf-8"))
    return dict(_flattened(document, ""))


def differences(code: str, other: str = ENGLISH) -> tuple[str, ...]:
    """Say what a translation lacks, has too much, or fills in differently; nothing if it is complete.

    >>> differences("en")
    ()
    """
    ones, others = catalogue(code), catalogue(other)
    found = [f"{key} is missing" for key in sorted(others.keys() - ones.keys())]
    found += [f"{key} is not in {other}" for key in sorted(ones.keys() - others.keys())]
    for key in sorted(ones.keys() & others.keys()):
        if names_in(ones[key]) != names_in(others[key]):
            found.append(f"{key} fills in {sorted(names_in(ones[key]))}, {other} {sorted(names_in(others[key]))}")
    return tuple(found)


def names_in(entry: Entry) -> frozenset[str]:
    """Give the names a text fills in, whichever of its forms is used.

    >>> sorted(names_in({"one": "{n} wait for {what}", "other": "{n} waits for {what}"}))
    ['n', 'what']
    """
    forms = entry.values() if isinstance(entry, dict) else (entry,)
    return frozenset(name for form in forms for _, name, _, _ in Formatter().parse(form) if name)


def _flattened(table: dict[str, object], prefix: str) -> list[tuple[str, Entry]]:
    entries: list[tuple[str, Entry]] = []
    for key, value in table.items():
        path = f"{prefix}{key}"
        if not isinstance(value, dict):
            entries.append((path, str(value)))
        elif value.keys() <= _FORMS:
            entries.append((path, {form: str(words) for form, words in value.items()}))
        else:
            entries += _flattened(value, f"{path}.")
    return entries
