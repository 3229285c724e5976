"""``python -m bench.finn FOLDER``: what FINN itself estimates for the networks of `bench.examples`.

No hardware is made, for that needs vendor tools: FINN's own transformations and its analytical estimates run,
as its builder runs them for an estimate alone, with as many lanes as finn-examples gives these networks. It
runs where finn-plus 1.6.1 is installed (Python 3.11), with a folder in FINN_BUILD_DIR.
"""

from __future__ import annotations

import argparse
import sys
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Any

from accelgen.report.documents import Part, replace
from bench.table import markdown

__all__ = ["FOLDING", "PAGE", "main", "summed", "table"]

ROOT = Path(__file__).parents[1]
PAGE = Part("docs/own-models.md", "finn", "python -m bench.finn FOLDER --record")
FILES = ("tfc_2w2a.onnx", "tfc_multithreshold.onnx")
#: Outputs and inputs at a time of the four layers, and pixels of the input's thresholds, in
#: finn-examples, build/bnn-pynq/folding_config/tfc-w1a1_folding_config.json (and w2a2, the same).
FOLDING, PIXELS = ((16, 49), (8, 8), (8, 8), (10, 8)), 49
#: Of a Pynq-Z1.
PART = "xc7z020clg400-1"
CONVERTED = "finn.transformation.fpgadataflow.convert_to_hw."


def estimate(path: Path) -> tuple[dict[str, int], dict[str, dict[str, float]]]:
    """Return cycles and resources of each layer, as FINN estimates them."""
    sys.modules.setdefault("finn.xsi", ModuleType("finn.xsi"))  # it asks for Vivado, and estimates need none
    model = import_module("qonnx.core.modelwrapper").ModelWrapper(str(path))
    model = import_module("qonnx.util.cleanup").cleanup_model(model)
    general = import_module("qonnx.transformation.general")
    absorb = import_module("finn.transformation.streamline.absorb")
    streamline = import_module("finn.transformation.streamline").Streamline
    names = import_module("qonnx.transformation.infer_datatypes").InferDataTypes
    for step in (
        import_module("finn.transformation.qonnx.convert_qonnx_to_finn").ConvertQONNXtoFINN(),
        import_module("qonnx.transformation.infer_shapes").InferShapes(),
        import_module("qonnx.transformation.fold_constants").FoldConstants(),
        general.GiveUniqueNodeNames(),
        general.GiveReadableTensorNames(),
        names(),
        general.RemoveStaticGraphInputs(),
        absorb.AbsorbScalarBiasIntoMultiThreshold(),
        streamline(),
        import_module("qonnx.transformation.bipolar_to_xnor").ConvertBipolarMatMulToXnorPopcount(),
        streamline(),
        absorb.AbsorbScalarMulAddIntoTopK(),
        import_module(f"{CONVERTED}binary_matrix_vector_activation").InferBinaryMatrixVectorActivation(),
        import_module(
            f"{CONVERTED}quantized_matrix_vector_activation"
        ).InferQuantizedMatrixVectorActivation(),
        import_module(f"{CONVERTED}label_select").InferLabelSelectLayer(),
        import_module(f"{CONVERTED}thresholding").InferThresholdingLayer(),
        import_module("finn.transformation.fpgadataflow.specialize_layers").SpecializeLayers(PART),
        general.GiveUniqueNodeNames(),
    ):
        model = model.transform(step)
    custom = import_module("qonnx.custom_op.registry").getCustomOp
    layers = [custom(node) for node in model.graph.node if node.op_type.startswith("MVAU")]
    for layer, (outputs, inputs) in zip(layers, FOLDING, strict=True):
        layer.set_nodeattr("PE", outputs)
        layer.set_nodeattr("SIMD", inputs)
    for node in model.graph.node:
        if node.op_type.startswith("Thresholding"):
            custom(node).set_nodeattr("PE", PIXELS)
    analysis = "finn.analysis.fpgadataflow."
    cycles = model.analysis(import_module(f"{analysis}exp_cycles_per_layer").exp_cycles_per_layer)
    found = import_module(f"{analysis}res_estimation").res_estimation
    return cycles, model.analysis(partial(found, fpgapart=PART))


def summed(cycles: dict[str, int], resources: dict[str, dict[str, float]]) -> dict[str, Any]:
    """Return the cycles of the slowest layer, and the lookup tables and block RAMs of all."""
    parts = {name: int(sum(one[name] for one in resources.values())) for name in ("LUT", "BRAM_18K", "DSP")}
    return {"cycles": max(cycles.values()), **parts}


def main(arguments: list[str] | None = None) -> list[dict[str, Any]]:
    """Estimate, print a table, and return its rows."""
    parser = argparse.ArgumentParser(prog="python -m bench.finn", description=__doc__)
    parser.add_argument("folder", type=Path, help="that holds " + " and ".join(FILES))
    parser.add_argument("--record", action="store_true", help=f"write the table into {PAGE.page}")
    asked = parser.parse_args(arguments)
    if missing := [name for name in FILES if not (asked.folder / name).is_file()]:
        parser.error(f"{asked.folder}: holds no {' and no '.join(missing)}")
    rows = [{"file": name, **summed(*estimate(asked.folder / name))} for name in FILES]
    if asked.record:
        replace(ROOT, {PAGE: table(rows).rstrip()})
    print(table(rows))
    return rows


def table(rows: list[dict[str, Any]]) -> str:
    """Return rows as a table."""
    heads = ["file", "cycles an image", "LUT6", "BRAM of 18 kbit", "DSP"]
    names = ("cycles", "LUT", "BRAM_18K", "DSP")
    return markdown(heads, [[row["file"], *(f"{row[name]:,}" for name in names)] for row in rows]) + "\n"


if __name__ == "__main__":
    main()
