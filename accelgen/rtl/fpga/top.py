"""A network behind two wires. It wires and decides nothing."""

from __future__ import annotations

from amaranth.hdl import Module, unsigned
from amaranth.lib import wiring
from amaranth.lib.memory import Memory
from amaranth.lib.wiring import In, Out, connect

from accelgen.rtl.common.table_memory import NEVER_READ_WHILE_WRITTEN
from accelgen.rtl.edge.axi_stream import End, join
from accelgen.rtl.fpga.bridge import Bridge
from accelgen.rtl.fpga.ports import LinkPlan
from accelgen.rtl.fpga.receiver import PacketReceiver
from accelgen.rtl.fpga.sender import PacketSender
from accelgen.rtl.fpga.uart import UartReceiver, UartTransmitter

__all__ = ["LinkTop"]


class LinkTop(wiring.Component):
    """A network that answers the requests of `docs/protocol.md`.

    Throughput: one image for each request and answer on the wires. Broken packets cost only themselves.

    Parameters
    ----------
    link : LinkPlan
        What to build.

    Members
    -------
    rx : In(1)
        The wire from the host, asynchronous; high when idle.
    tx : Out(1)
        The wire to the host.
    busy : Out(1)
        A request is worked on: for a light.
    """

    def __init__(self, link: LinkPlan):
        self.link = link
        super().__init__({"rx": In(1), "tx": Out(1, init=1), "busy": Out(1)})

    def elaborate(self, platform):
        m = Module()
        link = self.link
        m.submodules.network = network = link.hardware.top()
        m.submodules.bridge = bridge = Bridge(link)
        m.submodules.uart_receiver = uart_receiver = UartReceiver(link.divisor)
        m.submodules.receiver = receiver = PacketReceiver(link.room, link.silence)
        m.submodules.sender = sender = PacketSender(link.answer_words)
        m.submodules.uart_transmitter = uart_transmitter = UartTransmitter(link.divisor)
        m.submodules.payload = payload = Memory(
            shape=unsigned(8), depth=link.room, init=[], attrs=NEVER_READ_WHILE_WRITTEN
        )
        connect(m, sender.bytes, uart_transmitter.bytes)
        write, read = payload.write_port(), payload.read_port()
        m.d.comb += [
            uart_receiver.rx.eq(self.rx),
            self.tx.eq(uart_transmitter.tx),
            self.busy.eq(receiver.offered),
            receiver.data.eq(uart_receiver.data),
            receiver.valid.eq(uart_receiver.valid),
            receiver.broken.eq(uart_receiver.broken),
            receiver.release.eq(bridge.release),
            write.en.eq(receiver.write.valid),
            write.addr.eq(receiver.write.address),
            write.data.eq(receiver.write.data),
            read.en.eq(bridge.read_enable),
            read.addr.eq(bridge.read_address),
            bridge.read_data.eq(read.data),
            sender.start.eq(bridge.start),
            sender.kind.eq(bridge.answer_kind),
            sender.sequence.eq(receiver.sequence),
            sender.count.eq(bridge.count),
            bridge.index.eq(sender.index),
            sender.word.eq(bridge.word),
            bridge.done.eq(sender.done),
        ]
        for name in ("offered", "good", "kind", "length", "given_up", "garbage", "lost"):
            m.d.comb += getattr(bridge, name).eq(getattr(receiver, name))
        self._network(m, network, bridge)
        return m

    def _network(self, m, network, bridge):
        """Wire the top to the bridge."""
        join(m, End(bridge.top, "s_axis_"), End(network, "s_axis_"))
        join(m, End(network, "m_axis_"), End(bridge.top, "m_axis_"))
        if self.link.loadable:
            join(m, End(bridge.top, "l_axis_"), End(network, "l_axis_"))
        m.d.comb += [bridge.top.error.eq(network.error), network.error_clear.eq(bridge.top.error_clear)]
        if self.link.spiking:
            m.d.comb += network.last_timestep.eq(bridge.last_timestep)
        if self.link.early_stop:
            m.d.comb += network.margin.eq(bridge.margin)
