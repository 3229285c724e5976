import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from accelgen import load, steps
from accelgen.errors import DataError, InvalidOption, InvalidRequest
from accelgen.golden import run_spikes
from accelgen.interop import export_nir
from accelgen.network import EventInput, Integrator, Neuron, Synapse
from accelgen.steps.given import Given
from tests.tiny_networks import mnist_spiking_network, spiking_network

nir = pytest.importorskip("nir")

#: Networks of others, where somebody has put them beside the data; the package does not contain them.
EXAMPLES = Path(os.environ.get("ACCELGEN_DATA", "data")).parent / "examples"
HIDDEN = np.random.default_rng(2).normal(0, 0.5, (6, 12)).astype(np.float32)
LAST = np.random.default_rng(4).normal(0, 0.5, (3, 6)).astype(np.float32)


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("ACCELGEN_HOME", str(tmp_path))
    return tmp_path


def trained(path, *, hidden=HIDDEN, neurons=None, last=LAST, shape=(1, 3, 4)):
    """Write a network as a framework would: Flatten, Affine, LIF, Linear."""
    each = np.ones(len(hidden), np.float32)
    neurons = neurons or nir.LIF(
        tau=each * 8e-4, r=each * 8, v_leak=each * 0, v_threshold=each, v_reset=each * 0
    )
    nodes = (
        nir.Flatten(np.array(shape), start_dim=0),
        nir.Affine(hidden, np.zeros(len(hidden), np.float32)),
        neurons,
        nir.Linear(last),
    )
    nir.write(path, nir.NIRGraph.from_list(*nodes, type_check=False))
    return path


def test_a_trained_network_is_calibrated_and_its_loss_is_said(home):
    found = steps.import_spikes(trained(home / "a.nir"), "other", dt=1e-4, timesteps=8)
    assert found.written == home / "models" / "other" / "network.safetensors" and not found.refused
    assert [(one.how, one.weight_bits) for one in found.layers] == [("calibrated", 4), ("calibrated", 4)]
    first, last = found.layers
    assert 0 < first.differ < 0.05 * first.of and first.of == 256 * 8 * 6 and last.neuron == "scores"
    assert 0 <= found.classes_differ < 64 and first.neuron.endswith("leak 3, reset zero")
    network = load("other")
    assert network.input == EventInput(4, 3, 1) and network.provenance["source_dt"] == 1e-4
    assert network.provenance["source"] == "a.nir" and network.provenance["timesteps"] == 8
    assert isinstance(network.layers[0].rule, Neuron) and found.to_json()["layers"][0]["node"] == "affine"


def test_a_pool_of_what_enters_is_part_of_the_weights(home):
    each = np.ones(3, np.float32)
    weight = np.random.default_rng(0).integers(-2, 3, (3, 8)).astype(np.float32)
    nodes = (
        nir.Input(np.array([2, 4, 4])),
        nir.SumPool2d(np.array([2, 2]), np.array([2, 2]), np.array([0, 0])),
        nir.Flatten(np.array([2, 2, 2]), start_dim=0),
        nir.Linear(weight),
        nir.IF(r=each, v_threshold=each * 3, v_reset=each * 0),
        nir.Output(np.array([3])),
    )
    nir.write(home / "a.nir", nir.NIRGraph.from_list(*nodes, type_check=False))
    found = steps.import_spikes(home / "a.nir", "other", dt=1.0, timesteps=4)
    assert [(one.op, one.verdict) for one in found.nodes][1] == ("SumPool2d", "folded")
    assert [(one.how, one.differ) for one in found.layers] == [("exact", 0)]
    network = load("other")
    assert network.input == EventInput(4, 4, 2) and network.layers[0].weights.inputs == 32
    played = steps.sim("other", simulator="icarus", given=Given(drawn=2))
    assert played.images == 2 and not played.faulty


def test_more_bits_lose_less(home):
    differ = []
    for bits in (2, 4, 8):
        found = steps.import_spikes(trained(home / "a.nir"), f"other{bits}", dt=1e-4, weight_bits=bits)
        assert {one.weight_bits for one in found.layers} == {bits}
        differ.append(found.layers[0].differ)
    assert differ[0] > 1.3 * differ[1] > 4 * differ[2]


