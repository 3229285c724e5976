"""What stands at the top of the Verilog of a network: what it is, and how it is used."""

from __future__ import annotations

import re
import textwrap
from importlib.metadata import version

from accelgen.network.layer import Layer
from accelgen.rtl.bus.top import bus_ports
from accelgen.rtl.datapath import lanes_by_layer
from accelgen.rtl.edge.axi_names import with_axi_names
from accelgen.rtl.edge.ports import ERRORS
from accelgen.rtl.hardware import EventWords, Hardware
from accelgen.rtl.layer_plan import LayerPlan
from accelgen.rtl.text.rows import Rom
from accelgen.rtl.unrolled.spiking_plan import SpikingUnrolledPlan

__all__ = ["header"]

WIDTH = 97
#: Where the words of a ROM stand.
ROMS = {
    "initial": "as start values of memories",
    "case": "as cases of an address",
    "hex": "as files beside this one, which $readmemh reads",
}
#: How a comment begins that a tool obeys.
OBEYED = re.compile(r"verilator|(ambit|cadence|exemplar|pragma|synopsys|synthesis)\b", re.IGNORECASE)


def header(
    hardware: Hardware,
    stamp: str,
    rom: Rom = "initial",
    bus: str | None = None,
    *,
    axi_names: bool = False,
) -> str:
    """Return lines of comment.

    Parameters
    ----------
    hardware : Hardware
        What was built.
    stamp : str
        Digest of the network file.
    rom : {"initial", "case", "hex"}
        How memories of constants are written.
    bus : str, optional
        The bus that it stands behind.
    axi_names : bool
        Clock and reset are called as AXI has them.
    """
    ports = hardware.ports if bus is None else bus_ports(bus)
    ports = with_axi_names(ports) if axi_names else ports
    clock, reset = ("aclk", "aresetn") if axi_names else ("clk", "rst")
    layers = hardware.network.layers
    facts = {
        "network": f"sha256 {stamp}",
        "clock": (
            f"all registers take the rising edge of {clock}; {reset} is synchronous, "
            f"active {'low' if axi_names else 'high'}"
        ),
        "input": f"{_entering(hardware)} {'on s_axis' if bus is None else 'through a register'}",
        "output": (
            f"{_scores(hardware)}, one 32-bit word each, "
            f"{'side by side in one beat' if hardware.side_by_side else 'in a frame'} "
            f"{'on m_axis' if bus is None else 'that a register gives'}"
        ),
        "tables": _tables(hardware, rom, bus),
        "latency": _latency(hardware),
        "options": _options(hardware, rom, bus) + " --axi-names" * axi_names,
        "errors": f"sticky bits of error, from bit 0 up: {', '.join(ERRORS)}",
    }
    if bus is not None:
        facts["bus"] = f"{bus}; the registers are in manifest.json"
    lines = [f"{_remark(hardware.network.name)}: {len(layers)} layers, {hardware.describe()}", ""]
    for name, text in facts.items():
        lines += textwrap.wrap(text, WIDTH, initial_indent=f"{name:9}", subsequent_indent=" " * 9)
    lines += ["", "ports"]
    for port in ports:
        head = f"  {port.direction:6} {port.width:4}  {port.name:15}"
        lines += textwrap.wrap(port.meaning, WIDTH, initial_indent=head, subsequent_indent=" " * len(head))
    lines += ["", "layers", *map(_layer, layers)]
    if hardware.memories:
        lines += ["", "memories"]
    for memory in hardware.memories:
        lines.append(f"  {memory.name:14} {memory.depth} words of {memory.width} bits, {memory.kind}")
    lines += ["", f"Written by accelgen with Amaranth {version('amaranth')}; each module names its source."]
    return "".join(f"// {line}".rstrip() + "\n" for line in lines)


def _scores(hardware: Hardware) -> str:
    count, task = hardware.plan.classes, hardware.network.task
    scores = f"{count} score{'s' * (count > 1 or task is None)} of {hardware.score_bits} bits"
    if readout := hardware.network.readout:
        scores += f" (membranes: {readout.title})"
    if task is None:
        return f"{scores} and the label"
    if task.kind == "threshold":
        return f"{scores} and whether it is at least {task.thresholds[0]}"
    return f"{scores} of a {task.kind}" if task.kind != "labels" else f"{scores}, of a label each"


def _entering(hardware: Hardware) -> str:
    entering = hardware.input
    if isinstance(entering, EventWords):
        return (
            f"events of {entering.inputs} inputs: {entering.block} inputs side by side in a beat, "
            f"below the number of their block ({entering.position_bits} bits),"
        )
    what = "codes in two's complement" if entering.signed else "pixels"
    return (
        f"{entering.pixels} {what} of {entering.pixel_bits} bits, {entering.pixels_per_beat} "
        f"a beat from the low bits up, in frames of {entering.beats} beat{'s' * (entering.beats > 1)}"
    )


