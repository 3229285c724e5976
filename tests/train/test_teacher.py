"""A teacher says the same of batches together and alone."""

import pytest
import torch
from torch.nn.functional import log_softmax

from accelgen.train.reference import build_float
from accelgen.train.teacher import AHEAD, Teacher
from tests.train.drawn import conv_recipe, floated, stripes, tiny_recipe


def alone(net, images, parts):
    return [log_softmax(net(net.encode(some)) / 2, 1) for some in images.split(parts)]


@pytest.mark.parametrize("parts", [[16, 16, 16, 16], [16, 9], [16]])
def test_batches_together_are_as_batches_alone(parts):
    net = build_float(floated(tiny_recipe()), 0).eval()
    images, teacher = stripes(sum(parts), 0).images, Teacher(net)
    with torch.no_grad():
        wanted = alone(net, images, parts)
    for _ in range(2):  # the second time it looks at all together, if it may
        found = teacher.softened(images, parts)
        assert all(map(torch.equal, found, wanted)) and len(found) == len(wanted)


def test_a_library_that_adds_up_otherwise_is_noticed(monkeypatch):
    net = build_float(floated(tiny_recipe()), 0).eval()
    images, parts, teacher = stripes(48, 0).images, [16, 16, 16], Teacher(net)
    real = Teacher._of

    def other_bits(self, images):
        return real(self, images) + (1e-3 if len(images) > 16 else 0)

    monkeypatch.setattr(Teacher, "_of", other_bits)
    with torch.no_grad():
        wanted = alone(net, images, parts)
    for _ in range(3):
        assert all(map(torch.equal, teacher.softened(images, parts), wanted))


def test_only_dense_layers_look_ahead():
    assert Teacher(build_float(floated(tiny_recipe()), 0)).ahead == AHEAD > 1
    assert Teacher(build_float(floated(conv_recipe()), 0)).ahead == 1
