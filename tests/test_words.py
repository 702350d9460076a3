"""Words: every label has a text in every language, and every text is used."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pathway import words

PACKAGE = Path(__file__).parent.parent / "pathway"
PUT_TOGETHER = (  # what is asked for by a value: a month's number, a state's kind, a target's statistic
    *("month.", "weekday.", "verdict.", "statistic.", "cause.", "resource_kind.", "show.kinds_"),
    *("first.count_", "first.term_", "waits.part_", "short_cause.", "abbreviation.", "phase."),
    *("web.tab_", "web.column_", "web.event_", "web.codes_", "web.size_"),
    *("compare_wait.", "place.", "reason.", "because.", "settling.is_", "chart.welch_", "figure."),
    *("export.", "stress."),
    *(
        "time.",
        "short_month.",
        "long_weekday.",
        "part.",
        "written.",
        "quantity.",
        "place.",
        "open.nth_",
        "open.holidays_",
        "unit.",
        "unit_name.",
    ),
)


def test_a_text_is_filled_in() -> None:
    """Values stand where the text names them."""
    assert words.text("verdict.met") == "met"
    assert words.text("first.at_least", goal="80 %") == "at least 80 %"


def test_one_and_many() -> None:
    """A count chooses between singular and plural."""
    assert words.text("first.count_met", n=1) == "1 is met"
    assert words.text("first.count_met", n=0) == "0 are met"


def test_a_value_is_never_a_template() -> None:
    """Braces in a scenario's title stay as they are."""
    assert words.text("first.at_least", goal="{n} {goal}") == "at least {n} {goal}"


def test_an_unknown_key_is_a_mistake_of_ours() -> None:
    """There is no text to fall back to."""
    with pytest.raises(KeyError):
        words.text("verdict.unheard_of")


@pytest.mark.parametrize("language", words.languages())
def test_every_language_is_complete(language: str) -> None:
    """All languages have the same keys and fill in the same names."""
    assert words.differences(language) == ()


def test_what_a_translation_lacks_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """A missing key, a key too many and a name too many are each named."""
    english = {"a": "{n} of {all}", "b": "yes", "c": {"one": "{n} day", "other": "{n} days"}}
    other = {"a": "{n}", "c": {"other": "{n}"}, "d": "no"}
    monkeypatch.setattr(words, "catalogue", lambda code: english if code == "en" else other)
    found = words.differences("xx")
    assert found == ("b is missing", "d is not in en", "a fills in ['n'], en ['all', 'n']")


def test_every_key_that_is_asked_for_exists() -> None:
    """A key written out in the code or in a template has a text."""
    known = words.catalogue()
    asked = {key for file in _files() for key in re.findall(r"""text\(\s*["']([a-z_]+\.[a-z_0-9]+)["']""", file)}
    assert asked
    assert asked <= known.keys()


def test_no_text_is_left_over() -> None:
    """Every text is asked for: by its key, or by its last part where keys are put together of two."""
    files = _files()
    for key in words.catalogue():
        group, _, name = key.partition(".")
        loops = (file for file in files if re.search(rf"""["']{group}\.[a-z_]*\{{""", file))
        asked = key.startswith(PUT_TOGETHER) or any(key in file for file in files)
        assert asked or any(f'"{name}"' in file for file in loops), f"{key} is used nowhere"


def test_no_promise_is_made() -> None:
    """The report never says guaranteed, nor that something will happen for sure."""
    for key, entry in words.catalogue().items():
        for form in entry.values() if isinstance(entry, dict) else (entry,):
            assert not re.search(r"guarante|certainly|proves|optimal", form, re.IGNORECASE), key


def _files() -> list[str]:
    paths = [path for ending in ("py", "j2") for path in sorted(PACKAGE.rglob(f"*.{ending}"))]
    return [path.read_text(encoding="utf-8") for path in paths]
