"""What Streamlit runs: the pages, and what was changed, always beside them."""

from __future__ import annotations

import streamlit as st

from pathway.web import speaking
from pathway.web.views import compare, size, today, what_if
from pathway.web.views.shared import changed_list, text

speaking.begin()
st.set_page_config(page_title=text("web.name"), layout="wide", initial_sidebar_state="expanded")
page = st.navigation(
    [
        st.Page(today.page, title=text("web.page_today"), default=True),
        st.Page(what_if.page, title=text("web.page_what_if"), url_path="what-if"),
        st.Page(size.page, title=text("web.page_size"), url_path="size"),
        st.Page(compare.page, title=text("web.page_compare"), url_path="compare"),
    ]
)
with st.sidebar:
    speaking.choose()
    changed_list()
page.run()
