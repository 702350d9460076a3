"""Linking: many small compiled functions become one piece of machine code, once.

numba optimises each function together with everything it calls, makes machine code of that, and does so again within
whatever calls it, so that small functions cost the more the deeper they lie.  Here a part stays as it was written
until the function that Python calls is there; everything is then put together, nothing but that function can be
called from outside, and it is optimised as a whole.
"""

from __future__ import annotations

from typing import Any

from llvmlite.binding import Linkage
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.compiler_machinery import PassManager

_Library: Any = JITCodeLibrary  # none of the three has types
_Compiler: Any = Compiler
_PassManager: Any = PassManager


_IDLE = {
    "WithLifting",
    "InlineClosureLikes",
    "MakeFunctionToJitFunction",
    "RewriteDynamicRaises",
    "InlineInlinables",
    "FindLiterallyCalls",
    "LiteralUnroll",
    "LiteralPropagationSubPipelinePass",
    "InlineOverloads",
    "NopythonRewrites",
    "DumpParforDiagnostics",
}


class _Nowhere:
    """Stands where machine code would be, which is told of the Python objects a function refers to."""

    def set_env(self, *told: Any) -> None:
        """Not be told: parts refer to none."""


class _Part(_Library):  # type: ignore[misc]
    """The code of a function that only compiled code calls."""

    def finalize(self) -> None:
        """Leave the code as it is, without what it calls: that, and machine code, is for the whole."""
        self._finalized = True

    def _get_module_for_linking(self) -> Any:
        return self._final_module  # whose functions all stay, whether or not they are called by what is there already

    @property
    def codegen(self) -> Any:
        """Where its machine code is."""
        return _Nowhere()


class _Whole(_Library):  # type: ignore[misc]
    """The code of a function that Python calls, and of every part it needs."""

    def __init__(self, *named: Any) -> None:
        super().__init__(*named)
        self._gathered: set[Any] = set()
        self._called: set[str] = set()  # from outside

    def add_linking_library(self, library: Any) -> None:
        """Take a part in, and what it calls, each once."""
        if library in self._gathered:
            return
        self._gathered.add(library)
        super().add_linking_library(library)
        if isinstance(library, _Part):
            for called in library._linking_libraries:
                self.add_linking_library(called)

    def finalize(self) -> None:
        """Put everything together and make machine code of it."""
        functions = self._final_module.functions
        self._called = {function.name for function in functions if not function.is_declaration}
        super().finalize()

    def _optimize_final_module(self) -> None:
        for function in self._final_module.functions:
            if not function.is_declaration and function.name not in self._called:
                function.linkage = Linkage.internal
                function.name = f"{self.name}:{function.name}"  # else other code would find it, called otherwise now
        super()._optimize_final_module()


class PartCompiler(_Compiler):  # type: ignore[misc]
    """Compiles a function that only compiled code calls."""

    library_of: Any = _Part

    def compile_extra(self, function: Any) -> Any:
        """Compile a function into a library of the kind that is wanted."""
        self.state.library = self.library_of(self.state.targetctx.codegen(), function.__qualname__)
        self.state.library.enable_object_caching()
        return super().compile_extra(function)

    def define_pipelines(self) -> Any:
        """Leave out the passes that look for what is not in this code: closures, arrays in formulas, and their like."""
        whole = _PassManager("parts")
        for found in super().define_pipelines()[0].passes:
            if found[0].__name__ not in _IDLE:
                whole.add_pass(*found)
        whole.finalize()
        return [whole]


class WholeCompiler(PartCompiler):
    """Compiles a function that Python calls."""

    library_of = _Whole
