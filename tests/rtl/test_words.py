from accelgen.golden.spiking_vectors import END_OF_TIMESTEP
from accelgen.network.widths import RESULT_BITS
from accelgen.rtl.words import BEAT_BITS, EVENT_BITS


def test_the_highest_bit_of_an_event_ends_a_timestep():
    assert 1 << (EVENT_BITS - 1) == END_OF_TIMESTEP


def test_a_beat_holds_every_score():
    assert BEAT_BITS == RESULT_BITS
