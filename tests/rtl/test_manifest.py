import hashlib
import json
import re
from dataclasses import fields, replace
from importlib.metadata import version

import pytest

from accelgen.errors import DataError, InvalidRequest
from accelgen.flows.yosys import YOSYS
from accelgen.network import EventInput, Integrator, Network, Synapse
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.emit import generate
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.manifest import Manifest, manifest_of
from tests.tiny_convolutions import small_conv_network
from tests.tiny_networks import lasting, small_network, spiking_network


def described(network, **options):
    options = {"lanes": 4} | options
    return manifest_of(hardware_of(network, Datapath(**options)), "0" * 64, "module").to_json()


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


def test_a_readout_that_integrates_is_described():
    network = replace(spiking_network(), readout=Integrator(4, 3, "max"))
    found = described(network)
    assert found["readout"] == "membrane"
    assert found["integrator"] == {"leak": 4, "multiplier": 3, "score": "max"}
    assert Manifest.from_json(found).integrator == network.readout
    assert "integrator" not in described(spiking_network())


def test_currents_that_last_are_described_where_they_do():
    network = lasting(spiking_network(readout="count"), Synapse(3, 5), None)
    found = described(network)
    assert found["layers"][0]["synapse"] == {"leak": 3, "multiplier": 5}
    assert "synapse" not in found["layers"][1]
    assert Manifest.from_json(found).layers[0].synapse == Synapse(3, 5)
    assert {"membranes", "potentials"} <= {memory["name"] for memory in found["memories"]}


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
    found = described(network, unrolled=True)
    assert (
        found["unrolled"] and found["form"] == "unrolled" and found["memories"] == [] and "lanes" not in found
    )
    assert found["input"] == {"pixels": 30, "pixel_bits": 3, "pixels_per_beat": 21, "beats": 2, "width": 64}
    assert all("passes" not in layer and layer["kept_blocks"] for layer in found["layers"])
    spiking = Manifest.from_json(described(spiking_network(), unrolled=True, interval=2, stages=7))
    assert (spiking.stream, spiking.timesteps_max, spiking.early_stop, spiking.readout) == (
        *("pixels", 16, False, "membrane"),
    )
    assert (spiking.interval, spiking.stages, spiking.words_per_beat) == (2, 7, 6) and not spiking.memories
    assert spiking.describe() == "unrolled, a timestep each clock, an image in at most 2 beats"
    assert not described(network)["unrolled"] and described(network)["layers"][0]["passes"]


def test_a_pipeline_says_how_close_images_are_and_how_wide_its_beats():
    options = {"unrolled": True, "interval": 2}
    found = described(small_network(), **options)
    assert (found["interval"], found["stages"]) == (2, 4) and "sums" not in found
    assert found["input"] == {"pixels": 30, "pixel_bits": 3, "pixels_per_beat": 15, "beats": 2, "width": 48}
    assert {port["name"]: port["width"] for port in found["ports"]}["m_axis_tdata"] == 32 * 6
    assert Manifest.from_json(found).words_per_beat == 6
    assert described(small_network(), sums="cells", stages=7, **options)["sums"] == "cells"
    slow = described(small_network(), unrolled=True)
    assert "interval" not in slow and Manifest.from_json(slow).words_per_beat == 1


def test_a_pipeline_is_described_by_the_lanes_of_each_layer():
    found = described(small_network(), pipelined=True, layer_lanes=(4, 3, 2), skip_zeros=False)
    assert (found["form"], found["lanes"], found["layer_lanes"]) == ("pipelined", 9, [4, 3, 2])
    made = Manifest.from_json(found)
    assert (
        made.engine == (9, (4, 3, 2), (1, 1, 1), False)
        and made.describe() == "pipelined, 4 + 3 + 2 lanes, tables in rom"
    )
    assert [layer.passes for layer in made.layers] == [4 * 2, 3 * 2, 3]
    assert not {"layer_lanes", "layer_units"} & described(small_network()).keys()
    shared = {"layer_lanes": (4, 3, 2), "layer_units": (2, 3, 1)}
    several = Manifest.from_json(described(small_network(), pipelined=True, **shared))
    assert several.lanes == 2 * 4 + 3 * 3 + 2 and several.engine.layer_units == (2, 3, 1)
    assert several.describe() == "pipelined, 2x4 + 3x3 + 2 lanes, tables in rom"


def test_an_engine_has_lanes_and_an_image_has_beats_or_it_is_said():
    made = Manifest.from_json(described(small_network(), lanes=2, skip_zeros=False))
    assert made.engine == (2, (2, 2, 2), (1, 1, 1), False) and made.pixel_beats is made.input
    unrolled = Manifest.from_json(described(small_network(), unrolled=True))
    with pytest.raises(InvalidRequest, match=f"^{unrolled.name} is unrolled: it has no engine with lanes$"):
        unrolled.engine  # noqa: B018
    events = Manifest.from_json(described(Network("n", EventInput(6, 5, 1), spiking_network().layers)))
    with pytest.raises(InvalidRequest, match="^n takes events, not pixels$"):
        events.pixel_beats  # noqa: B018


