"""What the program refuses, said in the language in force: at the last moment, where a person reads it.

In the code a refusal is an English sentence, which is its own key: ``zh.toml`` beside this module maps a template such
as ``{} is an unknown key{}`` to its Chinese, in which the places are numbered.  Nothing inside the program knows of it:
logs, exceptions and files stay English.  In the Chinese of a template

- ``{0}`` is what stood there, untouched: a name, a value, a path, a figure;
- ``{0?}`` is said in turn where it is a phrase of ours, such as a hint or a kind of thing, else it is left as it is;
- ``{0!}`` must be a sentence of ours, else the template does not fit: so that "x: y" does not fit whatever has a colon.

Of several templates that fit, the one with most letters of its own is taken, as it leaves least to its places.  A
place ends where the letters that follow it first occur outside of quotation marks and brackets.  Two places side by
side are a value and the hint behind it, which begins with a semicolon, a comma, a colon, a bracket or a full stop.
What no template fits is said as it is.  Notes, which are sentences too, are said in the same way.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.resources import files

from pathway import words

HOLE = "{}"
LONGEST = 5000  # letters; what is longer holds somebody's text, and is not looked through
DEEPEST = 60  # phrases within phrases
_PLACE = re.compile(r"(?P<where>[^\n]*?:\d+:\d+: |\s*)(?P<message>.*)", re.DOTALL)
_FILLED = re.compile(r"\{(\d)([?!]?)\}")
_QUOTED = re.compile(r"(?<![A-Za-z0-9])(?:'[^']*'|\"[^\"]*\")(?![A-Za-z0-9])")
_HINT = re.compile(r"; |, | \(|\. |: ")
_PHRASES, _SENTENCES = "phrases", "sentences"
_KINDS = {"?": _PHRASES, "!": _SENTENCES}


@dataclass(frozen=True)
class Template:
    """An English sentence with places, and what it is in another language."""

    english: str
    other: str

    @cached_property
    def letters(self) -> tuple[str, ...]:
        """What stands between the places; of two side by side the second is found by `_with_hint`."""
        return tuple(self.english.replace(HOLE + HOLE, HOLE).split(HOLE))

    @cached_property
    def weight(self) -> int:
        """How many letters are its own."""
        return sum(map(len, self.letters))

    @cached_property
    def hinted(self) -> frozenset[int]:
        """Which of its places, counted with pairs as one, are a value and a hint."""
        runs = re.findall(r"(?:\{\})+", self.english)
        return frozenset(number for number, run in enumerate(runs) if run != HOLE)


@dataclass(frozen=True)
class Hidden:
    """Where a sentence's letters are a value's, not ours: in quotation marks, and in brackets."""

    quoted: frozenset[int]
    bracketed: frozenset[int]


_NOTHING = Hidden(frozenset(), frozenset())


def said(refusal: str) -> str:
    """Say a refusal in the language in force, each of its lines with the place it names.

    >>> said("x.yaml:3:5: resources.ct.capasity is an unknown key; did you mean capacity?")
    'x.yaml:3:5: resources.ct.capasity is an unknown key; did you mean capacity?'
    >>> with words.speaking("zh"):
    ...     print(said("x.yaml:3:5: resources.ct.capasity is an unknown key; did you mean capacity?"))
    x.yaml:3:5: resources.ct.capasity：没有这个键；是否想写capacity？
    """
    code = words.language()
    if not templates(code, _SENTENCES):
        return refusal
    return "\n".join(_line(code, line) for line in refusal.split("\n"))


def _line(code: str, line: str) -> str:
    found = _PLACE.fullmatch(line)
    assert found is not None  # both of its parts may be empty
    return found["where"] + (_found(code, _SENTENCES, found["message"], 0) or found["message"])


@lru_cache(maxsize=16)
def templates(code: str, what: str) -> tuple[Template, ...]:
    """Give the sentences or the phrases of a language, those with most letters of their own first; none of English."""
    file = files(__name__) / f"{code}.toml"
    if not file.is_file():
        return ()
    sections = tomllib.loads(file.read_text(encoding="utf-8"))[what].values()
    found = [Template(english, other) for section in sections for english, other in section.items()]
    return tuple(sorted(found, key=lambda each: -each.weight))


def fitting(code: str, sentence: str) -> list[tuple[Template, str]]:
    """Give every template that fits a sentence and what it makes of it, the one that is taken first."""
    hidden = _hidden(sentence)
    found = ((each, _filled(code, each, sentence, hidden, 0)) for each in templates(code, _SENTENCES))
    return [(each, other) for each, other in found if other is not None]


@lru_cache(maxsize=1024)
def _found(code: str, what: str, english: str, depth: int) -> str | None:
    """Say a sentence or a phrase of ours; nothing if it is none."""
    if not english or len(english) > LONGEST or depth > DEEPEST:
        return None
    near = [each for each in templates(code, what) if all(letters in english for letters in each.letters)]
    for hidden in (_hidden(english), _NOTHING):  # quotation marks and brackets may be unpaired
        found = (_filled(code, each, english, hidden, depth) for each in near)
        if (other := next((other for other in found if other is not None), None)) is not None:
            return other
    return None


def _filled(code: str, template: Template, english: str, hidden: Hidden, depth: int) -> str | None:
    """Fill a template with what stands at its places; nothing if it does not fit."""
    values = _places(template.letters, english, hidden)
    if values is None:
        return None
    for pair in sorted(template.hinted, reverse=True):
        values[pair : pair + 1] = _with_hint(code, values[pair], depth)
    filled = []
    for text, number, kind in _parts(template.other):
        value = values[int(number)] if number else ""
        other = _found(code, _KINDS[kind], value, depth + 1) if kind else value
        if other is None and kind == "!":
            return None
        filled += [text, value if other is None else other]
    return "".join(filled)


def _parts(other: str) -> list[tuple[str, str, str]]:
    """Take a template of another language apart: text, number of the place behind it, its kind."""
    pieces = [*_FILLED.split(other), "", ""]
    return list(zip(pieces[::3], pieces[1::3], pieces[2::3], strict=True))


def _places(letters: tuple[str, ...], english: str, hidden: Hidden) -> list[str] | None:
    """Give what stands between these letters, each found where it first occurs and is not hidden."""
    first, *between = letters
    if not between:
        return [] if english == first else None
    *between, last = between
    if not (english.startswith(first) and english.endswith(last)):
        return None
    at, end, values, opened = len(first), len(english) - len(last), [], _opened(first)
    for each in between:
        found = english.find(each, at)
        while found in hidden.quoted or (not opened and found in hidden.bracketed):
            found = english.find(each, found + 1)
        if found < 0:
            return None
        values.append(english[at:found])
        at, opened = found + len(each), opened + _opened(each)
    return [*values, english[at:end]] if at <= end else None


def _opened(letters: str) -> int:
    """Count the brackets a template's own letters open and do not close."""
    return letters.count("(") - letters.count(")")


