"""The counters of a board that plays a pattern: images a second, and whether every result was right."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from accelgen.errors import InvalidOption, InvalidRequest, ToolError
from accelgen.files import write_whole
from accelgen.flows.port import SerialPort, find_port
from accelgen.flows.simulated import build_device, running_device
from accelgen.link import Counts, Device, Version
from accelgen.network.file import digest
from accelgen.owned import own_folder
from accelgen.rtl.edge.ports import ERRORS
from accelgen.rtl.fpga.emit import link_verilog
from accelgen.steps.answer import Answer
from accelgen.steps.board.design import design_of
from accelgen.steps.board.session import PATIENCE, SIMULATED_PATIENCE
from accelgen.steps.fpga import BAUD
from accelgen.steps.model import AnyModel, model_of
from accelgen.steps.testcase import Say

__all__ = ["Counted", "counters", "played"]

#: Seconds between two looks at a device that has not counted enough yet, and after which it has stopped.
LOOK, STOPPED = 0.05, 60.0
#: Rounds that are counted in a simulation, after one in which the first sample finds nothing before it.
ROUNDS = 3


@dataclass(frozen=True, slots=True)
class Counted(Answer):
    """What a device has counted of its pattern between two readings.

    Attributes
    ----------
    name : str
        Of the network.
    port, hardware : str
        Where the device is, and what it is, for people.
    clock_mhz : float
        Its clock.
    samples : int
        Samples of its pattern.
    results, cycles : int
        Results between the two readings, whole rounds of the pattern, and the cycles that they took.
    wrong : int
        Results, since the device started, that were not the golden model's.
    spoilt : bool
        There has been such a one, if only in the round that is under way.
    errors : tuple of str
        Errors that the network reported: none should.
    """

    name: str
    port: str
    hardware: str
    clock_mhz: float
    samples: int
    results: int
    cycles: int
    wrong: int
    spoilt: bool
    errors: tuple[str, ...]

    @property
    def cycles_per_image(self) -> float:
        """From one result to the next, mean."""
        return self.cycles / self.results

    @property
    def images_per_second(self) -> float:
        """Results of a second, at its clock."""
        return round(self.clock_mhz * 1e6 / self.cycles_per_image, 1)

    @property
    def right(self) -> bool:
        """Every result was the golden model's, and the network reported no error."""
        return not (self.wrong or self.spoilt or self.errors)

    def to_json(self) -> dict[str, Any]:
        """Return what ``--json`` prints."""
        return {
            "name": self.name,
            "port": self.port,
            "hardware": self.hardware,
            "clock_mhz": self.clock_mhz,
            "samples": self.samples,
            "results": self.results,
            "cycles": self.cycles,
            "cycles_per_image": round(self.cycles_per_image, 3),
            "images_per_second": self.images_per_second,
            "wrong": self.wrong,
            "right": self.right,
            "errors": list(self.errors),
        }


def counters(model: AnyModel, *, port: str | None = None, baud: int = BAUD, seconds: float = 1.0) -> Counted:
    """Return what a board has counted of its pattern in some seconds.

    Parameters
    ----------
    model : str, Path or Model
        What the board must have been built from.
    port, baud : str, int
        The serial line; a port that looks like a board is found.
    seconds : float
        Between the readings.

    Raises
    ------
    InvalidOption, InvalidRequest
        If the seconds are none, or the board has another network or plays no pattern.
    ToolError
        If it does not answer, or no result came.
    """
    if not 0 < seconds <= STOPPED:
        raise InvalidOption(f"seconds must be above 0 and at most {STOPPED:g}, not {seconds:g}")
    found = model_of(model)
    line = SerialPort(port or find_port(), baud)
    try:
        device = Device(line, patience=PATIENCE)
        version = _checked(found.name, digest(found.network), device.version())
        before = device.counts()
        time.sleep(seconds)
        after = _until(device, lambda now: now.results > before.results)
    finally:
        line.close()
    return _counted(found.name, line.name, "a board", version, before, after)


def played(
    model: AnyModel, *, board: str, rounds: int = ROUNDS, say: Say = lambda line: None, **how
) -> Counted:
    """Play what `fpga` builds with a pattern in Verilator, UART pins included, and return what it counts.

    Parameters
    ----------
    model : str, Path or Model
        What to play.
    board : str
        Lanes, samples and clock are those for this board.
    rounds : int
        Times that all samples are counted, at least.
    say : callable
        Told what is going on.
    how
        See `design_of`.

    Raises
    ------
    InvalidOption
        If the model does not fit the board.
    ToolError
        If Verilator is missing or fails, or no result came.
    """
    # The clock that is simulated is the board's; only the wires are faster, as fast as a clock makes them.
    design = design_of(model, board, **how | {"baud": None, "pattern": True})
    plan, name = design.plan, design.model.name
    with own_folder(design.model.folder / "sim" / f"pattern_{board}", say=say) as folder:
        verilog = write_whole(folder / "device.v", link_verilog(plan))
        say(f"building {name} in Verilator, in {folder} ...")
        program = build_device(verilog, "device", folder / "verilator")
        with running_device(program, divisor=plan.divisor, silence=plan.silence) as port:
            line = SerialPort(port, BAUD)
            try:
                device = Device(line, patience=SIMULATED_PATIENCE)
                version = _checked(name, plan.network_sha256, device.version())
                before = _until(device, lambda now: now.results > now.samples)
                least = before.results + rounds * before.samples
                after = _until(device, lambda now: now.results >= least)
            finally:
                line.close()
    hardware = f"simulated: {plan.hardware.describe()}, as on {board}"
    return _counted(name, port, hardware, version, before, after)


def _checked(name: str, stamp: str, version: Version) -> Version:
    """Return what a device says of itself if it plays a pattern to this network; else raise."""
    if version.network != stamp[:24]:
        raise InvalidRequest(f"the board has another network ({version.network}), not {name}")
    if not version.pattern:
        raise InvalidRequest("the board takes images and plays no pattern: build it with --pattern")
    return version


def _until(device: Device, enough: Callable[[Counts], bool]) -> Counts:
    """Return the first counters that are enough, or raise `ToolError` if results come no longer."""
    found = device.counts()
    end = time.monotonic() + STOPPED
    while not enough(found):
        if time.monotonic() > end:
            raise ToolError(
                f"no result has come for {STOPPED:g} s, after {found.results:,}: the network has stopped"
            )
        time.sleep(LOOK)
        now = device.counts()
        if now.results > found.results:
            end = time.monotonic() + STOPPED
        found = now
    return found


def _counted(name: str, port: str, hardware: str, version: Version, before: Counts, after: Counts) -> Counted:
    return Counted(
        name=name,
        port=port,
        hardware=hardware,
        clock_mhz=version.clock_hz / 1e6,
        samples=after.samples,
        results=after.results - before.results,
        cycles=after.cycles - before.cycles,
        wrong=after.wrong,
        spoilt=after.spoilt,
        errors=tuple(what for bit, what in enumerate(ERRORS) if after.errors >> bit & 1),
    )
