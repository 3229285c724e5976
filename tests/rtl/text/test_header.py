import re
from dataclasses import replace

import numpy as np
import pytest

from accelgen.golden.cost import layer_cost
from accelgen.network import Integrator
from accelgen.network.file import digest
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import generate
from tests.tiny_convolutions import conv_network, small_conv_network
from tests.tiny_networks import small_network, spiking_network


@pytest.mark.parametrize(
    ("network", "options", "said"),
    [
        (
            small_network(),
            {"lanes": 4},
            [
                "3 layers, 4 lanes, tables in rom",
                "in ROM, as start values",
                "codes ",
                "--lanes 4 --weights rom",
                "a cycle for each nonzero activation",
            ],
        ),
        (small_network(), {"lanes": 4, "weights": "ram"}, ["on l_axis", "weights.bin"]),
        (
            small_network(),
            {"lanes": 4, "skip_zeros": False},
            ["--clock-driven", "a cycle for every activation"],
        ),
        (
            small_network(),
            {"pipelined": True, "layer_lanes": (7, 6, 2)},
            [
                "3 layers, pipelined, 7 + 6 + 2 lanes, tables in rom",
                "layers work at the same time",
                "at most 64, besides",
                "--pipelined --lanes 7,6,2 --weights rom",
                "activations2_1",
            ],
        ),
        (
            small_network(),
            {"pipelined": True, "layer_lanes": (7, 6, 2), "layer_units": (2, 1, 1)},
            ["pipelined, 2x7 + 6 + 2 lanes", "--pipelined --lanes 2x7,6,2", "activations0_1_0"],
        ),
        (small_network(), {"unrolled": True}, ["3 layers, unrolled", "in the logic", "--unrolled"]),
        (
            small_network(),
            {"unrolled": True, "interval": 1, "stages": 6},
            [
                "side by side in one beat",
                "an image each clock, its result 6 clocks after",
                "--interval 1 --stages 6",
            ],
        ),
        (
            small_network(),
            {"unrolled": True, "interval": 4, "sums": "trees"},
            ["in frames of 4 beats", "an image every 4 clocks", "--unrolled --interval 4 --sums trees"],
        ),
        (
            spiking_network(),
            {"unrolled": True},
            [
                "3 layers, unrolled  network",
                "a timestep begins with each clock, once the last beat",
                "a result is there 4 clocks after",
                "options  --unrolled errors",
            ],
        ),
        (
            spiking_network(),
            {"unrolled": True, "interval": 1, "stages": 8},
            [
                "unrolled, a timestep each clock, an image in a beat",
                "a result is there 8 clocks after",
                "--unrolled --interval 1 --stages 8",
            ],
        ),
        (
            spiking_network(),
            {"unrolled": True, "stream": "events"},
            [
                "a timestep begins once its end has come",
                "--unrolled --stream events",
                "8 words of 4 bits, ram",
            ],
        ),
        (small_conv_network(), {"lanes": 4}, ["a beat from the low bits up"]),
        (
            spiking_network(),
            {"lanes": 4, "stream": "events"},
            ["events of ", "below the number of their block", "--stream events", "for each timestep"],
        ),
        (
            replace(spiking_network(), readout=Integrator(4, 3, "max")),
            {"lanes": 4},
            ["5 scores of", "bits (membranes: leak 3/16, score max) and the label"],
        ),
    ],
)
def test_the_file_says_what_it_is(network, options, said):
    text = generate(network, Datapath(**options)).verilog
    head = text[: text.index("`default_nettype none")]
    assert head.splitlines()[0].startswith(f"// {network.name}: ") and f"sha256 {digest(network)}" in head
    assert all(line.startswith("//") or not line for line in head.splitlines())
    assert max(map(len, head.splitlines())) <= 110
    flat = " ".join(line.strip("/ ") for line in head.splitlines())
    assert all(
        each in flat for each in [*said, *(layer.name for layer in network.layers), "rising edge of clk"]
    )


NETWORKS = [small_network(), conv_network(), small_conv_network()]


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
@pytest.mark.parametrize("lanes", [3, 16])
def test_an_engine_that_skips_nothing_takes_the_most_cycles(network, lanes):
    text = generate(network, Datapath(lanes=lanes)).verilog
    head = " ".join(line.strip("/ ") for line in text.partition("`default_nettype none")[0].splitlines())
    full = ((layer, np.ones((1, layer.inputs), np.uint8)) for layer in network.layers)
    costs = [layer_cost(layer, x, lanes, skip_zeros=False).ideal_cycles[0] for layer, x in full]
    assert int(re.search(r"at most (\d+) for an image", head)[1]) == sum(costs)