@lru_cache(maxsize=64)
def _hidden(english: str) -> Hidden:
    """Give where letters stand in quotation marks or brackets, of which the last may be a template's own."""
    quoted = {place for found in _QUOTED.finditer(english) for place in range(found.start() + 1, found.end() - 1)}
    bracketed: set[int] = set()
    opened: list[int] = []
    for at, letter in enumerate(english):
        if letter in "(（" and at not in quoted:
            opened.append(at)
        elif letter in ")）" and at not in quoted and opened:
            start = opened.pop()
            if not opened:
                bracketed.update(range(start + 1, at))
    return Hidden(frozenset(quoted), frozenset(bracketed))


def _with_hint(code: str, value: str, depth: int) -> list[str]:
    """Part a value from the hint behind it, which may be missing."""
    hidden = _hidden(value)
    for found in _HINT.finditer(value):
        behind = value[found.start() :]
        is_hidden = found.start() in hidden.quoted or found.start() in hidden.bracketed
        if not is_hidden and _is_hint(code, behind, depth):
            return [value[: found.start()], behind]
    return [value, ""]


def _is_hint(code: str, text: str, depth: int) -> bool:
    hints = (each for each in templates(code, _PHRASES) if _HINT.match(each.english))
    return any(_filled(code, each, text, _hidden(text), depth + 1) is not None for each in hints)
