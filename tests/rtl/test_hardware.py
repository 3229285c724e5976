from dataclasses import replace
from itertools import product

import pytest
from amaranth.back import rtlil
from amaranth.hdl import Instance, Shape

from accelgen.errors import InvalidNetwork, InvalidOption
from accelgen.network import Dense, Integrator
from accelgen.rtl.datapath import Datapath, describe
from accelgen.rtl.dnn.top import Top
from accelgen.rtl.edge.ports import ports_of
from accelgen.rtl.fingerprint import of_top
from accelgen.rtl.hardware import EventWords, PixelBeats, goes_with, hardware_of
from accelgen.rtl.pipelined.plan import PipelinedPlan
from accelgen.rtl.pipelined.spiking_plan import SpikingPipelinedPlan
from accelgen.rtl.plan import Plan
from accelgen.rtl.snn.plan import SpikingPlan
from accelgen.rtl.snn.top import SpikingTop
from accelgen.rtl.unrolled.plan import UnrolledPlan
from accelgen.rtl.unrolled.spiking_plan import SpikingUnrolledPlan
from accelgen.rtl.unrolled.spiking_top import UnrolledSpikingTop
from tests.tiny_convolutions import small_conv_network
from tests.tiny_networks import (
    mnist_network,
    mnist_spiking_network,
    small_network,
    spiking_network,
)

KINDS = [
    (mnist_network(), {}, Plan, Top, "folded"),
    (small_conv_network(), {}, Plan, Top, "folded"),
    (mnist_spiking_network(), {}, SpikingPlan, SpikingTop, "folded"),
    (mnist_network(), {"pipelined": True}, PipelinedPlan, Top, "pipelined"),
    (small_conv_network(), {"pipelined": True}, PipelinedPlan, Top, "pipelined"),
    (mnist_spiking_network(), {"pipelined": True}, SpikingPipelinedPlan, SpikingTop, "pipelined"),
    (mnist_network(), {"unrolled": True}, UnrolledPlan, Top, "unrolled"),
    (mnist_spiking_network(), {"unrolled": True}, SpikingUnrolledPlan, UnrolledSpikingTop, "unrolled"),
]


@pytest.mark.parametrize(("network", "options", "plan", "top", "form"), KINDS)
def test_a_network_and_its_options_decide_plan_top_and_form(network, options, plan, top, form):
    hardware = hardware_of(network, Datapath(**options))
    assert (type(hardware.plan), type(hardware.top()), hardware.form) == (plan, top, form)
    engines = form != "unrolled"
    assert bool(hardware.tables) == bool(hardware.memories) == engines
    assert (hardware.folded is not None) == (form == "folded") == hardware.datapath.folded
    assert (hardware.lanes is None) != engines and hardware.ports == ports_of(top.members(hardware.plan))


def test_hardware_says_what_was_built():
    hardware = hardware_of(mnist_network(), Datapath(weights="ram"))
    assert (hardware.lanes, hardware.built) == (10, Datapath(10, "ram")) and hardware.loadable
    assert hardware.describe() == "10 lanes, tables in ram"
    each = hardware_of(small_network(), Datapath(pipelined=True, lanes=6))
    assert each.layer_lanes == (6, 6, 5) and each.lanes == 17 and each.built.layer_lanes == (6, 6, 5)
    assert each.describe() == "pipelined, 6 + 6 + 5 lanes, tables in rom"
    unrolled = hardware_of(small_network(), Datapath(unrolled=True))
    assert [describe(None, interval=clocks) for clocks in (0, 1, 4)] == [
        "unrolled",
        "unrolled, an image each clock",
        "unrolled, an image every 4 clocks",
    ]
    pipelined = hardware_of(small_network(), Datapath(unrolled=True, interval=4))
    assert pipelined.describe() == "unrolled, an image every 4 clocks"
    assert unrolled.describe() == "unrolled" and unrolled.built == unrolled.datapath and not unrolled.loadable


def test_input_is_pixels_or_events():
    assert hardware_of(small_network(), Datapath(lanes=4)).input == PixelBeats(30, 3, 4, 8, 16)
    assert hardware_of(spiking_network(), Datapath()).input.encoder == "dither"
    hardware = hardware_of(spiking_network(), Datapath(stream="events"))
    assert (hardware.stream, hardware.input) == ("events", EventWords(30, 4, 2, 8, 32))


EVENTS = {"unrolled": True, "stream": "events"}


