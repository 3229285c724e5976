"""Drivers for Amaranth's own simulator: streams with stalls, and whole images through a top."""

from __future__ import annotations

import random
import warnings

import numpy as np
from amaranth.sim import Simulator

from accelgen.network import Network, quantise_pixels
from accelgen.rtl.plan import Plan
from accelgen.rtl.tables import load_beats
from sim.monitor import Rules

PERIOD = 1e-6
MARK = 1 << 31


def simulate(dut, *testbenches, processes=(), deadline: int = 20_000) -> None:
    """Run ``dut`` until every testbench has ended; a hang is an error, not a wait."""

    async def watch(ctx):
        await ctx.delay(PERIOD * deadline)
        raise AssertionError(f"no end after {deadline} cycles")

    sim = Simulator(dut)
    sim.add_clock(PERIOD)
    for process in (watch, *processes):
        sim.add_testbench(process, background=True)
    for testbench in testbenches:
        sim.add_testbench(testbench)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        sim.run()


def drive(dut, source, sink, words, *, count: int, stall: float = 0.0, seed: int = 0, deadline: int = 20_000):
    """Send ``words`` into stream ``source``, return ``count`` payloads of stream ``sink``.

    Both sides pause at random with probability ``stall`` per cycle, seeded.
    """
    received = []

    async def send(ctx):
        dice = random.Random(seed)
        for word in words:
            while dice.random() < stall:
                await ctx.tick()
            ctx.set(source.payload, word)
            ctx.set(source.valid, 1)
            await ctx.tick().until(source.ready)
            ctx.set(source.valid, 0)

    async def receive(ctx):
        dice = random.Random(seed + 1)
        while len(received) < count:
            while dice.random() < stall:
                await ctx.tick()
            ctx.set(sink.ready, 1)
            (payload,) = await ctx.tick().sample(sink.payload).until(sink.valid)
            received.append(payload)
            ctx.set(sink.ready, 0)

    simulate(dut, send, receive, deadline=deadline)
    return received


def frames(network: Network, plan: Plan, images: np.ndarray) -> list[list[int]]:
    """Return the beats of each image (uint8[n, pixels], raw) as integers."""
    bits, per_beat = network.input.bits, plan.pixels_per_beat
    found = []
    for pixels in quantise_pixels(images, bits):
        beats = [pixels[start : start + per_beat] for start in range(0, len(pixels), per_beat)]
        found.append([sum(int(p) << (n * bits) for n, p in enumerate(beat)) for beat in beats])
    return found


def event_frame(plan, spikes: np.ndarray, dice: random.Random | None = None) -> list[tuple[int, int]]:
    """Return the words and ``tlast`` of one sample (uint8[timesteps, inputs]), in the order of ``dice``."""
    block, found = plan.pixels_per_beat, []
    for timestep, fired in enumerate(spikes):
        events = [int(address) for address in np.flatnonzero(fired)]
        if dice:
            dice.shuffle(events)
        found += [(a // block << plan.position_bits | a % block, 0) for a in events]
        found.append((MARK, int(timestep == len(spikes) - 1)))
    return found


def classify(
    top,
    sent: list[list[tuple[int, int]]],
    *,
    results: int,
    load=None,
    stall=0.0,
    seed=0,
    deadline=60_000,
    config=None,
    processes=(),
):
    """Play frames of ``(beat, tlast)`` into a top and return ``results`` frames, and the error bits.

    ``config`` holds the values of inputs that never change; ``processes`` look on.

    Returns
    -------
    list of list of int
        Signed 32-bit beats of each result frame.
    int
        ``error`` when the last result has come.
    int
        Cycles until then.
    """
    received, state = [], {}

    async def play(ctx, name, beats, dice):
        for data, last in beats:
            while dice.random() < stall:
                await ctx.tick()
            ctx.set(getattr(top, f"{name}_tdata"), int(data))
            ctx.set(getattr(top, f"{name}_tlast"), int(last))
            ctx.set(getattr(top, f"{name}_tvalid"), 1)
            await ctx.tick().until(getattr(top, f"{name}_tready"))
            ctx.set(getattr(top, f"{name}_tvalid"), 0)

    async def send(ctx):
        dice = random.Random(seed)
        for name, value in (config or {}).items():
            ctx.set(getattr(top, name), value)
        if load is not None:
            await play(ctx, "l_axis", [(beat, n == len(load) - 1) for n, beat in enumerate(load)], dice)
        for frame in sent:
            await play(ctx, "s_axis", frame, dice)

    async def receive(ctx):
        dice = random.Random(seed + 1)
        cycles = 0
        frame = []
        while len(received) < results:
            ready = dice.random() >= stall
            ctx.set(top.m_axis_tready, ready)
            _, _, valid, data, last = await ctx.tick().sample(
                top.m_axis_tvalid, top.m_axis_tdata, top.m_axis_tlast
            )
            cycles += 1
            if valid and ready:
                words = [data >> 32 * n & 0xFFFFFFFF for n in range(len(top.m_axis_tdata) // 32)]
                frame += [word - (1 << 32) if word >> 31 else word for word in words]
                if last:
                    received.append(frame)
                    frame = []
        ctx.set(top.m_axis_tready, 0)
        state["error"], state["cycles"] = ctx.get(top.error), cycles

    simulate(top, send, receive, processes=(*processes, watched(top)), deadline=deadline)
    return received, state["error"], state["cycles"]


def watched(top):
    """Return a process that holds the ports of a top against their rules in every cycle."""
    rules = rules_of(top)
    ports = [getattr(top, name) for name in rules.ports]

    async def watch(ctx):
        while True:
            _, _, *values = await ctx.tick().sample(*ports)
            rules.step(dict(zip(rules.ports, values, strict=True)))

    return watch


def rules_of(top) -> Rules:
    """Return the rules of the ports of a top; see `sim.monitor`."""
    plan = top.plan
    load = len(load_beats(top.tables)) if top.writable else 0
    if getattr(plan, "stream", "pixels") == "events":
        block, bits = plan.pixels_per_beat, plan.position_bits
        shape = {"events": {"inputs": plan.network.input.inputs, "block": block, "position_bits": bits}}
    else:
        pixels, each = plan.network.input, plan.pixels_per_beat
        last = pixels.pixels - (plan.input_beats - 1) * each
        shape = {"beats": plan.input_beats, "used": each * pixels.bits, "used_last": last * pixels.bits}
    beats = plan.network.results // (len(top.m_axis_tdata) // 32)
    return Rules(shape, beats, load, early=getattr(plan, "early_stop", False))


def whole(frame: list[int]) -> list[tuple[int, int]]:
    """Return the beats of a frame with ``tlast`` where it belongs."""
    return [(beat, n == len(frame) - 1) for n, beat in enumerate(frame)]
