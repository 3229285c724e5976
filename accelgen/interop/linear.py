"""A linear node as integers: weights, what they read, and what a sum is to be divided by.

A MatMul is a matrix, a Conv kernels, and an average ones, each channel of its own image. An average that no
quantiser follows may be part of the weights that read it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accelgen.errors import DataError
from accelgen.interop.averages import AVERAGES, Squares, squares_of
from accelgen.interop.chain import STRUCTURE, Stage
from accelgen.interop.graph import Execution, Graph
from accelgen.interop.levels import Levels, steps_of
from accelgen.interop.windows import window_of
from accelgen.network import Window
from accelgen.network.window import MAX_KERNEL, MAX_STRIDE

__all__ = ["MOST_WEIGHT", "Linear", "Reader"]

MOST_WEIGHT = 128


@dataclass(frozen=True, slots=True, eq=False)
class Linear:
    """What a linear node adds up.

    Attributes
    ----------
    weights : int64[outputs, inputs], or int64[channels, input channels, kernel height, kernel width]
        Of the values that enter.
    scales : float64[outputs]
        What a weight of 1 is in the source.
    divisor : int
        What the source divides a sum by: how many values an average is of.
    reads : int64[...]
        Places of what it reads in what the stage before gives.
    window : Window or None
        What a convolution looks at.
    shape : tuple of int
        Of what leaves it in the source, but for its pooling.
    """

    weights: np.ndarray
    scales: np.ndarray
    divisor: int
    reads: np.ndarray
    window: Window | None
    shape: tuple[int, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Reader:
    """How linear nodes of a graph are read."""

    graph: Graph
    fixed: Execution

    def places(self, stage: Stage, shape: tuple[int, ...]) -> np.ndarray:
        """Return the places of what a stage gives, of ``shape``, as the next one reads them, [1, ...]."""
        places = np.arange(int(np.prod(shape))).reshape(1, *shape)
        for node in stage.nodes:
            if node.op in STRUCTURE:
                others = [self.fixed.value(name) for name in node.inputs[1:]]
                (places,) = self.graph.compute(node, [places, *others])
        if len(places) != 1:
            raise DataError(
                "reads parts of a sample as if they were samples: one row of each can be imported"
            )
        return places

    def squares(self, stage: Stage, places: np.ndarray) -> Squares:
        """Return the squares that a stage averages over, where it reads ``places``."""
        names = stage.node.inputs[1:]
        axes = self.fixed.value(names[0]) if names and names[0] else None
        return squares_of(stage.node, axes, places.shape[1:])

    def read(
        self, before: Stage, stage: Stage, shape: tuple[int, ...], levels: Levels, *, last: bool
    ) -> Linear:
        """Return the sums of a stage.

        Parameters
        ----------
        before, stage : Stage
            What gives the values, and what adds them up.
        shape : tuple of int
            Of what ``before`` gives, before its structure nodes.
        levels : Levels
            What its codes mean.
        last : bool
            Nothing reads the sums: they are scores, and no convolution has any.

        Raises
        ------
        DataError
            If the node is none of ours.
        InvalidNetwork
            If no window of ours is like its own.
        """
        places = self.places(before, shape)
        if stage.node.op in AVERAGES:
            return self._average(stage, places, levels, last=last)
        weights, scales = self._weights(stage)
        if stage.node.op == "MatMul":
            _check_vectors(weights, places)
            return Linear(weights, scales, 1, places.ravel(), None, weights.shape[:1])
        window = window_of(stage.node.attributes, stage.pools, places, weights.shape, levels)
        return _convolution(weights, scales, 1, places, window)

    def read_through(
        self, before: Stage, averaging: Stage, stage: Stage, shape: tuple[int, ...], levels: Levels
    ) -> Linear:
        """Return the sums of a stage as ones of what the average before it reads; see `read`."""
        if stage.node.op in AVERAGES:
            raise DataError("averages averages of many values: a quantiser between them can be imported")
        read = self.places(before, shape)
        squares = self.squares(averaging, read)
        places = self.places(averaging, squares.leaving)
        weights, scales = self._weights(stage)
        if stage.node.op == "MatMul":
            _check_vectors(weights, places)
            of_averages = np.zeros((len(weights), int(np.prod(squares.leaving))), np.int64)
            of_averages[:, places.ravel()] = weights  # structure nodes move values, each to one place
            spread = squares.spread(of_averages.reshape(-1, *squares.leaving))
            flat = spread.reshape(len(weights), -1)
            return Linear(flat, scales, squares.count, read.ravel(), None, weights.shape[:1])
        more = dict(stage.node.attributes)
        window_of(more, stage.pools, places, weights.shape, levels)  # of averages there is one, too
        steps = more.get("strides") or [1, 1]
        more["strides"] = [one * step for one, step in zip(steps, squares.strides, strict=True)]
        more["pads"] = squares.padded(tuple(more.get("pads") or (0, 0, 0, 0)))
        enlarged = squares.enlarged(weights)
        window = window_of(more, stage.pools, read, enlarged.shape, levels)
        return _convolution(enlarged, scales, squares.count, read, window)

    def _weights(self, stage: Stage) -> tuple[np.ndarray, np.ndarray]:
        real = self.fixed.value(stage.node.inputs[1])
        if stage.node.op == "MatMul" and real.ndim != 2:
            raise DataError("multiplies no vectors with a matrix: a Flatten before it can be imported")
        return _integers(real.T if stage.node.op == "MatMul" else real)

    def _average(self, stage: Stage, places: np.ndarray, levels: Levels, *, last: bool) -> Linear:
        """Return an average as a convolution of ones, or, of a whole image, as a matrix where it must be."""
        squares = self.squares(stage, places)
        ones, scales = squares.ones(), np.ones(squares.shape[0])
        small = max(squares.kernel) <= MAX_KERNEL and max(squares.strides) <= MAX_STRIDE
        if squares.whole and (last or not small):
            flat = ones.reshape(len(ones), -1)
            return Linear(flat, scales, squares.count, places.ravel(), None, squares.leaving)
        more = {"strides": squares.strides, "pads": squares.pads}
        window = window_of(more, stage.pools, places, ones.shape, levels)
        return _convolution(ones, scales, squares.count, places, window)


def _convolution(
    weights: np.ndarray, scales: np.ndarray, divisor: int, places: np.ndarray, window: Window
) -> Linear:
    shape = (len(weights), window.conv_height, window.conv_width)
    return Linear(weights, scales, divisor, places.ravel(), window, shape)


def _integers(real: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return weights as integers, and the scale of each row: one for all if there is one."""
    step = steps_of(real, MOST_WEIGHT)
    rows = real.reshape(len(real), -1)
    steps = [step] * len(rows) if step is not None else [steps_of(row, MOST_WEIGHT) for row in rows]
    if any(one is None for one in steps):
        raise DataError(f"weights are no integers of at most {MOST_WEIGHT} times a scale, which 8 bits hold")
    scales = np.array(steps, np.float64)
    return np.rint(real / scales.reshape(-1, *[1] * (real.ndim - 1))).astype(np.int64), scales


def _check_vectors(weights: np.ndarray, places: np.ndarray) -> None:
    """Refuse a product that reads no vectors, or vectors of another size than its matrix has."""
    if places.ndim != 2:
        raise DataError("multiplies no vectors with a matrix: a Flatten before it can be imported")
    if places.size != weights.shape[1]:
        raise DataError(f"reads {places.size} values, and its matrix has {weights.shape[1]} rows")
