"""Describes the processor that machine code is compiled and linked for."""

from __future__ import annotations

from typing import Any

import llvmlite.binding as llvm


def target_machine() -> Any:
    """This processor, for whom code is made and linked."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    name, features = processor()
    target = llvm.Target.from_triple(llvm.get_process_triple())
    return target.create_target_machine(cpu=name, features=features, opt=3, jit=True)


def processor() -> tuple[str, str]:
    """Its name, and what it can do."""
    return llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()
