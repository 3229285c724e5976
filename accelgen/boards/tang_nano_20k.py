"""The Tang Nano 20K, which amaranth-boards does not know yet."""

from __future__ import annotations

from typing import ClassVar

from amaranth.build import Attrs, Clock, Connector, Pins, Resource, Subsignal
from amaranth.vendor import GowinPlatform

__all__ = ["TangNano20kPlatform"]


class TangNano20kPlatform(GowinPlatform):
    """Clock, UART and lights of the board: pins from its schematic."""

    part = "GW2AR-LV18QN88C8/I7"
    family = "GW2AR-18C"
    default_clk = "clk27"
    resources = [
        Resource("clk27", 0, Pins("4", dir="i"), Clock(27e6), Attrs(IO_TYPE="LVCMOS33")),
        Resource(
            "uart",
            0,
            Subsignal("rx", Pins("70", dir="i")),
            Subsignal("tx", Pins("69", dir="o")),
            Attrs(PULL_MODE="UP", IO_TYPE="LVCMOS33"),
        ),
        *(
            Resource("led", number, Pins(str(15 + number), dir="o", invert=True), Attrs(IO_TYPE="LVCMOS33"))
            for number in range(6)
        ),
    ]
    connectors: ClassVar[list[Connector]] = []
