"""A chain of layers has the bits of the layers one by one, forwards and backwards."""

import pytest
import torch

from accelgen.train.build import build
from accelgen.train.layers import BlockLinear
from accelgen.train.products import BlockProduct, Kept
from accelgen.train.recipe import Recipe
from accelgen.train.recipe_layers import LayerChoice
from accelgen.train.recipe_tables import Augmentation, DataChoice, Schedule
from tests.train.drawn import stripes


def gathered_recipe(bits=3, compression=2, **schedule) -> Recipe:
    """Return a recipe whose blocks divide its shapes, and are wide enough to be gathered."""
    layers = (
        LayerChoice(32, bits, 3, 8, 16, 14),
        LayerChoice(24, bits, 3, compression, 8, 8),
        LayerChoice(10, bits, 3, 2, 10, 6),
    )
    how = Schedule(**({"epochs": 4, "batch": 16, "activity": 0.4} | schedule))
    return Recipe("gathered", DataChoice("mnist", 4), Augmentation(), how, layers, "gathered")


def learned(net, images, *, out_of_range):
    """Return scores, penalty, means and gradients of a step."""
    if not out_of_range:
        net.keep_in_range()
    net.train()
    scores = net(net.encode(images))
    weights = torch.randn(scores.shape, generator=torch.Generator().manual_seed(5))
    penalty = net.penalty()
    ((net.logits(scores) * weights).sum() + penalty).backward()
    found = [scores, torch.as_tensor(penalty), *(layer.mean for layer in net.hidden)]
    return found + [param.grad for param in net.parameters()]


@pytest.mark.parametrize("bits", [1, 3])
@pytest.mark.parametrize("compression", [2, 4])
@pytest.mark.parametrize("settled", [False, True])
@pytest.mark.parametrize("out_of_range", [False, True])
@pytest.mark.parametrize("activity", [0.0, 0.4])
def test_a_chain_is_as_its_layers(monkeypatch, bits, compression, settled, out_of_range, activity):
    recipe, images = gathered_recipe(bits, compression, activity=activity), stripes(48, 0).images
    found = []
    for chained in (True, False):
        net = build(recipe, 0)
        net.calibrate(images)
        if settled:
            net.settle()
        if not chained:
            monkeypatch.setattr(BlockLinear, "chains", lambda self, n: False)
        else:
            assert net._alone(len(images)) == 0
        found.append(learned(net, images, out_of_range=out_of_range))
    assert len(found[0]) == len(found[1])
    for got, wanted in zip(*found, strict=True):
        assert torch.equal(got, wanted)


@pytest.mark.parametrize("shape", [(3, 2, 8, 5), (2, 4, 16, 3)])
@pytest.mark.parametrize("lies", ["samples", "inputs"])
def test_a_product_has_the_gradients_of_its_equation(shape, lies):
    rows, kept, block_out, block_in = shape
    columns, generator = 6, torch.Generator().manual_seed(0)
    index = torch.stack([torch.randperm(columns, generator=generator)[:kept] for _ in range(rows)])
    x = torch.randint(8, (20, columns * block_in), generator=generator).float()
    x = (x.t().contiguous().t() if lies == "samples" else x).requires_grad_()
    codes = torch.randint(-4, 4, shape, generator=generator).float().requires_grad_()
    weights = torch.randn(20, rows * block_out, generator=generator)
    blocks = x.unflatten(1, (columns, block_in))
    wanted = torch.einsum("nrki,rkoi->nro", blocks[:, index], codes).flatten(1)
    got = BlockProduct.apply(x, codes, index)
    assert torch.equal(got, wanted)
    for mine, right in zip(
        torch.autograd.grad((got * weights).sum(), [x, codes]),
        torch.autograd.grad((wanted * weights).sum(), [x, codes]),
        strict=True,
    ):
        assert torch.allclose(mine, right, atol=1e-4) and mine.abs().max() > 0
    assert torch.autograd.grad(BlockProduct.apply(x, codes, index).sum(), x)[0].stride() == x.stride()


def test_columns_are_found_unless_one_is_seen_twice():
    assert Kept.of(torch.tensor([[0, 3], [1, 4]]), 6).source.tolist() == [0, 2, 4, 1, 3, 4]
    assert Kept.of(torch.tensor([[0, 3], [3, 4]]), 6).source is None


def test_weights_that_were_written_into_are_not_known_to_be_in_range():
    linear = build(gathered_recipe(), 0)[0].linear
    assert not linear.settings()[2]
    linear.keep_in_range()
    assert linear.settings()[2]
    with torch.no_grad():
        linear.weight.add_(9)
    assert not linear.settings()[2]


def test_blocks_are_looked_at_again_when_they_change():
    linear = build(gathered_recipe(), 0)[0].linear
    before = linear.settings()[0]
    assert linear.settings()[0] is before
    linear.index.copy_(linear.index.flip(0))
    assert torch.equal(linear.settings()[0].places, linear.index) and linear.settings()[0] is not before


def test_layers_of_another_loop_lie_as_they_always_did():
    linear = build(gathered_recipe(), 0)[0].linear
    own = BlockLinear(
        32, 784, 3, block_out=16, block_in=14, mask=linear.mask, generator=torch.Generator().manual_seed(0)
    )
    x = torch.randint(16, (20, 784), generator=torch.Generator().manual_seed(1)).float()
    assert own.weight.is_contiguous() and own(x).is_contiguous() and not own.chains(20)
    assert linear.chains(20) and not linear.weight.is_contiguous()
    with torch.no_grad():
        own.weight.copy_(linear.weight)
    assert torch.equal(own(x), linear(x))
