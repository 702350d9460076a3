"""The server of the pages: `python -m pathway.web SCENARIO --server.port=8501`, which `pathway web` calls.

Today is simulated in the background from the start on, so that the first question of the first visitor finds it done.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from streamlit.web.cli import main

from pathway import words
from pathway.web.keeping import begin_warm_up
from pathway.web.logs import keep_data_out

if __name__ == "__main__":
    scenario, *options = sys.argv[1:]
    keep_data_out()
    begin_warm_up(scenario, os.environ.get("PATHWAY_LANGUAGE", words.ENGLISH))
    main(["run", str(Path(__file__).with_name("app.py")), *options])
