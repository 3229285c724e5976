import numpy as np
import pytest

from accelgen.network import Network, PixelInput, Requantise
from accelgen.rtl.common.block_index import BlockIndexDecoder
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.payloads import Visit
from accelgen.rtl.plan import Plan
from tests.component_bench import check, pack
from tests.tiny_networks import dense_layer


def visits_of(index, passes, block_in, occupied):
    """Walk a layer as its definition says: rows, passes, kept blocks; leave out what is empty."""
    base, found = 0, []
    for row, blocks in enumerate(index):
        for number in range(passes):
            for k, block in enumerate(blocks):
                ends = {"pass_end": int(k == len(blocks) - 1)}
                ends["row_end"] = int(ends["pass_end"] and number == passes - 1)
                ends["layer_end"] = int(ends["row_end"] and row == len(index) - 1)
                if occupied[block] or ends["pass_end"]:
                    found.append(
                        {"block": int(block), "base": base, "occupied": occupied[block], "ends": ends}
                    )
                base += block_in
    return found


@pytest.mark.parametrize("stall", [0.0, 0.6])
@pytest.mark.parametrize("kept", [1, 3, 8])
def test_names_the_occupied_blocks_of_every_pass(tmp_path, stall, kept):
    rng = np.random.default_rng(kept)
    layer = dense_layer(rng, "a", 20, 32, Requantise(2, 2), block_out=10, block_in=4, kept=kept)
    network = Network("n", PixelInput(32, 2), (layer, dense_layer(rng, "b", 4, 20, None, block_in=5)))
    plan = Plan(network, Datapath(lanes=4))  # three passes a row, the last of two outputs
    occupied = [int(v) for v in rng.random(8) < 0.5]
    found = visits_of(layer.weights.index, 3, 4, occupied)
    layout = Visit(max(plan.bank_words), plan.weight_words)
    decoder = BlockIndexDecoder(plan)
    shape = {"last_kept": kept - 1, "last_pass": 2, "last_row": 1, "block_in": 4, "indexed": kept < 8}
    check(
        decoder,
        tmp_path,
        constants={"shape": pack(decoder.shape.shape(), shape)},
        pulses={"start": 1, "restart": 1},
        expect={"visits": [pack(layout, visit) for visit in found]},
        memories=[
            {
                "enable": "enable",
                "address": "address",
                "data": "entry",
                "words": [int(block) for block in layer.weights.index.ravel()],
            }
        ],
        lookups=[{"query": "query", "answer": "occupied", "words": occupied}],
        stall=stall,
        seed=kept,
    )
