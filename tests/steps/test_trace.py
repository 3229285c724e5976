import numpy as np
import pytest

from accelgen.data import data_set
from accelgen.errors import InvalidRequest
from accelgen.golden.batches import dense_cost
from accelgen.network import load, save
from accelgen.steps.model import model_of
from accelgen.steps.trace import WATCHED, Watch, trace
from tests.tiny_networks import mnist_network


@pytest.fixture
def digits(home):
    (home / "models" / "digits").mkdir()
    save(mnist_network(), home / "models" / "digits" / "network.safetensors")
    return data_set("mnist").load(sample="only")


@pytest.mark.parametrize("weights", ["rom", "ram"])
def test_the_lanes_work_as_often_as_the_golden_model_says(digits, home, weights):
    found = trace("digits", digits, lanes=4, weights=weights)
    network = load(home / "models" / "digits" / "network.safetensors")
    result, work = dense_cost(network, digits.pixels[:1], (4,) * len(network.layers), True)
    assert found.label == result.classes[0]
    for number, layer in enumerate(work.layers):
        spent, worked = found.spent(number)
        # A pass without any event takes one cycle, in which nothing is read.
        assert worked <= layer.ideal_cycles[0] <= spent
    total = sum(found.spent(n)[1] for n in range(2))
    assert total > 0 and found.cycles >= total


def test_only_kept_blocks_with_something_in_them_are_read(digits, home):
    found = trace("digits", digits, lanes=4)
    weights = load(home / "models" / "digits" / "network.safetensors").layers[0].weights
    read = set(found.block[(found.layer == 0) & (found.block >= 0)].tolist())
    lit = np.flatnonzero((digits.pixels[0] >= 128).reshape(-1, weights.block_in).any(axis=1))
    assert read and read <= set(weights.index.ravel().tolist()) & set(lit.tolist())


@pytest.mark.parametrize("model", ["pixels", "events"])
def test_spiking_layers_run_once_for_each_timestep(home, model):
    sample = model_of(model).data.load(sample="only")
    found = trace(model, sample, lanes=8)
    starts = np.flatnonzero(np.diff(found.layer, prepend=-1) != 0)
    assert [found.layer[n] for n in starts if found.layer[n] >= 0].count(0) == 3
    assert found.block.max() >= 0


def test_unrolled_hardware_has_no_schedule(digits):
    with pytest.raises(InvalidRequest, match="^digits is unrolled: every layer takes one cycle$"):
        trace("digits", digits, unrolled=True)


def test_pipelined_hardware_has_no_layers_one_after_another(digits):
    with pytest.raises(InvalidRequest, match="^digits is pipelined: its layers work at the same time"):
        trace("digits", digits, pipelined=True)


def test_what_changes_with_the_clock_was_not_there_before_it():
    watch = Watch(("a.b", "a.c"))
    watch.write("$scope module bench $end\n$scope module top $end\n$var wire 1 ! clk $end\n")
    watch.write("$scope module a $end\n$var wire 2 % b $end\n$var reg 1 & c $end\n$upscope $end\n")
    watch.write("$upscope $end\n$upscope $end\n$enddefinitions $end\n#0\n0!\nb0 %\n0&\n#1\n1!\nb10 %\n")
    watch.write("#2\n0!\n1&\n#3\n1")
    watch.write("!\nb11 %\n#4\n")
    assert watch.samples == [(0, 0), (2, 1)]
    assert len(set(WATCHED)) == len(WATCHED)
