"""One cocotb bench for every component of the hardware, driven by a case file.

The case (JSON, named by ``ACCELGEN_CASE``) says what enters and what must come out; this file knows only
streams, memories and writes, so a component is tested from the outside. Keys, all optional:

``pulses``
    Inputs that are 1 for one cycle after reset; ``constants``: inputs that never change.
``send``, ``expect``
    Payloads, as integers, for each input and output stream.
``memories``
    ``{"enable": port, "address": port, "data": port, "words": [...]}``: a memory to play, one cycle late.
``lookups``
    ``{"query": port, "answer": port, "words": [...]}``: answered in the same cycle.
``writes``
    Addresses and data that must leave a write port, in order.
``stall``, ``seed``
    Probability that either side of a stream pauses in a cycle, and the seed of the pauses.
"""

from __future__ import annotations

import json
import os
import random
from pathlib import Path

import cocotb
from cocotb.clock import Clock
from cocotb.triggers import ClockCycles, RisingEdge, ValueChange, with_timeout

PERIOD_NS = 10
CYCLES = 20_000


@cocotb.test()
async def component_does_what_its_case_says(dut):
    """Play the case; every stream must end with exactly what is expected."""
    case = json.loads(Path(os.environ["ACCELGEN_CASE"]).read_text())
    stall, seed = case.get("stall", 0.0), case.get("seed", 0)
    for name in case.get("send", {}):
        getattr(dut, f"{name}__valid").value = 0
    for name in case.get("expect", {}):
        getattr(dut, f"{name}__ready").value = 0
    for name, value in case.get("constants", {}).items():
        getattr(dut, name).value = value
    for name in case.get("pulses", {}):
        getattr(dut, name).value = 0
    for memory in case.get("memories", []):
        cocotb.start_soon(play_memory(dut, memory))
    for lookup in case.get("lookups", []):
        cocotb.start_soon(answer(dut, lookup))

    cocotb.start_soon(Clock(dut.clk, PERIOD_NS, unit="ns").start())
    dut.rst.value = 1
    await ClockCycles(dut.clk, 3)
    dut.rst.value = 0
    written = {name: [] for name in case.get("writes", {})}
    for name, writes in written.items():
        cocotb.start_soon(watch_writes(dut, name, writes))
    await RisingEdge(dut.clk)
    for name, value in case.get("pulses", {}).items():
        getattr(dut, name).value = value
    await RisingEdge(dut.clk)
    for name in case.get("pulses", {}):
        getattr(dut, name).value = 0

    for number, (name, words) in enumerate(case.get("send", {}).items()):
        cocotb.start_soon(send(dut, name, words, random.Random(f"{seed} send {number}"), stall))
    for number, (name, words) in enumerate(case.get("expect", {}).items()):
        rng = random.Random(f"{seed} receive {number}")
        received = receive(dut, name, len(words), rng, stall)
        assert await with_timeout(received, CYCLES * PERIOD_NS, "ns") == words, f"stream {name}, seed {seed}"
    await ClockCycles(dut.clk, case.get("settle", 20))
    for name in case.get("expect", {}):
        assert not getattr(dut, f"{name}__valid").value, (
            f"stream {name} offers more than expected, seed {seed}"
        )
    for name, writes in written.items():
        assert writes == [tuple(write) for write in case["writes"][name]], f"writes {name}, seed {seed}"


async def send(dut, name, words, rng, stall):
    """Offer ``words`` one by one; an offer stays until it is taken."""
    valid, ready = getattr(dut, f"{name}__valid"), getattr(dut, f"{name}__ready")
    for word in words:
        while rng.random() < stall:
            await RisingEdge(dut.clk)
        valid.value = 1
        getattr(dut, f"{name}__payload").value = word
        await RisingEdge(dut.clk)
        while not known(ready, f"stream {name} ready"):
            await RisingEdge(dut.clk)
        valid.value = 0


async def receive(dut, name, count, rng, stall):
    """Take ``count`` payloads; an offer that changes or is withdrawn is a failure."""
    valid, ready = getattr(dut, f"{name}__valid"), getattr(dut, f"{name}__ready")
    payload = getattr(dut, f"{name}__payload")
    received, offered = [], None
    while len(received) < count:
        willing = rng.random() >= stall
        ready.value = willing
        await RisingEdge(dut.clk)
        known(valid, f"stream {name} valid")
        if valid.value:
            known(payload, f"stream {name} payload")
        if offered is not None:
            assert valid.value and int(payload.value) == offered, f"stream {name} changed its offer"
        offered = int(payload.value) if valid.value else None
        if offered is not None and willing:
            received.append(offered)
            offered = None
    ready.value = 0
    return received


def known(port, name) -> int:
    """Return the value of a port; one that is not known is a failure."""
    assert port.value.is_resolvable, f"{name} is unknown"
    return int(port.value)


async def play_memory(dut, memory):
    """Answer reads one cycle late, and keep the word while nothing is read."""
    enable, address = getattr(dut, memory["enable"]), getattr(dut, memory["address"])
    data = getattr(dut, memory["data"])
    data.value = 0
    while True:
        await RisingEdge(dut.clk)
        if enable.value.is_resolvable and enable.value == 1:
            data.value = memory["words"][int(address.value)]


async def answer(dut, lookup):
    """Answer a lookup in the same cycle."""
    query, reply = getattr(dut, lookup["query"]), getattr(dut, lookup["answer"])
    while True:
        known = query.value.is_resolvable and int(query.value) < len(lookup["words"])
        reply.value = lookup["words"][int(query.value)] if known else 0
        await ValueChange(query)


async def watch_writes(dut, name, writes):
    """Collect what a write port writes."""
    valid = getattr(dut, f"{name}__valid")
    while True:
        await RisingEdge(dut.clk)
        if valid.value == 1:
            writes.append(
                (int(getattr(dut, f"{name}__address").value), int(getattr(dut, f"{name}__data").value))
            )
