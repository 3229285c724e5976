import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accelgen.link import SYNC, Packet
from accelgen.rtl.fpga.receiver import PacketReceiver
from tests.stream_drivers import simulate

ROOM, GAP = 16, 40
BROKEN, SILENT = "broken", "silent"


def received(items, *, hold: int = 2, seed: int = 0):
    """Play bytes, `BROKEN` and `SILENT`; return packets as (packet, good) and how often what was dropped."""
    receiver = PacketReceiver(ROOM, GAP)
    found, dropped, memory = [], {"given_up": 0, "garbage": 0, "lost": 0}, {}

    async def line(ctx):
        dice = random.Random(seed)
        for item in items:
            if item == SILENT:
                await ctx.tick().repeat(GAP + 2)
                continue
            ctx.set(receiver.broken if item == BROKEN else receiver.valid, 1)
            ctx.set(receiver.data, 0 if item == BROKEN else item)
            await ctx.tick()
            ctx.set(receiver.valid, 0)
            ctx.set(receiver.broken, 0)
            await ctx.tick().repeat(dice.randrange(3, 8))
        await ctx.tick().repeat(GAP + hold + 4)

    async def watch(ctx):
        while True:
            write = receiver.write
            _, _, valid, address, data, *events = await ctx.tick().sample(
                write.valid, write.address, write.data, *(getattr(receiver, name) for name in dropped)
            )
            if valid:
                memory[address] = data
            for name, event in zip(dropped, events, strict=True):
                dropped[name] += event

    async def take(ctx):
        while True:
            while not ctx.get(receiver.offered):
                await ctx.tick()
            for _ in range(hold):
                await ctx.tick()
            length = ctx.get(receiver.length)
            payload = bytes(memory[n] for n in range(length))
            found.append(
                (Packet(ctx.get(receiver.kind), ctx.get(receiver.sequence), payload), ctx.get(receiver.good))
            )
            ctx.set(receiver.release, 1)
            await ctx.tick()
            ctx.set(receiver.release, 0)

    simulate(receiver, line, processes=[watch, take])
    return found, dropped


WHOLE = Packet(3, 9, bytes([SYNC, 1, 2, SYNC]))


@settings(max_examples=20)
@given(
    st.lists(
        st.builds(Packet, st.integers(0, 255), st.integers(0, 255), st.binary(max_size=ROOM)),
        min_size=1,
        max_size=4,
    ),
    st.integers(0, 99),
)
def test_packets_arrive(packets, seed):
    found, dropped = received([byte for packet in packets for byte in packet.encode()], seed=seed)
    assert found == [(packet, 1) for packet in packets] and not any(dropped.values())


@settings(max_examples=30)
@given(st.data())
def test_flipped_bits_are_noticed(data):
    line = bytearray(WHOLE.encode())
    for flip in data.draw(st.lists(st.integers(24, 8 * len(line) - 1), min_size=1, max_size=3, unique=True)):
        line[flip // 8] ^= 1 << flip % 8
    found, _ = received([*line, SILENT, *WHOLE.encode()])
    assert [good for _, good in found] == [0, 1] and found[-1][0] == WHOLE


@settings(max_examples=40)
@given(st.lists(st.sampled_from([SYNC, 0, 1, 2, 16, 17, 255, BROKEN]), max_size=40), st.integers(0, 99))
def test_silence_puts_it_in_step_whatever_came_before(garbage, seed):
    found, _ = received([*garbage, SILENT, *WHOLE.encode()], seed=seed)
    assert found[-1] == (WHOLE, 1)
    assert not any(good for _, good in found[:-1])


@pytest.mark.parametrize(
    ("before", "counts"),
    [
        ([1, 2, 3], (0, 3, 0)),
        ([SYNC, 17, 0], (1, 0, 0)),
        ([SYNC, 0, 1], (1, 0, 0)),
        ([SYNC, 2, 0, BROKEN], (1, 0, 0)),
        ([BROKEN], (0, 0, 0)),
        ([SYNC, 2, 0, 3, SILENT], (1, 0, 0)),
        ([SYNC, SYNC, SILENT], (1, 0, 0)),
    ],
)
def test_what_is_dropped_is_counted_and_the_next_packet_is_right(before, counts):
    found, dropped = received([*before, *WHOLE.encode()])
    assert found == [(WHOLE, 1)]
    assert tuple(dropped.values()) == counts


def test_bytes_during_an_offer_are_lost_and_change_nothing():
    flood = [*WHOLE.encode(), *Packet(1, 1, bytes(9)).encode(), SILENT, *Packet(2, 2, b"x").encode()]
    found, dropped = received(flood, hold=9 * 20)
    assert found == [(WHOLE, 1), (Packet(2, 2, b"x"), 1)][: len(found)]
    assert dropped["lost"] >= 16
