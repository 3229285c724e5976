import pytest
from hypothesis import given
from hypothesis import strategies as st

from accelgen.errors import InvalidOption
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.lifetimes import Lifetime, check_chain, lifetimes, regions
from accelgen.rtl.plan import Plan
from accelgen.rtl.unrolled.plan import UnrolledPlan
from tests.skip import skip_network, skips
from tests.tiny_convolutions import conv_network
from tests.tiny_networks import small_network, spiking_network

__all__ = ["skips"]  # a fixture

#: What each layer reads: a chain, a residual block, and two branches of the input that meet.
CHAIN = [(-1,), (0,), (1,), (2,), (3,)]
RESIDUAL = [(-1,), (0,), (1,), (2, 0), (3,)]
BRANCHES = [(-1,), (-1,), (0,), (1,), (2, 3), (4,)]


@pytest.mark.parametrize(
    ("layers", "banks"),
    [(1, (0,)), (2, (0, 1)), (3, (0, 1, 2)), (4, (0, 1, 2, 1)), (7, (0, 1, 2, 1, 2, 1, 2))],
)
def test_a_chain_takes_three_banks_in_turn(layers, banks):
    assert regions([(number - 1,) for number in range(layers)]) == banks


def test_a_value_that_is_read_again_keeps_its_region():
    assert lifetimes(RESIDUAL) == [
        Lifetime(-1, 0),
        Lifetime(0, 3),  # what layer 0 gives waits until layer 3
        Lifetime(1, 2),
        Lifetime(2, 3),
        Lifetime(3, 4),
    ]
    # Value 2 is written while 0 waits and 1 is read: a third region. Value 3 then takes that of 1 again.
    assert regions(RESIDUAL) == (0, 1, 2, 3, 2)


def test_branches_live_side_by_side():
    assert regions(BRANCHES) == (0, 1, 2, 3, 1, 2)


def test_a_value_that_nobody_reads_lives_while_it_is_written():
    assert lifetimes([(-1,), (-1,), (1,)])[1] == Lifetime(0, 0)


@st.composite
def drawn_reads(draw):
    count = draw(st.integers(1, 12))
    return [tuple(draw(st.lists(st.integers(-1, n - 1), min_size=1, max_size=3))) for n in range(count)]


@given(drawn_reads())
def test_values_of_one_region_never_live_together(reads):
    lives, found = lifetimes(reads), regions(reads)
    for one in range(len(found)):
        assert (found[one] == 0) == (one == 0)
        for other in range(one):
            assert found[one] != found[other] or not lives[one].overlaps(lives[other])
    # No fewer regions would do, beside the input's: as many values live while some layer runs.
    for running in range(len(reads)):
        alive = sum(life.first <= running <= life.last for life in lives[1:])
        assert alive <= max(found)
    most = max(sum(life.first <= n <= life.last for life in lives[1:]) for n in range(len(reads)))
    assert max(found) == most


@pytest.mark.parametrize("network", [small_network(), conv_network(), spiking_network()])
def test_every_network_of_today_is_a_chain(network):
    check_chain(network)


@pytest.mark.parametrize("plan", [Plan, UnrolledPlan])
def test_hardware_refuses_what_is_no_chain(skips, plan):
    with pytest.raises(InvalidOption) as error:
        plan(skip_network(), Datapath())
    assert str(error.value) == (
        "layer 2 (c) of skips reads b and a, and the hardware runs layers that read the one before "
        "and nothing else"
    )
