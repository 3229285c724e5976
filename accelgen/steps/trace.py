"""One image through the engine, cycle by cycle, as the hardware itself does it in Amaranth's simulator."""

from __future__ import annotations

import io
from dataclasses import dataclass

import numpy as np
from amaranth.sim import Simulator

from accelgen.data import Images
from accelgen.errors import InvalidRequest
from accelgen.golden.batches import spiking_batches
from accelgen.golden.spiking_vectors import spiking_vectors
from accelgen.golden.vectors import dense_vectors
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.tables import load_beats
from accelgen.steps.checks import timesteps_of
from accelgen.steps.model import AnyModel, model_of

__all__ = ["Trace", "trace"]

#: What is looked at: signals by their place in the design.
LAYER = "engine.control.layer"
RUNNING = "engine.control.running"
SCANNER = "engine.array.scanner."
HELD, READY = SCANNER + "entries__valid", SCANNER + "entries__ready"
BLOCK, OCCUPIED, POSITION = SCANNER + "visit.block", SCANNER + "visit.occupied", SCANNER + "lowest"
WATCHED = (LAYER, RUNNING, HELD, READY, BLOCK, OCCUPIED, POSITION)

PERIOD = 1e-6
DEADLINE = 1_000_000


@dataclass(frozen=True, slots=True, eq=False)
class Trace:
    """What the engine did, from the first beat of an image to the last of its result.

    Attributes
    ----------
    layer : int8[cycles]
        The layer that runs; -1 while none does.
    block : int32[cycles]
        The input block whose activation goes to the lanes; -1 in cycles without.
    position : int32[cycles]
        Which activation of the block.
    label : int
        The class that came out, as the golden model says too.
    """

    layer: np.ndarray
    block: np.ndarray
    position: np.ndarray
    label: int

    @property
    def cycles(self) -> int:
        """From the first beat to the last."""
        return len(self.layer)

    def spent(self, layer: int) -> tuple[int, int]:
        """Return the cycles of a layer, and those of them in which the lanes worked."""
        own = self.layer == layer
        return int(own.sum()), int((own & (self.block >= 0)).sum())


def trace(model: AnyModel, images: Images, **options) -> Trace:
    """Simulate a folded model on the first of ``images``.

    Parameters
    ----------
    model : str, Path or Model
        Name or path, or a model that was read.
    images : Images
        Of its data set.
    options
        Of `accelgen.steps.rtl`.

    Raises
    ------
    InvalidRequest
        If the model is not folded, and so has no schedule of its layers, or its hardware gives another result
        than the golden model.
    """
    model = model_of(model)
    network, datapath = model.network, model.datapath(**options)
    if datapath.unrolled:
        raise InvalidRequest(f"{network.name} is unrolled: every layer takes one cycle")
    if datapath.pipelined:
        raise InvalidRequest(
            f"{network.name} is pipelined: its layers work at the same time, and a timeline is of layers "
            "that run one after another"
        )
    hardware = hardware_of(network, datapath)
    top = hardware.top()
    beats, inputs, expected = _frame(network, images, hardware.stream)
    table = load_beats(hardware.tables).tolist() if hardware.loadable else []
    answer: list[int] = []
    simulator = Simulator(top)
    simulator.add_clock(PERIOD)
    simulator.add_testbench(_sender(top, table, beats, inputs))
    simulator.add_testbench(_receiver(top, answer))
    watch = Watch(WATCHED)
    with simulator.write_vcd(watch):
        simulator.run()
    if answer != expected:
        raise InvalidRequest(f"{network.name}: the hardware says {answer}, the golden model {expected}")
    return _trace(watch.samples, answer[-1] & 0xFFFF)


def _frame(network, images: Images, stream: str) -> tuple[list[int], dict[str, int], list[int]]:
    """Return the beats of the first image, run-time inputs, and the right result."""
    first = images.first(1)
    if network.spiking:
        batch = next(spiking_batches(network, first, timesteps_of(network, None)))
        entering = batch.pixels if stream == "pixels" else None
        vectors = spiking_vectors(network, batch.result, images=entering)
    else:
        vectors = dense_vectors(network, first.pixels)
    return vectors.frames()[0], vectors.inputs, vectors.expected[0].tolist()


