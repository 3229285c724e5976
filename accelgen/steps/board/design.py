"""What is built of a model for a board: its hardware, what feeds that, and the clock of both."""

from __future__ import annotations

from dataclasses import dataclass, fields

from accelgen.boards import Board, Fit, fit
from accelgen.boards import board as board_of
from accelgen.boards.fit import Surround
from accelgen.boards.pll import pll_for
from accelgen.errors import InvalidOption
from accelgen.network.file import digest
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.fingerprint import of_text
from accelgen.rtl.fpga.emit import device_of
from accelgen.rtl.fpga.pattern.plan import LEAST_SAMPLES, PatternPlan
from accelgen.rtl.fpga.ports import LinkPlan
from accelgen.rtl.fpga.uart import LEAST_DIVISOR
from accelgen.rtl.hardware import Hardware, hardware_of
from accelgen.steps.board.pattern import kept_for, pattern_of
from accelgen.steps.checks import check_clock
from accelgen.steps.hardware_file import settled
from accelgen.steps.model import AnyModel, Model, model_of

__all__ = ["MOST_SAMPLES", "BoardDesign", "design_of"]

#: Samples of a pattern, if the block RAM holds as many.
MOST_SAMPLES = 16


@dataclass(frozen=True, slots=True, eq=False)
class BoardDesign:
    """What is built.

    Attributes
    ----------
    board : Board
        For which board.
    model : Model
        Of which model.
    fit : Fit
        How it fits.
    datapath : Datapath
        How the hardware is built.
    plan : LinkPlan or PatternPlan
        What feeds it.
    """

    board: Board
    model: Model
    fit: Fit
    datapath: Datapath
    plan: LinkPlan | PatternPlan

    @property
    def hardware(self) -> Hardware:
        """The hardware."""
        return self.plan.hardware

    @property
    def fingerprint(self) -> str:
        """What tells it from other hardware: see `accelgen.rtl.fingerprint`."""
        return of_text(device_of(self.plan), "device")


def design_of(
    model: AnyModel,
    board: str,
    *,
    baud: int | None,
    force: bool = False,
    pattern: bool = False,
    clock: float | None = None,
    cycles: int | None = None,
    **asked,
) -> BoardDesign:
    """Return what is built of a model for a board.

    Parameters
    ----------
    model, board
        Name, path or model, and name.
    baud : int or None
        Bits per second on the wires; None for the most there can be, a bit in 4 cycles.
    force : bool
        Whatever is too little.
    pattern : bool
        It plays samples that are kept on the chip, as many as fit, `MOST_SAMPLES` at most.
    clock : float, optional
        MHz, made by a PLL of the clock of the board; by default that clock itself.
    cycles : int, optional
        Of an image: lanes of each layer of a pipeline are chosen for them; see `Model.datapath`.
    asked
        Options of `Datapath` that are settled; the rest is chosen for the board.

    Raises
    ------
    InvalidOption
        If it does not fit, or no PLL makes the clock.
    InvalidRequest
        If there are no samples for a pattern.
    """
    chip, found = board_of(board), model_of(model)
    hz = _hz(chip, clock)
    stamp = digest(found.network)
    rate = hz // LEAST_DIVISOR if baud is None else baud
    if cycles is None:
        options = settled(found.path, asked, len(found.network.layers))
    else:
        datapath = found.datapath(cycles=cycles, **asked)
        options = {field.name: getattr(datapath, field.name) for field in fields(datapath)}
    if not pattern:
        chosen = fit(chip, found.network, **options)
        return _design(chip, found, chosen, force, lambda hardware: LinkPlan(hardware, stamp, hz, rate))
    entering = kept_for(found)
    count = min(len(entering), MOST_SAMPLES)
    while True:

        def put(hardware: Hardware, played=entering[:count]) -> PatternPlan:
            return PatternPlan(hardware, pattern_of(hardware, played), stamp, hz, rate)

        chosen = fit(chip, found.network, surround=put, **{"weights": "rom"} | options)
        if chosen.fits or count // 2 < LEAST_SAMPLES:
            return _design(chip, found, chosen, force, put)
        count //= 2


def _design(chip: Board, model: Model, chosen: Fit, force: bool, put: Surround) -> BoardDesign:
    """Return what was chosen, or raise `InvalidOption` if it does not fit and is not forced."""
    if chosen.datapath is None or not (chosen.fits or force):
        raise InvalidOption(f"{model.name} does not fit {chip.name}: {'; '.join(chosen.missing)}")
    plan = put(hardware_of(model.network, chosen.datapath))
    return BoardDesign(chip, model, chosen, chosen.datapath, plan)


def _hz(chip: Board, clock: float | None) -> int:
    """Return the clock in Hz, or raise `InvalidOption` if the board has none that is so fast."""
    check_clock(clock)
    hz = chip.clock_hz if clock is None else round(clock * 1e6)
    if hz != chip.clock_hz:
        pll_for(chip.family, chip.clock_hz, hz)
    return hz