def test_own_files_need_no_options_and_come_back_exactly(home):
    for number, network in enumerate((mnist_spiking_network(events=True), spiking_network(leak=3))):
        (home / "a.nir").write_bytes(export_nir(network, 1e-3))
        found = steps.import_spikes(home / "a.nir", f"again{number}", samples=20)
        assert found.dt == 1e-3 and {one.how for one in found.layers} == {"exact"}
        assert sum(one.differ for one in found.layers) == found.classes_differ == 0
        again = load(f"again{number}")
        for ours, theirs in zip(network.layers, again.layers, strict=True):
            assert np.array_equal(ours.weights.dense(), theirs.weights.dense()) and ours.rule == theirs.rule
    assert load("again0").input == network_input() and load("again1").input == EventInput(30, 1, 1)


def network_input():
    return mnist_spiking_network(events=True).input


def test_spikes_of_a_file_calibrate_and_measure(home):
    spikes = (np.random.default_rng(0).random((30, 5, 12)) < 0.3).astype(np.int64)
    np.save(home / "s.npy", spikes)
    path = trained(home / "a.nir")
    found = steps.import_spikes(path, "other", dt=1e-4, spikes=home / "s.npy")
    assert (found.samples, found.timesteps) == (30, 5)
    for wrong, message in (
        (spikes[:, :, :11], r"must be spikes of \[samples, timesteps, 12\]"),
        (spikes[:0], "holds no samples"),
        (spikes + 1, "spikes"),
    ):
        np.save(home / "s.npy", wrong)
        with pytest.raises(DataError, match=message):
            steps.import_spikes(path, "third", dt=1e-4, spikes=home / "s.npy")
    with pytest.raises(InvalidRequest, match="none.npy: is not there"):
        steps.import_spikes(path, "third", dt=1e-4, spikes=home / "none.npy")


def test_a_node_that_stands_in_the_way_leaves_nothing_behind(home):
    each = np.ones(6, np.float32)
    cuba = nir.CubaLIF(each, each, each, each, each)
    found = steps.import_spikes(trained(home / "a.nir", neurons=cuba), "other", dt=1e-4)
    assert found.refused.startswith("cubalif: a leak of its current of 0.0001 a timestep is no part of 1")
    found = steps.import_spikes(trained(home / "b.nir"), "other", dt=3e-3)
    assert "lif: a leak of 3.75 a timestep is no part of 1" in found.refused
    assert [one.node for one in found.nodes if one.verdict == "refused"] == ["lif"]
    assert not (home / "models").exists()


def test_a_current_of_one_timestep_is_a_leaking_neuron_in_hardware(home):
    each = np.ones(6, np.float32)
    cuba = nir.CubaLIF(each * 1e-4, each * 8e-4, each * 4, each * 0, each, w_in=each * 2)
    found = steps.import_spikes(trained(home / "a.nir", neurons=cuba), "cuba", dt=1e-4)
    assert not found.refused and steps.import_spikes(trained(home / "b.nir"), "lif", dt=1e-4).written
    ours, wanted = load("cuba"), load("lif")
    for one, other in zip(ours.layers, wanted.layers, strict=True):
        assert one.rule == other.rule and np.array_equal(one.weights.dense(), other.weights.dense())
    played = steps.sim("cuba", simulator="icarus", given=Given(drawn=2))
    assert played.images == 2 and not played.faulty


def test_a_current_that_lasts_is_imported_and_played_in_hardware(home):
    each = np.ones(6, np.float32)
    cuba = nir.CubaLIF(each * 5e-4, each * 8e-4, each * 8, each * 0, each, w_in=each * 5)
    found = steps.import_spikes(trained(home / "a.nir", neurons=cuba), "cuba", dt=1e-4, weight_bits=8)
    first = found.layers[0]
    assert not found.refused and 0 < first.differ < 0.02 * first.of
    assert first.neuron.endswith("leak 3, reset zero, current leak 205/1024")
    assert load("cuba").layers[0].rule.synapse == Synapse(10, 205)
    shown = steps.info("cuba").to_json()["layers"][0]
    assert (shown["synapse_leak"], shown["synapse_multiplier"]) == (10, 205) and shown["current_bits"] > 8
    for form in ({}, {"pipelined": True}, {"unrolled": True}):
        played = steps.sim("cuba", simulator="icarus", given=Given(drawn=3), **form)
        assert played.images == 3 and not played.faulty


