import numpy as np
import pytest

from accelgen.rtl.common.weight_fetch import WeightFetch
from accelgen.rtl.payloads import Entry, Operand
from tests.bench import check, pack

LANES, WEIGHT_BITS, BITS, WORDS = 3, 3, 4, 50


@pytest.mark.parametrize("stall", [0.0, 0.5])
def test_each_entry_meets_the_word_at_its_address(tmp_path, stall):
    rng = np.random.default_rng(3)
    words = [int(word) for word in rng.integers(0, 1 << (LANES * WEIGHT_BITS), WORDS)]
    entries, operands = [], []
    for address in rng.integers(0, WORDS, 100):
        value, end = int(rng.integers(1, 1 << BITS)), {"pass_end": int(rng.integers(2))}
        entries.append(pack(Entry(WORDS, BITS), {"address": int(address), "value": value, "ends": end}))
        codes = [words[address] >> (WEIGHT_BITS * n) & 7 for n in range(LANES)]
        operands.append(
            pack(Operand(LANES, WEIGHT_BITS, BITS), {"codes": codes, "value": value, "ends": end})
        )
    check(
        WeightFetch(LANES, WEIGHT_BITS, BITS, WORDS),
        tmp_path,
        send={"entries": entries},
        expect={"operands": operands},
        memories=[{"enable": "enable", "address": "address", "data": "word", "words": words}],
        stall=stall,
    )
