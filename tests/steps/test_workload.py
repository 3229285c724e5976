from accelgen.steps.workload import UnrolledWorkload
from tests.stand_ins import DENSE, SPIKES


def test_every_workload_counts_additions():
    assert (DENSE.operations, SPIKES.operations, UnrolledWorkload(7).operations) == (8.0, 2000.0, 7)


def test_json_has_the_names_of_the_fields():
    assert DENSE.to_json() == {
        "macs": 8.0,
        "weight_words": 2.0,
        "layers": [{"name": "a", "ideal_cycles": 1.5}, {"name": "b", "ideal_cycles": 0.5}],
    }
    assert UnrolledWorkload(7).to_json() == {"weights": 7}
    said = SPIKES.to_json()
    assert said["margin"] is None and said["clock_driven"] == {"weight_words": 160.0, "share": 0.25}
    assert list(said)[-3:] == ["layers", "weight_words", "clock_driven"]
