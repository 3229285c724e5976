"""The fast sparse convolution equals the golden one, and so does the network that is made of it."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from accelgen.golden import run
from accelgen.golden.convolution import convolve
from accelgen.network import Conv, Requantise, Window
from accelgen.train.build import build
from accelgen.train.conv import BlockConv
from accelgen.train.export import export
from accelgen.train.loop import fit
from accelgen.train.mask import fixed_mask
from tests.naive import pair
from tests.train.drawn import conv_recipe, patches, stripes


def convolution(window, channels, bits, block, kept):
    block_out, block_in = block
    rows, columns = -(-channels // block_out), -(-window.channels // block_in)
    mask = fixed_mask(rows, columns, kept, np.random.default_rng(0))
    generator = torch.Generator().manual_seed(0)
    return BlockConv(
        window, channels, bits, block_out=block_out, block_in=block_in, mask=mask, generator=generator
    )


@pytest.mark.parametrize("bits", [1, 2, 4])
@pytest.mark.parametrize(
    ("window", "block", "kept"),
    [
        (Window(7, 9, 5, kernel=3, padding=1, pool=2), (4, 2), 2),
        (Window(7, 9, 5, kernel=3, padding=1, pool=2), (4, 2), 3),
        (Window(8, 6, 4, kernel=2, stride=2), (10, 1), 1),
        (Window(6, 6, 3, kernel=5, stride=3, padding=4, pool=3), (3, 3), 1),
        (Window(1, 20, 3, kernel=(1, 5), stride=(1, 2), padding=(0, 2), pool=(1, 2)), (4, 3), 1),
        (Window(9, 6, 4, kernel=(5, 2), stride=(2, 1), padding=(4, 0, 0, 1), pool=(1, 2)), (4, 2), 1),
        (Window(4, 9, 4, kernel=(3, 15), padding=(0, 2, 7, 6), pool=(2, 3)), (4, 2), 2),
    ],
)
def test_the_largest_sums_are_the_golden_ones(bits, window, block, kept):
    layer = convolution(window, 10, bits, block, kept)
    x = np.random.default_rng(0).integers(0, 8, (3, window.height * window.width * window.channels))
    golden = Conv.from_kernels(
        "a",
        window,
        layer.kernels(),
        layer.mask,
        bits=bits,
        block_out=block[0],
        block_in=block[1],
        bias=np.zeros(10, np.int32),
        rule=Requantise(0, 1),
    )
    sums = convolve(golden, x.astype(np.uint8), 3)
    tall, broad = pair(window.pool)
    squares = sums.reshape(3, window.out_height, tall, window.out_width, broad, 10)
    found = layer(torch.from_numpy(x).float())
    assert np.array_equal(found.detach().numpy(), squares.max((2, 4)))


def test_every_kept_weight_learns():
    layer = convolution(Window(6, 6, 4, kernel=3, pool=2), 8, 3, (4, 2), 1)
    with torch.no_grad():
        layer.weight.clamp_(-3, 3)
    layer(torch.rand(5, 144)).sum().backward()
    assert (layer.weight.grad != 0).all()


def test_strongest_blocks_of_a_convolution_keep_their_kernels():
    layer = convolution(Window(6, 6, 4, kernel=3), 8, 3, (4, 2), 2)
    with torch.no_grad():
        layer.weight[0, 1] = 3
        layer.weight[1, 0] = -3
    before = layer.kernels()
    layer.keep_strongest(1)
    assert np.array_equal(layer.kernels()[:4, 2:], before[:4, 2:]) and not layer.kernels()[:4, :2].any()
    assert np.array_equal(layer.kernels()[4:, :2], before[4:, :2]) and not layer.kernels()[4:, 2:].any()


def test_a_network_of_them_learns(tmp_path):
    recipe = conv_recipe("cifar10", epochs=5, learning_rate=0.05)
    trained = fit(recipe, 0, patches(320, 1), patches(100, 2), tmp_path / "checkpoint.pt")
    assert trained.accuracy > 0.25


@settings(max_examples=15)
@given(st.integers(1, 4), st.integers(1, 8), st.sampled_from(["fixed", "learned"]), st.booleans())
def test_export_equals_the_module_exactly(bits, activation_bits, mask, colour):
    recipe = conv_recipe("cifar10" if colour else "mnist", bits, activation_bits, mask)
    net = build(recipe, bits)
    data = (patches if colour else stripes)(12, bits)
    net.calibrate(data.images)
    net.cut(recipe)
    with torch.no_grad():
        for layer in net:
            layer.beta.normal_()
        net.train()(net.encode(data.images))  # moves the means
        wanted = net.eval()(net.encode(data.images)).numpy()
        with torch.autocast("cpu", torch.bfloat16):
            assert np.array_equal(net(net.encode(data.images)).numpy(), wanted)
    network = export(net, recipe.name)
    assert np.array_equal(run(network, data.images.flatten(1).byte().numpy()).scores, wanted)
    assert [layer.weights.compression for layer in network.layers] == [1, 2, 4, 1]
    assert [layer.name for layer in network.layers] == ["conv0", "conv1", "dense2", "dense3"]
