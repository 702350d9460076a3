"""A file's content in pieces, unpacked if it is packed: counted, digested, and not without bound."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from io import BufferedReader, RawIOBase
from pathlib import Path
from typing import Any

GZIP = b"\x1f\x8b"
PIECE = 1 << 20
MOST_PACKED = 400  # times as large as its file a packed file may become
ALWAYS = 1 << 28  # bytes that any packed file may become


class PackedError(Exception):
    """A file cannot be read on; the text says why."""


def is_packed(path: Path) -> bool:
    """Tell whether a file is packed with gzip, whatever its name."""
    with path.open("rb") as file:
        return file.read(len(GZIP)) == GZIP


class _Counting(RawIOBase):
    """A file that takes the digest of what is read from it, and counts it."""

    def __init__(self, path: Path) -> None:
        self.raw = path.open("rb")
        self.digest = hashlib.sha256()
        self.done = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        size = self.raw.readinto(buffer)
        self.digest.update(memoryview(buffer)[:size])
        self.done += size
        return size

    def close(self) -> None:
        self.raw.close()
        super().close()


class Unpacked(RawIOBase):
    """What a file holds, unpacked as it is read.

    Parameters
    ----------
    path
        The file, plain or packed with gzip.
    most
        Bytes beyond which it is not read on. By default a plain file may have any length, as it is never held as a
        whole, and a packed one 400 times its own, or 268 MB.

    Raises
    ------
    PackedError
        While it is read, if it is cut short or damaged, or becomes too large.
    """

    def __init__(self, path: Path, most: int | None = None) -> None:
        self.size = path.stat().st_size
        self.is_packed = is_packed(path)
        self._file = _Counting(path)
        self._inner: Any = self._file
        if self.is_packed:
            self._inner = gzip.GzipFile(fileobj=BufferedReader(self._file, PIECE))
            most = most if most is not None else max(ALWAYS, MOST_PACKED * self.size)
        self._most = most
        self.given = 0  # bytes, unpacked

    @property
    def done(self) -> int:
        """How much of the file on disk has been read, in bytes."""
        return self._file.done

    def digest(self) -> str:
        """Give the SHA-256 digest of the file on disk, of which the rest is read for it."""
        while self._file.read(PIECE):
            pass
        return self._file.digest.hexdigest()

    def readable(self) -> bool:
        """Tell that it can be read."""
        return True

    def readinto(self, buffer: Any) -> int:
        """Read what comes next."""
        try:
            size: int = self._inner.readinto(buffer)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            raise PackedError("the packed file is cut short or damaged here; copy it again") from None
        self.given += size
        if self._most is not None and self.given > self._most:
            more = f"more than {self._most:,} bytes"
            packed = f"{self.size:,} bytes unpack to {more}, and are not unpacked further: no table of rows does that"
            raise PackedError(packed if self.is_packed else f"is larger than may be: {more}")
        return size

    def close(self) -> None:
        """Close the file."""
        self._inner.close()
        self._file.close()
        super().close()
