import hashlib
import json
import re

import numpy as np
import pytest

from accelgen.errors import InvalidNetwork, InvalidOption
from accelgen.network import digest
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import generate, write
from accelgen.rtl.manifest import Manifest
from tests.tiny_networks import small_network

SMALL = small_network()


def code():
    """Return the Verilog without comments."""
    return re.sub(r"/\*.*?\*/|//[^\n]*", "", generate(SMALL).verilog, flags=re.DOTALL)


@pytest.mark.parametrize("weights", ["rom", "ram"])
def test_the_same_network_and_options_give_the_same_bytes(weights):
    one, other = (generate(small_network(), Datapath(lanes=4, weights=weights)) for _ in range(2))
    assert one.verilog == other.verilog and one.manifest == other.manifest


def test_files_carry_the_digest_of_the_network(tmp_path):
    write(SMALL, Datapath(lanes=4, weights="ram"), tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_text())
    assert manifest["network_sha256"] == digest(SMALL)
    verilog = (tmp_path / "small.v").read_bytes()
    assert digest(SMALL) in verilog.decode()
    assert manifest["verilog_sha256"] == hashlib.sha256(verilog).hexdigest()
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == ["manifest.json", "small.v", "small.vlt", "weights.bin"]


def test_the_load_frame_is_as_long_as_the_memories():
    generated = generate(SMALL, Datapath(lanes=4, weights="ram"))
    memories = [memory for memory in generated.manifest.memories if memory.role == "table"]
    assert len(generated.load) == sum(memory.depth * -(-memory.width // 32) for memory in memories)
    assert generated.load.dtype == np.dtype("<u4")
    assert generate(SMALL, Datapath(lanes=4)).load is None


def test_no_product_needs_a_multiplier():
    assert "*" not in re.sub(r"\(\* .*? \*\)|always @\*", "", code())


def test_no_path_of_this_machine_is_in_the_verilog():
    assert "/" not in code()


def test_unrolled_hardware_has_neither_memories_nor_tables():
    one, other = (generate(small_network(), Datapath(unrolled=True)) for _ in range(2))
    assert one.verilog == other.verilog and "3 layers, unrolled" in one.verilog.splitlines()[0]
    assert one.load is None and one.manifest.memories == () and "reg [3:0] mem" not in one.verilog
    assert one.manifest.unrolled and one.manifest.lanes is None


def test_arguments_of_another_kind_are_refused():
    with pytest.raises(InvalidNetwork, match="^network: must be a Network, not 'small'$"):
        generate("small")
    with pytest.raises(InvalidOption, match="^datapath must be a Datapath, not {'lanes': 4}$"):
        generate(SMALL, {"lanes": 4})
    four = Datapath(lanes=np.int64(4))
    assert generate(SMALL, four).manifest.text() == generate(SMALL, Datapath(4)).manifest.text()


def test_constants_are_written_as_files_beside_the_verilog(tmp_path):
    generated = write(small_network(), Datapath(lanes=4), tmp_path, rom="hex")
    assert set(generated.rom_files) == {path.name for path in tmp_path.glob("*.hex")} != set()
    assert all(f'$readmemh("{name}",' in generated.verilog for name in generated.rom_files)


@pytest.mark.parametrize(
    ("options", "rom", "said"),
    [
        ({}, "vhdl", "rom must be 'initial', 'case' or 'hex', not 'vhdl'"),
        (
            {"weights": "ram"},
            "case",
            "rom 'case' is of tables in ROM, and small has none: 7 lanes",
        ),
        ({"unrolled": True}, "hex", "rom 'hex' is of tables in ROM, and small has none: unrolled"),
    ],
)
def test_constants_that_are_not_there_are_refused(options, rom, said):
    with pytest.raises(InvalidOption, match=said):
        generate(small_network(), Datapath(**options), rom=rom)


def test_a_bus_adds_registers_and_changes_nothing_else():
    plain, behind = generate(SMALL), generate(SMALL, bus="axi-lite")
    assert plain.manifest.bus is None and "bus" not in plain.manifest.to_json()
    assert behind.verilog == generate(small_network(), bus="axi-lite").verilog
    assert {port.name for port in behind.manifest.ports} > {"clk", "rst", "irq", "s_axi_awvalid"}
    assert behind.manifest.memories == plain.manifest.memories
    assert behind.manifest.files == plain.manifest.files and behind.files.keys() == plain.files.keys()
    assert Manifest.from_json(json.loads(behind.manifest.text())) == behind.manifest


def test_a_wide_stream_and_a_bus_do_not_go_together():
    with pytest.raises(InvalidOption, match="^tdata_width is of a stream, and behind a bus there is none$"):
        generate(SMALL, Datapath(tdata_width=32), bus="wishbone")
    assert "--tdata-width 64" in generate(SMALL, Datapath(tdata_width=64)).verilog
    assert "tdata-width" not in generate(SMALL).verilog


def test_a_pipeline_and_a_bus_do_not_go_together():
    with pytest.raises(
        InvalidOption, match="^interval is of streams, and a bus takes and gives a word at a time$"
    ):
        generate(SMALL, Datapath(unrolled=True, interval=1), bus="wishbone")
