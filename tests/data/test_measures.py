import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.data.measures import MOST_POINTS, areas, determination, measures, roc
from accelgen.network import Task


@given(st.lists(st.tuples(st.integers(-3, 3), st.booleans()), min_size=2, max_size=20))
def test_an_area_is_the_share_of_pairs_in_order(pairs):
    scores, right = np.array([one for one, _ in pairs]), np.array([yes for _, yes in pairs])
    (found,) = areas(scores[:, None], right[:, None])
    yes, no = scores[right], scores[~right]
    if not len(yes) or not len(no):
        assert found is None
        return
    wins = [(a > b) + (a == b) / 2 for a in yes for b in no]
    assert found == pytest.approx(np.mean(wins))


def test_determination_is_what_an_error_leaves_of_the_spread():
    wanted = np.array([[0.0, 5.0], [2.0, 5.0], [4.0, 5.0]])
    assert determination(wanted, wanted) == 1.0
    assert determination(np.full((3, 2), 2.0), wanted) == 0.0  # the second never changes, and counts not
    assert determination(wanted, np.ones((3, 2))) is None


@pytest.mark.parametrize("kind", ["regression", "reconstruction"])
def test_what_never_changes_has_no_spread_though_its_mean_is_rounded(kind):
    wanted = np.full((70, 1), 0.1)
    assert wanted.mean() != 0.1  # or nothing is tested here
    found = measures(Task(kind, (0.01,), (0.1,)), np.ones((70, 1), int), wanted, ["y"])
    assert found.main is None and found.figures["rmse"] == pytest.approx(0.01)


def test_a_regression_is_measured_in_the_units_of_its_outputs():
    task = Task("regression", (0.5, 0.5), (0.0, 1.0))
    found = measures(task, np.array([[2, 0], [4, 4]]), np.array([[1.0, 1.0], [2.0, 5.0]]), ["a", "b"])
    assert found.figures["rmse"] == pytest.approx(1.0)
    assert [one.name for one in found.outputs] == ["a", "b"]
    assert found.outputs[0].figures == {"rmse": 0.0, "r2": 1.0}
    assert found.main == found.figures["r2"] == pytest.approx((1 + 1 - 4 / 8) / 2)


def test_a_reconstruction_is_measured_in_codes():
    task = Task("reconstruction", (2.0, 20.0), (0.0, 0.0))
    found = measures(
        task, np.array([[1, 1], [2, 2]]), np.array([[2.0, 20.0], [6.0, 60.0]]), [], np.array([1, 10])
    )
    assert found.figures == {"rmse": pytest.approx(np.sqrt(2.0)), "r2": pytest.approx(0.5)}


def test_labels_have_areas_and_f1_each():
    task = Task("labels", thresholds=(0, 5))
    wanted = np.array([[1, 1], [0, 1], [1, 0]])
    found = measures(task, np.array([[3, 9], [-1, 4], [-2, 5]]), wanted, ["a", "b"])
    assert found.outputs[0].figures == {"auc": 0.5, "f1": pytest.approx(2 / 3)}
    assert found.outputs[1].figures == {"auc": 0.5, "f1": 0.5}
    assert found.figures == {"auc": 0.5, "f1": pytest.approx(7 / 12)}


def test_a_threshold_is_measured_where_it_is_and_where_others_would_be():
    scores, wanted = np.array([[5], [3], [2], [-1]]), np.array([1, 0, 1, 0])
    found = measures(Task("threshold", thresholds=(3,)), scores, wanted, ["no", "yes"])
    assert found.figures == {"auc": 0.75, "f1": 0.5, "sensitivity": 0.5, "specificity": 0.5, "threshold": 3.0}
    curve = [(one.threshold, one.false_positives, one.true_positives) for one in found.roc]
    assert curve == [(5, 0.0, 0.5), (3, 0.5, 0.5), (2, 0.5, 1.0), (-1, 1.0, 1.0)]


def test_a_long_curve_keeps_its_ends():
    found = roc(np.arange(1000), np.arange(1000) % 2 == 0)
    assert len(found) == MOST_POINTS and (found[0].threshold, found[-1].threshold) == (999, 0)
