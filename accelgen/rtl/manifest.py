"""The manifest: what was generated, in words and numbers, for later steps and for whoever builds it in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Literal, NamedTuple

from accelgen.errors import DataError, InvalidRequest, at
from accelgen.network.integrator import Integrator
from accelgen.network.layer import Layer
from accelgen.network.network import Kind
from accelgen.network.spiking import MAX_TIMESTEPS, Integration, Neuron, Reset
from accelgen.network.synapse import Synapse
from accelgen.network.task import Task, words_of_result
from accelgen.network.window import Window
from accelgen.reading import read_json
from accelgen.records import read_record, record
from accelgen.rtl.bus.registers import RegisterMap
from accelgen.rtl.bus.top import bus_ports
from accelgen.rtl.datapath import Storage, Sums, describe
from accelgen.rtl.edge.axi_names import with_axi_names
from accelgen.rtl.edge.ports import ERRORS, Port
from accelgen.rtl.hardware import EventWords, Form, Hardware, PixelBeats
from accelgen.rtl.layer_plan import LayerPlan
from accelgen.rtl.memories import Memory

__all__ = ["Engine", "LayerEntry", "Manifest", "manifest_of"]

#: Of the file. The second has the ports and the form.
SCHEMA = 2


@dataclass(frozen=True, slots=True)
class LayerEntry:
    """A layer, and how it runs.

    Attributes
    ----------
    name : str
        Of the layer.
    outputs, inputs : int
        Activations that leave and enter.
    weight_bits : int
        Bits of a weight.
    compression : float
        Blocks over kept blocks.
    kept_blocks : int
        Kept blocks of a block row.
    window, channels : Window and int, or None
        What a convolution looks at, and the channels that leave it.
    passes : int or None
        Passes of the lanes for an image or timestep; None if the layer is its own gates.
    channels_per_word : int or None
        Of a convolution: channels of a pixel in a word of activation memory.
    integration, threshold, leak, reset, multiplier, synapse
        Of the neurons of a spiking layer that fires: see `accelgen.network.spiking`.
    """

    name: str
    outputs: int
    inputs: int
    weight_bits: int
    compression: float
    kept_blocks: int
    window: Window | None = None
    channels: int | None = None
    passes: int | None = None
    channels_per_word: int | None = None
    integration: Integration | None = None
    threshold: int | None = None
    leak: int | None = None
    reset: Reset | None = None
    multiplier: int | None = None
    synapse: Synapse | None = None


class Engine(NamedTuple):
    """Of hardware with lanes: all of them, those of an engine of each layer, its engines, what zeros cost."""

    lanes: int
    layer_lanes: tuple[int, ...]
    layer_units: tuple[int, ...]
    skip_zeros: bool


@dataclass(frozen=True, slots=True)
class Manifest:
    """What was generated. A field that its hardware does not have is None, and not in the file.

    Attributes
    ----------
    name, top : str
        Of the network, and of the module that is the hardware.
    kind : "dense", "convolutional" or "spiking"
        Of the network.
    form : "folded", "pipelined" or "unrolled"
        Of the hardware.
    network_sha256, verilog_sha256 : str
        Digests of the network file and of the Verilog file, in hex.
    lanes, skip_zeros : int and bool
        The lanes that are built, and whether zeros cost no cycle; of hardware that is not unrolled.
    compact : bool
        It is built for few lookup tables: see `accelgen.rtl.datapath.Datapath`.
    layer_lanes : tuple of int
        Of pipelined hardware: the lanes of an engine of each layer; 0 of an unrolled layer.
    layer_units : tuple of int
        Of pipelined hardware: engines of each layer, if a layer has several.
    weights : "rom" or "ram"
        Where the tables live.
    stream, timesteps_max, early_stop, readout
        What enters, how many timesteps, whether a sample may end early, and what is read out; of a network
        that spikes.
    integrator : Integrator or None
        How membranes that are read out leak, and which of them is the score; None if scores are sums.
    bus : RegisterMap or None
        The registers, behind a bus.
    interval, stages, sums
        Of a pipeline: clocks from one image to the next, ranks of registers that an image passes, and how its
        layers add. A result is one beat then, its words side by side.
    input : PixelBeats or EventWords
        How input enters.
    classes, score_bits : int
        Scores of an image, and bits of each.
    task : Task or None
        What the scores stand for; None if they are those of classes.
    error_bits : tuple of str
        What each bit of ``error`` means, bit 0 first.
    ports : tuple of Port
        Of the top, the clock and the reset first.
    memories : tuple of Memory
        All of them, the tables first.
    layers : tuple of LayerEntry
        In the order in which they run.
    files : dict of str to str
        Names of the files beside this one: ``verilog``, ``waivers``, for tables that are loaded ``load``, for
        those that the Verilog reads ``rom_...``, and what `accelgen.deliver` has made of this manifest.
    tools : dict of str to str
        Version of what the Verilog was written with: ``amaranth``.
    """

    name: str
    top: str
    kind: Kind
    form: Form
    network_sha256: str
    verilog_sha256: str
    weights: Storage
    input: EventWords | PixelBeats
    classes: int
    score_bits: int
    error_bits: tuple[str, ...]
    ports: tuple[Port, ...]
    memories: tuple[Memory, ...]
    layers: tuple[LayerEntry, ...]
    files: dict[str, str]
    tools: dict[str, str]
    lanes: int | None = None
    layer_lanes: tuple[int, ...] | None = None
    layer_units: tuple[int, ...] | None = None
    skip_zeros: bool | None = None
    stream: Literal["pixels", "events"] | None = None
    timesteps_max: int | None = None
    early_stop: bool | None = None
    readout: Literal["count", "membrane"] | None = None
    bus: RegisterMap | None = None
    task: Task | None = None
    interval: int | None = None
    stages: int | None = None
    sums: Sums | None = None
    integrator: Integrator | None = None
    compact: bool | None = None

    @property
    def words_per_beat(self) -> int:
        """Words of a result in a beat of ``m_axis``."""
        return self.results if self.interval else 1

    @property
    def results(self) -> int:
        """Words of a result: the scores, and what follows them if anything does."""
        return words_of_result(self.task, self.classes)

    @property
    def unrolled(self) -> bool:
        """Every layer is its own gates."""
        return self.form == "unrolled"

    @property
    def engine(self) -> Engine:
        """What runs the layers, or `InvalidRequest` if every layer is its own gates."""
        if self.lanes is None or self.skip_zeros is None:
            raise InvalidRequest(f"{self.name} is unrolled: it has no engine with lanes")
        each = self.layer_lanes or (self.lanes,) * len(self.layers)
        return Engine(self.lanes, each, self.layer_units or (1,) * len(each), self.skip_zeros)

    def describe(self) -> str:
        """Return how the hardware is built, in a few words."""
        return describe(
            self.layer_lanes or self.lanes,
            self.weights,
            self.interval,
            self.layer_units,
            spiking=self.kind == "spiking",
            compact=bool(self.compact),
        )

    @property
    def pixel_beats(self) -> PixelBeats:
        """How an image enters, or `InvalidRequest` if events do."""
        if not isinstance(self.input, PixelBeats):
            raise InvalidRequest(f"{self.name} takes events, not pixels")
        return self.input

    @property
    def memory_bits(self) -> int:
        """Bits of all memories."""
        return sum(memory.bits for memory in self.memories)

    def to_json(self) -> dict[str, Any]:
        """Return it as values of JSON, as they are in ``manifest.json``."""
        return {"schema": SCHEMA} | record(self) | {"unrolled": self.unrolled}

    @classmethod
    def from_json(cls, value: Any) -> Manifest:
        """Return what `to_json` made ``value`` of.

        Raises
        ------
        DataError
            If it is of another schema, or a field is missing or of another type.
        """
        if not isinstance(value, dict) or value.get("schema") != SCHEMA:
            raise DataError(f"must be a manifest of schema {SCHEMA}: write it again with accelgen rtl")
        return read_record(cls, value)

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """Return what is in a ``manifest.json``, or raise `DataError` with its path; see `from_json`."""
        with at(path):
            return cls.from_json(read_json(path))

    def text(self) -> str:
        """Return what is written into ``manifest.json``."""
        return json.dumps(self.to_json(), indent=2) + "\n"


def manifest_of(
    hardware: Hardware,
    stamp: str,
    verilog: str,
    bus: RegisterMap | None = None,
    rom_files: Iterable[str] = (),
    *,
    axi_names: bool = False,
) -> Manifest:
    """Return the manifest of hardware.

    Parameters
    ----------
    hardware : Hardware
        What was built.
    stamp : str
        Digest of the network file.
    verilog : str
        The whole text of its Verilog.
    bus : RegisterMap, optional
        Its registers, behind a bus.
    rom_files : iterable of str
        The files that its Verilog reads.
    axi_names : bool
        Its clock and its reset are called as `AxiNames` has them.
    """
    network, plan, timed = hardware.network, hardware.plan, hardware.timed
    ranked = hardware.side_by_side
    ports = bus_ports(bus.bus) if bus else hardware.ports
    files = {"verilog": f"{network.name}.v", "waivers": f"{network.name}.vlt"}
    files |= {"load": "weights.bin"} if hardware.loadable else {}
    files |= {f"rom{Path(file).stem.removeprefix(network.name)}": file for file in rom_files}
    readout: Literal["count", "membrane"] | None = None
    if timed:
        readout = "count" if timed.counting else "membrane"
    return Manifest(
        name=network.name,
        top=network.name,
        kind=network.kind,
        form=hardware.form,
        network_sha256=stamp,
        verilog_sha256=hashlib.sha256(verilog.encode()).hexdigest(),
        weights=plan.weights,
        input=hardware.input,
        classes=plan.classes,
        score_bits=hardware.score_bits,
        error_bits=ERRORS,
        ports=tuple(with_axi_names(ports) if axi_names else ports),
        memories=tuple(hardware.memories),
        layers=tuple(_entry(*pair) for pair in zip(network.layers, hardware.parts, strict=True)),
        files=files,
        tools={"amaranth": version("amaranth")},
        lanes=hardware.lanes,
        layer_lanes=hardware.layer_lanes or None,
        layer_units=hardware.datapath.layer_units or None,
        skip_zeros=hardware.datapath.skip_zeros if hardware.lanes else None,
        stream=timed.stream if timed else None,
        timesteps_max=MAX_TIMESTEPS if timed else None,
        early_stop=timed.early_stop if timed else None,
        readout=readout,
        bus=bus,
        task=network.task,
        interval=ranked.interval if ranked else None,
        stages=ranked.stages if ranked else None,
        sums=None if hardware.datapath.sums == "auto" else hardware.datapath.sums,
        integrator=network.readout,
        compact=hardware.datapath.compact or None,
    )


def _entry(layer: Layer, part: LayerPlan | None) -> LayerEntry:
    """Return what is said of a layer, and of its part in an engine if it has one."""
    weights, window = layer.weights, layer.window
    looks = window.looked_at if window else 1
    neuron = layer.rule if isinstance(layer.rule, Neuron) else None
    return LayerEntry(
        layer.name,
        layer.outputs,
        layer.inputs,
        weights.bits,
        weights.compression,
        weights.kept,
        window=window,
        channels=weights.outputs if window else None,
        passes=part.rows * part.passes * looks if part else None,
        channels_per_word=part.block_in if part and window else None,
        integration=neuron.integration if neuron else None,
        threshold=neuron.threshold if neuron else None,
        leak=neuron.leak if neuron else None,
        reset=neuron.reset if neuron else None,
        multiplier=neuron.multiplier if neuron and neuron.multiplies else None,
        synapse=neuron.synapse if neuron else None,
    )
