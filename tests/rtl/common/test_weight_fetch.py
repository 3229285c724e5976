import numpy as np
import pytest

from accelgen.rtl.common.weight_fetch import WeightFetch
from accelgen.rtl.payloads import Entry, Operand
from tests.component_bench import check, pack

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


def widened(code, bits):
    """Return a code of a narrow layer in `WEIGHT_BITS` bits; one bit is the sign of 1."""
    if bits == 1:
        return 7 if code else 1
    return code - (1 << bits) & 7 if code >> (bits - 1) else code


@pytest.mark.parametrize("number", [0, 1])
def test_narrow_codes_are_taken_from_their_slot_and_widened(tmp_path, number):
    formats = [(1, 2), (3, 1)]
    bits, slots = formats[number]
    rng = np.random.default_rng(5)
    words = [int(word) for word in rng.integers(0, 1 << (LANES * WEIGHT_BITS), WORDS)]
    entries, operands = [], []
    for address in rng.integers(0, WORDS * slots, 100):
        word = words[address // slots] >> (address % slots * LANES * bits)
        codes = [widened(word >> (bits * n) & ((1 << bits) - 1), bits) for n in range(LANES)]
        rest = {"value": int(rng.integers(1, 1 << BITS)), "ends": {}}
        entries.append(pack(Entry(2 * WORDS, BITS), {"address": int(address)} | rest))
        operands.append(pack(Operand(LANES, WEIGHT_BITS, BITS), {"codes": codes} | rest))
    check(
        WeightFetch(LANES, WEIGHT_BITS, BITS, WORDS, 2 * WORDS, formats=formats),
        tmp_path,
        constants={"format": number},
        send={"entries": entries},
        expect={"operands": operands},
        memories=[{"enable": "enable", "address": "address", "data": "word", "words": words}],
    )
