"""What people see of the results of the larger steps."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import click

from accelgen.cli.output import pairs, rows
from accelgen.cli.task_views import figures_line, meaning, tasked
from accelgen.rtl.datapath import describe, lanes_by_layer

if TYPE_CHECKING:  # the front door loads no numpy
    from accelgen.network.encoding import Input
    from accelgen.network.spiking import Neuron
    from accelgen.steps.asic import LayoutProject
    from accelgen.steps.evaluation import Evaluation
    from accelgen.steps.hardware import HardwareFiles
    from accelgen.steps.overview import LayerOverview, Overview
    from accelgen.steps.pace import Pace
    from accelgen.steps.power import MemoryCost, PowerEstimate
    from accelgen.steps.simulation import Simulation
    from accelgen.steps.sta_check import SecondOpinion

__all__ = [
    "described",
    "evaluated",
    "generated",
    "hardware",
    "powered",
    "projected",
    "simulated",
]


def described(overview: Overview) -> None:
    """Show what `steps.info` says."""
    summary = {
        "input": overview.input.title,
        **_codes(overview.input),
        **meaning(overview.task),
        "compression": f"{overview.compression:g}x of the blocks of hidden layers",
        "stored bits": ", ".join(f"{bits:,} {kind}" for kind, bits in overview.stored_bits.items()),
        "against dense fp32": f"{overview.memory_ratio:.1f}x smaller",
    }
    if overview.kind == "spiking":
        summary |= {
            "neurons": _rules(overview.neurons),
            "readout": f"{overview.readout}" + (f", {rule.title}" if (rule := overview.integrator) else ""),
            "timesteps": f"{overview.timesteps}, of 1 to 16",
        }
    pairs(overview.name, summary)
    names = ["layer", "inputs", "outputs", "weight bits", "blocks", "kept", "compression", "stored bits"]
    lines = [_layer(layer) for layer in overview.layers]
    if overview.kind == "convolutional":
        names.insert(1, "window")
        for line, layer in zip(lines, overview.layers, strict=True):
            line.insert(1, layer.window.title if layer.window else "")
    rows(names, lines)


def _codes(entering: Input) -> dict[str, str]:
    """Return how features become the integers that enter; nothing where pixels do as they are."""
    if entering.coding is None or entering.bits is None:
        return {}
    each = "" if len(entering.coding.offset) == 1 else ", of each feature i: --json shows both"
    return {
        "code of x": entering.coding.formula(entering.bits) + each,
        "codes are made": "by the host: no offset and no scale is in the hardware",
    }


def _rules(neurons: Iterable[Neuron]) -> str:
    """Return what neurons do, those that are alike together."""
    rules: dict[str, None] = {}
    for neuron in neurons:
        leak = f"leak {neuron.multiplier}/{1 << neuron.leak}" if neuron.leak else "no leak"
        continuous = f"threshold {neuron.threshold}, {leak}, reset {neuron.reset}"
        continuous += f", {neuron.synapse.title}" if neuron.synapse else ""
        rules[continuous if neuron.continuous else "discontinuous integration"] = None
    alike = "; ".join(rules)
    return alike if "discontinuous" in alike else f"continuous integration, {alike}"


def _layer(layer: LayerOverview) -> list[object]:
    return [
        layer.name,
        layer.inputs,
        layer.outputs,
        layer.weight_bits,
        f"{layer.block_out}x{layer.block_in}",
        layer.kept_blocks,
        f"{layer.compression:g}x",
        layer.stored_bits["total"],
    ]


def evaluated(evaluation: Evaluation) -> None:
    """Show what `steps.evaluate` measured."""
    images = f"{evaluation.images:,} images ({evaluation.data})"
    if evaluation.task is not None:
        tasked(evaluation)
        return
    if evaluation.given is None:
        print(f"{evaluation.name}: {evaluation.measured:.2%} of {images}")
    else:
        print(f"{evaluation.name}: {images}, of which nobody says what they show")
        rows(["class", "samples"], [[name, count] for name, count in evaluation.given])
    if (spikes := evaluation.spiking) is None:
        return
    if spikes.accuracy_by_timestep:
        rows(
            ["timesteps", "accuracy"],
            [[step, f"{share:.2%}"] for step, share in enumerate(spikes.accuracy_by_timestep, 1)],
        )
    rows(
        ["layer", "events per image", "synaptic operations"],
        [[layer.name, round(layer.events, 1), round(layer.synaptic_operations)] for layer in spikes.layers],
    )
    chosen = spikes.early_stop
    stops = [*spikes.margins, *([chosen.test] if chosen else [])]
    if stops:
        rows(
            ["margin", "timesteps used", "accuracy"],
            [[stop.margin, f"{stop.timesteps_used:.2f}", f"{stop.accuracy:.2%}"] for stop in stops],
        )
    if chosen:
        print(
            f"margin {chosen.test.margin} was chosen on the {chosen.chosen_on}: there it is as accurate as "
            f"{spikes.timesteps} timesteps ({chosen.accuracy_without:.2%})"
        )


def generated(hardware: HardwareFiles) -> None:
    """Show what `steps.rtl` wrote."""
    manifest, asked = hardware.manifest, hardware.lanes_requested
    lanes = "none: every weight has its own gates" if manifest.unrolled else f"{manifest.lanes}"
    if manifest.layer_lanes:
        each = lanes_by_layer(manifest.layer_lanes, manifest.layer_units)
        lanes = f"{' + '.join(each)}: every layer has its own"
    elif (manifest.lanes or asked) < asked:
        lanes += f" (no block row has more outputs, so {asked} would idle)"
    layers = manifest.layers
    summary = {
        "layers": " - ".join(
            str(count) for count in [layers[0].inputs, *(layer.outputs for layer in layers)]
        ),
        "compression": f"{hardware.model.network.compression:g}x of the blocks of hidden layers",
        "memory bits": ", ".join(f"{bits:,} {kind}" for kind, bits in hardware.stored_bits.items()),
        "lanes": lanes,
        "tables in": "gates" if manifest.unrolled else manifest.weights,
    }
    if hardware.pace:
        summary["cycles"] = _paced(hardware.pace)
    if manifest.kind == "spiking":
        early = ", may stop early" if manifest.early_stop else ""
        summary["input"] = f"{manifest.stream} over a stream{early}"
    if manifest.bus:
        summary["bus"] = f"{manifest.bus.bus}: registers in registers.md, a driver in {hardware.name}.c"
    summary |= {"Verilog": str(hardware.verilog), "manifest": str(hardware.folder / "manifest.json")}
    pairs(hardware.name, summary)
    if hardware.bench_line:  # to be copied, so no table breaks it
        click.echo(f"try it there: {hardware.bench_line}")


def _paced(pace: Pace) -> str:
    """Return how long an image takes in a pipeline, in words."""
    most = f"at most {pace.most:,} if nothing is zero"
    if pace.mean is None:
        return f"{most}; no samples are at hand for a mean"
    each = ", ".join(f"{stage.name} {stage.mean or 0:,.0f}" for stage in pace.stages)
    return f"about {pace.mean:,.0f} an image, mean of {pace.samples} samples ({each}); {most}"


def hardware(found: dict) -> str:
    """Return the form of the hardware that a step has built."""
    lanes = None if found["unrolled"] else found.get("layer_lanes") or found["lanes"]
    spiking = found.get("stream") is not None
    how = (found.get(name) for name in ("weights", "interval", "layer_units"))
    parts = [describe(lanes, *how, spiking=spiking, compact=found.get("compact", False))]
    if found.get("stages"):
        parts.append(f"{found['stages']} ranks of registers")
    if found.get("sums"):
        parts.append(f"sums as {found['sums']}")
    if found.get("stream"):
        parts.append(f"{found['stream']} over a stream")
    if found.get("early_stop"):
        parts.append("may stop early")
    return ", ".join([*parts, *([] if found.get("skip_zeros", True) else ["driven by its clock"])])


def simulated(simulation: Simulation) -> dict[str, str]:
    """Return what `steps.sim` measured, as names and values."""
    speed = simulation.images_per_second
    played = f"{simulation.images:,} ({simulation.data})"
    lines = {
        "hardware": hardware(simulation.form),
        "images": f"{played}, {simulation.mismatches} mismatches",
        **_cycles(simulation),
        "utilisation": f"{simulation.utilisation:.1%} of the cycles issue work",
        "accuracy" if simulation.manifest.task is None else simulation.manifest.task.kind: (
            f"{simulation.accuracy:.2%}"
            if simulation.accuracy is not None
            else figures_line(simulation.measures)
            if simulation.measures is not None
            else "not known: nobody says what the samples show"
            if not simulation.labelled
            else "not claimed: the network does not say what it was trained on"
            if simulation.data.endswith("stimuli")
            else "not claimed on a part of the test set"
        ),
        "speed": f"{speed:,.2g} images/s" if speed < 10 else f"{speed:,.0f} images/s",
    }
    if simulation.layers:
        lines["by layer"] = "; ".join(
            f"{layer.name}: {layer.cycles:,.0f} cycles, {layer.utilisation:.1%}"
            for layer in simulation.layers
        )
    if simulation.kind == "spiking" and simulation.manifest.unrolled:
        asked = simulation.spikes_of_gates
        lines |= {
            "timesteps": f"{asked.timesteps}",
            "events": f"{asked.events:,.1f} per image, {asked.synaptic_operations:,.0f} additions",
            "weights": f"{asked.weights:,}, each in gates of its own",
        }
    elif simulation.kind == "spiking":
        spikes = simulation.spikes
        clocked = spikes.clock_driven
        lines |= {
            "timesteps": f"{spikes.timesteps_used:.2f} used of {spikes.timesteps}",
            "events": f"{spikes.events:,.1f} per image, {spikes.synaptic_operations:,.0f} additions",
            "weight words": f"{spikes.weight_words:,.1f} per image; every input would need "
            f"{clocked.weight_words:,.1f}, events need {clocked.share:.1%} of them",
        }
    return lines


def _cycles(simulation: Simulation) -> dict[str, str]:
    """Return the cycles of an image; of a pipeline, those from result to result, and an image's whole way."""
    cycles, measured = simulation.cycles, simulation.measured
    said = f"min {cycles.min:,}, mean {cycles.mean:,.1f}, max {cycles.max:,}"
    if not simulation.overlapped:
        return {"cycles per image": said}
    steady = "" if measured.apart is None else f"; mean {measured.apart:,.1f} without the first of a run"
    lines = {"cycles from result to result": said + steady}
    if measured.latency is not None:
        lines["latency"] = f"{measured.latency:,.1f} cycles from an image's first beat to its result, mean"
    return lines


