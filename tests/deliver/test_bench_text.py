import pytest

from accelgen.deliver.bench_text import aligned, filled, module_name, patience, settings
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import generate
from tests.tiny_convolutions import conv_network
from tests.tiny_networks import small_network, spiking_network


def test_marks_are_filled_in_in_their_order():
    assert filled("@A@ of @B@", {"A": "@B@ @B@", "B": 3}) == "3 3 of 3"


def test_comments_stand_below_each_other():
    assert (
        aligned([("a;", "one"), ("long;", "two"), ("b;", "")]) == "  a;     // one\n  long;  // two\n  b;\n"
    )


def test_a_word_of_verilog_is_escaped():
    assert module_name("small") == "\\small" and module_name("camera") == "camera"


@pytest.mark.parametrize(
    ("network", "cycles"), [(small_network(), 2_000), (conv_network(), 20_000), (spiking_network(), 20_000)]
)
def test_a_bench_waits_for_longer_than_an_image_takes(network, cycles):
    manifest = generate(network, Datapath(lanes=1)).manifest
    assert cycles < patience(manifest) < 1 << 31


def test_settings_are_those_of_the_samples():
    manifest = generate(spiking_network(), Datapath(early_stop=True)).manifest
    (first, second) = settings(manifest, {"last_timestep": 4, "margin": 9})
    assert first[:2] == ("last_timestep", 4) and second[:2] == ("margin", 9)
