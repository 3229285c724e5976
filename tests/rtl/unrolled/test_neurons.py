# amaranth: UnusedElaboratable=no
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accelgen.errors import InvalidNetwork
from accelgen.network import Neuron, Spiking, Synapse
from accelgen.network.widths import accumulator_bits, membrane_bits, membrane_ranges
from accelgen.rtl.unrolled.neurons import Neurons, register_bits
from accelgen.rtl.unrolled.operations import result_bits
from accelgen.rtl.unrolled.spiking_plan import currents_of
from tests.stream_drivers import simulate
from tests.tiny_networks import block_sparse

TIMESTEPS = 16


def layer_of(neuron, seed=0, outputs=8):
    rng = np.random.default_rng(seed)
    bias = rng.integers(-4, 5, outputs).astype(np.int32)
    return Spiking("a", block_sparse(rng, outputs, 12, kept=3), bias, neuron)


def play(layer, samples, *, pauses=0):
    """Return the spikes of currents, int[samples, timesteps, outputs], with cycles in which nothing moves."""
    bits = result_bits(currents_of(layer), 1)
    dut, found = Neurons(layer, bits), []
    dice = np.random.default_rng(pauses)

    async def bench(ctx):
        for sample in samples:
            ctx.set(dut.moves, 0)
            ctx.set(dut.clear, 1)
            await ctx.tick()
            ctx.set(dut.clear, 0)
            for currents in sample.tolist():
                word = sum((int(current) % (1 << bits)) << (bits * n) for n, current in enumerate(currents))
                ctx.set(dut.currents, word)
                while pauses and dice.random() < 0.4:
                    await ctx.tick()
                ctx.set(dut.moves, 1)
                found.append([ctx.get(dut.spikes) >> n & 1 for n in range(layer.outputs)])
                await ctx.tick()
                ctx.set(dut.moves, 0)

    simulate(dut, bench)
    return found


def equations(layer, samples):
    """Return the same by the equations."""
    found = []
    for sample in samples:
        left = lasts = np.zeros(layer.outputs, np.int64)
        for entering in sample:
            current = entering + lasts
            lasts = layer.rule.synapse.left(current) if layer.rule.synapse else lasts
            membrane = left + current
            spikes = (membrane >= layer.rule.threshold).astype(np.int64)
            found.append(spikes.tolist())
            left = layer.rule.left(membrane, spikes)
    return found


def currents(layer, seed, samples=2, density=0.5):
    """Return what random spikes give; the first sample is all weights above zero, the second all below."""
    rng = np.random.default_rng(seed)
    dense = layer.weights.dense().astype(np.int64)
    spikes = (rng.random((samples, TIMESTEPS, layer.inputs)) < density).astype(np.int64)
    found = spikes @ dense.T + layer.bias
    extremes = [np.maximum(dense, 0).sum(axis=1) + layer.bias, np.minimum(dense, 0).sum(axis=1) + layer.bias]
    return np.concatenate([np.stack([np.tile(one, (TIMESTEPS, 1)) for one in extremes]), found])


@pytest.mark.parametrize("reset", ["subtract", "zero"])
@pytest.mark.parametrize(("leak", "multiplier"), [(0, 1), (1, 1), (3, 1), (4, 5), (15, 32767)])
@pytest.mark.parametrize("threshold", [1, 6, 400])
def test_spikes_follow_the_equations_to_the_ends_of_the_membranes(reset, leak, multiplier, threshold):
    layer = layer_of(Neuron("continuous", threshold, leak, reset, multiplier))
    samples = currents(layer, seed=threshold)
    assert play(layer, samples, pauses=1) == equations(layer, samples)


@pytest.mark.parametrize("synapse", [Synapse(1), Synapse(3), Synapse(4, 5), Synapse(15)])
@pytest.mark.parametrize(("reset", "leak"), [("subtract", 0), ("zero", 2)])
def test_currents_that_last_follow_the_equations_to_their_ends(synapse, reset, leak):
    layer = layer_of(Neuron("continuous", 40, leak, reset, 1, synapse))
    samples = currents(layer, seed=synapse.leak)
    assert play(layer, samples, pauses=1) == equations(layer, samples)


@settings(max_examples=20, deadline=None)
@given(
    seed=st.integers(0, 2**32 - 1),
    threshold=st.integers(1, 60),
    leak=st.integers(0, 6),
    reset=st.sampled_from(["subtract", "zero"]),
)
def test_random_neurons_follow_the_equations(seed, threshold, leak, reset):
    layer = layer_of(Neuron("continuous", threshold, leak, reset), seed)
    samples = currents(layer, seed, density=0.7)
    assert play(layer, samples) == equations(layer, samples)


def test_a_sample_begins_anew_while_the_one_before_still_moves():
    layer = layer_of(Neuron("continuous", 3, 0, "subtract"))
    bits = result_bits(currents_of(layer), 1)
    dut = Neurons(layer, bits)
    # A current above the threshold, which would leave something, in the cycle that clears.
    word = sum(((1 << (bits - 2)) - 1) << (bits * n) for n in range(layer.outputs))

    async def bench(ctx):
        ctx.set(dut.currents, word)
        ctx.set(dut.moves, 1)
        ctx.set(dut.clear, 1)
        await ctx.tick()
        ctx.set(dut.clear, 0)
        ctx.set(dut.currents, 0)
        assert ctx.get(dut.spikes) == 0

    simulate(dut, bench)


def test_registers_are_no_wider_than_the_proven_widths_and_hold_every_membrane():
    layer = layer_of(Neuron("continuous", 9, 2, "subtract"))
    ranges, threshold = membrane_ranges(layer), 9
    for (excess, kept), (low, high, least, most) in zip(register_bits(layer), ranges.T.tolist(), strict=True):
        assert -(1 << (excess - 1)) <= low - threshold and high - threshold < 1 << (excess - 1)
        assert -(1 << (kept - 1)) <= min(least, 0) - threshold and most - threshold < 1 << (kept - 1)
        assert excess <= accumulator_bits(layer, 1) + 1 and kept <= membrane_bits(layer) + 1
    assert len({excess for excess, _ in register_bits(layer)}) > 1  # each neuron has its own


def test_a_layer_without_memory_has_no_registers():
    with pytest.raises(InvalidNetwork, match=r"^a: neuron: its membranes must live on to be registers$"):
        Neurons(layer_of(Neuron("discontinuous")), 6)
