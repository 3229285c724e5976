import pytest

from accelgen import steps
from accelgen.errors import InvalidOption
from accelgen.rtl.datapath import Datapath
from accelgen.steps.hardware_file import HARDWARE_FILE, chosen, settled


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


def test_what_nobody_said_is_not_settled(network):
    path, write = network
    write("unrolled = true\n")
    assert settled(path, {"lanes": None, "weights": "rom"}) == {"unrolled": True, "weights": "rom"}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("lanes = ", "is not TOML: "),
        ("lane = 4", "lane: unknown; did you mean 'lanes'[?]$"),
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
