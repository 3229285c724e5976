import pytest

from accelgen.network.file import digest
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import generate
from tests.tiny_networks import small_conv_network, small_network, spiking_network


@pytest.mark.parametrize(
    ("network", "options", "said"),
    [
        (
            small_network(),
            {"lanes": 4},
            ["3 layers, 4 lanes, tables in rom", "in ROM, as start values", "codes "],
        ),
        (small_network(), {"lanes": 4, "weights": "ram"}, ["on l_axis", "weights.bin"]),
        (small_network(), {"unrolled": True}, ["3 layers, unrolled", "in the logic"]),
        (small_conv_network(), {"lanes": 4}, ["a beat from the low bits up"]),
        (
            spiking_network(),
            {"lanes": 4, "stream": "events"},
            ["events of ", "below the number of their block"],
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
