"""Every label a person reads in a chart or a report, by language.

The texts stand in one TOML file a language beside this module, so that a translator needs no
Python.  A text may hold ``{names}`` to be filled in, and a text that counts something comes as a
pair `one` / `other`, chosen by the value of `n`.  All languages have the same keys and the same
names to fill in; `differences` says where they do not.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from string import Formatter
from typing import TypeAlias

Entry: TypeAlias = str | dict[str, str]

ENGLISH = "en"
_FORMS = {"one", "other"}


def text(key: str, language: str = ENGLISH, **values: object) -> str:
    """Give the words for a key, with values filled in.

    Parameters
    ----------
    key
        Dotted name of the text, such as ``"verdict.met"``.
    language
        Code of the language, one of `languages()`.
    **values
        What the text names in braces; ``n`` also chooses between singular and plural.

    Examples
    --------
    >>> text("verdict.met")
    'met'
    >>> text("first.count_met", n=1), text("first.count_met", n=12)
    ('1 is met', '12 are met')
    """
    entry = catalogue(language)[key]
    if isinstance(entry, dict):
        entry = entry["one" if values.get("n") == 1 and "one" in entry else "other"]
    return entry.format(**values)


def languages() -> tuple[str, ...]:
    """Name the languages there are texts for.

    >>> "en" in languages()
    True
    """
    names = (each.name for each in files(__name__).iterdir())
    return tuple(sorted(name.removesuffix(".toml") for name in names if name.endswith(".toml")))


@lru_cache(maxsize=8)
def catalogue(language: str = ENGLISH) -> dict[str, Entry]:
    """Give all texts of a language by dotted key.

    >>> catalogue()["verdict.met"]
    'met'
    """
    document = tomllib.loads((files(__name__) / f"{language}.toml").read_text(encoding="utf-8"))
    return dict(_flattened(document, ""))


def differences(language: str, other: str = ENGLISH) -> tuple[str, ...]:
    """Say what a translation lacks, has too much, or fills in differently; nothing if it is complete.

    >>> differences("en")
    ()
    """
    ones, others = catalogue(language), catalogue(other)
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
