import pytest

from accelgen import steps
from accelgen.errors import InvalidOption
from accelgen.rtl.datapath import Datapath
from accelgen.steps.hardware_file import HARDWARE_FILE, chosen, settled
from tests.tiny_networks import small_network


@pytest.fixture
def network(tmp_path):
    """Return the path of a network file, and a function that writes what is beside it."""
    return tmp_path / "network.safetensors", (tmp_path / HARDWARE_FILE).write_text


def test_nothing_said_is_the_default(network):
    assert chosen(network[0], {"lanes": None, "unrolled": None}) == Datapath()


def test_a_person_overrules_the_file_and_the_file_the_default(network):
    path, write = network
    write('lanes = 32\nweights = "ram"\n')
    assert chosen(path, {"lanes": None}) == Datapath(lanes=32, weights="ram")
    assert chosen(path, {"lanes": 8, "weights": None}) == Datapath(lanes=8, weights="ram")


def test_another_form_or_other_lanes_take_the_place_of_those_of_the_file(network):
    path, write = network
    write("pipelined = true\nlayer_lanes = [8, 4]\n")
    assert chosen(path, {}) == Datapath(pipelined=True, layer_lanes=(8, 4))
    assert chosen(path, {"lanes": 2}) == Datapath(pipelined=True, lanes=2)
    assert chosen(path, {"unrolled": False}) == Datapath()
    assert chosen(path, {"unrolled": True}) == Datapath(unrolled=True)
    write("unrolled = true\n")
    assert chosen(path, {"pipelined": True}) == Datapath(pipelined=True)


def test_how_gates_add_goes_with_the_gates(network):
    path, write = network
    write('pipelined = true\nlayer_lanes = [8, 0]\nsums = "cells"\n')
    assert chosen(path, {"layer_lanes": (0, 4)}).sums == "cells"
    for asked in ({"lanes": 4}, {"layer_lanes": (8, 4)}, {"unrolled": False}):
        assert chosen(path, asked).sums == "auto"
    write('unrolled = true\ninterval = 1\nstages = 5\nsums = "cells"\n')
    assert chosen(path, {"unrolled": False}) == Datapath()
    assert chosen(path, {"pipelined": True, "layer_lanes": (0, 4)}).sums == "cells"
    with pytest.raises(InvalidOption, match=r"hardware\.toml: interval: is of unrolled hardware"):
        write("interval = 1\n")
        chosen(path, {})


def test_what_nobody_said_is_not_settled(network):
    path, write = network
    write("unrolled = true\n")
    assert settled(path, {"lanes": None, "weights": "rom"}) == {"unrolled": True, "weights": "rom"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lanes = ", "is not TOML: "),
        ("lane = 4", "lane: unknown; did you mean 'lanes'[?]$"),
        ("layer_lanes = 4", r"layer_lanes: must be like \[\], not 4$"),
        ("lanes = true", "lanes: must be like 16, not True$"),
        ("lanes = 999", "lanes must be an integer of 1 to 256, not 999$"),
    ],
)
def test_a_wrong_file_is_named(network, text, message):
    path, write = network
    write(text)
    with pytest.raises(InvalidOption, match=f"{HARDWARE_FILE}: {message}"):
        chosen(path, {})


def test_hardware_is_built_as_the_model_says(home):
    (home / "models" / "small" / HARDWARE_FILE).write_text("unrolled = true\n")
    assert steps.rtl("small").manifest.unrolled
    assert steps.unrolled("small") and not steps.unrolled("pixels")
    assert not steps.rtl("small", unrolled=False).manifest.unrolled


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ('unrolled = true\nweights = "ram"\n', "weights cannot be 'ram'"),
        ("unrolled = true\nearly_stop = true\n", "no early stop and no clock-driven form"),
        ("unrolled = true\nlanes = 4\n", "no lanes"),
    ],
)
def test_a_file_is_blamed_for_options_that_do_not_go_together(tmp_path, text, sentence):
    (tmp_path / "hardware.toml").write_text(text)
    with pytest.raises(InvalidOption, match=rf"hardware\.toml: unrolled hardware has.*{sentence}"):
        chosen(tmp_path / "network.safetensors", {})


def test_lanes_are_not_asked_of_unrolled_hardware(tmp_path):
    network = tmp_path / "network.safetensors"
    with pytest.raises(InvalidOption, match="lanes and unrolled do not go together"):
        chosen(network, {"unrolled": True, "lanes": 4})
    (tmp_path / "hardware.toml").write_text("unrolled = true\n")
    with pytest.raises(InvalidOption, match="lanes and unrolled do not go together"):
        chosen(network, {"lanes": 4})
    assert chosen(network, {"lanes": 4, "unrolled": False}).lanes == 4


def test_a_file_is_blamed_for_lanes_of_more_or_fewer_layers_than_there_are(home, network):
    write = (home / "models" / "small" / HARDWARE_FILE).write_text
    count = len(small_network().layers)
    for lanes in ([4] * (count - 1), [4] * (count + 1)):
        write(f"pipelined = true\nlayer_lanes = {lanes}\n")
        message = rf"{HARDWARE_FILE}: layer_lanes: must hold lanes of {count} layers.* not of {len(lanes)}$"
        for asked in ({}, {"lanes": 4}, {"unrolled": True}):  # it is wrong whatever a person asks for
            with pytest.raises(InvalidOption, match=message):
                steps.rtl("small", **asked)
    write(f"pipelined = true\nlayer_lanes = {[4] * count}\n")
    assert steps.rtl("small").pace is not None
    (home / "models" / "small" / HARDWARE_FILE).unlink()
    with pytest.raises(InvalidOption, match="^lanes: small has"):  # what a person asks for is no file
        steps.rtl("small", pipelined=True, layer_lanes=(4,) * (count + 1))
