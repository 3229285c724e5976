import pytest

from accelgen.network import EventInput, Network
from accelgen.rtl.manifest import describe
from accelgen.rtl.options import Datapath
from accelgen.rtl.plan import Plan
from accelgen.rtl.snn.plan import SpikingPlan
from accelgen.rtl.tables import tables
from accelgen.rtl.unrolled.plan import UnrolledPlan
from tests.build import small_conv_network, small_network, spiking_network


def described(network, **options):
    plan = (SpikingPlan if network.spiking else Plan)(network, Datapath(lanes=4, **options))
    return describe(plan, tables(plan), "0" * 64)


def test_a_dense_manifest_knows_nothing_of_time():
    found = described(small_network())
    assert found["kind"] == "dense" and "stream" not in found and "timesteps_max" not in found
    assert found["input"] == {"pixels": 30, "pixel_bits": 3, "pixels_per_beat": 4, "beats": 8, "width": 16}


@pytest.mark.parametrize("readout", ["membrane", "count"])
def test_a_spiking_manifest_says_how_time_is_spent(readout):
    found = described(spiking_network(readout=readout), early_stop=True)
    assert (found["kind"], found["stream"], found["readout"]) == ("spiking", "pixels", readout)
    assert found["timesteps_max"] == 16 and found["early_stop"]
    assert found["input"]["encoder"] == "dither"
    assert found["layers"][0]["threshold"] == 9 and found["layers"][0]["leak"] == 2
    assert ("threshold" in found["layers"][2]) == (readout == "count")


def test_every_memory_is_listed():
    names = [memory["name"] for memory in described(spiking_network())["memories"]]
    banks = [f"activations{number}" for number in range(3)]
    assert names == ["codes", "index", "bias", *banks, "membranes", "pixels"]
    network = spiking_network(integration="discontinuous")
    names = [memory["name"] for memory in described(network, stream="events")["memories"]]
    assert "membranes" not in names and names[-1] == "events"


def test_an_event_address_is_described():
    network = Network("n", EventInput(6, 5, 1), spiking_network().layers)
    assert described(network)["input"] == {
        "inputs": 30,
        "block": 4,
        "position_bits": 2,
        "blocks": 8,
        "width": 32,
    }


def test_an_unrolled_manifest_has_layers_without_passes():
    network = small_network()
    found = describe(UnrolledPlan(network, Datapath(unrolled=True)), [], "0" * 64)
    assert found["unrolled"] and found["memories"] == [] and "lanes" not in found
    assert found["input"] == {"pixels": 30, "pixel_bits": 3, "pixels_per_beat": 21, "beats": 2, "width": 64}
    assert all("passes" not in layer and layer["kept_blocks"] for layer in found["layers"])
    assert not described(network)["unrolled"] and described(network)["layers"][0]["passes"]


def test_a_convolution_is_described_with_its_window_and_its_flags():
    network = small_conv_network()
    found = described(network)
    assert found["input"] == {"pixels": 60, "pixel_bits": 3, "pixels_per_beat": 1, "beats": 60, "width": 8}
    first, second, dense, _ = found["layers"]
    assert first["window"] == {
        "height": 6,
        "width": 5,
        "channels": 2,
        "kernel": 3,
        "stride": 1,
        "padding": 1,
        "pool": 2,
    }
    assert (first["channels"], first["channels_per_word"], second["channels_per_word"]) == (5, 1, 2)
    # A pass for each block row of each pixel that is looked at: 6 x 4 of them, then 2 x 2.
    assert (first["passes"], second["passes"], dense["passes"]) == (24 * 2, 4 * 2, 2)
    assert "window" not in dense
    sizes = {memory["name"]: (memory["depth"], memory["width"]) for memory in found["memories"]}
    assert sizes["activations0"] == (60, 3) and sizes["activations1"] == (18, 9)
    assert sizes["flags0"] == (12, 5) and sizes["flags1"] == (9, 2) and "flags2" not in sizes