def _fastest(estimate: PowerEstimate) -> str:
    if (path := estimate.timing) is None:
        return f"every net settles in {estimate.settled_ps} ps; OpenSTA is not installed"
    return f"{path.fmax_mhz:,.0f} MHz ({path.tool}), {path.cells} cells"


def powered(estimate: PowerEstimate) -> None:
    """Show what `steps.power` estimated."""
    split = [(f"dynamic, {part}", energy) for part, energy in estimate.dynamic_nj.items()]
    split += [(f"leakage, {part}", energy) for part, energy in estimate.leakage_nj.items()]
    total, steps = estimate.nj_per_classification, estimate.by_timestep
    pairs(
        f"{estimate.name}: {total:,.2f} nJ per classification",
        {
            "hardware": hardware(estimate.form),
            "library": f"{estimate.library}, {estimate.voltage:g} V, {estimate.clock_mhz:g} MHz",
            "images": f"{estimate.images:,} ({estimate.data}), {estimate.mismatches} mismatches",
            "cycles per image": f"{estimate.cycles:,.1f}",
            "area": ", ".join(f"{area:,.0f} um2 {part}" for part, area in estimate.area_um2.items())
            + f"; {estimate.kge:,.1f} kGE of logic, {estimate.memory_bits:,} bits of memory",
            "fastest clock": _fastest(estimate),
            **({"nJ by timestep": ", ".join(f"{nj:,.2f}" for nj in steps)} if steps else {}),
            "in buffers": f"{estimate.buffers_nj:,.3f} nJ of it, with what they add to wires",
            "left out": ", ".join(estimate.left_out),
        },
    )
    rows(["energy", "nJ", "share"], [[name, f"{nj:.3f}", f"{nj / total:.1%}"] for name, nj in split])
    if estimate.layers:
        parts: list[list[object]] = [
            [part.layer, f"{part.cycles:,.1f}", f"{part.nj:,.3f}", f"{part.nj / total:.1%}"]
            for part in estimate.layers
        ]
        rows(["while layer runs", "cycles", "nJ", "share"], parts)
    if other := estimate.second_opinion:
        rows(["logic", "mW", f"mW by {other.tool}", "ratio"], _opinions(other))
    if estimate.memories:
        rows(
            ["memory", "words x bits", "macros", "reads", "writes", "pJ a read", "pJ a write", "nJ"],
            [_memory(memory) for memory in estimate.memories],
        )


