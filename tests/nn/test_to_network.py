"""The golden model gives every score of a chain, and what is no chain is told where."""

import numpy as np
import pytest
import torch

import accelgen
from accelgen import nn
from accelgen.errors import InvalidNetwork, InvalidRequest
from accelgen.golden import run, run_spiking
from accelgen.network import Integrator, Synapse
from accelgen.network.file import load
from tests.nn.chains import conv_chain, dense_chain, sided_chain, spiking_chain


def scores(net, samples):
    with torch.no_grad():
        return net(samples).numpy()


@pytest.mark.parametrize("bits", [1, 2, 3, 4])
@pytest.mark.parametrize("activation_bits", [1, 4, 8])
@pytest.mark.parametrize("compression", [1, 2, 4])
def test_every_score_of_a_dense_chain(bits, activation_bits, compression):
    net, samples = dense_chain(bits, activation_bits, compression=compression)
    network = accelgen.export(net, samples, name="chain")
    found = run(network, samples.numpy().astype(np.uint8)).scores
    assert np.array_equal(found, scores(net, samples)) and len(np.unique(found)) > 3
    assert network.layers[0].weights.compression == compression


def test_every_score_of_features():
    net, samples = dense_chain(coding=True)
    network = nn.export(net, samples, name="features")
    assert np.array_equal(run(network, samples.numpy()).scores, scores(net, samples))
    assert network.input.coding is not None


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("pool_first", [True, False])
def test_every_score_of_a_convolution(channels, pool_first):
    net, samples = conv_chain(channels, pool_first)
    network = nn.export(net, samples, name="convs")
    rows = samples.flatten(1).numpy().astype(np.uint8)
    assert np.array_equal(run(network, rows).scores, scores(net, samples))
    assert [layer.kind for layer in network.layers] == ["conv", "conv", "dense"]
    assert network.layers[0].window.pool == 2 and net[1].window.pool == 1


@pytest.mark.parametrize("series", [False, True])
def test_every_score_of_windows_whose_axes_differ(series):
    net, samples = sided_chain(series)
    network = nn.export(net, samples, name="sides")
    rows = samples.flatten(1).numpy().astype(np.uint8)
    assert np.array_equal(run(network, rows).scores, scores(net, samples))
    window = network.layers[0].window
    assert (window.kernel, window.pool) == (((1, 5), (1, 2)) if series else ((3, 2), (1, 2)))
    assert window.padding == ((0, 0, 3, 0) if series else (2, 0, 0, 1))


@pytest.mark.parametrize("count", [False, True])
@pytest.mark.parametrize(
    "how", [{}, {"leak": 2, "reset": "zero"}, {"integration": "discontinuous"}, {"leak": 3, "synapse": 2}]
)
def test_every_score_of_neurons(count, how):
    net, samples = spiking_chain(count, **how)
    network = nn.export(net, samples, name="spikes")
    assert network.layers[0].rule.synapse == (Synapse(how["synapse"]) if "synapse" in how else None)
    found = run_spiking(network, samples.numpy().astype(np.uint8), 5).scores[:, -1]
    assert np.array_equal(found, scores(net, samples))
    assert network.provenance["timesteps"] == 5


@pytest.mark.parametrize(
    "readout", [{"leak": 2}, {"leak": 3, "score": "sum"}, {"leak": 1, "score": "max"}, {"score": "max"}]
)
def test_every_score_of_membranes_that_are_read_out(readout):
    net, samples = spiking_chain(readout=readout, leak=1)
    network = nn.export(net, samples, name="spikes")
    assert network.readout == Integrator(readout.get("leak", 0), 1, readout.get("score", "last"))
    found = run_spiking(network, samples.numpy().astype(np.uint8), 5).scores[:, -1]
    assert np.array_equal(found, scores(net, samples)) and "score=" in repr(net)


def test_the_file_is_written_and_samples_are_drawn_if_there_are_none(tmp_path):
    net, samples = dense_chain()
    path = tmp_path / "leaves" / "network.safetensors"
    network = nn.export(net.train(), name="leaves", path=path, provenance={"seed": 3})
    assert net.training and network.provenance["seed"] == 3
    assert np.array_equal(
        run(load(path), samples.numpy().astype(np.uint8)).scores, scores(net.eval(), samples)
    )


