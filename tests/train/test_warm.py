"""A network that starts from its float twin computes nearly what the twin does."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from accelgen.train.build import build
from accelgen.train.loop import fit
from accelgen.train.recipe_layers import ConvChoice, LayerChoice
from accelgen.train.reference import build_float
from accelgen.train.warm import start_from
from tests.train.drawn import conv_recipe, floated, patches, stripes, tiny_recipe


def finest(recipe):
    """Return ``recipe`` with all blocks and whole pixels."""
    layers = tuple(replace(layer, compression=1, mask="fixed") for layer in recipe.layers)
    how = replace(recipe.train, fill=0.2)
    return replace(recipe, layers=layers, data=replace(recipe.data, pixel_bits=8), train=how)


def twin_of(recipe, data):
    """Return a float network with batch norms that have seen ``data`` and gains and offsets of their own."""
    twin = build_float(floated(recipe), 3)
    generator = torch.Generator().manual_seed(0)
    for module in twin:
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5, generator=generator)
            nn.init.uniform_(module.bias, -0.5, 0.5, generator=generator)
        elif isinstance(module, nn.Dropout):
            module.p = 0.0
    twin.train()
    with torch.no_grad():
        for _ in range(60):
            twin(twin.encode(data.images))
    return twin.eval()


@pytest.mark.parametrize("kind", ["dense", "grey", "coloured"])
def test_scores_are_those_of_the_twin_but_for_its_range(kind, monkeypatch):
    for place in ("layers", "conv"):  # not rounded: what is left is the range of activations
        monkeypatch.setattr(f"accelgen.train.{place}.quantise_weights", lambda shadow, bits: shadow)
    bits = {"bits": 4, "activation_bits": 8}
    recipe, data = {
        "dense": lambda: (tiny_recipe(**bits), stripes(200, 0)),
        "grey": lambda: (conv_recipe(**bits), stripes(200, 0)),
        "coloured": lambda: (conv_recipe("cifar10", **bits), patches(200, 0)),
    }[kind]()
    recipe = finest(recipe)
    twin, net = twin_of(recipe, data), build(recipe, 0)
    start_from(net, twin, recipe, data.images)
    with torch.no_grad():
        wanted = twin(twin.encode(data.images))
        found = net.logits(net(net.encode(data.images)))
    across = np.corrcoef((wanted - wanted.mean(0)).flatten(), (found - found.mean(0)).flatten())[0, 1]
    assert across > 0.95
    assert found.std().item() == pytest.approx(wanted.std().item(), rel=0.1)


def test_offsets_of_a_deep_network_of_few_blocks_stay_where_its_activations_are():
    deep = [ConvChoice(16, 2, 4, 4, 16, 4, "learned", kernel=3, padding=1) for _ in range(6)]
    first = ConvChoice(16, 2, 4, 1, 16, 3, kernel=3, padding=1, pool=4)
    recipe = conv_recipe("cifar10", fill=0.2)
    recipe = replace(recipe, layers=(first, *deep, LayerChoice(10, 3, 4, 1, 10, 16)))
    data = patches(100, 0)
    twin, net = twin_of(recipe, data), build(recipe, 0)
    start_from(net, twin, recipe, data.images)
    assert max(layer.beta.abs().max().item() for layer in net.hidden) < 4
    with torch.no_grad():
        wanted, found = twin(twin.encode(data.images)), net.logits(net(net.encode(data.images)))
    assert 0.7 < found.std() / wanted.std() < 1.4


def test_scores_of_one_bit_weights_are_on_the_scale_of_a_twin_that_has_such_weights():
    recipe, data = finest(tiny_recipe(bits=1, activation_bits=8)), stripes(200, 0)
    twin, net = twin_of(recipe, data), build(recipe, 0)
    twin.train()
    with torch.no_grad():
        for module in twin:
            if isinstance(module, nn.Linear):
                module.weight.copy_(0.1 * module.weight.sign())
        for _ in range(60):
            twin(twin.encode(data.images))
            for module in twin:
                if isinstance(module, nn.BatchNorm1d):  # a gain of one: it would be folded into the weights
                    module.weight.copy_((module.running_var + module.eps).sqrt())
        start_from(net, twin.eval(), recipe, data.images)
        wanted = twin(twin.encode(data.images))
        found = net.logits(net(net.encode(data.images)))
    assert found.std().item() == pytest.approx(wanted.std().item(), rel=0.1)


def test_learned_masks_are_cut_to_the_strongest_blocks_at_once():
    recipe = conv_recipe(mask="learned")
    data = stripes(64, 0)
    twin = twin_of(recipe, data)
    with torch.no_grad():
        twin[4].weight[:4, :3] *= 100  # the first block of the first row of blocks
    net = build(recipe, 0)
    start_from(net, twin, recipe, data.images)
    assert net[1].linear.index[0].tolist() == [0]
    assert net[1].linear.weight.shape[1] == 1 and net[2].linear.index.shape[1] == net[2].linear.columns // 4


def test_a_run_that_starts_from_a_teacher_can_be_resumed(tmp_path):
    recipe = tiny_recipe(mask="learned", distill="teacher", start_from_teacher=True, epochs=2)
    training, validation = stripes(96, 0), stripes(64, 1)
    teacher = fit(floated(tiny_recipe()), 0, training, validation, tmp_path / "teacher.pt").net
    whole = fit(recipe, 0, training, validation, tmp_path / "whole.pt", teacher=teacher)

    def kill(epoch):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fit(recipe, 0, training, validation, tmp_path / "run.pt", teacher=teacher, on_epoch=kill)
    resumed = fit(recipe, 0, training, validation, tmp_path / "run.pt", teacher=teacher)
    assert resumed.accuracy == whole.accuracy
    for name, tensor in whole.net.state_dict().items():
        assert torch.equal(tensor, resumed.net.state_dict()[name])
