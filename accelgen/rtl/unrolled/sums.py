"""Which layers share additions: counted, for what the sums are built of."""

from __future__ import annotations

import numpy as np

from accelgen.network.dense import Dense
from accelgen.network.rule import Requantise
from accelgen.network.thresholds import Thresholds
from accelgen.network.widths import accumulator_bits
from accelgen.rtl.datapath import Sums
from accelgen.rtl.unrolled.adder_graph import AdderGraph, adder_graph, digits
from accelgen.rtl.unrolled.carries import settle

__all__ = ["shared_sums"]

#: Digits of a layer above which its sums are their own: no search is made.
MOST_DIGITS = 50_000

#: What a full adder of a sum of its own takes, and a bit of a shared addition, of each kind of target: lookup
#: tables of a carry chain and of a compressor; and hundredths of a full adder of a library, an estimate: what
#: is right depends on the library, and only which of two exact sums is built.
PRICES = {"chains": (2, 1), "cells": (100, 64)}


def shared_sums(layer: Dense, input_bits: int, sums: Sums) -> AdderGraph | None:
    """Return how a layer shares its additions; None if each output is better a sum of its own.

    Parameters
    ----------
    layer : Dense
        Its weights, biases and rule.
    input_bits : int
        Bits of an input, unsigned.
    sums : {"trees", "chains", "cells"}
        Sums of their own always, or what takes less on carry chains or in cells of a library.
    """
    matrix = layer.weights.dense().astype(np.int64)
    terms = int(digits(matrix).sum())
    if sums == "trees" or terms > MOST_DIGITS:
        return None
    graph = adder_graph(matrix, 0, (1 << input_bits) - 1)
    alone = max(terms * input_bits - layer.outputs * accumulator_bits(layer, input_bits), 0)
    adder, bit = PRICES[sums]
    if graph.bits * bit > alone * adder:
        return None
    graph.apart = sums == "chains"
    if not isinstance(layer.rule, Thresholds):  # whose thresholds a bias joins as it is
        shift = layer.rule.shift if isinstance(layer.rule, Requantise) else None
        settle(graph, layer.bias.tolist(), 0 if shift is None else 1 << shift)
    return graph
