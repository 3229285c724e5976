import pytest

from accelgen.errors import ToolError
from accelgen.flows.measured import Cycles, Measured
from accelgen.rtl.datapath import Datapath
from bench import ours
from bench.networks import WORKS, build, images

WORK = WORKS[0]


@pytest.fixture
def measured(monkeypatch, tmp_path):
    """Return what is measured if the simulator reports so many mismatches; nothing is compiled."""

    def measure(mismatches: int, areas=lambda *a: {"ice40": {}}) -> dict:
        played = Measured(3, mismatches, Cycles(80, 90.5, 101), latency=99.0, error=0)
        monkeypatch.setattr(ours.verilator, "build", lambda *a, **k: None)
        monkeypatch.setattr(ours.verilator, "play", lambda *a, **k: played)
        monkeypatch.setattr(ours, "areas", areas)
        return ours.measure(build(WORK, 4), Datapath(lanes=4), images(WORK, 3), tmp_path)

    return measure


def test_clocks_are_those_of_the_simulator(measured, tmp_path):
    found = measured(0)
    assert (found["clocks"], found["latency"], found["checked"]) == (90.5, 99.0, "3 images, bit for bit")
    assert (tmp_path / "vectors" / "expected.bin").stat().st_size == 3 * 11 * 4


def test_a_wrong_score_of_ours_stops_the_comparison(measured):
    with pytest.raises(ToolError, match="^mlp_64_32_10_n8: 2 images differ from the golden model$"):
        measured(2)


def test_what_cannot_be_mapped_keeps_its_clocks(measured):
    def stopped(*_):
        raise ToolError("ecp5: stopped without a word")

    assert measured(0)["area"] == {"ice40": {}}
    found = measured(0, stopped)
    assert (found["clocks"], found["not_mapped"]) == (90.5, "ecp5: stopped without a word")
    assert "area" not in found
