"""Answers of steps that were never asked: each as it might be, but for what a test says of it."""

from __future__ import annotations

from dataclasses import replace

from accelgen.flows.measured import Cycles, Measured
from accelgen.golden.batches import LayerSpikes
from accelgen.network import Network
from accelgen.network.widths import layer_accumulator_bits
from accelgen.rtl.hardware import PixelBeats
from accelgen.rtl.manifest import Manifest
from accelgen.steps.board.host import Classified, Conversation
from accelgen.steps.evaluation import Evaluation
from accelgen.steps.overview import Overview, overview_of_layer
from accelgen.steps.simulation import Simulation
from accelgen.steps.workload import ClockDriven, DenseWorkload, LayerIdeal, SpikingWorkload
from tests.tiny_networks import small_network

MANIFEST = Manifest(
    name="small",
    top="small",
    kind="dense",
    form="folded",
    network_sha256="ab",
    verilog_sha256="cd",
    weights="ram",
    input=PixelBeats(pixels=30, pixels_per_beat=5, pixel_bits=3, beats=6, width=15),
    classes=5,
    score_bits=9,
    error_bits=(),
    ports=(),
    memories=(),
    layers=(),
    files={},
    tools={},
    lanes=5,
    skip_zeros=True,
)
MEASURED = Measured(4, 0, Cycles(1, 2.25, 3), latency=4.0, error=0)
DENSE = DenseWorkload(8.0, 2.0, (LayerIdeal("a", 1.5), LayerIdeal("b", 0.5)))
SPIKES = SpikingWorkload(
    timesteps=4,
    margin=None,
    timesteps_used=2.5,
    events=100.0,
    synaptic_operations=2000.0,
    membrane_updates=30.0,
    membrane_words=8.0,
    layers=(LayerSpikes("a", 90.0, 1800.0), LayerSpikes("b", 10.0, 200.0)),
    weight_words=40.0,
    clock_driven=ClockDriven(160.0, 0.25),
)
SIMULATION = Simulation(
    simulator="verilator",
    manifest=MANIFEST,
    measured=MEASURED,
    ideal_cycles=2.0,
    work=DENSE,
    layers=(),
    accuracy=None,
    data="d",
    seconds=0.5,
)
CONVERSATION = Conversation(
    name="digits",
    port="/dev/ttyUSB1",
    hardware="a board",
    network="0123",
    clock_mhz=12.0,
    data="a picture",
    classes=(*map(str, range(7)), "horse"),
    answers=(Classified(7, (-5, 9), 0, 2041, 5.25, equal=True, values=(), expected=3),),
    resent=4,
    crc_errors=1,
)
EVALUATION = Evaluation("small", "dense", 0.5, 4, "made up", 10.0)


def simulation(hardware: dict | None = None, **measured) -> Simulation:
    """Return a simulation of ``hardware`` (fields of a manifest) in which that was measured."""
    return replace(
        SIMULATION,
        manifest=replace(MANIFEST, **(hardware or {})),
        measured=replace(MEASURED, **measured),
    )


def overview(network: Network | None = None, **facts) -> Overview:
    """Return the overview of a network that has no file."""
    network = network or small_network()
    layers = zip(network.layers, layer_accumulator_bits(network), strict=True)
    shown = Overview(
        name=network.name,
        kind=network.kind,
        network_sha256="ab",
        input=network.input,
        compression=network.compression,
        stored_bits={"codes": 3, "bias": 4, "total": 7},
        memory_ratio=2.345,
        layers=tuple(overview_of_layer(*pair) for pair in layers),
        provenance={},
    )
    return replace(shown, **facts)


def conversation(mismatches: int = 0) -> Conversation:
    """Return a conversation about one image, and so many more whose answers differ."""
    (answer,) = CONVERSATION.answers
    return replace(CONVERSATION, answers=(answer, *[replace(answer, equal=False)] * mismatches))
