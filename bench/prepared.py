"""``python -m bench.prepared FOLDER``: how many digits files get right by how an image enters.

An accuracy that somebody published belongs to a file and to a preparation of images. Files that were trained
on MNIST are executed as they are on its test set, prepared in each of these ways: node by node here, and by
the executor of qonnx, which knows nothing of ours. Among equal scores the first class is the answer, as an
argmax has it; the last row takes any of them that is right, which no order of classes can exceed.
"""

from __future__ import annotations

import argparse
import json
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

from accelgen.data import SETS
from accelgen.interop import read_graph
from accelgen.interop.graph import Execution, Graph
from accelgen.report.documents import Part, replace
from bench.examples import HOW, How
from bench.table import markdown

__all__ = ["PAGE", "WAYS", "main", "measure", "table"]

ROOT = Path(__file__).parents[1]
PAGE = Part("docs/own-models.md", "prepared", "python -m bench.prepared FOLDER --record")
BATCH = 1000
#: The way of `torchvision.transforms.ToTensor`, with which Brevitas and FINN train and measure.
USUAL = "x / 255, as ToTensor"
ANY = "x / 255, any of equal scores"

Prepare = Callable[[np.ndarray], np.ndarray]
#: From pixels uint8[n, 28, 28] to what enters.
WAYS: dict[str, Prepare] = {
    USUAL: lambda x: x / 255,
    "x / 256": lambda x: x / 256,
    "x": lambda x: x * 1.0,
    "2 x / 255 - 1": lambda x: x / 127.5 - 1,
    "(x / 255 - 0.1307) / 0.3081": lambda x: (x / 255 - 0.1307) / 0.3081,
    "x > 127, as 0 or 1": lambda x: (x > 127) * 1.0,
    "x > 0, as 0 or 1": lambda x: (x > 0) * 1.0,
    "1 - x / 255": lambda x: 1 - x / 255,
    "x / 255, rows as columns": lambda x: x.transpose(0, 2, 1) / 255,
}


def main(arguments: list[str] | None = None) -> list[dict]:
    """Measure, print a table, and return its rows."""
    parser = argparse.ArgumentParser(prog="python -m bench.prepared", description=__doc__)
    parser.add_argument("folder", type=Path, help="of .onnx files")
    parser.add_argument("--json", action="store_true", help="print figures for machines")
    parser.add_argument("--record", action="store_true", help=f"write the table into {PAGE.page}")
    asked = parser.parse_args(arguments)
    files = [path for path in sorted(asked.folder.glob("*.onnx")) if _of_digits(path)]
    if not files:
        parser.error(f"{asked.folder}: holds no file that is known to read digits of 0 to 1")
    rows = [row for path in files for row in measure(path)]
    if asked.record:
        replace(ROOT, {PAGE: table(rows).rstrip()})
    print(json.dumps(rows, indent=2) if asked.json else table(rows))
    return rows


def _of_digits(path: Path) -> bool:
    how = HOW.get(path.stem.lower(), How())
    return how.data == "mnist" and how.high == 1


def measure(path: Path) -> list[dict]:
    """Return a row for each way to prepare images: ``file``, ``way``, ``own`` and ``qonnx``, digits right."""
    images = SETS["mnist"].load("test")
    x = images.pixels.reshape(-1, 28, 28)
    graph, theirs = read_graph(path), _by_qonnx(path)
    rows = []
    for way, prepare in WAYS.items():
        entering = prepare(x).astype(np.float32).reshape(-1, *graph.shape)
        scores = {"own": _scores(entering, _own(graph)), "qonnx": _scores(entering, theirs)}
        rows.append({"file": path.name, "way": way} | _right(scores, images.labels))
        if way == USUAL:
            best = {name: found == found.max(axis=1, keepdims=True) for name, found in scores.items()}
            several = {name: int(found[range(len(x)), images.labels].sum()) for name, found in best.items()}
    return [*rows, {"file": path.name, "way": ANY} | several]


def _right(scores: dict[str, np.ndarray], labels: np.ndarray) -> dict[str, int]:
    return {name: int((found.argmax(axis=1) == labels).sum()) for name, found in scores.items()}


def _scores(entering: np.ndarray, execute: Prepare) -> np.ndarray:
    parts = [execute(entering[start : start + BATCH]) for start in range(0, len(entering), BATCH)]
    return np.concatenate(parts).reshape(len(entering), -1)


def _own(graph: Graph) -> Prepare:
    return lambda x: Execution(graph, {graph.input: x}).value(graph.output)


def _by_qonnx(path: Path) -> Prepare:
    """Return the executor of qonnx for batches; shapes that were written for one sample are found anew."""
    import onnx
    from qonnx.core.modelwrapper import ModelWrapper
    from qonnx.core.onnx_exec import execute_onnx
    from qonnx.transformation.infer_shapes import InferShapes

    model = onnx.load(path)
    del model.graph.value_info[:]
    for value in (model.graph.input[0], model.graph.output[0]):
        if value.type.tensor_type.shape.dim:
            value.type.tensor_type.shape.dim[0].dim_value = BATCH
    entering, leaving = model.graph.input[0].name, model.graph.output[0].name
    wrapped = ModelWrapper(model).transform(InferShapes())

    def execute(x: np.ndarray) -> np.ndarray:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of constants whose shapes it does not infer
            return np.asarray(execute_onnx(wrapped, {entering: x})[leaving])

    return execute


def table(rows: list[dict]) -> str:
    """Return rows as a table: ways down, files across."""
    files = list(dict.fromkeys(row["file"] for row in rows))
    ways = list(dict.fromkeys(row["way"] for row in rows))
    found = {(row["file"], row["way"]): row for row in rows}
    heads = ["what enters", *(f"{name}, {by}" for name in files for by in ("node by node", "qonnx"))]
    lines = [
        [way, *(f"{found[name, way][by]:,}" for name in files for by in ("own", "qonnx"))] for way in ways
    ]
    return markdown(heads, lines) + "\n"


if __name__ == "__main__":
    main()
