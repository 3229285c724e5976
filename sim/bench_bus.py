"""A cocotb bench for a network behind AXI4-Lite, whose master is that of cocotbext-axi.

The case (JSON, named by ``ACCELGEN_CASE``) has ``registers`` (offsets by name), ``frames`` (words of each
image), ``results`` (the words of each, from the golden model), ``skipped`` (activations of each that are
left out, from the golden model) and ``load`` (words of the table frame, or nothing).
"""

from __future__ import annotations

import json
import logging
import os
import random
from pathlib import Path

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles, RisingEdge, with_timeout
from cocotbext.axi import AxiLiteBus, AxiLiteMaster, AxiResp

PERIOD_NS = 10
CASE = json.loads(Path(os.environ["ACCELGEN_CASE"]).read_text())
AT = CASE["registers"]
READY, RESULT, LAST = 1, 2, 4
SHORT, LONG, LOAD = 1, 2, 8
PATIENCE = 5_000


class Bench:
    """A device and software that drives it."""

    def __init__(self, dut, stall: float = 0.0):
        self.dut = dut
        self.master = AxiLiteMaster(AxiLiteBus.from_prefix(dut, "s_axi"), dut.clk, dut.rst)
        dice, writes, reads = random.Random(1), self.master.write_if, self.master.read_if
        for interface in (writes, reads):
            interface.log.setLevel(logging.WARNING)  # thousands of accesses, a line for each
        if stall:
            for channel in (
                writes.aw_channel,
                writes.w_channel,
                writes.b_channel,
                reads.ar_channel,
                reads.r_channel,
            ):
                channel.set_pause_generator(dice.random() < stall for _ in iter(int, 1))

    async def start(self):
        """Reset, and load the tables if there are any to load."""
        cocotb.start_soon(Clock(self.dut.clk, PERIOD_NS, unit="ns").start())
        self.dut.rst.value = 1
        await ClockCycles(self.dut.clk, 4)
        self.dut.rst.value = 0
        await ClockCycles(self.dut.clk, 4)
        await self.fill()

    async def fill(self):
        """Load the tables if there are any to load."""
        if CASE["load"]:
            await self.send(CASE["load"], "TABLE")
            await self.wait("STATUS", READY)

    async def get(self, name: str) -> int:
        """Return what a register reads."""
        answer = await self.master.read(AT[name], 4)
        assert answer.resp == AxiResp.OKAY, f"a read of {name} was refused"
        return int.from_bytes(answer.data, "little")

    async def put(self, name: str, word: int):
        """Write a register."""
        answer = await self.master.write(AT[name], word.to_bytes(4, "little"))
        assert answer.resp == AxiResp.OKAY, f"a write to {name} was refused"

    async def wait(self, name: str, mask: int = 0xFFFFFFFF):
        """Wait until some bits of a register are not all zero."""
        for _ in range(PATIENCE):
            if await self.get(name) & mask:
                return
        raise AssertionError(f"{name} stays zero")

    async def send(self, words: list[int], through: str = "INPUT"):
        """Write a frame, as much at a time as there is room for."""
        room = 0
        for number, word in enumerate(words):
            while not room:
                room = await self.get(f"{through}_ROOM")
            await self.put(f"{through}_LAST" if number == len(words) - 1 else through, word)
            room -= 1

    async def interrupt(self):
        """Wait for the interrupt; it may have come while a word was written."""
        if self.dut.irq.value == 0:
            await with_timeout(RisingEdge(self.dut.irq), PATIENCE * PERIOD_NS, "ns")

    async def result(self) -> list[int]:
        """Wait for a whole result, and return its words, signed."""
        await self.wait("STATUS", RESULT)
        words, last = [], 0
        while not last:
            last = await self.get("STATUS") & LAST
            word = await self.get("RESULT")
            words.append(word - (1 << 32) if word >> 31 else word)
        return words


@cocotb.test()
@cocotb.parametrize(stall=[0.0, 0.4])
async def scores_equal_the_golden_model(dut, stall):
    """Every image gives exactly its scores and its class."""
    bench = Bench(dut, stall)
    await bench.start()
    for number, (frame, expected) in enumerate(zip(CASE["frames"], CASE["results"], strict=True)):
        await bench.send(frame)
        assert await bench.result() == expected, f"image {number}"
        assert await bench.get("IMAGES") == number + 1
        assert await bench.get("SKIPPED") == sum(CASE["skipped"][: number + 1])
    assert await bench.get("ERRORS") == 0 and await bench.get("RESULT_LEVEL") == 0


