"""The cocotb bench of a whole network: AXI4-Stream by cocotbext-axi, pauses, and frames gone wrong.

The case (JSON, named by ``ACCELGEN_CASE``) holds

- ``frames`` (beats of each image), ``results`` (the words of each, from the golden model) and, if the top has
  run-time inputs, ``inputs`` (their values);
- ``corners``, optional: a list of more such sets, each with its own inputs;
- ``load`` (beats of the table frame, or nothing), ``stall`` and ``seed``;
- the shape of a frame of pixels (``beats``, ``width``, and the ``used`` bits of it), or of events
  (``events``: ``inputs``, ``block``, ``position_bits``).
"""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles, RisingEdge, with_timeout
from cocotb.utils import get_sim_time
from cocotbext.axi import AxiStreamBus, AxiStreamSink, AxiStreamSource

from sim.malformed import LOAD, disordered, malformed
from sim.monitor import Rules

PERIOD_NS = 10
CASE = json.loads(Path(os.environ["ACCELGEN_CASE"]).read_text())
CORNERS = CASE.get("corners", [])
#: Cycles of an image and of its tables from which on only a few are played for a reset.
SOON = 2_000
TIMEOUT_NS = CASE.get("timeout", 400_000) * PERIOD_NS


class Bench:
    """A device with a source, a sink and, for loadable tables, a loader."""

    def __init__(self, dut, stall: float):
        self.dut = dut
        rng = random.Random(CASE["seed"])
        self.source = AxiStreamSource(AxiStreamBus.from_prefix(dut, "s_axis"), dut.clk, dut.rst, byte_lanes=1)
        self.sink = AxiStreamSink(AxiStreamBus.from_prefix(dut, "m_axis"), dut.clk, dut.rst, byte_lanes=1)
        self.sources = [self.source]
        if CASE["load"]:
            self.loader = AxiStreamSource(
                AxiStreamBus.from_prefix(dut, "l_axis"), dut.clk, dut.rst, byte_lanes=1
            )
            self.sources.append(self.loader)
        if stall:
            for end in (*self.sources, self.sink):
                end.set_pause_generator(rng.random() < stall for _ in iter(int, 1))

    def set(self, inputs: dict[str, int]):
        """Set run-time inputs; those that are not named become 0."""
        for name in ("last_timestep", "margin"):
            if hasattr(self.dut, name):
                getattr(self.dut, name).value = inputs.get(name, 0)

    async def start(self, inputs: dict[str, int]):
        """Reset, and load the tables if there are any to load."""
        self.dut.error_clear.value = 0
        self.set(inputs)
        cocotb.start_soon(Clock(self.dut.clk, PERIOD_NS, unit="ns").start())
        self.dut.rst.value = 1
        cocotb.start_soon(watch(self.dut))
        await ClockCycles(self.dut.clk, 4)
        self.dut.rst.value = 0
        await ClockCycles(self.dut.clk, 4)
        await self.fill()

    async def fill(self):
        """Load the tables if there are any to load."""
        if CASE["load"]:
            await self.loader.send(CASE["load"])
            await self.loader.wait()

    async def reset(self):
        """Reset for a cycle, whatever is going on, and forget what was on its way."""
        self.dut.rst.value = 1
        await ClockCycles(self.dut.clk, 1)
        self.dut.rst.value = 0
        for end in (*self.sources, self.sink):
            end.clear()
        await ClockCycles(self.dut.clk, 1)

    async def result(self) -> list[int]:
        """Return the words of the next result frame, signed; a beat may hold several, side by side."""
        frame = await with_timeout(self.sink.recv(), TIMEOUT_NS, "ns")
        words = [beat >> 32 * n & 0xFFFFFFFF for beat in frame.tdata for n in range(side_by_side(self.dut))]
        return [word - (1 << 32) if word >> 31 else word for word in words]

    async def quiet(self, cycles: int = 40):
        """Wait until a frame that was dropped would have shown itself."""
        await self.source.wait()
        await ClockCycles(self.dut.clk, cycles)
        assert self.sink.empty(), "a malformed frame gave a result"


def side_by_side(dut) -> int:
    """Return the words of a result beat."""
    return len(dut.m_axis_tdata) // 32


async def watch(dut):
    """Hold the ports against their rules in every cycle; see `sim.monitor`."""
    beats = len(CASE["results"][0]) // side_by_side(dut)
    rules = Rules(CASE, beats, len(CASE["load"]), early=hasattr(dut, "margin"))
    ports = {name: getattr(dut, name) for name in rules.ports}
    while True:
        await RisingEdge(dut.clk)
        if dut.rst.value == 1:
            rules.reset()
            continue
        values = {name: port.value for name, port in ports.items()}
        rules.step({name: int(value) if value.is_resolvable else None for name, value in values.items()})