def with_membranes(path, last, *, tau=8e-4, rest=0.0):
    """Write a network that ends with membranes that leak, as Norse does: Linear, IF, Linear, LI."""
    six, each = np.ones(len(HIDDEN), np.float32), np.ones(len(last), np.float32)
    nodes = (
        nir.Linear(np.rint(HIDDEN * 3)),
        nir.IF(r=six * 1e4, v_threshold=six * 2, v_reset=six * 0),
        nir.Linear(last),
        nir.LI(tau=each * tau, r=each * 5, v_leak=each * rest),
    )
    nir.write(path, nir.NIRGraph.from_list(*nodes, type_check=False))
    return path


def real_scores(spikes, last, tau, rest, score):
    """Return the scores of `with_membranes` after each timestep, step by step in real numbers."""
    hidden, found = np.rint(HIDDEN * 3), []
    for sample in spikes:
        v, membrane, scores = np.zeros(len(hidden)), np.zeros(len(last)), []
        for entering in sample:
            v = v + hidden @ entering
            fires = v > 2
            v = np.where(fires, 0, v)
            membrane = membrane + 1e-4 / tau * (rest - membrane + 5 * (last @ fires))
            so_far = scores[-1] if scores else None
            if score == "sum":
                scores.append(membrane if so_far is None else so_far + membrane)
            elif score == "max":
                scores.append(membrane if so_far is None else np.maximum(so_far, membrane))
            else:
                scores.append(membrane)
        found.append(scores)
    return np.array(found)


