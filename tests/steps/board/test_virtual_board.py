from contextlib import contextmanager

import pytest

from accelgen.errors import InvalidOption
from accelgen.steps import host
from accelgen.steps.board.virtual_board import virtual_board


def test_a_simulated_device_loads_its_tables_and_classifies_as_the_golden_model(
    simulated_digits, images, monkeypatch
):
    monkeypatch.setattr("accelgen.flows.verilator._verilate", None)  # what is built is not built again
    said = []
    heard = host("digits", simulate=True, images=4, say=said.append)
    assert (heard.images, heard.mismatches, heard.crc_errors) == (4, 0, 0)
    assert heard.hardware == "simulated: 10 lanes, tables in ram" and heard.clock_mhz == 4
    assert all(answer.cycles > 0 for answer in heard.answers)
    assert said[0].startswith("building digits in Verilator, in ")


def test_a_model_that_does_not_fit_a_board_is_not_simulated_as_on_it(home):
    with pytest.raises(InvalidOption, match=r"^events does not fit icebreaker: the link carries pixels"):
        with virtual_board("events", board="icebreaker"):
            raise AssertionError("it runs")


@pytest.fixture
def unbuilt(monkeypatch):
    """Nothing is built; what would be is noted."""
    noted = {}

    @contextmanager
    def running(program, **line):
        noted.update(line)
        yield "/dev/pts/77"

    def build(verilog, top, out):
        noted.update(text=verilog.read_text())

    monkeypatch.setattr("accelgen.steps.board.virtual_board.build_device", build)
    monkeypatch.setattr("accelgen.steps.board.virtual_board.running_device", running)
    return noted


def test_a_spiking_network_can_stop_early_and_hardware_can_be_that_of_a_board(home, unbuilt):
    with virtual_board("pixels", board="icebreaker") as found:
        assert found.hardware.startswith("simulated: ") and found.hardware.endswith(", as on icebreaker")
        assert (found.port, found.tables) == ("/dev/pts/77", None)
    assert unbuilt["divisor"] == 4 and unbuilt["silence"] == 80_000 and "margin" in unbuilt["text"]
