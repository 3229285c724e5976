"""A model is read the same however it is written, and what is no chain is told."""

import pytest
import torch
from torch.nn import functional as F

from accelgen.errors import InvalidNetwork
from accelgen.nn.chain import read_steps


class Written(torch.nn.Module):
    """Functions and methods where there could be modules."""

    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(1, 4, 3)
        self.inner = torch.nn.Sequential(torch.nn.Linear(36, 8), torch.nn.ReLU())
        self.last = torch.nn.Linear(8, 2)

    def forward(self, x):
        x = F.max_pool2d(torch.relu(self.conv(x)), 2)
        x = F.dropout(x.view(x.size(0), -1), 0.2, self.training)
        return F.log_softmax(self.last(self.inner(x)), dim=1)


def test_functions_and_methods_are_layers():
    names = [type(step.module).__name__ for step in read_steps(Written())]
    assert names == [
        "Conv2d",
        "ReLU",
        "MaxPool2d",
        "Flatten",
        "Identity",
        "Linear",
        "ReLU",
        "Linear",
        "LogSoftmax",
    ]
    steps = read_steps(Written())
    assert steps[5].place == "inner.0 (Linear)" and steps[2].module.kernel_size == 2


class Branching(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = torch.nn.Linear(3, 3), torch.nn.Linear(3, 3)

    def forward(self, x):
        return self.b(self.a(x)) + x


class Deciding(Branching):
    def forward(self, x):
        return self.a(x) if x.sum() > 0 else self.b(x)


class Sorting(Branching):
    def forward(self, x):
        return torch.sort(self.a(x), descending=True)


class Skipping(Branching):
    def forward(self, x):
        self.a(x)
        return self.b(x)


@pytest.mark.parametrize(
    ("model", "message"),
    [
        (Branching(), "^add: the model is no chain: this reads not just what comes before it$"),
        (Skipping(), "^b: the model is no chain"),
        (
            Deciding(),
            "^the model cannot be traced .*: write it as an nn.Sequential, or without ifs on values$",
        ),
        (Sorting(), "^sort_1: sort does what no layer of a network does$|^sort: sort does"),
        (3, "^model: must be a torch module, not 3$"),
    ],
)
def test_what_is_no_chain_is_told(model, message):
    with pytest.raises(InvalidNetwork, match=message):
        read_steps(model)