def _sender(top, table: list[int], beats: list[int], inputs: dict[str, int]):
    async def send(ctx):
        for name, value in inputs.items():
            ctx.set(getattr(top, name), value)
        for port, words in (("l_axis", table), ("s_axis", beats)):
            for number, word in enumerate(words):
                ctx.set(getattr(top, f"{port}_tdata"), word)
                ctx.set(getattr(top, f"{port}_tlast"), number == len(words) - 1)
                ctx.set(getattr(top, f"{port}_tvalid"), 1)
                await ctx.tick().until(getattr(top, f"{port}_tready"))
                ctx.set(getattr(top, f"{port}_tvalid"), 0)

    return send


def _receiver(top, answer: list[int]):
    async def receive(ctx):
        ctx.set(top.m_axis_tready, 1)
        for _ in range(DEADLINE):
            valid, word, last = (
                await ctx.tick().sample(top.m_axis_tvalid, top.m_axis_tdata, top.m_axis_tlast)
            )[2:]
            if valid:
                answer.append(word - (1 << 32) if word >> 31 else word)
                if last:
                    return
        raise InvalidRequest(f"no result after {DEADLINE} cycles")

    return receive


def _trace(samples: list[tuple[int, ...]], label: int) -> Trace:
    layer, running, held, ready, block, occupied, position = np.array(samples, np.int64).T
    works = (running & held & ready).astype(bool)
    first = int(np.argmax(running)) if running.any() else 0
    # Of a pass without any event one entry of value 0 goes to the lanes: it ends the pass, and reads nothing.
    issued = np.where(works & (occupied == 1), block, -1)
    return Trace(
        np.where(running, layer, -1)[first:].astype(np.int8),
        issued[first:].astype(np.int32),
        position[first:].astype(np.int32),
        label,
    )


class Watch(io.StringIO):
    """Takes a VCD file as it is written, and keeps the values of a few signals at each rise of the clock.

    Parameters
    ----------
    names : sequence of str
        Places below the top, without ``bench.top``.

    Attributes
    ----------
    samples : list of tuple of int
        Values just before each rise, in the order of the names.
    """

    def __init__(self, names: tuple[str, ...]):
        super().__init__()
        self.samples: list[tuple[int, ...]] = []
        self._names, self._values, self._rest = names, dict.fromkeys(names, 0), ""
        self._codes: dict[str, list[str]] = {}
        self._scope: list[str] = []
        self._clock: str | None = None
        self._changes: list[tuple[str, int]] = []

    def write(self, text: str) -> int:
        """Take some of the file."""
        *lines, self._rest = (self._rest + text).split("\n")
        for line in lines:
            self._line(line)
        return len(text)

    def _line(self, line: str) -> None:
        if line.startswith("$"):
            self._declare(line.split())
        elif line.startswith("#"):
            self._settle()
        elif line.startswith("b"):
            value, code = line[1:].split()
            self._change(code, value)
        elif line:
            self._change(line[1:], line[0])

    def _declare(self, words: list[str]) -> None:
        if words[0] == "$scope":
            self._scope.append(words[2])
        elif words[0] == "$upscope":
            self._scope.pop()
        elif words[0] == "$var":
            place = ".".join([*self._scope, words[4].lstrip("\\")]).removeprefix("bench.top.")
            if place == "clk":
                self._clock = words[3]
            for name in self._names:
                if place == name:
                    self._codes.setdefault(words[3], []).append(name)

    def _change(self, code: str, value: str) -> None:
        if code == self._clock:
            self._changes.append(("", int(value, 2)))
        for name in self._codes.get(code, ()):
            self._changes.append((name, int(value, 2)))

    def _settle(self) -> None:
        """End a moment: what changed with a rise of the clock was not there before it."""
        if ("", 1) in self._changes:
            self.samples.append(tuple(self._values[name] for name in self._names))
        self._values.update((name, value) for name, value in self._changes if name)
        self._changes = []
