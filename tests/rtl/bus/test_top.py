import random
import re

import numpy as np
import pytest

from accelgen.golden import run, run_spiking
from accelgen.golden.cost import layer_cost
from accelgen.golden.spiking import run_spikes
from accelgen.golden.spiking_vectors import spiking_vectors
from accelgen.golden.vectors import dense_vectors
from accelgen.network.file import digest
from accelgen.rtl.bus.registers import register_map
from accelgen.rtl.bus.top import BusTop, bus_ports
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.hardware import hardware_of
from accelgen.rtl.tables import load_beats
from accelgen.rtl.verilog import to_verilog
from tests.bus_masters import MASTERS, AxiMaster, WishboneMaster
from tests.bus_software import Software
from tests.stream_drivers import simulate
from tests.tiny_convolutions import small_conv_network
from tests.tiny_networks import (
    random_images,
    random_spikes,
    small_network,
    spiking_network,
    tiny_network,
)

BUSES = sorted(MASTERS)


def built(bus, network=None, **options):
    """Return a top behind a bus, its hardware, and software that drives it."""
    network = network or small_network()
    hardware = hardware_of(network, Datapath(**{"lanes": 4} | options))
    top = BusTop(hardware, register_map(hardware, digest(network), bus))
    return top, hardware, Software(top.registers, MASTERS[bus](top, 0.2))


def samples(hardware, count=3):
    """Return the words of images, and their results."""
    network, entering = hardware.network, hardware.input
    images = random_images(np.random.default_rng(3), count, network.input.inputs)
    vectors = dense_vectors(network, images, entering.pixels_per_beat)
    return list(zip(vectors.frames(), vectors.expected.tolist(), strict=True))


@pytest.mark.parametrize("bus", BUSES)
def test_images_through_registers_equal_the_golden_model(bus):
    top, hardware, software = built(bus, tiny_network())

    async def play(ctx):
        assert await software.get(ctx, "ID") == 0x4147454E
        found = [await software.get(ctx, f"DIGEST{n}") for n in range(8)]
        assert b"".join(word.to_bytes(4, "little") for word in found).hex() == digest(hardware.network)
        for number, (frame, expected) in enumerate(samples(hardware)):
            await software.send(ctx, frame, hardware.input.width)
            assert await software.result(ctx) == expected
            assert await software.get(ctx, "IMAGES") == number + 1
        assert await software.get(ctx, "ERRORS") == 0 and await software.get(ctx, "LATENCY") > 5

    simulate(top, play)


@pytest.mark.parametrize("bus", BUSES)
def test_loaded_tables_are_used_once_they_are_whole(bus):
    top, hardware, software = built(bus, tiny_network(), weights="ram")
    load = [int(word) for word in load_beats(hardware.tables)]
    frame, expected = samples(hardware, 1)[0]

    async def play(ctx):
        for wrong in (load[:-1], [*load, 0]):
            await software.send(ctx, wrong, 32, "TABLE")
            await ctx.tick().repeat(5)
            assert await software.get(ctx, "STATUS") == 8 and await software.get(ctx, "ERRORS") == 8
            await software.put(ctx, "ERRORS", 8)
        await software.send(ctx, load[:5], 32, "TABLE")
        await ctx.tick().repeat(5)
        await software.put(ctx, "ERRORS", 8)
        await software.put(ctx, "TABLE", load[0])
        await ctx.tick().repeat(5)
        assert await software.get(ctx, "STATUS") == 16  # neither ready nor at rest
        for word in load[1:-1]:
            await software.wait(ctx, "TABLE_ROOM")
            await software.put(ctx, "TABLE", word)
        await software.put(ctx, "TABLE_LAST", load[-1])
        await ctx.tick().repeat(20)
        assert await software.get(ctx, "STATUS") == 1
        await software.send(ctx, frame, hardware.input.width)
        assert await software.result(ctx) == expected and await software.get(ctx, "ERRORS") == 0

    simulate(top, play, deadline=60_000)


