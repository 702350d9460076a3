"""A command that ends when the pages that asked for it do, however these end, and with it all that works for it.

    python -m pathway.cli.following size scenarios/base.yaml ...

What may take minutes runs in a group of its own, which nothing else would end if the pages were killed.
"""

from __future__ import annotations

import os
import signal
import time
from threading import Thread

LOOK = 2.0  # seconds between two looks


def _follow(leader: int) -> None:
    """Wait until another process has become this one's parent, as happens when its own is gone; then end the group."""
    while os.getppid() == leader:
        time.sleep(LOOK)
    os.killpg(0, signal.SIGKILL)


def main() -> None:
    """Do as `pathway` does."""
    if os.name == "posix":
        Thread(target=_follow, args=(os.getppid(),), daemon=True, name="pathway-following").start()
    from pathway import cli

    cli.main()


if __name__ == "__main__":
    main()
