"""The planner's page: the cheapest capacity that meets the targets, found in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pandas as pd
import streamlit as st

from pathway import words
from pathway.web.speaking import fragment
from pathway.web.views.shared import base_file, refusing, text

SIZES = "size_nanoknife.yaml"


def page() -> None:
    """Say what may vary, and find what is enough."""
    st.title(text("web.page_size"))
    st.markdown(text("web.size_about"))
    preset = Path(base_file()).with_name(SIZES)
    files = {text("web.size_preset"): str(preset)} if preset.exists() else {}
    files[text("web.size_own")] = base_file()
    chosen = st.radio(text("web.size_what"), list(files), horizontal=True)
    with st.form("size"):
        vary = st.text_area(text("web.size_vary"), placeholder="resources.ct_scanner.capacity=1..3")
        target = st.text_input(text("web.size_target"), placeholder="{clock: diagnosis_28, share: 75 percent}")
        left, right = st.columns(2)
        first = left.number_input(text("web.size_first"), 5, 50, 20)
        most = right.number_input(text("web.size_most"), 20, 500, 100)
        begin = st.form_submit_button(text("web.size_begin"), disabled=_is_running())
    if begin:
        options = [f"--vary={line.strip()}" for line in vary.splitlines() if line.strip()]
        options += [f"--target={target.strip()}"] if target.strip() else []
        _begin([files[chosen], *options, f"--first={first}", f"--at-most={most}"])
    if "size" in st.session_state:
        fragment(_result, run_every=1.0 if _is_running() else None)(_is_running())


def _is_running() -> bool:
    return "size" in st.session_state and st.session_state.size[0].poll() is None


def _begin(arguments: list[str]) -> None:
    """Start `pathway size` in a process of its own; one at a time for a visitor."""
    out = Path(tempfile.mkdtemp(prefix="pathway-size-"))
    said = (out / "said.txt").open("w", encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "pathway",
        "size",
        *arguments,
        "--no-store",
        "--workers=1",
        f"--out={out}",
        f"--language={words.language()}",
    ]
    process = subprocess.Popen(
        command,
        stdout=said,
        stderr=subprocess.STDOUT,
        env=os.environ | {"COLUMNS": "160", "PATHWAY_LANGUAGE": words.language()},
    )
    st.session_state.size = (process, out)


def _result(was_running: bool) -> None:
    process, out = st.session_state.size
    said = (out / "said.txt").read_text(encoding="utf-8", errors="replace").strip()
    if process.poll() is None:
        left, right = st.columns([4, 1], vertical_alignment="center")
        left.info(said.splitlines()[-1] if said else text("web.size_running"))
        if right.button(text("web.cancel"), key="cancel_size"):
            process.terminate()
        return
    if was_running:
        st.rerun()
    with refusing():
        if process.returncode < 0:
            st.warning(text("web.size_stopped"))
            return
        _show(said, out)


def _show(said: str, out: Path) -> None:
    """Show what was found: the sentences, the configurations, and the page with curve and front."""
    page_file = out / "sizing.html"
    if not page_file.exists():
        st.error(said or text("web.size_failed"))
        return
    sentences = said.split("From the cheapest on")[0].strip()
    st.success(sentences)
    st.table(pd.read_csv(out / "configurations.csv"))
    st.iframe(page_file.read_text(encoding="utf-8"), height=1600)
    st.download_button(text("web.size_page"), page_file.read_bytes(), file_name="sizing.html", mime="text/html")
    if (out / "chosen.yaml").exists():
        st.download_button(text("web.size_chosen"), (out / "chosen.yaml").read_bytes(), file_name="chosen.yaml")
