"""A faster clock than the oscillator of a board: the PLL of its FPGA, and which frequencies it makes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from amaranth.hdl import Cat, Const, Instance, Signal

from accelgen.errors import InvalidOption
from accelgen.families import Family

__all__ = ["Pll", "pll_for"]


@dataclass(frozen=True, slots=True)
class Pll:
    """A setting of a PLL: what enters is divided by ``divide``, multiplied by ``multiply``.

    Attributes
    ----------
    divide, multiply : int
        Of what enters.
    post : int
        What leaves is the oscillator inside, divided by this.
    entering_hz : int
        Frequency of what enters in Hz.
    device : str
        What the primitive calls the chip; "" if it does not.
    instance : callable
        Makes the primitive of a setting, between two clocks and a signal that says that it is locked.
    """

    divide: int
    multiply: int
    post: int
    entering_hz: int
    device: str
    instance: Callable[[Pll, Signal, Signal, Signal], Instance]

    @property
    def hz(self) -> float:
        """Frequency of what leaves in Hz."""
        return self.entering_hz * self.multiply / self.divide

    def between(self, entering: Signal, leaving: Signal, locked: Signal) -> Instance:
        """Return the primitive: ``leaving`` is a clock as soon as ``locked`` is high."""
        return self.instance(self, entering, leaving, locked)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What a family's PLL can be set to; frequencies in Hz, of the data sheet.

    Attributes
    ----------
    divide, multiply : int
        The most of each.
    posts : tuple of int
        Divisors of the oscillator inside.
    phase : (float, float)
        Least and most that reaches the comparison, what enters over ``divide``.
    inside : (float, float)
        Least and most of the oscillator inside.
    instance : callable
        See `Pll`.
    """

    divide: int
    multiply: int
    posts: tuple[int, ...]
    phase: tuple[float, float]
    inside: tuple[float, float]
    instance: Callable[[Pll, Signal, Signal, Signal], Instance]


def _ecp5(pll: Pll, entering: Signal, leaving: Signal, locked: Signal) -> Instance:
    """Return an EHXPLLL whose feedback is what leaves (Lattice TN-02200).

    Nothing here depends on the phase of what leaves.
    """
    return Instance(
        "EHXPLLL",
        a_FREQUENCY_PIN_CLKI=f"{pll.entering_hz / 1e6:g}",
        a_FREQUENCY_PIN_CLKOP=f"{pll.hz / 1e6:g}",
        a_ICP_CURRENT="12",
        a_LPF_RESISTOR="8",
        a_MFG_ENABLE_FILTEROPAMP="1",
        a_MFG_GMCREF_SEL="2",
        p_PLLRST_ENA="DISABLED",
        p_INTFB_WAKE="DISABLED",
        p_STDBY_ENABLE="DISABLED",
        p_DPHASE_SOURCE="DISABLED",
        p_OUTDIVIDER_MUXA="DIVA",
        p_OUTDIVIDER_MUXB="DIVB",
        p_OUTDIVIDER_MUXC="DIVC",
        p_OUTDIVIDER_MUXD="DIVD",
        p_CLKI_DIV=pll.divide,
        p_CLKFB_DIV=pll.multiply,
        p_CLKOP_ENABLE="ENABLED",
        p_CLKOP_DIV=pll.post,
        p_CLKOP_CPHASE=pll.post // 2,
        p_CLKOP_FPHASE=0,
        p_FEEDBK_PATH="CLKOP",
        i_CLKI=entering,
        i_CLKFB=leaving,
        i_RST=0,
        i_STDBY=0,
        i_PHASESEL0=0,
        i_PHASESEL1=0,
        i_PHASEDIR=1,
        i_PHASESTEP=1,
        i_PHASELOADREG=1,
        i_PLLWAKESYNC=0,
        i_ENCLKOP=0,
        o_CLKOP=leaving,
        o_LOCK=locked,
    )


