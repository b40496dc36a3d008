"""Numba, kept where it belongs: how functions of this package are compiled, and where the machine code is kept.

Compiled code is stored in the user's cache, in a folder named after a hash of every source it is made of and of the
versions that made it. numba itself looks only at the file of the function asked for, so that a change in `rules.py`
would go unnoticed.
"""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numba
from numba._dynfunc import make_function
from numba.core import config
from numba.core.caching import FunctionCache
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase, DefaultPassBuilder
from numba.core.compiler_machinery import register_pass
from numba.core.typed_passes import NativeLowering

from engine import ledger, metrics
from engine.execution import rules as plain_rules
from engine.market.cache import cache_folder

_HERE = Path(__file__).parent
_njit: Any = numba.njit
_OPTIONS: dict[str, Any] = {"error_model": "numpy", "nogil": True, "_nrt": False}


def sources() -> list[Path]:
    """The files whose text decides the machine code."""
    return [*sorted(_HERE.glob("*.py")), *(Path(str(module.__file__)) for module in (plain_rules, ledger, metrics))]


def code_folder() -> Path:
    """Where this version's machine code is kept."""
    digest = hashlib.sha256()
    for path in sources():
        digest.update(path.name.encode() + b"\0" + path.read_bytes() + b"\0")
    for package in ("numba", "llvmlite", "numpy"):
        digest.update(f"{package} {version(package)}\0".encode())
    digest.update(platform.python_version().encode())
    return cache_folder() / "kernel" / digest.hexdigest()[:16]


class _Whole(JITCodeLibrary):
    """Machine code of a function and of every part below it, optimised once."""

    def add_linking_library(self, library: Any) -> None:
        super().add_linking_library(library)
        for below in library._linking_libraries:
            if below not in self._linking_libraries:
                self._linking_libraries.append(below)

    def _optimize_final_module(self) -> None:
        passes, builder = self._codegen._module_pass_manager()  # numba's first round prunes references: there are none
        passes.run(self._final_module, builder)


class _Part(_Whole):
    """Code of a function that only others call, which numba would optimise and link by itself, and in each of them."""

    def _optimize_functions(self, ll_module: Any) -> None:
        ll_module.data_layout = self._codegen._data_layout

    def finalize(self) -> None:
        self._raise_if_finalized()
        self._finalize_dynamic_globals()
        self._finalized = True


@register_pass(mutates_CFG=True, analysis_only=False)
class _LowerWhole(NativeLowering):
    """numba's own step from types to machine code, into a library of ours."""

    _name = "lower_whole"
    _library: type[JITCodeLibrary] = _Whole

    def run_pass(self, state: Any) -> bool:
        state.library = self._library(state.targetctx.codegen(), state.func_id.func_qualname)
        state.library.enable_object_caching()
        return bool(super().run_pass(state))


@register_pass(mutates_CFG=True, analysis_only=False)
class _LowerPart(_LowerWhole):
    """The same, without machine code of its own that could be called from outside."""

    _name = "lower_part"
    _library = _Part

    def run_pass(self, state: Any) -> bool:
        state.flags = state.flags.copy()
        state.flags.no_compile = True
        super().run_pass(state)
        made = state["cr"]
        name, module = state.func_id.func_name, made.fndesc.lookup_module()
        handle = make_function(module, name, "a part", 0, made.env, (state.library,))  # what numba knows it by
        state.targetctx.insert_user_function(handle, made.fndesc, [state.library])
        state["cr"] = made._replace(cfunc=handle)
        return True


def _compiler(lowering: type[NativeLowering]) -> type[CompilerBase]:
    class Compiler(CompilerBase):
        def define_pipelines(self) -> list[Any]:
            passes = DefaultPassBuilder.define_nopython_pipeline(self.state)
            passes.add_pass_after(lowering, NativeLowering)
            passes.passes = [one for one in passes.passes if one[0] is not NativeLowering]
            passes.finalize()
            return [passes]

    return Compiler


_PART, _WHOLE = _compiler(_LowerPart), _compiler(_LowerWhole)


def part(function: Callable[..., Any]) -> Any:
    """A compiled function that only compiled functions call."""
    options = {**_OPTIONS, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
    return _njit(pipeline_class=_PART, **options)(function)


def hot(function: Callable[..., Any]) -> Any:
    """A part on the path of every date, so that it is laid into its caller: the arrays it is given cost a call dear."""
    options = {**_OPTIONS, "no_cpython_wrapper": True, "no_cfunc_wrapper": True, "forceinline": True}
    return _njit(pipeline_class=_PART, **options)(function)


class _Kept(FunctionCache):
    """numba's cache, where a file that is cut off or cannot be written costs a compile and no more."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # a pickle of anything raises anything
            with suppress(OSError):
                self.flush()
            return None

    def save_overload(self, sig: Any, data: Any) -> None:
        with suppress(OSError):
            super().save_overload(sig, data)


def whole(function: Callable[..., Any]) -> Any:
    """A compiled function that Python calls; its machine code is kept, where the cache can be written."""
    folder = code_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        can_keep = os.access(folder, os.W_OK)
    except OSError:
        can_keep = False
    settings: Any = config
    before, settings.CACHE_DIR = settings.CACHE_DIR, str(folder)
    try:
        made = _njit(pipeline_class=_WHOLE, no_cfunc_wrapper=True, **_OPTIONS)(function)
        if can_keep:
            made._cache = _Kept(function)
        return made
    finally:
        settings.CACHE_DIR = before


def _compiled(module: ModuleType) -> ModuleType:
    """The functions of a module compiled, each calling the others' compiled form; its constants as they are."""
    copy = ModuleType(module.__name__)
    space = copy.__dict__
    for name, value in vars(module).items():
        if isinstance(value, FunctionType) and value.__module__ == module.__name__:
            value = part(FunctionType(value.__code__, space, name, value.__defaults__))
        if not name.startswith("__"):
            space[name] = value
    return copy


rules: Any = _compiled(plain_rules)
