"""A device without a board: the hardware of a model, UART pins included, in Verilator at a serial port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from accelgen.boards import board as board_of
from accelgen.boards import fit
from accelgen.errors import InvalidOption
from accelgen.files import write_whole
from accelgen.flows.simulated import build_device, running_device
from accelgen.network.file import digest
from accelgen.owned import own_folder
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.fpga.emit import link_verilog
from accelgen.rtl.fpga.ports import LinkPlan
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.tables import load_beats
from accelgen.steps.hardware_file import settled
from accelgen.steps.model import AnyModel, Model, model_of
from accelgen.steps.testcase import Say

__all__ = ["SIMULATED_HZ", "VirtualBoard", "virtual_board"]

#: The clock that the device believes in. It makes 1,000,000 baud with 4 cycles for a bit, the fewest there
#: may be; and a simulator is hardly faster, so that a pause of the host does not look longer than it is.
SIMULATED_HZ = 4_000_000
BAUD = 1_000_000


@dataclass(frozen=True, slots=True)
class VirtualBoard:
    """A device that runs.

    Attributes
    ----------
    port : str
        Name of its serial port.
    tables : Path or None
        What must be loaded into it first.
    hardware : str
        What was built, for people.
    """

    port: str
    tables: Path | None
    hardware: str


@contextmanager
def virtual_board(
    model: AnyModel, *, board: str | None = None, say: Say = lambda line: None
) -> Iterator[VirtualBoard]:
    """Build the hardware of a model, and run it as long as the block lasts.

    Parameters
    ----------
    model : str, Path or Model
        Name or path, or a model that was read.
    board : str, optional
        Lanes and storage are those that `fpga` chooses for this board; without it those of the model's
        ``hardware.toml``. Spiking networks can stop early.
    say : callable
        Told what is going on.

    Raises
    ------
    InvalidOption
        If the model does not fit the board.
    ToolError
        If Verilator is missing, or fails.
    """
    model = model_of(model)
    network, datapath = model.network, _datapath(model, board)
    link = LinkPlan(hardware_of(network, datapath), digest(network), SIMULATED_HZ, BAUD)
    target = model.folder / "sim" / f"device_{board or 'itself'}"
    with own_folder(target, say=say) as folder:
        verilog = write_whole(folder / "device.v", link_verilog(link))
        frame = folder / "weights.bin" if link.loadable else None
        if frame:
            write_whole(frame, load_beats(link.hardware.tables).astype("<u4").tobytes())
        say(f"building {network.name} in Verilator, in {folder} ...")
        program = build_device(verilog, "device", folder / "verilator")
        with running_device(program, divisor=link.divisor, silence=link.silence) as port:
            yield VirtualBoard(port, frame, _named(link, board))


def _datapath(model: Model, board: str | None) -> Datapath:
    asked = {"early_stop": True} if model.network.spiking else {}
    if board is None:
        return model.datapath(**asked)
    fitted = fit(board_of(board), model.network, **settled(model.path, asked, len(model.network.layers)))
    if fitted.datapath is None or not fitted.fits:
        raise InvalidOption(f"{model.name} does not fit {board}: {'; '.join(fitted.missing)}")
    return fitted.datapath


def _named(link: LinkPlan, board: str | None) -> str:
    return f"simulated: {link.hardware.describe()}" + (f", as on {board}" if board else "")
