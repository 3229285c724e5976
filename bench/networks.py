"""The work: small integer networks, as an accelgen `Network` and as the matrices that other tools take.

Weights are random, because only hardware is compared: there is no accuracy here. Inputs have four bits,
hidden activations three, weights are ternary. "n8" keeps one weight in eight, in whole blocks, each -1 or
+1; "dense" draws every weight from -1, 0 and 1. Pixels are uniform, so hardly any is zero: the worst case
of an engine that skips zeros.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accelgen.network import BlockSparse, Dense, Network, PixelInput, Requantise

__all__ = ["ACTIVATION_BITS", "INPUT_BITS", "WORKS", "Work", "build", "images", "matrices"]

INPUT_BITS, ACTIVATION_BITS = 4, 3
SEED = 20
#: Inputs of a block, by inputs of the layer: eighths of them are whole blocks.
BLOCK_IN = {32: 4, 64: 8, 784: 14}


@dataclass(frozen=True, slots=True)
class Work:
    """A network to be built by everybody.

    Attributes
    ----------
    inputs, hidden, outputs : int
        Its topology.
    sparse : bool
        One weight in eight is kept.
    lanes : tuple of int
        Widths of the folded engines that are tried. For a sparse network the first is also the outputs that
        share their kept inputs, a part of the network itself.
    """

    inputs: int
    hidden: int
    outputs: int
    sparse: bool
    lanes: tuple[int, ...]

    @property
    def name(self) -> str:
        """What tables call it."""
        return f"{self.inputs}-{self.hidden}-{self.outputs} {'n8' if self.sparse else 'dense'}"


# Blocks of 4 outputs let every one of 64 pixels matter. Blocks of 16 leave half of 784 pixels out, as many as
# lie outside the 20 x 20 middle of an MNIST digit.
WORKS = [
    Work(64, 32, 10, True, (4,)),
    Work(64, 32, 10, False, (8, 16)),
    Work(784, 64, 10, True, (16,)),
    Work(784, 64, 10, False, (16,)),
]


def build(work: Work, lanes: int) -> Network:
    """Return the network of ``work``; the weights are the same for any ``lanes``.

    Parameters
    ----------
    work : Work
        Topology and sparsity.
    lanes : int
        Outputs of a hidden block, if the network is dense and its blocks mean nothing.
    """
    rng = np.random.default_rng(SEED)
    hidden_block, last_block = (work.lanes[0], 1) if work.sparse else (lanes, work.outputs)
    layers = (
        _layer(rng, "hidden", (work.hidden, work.inputs), hidden_block, work.sparse, False),
        _layer(rng, "scores", (work.outputs, work.hidden), last_block, work.sparse, True),
    )
    name = f"mlp_{work.name}".replace("-", "_").replace(" ", "_")
    return Network(name, PixelInput(work.inputs, INPUT_BITS), layers, {"seed": SEED})


def _layer(rng, name: str, shape: tuple[int, int], block_out: int, sparse: bool, last: bool) -> Dense:
    outputs, inputs = shape
    block_in = BLOCK_IN[inputs]
    rows, columns = outputs // block_out, inputs // block_in
    mask = np.ones((rows, columns), bool)
    weights = rng.integers(-1, 2, shape)
    if sparse:
        weights = np.where(rng.integers(0, 2, shape), 1, -1)
        mask = _drawn_mask(rng, rows, columns)
    matrix = BlockSparse.from_dense(weights, mask, 1 if sparse else 2, block_out, block_in)
    bias = rng.integers(-8, 9, outputs).astype(np.int32)
    rule = None if last else Requantise(_shift(matrix.dense()), ACTIVATION_BITS)
    return Dense(name, matrix, bias, rule)


def _drawn_mask(rng, rows: int, columns: int) -> np.ndarray:
    """Return a mask of one block in eight, drawn so that no block is used twice before all are."""
    hand = columns // 8
    pack = np.tile(rng.permutation(columns), -(-rows * hand // columns))
    mask = np.zeros((rows, columns), bool)
    for row, kept in zip(mask, pack[: rows * hand].reshape(rows, hand), strict=True):
        row[kept] = True
    return mask


def _shift(weights: np.ndarray) -> int:
    """Return the shift that brings a usual sum of u4 pixels to the middle of three bits."""
    spread = 8.8 * np.sqrt(np.count_nonzero(weights, axis=1).mean())  # 8.8: root mean square of 0 to 15
    return max(0, round(np.log2(spread / 4)))


def images(work: Work, count: int) -> np.ndarray:
    """Return raw images, uint8[count, inputs], of which accelgen keeps the upper four bits."""
    return np.random.default_rng(SEED + 1).integers(0, 256, (count, work.inputs), np.uint8)


def matrices(network: Network) -> dict[str, np.ndarray]:
    """Return the matrices that other tools take.

    Returns
    -------
    dict of str to ndarray
        ``weights0``, ``weights1`` (int64[outputs, inputs]), ``bias0``, ``bias1`` (int64[outputs]), and the
        integers ``shift0``, ``input_bits``, ``activation_bits``.
    """
    arrays = {"input_bits": np.array(INPUT_BITS), "activation_bits": np.array(ACTIVATION_BITS)}
    for number, layer in enumerate(network.layers):
        arrays[f"weights{number}"] = layer.weights.dense().astype(np.int64)
        arrays[f"bias{number}"] = layer.bias.astype(np.int64)
        if layer.rule:
            arrays[f"shift{number}"] = np.array(layer.rule.shift)
    return arrays
