"""The visitor's language: chosen beside the pages, and in force for every run of a page and of a part of it.

A page runs in a thread of its own, and a part that looks on while something is simulated runs again in another; so the
language is put in force at the beginning of both.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import wraps
from typing import Any

import streamlit as st

from pathway import words

KEY = "language"
COMMANDS = ("sizing", "reporting", "past_report", "calibrating", "calibrated", "budget")
KEPT = (
    KEY,
    "changes",
    "edition",
    "base_file",
    "visit",
    "visitor",
    "compared",
    *COMMANDS,
)  # what a visitor did; all else was told in the language before


def begin() -> None:
    """Put the visitor's language in force; before one is chosen, the server's."""
    usual = os.environ.get("PATHWAY_LANGUAGE", words.ENGLISH)
    words.speak(st.session_state.setdefault(KEY, usual if usual in words.languages() else words.ENGLISH))


def choose() -> None:
    """Let the visitor choose a language, each called by its own name."""
    names = {code: words.catalogue(code)["web.own_name"] for code in words.languages()}
    label, shown = words.text("web.language"), lambda code: str(names[code])
    st.selectbox(label, list(names), format_func=shown, key=KEY, on_change=_forget)


def fragment(view: Callable[..., Any], **options: Any) -> Callable[..., Any]:
    """Make a part of a page that runs by itself (`st.fragment`), in the language the page is in."""
    language = words.language()

    @wraps(view)
    def spoken(*told: Any, **more: Any) -> Any:
        with words.speaking(language):
            return view(*told, **more)

    made: Callable[..., Any] = st.fragment(spoken, **options)
    return made


def _forget() -> None:
    for key in [each for each in st.session_state if each not in KEPT]:
        del st.session_state[key]
