"""Pages from templates: everything in them is escaped, but what this room itself made safe."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from pathway import words
from pathway.report.blocks import Section
from pathway.report.figures import config_json, plotly_script

UNIT = re.compile(r"(?<=\d) (?=(?:%|min|h|d|days)(?:\W|$))")  # between a number and its unit no line ends
LONGEST_WORD = 20  # letters that stay together in a narrow column


def render(template: str, **values: object) -> str:
    """Fill in one of the page templates.

    >>> page = render("show.html.j2", title="<b>", heading="CT & MRI", question="", sections=[])
    >>> "<title>&lt;b&gt;</title>" in page, "CT &amp; MRI" in page
    (True, True)
    """
    page = _environment().get_template(template)
    return page.render(
        text=words.text,
        language=words.tag(),
        plotly_script=plotly_script(),
        config=config_json(),
        **values,
    )


def study_html(title: str, question: str, sections: Iterable[Section]) -> str:
    """Give the page of a study: its title, what is asked, and one section after the other."""
    asked = question.strip()
    return render("sizing.html.j2", title=title, heading=title, question=asked, sections=list(sections))


def write_page(page: str, path: Path | str) -> Path:
    """Write a page to a file, whose folder need not be there; give the path."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page, encoding="utf-8")
    return path


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("pathway.report"),
        autoescape=select_autoescape(default=True, default_for_string=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["breakable"] = breakable
    return environment


def breakable(text: str) -> Markup:
    """Escape a text and let its long words break where a reader would break them.

    >>> breakable("pathway.states.ct_scan_of_the_liver & so on")
    Markup('pathway.<wbr>states.<wbr>ct_<wbr>scan_<wbr>of_<wbr>the_<wbr>liver &amp; so on')
    """
    return Markup(" ").join(_broken(word) for word in together(text).split(" "))


def together(text: object) -> str:
    """Keep a number and its unit in one line.

    >>> together("at least 80 % in 31 days") == "at least 80\u00a0% in 31\u00a0days"
    True
    """
    return UNIT.sub("\u00a0", str(text))


def _broken(word: str) -> Markup:
    if len(word) <= LONGEST_WORD:
        return escape(word)
    pieces = re.findall(rf"[^\W_]{{1,{LONGEST_WORD}}}[\W_]*|[\W_]+", word)
    return Markup("<wbr>").join(escape(piece) for piece in pieces)
