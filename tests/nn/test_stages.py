"""A float model is read with its norms folded in, and everything that is in the way is named."""

import pytest
import torch

from accelgen.errors import InvalidNetwork
from accelgen.nn.stages import read_stages, run_stage


def norm(kind, features):
    """Return a batch norm that does something."""
    made = kind(features)
    made.running_mean.uniform_(-1, 1)
    made.running_var.uniform_(0.3, 3)
    made.weight.data.uniform_(0.2, 2)
    made.bias.data.uniform_(-1, 1)
    return made


def check(model, x, shape):
    """Compare the stages of a model with the model."""
    stages = read_stages(model, shape)
    value = x
    for stage in stages:
        value = run_stage(stage, value)[1]
    with torch.no_grad():
        assert torch.allclose(value, model.eval()(x), atol=1e-4)
    return stages


def test_a_table_with_norms():
    model = torch.nn.Sequential(
        torch.nn.Linear(7, 9, bias=False),
        norm(torch.nn.BatchNorm1d, 9),
        torch.nn.ReLU(),
        torch.nn.Dropout(),
        torch.nn.Linear(9, 3),
    )
    stages = check(model, torch.randn(20, 7), (7,))
    assert [stage.name for stage in stages] == ["0", "4"] and stages[0].relu and not stages[1].relu


@pytest.mark.parametrize("averaged", [False, True])
def test_images_with_norms_before_and_after_pooling(averaged):
    end = (
        [torch.nn.AdaptiveAvgPool2d(1), torch.nn.Flatten(), torch.nn.Linear(5, 3)]
        if averaged
        else [torch.nn.Flatten(), torch.nn.Linear(5 * 2 * 3, 3)]
    )
    model = torch.nn.Sequential(
        torch.nn.Conv2d(2, 4, 3, stride=1, padding=1),
        norm(torch.nn.BatchNorm2d, 4),
        torch.nn.ReLU(),
        torch.nn.MaxPool2d(2),
        torch.nn.Conv2d(4, 5, 2, stride=2),
        torch.nn.MaxPool2d((1, 1)),
        norm(torch.nn.BatchNorm2d, 5),
        torch.nn.ReLU(),
        *end,
    )
    stages = check(model, torch.randn(6, 2, 8, 12), (8, 12, 2))
    assert stages[0].leaving == (4, 6, 4) and stages[2].flattened and stages[2].weight.shape == (3, 30)


def test_paddings_of_every_kind_are_zeros_on_four_sides():
    model = torch.nn.Sequential(
        torch.nn.Conv2d(2, 4, (4, 3), padding="same"),
        torch.nn.ReLU(),
        torch.nn.Conv2d(4, 3, (1, 2), stride=(2, 1), padding=(0, 1)),
        torch.nn.ReLU(),
        torch.nn.Conv2d(3, 3, 2, padding="valid"),
        torch.nn.ReLU(),
        torch.nn.Flatten(),
        torch.nn.Linear(3 * 3 * 12, 3),
    )
    stages = check(model, torch.randn(6, 2, 8, 12), (8, 12, 2))
    assert [stage.padding for stage in stages[:3]] == [(1, 2, 1, 1), (0, 0, 1, 1), (0, 0, 0, 0)]


def test_a_series_pads_its_ends():
    model = torch.nn.Sequential(
        torch.nn.Conv1d(2, 4, 6, padding="same"),
        torch.nn.ReLU(),
        torch.nn.Flatten(),
        torch.nn.Linear(4 * 20, 3),
    )
    stages = read_stages(model, (1, 20, 2))
    x = torch.randn(6, 2, 20)
    value = run_stage(stages[0], x[:, :, None])[1]
    with torch.no_grad():
        assert torch.allclose(value[:, :, 0], model[:2](x), atol=1e-5)
    assert stages[0].padding == (0, 0, 2, 3) and stages[0].series


def sequence(*modules):
    return torch.nn.Sequential(*modules)


def linear(*rest):
    return torch.nn.Linear(8, 8), *rest, torch.nn.Linear(8, 2)


