import numpy as np
import pytest

from accelgen.errors import InvalidNetwork
from accelgen.network import BlockSparse, Conv, Dense, Network, PixelInput, Requantise, Window, stored_bits
from accelgen.network.file import dump, load, save
from accelgen.network.layer import Value
from tests.tiny_convolutions import conv_layer, conv_network
from tests.tiny_networks import dense_layer

RULE = Requantise(2, 2)


@pytest.mark.parametrize("bits", [1, 3])
def test_kernels_come_back_as_they_were_kept(bits):
    rng = np.random.default_rng(0)
    window = Window(6, 6, 5, kernel=3)
    low, high = (-1, 1) if bits == 1 else (-4, 3)
    kernels = rng.choice([low, high], (7, 5, 3, 3))
    mask = np.array([[1, 0, 1], [0, 1, 1], [1, 1, 0], [0, 1, 1]], bool)
    made = Conv.from_kernels(
        "a",
        window,
        kernels,
        mask,
        bits=bits,
        block_out=2,
        block_in=2,
        bias=np.zeros(7, np.int32),
        rule=RULE,
    )
    kept = mask.repeat(2, axis=0)[:7].repeat(2, axis=1)[:, :5, None, None]
    assert (made.kernels() == kernels * kept).all()
    # Columns of a block are (row, column, channel) of the window.
    assert made.weights.codes[0, 1, 1, 1 * 3 * 2 + 2 * 2] == kernels[1, 4, 1, 2]


def test_a_word_is_the_channels_of_a_block_at_one_position():
    layer = conv_layer(np.random.default_rng(0), "a", Window(9, 7, 5, kernel=3, pool=2), 6, RULE, block_in=2)
    assert (layer.word, layer.positions) == (2, 9) and layer.weights.block_in == 18
    assert layer.leaves == Value(3 * 2 * 6, 2, (3, 2, 6)) and not layer.lives


def test_a_file_gives_back_the_same_network(tmp_path):
    network = conv_network()
    save(network, tmp_path / "n.safetensors")
    found = load(tmp_path / "n.safetensors")
    assert dump(found) == dump(network)
    assert found.layers[1].window == network.layers[1].window


def test_the_columns_of_a_channel_that_is_not_there_are_padding():
    layer = conv_layer(np.random.default_rng(0), "a", Window(5, 5, 3, kernel=2), 4, RULE, kept=2)
    codes = layer.weights.codes.copy()
    codes[0, 1, 0, 1] = 1
    weights = BlockSparse(4, layer.weights.inputs, 3, layer.weights.index, codes)
    with pytest.raises(InvalidNetwork, match="^codes: columns past channel 2 must hold 0$"):
        Conv("a", layer.window, weights, layer.bias, RULE)


def test_blocks_hold_whole_windows():
    rng = np.random.default_rng(0)
    odd = dense_layer(rng, "x", 4, 20, RULE, block_in=10).weights
    with pytest.raises(
        InvalidNetwork, match="^codes: a block must hold windows of 9 positions, not 10 columns$"
    ):
        Conv("a", Window(5, 5, 2, kernel=3), odd, np.zeros(4, np.int32), RULE)
    with pytest.raises(InvalidNetwork, match="^codes: 5 channels in blocks of 2 need 24 columns, not 16$"):
        Conv(
            "a",
            Window(5, 5, 5, kernel=2),
            dense_layer(rng, "x", 4, 16, RULE, block_in=8).weights,
            np.zeros(4, np.int32),
            RULE,
        )


