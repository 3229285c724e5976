import numpy as np
import pytest
from amaranth.back import rtlil
from amaranth.sim import Simulator

from accelgen.network import Network, Neuron, RateInput, Spiking, Synapse
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.payloads import Accumulators, Activations
from accelgen.rtl.snn.fire import Fire
from accelgen.rtl.snn.plan import SpikingPlan
from tests.component_bench import check, pack
from tests.stream_drivers import simulate
from tests.tiny_networks import block_sparse

LANES = 4


def plan_of(neuron):
    """Return the plan of one layer of 24 ``neuron`` and a readout."""
    rng = np.random.default_rng(0)
    layers = (
        Spiking(
            "a",
            block_sparse(rng, 24, 30, block_out=4, kept=8),
            rng.integers(-9, 9, 24).astype(np.int32),
            neuron,
        ),
        Spiking("b", block_sparse(rng, 4, 24), np.zeros(4, np.int32), None),
    )
    return SpikingPlan(Network("n", RateInput(30, 1, "dither"), layers), Datapath(lanes=LANES))


@pytest.mark.parametrize("stall", [0.0, 0.5])
@pytest.mark.parametrize(
    "neuron",
    [
        Neuron("continuous", 9, 0, "subtract"),
        Neuron("continuous", 9, 2, "subtract"),
        Neuron("continuous", 9, 2, "zero"),
        Neuron("continuous", 1, 0, "zero"),
        Neuron("continuous", 9, 10, "subtract", 41),
        Neuron("continuous", 9, 3, "zero", 3),
    ],
)
def test_spikes_and_what_is_left_follow_the_equations(tmp_path, neuron, stall):
    plan = plan_of(neuron)
    rng = np.random.default_rng(neuron.leak)
    # What stays within the proven widths, the threshold itself and its neighbours among it.
    limit = (1 << (plan.membrane_bits - 2)) - neuron.threshold
    membranes = rng.integers(-limit, limit, (6, LANES))
    membranes[0] = [neuron.threshold - 1, neuron.threshold, neuron.threshold + 1, 0]
    sends, spikes, writes = [], [], []
    for number, row in enumerate(membranes):
        ends = {"pass_end": 1, "row_end": 1, "layer_end": int(number == 5)}
        fired = (row >= neuron.threshold).astype(int)
        left = neuron.left(row, fired)
        sends.append(
            pack(Accumulators(LANES, plan.accumulator_bits), {"sums": [int(v) for v in row], "ends": ends})
        )
        spikes.append(pack(Activations(LANES, 1), {"values": fired.tolist(), "ends": ends}))
        mask = (1 << plan.membrane_bits) - 1
        word = sum((int(v) & mask) << (plan.membrane_bits * n) for n, v in enumerate(left))
        writes.append((number, word))
    check(
        Fire(plan),
        tmp_path,
        constants={"layer": 0},
        pulses={"restart": 1},
        send={"passes": sends},
        expect={"spikes": spikes},
        writes={"left": writes},
        stall=stall,
        seed=3,
    )


@pytest.mark.parametrize(
    "neuron",
    [
        Neuron("continuous", 9, 2, "subtract", 1, Synapse(2)),
        Neuron("continuous", 30, 0, "zero", 1, Synapse(5, 3)),
        Neuron("continuous", 12, 10, "zero", 41, Synapse(1)),
        Neuron("continuous", 1, 1, "subtract", 1, Synapse(15, 32767)),
    ],
)
def test_currents_that_last_leak_and_are_added_to_membranes(neuron):
    plan = plan_of(neuron)
    fire, passes = Fire(plan), 6
    currents, membranes = np.zeros((2, passes, LANES), np.int64)
    rng = np.random.default_rng(1)

    def bits(word, width):
        values = [word >> (width * lane) & ((1 << width) - 1) for lane in range(LANES)]
        return [value - (value >> (width - 1) << width) for value in values]

    async def testbench(ctx):
        nonlocal currents, membranes
        for timestep in range(32):
            first = timestep % 16 == 0
            if first:
                currents, membranes = np.zeros((2, passes, LANES), np.int64)
            ctx.set(fire.first, first)
            ctx.set(fire.restart, 1)
            await ctx.tick()
            ctx.set(fire.restart, 0)
            # What starts a pass is left over; neurons of the first lane are driven up, of the second down.
            entering = rng.integers(-9, 13, (passes, LANES)) + [9, -9, 0, 0]
            currents = neuron.synapse.left(currents) + entering
            membranes = membranes + currents
            for number in range(passes):
                for lane in range(LANES):
                    ctx.set(fire.passes.p.sums[lane], int(currents[number, lane]))
                ctx.set(fire.spikes.ready, 0)
                ctx.set(fire.passes.valid, 1)
                await ctx.tick()
                ctx.set(fire.spikes.ready, 1)
                fired = membranes[number] >= neuron.threshold
                assert [ctx.get(fire.spikes.p["values"][lane]) for lane in range(LANES)] == fired.tolist()
                assert ctx.get(fire.left.valid) and ctx.get(fire.left.address) == number
                left = neuron.synapse.left(currents[number]).tolist()
                assert bits(ctx.get(fire.left.data), plan.membrane_bits) == left
                membranes[number] = neuron.left(membranes[number], fired.astype(np.int64))
                await ctx.tick()
                ctx.set(fire.passes.valid, 0)

    simulate(fire, testbench)


