from accelgen.flows.measured import Cycles, Measured
from accelgen.records import read_record, record


def test_what_was_measured_is_a_record():
    measured = Measured(3, 1, Cycles(1, 2.5, 4), first_mismatch=2)
    assert read_record(Measured, record(measured)) == measured
    assert (measured.latency, measured.error, measured.layer_cycles) == (None, None, ())
