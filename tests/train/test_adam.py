"""Adam on one long tensor moves every parameter to where torch's own does, to the last bit."""

import pytest
import torch

from accelgen.train.adam import Adam

SHAPES = ((3, 2, 8, 7), (5,), (37,), ())


class Torchs(torch.optim.Adam):
    """Torch's own, with the face of ours."""

    def __init__(self, groups, eps):
        super().__init__([dict(group) for group in groups], eps=eps)
        self.peaks = [group["lr"] for group in self.param_groups]

    @property
    def rates(self):
        return [group["lr"] for group in self.param_groups]

    @rates.setter
    def rates(self, rates):
        for group, rate in zip(self.param_groups, rates, strict=True):
            group["lr"] = rate


def groups(lying_otherwise=False):
    torch.manual_seed(0)
    first, *others = (torch.randn(shape) for shape in SHAPES)
    first = first.transpose(1, 2).contiguous().transpose(1, 2) if lying_otherwise else first
    params = [torch.nn.Parameter(one) for one in (first, *others)]
    return [
        {"params": params[:2], "lr": 0.04},
        {"params": params[2:3], "lr": 0.04},
        {"params": params[3:], "lr": 0.002},
    ]


def walk(optimiser, params, steps, seed=1):
    generator = torch.Generator().manual_seed(seed)
    for step in range(steps):
        for param in params:
            param.grad = torch.randn(param.shape, generator=generator) * 0.01
        optimiser.rates = [peak * (1 - step / 100) for peak in optimiser.peaks]
        optimiser.step()


def params_of(groups):
    return [param for group in groups for param in group["params"]]


@pytest.mark.parametrize("lying_otherwise", [False, True])
def test_every_bit_is_that_of_torch(lying_otherwise):
    mine, theirs = groups(lying_otherwise), groups(lying_otherwise)
    walk(Adam(mine, 1e-12), params_of(mine), 30)
    walk(Torchs(theirs, 1e-12), params_of(theirs), 30)
    for got, wanted in zip(params_of(mine), params_of(theirs), strict=True):
        assert torch.equal(got, wanted)
    assert not torch.equal(params_of(mine)[0], params_of(groups())[0])


def test_it_goes_on_from_what_torch_or_it_has_saved():
    for kind in (Adam, Torchs):
        begun = groups()
        before = kind(begun, 1e-12)
        walk(before, params_of(begun), 3)
        resumed = Adam(begun, 1e-12)
        resumed.load_state_dict(before.state_dict())
        other = groups()
        reference = Torchs(other, 1e-12)
        walk(reference, params_of(other), 3)
        walk(resumed, params_of(begun), 2, seed=2)
        walk(reference, params_of(other), 2, seed=2)
        for got, wanted in zip(params_of(begun), params_of(other), strict=True):
            assert torch.equal(got, wanted)


def test_what_has_no_gradient_stays_and_what_moved_is_known_to_have():
    mine = groups()
    moved, still = mine[0]["params"]
    before, version = still.detach().clone(), moved._version
    optimiser = Adam(mine, 1e-12)
    moved.grad = torch.ones_like(moved)
    optimiser.step()
    assert torch.equal(still, before) and moved._version > version
    optimiser.zero_grad()
    assert moved.grad is None
