"""From results to one self-contained HTML file that a meeting can decide from.

`write_report` puts everything known about some results on one page that loads nothing and sends
nothing; `show_html` draws a scenario before it is run.  All words come from `pathway.words`, all
pictures from `pathway.charts`; nothing is computed here that is not a plain mean or a choice.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathway.report.compare import Terms
    from pathway.report.comparing import told
    from pathway.report.export.workbook import write_excel
    from pathway.report.fit import write_fit
    from pathway.report.moving import Films, moving_html, patients_moving
    from pathway.report.outlook import outlook_html, write_outlook
    from pathway.report.page import report_html, write_report
    from pathway.report.sensitivity import write_sensitivity
    from pathway.report.show import show_html, write_drawing
    from pathway.report.sizing import sizing_html, write_sizing
    from pathway.report.validation import write_validation

__all__ = [
    "Films",
    "Terms",
    "moving_html",
    "outlook_html",
    "patients_moving",
    "report_html",
    "show_html",
    "sizing_html",
    "told",
    "write_drawing",
    "write_excel",
    "write_fit",
    "write_outlook",
    "write_report",
    "write_sensitivity",
    "write_sizing",
    "write_validation",
]

# fetched when first asked for, as drawing a scenario needs no engine
_LATER = {
    "Films": "moving",
    "Terms": "compare",
    "moving_html": "moving",
    "outlook_html": "outlook",
    "patients_moving": "moving",
    "report_html": "page",
    "show_html": "show",
    "sizing_html": "sizing",
    "told": "comparing",
    "write_drawing": "show",
    "write_excel": "export.workbook",
    "write_fit": "fit",
    "write_outlook": "outlook",
    "write_report": "page",
    "write_sensitivity": "sensitivity",
    "write_sizing": "sizing",
    "write_validation": "validation",
}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), name)
