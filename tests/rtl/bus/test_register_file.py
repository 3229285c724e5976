import random

import pytest

from accelgen.rtl.bus.register_file import RegisterFile
from accelgen.rtl.bus.registers import Register, RegisterMap
from tests.stream_drivers import simulate

REGISTERS = RegisterMap(
    "axi-lite",
    12,
    32,
    (
        Register("FACT", 0x00, "constant", 32, 0xDEADBEEF, "never changes"),
        Register("SEEN", 0x04, "read", 9, 0, "from outside"),
        Register("KEPT", 0x08, "read-write", 20, 0x12345, "kept"),
        Register("WRONG", 0x0C, "clear", 4, 0, "cleared by ones"),
        Register("DONE", 0x10, "write", 32, 0, "handed on"),
        Register("FLAG", 0x14, "write", 1, 0, "handed on, a bit"),
        Register("GIVEN", 0x20, "take", 32, 0, "handed out"),
    ),
)


class Port:
    """Accesses of the port of a register file, one in a cycle."""

    def __init__(self, dut):
        self.port = dut.port
        self.dut = dut

    async def read(self, ctx, address, extra=()):
        """Return data, whether that was refused, and what ``extra`` is in that cycle."""
        ctx.set(self.port.read_address, address)
        ctx.set(self.port.read, 1)
        _, _, *found = await ctx.tick().sample(self.port.read_data, self.port.read_refused, *extra)
        ctx.set(self.port.read, 0)
        return tuple(found)

    async def write(self, ctx, address, data, strobes=15, extra=()):
        """Return whether it was refused, and what ``extra`` is in that cycle."""
        ctx.set(self.port.write_address, address)
        ctx.set(self.port.write_data, data)
        ctx.set(self.port.write_strobes, strobes)
        ctx.set(self.port.write, 1)
        _, _, *found = await ctx.tick().sample(self.port.write_refused, *extra)
        ctx.set(self.port.write, 0)
        return tuple(found)


def play(testbench):
    """Run a testbench on a register file."""
    dut = RegisterFile(REGISTERS)

    async def run(ctx):
        await testbench(ctx, dut, Port(dut))

    simulate(dut, run)


def test_what_is_read_is_read_and_cannot_be_written():
    async def bench(ctx, dut, port):
        ctx.set(dut.seen, 0x155)
        assert await port.read(ctx, 0x00) == (0xDEADBEEF, 0)
        assert await port.read(ctx, 0x04) == (0x155, 0)
        for address in (0x00, 0x04, 0x20):
            assert await port.write(ctx, address, 0) == (1,)
        assert await port.read(ctx, 0x00) == (0xDEADBEEF, 0)

    play(bench)


def test_bytes_are_written_one_by_one_and_a_bit_that_is_none_is_refused():
    async def bench(ctx, dut, port):
        value, dice = 0x12345, random.Random(4)
        for _ in range(200):
            data, strobes = dice.getrandbits(dice.choice((20, 32))), dice.getrandbits(4)
            mask = sum(0xFF << 8 * n for n in range(4) if strobes >> n & 1)
            refused = (data & mask) >> 20 != 0
            if not refused:
                value = (value & ~mask | data & mask) & 0xFFFFF
            assert await port.write(ctx, 0x08, data, strobes) == (refused,)
            assert await port.read(ctx, 0x08) == (value, 0) and ctx.get(dut.kept) == value

    play(bench)


def test_a_bit_that_is_raised_as_it_is_cleared_stays():
    async def bench(ctx, dut, port):
        ctx.set(dut.wrong_raised, 0b0110)
        await ctx.tick()
        ctx.set(dut.wrong_raised, 0)
        await ctx.tick().repeat(3)
        assert await port.read(ctx, 0x0C) == (0b0110, 0)
        assert await port.write(ctx, 0x0C, 0b0010, strobes=0b1110) == (0,)  # not the byte that has it
        assert await port.write(ctx, 0x0C, 0b10110) == (1,)
        assert await port.read(ctx, 0x0C) == (0b0110, 0)
        ctx.set(dut.wrong_raised, 0b0010)
        assert await port.write(ctx, 0x0C, 0b0110) == (0,)
        ctx.set(dut.wrong_raised, 0)
        assert await port.read(ctx, 0x0C) == (0b0010, 0)
        assert await port.write(ctx, 0x0C, 0b0010) == (0,)
        assert await port.read(ctx, 0x0C) == (0, 0)

    play(bench)


def test_a_word_is_handed_on_whole_or_not_at_all():
    async def bench(ctx, dut, port):
        seen = (dut.done_write, dut.flag_write, dut.written)
        assert await port.write(ctx, 0x10, 0xCAFE, extra=seen) == (0, 1, 0, 0xCAFE)
        assert await port.write(ctx, 0x14, 1, extra=seen) == (0, 0, 1, 1)
        assert await port.write(ctx, 0x14, 2, extra=seen) == (1, 0, 0, 2)
        for strobes in range(15):
            assert (await port.write(ctx, 0x10, 7, strobes, seen))[:3] == (1, 0, 0)
        ctx.set(dut.done_refused, 1)
        assert (await port.write(ctx, 0x10, 7, 15, seen))[:3] == (1, 0, 0)
        assert (await port.write(ctx, 0x14, 1, 15, seen))[:3] == (0, 0, 1)
        assert (await port.read(ctx, 0x10))[1] == 1

    play(bench)


def test_a_word_is_taken_by_the_read_of_it_alone():
    async def bench(ctx, dut, port):
        ctx.set(dut.given, 42)
        ctx.set(dut.given_empty, 1)
        assert (await port.read(ctx, 0x20, [dut.given_taken]))[1:] == (1, 0)
        ctx.set(dut.given_empty, 0)
        assert ctx.get(dut.given_taken) == 0
        assert await port.read(ctx, 0x20, [dut.given_taken]) == (42, 0, 1)
        assert (await port.read(ctx, 0x00, [dut.given_taken]))[2] == 0

    play(bench)


@pytest.mark.parametrize("address", [0x01, 0x02, 0x03, 0x09, 0x18, 0x24, 0x808, 0xFFC, 0xFFF])
def test_where_no_register_begins_nothing_is_read_or_written(address):
    async def bench(ctx, dut, port):
        seen = (dut.done_write, dut.flag_write, dut.given_taken)
        ctx.set(dut.given_empty, 0)
        assert await port.read(ctx, address, seen) == (0, 1, 0, 0, 0)
        assert await port.write(ctx, address, 0, 15, seen) == (1, 0, 0, 0)
        assert ctx.get(dut.kept) == 0x12345

    play(bench)