@cocotb.test()
async def a_bad_access_is_refused_and_changes_nothing(dut):
    """Addresses of no register, parts of words, what is only read or only written, and what is empty."""
    bench = Bench(dut)
    await bench.start()
    await bench.put("IRQ_ENABLE", 2)
    for address in (0x18, 0xFF8, AT["INPUT"] + 0x400):
        assert (await bench.master.read(address, 4)).resp == AxiResp.SLVERR
        assert (await bench.master.write(address, b"\xff" * 4)).resp == AxiResp.SLVERR
    for name in ("ID", "STATUS", "DIGEST0", "RESULT"):
        assert (await bench.master.write(AT[name], bytes(4))).resp == AxiResp.SLVERR, name
    for name in ("CONTROL", "INPUT", "RESULT"):
        assert (await bench.master.read(AT[name], 4)).resp == AxiResp.SLVERR, name
    assert (await bench.master.write(AT["INPUT"], b"\x01")).resp == AxiResp.SLVERR
    assert (await bench.master.write(AT["CONTROL"], b"\x02\0\0\0")).resp == AxiResp.SLVERR
    assert await bench.get("IRQ_ENABLE") == 2 and await bench.get("ERRORS") == 0
    await bench.send(CASE["frames"][0])
    assert await bench.result() == CASE["results"][0]


@cocotb.test()
async def errors_stay_until_they_are_cleared_and_the_interrupt_with_them(dut):
    """A frame that is too short or too long is dropped, and the next is right."""
    bench, frame = Bench(dut), CASE["frames"][0]
    await bench.start()
    await bench.put("IRQ_ENABLE", 2)
    for bit, wrong in ((SHORT, frame[:-1]), (LONG, [*frame, 0])):
        await bench.send(wrong)
        await bench.interrupt()
        assert await bench.get("ERRORS") == bit and await bench.get("IRQ_PENDING") == 2
        await bench.send(frame)
        assert await bench.result() == CASE["results"][0]
        assert dut.irq.value == 1
        await bench.put("ERRORS", bit)
        await ClockCycles(dut.clk, 2)
        assert await bench.get("ERRORS") == 0 and dut.irq.value == 0


@cocotb.test()
async def a_result_raises_the_interrupt_until_it_is_read(dut):
    """No polling: the interrupt says when a whole result is there."""
    bench = Bench(dut)
    await bench.start()
    await bench.put("IRQ_ENABLE", 1)
    for frame, expected in zip(CASE["frames"][:3], CASE["results"], strict=False):
        assert dut.irq.value == 0
        await bench.send(frame)
        await bench.interrupt()
        assert await bench.get("RESULT_LEVEL") == len(expected)
        assert await bench.result() == expected
        await ClockCycles(dut.clk, 2)


@cocotb.test(skip=not CASE["load"])
async def tables_that_are_not_whole_are_not_used(dut):
    """A short or long table frame is an error, and there are no tables until a good one has come."""
    bench = Bench(dut)
    await bench.start()
    for wrong in (CASE["load"][:-1], [*CASE["load"], 0]):
        await bench.send(wrong, "TABLE")
        await bench.wait("ERRORS", LOAD)
        assert not await bench.get("STATUS") & READY
        await bench.put("ERRORS", LOAD)
    await bench.fill()
    await bench.send(CASE["frames"][0])
    assert await bench.result() == CASE["results"][0]


@cocotb.test()
@cocotb.parametrize(software=[True, False])
async def a_reset_in_the_middle_leaves_nothing_behind(dut, software):
    """Whatever is cut off, the next image is right."""
    bench, dice = Bench(dut), random.Random(3)
    await bench.start()
    for _ in range(5):
        await bench.send(CASE["frames"][0])
        await bench.send(CASE["frames"][1][: dice.randrange(1, len(CASE["frames"][1]))])
        await ClockCycles(dut.clk, dice.randrange(1, 100))
        if software:
            await bench.put("CONTROL", 1)
        else:
            dut.rst.value = 1
            await ClockCycles(dut.clk, 2)
            dut.rst.value = 0
            await ClockCycles(dut.clk, 2)
        assert await bench.get("ERRORS") == 0 and await bench.get("IMAGES") == 0
        assert await bench.get("STATUS") == (not CASE["load"]) and await bench.get("RESULT_LEVEL") == 0
        await bench.fill()
        await bench.send(CASE["frames"][0])
        assert await bench.result() == CASE["results"][0]
