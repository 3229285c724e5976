import json

import numpy as np
import pytest

from accelgen.deliver.samples import SAMPLES_FILE, Samples, archive
from accelgen.errors import InvalidOption
from accelgen.figures import Figure
from accelgen.network import load
from accelgen.report.card import Card, write_card
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.plan import Plan
from accelgen.rtl.tables import load_beats, tables
from accelgen.steps import board_fingerprint, fits, fpga, link_speed
from tests.tiny_networks import random_images


def test_every_model_is_tried_on_every_board(home):
    answer = fits()
    tried = {(fit.network, fit.board): fit for fit in answer.fits}
    assert len(tried) == 4 * 5
    assert tried["small", "icebreaker"].fits and tried["small", "icebreaker"].datapath.lanes == 7
    printed = answer.to_json()
    assert printed["folders"] == [str(home / "models")]
    entries = {(entry["model"], entry["board"]): entry for entry in printed["fits"]}
    assert entries["small", "icebreaker"]["lanes"] == 7 and entries["events", "ulx3s_85f"]["lanes"] is None
    assert tried["events", "ulx3s_85f"].missing == ["the link carries pixels, and it takes events"]


def test_a_model_is_built_for_its_board(home, stand_in):
    build = fpga("small", board="icebreaker", seed=3, weights="ram")
    folder = home / "rtl_out" / "small" / "icebreaker"
    assert json.loads((folder / "build.json").read_text()) == build.to_json()
    assert stand_in["target"].place == ("--up5k", "--package", "sg48") and stand_in["seed"] == 3
    network = load(home / "models" / "small" / "network.safetensors")
    words = load_beats(tables(Plan(network, Datapath(weights="ram"))))
    assert build.tables.read_bytes() == words.astype("<u4").tobytes()
    # 8 beats of 2 bytes and 4 of options, 7 words back, 7 bytes around each, ten bits a byte.
    assert build.images_per_second_over_link == pytest.approx(1e6 / (10 * (20 + 7 + 28 + 7)), abs=0.1)
    assert build.images_per_second is None  # nobody has measured its cycles


def test_measured_cycles_give_images_per_second(home, stand_in):
    figure = Figure("cycles_mean", 1200.0, "cycles", "lower", "accelgen sim small", {"lanes": "7"})
    write_card(Card("small", "s", "", {"cycles_mean": figure}, []), home / "models" / "small")
    assert fpga("small", board="icebreaker").images_per_second == 10_000
    assert fpga("small", board="icebreaker", lanes=4).images_per_second is None
    assert fpga("small", board="icebreaker", unrolled=True).images_per_second is None


def test_a_model_is_built_as_its_hardware_toml_says(home, stand_in):
    (home / "models" / "small" / "hardware.toml").write_text("unrolled = true\n")
    assert fpga("small", board="icebreaker").datapath.unrolled
    assert not fpga("small", board="icebreaker", unrolled=False).datapath.unrolled
    tried = {fit.board: fit for fit in fits().fits if fit.network == "small"}
    assert tried["ulx3s_85f"].datapath.unrolled


def test_a_faster_link_carries_more_images(home, stand_in):
    slow, fast = (fpga("small", board="icebreaker", baud=baud) for baud in (1_000_000, 3_000_000))
    speed = slow.images_per_second_over_link
    assert fast.images_per_second_over_link == pytest.approx(3 * speed, rel=1e-3)
    with pytest.raises(InvalidOption, match=r"^a clock of 25000000 Hz cannot make 3000000 baud within 2 %$"):
        fpga("small", board="ulx3s_85f", baud=3_000_000)


def test_what_does_not_fit_is_refused_with_the_shortfall(home):
    with pytest.raises(InvalidOption, match=r"^events does not fit icebreaker: the link carries"):
        fpga("events", board="icebreaker", force=True)


@pytest.mark.parametrize(("model", "weights"), [("small", "ram"), ("pixels", "rom")])
def test_a_small_model_really_becomes_a_bitstream(home, model, weights):
    build = fpga(model, board="icebreaker", weights=weights)
    assert build.file.stat().st_size > 10_000
    resources = build.placement.resources
    assert build.placement.meets_clock and resources["DSPs"].used == 0
    assert resources["SPRAMs"].used == (1 if weights == "ram" else 0) * -(-7 * 3 // 16)


def test_the_fingerprint_of_a_build_is_known_without_building_it(home, stand_in):
    built = fpga("small", board="icebreaker").fingerprint
    assert built == board_fingerprint("small", "icebreaker")
    others = [board_fingerprint("small", "ulx3s_85f"), board_fingerprint("small", "icebreaker", baud=500_000)]
    assert len({built, *others, board_fingerprint("small", "icebreaker", weights="ram")}) == 4
    assert board_fingerprint("events", "icebreaker") == "", "it does not fit"


@pytest.fixture
def kept(home):
    """Samples lie beside the small network."""
    samples = Samples(random_images(np.random.default_rng(0), 20, 30), np.zeros(20, np.uint8))
    (home / "models" / "small" / SAMPLES_FILE).write_bytes(archive(samples))
    return home


def test_a_pattern_has_a_folder_of_its_own_and_the_clock_that_was_asked_for(kept, stand_in):
    build = fpga("small", board="ulx3s_85f", pattern=True, pipelined=True, lanes=4, clock=62.5)
    assert build.folder == kept / "rtl_out" / "small" / "ulx3s_85f_pattern"
    assert (build.samples, build.clock_mhz, build.faster) == (16, 62.5, True)
    assert stand_in["target"].clock_hz == 62_500_000 and "EHXPLLL" in stand_in["files"]["top.il"]
    assert build.images_per_second is None and build.images_per_second_over_link is None
    assert build.how == {"pattern": True, "pipelined": True, "lanes": 4, "clock": 62.5}
    assert build.fingerprint == board_fingerprint("small", "ulx3s_85f", **build.how)


def test_what_the_folded_network_does_behind_a_link_is_known_without_a_build(home):
    inside, over = link_speed("small", "icebreaker")
    assert inside is None and over == pytest.approx(1e6 / (10 * (20 + 7 + 28 + 7)), abs=0.1)
    assert link_speed("events", "icebreaker") is None
