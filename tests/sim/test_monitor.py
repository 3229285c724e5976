import pytest

from sim.monitor import LOAD, LONG, MARK, RANGE, SHORT, Broken, Rules

PIXELS = {"beats": 2, "used": 6, "used_last": 4}
EVENTS = {"events": {"inputs": 7, "block": 3, "position_bits": 2}}


class Ports:
    """What the ports show, cycle by cycle."""

    def __init__(self, shape=PIXELS, results=2, load=0, **options):
        self.rules = Rules(shape, results, load, **options)

    def cycle(self, **seen):
        """Show some ports; those that are not named are 0."""
        self.rules.step(dict.fromkeys(self.rules.ports, 0) | seen)

    def beat(self, stream, data, last=0, **others):
        """Let a stream take a beat."""
        beat = {"tvalid": 1, "tready": 1, "tdata": data, "tlast": last}
        self.cycle(**{f"{stream}_{name}": value for name, value in beat.items()}, **others)


def image(ports):
    ports.beat("s_axis", 1)
    ports.beat("s_axis", 2, 1)


def test_an_image_and_its_result_break_no_rule():
    ports = Ports()
    for _ in range(2):
        image(ports)
        ports.cycle(m_axis_tvalid=1, m_axis_tdata=7)
        ports.beat("m_axis", 7)
        ports.beat("m_axis", 1, 1)


@pytest.mark.parametrize("port", ["s_axis_tready", "m_axis_tvalid", "m_axis_tready", "error", "error_clear"])
def test_nothing_is_unknown_after_reset(port):
    with pytest.raises(Broken, match="unknown"):
        Ports().cycle(**{port: None})


def test_an_offer_is_known_and_stays():
    for second, word in [
        ({"m_axis_tdata": None}, "unknown"),
        ({"m_axis_tdata": 4}, "changes"),
        ({}, "withdrawn"),
    ]:
        ports = Ports()
        image(ports)
        ports.cycle(m_axis_tvalid=1, m_axis_tdata=3)
        with pytest.raises(Broken, match=word):
            ports.cycle(m_axis_tvalid=int(bool(second)), **second)


def test_tlast_belongs_on_the_class():
    ports = Ports()
    image(ports)
    with pytest.raises(Broken, match="tlast is 1 on beat 0 of 2"):
        ports.beat("m_axis", 0, 1)
    ports = Ports()
    image(ports)
    ports.beat("m_axis", 0)
    with pytest.raises(Broken, match="tlast is 0 on beat 1 of 2"):
        ports.beat("m_axis", 0)


def test_there_is_no_result_without_an_image():
    with pytest.raises(Broken, match="without an image"):
        Ports().beat("m_axis", 0)
    ports = Ports()
    image(ports)
    ports.beat("m_axis", 0)
    ports.beat("m_axis", 0, 1)
    with pytest.raises(Broken, match="without an image"):
        ports.beat("m_axis", 0)


FAULTS = [
    ([(1, 1)], SHORT),
    ([(1, 0), (1, 0)], LONG),
    ([(1 << 6, 0)], RANGE),
    ([(1, 0), (1 << 4, 1)], RANGE),
]


@pytest.mark.parametrize(("beats", "error"), FAULTS)
def test_a_bad_frame_raises_its_error_until_it_is_cleared_and_gives_no_result(beats, error):
    ports = Ports()
    for data, last in beats:
        ports.beat("s_axis", data, last)
    with pytest.raises(Broken, match=f"error is 0, and should be {error}"):
        ports.cycle()
    ports.cycle(error=error)
    ports.cycle(error=error, error_clear=1)
    with pytest.raises(Broken, match=f"error is {error}, and should be 0"):
        ports.cycle(error=error)
    if beats[-1][1]:
        with pytest.raises(Broken, match="without an image"):
            ports.beat("m_axis", 0)


def test_an_error_in_the_cycle_of_a_clear_stays():
    ports = Ports()
    ports.beat("s_axis", 1, 1, error_clear=1)
    ports.cycle(error=SHORT)


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ([(8, 0), (MARK, 1)], 0),
        ([(3, 0)], RANGE),
        ([(9, 0)], RANGE),
        ([(MARK | 1, 0)], RANGE),
        ([(1, 1)], SHORT),
        ([(MARK, 0)] * 16 + [(MARK, 1)], LONG),
    ],
)
def test_samples_of_events_are_judged_too(words, error):
    ports = Ports(EVENTS)
    for data, last in words:
        ports.beat("s_axis", data, last)
    ports.cycle(error=error)
    assert ports.rules.good == (error == 0)


def test_tables_of_the_wrong_length_raise_their_error():
    ports = Ports(load=2)
    ports.beat("l_axis", 0)
    ports.beat("l_axis", 0, 1)
    ports.cycle()
    ports.beat("l_axis", 0, 1)
    ports.cycle(error=LOAD)
    ports.beat("l_axis", 0, error=LOAD, error_clear=1)
    ports.beat("l_axis", 0)
    ports.beat("l_axis", 0, 1, error=LOAD)


def test_a_reset_forgets():
    ports = Ports()
    ports.beat("s_axis", 1, 1)
    ports.rules.reset()
    ports.cycle()