@pytest.mark.parametrize("bus", BUSES)
def test_a_bad_frame_is_an_error_and_the_next_is_right(bus):
    top, hardware, software = built(bus)
    (frame, expected), width = samples(hardware, 1)[0], hardware.input.width
    stray = [frame[0], frame[1] | 1 << hardware.input.pixels_per_beat * hardware.input.pixel_bits, *frame[2:]]
    assert width > hardware.input.pixels_per_beat * hardware.input.pixel_bits

    async def play(ctx):
        seen = 0
        for bit, wrong in ((1, frame[:-1]), (2, [*frame, 0]), (4, stray)):
            await software.send(ctx, wrong, width)
            await ctx.tick().repeat(20)
            seen |= bit
            assert await software.get(ctx, "ERRORS") == seen
            assert await software.get(ctx, "STATUS") == 9 and await software.get(ctx, "RESULT_LEVEL") == 0
            await software.send(ctx, frame, width)
            assert await software.result(ctx) == expected
        await software.put(ctx, "ERRORS", 2)
        assert await software.get(ctx, "ERRORS") == 5
        await software.put(ctx, "ERRORS", 5)
        assert await software.get(ctx, "STATUS") == 1 and await software.get(ctx, "IMAGES") == 3

    simulate(top, play)


def test_what_is_enabled_raises_the_interrupt_until_it_is_dealt_with():
    top, hardware, software = built("axi-lite", tiny_network())
    (frame, expected), width = samples(hardware, 1)[0], hardware.input.width

    async def play(ctx):
        await software.send(ctx, frame, width)
        await software.wait(ctx, "IRQ_PENDING")
        assert await software.get(ctx, "IRQ_PENDING") == 1 and not ctx.get(top.irq)
        await software.put(ctx, "IRQ_ENABLE", 1)
        await ctx.tick()
        assert ctx.get(top.irq)
        assert await software.result(ctx) == expected
        await ctx.tick()
        assert not ctx.get(top.irq)
        await software.send(ctx, frame, width)
        await ctx.tick().until(top.irq)
        assert await software.result(ctx) == expected and not ctx.get(top.irq)
        await software.put(ctx, "IRQ_ENABLE", 2)
        await software.send(ctx, frame[:1], width)
        await ctx.tick().until(top.irq)
        assert await software.get(ctx, "IRQ_PENDING") == 2
        await software.put(ctx, "ERRORS", 1)
        assert not ctx.get(top.irq)

    simulate(top, play)


@pytest.mark.parametrize("bus", BUSES)
@pytest.mark.parametrize("weights", ["rom", "ram"])
def test_a_reset_by_software_leaves_nothing_behind(bus, weights):
    top, hardware, software = built(bus, tiny_network(), weights=weights)
    (frame, expected), width = samples(hardware, 1)[0], hardware.input.width
    load = [int(word) for word in load_beats(hardware.tables)] if weights == "ram" else []
    dice = random.Random(8)

    async def play(ctx):
        for number in range(4):
            if load:
                await software.send(ctx, load, 32, "TABLE")
            if number:
                await software.send(ctx, frame, width)
                assert await software.result(ctx) == expected
                await software.put(ctx, "IRQ_ENABLE", 3)
                await software.send(ctx, frame[: 1 + number % 3], width)  # an error
                await software.send(ctx, frame, width)
            if number > 1 and load:
                await software.put(ctx, "TABLE", 1)
            await ctx.tick().repeat(dice.randrange(1, 60))
            await software.put(ctx, "CONTROL", 1)
            for register in top.registers.registers:
                if register.access not in ("write", "take") and register.name != "CYCLES":
                    assert await software.get(ctx, register.name) == register.reset, register.name
            assert (await software.master.read(ctx, top.registers["RESULT"].offset))[1]
            assert await software.get(ctx, "CYCLES") < 2000

    simulate(top, play, deadline=200_000)


