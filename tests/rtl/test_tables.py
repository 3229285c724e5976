from hypothesis import given
from hypothesis import strategies as st

from accelgen.rtl.datapath import Datapath
from accelgen.rtl.plan import Plan
from accelgen.rtl.tables import load_beats, tables
from tests.tiny_convolutions import random_conv_network
from tests.tiny_networks import multiply_network, random_network, small_network, threshold_network


def field(word, number, bits):
    """Return a signed field of a packed word; one bit is a sign of -1 or +1."""
    value = word >> (number * bits) & ((1 << bits) - 1)
    if bits == 1:
        return -1 if value else 1
    return value - (1 << bits) if value >> (bits - 1) else value


def weight_words(plan, memory):
    """Yield the weight words of all layers in turn, from the words of memory that hold them."""
    for part, start in zip(plan.layers, plan.weight_starts, strict=True):
        for address in range(start, start + part.weight_words):
            yield memory[address // part.slots] >> (address % part.slots * plan.lanes * part.code_bits)
    assert len(memory) == plan.weight_words
    assert all(word < 1 << (plan.lanes * plan.weight_bits) for word in memory)


def written(plan, number):
    """Return the words that the layer before writes: all its outputs, and those that do not exist."""
    before = plan.network.layers[number - 1].weights
    return -(-before.block_rows * before.block_out // plan.network.layers[number].weights.block_in)


@given(st.integers(0, 2**32 - 1), st.integers(1, 20), st.sampled_from([random_network, random_conv_network]))
def test_words_hold_every_weight_and_bias_in_reading_order(seed, lanes, drawn):
    network = drawn(seed)
    plan = Plan(network, Datapath(lanes=lanes))
    found = {table.name: table for table in tables(plan)}
    codes, biases = weight_words(plan, found["codes"].words), iter(found["bias"].words)
    index = iter(found["index"].words) if "index" in found else iter(())
    for number, (layer, part) in enumerate(zip(network.layers, plan.layers, strict=True)):
        weights = layer.weights
        if part.indexed:
            for row in weights.index.tolist():
                if plan.windows:
                    assert [next(index) for _ in row] == [
                        plan.windows[number].word_of(block) for block in row
                    ]
                    continue
                size = 1 << found["index"].width // 2
                words = [next(index) for _ in row[::2]]
                entries = [entry for word in words for entry in (word % size, word // size)]
                first = plan.bank_words[plan.bank_of(number)] - written(plan, number) if number else 0
                assert entries[: len(row)] == [first + block for block in row]
        for row in range(part.rows):
            for pass_ in range(part.passes):
                bias = next(biases)
                first = pass_ * plan.lanes
                size = plan.lanes if pass_ < part.passes - 1 else part.last_pass
                for lane in range(size):
                    output = row * weights.block_out + first + lane
                    if output < weights.outputs:
                        assert field(bias, lane, plan.bias_bits) == layer.bias[output]
                for k in range(part.kept):
                    for position in range(part.positions * part.block_in):
                        word = next(codes)
                        for lane in range(size):
                            if row * weights.block_out + first + lane < weights.outputs:
                                expected = weights.codes[row, k, first + lane, position]
                                assert field(word, lane, part.code_bits) == expected
    assert not [*codes, *biases, *index]


def test_load_beats_are_the_words_low_end_first():
    plan = Plan(small_network(), Datapath(lanes=16, weights="ram"))
    found = tables(plan)
    beats = iter(load_beats(found).tolist())
    for table in found:
        for word in table.words:
            parts = [next(beats) for _ in range(-(-table.width // 32))]
            assert sum(part << (32 * n) for n, part in enumerate(parts)) == word
    assert not list(beats)


def test_outputs_that_do_not_exist_end_at_zero_with_one_bit_weights():
    network = small_network(bits=1)
    plan = Plan(network, Datapath(lanes=7))
    layer = network.layers[0]
    rows, per_row = layer.weights.block_rows, layer.weights.kept * layer.weights.block_in
    last_row = tables(plan)[0].words[(rows - 1) * per_row : rows * per_row]
    real = layer.outputs - (rows - 1) * layer.weights.block_out
    assert {field(word, lane, 1) for word in last_row for lane in range(real, 7)} == {-1}


def test_narrow_codes_share_a_word_of_memory():
    network = small_network(bits=(4, 1, 2))
    plan = Plan(network, Datapath(lanes=8))
    assert [layer.slots for layer in plan.layers] == [1, 4, 2]
    assert len(tables(plan)[0].words) == plan.weight_words < sum(layer.weight_words for layer in plan.layers)


def test_threshold_words_hold_what_channels_do_not_share():
    # The layer in the middle has one row for all; what an output that does not exist would reach is kept.
    network = threshold_network(1)
    plan = Plan(network, Datapath(lanes=4))
    table = next(table for table in tables(plan) if table.name == "thresholds")
    bits, slots, words = plan.threshold_bits, plan.threshold_slots, iter(table.words)
    assert table.width == 4 * slots * bits and slots == 4 and plan.threshold_words == len(table.words)
    for layer, part in zip(network.layers, plan.layers, strict=True):
        if None not in part.columns:
            continue
        for row in range(part.rows):
            for first in range(0, layer.weights.block_out, 4):
                word = next(words)
                for lane in range(min(4, layer.weights.block_out - first)):
                    output = row * layer.weights.block_out + first + lane
                    levels = layer.rule.levels[output % len(layer.rule.levels)]
                    if output >= layer.outputs:
                        levels = [1] * len(levels)
                    wanted = [level for level, same in zip(levels, part.columns, strict=True) if same is None]
                    found = [field(word, lane * slots + slot, bits) for slot in range(len(wanted))]
                    assert found == wanted
    assert not [*words]


def test_multipliers_lie_one_to_a_word_and_outputs_that_do_not_exist_have_zeros():
    network = multiply_network()
    plan = Plan(network, Datapath(lanes=4))
    table = next(table for table in tables(plan) if table.name == "multipliers")
    first, last = network.layers[0].rule, network.layers[2].rule
    low = plan.factor_bits[0]
    assert table.width == sum(plan.factor_bits) and len(table.words) == 3 * 2 * 4 + 3 * 1 * 4
    found = [(word & (1 << low) - 1, word >> low) for word in table.words]
    pairs = [*zip(first.multipliers, first.offsets, strict=True)]
    none = [(0, 0)] * 2
    assert found[:24] == [*pairs[:6], *none, *pairs[6:12], *none, *pairs[12:], *none * 3]
    assert found[24:] == [*zip(last.multipliers, last.offsets, strict=True), *none, (0, 0)]
