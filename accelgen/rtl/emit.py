"""Verilog and its manifest: the same network and options give the same bytes."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np

from accelgen.network.file import digest
from accelgen.network.network import Network
from accelgen.rtl.options import Datapath
from accelgen.rtl.plan import Plan
from accelgen.rtl.tables import Table, load_beats, tables
from accelgen.rtl.top import ERRORS, Top

__all__ = ["Generated", "generate", "write"]


@dataclass(frozen=True, slots=True)
class Generated:
    """Hardware, as text.

    Attributes
    ----------
    verilog : str
        One file, one top named after the network.
    manifest : dict
        Ports, memories, layers, digests and tools, for every later step.
    load : uint32[beats] or None
        The table frame, with ``weights = "ram"``.
    """

    verilog: str
    manifest: dict
    load: np.ndarray | None


def generate(network: Network, datapath: Datapath | None = None) -> Generated:
    """Elaborate a network."""
    from amaranth.back import verilog

    # Debian's own Yosys is too old for Amaranth; the bundled one is the same everywhere.
    os.environ.setdefault("AMARANTH_USE_YOSYS", "builtin")
    plan = Plan(network, datapath or Datapath())
    found = tables(plan)
    text = verilog.convert(Top(plan, found), name=network.name, emit_src=False, strip_internal_attrs=True)
    stamp = digest(network)
    header = [
        f"// {network.name}: {len(plan.layers)} layers, {plan.lanes} lanes, tables in {plan.weights}",
        f"// network sha256 {stamp}",
    ]
    manifest = _manifest(plan, found, stamp)
    return Generated(
        "\n".join(header) + "\n" + text, manifest, load_beats(found) if plan.weights == "ram" else None
    )


def write(network: Network, datapath: Datapath, out: Path) -> Generated:
    """Write ``<name>.v``, ``manifest.json`` and, for RAM tables, ``weights.bin`` into ``out``."""
    generated = generate(network, datapath)
    out.mkdir(parents=True, exist_ok=True)
    (out / f"{network.name}.v").write_text(generated.verilog)
    if generated.load is not None:
        (out / "weights.bin").write_bytes(generated.load.astype("<u4").tobytes())
    (out / "manifest.json").write_text(json.dumps(generated.manifest, indent=2) + "\n")
    return generated


def _manifest(plan: Plan, found: list[Table], stamp: str) -> dict:
    network = plan.network
    activation_width = plan.word * plan.activation_bits
    memories = [
        {"name": t.name, "depth": len(t.words), "width": t.width, "kind": plan.weights} for t in found
    ]
    memories += [
        {"name": f"activations{n}", "depth": words, "width": activation_width, "kind": "ram"}
        for n, words in enumerate(plan.bank_words)
    ]
    files = {"verilog": f"{network.name}.v"} | ({"load": "weights.bin"} if plan.weights == "ram" else {})
    return {
        "schema": 1,
        "name": network.name,
        "top": network.name,
        "network_sha256": stamp,
        "lanes": plan.lanes,
        "weights": plan.weights,
        "input": {
            "pixels": network.input.pixels,
            "pixel_bits": network.input.bits,
            "pixels_per_beat": plan.layers[0].block_in,
            "beats": plan.input_beats,
            "width": plan.input_width,
        },
        "classes": plan.classes,
        "score_bits": plan.accumulator_bits,
        "error_bits": list(ERRORS),
        "memories": memories,
        "layers": [
            {
                "name": layer.name,
                "outputs": layer.outputs,
                "inputs": layer.inputs,
                "weight_bits": layer.weights.bits,
                "compression": layer.weights.compression,
                "passes": part.rows * part.passes,
                "kept_blocks": part.kept,
            }
            for layer, part in zip(network.layers, plan.layers, strict=True)
        ],
        "files": files,
        "tools": {"amaranth": version("amaranth")},
    }
