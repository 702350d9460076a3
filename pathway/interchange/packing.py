"""Packed files: how they are known, and how large they may become."""

from __future__ import annotations

from pathlib import Path

GZIP = b"\x1f\x8b"
MOST_PACKED = 400  # times as large as its file a packed log may become


def is_packed(path: Path) -> bool:
    """Tell whether a file is packed with gzip, whatever its name."""
    with path.open("rb") as file:
        return file.read(len(GZIP)) == GZIP
