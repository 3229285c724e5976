import pytest
from amaranth.hdl import Shape

from accelgen.rtl.counting import counter


@pytest.mark.parametrize(("states", "bits"), [(0, 1), (1, 1), (2, 1), (3, 2), (4, 2), (5, 3)])
def test_a_counter_has_a_bit_at_least(states, bits):
    assert Shape.cast(counter(states)).width == bits