def test_a_convolution_is_described_with_its_window_and_its_flags():
    network = small_conv_network()
    found = described(network)
    assert (found["kind"], found["form"]) == ("convolutional", "folded")
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


FORMS = {
    "dense": (small_network(), {}),
    "loaded": (small_network(), {"weights": "ram"}),
    "clocked": (small_network(), {"skip_zeros": False}),
    "unrolled": (small_network(), {"unrolled": True}),
    "pipeline": (small_network(), {"unrolled": True, "interval": 1, "stages": 5, "sums": "cells"}),
    "conv": (small_conv_network(), {}),
    "conv_loaded": (small_conv_network(), {"weights": "ram"}),
    "spiking": (spiking_network(), {}),
    "spiking_loaded": (spiking_network(readout="count"), {"weights": "ram", "early_stop": True}),
    "events": (spiking_network(), {"stream": "events"}),
    "events_stopping": (spiking_network(), {"stream": "events", "early_stop": True, "weights": "ram"}),
}


@pytest.fixture(scope="module")
def generated():
    """What is generated of each form."""
    return {
        form: generate(network, Datapath(lanes=4, **options)) for form, (network, options) in FORMS.items()
    }


@pytest.fixture(scope="module")
def verilog_ports(generated, tmp_path_factory):
    """Direction and width of each port of each form, by name, as Yosys reads them in the Verilog."""
    folder, script = tmp_path_factory.mktemp("ports"), []
    for form, made in generated.items():
        (folder / f"{form}.v").write_text(made.verilog)
        script += ["design -reset", f"read_verilog -sv {form}.v", "proc", f"write_json {form}.json"]
    YOSYS.run(["-q", "-p", "; ".join(script)], cwd=folder, log=folder / "yosys.log")
    found = {}
    for form, made in generated.items():
        module = json.loads((folder / f"{form}.json").read_text())["modules"][made.manifest.top]
        found[form] = {name: (p["direction"], len(p["bits"])) for name, p in module["ports"].items()}
    return found


@pytest.mark.parametrize("form", FORMS)
def test_the_ports_are_those_of_the_verilog(generated, verilog_ports, form):
    ports = generated[form].manifest.ports
    assert {port.name: (port.direction, port.width) for port in ports} == verilog_ports[form]
    assert len({port.name for port in ports}) == len(ports) and all(port.meaning for port in ports)
    roles = {role: [port.name for port in ports if port.role == role] for role in ("clock", "reset")}
    assert roles == {"clock": ["clk"], "reset": ["rst"]}
    verilog = generated[form].verilog
    assert re.search(r"posedge clk\b", verilog) and "negedge" not in verilog


@pytest.mark.parametrize("form", FORMS)
def test_a_manifest_survives_its_file(generated, form, tmp_path):
    made = generated[form].manifest
    (tmp_path / "manifest.json").write_text(made.text())
    assert Manifest.read(tmp_path / "manifest.json") == made
    assert made.verilog_sha256 == hashlib.sha256(generated[form].verilog.encode()).hexdigest()
    assert made.tools == {"amaranth": version("amaranth")}
    assert made.memory_bits == sum(memory.bits for memory in made.memories)


def test_a_manifest_that_is_none_is_told(tmp_path):
    path, whole = tmp_path / "manifest.json", described(small_network())
    for text, sentence in (
        ("[]", "must be a manifest of schema 2: write it again with accelgen rtl"),
        (
            json.dumps(whole | {"schema": 1}),
            "must be a manifest of schema 2: write it again with accelgen rtl",
        ),
        (json.dumps(whole | {"classes": "3"}), "classes: must be an integer, not '3'"),
        (
            json.dumps(whole | {"form": "flat"}),
            "form: must be 'folded' or 'pipelined' or 'unrolled', not 'flat'",
        ),
        ("{", "is not JSON: "),
    ):
        path.write_text(text)
        with pytest.raises(DataError, match=f"^{re.escape(f'{path}: {sentence}')}"):
            Manifest.read(path)
    with pytest.raises(DataError, match="^ports: 0: name: is missing$"):
        Manifest.from_json(whole | {"ports": [{}]})
    optional = {field.name for field in fields(Manifest) if field.default is None}
    for name in set(whole) - optional - {"schema", "unrolled"}:
        with pytest.raises(DataError, match=f"^{name}: is missing$"):
            Manifest.from_json({key: value for key, value in whole.items() if key != name})
