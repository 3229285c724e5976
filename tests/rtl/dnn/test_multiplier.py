# amaranth: UnusedElaboratable=no
import numpy as np
import pytest

from accelgen.network import Multiply
from accelgen.rtl.dnn.multiplier import Multiplier
from accelgen.rtl.payloads import Accumulators, Activations
from tests.component_bench import check, pack
from tests.naive import naive_rule
from tests.stream_drivers import simulate

LANES, WIDTH, BITS = 3, 9, 6
RULES = [(3, 7, 6, False), None, (2, 0, 3, False), (3, 3, 6, True)]


@pytest.mark.parametrize("stall", [0.0, 0.5])
@pytest.mark.parametrize("layer", [0, 2, 3])
def test_every_output_has_its_multiplier_and_passes_wait_for_one_another(tmp_path, stall, layer):
    outputs, shift, bits, even = RULES[layer]
    rng = np.random.default_rng(layer)
    sums = rng.integers(-256, 256, (9, LANES))
    sums[:2] = [[-256] * LANES, [255] * LANES]
    # One multiplier for all, and the largest offset; that each has its own is for whole networks.
    multiplier, offset = (4, 0) if even else (31, 30)
    passes, activations = [], []
    for number, row in enumerate(sums.tolist()):
        ends = {"pass_end": 1, "row_end": number % 2}
        passes.append(pack(Accumulators(LANES, WIDTH), {"sums": row, "ends": ends}))
        rule = Multiply((multiplier,), (offset,), shift, bits, even)
        values = [naive_rule(rule, x, 0) for x in row]
        values = values[:outputs] + [0] * (LANES - outputs)
        activations.append(pack(Activations(LANES, BITS), {"values": values, "ends": ends}))
    check(
        Multiplier(LANES, WIDTH, BITS, (5, 5), RULES),
        tmp_path,
        constants={
            "layer": layer,
            "multiplier": multiplier,
            "offset": offset,
            **dict.fromkeys(("others__ready", "plain__valid", "plain__payload"), 0),
        },
        send={"passes": passes},
        expect={"activations": activations},
        stall=stall,
        seed=layer,
    )


def test_passes_of_other_layers_go_through_and_come_back():
    dut = Multiplier(LANES, WIDTH, BITS, (5, 5), RULES)

    async def bench(ctx):
        ctx.set(dut.layer, 1)
        ctx.set(dut.passes.p.sums[2], -77)
        ctx.set(dut.plain.p["values"][1], 21)
        for valid, back, ready, onward in np.ndindex(2, 2, 2, 2):
            ctx.set(dut.passes.valid, valid)
            ctx.set(dut.others.ready, onward)
            ctx.set(dut.plain.valid, back)
            ctx.set(dut.activations.ready, ready)
            await ctx.tick()
            assert ctx.get(dut.others.valid) == valid and ctx.get(dut.passes.ready) == onward
            assert ctx.get(dut.others.p.sums[2]) == -77 and ctx.get(dut.activations.p["values"][1]) == 21
            assert ctx.get(dut.activations.valid) == back and ctx.get(dut.plain.ready) == ready
            assert not ctx.get(dut.used)
        ctx.set(dut.layer, 0)
        ctx.set(dut.passes.valid, 1)
        await ctx.delay(1e-8)
        assert not ctx.get(dut.others.valid) and not ctx.get(dut.plain.ready)

    simulate(dut, bench)


def test_where_every_layer_multiplies_there_is_no_other_way():
    assert not hasattr(Multiplier(LANES, WIDTH, BITS, (5, 0), [(3, 1, 6, False)]), "others")