def _gowin(pll: Pll, entering: Signal, leaving: Signal, locked: Signal) -> Instance:
    """Return an rPLL whose feedback is inside (Gowin UG286)."""
    return Instance(
        "rPLL",
        p_DEVICE=pll.device,
        p_FCLKIN=f"{pll.entering_hz / 1e6:g}",
        p_DYN_IDIV_SEL="false",
        p_IDIV_SEL=pll.divide - 1,
        p_DYN_FBDIV_SEL="false",
        p_FBDIV_SEL=pll.multiply - 1,
        p_DYN_ODIV_SEL="false",
        p_ODIV_SEL=pll.post,
        p_PSDA_SEL="0000",
        p_DYN_DA_EN="true",
        p_DUTYDA_SEL="1000",
        p_CLKOUT_FT_DIR=Const(1, 1),
        p_CLKOUTP_FT_DIR=Const(1, 1),
        p_CLKOUT_DLY_STEP=0,
        p_CLKOUTP_DLY_STEP=0,
        p_CLKFB_SEL="internal",
        p_CLKOUT_BYPASS="false",
        p_CLKOUTP_BYPASS="false",
        p_CLKOUTD_BYPASS="false",
        p_DYN_SDIV_SEL=2,
        p_CLKOUTD_SRC="CLKOUT",
        p_CLKOUTD3_SRC="CLKOUT",
        i_CLKIN=entering,
        i_CLKFB=0,
        i_RESET=0,
        i_RESET_P=0,
        i_FBDSEL=Const(0, 6),
        i_IDSEL=Const(0, 6),
        i_ODSEL=Const(0, 6),
        i_DUTYDA=Const(0, 4),
        i_PSDA=Const(0, 4),
        i_FDLY=Cat(Const(0, 4)),
        o_CLKOUT=leaving,
        o_LOCK=locked,
    )


_KINDS = {
    "ecp5": _Kind(128, 80, tuple(range(1, 129)), (10e6, 400e6), (400e6, 800e6), _ecp5),
    "gowin": _Kind(
        64, 64, (2, 4, 8, 16, 32, 48, 64, 80, 96, 112, 128), (3e6, 400e6), (500e6, 1200e6), _gowin
    ),
}


def pll_for(family: Family, entering_hz: int, hz: int, device: str = "") -> Pll:
    """Return a setting of the PLL of a family that makes a frequency exactly.

    Parameters
    ----------
    family : Family
        Which PLL.
    entering_hz, hz : int
        Frequency of what enters, and of what is wanted, in Hz.
    device : str
        What the primitive calls the chip.

    Raises
    ------
    InvalidOption
        If no setting makes it, with the nearest that one does; or no PLL of the family is known here.
    """
    kind = _KINDS.get(family.name)
    if kind is None:
        raise InvalidOption(f"clock: no PLL of {family.name} is known: leave the clock as the board has it")
    every = [
        Pll(divide, multiply, _post(kind, hertz), entering_hz, device, kind.instance)
        for divide in range(1, kind.divide + 1)
        if kind.phase[0] <= entering_hz / divide <= kind.phase[1]
        for multiply in range(1, kind.multiply + 1)
        for hertz in [entering_hz * multiply / divide]
    ]
    # What is compared most often shakes least.
    found = min((pll for pll in every if pll.post), key=lambda pll: (abs(pll.hz - hz), pll.divide))
    if round(found.hz) != hz:
        raise InvalidOption(
            f"clock: the PLL makes no {hz / 1e6:g} MHz of {entering_hz / 1e6:g}; "
            f"the nearest is {found.hz / 1e6:g}"
        )
    return found


def _post(kind: _Kind, hz: float) -> int:
    """Return the divisor that keeps the oscillator inside nearest to the middle of its range, or 0."""
    least, most = kind.inside
    able = [post for post in kind.posts if least <= hz * post <= most]
    return min(able, key=lambda post: abs(hz * post - (least + most) / 2), default=0)
