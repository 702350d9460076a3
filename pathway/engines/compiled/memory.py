"""Records at an address, in compiled code.

numba hands a function its arrays one by one and counts who refers to each, which costs more than a patient's whole
step.  A record is handed over as one pointer; the two lines of code generation here turn an address into one, or
into a pointer to numbers.  What lies there must be kept alive outside, and nothing checks that a row exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numba import types
from numba.extending import intrinsic

Tables = dict[str, Any]


@intrinsic
def record_at(context: Any, address: Any, kind: Any) -> Any:
    """Give the record of a kind (a structured numpy type) that lies at an address."""
    return kind.dtype(types.int64, kind), _as_pointer


@intrinsic
def floats_at(context: Any, address: Any) -> Any:
    """Give the pointer to the floating numbers that lie at an address."""
    return types.CPointer(types.float64)(types.int64), _as_pointer


def _as_pointer(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
    return builder.inttoptr(arguments[0], target.get_value_type(signature.return_type))


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
