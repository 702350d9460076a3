"""Rewrite the golden logs, on purpose: `python -m tests.golden` (`python3 manage.py golden` does the same)."""

from __future__ import annotations

import sys

from tests.golden.keeping import kept_logs, rewrite

if __name__ == "__main__":
    for name in kept_logs():
        sys.stdout.write(f"{name}: {rewrite(name)}\n")
