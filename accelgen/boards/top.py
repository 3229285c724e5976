"""A network between the pins of a board, as files for the tools."""

from __future__ import annotations

import os
import warnings

from amaranth.hdl import Elaboratable, Module

from accelgen.boards.table import Board
from accelgen.rtl.fpga.ports import LinkPlan
from accelgen.rtl.fpga.top import LinkTop

__all__ = ["BoardTop", "files"]

# Weights that are loaded go to the single-port RAM, which starts with anything: they must not claim zeros.
SINGLE_PORT = """delete *codes/t:$meminit*
setattr -set ram_style "huge" *codes/m:memory"""


class BoardTop(Elaboratable):
    """A `LinkTop` at the UART of a platform, with a light for its work where the board has one.

    Parameters
    ----------
    link : LinkPlan
        What to build.
    """

    def __init__(self, link: LinkPlan):
        self.link = link

    def elaborate(self, platform):
        m = Module()
        m.submodules.device = device = LinkTop(self.link)
        uart = platform.request("uart", 0)
        m.d.comb += [device.rx.eq(uart.rx.i), uart.tx.o.eq(device.tx)]
        if ("led", 0) in platform.resources:
            m.d.comb += platform.request("led", 0).o.eq(device.busy)
        return m


def files(board: Board, link: LinkPlan) -> dict[str, str | bytes]:
    """Return the files that synthesis, and placement and routing need, by name; all begin with ``top``."""
    os.environ.setdefault("AMARANTH_USE_YOSYS", "builtin")
    options = {"synth_opts": board.family.options}
    if board.spram and link.loadable:
        options["script_after_read"] = SINGLE_PORT
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of platforms that are not ours
        plan = board.platform().prepare(BoardTop(link), "top", **options)
    return dict(plan.files)