def _layers(rng):
    first = conv_layer(rng, "a", Window(6, 6, 2, kernel=3), 6, RULE)
    second = conv_layer(rng, "b", Window(4, 4, 6, kernel=3), 4, RULE)
    return first, second, dense_layer(rng, "c", 3, 16, None)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda rng, a, b, c: (a, conv_layer(rng, "b", Window(4, 8, 3, kernel=3), 4, RULE), c),
            "layer 1 (b): window: must be 4 x 4 pixels of 6 channels to fit what comes before",
        ),
        (
            lambda rng, a, b, c: (a, dense_layer(rng, "c", 3, 96, None, block_in=4)),
            "layer 1 (c): codes: blocks of 4 do not divide the 6 channels of a pixel",
        ),
        (
            lambda rng, a, b, c: (
                conv_layer(rng, "a", Window(6, 4, 3, kernel=3), 6, RULE, block_in=2),
                c,
            ),
            "layer 0 (a): codes: blocks of 2 do not divide the 3 channels of a pixel",
        ),
        (
            lambda rng, a, b, c: (dense_layer(rng, "d", 96, 72, RULE), b, c),
            "layer 1 (b): kind: a convolution cannot follow a dense layer",
        ),
        (lambda rng, a, b, c: (a, b), "layer 1 (b): kind: the last layer must be dense"),
    ],
)
def test_layers_must_fit(change, message):
    rng = np.random.default_rng(0)
    layers = change(rng, *_layers(rng))
    with pytest.raises(InvalidNetwork) as error:
        Network("n", PixelInput(72, 2), layers)
    assert str(error.value) == message


def test_every_stored_bit_is_counted():
    rng = np.random.default_rng(0)
    layers = _layers(rng)
    network = Network("n", PixelInput(72, 2), layers)
    found = stored_bits(network)
    # codes: rows x kept x block_out x positions x block_in; index where not all blocks are kept: 2 of 3.
    assert found["codes"] == 3 * (2 * 1 * 4 * 9 * 2 + 1 * 2 * 4 * 9 * 2 + 1 * 2 * 4 * 4)
    assert found["index"] == 2 * 2 + 2 * 2
    assert isinstance(layers[2], Dense)


@pytest.mark.parametrize(
    ("kernels", "message"),
    [
        (np.random.default_rng(0).normal(0, 0.3, (4, 2, 3, 3)), "weights: must be integers, not float64"),
        (np.ones((4, 2, 3, 3), bool), "weights: must be integers, not bool"),
        ([[[[1] * 3] * 3] * 2] * 4, "weights: must be a numpy array of integers, not list"),
        (np.full((4, 2, 3, 3), 255), "weights: 3-bit weights must be -4 to 3"),
        (np.full((4, 2, 3, 3), 255, np.uint8), "weights: 3-bit weights must be -4 to 3"),
        (np.ones((4, 3, 3, 3), int), "weights: must have shape [channels, 2, 3, 3], not [4, 3, 3, 3]"),
        (np.ones((4, 2, 3, 2), int), "weights: must have shape [channels, 2, 3, 3], not [4, 2, 3, 2]"),
        (np.ones((4, 2), int), "weights: must have shape [channels, 2, 3, 3], not [4, 2]"),
    ],
)
def test_nothing_becomes_a_kernel_by_truncation_or_wrapping(kernels, message):
    with pytest.raises(InvalidNetwork) as error:
        kept(kernels)
    assert str(error.value) == message


def kept(kernels, **change):
    fields = {
        "window": Window(5, 5, 2, kernel=3),
        "mask": np.ones((2, 1), bool),
        "bits": 3,
        "block_out": 2,
        "block_in": 2,
        "bias": np.zeros(4, np.int32),
        "rule": RULE,
    } | change
    return Conv.from_kernels("a", kernels=kernels, **fields)


def test_integers_of_numpy_are_integers():
    two = np.int64(2)
    made = kept(np.ones((4, 2, 3, 3), np.int16), bits=two, block_out=two, block_in=two)
    window = Window(*np.array([5, 5, 2, 3], np.int16))
    assert type(made.weights.bits) is int and window == made.window and type(window.kernel) is int


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"window": (5, 5, 2, 3)}, r"window: must be a Window, not \(5, 5, 2, 3\)"),
        ({"rule": None}, "requantise: a convolution must have a shift and bits"),
        ({"rule": 3}, "requantise: must be a Requantise or None, not 3"),
        ({"mask": [[1], [1]]}, "mask: must be bool, not list"),
        ({"bias": [0] * 4}, "bias: must be int32, not list"),
        ({"block_in": 0}, "block_in: must be an integer of at least 1, not 0"),
    ],
)
def test_parts_are_of_their_kinds(change, message):
    with pytest.raises(InvalidNetwork, match=f"^{message}$"):
        kept(np.ones((4, 2, 3, 3), int), **change)
