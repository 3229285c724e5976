import random

import pytest

from accelgen.rtl.payloads import Ends, WindowEnds
from accelgen.rtl.pipelined.joiner import RowJoiner
from tests.stream_drivers import simulate


def joined(units, *, rows=3, passes=2, pixels=2, ends=WindowEnds, stall=0.4, seed=0):
    """Return the passes that leave, as (unit, row, pass) and what ends with them, of units that stall."""
    dut, found = RowJoiner(units, 2, 8, ends), []
    count = units * rows * passes * pixels

    def send(number):
        source = getattr(dut, f"passes{number}")

        async def bench(ctx):
            dice = random.Random(seed * 10 + number)
            for pixel in range(pixels):
                for row in range(rows):
                    for each in range(passes):
                        while dice.random() < stall:
                            await ctx.tick()
                        last = each == passes - 1, row == rows - 1, pixel == pixels - 1
                        what = {"pass_end": 1, "row_end": last[0], "layer_end": all(last)}
                        what |= {"pixel_end": all(last[:2]), "square_end": 1} if ends == WindowEnds else {}
                        values = [pixel * 100 + number * 30 + row * 10 + each, 0]
                        ctx.set(source.payload, {"values": values, "ends": what})
                        ctx.set(source.valid, 1)
                        await ctx.tick().until(source.ready)
                        ctx.set(source.valid, 0)

        return bench

    async def receive(ctx):
        dice = random.Random(seed)
        while len(found) < count:
            while dice.random() < stall:
                await ctx.tick()
            ctx.set(dut.joined.ready, 1)
            (payload,) = await ctx.tick().sample(dut.joined.payload).until(dut.joined.valid)
            ctx.set(dut.joined.ready, 0)
            flags = payload.ends.layer_end, payload.ends.pixel_end if ends == WindowEnds else None
            found.append((payload["values"][0], *flags))

    simulate(dut, *(send(number) for number in range(units)), receive)
    return found


@pytest.mark.parametrize("units", [2, 3])
@pytest.mark.parametrize("stall", [0.0, 0.6])
def test_rows_come_in_turn_and_a_pixel_ends_with_the_row_of_the_last_engine(units, stall):
    found = joined(units, stall=stall, seed=units)
    order = [
        pixel * 100 + number * 30 + row * 10 + each
        for pixel in range(2)
        for row in range(3)
        for number in range(units)
        for each in range(2)
    ]
    assert [value for value, *_ in found] == order
    whole = units * 3 * 2
    assert [n for n, (_, _, pixel_end) in enumerate(found) if pixel_end] == [whole - 1, 2 * whole - 1]
    assert [n for n, (_, layer_end, _) in enumerate(found) if layer_end] == [2 * whole - 1]


def test_layers_without_windows_have_no_pixels():
    found = joined(2, pixels=1, ends=Ends)
    assert [layer_end for _, layer_end, _ in found] == [0] * 11 + [1]
