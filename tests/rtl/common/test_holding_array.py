import numpy as np
import pytest

from accelgen.rtl.common.holding_array import HoldingMacArray
from accelgen.rtl.payloads import Accumulators, Operand
from tests.component_bench import check, pack

LANES, BITS, WIDTH, BIAS_BITS = 6, 3, 12, 8
LENGTHS = [1, 1, 7, 3, 1, 12, 2, 5]
ROW_ENDS = [0, 1, 0, 0, 1, 1, 0, 1]


@pytest.mark.parametrize("stall", [0.0, 0.5])
@pytest.mark.parametrize("weight_bits", [1, 3, 4, 8])
@pytest.mark.parametrize("signed_bits", [0, 2])
@pytest.mark.parametrize("leaving", [1, 2, 3, 6])
def test_a_pass_leaves_in_words_of_its_biases_and_all_its_products(
    tmp_path, stall, weight_bits, signed_bits, leaving
):
    rng = np.random.default_rng(weight_bits)
    last_words = LANES // leaving - 1 or 1
    words, operands, passes = [], [], []
    for length, row_end in zip(LENGTHS, ROW_ENDS, strict=True):
        sums = np.zeros(LANES, int)
        for number in range(length):
            bits = signed_bits or BITS
            value = int(rng.integers(0, 1 << bits))
            worth = value - (value >> (bits - 1) << bits) if signed_bits else value
            patterns = rng.integers(0, 1 << weight_bits, LANES)
            codes = np.where(patterns >> (weight_bits - 1), patterns - (1 << weight_bits), patterns)
            sums += (np.where(patterns, -1, 1) if weight_bits == 1 else codes) * worth
            last = number == length - 1
            ends = {"pass_end": int(last), "row_end": int(last and row_end), "layer_end": 0}
            item = {"codes": [int(p) for p in patterns], "value": value, "ends": ends}
            operands.append(pack(Operand(LANES, weight_bits, BITS), item))
        count = last_words if row_end else LANES // leaving
        for number in range(count):
            bias = rng.integers(-100, 100, leaving)
            words.append(sum((int(b) & 0xFF) << (BIAS_BITS * n) for n, b in enumerate(bias)))
            leave = sums[number * leaving :][:leaving] + bias
            item = {"sums": [int(s) + 2**11 & 2**12 - 1 for s in leave]}  # a sum wraps, and its bias too
            item["sums"] = [s - 2**11 for s in item["sums"]]
            last = number == count - 1
            item["ends"] = {"pass_end": int(last), "row_end": int(last and row_end), "layer_end": 0}
            passes.append(pack(Accumulators(leaving, WIDTH), item))
    check(
        HoldingMacArray(
            LANES, weight_bits, BITS, WIDTH, BIAS_BITS, len(words), leaving=leaving, signed_bits=signed_bits
        ),
        tmp_path,
        pulses={"restart": 1},
        constants={"last_words": last_words - 1, **({"signs": 1} if signed_bits else {})},
        send={"operands": operands},
        expect={"passes": passes},
        memories=[{"enable": "enable", "address": "address", "data": "start", "words": words}],
        stall=stall,
        seed=weight_bits,
    )
