import numpy as np
import pytest

from accelgen.data import Images
from accelgen.errors import InvalidRequest
from accelgen.network import Task
from accelgen.steps.judged import check_classes, in_json, judged, said_of, task_of
from tests.network.test_task import one_layer

REGRESSION = one_layer(Task("regression", (0.5,), (1.0,)))
LABELS = one_layer(Task("labels", thresholds=(0, 0, 2)))
SCORES = np.array([[0, 1, 2], [2, -3, 1]])


def images(labels, labelled=True) -> Images:
    return Images(np.zeros((2, 8), np.uint8), np.array(labels), "x", True, labelled=labelled)


def test_scores_are_judged_where_somebody_knows_what_is_right():
    found = judged(REGRESSION, images(np.ones((2, 3))), SCORES)
    assert found.figures["rmse"] == pytest.approx(np.sqrt(np.mean((0.5 * SCORES) ** 2)))
    assert judged(REGRESSION, images(np.ones((2, 3)), labelled=False), SCORES) is None
    json = in_json(found, REGRESSION.task)
    assert json["task"] == "regression" and [one["name"] for one in json["outputs"]] == ["0", "1", "2"]
    assert in_json(None, REGRESSION.task) == {"task": "regression"} and in_json(None, None) == {}


def test_what_enters_a_reconstruction_is_right_for_it():
    network = one_layer(Task("reconstruction", (2.0,), (0.0,)), outputs=8)
    found = judged(network, images(np.zeros(2), labelled=False), np.full((2, 8), 3))
    assert found.figures == {"rmse": 6.0, "r2": None}


def test_without_what_is_right_it_is_said_what_the_network_says():
    assert [one.figures for one in said_of(LABELS, SCORES)] == [{"yes": 2}, {"yes": 1}, {"yes": 1}]
    assert said_of(REGRESSION, SCORES)[0].figures == {"least": 1.0, "mean": 1.5, "most": 2.0}


def test_classes_are_no_such_task():
    classes = one_layer(None)
    with pytest.raises(InvalidRequest, match="^one has classes, and no other task$"):
        task_of(classes)
    with pytest.raises(InvalidRequest, match="^the page is of networks with classes, and one is for labels$"):
        check_classes(LABELS, "the page")
    check_classes(classes, "the page")
