import json

import numpy as np
import pytest

from accelgen.errors import InvalidNetwork
from accelgen.network import Dense, Network, PixelInput, Task, load, save
from accelgen.network.task import kind_of, score_names, words_of_result
from tests.network.test_file import dump_header
from tests.tiny_networks import block_sparse, spiking_network


def one_layer(task, outputs=3, inputs=8) -> Network:
    rng = np.random.default_rng(0)
    layer = Dense("only", block_sparse(rng, outputs, inputs), np.zeros(outputs, np.int32), None)
    return Network("one", PixelInput(inputs, 4), (layer,), {}, task)


def test_scores_become_numbers_again():
    task = Task("regression", scale=(0.5, -2), offset=(1, 0))
    assert task.values(np.array([[4, 3], [-2, 0]])).tolist() == [[3.0, -6.0], [0.0, 0.0]]
    assert task.formula() == "offset[i] + scale[i] * score"
    assert Task("regression", (0.5,), (-1.5,)).formula() == "-1.5 + 0.5 * score"


def test_scores_become_yes_or_no():
    task = Task("labels", thresholds=[0, -3, 7])
    assert task.values(np.array([[0, -4, 7], [-1, -3, 6]])).tolist() == [
        [True, False, True],
        [False, True, False],
    ]
    assert (task.formula(), Task("threshold", thresholds=(5,)).formula()) == (
        "score >= thresholds[i]",
        "score >= 5",
    )


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        (
            {"kind": "ranking"},
            "kind: must be 'labels' or 'regression' or 'reconstruction' or 'threshold', not",
        ),
        ({"kind": "regression"}, "scale: must be a list of numbers, not"),
        ({"kind": "regression", "scale": (0.0,), "offset": (1,)}, "scale: must not be zero"),
        (
            {"kind": "regression", "scale": (1e308,), "offset": (1,)},
            "scale: what a score of 32 bits stands for must be finite",
        ),
        (
            {"kind": "regression", "scale": (1, -8e298), "offset": (0, 1.7e308)},
            "scale: what a score of 32 bits stands for must be finite",
        ),
        ({"kind": "regression", "scale": (1, 2), "offset": (1,)}, "offset: must be 2 numbers, as scale is"),
        (
            {"kind": "regression", "scale": (float("nan"),), "offset": (1,)},
            "scale: must be finite numbers, not",
        ),
        (
            {"kind": "regression", "scale": (1,), "offset": (1,), "thresholds": (1,)},
            "thresholds: regression has a",
        ),
        ({"kind": "labels"}, "thresholds: must be a list of integers"),
        ({"kind": "labels", "thresholds": (0.5,)}, "thresholds: must be an integer of"),
        (
            {"kind": "threshold", "thresholds": (1,), "scale": (1,)},
            "scale and offset: threshold has thresholds",
        ),
    ],
)
def test_what_is_no_task_is_said(fields, message):
    with pytest.raises(InvalidNetwork) as error:
        Task(**fields)
    assert str(error.value).startswith(message)


@pytest.mark.parametrize(
    ("task", "message"),
    [
        (Task("threshold", thresholds=(0,)), "task: kind: a threshold is of one score, and there are 3"),
        (Task("labels", thresholds=(0,)), "task: thresholds: must be 3, one for each score, not 1"),
        (Task("regression", (1, 1), (0, 0)), "task: scale: must be one number or 3, not 2"),
        (
            Task("reconstruction", (1,), (0,)),
            "task: kind: a reconstruction gives as many scores as enter, 8, not 3",
        ),
        ("labels", "task: must be a Task or None, not 'labels'"),
    ],
)
def test_a_task_must_fit_its_network(task, message):
    with pytest.raises(InvalidNetwork) as error:
        one_layer(task)
    assert str(error.value) == message


def test_neurons_that_spike_have_classes_alone():
    network = spiking_network()
    with pytest.raises(InvalidNetwork, match="^task: labels needs layers that do not spike$"):
        Network("x", network.input, network.layers, {}, Task("labels", thresholds=(0,) * network.classes))


def test_a_result_ends_with_a_class_or_a_decision_or_a_score():
    found = [words_of_result(task, 3) for task in (None, Task("labels", thresholds=(0,) * 3))]
    assert found == [4, 3] and words_of_result(Task("threshold", thresholds=(0,)), 1) == 2
    assert [one_layer(None).results, one_layer(Task("regression", (1,), (0,))).results] == [4, 3]
    assert kind_of(None) == "classes" and "class 0 first" in score_names(None)


@pytest.mark.parametrize(
    "task", [Task("regression", (0.1, 2, 3), (0, 1e-3, -5)), Task("labels", thresholds=(1, 2, -3))]
)
def test_a_task_is_written_in_schema_4_and_read_again(task, tmp_path):
    path = tmp_path / "network.safetensors"
    save(one_layer(task), path)
    header = json.loads(dump_header(path))
    assert header["schema"] == 4 and "coding" not in header["input"] and header["task"]["kind"] == task.kind
    assert load(path).task == task
