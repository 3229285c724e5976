import json
import re

import numpy as np
import pytest

from accelgen.boards import BOARDS, board, fit
from accelgen.boards.fit import LINK, blocks
from accelgen.cards.boards import BUILDS, PATTERNS
from accelgen.errors import InvalidOption
from accelgen.families import FAMILIES
from accelgen.figures import Figure
from accelgen.models import NETWORK_FILE, home
from accelgen.network import load
from accelgen.report.boards import read_builds
from accelgen.rtl.fpga.pattern.plan import PatternPlan
from accelgen.steps.board.pattern import pattern_of
from bench.stages import RESULTS
from tests.tiny_convolutions import mnist_conv_network
from tests.tiny_networks import mnist_network, mnist_spiking_network, random_spikes, small_network

NONE = Figure("sprams", 0, "SPRAMs", "lower", "c")


def shipped(name: str):
    return load(home() / "models" / name / NETWORK_FILE)


@pytest.mark.parametrize(
    ("family", "depth", "width", "count"),
    [
        ("ice40", 2848, 48, 36),  # 512 words of 8 bits: 6 * 6
        ("ice40", 256, 16, 1),
        ("ice40", 257, 16, 2),
        ("ecp5", 7744, 48, 24),
        ("ecp5", 64, 512, 0),  # lookup tables, for there are so few words
        ("gowin", 144, 7, 0),  # and here so few bits
        ("gowin", 16_384, 1, 1),
    ],
)
def test_block_rams_of_a_memory(family, depth, width, count):
    assert blocks(FAMILIES[family], depth, width) == count


@pytest.mark.parametrize("name", BOARDS)
def test_every_board_has_a_dense_and_a_spiking_model_that_fit(name):
    assert fit(board(name), shipped("mnist_2b_8x")).fits
    assert fit(board(name), shipped("mnist_snn_di_small")).fits


def test_weights_are_constants_where_they_fit_and_else_in_single_port_ram():
    assert fit(board("ulx3s_85f"), shipped("mnist_3b_8x")).datapath.weights == "rom"
    found = fit(board("icebreaker"), shipped("mnist_3b_8x"))
    assert (found.datapath.weights, found.spram) == ("ram", 3)


def test_what_does_not_fit_says_by_how_much():
    found = fit(board("tang_nano_9k"), shipped("mnist_3b_8x_wide"))
    assert not found.fits
    assert found.missing == ["18,432 bits of block RAM too few (27 blocks wanted of 26)"]


def test_lookup_tables_that_were_built_are_no_more_than_a_tenth_from_the_estimate():
    for build in read_builds(home() / BUILDS):
        guess, built = fit(board(build.board), shipped(build.model)).luts, build.figures["luts"].value
        assert abs(guess / built - 1) < 0.1, (build.board, build.model, guess, built)


def lanes_of(form):
    """Return the options of what a table calls "pipelined, 16 + 4x16 + unrolled lanes, tables in rom"."""
    each = re.fullmatch(r"pipelined, (.*) lanes, tables in rom", form)[1].split(" + ")
    units, lanes = zip(*(one.split("x") if "x" in one else (1, one) for one in each), strict=True)
    return {
        "pipelined": True,
        "layer_lanes": tuple(0 if one == "unrolled" else int(one) for one in lanes),
        "layer_units": tuple(map(int, units)),
    }


def test_lookup_tables_of_pipelines_that_were_built_are_no_more_than_a_third_from_the_estimate():
    builds = read_builds(home() / PATTERNS)
    assert len({build.board for build in builds}) == 2
    for build in builds:
        guess = fit(board(build.board), shipped(build.model), **lanes_of(build.hardware)).luts
        built = build.figures["luts"].value
        assert 0.9 < guess / built < 1.33, (build.board, build.model, guess, built)


def test_lookup_tables_of_pipelines_that_were_mapped_are_no_more_than_a_quarter_from_the_estimate():
    rows = [row for row in json.loads(RESULTS.read_text()) if row["options"].get("pipelined")]
    assert {row["model"] for row in rows} > {"mnist_3b_8x", "mnist_conv", "mnist_snn_ci", "friedman"}
    for row in rows:
        alone = fit(board("ulx3s_85f"), shipped(row["model"]), **lanes_of(row["form"])).luts - LINK
        assert 0.8 < alone / row["ecp5"] < 1.27, (row["model"], row["form"], alone, row["ecp5"])


