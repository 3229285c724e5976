import pytest

from accelgen.train.recipe_tables import Augmentation, DataChoice, Schedule, SpikingChoice


@pytest.mark.parametrize("kind", [Augmentation, DataChoice, Schedule, SpikingChoice])
def test_the_defaults_are_right(kind):
    assert kind().problems() == []


def test_every_problem_of_a_table_is_named():
    found = Augmentation(rotation=90, crop=9, mirror=1).problems()
    assert [problem.split(":")[0] for problem in found] == ["rotation", "crop", "mirror"]


def test_the_price_of_activity_is_a_number_of_zero_to_ten():
    assert Schedule(activity=0.5).problems() == []
    assert Schedule(activity=11).problems() == ["activity: must be a number of 0 to 10, not 11"]


def test_a_precision_is_one_of_two():
    assert Schedule(precision="bfloat16").problems() == []
    (problem,) = Schedule(precision="float16").problems()
    assert problem.startswith("precision: must be ") and "'bfloat16'" in problem and "'float16'" in problem
