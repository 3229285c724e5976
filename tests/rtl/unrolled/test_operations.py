import numpy as np
import pytest
from amaranth.hdl import Cat, Module, Signal
from amaranth.sim import Simulator
from hypothesis import given, settings
from hypothesis import strategies as st

from accelgen.network import Dense, Requantise, Thresholds
from accelgen.rtl.unrolled.operations import operations, result_bits
from accelgen.rtl.unrolled.ranks import wired
from accelgen.rtl.unrolled.sums import shared_sums
from tests.naive import naive_rule, naive_sums
from tests.tiny_networks import dense_layer


def computed(layer, bits, inputs, sums):
    """Return what gates make of inputs, signed where there is no rule."""
    graph = shared_sums(layer, bits, sums)
    m = Module()
    values = [Signal(bits, name=f"x{n}") for n in range(layer.inputs)]
    found = wired(m, values, operations(layer, bits, graph), layer.outputs, [])
    together = Signal(sum(map(len, found)))
    m.d.comb += together.eq(Cat(*found))
    width, answers = result_bits(layer, bits), []
    assert {len(value) for value in found} == {width}

    async def bench(ctx):
        for row in inputs:
            for signal, value in zip(values, row, strict=True):
                ctx.set(signal, int(value))
            await ctx.delay(1e-9)
            word = ctx.get(together)
            fields = [word >> width * n & (1 << width) - 1 for n in range(layer.outputs)]
            if layer.rule is None:
                fields = [field - (field >> (width - 1) << width) for field in fields]
            answers.append(fields)

    simulator = Simulator(m)
    simulator.add_testbench(bench)
    simulator.run()
    return graph, answers


RULES = {
    "shift": Requantise(3, 3),
    "no shift": Requantise(0, 2),
    "wide": Requantise(1, 8),
    "thresholds": Thresholds(((-30, -5, 0, 2, 9, 9, 60),)),
    "scores": None,
}


@pytest.mark.parametrize("sums", ["trees", "chains", "cells"])
@pytest.mark.parametrize("rule", RULES)
@settings(max_examples=4, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), bits=st.sampled_from([1, 3, 4, 6]))
def test_a_layer_equals_the_equations(rule, sums, seed, bits):
    rng = np.random.default_rng(seed)
    layer = dense_layer(rng, "a", 8, 16, RULES[rule], bits=3, block_out=4, block_in=4, kept=3)
    layer = Dense("a", layer.weights, rng.integers(-60, 60, 8).astype(np.int32), layer.rule)
    top = (1 << bits) - 1
    inputs = [np.zeros(16, int), np.full(16, top), *rng.integers(0, top + 1, (12, 16))]
    _, found = computed(layer, bits, inputs, sums)
    for row, answer in zip(inputs, found, strict=True):
        sums = naive_sums(layer, row.tolist())
        rule = layer.rule
        assert answer == ([naive_rule(rule, total, n) for n, total in enumerate(sums)] if rule else sums)


def test_an_output_without_weights_is_its_bias():
    weights = np.zeros((4, 4), np.int64)
    weights[0, 0] = -1
    layer = dense_layer(np.random.default_rng(0), "a", 4, 4, None, block_out=4, block_in=4, kept=1)
    layer = Dense(
        "a",
        type(layer.weights).from_dense(weights, np.ones((1, 1), bool), 2, 4, 4),
        np.array([5, -3, 0, 7], np.int32),
        None,
    )
    for sums in ("trees", "chains"):
        assert computed(layer, 2, [[3, 0, 0, 0], [0, 1, 2, 3]], sums)[1] == [[2, -3, 0, 7], [5, -3, 0, 7]]
