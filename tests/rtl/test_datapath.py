import numpy as np
import pytest

from accelgen.errors import InvalidOption
from accelgen.rtl.datapath import Datapath, beat_width, check_together


@pytest.mark.parametrize("lanes", [0, -4, 257, 16.0, "16", True])
def test_lanes_have_a_range(lanes):
    with pytest.raises(InvalidOption) as error:
        Datapath(lanes=lanes)
    assert str(error.value) == f"lanes must be an integer of 1 to 256, not {lanes!r}"


def test_weights_are_rom_or_ram():
    with pytest.raises(InvalidOption, match="^weights must be 'rom' or 'ram', not 'flash'$"):
        Datapath(weights="flash")


def test_integers_of_numpy_are_integers():
    made = Datapath(lanes=np.int64(4))
    assert made == Datapath(lanes=4) and type(made.lanes) is int


@pytest.mark.parametrize("name", ["early_stop", "unrolled", "skip_zeros", "pipelined"])
def test_a_choice_is_true_or_false(name):
    with pytest.raises(InvalidOption, match=f"^{name} must be True or False, not 'no'$"):
        Datapath(**{name: "no"})


def test_words_are_words():
    with pytest.raises(InvalidOption, match="^stream must be 'auto', 'pixels' or 'events', not array"):
        Datapath(stream=np.array(["pixels", "auto"]))


@pytest.mark.parametrize("width", [-8, 4, 24, 2048, 32.0, True, "32"])
def test_a_stream_is_a_power_of_two_wide(width):
    with pytest.raises(InvalidOption, match="^tdata_width must be a power of two of 8 to 1,024, not "):
        Datapath(tdata_width=width)


def test_a_beat_has_whole_bytes_or_what_was_asked_for():
    assert [beat_width(bits, 0, "x") for bits in (1, 8, 9)] == [8, 8, 16] and beat_width(9, 32, "x") == 32
    with pytest.raises(InvalidOption, match="^tdata_width must be at least 9 for x, whose input beats have "):
        beat_width(9, 8, "x")


@pytest.mark.parametrize(("name", "most"), [("interval", "1,024"), ("stages", "64")])
@pytest.mark.parametrize("value", [-1, 1025, 1.0, True, "1"])
def test_clocks_and_ranks_are_integers(name, most, value):
    with pytest.raises(InvalidOption, match=f"^{name} must be an integer of 0 to {most}, not "):
        Datapath(**{name: value})


def test_sums_are_of_three_kinds_or_chosen():
    with pytest.raises(
        InvalidOption, match="^sums must be 'auto', 'trees', 'chains' or 'cells', not 'adders'$"
    ):
        Datapath(sums="adders")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"interval": 1}, "interval: is of unrolled hardware, and this is folded"),
        ({"sums": "chains"}, "sums: is of unrolled hardware, and this is folded"),
        ({"pipelined": True, "interval": 1}, "interval: is of unrolled hardware, and this is pipelined"),
        ({"pipelined": True, "unrolled": True}, "hardware is pipelined or unrolled, not both"),
        (
            {"layer_lanes": (4, 4)},
            "lanes of each layer are of pipelined hardware, in which a layer has its own",
        ),
        (
            {"pipelined": True, "layer_lanes": (0, 0)},
            "lanes: a pipeline has a layer with lanes; ask for unrolled hardware instead",
        ),
        (
            {"pipelined": True, "layer_lanes": (4, 0), "weights": "ram"},
            "an unrolled layer has its weights in its gates: weights cannot be 'ram'",
        ),
        (
            {"pipelined": True, "layer_lanes": (4, 0), "layer_units": (1, 2)},
            "lanes: an unrolled layer is there once, and has no engines",
        ),
        (
            {"pipelined": True, "layer_lanes": (4, 4), "sums": "cells"},
            "sums: is of unrolled hardware, and this is pipelined",
        ),
        ({"unrolled": True, "stages": 3}, "stages are of a pipeline: they need an interval"),
    ],
)
def test_options_of_a_form_are_refused_with_another(options, message):
    with pytest.raises(InvalidOption, match=f"^{message}$"):
        check_together(Datapath(**options))


def test_lanes_of_layers_are_lanes_each():
    made = Datapath(pipelined=True, layer_lanes=[np.int64(4), 2])
    assert made.layer_lanes == (4, 2) and type(made.layer_lanes[0]) is int and not made.folded
    assert Datapath(pipelined=True, layer_lanes=(4, 0)).describe() == (
        "pipelined, 4 + unrolled lanes, tables in rom"
    )
    with pytest.raises(InvalidOption, match="^lanes must be an integer of 1 to 256, not -1$"):
        Datapath(layer_lanes=(4, -1))
    with pytest.raises(InvalidOption, match="^layer_lanes must be a tuple of integers, not 4$"):
        Datapath(layer_lanes=4)


def test_options_say_how_hardware_is_built():
    said = {
        "16 lanes, tables in rom": Datapath(),
        "pipelined, 8 + 4 lanes, tables in ram": Datapath(pipelined=True, layer_lanes=(8, 4), weights="ram"),
        "pipelined, 16 lanes a layer, tables in rom": Datapath(pipelined=True),
        "unrolled, an image each clock": Datapath(unrolled=True, interval=1),
    }
    assert list(said) == [datapath.describe() for datapath in said.values()]


def test_engines_of_a_layer_are_as_many_as_lanes_are_given_for():
    made = Datapath(pipelined=True, layer_lanes=(8, 4), layer_units=[2, 1])
    assert made.layer_units == (2, 1) and made.describe() == "pipelined, 2x8 + 4 lanes, tables in rom"
    assert Datapath(pipelined=True, layer_lanes=(8, 4), layer_units=(1, 1)).layer_units == ()
    for units in ((2,), (2, 0), (2, True)):
        with pytest.raises(InvalidOption, match="^layer_units must be as many as layer_lanes, of at least 1"):
            Datapath(pipelined=True, layer_lanes=(8, 4), layer_units=units)
    with pytest.raises(InvalidOption, match="^layer_units must be a tuple of integers, not 2$"):
        Datapath(pipelined=True, layer_lanes=(8, 4), layer_units=2)