def text_of(*neurons):
    """Return the Verilog of the fire unit of a network whose layers have ``neurons``."""
    rng = np.random.default_rng(0)
    layers = [
        Spiking(f"s{number}", block_sparse(rng, 8, 8), np.zeros(8, np.int32), neuron)
        for number, neuron in enumerate([*neurons, None])
    ]
    plan = SpikingPlan(Network("n", RateInput(8, 1, "dither"), tuple(layers)), Datapath(lanes=LANES))
    return rtlil.convert(Fire(plan))


def test_a_multiplier_is_built_for_networks_that_need_it_alone():
    shifted = text_of(Neuron("continuous", 9, 2, "zero"), Neuron("continuous", 9, 3, "zero"))
    assert "$mul" not in shifted
    multiplied = text_of(Neuron("continuous", 9, 2, "zero"), Neuron("continuous", 9, 3, "zero", 5))
    assert multiplied.count("cell $mul ") == LANES
    both = text_of(Neuron("continuous", 9, 2, "zero", 1, Synapse(3, 5)))
    assert both.count("cell $mul ") == LANES


def test_a_memory_of_membranes_is_built_where_currents_last_alone():
    short = Neuron("continuous", 9, 2, "zero")
    assert "cell $mem" not in text_of(short) and "potentials" not in text_of(short)
    lasts = Neuron("continuous", 9, 2, "zero", 1, Synapse(3))
    assert "potentials" in text_of(lasts) and "\\lasting" not in text_of(lasts)  # every layer's do
    assert "\\lasting" in text_of(short, lasts)


@pytest.mark.parametrize("layer", [0, 1, 2])
def test_each_layer_has_its_own_leak(layer):
    neurons = [Neuron("continuous", 9, 4, "subtract", multiplier) for multiplier in (3, 1, 5)]
    rng = np.random.default_rng(0)
    layers = [
        Spiking(f"s{number}", block_sparse(rng, 8, 8), np.full(8, 900, np.int32), neuron)
        for number, neuron in enumerate([*neurons, None])
    ]
    plan = SpikingPlan(Network("n", RateInput(8, 1, "dither"), tuple(layers)), Datapath(lanes=LANES))
    fire = Fire(plan)
    membranes = np.array([-777, -1, 5, 8])

    async def testbench(ctx):
        ctx.set(fire.layer, layer)
        for lane, membrane in enumerate(membranes.tolist()):
            ctx.set(fire.passes.p.sums[lane], membrane)
        await ctx.delay(1e-9)
        mask = (1 << plan.membrane_bits) - 1
        word = sum((int(v) & mask) << (plan.membrane_bits * n) for n, v in enumerate(left))
        assert ctx.get(fire.left.data) == word

    left = neurons[layer].left(membranes, (membranes >= 9).astype(int))
    sim = Simulator(fire)
    sim.add_testbench(testbench)
    sim.run()


def test_discontinuous_neurons_fire_above_zero_and_leave_nothing():
    plan = plan_of(Neuron("discontinuous"))
    fire = Fire(plan)
    assert "left" not in fire.signature.members

    async def testbench(ctx):
        for lane, total in enumerate([0, 1, -1, 2]):
            ctx.set(fire.passes.p.sums[lane], total)
        await ctx.delay(1e-9)
        assert [ctx.get(fire.spikes.p["values"][lane]) for lane in range(LANES)] == [0, 1, 0, 1]

    sim = Simulator(fire)
    sim.add_testbench(testbench)
    sim.run()
