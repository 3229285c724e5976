"""What people see of the results of the larger steps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from accelgen.cli.output import pairs, rows
from accelgen.rtl.datapath import describe

if TYPE_CHECKING:  # the front door loads no numpy
    from accelgen.steps.hardware import HardwareFiles

__all__ = [
    "compared",
    "described",
    "evaluated",
    "generated",
    "hardware",
    "powered",
    "projected",
    "simulated",
]


def described(found: dict) -> None:
    """Show what `steps.info` found."""
    stored = found["stored_bits"]
    summary = {
        "input": _input(found["input"]),
        "compression": f"{found['compression']:g}x of the blocks of hidden layers",
        "stored bits": ", ".join(f"{bits:,} {kind}" for kind, bits in stored.items()),
        "against dense fp32": f"{found['memory_ratio']:.1f}x smaller",
    }
    if found["kind"] == "spiking":
        summary["neurons"] = _neurons(found["layers"])
        summary["readout"] = found["readout"]
        summary["timesteps"] = f"{found['timesteps']}, of 1 to 16"
    pairs(found["name"], summary)
    names = ["layer", "inputs", "outputs", "weight bits", "blocks", "kept", "compression", "stored bits"]
    rows(names, [_layer(layer) for layer in found["layers"]])


def _input(entering: dict) -> str:
    if "polarities" in entering:
        return "events of {width} x {height} pixels, {polarities} polarities".format(**entering)
    return f"{entering['pixels']} pixels of {entering['bits']} bits" + (
        f", as spikes ({entering['encoder']})" if "encoder" in entering else ""
    )


def _neurons(layers: list[dict]) -> str:
    """Return the rules of the layers that fire, those that are alike together."""
    rules: dict[str, None] = {}
    for layer in layers:
        if layer["integration"] == "discontinuous":
            rules["discontinuous integration"] = None
        elif layer["integration"]:
            leak = f"leak 1/{1 << layer['leak']}" if layer["leak"] else "no leak"
            rules[f"threshold {layer['threshold']}, {leak}, reset {layer['reset']}"] = None
    alike = "; ".join(rules)
    return alike if "discontinuous" in alike else f"continuous integration, {alike}"


def _layer(layer: dict) -> list[object]:
    return [
        layer["name"],
        layer["inputs"],
        layer["outputs"],
        layer["weight_bits"],
        f"{layer['block_out']}x{layer['block_in']}",
        layer["kept_blocks"],
        f"{layer['compression']:g}x",
        layer["stored_bits"]["total"],
    ]


def evaluated(found: dict) -> None:
    """Show what `steps.evaluate` found."""
    print(f"{found['name']}: {found['accuracy']:.2%} of {found['images']:,} images ({found['data']})")
    if found["kind"] != "spiking":
        return
    rows(
        ["timesteps", "accuracy"],
        [[step, f"{share:.2%}"] for step, share in enumerate(found["accuracy_by_timestep"], 1)],
    )
    rows(
        ["layer", "events per image", "synaptic operations"],
        [
            [layer["name"], round(layer["events"], 1), round(layer["synaptic_operations"])]
            for layer in found["layers"]
        ],
    )
    stops = [*found["margins"], *([found["early_stop"]] if "early_stop" in found else [])]
    if stops:
        rows(
            ["margin", "timesteps used", "accuracy"],
            [[stop["margin"], f"{stop['timesteps_used']:.2f}", f"{stop['accuracy']:.2%}"] for stop in stops],
        )
    if "early_stop" in found:
        chosen = found["early_stop"]
        print(
            f"margin {chosen['margin']} was chosen on the {chosen['chosen_on']}: there it is as accurate as "
            f"{found['timesteps']} timesteps ({chosen['validation']['accuracy_without']:.2%})"
        )


def generated(hardware: HardwareFiles) -> None:
    """Show what `steps.rtl` wrote."""
    manifest, asked = hardware.manifest, hardware.lanes_requested
    lanes = "none: every weight has its own gates" if manifest.unrolled else f"{manifest.lanes}"
    if (manifest.lanes or asked) < asked:
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
    if manifest.kind == "spiking":
        early = ", may stop early" if manifest.early_stop else ""
        summary["input"] = f"{manifest.stream} over a stream{early}"
    if manifest.bus:
        summary["bus"] = f"{manifest.bus.bus}: registers in registers.md, a driver in {hardware.name}.c"
    summary |= {"Verilog": str(hardware.verilog), "manifest": str(hardware.folder / "manifest.json")}
    pairs(hardware.name, summary)


def hardware(found: dict) -> str:
    """Return the form of the hardware that a step has built."""
    parts = [describe(None if found["unrolled"] else found["lanes"], found.get("weights"))]
    if found.get("stream"):
        parts.append(f"{found['stream']} over a stream")
    if found.get("early_stop"):
        parts.append("may stop early")
    return ", ".join([*parts, *([] if found.get("skip_zeros", True) else ["driven by its clock"])])


def simulated(found: dict) -> dict[str, str]:
    """Return what `steps.sim` found, as names and values."""
    lines = {
        "hardware": hardware(found),
        "images": f"{found['images']:,} ({found['data']}), {found['mismatches']} mismatches",
        "cycles per image": "min {min:,}, mean {mean:,.1f}, max {max:,}".format(**found["cycles"]),
        "utilisation": f"{found['utilisation']:.1%} of the cycles issue work",
        "accuracy": (
            f"{found['accuracy']:.2%}"
            if found["accuracy"] is not None
            else "not claimed: the network does not say what it was trained on"
            if found["data"].endswith("stimuli")
            else "not claimed on a part of the test set"
        ),
        "speed": f"{found['images_per_second']:,.2g} images/s"
        if found["images_per_second"] < 10
        else f"{found['images_per_second']:,.0f} images/s",
    }
    if "layers" in found and "cycles" in found["layers"][0]:
        lines["by layer"] = "; ".join(
            "{name}: {cycles:,.0f} cycles, {utilisation:.1%}".format(**layer) for layer in found["layers"]
        )
    if found["kind"] == "spiking":
        clocked = found["clock_driven"]
        lines |= {
            "timesteps": f"{found['timesteps_used']:.2f} used of {found['timesteps']}",
            "events": f"{found['events']:,.1f} per image, {found['synaptic_operations']:,.0f} additions",
            "weight words": f"{found['weight_words']:,.1f} per image; every input would need "
            f"{clocked['weight_words']:,.1f}, events need {clocked['share']:.1%} of them",
        }
    return lines


def _fastest(found: dict) -> str:
    if (timing := found["timing"]) is None:
        return f"every net settles in {found['settled_ps']} ps; OpenSTA is not installed"
    return f"{timing['fmax_mhz']:,.0f} MHz ({timing['tool']}), {timing['cells']} cells"


def compared(found: dict) -> None:
    """Show what `steps.options` found."""
    rows(
        ["hardware", "nJ", "um2", "memory bits", "MHz", "cycles"],
        [
            [
                row["form"],
                f"{row['nj_per_classification']:,.2f}",
                f"{row['area_um2']:,.0f}",
                f"{row['memory_bits']:,}",
                f"{row['clock_mhz']:,.0f}",
                f"{row['cycles']:,.1f}",
            ]
            for row in found["rows"]
        ],
    )


def powered(found: dict) -> None:
    """Show what `steps.power` found."""
    split = [(f"dynamic, {part}", energy) for part, energy in found["dynamic_nj"].items()]
    split += [(f"leakage, {part}", energy) for part, energy in found["leakage_nj"].items()]
    total, steps = found["nj_per_classification"], found.get("by_timestep")
    pairs(
        f"{found['name']}: {total:,.2f} nJ per classification",
        {
            "hardware": hardware(found),
            "library": f"{found['library']}, {found['voltage']:g} V, {found['clock_mhz']:g} MHz",
            "images": f"{found['images']:,} ({found['data']}), {found['mismatches']} mismatches",
            "cycles per image": f"{found['cycles']:,.1f}",
            "area": ", ".join(f"{area:,.0f} um2 {part}" for part, area in found["area_um2"].items())
            + f"; {found['kge']:,.1f} kGE of logic, {found['memory_bits']:,} bits of memory",
            "fastest clock": _fastest(found),
            **({"nJ by timestep": ", ".join(f"{nj:,.2f}" for nj in steps)} if steps else {}),
            "in buffers": f"{found['buffers_nj']:,.3f} nJ of it, with what they add to wires",
            "left out": ", ".join(found["left_out"]),
        },
    )
    rows(["energy", "nJ", "share"], [[name, f"{nj:.3f}", f"{nj / total:.1%}"] for name, nj in split])
    if found["layers"]:
        parts = [
            [part["layer"], f"{part['cycles']:,.1f}", f"{part['nj']:,.3f}", f"{part['nj'] / total:.1%}"]
            for part in found["layers"]
        ]
        rows(["while layer runs", "cycles", "nJ", "share"], parts)
    if other := found.get("second_opinion"):
        figures = [*other["mw"], ("total", *(sum(row[n] for row in other["mw"]) for n in (1, 2)))]
        parts = [
            [part, f"{own:.2f}", f"{theirs:.2f}", f"{own / theirs:.2f}" if theirs else "-"]
            for part, own, theirs in figures
        ]
        rows(["logic", "mW", f"mW by {other['tool']}", "ratio"], parts)
    if found["memories"]:
        rows(
            ["memory", "words x bits", "macros", "reads", "writes", "pJ a read", "pJ a write", "nJ"],
            [
                [
                    memory["name"].removesuffix(".memory").rpartition(".")[2],
                    f"{memory['depth']} x {memory['width']}",
                    f"{memory['macros']} {memory['macro']}",
                    f"{memory['reads']:,.1f}",
                    f"{memory['writes']:,.1f}",
                    f"{memory['read_pj']:.2f}",
                    f"{memory['write_pj']:.2f}",
                    f"{memory['nj']:.3f}",
                ]
                for memory in found["memories"]
            ],
        )


def projected(found: dict) -> None:
    """Show what `steps.asic` wrote, and how it is run."""
    memories = [f"{found['logic_bits']:,} bits of tables in logic"] if found["logic_bits"] else []
    memories += [f"{found['register_bits']:,} bits in flip-flops"]
    if found["macros"]:
        macros = ", ".join(f"{count} {name}" for name, count in found["macros"].items())
        memories += [f"{found['macro_bits']:,} bits in SRAM macros ({macros})"]
    summary = {
        "platform": f"{found['platform']}, {found['clock_mhz']:g} MHz",
        "memories": ", ".join(memories),
        "folder": found["folder"],
        "files": ", ".join(found["files"]),
    }
    if found["flow"] == "librelane":
        reader = f"LibreLane {found['checked']}" if found["checked"] else None
        summary["checked by"] = reader or "nobody: LibreLane is not installed"
    pairs(f"{found['name']} for {found['flow']}", summary)
    print("\nRun it:\n")
    for line in found["run"]:
        print(f"  {line}")
