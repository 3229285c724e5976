"""Adam in one piece does what Adam does piece by piece, to the last bit, and goes on from its states."""

import copy

import torch

from accelgen.train.adam import Adam


def run(make, steps, state=None):
    """Return parameters and the state after ``steps`` steps with drawn gradients."""
    generator = torch.Generator().manual_seed(1)
    shapes = [(3, 40, 7), (11,), (5, 5), ()]
    ones = [torch.nn.Parameter(torch.randn(shape, generator=generator)) for shape in shapes]
    groups = [{"params": ones[:3], "lr": 0.04}, {"params": ones[3:], "lr": 0.002}]
    optimiser = make(groups)
    if state:
        optimiser.load_state_dict(copy.deepcopy(state))
    for step in range(steps):
        for group in optimiser.param_groups:
            group["lr"] *= 0.9
        optimiser.zero_grad()
        for one in ones:
            one.grad = torch.randn(one.shape, generator=generator) * 10.0**-step
        optimiser.step()
    return [one.detach() for one in ones], optimiser.state_dict()


def ours(groups):
    return Adam(groups, eps=1e-12)


def theirs(groups):
    return torch.optim.Adam(groups, eps=1e-12, foreach=True)


def test_it_is_adam_to_the_last_bit():
    for wanted, got in zip(run(theirs, 6)[0], run(ours, 6)[0], strict=True):
        assert torch.equal(wanted, got)


def test_states_go_from_one_to_the_other():
    state = run(theirs, 3)[1]
    for wanted, got in zip(run(theirs, 4, state)[0], run(ours, 4, state)[0], strict=True):
        assert torch.equal(wanted, got)
    state = run(ours, 3)[1]
    for wanted, got in zip(run(theirs, 4, state)[0], run(ours, 4, state)[0], strict=True):
        assert torch.equal(wanted, got)
