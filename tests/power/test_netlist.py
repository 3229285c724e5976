import json

import pytest

from accelgen.errors import ToolError
from accelgen.power.netlist import Port, read_netlist

MEMORY = {
    "type": "$mem_v2",
    "parameters": {
        "WIDTH": "10",
        "SIZE": "100",
        "ABITS": "10",
        "RD_PORTS": "1",
        "WR_PORTS": "1",
        "RD_CLK_ENABLE": "1",
        "WR_CLK_ENABLE": "1",
        "MEMID": "\\store.memory",
    },
    "connections": {
        "RD_CLK": [2],
        "RD_EN": ["1"],
        "RD_ADDR": [3, 4],
        "RD_DATA": [8, 9],
        "WR_CLK": [2],
        "WR_EN": [6, 6],
        "WR_ADDR": [4, 3],
        "WR_DATA": [5, "0"],
    },
}
TOP = {
    "ports": {
        "clk": {"direction": "input", "bits": [2]},
        "d": {"direction": "input", "bits": [3, 4]},
        "q": {"direction": "output", "bits": [6]},
    },
    "cells": {
        "n7": {"type": "INV", "attributes": {"block": "mac"}, "connections": {"A": [3], "Y": [5]}},
        "n8": {"type": "DFF", "attributes": {}, "connections": {"CK": [2], "D": [5], "Q": [6]}},
        "n9": {"type": "INV", "attributes": {}, "connections": {"A": ["0"], "Y": [7]}},
        "mem": MEMORY,
    },
}


def write(tmp_path, top=TOP):
    path = tmp_path / "netlist.json"
    path.write_text(json.dumps({"modules": {"t": top}}))
    return path


def test_cells_have_pins_and_blocks(tmp_path):
    found = read_netlist(write(tmp_path), "t")
    inverter, register, tied = found.instances
    assert (inverter.kind, inverter.block, inverter.pins) == ("INV", "mac", {"A": 3, "Y": 5})
    assert register.block == "" and register.pins["D"] == inverter.pins["Y"]
    assert tied.pins == {"A": "0", "Y": 7}
    assert found.inputs == {"clk": [2], "d": [3, 4]} and found.outputs == {"q": [6]}


def test_a_memory_has_a_size_and_ports(tmp_path):
    (memory,) = read_netlist(write(tmp_path), "t").memories
    assert (memory.name, memory.depth, memory.width) == ("store.memory", 4, 2)
    assert memory.reads == (Port(2, ("1",), (3, 4), (8, 9)),)
    assert memory.writes == (Port(2, (6, 6), (4, 3), (5, "0")),)


def test_what_was_not_mapped_is_refused(tmp_path):
    odd = TOP | {"cells": {"x": {"type": "$add", "connections": {}}}}
    with pytest.raises(ToolError, match=r"netlist.json: x: \$add was not mapped to a cell$"):
        read_netlist(write(tmp_path, odd), "t")
    loose = MEMORY | {"parameters": MEMORY["parameters"] | {"RD_CLK_ENABLE": "0"}}
    with pytest.raises(ToolError, match="netlist.json: store.memory: has a port without a clock$"):
        read_netlist(write(tmp_path, TOP | {"cells": {"mem": loose}}), "t")
    (tmp_path / "bad.json").write_text("{}")
    with pytest.raises(ToolError, match="bad.json: is not a netlist of Yosys"):
        read_netlist(tmp_path / "bad.json", "t")


def test_nets_that_tell_parts_apart_keep_their_names(tmp_path):
    named = TOP | {"netnames": {"layer": {"bits": [3, "0"]}, "running": {"bits": [6]}}}
    assert read_netlist(write(tmp_path, named), "t", ["layer", "running"]).part == [3, "0", 6]
    assert read_netlist(write(tmp_path, named), "t", ["layer", "other"]).part == []
    assert read_netlist(write(tmp_path), "t", ["layer"]).part == []
