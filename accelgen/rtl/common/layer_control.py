"""Layer control: the order of layers, the banks that they read, and when an image may enter."""

from __future__ import annotations

from amaranth.hdl import Module, Mux, Signal
from amaranth.lib import wiring
from amaranth.lib.wiring import In, Out

from accelgen.rtl.counting import counter

__all__ = ["LayerControl"]


class LayerControl(wiring.Component):
    """Run the layers of an image one after another.

    Images enter bank 0, which only the first layer reads, so that the next image may enter as soon as that
    layer has ended. Layers after it read banks 1 and 2 in turn. Throughput: one image at a time. Latency:
    two cycles between layers.

    Parameters
    ----------
    layers : int
        Layers of the network.

    Members
    -------
    loaded : In(1)
        An image is in bank 0.
    consumed : Out(1)
        The image is being taken; ``loaded`` falls in the next cycle.
    may_load : Out(1)
        Bank 0 is free for an image.
    start, restart : Out(1)
        ``layer`` starts; it is the first one.
    layer : Out(range(layers))
        The layer that runs.
    bank : Out(range(2 or 3))
        The bank it reads.
    done : In(1)
        The layer has written its last result.
    idle : Out(1)
        Nothing runs.
    """

    def __init__(self, layers: int):
        self.layers = layers
        super().__init__(
            {
                "loaded": In(1),
                "consumed": Out(1),
                "may_load": Out(1),
                "start": Out(1),
                "restart": Out(1),
                "layer": Out(counter(layers)),
                "bank": Out(counter(max(min(layers, 3), 2))),
                "done": In(1),
                "idle": Out(1),
            }
        )

    def elaborate(self, platform):
        m = Module()
        running = Signal()
        starting = Signal()
        m.d.comb += [
            self.idle.eq(~running),
            self.bank.eq(Mux(self.layer.any(), Mux(self.layer[0], 1, 2), 0)),
            self.may_load.eq(~running | self.layer.any()),
            self.start.eq(starting),
            self.restart.eq(starting & ~self.layer.any()),
        ]
        m.d.sync += starting.eq(0)
        with m.If(~running & self.loaded):
            m.d.comb += self.consumed.eq(1)
            m.d.sync += [running.eq(1), starting.eq(1), self.layer.eq(0)]
        with m.If(self.done):
            with m.If(self.layer == self.layers - 1):
                m.d.sync += running.eq(0)
            with m.Else():
                m.d.sync += [self.layer.eq(self.layer + 1), starting.eq(1)]
        return m
