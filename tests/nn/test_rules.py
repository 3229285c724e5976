"""Rules find their scales once, say when they have none, and give the loss what it needs."""

import copy

import pytest
import torch

from accelgen import nn
from accelgen.errors import InvalidOption, InvalidRequest
from tests.nn.chains import dense_chain


def test_scales_come_from_the_first_step_and_stay():
    rule = nn.QuantReLU(4, 3)
    acc = 100 * torch.randn(50, 4, generator=torch.Generator().manual_seed(0))
    with pytest.raises(
        InvalidRequest, match="^QuantReLU has no scales yet: train a step, or call accelgen.nn"
    ):
        rule.eval()(acc.round())
    rule.train()(acc.round())
    shift = int(rule.shift)
    assert shift > 0 and bool(rule.ready)
    rule(64 * acc.round())
    assert int(rule.shift) == shift


@pytest.mark.parametrize("rule", [nn.QuantReLU(1), nn.Scores(1), nn.QuantReLU(4)])
def test_one_sample_has_no_spread_to_choose_a_scale_from(rule):
    with pytest.raises(InvalidRequest, match="cannot choose scales from one sample: give more$"):
        rule.train()(torch.ones(1, rule.features))
    assert not rule.ready
    rule(torch.ones(2, rule.features))
    assert rule.ready


def test_images_and_rows_are_the_same_rule():
    rule = nn.QuantReLU(3, 4)
    acc = torch.randint(-99, 99, (6, 3, 5, 4)).float()
    rule.train()(acc)
    rows = acc.movedim(1, -1).flatten(0, 2)
    assert torch.equal(rule.eval()(acc).movedim(1, -1).flatten(0, 2), rule(rows))


def test_a_state_is_whole():
    net, samples = dense_chain()
    other = dense_chain(activation_bits=4, compression=2)[0]
    for module in other:
        if hasattr(module, "ready"):
            module.ready.fill_(False)
    other.load_state_dict(copy.deepcopy(net.state_dict()))
    assert torch.equal(other(samples), net(samples))


def test_scores_are_whole_in_evaluation_and_scaled_for_a_loss():
    rule = nn.Scores(3)
    acc = torch.randint(-99, 99, (40, 3)).float()
    scaled = rule.train()(acc)
    assert scaled.std().item() == pytest.approx(1, rel=1e-4)
    whole = rule.eval()(acc)
    assert torch.equal(whole, whole.round()) and torch.equal(whole.argmax(1), scaled.argmax(1))


def test_membranes_leak_in_training_as_in_evaluation():
    acc = torch.randint(-99, 99, (7, 40, 3)).float()
    for score in ("last", "sum", "max"):
        rule = nn.Scores(3, leak=2, score=score)
        scaled = rule.train()(acc)
        assert scaled.std().item() == pytest.approx(1, rel=1e-4)
        whole = rule.eval()(acc)
        assert torch.equal(whole, whole.round()) and torch.equal(whole.argmax(1), scaled.argmax(1))
    with pytest.raises(InvalidRequest, match="leak and score are of spiking networks"):
        rule(acc[0])
    for wrong in ({"leak": 99}, {"leak": 1, "score": "mean"}):
        with pytest.raises(InvalidOption, match="^(leak|score): "):
            nn.Scores(3, **wrong)


def test_what_neurons_cannot_be_is_refused():
    with pytest.raises(InvalidOption, match="^leak: "):
        nn.LIF(3, leak=99)
    with pytest.raises(InvalidOption, match="^synapse: must be an integer of 0 to 15, not 16$"):
        nn.LIF(3, synapse=16)
    with pytest.raises(InvalidOption, match="^synapse: a current that lasts needs continuous integration$"):
        nn.LIF(3, integration="discontinuous", synapse=2)
    assert repr(nn.LIF(3, synapse=2)).endswith("reset='subtract', synapse=2)")
    with pytest.raises(InvalidOption, match="^bits: must be an integer of 1 to 8, not 9$"):
        nn.QuantReLU(3, 9)
