import json
from dataclasses import replace

import pytest

from accelgen.errors import InvalidOption, InvalidRequest
from accelgen.figures import Figure
from accelgen.flows import fpga as flow
from accelgen.network import load, save
from accelgen.report.card import Card, write_card
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.plan import Plan
from accelgen.rtl.tables import load_beats, tables
from accelgen.steps import board_fingerprint, fits, fpga
from accelgen.steps import load as load_step

BUILT = flow.Bitstream("top.bin", flow.Placement({}, 20.0, True), {}, [])


@pytest.fixture
def stand_in(monkeypatch):
    """What would build a bitstream notes what it is given instead."""
    given = {}

    def bitstream(files, target, out, seed):
        given.update(files=files, target=target, seed=seed)
        out.mkdir(parents=True, exist_ok=True)
        (out / f"top.{target.family.suffix}").write_bytes(b"bits")
        return BUILT

    monkeypatch.setattr(flow, "bitstream", bitstream)
    return given


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


@pytest.fixture
def loader(home, monkeypatch):
    monkeypatch.setattr(flow, "load", lambda path, name: f"{path.relative_to(home)} to {name}")


def test_a_bitstream_is_loaded_from_where_it_was_built(home, stand_in, loader):
    fpga("small", board="ulx3s_85f")
    loaded = load_step("small", board="ulx3s_85f")
    assert loaded.said == "rtl_out/small/ulx3s_85f/top.bit to ulx3s"
    assert list(loaded.to_json()) == ["name", "board", "bitstream", "said"]
    # A build goes by the name of its network, wherever the file is and whatever its folder is called.
    elsewhere = home / "elsewhere" / "network.safetensors"
    elsewhere.parent.mkdir()
    elsewhere.write_bytes((home / "models" / "small" / "network.safetensors").read_bytes())
    assert load_step(str(elsewhere), board="ulx3s_85f").said == loaded.said


def test_only_a_whole_build_of_this_network_for_this_board_is_loaded(home, stand_in, loader, monkeypatch):
    folder = home / "rtl_out" / "small" / "ulx3s_85f"
    fpga("small", board="ulx3s_85f")
    (folder / "top.bin").write_bytes(b"bits")
    with pytest.raises(
        InvalidRequest, match=r"build\.json: is of a build for ulx3s_85f, not for icebreaker$"
    ):
        load_step("small", board="icebreaker", out=folder)
    # Another network of the same name: what was trained again since, or somebody else's.
    file = home / "models" / "small" / "network.safetensors"
    before, network = file.read_bytes(), load(file)
    save(replace(network, provenance={"seed": 1}), file)
    with pytest.raises(InvalidRequest, match=r"is of a build of another network than small is now"):
        load_step("small", board="ulx3s_85f")
    file.write_bytes(before)
    assert load_step("small", board="ulx3s_85f").name == "small"

    def cut_off(*rest, **how):
        raise KeyboardInterrupt

    monkeypatch.setattr(flow, "bitstream", cut_off)
    with pytest.raises(KeyboardInterrupt):
        fpga("small", board="ulx3s_85f")
    with pytest.raises(InvalidRequest, match=r"build\.json is not there: the build was cut off"):
        load_step("small", board="ulx3s_85f")


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
