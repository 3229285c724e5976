"""What is around every engine: the loader of its tables, the sender of its results, and sticky errors."""

from __future__ import annotations

from amaranth.hdl import Cat, Module, Value
from amaranth.lib import wiring
from amaranth.lib.wiring import connect

from accelgen.network.task import Task
from accelgen.rtl.edge.axi_stream import End, join
from accelgen.rtl.edge.loader import TableLoader
from accelgen.rtl.edge.ports import ERRORS
from accelgen.rtl.edge.result import ResultSender
from accelgen.rtl.table import Table

__all__ = ["Shell"]


class Shell:
    """The parts that tops share, for the ``elaborate`` of one.

    Parameters
    ----------
    m : Module
        Module of the top: parts are added to it.
    top : Component
        A top with the members of `stream_ports`.
    engine : Component
        An engine with ``scores``, ``idle`` and, for tables that are loaded, ``load_<name>``.
    """

    def __init__(self, m: Module, top: wiring.Component, engine: wiring.Component):
        self.m = m
        self.top = top
        self.engine = engine

    def sender(self, classes: int, bits: int, note_bits: int = 0, task: Task | None = None) -> ResultSender:
        """Add and return what makes frames of the scores of the engine."""
        self.m.submodules.sender = sender = ResultSender(classes, bits, note_bits, task)
        connect(self.m, self.engine.scores, sender.scores)
        return sender

    def receive(self, receiver: wiring.Component) -> None:
        """Let a receiver have what comes in over ``s_axis``."""
        join(self.m, End(self.top, "s_axis_"), End(receiver))

    def send(self, sender: ResultSender) -> None:
        """Let the frames of a sender go out over ``m_axis``."""
        join(self.m, End(sender), End(self.top, "m_axis_"))

    def load(self, tables: list[Table], *, idle: Value, malformed: Value, ready: Value) -> None:
        """Load tables that come over ``l_axis``.

        Parameters
        ----------
        tables : list of Table
            Tables of the engine.
        idle : Value
            The engine is, and no image is on its way to it: one that has begun keeps its tables.
        malformed : Value
            Driven: a table frame is refused.
        ready : Value
            Driven: the tables are whole and stay, and an image may begin.
        """
        m = self.m
        m.submodules.loader = loader = TableLoader(tables)
        for table in tables:
            name = f"load_{table.name}"
            connect(m, getattr(loader, name), getattr(self.engine, name))
        join(m, End(self.top, "l_axis_"), End(loader))
        m.d.comb += [loader.idle.eq(idle), malformed.eq(loader.malformed), ready.eq(loader.ready)]

    def keep_errors(self, receiver: wiring.Component, malformed: Value) -> None:
        """Keep the errors of a receiver and a loader until they are cleared."""
        top = self.top
        raised = Cat(receiver.short, receiver.long, receiver.range_, malformed)
        # An error in the cycle in which all are cleared is a new one, and stays.
        kept = top.error & ~top.error_clear.replicate(len(ERRORS))
        self.m.d.sync += top.error.eq(kept | raised)
