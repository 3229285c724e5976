import pytest

from accelgen.train.choices import Augmentation, DataChoice, Schedule, SpikingChoice
from accelgen.train.layer_choices import LayerChoice


@pytest.mark.parametrize("kind", [Augmentation, DataChoice, Schedule, SpikingChoice])
def test_the_defaults_are_right(kind):
    assert kind().problems() == []


def test_every_problem_of_a_table_is_named():
    found = LayerChoice(0, weight_bits=5, compression=3).problems()
    assert [problem.split(":")[0] for problem in found] == ["outputs", "weight_bits", "compression"]


def test_the_price_of_activity_is_a_number_of_zero_to_ten():
    assert Schedule(activity=0.5).problems() == []
    assert Schedule(activity=11).problems() == ["activity: must be a number of 0 to 10, not 11"]


def test_a_layer_counts_its_last_columns_although_they_are_short():
    assert LayerChoice(10, block_in=16).columns(784) == 49 and LayerChoice(10, block_in=16).columns(785) == 50
