"""A shelf: the replications of one scenario as one program makes them, in as few files as keep them safe."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path

from pathway.store.chunks import Frames, read_chunk, replications_in, write_chunk

REPLICATIONS = "replications"  # the folder all shelves are in
MOST = 64  # replications to a file
SECONDS = 10.0  # after which what has been finished is written, however little it is


class Shelf:
    """Replications kept under a key: those there can be read, new ones are written a file full at a time."""

    def __init__(self, store: Path, key: str) -> None:
        self.folder = store / REPLICATIONS / key
        self._pending: dict[int, Frames] = {}
        self._since = 0.0

    @cached_property
    def files(self) -> dict[int, Path]:
        """In which file each replication is that was there when the shelf was first looked at."""
        return {number: path for path in sorted(self.folder.glob("*.parquet")) for number in replications_in(path)}

    def read(self, replications: Sequence[int]) -> Iterator[tuple[int, Frames]]:
        """Give replications that are there, file by file."""
        wanted = set(replications)
        for path in dict.fromkeys(self.files[number] for number in replications):
            for number, frames in read_chunk(path).items():
                if number in wanted and self.files[number] == path:
                    yield number, frames

    def add(self, replication: int, frames: Frames) -> None:
        """Put in a replication; it is written with others, or with the next look at the clock (`write_if_due`)."""
        self._since = self._since if self._pending else time.monotonic()
        self._pending[replication] = frames
        self.write_if_due()

    def write_if_due(self) -> None:
        """Write what has been put in if it fills a file or has waited long enough."""
        if len(self._pending) >= MOST or (self._pending and time.monotonic() - self._since >= SECONDS):
            self.write()

    def write(self) -> None:
        """Write what has been put in."""
        if self._pending:
            write_chunk(self.folder, self._pending)
            self._pending = {}
