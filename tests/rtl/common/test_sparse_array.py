# amaranth: UnusedElaboratable=no
from amaranth.hdl import Module, Signal

from accelgen.rtl.common.sparse_array import SparseArray, chosen
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.payloads import Ends
from accelgen.rtl.plan import Plan
from accelgen.rtl.tables import tables
from tests.stream_drivers import simulate
from tests.tiny_networks import small_network


def test_it_holds_the_weights_and_the_index_and_no_start_values():
    plan = Plan(small_network(), Datapath(lanes=4, weights="ram"))
    array = SparseArray(plan, tables(plan), plan.bias_bits)
    assert [table.name for table in array.tables] == ["codes", "index"]
    loads = sorted(name for name in array.signature.members if name.startswith("load_"))
    assert loads == ["load_codes", "load_index"]


def test_one_pass_is_start_values_and_products():
    network = small_network()
    plan = Plan(network, Datapath(lanes=4))
    array = SparseArray(plan, tables(plan), plan.bias_bits)
    weights = network.layers[0].weights
    block = int(weights.index[0, 1])
    place = block * weights.block_in + 2

    async def testbench(ctx):
        for address in range(plan.input_beats):
            ctx.set(array.frame.valid, 1)
            ctx.set(array.frame.address, address)
            ctx.set(array.frame.data, 5 << (2 * plan.activation_bits) if address == block else 0)
            await ctx.tick()
        ctx.set(array.frame.valid, 0)
        for lane in range(4):
            ctx.set(array.start_value[lane], lane - 2)
        ctx.set(array.start, 1)
        ctx.set(array.restart, 1)
        await ctx.tick()
        ctx.set(array.start, 0)
        ctx.set(array.restart, 0)
        ctx.set(array.passes.ready, 1)
        (sums,) = await ctx.tick().sample(array.passes.payload).until(array.passes.valid)
        found = [int(sums.sums[lane]) for lane in range(4)]
        assert found == [lane - 2 + 5 * int(weights.dense()[lane, place]) for lane in range(4)]

    simulate(array, testbench)


def test_the_constant_of_the_layer_is_chosen():
    m, layer = Module(), Signal(2)
    found = chosen(m, layer, Ends, [{"pass_end": 1}, {"row_end": 1}])

    async def testbench(ctx):
        for number, bits in ((0, 1), (1, 2), (2, 0)):
            ctx.set(layer, number)
            await ctx.delay(1e-9)
            assert ctx.get(found.as_value()) == bits

    simulate_comb(m, testbench)


def simulate_comb(m, testbench):
    from amaranth.sim import Simulator

    sim = Simulator(m)
    sim.add_testbench(testbench)
    sim.run()