def test_block_rams_that_were_built_are_no_more_than_the_estimate():
    for build in read_builds(home() / BUILDS):
        found = fit(board(build.board), shipped(build.model))
        assert build.figures["block_rams"].value <= found.blocks, (build.board, build.model)
        assert build.figures.get("sprams", NONE).value == found.spram


def test_what_a_person_asks_for_is_kept():
    found = fit(board("ulx3s_85f"), mnist_network(), lanes=8, weights="ram")
    assert (found.datapath.lanes, found.datapath.weights) == (8, "ram")
    found = fit(board("icebreaker"), shipped("mnist_3b_8x"), weights="rom")
    assert not found.fits and found.datapath.weights == "rom"


def test_events_are_not_for_the_link():
    found = fit(board("ulx3s_85f"), mnist_spiking_network(events=True))
    assert found.missing == ["the link carries pixels, and it takes events"] and found.datapath is None


def test_unrolled_hardware_is_counted_by_its_weights():
    small = fit(board("icebreaker"), small_network(), unrolled=True)
    assert small.fits and small.datapath.unrolled
    large = fit(board("ulx3s_85f"), shipped("mnist_frugal"), unrolled=True)
    assert not large.fits and large.luts > 3 * board("ulx3s_85f").luts
    (missing,) = large.missing
    assert missing == f"{large.luts - 79_458:,} LUTs too few (about {large.luts:,} wanted of 79,458)"


def test_weights_that_meet_spikes_are_smaller_gates():
    network = mnist_spiking_network()
    weights = sum(int((layer.weights.codes != 0).sum()) for layer in network.layers)
    found = fit(board("ulx3s_85f"), network, unrolled=True)
    assert found.fits and 4 * weights < found.luts < 5 * weights + 1500


def test_pipelined_hardware_is_counted_by_its_engines():
    folded = fit(board("icebreaker"), small_network(), lanes=4)
    found = fit(board("icebreaker"), small_network(), lanes=4, pipelined=True)
    assert found.datapath.layer_lanes == (4, 4, 4) and 1.5 * folded.luts < found.luts < 3 * folded.luts


def test_an_unrolled_layer_is_counted_by_its_weights():
    one, more = (
        fit(board("ulx3s_85f"), small_network(), pipelined=True, layer_lanes=lanes).luts
        for lanes in ((1, 1, 5), (0, 1, 5))
    )
    assert one < more < one + 4 * small_network().layers[0].weights.codes.size


def test_what_a_network_cannot_have_is_told_and_what_cannot_be_is_refused():
    found = fit(board("ulx3s_85f"), mnist_conv_network(), unrolled=True)
    assert found.datapath is None and found.missing[0].startswith("unrolled hardware is of dense networks")
    with pytest.raises(InvalidOption, match=r"^lanes must be an integer of 1 to 256, not 0$"):
        fit(board("ulx3s_85f"), mnist_network(), lanes=0)


def test_images_and_their_flags_are_counted():
    found = fit(board("icebreaker"), mnist_conv_network(), lanes=8, weights="rom")
    # Codes, biases, an image of 784 words of 4 bits, what leaves, flags of 28 bits; and what the link needs.
    assert found.fits and found.blocks == 6 + 2 + 1 + 1 + 2 + 4


def test_a_pattern_takes_events_and_keeps_its_tables_in_rom():
    network = mnist_spiking_network(events=True)

    def put(hardware):
        samples = random_spikes(np.random.default_rng(0), 4, 3, 2048)
        return PatternPlan(hardware, pattern_of(hardware, samples), "00" * 32, 25_000_000, 1_000_000)

    found = fit(board("ulx3s_85f"), network, surround=put)
    assert found.fits and found.datapath.weights == "rom"
    found = fit(board("ulx3s_85f"), network, surround=put, weights="ram")
    assert found.datapath is None and found.missing[0].startswith("a pattern starts by itself")
