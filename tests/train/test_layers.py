"""The fast sparse product equals the dense one, and what evaluation computes is the contract."""

import numpy as np
import pytest
import torch

from accelgen.train.layers import BlockLinear, Hidden, Output
from accelgen.train.mask import fixed_mask
from accelgen.train.quantise import quantise_weights


def linear(outputs, inputs, bits, block, kept):
    block_out, block_in = block
    rows, columns = -(-outputs // block_out), -(-inputs // block_in)
    mask = fixed_mask(rows, columns, kept, np.random.default_rng(0))
    generator = torch.Generator().manual_seed(0)
    return BlockLinear(
        outputs, inputs, bits, block_out=block_out, block_in=block_in, mask=mask, generator=generator
    )


def activations(count, inputs, bits, seed=0):
    generator = torch.Generator().manual_seed(seed)
    return torch.randint(1 << bits, (count, inputs), generator=generator).float()


@pytest.mark.parametrize("bits", [1, 2, 3, 4])
@pytest.mark.parametrize("kept", [1, 3, 5])
@pytest.mark.parametrize("block_out", [1, 4, 8])
def test_sparse_product_equals_the_dense_one(bits, kept, block_out):
    layer = linear(11, 23, bits, (block_out, 5), kept)
    codes, index = quantise_weights(layer.weight, bits).detach().numpy(), layer.index.numpy()
    dense = np.zeros((len(index) * block_out, 25), np.int64)
    for row, places in enumerate(index):
        for block, place in zip(codes[row], places, strict=True):
            dense[row * block_out :][:block_out, place * 5 :][:, :5] = block
    assert layer.dense_codes().tolist() == dense[:11, :23].tolist()
    x = activations(7, 23, 3)
    wanted = x.numpy().astype(np.int64) @ dense[:11, :23].T
    assert layer(x).detach().numpy().astype(np.int64).tolist() == wanted.tolist()


def test_strongest_blocks_keep_their_weights():
    layer = linear(8, 12, 3, (4, 3), 4)
    with torch.no_grad():
        layer.weight[0, 1] += 9
        layer.weight[1, 3] -= 9
    before = layer.weight.detach().clone()
    layer.keep_strongest(1)
    assert layer.index.tolist() == [[1], [3]]
    assert torch.equal(layer.weight[:, 0], torch.stack([before[0, 1], before[1, 3]]))
    assert layer.mask.tolist() == [[False, True, False, False], [False, False, False, True]]


def test_evaluation_is_the_integer_contract():
    layer = Hidden(linear(11, 23, 3, (4, 5), 3), 3)
    x = activations(50, 23, 4)
    layer.calibrate(x)
    with torch.no_grad():
        layer.beta.normal_()
    layer.eval()
    acc = x.numpy().astype(np.int64) @ layer.linear.dense_codes().T
    bias = layer.bias(layer.mean).detach().numpy().astype(np.int64)
    wanted = np.clip((acc + bias) >> int(layer.shift), 0, 7)
    assert layer(x).detach().numpy().astype(np.int64).tolist() == wanted.tolist()
    assert len(np.unique(wanted)) == 8


def test_half_the_fill_is_one_more_shift():
    wide, narrow = (Hidden(linear(11, 23, 3, (4, 5), 3), 3, fill) for fill in (0.4, 0.2))
    for layer in (wide, narrow):
        layer.calibrate(activations(50, 23, 4))
    assert int(narrow.shift) == int(wide.shift) + 1


def test_training_centres_each_output_until_it_settles():
    layer = Hidden(linear(11, 23, 3, (4, 5), 3), 3)
    x = activations(200, 23, 4)
    layer.calibrate(x)
    settled = layer.mean.clone()
    layer(x + 1)
    assert not torch.equal(layer.mean, settled)
    settled = layer.mean.clone()
    layer.settled = True
    assert torch.equal(layer(x), layer.eval()(x))
    assert torch.equal(layer.mean, settled)


def test_temperature_gives_the_loss_a_spread_of_one():
    layer = Output(linear(10, 23, 3, (10, 5), 5))
    x = activations(200, 23, 3)
    layer.calibrate(x)
    assert layer.logits(layer(x)).std().item() == pytest.approx(1, rel=1e-5)
