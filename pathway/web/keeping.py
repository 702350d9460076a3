"""Hospitals kept for all visitors: each file is read once, and what was simulated of it stays while it does."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from threading import Lock, Thread

from pathway import words
from pathway.errors import PathwayError
from pathway.web.answering import STEPS, let_first_answers_pass
from pathway.web.years import Work

KEPT = 6  # hospitals; the one asked for longest ago is given up
_reading = Lock()  # the second who asks for a hospital waits for the first


def work_of(file: str, language: str = words.ENGLISH) -> Work:
    """Give a hospital in a language, read anew if its file has changed."""
    with _reading:
        return _work_of(file, language, Path(file).stat().st_mtime_ns if Path(file).exists() else 0)


@lru_cache(maxsize=KEPT)
def _work_of(file: str, language: str, written: int) -> Work:  # noqa: ARG001 - another moment is another hospital
    from pathway.scenario import load_scenario

    with words.speaking(language):
        return Work(load_scenario(file))


def warm_up(file: str, language: str) -> None:
    """Simulate today before anybody asks: the engine, the first years and what never settles, then more years."""
    from pathway.engines import make_ready

    make_ready()
    try:
        work = work_of(file, language)
        for years in STEPS:
            for year in range(years):
                let_first_answers_pass()
                work.measures(year)
            work.check_load()
            work.material(years)
    except PathwayError:
        return  # the page says so to whoever asks


def begin_warm_up(file: str, language: str = words.ENGLISH) -> Thread:
    """Do so beside whatever else is done."""
    thread = Thread(target=warm_up, args=(file, language), daemon=True, name="pathway-warm-up")
    thread.start()
    return thread
