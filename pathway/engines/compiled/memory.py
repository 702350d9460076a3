"""Records at an address, in compiled code.

numba hands a function its arrays one by one and counts who refers to each, which costs more than a patient's whole
step.  A record is handed over as one pointer; the two lines of code generation here turn an address into one, or
into a pointer to numbers.  What lies there must be kept alive outside, and nothing checks that a row exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

import numba
import numba.extending
import numpy as np

Tables = dict[str, Any]
Function = TypeVar("Function")

_numba: Any = numba  # most of which has no types
_internal = _numba.njit(no_cpython_wrapper=True, no_cfunc_wrapper=True)
_inlined = _numba.njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, forceinline=True)
carray = _numba.carray


def compiled(function: Function) -> Function:
    """Compile a function that only compiled code calls."""
    return _internal(function)


def compiled_in_place(function: Function) -> Function:
    """Compile a function that only compiled code calls, at the one place (or the few) where it is called."""
    return _inlined(function)


def _record_at(context: Any, address: Any, kind: Any) -> Any:
    """Give the record of a kind (a structured numpy type) that lies at an address."""
    return kind.dtype(_numba.types.int64, kind), _as_pointer


def _floats_at(context: Any, address: Any) -> Any:
    """Give the pointer to the floating numbers that lie at an address."""
    return _numba.types.CPointer(_numba.types.float64)(_numba.types.int64), _as_pointer


def _as_pointer(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    return builder.inttoptr(arguments[0], target.get_value_type(signature.return_type))


record_at = _numba.extending.intrinsic(_record_at)
floats_at = _numba.extending.intrinsic(_floats_at)


def described(kind: np.dtype[Any], counts: Mapping[str, int], tables: Tables) -> Any:
    """Give the one record that tells compiled code the counts, and where each table lies."""
    owner = np.zeros(1, kind)
    for name, value in counts.items():
        owner[name] = value
    point_to(owner, tables)
    return owner


def point_to(owner: Any, tables: Tables) -> None:
    """Note where tables lie now, and their sizes."""
    for name, table in tables.items():
        owner[name] = table.ctypes.data
        owner[f"{name}_size"] = table.shape[0]
        owner[f"{name}_width"] = table.shape[1] if table.ndim > 1 else 1
