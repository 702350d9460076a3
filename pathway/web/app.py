"""What Streamlit runs: the pages, and what was changed, always beside them."""

from __future__ import annotations

import streamlit as st

from pathway.web import speaking
from pathway.web.views import compare, data, size, today, what_if
from pathway.web.views.shared import LOOK, text
from pathway.web.views.sidebar import sidebar

speaking.begin()
st.set_page_config(page_title=text("web.name"), layout="wide", initial_sidebar_state="expanded")
st.html(LOOK)
pages = {
    "today": st.Page(today.page, title=text("web.page_today"), default=True),
    "what_if": st.Page(what_if.page, title=text("web.page_what_if"), url_path="what-if"),
    "size": st.Page(size.page, title=text("web.page_size"), url_path="size"),
    "compare": st.Page(compare.page, title=text("web.page_compare"), url_path="compare"),
    "data": st.Page(data.page, title=text("web.page_data"), url_path="data"),
}
st.session_state.pages = pages  # by which one page leads to another
page = st.navigation(list(pages.values()))
with st.sidebar:
    speaking.choose()
    sidebar()
page.run()
