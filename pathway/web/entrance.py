"""The entrance: who has come in, by Streamlit's own login, and what they see who may not."""

from __future__ import annotations

from uuid import uuid4

import streamlit as st

from pathway.hosting import Person, Role, is_over, person_of
from pathway.web import hosted, speaking
from pathway.words import text

KEY = "visitor"


def me() -> Person:
    """Give whom this page is for; the entrance has let them in."""
    found: Person = st.session_state[KEY]
    return found


def come_in() -> Person | None:
    """Tell who has come in; nobody, if they have to log in first, or may not.

    Without a login everybody is an editor, each with a name of their own for as long as they stay.
    """
    before: Person | None = st.session_state.get(KEY)
    settings = hosted.settings()
    if not settings.has_login:
        found: Person | None = before or Person(uuid4().hex, Role.EDITOR)
    else:
        claims = _claims()
        found = person_of(claims, settings) if not is_over(claims, settings) else None
    if found is None or found.role is None or (before is not None and before != found):
        _leave_nothing()
        if found is None or found.role is None:
            return None
    st.session_state[KEY] = found
    return found


def turned_away() -> None:
    """Show the way to log in; or, to who has but has no role here, a sentence and nothing else."""
    st.title(text("web.name"))
    settings, claims = hosted.settings(), _claims()
    if not claims:
        st.markdown(text("web.login_about"))
    elif is_over(claims, settings):
        st.markdown(text("web.login_over"))
    else:
        st.markdown(text("web.no_role"))
        st.button(text("web.log_out"), on_click=st.logout)
        return
    st.button(text("web.log_in"), type="primary", on_click=st.login)


def way_out() -> None:
    """Say as what one is here, and offer to log out; nothing where there is no login."""
    if not hosted.settings().has_login:
        return
    if not me().may_edit:
        st.caption(text("web.as_reader"))
    st.button(text("web.log_out"), on_click=st.logout, width="stretch")


def _claims() -> dict[str, object]:
    """Give what the login says of who has come; nothing before that."""
    said: dict[str, object] = dict(st.user.to_dict())
    return said if said.get("is_logged_in") is True else {}


def _leave_nothing() -> None:
    """Forget all that was done here by somebody else, and end what runs for them."""
    for key in [each for each in st.session_state if each != speaking.KEY]:
        kept = st.session_state[key]
        cancel = getattr(kept[1] if isinstance(kept, tuple) and len(kept) == 2 else kept, "cancel", None)  # noqa: PLR2004
        if callable(cancel):
            cancel()
        del st.session_state[key]
