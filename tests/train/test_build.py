"""A recipe and a seed decide the module."""

import torch

from accelgen.train.build import build
from accelgen.train.layers import Output
from accelgen.train.nets import IntegerNet, SpikingNet
from accelgen.train.spiking import Counting, Firing
from tests.train.drawn import spiking_recipe, tiny_recipe


def test_the_seed_decides_weights_and_masks():
    first, again, other = (build(tiny_recipe(), seed) for seed in (1, 1, 2))
    for name, tensor in first.state_dict().items():
        assert torch.equal(tensor, again.state_dict()[name])
    assert not torch.equal(first[0].linear.weight, other[0].linear.weight)
    assert not torch.equal(first[0].linear.index, other[0].linear.index)


def test_learned_masks_start_dense_and_are_cut_to_the_compression():
    recipe = tiny_recipe(mask="learned")
    net = build(recipe, 0)
    assert all(layer.linear.mask.all() for layer in net)
    net.cut(recipe)
    assert [layer.linear.index.shape[1] for layer in net] == [56 // 8, 4 // 2, 4]


def test_the_spiking_table_decides_the_kind_of_every_layer():
    assert type(build(tiny_recipe(), 0)) is IntegerNet
    membrane, count = (build(spiking_recipe(readout=readout), 0) for readout in ("membrane", "count"))
    assert type(membrane) is type(count) is SpikingNet
    assert [type(layer) for layer in membrane] == [Firing, Firing, Output]
    assert [type(layer) for layer in count] == [Firing, Firing, Counting]


def test_a_spiking_network_starts_from_the_weights_of_the_dense_one():
    for dense, spiking in zip(build(tiny_recipe(), 3), build(spiking_recipe(), 3), strict=True):
        assert torch.equal(dense.linear.weight, spiking.linear.weight)
        assert torch.equal(dense.linear.index, spiking.linear.index)