@cocotb.test()
@cocotb.parametrize(stall=[0.4, 0.0])
async def scores_equal_the_golden_model(dut, stall):
    """Every image gives exactly its scores and its class, whatever the pauses."""
    bench = Bench(dut, stall)
    await bench.start(CASE.get("inputs", {}))
    start = get_sim_time("ns")
    for beats in CASE["frames"]:
        await bench.source.send(beats)
    wrong, ends = [], [start]
    for number, expected in enumerate(CASE["results"]):
        if await bench.result() != expected:
            wrong.append(number)
        ends.append(get_sim_time("ns"))
    if not stall:
        report([round((b - a) / PERIOD_NS) for a, b in zip(ends, ends[1:], strict=False)], wrong)
    assert not wrong, f"images {wrong}, stall {stall}, seed {CASE['seed']}"
    assert dut.error.value == 0


def report(cycles: list[int], wrong: list[int]) -> None:
    """Write what was measured, if the case says where."""
    if "report" not in CASE:
        return
    summary = {
        "images": len(cycles),
        "mismatches": len(wrong),
        "first_mismatch": wrong[0] if wrong else None,
        "cycles": {"min": min(cycles), "mean": sum(cycles) / len(cycles), "max": max(cycles)},
    }
    Path(CASE["report"]).write_text(json.dumps(summary))


@cocotb.test(skip=not CORNERS)
async def run_time_inputs_change_between_images(dut):
    """Every set gives its results, whatever was set before."""
    bench = Bench(dut, 0.2)
    await bench.start({})
    for number, corner in enumerate(CORNERS):
        bench.set(corner["inputs"])
        for beats in corner["frames"]:
            await bench.source.send(beats)
        for sample, expected in enumerate(corner["results"]):
            result = await bench.result()
            assert result == expected, f"set {number}, inputs {corner['inputs']}, sample {sample}"
        await bench.quiet()
    assert dut.error.value == 0


@cocotb.test(skip="events" not in CASE)
async def order_and_repetition_of_events_change_nothing(dut):
    """An event is there or not: neither its place in the timestep nor a second one matters."""
    bench, rng = Bench(dut, 0.2), random.Random(CASE["seed"])
    await bench.start(CASE.get("inputs", {}))
    for beats in CASE["frames"]:
        await bench.source.send(disordered(beats, rng))
    for number, expected in enumerate(CASE["results"]):
        assert await bench.result() == expected, f"image {number}"
    assert dut.error.value == 0


@cocotb.test()
async def malformed_frames_are_dropped_whole_and_the_next_is_right(dut):
    """Each raises its sticky bit and nothing else, also while the sample before still runs."""
    bench = Bench(dut, 0.2)
    repeated = CORNERS[-1] if CORNERS else CASE
    await bench.start(repeated.get("inputs", {}))
    good, expected = repeated["frames"][0], repeated["results"][0]
    seen = 0
    for fault, bit, beats in malformed(CASE, good):
        await bench.source.send(good)
        await bench.source.send(beats)
        assert await bench.result() == expected, f"before {fault}"
        await bench.quiet()
        seen |= bit
        assert dut.error.value == seen, fault
        await bench.source.send(good)
        assert await bench.result() == expected, f"after {fault}"
        assert dut.error.value == seen, "an error must stay until it is cleared"
    await bench.quiet(2000)
    dut.error_clear.value = 1
    await ClockCycles(dut.clk, 1)
    dut.error_clear.value = 0
    await ClockCycles(dut.clk, 1)
    assert dut.error.value == 0


@cocotb.test(skip=not CASE["load"])
async def a_malformed_load_keeps_images_out_until_a_good_one(dut):
    """Tables that came short are not used."""
    bench = Bench(dut, 0.0)
    await bench.start(CASE.get("inputs", {}))
    for beats in (CASE["load"][:-1], [*CASE["load"], 0]):
        await bench.loader.send(beats)
        await bench.loader.wait()
        await ClockCycles(dut.clk, 2)
        assert dut.error.value == LOAD
        assert not dut.s_axis_tready.value
    await bench.loader.send(CASE["load"])
    await bench.loader.wait()
    await bench.source.send(CASE["frames"][0])
    assert await bench.result() == CASE["results"][0]


@cocotb.test()
async def a_reset_in_any_cycle_leaves_nothing_behind(dut):
    """Whatever it cuts off, the next image is right."""
    bench, rng = Bench(dut, 0.2), random.Random(CASE["seed"])
    await bench.start(CASE.get("inputs", {}))
    frame, expected = CASE["frames"][0], CASE["results"][0]
    start = get_sim_time("ns")
    await bench.source.send(frame)
    assert await bench.result() == expected
    span = round((get_sim_time("ns") - start) / PERIOD_NS)
    for number in range(12 if span + len(CASE["load"]) < SOON else 2):
        if CASE["load"] and number % 3 == 2:
            bench.loader.send_nowait(CASE["load"])
        bench.source.send_nowait(frame)
        bench.source.send_nowait(frame)
        cycles = rng.randrange(1, 2 * span)
        await ClockCycles(dut.clk, cycles)
        await bench.reset()
        assert dut.error.value == 0
        await bench.fill()
        await bench.source.send(frame)
        assert await bench.result() == expected, f"a reset after {cycles} cycles, seed {CASE['seed']}"
        await bench.quiet()
