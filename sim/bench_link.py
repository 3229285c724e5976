"""A cocotb bench for a device behind two wires, driven by a case file.

The case (JSON, named by ``ACCELGEN_CASE``) has ``requests`` (packets as hex) and the ``sequences`` and
``scores`` that must come back; where ``scores`` has null, any answer but a refusal will do, and where it has
a number, the counters of a pattern of which so many results of each round are wrong. ``divisor`` and
``gap`` are those of the hardware: before each request but the first a part of it is sent alone, and the line
rests; not so if ``gap`` is 0. ``pins`` names the wires, if they have other names; ``rst`` is driven if there
is one.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles, FallingEdge, with_timeout

from accelgen.link import Answer, Counts, Decoder, Version

PERIOD_NS = 10
CYCLES = 40_000


@cocotb.test()
async def requests_are_answered_over_the_pins(dut):
    """Play the case; every answer must be right."""
    case = json.loads(Path(os.environ["ACCELGEN_CASE"]).read_text())
    pins = {"clk": "clk", "rx": "rx", "tx": "tx"} | case.get("pins", {})
    clk, rx, tx = (getattr(dut, pins[name]) for name in ("clk", "rx", "tx"))
    cocotb.start_soon(Clock(clk, PERIOD_NS, unit="ns").start())
    rx.value = 1
    if hasattr(dut, "rst"):
        dut.rst.value = 1
        await ClockCycles(clk, 3)
        dut.rst.value = 0
    await ClockCycles(clk, case.get("settle", 10))
    packets = []
    cocotb.start_soon(listen(clk, tx, case["divisor"], packets))
    lines = zip(case["requests"], case["sequences"], case["scores"], strict=True)
    for number, (line, sequence, scores) in enumerate(lines):
        data = bytes.fromhex(line)
        if number and case["gap"]:
            await speak(clk, rx, data[: len(data) // 2], case["divisor"])
            await ClockCycles(clk, 2 * case["gap"])
        await speak(clk, rx, data, case["divisor"])
        await with_timeout(until(clk, packets, number + 1), CYCLES * PERIOD_NS, "ns")
        if scores is None:
            assert packets[-1].sequence == sequence and packets[-1].kind != 0xFF
            continue
        if isinstance(scores, int):
            check_counts(Counts.parse(packets[-1].payload), scores)
            continue
        answer = Answer.parse(packets[-1].payload, of_classes(len(scores)))
        assert (packets[-1].sequence, list(answer.scores)) == (sequence, scores)
        assert answer.label == scores.index(max(scores))
    assert len(packets) == len(case["requests"])


def check_counts(counts, wrong):
    """Raise unless whole rounds were counted, and ``wrong`` results of each were wrong."""
    assert counts.results > 0 and counts.results % counts.samples == 0 and not counts.errors
    assert (counts.wrong * counts.samples, counts.spoilt) == (counts.results * wrong, bool(wrong))


def of_classes(count):
    """Return the version of a device whose answers have so many scores and a class."""
    nothing = dict.fromkeys(("protocol", "beat_bytes", "beats", "max_payload", "clock_hz"), 0)
    no = dict.fromkeys(("spiking", "loadable", "early_stop", "scores_alone", "pattern"), False)
    return Version(classes=count, network="", **nothing, **no)


async def until(clk, packets, count):
    """Wait for answers."""
    while len(packets) < count:
        await ClockCycles(clk, 10)


async def speak(clk, rx, data, divisor):
    """Put bytes on the wire."""
    for byte in data:
        for bit in [0, *(byte >> n & 1 for n in range(8)), 1]:
            rx.value = bit
            await ClockCycles(clk, divisor)


async def listen(clk, tx, divisor, packets):
    """Collect the packets that come over the wire."""
    decoder = Decoder()
    while True:
        await FallingEdge(tx)
        await ClockCycles(clk, divisor + divisor // 2)
        byte = 0
        for n in range(8):
            byte |= int(tx.value) << n
            await ClockCycles(clk, divisor)
        assert tx.value == 1, "a stop bit is low"
        packets += decoder.feed(bytes([byte]))
