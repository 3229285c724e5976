"""Networks so small that every frame and pause can be tried, one of each kind of hardware."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from accelgen.network import (
    BlockSparse,
    Conv,
    Dense,
    EventInput,
    Network,
    Neuron,
    PixelInput,
    RateInput,
    Requantise,
    Spiking,
    Window,
)
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.hardware import hardware_of

__all__ = ["KINDS", "Kind", "pixel_network", "sparse"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of hardware.

    Attributes
    ----------
    network : Network
        What it runs.
    datapath : Datapath
        How.
    bound : int
        Cycles from the last beat of an image, or from the result before, to its result, at most, while
        results are taken.
    first : int
        Cycles from reset in which a result can have left.
    late : int
        Cycles from reset in which one can be missing: more than ``bound`` after the first image; 0 where
        no solver comes that far.
    turn : int
        Cycles after which a table frame begins, at most, while images come and results leave; 0 where a
        sample may be as long as its sender likes.
    """

    network: Network
    datapath: Datapath
    bound: int
    first: int
    late: int = 0
    turn: int = 0

    def top(self):
        """Return the hardware, and its plan and tables."""
        hardware = hardware_of(self.network, self.datapath)
        return hardware.top(), hardware.plan, hardware.tables


def sparse(rows, kept, block_out, block_in) -> BlockSparse:
    """Return weights of two bits, of whose blocks those that are ``kept`` may hold any."""
    dense = np.array(rows, np.int64)
    return BlockSparse.from_dense(dense, np.array(kept, bool), 2, block_out, block_in)


def pixel_network() -> Network:
    """Return a dense network of four pixels of a bit, two layers and two classes."""
    first = sparse([[1, -2, 0, 0], [0, 0, 1, 1]], [[1, 0], [0, 1]], 1, 2)
    last = sparse([[1, -1], [-2, 1]], [[1]], 2, 2)
    zeros = np.array([0, 0], np.int32)
    layers = (Dense("a", first, zeros + 1, Requantise(0, 1)), Dense("b", last, zeros, None))
    return Network("dense", PixelInput(4, 1), layers)


def _loadable() -> Network:
    first = sparse([[1, -2], [0, 1]], [[1, 1]], 2, 1)
    last = sparse([[1, -1], [-2, 1]], [[1]], 2, 2)
    bias = np.array([1, 0], np.int32)
    return Network(
        "loadable",
        PixelInput(2, 1),
        (Dense("a", first, bias, Requantise(0, 1)), Dense("b", last, bias, None)),
    )


def _conv() -> Network:
    window = Window(2, 2, 1, kernel=2)
    kernels = np.array([[[[1, -1], [1, 1]]]], np.int64)
    conv = Conv.from_kernels(
        "a",
        window,
        kernels,
        np.ones((1, 1), bool),
        bits=2,
        block_out=1,
        block_in=1,
        bias=np.zeros(1, np.int32),
        rule=Requantise(0, 1),
    )
    last = sparse([[1], [-1]], [[1]], 2, 1)
    return Network("conv", PixelInput(4, 1), (conv, Dense("b", last, np.array([0, 1], np.int32), None)))


def _spiking(entering) -> Network:
    weights = sparse([[1, 1, 0, -2], [0, 1, -1, 1]], [[1, 1]], 2, 2)
    layer = Spiking("a", weights, np.zeros(2, np.int32), Neuron("continuous", 1, 0, "subtract"))
    return Network("spiking", entering, (layer,))


KINDS = {
    "folded, rom": Kind(pixel_network(), Datapath(lanes=1), 20, 20, 27),
    "folded, ram": Kind(_loadable(), Datapath(lanes=2, weights="ram"), 20, 27, 34, 40),
    "pipelined, rom": Kind(pixel_network(), Datapath(pipelined=True, lanes=1), 30, 30, 38),
    "unrolled": Kind(pixel_network(), Datapath(unrolled=True), 8, 8, 13),
    "convolution": Kind(_conv(), Datapath(lanes=1), 25, 28, 34),
    "spiking, pixels": Kind(
        _spiking(RateInput(4, 1, "dither")), Datapath(lanes=2, early_stop=True), 34, 22, 40
    ),
    "spiking, events": Kind(_spiking(EventInput(2, 2, 1)), Datapath(lanes=2), 32, 20, 42),
    # Tables with any contents and events at any time are too much for `late` cycles at once.
    "spiking, events, ram": Kind(_spiking(EventInput(2, 2, 1)), Datapath(lanes=2, weights="ram"), 32, 22),
}
