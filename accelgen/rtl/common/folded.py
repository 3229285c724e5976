"""What every folded engine has: its members, the control of its layers, and the way of tables into it."""

from __future__ import annotations

from amaranth.hdl import Module
from amaranth.lib import stream, wiring
from amaranth.lib.wiring import In, Member, Out, connect

from accelgen.rtl.common.layer_control import LayerControl
from accelgen.rtl.common.table_memory import WriteSignature
from accelgen.rtl.payloads import Score
from accelgen.rtl.plan import Plan
from accelgen.rtl.table import Table

__all__ = ["folded_members", "follow", "load"]


def folded_members(
    plan: Plan, tables: list[Table], score_bits: int, *, watched: bool = False
) -> dict[str, Member]:
    """Return the members of a folded engine.

    Parameters
    ----------
    plan : Plan
        What is built.
    tables : list of Table
        Contents of its memories.
    score_bits : int
        Bits of a score, signed.
    watched : bool
        Somebody counts its work.

    Returns
    -------
    dict of Member
        ``frame``, the hand-over (`LayerControl`), ``idle``, ``scores``, and with ``weights = "ram"`` a
        ``load_<name>`` for each table. If it is watched, ``met`` (see `SparseArray`) and ``ended``: the last
        layer has ended, of an image or a timestep.
    """
    members = {
        "frame": In(WriteSignature(plan.bank_words[0], plan.word * plan.activation_bits)),
        "may_load": Out(1),
        "loaded": In(1),
        "consumed": Out(1),
        "idle": Out(1),
        "scores": Out(stream.Signature(Score(score_bits))),
    }
    if plan.weights == "ram":
        for table in tables:
            members[f"load_{table.name}"] = In(WriteSignature(len(table.words), table.width))
    if watched:
        members |= {"met": Out(1), "ended": Out(1)}
    return members


def follow(m: Module, engine: wiring.Component, control: LayerControl, array: wiring.Component) -> None:
    """Let an engine hand over images, and an array run layers, as the control of layers says."""
    m.d.comb += [
        control.loaded.eq(engine.loaded),
        engine.consumed.eq(control.consumed),
        engine.may_load.eq(control.may_load),
        engine.idle.eq(control.idle),
        array.start.eq(control.start),
        array.restart.eq(control.restart),
        array.layer.eq(control.layer),
        array.bank.eq(control.bank),
        array.idle.eq(control.idle),
    ]
    if array.watched:
        last = control.layer == control.layers - 1
        m.d.comb += [engine.met.eq(array.met), engine.ended.eq(control.done & last)]


def load(m: Module, engine: wiring.Component, bias: wiring.PureInterface, array: wiring.Component) -> None:
    """Let the tables that are loaded into an engine into the memory of biases, and into its array."""
    connect(m, wiring.flipped(engine.load_bias), bias)
    for table in array.tables:
        name = f"load_{table.name}"
        connect(m, wiring.flipped(getattr(engine, name)), getattr(array, name))
