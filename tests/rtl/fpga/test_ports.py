import pytest

from accelgen.errors import InvalidOption
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.fpga.ports import LinkPlan
from accelgen.rtl.hardware import hardware_of
from tests.tiny_networks import mnist_network, mnist_spiking_network


def test_the_numbers_of_a_link():
    link = LinkPlan(hardware_of(mnist_network(), Datapath()), "00" * 32, 25_000_000, 1_000_000)
    # 784 pixels of a bit, 16 of them a beat, behind 4 bytes of options.
    assert (link.beat_bytes, link.image_bytes, link.room) == (2, 4 + 49 * 2, 128)
    assert (link.divisor, link.silence, link.answer_words) == (25, 500_000, 12)
    assert not (link.spiking or link.loadable or link.early_stop)


@pytest.mark.parametrize(
    ("clock", "baud", "rule"),
    [
        (25_000_000, 1_000_000, ""),
        (12_000_000, 115_200, ""),
        (12_000_000, 0, "baud must be at least 1, not 0"),
        (12_000_000, 2_500_000, "a clock of 12000000 Hz cannot make 2500000 baud within 2 %"),
    ],
)
def test_a_clock_must_make_the_baud(clock, baud, rule):
    def made():
        return LinkPlan(hardware_of(mnist_network(), Datapath()), "00" * 32, clock, baud)

    if not rule:
        assert made().divisor == round(clock / baud)
        return
    with pytest.raises(InvalidOption, match=f"^{rule}$"):
        made()


def test_events_are_not_carried():
    hardware = hardware_of(mnist_spiking_network(events=True), Datapath())
    with pytest.raises(InvalidOption, match=r"^the link carries pixels, and this network takes events$"):
        LinkPlan(hardware, "00" * 32, 25_000_000, 1_000_000)


def test_a_pipeline_is_not_carried():
    hardware = hardware_of(mnist_network(), Datapath(unrolled=True, interval=1, sums="trees"))
    with pytest.raises(
        InvalidOption, match=r"^the link carries a word at a time, and this hardware has an interval$"
    ):
        LinkPlan(hardware, "00" * 32, 25_000_000, 1_000_000)