def _opinions(other: SecondOpinion) -> list[list[object]]:
    """Return both powers of every part and of all parts, and how far they are from each other."""
    own, theirs = (sum(powers) for powers in zip(*((row.own, row.theirs) for row in other.mw), strict=True))
    return [
        [part, f"{own:.2f}", f"{theirs:.2f}", f"{own / theirs:.2f}" if theirs else "-"]
        for part, own, theirs in [*other.mw, ("total", own, theirs)]
    ]


def _memory(memory: MemoryCost) -> list[object]:
    return [
        memory.name.removesuffix(".memory").rpartition(".")[2],
        f"{memory.depth} x {memory.width}",
        f"{memory.macros} {memory.macro}",
        f"{memory.reads:,.1f}",
        f"{memory.writes:,.1f}",
        f"{memory.read_pj:.2f}",
        f"{memory.write_pj:.2f}",
        f"{memory.nj:.3f}",
    ]


def projected(project: LayoutProject) -> None:
    """Show what `steps.asic` wrote, and how it is run."""
    memories = [f"{project.logic_bits:,} bits of tables in logic"] if project.logic_bits else []
    memories += [f"{project.register_bits:,} bits in flip-flops"]
    if project.macros:
        macros = ", ".join(f"{count} {name}" for name, count in project.macros.items())
        memories += [f"{project.macro_bits:,} bits in SRAM macros ({macros})"]
    summary = {
        "platform": f"{project.platform}, {project.clock_mhz:g} MHz",
        "memories": ", ".join(memories),
        "folder": f"{project.folder}",
        "files": ", ".join(project.files),
    }
    if project.flow == "librelane":
        reader = f"LibreLane {project.checked}" if project.checked else None
        summary["checked by"] = reader or "nobody: LibreLane is not installed"
    pairs(f"{project.name} for {project.flow}", summary)
    print("\nRun it:\n")
    for line in project.run:
        print(f"  {line}")
