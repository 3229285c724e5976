"""A device between the pins of a board, as files for the tools."""

from __future__ import annotations

import os
import warnings

from amaranth.hdl import ClockDomain, ClockSignal, Elaboratable, Module, Signal
from amaranth.lib.cdc import ResetSynchronizer

from accelgen.boards.pll import Pll, pll_for
from accelgen.boards.table import Board
from accelgen.rtl.fpga.emit import device_of
from accelgen.rtl.fpga.pattern.plan import PatternPlan
from accelgen.rtl.fpga.ports import LinkPlan

__all__ = ["BoardTop", "files"]

# Weights that are loaded go to the single-port RAM, which starts with anything: they must not claim zeros.
SINGLE_PORT = """delete *codes/t:$meminit*
setattr -set ram_style "huge" *codes/m:memory"""


class BoardTop(Elaboratable):
    """A device at the UART of a platform, with lights where the board has some.

    The first light is for the work of a `LinkTop`, or blinks as long as results of a `PatternTop` come; the
    second one stays on when one of these was wrong.

    Parameters
    ----------
    plan : LinkPlan or PatternPlan
        What to build.
    pll : Pll, optional
        What makes its clock of the board's; without it that of the board is its clock.
    """

    def __init__(self, plan: LinkPlan | PatternPlan, pll: Pll | None = None):
        self.plan = plan
        self.pll = pll

    def elaborate(self, platform):
        m = Module()
        if self.pll:
            self._clock(m, platform, self.pll)
        m.submodules.device = device = device_of(self.plan)
        uart = platform.request("uart", 0)
        m.d.comb += [device.rx.eq(uart.rx.i), uart.tx.o.eq(device.tx)]
        plays = isinstance(self.plan, PatternPlan)
        for number, light in enumerate((device.alive, device.wrong) if plays else (device.busy,)):
            if ("led", number) in platform.resources:
                m.d.comb += platform.request("led", number).o.eq(light)
        return m

    def _clock(self, m, platform, pll):
        """Let everything run on the clock of the PLL, and be in reset until that is one."""
        locked = Signal()
        m.domains.sync = ClockDomain("sync")
        entering = platform.request(platform.default_clk).i
        m.submodules.pll = pll.between(entering, ClockSignal("sync"), locked)
        m.submodules.reset = ResetSynchronizer(~locked, domain="sync")


def files(board: Board, plan: LinkPlan | PatternPlan) -> dict[str, str | bytes]:
    """Return the files that synthesis, and placement and routing need, by name; all begin with ``top``.

    Raises
    ------
    InvalidOption
        If the clock is not that of the board, and its PLL does not make it.
    """
    pll = None
    if plan.clock_hz != board.clock_hz:
        pll = pll_for(board.family, board.clock_hz, plan.clock_hz, board.device)
    os.environ.setdefault("AMARANTH_USE_YOSYS", "builtin")
    options = {"synth_opts": board.family.options}
    if board.spram and plan.loadable:
        options["script_after_read"] = SINGLE_PORT
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of platforms that are not ours
        made = board.platform().prepare(BoardTop(plan, pll), "top", **options)
    return dict(made.files)
