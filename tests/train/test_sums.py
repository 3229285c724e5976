"""Sums are exact in either precision, by floats and by bytes; gradients are rounded in one of them."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn.functional import conv2d

from accelgen.network.blocks import code_range
from accelgen.network.window import Window
from accelgen.train import sums
from accelgen.train.conv import BlockConv
from accelgen.train.layers import BlockLinear
from accelgen.train.mask import fixed_mask
from accelgen.train.sums import add_up, convolve

#: Sums of whole numbers that a float32 holds.
EXACT = 2**24


def rounded(enabled=True):
    return torch.autocast("cpu", torch.bfloat16, enabled=enabled)


def drawn(shape, low, high, seed):
    """Return whole numbers from low to high, of which many are at the ends, so that sums are large."""
    rng = np.random.default_rng(seed)
    numbers = rng.integers(low, high + 1, shape)
    ends = rng.random(shape) < 0.5
    return torch.from_numpy(np.where(ends, np.where(rng.random(shape) < 0.8, high, low), numbers)).float()


@settings(max_examples=40)
@given(
    st.integers(1, 8),
    st.integers(1, 8),
    st.sampled_from([3, 16, 48]),
    st.sampled_from([1, 2]),
    st.booleans(),
    st.booleans(),
    st.integers(0, 99),
)
def test_sums_of_a_convolution_are_those_of_integers(
    bits, activation_bits, channels, groups, codes, low, seed
):
    x = drawn((2, channels * groups, 6, 7), 0, (1 << activation_bits) - 1, seed)
    weights = drawn((5 * groups, channels, 3, 3), *code_range(bits), seed + 1)
    wanted = conv2d(x.double(), weights.double(), stride=(2, 1), padding=(1, 1), groups=groups)
    assert wanted.abs().max() < EXACT
    with rounded(low):
        found = convolve(x, weights, (2, 1), (1, 1), groups, codes=codes)
    assert found.dtype == torch.float32 and torch.equal(found.double(), wanted)


@settings(max_examples=20)
@given(st.integers(1, 8), st.integers(1, 8), st.sampled_from([1, 5, 400]), st.booleans(), st.integers(0, 99))
def test_sums_of_a_product_are_those_of_integers(bits, activation_bits, inputs, low, seed):
    x = drawn((7, inputs), 0, (1 << activation_bits) - 1, seed)
    weights = drawn((9, inputs), *code_range(bits), seed + 1)
    wanted = x.double() @ weights.double().T
    assert wanted.abs().max() < EXACT
    with rounded(low):
        found = add_up(x, weights.T)
    assert found.dtype == torch.float32 and torch.equal(found.double(), wanted)


def test_autocast_alone_would_round_them():
    x, weights = drawn((2, 16, 6, 6), 0, 255, 0), drawn((5, 16, 3, 3), -128, 127, 1)
    with rounded():
        assert not torch.equal(conv2d(x, weights).float(), convolve(x, weights, (1, 1), (0, 0)))


@pytest.mark.skipif(not sums._bytes_are_fast(), reason="this processor saturates sums of bytes")
def test_bytes_are_used_where_activations_are_codes(monkeypatch):
    seen = []
    of_bytes = sums._of_bytes
    monkeypatch.setattr(sums, "_of_bytes", lambda *given: seen.append(given) or of_bytes(*given))
    for channels, codes in ((16, True), (16, False), (3, True)):
        convolve(torch.ones(1, channels, 4, 4), torch.ones(2, channels, 3, 3), (1, 1), (0, 0), codes=codes)
    assert len(seen) == 1 and seen[0][0].dtype == torch.uint8


def test_where_bytes_are_slow_floats_give_the_same(monkeypatch):
    x, weights = drawn((2, 16, 6, 6), 0, 255, 0), drawn((5, 16, 3, 3), -128, 127, 1)
    monkeypatch.setattr(sums, "_bytes_are_fast", lambda: False)
    for low in (False, True):
        with rounded(low):
            found = convolve(x, weights, (1, 1), (1, 1), codes=True)
        assert torch.equal(found.double(), conv2d(x.double(), weights.double(), padding=1))


def gradients(low, channels=16):
    x = drawn((4, channels, 6, 6), 0, 15, 0).requires_grad_()
    weights = drawn((8, channels, 3, 3), -8, 7, 1).requires_grad_()
    with rounded(low):
        found = convolve(x, weights, (1, 1), (1, 1), codes=True)
    found.backward(torch.randn(found.shape, generator=torch.Generator().manual_seed(0)))
    return x.grad, weights.grad


def test_gradients_are_those_of_torch_to_the_last_bit_unless_they_may_be_rounded():
    x = drawn((4, 16, 6, 6), 0, 15, 0).requires_grad_()
    weights = drawn((8, 16, 3, 3), -8, 7, 1).requires_grad_()
    found = conv2d(x, weights, padding=(1, 1))
    found.backward(torch.randn(found.shape, generator=torch.Generator().manual_seed(0)))
    for exact, ours, low in zip((x.grad, weights.grad), gradients(False), gradients(True), strict=True):
        assert torch.equal(ours, exact)
        assert not torch.equal(low, exact) and low.dtype == torch.float32
        assert (low - exact).norm() < 0.01 * exact.norm()


def test_gradients_of_a_product_are_rounded_too():
    found = []
    for low in (False, True):
        x, weights = drawn((4, 20), 0, 15, 0).requires_grad_(), drawn((20, 6), -8, 7, 1).requires_grad_()
        with rounded(low):
            made = add_up(x, weights)
        made.backward(torch.randn(made.shape, generator=torch.Generator().manual_seed(0)))
        found.append((x.grad, weights.grad))
    for exact, low in zip(*found, strict=True):
        assert not torch.equal(low, exact) and (low - exact).norm() < 0.01 * exact.norm()


@pytest.mark.parametrize("kept", [1, 2])
@pytest.mark.parametrize("training", [False, True])
def test_layers_give_the_same_sums_in_either_precision(kept, training):
    generator = torch.Generator().manual_seed(0)
    mask = fixed_mask(2, 2, kept, np.random.default_rng(0))
    blocks = {"block_out": 8, "block_in": 16, "mask": mask, "generator": generator}
    dense = BlockLinear(16, 32, 4, **blocks)
    conv = BlockConv(Window(6, 6, 32, kernel=3, padding=1, pool=2), 16, 4, **blocks)
    conv.codes = True
    for layer, inputs in ((dense, 32), (conv, 6 * 6 * 32)):
        x = drawn((5, inputs), 0, 255, 0)
        with torch.set_grad_enabled(training):
            exact = layer(x)
            with rounded():
                assert torch.equal(layer(x), exact)
        if training:
            exact.sum().backward()
            plain, layer.weight.grad = layer.weight.grad, None
            with rounded():
                layer(x).sum().backward()
            assert (layer.weight.grad - plain).norm() < 0.01 * plain.norm()


def test_settings_of_torch_are_as_they_were():
    kinds = (torch.backends.mkldnn.matmul, torch.backends.mkldnn.conv)
    before = [kind.fp32_precision for kind in kinds]
    with rounded():
        add_up(torch.ones(2, 2), torch.ones(2, 2))
    assert [kind.fp32_precision for kind in kinds] == before
