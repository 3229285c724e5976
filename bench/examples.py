"""``python -m bench.examples FOLDER``: what becomes of networks that others trained, file by file.

Each file is imported as `accelgen import` does it, and what that says of nodes, layers, rules and samples is
a row. A network that was trained on a data set that is known here is measured on its whole test set: the
golden model, the source's own execution, and the hardware in a simulator. Others are simulated on random
inputs. Nothing is written into the checkout but, if asked for, the table in its page.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from dataclasses import asdict, dataclass
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np

from accelgen import steps
from accelgen.data import SETS
from accelgen.errors import AccelgenError, ToolError
from accelgen.interop import read_graph
from accelgen.interop.chain import LINEAR
from accelgen.interop.entering import Scale
from accelgen.interop.graph import Execution
from accelgen.interop.spiking.chain import Reset
from accelgen.network import Network, load
from accelgen.network.size import stored_bits
from accelgen.report.documents import Part, replace
from accelgen.steps.given import Given
from accelgen.steps.importing import Imported
from accelgen.steps.importing_spikes import ImportedSpikes
from bench.table import markdown

__all__ = ["HOW", "PAGE", "How", "main", "measure", "own_right", "table"]

ROOT = Path(__file__).parents[1]
PAGE = Part("docs/own-models.md", "examples", "python -m bench.examples FOLDER --record")
#: Random samples for networks whose data are not known here, and images of an energy.
RANDOM, PLAYED = 100, 20
#: Samples of one execution of a source.
BATCH = 1000


@dataclass(frozen=True)
class How:
    """How a file is imported: what its text does not say.

    Attributes
    ----------
    low, high, input_bits
        Which numbers enter, see `accelgen.interop.entering.Scale`.
    data : str
        What it was trained on.
    dt, reset
        Of a spiking network.
    """

    low: float = 0.0
    high: float = 1.0
    input_bits: int = 8
    data: str = ""
    dt: float = 1e-4
    reset: Reset | None = None


#: By the name of a file, in small letters; all others as `How` says.
HOW = {
    "tfc_1w1a": How(data="mnist"),
    "tfc_1w2a": How(data="mnist"),
    "tfc_2w2a": How(data="mnist"),
    "tfc_multithreshold": How(high=255, data="mnist"),
    "unsw_nb15-mlp-w2a2": How(low=-1, input_bits=1),
    "kwsmlp_w3a3": How(low=-8, high=8),
    "qkeras_jettagging": How(low=-8, high=7.9375),
}


def main(arguments: list[str] | None = None) -> list[dict]:
    """Measure, print a table, and return its rows."""
    parser = argparse.ArgumentParser(prog="python -m bench.examples", description=__doc__)
    parser.add_argument("folder", type=Path, help="of .onnx and .nir files")
    parser.add_argument("--liberty", type=Path, help="standard cells: energy of images, too")
    parser.add_argument("--macros", type=Path, help="SRAM macros for its memories")
    parser.add_argument("--json", action="store_true", help="print figures for machines")
    parser.add_argument("--record", action="store_true", help=f"write the table into {PAGE.page}")
    asked = parser.parse_args(arguments)
    files = sorted(path for path in asked.folder.iterdir() if path.suffix in (".onnx", ".nir"))
    if not files:
        parser.error(f"{asked.folder}: holds no .onnx and no .nir file")
    rows = []
    for path in files:
        print(f"{path.name} ...", file=sys.stderr, flush=True)
        rows.append(measure(path, HOW.get(path.stem.lower(), How()), asked.liberty, asked.macros))
    if asked.record:
        replace(ROOT, {PAGE: table(rows).rstrip()})
    print(json.dumps(rows, indent=2) if asked.json else table(rows))
    return rows


def measure(path: Path, how: How, liberty: Path | None = None, macros: Path | None = None) -> dict[str, Any]:
    """Return the row of a file.

    Parameters
    ----------
    path : Path
        An .onnx or .nir file.
    how : How
        How it is imported.
    liberty, macros : Path, optional
        Standard cells and SRAM macros; with them the energy of an image of a known data set is estimated.

    Returns
    -------
    dict
        ``file``, ``source_sha256``, ``nodes`` (how many of each verdict), and ``refused`` with the reason, or

        - ``layers``: inputs that are read, then outputs of each layer;
        - ``rules``: of each layer; ``rounded``: how many nodes have sums that float32 rounds;
        - ``samples``, ``values``, ``differences``: of source and golden model;
        - ``bits``: all that is stored, and ``weights_before``: the weights of the file in as many bits each;
        - ``images``, ``right``, ``source_right``: of a test set, in the golden model and in the source;
        - ``simulated``, ``mismatches``, ``cycles``, ``cells``: of the hardware; ``nj`` of an image.
    """
    with tempfile.TemporaryDirectory() as home:
        before = os.environ.get("ACCELGEN_HOME")
        os.environ["ACCELGEN_HOME"] = home
        try:
            return _measured(path, how, liberty, macros)
        finally:
            if before is None:
                del os.environ["ACCELGEN_HOME"]
            else:
                os.environ["ACCELGEN_HOME"] = before


def _measured(path: Path, how: How, liberty: Path | None, macros: Path | None) -> dict[str, Any]:
    row: dict[str, Any] = {"file": path.name, "how": asdict(how)}
    try:
        found = _imported(path, how)
    except AccelgenError as error:
        return row | {"nodes": {}, "refused": str(error)}
    verdicts = [one.verdict for one in found.nodes]
    row["source_sha256"] = found.source_sha256
    row["nodes"] = {word: verdicts.count(word) for word in ("accepted", "folded", "refused")}
    if found.refused:
        return row | {"refused": found.refused}
    network = load(found.written)
    weights = network.layers[0].weights
    read = weights.inputs if network.layers[0].window else np.count_nonzero(weights.dense().any(axis=0))
    row["layers"] = [int(read), *(layer.outputs for layer in network.layers)]
    row |= _compared(found) | {"bits": stored_bits(network)["total"]}
    if path.suffix == ".onnx":
        row["weights_before"] = _weights_before(path, found)
    row |= _hardware(network, how)
    if how.data:
        evaluated = steps.evaluate(found.name)
        row |= {"images": evaluated.images, "right": round((evaluated.accuracy or 0) * evaluated.images)}
        row["source_right"] = own_right(path, how)
        if liberty:
            row["nj"] = _energy(found.name, liberty, macros)
    return row


def _imported(path: Path, how: How) -> Imported | ImportedSpikes:
    if path.suffix == ".nir":
        return steps.import_spikes(path, "example", dt=how.dt, reset=how.reset)
    return steps.import_model(
        path, "example", low=how.low, high=how.high, input_bits=how.input_bits, data=how.data
    )


def _compared(found: Any) -> dict[str, Any]:
    """Return the rules, and what was compared with what came out; what has differences is not written."""
    if hasattr(found, "values"):
        facts = {"rules": [one.rule for one in found.layers], "rounded": len(found.rounded)}
        return facts | {"samples": found.samples, "values": found.values, "differences": 0}
    return {
        "rules": [f"{one.neuron} ({one.how})" for one in found.layers],
        "rounded": 0,
        "samples": found.samples,
        "values": sum(one.of for one in found.layers),
        "differences": sum(one.differ for one in found.layers),
    }


def _weights_before(path: Path, found: Imported) -> int:
    """Return the bits of all weights of the file, each with as many as its layer has here."""
    graph = read_graph(path)
    execution = Execution(graph, {graph.input: np.zeros((1, *graph.shape), np.float32)})
    nodes = {node.name: node for node in graph.nodes if node.op in LINEAR}
    bits = {one.node: one.weight_bits for one in reversed(found.layers) if one.node in nodes}  # no averages
    return sum(execution.value(nodes[name].inputs[1]).size * of for name, of in bits.items())


def _hardware(network: Network, how: How) -> dict[str, Any]:
    """Return what a simulator counts on own data, or on random inputs, and cells of an iCE40."""
    given = {} if how.data else {"given": Given(drawn=RANDOM)}
    played = steps.sim(network.name, **given)
    if played.faulty:
        raise ToolError(f"{network.name}: {played.mismatches} results differ from the golden model")
    area = steps.synth(network.name, target="ice40").area
    return {
        "simulated": played.images,
        "mismatches": played.mismatches,
        "cycles": played.cycles.mean,
        "cells": dict(area.logic),
    }


def _energy(name: str, liberty: Path, macros: Path | None) -> float:
    found = steps.power(name, liberty, macros=[macros] if macros else [], images=PLAYED, weights="ram")
    return found.nj_per_classification


def own_right(path: Path, how: How) -> int:
    """Return how many samples of a test set the file itself gets right, as its nodes are executed here."""
    graph, scale = read_graph(path), Scale(how.low, how.high, how.input_bits)
    images = SETS[how.data].load("test")
    right = 0
    for start in range(0, len(images), BATCH):
        codes = images.pixels[start : start + BATCH].astype(np.int64)
        entering = scale.real(codes).reshape(-1, *graph.shape)
        leaving = Execution(graph, {graph.input: entering}).value(graph.output)
        classes = leaving.ravel() if leaving.size == len(codes) else leaving.argmax(axis=1)
        right += int((classes == images.labels[start : start + BATCH]).sum())
    return right


def table(rows: list[dict]) -> str:
    """Return rows as tables: those that were imported, then those that were not."""
    made = [row for row in rows if "refused" not in row]
    heads = ["file", "nodes", "layers", "rules", "compared", "differences", "right", "in the source"]
    heads += ["bits", "cycles", "iCE40 LUT4", "nJ"]
    parts = [markdown(heads, [_line(row) for row in made])]
    lines = [[row["file"], _nodes(row["nodes"]), row["refused"]] for row in rows if "refused" in row]
    parts.append(markdown(["file", "nodes", "refused"], lines))
    return "\n\n".join(part for part in parts if part) + "\n"


def _line(row: dict) -> list[str]:
    right, own = ("", "")
    if "right" in row:
        right, own = f"{row['right'] / row['images']:.2%}", f"{row['source_right'] / row['images']:.2%}"
    rules = ["; ".join(f"{_times(count)}{rule}" for rule, count in _alike(row["rules"]))]
    return [
        row["file"], _nodes(row["nodes"]), "-".join(map(str, row["layers"])), *rules,
        f"{row['samples']:,} samples, {row['values']:,} values", f"{row['differences']:,}", right, own,
        f"{row['bits']:,}", f"{row['cycles']:,.0f}", f"{row['cells']['LUT4']:,}",
        f"{row['nj']:.2f}" if "nj" in row else "",
    ]  # fmt: skip


def _nodes(counts: dict[str, int]) -> str:
    return ", ".join(f"{count} {word}" for word, count in counts.items() if count) or "none read"


def _alike(rules: list[str]) -> list[tuple[str, int]]:
    """Return rules one after the other, each with how often it comes in a row."""
    return [(rule, len(list(same))) for rule, same in groupby(rules)]


def _times(count: int) -> str:
    return "" if count == 1 else f"{count} x "


if __name__ == "__main__":
    main()
