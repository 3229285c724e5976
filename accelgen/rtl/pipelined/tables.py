"""The memories of a pipeline: those of each unit of each stage, with their numbers behind their names.

``codes2`` are those of the stage of layer 2, ``codes2_1`` those of its second unit if it has several.
"""

from __future__ import annotations

from dataclasses import replace

from accelgen.rtl.memories import Memory, engine_memories, entry_memories
from accelgen.rtl.pipelined.plan import PipelinedPlan, UnitPlan
from accelgen.rtl.table import Table
from accelgen.rtl.tables import tables

__all__ = ["pipelined_memories", "pipelined_tables", "suffix", "unit_tables"]


def suffix(stage: int, unit: int, units: int) -> str:
    """Return what the names of the memories of a unit end with."""
    return f"{stage}_{unit}" if units > 1 else f"{stage}"


def pipelined_tables(plan: PipelinedPlan) -> list[Table]:
    """Return the tables of all units in the order in which they are loaded: ``codes0``, ``index0``, ..."""
    return [replace(table, name=table.name + end) for end, unit in _units(plan) for table in tables(unit)]


def unit_tables(all_tables: list[Table], end: str) -> list[Table]:
    """Return those of the tables whose names end with ``end``, under the names that a unit has for them."""
    own = [(table, table.name.removesuffix(end)) for table in all_tables if table.name.endswith(end)]
    return [replace(table, name=name) for table, name in own if name.isalpha()]


def pipelined_memories(plan: PipelinedPlan) -> list[Memory]:
    """Return the memories of all units, the tables first; a bank is ``activations<stage>_<bank>``.

    What input waits in, to become spikes, comes last, if there is such a memory.
    """
    every = [(end, memory) for end, unit in _units(plan) for memory in engine_memories(unit)]
    named = [replace(memory, name=_name(end, memory)) for end, memory in every]
    named += entry_memories(plan.stages[0].shape)
    return sorted(named, key=lambda memory: memory.role != "table")


def _units(plan: PipelinedPlan) -> list[tuple[str, UnitPlan]]:
    """Return each unit, and what the names of its memories end with."""
    return [
        (suffix(number, place, len(stage.units)), unit)
        for number, stage in enumerate(plan.stages)
        for place, unit in enumerate(stage.units)
    ]


def _name(end: str, memory: Memory) -> str:
    if memory.name.isalpha():  # a table, or the membranes
        return f"{memory.name}{end}"
    return f"{memory.name[:-1]}{end}_{memory.name[-1]}"  # a bank has its number at the end
