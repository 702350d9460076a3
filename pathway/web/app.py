"""What Streamlit runs: the pages, and what was changed, always beside them."""

from __future__ import annotations

import streamlit as st

from pathway.web import entrance, speaking
from pathway.web.views import compare, data, size, today, what_if
from pathway.web.views.shared import LOOK, text
from pathway.web.views.sidebar import sidebar

PAGES = {"what_if": what_if.page, "size": size.page, "compare": compare.page, "data": data.page}
FOR_READERS = ("compare",)

speaking.begin()
st.set_page_config(page_title=text("web.name"), layout="wide", initial_sidebar_state="expanded")
st.html(LOOK)
person = entrance.come_in()
is_in = person is not None
shown = [name for name in PAGES if person is None or person.may_edit or name in FOR_READERS]
pages = {
    "today": st.Page(today.page if is_in else entrance.turned_away, title=text("web.page_today"), default=True)
} | {
    name: st.Page(
        PAGES[name] if is_in else entrance.turned_away,
        title=text(f"web.page_{name}"),
        url_path=name.replace("_", "-"),
    )
    for name in shown
}
st.session_state.pages = pages  # by which one page leads to another
page = st.navigation(list(pages.values()), position="sidebar" if is_in else "hidden")
with st.sidebar:
    speaking.choose()
    if person is not None:
        if person.may_edit:
            sidebar()
        entrance.way_out()
page.run()
