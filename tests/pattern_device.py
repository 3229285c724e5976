"""Networks that play a pattern, for tests: built at a short divisor, and asked for their counters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from accelgen.link import Counts, Packet, Request
from accelgen.network import Network
from accelgen.network.file import digest
from accelgen.rtl.datapath import Datapath
from accelgen.rtl.fpga.pattern.plan import Pattern, PatternPlan
from accelgen.rtl.fpga.pattern.top import PatternTop
from accelgen.rtl.hardware import hardware_of
from accelgen.steps.board.pattern import pattern_of
from tests.uart_host import DIVISOR, GAP, Silence, converse


def playing(network: Network, entering: np.ndarray, *, right: Network | None = None, **options) -> PatternTop:
    """Return a network that plays samples, with the results of ``right`` if it has another."""
    pattern = pattern_of(hardware_of(right or network, Datapath(**options)), entering)
    return device(network, pattern, **options)


def device(network: Network, pattern: Pattern, **options) -> PatternTop:
    """Return a network that plays a pattern."""
    hardware = hardware_of(network, Datapath(**options))
    plan = PatternPlan(hardware, pattern, digest(network), clock_hz=1000 * DIVISOR, baud=1000, gap=GAP)
    return PatternTop(plan)


def spoilt(pattern: Pattern, sample: int, bit: int = 0) -> Pattern:
    """Return a pattern in which a bit of the first beat of a result is another."""
    results = [list(beats) for beats in pattern.results]
    results[sample][0] ^= 1 << bit
    return replace(pattern, results=tuple(map(tuple, results)))


def counted(top: PatternTop, *waits: int) -> list[Counts]:
    """Return the counters of a device after so many cycles, and after so many more."""
    sent = [
        item
        for number, cycles in enumerate(waits, 1)
        for item in (Silence(cycles), Packet(Request.COUNTS, number))
    ]
    found = converse(top, sent, deadline=sum(waits) + 20_000)
    if [packet.kind for packet in found] != [Request.COUNTS | 0x80] * len(waits):
        raise AssertionError(f"no counters came: {found}")
    return [Counts.parse(packet.payload) for packet in found]
