import pytest

from accelgen.figures import Figure
from accelgen.report.card import Card
from accelgen.report.earlier import HARDWARE, MARK, mark
from accelgen.report.energy import energy_table
from accelgen.report.results import table

FORM = {"form": "unrolled", "library": "L", "voltage": "1 V", "clock": "2 MHz", "images": "3"}


@pytest.mark.parametrize(
    ("command", "conditions", "marked"),
    [
        ("accelgen sim m", {}, True),
        ("accelgen synth m", {"lanes": "3"}, True),
        ("accelgen power m", {HARDWARE: "ab"}, False),
        ("accelgen eval m", {}, False),
        ("c", {}, False),
    ],
)
def test_only_figures_of_hardware_that_nobody_noted_are_marked(command, conditions, marked):
    assert mark(Figure("n", 1, "bits", "lower", command, conditions)) == (MARK if marked else "")


@pytest.mark.parametrize(("noted", "sign"), [({HARDWARE: "ab"}, ""), ({}, MARK)], ids=["noted", "earlier"])
def test_tables_mark_what_is_of_an_earlier_engine(noted, sign):
    found = [
        Figure("accuracy", 0.5, "1", "higher", "accelgen eval m", {}),
        Figure("cycles_mean", 12.5, "cycles", "lower", "accelgen sim m", noted),
        Figure("tech_energy", 1.5, "nJ", "lower", "accelgen power m", FORM | noted),
    ]
    card = Card("m", "A model", "ab12", {figure.name: figure for figure in found}, [])
    assert f"| 50.00% |  |  |  |  | 12.5{sign} |  |  | 1.5 nJ, tech{sign} |" in table([card])
    assert f"| 1.50{sign} |" in energy_table([card])
