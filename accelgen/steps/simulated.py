"""A device without a board: the hardware of a model, UART pins included, in Verilator at a serial port."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from accelgen.errors import InvalidOption
from accelgen.files import write_whole
from accelgen.models import home, network_path
from accelgen.owned import own_folder
from accelgen.steps.prepared import Say

if TYPE_CHECKING:
    from accelgen.rtl.fpga.ports import LinkPlan
    from accelgen.rtl.options import Datapath

__all__ = ["SIMULATED_HZ", "Simulated", "simulated"]

#: The clock that the device believes in. It makes 1,000,000 baud with 4 cycles for a bit, the fewest there
#: may be; and a simulator is hardly faster, so that a pause of the host does not look longer than it is.
SIMULATED_HZ = 4_000_000
BAUD = 1_000_000


@dataclass(frozen=True, slots=True)
class Simulated:
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
def simulated(model: str, *, board: str | None = None, say: Say = lambda line: None) -> Iterator[Simulated]:
    """Build the hardware of a model, and run it as long as the block lasts.

    Parameters
    ----------
    model : str
        Name or path.
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
    from accelgen.flows.simulated import build_device, running_device
    from accelgen.network import load
    from accelgen.network.file import digest
    from accelgen.rtl.fpga.emit import link_verilog
    from accelgen.rtl.fpga.ports import LinkPlan
    from accelgen.rtl.hardware import hardware_of
    from accelgen.rtl.tables import load_beats

    path = network_path(model)
    network = load(path)
    datapath = _datapath(path, network, board)
    link = LinkPlan(hardware_of(network, datapath), digest(network), SIMULATED_HZ, BAUD)
    target = home() / "rtl_out" / network.name / "sim" / f"device_{board or 'itself'}"
    with own_folder(target, say=say) as folder:
        verilog = write_whole(folder / "device.v", link_verilog(link))
        frame = folder / "weights.bin" if link.loadable else None
        if frame:
            write_whole(frame, load_beats(link.hardware.tables).astype("<u4").tobytes())
        say(f"building {network.name} in Verilator, in {folder} ...")
        program = build_device(verilog, "device", folder / "verilator")
        with running_device(program, divisor=link.divisor, silence=link.silence) as port:
            yield Simulated(port, frame, _named(link, board))


def _datapath(path: Path, network, board: str | None) -> Datapath:
    from accelgen.boards import board as board_of
    from accelgen.boards import fit
    from accelgen.steps.choice import chosen, settled

    asked = {"early_stop": True} if network.spiking else {}
    if board is None:
        return chosen(path, asked)
    found = fit(board_of(board), network, **settled(path, asked))
    if not found.fits:
        raise InvalidOption(f"{network.name} does not fit {board}: {'; '.join(found.missing)}")
    return found.datapath


def _named(link: LinkPlan, board: str | None) -> str:
    return f"simulated: {link.hardware.describe()}" + (f", as on {board}" if board else "")
