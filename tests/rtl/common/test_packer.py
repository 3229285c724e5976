import numpy as np
import pytest

from accelgen.network import Network, PixelInput, Requantise
from accelgen.rtl.common.packer import Packer, pack_rule
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.payloads import Activations, WindowEnds
from accelgen.rtl.plan import Plan
from tests.component_bench import check, pack
from tests.tiny_convolutions import small_conv_network
from tests.tiny_networks import dense_layer


@pytest.mark.parametrize("stall", [0.0, 0.5])
@pytest.mark.parametrize(
    ("lanes", "block_out", "outputs", "block_next"),
    [
        (16, 32, 64, 16),
        (4, 32, 32, 16),
        (5, 10, 20, 4),
        (7, 18, 30, 3),
        (8, 8, 24, 8),
        (16, 16, 48, 5),
        (3, 6, 6, 1),
    ],
)
def test_outputs_fill_words_in_order(tmp_path, stall, lanes, block_out, outputs, block_next):
    rng = np.random.default_rng(outputs)
    network = Network(
        "n",
        PixelInput(8, 2),
        (
            dense_layer(rng, "a", outputs, 8, Requantise(2, 3), block_out=block_out),
            dense_layer(rng, "b", 4, outputs, None, block_in=block_next, kept=1),
        ),
    )
    plan = Plan(network, Datapath(lanes=lanes))
    layer = plan.layers[0]
    padded = rng.integers(0, 8, layer.rows * block_out)
    layout, passes, start = Activations(plan.lanes, plan.activation_bits), [], 0
    for row in range(layer.rows):
        for number in range(layer.passes):
            row_end = number == layer.passes - 1
            size = layer.last_pass if row_end else plan.lanes
            values = [*padded[start : start + size], *rng.integers(0, 8, plan.lanes - size)]
            ends = {
                "pass_end": 1,
                "row_end": int(row_end),
                "layer_end": int(row_end and row == layer.rows - 1),
            }
            passes.append(pack(layout, {"values": [int(v) for v in values], "ends": ends}))
            start += size
    words = [padded[n : n + block_next] for n in range(0, len(padded), block_next)]
    packer = Packer(plan)
    check(
        packer,
        tmp_path,
        constants={"rule": pack(packer.rule.shape(), pack_rule(plan, 0))},
        pulses={"start": 1},
        send={"activations": passes},
        writes={
            "results": [
                (number, sum(int(v) << (plan.activation_bits * n) for n, v in enumerate(word)))
                for number, word in enumerate(words)
            ]
        },
        settle=40 * len(passes),
        stall=stall,
    )


def test_every_pixel_begins_a_word(tmp_path):
    plan = Plan(small_conv_network(), Datapath(lanes=2))
    layer, rng = plan.layers[0], np.random.default_rng(0)
    layout, passes, words = Activations(plan.lanes, plan.activation_bits, WindowEnds), [], []
    for pixel in range(6):
        values = rng.integers(0, 8, layer.rows * 3).tolist()  # block rows of 3 outputs, words of 2
        for row in range(layer.rows):
            for number in range(2):
                here = values[3 * row : 3 * row + 3][2 * number :][:2]
                ends = {"pass_end": 1, "square_end": 1, "row_end": number}
                ends["pixel_end"] = int(ends["row_end"] and row == layer.rows - 1)
                ends["layer_end"] = int(ends["pixel_end"] and pixel == 5)
                passes.append(pack(layout, {"values": [*here, 5][:2], "ends": ends}))
        words += [values[n : n + 2] for n in range(0, len(values), 2)]
    packer = Packer(plan)
    check(
        packer,
        tmp_path,
        constants={"rule": pack(packer.rule.shape(), pack_rule(plan, 0))},
        pulses={"start": 1},
        send={"activations": passes},
        writes={
            "results": [
                (number, sum(int(v) << (plan.activation_bits * n) for n, v in enumerate(word)))
                for number, word in enumerate(words)
            ]
        },
        settle=40 * len(passes),
        stall=0.3,
    )
