"""Prepares the functions of the semantics for compilation as plain loops.

Four things are done to their syntax trees, none of which changes what they say:

- a loop over a generator (`for lot in lots_of(state, row)`) is written out as the generator's own loop, with the body
  in place of its `yield`: that is the last thing its loop does, so `continue` and `break` mean the same
- a member of an enumeration is the whole number it stands for
- a whole number of a module is a machine's: numba compiles a function anew for each plain number in a call of it
- what asks or tells a strategy (`calls.py`) answers no
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import numpy as np

from eventfolio.engine import metrics
from eventfolio.engine.execution import rules
from eventfolio.engine.execution.kernel import batch, figures
from eventfolio.engine.execution.semantics import (
    books,
    calls,
    confirmations,
    dates,
    decaying,
    decide,
    delisting,
    forms,
    inputs,
    levels,
    lots,
    orders,
    places,
    positions,
    records,
    sizing,
    trade,
    trading_conditions,
)
from eventfolio.engine.ledger import ledger

# Each after those that it imports from.
MODULES = (
    rules,
    calls,
    trading_conditions,
    places,
    positions,
    lots,
    confirmations,
    orders,
    sizing,
    decaying,
    levels,
    trade,
    books,
    decide,
    delisting,
    dates,
    figures,
    batch,
)


def sources() -> list[Path]:
    """The files whose text or constants decide what is compiled."""
    return [Path(str(module.__file__)) for module in (*MODULES, forms, inputs, records, ledger, metrics)]


def compiled(make: Callable[[FunctionType], Any]) -> Any:
    """`batch.play_batch` and all below it, each function compiled by `make`."""
    spaces: dict[str, ModuleType] = {}
    generators: dict[Any, ast.FunctionDef] = {}
    for module in MODULES:
        space = ModuleType(module.__name__)
        spaces[module.__name__] = space
        vars(space).update({name: _as_compiled(value, spaces) for name, value in vars(module).items()})
        path = Path(str(module.__file__))
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef):
                if _is_generator(node):
                    generators[getattr(module, node.name)] = node
                else:
                    setattr(space, node.name, make(_function(node, module, vars(space), generators, path)))
    return spaces[batch.__name__].play_batch


def _as_compiled(value: Any, spaces: dict[str, ModuleType]) -> Any:
    """What a name of a module stands for in compiled functions."""
    if isinstance(value, ModuleType):
        return spaces.get(value.__name__, value)
    if isinstance(value, FunctionType) and value.__module__ in spaces:
        return getattr(spaces[value.__module__], value.__name__, None)
    return np.int64(value) if type(value) is int else value


def _function(
    node: ast.FunctionDef, module: ModuleType, space: dict[str, Any], generators: dict[Any, ast.FunctionDef], path: Path
) -> FunctionType:
    """A function of a module, written for a compiler."""
    if module is calls:
        node.body = [ast.Return(ast.Constant(False))]
    writer = _Writer(vars(module), generators)
    writer.visit(node)
    space.update(writer.members)
    node.returns = None
    for one in node.args.args:
        one.annotation = None
    code = compile(ast.fix_missing_locations(ast.Module([node], [])), str(path), "exec")
    found: dict[str, Any] = {}
    exec(code, space, found)
    function: FunctionType = found[node.name]
    return function


class _Writer(ast.NodeTransformer):
    """Writes generators out where they are looped over, and members of enumerations as numbers (`members`)."""

    def __init__(self, names: dict[str, Any], generators: dict[Any, ast.FunctionDef]) -> None:
        self.names, self.generators = names, generators
        self.members: dict[str, Any] = {}
        self.loops = 0

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        owner = self.names.get(node.value.id) if isinstance(node.value, ast.Name) else None
        if isinstance(owner, type) and issubclass(owner, IntEnum):
            name = f"{owner.__name__}_{node.attr}"
            self.members[name] = np.int64(owner[node.attr])
            return ast.copy_location(ast.Name(name, ast.Load()), node)
        self.generic_visit(node)
        return node

    def visit_For(self, node: ast.For) -> Any:
        self.generic_visit(node)
        call = node.iter
        if not (isinstance(call, ast.Call) and isinstance(call.func, ast.Name)):
            return node
        generator = self.generators.get(self.names.get(call.func.id))
        if generator is None:
            return node
        self.loops += 1
        parameters = [one.arg for one in generator.args.args]
        names = {name: f"{name}_{self.loops}" for name in [*parameters, *_assigned(generator)]}
        given = [
            ast.Assign([ast.Name(names[name], ast.Store())], value)
            for name, value in zip(parameters, call.args, strict=True)
        ]
        loop = copy.deepcopy(generator.body[1:])  # without its docstring
        return [*given, *(_Inlined(names, node).visit(statement) for statement in loop)]


class _Inlined(ast.NodeTransformer):
    """A generator's own names made different from its user's, and the body of the loop put where it yields."""

    def __init__(self, names: dict[str, str], loop: ast.For) -> None:
        self.names, self.loop = names, loop

    def visit_Name(self, node: ast.Name) -> ast.Name:
        return ast.Name(self.names.get(node.id, node.id), node.ctx)

    def visit_Expr(self, node: ast.Expr) -> Any:
        if isinstance(node.value, ast.Yield):
            assert node.value.value is not None
            return [ast.Assign([self.loop.target], self.visit(node.value.value)), *self.loop.body]
        return self.generic_visit(node)


def _is_generator(node: ast.FunctionDef) -> bool:
    return any(isinstance(one, ast.Yield) for one in ast.walk(node))


def _assigned(node: ast.FunctionDef) -> list[str]:
    return [one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)]
