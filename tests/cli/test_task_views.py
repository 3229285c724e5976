import numpy as np

from accelgen.cli.task_views import figures_line, meaning, tasked
from accelgen.data.measures import measures
from accelgen.network import Task
from accelgen.steps.evaluation import Evaluation
from accelgen.steps.judged import said_of
from tests.network.test_task import one_layer

THRESHOLD = Task("threshold", thresholds=(3,))
FOUND = measures(THRESHOLD, np.array([[5], [3], [2], [-1]]), np.array([1, 0, 1, 0]), ["no", "yes"])


def test_what_a_score_means_is_one_line():
    assert meaning(None) == {}
    assert meaning(THRESHOLD) == {"task": "threshold", "score": "score >= 3"}
    several = meaning(Task("regression", (1, 2), (0, 0)))["score"]
    assert several == "offset[i] + scale[i] * score, of each score i: --json shows all"
    assert figures_line(FOUND) == "AUC 0.75, F1 0.5, sensitivity 0.5, specificity 0.5, threshold 3"


def test_measures_come_with_the_curve(capsys):
    tasked(Evaluation("one", "dense", None, 4, "x", 1.0, task=THRESHOLD, measures=FOUND))
    shown = capsys.readouterr().out
    assert shown.startswith("one: AUC 0.75, F1 0.5") and "of no taken for yes" in shown and "50.00%" in shown


def test_without_measures_the_numbers_are_shown(capsys):
    network = one_layer(Task("regression", (0.5,), (1.0,)))
    said = said_of(network, np.array([[0, 1, 2], [2, -3, 1]]))
    tasked(Evaluation("one", "dense", None, 2, "x", 1.0, task=network.task, said=said))
    shown = capsys.readouterr().out
    assert "2 images (x), of which nobody says what is right" in shown and "least" in shown and "1.5" in shown
