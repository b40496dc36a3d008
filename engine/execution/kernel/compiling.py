"""Lowers all functions of the semantics into one LLVM module and optimises it once.

numba would optimise and link every function by itself, and again in each function that calls it: 23 s where this takes
6, and numba would have to be imported to load what was made. This touches numba's insides, so it is used with the
versions it was tested with alone (`library.KNOWN_NUMBA`); with any other the text is compiled by `njit.py`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from types import FunctionType
from typing import Any

import llvmlite.binding as llvm
import llvmlite.ir as ir
import numba
from numba._dynfunc import make_function
from numba.core import cgutils, types
from numba.core.codegen import CodeLibrary, JITCodeLibrary
from numba.core.compiler import CompilerBase
from numba.core.compiler_lock import global_compiler_lock
from numba.core.compiler_machinery import PassManager, register_pass
from numba.core.datamodel import models
from numba.core.extending import register_model
from numba.core.imputils import lower_getattr_generic
from numba.core.typed_passes import (
    IRLegalization,
    NativeLowering,
    NoPythonBackend,
    NopythonTypeInference,
    PreLowerStripPhis,
)
from numba.core.typing.templates import AttributeTemplate, infer_getattr
from numba.core.untyped_passes import FixupArgs, GenericRewrites, IRProcessing, ReconstructSSA, TranslateByteCode
from numba.np import arrayobj
from numba.np.numpy_support import from_dtype

from eventfolio.engine.execution.kernel import syntax_trees
from eventfolio.engine.execution.kernel.processor import target_machine
from eventfolio.engine.execution.semantics import inputs, records
from eventfolio.engine.execution.semantics.forms import layout

_TRAP = ir.FunctionType(ir.VoidType(), ())
_njit: Any = numba.njit
_OPTIONS: dict[str, Any] = {"error_model": "numpy", "_nrt": False, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}

# --- one module for all ----------------------------------------------------------------------------------------------

_module = ir.Module("kernel")
_borrowed: dict[Any, None] = {}  # what numba's own functions come in


class _Library(JITCodeLibrary):
    """Where numba puts a function: into the one module."""

    def create_ir_module(self, name: str) -> ir.Module:
        _module.triple, _module.data_layout = llvm.get_process_triple(), self._codegen._data_layout
        return _module

    def add_ir_module(self, module: ir.Module) -> None:
        pass

    def add_linking_library(self, library: CodeLibrary) -> None:
        if not isinstance(library, _Library):
            _borrowed[library] = None

    def finalize(self) -> None:
        self._finalized = True


@register_pass(mutates_CFG=True, analysis_only=False)
class _Lowering(NativeLowering):
    """numba's own step from types to instructions, without machine code."""

    _name = "lowering_of_a_part"

    def run_pass(self, state: Any) -> bool:
        state.library = _Library(state.targetctx.codegen(), state.func_id.func_qualname)
        state.flags = state.flags.copy()
        state.flags.no_compile = True
        super().run_pass(state)
        made = state["cr"]
        module = made.fndesc.lookup_module()
        handle = make_function(module, state.func_id.func_name, "a part", 0, made.env, ())  # what numba knows it by
        state.targetctx.insert_user_function(handle, made.fndesc, [state.library])
        state["cr"] = made._replace(cfunc=handle)
        return True


class _Compiler(CompilerBase):
    """numba's passes without those that find nothing to do in plain scalar code."""

    def define_pipelines(self) -> list[Any]:
        passes = PassManager("part")
        for one in (
            TranslateByteCode,
            FixupArgs,
            IRProcessing,
            GenericRewrites,
            ReconstructSSA,
            NopythonTypeInference,
            PreLowerStripPhis,
            IRLegalization,
            _Lowering,
            NoPythonBackend,
        ):
            passes.add_pass(one, one.__name__)
        passes._ENFORCING = False  # no checks of what each pass left behind
        passes.finalize()
        return [passes]


# On the path of every date, and laid into their callers; any other function is a call, unless LLVM thinks better of it.
INLINED = frozenset(
    """play_dates open_date rest next_due trade decide is_next_trigger is_next_revision leave is_time_exit trade_at
    size_together line_up_entries line_up_exits sale_at_open judge_levels levels_of sellable part_of held_shares
    open_position has_bar judges_levels open_price fees_of rate_of day_of strike_books mark has_orders note_figures
    note_lots strategy_takes strategy_leaves tell_sent tell_ended tell_filled tell_split""".split()  # noqa: SIM905
)


def part(function: FunctionType) -> Any:
    """A compiled function that only compiled functions call."""
    inlined = function.__name__ in INLINED
    return _njit(pipeline_class=_Compiler, forceinline=inlined, **_OPTIONS)(function)