def _tables(hardware: Hardware, rom: Rom, bus: str | None) -> str:
    if hardware.form == "unrolled":
        return "in the logic"
    if hardware.loadable:
        where = "on l_axis" if bus is None else "through a register"
        return f"loaded as one frame {where} before the first image; the frame is weights.bin"
    return f"in ROM, {ROMS[rom]}"


def _latency(hardware: Hardware) -> str:
    """Return how long an image takes; `accelgen sim` measures it."""
    if (gates := hardware.unrolled_spiking) is not None:
        return _spiking_latency(gates)
    if hardware.side_by_side:
        every, stages = hardware.side_by_side.input_beats, hardware.side_by_side.stages
        return (
            f"an image {'each clock' if every == 1 else f'every {every} clocks'}, its result "
            f"{stages} clocks after its last beat; while a result waits, everything does"
        )
    if not hardware.lanes:
        return "each layer takes one cycle, once the last beat of an image has come"
    what = "every" if not hardware.datapath.skip_zeros else "each nonzero"
    parts = zip(hardware.network.layers, hardware.parts, strict=True)
    each = [_most_cycles(layer, part) for layer, part in parts if part]
    if hardware.pipelined:
        unit, one = ("timestep", "a timestep") if hardware.spiking else ("image", "an image")
        return (
            f"layers work at the same time, each on {one} of its own, so that {one} takes as long as "
            f"the slowest of them: a cycle for {what} activation in a kept block, in each pass over it, "
            f"at most {max(each)}, besides some in which {unit}s begin and end"
        )
    most = sum(each)
    return (
        f"a cycle for {what} activation in a kept block, in each pass over it: at most {most} for "
        f"{'each timestep' if hardware.spiking else 'an image'}, besides some in which layers begin and end"
    )


def _spiking_latency(plan: SpikingUnrolledPlan) -> str:
    """Return the same of unrolled hardware that spikes."""
    begins = (
        "a timestep begins with each clock, once the last beat of an image has come"
        if plan.stream == "pixels"
        else "a timestep begins once its end has come and the blocks of its events have been handed on"
    )
    return (
        f"{begins}; a result is there {plan.stages} clocks after its last timestep begins; while it waits, "
        "the end of the next sample does"
    )


def _most_cycles(layer: Layer, plan: LayerPlan) -> int:
    """Return the weight words that a layer reads if nothing is zero."""
    return plan.weight_words * (layer.window.looked_at if layer.window else 1)


def _options(hardware: Hardware, rom: Rom, bus: str | None) -> str:
    """Return the options it was built with, as the command line spells them."""
    behind = [f"--bus {bus}"] if bus else []
    behind += [f"--tdata-width {width}"] if (width := hardware.datapath.tdata_width) else []
    if not hardware.lanes:
        events = ["--stream events"] if hardware.stream == "events" else []
        return " ".join(["--unrolled", *_unrolled(hardware), *events, *behind])
    said = ["--pipelined"] if hardware.pipelined else []
    lanes = lanes_by_layer(hardware.layer_lanes, hardware.datapath.layer_units) or [f"{hardware.lanes}"]
    said += [f"--lanes {','.join(lanes)}", f"--weights {hardware.datapath.weights}"]
    said += [f"--sums {hardware.datapath.sums}"] if hardware.datapath.sums != "auto" else []
    said += ["--compact"] if hardware.datapath.compact else []
    said += ["--clock-driven"] if not hardware.datapath.skip_zeros else []
    if hardware.spiking:
        said += [f"--stream {hardware.stream}", *["--early-stop"] * hardware.early_stop]
    said += [f"--rom {rom}"] if rom != "initial" else []
    return " ".join(said + behind)


def _unrolled(hardware: Hardware) -> list[str]:
    datapath = hardware.datapath
    said = [f"--interval {datapath.interval}"] if datapath.interval else []
    said += [f"--stages {datapath.stages}"] if datapath.stages else []
    return said + ([f"--sums {datapath.sums}"] if datapath.sums != "auto" else [])


def _remark(name: str) -> str:
    """Return a name that begins a comment, in quotes where a tool would obey it."""
    return f'"{name}"' if OBEYED.match(name) else name


def _layer(layer: Layer) -> str:
    return (
        f"  {_remark(layer.name):10} {layer.inputs} inputs, {layer.outputs} outputs, "
        f"{layer.weights.bits}-bit weights, 1 of {layer.weights.compression:g} blocks kept"
    )