class Doubled(torch.nn.Sequential):
    """Does more than its steps, out of sight of a trace."""

    def __call__(self, x):
        return 2 * super().__call__(x)


def test_a_module_that_does_more_than_its_chain_is_noticed(tmp_path):
    net, samples = dense_chain()
    with pytest.raises(InvalidNetwork, match="the module computes other scores than its layers"):
        nn.export(Doubled(*net).eval(), samples, name="doubled", path=tmp_path / "n.safetensors")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(("weight", "reaches"), [(7, 16_776_195), (-8, 16_777_216)])
def test_sums_that_floats_cannot_hold_are_refused(weight, reaches):
    inputs = -(-reaches // (255 * abs(weight)))
    net = torch.nn.Sequential(nn.Input(inputs), nn.BlockLinear(inputs, 2, block=(2, 16)), nn.Scores(2))
    net[1].weight.data.fill_(weight)
    net[2].ready.fill_(True)
    low = 2**24 - 255 * abs(weight) * inputs
    with torch.no_grad():
        net[2].beta.fill_(low - 1 if weight > 0 else 0)
    if weight > 0:
        nn.export(net, name="narrow")  # just so
        net[2].beta.data += 1
    with pytest.raises(InvalidNetwork, match=r"^dense0: its sums may be 2\*\*24 or more, where the float32"):
        nn.export(net, torch.zeros(1, inputs).byte(), name="wide")


def test_scores_of_all_timesteps_that_floats_cannot_hold_are_refused():
    net = torch.nn.Sequential(nn.Spikes(4), nn.BlockLinear(4, 2), nn.Scores(2))
    net[2].ready.fill_(True)
    net[2].beta.data.fill_(2**20 - 40)
    nn.export(net, name="narrow")
    net[2].beta.data.fill_(2**20)
    with pytest.raises(InvalidNetwork, match=r"^spiking0: its sums may be 2\*\*24 or more"):
        nn.export(net, name="wide")


def chain(*modules):
    return torch.nn.Sequential(nn.Input(4, 4, 2), *modules)


CONV, RULE = (lambda: nn.BlockConv2d(2, 4, 3)), (lambda: nn.QuantReLU(4))


@pytest.mark.parametrize(
    ("made", "message"),
    [
        (lambda: torch.nn.Sequential(nn.BlockLinear(2, 2)), r"^the first module must be accelgen.nn.Input"),
        (lambda: chain(CONV(), torch.nn.ReLU()), r"^2 \(ReLU\): is no module of accelgen.nn that can stand"),
        (lambda: chain(nn.BlockLinear(32, 2)), r"^1 \(BlockLinear\): takes rows, not 4 x 4 x 2: "),
        (lambda: chain(nn.Flatten(), nn.BlockLinear(8, 2)), r"^2 \(BlockLinear\): takes 8 features, not 32$"),
        (
            lambda: chain(nn.BlockConv2d(1, 4, 3)),
            r"^1 \(BlockConv2d\): takes images of 1 channels, not 4 x 4 x 2",
        ),
        (lambda: chain(CONV(), CONV()), r"^2 \(BlockConv2d\): comes after sums: "),
        (
            lambda: chain(torch.nn.Flatten()),
            r"^1 \(Flatten\): takes the channels of a pixel apart: use accel",
        ),
        (lambda: chain(CONV(), RULE()), r"^2 \(QuantReLU\): has no scales yet: train a step"),
        (lambda: chain(CONV(), nn.QuantReLU(3)), r"^2 \(QuantReLU\): takes 3 features, not 4$"),
        (lambda: chain(RULE()), r"^1 \(QuantReLU\): must come after BlockLinear"),
        (lambda: chain(torch.nn.MaxPool2d(2)), r"^1 \(MaxPool2d\): only what a convolution gives"),
        (lambda: chain(CONV(), torch.nn.MaxPool2d(2, 1)), r"^2 \(MaxPool2d\): squares must lie side by side"),
        (lambda: chain(CONV()), r"^the last module must be accelgen.nn.Scores"),
    ],
)
def test_what_is_no_chain_is_told_where(made, message):
    with pytest.raises((InvalidNetwork, InvalidRequest), match=message):
        nn.export(made(), name="wrong")