@cache
@global_compiler_lock
def object_code(entry: str, checked: bool = False) -> bytes:
    """Machine code of `batch.play_batch` and all below it, to be called by the name `entry`; one a process.

    It answers -1 where the function raises.

    checked : the process ends, by an illegal instruction, where an index is outside its array
    """
    function, whole = syntax_trees.compiled(part), types.int64
    handed = (inputs.Market, records.State, inputs.Calendars, inputs.Runs)
    given = (*(Reference(kind) for kind in handed), whole, whole, whole)
    with _plain_numba(checked):
        function.compile(given)
    made = function.overloads[given]
    context, description = made.target_context, made.fndesc
    outer = ir.FunctionType(ir.IntType(64), [context.get_value_type(one) for one in given])
    for below in _module.functions:
        if not below.is_declaration:
            below.linkage = "internal"
    entered = ir.Function(_module, outer, entry)
    builder = ir.IRBuilder(entered.append_basic_block())
    inner = _module.globals[description.mangled_name]
    status, answer = context.call_conv.call_function(builder, inner, description.restype, given, entered.args)
    builder.ret(builder.select(status.is_error, answer.type(-1), answer))
    module = llvm.parse_assembly(cgutils.normalize_ir_text(str(_module)))
    for library in _borrowed:
        module.link_in(library._get_module_for_linking(), preserve=True)
    machine = target_machine()
    passes = llvm.create_pass_builder(machine, llvm.create_pipeline_tuning_options(2))
    passes.getModulePassManager().run(module, passes)
    for needed in module.functions:
        if needed.is_declaration and not needed.name.startswith("llvm.") and not _is_everywhere(needed.name):
            raise RuntimeError(f"The kernel calls {needed.name}, which a process without numba does not have.")
    return bytes(machine.emit_object(module))


def _is_everywhere(name: str) -> bool:
    """Whether every process has a function: numba brings its own, but then its name says so."""
    return "numba" not in name.lower() and llvm.address_of_symbol(name) is not None


@contextmanager
def _plain_numba(checked: bool) -> Iterator[None]:
    """numba without two habits, while it compiles for us.

    It asks anew, each time an operator is met, which of dozens of functions it means: here once a type. And it lets
    negative places count from an array's end, a fifth of the time all plays take: here no place is negative, which
    the tests hold against a build that stops at a place outside its array.
    """
    function: Any = types.Function
    ask, turn = function.get_call_type, arrayobj.fix_integer_index
    kept: dict[Any, Any] = {}

    def remembered(self: Any, context: Any, given: Any, named: Any) -> Any:
        key = id(self), given, tuple(named.items())
        if key not in kept:
            kept[key] = ask(self, context, given, named)
        return kept[key]

    def place_of(context: Any, builder: ir.IRBuilder, kind: Any, place: Any, size: Any) -> Any:
        place = context.cast(builder, place, kind, types.intp)
        if checked:
            with builder.if_then(builder.icmp_unsigned(">=", place, size), likely=False):
                builder.call(cgutils.get_or_insert_function(builder.module, _TRAP, "llvm.trap"), ())
        return place

    function.get_call_type, arrayobj.fix_integer_index = remembered, place_of
    try:
        yield
    finally:
        function.get_call_type, arrayobj.fix_integer_index = ask, turn


# --- arrays by reference ---------------------------------------------------------------------------------------------


class Reference(types.Type):
    """A tuple of `records`, handed on as one address: numba would hand on each array of it as seven numbers."""

    def __init__(self, kind: type) -> None:
        self.arrays = {
            name: types.Array(from_dtype(element), dimensions, "C")
            for name, (_, element, dimensions) in layout(kind).items()
        }
        super().__init__(f"Reference({kind.__name__})")


@register_model(Reference)
class _ReferenceModel(models.PrimitiveModel):
    def __init__(self, manager: Any, kind: Reference) -> None:
        within = _module.context.get_identified_type(kind.name)  # by name: it is written out with each use of it
        if within.is_opaque:
            within.set_body(*(manager[array].get_data_type() for array in kind.arrays.values()))
        super().__init__(manager, kind, within.as_pointer())


@infer_getattr
class _ReferenceAttributes(AttributeTemplate):
    key = Reference

    def generic_resolve(self, value: Any, attr: str) -> Any:  # type: ignore[override]
        return value.arrays.get(attr)


@lower_getattr_generic(Reference)
def _array_of(context: Any, builder: ir.IRBuilder, kind: Reference, address: Any, name: str) -> Any:
    loaded = builder.load(cgutils.gep_inbounds(builder, address, 0, list(kind.arrays).index(name)))
    metadata, word = builder.module.add_metadata, ir.IntType(64)
    place = metadata(["where an array is", metadata(["kernel"]), word(0)])
    # the 1: it never changes, so that it need not be read again after each write to something else
    loaded.set_metadata("tbaa", metadata([place, place, word(0), word(1)]))
    return loaded
