"""A moment as other people's files have it, in seconds since 1970."""

from __future__ import annotations

from datetime import datetime

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the wall clock as written


def seconds_of(read: datetime) -> tuple[int, int | None]:
    """Give the seconds since 1970 and the offset of the clock that was read; without one, those of the wall clock.

    >>> [seconds_of(datetime.fromisoformat(text)) for text in ("1970-01-01T02:00", "1970-01-01T02:00+02:00")]
    [(7200, None), (0, 7200)]
    """
    wall, gone = int((read.replace(tzinfo=None) - EPOCH).total_seconds()), read.utcoffset()
    if gone is None:
        return wall, None
    offset = int(gone.total_seconds())
    return wall - offset, offset
