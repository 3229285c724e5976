"""A number is read again when it was written, or when its tensor is another, and not otherwise."""

import torch

from accelgen.train.held import Held


class Counted(torch.Tensor):
    """A tensor that counts how often it was asked."""

    asked = 0

    def item(self):
        Counted.asked += 1
        return super().item()


def test_a_number_is_read_once_until_it_changes():
    held, tensor = Held(), torch.tensor(3).as_subclass(Counted)
    Counted.asked = 0
    assert [held.of(tensor) for _ in range(5)] == [3] * 5 and Counted.asked == 1
    tensor.fill_(4)
    assert [held.of(tensor) for _ in range(5)] == [4] * 5 and Counted.asked == 2
    assert held.of(torch.tensor(7)) == 7
