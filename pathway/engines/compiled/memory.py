"""Records at an address, in compiled code.

numba hands a function its arrays one by one and counts who refers to each, which costs more than a patient's whole
step.  A record is handed over as one pointer; the few lines of code generation here turn an address into one, or
into a pointer to numbers, and reach the rows of a table.  What lies there must be kept alive outside, and nothing
checks that a row exists.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

import numba
import numba.extending
import numpy as np
from llvmlite import ir

from pathway.engines.compiled.linking import PartCompiler

Tables = dict[str, Any]
Function = TypeVar("Function")

_numba: Any = numba  # most of which has no types
_internal = _numba.njit(no_cpython_wrapper=True, no_cfunc_wrapper=True, pipeline_class=PartCompiler)
carray = _numba.carray


def compiled(function: Function) -> Function:
    """Compile a function that only compiled code calls, once for whole numbers of any size."""
    part = _internal(function)
    typed = part.get_call_template
    part.get_call_template = lambda given, named: typed([_widened(kind) for kind in given], named)
    return cast(Function, part)


def compiled_in_place(function: Function) -> Function:
    """Compile a function that only compiled code calls, at the one place (or the few) where it is called."""
    return compiled(function)


def _widened(kind: Any) -> Any:
    types = _numba.types
    if isinstance(kind, types.IntegerLiteral) or (isinstance(kind, types.Integer) and kind.signed):
        return types.int64
    return kind


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


def row_reader(table: str, kind: np.dtype[Any], *, wide: bool) -> Any:
    """Give the compiled function that reaches a row of a table (or a cell, of one with columns) through its owner.

    Where a table lies does not change while compiled code runs, which is what it is told by `invariant.load`; else it
    would look again after each number it has written.
    """
    row_type = _numba.from_dtype(kind)

    def load(builder: Any, owner: Any, owner_type: Any, field: str) -> Any:
        place = builder.gep(owner, [ir.IntType(32)(0), ir.IntType(32)(owner_type.offset(field))])
        loaded = builder.load(builder.bitcast(place, ir.IntType(64).as_pointer()), align=8)
        loaded.set_metadata("invariant.load", builder.module.add_metadata([]))
        return loaded

    def generate(target: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        owner, row = arguments[0], arguments[1]
        if wide:
            width = load(builder, owner, signature.args[0], f"{table}_width")
            row = builder.add(builder.mul(row, width), arguments[2])
        offset = builder.mul(row, ir.IntType(64)(kind.itemsize))
        address = builder.add(load(builder, owner, signature.args[0], table), offset)
        return builder.inttoptr(address, target.get_value_type(signature.return_type))

    if wide:

        def cell_at(context: Any, owner: Any, row: Any, column: Any) -> Any:
            return row_type(owner, _numba.types.int64, _numba.types.int64), generate

        return _numba.extending.intrinsic(cell_at)

    def row_at(context: Any, owner: Any, row: Any) -> Any:
        return row_type(owner, _numba.types.int64), generate

    return _numba.extending.intrinsic(row_at)


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
