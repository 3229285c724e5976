"""A float model becomes integers that lose little, that train further, and that are exported exactly."""

import copy

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


@pytest.mark.parametrize("bits", [8, 6, 4, 3, 2, 1])
def test_every_score_of_a_table_is_exported_and_the_report_is_right(table, bits):
    model, (x, labels), (test, _) = table
    net = accelgen.quantise(model, x, labels, bits=bits)
    found, own = golden(accelgen.export(net, test, name="table"), net, test)
    assert np.array_equal(found, own)
    report = net.report
    assert report.before == pytest.approx(right(model, x, labels))
    assert report.after == pytest.approx(right(net, x, labels))
    assert [layer.name for layer in report.layers] == ["0", "4", "6"] and not report.notes
    assert f"{report.after:.2%} after" in str(report)


def test_more_bits_and_more_blocks_lose_less(table):
    model, (x, _), _ = table
    by_bits = [accelgen.quantise(model, x, bits=bits).report.error for bits in (8, 4, 3, 2)]
    by_blocks = [accelgen.quantise(model, x, compression=ratio).report.error for ratio in (1, 2, 4)]
    assert by_bits == sorted(by_bits) and by_blocks == sorted(by_blocks) and by_bits[1] == by_blocks[0]


def test_the_model_stays_as_it_was(table):
    model, (x, labels), _ = table
    before = {name: value.clone() for name, value in model.state_dict().items()}
    model.train()[1].eval()
    accelgen.quantise(model, x)
    assert model.training and not model[1].training
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_cut_rows_do_not_all_read_the_same_and_to_train_on_helps(monkeypatch):
    x, labels = clouds(1000, 64, spread=2.2)
    hidden = [(torch_nn.Linear(64, 64), torch_nn.BatchNorm1d(64), torch_nn.ReLU()) for _ in range(2)]
    model = torch_nn.Sequential(*hidden[0], *hidden[1], torch_nn.Linear(64, 4))
    model, (test, wanted) = fitted(model, x, labels, 6), clouds(600, 64, seed=5, spread=2.2)
    net = accelgen.quantise(model, x, bits=3, compression=4)
    assert sorted(net[1].index.flatten().tolist()) == sorted(net[3].index.flatten().tolist()) == [0, 1, 2, 3]
    cut = right(net, test, wanted)
    torch.manual_seed(0)
    epochs = 4
    optimiser = torch.optim.Adam(nn.groups(net, 0.02), eps=1e-12)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, epochs)
    for epoch in range(epochs):
        if epoch == epochs - 1:
            nn.settle(net)
        net.train()
        for chosen in torch.randperm(len(x)).split(50):
            loss = torch_nn.functional.cross_entropy(net(x[chosen]), labels[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            nn.keep_in_range(net)
        schedule.step()
    assert right(net, test, wanted) > cut
    monkeypatch.setattr("accelgen.nn.to_quantised.AGAIN", 1.0)
    alike = accelgen.quantise(model, x, bits=3, compression=4)
    assert right(alike, test, wanted) < cut - 0.05


def test_outputs_that_are_never_above_zero_choose_no_scale():
    x, labels = clouds(600)
    model = torch_nn.Sequential(torch_nn.Linear(20, 24), torch_nn.ReLU(), torch_nn.Linear(24, 4))
    model = fitted(model, x, labels, 8)
    before = accelgen.quantise(model, x, bits=3).report.error
    with torch.no_grad():  # as many more, and more, that are dead
        dead = torch_nn.Linear(20, 64)
        dead.weight[:24], dead.bias[:24] = model[0].weight, model[0].bias
        dead.weight[24:], dead.bias[24:] = 0.1 * torch.randn(40, 20), -30.0
        last = torch_nn.Linear(64, 4)
        last.weight[:, :24], last.weight[:, 24:] = model[2].weight, 0.1
        last.bias.copy_(model[2].bias)
    more = accelgen.quantise(torch_nn.Sequential(dead, torch_nn.ReLU(), last), x, bits=3)
    assert more.report.error < 1.2 * before


def test_a_cut_network_trains_on_with_its_blocks_and_is_exported_exactly(table):
    model, (x, labels), (test, _) = table
    torch.manual_seed(0)
    net = accelgen.quantise(model, x, bits=3, compression=4)
    index, before = net[1].index.clone(), net[1].dense_codes()
    optimiser = torch.optim.Adam(nn.groups(net, 0.05), eps=1e-12)
    for epoch in range(2):
        if epoch == 1:
            nn.settle(net)
        net.train()
        for chosen in torch.randperm(len(x)).split(50):
            loss = torch_nn.functional.cross_entropy(net(x[chosen]), labels[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            nn.keep_in_range(net)
    assert torch.equal(net[1].index, index) and not np.array_equal(net[1].dense_codes(), before)
    network = accelgen.export(net, test, name="cut")
    found, own = golden(network, net, test)
    assert np.array_equal(found, own)
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
    assert [layer.bits for layer in net.report.layers] == [4, 3, 3] and not net.report.notes
    network = accelgen.export(net, x, name="images")
    found, own = golden(network, net, x)
    assert np.array_equal(found, own)
    assert [layer.weights.compression for layer in network.layers] == [1, 2, 2]


#: Code 0 is -3.
FROM_THE_LEAST = Coding((-3.0,), (6 / 256,))


@pytest.fixture(scope="module")
def negative():
    """Return a model that pads features below 0, and those."""
    x, labels = clouds(300, 2 * 8 * 10)
    x = x.view(-1, 2, 8, 10).clamp(-3, 3)
    return fitted(Written(), x, labels, 3), x


def test_padding_that_means_something_else_is_refused_unless_it_is_asked_for(negative):
    model, x = negative
    message = r"^one: hardware pads with code 0, which stands for -3 and not for the 0 of the model: let feat"
    with pytest.raises(InvalidNetwork, match=message):
        accelgen.quantise(model, x, coding=FROM_THE_LEAST)
    with pytest.raises(InvalidNetwork, match="which stands for 1 and not"):
        accelgen.quantise(model, x + 4, coding=Coding((1.0,), (1 / 32,)))
    report = accelgen.quantise(model, x, coding=FROM_THE_LEAST, inexact_padding=True).report
    assert report.notes[0].startswith("one: hardware pads") and "note: one: hardware" in str(report)


@pytest.mark.parametrize("bits", [3, 8])
def test_zeros_around_features_of_both_signs_are_zero_in_signed_codes(negative, bits):
    model, x = negative
    net = accelgen.quantise(model, x, input_bits=bits)
    assert net[0].entering.coding.signed and not net.report.notes
    assert not net[0].eval()(torch.zeros(1, 2, 8, 10)).any() and net[0](x).min() < 0
    if bits == 8:
        wrong = accelgen.quantise(model, x, coding=FROM_THE_LEAST, inexact_padding=True).report.error
        assert net.report.error < wrong
    network = accelgen.export(net, x, name="both")
    found, own = golden(network, net, x)
    assert np.array_equal(found, own)


def test_samples_that_are_padded_themselves_are_exact(negative):
    model, x = negative
    wrong = accelgen.quantise(model, x, coding=FROM_THE_LEAST, inexact_padding=True).report.error
    inner = copy.deepcopy(model)
    inner.one.padding = (0, 0)
    padded = torch_nn.functional.pad(x, (1, 1, 1, 1))
    with torch.no_grad():
        assert torch.allclose(inner(padded), model(x), atol=1e-4)
    net = accelgen.quantise(inner, padded)
    assert not net.report.notes and net.report.error < wrong
    found, own = golden(accelgen.export(net, padded, name="padded"), net, padded)
    assert np.array_equal(found, own)


def test_features_above_0_are_coded_from_0_where_they_are_padded(negative):
    model, x = negative
    net = accelgen.quantise(model, x + 4)
    assert net[0].entering.coding.offset == (0.0,) and not net.report.notes
    assert not net[0].eval()(torch.zeros(1, 2, 8, 10)).any()
    inner = copy.deepcopy(model)
    inner.one.padding = (0, 0)
    unpadded = accelgen.quantise(inner, torch_nn.functional.pad(x, (1, 1, 1, 1)) + 4)
    assert unpadded[0].entering.coding.offset == (1.0,)


@pytest.mark.parametrize("series", [False, True])
def test_windows_whose_axes_differ_are_exported_exactly(series):
    torch.manual_seed(3)
    if series:
        model = torch_nn.Sequential(
            torch_nn.Conv1d(2, 8, 6, padding="same"),
            torch_nn.ReLU(),
            torch_nn.MaxPool1d(3),
            torch_nn.Flatten(),
            torch_nn.Linear(8 * 7, 4),
        )
    else:
        model = torch_nn.Sequential(
            torch_nn.Conv2d(2, 8, (4, 3), padding="same"),
            torch_nn.ReLU(),
            torch_nn.MaxPool2d((1, 2)),
            torch_nn.Conv2d(8, 8, (3, 1), stride=(2, 1), padding=(1, 0)),
            torch_nn.ReLU(),
            torch_nn.Flatten(),
            torch_nn.Linear(8 * 4 * 5, 4),
        )
    x = torch.rand(200, 2, 21) if series else torch.rand(200, 2, 8, 10)
    net = accelgen.quantise(model.eval(), x)
    network = accelgen.export(net, x, name="axes")
    found, own = golden(network, net, x)
    assert np.array_equal(found, own)
    assert network.layers[0].window.padding == ((0, 0, 2, 3) if series else (1, 2, 1, 1))
    assert network.layers[0].window.pool == ((1, 3) if series else (1, 2))


def test_a_coding_of_ones_own_is_taken(table):
    model, (x, _), _ = table
    coding = Coding((-8.0,), (1 / 16,))
    assert accelgen.quantise(model, x, coding=coding, input_bits=6)[0].entering.coding == coding


def test_what_cannot_be_done_is_one_sentence(table):
    model, (x, labels), _ = table
    with pytest.raises(InvalidOption, match="^bits: no layer is called 'one': they are 0, 4, 6$"):
        accelgen.quantise(model, x, bits={"one": 3})
    with pytest.raises(InvalidOption, match="^bits: must be an integer of 1 to 8, not 9$"):
        accelgen.quantise(model, x, bits=9)
    with pytest.raises(InvalidOption, match="^0: compression: 20 inputs cannot be cut into a multiple of 64"):
        accelgen.quantise(model, x, compression=64)
    with pytest.raises(DataError, match="^calibration: must be finite numbers$"):
        accelgen.quantise(model, x * float("nan"))
    with pytest.raises(DataError, match=r"^labels must have shape \[1000\], not \[3\]$"):
        accelgen.quantise(model, x, labels[:3])
    with pytest.raises(DataError, match="^labels must be integers of 0 to 3, not 4$"):
        accelgen.quantise(model, x, labels + 1)
    with pytest.raises(InvalidNetwork, match=r"^0 \(Linear\): takes 20 features, not 19$"):
        accelgen.quantise(model, x[:, :19])


class Scaled(torch_nn.Sequential):
    """Gives something else than its trace says, though in the same order."""

    def __call__(self, x):
        return 1.01 * super().__call__(x)


@pytest.mark.parametrize("outputs", [4, 1])
def test_a_model_that_does_more_than_its_layers_is_noticed(table, outputs):
    model, (x, _), _ = table
    torch.manual_seed(0)
    layers = *model[:6], torch_nn.Linear(16, outputs)
    accelgen.quantise(torch_nn.Sequential(*layers), x)
    with pytest.raises(InvalidNetwork, match="^the model computes something else than its layers say"):
        accelgen.quantise(Scaled(*layers), x)


def test_softmax_of_another_axis_is_not_passed_over(table):
    model, (x, _), _ = table
    with pytest.raises(InvalidNetwork, match="^the model computes something else than its layers say"):
        accelgen.quantise(torch_nn.Sequential(*model[:7], torch_nn.Softmax(0)), x)


def test_one_score_has_an_error_and_no_classes():
    torch.manual_seed(0)
    model = torch_nn.Sequential(torch_nn.Linear(6, 8), torch_nn.ReLU(), torch_nn.Linear(8, 1)).double()
    x = torch.randn(100, 6)
    report = accelgen.quantise(model, x).report
    assert report.agreement is None and str(report).endswith(f"scores: {report.error:.1%} error")
    with pytest.raises(DataError, match="^labels: a model of one score has no classes$"):
        accelgen.quantise(model, x, torch.zeros(100, dtype=torch.int64))
