"""A conversation with a device, on a board or simulated, in which every answer is checked."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from accelgen.data.recorded import OWN
from accelgen.errors import InvalidOption, InvalidRequest, at
from accelgen.flows.port import SerialPort, find_port
from accelgen.golden import run, run_spiking
from accelgen.link import Answer, Device, Version
from accelgen.network import Network, quantise_pixels
from accelgen.network.file import digest
from accelgen.reading import read_bytes
from accelgen.steps.board.virtual_board import virtual_board
from accelgen.steps.checks import check_dense, check_margin, timesteps_of
from accelgen.steps.fpga import BAUD
from accelgen.steps.model import AnyModel, Model, model_of
from accelgen.steps.origin import check_origin
from accelgen.steps.testcase import Say

__all__ = ["Heard", "Session", "check_line", "connected"]

PATIENCE = 0.25  # seconds for an answer of a board: see docs/protocol.md
SIMULATED_PATIENCE = 5.0


@dataclass(frozen=True, slots=True)
class Heard:
    """What a device says of an image.

    Attributes
    ----------
    label : int or None
        The class, or the decision of a threshold; None where there is neither.
    scores : tuple of int
        Of each class.
    timesteps : int
        Of a spiking network; 0 of others.
    cycles : int
        Of the clock, inside.
    milliseconds : float
        With the line.
    equal : bool
        Whether scores, class and timesteps are those of the golden model.
    values : tuple of float or bool
        What the scores stand for; none where they are those of classes.
    """

    label: int | None
    scores: tuple[int, ...]
    timesteps: int
    cycles: int
    milliseconds: float
    equal: bool
    values: tuple[float | bool, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Session:
    """A device that has the right network, and its tables.

    Attributes
    ----------
    network : Network
        What the device runs.
    device : Device
        The other side of the line.
    version : Version
        What it says of itself.
    port, hardware : str
        Where it is, and what it is, for people.
    timesteps, margin : int
        What goes with every image to a spiking network; 1 and 0 to others.
    """

    network: Network
    device: Device
    version: Version
    port: str
    hardware: str
    timesteps: int
    margin: int

    def ask(self, pixels: np.ndarray) -> list[Heard]:
        """Let the device classify raw images, and compare what it says with the golden model.

        Parameters
        ----------
        pixels : uint8[images, pixels]
            As the data set of the network has them.

        Returns
        -------
        list of Heard
            In the order of the images.
        """
        heard = []
        for beats in self._beats(pixels):
            start = time.perf_counter()
            answer = self.device.classify(beats, timesteps=self.timesteps, margin=self.margin)
            heard.append((answer, 1000 * (time.perf_counter() - start)))
        return [
            Heard(
                answer.label,
                answer.scores,
                answer.timesteps,
                answer.cycles,
                round(milliseconds, 3),
                _said(answer) == right,
                self._values(answer),
            )
            for (answer, milliseconds), right in zip(heard, self._right(pixels), strict=True)
        ]

    def _values(self, answer: Answer) -> tuple[float | bool, ...]:
        if (task := self.network.task) is None:
            return ()
        return tuple(task.values(np.array([answer.scores]))[0].tolist())

    def _beats(self, pixels: np.ndarray) -> list[list[int]]:
        """Return the beats of raw images, as ``s_axis_tdata`` takes them."""
        bits, per_beat = self.network.pixel_input.bits, _pixels_per_beat(self.network, self.version)
        beats = []
        for image in quantise_pixels(pixels, bits):
            blocks = [image[start : start + per_beat] for start in range(0, len(image), per_beat)]
            beats.append([sum(int(pixel) << (n * bits) for n, pixel in enumerate(block)) for block in blocks])
        return beats

    def _right(self, pixels: np.ndarray) -> list[tuple]:
        """Return what the golden model says: scores, class, timesteps used."""
        if not self.network.spiking:
            dense = run(self.network, pixels)
            answers = [None] * len(pixels) if dense.answers is None else dense.answers.tolist()
            return [(s, c, 0) for s, c in zip(dense.scores.tolist(), answers, strict=True)]
        result = run_spiking(self.network, pixels, self.timesteps)
        used = result.stopped(self.margin)
        final = result.final(used)
        return list(zip(final.tolist(), final.argmax(axis=1).tolist(), used.tolist(), strict=True))


def _pixels_per_beat(network: Network, version: Version) -> int:
    """Return the pixels of a beat: those of a block or, of unrolled hardware, what 64 bits hold."""
    bits, pixels = network.pixel_input.bits, network.pixel_input.pixels
    for count in (network.first.word, min(64 // bits, pixels)):
        if (version.beats, version.beat_bytes) == (-(-pixels // count), -(-count * bits // 8)):
            return count
    raise InvalidRequest(
        f"the board wants {version.beats} beats of {version.beat_bytes} bytes, and {network.name} has others"
    )


def _said(answer: Answer) -> tuple:
    return list(answer.scores), answer.label, answer.timesteps


def check_line(
    *,
    port: str | None = None,
    simulate: bool = False,
    board: str | None = None,
    tables: Path | None = None,
    **_: object,
) -> None:
    """Raise `InvalidOption` if options of `connected` do not go together."""
    if simulate and (port or tables):
        raise InvalidOption("a simulated device brings its own port and tables: name neither with --simulate")
    if board and not simulate:
        raise InvalidOption("a board is named with --simulate only: one that is plugged in is what it is")


@contextmanager
def connected(
    model: AnyModel,
    *,
    port: str | None = None,
    baud: int = BAUD,
    simulate: bool = False,
    board: str | None = None,
    tables: Path | None = None,
    timesteps: int | None = None,
    margin: int | None = None,
    say: Say = lambda line: None,
) -> Iterator[Session]:
    """Open the line to a device and see that it has the model; close it when the block ends.

    Parameters
    ----------
    model : str, Path or Model
        What the device must have been built from.
    port, baud : str, int
        The serial line; a port that looks like a board is found.
    simulate, board : bool, str
        Build the device in Verilator instead, with the hardware chosen for a board, or the model's own.
    tables : Path, optional
        ``weights.bin`` of the build; where the board has loadable tables, that of the only build is found.
    timesteps, margin : int, optional
        Of a spiking network.
    say : callable
        Told what is going on.

    Raises
    ------
    InvalidOption, InvalidRequest
        If an option cannot be, the device has another network, or its tables are not to be found.
    ToolError
        If it does not answer.
    """
    check_line(port=port, simulate=simulate, board=board, tables=tables)
    model = model_of(model)
    network = model.network
    steps = _checked(network, timesteps, margin)
    with ExitStack() as stack:
        hardware = "a board"
        if simulate:
            virtual = stack.enter_context(virtual_board(model, board=board, say=say))
            port, tables, hardware = virtual.port, virtual.tables, virtual.hardware
        line = SerialPort(port or find_port(), baud)
        stack.callback(line.close)
        device = Device(line, patience=SIMULATED_PATIENCE if simulate else PATIENCE)
        version = device.version()
        _check(network, version, margin)
        if version.loadable and not device.status().ready:
            _load(device, tables or _only_tables(model))
        yield Session(network, device, version, line.name, hardware, steps, margin or 0)


def _checked(network: Network, timesteps: int | None, margin: int | None) -> int:
    """Return the timesteps to run; raise unless the options and the link go with the network."""
    if OWN not in network.provenance:  # of data of somebody's own nothing is needed to send samples
        check_origin(network)
    if network.input.takes == "events":
        raise InvalidOption(f"the link carries pixels, and {network.name} takes events")
    if not network.spiking:
        check_dense(network, timesteps=timesteps, margin=margin)
        return 1
    check_margin(network, margin)
    return timesteps_of(network, timesteps)


def _check(network: Network, version: Version, margin: int | None) -> None:
    """Raise unless the device has the network, and what a margin needs."""
    if version.network != digest(network)[:24]:
        raise InvalidRequest(f"the board has another network ({version.network}), not {network.name}")
    if version.pattern:
        raise InvalidRequest(
            "the board plays a pattern and takes no images: read its counters with --pattern"
        )
    if margin and not version.early_stop:
        raise InvalidOption("a margin needs a board that was built with --early-stop, and this one was not")


def _only_tables(model: Model) -> Path:
    found = sorted(model.folder.glob("*/weights.bin"))
    if len(found) != 1:
        raise InvalidRequest(
            f"the board waits for its tables: name its weights.bin with --tables ({len(found)} found)"
        )
    return found[0]


def _load(device: Device, path: Path) -> None:
    with at(path):
        data = read_bytes(path, InvalidRequest)
        if not data or len(data) % 4:
            raise InvalidRequest(f"is no table frame: it has {len(data)} bytes, and a word has 4")
    device.load([int.from_bytes(data[n : n + 4], "little") for n in range(0, len(data), 4)])