@pytest.mark.parametrize("score", ["last", "sum", "max"])
@pytest.mark.parametrize(("tau", "leak"), [(8e-4, (3, 1)), (5e-4, (10, 205))])
def test_membranes_that_leak_are_read_out(home, score, tau, leak):
    grid = np.random.default_rng(4).integers(-9, 10, (3, 6)).astype(np.float32) / 16
    path = with_membranes(home / "a.nir", grid, tau=tau, rest=0.25)
    found = steps.import_spikes(path, "net", dt=1e-4, scores=score, weight_bits=8)
    assert not found.refused and found.layers[1].how == "calibrated" and found.classes_differ < 20
    said = f"{leak[1]}/{1 << leak[0]}" if leak[1] > 1 else leak[0]
    assert found.layers[1].neuron == f"scores, leak {said}, {score}"
    assert 0 < found.apart < 0.05 and found.layers[1].differ
    network = load("net")
    assert (network.readout.leak, network.readout.multiplier, network.readout.score) == (*leak, score)
    spikes = (np.random.default_rng(9).random((40, 16, 12)) < 0.3).astype(np.uint8)
    ours = run_spikes(network, spikes).scores
    # In integers, step by step, of the numbers that are in the file.
    weights, bias = network.last.weights.dense(), network.last.bias.astype(int)
    entering = run_spikes(network, spikes).spikes[1]
    for sample in range(3):
        membrane, highest, total = np.zeros(3, int), None, np.zeros(3, int)
        for step in range(16):
            lost = membrane * leak[1] // 2 ** leak[0]
            membrane = membrane - lost + bias + weights @ entering[sample, step].astype(int)
            total = total + membrane
            highest = membrane if highest is None else np.maximum(highest, membrane)
            wanted = {"last": membrane, "sum": total, "max": highest}[score]
            assert np.array_equal(ours[sample, step], wanted)
    # In real numbers: a leak rounds by less than a step, the bias by half a one, and both are forgotten.
    real = real_scores(spikes, grid.astype(float), tau, 0.25, score)
    unit = 5 * 1e-4 / tau / 16 / (127 // 9)
    apart = np.abs(ours * unit - real).max()
    assert apart < 1.5 * unit * (tau / 1e-4) * (16 if score == "sum" else 1) + 0.002 * np.abs(real).max()
    assert (ours[:, -1].argmax(axis=1) == real[:, -1].argmax(axis=1)).mean() > 0.85
    played = steps.sim("net", simulator="icarus", given=Given(drawn=2))
    assert played.images == 2 and not played.faulty


def test_the_score_of_membranes_is_asked_for(home):
    path = with_membranes(home / "a.nir", LAST)
    with pytest.raises(InvalidOption, match="scores must be said: NIR does not know which membrane of li"):
        steps.import_spikes(path, "net", dt=1e-4)
    with pytest.raises(InvalidOption, match="scores must be last, sum or max, not 'mean'"):
        steps.import_spikes(path, "net", dt=1e-4, scores="mean")
    assert not (home / "models").exists()


def test_an_exported_readout_comes_back(home):
    network = replace(spiking_network(leak=3), readout=Integrator(4, 3, "max"))
    (home / "a.nir").write_bytes(export_nir(network))
    found = steps.import_spikes(home / "a.nir", "again", samples=20)
    assert {one.how for one in found.layers} == {"exact"} and not found.classes_differ
    assert load("again").readout == network.readout
    assert steps.export_model("again", "nir", check=True).values


def test_a_difference_where_all_is_exact_leaves_nothing_behind(home, monkeypatch):
    from accelgen.interop.spiking.compare import Loss

    (home / "a.nir").write_bytes(export_nir(spiking_network()))
    counts = ((0, 9), (4, 9))
    monkeypatch.setattr("accelgen.steps.importing_spikes.compare", lambda *_: Loss(3, counts, (0, 9), (0, 3)))
    found = steps.import_spikes(home / "a.nir", "other")
    assert found.refused == "s1: 4 values differ from those of NIR" and not (home / "models").exists()


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ({}, "dt must be said: NIR knows no timesteps"),
        ({"dt": -1.0}, "dt must be seconds above zero"),
        ({"dt": 1e-4, "reset": "half"}, "reset must be zero, subtract or subtract-delayed, not 'half'"),
        ({"dt": 1e-4, "weight_bits": 9}, "weight-bits: must be an integer of 2 to 8"),
        ({"dt": 1e-4, "timesteps": 17}, "timesteps: must be an integer of 1 to 16"),
        ({"dt": 1e-4, "samples": 1}, "samples: must be an integer of 2"),
    ],
)
def test_what_is_asked_for_is_checked(home, how, message):
    with pytest.raises(InvalidOption, match=message):
        steps.import_spikes(trained(home / "a.nir"), "other", **how)


def test_inputs_of_any_shape_are_events(home):
    for shape, wanted in (
        ((12,), (12, 1, 1)),
        ((3, 4), (4, 3, 1)),
        ((2, 2, 3), (3, 2, 2)),
        ((3, 2, 2), (12, 1, 1)),
    ):
        name = f"n{'_'.join(map(str, shape))}"
        steps.import_spikes(trained(home / "a.nir", shape=shape), name, dt=1e-4, samples=4)
        assert load(name).input == EventInput(*wanted)


@pytest.mark.skipif(not (EXAMPLES / "lif_norse.nir").is_file(), reason="the examples are not there")
def test_the_examples_say_what_they_wait_for(home):
    found = steps.import_spikes(EXAMPLES / "nmnist_cnn_sinabs.nir", "other", dt=1e-3)
    verdicts = {one.node: (one.verdict, one.why) for one in found.nodes}
    assert verdicts["1"] == ("refused", "waits for 0 (Conv2d)") and verdicts["9"] == ("accepted", "layer")
    assert sum(one.verdict == "refused" for one in found.nodes) == 8
    found = steps.import_spikes(EXAMPLES / "lif_norse.nir", "other", dt=1e-4, weight_bits=8)
    assert found.written and found.layers[0].neuron.endswith("leak 41/1024, reset zero")
    assert found.layers[0].differ < 0.01 * found.layers[0].of