@pytest.mark.parametrize("bus", BUSES)
def test_what_there_is_no_room_for_is_refused_and_lost_by_nobody(bus):
    top, hardware, software = built(bus, tiny_network(), weights="ram")  # no tables: nothing enters
    load = [int(word) for word in load_beats(hardware.tables)]
    frame, expected = samples(hardware, 1)[0]
    beats = (frame * 20)[:16]

    async def play(ctx):
        offset = top.registers["INPUT"].offset
        assert await software.get(ctx, "INPUT_ROOM") == 16
        await software.send(ctx, frame, hardware.input.width)
        for number in range(len(frame), 16):
            assert not await software.master.write(ctx, offset, beats[number]), number
        assert await software.get(ctx, "INPUT_ROOM") == 0
        assert await software.master.write(ctx, offset, 1)
        assert await software.master.write(ctx, top.registers["INPUT_LAST"].offset, 1)
        assert await software.master.write(ctx, offset, 1 << hardware.input.width)  # no such bit
        assert await software.get(ctx, "INPUT_ROOM") == 0
        await software.send(ctx, load, 32, "TABLE")
        assert await software.result(ctx) == expected

    simulate(top, play, deadline=60_000)


def test_beats_of_many_words_enter_word_by_word():
    top, hardware, software = built("wishbone", small_network(), unrolled=True)
    assert hardware.input.width > 32
    check(top, hardware, software, samples(hardware))


def test_a_spiking_network_has_its_settings_and_says_the_timesteps():
    network = spiking_network()
    hardware = hardware_of(network, Datapath(lanes=4, stream="pixels", early_stop=True))
    top = BusTop(hardware, register_map(hardware, digest(network), "axi-lite"))
    software = Software(top.registers, AxiMaster(top))
    images = random_images(np.random.default_rng(5), 2, network.input.inputs)

    async def play(ctx):
        for timesteps, margin in ((3, 0), (5, 2), (1, 0)):
            vectors = spiking_vectors(
                network, run_spiking(network, images, timesteps), images=images, margin=margin
            )
            assert vectors.inputs == {"last_timestep": timesteps - 1, "margin": margin}
            await software.put(ctx, "LAST_TIMESTEP", timesteps - 1)
            await software.put(ctx, "MARGIN", margin)
            for frame, expected in zip(vectors.frames(), vectors.expected.tolist(), strict=True):
                await software.send(ctx, frame, hardware.input.width)
                assert await software.result(ctx) == expected
        assert await software.master.write(ctx, top.registers["LAST_TIMESTEP"].offset, 16)
        assert await software.get(ctx, "LAST_TIMESTEP") == 0

    simulate(top, play, deadline=100_000)


@pytest.mark.parametrize(
    ("stream", "options"),
    [
        ("pixels", {"early_stop": True}),
        ("events", {"early_stop": True}),
        ("pixels", {"unrolled": True}),
        ("events", {"unrolled": True}),
    ],
)
def test_settings_go_with_the_image_for_which_they_were_written(stream, options):
    network = spiking_network()
    hardware = hardware_of(network, Datapath(lanes=4, stream=stream, **options))
    top = BusTop(hardware, register_map(hardware, digest(network), "wishbone"))
    software, rng = Software(top.registers, WishboneMaster(top)), np.random.default_rng(11)
    samples, results = [], []
    stops, per_beat = hardware.early_stop, getattr(hardware.input, "pixels_per_beat", None)
    for number in range(8):
        timesteps, margin = (6, 1, 3, 3, 16, 2, 5, 5)[number], (0, 9, 1, 40, 3, 3, 0, 12)[number]
        images = random_images(rng, 1, network.input.inputs, 0.7)
        if stream == "pixels":
            result, entering = run_spiking(network, images, timesteps), images
        else:
            spikes = random_spikes(rng, 1, timesteps, network.input.inputs, 0.2)
            result, entering = run_spikes(network, spikes), None
        how = {"images": entering, "margin": margin if stops else None, "per_beat": per_beat}
        vectors = spiking_vectors(network, result, **how)
        samples.append((vectors.frames()[0], vectors.inputs))
        results.append(vectors.expected[0].tolist())
    assert len({result[-1] >> 16 for result in results}) > 3

    async def write(ctx):
        for number, (frame, inputs) in enumerate(samples):  # one waits while another runs
            for name, value in inputs.items():
                await software.put(ctx, name.upper(), value)
            await software.send(ctx, frame[:1], hardware.input.width, part_of_frame=len(frame) > 1)
            for name in inputs:
                await software.put(ctx, name.upper(), 1)  # too late for this one
            if frame[1:]:
                await software.send(ctx, frame[1:], hardware.input.width)
            if number:
                assert await software.result(ctx) == results[number - 1]
        assert await software.result(ctx) == results[-1]
        assert await software.get(ctx, "ERRORS") == 0

    simulate(top, write, deadline=200_000)


