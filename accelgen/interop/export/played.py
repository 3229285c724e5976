"""What a file gives: plain ONNX in onnxruntime, QONNX and NIR as our own readers execute them.

None of them knows the network that the file was made of.
"""

from __future__ import annotations

import io
import json

import numpy as np

from accelgen.interop.export.places import shape_of
from accelgen.interop.graph import Execution
from accelgen.interop.spiking.chain import find_spiking_chain
from accelgen.interop.spiking.play import play_nir
from accelgen.interop.spiking.read import units_of
from accelgen.network import Network, Thresholds

__all__ = ["play_onnx", "play_qonnx", "play_units"]

#: Values that are compared with thresholds at a time: 2**24 of them are 64 MiB.
COMPARED = 1 << 24
MOST_AT_ONCE = 512


def play_onnx(model: bytes, network: Network, samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return scores, int32[n, scores], and the second output of a file of `export_onnx`.

    Parameters
    ----------
    model : bytes
        The file.
    network : Network
        Says in which shape samples enter.
    samples : uint8[n, pixels] or float64[n, features]
        What enters.
    """
    import onnxruntime

    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    (entering,) = session.get_inputs()
    batch = _batch(network)
    parts = []
    for start in range(0, len(samples), batch):
        part = samples[start : start + batch]
        parts.append(session.run(None, {entering.name: part.reshape(len(part), *shape_of(network))}))
    scores, meant = (np.concatenate(found) for found in zip(*parts, strict=True))
    return scores, meant


def play_qonnx(model: bytes, network: Network, codes: np.ndarray) -> np.ndarray:
    """Return scores, float32[n, scores], of a file of `export_qonnx` for ``codes``, uint8[n, pixels]."""
    import onnx

    from accelgen.interop.qonnx.read import graph_of

    coding = network.input.coding
    graph, shape, batch = graph_of(onnx.load_from_string(model)), shape_of(network), _batch(network)
    found = []
    for start in range(0, len(codes), batch):
        part = codes[start : start + batch]
        if coding is not None:
            part = coding.numbers(part)
        part = part.astype(np.float32).reshape(-1, *shape)
        placed = part if len(shape) == 1 else part.transpose(0, 3, 1, 2)
        found.append(Execution(graph, {graph.input: placed}).value(graph.output))
    return np.concatenate(found)


def play_units(model: bytes, spikes: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """Return what `play_nir` gives for a file of `export_nir`, with the dt that it says."""
    units = units_of(io.BytesIO(model))
    return play_nir(find_spiking_chain(units, None).stages, spikes, json.loads(units.facts["dt"]))


def _batch(network: Network) -> int:
    """Return how many samples are executed at once, so that what is compared fits the memory."""
    sums = [
        layer.outputs * (layer.window.rows.pool * layer.window.columns.pool if layer.window else 1)
        for layer in network.layers
    ]
    levels = [
        len(layer.rule.columns) if isinstance(layer.rule, Thresholds) else 1 for layer in network.layers
    ]
    most = max(count * many for count, many in zip(sums, levels, strict=True))
    return max(min(MOST_AT_ONCE, COMPARED // most), 1)
