import json

import pytest

from accelgen.errors import ToolError
from accelgen.power.netlist import Net, read_netlist

MAC = {
    "ports": {"a": {"bits": [2]}, "y": {"bits": [3]}},
    "cells": {"n1": {"type": "INV", "connections": {"A": [2], "Y": [3]}}},
    "netnames": {"a": {"bits": [2]}, "y": {"bits": [3]}},
}
TOP = {
    "ports": {"clk": {"bits": [2]}, "d": {"bits": [3, 4]}},
    "cells": {
        "n7": {"type": "t.mac", "connections": {"a": [3], "y": [5]}},
        "n8": {"type": "DFF", "connections": {"CK": [2], "D": [5], "Q": [6]}},
        "n9": {"type": "INV", "connections": {"A": ["0"], "Y": [7]}},
        "mem": {
            "type": "$mem_v2",
            "parameters": {
                "WIDTH": "10",
                "SIZE": "100",
                "RD_PORTS": "1",
                "WR_PORTS": "1",
                "MEMID": "\\store.memory",
            },
            "connections": {"RD_EN": ["1"], "WR_EN": [6, 6]},
        },
    },
    "netnames": {
        "clk": {"bits": [2]},
        "d": {"bits": [3, 4], "offset": 1},
        "n5": {"bits": [5]},
        "n6": {"bits": [6]},
        "n10": {"bits": [7]},
    },
}


def write(tmp_path, top=TOP):
    path = tmp_path / "netlist.json"
    path.write_text(json.dumps({"modules": {"t": top, "t.mac": MAC}}))
    return path


def test_a_port_is_the_net_around_it(tmp_path):
    found = read_netlist(write(tmp_path), "t")
    inverter, register, tied = found.instances
    assert inverter.block == "t.mac" and register.block == "t"
    assert inverter.pins == {"A": Net(("t",), "d[1]"), "Y": Net(("t",), "n5")}
    assert register.pins["D"] == inverter.pins["Y"]
    assert tied.pins == {"A": None, "Y": Net(("t",), "n10")}


def test_a_memory_has_a_size_and_enables(tmp_path):
    (memory,) = read_netlist(write(tmp_path), "t").memories
    assert (memory.name, memory.depth, memory.width) == ("store.memory", 4, 2)
    assert memory.reads == ((None,),) and memory.writes == ((Net(("t",), "n6"),),)


def test_what_was_not_mapped_is_refused(tmp_path):
    odd = TOP | {"cells": {"x": {"type": "$add", "connections": {}}}}
    with pytest.raises(ToolError, match=r"netlist.json: x: \$add was not mapped to a cell$"):
        read_netlist(write(tmp_path, odd), "t")
    (tmp_path / "bad.json").write_text("{}")
    with pytest.raises(ToolError, match="bad.json: is not a netlist of Yosys"):
        read_netlist(tmp_path / "bad.json", "t")
