"""What a loop asks of a network."""

import pytest
import torch

from accelgen import nn
from accelgen.errors import InvalidRequest
from tests.nn.chains import clouds, dense_chain, right


def test_scales_are_chosen_anew_and_the_mode_stays():
    net, samples = dense_chain()
    net[1].weight.data.mul_(0)
    nn.calibrate(net.train(), samples)
    assert net.training and int(net[2].shift) == 0
    assert torch.equal(net[2].mean, torch.zeros(20))
    with pytest.raises(InvalidRequest, match="^there is no module of accelgen.nn that has scales$"):
        nn.calibrate(torch.nn.Linear(2, 2), torch.zeros(1, 2))


def test_temperatures_move_slower_than_weights():
    net = dense_chain()[0]
    fast, slow = nn.groups(net, 0.02)
    assert slow["params"] == [net[7].log_scale] and slow["lr"] == pytest.approx(0.001)
    assert len(fast["params"]) + 1 == len(list(net.parameters()))


def test_weights_stay_in_their_range():
    net = dense_chain(bits=3)[0]
    with torch.no_grad():
        net[1].weight.add_(100)
    nn.keep_in_range(net)
    assert net[1].weight.max() == 3


def test_a_settled_network_trains_as_it_evaluates():
    net, samples = dense_chain()
    net[3].p = 0.0
    nn.settle(net)
    logits = net.train()(samples)
    assert torch.allclose(logits, net.eval()(samples) * net[7].log_scale.exp())


def test_a_loop_of_ones_own_learns():
    torch.manual_seed(0)
    (x, labels), (test, wanted) = clouds(800), clouds(400, seed=1)
    codes, held = ((of * 24 + 128).clamp(0, 255).byte() for of in (x, test))
    net = torch.nn.Sequential(
        nn.Input(20, bits=4),
        nn.BlockLinear(20, 32, 3, compression=2),
        nn.QuantReLU(32, 3),
        nn.BlockLinear(32, 4),
        nn.Scores(4),
    )
    optimiser = torch.optim.Adam(nn.groups(net, 0.03), eps=1e-12)
    for _ in range(6):
        for chosen in torch.randperm(len(x)).split(50):
            loss = torch.nn.functional.cross_entropy(net.train()(codes[chosen]), labels[chosen])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            nn.keep_in_range(net)
    assert right(net, held, wanted) > 0.75
