"""The memories of a pipeline: those of each stage, with its number behind their names."""

from __future__ import annotations

from dataclasses import replace

from accelgen.rtl.memories import Memory, memories
from accelgen.rtl.pipelined.plan import PipelinedPlan
from accelgen.rtl.table import Table
from accelgen.rtl.tables import tables

__all__ = ["pipelined_memories", "pipelined_tables", "stage_tables"]


def pipelined_tables(plan: PipelinedPlan) -> list[Table]:
    """Return the tables of all stages in the order in which they are loaded: ``codes0``, ``index0``, ..."""
    numbered = enumerate(map(tables, plan.stages))
    return [replace(table, name=f"{table.name}{number}") for number, own in numbered for table in own]


def stage_tables(all_tables: list[Table], number: int) -> list[Table]:
    """Return those of the tables that are of the stage of that number, under their own names."""
    own = [(table, table.name.rstrip("0123456789")) for table in all_tables]
    return [replace(table, name=name) for table, name in own if table.name == f"{name}{number}"]


def pipelined_memories(plan: PipelinedPlan) -> list[Memory]:
    """Return the memories of all stages, the tables first; a bank is ``activations<stage>_<bank>``."""
    every = [(number, memory) for number, stage in enumerate(plan.stages) for memory in memories(stage)]
    named = [replace(memory, name=_name(number, memory)) for number, memory in every]
    return sorted(named, key=lambda memory: memory.role != "table")


def _name(number: int, memory: Memory) -> str:
    if memory.role == "table":
        return f"{memory.name}{number}"
    kind, bank = memory.name[:-1], memory.name[-1]
    return f"{kind}{number}_{bank}"