SKIPPING = {
    "dense": (small_network(), {}),
    "lanes": (small_network(), {"lanes": 3, "weights": "ram"}),
    "conv": (small_conv_network(), {}),
    "pixels": (spiking_network(), {"stream": "pixels"}),
    "events": (spiking_network(), {"stream": "events", "early_stop": True}),
}


@pytest.mark.parametrize("form", SKIPPING)
def test_what_was_skipped_is_what_the_golden_model_counts(form):
    network, options = SKIPPING[form]
    top, hardware, software = built("wishbone", network, **options)
    rng, margin = np.random.default_rng(12), 6 if "early_stop" in options else None
    load = [int(word) for word in load_beats(hardware.tables)] if hardware.loadable else []
    images = random_images(rng, 3, network.input.inputs)
    if network.spiking:
        spikes = random_spikes(rng, 3, 5, network.input.inputs)
        pixels = images if form == "pixels" else None
        result = run_spiking(network, images, 5) if form == "pixels" else run_spikes(network, spikes)
        vectors = spiking_vectors(network, result, images=pixels, margin=margin)
        ends = np.cumsum(result.stopped(margin or 0))
        kept = np.arange(5) < result.stopped(margin or 0)[:, None]
        entering = [values[kept] for values in result.spikes]
    else:
        result = run(network, images)
        vectors = dense_vectors(network, images, hardware.input.pixels_per_beat)
        entering, ends = result.activations, np.arange(1, 4)
    pairs = zip(network.layers, entering, strict=True)
    skipped = sum(layer_cost(layer, values, hardware.lanes).zeros_skipped for layer, values in pairs)

    async def play(ctx):
        if load:
            await software.send(ctx, load, 32, "TABLE")
        for name, value in vectors.inputs.items():
            await software.put(ctx, name.upper(), value)
        for number, frame in enumerate(vectors.frames()):
            await software.send(ctx, frame, hardware.input.width)
            assert await software.result(ctx) == vectors.expected[number].tolist()
            assert await software.get(ctx, "SKIPPED") == skipped[: ends[number]].sum() > 0

    simulate(top, play, deadline=200_000)


def test_events_enter_in_frames_of_any_length():
    network = spiking_network()
    hardware = hardware_of(network, Datapath(lanes=4, stream="events"))
    top = BusTop(hardware, register_map(hardware, digest(network), "wishbone"))
    spikes = random_spikes(np.random.default_rng(6), 3, 4, network.input.inputs)
    vectors = spiking_vectors(network, run_spikes(network, spikes))
    check(
        top,
        hardware,
        Software(top.registers, WishboneMaster(top)),
        zip(vectors.frames(), vectors.expected.tolist(), strict=True),
    )


def check(top, hardware, software, pairs):
    """Play frames and compare their results."""

    async def play(ctx):
        for frame, expected in pairs:
            await software.send(ctx, frame, hardware.input.width)
            assert await software.result(ctx) == expected
        assert await software.get(ctx, "ERRORS") == 0

    simulate(top, play, deadline=60_000)


@pytest.mark.parametrize("bus", BUSES)
def test_the_ports_are_those_of_the_verilog_and_each_is_explained(bus):
    top, _, _ = built(bus)
    verilog, _ = to_verilog(top, "small")
    body = re.search(r"^module .?small\b.*?^endmodule", verilog, re.DOTALL | re.MULTILINE)[0]
    declared = re.findall(r"^ +(input|output) +(?:wire|reg) +(?:\[(\d+):0\])? *(\w+)", body, re.MULTILINE)
    found = {(direction, int(high or 0) + 1, name) for direction, high, name in declared}
    ports = bus_ports(bus)
    assert {(port.direction, port.width, port.name) for port in ports} == found
    assert [port.name for port in ports[:2]] == ["clk", "rst"] and all(port.meaning for port in ports)
