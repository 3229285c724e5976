import pytest

from accelgen.data.described import Description
from accelgen.data.log_mel import FrontEnd
from accelgen.data.reading import Reading, filling


def test_what_is_right_has_no_problems():
    assert Reading().problems() == []
    assert Reading(("a", "b"), ("id",), "mean", 0.5, 0.5, 7, FrontEnd(), "labels").problems() == []


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"label": 3}, "label: "),
        ({"missing": "median"}, "missing: "),
        ({"test": 1.0}, "test: "),
        ({"validation": 0}, "validation: "),
        ({"seed": -1}, "seed: "),
        ({"task": "clustering"}, "task: "),
        ({"frontend": FrontEnd(frame=5)}, "frontend: frame: "),
    ],
)
def test_what_is_wrong_is_named(wrong, named):
    (problem,) = Reading(**wrong).problems()
    assert problem.startswith(named)


def test_labels_are_those_of_the_recipe_before_those_of_the_description():
    about = Description(label="kind")
    assert Reading().labels(about) == ("kind",) and Reading().labels(Description()) == ()
    assert Reading("b").labels(about) == ("b",) and Reading(("b", "c")).labels(about) == ("b", "c")
    assert Reading(task="reconstruction").labels(about) is None


def test_a_filling_that_is_a_number_is_one():
    assert filling("2.5") == 2.5 and filling("mean") == "mean"
