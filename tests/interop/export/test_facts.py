import json

import pytest

from accelgen.errors import InvalidRequest
from accelgen.interop.export.facts import facts_of
from accelgen.network import Coding, Network, Task, digest
from tests.interop.export.networks import with_task
from tests.tiny_networks import mnist_network, small_network


def test_classes_have_the_names_of_the_data_set():
    facts = facts_of(mnist_network())
    assert json.loads(facts["names"]) == list("0123456789") and facts["task"] == "classes"
    assert (
        facts["network_sha256"] == digest(mnist_network())
        and json.loads(facts["provenance"])["data"] == "mnist"
    )
    assert "scale" not in facts and "coding_offset" not in facts


def test_numbers_and_features_have_their_scale():
    facts = facts_of(with_task(Task("regression", (0.1,), (2.5,)), 2, Coding((0.25,), (2.0,))))
    assert (json.loads(facts["scale"]), json.loads(facts["offset"])) == ([0.1], [2.5])
    assert (json.loads(facts["coding_offset"]), json.loads(facts["coding_scale"])) == ([0.25], [2.0])
    assert json.loads(facts["coding_ends"]) == [0, 255]
    assert "thresholds" not in facts and all(isinstance(value, str) for value in facts.values())


def test_names_that_are_not_as_many_as_classes_are_refused():
    network = small_network()
    wrong = Network(network.name, network.input, network.layers, {"classes": "a, b"})
    with pytest.raises(InvalidRequest, match="must name 5 classes"):
        facts_of(wrong)
