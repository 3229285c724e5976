import numpy as np
import pytest
import torch
from torch.nn.functional import cross_entropy

from accelgen.errors import InvalidRecipe
from accelgen.train.goals import Classes, Decisions, Numbers, goal_of

NAMES = ("a", "b")


def test_classes_weigh_what_is_said_or_what_makes_up_for_how_rare_they_are():
    right = np.array([0, 0, 0, 1])
    assert goal_of("classes", right, NAMES, "", alike=True).weights is None
    assert goal_of("classes", right, NAMES, "balanced", alike=True).weights.tolist() == pytest.approx(
        [2 / 3, 2]
    )
    goal = goal_of("classes", right, NAMES, [1, 3], alike=True)
    logits, wanted = torch.tensor([[1.0, 0.0], [2.0, 1.0]]), torch.tensor([0, 1])
    assert goal.loss(logits, wanted, 0) == cross_entropy(logits, wanted, torch.tensor([1.0, 3.0]))
    with pytest.raises(
        InvalidRecipe, match=r"^\[train\]: class_weights: must be 2, one for each of a, b, not 3$"
    ):
        goal_of("classes", right, NAMES, [1, 2, 3], alike=True)


def test_a_rare_yes_weighs_more():
    labels = goal_of("labels", np.array([[0, 1], [0, 1], [1, 1], [0, 0]]), NAMES, "balanced", alike=True)
    assert labels.weights.tolist() == pytest.approx([3, 1 / 3])
    assert goal_of("threshold", np.array([0, 0, 0, 1]), NAMES, "balanced", alike=True).weights.tolist() == [3]
    assert goal_of("threshold", np.array([0, 1]), NAMES, [2, 3], alike=True).weights.tolist() == [1.5]


def test_numbers_are_learned_in_units_of_their_spread_and_come_back():
    right = np.array([[0.0, 100.0], [4.0, 300.0]])
    goal = goal_of("regression", right, NAMES, "", alike=False)
    wanted = goal.wanted(right)
    assert wanted.tolist() == [[-1, -1], [1, 1]]
    scores = torch.tensor([[-10.0, -10.0], [10.0, 10.0]])
    assert goal.worth(scores, wanted, 0.1) == pytest.approx(1.0) and goal.worth(scores, wanted, 0.0) == 0.0
    task = goal.task(scores, wanted, 0.1)
    assert task.values(scores.numpy()) == pytest.approx(right)
    assert goal.loss(scores * 0.1, wanted, 0) == pytest.approx(0.0, abs=1e-12)


def test_what_never_changes_has_no_unit_of_its_own_though_its_mean_is_rounded():
    learned = np.column_stack([np.full(70, 0.1), np.arange(70.0)])
    assert learned[:, 0].mean() != 0.1  # or nothing is tested here
    goal = goal_of("regression", learned, ("a", "b"), "", alike=False)
    assert goal.spread[0] == 1.0 and abs(goal.wanted(learned)[:, 0]).max() < 1e-15


def test_pixels_have_one_unit():
    right = np.array([[0.0, 0.0], [2.0, 200.0]])
    goal = Numbers("reconstruction", right, alike=True)
    assert goal.spread[0] == goal.spread[1] == pytest.approx(np.sqrt((1 + 100**2) / 2))


def test_a_threshold_is_where_yes_and_no_are_right_together():
    scores, wanted = torch.tensor([[-8.0], [-3.0], [5.0], [9.0]]), torch.tensor([[0.0], [0.0], [1.0], [1.0]])
    goal = Decisions("threshold")
    assert goal.worth(scores, wanted, 1.0) == 1.0
    assert goal.task(scores, wanted, 1.0).thresholds == (1,)
    assert Decisions("labels").task(scores, wanted, 1.0).thresholds == (0,)


def test_accuracy_is_the_share_that_is_right_and_names_no_task():
    goal = Classes()
    scores, wanted = torch.tensor([[1.0, 2.0], [2.0, 2.0]]), torch.tensor([1, 1])
    assert goal.worth(scores, wanted, 1.0) == 0.5 and goal.task(scores, wanted, 1.0) is None
