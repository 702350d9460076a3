"""Whether there is memory enough for what a file holds: said with figures before it runs out."""

from __future__ import annotations

from pathlib import Path

from pathway.interchange.refusing import Faults

A_ROW = 530  # bytes an event takes at most, from reading to comparing (docs/performance.md)
CGROUP = Path("/sys/fs/cgroup")


def free_memory() -> int | None:
    """Give how many bytes of memory are free here; nothing where the computer does not say."""
    found = [each for each in (_of_the_computer(), _of_the_container()) if each is not None]
    return min(found) if found else None


def _of_the_computer() -> int | None:
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    kilobytes = [line.split()[1] for line in lines if line.startswith("MemAvailable:")]
    return int(kilobytes[0]) * 1024 if kilobytes else None


def _of_the_container() -> int | None:
    """Give what a container may still use; what it keeps of files can be given up."""
    try:
        most, used = ((CGROUP / name).read_text(encoding="ascii").strip() for name in ("memory.max", "memory.current"))
        stat = (CGROUP / "memory.stat").read_text(encoding="ascii").split()
    except OSError:
        return None
    kept = int(stat[stat.index("inactive_file") + 1]) if "inactive_file" in stat else 0
    return int(most) - int(used) + kept if most.isdecimal() else None


class Room:
    """The memory that was free before a file was read.

    Parameters
    ----------
    free
        Bytes that may be used; what is free by default.
    """

    def __init__(self, free: int | None = None) -> None:
        self.free = free if free is not None else free_memory()

    def check(self, faults: Faults, done: int, size: int, rows: int) -> None:
        """Refuse a file of which the rows would not fit, as far as `rows` in `done` of its `size` bytes tell."""
        if self.free is None or not rows:
            return
        expected = rows if done >= size else round(rows * size / max(done, 1))
        needed = expected * A_ROW
        if needed > self.free:
            about = "" if expected == rows else "about "
            faults.add(
                "too large",
                1,
                f"has {about}{expected:,} rows in {size / 1e6:,.1f} MB; to read and calibrate takes {about}"
                f"{needed / 1e6:,.1f} MB of memory, and {self.free / 1e6:,.1f} MB are free: take fewer years, or a "
                f"larger computer",
            )
            faults.refuse()


def out_of_memory(faults: Faults) -> None:
    """Refuse a file while which was read the memory ran out."""
    faults.add("too large", 1, "takes more memory than there is: take fewer years, or a larger computer")
    faults.refuse()
