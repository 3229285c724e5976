import pytest

from accelgen.errors import DataError
from accelgen.figures import Figure, read_figures, write_figures

CYCLES = Figure("cycles", 4000.5, "cycle", "lower", "make sim", {"lanes": "16"})


def test_figures_come_back_as_they_went():
    speed = Figure("speed", 12, "image/s", "higher", "make sim")
    assert read_figures(write_figures([CYCLES, speed])) == {"cycles": CYCLES, "speed": speed}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"value": True}, "figure 'cycles': value must be a number, not True"),
        ({"unit": ""}, "figure 'cycles': unit must be text, not ''"),
        ({"better": "more"}, "figure 'cycles': better must be 'higher' or 'lower', not 'more'"),
    ],
)
def test_a_figure_without_its_facts_is_refused(change, message):
    with pytest.raises(DataError, match=f"^figure 0: {message}$"):
        read_figures([write_figures([CYCLES])[0] | change])


def test_an_unknown_field_is_refused():
    with pytest.raises(DataError, match="^figure 0: does not have the fields of a figure"):
        read_figures([{"colour": "blue"}])


def test_a_name_stands_for_one_figure():
    with pytest.raises(DataError, match="^figure 1: 'cycles' is there twice$"):
        read_figures(write_figures([CYCLES, CYCLES]))
