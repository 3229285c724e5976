import numpy as np
import pytest

from accelgen.flows.asic import fakeram
from accelgen.flows.asic.fakeram import HALO, MACROS, Macro, fit, verilog
from accelgen.flows.verilator import build, lint, play
from accelgen.golden.vectors import dense_vectors
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import write
from accelgen.rtl.macros import MacroTables
from tests.tiny_networks import random_images, small_network

# What a macro promises and no more: its word is there for one cycle after a read, and then is spoilt.
MODEL = """
module {name} (input clk, input ce_in, input we_in, input [{high}:0] addr_in,
  input [{last}:0] wd_in, input [{last}:0] w_mask_in, output reg [{last}:0] rd_out);
  reg [{last}:0] words [0:{words}];
  always @(posedge clk) begin
    rd_out <= ~words[addr_in];
    if (ce_in && we_in) words[addr_in] <= (wd_in & w_mask_in) | (words[addr_in] & ~w_mask_in);
    if (ce_in && !we_in) rd_out <= words[addr_in];
  end
endmodule
"""

TINY = (Macro(8, 5, 100.0), Macro(64, 3, 5000.0))


def model(macro):
    high = macro.depth.bit_length() - 2
    return MODEL.format(name=macro.name, high=high, last=macro.width - 1, words=macro.depth - 1)


@pytest.mark.parametrize(("depth", "width"), [(7744, 48), (240, 6), (97, 160), (1, 1), (2049, 40)])
def test_macros_hold_the_table_on_the_least_room(depth, width):
    found = fit(depth, width)
    assert found.banks * found.macro.depth >= depth > (found.banks - 1) * found.macro.depth
    assert found.columns * found.macro.width >= width > (found.columns - 1) * found.macro.width

    def room(macro):
        side = np.sqrt(macro.area) + 2 * HALO
        return np.ceil(depth / macro.depth) * np.ceil(width / macro.width) * side**2

    assert room(found.macro) == min(map(room, MACROS))


def test_macros_have_a_power_of_two_of_words():
    assert all(macro.depth & (macro.depth - 1) == 0 for macro in MACROS)
    assert len({macro.name for macro in MACROS}) == len(MACROS)


def test_a_module_is_written_once():
    text = verilog("small", [fit(97, 160), fit(240, 6), fit(97, 160)])
    assert text.count("module small_ram_97x160 ") == text.count("module small_ram_240x6 ") == 1
    assert text == verilog("small", [fit(240, 6), fit(97, 160)])
    assert text.count("fakeram45_128x64 bank") == 3


@pytest.fixture(scope="module", params=[MACROS, TINY], ids=["real", "tiny"])
def held(request, tmp_path_factory):
    """A network whose tables are macros, those of the platform or many tiny ones, with their models."""
    folder, network, platform = tmp_path_factory.mktemp("held"), small_network(), MacroTables("small", 1)
    vectors = dense_vectors(network, random_images(np.random.default_rng(5), 20, network.input.inputs))
    vectors.write(network, folder / "vectors")
    write(network, Datapath(lanes=4, weights="ram"), folder, platform)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fakeram, "MACROS", request.param)
        fits = [fit(len(table.words), table.width) for table in platform.made]
    used = {one.macro for one in fits}
    path = folder / "all.v"
    path.with_suffix(".vlt").write_text((folder / "small.vlt").read_text())
    path.write_text(
        (folder / "small.v").read_text() + verilog("small", fits) + "".join(map(model, sorted(used, key=str)))
    )
    return folder, path, fits


def test_every_score_is_equal_with_tables_in_macros(held):
    folder, path, fits = held
    program = build(path, "small", folder / "obj", loadable=True)
    measured = play(program, folder / "vectors", folder / "weights.bin", stall=0.4, seed=2)
    assert (measured.images, measured.mismatches, measured.error) == (20, 0, 0)
    tiny = {one.macro for one in fits} <= set(TINY)
    assert not tiny or (any(one.banks > 1 for one in fits) and any(one.columns > 1 for one in fits))


def test_modules_of_macros_have_nothing_to_lint(held):
    folder, path, _ = held
    lint(path, "small", folder / "lint.log")
