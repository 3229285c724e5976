import re

import pytest

from accelgen.errors import InvalidNetwork
from accelgen.network import names
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import generate
from tests.tiny_networks import small_network


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


@pytest.mark.parametrize("name", ["frame_valid", "scores_payload", "tiny"])
def test_no_net_of_a_top_is_called_like_the_module(name):
    text = generate(small_network(name=name), Datapath(lanes=4)).verilog
    top = re.search(r"^module (\w+) \(.*?^endmodule", text, re.MULTILINE | re.DOTALL)
    nets = re.findall(r"^ *(?:wire|reg) +(?:\[\d+:0\] )?(\w+)", top[0], re.MULTILINE)
    assert top[1] == name and name not in nets and "may_load" in nets
