import random

import pytest

from accelgen.rtl.edge.loader import TableLoader
from accelgen.rtl.table import Table
from accelgen.rtl.tables import load_beats
from tests.stream_drivers import simulate

DICE = random.Random(0)
TABLES = [
    Table("codes", 48, [DICE.getrandbits(48) for _ in range(5)]),
    Table("index", 6, [DICE.getrandbits(6) for _ in range(3)]),
    Table("bias", 100, [DICE.getrandbits(100) for _ in range(2)]),
]
BEATS = [int(beat) for beat in load_beats(TABLES)]


def load(frames):
    """Play frames and return what was written, whether the tables are ready, and how many were refused."""
    dut = TableLoader(TABLES)
    written, state = {table.name: {} for table in TABLES}, {"refused": 0}

    async def source(ctx):
        ctx.set(dut.idle, 1)
        for frame in frames:
            for number, beat in enumerate(frame):
                ctx.set(dut.tdata, beat)
                ctx.set(dut.tlast, number == len(frame) - 1)
                ctx.set(dut.tvalid, 1)
                await ctx.tick().until(dut.tready)
                ctx.set(dut.tvalid, 0)
        await ctx.tick().repeat(2)
        state["ready"] = ctx.get(dut.ready)

    async def watch(ctx):
        while True:
            ports = [getattr(dut, f"load_{table.name}") for table in TABLES]
            signals = [signal for port in ports for signal in (port.valid, port.address, port.data)]
            _, _, malformed, *values = await ctx.tick().sample(dut.malformed, *signals)
            state["refused"] += malformed
            for number, table in enumerate(TABLES):
                valid, address, data = values[3 * number : 3 * number + 3]
                if valid:
                    written[table.name][address] = data

    simulate(dut, source, processes=[watch])
    return written, state["ready"], state["refused"]


def test_every_word_arrives_at_its_address():
    written, ready, refused = load([BEATS])
    assert written == {table.name: dict(enumerate(table.words)) for table in TABLES}
    assert ready and not refused


@pytest.mark.parametrize("bad", [BEATS[:1], BEATS[:-1], [*BEATS, 0], [*BEATS, *BEATS]])
def test_a_frame_of_the_wrong_length_does_not_count(bad):
    assert load([bad])[1:] == (0, 1)
    assert load([BEATS, bad])[1:] == (0, 1)
    assert load([bad, BEATS])[1:] == (1, 1)
