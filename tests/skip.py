"""A made-up kind of layer that reads two values, which no kind of ours does.

``y = requantise(bias + W a + b)`` for a first value a and a second one b: what a residual layer would do.
"""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pytest

from accelgen.golden import kinds as golden_kinds
from accelgen.golden.dense import accumulate
from accelgen.golden.requantise import requantise
from accelgen.network import Network, PixelInput, Requantise
from accelgen.network import kinds as network_kinds
from accelgen.network.connected import FullyConnected
from accelgen.network.layer import check_size
from tests.tiny_networks import block_sparse, dense_layer


class Skip(FullyConnected):
    """A fully connected layer to whose sums a second value is added."""

    __slots__ = ()

    kind: ClassVar[str] = "skip"
    spiking: ClassVar[bool] = False
    arity: ClassVar[int] = 2
    rule_type: ClassVar[type] = Requantise

    def check_reads(self, values) -> None:
        check_size(self, values[0])


def activate(layer, x, added, input_bits):
    return requantise(accumulate(layer, x, input_bits) + added, layer.rule)


@pytest.fixture
def skips(monkeypatch):
    """Make `Skip` a kind that a network may have and the golden model computes, and nothing else."""
    monkeypatch.setitem(network_kinds.LAYERS, Skip.kind, Skip)
    monkeypatch.setitem(golden_kinds.COMPUTES, Skip.kind, activate)


def skip_layer(rng, name, size, reads) -> Skip:
    """Return a layer of random weights that reads two values of ``size``."""
    bias = rng.integers(-5, 5, size).astype(np.int32)
    return Skip(name, block_sparse(rng, size, size), bias, Requantise(2, 3), reads)


def skip_network() -> Network:
    """Return 12-8-8-8-3, of which the third layer reads the second, and adds the first."""
    rng = np.random.default_rng(0)
    layers = (
        dense_layer(rng, "a", 8, 12, Requantise(2, 3), spread=9),
        dense_layer(rng, "b", 8, 8, Requantise(2, 2), spread=9),
        skip_layer(rng, "c", 8, ("b", "a")),
        dense_layer(rng, "d", 3, 8, None, spread=9),
    )
    return Network("skips", PixelInput(12, 3), layers, {"seed": 0})


def skip_scores(network: Network, x: list[int]) -> list[int]:
    """Return the scores of one image of quantised pixels by `skip_network`, in loops over numbers."""
    a, b, c, d = network.layers
    after_a = _clamped(_sums(a, x), a.rule)
    after_b = _clamped(_sums(b, after_a), b.rule)
    after_c = _clamped([s + v for s, v in zip(_sums(c, after_b), after_a, strict=True)], c.rule)
    return _sums(d, after_c)


def _sums(layer, x):
    rows = zip(layer.weights.dense().tolist(), layer.bias.tolist(), strict=True)
    return [bias + sum(w * v for w, v in zip(row, x, strict=True)) for row, bias in rows]


def _clamped(sums, rule):
    return [min(max(total >> rule.shift, 0), 2**rule.bits - 1) for total in sums]
