"""How a figure gets onto a page: plotly.js once, without any address it could call; one config for all."""

from __future__ import annotations

import json
import re
from functools import lru_cache

import plotly.graph_objects as go
from markupsafe import Markup
from plotly.offline import get_plotlyjs

CONFIG = {
    "showSendToCloud": False,  # plotly.js 4 offers every chart for upload unless told not to
    "displaylogo": False,
    "responsive": True,
    "plotlyServerURL": "",
    "topojsonURL": "",
    "displayModeBar": False,
}
_ADDRESS = re.compile(r"""(["'`])https?://(?!www\.w3\.org)""")


@lru_cache(maxsize=1)
def plotly_script() -> Markup:
    """Give the source of plotly.js with every address in its texts made one that leads nowhere.

    >>> "https://cloud.plotly.com" in plotly_script()
    False
    """
    return Markup(_ADDRESS.sub(r"\1about:blank#", get_plotlyjs()).replace("</script", r"<\/script"))  # noqa: S704


def as_json(figure: go.Figure) -> Markup:
    """Write a figure as JSON that can stand inside a script element, whatever its texts hold.

    >>> as_json(go.Figure(layout={"title": {"text": "</script>"}})).count("<")
    0
    """
    return _safe(figure.to_json(engine="json", validate=False))


def plain_json(value: object) -> Markup:
    r"""Write plain values as JSON that can stand inside a script element.

    >>> plain_json(["</script>", 1])
    Markup('["\\u003c/script\\u003e",1]')
    """
    return _safe(json.dumps(value, separators=(",", ":")))


def _safe(text: str) -> Markup:
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704


def config_json() -> Markup:
    """Give the one configuration every chart is drawn with.

    >>> '"showSendToCloud": false' in config_json()
    True
    """
    return Markup(json.dumps(CONFIG))  # noqa: S704
