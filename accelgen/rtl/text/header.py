"""What stands at the top of the Verilog of a network: what it is, and how it is used."""

from __future__ import annotations

import textwrap

__all__ = ["header"]


def header(manifest: dict, form: str) -> str:
    """Return lines of comment.

    Parameters
    ----------
    manifest : dict
        Of the hardware: see `accelgen.rtl.manifest.describe`.
    form : str
        In short what was built: "16 lanes, tables in rom".
    """
    layers = manifest["layers"]
    facts = {
        "network": f"sha256 {manifest['network_sha256']}",
        "clock": "all registers take the rising edge of clk; rst is synchronous, active high",
        "input": _entering(manifest["input"]),
        "output": (
            f"{manifest['classes']} scores of {manifest['score_bits']} bits and the label, one 32-bit word "
            "each, in a frame on m_axis"
        ),
        "tables": _tables(manifest),
        "errors": f"sticky bits of error, from bit 0 up: {', '.join(manifest['error_bits'])}",
    }
    lines = [f"{manifest['name']}: {len(layers)} layer{'s' * (len(layers) != 1)}, {form}", ""]
    for name, text in facts.items():
        lines += textwrap.wrap(text, 97, initial_indent=f"{name:9}", subsequent_indent=" " * 9)
    lines += ["", "layers", *map(_layer, layers)]
    if manifest["memories"]:
        lines += ["", "memories", *map(_memory, manifest["memories"])]
    lines += [
        "",
        f"Written by accelgen with Amaranth {manifest['tools']['amaranth']}; each module names its source.",
    ]
    return "".join(f"// {line}".rstrip() + "\n" for line in lines)


def _entering(entering: dict) -> str:
    if "pixels" in entering:
        return (
            f"{entering['pixels']} pixels of {entering['pixel_bits']} bits, {entering['pixels_per_beat']} "
            f"a beat from the low bits up, in frames of {entering['beats']} beats on s_axis"
        )
    return (
        f"events of {entering['inputs']} inputs on s_axis: {entering['block']} inputs side by side "
        f"in a beat, below the number of their block ({entering['position_bits']} bits)"
    )


def _tables(manifest: dict) -> str:
    if manifest["unrolled"]:
        return "in the logic"
    if manifest["weights"] == "ram":
        return "loaded as one frame on l_axis before the first image; the frame is weights.bin"
    return "in ROM, as start values of memories"


def _layer(layer: dict) -> str:
    return (
        f"  {layer['name']:10} {layer['inputs']} inputs, {layer['outputs']} outputs, "
        f"{layer['weight_bits']}-bit weights, 1 of {layer['compression']} blocks kept"
    )


def _memory(memory: dict) -> str:
    return f"  {memory['name']:14} {memory['depth']} words of {memory['width']} bits, {memory['kind']}"
