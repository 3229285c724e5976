import numpy as np

from accelgen.report.model_facts import Facts
from tests.tiny_networks import small_network


def test_accuracy_is_what_lies_on_the_diagonal():
    confusion = np.array([[3, 1], [0, 4]])
    facts = Facts(
        small_network(), "16 lanes", {"total": 1}, 1.0, None, [], ["a", "b"], "images", confusion, [], []
    )
    assert facts.accuracy == 7 / 8
