import numpy as np
import pytest

from accelgen.golden.requantise import requantise
from accelgen.network import Multiply, Requantise, Thresholds
from accelgen.network.widths import accumulator_bits
from accelgen.rtl.unrolled.layer import UnrolledLayer
from tests.rtl.unrolled.test_weighted_sum import _clocked
from tests.stream_drivers import simulate
from tests.tiny_networks import dense_layer

STAIRS = tuple((n - 9, n - 9, 5 + n) for n in range(9))
#: Multipliers that are powers of two, one less, and of many digits; with the largest offsets.
FACTORS = (1, 255, 256, 1023, 21845, 4096, 65535, 3, 699051)
RULES = [
    *(
        Multiply(FACTORS, tuple(m - 1 for m in FACTORS), shift, bits)
        for shift, bits in ((0, 8), (9, 3), (40, 1))
    ),
    *(Multiply((2,) * 9, (0,) * 9, shift, bits, True) for shift, bits in ((0, 8), (1, 3), (3, 5), (4, 1))),
    *(Requantise(0, 1), Requantise(3, 2), Requantise(5, 4)),
    *(Thresholds(STAIRS), Thresholds(((-1000, 3, 7, 7, 8, 500, 501),)), None),
]


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("bits", [1, 3, 5, 6, 7, 8])
@pytest.mark.parametrize("signs", [False, True])
def test_outputs_are_what_the_weights_say(rule, bits, signs):
    rng = np.random.default_rng(bits)
    layer = dense_layer(rng, "a", 9, 13, rule, bits=bits, block_out=4, block_in=3, kept=2, ends=bits > 3)
    dut = UnrolledLayer(layer, 2, signed_inputs=signs)
    weights = layer.weights.dense().astype(int)
    size = rule.bits_out if rule else accumulator_bits(layer, 2, signed=signs)
    assert len(dut.results) == 9 * size

    async def bench(ctx):
        for _ in range(20):
            values = rng.integers(*((-2, 2) if signs else (0, 4)), 13)
            ctx.set(dut.values, sum((int(value) & 3) << 2 * n for n, value in enumerate(values)))
            await ctx.delay(1e-7)
            sums = weights @ values + layer.bias
            expected = requantise(sums[None], rule)[0] if rule else sums
            found = ctx.get(dut.results)
            for output, value in enumerate(expected):
                assert found >> output * size & ((1 << size) - 1) == int(value) & ((1 << size) - 1), output

    simulate(_clocked(dut), bench)
