import re

import pytest

from accelgen.errors import InvalidNetwork
from accelgen.network import names
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import generate
from tests.tiny_networks import small_conv_network, small_network, spiking_network


@pytest.mark.parametrize("name", ["a", "mnist_3b_8x", "module", "x" * 63])
def test_plain_words_are_names(name):
    names.check_name(name)
    assert small_network(name=name).name == name


@pytest.mark.parametrize("name", ["", "A", "3b", "a-b", "a b", "../a", "x" * 64, "\u00e4", None, 3])
def test_everything_else_is_refused(name):
    with pytest.raises(InvalidNetwork, match="name: must be lower-case letters"):
        small_network(name=name)


@pytest.mark.parametrize("name", ["clk", "s_axis_tdata", "l_axis_tlast", "margin", "std", "ready", "final"])
def test_a_module_is_not_called_like_what_it_holds(name):
    with pytest.raises(InvalidNetwork, match=f"name: '{name}' is taken by a port or a net"):
        small_network(name=name)


@pytest.mark.parametrize(
    ("network", "options"),
    [
        (small_network(), {"weights": "ram"}),
        (small_network(), {"unrolled": True}),
        (small_conv_network(), {"weights": "ram"}),
        (spiking_network(), {"weights": "ram", "early_stop": True}),
        (spiking_network(), {"weights": "ram", "early_stop": True, "stream": "events"}),
    ],
)
def test_every_plain_net_of_a_top_is_reserved(network, options):
    text = generate(network, Datapath(**options)).verilog
    top = re.search(rf"^module \\?{network.name} ?\(.*?^endmodule", text, re.MULTILINE | re.DOTALL)[0]
    nets = re.findall(r"^ *(?:wire|reg|input|output)\s+(?:\[[^\]]*\] )?\\?(\w+) ?;", top, re.MULTILINE)
    assert {"clk", "error"} <= set(nets)
    assert {net for net in nets if "__" not in net} <= names.RESERVED
