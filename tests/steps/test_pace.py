from dataclasses import replace

import numpy as np
import pytest

from accelgen import steps
from accelgen.errors import InvalidOption
from accelgen.models import network_path
from accelgen.network.file import load
from accelgen.rtl.datapath import Datapath
from accelgen.steps.model import Model, model_of
from accelgen.steps.pace import cycles_of_rate, least_cycles, pace_of, with_lanes_for
from tests.tiny_networks import small_network


def shipped(name):
    path = network_path(name)
    return Model(path, load(path))


@pytest.mark.parametrize(("name", "images"), [("friedman", 200), ("digits", 60), ("mnist_3b_8x", 500)])
def test_what_is_expected_is_what_the_hardware_takes(name, images, tmp_path):
    model = shipped(name)
    lanes = tuple(max(layer.weights.block_out // 3, 1) for layer in model.network.layers)
    pace = pace_of(model, Datapath(pipelined=True, layer_lanes=lanes))
    played = steps.sim(model, images=images, pipelined=True, layer_lanes=lanes, out=tmp_path)
    assert played.mismatches == 0 and played.cycles.mean == pytest.approx(pace.mean, rel=0.1)
    assert played.cycles.max <= 2 * pace.most + 60  # an image may wait for the one before
    assert max(stage.mean for stage in pace.stages) <= pace.mean < pace.most


def test_what_is_expected_of_unrolled_layers_is_what_they_take(tmp_path):
    model, lanes = shipped("mnist_3b_8x"), (64, 0, 16, 0)
    pace = pace_of(model, Datapath(pipelined=True, layer_lanes=lanes))
    played = steps.sim(model, images=200, pipelined=True, layer_lanes=lanes, out=tmp_path)
    assert played.mismatches == 0 and played.cycles.mean == pytest.approx(pace.mean, rel=0.1)
    assert [stage.lanes for stage in pace.stages] == ["64", "unrolled", "16", "unrolled"]
    # cycles of the words, or the scores, that leave
    assert [pace.stages[n].most for n in (1, 3)] == [2 + 48, 2 + 10]


@pytest.mark.parametrize(
    ("name", "images", "stream"),
    [("mnist_snn_di_small", 200, "auto"), ("mnist_snn_ci", 100, "events"), ("events_snn_ci", 60, "auto")],
)
def test_what_is_expected_of_spikes_is_what_the_hardware_takes(name, images, stream, tmp_path):
    model = shipped(name)
    lanes = tuple(max(layer.weights.block_out // 2, 1) for layer in model.network.layers)
    pace = pace_of(model, Datapath(pipelined=True, layer_lanes=lanes, stream=stream))
    how = {"pipelined": True, "layer_lanes": lanes, "stream": stream}
    played = steps.sim(model, images=images, out=tmp_path, **how)
    assert played.mismatches == 0 and played.cycles.mean == pytest.approx(pace.mean, rel=0.12)
    assert pace.timesteps == model.network.provenance["timesteps"]
    assert max(stage.mean for stage in pace.stages) <= pace.mean < pace.most


@pytest.mark.parametrize("cycles", [2000, 900, 500])
def test_lanes_of_networks_that_spike_are_chosen_for_all_timesteps(cycles):
    model = shipped("mnist_snn_ci")
    chosen = with_lanes_for(model, Datapath(), cycles)
    assert pace_of(model, chosen).mean <= cycles
    fewer = [max(lanes * 3 // 4, 1) for lanes in chosen.layer_lanes]
    assert pace_of(model, replace(chosen, layer_lanes=fewer)).mean > cycles


@pytest.mark.parametrize("cycles", [1500, 700, 400, 250])
def test_the_lanes_that_are_chosen_are_enough_and_fewer_of_any_layer_are_not(cycles):
    model = shipped("mnist_3b_8x")
    chosen = with_lanes_for(model, Datapath(), cycles)
    assert chosen.pipelined and pace_of(model, chosen).mean <= cycles
    for number, lanes in enumerate(chosen.layer_lanes):
        fewer = [max(lanes - 1, 1) if n == number else each for n, each in enumerate(chosen.layer_lanes)]
        mean = pace_of(model, Datapath(pipelined=True, layer_lanes=fewer)).mean
        assert lanes == 1 or mean > 0.97 * cycles


def test_more_cycles_never_take_more_lanes():
    model = shipped("friedman")
    loaded = Datapath(weights="ram")  # no layer is unrolled
    lanes = [sum(with_lanes_for(model, loaded, cycles).layer_lanes) for cycles in range(40, 400, 20)]
    assert lanes == sorted(lanes, reverse=True) and lanes[0] > lanes[-1] == 3


def test_a_layer_of_few_weights_is_unrolled_where_that_takes_less_than_an_engine(tmp_path):
    model = shipped("friedman")  # 222, 418 and 14 weights that are not zero
    for cycles, lanes in ((32, (0, 16, 0)), (100, (6, 4, 0)), (300, (2, 1, 0))):
        chosen = with_lanes_for(model, Datapath(), cycles)
        assert [bool(each) for each in chosen.layer_lanes] == [bool(each) for each in lanes]
        assert pace_of(model, chosen).mean <= cycles
    played = steps.sim(model, images=100, pipelined=True, cycles=32, out=tmp_path)
    assert played.mismatches == 0 and played.cycles.mean <= 32
    for network in ("mnist_3b_8x", "mnist_conv"):  # an engine is smaller
        assert all(with_lanes_for(shipped(network), Datapath(), 20_000).layer_lanes)


def test_sums_are_of_the_layers_that_cycles_make_unrolled(tmp_path):
    model, how = shipped("friedman"), {"pipelined": True, "cycles": 32}
    for sums in ("trees", "chains", "cells"):
        assert model.datapath(**how, sums=sums) == replace(model.datapath(**how), sums=sums)
    auto, chains, trees = (
        # What stands above says how it was asked for.
        steps.rtl(model, out=tmp_path / sums, sums=sums, **how).verilog.read_text().partition("`default")[2]
        for sums in ("auto", "chains", "trees")
    )
    assert trees != chains == auto
    played = steps.sim(model, images=50, out=tmp_path / "sim", sums="trees", **how)
    assert played.mismatches == 0


def test_sums_that_have_nothing_to_do_are_refused_and_those_of_the_file_go():
    model = shipped("mnist_3b_8x")
    message = "^sums: are of unrolled layers, and 20000 cycles .* make none of mnist_3b_8x; leave out sums$"
    with pytest.raises(InvalidOption, match=message):
        model.datapath(pipelined=True, cycles=20_000, sums="trees")
    assert model.datapath(pipelined=True, cycles=20_000, sums="auto").sums == "auto"
    of_file = Datapath(pipelined=True, layer_lanes=(64, 0, 16, 0), sums="cells")
    assert with_lanes_for(model, of_file, 20_000) == with_lanes_for(model, Datapath(), 20_000)


def test_what_no_lanes_reach_is_refused_with_the_least_that_they_do():
    model = shipped("friedman")
    with pytest.raises(
        InvalidOption, match=r"^cycles must be at least \d+ for friedman: an image takes so"
    ) as error:
        with_lanes_for(model, Datapath(), 5)
    assert str(error.value).endswith("; --lanes may say that a layer is unrolled")
    with pytest.raises(InvalidOption, match="and in frames of [0-9]+ beats$"):
        with_lanes_for(model, Datapath(weights="ram"), 5)  # of loaded weights no layer is unrolled
    least = int(str(error.value).split()[5])
    assert pace_of(model, with_lanes_for(model, Datapath(), least)).mean <= least
    assert least_cycles(model, Datapath()) == least
    with pytest.raises(InvalidOption, match="^cycles must be at least 1, not 0$"):
        with_lanes_for(model, Datapath(), 0)


def test_a_network_without_samples_has_a_worst_case_and_no_choice(home):
    model = model_of("small")
    pace = pace_of(model, Datapath(pipelined=True, lanes=4))
    assert pace.mean is None and pace.samples == 0 and pace.stages[0].mean is None and pace.most > 0
    with pytest.raises(
        InvalidOption, match="^cycles of small are averages over samples, and there are none of"
    ):
        with_lanes_for(model, Datapath(), 100)


def test_the_worst_case_is_an_image_without_zeros():
    model = Model(network_path("friedman"), load(network_path("friedman")))
    slow = Datapath(pipelined=True, lanes=4, skip_zeros=False)
    assert [stage.most for stage in pace_of(model, slow).stages] == [
        pytest.approx(stage.mean) for stage in pace_of(model, slow).stages
    ]


def test_a_rate_is_a_number_of_cycles_at_a_clock():
    assert cycles_of_rate(250_000, 100) == 400 and cycles_of_rate(3e7, 100) == 3
    assert cycles_of_rate(1e8, 100) == 1 and cycles_of_rate(5e-324, 100) == 2**53
    for rate, clock, message in (
        (1000, None, "rate: images a second need a clock in MHz; or ask for cycles of an image"),
        (0, 100, "rate must be above 0 images a second, not 0"),
        (float("nan"), 100, "rate must be above 0 images a second, not nan"),
        (1000, float("inf"), "clock must be above 0 and at most 5,000 MHz, not inf"),
        (1000, float("nan"), "clock must be above 0 and at most 5,000 MHz, not nan"),
        (1000, -100, "clock must be above 0 and at most 5,000 MHz, not -100"),
        (1e12, 100, "rate: at 100 MHz there are fewer clocks than 1000000000000.0 images a second"),
    ):
        with pytest.raises(InvalidOption, match=f"^{message}$"):
            cycles_of_rate(rate, clock)


def test_cycles_are_of_pipelines_and_choose_the_lanes(home):
    for options, message in (
        ({}, "cycles of an image choose lanes of pipelined hardware, and this is none"),
        ({"pipelined": True, "lanes": 4}, "lanes or cycles of an image, not both: cycles choose the lanes"),
        ({"pipelined": True}, "cycles of small are averages over samples, and there are none"),
    ):
        with pytest.raises(InvalidOption, match=f"^{message}"):
            steps.rtl("small", cycles=100, **options)
    with pytest.raises(InvalidOption, match=r"^cycles must be at least \d+ for pixels: .* in 3 timesteps$"):
        steps.rtl("pixels", cycles=10, pipelined=True)


def test_a_pace_is_said_of_pipelined_hardware_alone(home, tmp_path):
    assert steps.rtl("small", out=tmp_path).pace is None
    made = steps.rtl("small", pipelined=True, out=tmp_path)
    assert made.pace.most == made.to_json()["pace"]["most"] and small_network().name == made.name
    assert np.isfinite(made.pace.most)
