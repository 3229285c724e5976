"""A network between a memory of samples and one of their results, with counters behind two wires.

It wires and decides nothing.
"""

from __future__ import annotations

from amaranth.hdl import Module
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out, connect

from accelgen.rtl.edge.axi_stream import End, join
from accelgen.rtl.fpga.pattern.counts import COUNTED, PatternCounts
from accelgen.rtl.fpga.pattern.feeder import PatternFeeder
from accelgen.rtl.fpga.pattern.judge import PatternJudge
from accelgen.rtl.fpga.pattern.plan import PatternPlan
from accelgen.rtl.fpga.pattern.reporter import ANSWER_WORDS, ROOM, Reporter
from accelgen.rtl.fpga.receiver import PacketReceiver
from accelgen.rtl.fpga.sender import PacketSender
from accelgen.rtl.fpga.uart import UartReceiver, UartTransmitter

__all__ = ["PatternTop"]

#: The bit of the cycles that a light shows: at 25 MHz it changes more than once a second.
LIGHT = 23


class PatternTop(wiring.Component):
    """A network that plays a pattern at full rate, and says over two wires what came of it.

    Throughput: that of the network; nothing before or behind it makes it wait.

    Parameters
    ----------
    plan : PatternPlan
        What to build.

    Members
    -------
    rx : In(1)
        The wire from the host, asynchronous; high when idle.
    tx : Out(1)
        The wire to the host.
    busy : Out(1)
        High: it never rests.
    alive : Out(1)
        Blinks as long as results come: for a light.
    wrong : Out(1)
        A result was wrong, or the network reported an error: for a light; stays.
    """

    def __init__(self, plan: PatternPlan):
        self.plan = plan
        outputs = {"busy": Out(1), "alive": Out(1), "wrong": Out(1)}
        super().__init__({"rx": In(1), "tx": Out(1, init=1), **outputs})

    def elaborate(self, platform):
        m = Module()
        plan = self.plan
        m.submodules.network = network = plan.hardware.top()
        m.submodules.feeder = feeder = PatternFeeder(plan.stimulus)
        m.submodules.judge = judge = PatternJudge(plan.answers)
        m.submodules.counts = counts = PatternCounts()
        m.submodules.reporter = reporter = Reporter(plan)
        join(m, End(feeder), End(network, "s_axis_"))
        join(m, End(network, "m_axis_"), End(judge))
        m.d.comb += [
            *(getattr(network, name).eq(value) for name, value in plan.pattern.inputs.items()),
            counts.result.eq(judge.result),
            counts.mismatch.eq(judge.wrong),
            counts.round.eq(judge.round),
            counts.hold.eq(reporter.offered),
            reporter.spoilt.eq(counts.spoilt),
            reporter.error.eq(network.error),
            *(getattr(reporter, name).eq(getattr(counts, name)) for name in COUNTED),
            self.busy.eq(1),
            self.alive.eq(counts.cycles[LIGHT]),
            self.wrong.eq(counts.spoilt | network.error.any()),
        ]
        self._wires(m, reporter)
        return m

    def _wires(self, m, reporter):
        """Let the reporter talk over the wires."""
        plan = self.plan
        m.submodules.uart_receiver = uart_receiver = UartReceiver(plan.divisor)
        m.submodules.receiver = receiver = PacketReceiver(ROOM, plan.silence)
        m.submodules.sender = sender = PacketSender(ANSWER_WORDS)
        m.submodules.uart_transmitter = uart_transmitter = UartTransmitter(plan.divisor)
        connect(m, sender.bytes, uart_transmitter.bytes)
        m.d.comb += [
            uart_receiver.rx.eq(self.rx),
            self.tx.eq(uart_transmitter.tx),
            *(
                getattr(receiver, name).eq(getattr(uart_receiver, name))
                for name in ("data", "valid", "broken")
            ),
            *(
                getattr(reporter, name).eq(getattr(receiver, name))
                for name in ("offered", "good", "kind", "length")
            ),
            receiver.release.eq(reporter.release),
            sender.start.eq(reporter.start),
            sender.kind.eq(reporter.answer_kind),
            sender.sequence.eq(receiver.sequence),
            sender.count.eq(reporter.count),
            reporter.index.eq(sender.index),
            sender.word.eq(reporter.word),
            reporter.done.eq(sender.done),
        ]
