"""`--language` for every command: put in force around it, and a parameter of none."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from inspect import Parameter, signature
from typing import Annotated, Any

import typer

from pathway import words

VARIABLE = "PATHWAY_LANGUAGE"


def _known(code: str) -> str:
    if code not in words.languages():
        raise typer.BadParameter(f"{code!r} is not among {', '.join(words.languages())}")
    return code


Language = Annotated[
    str,
    typer.Option(
        "--language",
        metavar="CODE",
        envvar=VARIABLE,
        callback=_known,
        help="The language of pages, charts and sentences: en, or zh (Simplified Chinese).",
    ),
]


def in_language(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the option `--language`, and do all it does in the language chosen."""

    @wraps(command)
    def spoken(*, language: str, **options: Any) -> Any:
        with words.speaking(language):
            return command(**options)

    known = signature(command, eval_str=True)
    option = Parameter("language", Parameter.KEYWORD_ONLY, default=words.ENGLISH, annotation=Language)
    spoken.__signature__ = known.replace(parameters=[*known.parameters.values(), option])  # type: ignore[attr-defined]
    return spoken