RELU = torch.nn.ReLU


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (sequence(*linear(torch.nn.GELU())), r"^1 \(GELU\): activations are unsigned: use ReLU$"),
        (sequence(*linear()), "^0: needs a ReLU behind it: activations are unsigned$"),
        (
            sequence(*linear(RELU(), torch.nn.BatchNorm1d(8))),
            r"^2 \(BatchNorm1d\): stands behind a ReLU: put it",
        ),
        (
            sequence(*linear(torch.nn.LayerNorm(8), torch.nn.Softplus())),
            r"^1 \(LayerNorm\): norms of a sample .*; 2 \(Softplus\): the network has no such layer: ",
        ),
        (
            sequence(torch.nn.Linear(8, 2), RELU()),
            "^the last step must be a Linear: its sums are the scores$",
        ),
        (sequence(torch.nn.Linear(7, 2)), r"^0 \(Linear\): takes 7 features, not 8$"),
        (sequence(RELU()), r"^0 \(ReLU\): nothing is summed before it: leave it out$"),
        (
            sequence(torch.nn.BatchNorm1d(8), *linear(RELU())),
            r"^0 \(BatchNorm1d\): nothing is summed before it",
        ),
    ],
)
def test_what_is_in_the_way_is_named_with_what_would_help(model, message):
    with pytest.raises(InvalidNetwork, match=message):
        read_stages(model, (8,))


def test_what_convolutions_cannot_be():
    two = torch.nn.Conv2d
    end = torch.nn.Flatten(), torch.nn.Linear(9, 2)
    for layer, message in (
        (two(2, 2, 3, groups=2), r"^0 \(Conv2d\): the network has no groups"),
        (two(2, 2, 3, dilation=2), r"^0 \(Conv2d\): dilation must be 1"),
        (two(2, 2, 3, padding=1, padding_mode="reflect"), r"^0 \(Conv2d\): dilation must be 1, and the"),
        (two(2, 2, 9), r"^0 \(Conv2d\): a window does not fit what enters, \(8, 8, 2\)$"),
        (two(3, 2, 3), r"^0 \(Conv2d\): takes images of 3 channels"),
    ):
        with pytest.raises(InvalidNetwork, match=message):
            read_stages(sequence(layer, RELU(), *end), (8, 8, 2))
    pooled = sequence(two(2, 2, 3), torch.nn.AvgPool2d(2), RELU(), *end)
    with pytest.raises(
        InvalidNetwork, match=r"^1 \(AvgPool2d\): the network has no mean of squares: use MaxPool2d"
    ):
        read_stages(pooled, (8, 8, 2))
    flipped = torch.nn.BatchNorm2d(2)
    flipped.weight.data[0] = -1
    turned = sequence(
        two(2, 2, 3), torch.nn.MaxPool2d(2), flipped, RELU(), torch.nn.Flatten(), torch.nn.Linear(18, 2)
    )
    with pytest.raises(InvalidNetwork, match="stands behind a pooling, and 1 of its gains are negative"):
        read_stages(turned, (8, 8, 2))


def test_what_does_not_commute_is_refused():
    conv, flatten = torch.nn.Conv2d(2, 3, 3), torch.nn.Flatten()
    mean, end = torch.nn.AdaptiveAvgPool2d(1), torch.nn.Linear(3, 2)
    with pytest.raises(InvalidNetwork, match=r"^2 \(ReLU\): stands behind a mean: put it before the mean$"):
        read_stages(sequence(conv, mean, RELU(), flatten, end), (8, 8, 2))
    assert read_stages(sequence(conv, RELU(), mean, RELU(), flatten, end), (8, 8, 2))[0].relu
    normed = sequence(conv, flatten, torch.nn.BatchNorm1d(108), RELU(), torch.nn.Linear(108, 2))
    with pytest.raises(InvalidNetwork, match=r"^2 \(BatchNorm1d\): stands behind a Flatten: put a Batch"):
        read_stages(normed, (8, 8, 2))
