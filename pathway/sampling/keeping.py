"""Compiling a function once and keeping what was compiled on disk, wherever that is possible."""

from __future__ import annotations

from typing import Any

from numba import njit


def kept(function: Any, **how: Any) -> Any:
    """Compile a function for use from Python, and keep it beside its source or in the user's cache folder.

    Where neither can be written (a read-only installation, a service without a home) it is compiled anew in
    every process; `NUMBA_CACHE_DIR` can name a folder that can.
    """
    try:
        return njit(cache=True, nogil=True, **how)(function)
    except RuntimeError:  # numba's word for: no folder to keep it in
        return njit(nogil=True, **how)(function)