@pytest.mark.parametrize(
    ("network", "options"),
    [
        *product(
            [small_network(), small_conv_network(), spiking_network()],
            [{}, {"weights": "ram"}, {"pipelined": True}],
        ),
        (spiking_network(), {"unrolled": True}),
        (spiking_network(), EVENTS),
    ],
)
def test_every_memory_of_the_verilog_is_in_the_list_and_no_other(network, options):
    built = []

    class Measured:
        """A platform that notes memories and leaves them out."""

        def get_memory(self, memory):
            built.append((memory.depth, Shape.cast(memory.shape).width))
            ports = {f"o_{n}": port.data for n, port in enumerate(memory.read_ports)}
            return Instance("noted", **ports)

    hardware = hardware_of(network, Datapath(lanes=4, **options))
    rtlil.convert(hardware.top(), name="top", platform=Measured(), emit_src=False)
    # A memory of one word has a second one that is never used.
    assert sorted(built) == sorted((max(memory.depth, 2), memory.width) for memory in hardware.memories)


def test_what_goes_together_is_asked_in_one_place():
    unrolled = Datapath(unrolled=True)
    assert goes_with(small_network(), unrolled) and not goes_with(small_conv_network(), unrolled)
    with pytest.raises(InvalidOption, match=r"^unrolled hardware is of dense networks, and \w+ has convolu"):
        hardware_of(small_conv_network(), unrolled)
    stopping = Datapath(unrolled=True, early_stop=True)
    assert goes_with(spiking_network(), unrolled) and not goes_with(spiking_network(), stopping)


def test_unrolled_hardware_that_spikes_says_how_it_is_built():
    network = spiking_network()
    slow, fast = (hardware_of(network, Datapath(unrolled=True, interval=beats)) for beats in (0, 3))
    assert slow.unrolled_spiking is slow.plan is slow.timed and hardware_of(network, Datapath()).spiking
    assert hardware_of(network, Datapath()).unrolled_spiking is None and slow.lanes is None
    assert slow.describe() == "unrolled"
    assert fast.describe() == "unrolled, a timestep each clock, an image in at most 3 beats"
    assert fast.score_bits == slow.score_bits == slow.plan.score_bits and not slow.memories
    assert [port.name for port in fast.ports][-1] == "last_timestep" and fast.ports == list(fast.ports)
    events = hardware_of(network, Datapath(unrolled=True, stream="events"))
    assert events.stream == "events" and (events.input.block, events.input.blocks) == (4, 8)
    assert "last_timestep" not in [port.name for port in events.ports]


def test_a_kind_of_layer_that_no_engine_knows_has_no_hardware():
    class Centred(Dense):
        kind = "centred"

    network = small_network()
    first = network.layers[0]
    centred = Centred(first.name, first.weights, first.bias, first.rule)
    changed = replace(network, layers=(centred, *network.layers[1:]))
    with pytest.raises(InvalidNetwork, match=f"{first.name}: no hardware runs a layer of kind centred$"):
        hardware_of(changed, Datapath(lanes=2))


WIDE = [
    (small_network(), {}),
    (small_network(), {"unrolled": True}),
    (spiking_network(), {"stream": "pixels"}),
]


@pytest.mark.parametrize(("network", "options"), WIDE)
def test_a_wider_stream_changes_one_port_and_no_beat(network, options):
    plain, wide = (hardware_of(network, Datapath(lanes=4, tdata_width=n, **options)) for n in (0, 128))
    assert wide.input == replace(plain.input, width=128) and wide.memories == plain.memories
    changed = [port.name for port, other in zip(wide.ports, plain.ports, strict=True) if port != other]
    assert changed == ["s_axis_tdata"]
    as_it_is = hardware_of(network, Datapath(lanes=4, tdata_width=plain.input.width, **options))
    assert of_top(as_it_is.top(), "x") == of_top(plain.top(), "x")


def test_events_have_one_width():
    assert hardware_of(spiking_network(), Datapath(stream="events", tdata_width=32)).input.width == 32
    with pytest.raises(InvalidOption, match="^tdata_width is of pixels, and events have 32 bits, not 64$"):
        hardware_of(spiking_network(), Datapath(stream="events", tdata_width=64))


def test_gates_have_no_readout_that_integrates_and_engines_have():
    network = replace(spiking_network(), readout=Integrator(3))
    gates = Datapath(unrolled=True)
    with pytest.raises(InvalidOption, match=r"the readout of spiky integrates \(leak 1/8, score last\)"):
        hardware_of(network, gates)
    assert not goes_with(network, gates)
    for engines in (Datapath(), Datapath(pipelined=True)):
        assert goes_with(network, engines) and hardware_of(network, engines).network.readout
