"""A float model becomes integers that lose little, that train further, and that are exported exactly."""

import numpy as np
import pytest
import torch
from torch import nn as torch_nn

import accelgen
from accelgen import nn
from accelgen.errors import DataError, InvalidNetwork, InvalidOption
from accelgen.network.coding import Coding
from tests.nn.chains import clouds, fitted, right


def table_model():
    return torch_nn.Sequential(
        torch_nn.Linear(20, 24),
        torch_nn.BatchNorm1d(24),
        torch_nn.ReLU(),
        torch_nn.Dropout(0.1),
        torch_nn.Linear(24, 16),
        torch_nn.ReLU(),
        torch_nn.Linear(16, 4),
        torch_nn.Softmax(1),
    )


@pytest.fixture(scope="module")
def table():
    """Return a trained float model, samples to calibrate with, and others."""
    x, labels = clouds(1000)
    return fitted(table_model(), x, labels, 25), (x, labels), clouds(600, seed=5)


def golden(network, net, x):
    """Return the scores of the golden model and of the module."""
    with torch.no_grad():
        own = net.eval()(x).numpy()
    return accelgen.run(network, net[0].rows(x).numpy()).scores, own


@pytest.mark.parametrize(("bits", "loss"), [(4, 0.02), (3, 0.03), (2, 0.06)])
def test_a_table_loses_little_and_every_score_is_exported(table, bits, loss):
    model, (x, labels), (test, wanted) = table
    net = accelgen.quantise(model, x, labels, bits=bits)
    assert right(net, test, wanted) > right(model, test, wanted) - loss
    found, own = golden(accelgen.export(net, test, name="table"), net, test)
    assert np.array_equal(found, own)
    report = net.report
    assert report.before == pytest.approx(right(model, x, labels))
    assert report.after == pytest.approx(right(net, x, labels))
    assert [layer.name for layer in report.layers] == ["0", "4", "6"] and 0 < report.error < 1
    assert f"{report.after:.2%} after" in str(report)


def test_the_model_stays_as_it_was(table):
    model, (x, labels), _ = table
    before = {name: value.clone() for name, value in model.state_dict().items()}
    accelgen.quantise(model.train(), x)
    assert model.training
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_cut_blocks_come_back_by_training(table):
    model, (x, labels), (test, wanted) = table
    torch.manual_seed(0)
    net = accelgen.quantise(model, x, bits=3, compression=4)
    cut = right(net, test, wanted)
    optimiser = torch.optim.Adam(nn.groups(net, 0.02), eps=1e-12)
    for epoch in range(8):
        if epoch == 6:
            nn.settle(net)
        net.train()
        for chosen in torch.randperm(len(x)).split(50):
            loss = torch_nn.functional.cross_entropy(net(x[chosen]), labels[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            nn.keep_in_range(net)
    assert right(net, test, wanted) > cut + 0.02
    network = accelgen.export(net, test, name="cut")
    assert [layer.weights.compression for layer in network.layers] == [4, 4, 1]


class Written(torch_nn.Module):
    """A small convolutional model, written with functions."""

    def __init__(self):
        super().__init__()
        self.one = torch_nn.Conv2d(2, 8, 3, padding=1)
        self.norm = torch_nn.BatchNorm2d(8)
        self.two = torch_nn.Conv2d(8, 12, 3)
        self.last = torch_nn.Linear(12 * 2 * 3, 4)

    def forward(self, x):
        x = torch_nn.functional.max_pool2d(torch.relu(self.norm(self.one(x))), 2)
        x = torch.relu(self.two(x))
        return self.last(x.view(x.size(0), -1))


def test_images_of_more_channels_keep_their_order():
    x, labels = clouds(400, 2 * 8 * 10)
    x = x.clamp(-3, 3).view(-1, 2, 8, 10) + 3
    model = fitted(Written(), x, labels, 6)
    net = accelgen.quantise(model, x, labels, compression={"two": 2, "last": 2}, bits={"one": 4, "": 3})
    assert net.report.agreement > 0.8 and net.report.layers[0].bits == 4
    network = accelgen.export(net, x, name="images")
    found, own = golden(network, net, x)
    assert np.array_equal(found, own)
    assert [layer.weights.compression for layer in network.layers] == [1, 2, 2]


def test_padding_that_means_something_else_is_noted():
    x, labels = clouds(200, 2 * 8 * 10)
    net = accelgen.quantise(Written().eval(), x.view(-1, 2, 8, 10))
    assert net.report.notes[0].startswith("one: its padding is code 0") and "note: one" in str(net.report)


def test_a_coding_of_ones_own_is_taken(table):
    model, (x, _), _ = table
    coding = Coding((-8.0,), (1 / 16,))
    assert accelgen.quantise(model, x, coding=coding, input_bits=6)[0].entering.coding == coding


def test_what_cannot_be_done_is_one_sentence(table):
    model, (x, labels), _ = table
    with pytest.raises(InvalidOption, match="^bits: no layer is called 'one': they are 0, 4, 6$"):
        accelgen.quantise(model, x, bits={"one": 3})
    with pytest.raises(InvalidOption, match="^bits: must be an integer of 1 to 4, not 5$"):
        accelgen.quantise(model, x, bits=5)
    with pytest.raises(InvalidOption, match="^0: compression: 20 inputs cannot be cut into a multiple of 64"):
        accelgen.quantise(model, x, compression=64)
    with pytest.raises(DataError, match="^calibration: must be finite numbers$"):
        accelgen.quantise(model, x * float("nan"))
    with pytest.raises(DataError, match=r"^labels must be 1000 classes, not of shape \[3\]$"):
        accelgen.quantise(model, x, labels[:3])
    with pytest.raises(InvalidNetwork, match=r"^0 \(Linear\): takes 20 features, not 19$"):
        accelgen.quantise(model, x[:, :19])


class Turned(torch_nn.Sequential):
    """Gives something else than its trace says."""

    def __call__(self, x):
        return -super().__call__(x)


def test_a_model_that_does_more_than_its_layers_is_noticed(table):
    model, (x, _), _ = table
    with pytest.raises(InvalidNetwork, match="^the model computes something else than its layers say"):
        accelgen.quantise(Turned(*model).eval(), x)
