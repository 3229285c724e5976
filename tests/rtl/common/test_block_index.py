import numpy as np
import pytest

from accelgen.network import Network, PixelInput, Requantise
from accelgen.rtl.common.block_index import BlockIndexDecoder, layer_shape
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.memories import index_words, memories
from accelgen.rtl.payloads import Visit
from accelgen.rtl.plan import Plan
from tests.component_bench import check, pack
from tests.tiny_networks import dense_layer


def visits_of(index, passes, block_in, occupied):
    """Walk a layer as its definition says: rows, passes, pairs of kept blocks; leave out what is empty.

    A pass ends with the last occupied block of its last pair, or with an empty visit if there is none.
    """
    base, found = 0, []
    for row, blocks in enumerate(index):
        for number in range(passes):
            for start in range(0, len(blocks), 2):
                pair = blocks[start : start + 2]
                end = int(start + 2 >= len(blocks))
                row_end = int(end and number == passes - 1)
                ends = {
                    "pass_end": end,
                    "row_end": row_end,
                    "layer_end": int(row_end and row == len(index) - 1),
                }
                worth = [n for n, block in enumerate(pair) if occupied[block]] or [0] * end
                for n in worth:
                    visit = {
                        "block": int(pair[n]),
                        "base": base + n * block_in,
                        "occupied": occupied[pair[n]],
                    }
                    found.append(visit | ({"ends": ends} if n == worth[-1] else {}))
                base += block_in * len(pair)
    return found


def walked(plan, number, occupied, expected, tmp_path, **how):
    """Let a decoder walk a layer, whose flags lie in a memory that is read two at a time."""
    index = [memory.width // 2 for memory in memories(plan) if memory.name == "index"]
    decoder = BlockIndexDecoder(plan, index[0] if index else 1)
    layout = Visit(max(plan.bank_words), plan.weight_words)
    bits = (max(plan.bank_words) - 1).bit_length()
    flags = [occupied.get(word, 0) for word in range(1 << bits)]
    pairs = [flags[n % (1 << bits)] | flags[n >> bits] << 1 for n in range(1 << 2 * bits)]
    words = index_words(plan, number)
    looks = [{"enable": "look", "address": "queries", "data": "occupied", "words": pairs}]
    reads = [{"enable": "enable", "address": "address", "data": "entries", "words": words}] if words else []
    check(
        decoder,
        tmp_path,
        constants={"shape": pack(decoder.shape.shape(), layer_shape(plan, number))},
        pulses={"start": 1},
        expect={"visits": [pack(layout, visit) for visit in expected]},
        memories=looks + reads,
        **how,
    )


@pytest.mark.parametrize("stall", [0.0, 0.6])
@pytest.mark.parametrize("kept", [1, 2, 3, 7, 8])
def test_names_the_occupied_blocks_of_every_pass(tmp_path, stall, kept):
    rng = np.random.default_rng(kept)
    layer = dense_layer(rng, "a", 20, 32, Requantise(2, 2), block_out=10, block_in=4, kept=kept)
    network = Network("n", PixelInput(32, 2), (layer, dense_layer(rng, "b", 4, 20, None, block_in=5)))
    plan = Plan(network, Datapath(lanes=4))  # three passes a row, the last of two outputs
    occupied = [int(v) for v in rng.random(8) < 0.5]
    expected = visits_of(layer.weights.index, 3, 4, occupied)
    walked(plan, 0, dict(enumerate(occupied)), expected, tmp_path, stall=stall, seed=kept)


@pytest.mark.parametrize("kept", [2, 3])
def test_a_layer_that_reads_the_end_of_a_bank_finds_its_words_there(tmp_path, kept):
    rng = np.random.default_rng(0)
    layers = (
        dense_layer(rng, "a", 40, 8, Requantise(2, 2), block_in=4),
        dense_layer(rng, "b", 12, 40, Requantise(2, 2), block_in=4),
        dense_layer(rng, "c", 12, 12, Requantise(2, 2), block_in=4),
        dense_layer(rng, "d", 4, 12, None, block_in=4, kept=kept),
    )
    plan = Plan(Network("n", PixelInput(8, 2), layers), Datapath(lanes=64))
    assert plan.bank_words == (2, 10, 3)
    assert [plan.first_word(number) for number in range(4)] == [0, 0, 0, 7]
    expected = visits_of(layers[3].weights.index, 1, 4, [1, 0, 1])
    expected = [visit | {"block": visit["block"] + 7} for visit in expected]
    walked(plan, 3, {7: 1, 9: 1}, expected, tmp_path)
