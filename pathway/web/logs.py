"""What a server writes to its log: that something went wrong and where, never what was in somebody's data."""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from types import TracebackType
from typing import Any


def where(kind: type[BaseException] | None, trace: TracebackType | None) -> str:
    """Say of a fault its kind and its place; its message is left out, as it may quote a file somebody uploaded.

    >>> try:
    ...     int("a name")
    ... except ValueError as fault:
    ...     said = where(type(fault), fault.__traceback__)
    >>> said.startswith("ValueError at "), "a name" in said
    (True, False)
    """
    frames = traceback.extract_tb(trace)
    places = (f"{frame.filename}:{frame.lineno} {frame.name}" for frame in reversed(frames))
    return " < ".join([f"{kind.__name__ if kind else 'fault'} at {next(places, 'nowhere')}", *places])


def keep_data_out() -> None:
    """Have every log record, and every fault nobody caught, say no more than that."""
    usual = logging.getLogRecordFactory()

    def made(*told: Any, **more: Any) -> logging.LogRecord:
        record = usual(*told, **more)
        if isinstance(record.exc_info, tuple):
            kind, _, trace = record.exc_info
            record.exc_info, record.exc_text = None, where(kind, trace)
        return record

    logging.setLogRecordFactory(made)
    sys.excepthook = lambda kind, _, trace: _write(where(kind, trace))
    threading.excepthook = lambda fault: _write(where(fault.exc_type, fault.exc_traceback))


def _write(said: str) -> None:
    sys.stderr.write(f"{said}\n")
