"""A command under way on a page: how far it is, how to end it, and what it said when it refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from pathway import words
from pathway.errors import PathwayError
from pathway.web import hosted
from pathway.web.entrance import me
from pathway.web.errands import Errand, findings_in
from pathway.web.speaking import fragment
from pathway.web.views.shared import findings_table, text
from pathway.words import refusals

SELDOM = 5.0  # seconds between looks from other pages, which see less of it


def begin(key: str, arguments: Sequence[str]) -> None:
    """Start a command when it is its turn; the one under way by this name is ended.

    Raises
    ------
    PathwayError
        If whoever asks may not, or has too much waiting already.
    """
    if not me().may_edit:
        raise PathwayError(text("web.as_reader"))
    before: Errand | None = st.session_state.get(key)
    if before is not None and before.is_running:
        before.cancel()
    turns, limits, owner = hosted.runs(), hosted.settings().limits, me().key
    if turns.waiting_of(owner) >= limits.waiting_of_one:
        raise PathwayError(text("web.too_many_waiting", n=limits.waiting_of_one))
    st.session_state[key] = Errand(arguments, turns=turns, owner=owner, minutes=limits.minutes)


def is_running(key: str) -> bool:
    """Tell whether a command by this name is under way."""
    errand: Errand | None = st.session_state.get(key)
    return errand is not None and errand.is_running


def accompany(pages: Mapping[str, str]) -> None:
    """Say on every page what is under way on another, which so is not taken for left; pages by command, with titles."""
    if any(map(is_running, pages)):
        fragment(_accompany, run_every=SELDOM)(pages)


def _accompany(pages: Mapping[str, str]) -> None:
    for key, title in pages.items():
        if is_running(key):
            errand: Errand = st.session_state[key]
            errand.watch()
            if errand.is_waiting:
                st.caption(text("web.still_waiting", page=title, n=errand.before))
            else:
                st.caption(text("web.still_under_way", page=title, seconds=f"{errand.seconds:.0f}"))


def _nothing(errand: Errand) -> None:
    """Show nothing of a command before it is over."""


def look_on(key: str, show: Callable[[Errand], None], meanwhile: Callable[[Errand], None] = _nothing) -> None:
    """Show how far a command is, and when it is done what it came to; nothing if there is none.

    `meanwhile` shows what is known before it is over, or was when it was ended.
    """
    errand: Errand | None = st.session_state.get(key)
    if errand is not None:
        look = fragment(_look, run_every=1.0 if errand.is_running else None)
        look(key, errand, show, meanwhile, errand.is_running)


def _look(
    key: str,
    errand: Errand,
    show: Callable[[Errand], None],
    meanwhile: Callable[[Errand], None],
    was_running: bool,
) -> None:
    errand.watch()
    if errand.is_running:
        _under_way(key, errand)
        meanwhile(errand)
    elif was_running:
        st.rerun()
    elif errand.code in (0, 1) and not errand.is_cancelled and not errand.is_too_long:
        show(errand)
    else:
        _without_answer(errand)
        meanwhile(errand)


def _under_way(key: str, errand: Errand) -> None:
    """Say how far a command is, and let the visitor end it."""
    left, right = st.columns([5, 1], vertical_alignment="center")
    if errand.is_waiting:
        left.info(text("web.turn", n=errand.before))
    else:
        left.info(text("web.under_way", seconds=f"{errand.seconds:.0f}", said=errand.last))
    if right.button(text("web.cancel"), key=f"cancel_{key}", width="stretch"):
        errand.cancel()


def _without_answer(errand: Errand) -> None:
    """Say why a command ended without an answer."""
    if errand.is_cancelled:
        st.warning(text("web.errand_stopped"))
    elif errand.is_too_long:
        st.error(text("web.too_long", n=hosted.settings().limits.minutes))
    elif errand.code == 2:  # noqa: PLR2004 - refused at the door
        _refused(errand)
    else:
        st.error(text("web.errand_failed"))


def _refused(errand: Errand) -> None:
    """Show why a command was refused: said in the visitor's language, which may be another than when it began."""
    st.error(text("web.errand_refused"))
    complaint = errand.complaint
    if errand.language == words.ENGLISH:
        complaint = refusals.said(complaint)
    if findings := findings_in(complaint):
        findings_table(findings)
    else:
        st.code(complaint or errand.said, language=None)
