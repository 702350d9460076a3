"""A moment as other people's files have it: seconds since 1970, and the clock on the wall it was read from."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pathway.errors import PathwayError

EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - the wall clock as written
_OFFSET = re.compile(r"([+-])(\d\d):(\d\d)")
NO_ZONE = (
    "times have an offset from UTC, which does not say what the clock on the hospital's wall showed: say where it "
    "hangs, as in --zone Europe/London"
)


class NoSuchMomentError(ValueError):
    """A time that no clock showed, as it was put forward over it."""


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


def zone_named(name: str, said_by: str = "--zone") -> tzinfo:
    """Give a time zone by its name, or by its offset from UTC.

    Raises
    ------
    PathwayError
        If there is no such zone.

    >>> zone_named("-03:30").utcoffset(None)
    datetime.timedelta(days=-1, seconds=73800)
    """
    if match := _OFFSET.fullmatch(name):
        if int(match[2]) > 14 or int(match[3]) > 59:  # the largest there is on land
            raise PathwayError(f"{said_by}: there is no offset {name!r}; expected one from -14:00 to +14:00")
        gone = timedelta(hours=int(match[2]), minutes=int(match[3]))
        return timezone(-gone if match[1] == "-" else gone)
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as reason:
        said = "a name such as 'Europe/London' or 'Asia/Shanghai', 'UTC', or an offset such as '+08:00'"
        raise PathwayError(f"{said_by}: there is no time zone {name!r} on this computer; expected {said}") from reason


class Wall:
    """The clock on the hospital's wall, by which a file's times are understood.

    Without a zone, times stand as they are written. With one, a time that has an offset from UTC is put on the wall,
    and one that has none was read there: of an hour that occurs twice, when clocks are put back, the second is meant
    if the first would lie before the event before it.
    """

    def __init__(self, zone: tzinfo | None = None) -> None:
        self.zone = zone
        self.in_doubt = 0  # times in an hour that occurs twice
        self.second = 0  # of which the second was meant

    def read(self, written: datetime, after: int) -> tuple[int, int]:
        """Give the seconds since 1970 and the offset of the clock; `after` is when the event before it was.

        Raises
        ------
        NoSuchMomentError
            If clocks were put forward over this time.
        """
        seconds, offset = seconds_of(written)
        if self.zone is None:
            return seconds, offset or 0
        if offset is not None:
            return seconds, _gone(written.astimezone(self.zone))
        there = written.replace(tzinfo=self.zone)
        first, second = _gone(there.replace(fold=0)), _gone(there.replace(fold=1))
        if first < second:
            raise NoSuchMomentError
        if first > second:
            self.in_doubt += 1
            if seconds - first < after:
                self.second += 1
                return seconds - second, second
        return seconds - first, first

    def note(self) -> str:
        """Say what was done with times in an hour that occurs twice; nothing if there were none."""
        if not self.in_doubt:
            return ""
        return (
            f"{self.in_doubt:,} times lie in an hour that occurs twice, as clocks were put back; {self.second:,} were "
            f"taken for the second, as the first lies before the event before them"
        )


def _gone(moment: datetime) -> int:
    gone = moment.utcoffset()
    return int(gone.total_seconds()) if gone is not None else 0
