import numpy as np
import pytest

from accelgen.rtl.common.mac_array import MacArray
from accelgen.rtl.payloads import Accumulators, Operand
from tests.component_bench import check, pack

LANES, BITS, WIDTH, BIAS_BITS = 5, 3, 16, 8


@pytest.mark.parametrize("stall", [0.0, 0.5])
@pytest.mark.parametrize("weight_bits", [1, 2, 3, 4, 5, 8])
@pytest.mark.parametrize("signed_bits", [0, 1, 2, BITS])
def test_a_pass_is_its_biases_and_all_its_products(tmp_path, stall, weight_bits, signed_bits):
    rng = np.random.default_rng(weight_bits)
    lengths = [1, 1, 7, 3, 1, 12, 2, 5]
    biases = rng.integers(-100, 100, (len(lengths), LANES))
    operands, passes = [], []
    for length, bias in zip(lengths, biases, strict=True):
        sums = bias.copy()
        for number in range(length):
            bits = signed_bits or BITS
            value = int(rng.integers(0, 1 << bits))
            worth = value - (value >> (bits - 1) << bits) if signed_bits else value
            patterns = rng.integers(0, 1 << weight_bits, LANES)
            codes = np.where(patterns >> (weight_bits - 1), patterns - (1 << weight_bits), patterns)
            sums += (np.where(patterns, -1, 1) if weight_bits == 1 else codes) * worth
            end = {"pass_end": int(number == length - 1)}
            item = {"codes": [int(p) for p in patterns], "value": value, "ends": end}
            operands.append(pack(Operand(LANES, weight_bits, BITS), item))
        passes.append(
            pack(Accumulators(LANES, WIDTH), {"sums": [int(s) for s in sums], "ends": {"pass_end": 1}})
        )
    words = [sum((int(b) & 0xFF) << (BIAS_BITS * n) for n, b in enumerate(bias)) for bias in biases]
    check(
        MacArray(LANES, weight_bits, BITS, WIDTH, BIAS_BITS, len(lengths), signed_bits=signed_bits),
        tmp_path,
        pulses={"restart": 1},
        **({"constants": {"signs": 1}} if signed_bits else {}),
        send={"operands": operands},
        expect={"passes": passes},
        memories=[{"enable": "enable", "address": "address", "data": "start", "words": words}],
        stall=stall,
        seed=weight_bits,
    )
